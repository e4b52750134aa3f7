//! Proof Key for Code Exchange (RFC 7636), with S256 only.

use ring::digest::{SHA256, digest};

use super::keys::base64url;

/// Returns whether a text can be a SHA-256 in base64url.
pub(super) fn is_challenge(text: &str) -> bool {
    text.len() == 43
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Returns whether a verifier is the one of a challenge.
pub(super) fn is_verifier_of(verifier: &str, challenge: &str) -> bool {
    let is_verifier = (43..=128).contains(&verifier.len())
        && verifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    is_verifier && base64url(digest(&SHA256, verifier.as_bytes()).as_ref()) == challenge
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc_fits() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(is_challenge(challenge) && is_verifier_of(verifier, challenge));
        for wrong in ["", "x", challenge, &verifier[1..], &format!("{verifier} ")] {
            assert!(!is_verifier_of(wrong, challenge), "{wrong}");
        }
        let short = base64url(digest(&SHA256, b"short").as_ref());
        assert!(!is_verifier_of("short", &short), "too short for a verifier");
    }
}
