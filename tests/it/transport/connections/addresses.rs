//! Names with several addresses, of which some do not work.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::{Instant, timeout};
use trivore::transport::{Call, Client, RetryPolicy};
use trivore_tests::scripted::{Connection, ScriptedServer, Wire};

/// An address of loopback on which connection requests get no reaction.
struct Silent {
    address: SocketAddr,
    _listener: TcpListener,
    /// As many as the system keeps for the listener, which accepts none.
    _waiting: Vec<TcpStream>,
}

impl Silent {
    async fn start(host: [u8; 4], port: u16) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((host, port))).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let mut waiting = Vec::new();
        while let Ok(stream) =
            timeout(Duration::from_millis(100), TcpStream::connect(address)).await
        {
            waiting.push(stream.unwrap());
        }
        Self { address, _listener: listener, _waiting: waiting }
    }
}

/// A client that finds the server under a name with these addresses.
fn client(server: &ScriptedServer, addresses: io::Result<Vec<SocketAddr>>) -> Client {
    let addresses = addresses.map_err(|error| error.kind());
    let connector =
        server.connector().connect_timeout(Duration::from_secs(2)).resolver(move |name| {
            assert_eq!(name, "localhost");
            let addresses = addresses.clone();
            async move { addresses.map_err(io::Error::from) }
        });
    Client::builder(&server.url().replace("127.0.0.1", "localhost"))
        .connector(connector)
        .retry(RetryPolicy::off())
        .build()
        .unwrap()
}

/// Makes a first call until one took less than a limit, and returns how long the quickest took.
///
/// On a busy machine, some of them take longer.
async fn quickest(server: &ScriptedServer, addresses: &[SocketAddr], limit: u64) -> Duration {
    let mut quickest = Duration::MAX;
    while quickest >= Duration::from_millis(limit) && server.accepted() < 20 {
        let client = client(server, Ok(addresses.to_vec()));
        let start = Instant::now();
        client.send::<u8>(Call::post(&["x"])).await.unwrap();
        quickest = quickest.min(start.elapsed());
    }
    quickest
}

fn of_loopback(host: [u8; 4], port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::from(host), port))
}

#[tokio::test]
async fn the_second_address_is_tried_while_the_first_is_silent() {
    for wire in [Wire::Http1, Wire::HTTP2[0], Wire::HTTP2[1]] {
        let server = ScriptedServer::start(wire, Connection::respond_always);
        let silent = Silent::start([127, 0, 0, 2], server.port()).await;

        let addresses = [silent.address, of_loopback([127, 0, 0, 1], server.port())];
        let took = quickest(&server, &addresses, 300).await;

        assert!(took < Duration::from_millis(300), "{wire:?}: {took:?}");
        assert_eq!(server.accepted(), server.requests().len(), "{wire:?}");
    }
}

#[tokio::test]
async fn each_further_address_is_tried_after_a_while() {
    let server = ScriptedServer::start(Wire::Http1, Connection::respond_always);
    let port = server.port();
    let second = Silent::start([127, 0, 0, 2], port).await;
    let third = Silent::start([127, 0, 0, 3], port).await;
    let fourth = Silent::start([127, 0, 0, 4], port).await;

    let working = of_loopback([127, 0, 0, 1], port);
    let addresses = [second.address, third.address, fourth.address, working];
    let took = quickest(&server, &addresses, 900).await;

    assert!(took < Duration::from_millis(900), "{took:?}");
}

#[tokio::test]
async fn an_address_that_refuses_is_left_at_once() {
    let server = ScriptedServer::start(Wire::Http1, Connection::respond_always);
    let port = server.port();

    let [refusing, working] = [[127, 0, 0, 2], [127, 0, 0, 1]].map(|host| of_loopback(host, port));
    let took = quickest(&server, &[refusing, working], 150).await;

    assert!(took < Duration::from_millis(150), "{took:?}");
}

/// The port of the URL stands for a port of zero.
#[tokio::test]
async fn a_resolver_need_not_know_the_port() {
    let server = ScriptedServer::start(Wire::Http1, Connection::respond_always);

    let result = client(&server, Ok(vec![of_loopback([127, 0, 0, 1], 0)]))
        .send::<u8>(Call::post(&["x"]))
        .await;

    assert_eq!(result.unwrap(), 1);
}

#[tokio::test]
async fn addresses_that_all_fail_are_a_failure_to_connect() {
    let server = ScriptedServer::start(Wire::Http1, Connection::respond_always);
    let silent = Silent::start([127, 0, 0, 2], server.port()).await;
    let refusing = of_loopback([127, 0, 0, 3], server.port());
    for (addresses, may_time_out) in [
        (Ok(vec![silent.address]), true),
        (Ok(vec![refusing]), false),
        (Ok(vec![silent.address, refusing]), true),
        (Ok(Vec::new()), false),
        (Err(io::ErrorKind::Other.into()), false),
    ] {
        let shown = format!("{addresses:?}");
        let client = client(&server, addresses);

        let result = timeout(Duration::from_secs(8), client.execute(Call::post(&["x"]))).await;

        let Ok(result) = result else { panic!("{shown}: the call has no limit") };
        let error = result.unwrap_err();
        assert!(error.is_connect() || may_time_out && error.is_timeout(), "{shown}: {error}");
        assert!(!error.may_have_been_applied(), "{shown}: {error}");
    }
    assert_eq!(server.accepted(), 0);
}
