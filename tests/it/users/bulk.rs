//! Creates many users with concurrent requests.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{FutureExt as _, TryStreamExt as _};
use http::{Request, Response};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::sync::{Barrier, Notify};
use tower::layer::layer_fn;
use tower::{ServiceExt as _, service_fn};
use trivore::models::{Filter, PageRequest, User};
use trivore::transport::{Body, BoxError, Client, Next};
use trivore::users::{Bulk, BulkOptions, Users};
use trivore_tests::{Fixture, assert_lacks, assert_unauthorized};

fn named(names: &[&str]) -> Vec<User> {
    let user = |name: &&str| {
        let mut user = User::new();
        user.username = Some((*name).to_owned());
        user
    };
    names.iter().map(user).collect()
}

/// Counts the calls in flight, and their maximum.
#[derive(Default)]
struct InFlight {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl InFlight {
    fn enter(&self) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
    }

    fn leave(&self) {
        self.now.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Creates users, where each call waits for `together` concurrent calls. Returns the maximum number
/// of calls in flight.
async fn most_in_flight(options: BulkOptions, together: usize) -> usize {
    let fixture = Fixture::start().await;
    let (in_flight, barrier) = (Arc::new(InFlight::default()), Arc::new(Barrier::new(together)));
    let counted = Arc::clone(&in_flight);
    let layer = layer_fn(move |next: Next| {
        let (counted, barrier) = (Arc::clone(&counted), Arc::clone(&barrier));
        service_fn(move |request: Request<Body>| {
            let (next, counted, barrier) =
                (next.clone(), Arc::clone(&counted), Arc::clone(&barrier));
            async move {
                counted.enter();
                barrier.wait().await;
                let result = next.oneshot(request).await;
                counted.leave();
                result
            }
        })
    });
    let users = fixture.users_with(|client| client.call_layer(layer));
    let new = vec![User::new(); 16];

    let creating = users.create_many(&new, options);
    let results = tokio::time::timeout(Duration::from_secs(20), creating).await.unwrap();

    assert!(results.iter().all(Result::is_ok));
    assert_eq!(fixture.take_changes(), ["create"; 16]);
    in_flight.most.load(Ordering::SeqCst)
}

#[tokio::test]
async fn as_many_calls_run_at_the_same_time_as_allowed_and_no_more() {
    assert_eq!(most_in_flight(BulkOptions::new().concurrency(4), 4).await, 4);
    assert_eq!(most_in_flight(BulkOptions::new().concurrency(1), 1).await, 1);
    assert_eq!(most_in_flight(BulkOptions::new(), 8).await, 8);
    assert_eq!(most_in_flight(BulkOptions::default().concurrency(100), 16).await, 16);
}

#[tokio::test]
async fn a_concurrency_of_zero_counts_as_one() {
    assert_eq!(most_in_flight(BulkOptions::new().concurrency(0), 1).await, 1);
}

#[tokio::test]
async fn results_come_in_the_order_of_the_users() {
    let fixture = Fixture::start().await;
    let (calls, second_is_done) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    // The first call waits until the second is done.
    let layer = layer_fn(move |next: Next| {
        let (calls, second_is_done) = (Arc::clone(&calls), Arc::clone(&second_is_done));
        service_fn(move |request: Request<Body>| {
            let (next, second_is_done) = (next.clone(), Arc::clone(&second_is_done));
            let call = calls.fetch_add(1, Ordering::SeqCst);
            async move {
                if call == 0 {
                    second_is_done.notified().await;
                }
                let result = next.oneshot(request).await;
                if call == 1 {
                    second_is_done.notify_one();
                }
                result
            }
        })
    });
    let limit = Duration::from_secs(20);
    let users = fixture.users_with(|client| client.call_layer(layer).timeout(limit));

    let results =
        users.create_many(&named(&["maija", "matti", "liisa", "lauri"]), BulkOptions::new()).await;

    let names: Vec<_> =
        results.into_iter().map(|result| result.unwrap().user.username.unwrap()).collect();
    assert_eq!(names, ["maija", "matti", "liisa", "lauri"]);
    let page = fixture.users().list(&PageRequest::new()).await.unwrap();
    assert_ne!(page.resources[0].username.as_deref(), Some("maija"));
}

#[tokio::test]
async fn users_may_have_been_created_if_the_runtime_is_shut_down() {
    let fixture = Fixture::start().await;
    let new = named(&["maija", "matti"]);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();

    let mut creating = Box::pin(fixture.users().create_many(&new, BulkOptions::new()));
    {
        let _entered = runtime.enter();
        assert!((&mut creating).now_or_never().is_none());
    }
    runtime.shutdown_background();
    let results = creating.await;

    assert_eq!(results.len(), 2);
    for result in results {
        let error = result.unwrap_err();
        assert!(error.may_have_been_applied() && error.to_string().contains("shut down"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn results_are_kept_if_the_runtime_is_shut_down_later() {
    let arrived = Arc::new(Notify::new());
    let (arriving, received) = (Arc::clone(&arrived), Arc::new(AtomicUsize::new(0)));
    let service = service_fn(move |_: Request<Body>| {
        let is_first = received.fetch_add(1, Ordering::SeqCst) == 0;
        let arriving = Arc::clone(&arriving);
        async move {
            if !is_first {
                arriving.notify_one();
                pending::<()>().await;
            }
            let created = r#"{"id": "5b0cfba4e2bb230ff8b535e6", "username": "maija"}"#;
            Ok::<_, BoxError>(Response::builder().status(201).body(created.to_owned())?)
        }
    });
    let client = Client::builder("https://id.example.com").service(service).build().unwrap();
    let users = Users::new(client);
    let new = named(&["maija", "matti", "liisa"]);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();

    let mut creating = Box::pin(users.create_many(&new, BulkOptions::new().concurrency(1)));
    let waiting = async {
        tokio::select! {
            _ = &mut creating => false,
            () = arrived.notified() => true,
        }
    };
    assert!(tokio::task::block_in_place(|| runtime.block_on(waiting)));
    runtime.shutdown_background();
    let results = creating.await;

    assert_eq!(results[0].as_ref().unwrap().user.username.as_deref(), Some("maija"));
    for result in &results[1..] {
        assert!(result.as_ref().unwrap_err().may_have_been_applied());
    }
}

#[tokio::test]
async fn a_thousand_users_are_created_each_once_and_in_order() {
    let fixture = Fixture::start().await;
    let names: Vec<_> = (0..1_000).map(|number| format!("user-{number}")).collect();
    let new = named(&names.iter().map(String::as_str).collect::<Vec<_>>());

    let results = fixture.users().create_many(&new, BulkOptions::new().concurrency(64)).await;

    let created = results.into_iter().map(|result| result.unwrap().user.username.unwrap());
    assert_eq!(created.collect::<Vec<_>>(), names);
    assert_eq!(fixture.take_changes().len(), 1_000);
}

#[tokio::test]
async fn a_run_that_stops_early_has_a_result_for_each_of_many_users() {
    let fixture = Fixture::start().await;
    let mut new = vec![User::new(); 1_000];
    new[0].tags = Some(vec![String::new(); 101]);

    let options = BulkOptions::new().concurrency(1).max_failures(0);
    let results = fixture.users().create_many(&new, options).await;

    assert_eq!(results.len(), 1_000);
    assert!(results.into_iter().all(|result| !result.unwrap_err().may_have_been_applied()));
    assert!(fixture.take_changes().is_empty());
}

#[tokio::test]
async fn one_that_fails_does_not_stop_the_others() {
    let fixture = Fixture::start().await;
    fixture.add_user(json!({"username": "taken"}));
    let mut new = named(&["maija", "taken", "matti", "liisa"]);
    new[2].tags = Some(vec![String::new(); 101]);

    let results = fixture.users().create_many(&new, BulkOptions::new()).await;

    assert_eq!(results[0].as_ref().unwrap().user.username.as_deref(), Some("maija"));
    assert!(results[1].as_ref().unwrap_err().is_conflict());
    assert!(results[2].as_ref().unwrap_err().is_invalid_input());
    assert_eq!(results[3].as_ref().unwrap().user.username.as_deref(), Some("liisa"));
    assert_eq!(fixture.take_changes(), ["create"; 3]);
    assert_eq!(fixture.request_lines().len(), 3);
}

#[tokio::test]
async fn each_user_gets_a_password_of_its_own_that_signs_in() {
    let fixture = Fixture::start().await;
    let mut new = named(&["maija", "matti", "liisa"]);
    new[1].password = Some("Given-Secret-42".into());

    let results = fixture.users().create_many(&new, BulkOptions::new().concurrency(2)).await;

    let passwords: Vec<_> = results.into_iter().map(|result| result.unwrap().password).collect();
    assert_ne!(passwords[0], passwords[2]);
    assert_eq!(passwords[1].expose(), "Given-Secret-42");
    for (name, password) in ["maija", "matti", "liisa"].into_iter().zip(&passwords) {
        fixture.token(name, password.expose()).await.unwrap();
    }
}

#[tokio::test]
async fn those_that_have_not_begun_after_too_many_failures_are_errors() {
    let fixture = Fixture::start().await;
    fixture.add_user(json!({"username": "taken"}));
    let new = named(&["maija", "taken", "matti", "liisa"]);
    let options = BulkOptions::new().concurrency(1).max_failures(0);

    let results = fixture.users().create_many(&new, options).await;

    assert!(results[0].is_ok() && results[1].as_ref().unwrap_err().is_conflict());
    for result in &results[2..] {
        let error = result.as_ref().unwrap_err();
        assert!(error.to_string().contains("not begun") && !error.may_have_been_applied());
    }
    assert_eq!(fixture.request_lines().len(), 2);
}

#[tokio::test]
async fn options_that_are_not_valid_are_the_same_error_for_each_user() {
    let fixture = Fixture::start().await;
    let options = BulkOptions::new().max_failure_share(1.5, 1);
    let run = Bulk::new(|()| async { Ok(()) }).options(options).run([()]);
    let expected = run.try_collect::<Vec<_>>().await.unwrap_err();

    let results = fixture.users().create_many(&named(&["maija", "matti"]), options).await;

    assert_eq!(results.len(), 2);
    for error in results.into_iter().map(Result::unwrap_err) {
        assert!(error.is_invalid_input() && expected.is_invalid_input());
        assert_eq!(error.failure(), expected.failure());
        assert_eq!(error.to_string(), expected.to_string());
    }
    assert_eq!(fixture.request_lines(), Vec::<String>::new());
}

#[tokio::test]
async fn nobody_to_create_sends_nothing() {
    let fixture = Fixture::start().await;

    let results = fixture.users().create_many(&[], BulkOptions::new()).await;

    assert!(results.is_empty());
    assert_eq!(fixture.request_lines(), Vec::<String>::new());
}

#[tokio::test]
async fn a_response_that_was_lost_says_that_the_user_may_exist() {
    let fixture = Fixture::start().await;
    let lossy = layer_fn(|next: Next| {
        service_fn(move |request: Request<Body>| {
            let next = next.clone();
            async move {
                next.oneshot(request).await?;
                Err::<Response<Body>, BoxError>("the response was lost".into())
            }
        })
    });
    let users = fixture.users_with(|client| client.transport_layer(lossy));

    let results = users.create_many(&named(&["maija"]), BulkOptions::new()).await;

    assert!(results[0].as_ref().unwrap_err().may_have_been_applied());
    let request = PageRequest::new().filter(Filter::eq("username", "maija"));
    let page = fixture.users().list(&request).await.unwrap();
    assert_eq!(page.total_results, Some(1));
}

#[tokio::test]
async fn strangers_and_those_without_permission_create_nobody() {
    let fixture = Fixture::start().await;
    let (stranger, reader) =
        (fixture.users_of_a_stranger(), fixture.users_with_only(&["ACCOUNT_VIEW"]));
    let new = named(&["maija", "matti"]);

    for result in stranger.create_many(&new, BulkOptions::new()).await {
        assert_unauthorized(result);
    }
    for result in reader.create_many(&new, BulkOptions::new()).await {
        assert_lacks("ACCOUNT_MODIFY", result);
    }

    assert_eq!(fixture.take_changes(), Vec::<&str>::new());
}
