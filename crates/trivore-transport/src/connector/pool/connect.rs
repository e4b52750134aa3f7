//! What opens connections for a pool.

use http::Uri;
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::Connection;
use tower::Service;

use crate::error::BoxError;

/// A service that opens a connection to the host of a URL.
pub(crate) trait Connect:
    Service<
        Uri,
        Response: Connection + Read + Write + Unpin + Send + 'static,
        Error: Into<BoxError>,
        Future: Send,
    > + Clone
    + Send
    + Sync
    + 'static
{
}

impl<C> Connect for C where
    C: Service<
            Uri,
            Response: Connection + Read + Write + Unpin + Send + 'static,
            Error: Into<BoxError>,
            Future: Send,
        > + Clone
        + Send
        + Sync
        + 'static
{
}
