//! Places where a user lives or gets post.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Extra, Timestamp, lenient, redact::redacted_debug, string_enum::string_enum};

/// A physical address of a user (documented, unless said otherwise).
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Address {
    /// Identifier, from newer servers (observed).
    pub id: Option<String>,
    /// Label of the address.
    pub address_name: Option<String>,
    /// Name of the recipient (inferred).
    pub name: Option<String>,
    /// Organization at the address; `organisation` on the wire.
    #[serde(rename = "organisation")]
    pub organization: Option<String>,
    /// Street and house.
    pub street_address: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// City or municipality.
    pub locality: Option<String>,
    /// Region or state.
    pub region: Option<String>,
    /// Country, such as `FI`.
    pub country: Option<String>,
    /// Whether it is lasting; `type` on the wire.
    #[serde(rename = "type")]
    pub address_type: Option<AddressType>,
    /// Where the address was learned.
    pub source: Option<String>,
    /// Whether it was verified.
    pub verified: Option<bool>,
    /// Language of the address, in two letters of ISO 639.
    pub language: Option<String>,
    /// Since when it is valid, from newer servers (observed; its format is inferred).
    pub from: Option<Timestamp>,
    /// How long it is valid, from newer servers (observed; its format is inferred).
    pub until: Option<Timestamp>,
    /// Labels for programs to read, from newer servers (observed).
    #[serde(default, deserialize_with = "lenient::list")]
    pub tags: Option<Vec<String>>,
    /// Fields this version does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Address {
    /// Starts with nothing set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets street and house.
    #[must_use]
    pub fn street_address(self, street_address: &str) -> Self {
        Self { street_address: Some(street_address.to_owned()), ..self }
    }

    /// Sets the postal code.
    #[must_use]
    pub fn postal_code(self, postal_code: &str) -> Self {
        Self { postal_code: Some(postal_code.to_owned()), ..self }
    }

    /// Sets city or municipality.
    #[must_use]
    pub fn locality(self, locality: &str) -> Self {
        Self { locality: Some(locality.to_owned()), ..self }
    }

    /// Sets the country, such as `FI`.
    #[must_use]
    pub fn country(self, country: &str) -> Self {
        Self { country: Some(country.to_owned()), ..self }
    }

    /// Sets whether it is lasting.
    #[must_use]
    pub fn address_type(self, address_type: AddressType) -> Self {
        Self { address_type: Some(address_type), ..self }
    }
}

redacted_debug!(Address shows "id" "type" "verified");

string_enum! {
    /// Whether an address is lasting (documented).
    pub enum AddressType {
        /// Lasting.
        Permanent = "PERMANENT",
        /// For a time.
        Temporary = "TEMPORARY",
    }
}
