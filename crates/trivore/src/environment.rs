//! Settings from environment variables.

use std::path::Path;

use crate::settings::{Names, Settings};
use crate::{ConfigError, properties};

/// Reads the variables by `variable`; an empty one counts as not set.
pub(crate) fn settings(variable: impl Fn(&str) -> Option<String>) -> Result<Settings, ConfigError> {
    let variable = |name| variable(name).filter(|value| !value.trim().is_empty());
    let file = match variable("TRIVORE_PROPERTIES") {
        Some(path) => Some(properties::settings(Path::new(&path))?),
        None => None,
    };
    let own = Settings {
        address: variable("TRIVORE_SERVICE_ADDRESS"),
        client_id: variable("TRIVORE_MGMTAPI_ID"),
        client_secret: variable("TRIVORE_MGMTAPI_SECRET"),
        access_token: variable("TRIVORE_ACCESS_TOKEN"),
        names: Names {
            place: "the environment".to_owned(),
            address: "TRIVORE_SERVICE_ADDRESS",
            client_id: "TRIVORE_MGMTAPI_ID",
            client_secret: "TRIVORE_MGMTAPI_SECRET",
        },
    };
    Ok(match file {
        Some(file) => over(own, file),
        None => own,
    })
}

/// Variables win over the file; credentials are taken from one of the two, never mixed.
fn over(own: Settings, file: Settings) -> Settings {
    let has_credentials =
        own.access_token.is_some() || own.client_id.is_some() || own.client_secret.is_some();
    let names = if has_credentials { own.names } else { file.names };
    let address = own.address.or(file.address);
    if has_credentials {
        return Settings { address, names, ..own };
    }
    Settings { address, names, ..file }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: Result<&str, &str>) {
        let read = settings(|name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        });
        let complete = read.and_then(Settings::complete);

        match expected {
            Ok(address) => assert_eq!(complete.unwrap().0, address),
            Err(reason) => {
                let message = complete.unwrap_err().to_string();
                assert!(message.contains(reason), "{message}");
            }
        }
    }

    const ADDRESS: (&str, &str) = ("TRIVORE_SERVICE_ADDRESS", "https://id.example.com");
    const ID: (&str, &str) = ("TRIVORE_MGMTAPI_ID", "1");
    const SECRET: (&str, &str) = ("TRIVORE_MGMTAPI_SECRET", "s");
    const TOKEN: (&str, &str) = ("TRIVORE_ACCESS_TOKEN", "t");

    #[test]
    fn variables_make_settings_or_say_what_is_missing() {
        check(&[ADDRESS, ID, SECRET], Ok("https://id.example.com"));
        check(&[ADDRESS, TOKEN], Ok("https://id.example.com"));
        check(&[ID, SECRET], Err("TRIVORE_SERVICE_ADDRESS"));
        check(&[ADDRESS], Err("TRIVORE_MGMTAPI_ID"));
        check(&[ADDRESS, ID], Err("TRIVORE_MGMTAPI_SECRET"));
        check(&[ADDRESS, ID, ("TRIVORE_MGMTAPI_SECRET", " ")], Err("TRIVORE_MGMTAPI_SECRET"));
        check(&[ADDRESS, ID, SECRET, TOKEN], Err("both"));
        check(&[("TRIVORE_PROPERTIES", "/nowhere/at/all")], Err("/nowhere/at/all"));
    }
}
