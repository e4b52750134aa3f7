//! Enumerated values of a user's fields.

use crate::string_enum::string_enum;

string_enum! {
    /// Whether an account belongs to a person or an organization (documented).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{AccountType, User};
    ///
    /// let user: User = serde_json::from_str(r#"{"userAccountType": "LEGAL_ENTITY"}"#)?;
    ///
    /// assert_eq!(user.user_account_type, Some(AccountType::LegalEntity));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub enum AccountType {
        /// Natural person; the default.
        Person = "PERSON",
        /// An organization.
        LegalEntity = "LEGAL_ENTITY",
    }
}

string_enum! {
    /// Second factor that sign-in requires in addition to the password.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::MfaMethod;
    ///
    /// assert_eq!(MfaMethod::from("TOTP"), MfaMethod::Totp);
    /// assert_eq!(MfaMethod::Totp.as_str(), "TOTP");
    /// ```
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
    redacted
    /// Legal sex of a person (documented).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::Sex;
    ///
    /// assert_eq!(Sex::from("FEMALE"), Sex::Female);
    /// // The values are case-sensitive; an unknown value is kept as it is.
    /// assert!(matches!(Sex::from("female"), Sex::Unrecognized(_)));
    /// assert_eq!(Sex::from("female").to_string(), "female");
    /// ```
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
