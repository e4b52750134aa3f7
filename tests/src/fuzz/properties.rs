//! Properties files with any content.

use std::fs;

use tempfile::NamedTempFile;
use trivore::{ConfigError, Trivore, TrivoreBuilder};

use super::telling;
use crate::Recorder;

/// Checks that a file is read, or that the error gives the invalid line without quoting the file.
pub fn properties(input: &[u8]) {
    let file = NamedTempFile::new().unwrap();
    fs::write(&file, input).unwrap();
    let outcome = TrivoreBuilder::from_properties(&file).and_then(build);
    check(input, &outcome);

    // The last of several equal keys wins.
    let whole = [input, KNOWN.as_bytes()].concat();
    fs::write(&file, &whole).unwrap();
    match TrivoreBuilder::from_properties(&file) {
        Ok(builder) => {
            let told = format!("{builder:?}");
            assert!(!told.contains("canary"), "{told}");
            let built = build(builder);
            assert!(built.is_ok(), "{built:?}");
        }
        Err(error) => {
            let is_about_form =
                matches!(error, ConfigError::Syntax { .. } | ConfigError::File { .. });
            assert!(is_about_form, "{error}");
            check(&whole, &Err(error));
        }
    }
}

/// Builds without the SDK's HTTP client, which is slow because it loads certificates.
fn build(builder: TrivoreBuilder) -> Result<Trivore, ConfigError> {
    builder.configure(|client| client.service(Recorder::new().service())).build()
}

fn check(input: &[u8], outcome: &Result<Trivore, ConfigError>) {
    let Err(error) = outcome else { return };
    telling::one_line(&error.to_string());
    match error {
        ConfigError::Syntax { line, .. } => {
            let lines = input.split(|byte| matches!(byte, b'\n' | b'\r')).count();
            assert!((1..=lines).contains(line), "line {line} of {lines}");
        }
        ConfigError::File { .. } => assert!(std::str::from_utf8(input).is_err()),
        _ => {}
    }
    assert!(!format!("{error} {error:?}").contains("canary"));
}

/// Known entries, after an empty line that ends a line continuation in the input.
const KNOWN: &str = "\n\n\
    service.address = https://id.example.com\n\
    mgmtapi.id = known\n\
    mgmtapi.secret = canary\n";
