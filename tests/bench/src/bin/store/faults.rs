//! Which requests fail, and how.

use trivore_bench::{Random, StoreSettings};

/// What happens to a request that the rate allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is applied, and the connection is closed without a response.
    Closed,
    /// It is applied, and there never is a response.
    Silent,
    /// The connection is reset, after the request was applied.
    ResetAfter,
    /// The connection is reset, and the request is not applied.
    ResetBefore,
}

/// Draws faults.
pub(crate) struct Faults {
    lost: f64,
    reset: f64,
    random: Random,
}

impl Faults {
    pub(crate) fn new(settings: &StoreSettings) -> Self {
        let StoreSettings { lost, reset, seed, .. } = *settings;
        Self { lost, reset, random: Random::new(seed) }
    }

    /// Draws what happens to the next request; `None` if it is answered as usual.
    pub(crate) fn draw(&mut self) -> Option<Fault> {
        let (share, is_first_kind) = (self.random.share(), self.random.share() < 0.5);
        let of = |kinds: [Fault; 2]| Some(if is_first_kind { kinds[0] } else { kinds[1] });
        if share < self.lost {
            of([Fault::Closed, Fault::Silent])
        } else if share < self.lost + self.reset {
            of([Fault::ResetAfter, Fault::ResetBefore])
        } else {
            None
        }
    }
}

impl Fault {
    pub(crate) fn is_applied(self) -> bool {
        self != Self::ResetBefore
    }

    pub(crate) fn is_reset(self) -> bool {
        matches!(self, Self::ResetAfter | Self::ResetBefore)
    }
}
