//! Legal information: a person's names, domicile and status in official registers.

use trivore_models::{LegalInfo, UserId};
use trivore_transport::{Call, Operation, Result};

use crate::Users;

impl Users {
    /// Reads a user's legal information, which comes from governmental sources only.
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn legal_info(&self, user: &UserId) -> Result<LegalInfo> {
        self.send_or_default(Call::of(&LEGAL_INFO, &[user.as_str()])).await
    }
}

static LEGAL_INFO: Operation =
    Operation::get("users.legal_info", "/api/rest/v1/user/{userId}/legal");

pub(crate) const OPERATIONS: &[&Operation] = &[&LEGAL_INFO];
