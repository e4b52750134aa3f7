//! `trivore api`.

use clap::Args;
use http::{HeaderName, HeaderValue, Method};
use serde_json::value::RawValue;
use trivore::transport::Call;

use super::endpoint::Endpoint;
use super::route::route;
use super::{body, pages, response};
use crate::connection::Connection;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};

/// Calls any endpoint with the credentials, retries and limits of all commands.
///
/// A PATH that begins with a slash is that of the service, such as /api/rest/v1/user; without one,
/// it is below /api/rest/v1/. It may have a query. Only JSON can be sent. The body of a response
/// goes to standard output, of an error response, too.
#[derive(Args)]
#[command(
    override_usage = "trivore api [OPTIONS] [METHOD] <PATH>",
    after_help = "Examples:
  trivore api user --query 'filter=username sw \"jane\"' --all --output ndjson
  trivore api PUT user/5b0cfba4e2bb230ff8b535e6 --data '{\"nickName\": \"J\"}'
  trivore api POST /api/rest/v1/user --data user.json --include
  trivore api DELETE user/5b0cfba4e2bb230ff8b535e6 --yes"
)]
pub(crate) struct Api {
    /// GET (the default), HEAD, OPTIONS, POST, PUT, PATCH or DELETE.
    #[arg(value_name = "METHOD")]
    first: String,
    /// Path of the endpoint.
    #[arg(value_name = "PATH")]
    second: Option<String>,
    /// Send this body: JSON, a file with it, also as @FILE, or - for standard input.
    #[arg(long, short, value_name = "JSON|FILE|-")]
    data: Option<String>,
    /// Add a parameter to the query; may be repeated.
    #[arg(long, value_name = "NAME=VALUE")]
    query: Vec<String>,
    /// Add a header; may be repeated.
    #[arg(long, short = 'H', value_name = "NAME:VALUE")]
    header: Vec<String>,
    /// Read all pages of a list, and write its resources.
    #[arg(long, conflicts_with = "include")]
    all: bool,
    /// Write status and headers, too.
    #[arg(long, short)]
    include: bool,
    /// Do not ask before a DELETE.
    #[arg(long, short)]
    yes: bool,
}

impl Api {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let prepared = self.prepare()?;
        let method = &prepared.endpoint.method;
        if self.all && method != Method::GET {
            return Err(Failure::usage(format!("--all reads pages, but the method is {method}")));
        }
        if method == Method::DELETE && !self.yes && !context.confirm("Send the DELETE?", "--yes")? {
            return Err(Failure::new(FailureKind::Other, "nothing was sent"));
        }
        let shown = route(&prepared.endpoint.segments);
        let connection = Connection::open_for_route(&context.global, shown)?;
        if self.all {
            return pages::write_all(context, &connection, &prepared).await;
        }
        let call: Call<()> = prepared.call(&[]);
        match connection.client().response(call).await {
            Ok(received) => {
                if self.include {
                    response::write_head(received.status(), received.headers())?;
                }
                response::write_body(context, received.body())
            }
            Err(error) => {
                if let Some(api) = error.api() {
                    if self.include {
                        response::write_head(api.status(), api.headers())?;
                    }
                    response::write_body(context, api.body())?;
                }
                let is_outside =
                    prepared.endpoint.segments.first().is_some_and(|first| first != "api");
                let is_not_found = error.is_not_found();
                let failure = Failure::from(error);
                Err(if is_not_found && is_outside {
                    failure.note("A PATH without a slash at its begin is below /api/rest/v1/.")
                } else {
                    failure
                })
            }
        }
    }

    /// Checks and reads all input.
    fn prepare(&self) -> Result<Prepared, Failure> {
        let mut endpoint = Endpoint::read(&self.first, self.second.as_deref())?;
        for pair in &self.query {
            let (name, value) =
                pair.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or_else(|| {
                    Failure::usage("a parameter must be NAME=VALUE, such as --query count=10")
                })?;
            endpoint.query.push((name.to_owned(), value.to_owned()));
        }
        let headers = self.header.iter().map(|header| parse_header(header));
        let headers = headers.collect::<Result<_, _>>()?;
        let is_bodiless = [Method::GET, Method::HEAD, Method::OPTIONS].contains(&endpoint.method);
        if self.data.is_some() && is_bodiless {
            let message = format!("a {} has no body; name another METHOD", endpoint.method);
            return Err(Failure::usage(message));
        }
        let body = self.data.as_deref().map(body::read).transpose()?;
        let prepared = Prepared { endpoint, headers, body };
        // The path is checked before anybody is asked.
        prepared.call::<()>(&[]).into_request()?;
        Ok(prepared)
    }
}

/// All input of a call.
pub(super) struct Prepared {
    endpoint: Endpoint,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<Box<RawValue>>,
}

impl Prepared {
    /// Makes a call, without some parameters of the query.
    pub(super) fn call<T>(&self, without: &[&str]) -> Call<T> {
        let segments: Vec<_> = self.endpoint.segments.iter().map(String::as_str).collect();
        let mut call = Call::new(self.endpoint.method.clone(), &segments);
        for (name, value) in &self.endpoint.query {
            if !without.contains(&name.as_str()) {
                call = call.query(name, value);
            }
        }
        for (name, value) in &self.headers {
            call = call.header(name.clone(), value.clone());
        }
        match &self.body {
            Some(body) => call.json(body),
            None => call,
        }
    }

    /// Returns a parameter of the query.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let found = self.endpoint.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

fn parse_header(header: &str) -> Result<(HeaderName, HeaderValue), Failure> {
    let invalid =
        || Failure::usage("a header must be NAME:VALUE, such as --header Accept:text/csv");
    let (name, value) = header.split_once(':').ok_or_else(invalid)?;
    let name: HeaderName = name.trim().parse().map_err(|_error| invalid())?;
    if name == http::header::AUTHORIZATION {
        return Err(Failure::usage("the header Authorization is that of the profile")
            .note("Arguments are visible to others; see `trivore login --help`."));
    }
    let value = value.trim().parse().map_err(|_error| invalid())?;
    Ok((name, value))
}
