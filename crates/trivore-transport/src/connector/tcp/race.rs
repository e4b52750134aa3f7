//! Tries addresses side by side, each a moment after the one before (RFC 8305).

use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::time::sleep;

/// Returns the addresses in the order in which to try them: the families alternate, beginning with
/// that of the first address.
pub(super) fn alternating(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let is_first_family = addresses.first().map(SocketAddr::is_ipv4);
    let (first, second): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| Some(address.is_ipv4()) == is_first_family);
    let mut ordered = Vec::with_capacity(first.len() + second.len());
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    loop {
        let before = ordered.len();
        ordered.extend(first.next());
        ordered.extend(second.next());
        if ordered.len() == before {
            return ordered;
        }
    }
}

/// Connects to the addresses until one succeeds; returns the first error if none does.
///
/// The next one is tried as soon as one has failed, or if there is no result for a quarter of a
/// second. The others go on beside it.
pub(super) async fn first_of<A, T, E, F>(
    addresses: Vec<A>,
    connect: impl Fn(A) -> F,
) -> Option<Result<T, E>>
where
    F: Future<Output = Result<T, E>>,
{
    let mut addresses = addresses.into_iter();
    let (mut attempts, mut first_error) = (FuturesUnordered::new(), None);
    loop {
        attempts.extend(addresses.next().map(&connect));
        if attempts.is_empty() {
            return first_error.map(Err);
        }
        let has_more = addresses.len() > 0;
        let result = if has_more {
            match select(attempts.next(), pin!(sleep(DELAY))).await {
                Either::Left((result, _)) => result,
                Either::Right(_) => continue,
            }
        } else {
            attempts.next().await
        };
        match result {
            Some(Ok(connection)) => return Some(Ok(connection)),
            Some(Err(error)) => drop(first_error.get_or_insert(error)),
            None => {}
        }
    }
}

const DELAY: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    /// Connects after a time in milliseconds, or fails.
    async fn attempt((time, succeeds): (u64, bool)) -> Result<u64, u64> {
        sleep(Duration::from_millis(time)).await;
        if succeeds { Ok(time) } else { Err(time) }
    }

    #[track_caller]
    fn check(
        runtime: &tokio::runtime::Runtime,
        addresses: &[(u64, bool)],
        expected: Option<Result<u64, u64>>,
        expected_time: u64,
    ) {
        let (result, time) = runtime.block_on(async {
            let begun = Instant::now();
            (first_of(addresses.to_vec(), attempt).await, begun.elapsed())
        });
        assert_eq!(result, expected, "{addresses:?}");
        assert_eq!(time.as_millis(), u128::from(expected_time), "{addresses:?}");
    }

    #[test]
    fn the_first_connection_wins() {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_time().start_paused(true).build().unwrap();
        let never = 1_000_000;
        for (addresses, expected, time) in [
            (&[][..], None, 0),
            (&[(10, true), (1, true)], Some(Ok(10)), 10),
            (&[(never, true), (7, true)], Some(Ok(7)), 257),
            (&[(never, true), (never, true), (3, true)], Some(Ok(3)), 503),
            // One that is slow may still win.
            (&[(300, true), (100, true)], Some(Ok(300)), 300),
            // After a failure, the next one does not wait.
            (&[(5, false), (6, true)], Some(Ok(6)), 11),
            (&[(5, false), (6, false), (7, false)], Some(Err(5)), 18),
            (&[(400, false), (10, false)], Some(Err(10)), 400),
        ] {
            check(&runtime, addresses, expected, time);
        }
    }

    #[test]
    fn the_families_alternate() {
        let addresses = |texts: &[&str]| -> Vec<SocketAddr> {
            texts.iter().map(|text| text.parse().unwrap()).collect()
        };
        let (v6, w6, v4, w4) = ("[::1]:1", "[::2]:1", "1.0.0.1:1", "1.0.0.2:1");
        for (given, expected) in [
            (&[][..], &[][..]),
            (&[v4], &[v4]),
            (&[v6, w6, v4, w4], &[v6, v4, w6, w4]),
            (&[v4, w4, v6], &[v4, v6, w4]),
            (&[v6, v4, w4], &[v6, v4, w4]),
        ] {
            assert_eq!(alternating(addresses(given)), addresses(expected));
        }
    }
}
