//! The service addresses that are accepted, and the credentials that may be sent to them.

use std::error::Error as _;
use std::time::Duration;

use trivore::transport::ClientBuilder;
use trivore::{ConfigError, Credentials, Error, Trivore};

fn refusal(address: &str) -> String {
    let built = Trivore::builder(address).credentials(Credentials::basic("id", "MARK")).build();
    built.map_or_else(|error| format!("{error}"), |_| "it was accepted".to_owned())
}

#[test]
fn a_malformed_address_is_refused_with_its_reason() {
    for (address, reason) in [
        ("", "it is empty"),
        ("   ", "it is empty"),
        ("id.example.com", "https://"),
        ("id.example.com:443", "https://"),
        ("ftp://id.example.com", "scheme"),
        ("https://", "not a URL"),
        ("https:///path", "not a URL"),
        ("https://id example.com", "not a URL"),
        ("https://user:MARK@id.example.com", "username"),
        ("https://id.example.com?token=MARK", "query"),
        ("https://id.example.com#MARK", "fragment"),
        ("https://id.example.com:70000", "port"),
        ("https://id.example.com:", "port"),
        ("https://id.example.com/a/../b", "segment"),
        ("https://id.example.com/a//b", "segment"),
        ("https://id.example.com/%2e%2e/x", "segment"),
        ("https://id.example.com/..;/x", "segment"),
        ("https://id.example.com/a%2Fb", "escape"),
        ("https://id.example.com:0", "port"),
        ("https://*", "host"),
        ("https://127.1", "IPv4"),
        ("https://user:12/MARK@id.example.com", "username"),
        ("https://b\u{fc}cher.example", "xn--"),
    ] {
        let refusal = refusal(address);

        assert!(refusal.starts_with("the service address is invalid: "), "{address}: {refusal}");
        assert!(refusal.contains(reason), "{address}: {refusal}");
        assert!(!refusal.contains("MARK"), "{address}: {refusal}");
    }
}

#[test]
fn credentials_travel_unencrypted_only_to_this_machine_or_when_told_to() {
    for address in ["http://localhost:1", "http://127.0.0.1", "http://[::1]:8478"] {
        let built = Trivore::builder(address).credentials(Credentials::bearer("t")).build();

        assert!(built.is_ok(), "{address}");
    }
    for address in ["http://id.example.com", "http://10.0.0.1", "http://127.0.0.1.example.com"] {
        let builder = || Trivore::builder(address).credentials(Credentials::bearer("t"));

        let refused = builder().build().map(drop).unwrap_err();
        let allowed = builder().configure(ClientBuilder::allow_plain_http).build();

        assert!(refused.to_string().contains("plain http"), "{address}: {refused}");
        assert!(allowed.is_ok(), "{address}");
        assert!(
            Trivore::builder(address).build().is_ok(),
            "{address}: rejected without credentials"
        );
    }
}

#[test]
fn unusable_credentials_are_refused_before_anything_is_sent() {
    for (credentials, reason) in [
        (Credentials::basic("", "MARK"), "empty"),
        (Credentials::basic("MARK", ""), "empty"),
        (Credentials::basic("MARK:1", "MARK"), "colon"),
        (Credentials::bearer(""), "empty"),
        (Credentials::bearer("MARK MARK"), "characters"),
        (Credentials::bearer("MARK\r\nX: y"), "characters"),
    ] {
        let error = Trivore::builder("https://a.example").credentials(credentials).build();

        let error = error.map(drop).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(reason), "{shown}");
        assert!(!shown.contains("MARK"), "{shown}");
    }
}

#[test]
fn other_settings_are_checked_too() {
    let built = Trivore::builder("https://a.example")
        .timeout(Duration::from_secs(1))
        .configure(|client| client.user_agent("two\nlines"))
        .build();

    let error = built.map(drop).unwrap_err();
    assert!(error.to_string().contains("user agent"), "{error}");
}

#[test]
fn an_error_of_settings_becomes_an_error_of_calls() {
    let error: ConfigError = Trivore::builder("").build().map(drop).unwrap_err();
    let text = error.to_string();

    let error = Error::from(error);

    assert!(error.is_configuration());
    assert!(!error.may_have_been_applied());
    assert_eq!(error.to_string(), text);
    assert!(error.operation().is_none() && error.source().is_none());
}
