//! Fields of a user that have a list of values to choose from.

use crate::string_enum::string_enum;

string_enum! {
    /// Whether an account belongs to a person or an organization (documented).
    pub enum AccountType {
        /// A human being; the default.
        Person = "PERSON",
        /// An organization.
        LegalEntity = "LEGAL_ENTITY",
    }
}

string_enum! {
    /// What is asked for beside the password when a user signs in.
    pub enum MfaMethod {
        /// Codes of an authenticator app (documented).
        Totp = "TOTP",
        /// A code in a text message (documented).
        Sms = "SMS",
        /// Nothing (documented).
        None = "NONE",
        /// A code in an e-mail; the service has it, its name here is inferred.
        Email = "EMAIL",
    }
}

string_enum! {
    /// Legal sex of a person (documented).
    pub enum Sex {
        /// Female.
        Female = "FEMALE",
        /// Male.
        Male = "MALE",
        /// Neither of the two.
        Other = "OTHER",
        /// Not disclosed.
        Undisclosed = "UNDISCLOSED",
    }
}
