//! Pages that were requested and not read yet, in the order of the list.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesOrdered, StreamExt as _};
use trivore_models::PageRequest;
use trivore_transport::Result;

/// Pages that were requested and not read yet, in the order of the list.
///
/// Their requests make progress together; dropping the queue cancels them.
pub(crate) struct PageQueue<P> {
    /// What was requested, and whether that was ahead.
    requests: VecDeque<(PageRequest, bool)>,
    /// The first of them that have arrived.
    arrived: VecDeque<Result<P>>,
    in_flight: FuturesOrdered<BoxFuture<'static, Result<P>>>,
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
        let (requests, arrived) = (VecDeque::new(), VecDeque::new());
        Self { requests, arrived, in_flight: FuturesOrdered::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.requests.len()
    }

    pub(crate) fn first(&self) -> Option<&PageRequest> {
        self.requests.front().map(|(request, _)| request)
    }

    pub(crate) fn last(&self) -> Option<&PageRequest> {
        self.requests.back().map(|(request, _)| request)
    }

    /// Appends a page.
    pub(crate) fn push(
        &mut self,
        request: PageRequest,
        is_ahead: bool,
        page: BoxFuture<'static, Result<P>>,
    ) {
        self.in_flight.push_back(page);
        self.requests.push_back((request, is_ahead));
    }

    /// Cancels all requests.
    pub(crate) fn clear(&mut self) {
        *self = Self::new();
    }

    /// Polls the requests without waiting for them.
    pub(crate) fn drive(&mut self, cx: &mut Context<'_>) {
        while let Poll::Ready(Some(page)) = self.in_flight.poll_next_unpin(cx) {
            self.arrived.push_back(page);
        }
    }

    /// Waits for the first page; an empty queue is pending forever.
    pub(crate) fn poll_first(&mut self, cx: &mut Context<'_>) -> Poll<Arrived<P>> {
        self.drive(cx);
        let arrived = self.arrived.pop_front();
        match arrived.and_then(|page| self.requests.pop_front().zip(Some(page))) {
            Some(((request, is_ahead), page)) => Poll::Ready(Arrived { request, is_ahead, page }),
            None => Poll::Pending,
        }
    }
}
