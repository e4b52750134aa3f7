//! What all requests share.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use http::request::Parts;
use tokio::sync::watch;
use tokio::time::Instant;

use super::bodies::Bodies;
use super::request_log::{MAX_LOG_BYTES, RecordedRequest, RequestLog};
use super::settings::ServerSettings;
use super::snapshots::Snapshots;
use crate::data::DataError;
use crate::data::journal::{Content, Journal};
use crate::faults::{ActiveFaults, FaultEffect};
use crate::store::state::State;
use crate::values::api_error::ApiError;

/// What requests share: the state, its snapshots, the faults, the request log, the counts of bytes,
/// the settings, and the stop signal.
///
/// An operation holds the lock on the state from start to end, so each operation is atomic.
/// Operations that only read run side by side. Nothing waits for the network or parses or writes a
/// body while it holds a lock.
#[derive(Clone)]
pub(crate) struct Shared {
    state: Arc<RwLock<State>>,
    /// Locked only while the state is locked for a change.
    journal: Arc<Mutex<Keeping>>,
    faults: Arc<Mutex<ActiveFaults>>,
    requests: Arc<Mutex<RequestLog>>,
    /// Notified of every change of the request log.
    requests_changed: Arc<watch::Sender<()>>,
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
            state: Arc::new(RwLock::new(state)),
            journal: Arc::default(),
            faults: Arc::new(Mutex::new(faults)),
            requests: Arc::new(Mutex::new(RequestLog::new(MAX_LOG_BYTES))),
            requests_changed: Arc::default(),
            bodies: Bodies::default(),
            responses: Bodies::default(),
            snapshots: Arc::default(),
            settings: Arc::new(settings),
            stopped,
        }
    }

    /// Locks the state to read it.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the state to change it.
    ///
    /// What changed is written to the data file, if there is one, before the lock is released.
    pub(crate) fn state(&self) -> StateChange<'_> {
        let state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        StateChange { state, journal: &self.journal }
    }

    /// Locks the state to change it, unless changes can no longer be kept in the data file.
    pub(crate) fn change(&self) -> Result<StateChange<'_>, ApiError> {
        let state = self.state();
        state.check_data()?;
        Ok(state)
    }

    /// Keeps the state and all further changes in a data file.
    pub(crate) fn keep(&self, mut journal: Journal, content: Content) -> Result<(), DataError> {
        let mut state = self.state();
        match content {
            Content::New => journal.write_snapshot(&mut state)?,
            Content::Loaded => journal.commit(&mut state)?,
        }
        drop(state);
        self.set_journal(journal);
        Ok(())
    }

    pub(crate) fn set_journal(&self, journal: Journal) {
        *lock(&self.journal) = Keeping::InFile(journal);
    }

    /// Closes the data file; what is still changed is refused.
    pub(crate) fn close_data(&self) {
        let _state = self.state();
        let mut keeping = lock(&self.journal);
        if matches!(*keeping, Keeping::InFile(_)) {
            *keeping = Keeping::Closed;
        }
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, ActiveFaults> {
        lock(&self.faults)
    }

    pub(crate) fn requests(&self) -> MutexGuard<'_, RequestLog> {
        lock(&self.requests)
    }

    /// Adds a request to the log.
    pub(super) fn record_request(&self, request: RecordedRequest) {
        let bytes = request.bytes();
        self.requests().push(request, bytes);
        self.requests_changed.send_replace(());
    }

    /// Clears the log of requests.
    pub(crate) fn clear_requests(&self) {
        self.requests().clear();
        self.requests_changed.send_replace(());
    }

    /// Returns a receiver that is notified of every change of the request log.
    pub(super) fn requests_changed(&self) -> watch::Receiver<()> {
        self.requests_changed.subscribe()
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

    pub(crate) fn settings(&self) -> &ServerSettings {
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
        loop {
            let effect = match self.fault_header(head)? {
                Some(text) => self.faults().of_header(text).map_err(|error| {
                    ApiError::bad_request(format!("Header \"X-Sandbox-Fault\": {error}."))
                })?,
                None => self.faults().select(&head.method, head.uri.path(), Instant::now()),
            };
            if !effect.revokes_tokens() && !effect.expires_tokens() {
                return Ok(effect);
            }
            let mut state = self.state();
            // After a reset, other faults are active.
            if effect.resets() == state.resets {
                if effect.revokes_tokens() {
                    state.tokens.revoke_all();
                } else {
                    state.tokens.expire_access();
                }
                return Ok(effect);
            }
        }
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

/// Where changes are kept, beside the memory.
#[derive(Default)]
enum Keeping {
    #[default]
    Nowhere,
    InFile(Journal),
    Closed,
}

/// The state while an operation changes it.
pub(crate) struct StateChange<'a> {
    state: RwLockWriteGuard<'a, State>,
    journal: &'a Mutex<Keeping>,
}

impl StateChange<'_> {
    /// Fails if changes can no longer be kept in the data file.
    pub(crate) fn check_data(&self) -> Result<(), ApiError> {
        match &*lock(self.journal) {
            Keeping::Nowhere => Ok(()),
            Keeping::InFile(journal) => journal.check().map_err(|error| data_error(&error)),
            Keeping::Closed => Err(closed()),
        }
    }

    /// Hands the changes to the operating system, or undoes them.
    ///
    /// Without this call it happens when the state is unlocked, without a report of an error.
    pub(crate) fn commit(&mut self) -> Result<(), ApiError> {
        match &mut *lock(self.journal) {
            Keeping::InFile(journal) => {
                journal.commit(&mut self.state).map_err(|error| data_error(&error))
            }
            Keeping::Nowhere | Keeping::Closed => {
                self.state.keep_changes();
                Ok(())
            }
        }
    }

    /// Replaces the whole state, in the data file as well, and returns the old one.
    ///
    /// # Errors
    ///
    /// The data file cannot be written, and nothing has changed.
    pub(crate) fn replace(&mut self, mut new: State) -> Result<State, ApiError> {
        new.ids.generation = self.ids.generation.wrapping_add(1);
        new.resets = self.resets;
        match &mut *lock(self.journal) {
            Keeping::Nowhere => new.keep_changes(),
            Keeping::InFile(journal) => {
                journal.write_snapshot(&mut new).map_err(|error| data_error(&error))?;
            }
            Keeping::Closed => return Err(closed()),
        }
        Ok(std::mem::replace(&mut self.state, new))
    }
}

impl Deref for StateChange<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

impl DerefMut for StateChange<'_> {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

impl Drop for StateChange<'_> {
    fn drop(&mut self) {
        // The journal keeps the error, and refuses all further changes.
        drop(self.commit());
    }
}

fn closed() -> ApiError {
    ApiError::internal("The data file is closed.")
}

fn data_error(error: &DataError) -> ApiError {
    ApiError::internal(format!("The change cannot be kept: {error}."))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const FAULT_HEADER: &str = "x-sandbox-fault";
