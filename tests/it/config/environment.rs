//! Settings from environment variables. Each test runs in its own process.

use std::{env, ffi::OsStr, io, process::Command};

use trivore::{Credentials, Trivore, TrivoreBuilder};

use super::{PropertiesFile, signature};

/// Runs `body` in a new process with these variables.
///
/// All tests of a process share its environment, which cannot be changed safely. Therefore the test
/// starts itself again.
fn with_environment(
    test: &str,
    variables: &[(&str, impl AsRef<OsStr>)],
    body: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    if env::var_os(MARK).is_some() {
        return body();
    }
    let run = || -> io::Result<_> {
        let mut command = Command::new(env::current_exe()?);
        command.args(["--exact", &format!("config::environment::{test}")]).env(MARK, "1");
        for name in NAMES {
            command.env_remove(name);
        }
        command.envs(variables.iter().map(|(name, value)| (name, value))).output()
    };
    let output = run().map_err(|error| error.to_string())?;
    let report = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && report.contains("1 passed") { Ok(()) } else { Err(report.into()) }
}

/// Returns the address and credentials from the environment, or the error.
fn outcome() -> Result<(String, String), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let builder = TrivoreBuilder::from_env().map_err(|error| error.to_string())?;
    let signature = runtime.map_err(|error| error.to_string())?.block_on(signature(builder));
    signature.map_err(|error| error.to_string())
}

fn equal<T: PartialEq + std::fmt::Debug>(found: &T, expected: &T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{found:?} is not {expected:?}")) }
}

#[test]
fn a_client_of_the_management_api_is_read() {
    let test = "a_client_of_the_management_api_is_read";
    let variables = [ADDRESS, ID, SECRET];

    let done = with_environment(test, &variables, || {
        let expected = ("https://id.example.com".to_owned(), "Basic aWQ6c2VjcmV0".to_owned());
        equal(&outcome()?, &expected)
    });

    assert_eq!(done, Ok(()));
}

#[test]
fn an_access_token_is_read() {
    let test = "an_access_token_is_read";

    let done = with_environment(test, &[ADDRESS, TOKEN], || {
        let expected = ("https://id.example.com".to_owned(), "Bearer MARK".to_owned());
        equal(&outcome()?, &expected)
    });

    assert_eq!(done, Ok(()));
}

#[test]
fn g39_a_token_besides_a_client_is_refused() {
    let test = "g39_a_token_besides_a_client_is_refused";

    let done = with_environment(test, &[ADDRESS, ID, SECRET, TOKEN], || {
        let expected = "an access token and other credentials are set; set only one of them";
        equal(&outcome(), &Err(expected.to_owned()))
    });

    assert_eq!(done, Ok(()));
}

#[test]
fn a_missing_variable_is_named() {
    let test = "a_missing_variable_is_named";

    let done = with_environment(test, &[ADDRESS, ID], || {
        let expected = "TRIVORE_MGMTAPI_SECRET is missing in the environment";
        equal(&outcome(), &Err(expected.to_owned()))
    });

    assert_eq!(done, Ok(()));
}

#[test]
fn variables_win_over_the_file_and_credentials_are_never_mixed() {
    let test = "variables_win_over_the_file_and_credentials_are_never_mixed";
    let file = PropertiesFile::new(
        "service.address=https://file.example\nmgmtapi.id=file\nmgmtapi.secret=file\n",
    );
    let file = file.unwrap();
    let path = file.path().to_str().unwrap();
    let variables = [("TRIVORE_PROPERTIES", path), TOKEN];

    let done = with_environment(test, &variables, || {
        let expected = ("https://file.example".to_owned(), "Bearer MARK".to_owned());
        equal(&outcome()?, &expected)
    });

    assert_eq!(done, Ok(()));
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_named_and_nothing_takes_its_place() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;

    let test = "a_variable_that_is_not_unicode_is_named_and_nothing_takes_its_place";
    let file = PropertiesFile::new(
        "service.address=https://file.example\nmgmtapi.id=file\nmgmtapi.secret=file\n",
    );
    let file = file.unwrap();
    let path = OsString::from(file.path());
    for name in NAMES {
        let value = OsString::from_vec(b"https://MARK.\xe4.example".to_vec());
        let mut variables = vec![("TRIVORE_PROPERTIES", path.clone())];
        variables.retain(|(other, _)| *other != name);
        variables.extend([(name, value), ("TRIVORE_TESTS_NAME", name.into())]);

        let done = with_environment(test, &variables, || {
            let name = env::var("TRIVORE_TESTS_NAME").map_err(|error| error.to_string())?;
            let expected = format!("the environment variable {name} is not Unicode");
            equal(&outcome(), &Err(expected))
        });

        assert_eq!(done, Ok(()), "{name}");
        if env::var_os(MARK).is_some() {
            return;
        }
    }
}

#[test]
fn of_a_secret_only_the_line_end_is_removed() {
    let test = "of_a_secret_only_the_line_end_is_removed";
    for (secret, read) in [
        (" secret\n", " secret"),
        ("secret \r\n", "secret "),
        ("\tsecret\t", "\tsecret\t"),
        ("secret\n\n", "secret\n"),
        ("\nsecret", "\nsecret"),
        ("secret\r", "secret\r"),
        ("\u{a0}secret\u{2003}", "\u{a0}secret\u{2003}"),
    ] {
        let variables = [
            ("TRIVORE_SERVICE_ADDRESS", " https://id.example.com \n"),
            ("TRIVORE_MGMTAPI_ID", " id\n"),
            ("TRIVORE_MGMTAPI_SECRET", secret),
            ("TRIVORE_TESTS_READ", read),
        ];

        let done = with_environment(test, &variables, || {
            let read = env::var("TRIVORE_TESTS_READ").map_err(|error| error.to_string())?;
            let header = Credentials::basic("id", &read);
            let expected = Trivore::builder("https://id.example.com").credentials(header);
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let expected =
                runtime.map_err(|error| error.to_string())?.block_on(signature(expected));
            equal(&outcome()?, &expected.map_err(|error| error.to_string())?)
        });

        assert_eq!(done, Ok(()), "{secret:?}");
        if env::var_os(MARK).is_some() {
            return;
        }
    }
}

const MARK: &str = "TRIVORE_TESTS_IN_OWN_PROCESS";
const NAMES: [&str; 9] = [
    "TRIVORE_SERVICE_ADDRESS",
    "TRIVORE_MGMTAPI_ID",
    "TRIVORE_MGMTAPI_SECRET",
    "TRIVORE_ACCESS_TOKEN",
    "TRIVORE_OIDC_CLIENT_ID",
    "TRIVORE_OIDC_CLIENT_SECRET",
    "TRIVORE_USERNAME",
    "TRIVORE_PASSWORD",
    "TRIVORE_PROPERTIES",
];
const ADDRESS: (&str, &str) = ("TRIVORE_SERVICE_ADDRESS", "https://id.example.com");
const ID: (&str, &str) = ("TRIVORE_MGMTAPI_ID", "id");
const SECRET: (&str, &str) = ("TRIVORE_MGMTAPI_SECRET", "secret");
const TOKEN: (&str, &str) = ("TRIVORE_ACCESS_TOKEN", "MARK");
