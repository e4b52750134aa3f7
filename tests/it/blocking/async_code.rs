//! Blocking calls where a task of tokio runs.

use tokio::runtime::{Builder, Runtime};
use tokio::task::{self, LocalSet};
use trivore::blocking::Users;
use trivore::models::PageRequest;
use trivore_tests::Recorder;

fn recorded() -> (Recorder, Users) {
    let recorder = Recorder::new();
    let users = Users::new(recorder.client().build().unwrap()).unwrap();
    (recorder, users)
}

fn runtimes() -> [Runtime; 2] {
    [
        Builder::new_current_thread().enable_all().build().unwrap(),
        Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap(),
    ]
}

/// Asserts that a call fails and sends nothing.
#[track_caller]
fn check_refused(users: &Users, recorder: &Recorder) {
    let error = users.get(&"1".into()).unwrap_err();
    assert!(error.is_configuration() && !error.may_have_been_applied(), "{error}");
    assert!(error.to_string().contains("async"), "{error}");
    assert!(recorder.requests().is_empty());
}

#[test]
fn a_call_in_async_code_fails_and_sends_nothing() {
    for runtime in runtimes() {
        let (recorder, users) = recorded();
        runtime.block_on(async {
            check_refused(&users, &recorder);
            check_refused(&users, &recorder);
            task::yield_now().await;
            check_refused(&users, &recorder);
        });
        let (users, of_task) = (users, recorder.clone());
        runtime.block_on(runtime.spawn(async move { check_refused(&users, &of_task) })).unwrap();
    }
}

#[test]
fn a_call_in_a_local_task_fails() {
    for runtime in runtimes() {
        let (recorder, users) = recorded();
        let local = LocalSet::new();
        let task = local.spawn_local(async move { check_refused(&users, &recorder) });
        runtime.block_on(local.run_until(task)).unwrap();
    }
}

#[test]
fn an_iterator_in_async_code_fails_once_and_ends() {
    for runtime in runtimes() {
        let (recorder, users) = recorded();
        runtime.block_on(async {
            let results: Vec<_> = users.items(PageRequest::new()).collect();

            assert_eq!(results.len(), 1);
            assert!(results[0].as_ref().is_err_and(trivore::Error::is_configuration));
            let many = users.create_many(&[], trivore::users::BulkOptions::new());
            assert!(many.is_err_and(|error| error.is_configuration()));
        });
        assert!(recorder.requests().is_empty());
    }
}

#[test]
fn a_task_goes_on_after_a_call_that_failed() {
    for runtime in runtimes() {
        let (recorder, users) = recorded();
        let sum = runtime.block_on(async {
            check_refused(&users, &recorder);
            let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
            let numbers = tokio::spawn(async move {
                for number in 0..1000 {
                    sender.send(number).await.unwrap();
                }
            });
            let mut sum = 0;
            while let Some(number) = receiver.recv().await {
                sum += number;
            }
            numbers.await.unwrap();
            sum
        });
        assert_eq!(sum, 499_500);
    }
}

#[test]
fn a_call_in_spawn_blocking_works() {
    for runtime in runtimes() {
        let (recorder, users) = recorded();
        let call = move || users.legal_info(&"1".into());
        let result = runtime.block_on(async { task::spawn_blocking(call).await.unwrap() });
        assert!(result.is_ok(), "{result:?}");
        assert_eq!(recorder.requests().len(), 1);
    }
}

#[test]
fn a_call_in_block_in_place_works() {
    let [_, runtime] = runtimes();
    let (_recorder, users) = recorded();
    let call = move || users.legal_info(&"1".into());
    let (of_root, call) = (call.clone(), call);

    let in_root = runtime.block_on(async { task::block_in_place(of_root) });
    let in_task = runtime.block_on(runtime.spawn(async { task::block_in_place(call) })).unwrap();

    assert!(in_root.is_ok() && in_task.is_ok());
}

#[test]
fn a_call_where_a_runtime_is_only_entered_works() {
    for runtime in runtimes() {
        let (_recorder, users) = recorded();
        let _entered = runtime.enter();
        assert!(users.legal_info(&"1".into()).is_ok());
    }
}

#[test]
fn a_call_that_cannot_be_recognized_blocks_and_works() {
    for runtime in runtimes() {
        let (_recorder, users) = recorded();
        let call = async { users.legal_info(&"1".into()) };
        assert!(runtime.block_on(task::unconstrained(call)).is_ok());
    }
    let (_recorder, users) = recorded();
    let call = async { users.legal_info(&"1".into()) };
    assert!(futures_util::FutureExt::now_or_never(call).unwrap().is_ok());
}

#[test]
fn what_is_created_in_async_code_works_elsewhere_and_can_be_dropped_there() {
    for runtime in runtimes() {
        let (_recorder, users) = runtime.block_on(async { recorded() });
        assert!(users.legal_info(&"1".into()).is_ok());
        runtime.block_on(async move { drop(users) });

        let (_recorder, users) = recorded();
        let items = users.items(PageRequest::new());
        drop(users);
        runtime.block_on(runtime.spawn(async move { drop(items) })).unwrap();
    }
}
