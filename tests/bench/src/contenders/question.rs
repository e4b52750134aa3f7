//! The read requests that are measured, and the processing of their responses.

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
    /// The first page of a list, with this number of users.
    Page(u32),
}

/// How a response is processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "sections match all of them")]
pub enum Reading {
    /// Collects the body.
    Bytes,
    /// Collects the body and decodes it into the SDK's models, as the SDK does.
    Typed,
}

impl Question {
    /// Returns path and query, as the SDK sends them.
    pub fn path(self) -> String {
        match self {
            Self::User => format!("/api/rest/v1/user/{}", body::id(0)),
            Self::Page(count) => format!("/api/rest/v1/user?startIndex=0&count={count}"),
        }
    }

    /// Returns the name in tables.
    pub fn name(self) -> String {
        match self {
            Self::User => "GET a user".to_owned(),
            Self::Page(count) => format!("GET a page of {count} users"),
        }
    }

    /// Processes a response body.
    ///
    /// # Errors
    ///
    /// The body cannot be decoded.
    pub fn read(self, body: &[u8], reading: Reading) -> Result<()> {
        match (reading, self) {
            (Reading::Bytes, _) => drop(black_box(body)),
            (Reading::Typed, Self::User) => drop(black_box(decode::<User>(body)?)),
            (Reading::Typed, Self::Page(_)) => drop(black_box(decode::<Page<User>>(body)?)),
        }
        Ok(())
    }
}

fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    Ok(serde_json::from_str(str::from_utf8(body)?)?)
}

/// Returns the headers that the SDK sends, so that all contenders send the same.
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
