//! Users.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    AccountType, Address, Consents, CustomFields, CustomerGroupInfo, Date, EmailAddress, Extra,
    GroupRef, Meta, MfaMethod, Mobile, Names, NamespaceCode, Password, PlaceOfBirth, Sex,
    StrongIdentification, UserId, lenient, redact::redacted_debug,
};

/// A user, as read and as sent (documented, unless said otherwise).
///
/// What is `None` is not sent, and the service leaves alone what is not sent (inferred).
/// A list that is sent is replaced whole: `Some(vec![])` empties it.
/// To clear other fields send [`Changes`](crate::Changes).
///
/// # Examples
///
/// ```
/// use trivore_models::{EmailAddress, Names, User};
///
/// let mut user = User::new();
/// user.namespace_code = Some("testsdk".into());
/// user.name = Some(Names::new("Maija", "Meikäläinen"));
/// user.emails = Some(vec![EmailAddress::new("maija@example.com").tag("work")]);
///
/// assert!(user.validate().is_ok());
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct User {
    /// Set by the service.
    pub id: Option<UserId>,
    /// Sign-in name, unique in the namespace, whose policy decides who sets it.
    pub username: Option<String>,
    /// Sent when a user is created, never received.
    pub password: Option<Password>,
    /// Person or organization; person by default.
    pub user_account_type: Option<AccountType>,
    /// Namespace of the user; only a migration changes it.
    #[serde(rename = "nsCode")]
    pub namespace_code: Option<NamespaceCode>,
    /// Groups of the user; see [`GroupRef`] about names.
    #[serde(default, deserialize_with = "lenient::list")]
    pub member_of: Option<Vec<GroupRef>>,
    /// Names of the person.
    pub name: Option<Names>,
    /// E-mail addresses; the first is the primary one.
    #[serde(default, deserialize_with = "lenient::text_or_object_list")]
    pub emails: Option<Vec<EmailAddress>>,
    /// Mobile phone numbers; the first is the primary one.
    #[serde(default, deserialize_with = "lenient::text_or_object_list")]
    pub mobiles: Option<Vec<Mobile>>,
    /// Physical addresses.
    #[serde(default, deserialize_with = "lenient::list")]
    pub addresses: Option<Vec<Address>>,
    /// What the user agreed to.
    pub consents: Option<Consents>,
    /// Language of pages and mails; always the same as the preferred language.
    pub locale: Option<String>,
    /// Language of pages and mails; always the same as the locale.
    pub preferred_language: Option<String>,
    /// Time zone, such as `Europe/Helsinki` (the form is inferred).
    pub time_zone: Option<String>,
    /// What is asked for beside the password.
    pub mfa_method: Option<MfaMethod>,
    /// Nickname; the namespace decides whether two users may share it.
    pub nick_name: Option<String>,
    /// Name shown on screens (observed in profiles, inferred here).
    pub screen_name: Option<String>,
    /// Whether the user is kept from signing in.
    pub locked: Option<bool>,
    /// Whether the user is under age, as the client defines it.
    pub minor: Option<bool>,
    /// Main website.
    pub website_main: Option<String>,
    /// Another website.
    pub website_aux: Option<String>,
    /// Code of the municipality, such as `853` (the form is inferred).
    pub domicile_code: Option<String>,
    /// Classes of the municipality.
    #[serde(default, deserialize_with = "lenient::list")]
    pub domicile_classes: Option<Vec<String>>,
    /// When the person was born.
    pub date_of_birth: Option<Date>,
    /// Latest strong identification; set by the service.
    pub strong_identification: Option<StrongIdentification>,
    /// Customer groups; entered by customer service.
    pub customer_group_info: Option<CustomerGroupInfo>,
    /// When the user was created and changed; set by the service.
    pub meta: Option<Meta>,
    /// Gender, in free words.
    pub gender: Option<String>,
    /// Legal sex.
    pub sex: Option<Sex>,
    /// Nationality, ISO 3166-1 alpha-2.
    pub nationality: Option<String>,
    /// Salutation, such as `Mr.`.
    pub salutation: Option<String>,
    /// Title, such as `Dr.`.
    pub title: Option<String>,
    /// First name at birth.
    pub birth_first_name: Option<String>,
    /// Names between the first and the last at birth.
    pub birth_middle_name: Option<String>,
    /// Last name at birth.
    pub birth_last_name: Option<String>,
    /// Where the person was born.
    ///
    /// `place_of_birth` on the wire, amid names in another style (inferred from the vendor's
    /// client). Should a server send `placeOfBirth`, it is kept in `extra`.
    #[serde(rename = "place_of_birth")]
    pub place_of_birth: Option<PlaceOfBirth>,
    /// Labels, lower-cased by the service; see [`MAX_TAGS`](Self::MAX_TAGS).
    #[serde(default, deserialize_with = "lenient::list")]
    pub tags: Option<Vec<String>>,
    /// What the installation stores beside these fields.
    pub custom_fields: Option<CustomFields>,
    /// Fields this version does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl User {
    /// Starts with nothing set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the e-mail addresses; none when the list is absent.
    pub fn emails(&self) -> &[EmailAddress] {
        self.emails.as_deref().unwrap_or_default()
    }

    /// Returns the mobile phone numbers; none when the list is absent.
    pub fn mobiles(&self) -> &[Mobile] {
        self.mobiles.as_deref().unwrap_or_default()
    }

    /// Returns the physical addresses; none when the list is absent.
    pub fn addresses(&self) -> &[Address] {
        self.addresses.as_deref().unwrap_or_default()
    }

    /// Returns the groups; none when the list is absent.
    pub fn member_of(&self) -> &[GroupRef] {
        self.member_of.as_deref().unwrap_or_default()
    }

    /// Returns the labels; none when the list is absent.
    pub fn tags(&self) -> &[String] {
        self.tags.as_deref().unwrap_or_default()
    }
}

redacted_debug!(User shows "id" "nsCode" "userAccountType" "mfaMethod" "locked" "memberOf");
