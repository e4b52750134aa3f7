//! Decides which requests are served, by their `Host` and `Origin`.

use std::net::IpAddr;

use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header};

use super::host_name::HostName;
use super::origin::Origin;
use crate::values::api_error::ApiError;
use crate::values::paths::{is_control, is_own_form};

/// The hosts and origins that a server accepts.
///
/// The `Host` header protects against DNS rebinding: the page of a site whose name leads to this
/// machine sends the name of that site. The `Origin` header protects against requests that the
/// pages of other sites send. Programs send no `Origin`.
#[derive(Clone, Debug)]
pub(crate) struct BrowserPolicy {
    listen: IpAddr,
    hosts: Vec<HostName>,
    origins: Vec<Origin>,
    /// The origin of the own pages behind a proxy.
    public: Option<Origin>,
}

impl BrowserPolicy {
    /// Creates a policy that allows this machine, and further hosts and origins.
    pub(crate) fn new(listen: IpAddr, hosts: Vec<HostName>, origins: Vec<Origin>) -> Self {
        Self { listen, hosts, origins, public: None }
    }

    /// Sets the origin by which browsers reach the server, beside the one that requests name.
    pub(crate) fn with_public(mut self, public: Option<Origin>) -> Self {
        self.public = public;
        self
    }

    /// Checks a request, and returns the `Origin` that may read the response, if it is another one.
    ///
    /// `local` is the address of this machine on the request's connection.
    pub(in crate::server) fn check(
        &self,
        head: &Parts,
        local: Option<IpAddr>,
    ) -> Result<Option<HeaderValue>, ApiError> {
        let own = self.own_origin(head, local)?;
        let Some(given) = single(&head.headers, &header::ORIGIN).map_err(|()| forbidden(ORIGIN))?
        else {
            return Ok(None);
        };
        let origin = given.to_str().ok().and_then(Origin::parse);
        let is_listed = origin.as_ref().is_some_and(|origin| self.origins.contains(origin));
        let path = head.uri.path();
        if is_listed && !is_control(path) && !is_own_form(path) {
            Ok(Some(given.clone()))
        } else if head.method.is_safe() && !is_preflight(head)
            || origin.is_some() && (origin == own || origin == self.public)
        {
            Ok(None)
        } else {
            Err(forbidden(ORIGIN))
        }
    }

    /// Returns the origin that the request is sent to, or none if the request does not name it.
    fn own_origin(&self, head: &Parts, local: Option<IpAddr>) -> Result<Option<Origin>, ApiError> {
        let one_host = || ApiError::bad_request("The request must have one header \"Host\".");
        let header = single(&head.headers, &header::HOST).map_err(|()| one_host())?;
        let header = header.map(HeaderValue::as_bytes);
        let target = head.uri.authority().map(|authority| authority.as_str().as_bytes());
        // Only HTTP/1.0 allows a request without a host. Browsers never send one.
        if header.is_none() && target.is_none() && head.version > Version::HTTP_10 {
            return Err(one_host());
        }
        let mut own = None;
        for host in [header, target].into_iter().flatten() {
            let parsed = str::from_utf8(host).ok().and_then(HostName::parse_with_port);
            let (host, port) = parsed.ok_or_else(|| forbidden(HOST))?;
            if !self.is_own(&host, local) {
                return Err(forbidden(HOST));
            }
            own = Some(Origin::of_server(host, port));
        }
        Ok(own)
    }

    fn is_own(&self, host: &HostName, local: Option<IpAddr>) -> bool {
        host.is_loopback()
            || host.is_address(self.listen)
            || local.is_some_and(|local| host.is_address(local))
            || self.hosts.contains(host)
    }
}

/// Returns whether a browser asks if a page may send a request.
pub(super) fn is_preflight(head: &Parts) -> bool {
    head.method == http::Method::OPTIONS
        && head.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Returns the only value of a header.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a HeaderValue>, ()> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() { Err(()) } else { Ok(first) }
}

fn forbidden(message: &str) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, message)
}

const HOST: &str = "The header \"Host\" names neither this machine nor an allowed host. \
                    --allow-host (Builder::allow_host) allows a host.";
const ORIGIN: &str = "The page that sent this request has another origin. --cors (Builder::cors) \
                      allows an origin to use the API, but neither the paths under /sandbox/ nor \
                      the forms of the sandbox's own pages.";
