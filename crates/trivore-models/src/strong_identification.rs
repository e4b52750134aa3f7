//! Proof of who a user is.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Extra, PersonalId, Timestamp, lenient, redact::redacted_debug, string_enum::string_enum,
};

/// A strong identification of a user; set by the service (documented).
///
/// In a user it tells of the latest one, with [`first_time`](Self::first_time) and
/// [`count`](Self::count). How an entry of the history carries its identifier is not
/// known: look for it in [`extra`](Self::extra).
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StrongIdentification {
    /// How the user was identified.
    pub method: Option<IdentificationMethod>,
    /// Documents that were shown.
    #[serde(default, deserialize_with = "lenient::list")]
    pub identification_documents: Option<Vec<String>>,
    /// How else the user was identified.
    pub other_explanation: Option<String>,
    /// Personal identity code; censored without the permission `ACCOUNT_VIEW_PERSONAL_ID`.
    pub personal_id: Option<PersonalId>,
    /// Remarks of whoever identified the user.
    pub remarks: Option<String>,
    /// Who identified the user: a user name, a client or something else.
    pub identifier: Option<String>,
    /// When the user was identified.
    pub time: Option<Timestamp>,
    /// When the user was first identified.
    pub first_time: Option<Timestamp>,
    /// How often the user was identified.
    pub count: Option<i64>,
    /// Whether the user is identified.
    pub identified: Option<bool>,
    /// Fields this version does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(StrongIdentification shows "method" "time" "firstTime" "count" "identified");

string_enum! {
    /// How a user was identified (documented).
    pub enum IdentificationMethod {
        /// Face to face.
        InPerson = "IN_PERSON",
        /// By the Finnish state's service, which includes eIDAS.
        SuomiFi = "SUOMI_FI",
        /// By the Finnish state's service, on behalf of someone else.
        SuomiFiValtuudet = "SUOMI_FI_VALTUUDET",
        /// Reported by a client of the API (inferred from the name).
        UserApi = "USER_API",
    }
}

/// A report that a user was identified (documented).
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewStrongIdentification {
    /// Personal identity code; any text is accepted (observed).
    pub personal_id: PersonalId,
    /// Remarks to keep with it.
    pub remarks: Option<String>,
}

redacted_debug!(NewStrongIdentification shows);
