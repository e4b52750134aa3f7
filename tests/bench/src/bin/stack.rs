//! Section `stack`: the time of each layer and of the whole stack, without I/O.

use std::convert::Infallible;
use std::future::poll_fn;
use std::mem;
use std::process::ExitCode;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::header::HeaderValue;
use http::{Request, Response};
use http_body_util::Full;
use tokio::runtime::{Builder, Runtime};
use tower::util::MapRequestLayer;
use tower::{Layer, Service, ServiceExt as _};
use trivore_bench::{Caller, Contender, Error, Result, Section};
use trivore_transport::layer::{
    AttemptLayer, AuthorizationLayer, DeadlineLayer, OperationSpanLayer, PrepareLayer,
    RateLimitLayer, RetryLayer,
};
use trivore_transport::{
    AccessToken, BaseUrl, Body, Call, Client, ClientBuilder, Credentials, RateLimiter, RetryPolicy,
    TokenSource,
};

fn main() -> ExitCode {
    trivore_bench::run("stack", stack)
}

fn stack(section: &mut Section) -> Result<()> {
    let runtime = Builder::new_current_thread().enable_time().build()?;
    section.note(
        "Time of one call of a service on the same thread, which returns an empty response at the \
         second poll. Spans have no subscriber.",
    );

    section.compare("each layer alone", layers(&runtime)?)?;
    section.compare("all layers", clients(&runtime)?)
}

/// Each layer around the leaf service, with copies of the same request.
fn layers(runtime: &Runtime) -> Result<Vec<Contender<'_>>> {
    let base: BaseUrl = ADDRESS.parse()?;
    let mut request = Call::<()>::get(PATH).into_request()?;
    let relative = request.clone();
    *request.uri_mut() = format!("{ADDRESS}/{}", PATH.join("/")).parse()?;

    let leaf = tower::service_fn(async |_: Request<Bytes>| {
        second_poll().await;
        Ok::<_, trivore_transport::Error>(Response::new(Bytes::new()))
    });
    let leaf = tower::util::BoxCloneSyncService::new(leaf);
    let retry = RetryLayer::new(RetryPolicy::backoff());
    let limit = RateLimitLayer::new(RateLimiter::default());
    let prepare = PrepareLayer::new(base.clone(), HeaderValue::from_static("bench"));
    let basic = AuthorizationLayer::new(basic(), base.clone());
    let token = AuthorizationLayer::new(token(), base);
    let attempt = AttemptLayer::new(1 << 20).timeout(Duration::from_secs(30));
    let deadline = DeadlineLayer::new(Duration::from_secs(90));
    let span = OperationSpanLayer::new();

    Ok(vec![
        contender("leaf", runtime, leaf.clone(), &request),
        contender("operation span", runtime, span.layer(leaf.clone()), &request),
        contender("deadline", runtime, deadline.layer(leaf.clone()), &request),
        contender("prepare", runtime, prepare.layer(leaf.clone()), &relative),
        contender("retry", runtime, retry.layer(leaf.clone()), &request),
        contender("rate limit", runtime, limit.layer(leaf.clone()), &request),
        contender("authorization, basic", runtime, basic.layer(leaf.clone()), &request),
        contender("authorization, token", runtime, token.layer(leaf), &request),
        contender("attempt", runtime, attempt.layer(tower::service_fn(respond)), &request),
    ])
}

/// Clients that create a new `Call` for each request, as a program would.
fn clients(runtime: &Runtime) -> Result<Vec<Contender<'_>>> {
    let client = |credentials| -> ClientBuilder {
        Client::builder(ADDRESS).credentials(credentials).service(tower::service_fn(respond))
    };
    let pass = || MapRequestLayer::new(|request: Request<Body>| request);
    let clients = [
        ("the service alone", Client::new(tower::service_fn(respond))),
        ("default stack", client(basic()).build()?),
        ("default stack, token", client(token()).build()?),
        ("with a call layer", client(basic()).call_layer(pass()).build()?),
        ("with call and attempt layers", {
            client(basic()).call_layer(pass()).attempt_layer(pass()).build()?
        }),
        ("with call and transport layers", {
            client(basic()).call_layer(pass()).transport_layer(pass()).build()?
        }),
    ];

    let mut contenders = vec![Contender::tasks("a call and the leaf", runtime, vec![Bare])];
    contenders.extend(
        clients.map(|(name, client)| Contender::tasks(name, runtime, vec![Calls { client }])),
    );
    Ok(contenders)
}

fn contender<'a, S>(
    name: &str,
    runtime: &'a Runtime,
    service: S,
    request: &Request<Bytes>,
) -> Contender<'a>
where
    Layered<S>: Caller,
{
    Contender::tasks(name, runtime, vec![Layered { service, request: request.clone() }])
}

/// Sends a copy of the same request through a service.
struct Layered<S> {
    service: S,
    request: Request<Bytes>,
}

impl<S> Caller for Layered<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>> + Clone + Send + Sync + 'static,
    S::Error: Into<Error>,
    S::Future: Send,
{
    async fn call(&mut self) -> Result<()> {
        let result = self.service.clone().oneshot(self.request.clone()).await;
        result.map(drop).map_err(Into::into)
    }
}

/// Makes calls with a client.
struct Calls {
    client: Client,
}

impl Caller for Calls {
    async fn call(&mut self) -> Result<()> {
        Ok(self.client.execute(Call::get(PATH)).await?)
    }
}

/// Creates the request of a call and passes it to the leaf.
struct Bare;

impl Caller for Bare {
    async fn call(&mut self) -> Result<()> {
        let request = Call::<()>::get(PATH).into_request()?;
        drop(respond(request.map(Body::from)).await);
        Ok(())
    }
}

async fn respond(_: Request<Body>) -> Result<Response<Full<Bytes>>, Infallible> {
    second_poll().await;
    Ok(Response::new(Full::default()))
}

/// Completes at the second poll, as a real response is never ready immediately. Timeouts start
/// their timers at the first poll.
async fn second_poll() {
    let mut is_second = false;
    poll_fn(|cx| {
        if mem::replace(&mut is_second, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

fn basic() -> Credentials {
    Credentials::basic("9939129297585525", "secret")
}

fn token() -> Credentials {
    let day = Duration::from_secs(86_400);
    let token = move || AccessToken::new("2YotnFZFEjr1zCsicMWpAA").valid_for(day);
    Credentials::token(TokenSource::new(move || async move { Ok(token()) }))
}

const ADDRESS: &str = "https://id.example.com";
const PATH: &[&str] = &["api", "rest", "v1", "user", "5b0cfba4e2bb230ff8b535e6"];
