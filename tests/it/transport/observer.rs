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

#[tokio::test]
async fn an_attempt_has_the_identifier_that_was_sent_or_that_of_the_response() {
    let ids: Arc<Mutex<Vec<Option<String>>>> = Arc::default();
    let sink = Arc::clone(&ids);
    let observer = Observer::new(move |event| {
        if let ClientEvent::AttemptEnded { request_id, .. } = event {
            sink.lock().unwrap().push(request_id.map(str::to_owned));
        }
    });
    let client = Client::builder("https://id.example.com")
        .observer(observer)
        .service(tower::service_fn(|request: Request<Body>| async move {
            let response = Response::builder();
            let response = match request.uri().path() {
                "/own" => response.header("x-request-id", "f00d"),
                "/strange" => response.header("x-request-id", "f\u{f6}d".as_bytes()),
                _ => response,
            };
            Ok::<_, BoxError>(response.body(String::new())?)
        }))
        .build()
        .unwrap();

    for path in ["own", "strange", "none"] {
        let id = http::HeaderValue::from_static("cafe");
        let call = Call::get(&[path]).header(http::HeaderName::from_static("x-request-id"), id);
        client.execute(call).await.unwrap();
    }

    assert_eq!(*ids.lock().unwrap(), [Some("f00d".to_owned()), None, Some("cafe".to_owned())]);
}
