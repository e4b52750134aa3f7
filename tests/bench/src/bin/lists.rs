//! Section `lists`: streams of users as types with fewer fields, and several pages at a time.

use std::convert::Infallible;
use std::process::ExitCode;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use http::{Request, Response};
use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;
use trivore::Trivore;
use trivore::users::{Items, Users};
use trivore_bench::body::{self, Unknown};
use trivore_bench::contenders::{SdkVersions, sdk};
use trivore_bench::{Contender, Result, Scheme, Section, Server};
use trivore_models::{PageRequest, UserId};
use trivore_transport::{Body, Client, Next};

fn main() -> ExitCode {
    trivore_bench::run("lists", lists)
}

/// Three fields, the identifier among them.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only decoding is measured")]
struct ThreeFields {
    id: UserId,
    username: Option<String>,
    locale: Option<String>,
}

/// Three fields without the identifier.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only decoding is measured")]
struct WithoutId {
    username: Option<String>,
    locale: Option<String>,
    locked: Option<bool>,
}

fn lists(section: &mut Section) -> Result<()> {
    let runtime = Runtime::new()?;
    section.note("Time of a page of 500 users from a service without I/O.");
    let users = one_page();
    let request = || PageRequest::new().count(PAGE);
    let listed = runtime.block_on(count(users.items_as::<ThreeFields>(request())))?;
    expect(500, listed)?;
    section.compare(
        "list a page of 500 users",
        vec![
            contender("User", &runtime, || users.items(request())),
            contender("three fields", &runtime, || users.items_as::<ThreeFields>(request())),
            contender("without id", &runtime, || users.items_as::<WithoutId>(request())),
            contender("no field", &runtime, || users.items_as::<IgnoredAny>(request())),
        ],
    )?;

    let server = Server::start()?;
    let trivore = slow(&server)?;
    section.note("The server takes 20 ms for a page.");
    let all = || trivore.users().items_as::<ThreeFields>(request());
    expect(100_000, runtime.block_on(count(all().concurrency(4)))?)?;
    section.compare(
        "export 100,000 users, 500 per page",
        vec![
            contender("one page at a time", &runtime, all),
            contender("4 pages at a time", &runtime, || all().concurrency(4)),
        ],
    )
}

fn expect(users: usize, listed: usize) -> Result<()> {
    if users == listed { Ok(()) } else { Err(format!("expected {users}, got {listed}").into()) }
}

/// Returns a contender that reads a list.
fn contender<'a, T, F>(name: &str, runtime: &'a Runtime, list: F) -> Contender<'a>
where
    T: Send + 'static,
    F: Fn() -> Items<T> + 'a,
{
    Contender::repeat(name, move || runtime.block_on(count(list())))
}

async fn count<T: Send + 'static>(mut items: Items<T>) -> trivore::Result<usize> {
    let mut count = 0;
    while items.try_next().await?.is_some() {
        count += 1;
    }
    Ok(count)
}

/// Users at a service that responds with the same page of 500 users, which is the whole list.
fn one_page() -> Users {
    let page = body::page(0, 500, 500, Unknown::None).to_string();
    let service = tower::service_fn(move |_: Request<Body>| {
        let page = page.clone();
        async move { Ok::<_, Infallible>(Response::new(page)) }
    });
    Users::new(Client::new(service))
}

/// The SDK at a server of 100,000 users that takes 20 ms for each request.
fn slow(server: &Server) -> Result<Trivore> {
    let mut target = server.target(Scheme::Http);
    target.address = format!("{}/of/100000", target.address);
    let layer = tower::layer::layer_fn(|next: Next| {
        tower::service_fn(move |request: Request<Body>| {
            let next = next.clone();
            async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                next.oneshot(request).await
            }
        })
    });
    let builder = sdk(&target, SdkVersions::Http1);
    Ok(builder.configure(|client| client.transport_layer(layer)).build()?)
}

const PAGE: u32 = 500;
