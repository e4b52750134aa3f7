//! Where the configuration file is.

use std::fs;

use super::profile_home::ProfileHome;
use crate::installation::finish;

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn the_folder_is_that_of_xdg_if_its_path_is_absolute() {
    let home = ProfileHome::start();
    let folder = home.0.home.path().join("xdg");
    assert_eq!(home.log_in(&["-p", "of-home"]).code, 0);
    fs::create_dir_all(folder.join("trivore")).unwrap();
    let config = "[profile.of-xdg]\naddress = \"x\"\nclient-id = \"1\"\n";
    fs::write(folder.join("trivore/config.toml"), config).unwrap();
    let folder = folder.to_str().unwrap();
    for (value, expected) in [(folder, "of-xdg"), ("", "of-home"), ("xdg", "of-home")] {
        let mut command = home.command(&["profiles", "list", "-o", "csv", "--columns", "name"]);
        command.env("XDG_CONFIG_HOME", value).current_dir(home.0.home.path());
        let finished = finish(&mut command);
        assert_eq!(finished.stdout.trim_end(), format!("name\n{expected}"), "{value}");
    }
}

#[cfg(unix)]
#[test]
fn a_home_that_is_no_absolute_path_is_refused() {
    let home = ProfileHome::start();
    // A file of the working directory must not decide where secrets are sent.
    home.write_config("[profile.p]\naddress = \"x\"\nclient-id = \"1\"\n");
    for value in ["", "."] {
        let mut command = home.command(&["profiles", "list"]);
        let finished = finish(command.env("HOME", value).current_dir(home.0.home.path()));
        assert!(!finished.stdout.contains("\"p\""), "{value:?}: {finished:?}");
        assert!(finished.code == 3 || value.is_empty(), "{value:?}: {finished:?}");
    }
}

#[cfg(unix)]
#[test]
fn without_a_home_variable_that_of_the_system_is_used() {
    let home = ProfileHome::start();
    let mut command = home.command(&["profiles", "list"]);
    let finished = finish(command.env_remove("HOME"));
    assert!([0, 3].contains(&finished.code), "{finished:?}");
    // Folders of XDG need no home.
    let folder = home.0.home.path().join(".config");
    home.write_config("[profile.of-xdg]\naddress = \"x\"\nclient-id = \"1\"\n");
    let finished = finish(command.env("XDG_CONFIG_HOME", folder));
    assert!(finished.stdout.contains("of-xdg"), "{finished:?}");
}
