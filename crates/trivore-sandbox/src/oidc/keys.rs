//! The keys that sign ID tokens.
//!
//! They are development keys: the same in every sandbox, and not secret. So they need not be
//! generated, which takes seconds for RSA in an unoptimized build, and they survive restarts.
//! A rotation moves on to the next of them and gives it a new `kid`.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use serde_json::{Value, json};

use crate::access::clients::SigningAlgorithm;
use crate::values::api_error::ApiError;

/// A key, by its algorithm and the number of rotations before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SigningKey {
    pub(super) algorithm: SigningAlgorithm,
    rotation: u32,
}

impl SigningKey {
    /// Returns the key that is in use after so many rotations.
    pub(super) fn new(algorithm: SigningAlgorithm, rotation: u32) -> Self {
        Self { algorithm, rotation }
    }

    /// Returns the identifier of the key.
    pub(super) fn id(self) -> String {
        format!("{}-{}", self.algorithm.name().to_ascii_lowercase(), u64::from(self.rotation) + 1)
    }

    /// Signs a message.
    pub(super) fn sign(self, message: &[u8]) -> Result<Vec<u8>, ApiError> {
        let failed = || ApiError::internal("The ID token cannot be signed.");
        let random = SystemRandom::new();
        match self.algorithm {
            SigningAlgorithm::Es256 => {
                let key = one_of(&EC_KEYS, self.rotation).ok_or_else(failed)?;
                let signature = key.sign(&random, message).ok().ok_or_else(failed)?;
                Ok(signature.as_ref().to_vec())
            }
            SigningAlgorithm::Rs256 => {
                let key = one_of(&RSA_KEYS, self.rotation).ok_or_else(failed)?;
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .ok()
                    .ok_or_else(failed)?;
                Ok(signature)
            }
        }
    }

    /// Returns whether this key made the signature.
    pub(super) fn verify(self, message: &[u8], signature: &[u8]) -> bool {
        let is_right = match self.algorithm {
            SigningAlgorithm::Es256 => one_of(&EC_KEYS, self.rotation).map(|key| {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public_key())
                    .verify(message, signature)
            }),
            SigningAlgorithm::Rs256 => one_of(&RSA_KEYS, self.rotation).map(|key| {
                UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key())
                    .verify(message, signature)
            }),
        };
        is_right.is_some_and(|outcome| outcome.is_ok())
    }

    /// Returns the public key as a JSON Web Key.
    fn to_jwk(self) -> Option<Value> {
        let mut key = match self.algorithm {
            SigningAlgorithm::Es256 => {
                // An uncompressed point: 4, then both coordinates.
                let point = one_of(&EC_KEYS, self.rotation)?.public_key().as_ref().get(1..)?;
                let (x, y) = point.split_at_checked(32)?;
                json!({"kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y)})
            }
            SigningAlgorithm::Rs256 => {
                let key = one_of(&RSA_KEYS, self.rotation)?;
                let public: PublicKeyComponents<Vec<u8>> = key.public().into();
                json!({"kty": "RSA", "n": base64url(&public.n), "e": base64url(&public.e)})
            }
        };
        let members = key.as_object_mut()?;
        members.insert("kid".to_owned(), self.id().into());
        members.insert("alg".to_owned(), self.algorithm.name().into());
        members.insert("use".to_owned(), "sig".into());
        Some(key)
    }
}

/// Returns all keys after so many rotations: those in use first, then older ones.
pub(super) fn all(rotations: u32) -> impl Iterator<Item = SigningKey> {
    let oldest = rotations.saturating_sub(MAX_OLD_KEYS);
    (oldest..=rotations).rev().flat_map(|rotation| {
        SigningAlgorithm::ALL.map(|algorithm| SigningKey::new(algorithm, rotation))
    })
}

/// Returns the JSON Web Key Set after so many rotations.
pub(super) fn key_set(rotations: u32) -> Value {
    json!({"keys": all(rotations).filter_map(SigningKey::to_jwk).collect::<Vec<_>>()})
}

pub(super) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Older keys that are still published, for tokens that they signed.
const MAX_OLD_KEYS: u32 = 31;

/// Returns the key of a rotation; after the last key comes the first one.
fn one_of<K>(keys: &'static LazyLock<Vec<K>>, rotation: u32) -> Option<&'static K> {
    let index = usize::try_from(rotation).ok()?.checked_rem(keys.len())?;
    keys.get(index)
}

static RSA_KEYS: LazyLock<Vec<RsaKeyPair>> = LazyLock::new(|| {
    let keys: [&[u8]; 4] = [
        include_bytes!("keys/rs256-1.p8"),
        include_bytes!("keys/rs256-2.p8"),
        include_bytes!("keys/rs256-3.p8"),
        include_bytes!("keys/rs256-4.p8"),
    ];
    keys.into_iter().filter_map(|key| RsaKeyPair::from_pkcs8(key).ok()).collect()
});

static EC_KEYS: LazyLock<Vec<EcdsaKeyPair>> = LazyLock::new(|| {
    let keys: [&[u8]; 4] = [
        include_bytes!("keys/es256-1.p8"),
        include_bytes!("keys/es256-2.p8"),
        include_bytes!("keys/es256-3.p8"),
        include_bytes!("keys/es256-4.p8"),
    ];
    let random = SystemRandom::new();
    keys.into_iter()
        .filter_map(|key| {
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key, &random).ok()
        })
        .collect()
});

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn all_keys_are_good_and_differ() {
        assert_eq!((RSA_KEYS.len(), EC_KEYS.len()), (4, 4));
        let set = key_set(3);
        let keys = set["keys"].as_array().unwrap();
        let material = |key: &Value| format!("{}{}", key["n"], key["x"]);
        assert_eq!(keys.iter().map(material).collect::<BTreeSet<_>>().len(), 8);
    }

    #[test]
    fn a_key_verifies_what_it_signed_and_nothing_else() {
        for key in all(3) {
            let signature = key.sign(b"a").unwrap();
            assert!(key.verify(b"a", &signature) && !key.verify(b"b", &signature));
            assert!(!key.verify(b"a", b""));
            let others = all(3).filter(|other| other.verify(b"a", &signature));
            assert_eq!(others.collect::<Vec<_>>(), [key]);
        }
    }

    #[test]
    fn the_number_of_published_keys_is_limited() {
        assert_eq!(all(0).count(), 2);
        assert_eq!(all(u32::MAX).count(), 64);
        assert_eq!(all(u32::MAX).next().unwrap().id(), "rs256-4294967296");
    }
}
