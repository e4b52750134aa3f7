//! The fields of a user by their JSON names, and what each holds.

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldType {
    /// Text, also enumerated values, dates and times.
    Text,
    /// `true` or `false`.
    Flag,
    /// A number.
    Number,
    /// A list of texts.
    Texts,
    /// An object with these fields.
    Object(Fields),
    /// A list of objects with these fields.
    Objects(Fields, MainField),
    /// An object with any fields.
    Map,
    /// Any JSON value.
    Any,
}

/// The field that alone makes an object of a list, such as the address of an e-mail address.
pub(crate) type MainField = Option<&'static str>;

/// Names of fields, and what they hold.
pub(crate) type Fields = &'static [(&'static str, FieldType)];

impl FieldType {
    /// Returns what a member of this field holds, if there is such a member.
    pub(crate) fn member(self, name: &str) -> Option<Self> {
        match self {
            Self::Object(fields) => member(fields, name),
            Self::Objects(fields, _) => is_index(name).then_some(Self::Object(fields)),
            Self::Map | Self::Any => Some(Self::Any),
            Self::Text | Self::Flag | Self::Number | Self::Texts => None,
        }
    }

    /// Whether several columns of a file may add to it.
    pub(crate) fn is_list(self) -> bool {
        matches!(self, Self::Texts | Self::Objects(_, Some(_)))
    }
}

/// Whether a part of a path is a position in a list.
pub(crate) fn is_index(name: &str) -> bool {
    (1..=2).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns what the field at a path holds, if there is such a field.
pub(crate) fn find<'a>(path: impl IntoIterator<Item = &'a str>) -> Option<FieldType> {
    path.into_iter().try_fold(FieldType::Object(USER), FieldType::member)
}

/// Returns all names with dots.
pub(crate) fn names() -> Vec<String> {
    let mut names = Vec::new();
    for (name, holds) in USER {
        names.push((*name).to_owned());
        if let FieldType::Object(fields) = holds {
            names.extend(fields.iter().map(|(member, _)| format!("{name}.{member}")));
        }
    }
    names
}

fn member(fields: Fields, name: &str) -> Option<FieldType> {
    fields.iter().find(|(known, _)| *known == name).map(|(_, holds)| *holds)
}

/// The fields of a user.
pub(crate) const USER: Fields = &[
    ("id", FieldType::Text),
    ("nsCode", FieldType::Text),
    ("username", FieldType::Text),
    ("password", FieldType::Text),
    ("userAccountType", FieldType::Text),
    ("memberOf", FieldType::Texts),
    ("name", FieldType::Object(NAME)),
    ("email", FieldType::Text),
    ("emails", FieldType::Objects(EMAIL, Some("address"))),
    ("mobiles", FieldType::Objects(MOBILE, Some("number"))),
    ("addresses", FieldType::Objects(ADDRESS, None)),
    ("consents", FieldType::Object(CONSENTS)),
    ("locale", FieldType::Text),
    ("preferredLanguage", FieldType::Text),
    ("timeZone", FieldType::Text),
    ("mfaMethod", FieldType::Text),
    ("nickName", FieldType::Text),
    ("screenName", FieldType::Text),
    ("locked", FieldType::Flag),
    ("minor", FieldType::Flag),
    ("websiteMain", FieldType::Text),
    ("websiteAux", FieldType::Text),
    ("domicileCode", FieldType::Text),
    ("domicileClasses", FieldType::Texts),
    ("dateOfBirth", FieldType::Text),
    ("strongIdentification", FieldType::Map),
    ("customerGroupInfo", FieldType::Object(CUSTOMER_GROUPS)),
    ("meta", FieldType::Map),
    ("gender", FieldType::Text),
    ("sex", FieldType::Text),
    ("nationality", FieldType::Text),
    ("salutation", FieldType::Text),
    ("title", FieldType::Text),
    ("birthFirstName", FieldType::Text),
    ("birthMiddleName", FieldType::Text),
    ("birthLastName", FieldType::Text),
    ("place_of_birth", FieldType::Object(PLACE)),
    ("tags", FieldType::Texts),
    ("customFields", FieldType::Map),
];

const NAME: Fields = &[
    ("givenName", FieldType::Text),
    ("middleName", FieldType::Text),
    ("familyName", FieldType::Text),
];

const EMAIL: Fields = &[
    ("address", FieldType::Text),
    ("name", FieldType::Text),
    ("verified", FieldType::Flag),
    ("verifiedBy", FieldType::Text),
    ("verifiedDateTime", FieldType::Text),
    ("tags", FieldType::Texts),
];

const MOBILE: Fields = &[
    ("number", FieldType::Text),
    ("name", FieldType::Text),
    ("verified", FieldType::Flag),
    ("tags", FieldType::Texts),
];

const ADDRESS: Fields = &[
    ("id", FieldType::Text),
    ("addressName", FieldType::Text),
    ("name", FieldType::Text),
    ("organisation", FieldType::Text),
    ("streetAddress", FieldType::Text),
    ("postalCode", FieldType::Text),
    ("locality", FieldType::Text),
    ("region", FieldType::Text),
    ("country", FieldType::Text),
    ("type", FieldType::Text),
    ("source", FieldType::Text),
    ("verified", FieldType::Flag),
    ("language", FieldType::Text),
    ("from", FieldType::Text),
    ("until", FieldType::Text),
    ("tags", FieldType::Texts),
];

const CONSENTS: Fields = &[
    ("marketingPost", FieldType::Flag),
    ("marketingEmail", FieldType::Flag),
    ("marketingPhone", FieldType::Flag),
    ("marketingMobileMessage", FieldType::Flag),
    ("marketingPushNotification", FieldType::Flag),
    ("marketingOther", FieldType::Flag),
    ("locationing", FieldType::Flag),
    ("profiling", FieldType::Flag),
];

const CUSTOMER_GROUPS: Fields = &[
    ("student", FieldType::Flag),
    ("studentIdentifier", FieldType::Text),
    ("studentValidFrom", FieldType::Text),
    ("studentValidTo", FieldType::Text),
    ("studentValidNow", FieldType::Flag),
    ("studentUpdated", FieldType::Text),
    ("senior", FieldType::Flag),
    ("seniorIdentifier", FieldType::Text),
    ("seniorUpdated", FieldType::Text),
    ("disabilities", FieldType::Flag),
    ("disabilitiesIdentifier", FieldType::Text),
    ("disabilitiesUpdated", FieldType::Text),
];

const PLACE: Fields =
    &[("country", FieldType::Text), ("locality", FieldType::Text), ("region", FieldType::Text)];

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};
    use trivore::models::User;

    use super::{FieldType, USER, find};

    fn sample(holds: FieldType) -> Value {
        match holds {
            FieldType::Text => json!("text"),
            FieldType::Flag => json!(true),
            FieldType::Number => json!(1),
            FieldType::Texts => json!(["a", "b"]),
            FieldType::Object(fields) => fields
                .iter()
                .map(|(name, holds)| ((*name).to_owned(), sample(*holds)))
                .collect::<Map<_, _>>()
                .into(),
            FieldType::Objects(fields, _) => json!([sample(FieldType::Object(fields))]),
            FieldType::Map | FieldType::Any => json!({}),
        }
    }

    #[test]
    fn the_sdk_knows_all_fields_and_their_types() {
        let document = sample(FieldType::Object(USER));
        let user: User = serde_json::from_value(document.clone()).unwrap();
        assert!(user.extra.is_empty(), "{:?}", user.extra.iter().collect::<Vec<_>>());
        let extras = [
            user.name.as_ref().unwrap().extra.len(),
            user.emails()[0].extra.len(),
            user.mobiles()[0].extra.len(),
            user.addresses()[0].extra.len(),
            user.consents.as_ref().unwrap().extra.len(),
            user.customer_group_info.as_ref().unwrap().extra.len(),
            user.place_of_birth.as_ref().unwrap().extra.len(),
        ];
        assert_eq!(extras, [0; 7]);
        assert_eq!(serde_json::to_value(&user).unwrap(), document);
    }

    #[test]
    fn fields_are_found_by_their_paths() {
        for (path, expected) in [
            ("username", Some(FieldType::Text)),
            ("name.givenName", Some(FieldType::Text)),
            ("emails.0.verified", Some(FieldType::Flag)),
            ("emails.x.verified", None),
            ("emails.address", None),
            ("customFields.a", Some(FieldType::Any)),
            ("customFields.a.b", Some(FieldType::Any)),
            ("username.x", None),
            ("usernam", None),
        ] {
            assert_eq!(find(path.split('.')), expected, "{path}");
        }
    }
}
