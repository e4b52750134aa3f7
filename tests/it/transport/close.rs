//! `close` refuses new calls and waits for those in flight.

use std::time::Duration;

use http::{Request, Response};
use tokio::sync::oneshot;
use trivore::models::PageRequest;
use trivore::transport::{Body, BoxError, Call, CallOptions, Client, Failure};
use trivore::{Credentials, Trivore};
use trivore_tests::{Fixture, Recorder};

/// Returns a client whose calls wait for a token of the sender.
fn waiting() -> (Client, tokio::sync::mpsc::UnboundedSender<()>) {
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    let receiver = std::sync::Arc::new(tokio::sync::Mutex::new(receiver));
    let client = Client::new(tower::service_fn(move |_: Request<Body>| {
        let receiver = std::sync::Arc::clone(&receiver);
        async move {
            receiver.lock().await.recv().await;
            Ok::<_, BoxError>(Response::new("1".to_owned()))
        }
    }));
    (client, sender)
}

#[tokio::test]
async fn a_closed_client_sends_nothing_and_neither_do_its_clones() {
    let recorder = Recorder::new();
    let trivore = recorder.trivore();
    let (clone, handle) = (trivore.clone(), trivore.users().with(CallOptions::new()));
    assert_eq!(trivore.close(Duration::from_secs(1)).await, 0);

    for users in [trivore.users(), clone.users(), &handle] {
        let error = users.get(&"1".into()).await.unwrap_err();

        assert!(error.is_closed() && !error.may_have_been_applied(), "{error}");
        assert_eq!(error.failure(), Failure::Closed);
        assert_eq!(error.operation().unwrap().name, "users.get");
        assert!(error.to_string().contains("the client was closed"), "{error}");
    }
    let mut items = trivore.users().items(PageRequest::new());
    let next = futures_util::StreamExt::next(&mut items).await;
    assert!(next.unwrap().unwrap_err().is_closed());
    assert!(recorder.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn calls_in_flight_are_waited_for() {
    let (client, sender) = waiting();
    let calls = tokio::spawn({
        let client = client.clone();
        async move {
            tokio::join!(client.send::<u8>(Call::get(&["a"])), client.send::<u8>(Call::get(&["b"])))
        }
    });
    tokio::task::yield_now().await;
    let closing = tokio::spawn({
        let client = client.clone();
        async move { client.close(Duration::from_secs(60)).await }
    });
    tokio::task::yield_now().await;

    assert!(client.send::<u8>(Call::get(&["c"])).await.unwrap_err().is_closed());
    assert!(!closing.is_finished());
    sender.send(()).unwrap();
    sender.send(()).unwrap();

    assert_eq!(closing.await.unwrap(), 0);
    let (one, other) = calls.await.unwrap();
    assert_eq!((one.unwrap(), other.unwrap()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn calls_past_the_limit_are_counted_and_go_on() {
    let (client, sender) = waiting();
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.send::<u8>(Call::get(&["a"])).await }
    });
    let dropped = tokio::spawn({
        let client = client.clone();
        async move { client.send::<u8>(Call::get(&["b"])).await }
    });
    tokio::task::yield_now().await;

    assert_eq!(client.close(Duration::from_secs(1)).await, 2);
    dropped.abort();
    assert!(dropped.await.is_err());
    assert_eq!(client.close(Duration::from_secs(1)).await, 1);
    sender.send(()).unwrap();

    assert_eq!(call.await.unwrap().unwrap(), 1);
    assert_eq!(client.close(Duration::ZERO).await, 0);
}

#[tokio::test]
async fn idle_connections_are_closed_and_others_when_their_calls_end() {
    let fixture = Fixture::start().await;
    let sandbox = fixture.sandbox();
    let trivore = Trivore::builder(sandbox.url())
        .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
        .build()
        .unwrap();
    let id = fixture.add_user(serde_json::json!({}));
    trivore.users().get(&id).await.unwrap();
    assert_eq!(trivore.connections().idle, 1);

    assert_eq!(trivore.close(Duration::from_secs(5)).await, 0);

    let counts = trivore.connections();
    assert_eq!((counts.idle, counts.in_use), (0, 0));
    assert_eq!(counts.opened, 1);
}

#[tokio::test]
async fn the_server_sees_that_an_idle_connection_is_closed() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (ended, has_ended) = oneshot::channel();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut buffer = [0; 4096];
        let _request = stream.read(&mut buffer).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1").await.unwrap();
        ended.send(stream.read(&mut buffer).await).unwrap();
    });
    let client = Client::builder(&format!("http://{address}")).build().unwrap();
    assert_eq!(client.send::<u8>(Call::get(&["a"])).await.unwrap(), 1);

    assert_eq!(client.close(Duration::from_secs(5)).await, 0);

    let read = tokio::time::timeout(Duration::from_secs(10), has_ended).await.unwrap();
    assert_eq!(read.unwrap().unwrap(), 0);
}

#[test]
fn a_blocking_client_can_be_closed() {
    let recorder = Recorder::new();
    let trivore = trivore::blocking::Trivore::new(recorder.client().build().unwrap()).unwrap();
    let clone = trivore.clone();

    assert_eq!(trivore.close(Duration::from_secs(1)).unwrap(), 0);

    assert!(clone.users().get(&"1".into()).unwrap_err().is_closed());
    let items: Vec<_> = clone.users().items(PageRequest::new()).collect();
    assert!(items.len() == 1 && items[0].as_ref().unwrap_err().is_closed());
    assert!(recorder.requests().is_empty());
}
