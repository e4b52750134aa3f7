//! What all requests share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::request::Parts;
use tokio::sync::watch;
use tokio::time::Instant;

use super::bodies::Bodies;
use super::request_log::{MAX_LOG_BYTES, RequestLog};
use super::settings::ServerSettings;
use super::snapshots::Snapshots;
use crate::faults::{ActiveFaults, FaultEffect};
use crate::store::state::State;
use crate::values::api_error::ApiError;

/// What requests share: the state, its snapshots, the faults, the request log, the counts of bytes,
/// the settings, and the stop signal.
///
/// An operation holds the lock on the state from start to end, so each operation is atomic.
#[derive(Clone)]
pub(crate) struct Shared {
    state: Arc<Mutex<State>>,
    faults: Arc<Mutex<ActiveFaults>>,
    requests: Arc<Mutex<RequestLog>>,
    bodies: Bodies,
    responses: Bodies,
    snapshots: Arc<Mutex<Snapshots>>,
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
            responses: Bodies::default(),
            snapshots: Arc::default(),
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

    pub(super) fn snapshots(&self) -> MutexGuard<'_, Snapshots> {
        lock(&self.snapshots)
    }

    pub(crate) fn bodies(&self) -> &Bodies {
        &self.bodies
    }

    pub(crate) fn responses(&self) -> &Bodies {
        &self.responses
    }

    pub(super) fn settings(&self) -> &ServerSettings {
        &self.settings
    }

    pub(crate) fn stopped(&self) -> watch::Receiver<()> {
        self.stopped.clone()
    }

    /// Selects the fault for a request, and invalidates tokens if the fault requires it.
    ///
    /// A fault in the request's header takes precedence, if such faults are allowed.
    ///
    /// # Errors
    ///
    /// The header is invalid.
    pub(crate) fn select_fault(&self, head: &Parts) -> Result<FaultEffect, ApiError> {
        let effect = match self.fault_header(head)? {
            Some(text) => self.faults().of_header(text).map_err(|error| {
                ApiError::bad_request(format!("Header \"X-Sandbox-Fault\": {error}."))
            })?,
            None => self.faults().select(&head.method, head.uri.path(), Instant::now()),
        };
        if effect.revokes_tokens() {
            self.state().tokens.revoke_all();
        } else if effect.expires_tokens() {
            self.state().tokens.expire_access();
        }
        Ok(effect)
    }

    /// Returns the fault in the request's header, if such faults are allowed.
    fn fault_header<'a>(&self, head: &'a Parts) -> Result<Option<&'a str>, ApiError> {
        let mut values = head.headers.get_all(FAULT_HEADER).iter();
        let first = values.next().filter(|_| self.settings.takes_fault_header);
        let Some(value) = first else { return Ok(None) };
        let text = value.to_str().ok().filter(|_| values.next().is_none());
        let wrong =
            || ApiError::bad_request("There must be one header \"X-Sandbox-Fault\", in ASCII.");
        text.map(Some).ok_or_else(wrong)
    }
}

const FAULT_HEADER: &str = "x-sandbox-fault";

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
