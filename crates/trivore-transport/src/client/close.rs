//! Ends a client in order.

use std::time::Duration;

use crate::client::client::Client;

impl Client {
    /// Refuses new calls, waits for those in flight, and closes the connections.
    ///
    /// It applies to all clones, and to the handles made by [`with`](Self::with). From now on, a
    /// call fails with [`Error::is_closed`](crate::Error::is_closed), and nothing is sent; of an
    /// operation that sends several requests, the next one fails. A client cannot be opened again.
    ///
    /// Returns how many calls were still in flight after `limit`; zero means that all have ended.
    /// They go on, and their connections are closed when they end. Idle connections are closed in
    /// either case.
    ///
    /// ```
    /// use std::time::Duration;
    /// use http::{Request, Response};
    /// use trivore_transport::{Body, BoxError, Call, Client};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trivore_transport::Error> {
    /// let client = Client::new(tower::service_fn(async |_: Request<Body>| {
    ///     Ok::<_, BoxError>(Response::new(String::new()))
    /// }));
    /// client.execute(Call::delete(&["user", "1"])).await?;
    ///
    /// let left = client.close(Duration::from_secs(30)).await;
    ///
    /// assert_eq!(left, 0);
    /// assert!(client.execute(Call::delete(&["user", "2"])).await.unwrap_err().is_closed());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn close(&self, limit: Duration) -> usize {
        let left = self.in_flight.close(limit).await;
        #[cfg(feature = "http-client")]
        if let Some(connections) = &self.connections {
            connections.close();
        }
        left
    }
}
