//! Calls and iterators without async.

use std::time::Duration;

use serde_json::json;
use trivore::blocking::{Trivore, Users};
use trivore::models::{Filter, PageRequest, User};
use trivore::transport::{Call, CallOptions};
use trivore::users::BulkOptions;
use trivore::{Credentials, Result};
use trivore_sandbox::Sandbox;
use trivore_tests::Recorder;

/// A sandbox on a runtime of its own, as a service elsewhere.
struct Service {
    /// Ends the sandbox when it is dropped.
    _runtime: tokio::runtime::Runtime,
    sandbox: Sandbox,
}

impl Service {
    fn start() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let sandbox = runtime.block_on(Sandbox::builder().without_operator().start()).unwrap();
        Self { _runtime: runtime, sandbox }
    }

    fn trivore(&self) -> Trivore {
        let (id, secret) = (self.sandbox.client_id(), self.sandbox.client_secret());
        let builder = Trivore::builder(self.sandbox.url());
        builder.credentials(Credentials::basic(id, secret)).build_blocking().unwrap()
    }
}

#[test]
fn calls_block_until_they_are_done() {
    let service = Service::start();
    let trivore = service.trivore();
    let users = trivore.users();

    let created = users.create(&User::new()).unwrap();
    let changed = users.modify(&created.id, |user| user.locale = Some("fi".to_owned())).unwrap();
    users.delete(&created.id).unwrap();
    let missing = users.get(&created.id).unwrap_err();

    assert_eq!(changed.locale.as_deref(), Some("fi"));
    assert!(missing.is_not_found(), "{missing}");
    assert_eq!(trivore.connections().opened, 1);
}

#[test]
fn streams_are_iterators() {
    let service = Service::start();
    for name in ["maija", "matti", "liisa"] {
        service.sandbox.add_user(json!({"username": name})).unwrap();
    }
    let trivore = service.trivore();
    let request = || PageRequest::new().count(2).filter(Filter::eq("nsCode", "sandbox"));

    let pages: Vec<_> = trivore.users().pages(request()).collect::<Result<_>>().unwrap();
    let names: Vec<_> =
        trivore.users().items(request()).map(|user| user.unwrap().username.unwrap()).collect();

    assert_eq!(pages.iter().map(|page| page.resources.len()).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(names, ["maija", "matti", "liisa"]);
}

#[test]
fn an_iterator_ends_after_an_error_and_outlives_what_made_it() {
    let recorder = Recorder::new();
    recorder.respond(403, "");
    let mut items = {
        let users = Users::new(recorder.client().build().unwrap()).unwrap();
        users.items(PageRequest::new()).skip_unreadable(|_| ())
    };

    let error = items.next().unwrap().unwrap_err();

    assert!(error.is_forbidden(), "{error}");
    assert!(items.next().is_none());
}

#[test]
fn many_users_are_created_at_once() {
    let service = Service::start();
    let trivore = service.trivore();

    let results = trivore.users().create_many(&vec![User::new(); 20], BulkOptions::new()).unwrap();

    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 20);
}

#[test]
fn a_call_inside_of_a_change_is_possible() {
    let service = Service::start();
    let trivore = service.trivore();
    let id = trivore.users().create(&User::new()).unwrap().id;

    let changed = trivore.users().modify(&id, |user| {
        user.nick_name = trivore.users().get(&id).unwrap().username;
    });

    assert!(changed.unwrap().nick_name.is_some());
}

#[test]
fn options_and_calls_without_a_method_work() {
    let recorder = Recorder::new();
    recorder.respond(200, "[1]").respond(200, "[2]").respond(200, "").respond(404, "");
    let users = Users::new(recorder.client().build().unwrap()).unwrap();
    let client = users.with(CallOptions::new().timeout(Duration::from_secs(5))).client();

    let sent: Vec<u8> = client.send(Call::get(&["a"])).unwrap();
    let (with_body, body): (Vec<u8>, _) = client.send_with_body(Call::get(&["b"])).unwrap();
    client.execute(Call::delete(&["c"])).unwrap();
    let missing = client.response(Call::<()>::get(&["d"])).unwrap_err();

    assert_eq!((sent, with_body, &body[..]), (vec![1], vec![2], &b"[2]"[..]));
    assert!(missing.is_not_found(), "{missing}");
    assert_eq!(recorder.last().path(), "/d");
}

#[test]
fn timeouts_work_without_a_runtime_of_the_caller() {
    let service = Service::start();
    let _silence = service.sandbox.inject(trivore_sandbox::Fault::no_response()).unwrap();
    let trivore = service.trivore();
    let options = CallOptions::new().timeout(Duration::from_millis(100));

    let error = trivore.users().with(options).list(&PageRequest::new()).unwrap_err();

    assert!(error.is_timeout(), "{error}");
}
