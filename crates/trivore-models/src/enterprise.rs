//! Organizations that have an account.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Extra, Meta, lenient, redact::redacted_debug};

/// Details of an organization whose account is a user (documented).
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use trivore_models::{Enterprise, EnterpriseContactInfo};
///
/// let mut sales = EnterpriseContactInfo::new();
/// sales.email = Some("sales@example.com".to_owned());
/// let mut enterprise = Enterprise::new();
/// enterprise.trade_name = Some("Example Oy".to_owned());
/// enterprise.sales = Some(sales);
///
/// let expected = json!({"tradeName": "Example Oy", "sales": {"email": "sales@example.com"}});
/// assert_eq!(serde_json::to_value(&enterprise)?, expected);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Enterprise {
    /// Business identity code.
    pub business_id: Option<String>,
    /// Value added tax number.
    pub vat_id: Option<String>,
    /// Name in the trade register.
    pub trade_name: Option<String>,
    /// Trade names in other languages.
    #[serde(default, deserialize_with = "lenient::list")]
    pub parallel_trade_names: Option<Vec<String>>,
    /// Trade names of parts of the business.
    #[serde(default, deserialize_with = "lenient::list")]
    pub auxiliary_trade_names: Option<Vec<String>>,
    /// Municipality of residence.
    pub domicile: Option<String>,
    /// Legal entity identifier.
    pub lei_code: Option<String>,
    /// D-U-N-S number.
    pub duns: Option<String>,
    /// Number in the trade register.
    pub trade_register_number: Option<String>,
    /// Tax identification number.
    pub tax_identification_number: Option<String>,
    /// General contact.
    pub general: Option<EnterpriseContactInfo>,
    /// Contact for sales.
    pub sales: Option<EnterpriseContactInfo>,
    /// Contact for service.
    pub service: Option<EnterpriseContactInfo>,
    /// Contact for customer support.
    pub customer_support: Option<EnterpriseContactInfo>,
    /// Times of creation and last change; read-only: no update sends it.
    pub meta: Option<Meta>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Enterprise {
    /// Creates an organization with no fields set.
    pub fn new() -> Self {
        Self::default()
    }
}

redacted_debug!(Enterprise shows);

/// Contact information of a part of an organization (documented).
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EnterpriseContactInfo {
    /// Phone number.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Website.
    pub website: Option<String>,
    /// Contact persons.
    pub contacts: Option<String>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

impl EnterpriseContactInfo {
    /// Creates contact information with no fields set.
    pub fn new() -> Self {
        Self::default()
    }
}

redacted_debug!(EnterpriseContactInfo shows);
