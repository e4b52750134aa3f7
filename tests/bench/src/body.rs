//! Response bodies like the service's: users with all fields, some of them unknown or `null`.

use serde_json::{Value, json};

/// Number of fields per user that the models do not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unknown {
    /// None.
    None,
    /// Four, as from a service that is newer than the models.
    Four,
}

/// Returns a user; users differ only in the identifier.
pub fn user(number: usize, unknown: Unknown) -> Value {
    let mut user = json!({
        "id": id(number),
        "username": "maija.meikalainen",
        "userAccountType": "PERSON",
        "nsCode": "customers",
        "memberOf": ["5b0cfba4e2bb230ff8b53aaa", "5b0cfba4e2bb230ff8b53bbb"],
        "name": {"givenName": "Maija Sofia", "middleName": null, "familyName": "Meikäläinen"},
        "emails": [{
            "address": "maija.meikalainen@example.com", "name": null, "verified": true,
            "tags": ["work"],
        }],
        "mobiles": [{"number": "+358401234567", "name": null, "verified": true, "tags": []}],
        "addresses": [{
            "addressName": "home", "name": "Maija Meikäläinen", "streetAddress": "Aurakatu 5 C 12",
            "postalCode": "20100", "locality": "Turku", "country": "FI", "type": "PERMANENT",
            "verified": false,
        }],
        "consents": {
            "marketingPost": false, "marketingEmail": true, "marketingPhone": false,
            "marketingMobileMessage": false, "marketingOther": false, "profiling": true,
        },
        "locale": "fi",
        "preferredLanguage": "fi",
        "timeZone": "Europe/Helsinki",
        "mfaMethod": "NONE",
        "nickName": null,
        "locked": false,
        "minor": false,
        "websiteMain": null,
        "domicileCode": "853",
        "domicileClasses": [],
        "dateOfBirth": "1984-05-17",
        "strongIdentification": {
            "method": "SUOMI_FI", "time": "2024-02-29T09:15:27.311Z", "count": 2,
            "firstTime": "2021-11-03T14:02:51.007Z", "identified": true,
        },
        "customerGroupInfo": {"student": false, "senior": false, "disabilities": false},
        "meta": {
            "created": "2019-08-01T06:30:00.123Z", "lastModified": "2024-03-01T12:00:00.456Z",
        },
        "gender": null,
        "sex": "FEMALE",
        "nationality": "FI",
        "title": null,
        "birthLastName": "Virtanen",
        "tags": ["newsletter"],
        "customFields": {"customerNumber": "100217"},
    });
    if let (Unknown::Four, Some(fields)) = (unknown, user.as_object_mut()) {
        fields.insert("accountStatus".into(), json!("ACTIVE"));
        fields.insert("lastLogin".into(), json!("2024-03-01T12:00:00.456Z"));
        fields.insert("loginCount".into(), json!(217));
        fields.insert("photo".into(), json!({"present": false, "updated": null}));
    }
    user
}

/// Returns the page that begins at `start` in a list of `total` users.
pub fn page(start: usize, count: usize, total: usize, unknown: Unknown) -> Value {
    let resources: Vec<_> = (start..start + count).map(|number| user(number, unknown)).collect();
    json!({
        "resources": resources, "startIndex": start, "itemsPerPage": count, "totalResults": total,
    })
}

/// Returns an identifier of 24 hexadecimal digits.
pub fn id(number: usize) -> String {
    format!("5b0cfba4e2bb230f{number:08x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_500_is_as_long_as_measured_ones() {
        let length = page(0, 500, 500, Unknown::Four).to_string().len();

        assert!((780_000..800_000).contains(&length), "{length}");
    }
}
