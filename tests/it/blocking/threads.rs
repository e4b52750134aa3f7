//! Threads of callers, and the one of the blocking API.

use std::path::PathBuf;
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use trivore::Credentials;
use trivore::blocking::Users;
use trivore::transport::{AccessToken, TokenSource};
use trivore_sandbox::Sandbox;
use trivore_tests::Recorder;

#[test]
fn many_threads_call_at_once() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sandbox = runtime.block_on(Sandbox::start()).unwrap();
    let trivore = trivore::blocking::Trivore::builder(sandbox.url())
        .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
        .build_blocking()
        .unwrap();
    let id = sandbox.add_user(serde_json::json!({})).unwrap().into();
    let start = Barrier::new(32);

    thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                start.wait();
                for _ in 0..20 {
                    assert!(trivore.users().get(&id).is_ok());
                }
            });
        }
    });

    runtime.block_on(sandbox.shutdown());
}

/// Returns users whose access token comes from a function that says which thread it runs on.
fn users_with_thread() -> (Users, Arc<Mutex<Option<PathBuf>>>) {
    let thread = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&thread);
    let source = TokenSource::new(move || {
        let task = std::fs::read_link("/proc/thread-self").ok();
        *seen.lock().unwrap() = task.map(|task| PathBuf::from("/proc").join(task));
        async { Ok(AccessToken::new("token")) }
    });
    let client = Recorder::new().client().credentials(Credentials::token(source)).build();
    (Users::new(client.unwrap()).unwrap(), thread)
}

/// Waits until a thread has ended, which the operating system shows a little later.
#[track_caller]
fn check_ends(thread: &Mutex<Option<PathBuf>>) {
    let task = thread.lock().unwrap().clone().unwrap();
    let own = std::fs::read_link("/proc/thread-self").unwrap();
    assert!(!task.ends_with(own), "the function ran on the thread of the call");
    let ends = (0..1_000_000).any(|_| {
        thread::yield_now();
        !task.exists()
    });
    assert!(ends, "{} is still there", task.display());
}

#[cfg(target_os = "linux")]
#[test]
fn no_thread_is_left_after_the_last_clone() {
    let (users, thread) = users_with_thread();
    let items = users.items(trivore::models::PageRequest::new());
    let clone = users.clone();
    assert!(users.legal_info(&"1".into()).is_ok());

    drop(users);
    drop(clone);
    assert!(thread.lock().unwrap().as_ref().unwrap().exists());
    drop(items);

    check_ends(&thread);
}

#[cfg(target_os = "linux")]
#[test]
fn no_thread_is_left_after_a_drop_in_async_code() {
    let (users, thread) = users_with_thread();
    assert!(users.legal_info(&"1".into()).is_ok());

    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(async move { drop(users) });

    check_ends(&thread);
}
