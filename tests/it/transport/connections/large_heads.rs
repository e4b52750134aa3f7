//! Heads of responses that are large, or have a form of the past.

use std::sync::{Arc, Mutex};

use http::{HeaderMap, Response};
use tower::util::MapResponseLayer;
use trivore::transport::{Body, Call};
use trivore_tests::scripted::{Connection, ScriptedServer, Wire};

/// Returns the headers of a response that has these ones.
async fn read(wire: Wire, headers: Vec<(String, String)>) -> HeaderMap {
    let server = ScriptedServer::start(wire, move |mut connection: Connection| {
        let headers = headers.clone();
        async move {
            let headers: Vec<_> =
                headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let responder = connection.responder();
            responder.settings(&[]).await?;
            loop {
                let request = connection.request().await?;
                responder.respond_with(&request, &headers, "1").await?;
            }
        }
    });
    let seen = Arc::new(Mutex::new(HeaderMap::new()));
    let sink = Arc::clone(&seen);
    let records = MapResponseLayer::new(move |response: Response<Body>| {
        sink.lock().unwrap().clone_from(response.headers());
        response
    });
    let client = server.client().transport_layer(records).build().unwrap();

    let result = client.send::<u8>(Call::post(&["x"])).await;

    assert_eq!(result.unwrap(), 1, "{wire:?}");
    let seen = seen.lock().unwrap();
    seen.clone()
}

#[tokio::test]
async fn a_header_of_20_000_bytes_is_read() {
    for wire in Wire::ALL {
        let value = "v".repeat(20_000);

        let headers = read(wire, vec![("x-large".to_owned(), value.clone())]).await;

        assert_eq!(headers["x-large"], value, "{wire:?}");
    }
}

#[tokio::test]
async fn headers_of_20_000_bytes_together_are_read() {
    for wire in Wire::ALL {
        let lines = (0..20).map(|number| (format!("x-{number}"), "v".repeat(1_000))).collect();

        let headers = read(wire, lines).await;

        assert_eq!(headers["x-19"].len(), 1_000, "{wire:?}");
    }
}

#[tokio::test]
async fn header_lines_beyond_a_hundred_are_read() {
    for wire in Wire::ALL {
        for count in [99, 100, 101, 200] {
            let lines = (0..count).map(|number| (format!("x-{number}"), number.to_string()));

            let headers = read(wire, lines.collect()).await;

            assert_eq!(headers[format!("x-{}", count - 1)], (count - 1).to_string(), "{wire:?}");
        }
    }
}

/// The lines of a folded value are joined by spaces (RFC 9112, section 5.2).
#[tokio::test]
async fn folded_header_lines_are_read() {
    for wire in Wire::HTTP1 {
        for (sent, expected) in [
            ("a\r\n b", ["a", "b"].as_slice()),
            ("a\r\n\tb", &["a", "b"]),
            ("a \r\n \t b\r\n c", &["a", "b", "c"]),
            ("\r\n a", &["a"]),
        ] {
            let lines = vec![
                ("x-folded".to_owned(), sent.to_owned()),
                ("x-next".to_owned(), "n".to_owned()),
            ];

            let headers = read(wire, lines).await;

            let words: Vec<_> =
                headers["x-folded"].to_str().unwrap().split_ascii_whitespace().collect();
            assert_eq!(words, expected, "{wire:?} {sent:?}");
            assert_eq!(headers["x-next"], "n", "{wire:?} {sent:?}");
        }
    }
}
