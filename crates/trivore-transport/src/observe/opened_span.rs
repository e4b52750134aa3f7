//! Passes the span of an attempt from above the layers of the attempt slot to below them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Request;
use tracing::Span;

use crate::observe::span_fields::of_attempt;

/// A span that is opened before the layers of the attempt slot run, for the request below them.
///
/// The first request that comes out of the slot takes it; it still ends when the layers of the slot
/// do. Further requests, such as those of a layer that hedges, get spans of their own beside it.
#[derive(Clone)]
pub(crate) struct OpenedSpan(Arc<Mutex<Opened>>);

#[derive(Default)]
struct Opened {
    /// `None` once a request has taken it.
    span: Option<Span>,
    /// The span of the call; `None` after the end of the slot.
    parent: Option<Span>,
}

impl OpenedSpan {
    /// Opens a span and passes it on with the request.
    pub(crate) fn open<B>(request: &mut Request<B>) -> (Self, Span) {
        let parent = Some(Span::current());
        let span = of_attempt(request);
        let opened = Opened { span: Some(span.clone()), parent };
        let opened = Self(Arc::new(Mutex::new(opened)));
        request.extensions_mut().insert(opened.clone());
        (opened, span)
    }

    /// Returns the span of a request that is about to be sent.
    pub(crate) fn of<B>(request: &Request<B>) -> Span {
        let Some(opened) = request.extensions().get::<Self>() else { return of_attempt(request) };
        let mut opened = opened.state();
        if let Some(span) = opened.span.take() {
            return span;
        }
        let parent = opened.parent.clone();
        drop(opened);
        match parent {
            Some(parent) => parent.in_scope(|| of_attempt(request)),
            None => of_attempt(request),
        }
    }

    /// Releases the spans; returns the one that was opened, if no request has taken it.
    pub(crate) fn end(&self) -> Option<Span> {
        std::mem::take(&mut *self.state()).span
    }

    fn state(&self) -> MutexGuard<'_, Opened> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
