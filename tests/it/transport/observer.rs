//! Observers of calls and attempts.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Request, Response};
use trivore::transport::{Body, BoxError, Call, Client, ClientEvent, Observer};

fn noting(notes: &Arc<Mutex<Vec<String>>>) -> Observer {
    let notes = Arc::clone(notes);
    Observer::new(move |event| {
        let note = match event {
            ClientEvent::AttemptEnded { operation, attempt, end, elapsed, .. } => {
                format!("{} attempt {attempt}: {end} after {} s", operation.name, elapsed.as_secs())
            }
            ClientEvent::CallEnded { operation, attempts, end, .. } => {
                format!("{} after {attempts} attempts: {end}", operation.name)
            }
            _ => "something new".to_owned(),
        };
        notes.lock().unwrap().push(note);
    })
}

#[tokio::test(start_paused = true)]
async fn each_attempt_and_each_call_is_told_of() {
    let notes = Arc::default();
    let mut statuses = [503, 200].into_iter();
    let statuses = Arc::new(Mutex::new(move || statuses.next().unwrap_or(200)));
    let client = Client::builder("https://id.example.com")
        .observer(noting(&notes))
        .service(tower::service_fn(move |_: Request<Body>| {
            let status = (statuses.lock().unwrap())();
            async move {
                tokio::time::sleep(Duration::from_secs(2)).await;
                Ok::<_, BoxError>(Response::builder().status(status).body(String::new())?)
            }
        }))
        .build()
        .unwrap();

    client.execute(Call::get(&["x"])).await.unwrap();

    assert_eq!(
        *notes.lock().unwrap(),
        [
            "call attempt 1: 503 after 2 s",
            "call attempt 2: 200 after 2 s",
            "call after 2 attempts: 200"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_is_told_of_too() {
    let notes = Arc::default();
    let client = Client::builder("https://id.example.com")
        .observer(noting(&notes))
        .service(tower::service_fn(|_: Request<Body>| {
            std::future::pending::<Result<Response<String>, BoxError>>()
        }))
        .build()
        .unwrap();

    let call = client.execute(Call::get(&["x"]));
    drop(tokio::time::timeout(Duration::from_secs(3), call).await);

    assert_eq!(
        *notes.lock().unwrap(),
        ["call attempt 1: cut off after 3 s", "call after 1 attempts: cut off"]
    );
}
