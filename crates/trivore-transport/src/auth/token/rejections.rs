//! Which operations rejected an access token, and when another one may be requested for them.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use http::Request;
use tokio::time::Instant;

use crate::call::CallContext;

/// What a request is for: its operation, or its method and path if it has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TokenTarget(u64);

impl TokenTarget {
    /// Returns the target of a request.
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        let mut hasher = DefaultHasher::new();
        match CallContext::of(request).and_then(CallContext::operation) {
            // All calls that were made from segments have the same name.
            Some(operation) if !operation.route.is_empty() => operation.name.hash(&mut hasher),
            _ => (request.method(), request.uri().path()).hash(&mut hasher),
        }
        Self(hasher.finish())
    }
}

/// Which targets rejected a token, and when another one may be requested for them.
///
/// A rejection with 401 means that the token is no longer valid, or that the target rejects any
/// token. The first one is followed by a refresh. If the new token is rejected, too, further
/// refreshes for this target wait for a delay, which grows up to the last one of [`DELAYS`]. There
/// is no delay before the first of them if the target has accepted a token before: the server may
/// have invalidated two tokens in a row. The delays end when the target accepts another token than
/// the one that it rejected last.
///
/// A token that one target rejects stays in use for the others. If the target has accepted tokens
/// before, the others wait for the refresh, because the token is probably no longer valid.
#[derive(Debug, Default)]
pub(crate) struct Rejections {
    /// Targets that have accepted a token and not rejected a new one since.
    accepting: HashSet<TokenTarget>,
    /// Targets that rejected a new token.
    in_vain: HashMap<TokenTarget, InVain>,
    /// The latest token that was rejected.
    rejected: Option<Rejected>,
}

#[derive(Debug)]
struct InVain {
    /// The latest new token that the target rejected.
    generation: u64,
    /// Number of delays so far.
    delays: usize,
    /// When another token may be requested.
    until: Instant,
}

#[derive(Debug)]
struct Rejected {
    generation: u64,
    by: HashSet<TokenTarget>,
    /// The token is probably no longer valid.
    is_suspect: bool,
}

impl Rejections {
    /// Records that a target accepted the token of this generation.
    pub(crate) fn accept(&mut self, target: TokenTarget, generation: u64, now: Instant) {
        let known = self.in_vain.get(&target).map(|known| known.generation);
        // A target that both rejected and accepted this token rejects some requests whatever their
        // token is. It has to wait for its delays.
        if known != Some(generation) {
            self.in_vain.remove(&target);
            if self.accepting.len() >= MOST_TARGETS && !self.accepting.contains(&target) {
                self.accepting.clear();
            }
            self.accepting.insert(target);
        }
        if self.rejected.as_ref().is_none_or(|rejected| rejected.generation != generation) {
            return;
        }
        // The token is valid, so those that have never accepted one reject any.
        let rejected_by = self.rejected.take().map(|rejected| rejected.by).unwrap_or_default();
        for other in rejected_by {
            if !self.accepting.contains(&other) {
                self.delay(other, generation, now);
            }
        }
    }

    /// Records that a target rejected the token of this generation.
    pub(crate) fn reject(&mut self, target: TokenTarget, generation: u64) {
        let is_suspect = self.accepting.contains(&target);
        match &mut self.rejected {
            Some(rejected) if rejected.generation == generation => {
                rejected.is_suspect |= is_suspect;
                if rejected.by.len() < MOST_TARGETS {
                    rejected.by.insert(target);
                }
            }
            _ => {
                let by = HashSet::from([target]);
                self.rejected = Some(Rejected { generation, by, is_suspect });
            }
        }
    }

    /// Records that a target rejected the new token of this generation right after another one.
    pub(crate) fn reject_in_vain(&mut self, target: TokenTarget, generation: u64, now: Instant) {
        if self.accepting.remove(&target) {
            self.insert(target, InVain { generation, delays: 0, until: now });
        } else if self.in_vain.get(&target).is_none_or(|known| known.generation != generation) {
            self.delay(target, generation, now);
        }
    }

    /// Records that a refresh failed: those that rejected new tokens before do not ask again soon.
    pub(crate) fn fail(&mut self, now: Instant) {
        let Some(rejected) = &mut self.rejected else { return };
        let generation = rejected.generation;
        let in_vain = &self.in_vain;
        let asked: Vec<_> = rejected.by.extract_if(|by| in_vain.contains_key(by)).collect();
        for target in asked {
            self.delay(target, generation, now);
        }
    }

    /// Whether another token may be requested for a target that rejected one.
    pub(crate) fn may_refresh(&self, target: TokenTarget, now: Instant) -> bool {
        if let Some(known) = self.in_vain.get(&target) {
            return now >= known.until;
        }
        let delayed = || self.in_vain.values().filter(|known| now < known.until).count();
        self.accepting.contains(&target) || delayed() < MOST_DELAYED
    }

    /// Whether a target may be sent the token of this generation.
    pub(crate) fn permits(&self, target: TokenTarget, generation: u64) -> bool {
        let rejected = self.rejected.as_ref().filter(|it| it.generation == generation);
        rejected.is_none_or(|rejected| !rejected.by.contains(&target))
    }

    /// Whether the token of this generation is probably no longer valid.
    pub(crate) fn is_suspect(&self, generation: u64) -> bool {
        let rejected = self.rejected.as_ref().filter(|it| it.generation == generation);
        rejected.is_some_and(|rejected| rejected.is_suspect)
    }

    fn delay(&mut self, target: TokenTarget, generation: u64, now: Instant) {
        let delays = self.in_vain.get(&target).map_or(0, |known| known.delays);
        let delay = DELAYS.get(delays).or(DELAYS.last()).copied().unwrap_or_default();
        let delays = delays.saturating_add(1);
        self.insert(target, InVain { generation, delays, until: now + delay });
    }

    fn insert(&mut self, target: TokenTarget, known: InVain) {
        if self.in_vain.len() >= MOST_TARGETS && !self.in_vain.contains_key(&target) {
            let first = self.in_vain.iter().min_by_key(|(_, known)| known.until);
            if let Some(first) = first.map(|(target, _)| *target) {
                self.in_vain.remove(&first);
            }
        }
        self.in_vain.insert(target, known);
    }
}

/// How long after a new token was rejected no other is requested for the same target.
const DELAYS: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(5),
];
/// Number of targets that are remembered.
const MOST_TARGETS: usize = 256;
/// Number of delayed targets from which on no other token is requested for a new target: calls
/// that were made from segments have any number of paths.
const MOST_DELAYED: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Operation;

    fn target(path: &str) -> TokenTarget {
        TokenTarget::of(&Request::get(path).body(()).unwrap())
    }

    #[test]
    fn a_target_is_an_operation_or_a_path() {
        const GET_USER: Operation = Operation::get("users.get", "/user/{userId}");
        let named = |path| {
            let mut request = Request::get(path).body(()).unwrap();
            request.extensions_mut().insert(CallContext::new(GET_USER));
            TokenTarget::of(&request)
        };

        assert_eq!(named("/user/1"), named("/user/2"));
        assert_ne!(target("/user/1"), target("/user/2"));
        assert_eq!(target("/user/1?a"), target("/user/1?b"));
    }

    #[tokio::test(start_paused = true)]
    async fn delays_grow_until_a_token_is_accepted() {
        let (mut rejections, x) = (Rejections::default(), target("/x"));
        let now = Instant::now();
        let mut at = now;
        for (generation, seconds) in (1..).zip([1, 2, 4, 5, 5]) {
            assert!(rejections.may_refresh(x, at));
            rejections.reject_in_vain(x, generation, at);
            // Another call that was rejected with the same token.
            rejections.reject_in_vain(x, generation, at);

            at += Duration::from_secs(seconds);
            assert!(!rejections.may_refresh(x, at - Duration::from_millis(1)), "{generation}");
        }
        rejections.accept(x, 6, at);
        rejections.reject_in_vain(x, 7, at);
        assert!(rejections.may_refresh(x, at), "it has accepted a token before");
        rejections.reject_in_vain(x, 8, at);
        assert!(!rejections.may_refresh(x, at));
        assert!(rejections.may_refresh(x, at + Duration::from_secs(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn any_number_of_targets_takes_little_memory_and_few_tokens() {
        let mut rejections = Rejections::default();
        let now = Instant::now();
        for number in 0..10_000 {
            let (x, y) = (target(&format!("/x/{number}")), target(&format!("/y/{number}")));
            rejections.reject(x, 1);
            assert_eq!(rejections.may_refresh(x, now), number < 4, "{number}");
            rejections.reject_in_vain(x, number, now);
            rejections.accept(y, 0, now);
            assert!(rejections.may_refresh(y, now));
        }
        assert!(rejections.accepting.len() <= MOST_TARGETS);
        assert!(rejections.in_vain.len() <= MOST_TARGETS);
        assert!(rejections.rejected.unwrap().by.len() <= MOST_TARGETS);
    }
}
