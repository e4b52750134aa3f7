//! Where requests go, and how their URLs are written.

use http::header::HOST;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Method, Request, Uri};

use crate::error::ConnectError;

/// The scheme, host and port that a connection is for.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    scheme: Scheme,
    authority: Authority,
    /// The origin's URL with the path `/`.
    url: Uri,
    host: HeaderValue,
}

impl Origin {
    /// Returns the origin of a request's URL.
    pub(super) fn of(url: &Uri) -> Result<Self, ConnectError> {
        let (Some(scheme), Some(authority)) = (url.scheme(), url.authority()) else {
            return Err(ConnectError::permanent("the request's URL has no scheme and host"));
        };
        let default_port = if *scheme == Scheme::HTTPS { 443 } else { 80 };
        let host = match authority.port_u16().filter(|port| *port != default_port) {
            Some(port) => HeaderValue::try_from(format!("{}:{port}", authority.host())),
            None => HeaderValue::from_str(authority.host()),
        };
        let invalid = |error: http::Error| {
            ConnectError::permanent("the request's URL has no valid host").caused_by(error)
        };
        let host = host.map_err(|error| invalid(error.into()))?;
        let root = Uri::builder().scheme(scheme.clone()).authority(authority.clone());
        let url = root.path_and_query("/").build().map_err(invalid)?;
        Ok(Self { scheme: scheme.clone(), authority: authority.clone(), url, host })
    }

    /// Whether a URL has this origin.
    pub(super) fn is_of(&self, url: &Uri) -> bool {
        url.authority() == Some(&self.authority) && url.scheme() == Some(&self.scheme)
    }

    pub(super) fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// Returns the URL for a connecting service.
    pub(super) fn url(&self) -> &Uri {
        &self.url
    }

    /// Writes a request's URL as HTTP/1.1 has it, and the host into a header.
    pub(super) fn prepare_http1<B>(&self, request: &mut Request<B>, is_proxied: bool) {
        request.headers_mut().entry(HOST).or_insert_with(|| self.host.clone());
        if request.method() == Method::CONNECT {
            *request.uri_mut() = Uri::from(self.authority.clone());
        } else if !is_proxied {
            let root = || PathAndQuery::from_static("/");
            let path = request.uri().path_and_query().cloned().unwrap_or_else(root);
            *request.uri_mut() = Uri::from(path);
        }
    }

    /// Writes the URL of a request that was not sent as it was before.
    pub(super) fn restore<B>(&self, request: &mut Request<B>) {
        let mut parts = std::mem::take(request.uri_mut()).into_parts();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query.get_or_insert_with(|| PathAndQuery::from_static("/"));
        // It has all three parts, so it is valid.
        *request.uri_mut() = Uri::from_parts(parts).unwrap_or_else(|_| self.url.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, is_proxied: bool, expected: (&str, &str)) {
        let mut request = Request::get(url).body(()).unwrap();
        let origin = Origin::of(request.uri()).unwrap();

        origin.prepare_http1(&mut request, is_proxied);

        let host = request.headers()[HOST].to_str().unwrap().to_owned();
        assert_eq!((request.uri().to_string().as_str(), host.as_str()), expected, "{url}");
        origin.restore(&mut request);
        assert_eq!(*request.uri(), url, "restored");
    }

    #[test]
    fn a_request_has_its_path_as_url_and_its_host_as_a_header() {
        check("http://id.example.com/a?b=c", false, ("/a?b=c", "id.example.com"));
        check("http://id.example.com:80/a", false, ("/a", "id.example.com"));
        check("https://id.example.com:80/a", false, ("/a", "id.example.com:80"));
        check("https://[::1]:8443/", false, ("/", "[::1]:8443"));
        let whole = "http://id.example.com/a";
        check(whole, true, (whole, "id.example.com"));
    }

    #[test]
    fn a_host_that_was_set_stays() {
        let mut request = Request::get("http://a.example/x").header(HOST, "b").body(()).unwrap();

        Origin::of(request.uri()).unwrap().prepare_http1(&mut request, false);

        assert_eq!(request.headers()[HOST], "b");
    }

    #[test]
    fn a_url_without_scheme_or_host_has_no_origin() {
        assert!(Origin::of(&"/a".parse().unwrap()).is_err());
        assert!(Origin::of(&"id.example.com:80".parse().unwrap()).is_err());
    }
}
