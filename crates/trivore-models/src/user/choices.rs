//! Enumerated values of a user's fields.

use crate::string_enum::string_enum;

string_enum! {
    /// Whether an account belongs to a person or an organization (documented).
    pub enum AccountType {
        /// Natural person; the default.
        Person = "PERSON",
        /// An organization.
        LegalEntity = "LEGAL_ENTITY",
    }
}

string_enum! {
    /// Second factor that sign-in requires in addition to the password.
    pub enum MfaMethod {
        /// Time-based code from an authenticator app (documented).
        Totp = "TOTP",
        /// Code in a text message (documented).
        Sms = "SMS",
        /// No second factor (documented).
        None = "NONE",
        /// Code in an e-mail; the method is documented, its name `EMAIL` is inferred.
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
        /// Other than female or male.
        Other = "OTHER",
        /// Not disclosed.
        Undisclosed = "UNDISCLOSED",
    }
}
