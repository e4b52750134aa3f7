//! What the time to connect counts towards.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::timeout;
use tower::service_fn;
use trivore::transport::{
    Body, BoxError, Call, Client, ClientBuilder, Connector, RetryPolicy, TlsBackend,
};
use trivore_tests::scripted::{Connection, MAX_CONCURRENT_STREAMS, ScriptedServer, Wire};

/// Handshakes take longer than an attempt may.
#[tokio::test]
async fn an_attempt_begins_when_there_is_a_connection() {
    for wire in Wire::ALL.into_iter().filter(|wire| *wire != Wire::Http1) {
        let delay = Duration::from_millis(600);
        let server = ScriptedServer::with_slow_handshakes(wire, delay, Connection::respond_always);
        let client = server.client().attempt_timeout(Duration::from_millis(300)).build().unwrap();

        let result = client.execute(Call::post(&["x"]).retry(RetryPolicy::off())).await;

        assert!(result.is_ok(), "{wire:?}: {result:?}");
        assert_eq!((server.accepted(), server.requests().len()), (1, 1), "{wire:?}");
    }
}

#[tokio::test]
async fn an_attempt_begins_with_the_settings_of_the_server() {
    for wire in Wire::HTTP2 {
        let server = ScriptedServer::start(wire, |connection: Connection| async move {
            tokio::time::sleep(Duration::from_millis(600)).await;
            connection.respond_always().await
        });
        let client = server.client().attempt_timeout(Duration::from_millis(300)).build().unwrap();

        let result = client.execute(Call::post(&["x"]).retry(RetryPolicy::off())).await;

        assert!(result.is_ok(), "{wire:?}: {result:?}");
        assert_eq!((server.accepted(), server.requests().len()), (1, 1), "{wire:?}");
    }
}

#[tokio::test]
async fn connecting_has_a_limit_of_its_own() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", silent.local_addr().unwrap());
    for backend in [TlsBackend::NativeTls, TlsBackend::Rustls] {
        let connector = Connector::new().no_proxy().tls_backend(backend);
        let client = unlimited(Client::builder(&url)).connector(connector.connect_timeout(SHORT));

        assert_fails_in_time(&client.build().unwrap()).await;
    }
}

#[tokio::test]
async fn waiting_for_settings_or_streams_has_a_limit_of_its_own() {
    for wire in Wire::HTTP2 {
        for settings in [None, Some(0)] {
            let server =
                ScriptedServer::start(wire, move |mut connection: Connection| async move {
                    if let Some(streams) = settings {
                        let settings = [(MAX_CONCURRENT_STREAMS, streams)];
                        connection.responder().settings(&settings).await?;
                    }
                    connection.only_read().await
                });
            let connector = server.connector().connect_timeout(SHORT);
            let client = unlimited(server.client()).connector(connector).build().unwrap();

            assert_fails_in_time(&client).await;

            assert_eq!(server.requests().len(), 0, "{wire:?}");
        }
    }
}

/// A service of the user's own does not report when it sends.
#[tokio::test(start_paused = true)]
async fn a_service_that_reports_nothing_is_timed_from_its_call() {
    let service = service_fn(|_: http::Request<Body>| {
        std::future::pending::<Result<http::Response<String>, BoxError>>()
    });
    let client = Client::builder("https://id.example.com")
        .service(service)
        .attempt_timeout(Duration::from_secs(3))
        .build()
        .unwrap();

    let error = client.execute(Call::post(&["x"])).await.unwrap_err();

    assert!(error.is_timeout() && error.may_have_been_applied(), "{error}");
    assert_eq!(error.attempts()[0].elapsed.as_secs(), 3, "{error}");
}

/// Removes all limits but that of connecting.
fn unlimited(builder: ClientBuilder) -> ClientBuilder {
    builder.no_timeout().no_attempt_timeout().retry(RetryPolicy::off())
}

async fn assert_fails_in_time(client: &Client) {
    let result = timeout(SHORT * 10, client.execute(Call::post(&["x"]))).await;

    let Ok(result) = result else { panic!("the call has no limit") };
    let error = result.unwrap_err();
    assert!(!error.may_have_been_applied(), "{error}");
    assert!(error.is_timeout() || error.is_connect(), "{error}");
}

const SHORT: Duration = Duration::from_millis(300);
