//! What a pool takes from the settings of the connector.

use std::time::Duration;

use crate::connector::pool::state::{FAR_AWAY, Limits};
use crate::connector::settings::{Connector, HttpVersions};

/// The settings of a pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct PoolSettings {
    pub(super) limits: Limits,
    /// Limits the time to open a connection, and the time that a request waits for one.
    pub(super) connect_timeout: Duration,
    /// A server may select HTTP/2.
    pub(super) offers_http2: bool,
    /// After which time without traffic an HTTP/2 connection is checked, and how long that takes.
    pub(super) http2_keep_alive: (Duration, Duration),
}

impl PoolSettings {
    pub(super) fn new(settings: &Connector) -> Self {
        let (interval, limit) = settings.http2_keep_alive;
        Self {
            limits: Limits {
                connections: settings.max_connections,
                idle_connections: settings.max_idle_per_host,
                idle_time: settings.idle_timeout,
                age: settings.max_connection_age,
            },
            connect_timeout: settings.connect_timeout,
            // The library adds them to its clock, which must not overflow.
            http2_keep_alive: (interval.min(FAR_AWAY), limit.min(FAR_AWAY)),
            offers_http2: settings.http_versions == HttpVersions::Http2OrHttp1,
        }
    }
}
