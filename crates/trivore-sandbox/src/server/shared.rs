//! What all requests share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Method;
use tokio::sync::watch;
use tokio::time::Instant;

use super::bodies::Bodies;
use super::request_log::{MAX_LOG_BYTES, RequestLog};
use super::settings::ServerSettings;
use crate::faults::{ActiveFaults, FaultEffect};
use crate::store::state::State;

/// The state, the faults, the request log, and the stop signal.
///
/// An operation holds the lock on the state from start to end, so each operation is atomic.
#[derive(Clone)]
pub(crate) struct Shared {
    state: Arc<Mutex<State>>,
    faults: Arc<Mutex<ActiveFaults>>,
    requests: Arc<Mutex<RequestLog>>,
    bodies: Bodies,
    settings: Arc<ServerSettings>,
    stopped: watch::Receiver<()>,
}

impl Shared {
    pub(crate) fn new(
        state: State,
        faults: ActiveFaults,
        settings: ServerSettings,
        stopped: watch::Receiver<()>,
    ) -> Self {
        Self {
            state: Arc::new(Mutex::new(state)),
            faults: Arc::new(Mutex::new(faults)),
            requests: Arc::new(Mutex::new(RequestLog::new(MAX_LOG_BYTES))),
            bodies: Bodies::default(),
            settings: Arc::new(settings),
            stopped,
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, ActiveFaults> {
        lock(&self.faults)
    }

    pub(crate) fn requests(&self) -> MutexGuard<'_, RequestLog> {
        lock(&self.requests)
    }

    pub(crate) fn bodies(&self) -> &Bodies {
        &self.bodies
    }

    pub(super) fn settings(&self) -> &ServerSettings {
        &self.settings
    }

    pub(crate) fn stopped(&self) -> watch::Receiver<()> {
        self.stopped.clone()
    }

    /// Selects the fault for a request, and invalidates tokens if the fault requires it.
    pub(crate) fn select_fault(&self, method: &Method, path: &str) -> FaultEffect {
        let effect = self.faults().select(method, path, Instant::now());
        if effect.revokes_tokens() {
            self.state().tokens.revoke_all();
        } else if effect.expires_tokens() {
            self.state().tokens.expire_access();
        }
        effect
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
