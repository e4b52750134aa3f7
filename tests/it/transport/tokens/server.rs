//! A token endpoint and an API in one service, without a network.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::future::{BoxFuture, FutureExt as _};
use http::{Request, Response};
use http_body_util::BodyExt as _;
use trivore::Credentials;
use trivore::transport::{
    Body, BoxError, Call, Client, ClientBuilder, OidcClient, OidcGrant, TokenSource,
};

/// Responds to token requests and to calls with two scripts.
#[derive(Clone)]
pub(crate) struct Server(Arc<State>);

struct State {
    issue: Box<dyn Fn(usize, String) -> BoxFuture<'static, Response<String>> + Send + Sync>,
    respond: Mutex<Box<Respond>>,
    address: String,
    endpoint: Mutex<&'static str>,
    document: Mutex<Option<(u16, String)>>,
    documents: AtomicUsize,
    tokens: Mutex<Vec<Request<String>>>,
    calls: Mutex<Vec<Request<String>>>,
}

type Respond = dyn Fn(&Request<String>) -> Response<String> + Send + Sync;

impl Server {
    /// Responds to token requests with `issue`, which gets their number, from 1, and their form.
    pub(crate) fn new<F>(issue: impl Fn(usize, String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Response<String>> + Send + 'static,
    {
        Self::at("https://id.example.com", issue)
    }

    /// Creates a server whose discovery document gives endpoints at another address.
    pub(crate) fn at<F>(
        address: &str,
        issue: impl Fn(usize, String) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Response<String>> + Send + 'static,
    {
        Self(Arc::new(State {
            issue: Box::new(move |number, form| issue(number, form).boxed()),
            respond: Mutex::new(Box::new(|_| response(200, "null"))),
            address: address.to_owned(),
            endpoint: Mutex::new("/openid/token"),
            document: Mutex::default(),
            documents: AtomicUsize::new(0),
            tokens: Mutex::default(),
            calls: Mutex::default(),
        }))
    }

    /// Sets the rule for responses to calls, which gets their `Authorization` header.
    pub(crate) fn respond_with(
        &self,
        rule: impl Fn(&str) -> Response<String> + Send + Sync + 'static,
    ) {
        self.respond_to_requests(move |request| {
            rule(request.headers()["authorization"].to_str().unwrap())
        });
    }

    /// Responds to calls by the whole request.
    pub(crate) fn respond_to_requests(
        &self,
        rule: impl Fn(&Request<String>) -> Response<String> + Send + Sync + 'static,
    ) {
        *self.0.respond.lock().unwrap() = Box::new(rule);
    }

    /// Responds to requests for the discovery document with this; with the document if `None`.
    pub(crate) fn discover(&self, response: Option<(u16, &str)>) {
        let response = response.map(|(status, body)| (status, body.to_owned()));
        *self.0.document.lock().unwrap() = response;
    }

    /// Moves the token endpoint; the old path returns 404.
    pub(crate) fn move_endpoint(&self, path: &'static str) {
        *self.0.endpoint.lock().unwrap() = path;
    }

    /// Returns a client that uses the client credentials grant.
    pub(crate) fn client(&self) -> Client {
        self.builder(grant()).build().unwrap()
    }

    /// Returns a client builder with this token source.
    pub(crate) fn builder(&self, source: impl Into<TokenSource>) -> ClientBuilder {
        let server = self.clone();
        let service = tower::service_fn(move |request: Request<Body>| {
            let server = server.clone();
            async move { server.respond(request).await }
        });
        Client::builder("https://id.example.com/prefix")
            .credentials(Credentials::token(source))
            .service(service)
    }

    async fn respond(&self, request: Request<Body>) -> Result<Response<String>, BoxError> {
        let (head, body) = request.into_parts();
        let body = String::from_utf8(body.collect().await?.to_bytes().to_vec())?;
        let request = Request::from_parts(head, body);
        let endpoint = *self.0.endpoint.lock().unwrap();
        match request.uri().path() {
            // The base URL has a path, and whatever is outside of it is none of the service's.
            "/prefix/.well-known/openid-configuration" | "/.well-known/openid-configuration"
                if request.uri().path().starts_with("/prefix/")
                    == (request.uri().host() == Some("id.example.com")) =>
            {
                self.0.documents.fetch_add(1, Ordering::SeqCst);
                if let Some((status, body)) = &*self.0.document.lock().unwrap() {
                    return Ok(response(*status, body));
                }
                let address = &self.0.address;
                Ok(response(
                    200,
                    &format!(r#"{{"issuer":"{address}","token_endpoint":"{address}{endpoint}"}}"#),
                ))
            }
            path if path == endpoint => {
                let form = request.body().clone();
                let number = {
                    let mut tokens = self.0.tokens.lock().unwrap();
                    tokens.push(request);
                    tokens.len()
                };
                Ok((self.0.issue)(number, form).await)
            }
            path if path.starts_with("/openid/") => Ok(response(404, "")),
            _ => {
                self.0.calls.lock().unwrap().push(request.clone());
                // Yields, so that concurrent calls are sent before the response.
                tokio::task::yield_now().await;
                Ok((self.0.respond.lock().unwrap())(&request))
            }
        }
    }

    /// Returns the token requests so far.
    pub(crate) fn tokens(&self) -> Vec<Request<String>> {
        self.0.tokens.lock().unwrap().clone()
    }

    /// Returns the forms of all token requests so far.
    pub(crate) fn forms(&self) -> Vec<String> {
        self.0.tokens.lock().unwrap().iter().map(|token| token.body().clone()).collect()
    }

    /// Returns the number of token requests so far.
    pub(crate) fn token_count(&self) -> usize {
        self.0.tokens.lock().unwrap().len()
    }

    /// Returns the number of requests for the discovery document so far.
    pub(crate) fn document_count(&self) -> usize {
        self.0.documents.load(Ordering::SeqCst)
    }

    /// Returns the calls so far.
    pub(crate) fn calls(&self) -> Vec<Request<String>> {
        self.0.calls.lock().unwrap().clone()
    }
}

/// Returns a client credentials grant.
pub(crate) fn grant() -> OidcGrant {
    OidcGrant::client_credentials(OidcClient::new("id", "secret"))
}

/// Returns a password grant.
pub(crate) fn password_grant() -> OidcGrant {
    OidcGrant::password(OidcClient::new("id", "secret"), "jane", "password")
}

/// Returns a response with this status and body.
pub(crate) fn response(status: u16, body: &str) -> Response<String> {
    Response::builder().status(status).body(body.to_owned()).unwrap()
}

/// Returns a response with the token `t{number}` and this lifetime in seconds.
pub(crate) fn token(number: usize, lifetime: u64) -> Response<String> {
    response(200, &format!(r#"{{"access_token":"t{number}","expires_in":{lifetime}}}"#))
}

/// Sends `count` concurrent calls.
pub(crate) async fn calls(client: &Client, count: usize) -> Vec<trivore::Result<()>> {
    let calls: Vec<_> = (0..count)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.send(Call::<()>::get(&["x"])).await })
        })
        .collect();
    let mut outcomes = Vec::new();
    for call in calls {
        outcomes.push(call.await.unwrap());
    }
    outcomes
}

/// Sends one call.
pub(crate) async fn call(client: &Client) -> trivore::Result<()> {
    client.send(Call::get(&["x"])).await
}
