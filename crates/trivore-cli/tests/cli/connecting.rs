//! Profiles, and what is written of requests.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use crate::Installation;
use crate::installation::{Finished, finish, without_connection};

/// Runs the program with this configuration file, and without the environment of the SDK.
fn run(installation: &Installation, config: &str, arguments: &[&str]) -> Finished {
    let folder = installation.home.path().join(".config/trivore");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), config).unwrap();
    finish(&mut without_connection(installation.home.path(), arguments))
}

#[test]
fn a_profile_connects_with_a_secret_file_that_only_its_owner_can_read() {
    let installation = Installation::start();
    let secret = installation.home.path().join("secret");
    fs::write(&secret, installation.sandbox.client_secret()).unwrap();
    let config = format!(
        "default-profile = \"p\"\n[profile.p]\naddress = \"{}\"\nclient-id = \"{}\"\nsecret-file = \"~/secret\"\n",
        installation.sandbox.url(),
        installation.sandbox.client_id(),
    );
    for (mode, code) in [(0o644, 3), (0o600, 0)] {
        fs::set_permissions(&secret, fs::Permissions::from_mode(mode)).unwrap();
        let finished = run(&installation, &config, &["check"]);
        assert_eq!(finished.code, code, "{finished:?}");
        assert!(!format!("{finished:?}").contains(installation.sandbox.client_secret()));
    }
}

#[test]
fn wrong_keys_are_reported_with_file_line_and_the_nearest_name() {
    let installation = Installation::start();
    for (config, expected) in [
        (
            "[profile.p]\nadress = \"x\"\n",
            "config.toml:2: unknown key `adress`; did you mean `address`?",
        ),
        ("[profile.p]\naddress = 5\n", "config.toml:2: `address` must be a string"),
        ("[profile.p]\n\nclient-secret = \"MARK\"\n", "config.toml:3: `client-secret` is refused"),
        (
            "default-profile = \"q\"\n[profile.p]\naddress = \"x\"\nclient-id = \"1\"\n",
            "has the profiles p",
        ),
    ] {
        let finished = run(&installation, config, &["check"]);
        assert_eq!(finished.code, 3, "{finished:?}");
        assert!(finished.stderr.contains(expected), "{}", finished.stderr);
        assert!(!finished.stderr.contains("MARK"), "{}", finished.stderr);
    }
}

#[test]
fn a_login_stores_a_profile_without_the_secret_and_a_logout_removes_it() {
    let installation = Installation::start();
    let (url, id) = (installation.sandbox.url(), installation.sandbox.client_id());
    let arguments = ["login", "--address", url, "--client-id", id, "--stdin", "--no-keyring"];
    let mut command = without_connection(installation.home.path(), &arguments);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let secret = installation.sandbox.client_secret();
    child.stdin.take().unwrap().write_all(secret.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    let config = installation.home.path().join(".config/trivore/config.toml");
    assert!(!fs::read_to_string(&config).unwrap().contains(secret));
    let finish =
        |arguments: &[&str]| finish(&mut without_connection(installation.home.path(), arguments));
    assert_eq!(finish(&["whoami"]).code, 0);
    assert_eq!(finish(&["logout", "--yes"]).code, 0);
    assert_eq!(finish(&["whoami"]).code, 3);
}

#[test]
fn requests_are_written_without_identifiers_and_queries() {
    let installation = Installation::start();
    let trace = installation.home.path().join("trace");
    let finished = installation.run(&[
        "-v",
        "--trace",
        trace.to_str().unwrap(),
        "users",
        "list",
        "-f",
        "username eq \"MARK\"",
    ]);
    let written = fs::read_to_string(&trace).unwrap();
    assert!(finished.stderr.contains("GET ") && written.contains("\"status\":200"), "{written}");
    assert!(!finished.stderr.contains("MARK") && !written.contains("MARK"));
    assert_eq!(fs::metadata(&trace).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn requests_are_written_with_their_identifier_and_without_that_of_a_user() {
    let installation = Installation::start();
    let id = installation.user(serde_json::json!({"username": "jane"}));
    let trace = installation.home.path().join("trace");
    for (path, route) in [
        (format!("user/{id}?count=MARK"), "/api/rest/v1/user/{userId}"),
        (format!("user/{id}/roles/builtin"), "/api/rest/v1/user/{userId}/roles/builtin"),
        ("user/jane@example.com/x".to_owned(), "/api/rest/v1/user/{}/{}"),
        ("group".to_owned(), "/api/rest/v1/group"),
        ("namespace/MARK".to_owned(), "/api/rest/v1/namespace/{}"),
        ("/MARK".to_owned(), "/{}"),
    ] {
        let finished = installation.run(&["api", &path, "-v", "--trace", trace.to_str().unwrap()]);
        let written = fs::read_to_string(&trace).unwrap();
        let request = installation.sandbox.requests().last().unwrap().request_id.clone();
        let line = finished.stderr.lines().next().unwrap();
        assert!(line.starts_with(&format!("GET {route}: ")), "{line}");
        assert!(line.contains(&request) && written.contains(&request), "{line}\n{written}");
        assert!(written.contains(&format!("\"route\":\"{route}\"")), "{written}");
        for secret in ["MARK", "jane", &id] {
            assert!(!line.contains(secret) && !written.contains(secret), "{line}\n{written}");
        }
    }
}
