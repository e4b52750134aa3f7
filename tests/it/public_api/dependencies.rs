//! What the crates bring along, and what they never do.

use std::process::Command;

/// Names of all crates that a package is built with, for users.
fn tree(arguments: &[&str]) -> Result<Vec<String>, String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none"])
        .args(["--format", "{p}", "--target", "all"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output();
    let output = output.map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

#[track_caller]
fn check(arguments: &[&str], present: &[&str], absent: &[&str]) {
    let crates = tree(arguments);
    let crates = crates.unwrap_or_else(|error| panic!("{error}"));

    for name in present {
        assert!(crates.iter().any(|found| found == name), "{name} is not in {crates:?}");
    }
    for start in absent {
        let found = crates.iter().find(|found| found.starts_with(start));
        assert_eq!(found, None, "{arguments:?}");
    }
}

const TLS: [&str; 5] = ["native-tls", "openssl", "rustls", "schannel", "security-framework"];

#[test]
fn models_are_built_without_http_runtime_and_tls() {
    let mut absent =
        vec!["http", "hyper", "tokio", "tower", "futures", "mio", "socket2", "reqwest"];
    absent.extend(TLS);

    check(&["-p", "trivore-models", "--all-features"], &["serde", "trivore-models"], &absent);
}

#[test]
fn the_transport_is_built_without_an_http_client_when_it_has_a_service() {
    let mut absent = vec!["hyper", "h2", "mio", "socket2", "trivore-models"];
    absent.extend(TLS);

    check(&["-p", "trivore-transport", "--no-default-features"], &["tower"], &absent);
}

#[test]
fn each_tls_library_comes_alone() {
    let transport = ["-p", "trivore-transport", "--no-default-features", "--features"];
    let native = [&transport[..], &["native-tls"]].concat();
    let rustls = [&transport[..], &["rustls"]].concat();
    let plain = [&transport[..], &["http-client"]].concat();

    check(&native, &["hyper", "native-tls"], &["rustls", "ring"]);
    check(&rustls, &["hyper", "rustls", "ring"], &["native-tls", "hyper-tls", "aws-lc"]);
    check(&plain, &["hyper"], &TLS);
}

#[test]
fn the_transport_knows_no_model_and_the_users_no_http_client() {
    check(&["-p", "trivore-transport", "--all-features"], &["hyper"], &["trivore-m", "trivore-u"]);
    check(&["-p", "trivore-users", "--depth", "1"], &["trivore-models"], &["hyper", "reqwest"]);
}
