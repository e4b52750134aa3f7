//! Defects 37, 38, 41 and 43: settings that are ignored or fail without an explanation.

use trivore::models::PageRequest;
use trivore::{ConfigError, Credentials, OidcClient, OidcGrant, Trivore, TrivoreBuilder};
use trivore_sandbox::Sandbox;

use crate::config::{PropertiesFile, signature};

#[tokio::test]
async fn g37_a_value_may_hold_the_separator_and_spaces_around_it() {
    let content = "#mgmtapi.secret=comment\nservice.address = https://a.example\n\
                   mgmtapi.id = 1\nmgmtapi.secret = YWJj=ZGVm==\n";
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

#[tokio::test]
async fn g43_the_token_endpoint_is_the_one_that_the_service_names() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = OidcClient::new(sandbox.oidc_client_id(), sandbox.oidc_client_secret());
    let credentials = Credentials::token(OidcGrant::client_credentials(client));
    let trivore = Trivore::builder(sandbox.url()).credentials(credentials).build().unwrap();

    trivore.users().list(&PageRequest::new()).await.unwrap();

    let paths: Vec<_> = sandbox.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths[..2], ["/.well-known/openid-configuration", "/openid/token"]);
}
