//! The body type that passes through users' layers.

use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;

use crate::error::BoxError;

/// A request or response body: bytes at hand, or a stream of them.
///
/// Requests of the SDK always hold their bytes, so that each can be replayed.
pub struct Body(Inner);

enum Inner {
    Full(Bytes),
    Stream(UnsyncBoxBody<Bytes, BoxError>),
}

impl Body {
    /// Takes over any other body.
    pub fn new<B>(body: B) -> Self
    where
        B: http_body::Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let mut body = Some(body);
        // A body of this type already is passed on as it is.
        if let Some(own) = (&mut body as &mut dyn Any).downcast_mut::<Option<Self>>()
            && let Some(own) = own.take()
        {
            return own;
        }
        match body {
            Some(body) => Self(Inner::Stream(
                body.map_frame(|frame| frame.map_data(to_bytes)).map_err(Into::into).boxed_unsync(),
            )),
            None => Self::default(),
        }
    }

    /// Reads the body to its end.
    pub(crate) async fn collect(self, limit: usize) -> Result<Bytes, CollectError> {
        match self.0 {
            Inner::Full(bytes) if bytes.len() > limit => {
                Err(CollectError::TooLarge { read: Bytes::new() })
            }
            Inner::Full(bytes) => Ok(bytes),
            Inner::Stream(stream) => collect(stream, limit).await,
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self(Inner::Full(Bytes::new()))
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(Inner::Full(bytes))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Full(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Inner::Stream(_) => f.write_str("Body(stream)"),
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.0 {
            Inner::Full(bytes) if bytes.is_empty() => Poll::Ready(None),
            Inner::Full(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Inner::Stream(stream) => Pin::new(stream).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Inner::Full(bytes) => bytes.is_empty(),
            Inner::Stream(stream) => stream.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Inner::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Inner::Stream(stream) => stream.size_hint(),
        }
    }
}

/// Why a body could not be read to its end, with what had been read by then.
#[derive(Debug)]
pub(crate) enum CollectError {
    TooLarge { read: Bytes },
    Broken { read: Bytes, source: BoxError },
}

async fn collect<B>(mut body: B, limit: usize) -> Result<Bytes, CollectError>
where
    B: http_body::Body<Data = Bytes, Error = BoxError> + Unpin,
{
    if body.size_hint().lower() > limit as u64 {
        return Err(CollectError::TooLarge { read: Bytes::new() });
    }
    // One frame, the common case, is passed on without a copy.
    let mut first = Bytes::new();
    let mut joined = BytesMut::new();
    let read =
        |first: Bytes, joined: BytesMut| if joined.is_empty() { first } else { joined.freeze() };
    while let Some(frame) = body.frame().await {
        let frame = match frame {
            Ok(frame) => frame,
            Err(source) => return Err(CollectError::Broken { read: read(first, joined), source }),
        };
        let Ok(data) = frame.into_data() else { continue };
        if first.len().max(joined.len()) + data.len() > limit {
            return Err(CollectError::TooLarge { read: read(first, joined) });
        }
        if first.is_empty() {
            first = data;
            continue;
        }
        if joined.is_empty() {
            let expected = usize::try_from(body.size_hint().lower()).unwrap_or(0).min(limit);
            joined.reserve(first.len() + data.len() + expected);
            joined.extend_from_slice(&first);
        }
        joined.extend_from_slice(&data);
    }
    Ok(read(first, joined))
}

fn to_bytes(mut data: impl bytes::Buf) -> Bytes {
    data.copy_to_bytes(data.remaining())
}
