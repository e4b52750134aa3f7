//! One client that is used from many runtimes.

use tokio::runtime::{Builder, Runtime};
use trivore::transport::{Call, Client};
use trivore_tests::scripted::{Connection, ScriptedServer, Wire};

fn responding(wire: Wire) -> ScriptedServer {
    ScriptedServer::start(wire, Connection::respond_always)
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn get(runtime: &Runtime, client: &Client) {
    assert_eq!(runtime.block_on(client.send::<u8>(Call::get(&["x"]))).unwrap(), 1);
}

/// Whether all connections are gone soon.
fn are_all_gone(server: &ScriptedServer) -> bool {
    runtime().block_on(server.has_open(0))
}

/// Returns the number of file descriptors of a process that does nothing else.
#[cfg(target_os = "linux")]
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn five_rounds(wire: Wire, count: usize) {
    let server = responding(wire);
    let client = server.client().build().unwrap();
    let runtimes: Vec<_> = (0..count).map(|_| runtime()).collect();

    for _ in 0..5 {
        for runtime in &runtimes {
            get(runtime, &client);
        }
    }

    assert_eq!(server.requests_by_connection(), vec![5; count], "{wire:?}");
    assert_eq!(server.open(), count, "{wire:?}");
    drop(runtimes);
    assert!(are_all_gone(&server), "{wire:?}: {} are open", server.open());
    get(&runtime(), &client);
}

#[test]
fn each_of_17_runtimes_has_one_connection() {
    for wire in Wire::ALL {
        five_rounds(wire, 17);
    }
}

#[test]
fn each_of_200_runtimes_has_one_connection() {
    for wire in [Wire::Http1, Wire::HTTP2[1]] {
        five_rounds(wire, 200);
    }
}

#[test]
fn runtimes_of_several_threads_have_one_connection_each() {
    for wire in [Wire::Http1, Wire::HTTP2[0]] {
        let server = responding(wire);
        let client = server.client().build().unwrap();

        std::thread::scope(|threads| {
            for _ in 0..17 {
                threads.spawn(|| {
                    let mut builder = Builder::new_multi_thread();
                    let runtime = builder.worker_threads(2).enable_all().build().unwrap();
                    for _ in 0..5 {
                        get(&runtime, &client);
                    }
                });
            }
        });

        assert_eq!(server.requests_by_connection(), [5; 17], "{wire:?}");
        assert!(are_all_gone(&server), "{wire:?}: {} are open", server.open());
    }
}

#[test]
fn runtimes_one_after_the_other_leave_no_connection() {
    for wire in [Wire::Http1, Wire::HTTP2[1]] {
        let server = responding(wire);
        let client = server.client().build().unwrap();

        for _ in 0..200 {
            get(&runtime(), &client);
        }

        assert_eq!(server.requests_by_connection(), [1; 200], "{wire:?}");
        assert!(are_all_gone(&server), "{wire:?}: {} are open", server.open());
    }
}

/// Counts descriptors in a process of its own, where no other test opens any.
#[cfg(target_os = "linux")]
#[test]
fn runtimes_leave_no_descriptor() {
    let test = "transport::connections::runtimes::runtimes_leave_no_descriptor";
    if std::env::var_os(AGAIN).is_none() {
        let program = std::env::current_exe().unwrap();
        let arguments = ["--exact", test, "--test-threads=1"];
        let output =
            std::process::Command::new(program).args(arguments).env(AGAIN, "1").output().unwrap();
        let report = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && report.contains("1 passed"), "{report}");
        return;
    }
    for wire in [Wire::Http1, Wire::HTTP2[0]] {
        let server = responding(wire);
        let client = server.client().build().unwrap();
        get(&runtime(), &client);
        assert!(are_all_gone(&server));
        let before = descriptors();

        for _ in 0..40 {
            let runtimes = [runtime(), runtime()];
            for runtime in &runtimes {
                get(runtime, &client);
            }
        }

        assert!(are_all_gone(&server), "{wire:?}");
        assert_eq!(descriptors(), before, "{wire:?}");
    }
}

/// The pool goes with the last clone of the client, while its runtime goes on.
#[test]
fn a_dropped_client_closes_its_connections() {
    for wire in Wire::ALL {
        let server = responding(wire);
        let client = server.client().build().unwrap();
        let runtime = runtime();
        get(&runtime, &client);
        assert_eq!(server.open(), 1, "{wire:?}");

        drop(client);

        assert!(runtime.block_on(server.has_open(0)), "{wire:?}");
    }
}

#[cfg(target_os = "linux")]
const AGAIN: &str = "TRIVORE_TESTS_IN_OWN_PROCESS";
