//! The recorded requests, and the comparison with them.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use trivore::models::Filter;
use trivore_tests::{Recorded, Recorder};

use super::calls::call;
use super::deviations::{Change, DEVIATIONS};

/// The compared parts of a request.
#[derive(Clone, Debug, PartialEq)]
struct Request {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    authorization: Option<String>,
    content_type: Option<String>,
    body: Option<Value>,
}

impl Request {
    fn recorded(request: &Value) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let pairs = request["query"].as_array().into_iter().flatten();
        Self {
            method: text(&request["method"]).unwrap_or_default(),
            path: text(&request["path"]).unwrap_or_default(),
            query: pairs.filter_map(|pair| Some((text(&pair[0])?, text(&pair[1])?))).collect(),
            authorization: text(&request["headers"]["authorization"]),
            content_type: text(&request["headers"]["content-type"]),
            body: Some(request["body"].clone()).filter(|body| !body.is_null()),
        }
    }

    fn ours(request: &Recorded) -> Self {
        Self {
            method: request.method().to_string(),
            path: request.path().to_owned(),
            query: request.query(),
            authorization: request.header("authorization").map(str::to_owned),
            content_type: request.header("content-type").map(str::to_owned),
            body: request.json(),
        }
    }

    /// Applies a deviation; `Err` if it does not apply to this request.
    fn deviate(&mut self, change: &Change) -> Result<(), &'static str> {
        let before = self.clone();
        let body = self.body.as_mut();
        match change {
            Change::NoNulls => drop(body.map(remove_nulls)),
            Change::Without { pointer, value } => {
                let body = body.ok_or("there is no body")?;
                remove(body, pointer, &value.parse().map_err(|_malformed| "no JSON")?)?;
            }
            Change::OneSegment { path } => {
                (*path).clone_into(&mut self.path);
                self.query.clear();
            }
            Change::FilterText { text } => {
                let pair = self.query.iter_mut().find(|(name, _)| name == "filter");
                let (_, recorded) = pair.ok_or("there is no filter")?;
                if Filter::parse(recorded).ok() != Filter::parse(text).ok() {
                    return Err("the filters have different meanings");
                }
                (*text).clone_into(recorded);
            }
            Change::Documented { .. } => return Err("the vendor's SDK sent something"),
        }
        if *self == before { Err("nothing changes") } else { Ok(()) }
    }
}

/// Removes members that are `null`, and objects with only such members.
fn remove_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| {
                remove_nulls(member);
                !member.is_null() && member.as_object().is_none_or(|object| !object.is_empty())
            });
        }
        Value::Array(elements) => elements.iter_mut().for_each(remove_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn remove(body: &mut Value, pointer: &str, value: &Value) -> Result<(), &'static str> {
    let (parent, member) = pointer.rsplit_once('/').ok_or("no pointer")?;
    let parent = body.pointer_mut(parent).and_then(Value::as_object_mut).ok_or("no such object")?;
    match parent.remove(member) {
        Some(removed) if removed == *value => Ok(()),
        _ => Err("the recorded value is different"),
    }
}

/// Returns the expected requests, from the record and the deviations.
fn expected(name: &str, entry: &Value) -> Result<Vec<Request>, String> {
    let changes = DEVIATIONS.iter().filter(|(operation, ..)| *operation == name);
    let mut changes: Vec<_> = changes.map(|(_, change, _)| change).collect();
    let requests = entry["requests"].as_array().ok_or("no requests")?;
    let mut requests: Vec<_> = requests.iter().map(Request::recorded).collect();
    if let [Change::Documented { requests: documented }] = changes.as_slice() {
        if !requests.is_empty() || entry["python_error"].is_null() {
            return Err("the vendor's SDK did run".to_owned());
        }
        let documented: Value = documented.parse().map_err(|error| format!("{error}"))?;
        requests.extend(documented.as_array().into_iter().flatten().map(Request::recorded));
        changes.clear();
    }
    for change in changes {
        for request in &mut requests {
            let made = request.deviate(change);
            made.map_err(|reason| format!("{change:?} does not apply: {reason}"))?;
        }
    }
    Ok(requests)
}

fn record() -> serde_json::Result<Map<String, Value>> {
    serde_json::from_str(include_str!("../../fixtures/python-sdk-2.0.10-wire.json"))
}

#[tokio::test]
async fn every_operation_sends_what_the_vendors_sdk_sends() {
    for (name, entry) in record().unwrap() {
        let recorder = Recorder::new();

        call(&name, recorder.trivore().users()).await;

        let ours: Vec<_> = recorder.requests().iter().map(Request::ours).collect();
        assert_eq!(expected(&name, &entry), Ok(ours), "{name}");
    }
}

#[test]
fn no_entry_of_the_record_is_lost() {
    let record = record().unwrap();

    assert_eq!(record.len(), 39);
    assert!(record.values().all(|entry| entry["requests"].is_array()));
}

#[test]
fn every_deviation_is_from_an_entry_of_the_record_and_has_a_reason() {
    let record = record().unwrap();
    let mut seen = BTreeSet::new();

    for (operation, change, reason) in DEVIATIONS {
        assert!(record.contains_key(*operation), "{operation}");
        assert!(reason.len() > 10, "{operation}: {change:?}");
        assert!(seen.insert(format!("{operation} {change:?}")), "{operation}: {change:?}");
    }
}

#[tokio::test]
async fn json_is_asked_for_where_the_vendors_sdk_asks_for_anything() {
    for (name, entry) in record().unwrap() {
        let recorder = Recorder::new();

        call(&name, recorder.trivore().users()).await;

        for request in recorder.requests() {
            assert_eq!(request.header("accept"), Some("application/json"), "{name}");
        }
        for request in entry["requests"].as_array().unwrap() {
            assert_eq!(request["headers"]["accept"], "*/*", "{name}");
        }
    }
}
