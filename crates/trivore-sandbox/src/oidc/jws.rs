//! Signed tokens in the compact serialization of JWS (RFC 7515).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::keys::{self, SigningKey, base64url};
use crate::values::api_error::ApiError;
use crate::values::document::Document;

/// Signs claims.
pub(super) fn sign(key: SigningKey, claims: &Document) -> Result<String, ApiError> {
    let header = json!({"alg": key.algorithm.name(), "kid": key.id(), "typ": "JWT"});
    let claims = json!(claims).to_string();
    let message =
        format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(claims.as_bytes()));
    let signature = key.sign(message.as_bytes())?;
    Ok(format!("{message}.{}", base64url(&signature)))
}

/// Returns the claims of a token that one of our keys signed, even if it has expired.
///
/// The header only selects the key; the algorithm is that of the key.
pub(super) fn verify(token: &str, rotations: u32) -> Option<Document> {
    let (message, signature) = token.rsplit_once('.')?;
    let (header, claims) = message.split_once('.')?;
    let header: Document = serde_json::from_slice(&decode(header)?).ok()?;
    let text = |name| header.get(name).and_then(Value::as_str);
    let (id, algorithm) = (text("kid")?, text("alg")?);
    let key =
        keys::all(rotations).find(|key| key.id() == id && key.algorithm.name() == algorithm)?;
    if header.contains_key("crit") || !key.verify(message.as_bytes(), &decode(signature)?) {
        return None;
    }
    serde_json::from_slice(&decode(claims)?).ok()
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::clients::SigningAlgorithm;

    fn claims() -> Document {
        Document::from_iter([("sub".to_owned(), "jane".into())])
    }

    #[test]
    fn a_token_is_verified_by_the_key_that_signed_it() {
        for algorithm in SigningAlgorithm::ALL {
            let token = sign(SigningKey::new(algorithm, 0), &claims()).unwrap();
            assert_eq!(verify(&token, 0), Some(claims()));
            assert_eq!(verify(&token, 1), Some(claims()), "an older key");
            let later = sign(SigningKey::new(algorithm, 1), &claims()).unwrap();
            assert_eq!(verify(&later, 0), None, "a key that is not in use yet");
        }
    }

    #[test]
    fn what_nobody_signed_is_rejected() {
        let good = sign(SigningKey::new(SigningAlgorithm::Es256, 0), &claims()).unwrap();
        let parts: Vec<&str> = good.split('.').collect();
        let other = base64url(br#"{"sub":"operator"}"#);
        let header = |header: Value| base64url(header.to_string().as_bytes());
        for token in [
            String::new(),
            "..".to_owned(),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}.{other}.{}", parts[0], parts[2]),
            format!("{}.{other}.", header(json!({"alg": "none"}))),
            format!("{}.{other}.", header(json!({"alg": "none", "kid": "es256-1"}))),
            format!(
                "{}.{}.{}",
                header(json!({"alg": "none", "kid": "es256-1"})),
                parts[1],
                parts[2]
            ),
            format!(
                "{}.{}.{}",
                header(json!({"alg": "HS256", "kid": "rs256-1"})),
                parts[1],
                parts[2]
            ),
            format!("{good}.x"),
        ] {
            assert_eq!(verify(&token, 0), None, "{token}");
        }
    }
}
