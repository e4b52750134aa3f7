//! Settings from environment variables.

use std::ffi::OsString;
use std::path::Path;

use crate::settings::{Names, Settings};
use crate::{ConfigError, properties};

/// Reads variables through `variable`; an empty or blank one counts as missing.
///
/// White space may be part of a secret or a path, except for the line end of a variable that was
/// set from a file.
///
/// One that is not Unicode is an error. If it were ignored, other credentials or another address
/// would take its place.
pub(crate) fn settings(
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Settings, ConfigError> {
    let exact = |name: &'static str| match variable(name).map(OsString::into_string) {
        None => Ok(None),
        Some(Ok(value)) => {
            Ok(Some(without_line_end(value)).filter(|value| !value.trim().is_empty()))
        }
        Some(Err(_value)) => Err(ConfigError::NotUnicode { variable: name }),
    };
    let trimmed = |name| exact(name).map(|value| value.map(|value| value.trim().to_owned()));
    let path = exact("TRIVORE_PROPERTIES")?;
    let names = Names::environment();
    let own = Settings {
        address: trimmed(names.address)?,
        client_id: trimmed(names.client_id)?,
        client_secret: exact(names.client_secret)?,
        access_token: exact("TRIVORE_ACCESS_TOKEN")?,
        oidc_id: trimmed(names.oidc_id)?,
        oidc_secret: exact(names.oidc_secret)?,
        username: trimmed(names.username)?,
        password: exact(names.password)?,
        names,
    };
    match path {
        Some(path) => Ok(over(own, properties::settings(Path::new(&path))?)),
        None => Ok(own),
    }
}

fn without_line_end(mut value: String) -> String {
    if value.ends_with('\n') {
        value.pop();
        if value.ends_with('\r') {
            value.pop();
        }
    }
    value
}

/// Variables take precedence over the file; credentials come from one of the two, never both.
fn over(own: Settings, file: Settings) -> Settings {
    let address = own.address.clone().or_else(|| file.address.clone());
    let credentials = if own.has_credentials() { own } else { file };
    Settings { address, ..credentials }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: Result<&str, &str>) {
        let read = settings(|name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(value))
        });
        let complete = read.and_then(|settings| Ok((settings.address()?, settings.credentials()?)));

        match expected {
            Ok(kind) => {
                let (address, credentials) = complete.unwrap();
                assert_eq!(address, "https://id.example.com");
                let shown = format!("{credentials:?}");
                assert!(shown.contains(kind) && !shown.contains("MARK"), "{shown}");
            }
            Err(reason) => {
                let message = complete.unwrap_err().to_string();
                assert!(message.contains(reason), "{message}");
            }
        }
    }

    const ADDRESS: (&str, &str) = ("TRIVORE_SERVICE_ADDRESS", "https://id.example.com");
    const ID: (&str, &str) = ("TRIVORE_MGMTAPI_ID", "MARK");
    const SECRET: (&str, &str) = ("TRIVORE_MGMTAPI_SECRET", "MARK");
    const TOKEN: (&str, &str) = ("TRIVORE_ACCESS_TOKEN", "MARK");
    const OIDC: (&str, &str) = ("TRIVORE_OIDC_CLIENT_ID", "MARK");
    const OIDC_SECRET: (&str, &str) = ("TRIVORE_OIDC_CLIENT_SECRET", "MARK");
    const USER: (&str, &str) = ("TRIVORE_USERNAME", "MARK");
    const PASSWORD: (&str, &str) = ("TRIVORE_PASSWORD", "MARK");

    #[test]
    fn variables_make_settings_or_say_what_is_missing() {
        check(&[ADDRESS, ID, SECRET], Ok("Basic"));
        check(&[ADDRESS, TOKEN], Ok("Bearer"));
        check(&[ADDRESS, OIDC, OIDC_SECRET], Ok("client_credentials"));
        check(&[ADDRESS, OIDC, OIDC_SECRET, USER, PASSWORD], Ok("password"));
        check(&[ADDRESS, OIDC, USER, PASSWORD], Ok("is_public: true"));
        check(&[ADDRESS, ID, SECRET, OIDC, OIDC_SECRET, USER, PASSWORD], Ok("Basic"));
        check(&[ADDRESS, ID, OIDC, OIDC_SECRET], Err("TRIVORE_MGMTAPI_SECRET"));
        check(&[ADDRESS, OIDC], Err("TRIVORE_OIDC_CLIENT_SECRET"));
        check(&[ADDRESS, OIDC_SECRET], Err("TRIVORE_OIDC_CLIENT_ID"));
        check(&[ADDRESS, OIDC, OIDC_SECRET, USER], Err("TRIVORE_PASSWORD"));
        check(&[ADDRESS, OIDC, OIDC_SECRET, PASSWORD], Err("TRIVORE_USERNAME"));
        check(&[ADDRESS, USER, PASSWORD], Err("TRIVORE_OIDC_CLIENT_ID"));
        check(&[ADDRESS, TOKEN, OIDC, OIDC_SECRET], Err("other credentials"));
        check(&[ID, SECRET], Err("TRIVORE_SERVICE_ADDRESS"));
        check(&[ADDRESS], Err("TRIVORE_MGMTAPI_ID"));
        check(&[ADDRESS, ID], Err("TRIVORE_MGMTAPI_SECRET"));
        check(&[ADDRESS, ID, ("TRIVORE_MGMTAPI_SECRET", " ")], Err("TRIVORE_MGMTAPI_SECRET"));
        check(&[ADDRESS, ID, SECRET, TOKEN], Err("other credentials"));
        check(&[("TRIVORE_PROPERTIES", "/nowhere/at/all")], Err("/nowhere/at/all"));
    }

    #[test]
    fn secrets_are_read_to_the_letter_and_identifiers_without_spaces() {
        let read = settings(|name| {
            Some(OsString::from(format!(" {name}\t\r\n"))).filter(|_| name != "TRIVORE_PROPERTIES")
        })
        .unwrap();

        let secret = |name: &str| Some(format!(" {name}\t"));
        assert_eq!(read.client_secret, secret("TRIVORE_MGMTAPI_SECRET"));
        assert_eq!(read.oidc_secret, secret("TRIVORE_OIDC_CLIENT_SECRET"));
        assert_eq!(read.password, secret("TRIVORE_PASSWORD"));
        assert_eq!(read.access_token, secret("TRIVORE_ACCESS_TOKEN"));
        assert_eq!(read.address.as_deref(), Some("TRIVORE_SERVICE_ADDRESS"));
        assert_eq!(read.client_id.as_deref(), Some("TRIVORE_MGMTAPI_ID"));
        assert_eq!(read.oidc_id.as_deref(), Some("TRIVORE_OIDC_CLIENT_ID"));
        assert_eq!(read.username.as_deref(), Some("TRIVORE_USERNAME"));
    }
}
