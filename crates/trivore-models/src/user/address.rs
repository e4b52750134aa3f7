//! Physical addresses of a user.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Extra, Timestamp, lenient, redact::redacted_debug, string_enum::string_enum};

/// A physical address of a user (documented, unless marked otherwise).
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use trivore_models::{Address, AddressType};
///
/// let address = Address::new()
///     .street_address("Street Address 5C")
///     .postal_code("20750")
///     .country("FI")
///     .address_type(AddressType::Permanent);
///
/// let expected = json!({
///     "streetAddress": "Street Address 5C",
///     "postalCode": "20750",
///     "country": "FI",
///     "type": "PERMANENT",
/// });
/// assert_eq!(serde_json::to_value(&address)?, expected);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Address {
    /// Identifier; sent by newer servers (observed).
    pub id: Option<String>,
    /// Label of the address.
    pub address_name: Option<String>,
    /// Name of the recipient (inferred).
    pub name: Option<String>,
    /// Organization at the address; `organisation` in JSON.
    #[serde(rename = "organisation")]
    pub organization: Option<String>,
    /// Street name and house number.
    pub street_address: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// City or municipality.
    pub locality: Option<String>,
    /// Region or state.
    pub region: Option<String>,
    /// Country, such as `FI`.
    pub country: Option<String>,
    /// Whether the address is permanent or temporary; `type` in JSON.
    #[serde(rename = "type")]
    pub address_type: Option<AddressType>,
    /// Source of the address.
    pub source: Option<String>,
    /// Whether the address was verified.
    pub verified: Option<bool>,
    /// Language of the address, as a two-letter ISO 639 code.
    pub language: Option<String>,
    /// Start of validity; sent by newer servers (observed; format inferred).
    pub from: Option<Timestamp>,
    /// End of validity; sent by newer servers (observed; format inferred).
    pub until: Option<Timestamp>,
    /// Machine-readable tags; sent by newer servers (observed).
    #[serde(default, deserialize_with = "lenient::list")]
    pub tags: Option<Vec<String>>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Address {
    /// Creates an address with no fields set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the street name and house number.
    #[must_use]
    pub fn street_address(self, street_address: &str) -> Self {
        Self { street_address: Some(street_address.to_owned()), ..self }
    }

    /// Sets the postal code.
    #[must_use]
    pub fn postal_code(self, postal_code: &str) -> Self {
        Self { postal_code: Some(postal_code.to_owned()), ..self }
    }

    /// Sets the city or municipality.
    #[must_use]
    pub fn locality(self, locality: &str) -> Self {
        Self { locality: Some(locality.to_owned()), ..self }
    }

    /// Sets the country, such as `FI`.
    #[must_use]
    pub fn country(self, country: &str) -> Self {
        Self { country: Some(country.to_owned()), ..self }
    }

    /// Sets whether the address is permanent or temporary.
    #[must_use]
    pub fn address_type(self, address_type: AddressType) -> Self {
        Self { address_type: Some(address_type), ..self }
    }
}

redacted_debug!(Address shows "id" "type" "verified");

string_enum! {
    /// Whether an address is permanent or temporary (documented).
    pub enum AddressType {
        /// Permanent address.
        Permanent = "PERMANENT",
        /// Temporary address.
        Temporary = "TEMPORARY",
    }
}
