//! The profile that users read and change themselves.

use trivore_models::{Profile, UserId};
use trivore_transport::{Call, Operation, Result, Safety};

use crate::Users;

impl Users {
    /// Reads a user's profile.
    ///
    /// This requires a user's access token; a Management API client cannot read profiles
    /// (documented).
    ///
    /// # Errors
    ///
    /// The credentials are those of a Management API client; no user has this identifier.
    pub async fn profile(&self, user: &UserId) -> Result<Profile> {
        self.client.send(Call::of(&PROFILE, &[user.as_str()])).await
    }

    /// Writes the fields of a user's profile that are set, and returns the whole profile.
    ///
    /// # Errors
    ///
    /// The credentials are those of a Management API client; no user has this identifier.
    pub async fn update_profile(&self, user: &UserId, profile: &Profile) -> Result<Profile> {
        self.client.send(Call::of(&UPDATE_PROFILE, &[user.as_str()]).json(profile)).await
    }
}

static PROFILE: Operation = Operation::get("users.profile", "/api/rest/v1/user/{userId}/profile");
static UPDATE_PROFILE: Operation = Operation::put(
    "users.update_profile",
    "/api/rest/v1/user/{userId}/profile",
    Safety::Idempotent,
);

pub(crate) const OPERATIONS: &[&Operation] = &[&PROFILE, &UPDATE_PROFILE];
