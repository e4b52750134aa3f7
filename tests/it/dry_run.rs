//! A dry run shows requests, and sends nothing.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use http::{Request, Response};
use serde_json::json;
use trivore::models::{Page, PageRequest, Password, RoleChanges, User};
use trivore::transport::{
    AccessToken, Body, BoxError, Call, CallOptions, Client, ClientBuilder, Connector, DryRun,
    OidcClient, OidcGrant, PlannedRequest, RateLimit, RetryPolicy, TlsBackend, TokenSource,
};
use trivore::users::{BulkOptions, Users};
use trivore::{Credentials, Error};
use trivore_tests::operations::marks;
use trivore_tests::{RawServer, Recorder, Reply};

use crate::operations::{cases, models, setup};

/// The requests that a dry run has shown.
#[derive(Clone, Default)]
struct Shown(Arc<Mutex<Vec<PlannedRequest>>>);

impl Shown {
    fn dry_run(&self) -> DryRun {
        let list = self.clone();
        Users::dry_run(move |request| list.0.lock().unwrap().push(request.clone()))
    }

    fn users(&self, change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Users {
        let client = Client::builder("https://id.example.com").dry_run(self.dry_run());
        Users::new(change(client).build().unwrap())
    }

    fn names(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().iter().map(|request| request.operation().name).collect()
    }

    fn last(&self) -> PlannedRequest {
        self.0.lock().unwrap().last().unwrap().clone()
    }
}

/// Asserts that a call failed because its request was shown.
#[track_caller]
fn check_not_sent<T>(result: Result<T, Error>) -> PlannedRequest {
    let error = result.err().unwrap();
    assert!(!error.may_have_been_applied(), "{error}");
    assert_eq!(error.attempts().len(), 1, "{error}");
    PlannedRequest::of(&error).unwrap().clone()
}

#[tokio::test]
async fn no_operation_is_sent_and_each_is_shown_without_personal_data() {
    let server = RawServer::start(|_, _| Reply::Json("{}".to_owned())).await;
    let setup = setup().await;
    let subject = setup.add_subject().await;
    for case in cases() {
        let shown = Shown::default();
        let client = Client::builder(&server.url())
            .credentials(Credentials::basic(marks::CLIENT_ID, marks::CLIENT_SECRET))
            .dry_run(shown.dry_run());
        let users = Users::new(client.build().unwrap());

        let planned = check_not_sent(case.run(&users, &subject).await);

        assert_eq!(planned.operation(), case.operation());
        let text = format!("{planned} {planned:?}");
        for secret in [Some(marks::SECRET), case.secret(&subject)].into_iter().flatten() {
            assert!(!text.to_lowercase().contains(&secret.to_lowercase()), "{text}");
        }
        assert_eq!(shown.names(), [case.name()]);
    }
    assert_eq!(server.connections(), 0);
    assert!(setup.sandbox().requests().is_empty());
}

#[tokio::test]
async fn nothing_is_sent_whatever_else_is_configured() {
    let server = RawServer::start(|_, _| Reply::Json("{}".to_owned())).await;
    let (calls, tokens) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let service = || {
        let calls = Arc::clone(&calls);
        tower::service_fn(move |_: Request<Body>| {
            calls.fetch_add(1, Ordering::Relaxed);
            async { Ok::<_, BoxError>(Response::new("{}".to_owned())) }
        })
    };
    let source = || {
        let tokens = Arc::clone(&tokens);
        TokenSource::new(move || {
            tokens.fetch_add(1, Ordering::Relaxed);
            async { Ok(AccessToken::new("token")) }
        })
    };
    let grant = OidcGrant::client_credentials(OidcClient::new("id", "secret"));
    let connector = || Connector::new().tls_backend(TlsBackend::Disabled);
    let clients: [Box<dyn Fn(DryRun) -> ClientBuilder>; 5] = [
        Box::new(|dry_run| Client::builder(&server.url()).dry_run(dry_run).service(service())),
        Box::new(|dry_run| Client::builder(&server.url()).service(service()).dry_run(dry_run)),
        Box::new(|dry_run| Client::builder(&server.url()).dry_run(dry_run).connector(connector())),
        Box::new(|dry_run| {
            let client = Client::builder(&server.url()).dry_run(dry_run);
            client.credentials(Credentials::token(source()))
        }),
        Box::new(|dry_run| {
            let client = Client::builder(&server.url()).dry_run(dry_run);
            client.credentials(Credentials::token(grant.clone()))
        }),
    ];
    for client in clients {
        let shown = Shown::default();
        let users = Users::new(client(shown.dry_run()).build().unwrap());

        check_not_sent(users.create(&User::new()).await);
        check_not_sent(users.get(&"1".into()).await);
        let failed = users.create_many(&vec![User::new(); 3], BulkOptions::new()).await;
        assert!(failed.iter().all(Result::is_err));
        check_not_sent(users.client().response(Call::<()>::delete(&["x"])).await);

        assert_eq!(shown.0.lock().unwrap().len(), 6);
    }
    assert_eq!((server.connections(), calls.load(Ordering::Relaxed)), (0, 0));
    assert_eq!(tokens.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_request_is_shown_as_it_would_be_sent() {
    let shown = Shown::default();
    let users = shown.users(|client| {
        client.credentials(Credentials::basic("MARK", "MARK")).user_agent("billing/1.4")
    });
    let mut user = User::new();
    user.username = Some("MARK".to_owned());
    user.namespace_code = Some("sandbox".into());
    user.password = Some(Password::from("MARK"));
    user.custom_fields.get_or_insert_default().insert("id", "MARK");

    let planned = check_not_sent(users.create(&user).await);

    let expected = format!(
        r#"users.create_named: POST /api/rest/v1/user (not idempotent, can be looked up)
POST https://id.example.com/api/rest/v1/user
accept: application/json
authorization: Basic <hidden>
content-type: application/json
user-agent: billing/1.4 trivore-rust/{}
x-request-id: <hidden>
{{
  "customFields": <1 members>
  "nsCode": "sandbox"
  "password": <text>
  "username": <text>
}}
timeout: 90s for the call, 30s for an attempt
retries: up to 3 attempts, as long as the server cannot have applied any"#,
        env!("CARGO_PKG_VERSION"),
    );
    assert_eq!(planned.to_string(), expected);
}

#[tokio::test]
async fn limits_of_the_client_and_of_the_call_are_shown() {
    let shown = Shown::default();
    let limit = RateLimit::new().per_second(2.0).burst(3);
    let users =
        shown.users(|client| client.rate_limit(limit).max_concurrency(7).no_attempt_timeout());
    let options = CallOptions::new().timeout(Duration::from_secs(3)).retry(RetryPolicy::off());

    let of_client = check_not_sent(users.get(&"1".into()).await).to_string();
    let of_call = check_not_sent(users.with(options).get(&"1".into()).await).to_string();

    let limits = "timeout: 90s for the call, none for an attempt\nretries: up to 3 attempts\n\
                  rate limit: 2 requests each second, up to 3 at once\n\
                  concurrency: up to 7 requests";
    assert!(of_client.ends_with(limits), "{of_client}");
    assert!(of_call.contains("timeout: 3s for the call, none for an attempt\nretries: off"));
}

#[tokio::test(start_paused = true)]
async fn a_shared_rate_limit_is_not_used_up() {
    let limiter = RateLimit::new().per_second(0.001).build().unwrap();
    let users = Shown::default().users(|client| client.rate_limiter(limiter.clone()));
    for _ in 0..5 {
        check_not_sent(users.get(&"1".into()).await);
    }
    let recorder = Recorder::new();
    let client = recorder.client().rate_limiter(limiter).build().unwrap();

    assert!(client.execute(Call::delete(&["x"])).await.is_ok());
}

#[tokio::test]
async fn identifiers_are_shown_in_paths_and_other_values_are_not() {
    let users = Shown::default().users(|client| client);
    let filter = "username eq \"MARK\"".parse().unwrap();

    let code = check_not_sent(users.check_sms_code(&"5b0c".into(), "123456").await);
    let list = check_not_sent(users.list(&PageRequest::new().count(7).filter(filter)).await);
    let mobile = check_not_sent(users.send_sms_code(&"5b0c".into(), Some("+358MARK")).await);
    let other = check_not_sent(users.client().execute(Call::get(&["user", "MARK"])).await);

    let user = "https://id.example.com/api/rest/v1/user";
    assert_eq!(code.url(), format!("{user}/5b0c/sms/verify/check/{{code}}"));
    assert!(
        list.url().contains("count=7") && list.url().contains("filter=<text>"),
        "{}",
        list.url()
    );
    assert_eq!(mobile.url(), format!("{user}/5b0c/sms/verify/send?mobile=<text>"));
    assert_eq!(other.url(), "https://id.example.com/*/*");
}

#[tokio::test]
async fn an_operation_of_several_requests_shows_its_read() {
    let shown = Shown::default();
    let users = shown.users(|client| client);

    check_not_sent(users.modify(&"1".into(), |user| user.title = None).await);
    check_not_sent(users.items(PageRequest::new()).try_collect::<Vec<_>>().await);

    assert_eq!(shown.names(), ["users.get", "users.list"]);
}

#[tokio::test]
async fn an_operation_shows_its_write_for_a_given_state() {
    let shown = Shown::default();
    let state: User =
        serde_json::from_value(json!({"id": "1", "title": "MARK", "locale": "MARK"})).unwrap();
    let dry_run = shown.dry_run().state("users.get", &state).unwrap();
    let users = shown.users(|client| client.dry_run(dry_run));

    let write = check_not_sent(users.modify(&"1".into(), |user| user.title = None).await);
    let unchanged = users.modify(&"1".into(), |_| ()).await.unwrap();

    assert_eq!(shown.names(), ["users.get", "users.update", "users.get"]);
    assert_eq!(write.body(), "{\n  \"title\": null\n}");
    assert_eq!(unchanged, state);
}

#[tokio::test]
async fn a_list_is_read_from_a_given_state() {
    let shown = Shown::default();
    let mut page = Page::default();
    page.total_results = Some(1);
    page.resources = vec![User::new()];
    let dry_run = shown.dry_run().state("users.list", &page).unwrap();
    let users = shown.users(|client| client.dry_run(dry_run));

    assert_eq!(users.items(PageRequest::new()).try_collect::<Vec<_>>().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_write_has_no_state() {
    let shown = Shown::default();
    let dry_run = shown.dry_run().state("users.update", &User::new()).unwrap();
    let dry_run = dry_run.state("users.update_builtin_roles", &json!([])).unwrap();
    let users = shown.users(|client| client.dry_run(dry_run));

    check_not_sent(users.update_builtin_roles(&"1".into(), &RoleChanges::default()).await);
}

#[test]
fn invalid_settings_fail_as_without_a_dry_run() {
    let dry_run = || Users::dry_run(|_| ());

    let credentials = Credentials::basic("", "");
    let client = Client::builder("https://id.example.com").credentials(credentials);
    assert!(client.dry_run(dry_run()).build().is_err());
    let credentials = Credentials::basic("a", "b");
    let client = Client::builder("http://id.example.com").credentials(credentials);
    assert!(client.dry_run(dry_run()).build().is_err());
    assert!(Client::builder("nowhere").dry_run(dry_run()).build().is_err());
    let rate = RateLimit::new().per_second(-1.0);
    let client = Client::builder("https://id.example.com").rate_limit(rate);
    assert!(client.dry_run(dry_run()).build().is_err());
}

#[tokio::test]
async fn the_names_of_all_fields_are_shown() {
    for model in models() {
        let Some(members) = model.sample().as_object().cloned() else { continue };
        let names: Vec<_> = members.keys().filter(|name| *name != "*").cloned().collect();
        let shown = Shown::default();
        let client = shown.users(|client| client).client().clone();

        drop(client.execute(Call::post(&["x"]).json(&members)).await);

        let text = shown.last().to_string();
        for name in names {
            assert!(
                text.contains(&format!("\"{name}\": ")),
                "{}: add {name} to \
                crates/trivore-users/src/dry_run.rs: {text}",
                model.name()
            );
        }
    }
}
