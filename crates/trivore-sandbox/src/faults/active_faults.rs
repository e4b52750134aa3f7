//! The active faults, and the selection of the one that affects a request.

use std::sync::Arc;

use http::{HeaderMap, Method};
use tokio::sync::watch;
use tokio::time::Instant;

use super::effect::FaultEffect;
use super::fault::Fault;
use super::injected_fault::InjectedFault;
use super::invalid_fault::InvalidFault;
use super::request_header;
use super::route_filter::{KnownRoute, RouteFilter};
use super::token_bucket::TokenBucket;

/// Active faults, in the order in which they were injected.
pub(crate) struct ActiveFaults {
    routes: Vec<KnownRoute>,
    last_id: u64,
    active: Vec<ActiveFault>,
    /// How often the sandbox was reset.
    resets: u64,
}

impl ActiveFaults {
    /// Creates an empty list for a server with these routes.
    pub(crate) fn new(routes: Vec<KnownRoute>) -> Self {
        Self { routes, last_id: 0, active: Vec::new(), resets: 0 }
    }

    pub(crate) fn add(&mut self, fault: Fault) -> Result<InjectedFault, InvalidFault> {
        let route = fault.parse_route(&self.routes)?;
        let headers = fault.headers()?;
        let bucket = fault.kind.token_bucket()?;
        self.last_id += 1;
        let active = ActiveFault {
            id: self.last_id,
            fault: Arc::new(fault),
            route,
            headers,
            bucket,
            seen: 0,
            used: 0,
            hits: Arc::new(watch::Sender::new(0)),
        };
        let injected = active.injected();
        self.active.push(active);
        Ok(injected)
    }

    /// Returns the effect of a fault that is named in a header of a request.
    pub(crate) fn of_header(&self, text: &str) -> Result<FaultEffect, InvalidFault> {
        let fault = request_header::parse(text)?;
        fault.parse_route(&self.routes)?;
        let headers = fault.headers()?;
        Ok(FaultEffect::of_request(Arc::new(fault), headers).selected_at(self.resets))
    }

    pub(crate) fn list(&self) -> Vec<InjectedFault> {
        self.active.iter().map(ActiveFault::injected).collect()
    }

    /// Removes a fault and returns whether it existed.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.active.len();
        self.active.retain(|active| active.id != id);
        self.active.len() < before
    }

    /// Removes all faults, because the sandbox is reset for the given time.
    pub(crate) fn reset(&mut self, resets: u64) {
        self.clear();
        self.resets = resets;
    }

    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }

    /// Selects the first fault that is due.
    ///
    /// A fault counts only the calls that no fault before it affects.
    pub(crate) fn select(&mut self, method: &Method, path: &str, now: Instant) -> FaultEffect {
        let mut passing = HeaderMap::new();
        for active in &mut self.active {
            if !active.route.matches(method, path) || !active.is_due() {
                continue;
            }
            let mut headers = active.headers.clone();
            if let Some(bucket) = &mut active.bucket {
                let is_refused = !bucket.take(now);
                let limit_headers = bucket.headers(now, is_refused);
                if !is_refused {
                    passing.extend(limit_headers);
                    continue;
                }
                for (name, value) in limit_headers {
                    if let Some(name) = name {
                        headers.entry(name).or_insert(value);
                    }
                }
            }
            active.used += 1;
            let (id, fault, hits) =
                (active.id, Arc::clone(&active.fault), Arc::clone(&active.hits));
            return FaultEffect::new(id, fault, hits, headers).selected_at(self.resets);
        }
        FaultEffect::none(passing).selected_at(self.resets)
    }
}

/// An active fault, with its counters.
struct ActiveFault {
    id: u64,
    fault: Arc<Fault>,
    route: RouteFilter,
    headers: HeaderMap,
    bucket: Option<TokenBucket>,
    seen: u64,
    used: u64,
    hits: Arc<watch::Sender<u64>>,
}

impl ActiveFault {
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
