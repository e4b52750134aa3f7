//! Diagnoses the way to the service.

use serde::de::DeserializeOwned;
use tokio::time::Instant;

use crate::call::{Call, CallOptions};
use crate::check::{CheckReport, CheckStep, CheckSubject, response_steps};
use crate::client::client::Client;
use crate::decode::decode_shaped;
use crate::error::Error;
use crate::retry::RetryPolicy;

impl Client {
    /// Checks step by step whether a call can succeed, and reports what to do if it cannot.
    ///
    /// It opens a connection of its own to check the name, the address and TLS, and then sends the
    /// call once, without retries. The response shows whether the clock, the credentials, the
    /// permission and the API are as expected. Use a read that changes nothing.
    ///
    /// With a service of your own, the name, the address and TLS are not checked.
    ///
    /// ```
    /// use http::{Request, Response};
    /// use trivore_transport::{Body, BoxError, Call, CheckSubject, Client};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let client = Client::new(tower::service_fn(async |_: Request<Body>| {
    ///     let refused = Response::builder().status(403).body(String::new())?;
    ///     Ok::<_, BoxError>(refused)
    /// }));
    ///
    /// let report = client.check(Call::<()>::get(&["user"])).await;
    ///
    /// println!("{report}");
    /// assert_eq!(report.first_failure().unwrap().subject, CheckSubject::Permission);
    /// # }
    /// ```
    pub async fn check<T: DeserializeOwned>(&self, call: Call<T>) -> CheckReport {
        let mut steps = self.check_connection().await;
        if steps.iter().any(CheckStep::has_failed) {
            return CheckReport::new(steps);
        }
        let shape = call.operation().shape;
        let once = self.with(CallOptions::new().retry(RetryPolicy::off()));
        let start = Instant::now();
        let result = once.response(call).await.and_then(|response| {
            let (_value, checked): (Box<T>, _) = decode_shaped(&response, shape)?;
            checked.map(|()| response).map_err(Error::decode)
        });
        steps.extend(response_steps(&result, start.elapsed()));
        CheckReport::new(steps)
    }

    #[cfg_attr(
        not(feature = "http-client"),
        expect(clippy::unused_async, reason = "only a probe is waited for")
    )]
    async fn check_connection(&self) -> Vec<CheckStep> {
        #[cfg(feature = "http-client")]
        if let Some(probe) = &self.probe {
            return probe().await;
        }
        let of_service =
            |subject| CheckStep::skipped(subject, "the client has a service of its own");
        [CheckSubject::Name, CheckSubject::Address, CheckSubject::Tls].map(of_service).into()
    }
}
