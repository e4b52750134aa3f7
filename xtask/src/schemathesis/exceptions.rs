//! What Schemathesis does not check, each with a reason.

use serde_json::Value;

/// Sections of the file, and the members of their entries beside `operations` and `reason`.
const SECTIONS: [(&str, &[&str]); 3] =
    [("values", &["in", "name", "value"]), ("checks", &["check"]), ("methods", &["method"])];

/// Returns what is wrong with the exceptions: those without a reason, for example.
pub(super) fn problems(text: &str) -> Vec<String> {
    let exceptions = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(exceptions)) => exceptions,
        Ok(_) => return vec!["the exceptions are not an object".to_owned()],
        Err(error) => return vec![error.to_string()],
    };
    let mut found = Vec::new();
    for (section, entries) in &exceptions {
        let Some((_, members)) = SECTIONS.iter().find(|(known, _)| known == section) else {
            found.push(format!("unknown section {section}"));
            continue;
        };
        for (index, entry) in entries.as_array().into_iter().flatten().enumerate() {
            let place = format!("{section}[{index}]");
            let reason = entry["reason"].as_str().unwrap_or_default();
            if reason.split_whitespace().count() < 4 {
                found.push(format!("{place} has no reason"));
            }
            if entry["operations"].as_array().is_none_or(Vec::is_empty) {
                found.push(format!("{place} names no operations"));
            }
            for member in members.iter().filter(|member| entry.get(**member).is_none()) {
                found.push(format!("{place} has no {member}"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::problems;

    #[test]
    fn every_exception_has_a_reason() {
        assert_eq!(problems(include_str!("../../schemathesis/exceptions.json")), [""; 0]);
    }

    #[test]
    fn an_exception_without_a_reason_is_a_problem() {
        let check = |reason: &str| {
            problems(&format!(
                r#"{{"checks": [{{"operations": ["getUser"], "check": "ignored_auth"{reason}}}]}}"#
            ))
        };

        assert_eq!(check(r#", "reason": "It is not known who may call it.""#), [""; 0]);
        assert_eq!(check(""), ["checks[0] has no reason"]);
        assert_eq!(check(r#", "reason": " todo ""#), ["checks[0] has no reason"]);
    }

    #[test]
    fn an_incomplete_exception_is_a_problem() {
        let found = problems(r#"{"methods": [{"reason": "a b c d"}], "other": []}"#);

        assert_eq!(
            found,
            ["methods[0] names no operations", "methods[0] has no method", "unknown section other"],
        );
        assert_eq!(problems("[]"), ["the exceptions are not an object"]);
    }
}
