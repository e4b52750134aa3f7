//! Defects 37, 38, 41 and 43: settings that vanish or fail without a reason.

use trivore::{ConfigError, Credentials, Trivore, TrivoreBuilder};

use crate::config::{PropertiesFile, signature};

#[tokio::test]
async fn g37_a_value_may_hold_the_separator_and_spaces_around_it() {
    let content = "#mgmtapi.secret=comment\nservice.address = https://a.example\n\
                   mgmtapi.id = 1 \nmgmtapi.secret = YWJj=ZGVm==\n";
    let file = PropertiesFile::new(content).unwrap();
    let secret = Credentials::basic("1", "YWJj=ZGVm==");
    let expected = Trivore::builder("https://a.example").credentials(secret);

    let read = TrivoreBuilder::from_properties(file.path()).unwrap();

    assert_eq!(signature(read).await.unwrap(), signature(expected).await.unwrap());
}

#[test]
fn g38_a_missing_address_is_told_by_its_key() {
    let file = PropertiesFile::new("mgmtapi.id=1\nmgmtapi.secret=2\n").unwrap();

    let error = Trivore::from_properties(file.path()).unwrap_err();

    assert!(matches!(error, ConfigError::MissingKey { key: "service.address", .. }), "{error}");
}

#[tokio::test]
async fn g41_settings_from_code_need_no_file() {
    let builder = Trivore::builder("https://a.example").credentials(Credentials::bearer("t"));

    let expected = ("https://a.example".to_owned(), "Bearer t".to_owned());
    assert_eq!(signature(builder).await.unwrap(), expected);
}

#[test]
fn g43_a_file_that_asks_for_a_sign_in_by_openid_connect_is_refused_clearly() {
    let file = PropertiesFile::new(
        "service.address=https://a.example\noidc.client.id=1\noidc.client.secret=MARK\n",
    );
    let file = file.unwrap();

    let error = Trivore::from_properties(file.path()).unwrap_err();

    assert!(matches!(error, ConfigError::UnsupportedCredentials { .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains("MARK"));
}
