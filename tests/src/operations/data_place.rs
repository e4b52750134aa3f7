//! Places in the body of an operation for data that this version does not know.

use std::fmt;

use futures_util::future::BoxFuture;
use serde_json::Value;
use trivore::Result;
use trivore::users::Users;

/// A place in the body of an operation for members with any name and value.
#[derive(Clone, Copy)]
pub struct DataPlace {
    model: Option<&'static str>,
    levels: usize,
    send: SendMember,
}

/// Sends a body with all fields, and with this member in the place.
type SendMember = for<'a> fn(&'a Users, &'a str, Value) -> BoxFuture<'a, Result<()>>;

impl DataPlace {
    /// Describes the `extra` of a type, by the type's name in `trivore::models`.
    ///
    /// `levels` are the objects and arrays around a member of it.
    pub const fn extra(model: &'static str, levels: usize, send: SendMember) -> Self {
        Self { model: Some(model), levels, send }
    }

    /// Describes a place in a map.
    pub const fn map(levels: usize, send: SendMember) -> Self {
        Self { model: None, levels, send }
    }

    /// Returns the name of the type that has the place, if it has fields.
    pub fn model(&self) -> Option<&'static str> {
        self.model
    }

    /// Returns the number of objects and arrays around a member.
    pub fn levels(&self) -> usize {
        self.levels
    }

    /// Calls the operation with this member in the place.
    ///
    /// # Errors
    ///
    /// The operation failed.
    pub async fn send(&self, users: &Users, name: &str, value: Value) -> Result<()> {
        (self.send)(users, name, value).await
    }
}

impl fmt::Debug for DataPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataPlace")
            .field("model", &self.model)
            .field("levels", &self.levels)
            .finish_non_exhaustive()
    }
}
