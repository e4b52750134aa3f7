//! Simple derived models with the same fields as the SDK's, which drop unknown fields.

#![expect(clippy::struct_field_names, reason = "the names are the service's")]

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use serde_with::skip_serializing_none;

#[skip_serializing_none]
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Page {
    total_results: Option<u64>,
    start_index: Option<u64>,
    items_per_page: Option<u64>,
    resources: Vec<User>,
}

#[skip_serializing_none]
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    id: Option<String>,
    username: Option<String>,
    password: Option<String>,
    user_account_type: Option<AccountType>,
    #[serde(rename = "nsCode")]
    namespace_code: Option<String>,
    member_of: Option<Vec<String>>,
    name: Option<Names>,
    emails: Option<Vec<EmailAddress>>,
    mobiles: Option<Vec<Mobile>>,
    addresses: Option<Vec<Address>>,
    consents: Option<Consents>,
    locale: Option<String>,
    preferred_language: Option<String>,
    time_zone: Option<String>,
    mfa_method: Option<MfaMethod>,
    nick_name: Option<String>,
    screen_name: Option<String>,
    locked: Option<bool>,
    minor: Option<bool>,
    website_main: Option<String>,
    website_aux: Option<String>,
    domicile_code: Option<String>,
    domicile_classes: Option<Vec<String>>,
    date_of_birth: Option<String>,
    strong_identification: Option<StrongIdentification>,
    customer_group_info: Option<CustomerGroupInfo>,
    meta: Option<Meta>,
    gender: Option<String>,
    sex: Option<Sex>,
    nationality: Option<String>,
    salutation: Option<String>,
    title: Option<String>,
    birth_first_name: Option<String>,
    birth_middle_name: Option<String>,
    birth_last_name: Option<String>,
    #[serde(rename = "place_of_birth")]
    place_of_birth: Option<PlaceOfBirth>,
    tags: Option<Vec<String>>,
    custom_fields: Option<Map<String, Value>>,
}

#[skip_serializing_none]
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Names {
    given_name: Option<String>,
    middle_name: Option<String>,
    family_name: Option<String>,
}

#[skip_serializing_none]
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct EmailAddress {
    name: Option<String>,
    address: Option<String>,
    verified: Option<bool>,
    verified_by: Option<String>,
    verified_date_time: Option<String>,
    tags: Option<Vec<String>>,
}

#[skip_serializing_none]
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Mobile {
    name: Option<String>,
    number: Option<String>,
    verified: Option<bool>,
    tags: Option<Vec<String>>,
}

#[skip_serializing_none]
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Address {
    id: Option<String>,
    address_name: Option<String>,
    name: Option<String>,
    #[serde(rename = "organisation")]
    organization: Option<String>,
    street_address: Option<String>,
    postal_code: Option<String>,
    locality: Option<String>,
    region: Option<String>,
    country: Option<String>,
    #[serde(rename = "type")]
    address_type: Option<AddressType>,
    source: Option<String>,
    verified: Option<bool>,
    language: Option<String>,
    from: Option<String>,
    until: Option<String>,
    tags: Option<Vec<String>>,
}

#[skip_serializing_none]
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Consents {
    marketing_post: Option<bool>,
    marketing_email: Option<bool>,
    marketing_phone: Option<bool>,
    marketing_mobile_message: Option<bool>,
    marketing_push_notification: Option<bool>,
    marketing_other: Option<bool>,
    locationing: Option<bool>,
    profiling: Option<bool>,
}

#[skip_serializing_none]
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct StrongIdentification {
    method: Option<IdentificationMethod>,
    identification_documents: Option<Vec<String>>,
    other_explanation: Option<String>,
    personal_id: Option<String>,
    remarks: Option<String>,
    identifier: Option<String>,
    time: Option<String>,
    first_time: Option<String>,
    count: Option<i64>,
    identified: Option<bool>,
}

#[skip_serializing_none]
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct CustomerGroupInfo {
    student: Option<bool>,
    student_identifier: Option<String>,
    student_valid_from: Option<String>,
    student_valid_to: Option<String>,
    student_valid_now: Option<bool>,
    student_updated: Option<String>,
    senior: Option<bool>,
    senior_identifier: Option<String>,
    senior_updated: Option<String>,
    disabilities: Option<bool>,
    disabilities_identifier: Option<String>,
    disabilities_updated: Option<String>,
}

#[skip_serializing_none]
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    created: Option<String>,
    last_modified: Option<String>,
    location: Option<String>,
}

#[skip_serializing_none]
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct PlaceOfBirth {
    country: Option<String>,
    locality: Option<String>,
    region: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum AccountType {
    Person,
    LegalEntity,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum MfaMethod {
    Totp,
    Sms,
    None,
    Email,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Sex {
    Female,
    Male,
    Other,
    Undisclosed,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum IdentificationMethod {
    InPerson,
    SuomiFi,
    SuomiFiValtuudet,
    UserApi,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum AddressType {
    Permanent,
    Temporary,
}
