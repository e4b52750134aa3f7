//! What commands keep of the configuration file, and what is wrong with one.

use std::fs;
use std::process::Stdio;

use super::profile_home::ProfileHome;

const COMMENTED: &str = "\
# Written by hand.
# Ask before you change it.

default-profile = \"old\" # the usual one

# Ours.
[profile.old] # since 2020
# The address.
address = \"https://id.example.com\" # in the cellar
client-id = \"1\"
namespace = \"customers\"

# The end.
[profile.other]
address = \"https://other.example.com\"
client-id = \"2\"
";

#[test]
fn comments_are_kept_by_all_commands() {
    let home = ProfileHome::start();
    home.write_config(COMMENTED);
    let kept = |home: &ProfileHome, but: &[&str]| {
        let config = home.read_config();
        for line in COMMENTED.lines().filter(|line| line.contains('#') && !but.contains(line)) {
            let comment = &line[line.find('#').unwrap()..];
            assert!(config.contains(comment), "{comment} is lost:\n{config}");
        }
    };
    assert_eq!(home.log_in(&["-p", "new"]).code, 0);
    kept(&home, &[]);
    assert_eq!(home.run(&["profiles", "use", "new"]).code, 0);
    kept(&home, &[]);
    assert_eq!(home.log_in(&["-p", "old", "--default"]).code, 0);
    kept(&home, &[]);
    assert!(home.read_config().contains("namespace = \"customers\""));
    assert_eq!(home.run(&["logout", "other", "--yes"]).code, 0);
    kept(&home, &["# The end."]);
    // The comment at the begin is not that of the key that is removed.
    assert_eq!(home.run(&["logout", "old", "--yes"]).code, 0);
    let config = home.read_config();
    assert!(config.starts_with("# Written by hand.\n# Ask before you change it.\n"), "{config}");
    assert!(!config.contains("default-profile"), "{config}");
}

#[test]
fn an_error_says_where_and_is_not_overwritten() {
    let home = ProfileHome::start();
    for (config, expected) in [
        ("[profile.p]\naddress = \"x\n", "config.toml:2: "),
        ("[profile.p]\nclient-id = \"1\"\n\nclient-id = \"2\"\n", "config.toml:4: duplicate key"),
        ("# x\nprofiles = 1\n", "config.toml:2: unknown key `profiles`; did you mean `profile`?"),
        ("\n[profile.p]\nsecret_file = \"x\"\n", "config.toml:3: unknown key `secret_file`"),
        ("[profile.p]\nclient-id = \"1\"\n", "config.toml:1: the profile p has no `address`"),
        ("profile = \"p\"\n", "config.toml:1: write a profile as [profile.NAME]"),
        ("default-profile = 1\n", "config.toml:1: `default-profile` must be a string"),
        (
            "[profile.p]\naddress = \"x\"\nclient-id = \"1\"\nsecret-env = \"A\"\nsecret-file = \"b\"\n",
            "exclude each other",
        ),
        (
            "[profile.p]\naddress = \"x\"\nclient-id = \"1\"\npassword-env = \"A\"\n",
            "config.toml:4: `password-env` has no use: there is no `username`",
        ),
    ] {
        home.write_config(config);
        for arguments in [&["profiles", "list"][..], &["whoami"], &["profiles", "use", "p"]] {
            let finished = home.run(arguments);
            assert_eq!(finished.code, 3, "{config}: {finished:?}");
            assert!(finished.stderr.contains(expected), "{config}: {}", finished.stderr);
        }
        assert_eq!(home.log_in(&["-p", "new"]).code, 3);
        assert_eq!(home.read_config(), config);
        assert!(!home.0.home.path().join(".config/trivore/secrets/new").exists());
    }
    home.write_config("");
    fs::write(home.config(), b"\xff\xfe").unwrap();
    let finished = home.run(&["profiles", "list"]);
    assert_eq!(finished.code, 3, "{finished:?}");
    assert!(finished.stderr.contains("config.toml"), "{}", finished.stderr);
}

#[test]
fn a_file_with_a_byte_order_mark_is_read_and_changed() {
    let home = ProfileHome::start();
    home.write_config("\u{feff}[profile.p]\naddress = \"x\"\nclient-id = \"1\"\n");
    assert_eq!(home.run(&["profiles", "use", "p"]).code, 0);
    let finished = home.run(&["profiles", "list"]);
    assert!(finished.stdout.contains("\"default\": true"), "{finished:?}");
}

#[test]
fn processes_that_write_at_once_lose_nothing() {
    let home = ProfileHome::start();
    let secret = home.write_secret("typed", "a-secret");
    let mut children = Vec::new();
    for number in 0..12 {
        let name = format!("p{number}");
        let mut command = home.command(&["login", "-p", &name, "--address", "https://x.example"]);
        command.args(["--client-id", "1", "--stdin", "--no-keyring", "--no-check"]);
        command.stdin(fs::File::open(&secret).unwrap()).stderr(Stdio::null());
        children.push(command.spawn().unwrap());
    }
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let config = home.read_config();
    for number in 0..12 {
        assert!(config.contains(&format!("[profile.p{number}]\n")), "{number}:\n{config}");
    }
}
