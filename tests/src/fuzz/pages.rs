//! Pages of users: any bytes as the body of a successful response.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use trivore::models::{Page, User};
use trivore::transport::{Call, Client};

use super::response::{AnyResponse, run};
use super::telling;

/// Checks that no field of a page is lost, or that the error gives the JSON path without a value.
pub fn pages(input: &[u8]) {
    let body = Bytes::copy_from_slice(input);
    let response = AnyResponse { status: StatusCode::OK, headers: HeaderMap::new(), body };
    let client = Client::new(response.service());

    match run(client.send::<Page<User>>(Call::get(&["user"]))) {
        Ok(page) => unchanged(input, &page),
        Err(error) => {
            assert!(error.decode_error().is_some(), "{error}");
            assert!(!error.may_have_been_applied());
            telling::check(&error);
            telling::no_value_of(input, &error);
        }
    }
}

fn unchanged(input: &[u8], page: &Page<User>) {
    let written = serde_json::to_string(page).unwrap();
    let read: Page<User> = serde_json::from_str(&written).unwrap();
    assert_eq!(&read, page, "{written}");
    assert_eq!(serde_json::to_string(&read).unwrap(), written);

    // A page skips unknown members, even if they are not valid UTF-8.
    let Ok(came) = serde_json::from_slice::<Value>(input) else { return };
    let written: Value = serde_json::from_str(&written).unwrap();
    assert!(came.is_object(), "a page was read from something other than an object");
    for (came, written) in users(&came).zip(users(&written)) {
        kept(came, written);
    }
    assert_eq!(users(&came).count(), users(&written).count());
}

fn users(page: &Value) -> impl Iterator<Item = &Value> {
    page["resources"].as_array().into_iter().flatten().filter(|user| !user.is_null())
}

/// Asserts that every value other than `null` is written back.
fn kept(came: &Value, written: &Value) {
    match (came, written) {
        (Value::Object(came), Value::Object(written)) => {
            for (name, value) in came.iter().filter(|(_, value)| !value.is_null()) {
                kept(value, written.get(name).unwrap_or(&Value::Null));
            }
        }
        (Value::Array(came), Value::Array(written)) => {
            let came: Vec<_> = came.iter().filter(|value| !value.is_null()).collect();
            let written: Vec<_> = written.iter().filter(|value| !value.is_null()).collect();
            assert_eq!(came.len(), written.len());
            came.into_iter().zip(written).for_each(|(came, written)| kept(came, written));
        }
        _ => assert_eq!(came, written),
    }
}
