//! Completions and manual pages.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::installation::{finish, without_connection};

#[test]
fn bash_completes_commands_and_profiles() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/trivore");
    fs::create_dir_all(&folder).unwrap();
    let config = "[profile.production]\naddress = \"x\"\nclient-id = \"1\"\n";
    fs::write(folder.join("config.toml"), config).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_trivore")).parent().unwrap().display();
    for (words, expected) in [("trivore prof", "profiles"), ("trivore --profile pr", "production")]
    {
        let script = format!(
            "PATH={program}:$PATH; source <(trivore completions bash); COMP_WORDS=({words}); \
             COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMP_TYPE=9; \
             _clap_complete_trivore trivore; echo \"${{COMPREPLY[@]}}\""
        );
        let mut bash = Command::new("bash");
        if bash.arg("--version").output().is_err() {
            eprintln!("SKIP: bash is not installed");
            return;
        }
        let finished = finish(Command::new("bash").args(["-c", &script]).env("HOME", home.path()));
        assert!(finished.stdout.contains(expected), "{finished:?}");
    }
}

#[test]
fn each_command_has_a_manual_page() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("man");
    let arguments = ["man", "--dir", dir.to_str().unwrap()];
    assert_eq!(finish(&mut without_connection(home.path(), &arguments)).code, 0);
    for page in ["trivore.1", "trivore-users-list.1", "trivore-api.1", "trivore-sandbox-stop.1"] {
        assert!(dir.join(page).exists(), "{page}");
    }
}
