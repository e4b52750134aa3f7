//! The body type that the user's layers see.

use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;

use crate::error::BoxError;

/// A request or response body: buffered bytes or a stream.
///
/// The SDK's own requests are always buffered, so that they can be retried. A layer of yours that
/// sends a request again copies a buffered body with [`try_clone`](Self::try_clone).
///
/// ```
/// use bytes::Bytes;
/// use http_body::Body as _;
/// use http_body_util::Full;
/// use trivore_transport::Body;
///
/// let buffered = Body::from(Bytes::from_static(b"{}"));
/// assert_eq!(buffered.size_hint().exact(), Some(2));
///
/// // Any other implementation of `http_body::Body`.
/// let stream = Body::new(Full::new(Bytes::from_static(b"{}")));
/// assert_eq!(stream.size_hint().exact(), Some(2));
/// ```
pub struct Body(BodyKind);

enum BodyKind {
    Full(Bytes),
    /// Locked only to be inspected: a body that is read is not shared.
    BodyStream(Mutex<Pin<Box<dyn BodyStream>>>),
}

impl Body {
    /// Wraps any other body; a `Body` is returned as it is.
    pub fn new<B>(body: B) -> Self
    where
        B: http_body::Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let mut body = Some(body);
        // Downcast, so that a `Body` is not wrapped twice.
        if let Some(own) = (&mut body as &mut dyn Any).downcast_mut::<Option<Self>>()
            && let Some(own) = own.take()
        {
            return own;
        }
        match body {
            Some(body) => Self(BodyKind::BodyStream(Mutex::new(Box::pin(body)))),
            None => Self::default(),
        }
    }

    /// Returns a copy of a buffered body, which shares its bytes; `None` for a stream.
    ///
    /// A body that was read in part is copied without that part. The bodies that the SDK passes to
    /// your layers are buffered; another layer may have replaced them.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http::Request;
    /// use trivore_transport::Body;
    ///
    /// // For a policy of tower's `Retry` or `Hedge`. The extensions belong to the request.
    /// fn copied(request: &Request<Body>) -> Option<Request<Body>> {
    ///     let mut copy = Request::new(request.body().try_clone()?);
    ///     copy.method_mut().clone_from(request.method());
    ///     copy.uri_mut().clone_from(request.uri());
    ///     *copy.version_mut() = request.version();
    ///     copy.headers_mut().clone_from(request.headers());
    ///     copy.extensions_mut().clone_from(request.extensions());
    ///     Some(copy)
    /// }
    ///
    /// let request = Request::put("/user/42").body(Body::from(Bytes::from("{}")))?;
    /// let copy = copied(&request).unwrap();
    /// assert_eq!(copy.uri(), "/user/42");
    /// assert_eq!(copy.body().as_bytes(), Some(&b"{}"[..]));
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn try_clone(&self) -> Option<Self> {
        match &self.0 {
            BodyKind::Full(bytes) => Some(Self(BodyKind::Full(bytes.clone()))),
            BodyKind::BodyStream(_) => None,
        }
    }

    /// Returns the bytes of a buffered body that have not been read; `None` for a stream.
    ///
    /// A layer that signs requests can use it.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http_body_util::Full;
    /// use trivore_transport::Body;
    ///
    /// let bytes = Bytes::from("{}");
    /// assert_eq!(Body::from(bytes.clone()).as_bytes(), Some(&b"{}"[..]));
    /// assert_eq!(Body::default().as_bytes(), Some(&b""[..]));
    /// assert_eq!(Body::new(Full::new(bytes)).as_bytes(), None);
    /// ```
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            BodyKind::Full(bytes) => Some(bytes),
            BodyKind::BodyStream(_) => None,
        }
    }

    /// Reads the whole body, unless it is larger than `limit`.
    ///
    /// A body whose size hint exceeds the limit is not read at all.
    pub(crate) async fn collect(self, limit: usize) -> Result<Bytes, CollectError> {
        use http_body::Body as _;
        if self.size_hint().lower() > limit as u64 {
            return Err(CollectError::TooLarge);
        }
        let mut read = Collected::default();
        self.read_into(&mut read, limit).await?;
        Ok(read.into_bytes())
    }

    /// Reads at most `limit` bytes into `read`, which keeps them on an error and if dropped.
    pub(crate) async fn read_into(
        mut self,
        read: &mut Collected,
        limit: usize,
    ) -> Result<(), CollectError> {
        use http_body::Body as _;
        while let Some(frame) = self.frame().await {
            let Ok(data) = frame.map_err(CollectError::Broken)?.into_data() else { continue };
            if read.len() + data.len() > limit {
                read.push(data.slice(..limit - read.len()), 0);
                return Err(CollectError::TooLarge);
            }
            let expected = usize::try_from(self.size_hint().lower()).unwrap_or(0);
            read.push(data, expected.min(limit));
        }
        Ok(())
    }
}

impl Default for Body {
    fn default() -> Self {
        Self(BodyKind::Full(Bytes::new()))
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(BodyKind::Full(bytes))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            BodyKind::Full(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            BodyKind::BodyStream(_) => f.write_str("Body(stream)"),
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
            BodyKind::Full(bytes) if bytes.is_empty() => Poll::Ready(None),
            BodyKind::Full(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            BodyKind::BodyStream(stream) => {
                stream.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut().poll(cx)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            BodyKind::Full(bytes) => bytes.is_empty(),
            BodyKind::BodyStream(stream) => {
                stream.lock().unwrap_or_else(PoisonError::into_inner).is_end()
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            BodyKind::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            BodyKind::BodyStream(stream) => {
                stream.lock().unwrap_or_else(PoisonError::into_inner).size()
            }
        }
    }
}

/// Why a body could not be read to its end.
#[derive(Debug)]
pub(crate) enum CollectError {
    TooLarge,
    Broken(BoxError),
}

/// The bytes read so far; a body of one frame, the common case, is not copied.
#[derive(Default)]
pub(crate) struct Collected {
    first: Bytes,
    joined: BytesMut,
}

impl Collected {
    fn len(&self) -> usize {
        self.first.len().max(self.joined.len())
    }

    fn push(&mut self, data: Bytes, expected: usize) {
        if self.first.is_empty() {
            self.first = data;
            return;
        }
        if self.joined.is_empty() {
            self.joined.reserve(self.first.len() + data.len() + expected);
            self.joined.extend_from_slice(&self.first);
        }
        self.joined.extend_from_slice(&data);
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        if self.joined.is_empty() { self.first } else { self.joined.freeze() }
    }
}

/// An object-safe `http_body::Body` with `Bytes` and `BoxError`, which keeps the size hint.
trait BodyStream: Send {
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<PolledFrame>>;
    fn is_end(&self) -> bool;
    fn size(&self) -> SizeHint;
}

type PolledFrame = Result<Frame<Bytes>, BoxError>;

impl<B> BodyStream for B
where
    B: http_body::Body + Send,
    B::Error: Into<BoxError>,
{
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<PolledFrame>> {
        let frame = ready!(self.poll_frame(cx));
        let ours = |frame: Frame<B::Data>| frame.map_data(to_bytes);
        Poll::Ready(frame.map(|frame| frame.map(ours).map_err(Into::into)))
    }

    fn is_end(&self) -> bool {
        self.is_end_stream()
    }

    fn size(&self) -> SizeHint {
        self.size_hint()
    }
}

fn to_bytes(mut data: impl Buf) -> Bytes {
    data.copy_to_bytes(data.remaining())
}

#[cfg(test)]
mod tests {
    use futures_util::future::FutureExt as _;
    use http_body::Body as _;
    use http_body_util::Full;

    use super::*;

    #[test]
    fn the_size_of_a_body_is_passed_on() {
        let body = Body::new(Full::new(Bytes::from_static(b"12345")));

        assert_eq!(body.size_hint().exact(), Some(5));
        assert!(!body.is_end_stream());
        assert!(Body::new(Full::new(Bytes::new())).is_end_stream());
    }

    #[test]
    fn a_body_of_ours_is_not_wrapped_again() {
        let body = Body::new(Body::from(Bytes::from_static(b"12345")));

        assert!(matches!(body.0, BodyKind::Full(_)));
    }

    #[test]
    fn a_stream_is_not_copied_and_a_buffered_body_is() {
        let stream = Body::new(Full::new(Bytes::from_static(b"12345")));
        let mut buffered = Body::from(Bytes::from_static(b"12345"));

        let copy = buffered.try_clone().unwrap();
        let read = buffered.frame().now_or_never();

        assert!(stream.try_clone().is_none());
        assert_eq!(stream.as_bytes(), None);
        assert!(read.is_some());
        assert_eq!(buffered.as_bytes(), Some(&b""[..]));
        assert_eq!(copy.as_bytes(), Some(&b"12345"[..]));
    }
}
