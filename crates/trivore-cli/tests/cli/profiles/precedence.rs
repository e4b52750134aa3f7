//! Which source of address and credentials is used.

use std::fs;
use std::process::Command;

use trivore_sandbox::ApiClient;

use super::profile_home::ProfileHome;
use crate::installation::finish;

/// The sources, in their order of precedence.
const SOURCES: [&str; 5] =
    ["--properties", "--profile", "TRIVORE_PROFILE", "variables", "default-profile"];

/// A home with a profile, a properties file and a client for each source.
fn home() -> ProfileHome {
    let home = ProfileHome::start();
    let mut config = String::new();
    for (number, _) in SOURCES.iter().enumerate() {
        let id = format!("client-{number}");
        home.0.sandbox.create_api_client(ApiClient::new(&id, "a-secret"));
        let url = home.0.sandbox.url();
        let profile = format!("[profile.{id}]\naddress = \"{url}\"\nclient-id = \"{id}\"\n");
        config.push_str(&profile);
        config.push_str("secret-file = \"~/secret\"\n");
        let properties =
            format!("service.address={url}\nmgmtapi.id={id}\nmgmtapi.secret=a-secret\n");
        fs::write(home.0.home.path().join(format!("{id}.properties")), properties).unwrap();
    }
    home.write_secret("secret", "a-secret");
    home.write_config(&config);
    home
}

/// Makes a source available to a command.
fn add(home: &ProfileHome, command: &mut Command, source: usize) {
    let id = format!("client-{source}");
    match SOURCES[source] {
        "--properties" => {
            command.arg("--properties").arg(home.0.home.path().join(format!("{id}.properties")));
        }
        "--profile" => {
            command.args(["--profile", &id]);
        }
        "TRIVORE_PROFILE" => {
            command.env("TRIVORE_PROFILE", id);
        }
        "variables" => {
            command.env("TRIVORE_SERVICE_ADDRESS", home.0.sandbox.url());
            command.env("TRIVORE_MGMTAPI_ID", id).env("TRIVORE_MGMTAPI_SECRET", "a-secret");
        }
        _ => {
            let config = home.read_config();
            home.write_config(&format!("default-profile = \"{id}\"\n{config}"));
        }
    }
}

#[test]
fn of_all_pairs_the_first_is_used() {
    for (first, first_name) in SOURCES.iter().enumerate() {
        for (second, second_name) in SOURCES.iter().enumerate().skip(first + 1) {
            let home = home();
            let mut command = home.command(&["whoami"]);
            add(&home, &mut command, second);
            add(&home, &mut command, first);
            let finished = finish(&mut command);
            let names = (*first_name, *second_name);
            if names == ("--properties", "--profile") {
                assert_eq!(finished.code, 2, "{names:?}: {finished:?}");
                continue;
            }
            assert_eq!(finished.code, 0, "{names:?}: {finished:?}");
            let caller = home.0.sandbox.requests().last().unwrap().caller.clone();
            assert_eq!(caller.unwrap(), format!("client client-{first}"), "{names:?}");
        }
    }
}

#[test]
fn a_properties_file_in_a_variable_is_used_before_the_default_profile_only() {
    for (other, expected) in [(2, "client client-2"), (4, "client client-3")] {
        let home = home();
        let mut command = home.command(&["whoami"]);
        add(&home, &mut command, other);
        let properties = home.0.home.path().join("client-3.properties");
        assert_eq!(finish(command.env("TRIVORE_PROPERTIES", properties)).code, 0);
        let caller = home.0.sandbox.requests().last().unwrap().caller.clone();
        assert_eq!(caller.as_deref(), Some(expected));
    }
}

#[cfg(unix)]
#[test]
fn a_properties_file_that_everybody_can_change_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = home();
    let path = home.0.home.path().join("client-0.properties");
    let text = path.to_str().unwrap();
    for (mode, code) in [(0o600, 0), (0o644, 0), (0o666, 3)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let by_option = home.run(&["whoami", "--properties", text]);
        let by_variable = finish(home.command(&["whoami"]).env("TRIVORE_PROPERTIES", text));
        for finished in [by_option, by_variable] {
            assert_eq!(finished.code, code, "{mode:o}: {finished:?}");
            assert_eq!(finished.stderr.contains("everybody can change"), code == 3, "{finished:?}");
        }
    }
    assert!(home.0.writes().is_empty());
}

#[test]
fn a_part_of_the_variables_is_not_completed_by_a_profile() {
    for (name, value) in [
        ("TRIVORE_SERVICE_ADDRESS", "http://127.0.0.1:1"),
        ("TRIVORE_MGMTAPI_ID", "1"),
        ("TRIVORE_MGMTAPI_SECRET", "MARK-of-secret"),
    ] {
        let home = home();
        let mut command = home.command(&["whoami"]);
        add(&home, &mut command, 4);
        let finished = finish(command.env(name, value));
        assert_eq!(finished.code, 3, "{name}: {finished:?}");
        // It says which variables are there, so that nobody wonders about the profile.
        assert!(finished.stderr.contains("TRIVORE_"), "{name}: {}", finished.stderr);
        assert!(finished.stderr.contains(name), "{name}: {}", finished.stderr);
        assert!(!finished.stderr.contains("MARK"), "{name}: {}", finished.stderr);
        assert!(home.0.sandbox.requests().is_empty());
        // A blank variable is none.
        assert_eq!(finish(command.env(name, " ")).code, 0, "{name}");
    }
}
