//! Pages that were requested and not read yet, in the order of the list.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use trivore_models::PageRequest;
use trivore_transport::Result;

/// Pages that were requested and not read yet, in the order of the list.
///
/// Their requests make progress together; dropping the queue cancels them.
pub(crate) struct PageQueue<P> {
    slots: VecDeque<Slot<P>>,
    in_flight: FuturesUnordered<BoxFuture<'static, (u64, Result<P>)>>,
    next_number: u64,
}

/// A page that was requested.
struct Slot<P> {
    number: u64,
    request: PageRequest,
    is_ahead: bool,
    page: Option<Result<P>>,
}

/// A page that has arrived.
pub(crate) struct Arrived<P> {
    pub(crate) request: PageRequest,
    /// Whether it was requested before anybody waited for it.
    pub(crate) is_ahead: bool,
    pub(crate) page: Result<P>,
}

impl<P: 'static> PageQueue<P> {
    pub(crate) fn new() -> Self {
        Self { slots: VecDeque::new(), in_flight: FuturesUnordered::new(), next_number: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(crate) fn first(&self) -> Option<&PageRequest> {
        self.slots.front().map(|slot| &slot.request)
    }

    pub(crate) fn last(&self) -> Option<&PageRequest> {
        self.slots.back().map(|slot| &slot.request)
    }

    /// Appends a page.
    pub(crate) fn push(
        &mut self,
        request: PageRequest,
        is_ahead: bool,
        page: BoxFuture<'static, Result<P>>,
    ) where
        P: Send,
    {
        let number = self.next_number;
        self.next_number = number.wrapping_add(1);
        self.in_flight.push(Box::pin(async move { (number, page.await) }));
        self.slots.push_back(Slot { number, request, is_ahead, page: None });
    }

    /// Cancels all requests.
    pub(crate) fn clear(&mut self) {
        self.slots.clear();
        self.in_flight = FuturesUnordered::new();
    }

    /// Polls the requests without waiting for them.
    pub(crate) fn drive(&mut self, cx: &mut Context<'_>) {
        while let Poll::Ready(Some((number, page))) = self.in_flight.poll_next_unpin(cx) {
            if let Some(slot) = self.slots.iter_mut().find(|slot| slot.number == number) {
                slot.page = Some(page);
            }
        }
    }

    /// Waits for the first page; an empty queue is pending forever.
    pub(crate) fn poll_first(&mut self, cx: &mut Context<'_>) -> Poll<Arrived<P>> {
        self.drive(cx);
        let Some(page) = self.slots.front_mut().and_then(|slot| slot.page.take()) else {
            return Poll::Pending;
        };
        match self.slots.pop_front() {
            Some(Slot { request, is_ahead, .. }) => {
                Poll::Ready(Arrived { request, is_ahead, page })
            }
            None => Poll::Pending,
        }
    }
}
