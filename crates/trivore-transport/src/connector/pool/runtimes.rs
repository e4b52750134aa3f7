//! A pool for each runtime that a client is used from.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};

use http::Uri;
use tokio::runtime::{self, Handle};
use tokio::sync::oneshot;

use crate::connector::connections::Connections;
use crate::connector::pool::connect::Connect;
use crate::connector::pool::host::Host;
use crate::connector::pool::open::open_and_drive;
use crate::connector::pool::origin::Origin;
use crate::connector::pool::settings::PoolSettings;
use crate::connector::pool::state::Protocol;
use crate::error::Error;

/// A pool for each tokio runtime that the client is used from.
///
/// A connection is driven by a task of the runtime that opened it. A request from another runtime
/// would hang on it whenever that runtime is idle.
pub(super) struct Pools<C> {
    connect: C,
    settings: Arc<PoolSettings>,
    of_runtimes: RwLock<HashMap<runtime::Id, Pool>>,
    opened: Arc<AtomicU64>,
}

/// The connections of one runtime.
struct Pool {
    /// There are few: usually the service, and the token endpoint if it is elsewhere.
    hosts: Vec<Arc<Host>>,
    /// Ends the task of the [`Guard`] when the pool is dropped.
    _guard: oneshot::Sender<()>,
}

/// Removes the pool of a runtime when the runtime is dropped, and all of its tasks with it.
struct Guard<C> {
    pools: Weak<Pools<C>>,
    runtime: runtime::Id,
}

impl<C: Connect> Pools<C> {
    pub(super) fn new(connect: C, settings: PoolSettings) -> Self {
        Self {
            connect,
            settings: Arc::new(settings),
            of_runtimes: RwLock::default(),
            opened: Arc::default(),
        }
    }

    pub(super) fn settings(&self) -> &PoolSettings {
        &self.settings
    }

    /// Returns the connections of the current runtime to the host of a URL.
    pub(super) fn host_of(self: &Arc<Self>, url: &Uri) -> Result<Arc<Host>, Error> {
        let runtime = Handle::try_current().map_err(Error::configuration)?;
        let known = {
            let pools = self.of_runtimes.read().unwrap_or_else(PoisonError::into_inner);
            let hosts = pools.get(&runtime.id()).map(|pool| &pool.hosts);
            hosts.into_iter().flatten().find(|host| host.origin.is_of(url)).map(Arc::clone)
        };
        match known {
            Some(host) => Ok(host),
            None => Ok(self.add_host(&runtime, Origin::of(url).map_err(Error::connect)?)),
        }
    }

    fn add_host(self: &Arc<Self>, runtime: &Handle, origin: Origin) -> Arc<Host> {
        let mut guard = None;
        let mut pools = self.of_runtimes.write().unwrap_or_else(PoisonError::into_inner);
        let pool = pools.entry(runtime.id()).or_insert_with(|| {
            let (sender, ended) = oneshot::channel();
            guard = Some(ended);
            Pool { hosts: Vec::new(), _guard: sender }
        });
        // Another request may have been faster.
        let known = pool.hosts.iter().find(|host| host.origin.is_of(origin.url()));
        let host = known.map_or_else(|| Arc::new(self.new_host(runtime, origin)), Arc::clone);
        // A request that has found one holds it already, and may be about to use it.
        pool.hosts.retain(|known| Arc::strong_count(known) > 1 || !known.is_unused());
        if !pool.hosts.iter().any(|known| Arc::ptr_eq(known, &host)) {
            pool.hosts.push(Arc::clone(&host));
        }
        drop(pools);
        if let Some(ended) = guard {
            let guard = Guard { pools: Arc::downgrade(self), runtime: runtime.id() };
            // Without the lock held: a runtime that shuts down drops the task at once.
            runtime.spawn(async move {
                let _guard = guard;
                // It fails when the pool is dropped.
                drop(ended.await);
            });
        }
        host
    }

    fn new_host(&self, runtime: &Handle, origin: Origin) -> Host {
        let is_open = origin.is_https() && self.settings.offers_http2;
        let protocol = if is_open { Protocol::Unknown } else { Protocol::Http1 };
        let (connect, settings) = (self.connect.clone(), Arc::clone(&self.settings));
        let runtime = runtime.clone();
        let open = move |host: &Arc<Host>| {
            let opening =
                open_and_drive(connect.clone(), Arc::clone(&settings), Arc::downgrade(host));
            runtime.spawn(opening);
        };
        Host::new(origin, self.settings.limits, protocol, Arc::clone(&self.opened), open)
    }
}

/// The connections of a client.
pub(crate) trait OpenConnections: Send + Sync {
    /// Counts the connections of all runtimes.
    fn count(&self) -> Connections;

    /// Forgets all connections: idle ones are closed, others when their requests end.
    fn close(&self);
}

impl<C: Connect> OpenConnections for Pools<C> {
    fn count(&self) -> Connections {
        let mut counts =
            Connections { opened: self.opened.load(Ordering::Relaxed), ..Connections::default() };
        let pools = self.of_runtimes.read().unwrap_or_else(PoisonError::into_inner);
        for host in pools.values().flat_map(|pool| &pool.hosts) {
            host.count(&mut counts);
        }
        counts
    }

    fn close(&self) {
        let forgotten = {
            let mut pools = self.of_runtimes.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *pools)
        };
        // Without the lock held: it drops the connections.
        drop(forgotten);
    }
}

impl<C> Drop for Guard<C> {
    fn drop(&mut self) {
        let Some(pools) = self.pools.upgrade() else { return };
        let removed = {
            let mut pools = pools.of_runtimes.write().unwrap_or_else(PoisonError::into_inner);
            pools.remove(&self.runtime)
        };
        // Without the lock held: it drops the connections.
        drop(removed);
    }
}
