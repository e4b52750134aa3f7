//! Compares the data that the vendor's SDK read from a sandbox with the data that this SDK reads.
//!
//! The arguments are the sandbox's properties file and the state file that the driver in
//! `xtask/interop` wrote. Every value that the vendor's SDK read must be equal. Its models replace
//! missing values with `null`, `false` and empty lists, so these count as missing on both sides.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]

use std::{env, error::Error, fs, process::ExitCode};

use serde_json::{Value, to_value};
use trivore::{Trivore, models::UserId, transport::Call};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<bool, Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(properties), Some(state)) = (arguments.next(), arguments.next()) else {
        return Err("usage: interop-check PROPERTIES STATE".into());
    };
    let state: Value = serde_json::from_slice(&fs::read(state)?)?;
    let trivore = Trivore::from_properties(&properties)?;
    let users = trivore.users();
    let mut report = Report::default();

    for (id, seen) in entries(&state, "users") {
        report.compare("get", id, seen, users.get(&UserId::from(id)).await.map(to_value));
    }
    for (id, seen) in entries(&state, "custom_fields") {
        report.compare(
            "custom_fields",
            id,
            seen,
            users.custom_fields(&UserId::from(id)).await.map(to_value),
        );
    }
    for (id, seen) in entries(&state, "enterprises") {
        report.compare(
            "enterprise",
            id,
            seen,
            users.enterprise(&UserId::from(id)).await.map(to_value),
        );
    }
    for (id, seen) in entries(&state, "student_states") {
        report.compare(
            "student_state",
            id,
            seen,
            users.student_state(&UserId::from(id)).await.map(to_value),
        );
    }
    for (id, seen) in entries(&state, "custom_permissions") {
        let ours = users.custom_permissions(&UserId::from(id)).await.map(to_value);
        report.compare("custom_permissions", id, seen, ours);
    }
    for (id, seen) in entries(&state, "builtin_roles") {
        report.compare(
            "builtin_roles",
            id,
            seen,
            users.builtin_roles(&UserId::from(id)).await.map(to_value),
        );
    }
    for (id, seen) in entries(&state, "custom_roles") {
        report.compare(
            "custom_roles",
            id,
            seen,
            users.custom_roles(&UserId::from(id)).await.map(to_value),
        );
    }

    for id in state["deleted_users"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let problem = match users.get(&UserId::from(id)).await {
            Ok(_) => Some("the user still exists".to_owned()),
            Err(error) if error.is_not_found() => None,
            Err(error) => Some(error.to_string()),
        };
        report.line("get (deleted)", id, problem.as_slice());
    }

    // This SDK has no methods for these endpoints.
    for (kind, key) in [("group", "groups"), ("namespace", "namespaces")] {
        for (id, seen) in entries(&state, key) {
            let call = Call::<Value>::get(&["api", "rest", "v1", kind, id]);
            report.compare(kind, id, seen, users.client().send(call).await.map(Ok));
        }
    }

    println!("{} passed, {} failed", report.passed, report.failed);
    Ok(report.passed > 0 && report.failed == 0)
}

fn entries<'a>(state: &'a Value, key: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    state[key].as_object().into_iter().flatten().map(|(id, value)| (id.as_str(), value))
}

/// Prints a line for each comparison and counts the results.
#[derive(Debug, Default)]
struct Report {
    passed: usize,
    failed: usize,
}

impl Report {
    fn compare(
        &mut self,
        method: &str,
        id: &str,
        seen: &Value,
        ours: trivore::Result<serde_json::Result<Value>>,
    ) {
        let mut problems = Vec::new();
        match ours {
            Ok(Ok(ours)) => differences("", seen, &ours, &mut problems),
            Ok(Err(error)) => problems.push(error.to_string()),
            Err(error) => problems.push(error.to_string()),
        }
        self.line(method, id, &problems);
    }

    fn line(&mut self, method: &str, id: &str, problems: &[String]) {
        if problems.is_empty() {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
        let result = if problems.is_empty() { "ok" } else { &problems.join("; ") };
        println!("{:<66} rust   {result}", format!("{method} {id}"));
    }
}

/// Collects the paths of values that are missing or different in `ours`.
fn differences(path: &str, seen: &Value, ours: &Value, found: &mut Vec<String>) {
    match (seen, ours) {
        _ if seen == ours || is_blank(seen) && is_blank(ours) => {}
        (Value::Object(fields), _) => {
            for (key, value) in fields {
                let ours = ours.get(key).unwrap_or(&Value::Null);
                differences(&format!("{path}/{key}"), value, ours, found);
            }
        }
        (Value::Array(items), Value::Array(others)) if items.len() == others.len() => {
            for (index, (item, other)) in items.iter().zip(others).enumerate() {
                differences(&format!("{path}/{index}"), item, other, found);
            }
        }
        _ => found.push(format!("{path}: expected {seen}, got {ours}")),
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) | Value::Number(_) | Value::String(_) => false,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(is_blank),
    }
}
