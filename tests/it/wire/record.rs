//! The recorded requests, and the comparison with them.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use trivore::models::Filter;
use trivore_tests::operations::{Case, Change, Entry};
use trivore_tests::{Recorded, Recorder};

use crate::operations::cases;

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
fn expected(entry: &Entry, recorded: &Value) -> Result<Vec<Request>, String> {
    let mut changes: Vec<_> = entry.deviations.iter().map(|(change, _)| change).collect();
    let requests = recorded["requests"].as_array().ok_or("no requests")?;
    let mut requests: Vec<_> = requests.iter().map(Request::recorded).collect();
    if let [Change::Documented { requests: documented }] = changes.as_slice() {
        if !requests.is_empty() || recorded["python_error"].is_null() {
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

fn record() -> Map<String, Value> {
    serde_json::from_str(include_str!("../../fixtures/python-sdk-2.0.10-wire.json")).unwrap()
}

/// Returns all entries with their operations.
fn entries() -> impl Iterator<Item = (&'static Case, &'static Entry)> {
    cases().iter().flat_map(|case| case.entries().iter().map(move |entry| (case, entry)))
}

async fn requests(case: &Case, entry: &Entry) -> Vec<Recorded> {
    let recorder = Recorder::new();
    case.run_entry(entry, recorder.trivore().users()).await;
    recorder.requests()
}

#[tokio::test]
async fn every_operation_sends_what_the_vendors_sdk_sends() {
    let record = record();
    for (case, entry) in entries() {
        let requests = requests(case, entry).await;

        let ours: Vec<_> = requests.iter().map(Request::ours).collect();
        assert_eq!(expected(entry, &record[entry.name]), Ok(ours), "{}", entry.name);
        let operation = case.operation();
        assert!(requests.iter().all(|request| request.method() == operation.method), "{case:?}");
    }
}

#[test]
fn every_entry_of_the_record_has_one_call() {
    let record = record();
    let mut called: Vec<_> = entries().map(|(_, entry)| entry.name).collect();
    called.sort_unstable();

    assert_eq!(called, record.keys().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn no_entry_of_the_record_is_lost() {
    let record = record();

    assert_eq!(record.len(), 39);
    assert!(record.values().all(|entry| entry["requests"].is_array()));
}

#[test]
fn every_deviation_is_given_once_and_has_a_reason() {
    let mut seen = BTreeSet::new();

    for (_, entry) in entries() {
        for (change, reason) in entry.deviations {
            let deviation = format!("{} {change:?}", entry.name);
            assert!(reason.len() > 10, "{deviation}");
            assert!(seen.insert(deviation.clone()), "{deviation}");
        }
    }
}

#[tokio::test]
async fn json_is_asked_for_where_the_vendors_sdk_asks_for_anything() {
    let record = record();
    for (case, entry) in entries() {
        for request in requests(case, entry).await {
            assert_eq!(request.header("accept"), Some("application/json"), "{}", entry.name);
        }
        for request in record[entry.name]["requests"].as_array().unwrap() {
            assert_eq!(request["headers"]["accept"], "*/*", "{}", entry.name);
        }
    }
}
