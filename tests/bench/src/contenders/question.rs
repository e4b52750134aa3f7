//! What is asked, and what is done with the answer.

use std::hint::black_box;

use http::header::{ACCEPT, AUTHORIZATION, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;
use trivore_models::{Page, User};

use crate::Result;
use crate::body;

/// A read of the user service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "sections match all of them")]
pub enum Question {
    /// One user.
    User,
    /// The first page of a list, of so many users.
    Page(u32),
}

/// What is done with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "sections match all of them")]
pub enum Reading {
    /// Its bytes are collected.
    Bytes,
    /// Its bytes are collected and decoded into the SDK's models, as the SDK does.
    Typed,
}

impl Question {
    /// Path and query, as the SDK writes them.
    pub fn path(self) -> String {
        match self {
            Self::User => format!("/api/rest/v1/user/{}", body::id(0)),
            Self::Page(count) => format!("/api/rest/v1/user?startIndex=0&count={count}"),
        }
    }

    /// How tables name it.
    pub fn name(self) -> String {
        match self {
            Self::User => "GET a user".to_owned(),
            Self::Page(count) => format!("GET a page of {count} users"),
        }
    }

    /// Does with an answer what has to be done.
    ///
    /// # Errors
    ///
    /// It is not what was asked for.
    pub fn read(self, answer: &[u8], reading: Reading) -> Result<()> {
        match (reading, self) {
            (Reading::Bytes, _) => drop(black_box(answer)),
            (Reading::Typed, Self::User) => drop(black_box(decode::<User>(answer)?)),
            (Reading::Typed, Self::Page(_)) => drop(black_box(decode::<Page<User>>(answer)?)),
        }
        Ok(())
    }
}

fn decode<T: DeserializeOwned>(answer: &[u8]) -> Result<T> {
    Ok(serde_json::from_str(str::from_utf8(answer)?)?)
}

/// The headers that the SDK sends, for all others to send the same.
pub(crate) fn headers() -> HeaderMap {
    const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
    [
        (ACCEPT, "application/json"),
        // `client:secret`
        (AUTHORIZATION, "Basic Y2xpZW50OnNlY3JldA=="),
        (USER_AGENT, "trivore-rust/0.1.0"),
        (REQUEST_ID, "00112233445566778899aabbccddeeff"),
    ]
    .into_iter()
    .map(|(name, value)| (name, HeaderValue::from_static(value)))
    .collect()
}
