//! Defect 47: logs that contain numbers, identifiers and codes.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use http::{Request, Response};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::format::FmtSpan;
use trivore::models::{
    CustomFields, EmailVerification, Filter, Invite, NamespaceMigrationOptions,
    NewStrongIdentification, PageRequest, Password, SmsLinkVerification, User, UserId,
};
use trivore::transport::{Body, BoxError, Client};
use trivore::{Credentials, Trivore, Users};
use trivore_tests::{RawServer, Recorder, Reply};

/// Captures the log of this thread, at every level.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Captures the log until the guard is dropped.
    pub(crate) fn capture(&self) -> DefaultGuard {
        let log = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(move || log.clone())
            .finish();
        trivore_tests::keep_enabled();
        tracing::subscriber::set_default(subscriber)
    }

    pub(crate) fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Makes calls with a mark in all values that a caller can set.
async fn call_with_marks(users: &Users) {
    let id = UserId::from("MARK-id");
    let mark = || "MARK".to_owned();
    let mut user = User::new();
    user.username = Some(mark());
    user.password = Some(Password::from("MARK"));
    user.extra.insert("MARK", "MARK");
    let mut fields = CustomFields::new();
    fields.insert("MARK", "MARK");
    let email = EmailVerification { value: Some(mark()), ..EmailVerification::default() };
    let link = SmsLinkVerification { value: Some(mark()), ..SmsLinkVerification::default() };
    let invite = Invite { emails: vec![mark()], ..Invite::default() };
    let report = NewStrongIdentification { personal_id: "MARK".into(), remarks: Some(mark()) };
    let mut options = NamespaceMigrationOptions::new("MARK");
    options.user_password = Some("MARK".into());
    let filter = Filter::eq("MARK", "MARK");

    drop(users.list(&PageRequest::new().filter(filter)).await);
    drop(users.create(&user).await);
    drop(users.get(&id).await);
    drop(users.get(&"..".into()).await);
    drop(users.modify(&id, |user| user.nick_name = Some(mark())).await);
    drop(users.verify_email(&id, &email).await);
    drop(users.send_sms_code(&id, Some("MARK+358")).await);
    drop(users.check_sms_code(&id, "MARK-code").await);
    drop(users.send_sms_link(&id, &link).await);
    drop(users.invite(&invite).await);
    drop(users.change_password(&id, &"MARK".into()).await);
    drop(users.update_custom_fields(&id, &fields).await);
    drop(users.report_strong_identification(&id, &report).await);
    drop(users.strong_identification_entry(&id, &"MARK".into()).await);
    drop(users.migrate_namespace(&id, &options).await);
}

/// A response body with a mark in all values.
const RESPONSE: &str = r#"{"id":"MARK","username":"MARK","new":"MARK","errorMessage":"MARK"}"#;

#[tokio::test]
async fn g47_no_log_holds_what_was_sent_or_received() {
    let recorder = Recorder::new();
    for number in 0..20 {
        recorder.respond([200, 404, 200, 500][number % 4], RESPONSE);
    }
    let client = recorder.client().credentials(Credentials::basic("MARK-id", "MARK-secret"));
    let trivore = Trivore::new(client.build().unwrap());
    let log = Log::default();

    let guard = log.capture();
    call_with_marks(trivore.users()).await;
    drop(guard);

    let text = log.text();
    assert!(recorder.requests().len() >= 14);
    assert!(text.contains("users.migrate_namespace"), "{text}");
    for mark in ["MARK", "TUFSSy", "secret"] {
        assert!(!text.contains(mark), "{text}");
    }
}

#[tokio::test]
async fn g47_nor_does_a_log_of_the_http_client() {
    let server = RawServer::start(|_, _| Reply::Json(RESPONSE.to_owned())).await;
    let builder = Trivore::builder(&server.url()).credentials(Credentials::bearer("MARK"));
    let trivore = builder.build().unwrap();
    let log = Log::default();

    let guard = log.capture();
    call_with_marks(trivore.users()).await;
    drop(guard);

    let text = log.text();
    assert!(server.requests() >= 14);
    assert!(text.contains("users.get") && !text.contains("MARK"), "{text}");
}

#[tokio::test]
async fn g47_nor_does_a_log_of_a_failure_that_quotes_the_request() {
    let service = tower::service_fn(|request: Request<Body>| async move {
        Err::<Response<String>, BoxError>(format!("MARK {}", request.uri()).into())
    });
    let client = Client::builder("https://id.example.com").service(service).build().unwrap();
    let trivore = Trivore::new(client);
    let log = Log::default();

    let guard = log.capture();
    call_with_marks(trivore.users()).await;
    drop(guard);

    let text = log.text();
    assert!(text.contains(r#"error.type="middleware""#) && !text.contains("MARK"), "{text}");
}

#[tokio::test]
async fn g47_a_log_tells_the_operation_its_route_and_how_it_ended() {
    let recorder = Recorder::new();
    recorder.respond(404, "{}").respond(200, "{}");
    let trivore = recorder.trivore();
    let log = Log::default();

    let guard = log.capture();
    drop(trivore.users().get(&"1".into()).await);
    drop(trivore.users().check_sms_code(&"1".into(), "2").await);
    drop(guard);

    let text = log.text();
    for field in [
        r#"trivore.operation="users.get""#,
        r#"http.request.method="GET""#,
        r#"url.template="/api/rest/v1/user/{userId}""#,
        "http.response.status_code=404",
        r#"error.type="404""#,
        r#"trivore.operation="users.check_sms_code""#,
        r#"http.request.method="POST""#,
        r#"url.template="/api/rest/v1/user/{userId}/sms/verify/check/{code}""#,
        "http.response.status_code=200",
    ] {
        assert!(text.contains(field), "{field} is missing in {text}");
    }
}
