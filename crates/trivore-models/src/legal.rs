//! What the state knows about a person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Address, Date, Extra, PersonalId, StudentInfo, Timestamp, lenient, redact::redacted_debug,
};

/// What governmental registers know about a person; read only (documented).
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LegalInfo {
    /// All first names.
    pub first_names: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// First name that the person goes by.
    pub calling_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Personal identity code.
    pub personal_identity_code: Option<PersonalId>,
    /// When the person was born.
    pub date_of_birth: Option<Date>,
    /// When the person died.
    pub date_of_death: Option<Date>,
    /// When the registers were last asked.
    pub last_updated_at: Option<Timestamp>,
    /// Whether the person's address is kept secret by order.
    pub protection_order: Option<bool>,
    /// Municipality of residence.
    pub domicile: Option<LegalDomicile>,
    /// Physical addresses.
    #[serde(default, deserialize_with = "lenient::list")]
    pub addresses: Option<Vec<Address>>,
    /// Whether the person is a student.
    pub student_info: Option<StudentInfo>,
    /// Fields this version does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(LegalInfo shows "lastUpdatedAt");

/// A municipality of residence (documented).
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LegalDomicile {
    /// Names by language, such as `fi` → `Turku`.
    #[serde(default, deserialize_with = "lenient::text_map")]
    pub names: Option<BTreeMap<String, String>>,
    /// Code, such as `853`.
    pub code: Option<String>,
    /// Fields this version does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(LegalDomicile shows);
