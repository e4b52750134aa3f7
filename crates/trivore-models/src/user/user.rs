//! Users.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    AccountType, Address, Consents, CustomFields, CustomerGroupInfo, Date, EmailAddress, Extra,
    GroupRef, Meta, MfaMethod, Mobile, Names, NamespaceCode, Password, PlaceOfBirth, Sex,
    StrongIdentification, UserId, lenient, redact::redacted_debug,
};

/// A user account, in requests and responses (documented, unless marked otherwise).
///
/// A field that is `None` is omitted from requests, and the service leaves an omitted field
/// unchanged (inferred). A list in a request replaces the stored list: `Some(vec![])` empties
/// it. To clear any other field, send [`Changes`](crate::Changes).
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
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct User {
    /// Identifier; read-only.
    pub id: Option<UserId>,
    /// Sign-in name, unique in the namespace; the namespace's policy decides who sets it.
    pub username: Option<String>,
    /// Password of a new user; never present in responses.
    pub password: Option<Password>,
    /// Whether the user is a person or an organization; a person by default.
    pub user_account_type: Option<AccountType>,
    /// Namespace of the user; only a namespace migration changes it.
    #[serde(rename = "nsCode")]
    pub namespace_code: Option<NamespaceCode>,
    /// Groups of the user; see [`GroupRef`] for what a group name does.
    #[serde(default, deserialize_with = "lenient::list")]
    pub member_of: Option<Vec<GroupRef>>,
    /// Names of the person.
    pub name: Option<Names>,
    /// Primary e-mail address, the same as the first of `emails` (documented).
    ///
    /// Read-only: no request has it. To change it, change `emails`. See
    /// [`READ_ONLY_FIELDS`](Self::READ_ONLY_FIELDS).
    pub email: Option<String>,
    /// E-mail addresses; the first is the primary one.
    #[serde(default, deserialize_with = "lenient::text_or_object_list")]
    pub emails: Option<Vec<EmailAddress>>,
    /// Mobile phone numbers; the first is the primary one.
    #[serde(default, deserialize_with = "lenient::text_or_object_list")]
    pub mobiles: Option<Vec<Mobile>>,
    /// Physical addresses.
    #[serde(default, deserialize_with = "lenient::list")]
    pub addresses: Option<Vec<Address>>,
    /// Consents of the user.
    pub consents: Option<Consents>,
    /// Language of pages and e-mails; always the same as `preferred_language`.
    pub locale: Option<String>,
    /// Language of pages and e-mails; always the same as `locale`.
    pub preferred_language: Option<String>,
    /// Time zone, such as `Europe/Helsinki` (format inferred).
    pub time_zone: Option<String>,
    /// Second factor that sign-in requires in addition to the password.
    pub mfa_method: Option<MfaMethod>,
    /// Nickname; the namespace decides whether several users may have the same one.
    pub nick_name: Option<String>,
    /// Display name (observed in profiles, inferred for users).
    pub screen_name: Option<String>,
    /// Whether the user is prevented from signing in.
    pub locked: Option<bool>,
    /// Whether the user is a minor; the client defines the age limit.
    pub minor: Option<bool>,
    /// Main website.
    pub website_main: Option<String>,
    /// Additional website.
    pub website_aux: Option<String>,
    /// Municipality code, such as `853` (format inferred).
    pub domicile_code: Option<String>,
    /// Classes of the municipality of residence.
    #[serde(default, deserialize_with = "lenient::list")]
    pub domicile_classes: Option<Vec<String>>,
    /// Date of birth.
    pub date_of_birth: Option<Date>,
    /// Latest strong identification; read-only.
    pub strong_identification: Option<StrongIdentification>,
    /// Customer groups, entered by customer service.
    pub customer_group_info: Option<CustomerGroupInfo>,
    /// Times of creation and last change; read-only.
    pub meta: Option<Meta>,
    /// Gender, as free text.
    pub gender: Option<String>,
    /// Legal sex.
    pub sex: Option<Sex>,
    /// Nationality, as an ISO 3166-1 alpha-2 code.
    pub nationality: Option<String>,
    /// Salutation, such as `Mr.`.
    pub salutation: Option<String>,
    /// Title, such as `Dr.`.
    pub title: Option<String>,
    /// First name at birth.
    pub birth_first_name: Option<String>,
    /// Middle names at birth.
    pub birth_middle_name: Option<String>,
    /// Last name at birth.
    pub birth_last_name: Option<String>,
    /// Place of birth.
    ///
    /// The JSON name is `place_of_birth`, the only one in snake case (inferred from the
    /// vendor's client). If a server sends `placeOfBirth`, it is kept in `extra`.
    #[serde(rename = "place_of_birth")]
    pub place_of_birth: Option<PlaceOfBirth>,
    /// Tags; the service converts them to lower case. See [`MAX_TAGS`](Self::MAX_TAGS) and
    /// [`add_tag`](Self::add_tag).
    #[serde(default, deserialize_with = "lenient::list")]
    pub tags: Option<Vec<String>>,
    /// Fields that the installation defines.
    pub custom_fields: Option<CustomFields>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

impl User {
    /// Creates a user with no fields set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the e-mail addresses, or an empty slice if the list is absent.
    pub fn emails(&self) -> &[EmailAddress] {
        self.emails.as_deref().unwrap_or_default()
    }

    /// Returns the mobile phone numbers, or an empty slice if the list is absent.
    pub fn mobiles(&self) -> &[Mobile] {
        self.mobiles.as_deref().unwrap_or_default()
    }

    /// Returns the physical addresses, or an empty slice if the list is absent.
    pub fn addresses(&self) -> &[Address] {
        self.addresses.as_deref().unwrap_or_default()
    }

    /// Returns the groups, or an empty slice if the list is absent.
    pub fn member_of(&self) -> &[GroupRef] {
        self.member_of.as_deref().unwrap_or_default()
    }

    /// Returns the tags, or an empty slice if the list is absent.
    pub fn tags(&self) -> &[String] {
        self.tags.as_deref().unwrap_or_default()
    }
}

redacted_debug!(User shows "id" "nsCode" "userAccountType" "mfaMethod" "locked" "memberOf");
