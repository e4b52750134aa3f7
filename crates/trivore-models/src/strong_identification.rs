//! Strong identification of users.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Extra, PersonalId, Timestamp, lenient, redact::redacted_debug, string_enum::string_enum,
};

/// A strong identification of a user; set by the service (documented).
///
/// In a [`User`](crate::User) it describes the latest identification, with
/// [`first_time`](Self::first_time) and [`count`](Self::count). The field that holds the
/// identifier of a history entry is unknown: look for it in [`extra`](Self::extra).
///
/// # Examples
///
/// ```
/// use trivore_models::{IdentificationMethod, StrongIdentification};
///
/// let json = r#"{"identified": true, "method": "SUOMI_FI", "time": "2011-12-03T10:15:30Z"}"#;
/// let identification: StrongIdentification = serde_json::from_str(json)?;
///
/// assert_eq!(identification.method, Some(IdentificationMethod::SuomiFi));
/// assert_eq!(identification.time, Some("2011-12-03T10:15:30Z".into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StrongIdentification {
    /// Method of identification.
    pub method: Option<IdentificationMethod>,
    /// Documents that the user presented.
    #[serde(default, deserialize_with = "lenient::list")]
    pub identification_documents: Option<Vec<String>>,
    /// Explanation of another way of identification.
    pub other_explanation: Option<String>,
    /// Personal identity code; censored without the permission `ACCOUNT_VIEW_PERSONAL_ID`.
    pub personal_id: Option<PersonalId>,
    /// Remarks of the person or system that identified the user.
    pub remarks: Option<String>,
    /// Who identified the user: a username, a client identifier or something else.
    pub identifier: Option<String>,
    /// When the user was identified.
    pub time: Option<Timestamp>,
    /// When the user was first identified.
    pub first_time: Option<Timestamp>,
    /// Number of times that the user was identified.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub count: Option<i64>,
    /// Whether the user is identified.
    pub identified: Option<bool>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(StrongIdentification shows "method" "time" "firstTime" "count" "identified");

string_enum! {
    /// Method of a strong identification (documented).
    pub enum IdentificationMethod {
        /// Identified in person.
        InPerson = "IN_PERSON",
        /// Identified by Suomi.fi, the Finnish state's service, which includes eIDAS.
        SuomiFi = "SUOMI_FI",
        /// Identified by Suomi.fi, acting on behalf of someone else.
        SuomiFiValtuudet = "SUOMI_FI_VALTUUDET",
        /// Reported by an API client (inferred from the name).
        UserApi = "USER_API",
    }
}

/// A request to report a strong identification of a user (documented).
///
/// # Examples
///
/// ```
/// use trivore_models::NewStrongIdentification;
///
/// let report = NewStrongIdentification {
///     personal_id: "131052-308T".into(),
///     remarks: Some("Passport".to_owned()),
/// };
///
/// assert!(!format!("{report:?}").contains("131052"));
/// let json = serde_json::to_string(&report)?;
/// assert_eq!(json, r#"{"personalId":"131052-308T","remarks":"Passport"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewStrongIdentification {
    /// Personal identity code; the service accepts any text (observed).
    pub personal_id: PersonalId,
    /// Remarks to store with the identification.
    pub remarks: Option<String>,
}

redacted_debug!(NewStrongIdentification without extra shows);
