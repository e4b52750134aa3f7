//! What a person sees on a terminal, as snapshots.

use std::time::{Duration, SystemTime};

use serde_json::json;
use trivore_sandbox::Sandbox;

use crate::Installation;
use crate::terminal::Terminal;

/// An installation whose identifiers and times are always the same.
fn installation() -> Installation {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_577_836_800);
    let builder = Sandbox::builder().random_seed(1).standing_clock(time).without_operator();
    let installation = Installation::start_with(builder);
    installation.sandbox.add_namespace(json!({"code": "customers"})).unwrap();
    for (username, given, family) in
        [("jane", "Jane", "Roe"), ("joe", "Joe", "Doe"), ("mäkelä", "Väinö", "Mäkelä")]
    {
        installation.user(json!({
            "nsCode": "customers", "username": username,
            "name": {"givenName": given, "familyName": family},
            "emails": [{"address": format!("{given}@example.com")}],
            "customFields": {"shoeSize": 41},
        }));
    }
    installation
}

fn screen(installation: &Installation, arguments: &[&str]) -> String {
    let (code, screen) = Terminal::run(&installation.command(arguments), 40, 100).finish();
    let screen = screen.replace(installation.sandbox.url(), "http://127.0.0.1:PORT");
    // The sandbox's clock stands, but the program's goes on.
    let screen = (1..100).fold(screen, |screen, years| {
        screen.replace(&format!(" {years} years ago"), " N years ago")
    });
    format!("$ trivore {}\n{}\nexit code {code}\n", arguments.join(" "), screen.trim_end())
}

#[test]
fn a_list_of_users() {
    insta::assert_snapshot!(screen(&installation(), &["users", "list"]));
}

#[test]
fn one_user() {
    insta::assert_snapshot!(screen(&installation(), &["users", "get", "customers/jane"]));
}

#[test]
fn a_wrong_filter() {
    insta::assert_snapshot!(screen(&installation(), &["users", "list", "-f", "username = jane"]));
}

#[test]
fn a_user_who_does_not_exist() {
    insta::assert_snapshot!(screen(&installation(), &["users", "get", "customers/nobody"]));
}
