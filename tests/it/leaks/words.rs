//! Response texts: only the server's error message occurs in errors.

use trivore::users::Users;
use trivore_sandbox::Fault;

use super::watch::{Log, check_error, leak, shown};
use crate::operations::{case, setup};

#[tokio::test]
async fn the_servers_message_is_quoted_by_the_error_and_not_logged() {
    let case = case("users.get");
    let setup = setup().await;
    let subject = setup.add_subject().await;
    let words = r#"{"errorMessage":"zqx-words","zqx-key":"zqx-value"}"#;
    setup.sandbox().inject(Fault::status(400).body(words)).unwrap();
    let users = Users::new(setup.client(case, &subject).build().unwrap());
    let log = Log::default();

    let guard = log.capture();
    let error = case.run(&users, &subject).await.unwrap_err();
    drop(guard);

    assert_eq!(error.api().unwrap().message(), Some("zqx-words"));
    assert!(error.to_string().ends_with("zqx-words"), "{error}");
    for shown in shown(&error) {
        assert_eq!(leak(&shown.replace("zqx-words", ""), &[]), None, "{shown}");
    }
    log.check(["users.get"]);
}

#[tokio::test]
async fn a_response_that_does_not_fit_is_not_quoted() {
    let case = case("users.get");
    let setup = setup().await;
    let subject = setup.add_subject().await;
    let users = Users::new(setup.client(case, &subject).build().unwrap());
    let log = Log::default();
    let guard = log.capture();

    for body in [
        "zqx",
        r#""zqx""#,
        r#"["zqx"]"#,
        r#"{"name":"zqx"}"#,
        r#"{"zqx":"zqx","id":["zqx"]}"#,
        r#"{"customFields":"zqx"}"#,
        r#"{"consents":{"zqx":1,"profiling":"zqx"}}"#,
        r#"{"emails":[{"zqx":1,"address":{"zqx":1}}]}"#,
        r#"{"sex":{"zqx":1}}"#,
        r#"{"id":"zqx","id":"zqx""#,
        r#"{"customFields":{"zqx":"#,
        r#"{"customFields":{"a":[{"zqx":1e400}]}}"#,
        r#"{"zqx":{"zqx":"#,
        r#"{"zqx":1e400}"#,
        r#"{"name":{"zqx":tru}}"#,
    ] {
        let fault = setup.sandbox().inject(Fault::status(200).body(body)).unwrap();
        let error = case.run(&users, &subject).await.unwrap_err();
        setup.sandbox().remove_fault(&fault);

        assert!(error.is_decode(), "{body}: {error}");
        check_error(&error, &[]);
    }

    drop(guard);
    log.check(["users.get"]);
}
