//! Defects 45 and 46: errors that lose the server's message.

use trivore::Error;
use trivore::models::UserId;
use trivore_tests::Recorder;

async fn refused(status: u16, body: &str) -> Error {
    let recorder = Recorder::new();
    recorder.respond(status, body);
    let error = recorder.trivore().users().get(&UserId::from("1")).await.err();
    error.unwrap_or_else(|| Error::configuration("the call did not fail"))
}

#[tokio::test]
async fn g45_errors_of_oauth_are_read() {
    let body = r#"{"error":"invalid_grant","error_description":"The password has expired."}"#;

    let error = refused(400, body).await;

    let response = error.api().unwrap();
    assert_eq!(response.oauth_error(), Some("invalid_grant"));
    assert_eq!(response.message(), Some("The password has expired."));
}

#[tokio::test]
async fn g46_an_error_has_a_type_a_status_and_the_body_as_it_came() {
    let body = r#"{"errorMessage":"Client does not have required permission ACCOUNT_VIEW.",
        "statusCode":403,"more":[1]}"#;

    let error = refused(403, body).await;

    assert!(error.is_forbidden() && !error.is_not_found());
    assert_eq!(error.status().map(|status| status.as_u16()), Some(403));
    assert_eq!(error.missing_permission(), Some("ACCOUNT_VIEW"));
    assert_eq!(error.operation().unwrap().name, "users.get");
    assert_eq!(error.api().unwrap().body(), body);
}

#[tokio::test]
async fn g46_settings_and_calls_fail_with_one_type_of_error() {
    let build = || -> trivore::Result<()> {
        trivore::Trivore::builder("").build()?;
        Ok(())
    };

    let configuration = build().unwrap_err();
    let call = refused(500, "").await;

    assert!(configuration.is_configuration() && !call.is_configuration());
    assert!(call.is_server_error());
}
