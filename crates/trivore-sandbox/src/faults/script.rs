//! The active scripts, and the selection of the one that affects a request.

use std::sync::Arc;

use http::{HeaderMap, Method};
use tokio::sync::watch;
use tokio::time::Instant;

use super::fault::Fault;
use super::injected::InjectedFault;
use super::invalid::InvalidFault;
use super::limiter::Limiter;
use super::route::{KnownRoute, Route};
use super::strike::Strike;

/// Active scripts, in the order in which they were injected.
pub(crate) struct Scripts {
    routes: Vec<KnownRoute>,
    last_id: u64,
    active: Vec<Script>,
}

impl Scripts {
    /// Creates an empty list for a server with these routes.
    pub(crate) fn new(routes: Vec<KnownRoute>) -> Self {
        Self { routes, last_id: 0, active: Vec::new() }
    }

    pub(crate) fn add(&mut self, fault: Fault) -> Result<InjectedFault, InvalidFault> {
        let route = fault.parse_route(&self.routes)?;
        let headers = fault.headers()?;
        let limiter = fault.behavior.limiter()?;
        self.last_id += 1;
        let script = Script {
            id: self.last_id,
            fault: Arc::new(fault),
            route,
            headers,
            limiter,
            seen: 0,
            used: 0,
            hits: Arc::new(watch::Sender::new(0)),
        };
        let injected = script.injected();
        self.active.push(script);
        Ok(injected)
    }

    pub(crate) fn list(&self) -> Vec<InjectedFault> {
        self.active.iter().map(Script::injected).collect()
    }

    /// Removes a script and returns whether it existed.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.active.len();
        self.active.retain(|script| script.id != id);
        self.active.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }

    /// Selects the first script that is due.
    ///
    /// A script counts only the calls that no script before it affects.
    pub(crate) fn strike(&mut self, method: &Method, path: &str, now: Instant) -> Strike {
        let mut passing = HeaderMap::new();
        for script in &mut self.active {
            if !script.route.matches(method, path) || !script.is_due() {
                continue;
            }
            let mut headers = script.headers.clone();
            if let Some(limiter) = &mut script.limiter {
                let is_refused = !limiter.take(now);
                let told = limiter.headers(now, is_refused);
                if !is_refused {
                    passing.extend(told);
                    continue;
                }
                for (name, value) in told {
                    if let Some(name) = name {
                        headers.entry(name).or_insert(value);
                    }
                }
            }
            script.used += 1;
            let (id, fault, hits) =
                (script.id, Arc::clone(&script.fault), Arc::clone(&script.hits));
            return Strike::new(id, fault, hits, headers);
        }
        Strike::none(passing)
    }
}

/// An active fault, with its counters.
struct Script {
    id: u64,
    fault: Arc<Fault>,
    route: Route,
    headers: HeaderMap,
    limiter: Option<Limiter>,
    seen: u64,
    used: u64,
    hits: Arc<watch::Sender<u64>>,
}

impl Script {
    /// Counts a call and returns whether the fault affects it.
    fn is_due(&mut self) -> bool {
        if self.fault.times.is_some_and(|times| self.used >= times) {
            return false;
        }
        self.seen += 1;
        let every = self.fault.every.unwrap_or(1);
        let counted = self.seen.checked_sub(self.fault.skip).filter(|counted| *counted > 0);
        counted.is_some_and(|counted| counted.is_multiple_of(every))
    }

    fn injected(&self) -> InjectedFault {
        InjectedFault::new(self.id, Arc::clone(&self.fault), self.hits.subscribe())
    }
}
