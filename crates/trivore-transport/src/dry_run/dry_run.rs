//! Shows requests instead of sending them.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;

use crate::call::CallContext;
use crate::dry_run::planned_request::{LimitsInForce, NotSent, PlannedRequest};
use crate::dry_run::redacted_json::Visible;
use crate::error::{BoxError, Error, Result};
use crate::message::Body;
use crate::stack::Next;

/// Shows requests instead of sending them, for `--dry-run` of a program.
///
/// Pass it to [`ClientBuilder::dry_run`](crate::ClientBuilder::dry_run). Such a client has no
/// connector: it cannot send anything, whatever else is configured. It requests no access token
/// either, and requests have a placeholder in place of the credentials.
///
/// Each request is shown, and its call fails; [`PlannedRequest::of`] tells from the error. To see
/// what an operation sends after it has read something, say what the read returns with
/// [`state`](Self::state).
///
/// By default, all names and values in bodies are hidden. The dry run of `trivore_users`
/// (`Users::dry_run`) knows which of them are harmless.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use trivore_transport::{Call, Client, Credentials, DryRun};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), trivore_transport::BuildError> {
/// let shown = Arc::new(Mutex::new(Vec::new()));
/// let list = Arc::clone(&shown);
/// let dry_run = DryRun::new(move |request| list.lock().unwrap().push(request.to_string()));
/// let client = Client::builder("https://id.example.com")
///     .credentials(Credentials::basic("9939129297585525", "secret"))
///     .dry_run(dry_run)
///     .build()?;
///
/// let call = Call::<()>::post(&["invite"]).json(&["maija@example.com"]);
/// assert!(client.execute(call).await.is_err());
///
/// let shown = shown.lock().unwrap();
/// assert!(shown[0].contains("authorization: Basic <hidden>"));
/// assert!(!shown[0].contains("maija"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a dry run does nothing until it is passed to a client"]
pub struct DryRun {
    show: Arc<dyn Fn(&PlannedRequest) + Send + Sync>,
    states: HashMap<String, Bytes>,
    visible: Visible,
}

impl DryRun {
    /// Shows each request by calling a function.
    pub fn new(show: impl Fn(&PlannedRequest) + Send + Sync + 'static) -> Self {
        Self { show: Arc::new(show), states: HashMap::new(), visible: Visible::default() }
    }

    /// Sets what a read returns, by the name of its operation, such as `users.get`.
    ///
    /// The read is shown, too. Only reads have a state: every call that would change something
    /// fails.
    ///
    /// # Errors
    ///
    /// `value` cannot be written as JSON.
    pub fn state(mut self, operation: &str, value: &impl Serialize) -> Result<Self> {
        let value = serde_json::to_vec(value).map_err(Error::input)?;
        self.states.insert(operation.to_owned(), value.into());
        Ok(self)
    }

    /// Shows the names of the members of bodies and of the parameters of queries that are in
    /// `names`, and names and values of those in `values`; all others are hidden.
    pub fn show_members(
        mut self,
        names: &'static [&'static str],
        values: &'static [&'static str],
    ) -> Self {
        (self.visible.names, self.visible.values) = (names, values);
        self
    }

    /// Hides all names inside of these members, and in the bodies of these operations.
    ///
    /// This is for objects whose names the caller chooses.
    pub fn hide_maps(mut self, members_and_operations: &'static [&'static str]) -> Self {
        self.visible.maps = members_and_operations;
        self
    }

    /// Makes what takes the place of the connector.
    pub(crate) fn into_service(self, limits: LimitsInForce) -> Next {
        let shared = Arc::new((self, limits));
        Next::recording(tower::service_fn(move |request: Request<Body>| {
            let shared = Arc::clone(&shared);
            async move {
                let (dry_run, limits) = &*shared;
                dry_run.respond(request, limits).await
            }
        }))
    }

    async fn respond(
        &self,
        request: Request<Body>,
        limits: &LimitsInForce,
    ) -> Result<Response<Body>, BoxError> {
        let (head, body) = request.into_parts();
        let body = body.collect(usize::MAX).await.map_err(|_unreadable| {
            Error::before_sending("the body of the request could not be read")
        })?;
        let request = Request::from_parts(head, body);
        let planned = PlannedRequest::new(&request, limits, self.visible);
        (self.show)(&planned);
        let operation = CallContext::operation_of(&request);
        match self.states.get(operation.name) {
            Some(state) if operation.safety.is_safe() => {
                Ok(Response::new(Body::from(state.clone())))
            }
            _ => Err(Error::before_sending(NotSent(planned)).into()),
        }
    }
}

impl fmt::Debug for DryRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DryRun").field("states", &self.states.len()).finish_non_exhaustive()
    }
}
