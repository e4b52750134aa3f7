//! Which proxy a destination is reached through.

use std::ffi::OsString;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;

use crate::address::host;
use crate::connector::no_proxy::Direct;
use crate::error::BuildError;

/// The proxies for plain http and for https, and the destinations that need none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies {
    http: Option<ProxyUrl>,
    https: Option<ProxyUrl>,
    direct: Vec<Direct>,
}

/// An `http://` proxy.
#[derive(Clone, Debug)]
pub(crate) struct ProxyUrl {
    pub(crate) uri: Uri,
    /// Marked as sensitive, so that `Debug` does not show it.
    pub(crate) authorization: Option<HeaderValue>,
}

impl Proxies {
    /// Uses one proxy for all destinations.
    pub(crate) fn all(url: &str) -> Result<Self, &'static str> {
        let proxy = ProxyUrl::parse(url)?;
        Ok(Self { http: Some(proxy.clone()), https: Some(proxy), direct: Vec::new() })
    }

    /// Reads environment variables; see [`Connector::no_proxy`](super::Connector::no_proxy).
    pub(crate) fn from_environment(
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, BuildError> {
        // A web server hands a request's `Proxy` header to a CGI program as `HTTP_PROXY`.
        let is_cgi = variable("REQUEST_METHOD").is_some();
        let first = |names: &[&'static str]| {
            let set = |name| variable(name).filter(|value| !value.is_empty()).map(|v| (name, v));
            names.iter().copied().find_map(set)
        };
        let http: &[&'static str] = match (is_cgi, cfg!(windows)) {
            (false, _) => &["http_proxy", "HTTP_PROXY"],
            (true, false) => &["http_proxy"],
            // The names of variables are not case-sensitive there.
            (true, true) => &[],
        };
        let all = || first(&["all_proxy", "ALL_PROXY"]);
        let read = |found: Option<(&'static str, OsString)>| {
            found.map(|(name, value)| in_variable(name, value, ProxyUrl::parse)).transpose()
        };
        let direct = match first(&["no_proxy", "NO_PROXY"]) {
            Some((name, value)) => in_variable(name, value, Direct::read)?,
            None => Vec::new(),
        };
        Ok(Self {
            http: read(first(http).or_else(all))?,
            https: read(first(&["https_proxy", "HTTPS_PROXY"]).or_else(all))?,
            direct,
        })
    }

    /// Returns the proxy for a destination; this machine is always reached directly.
    pub(crate) fn of(&self, destination: &Uri) -> Option<&ProxyUrl> {
        let is_https = destination.scheme_str() == Some("https");
        let proxy = if is_https { self.https.as_ref() } else { self.http.as_ref() }?;
        let host = destination.host()?;
        let port = destination.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        let is_direct =
            host::is_loopback(host) || self.direct.iter().any(|direct| direct.matches(host, port));
        (!is_direct).then_some(proxy)
    }
}

impl ProxyUrl {
    /// Reads `http://user:password@host:port`, where all but the host may be missing.
    fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let rest = match text.split_once("://") {
            None => text,
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest,
            Some(_) => return Err("only http:// proxies are supported"),
        };
        if rest.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err("it has a character that must be percent-encoded");
        }
        let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (user, address) = authority.rsplit_once('@').unwrap_or(("", authority));
        if user.contains('@') || tail.contains('@') {
            return Err("its password has a character that must be percent-encoded");
        }
        if !matches!(tail, "" | "/") {
            return Err("it has a path, a query or a fragment");
        }
        let end = address.rfind(']').map_or(0, |bracket| bracket + 1);
        let (name, port) = match address[end..].find(':') {
            Some(colon) => {
                let (name, port) = address.split_at(end + colon);
                let port = host::port(&port[1..]);
                (name, port.ok_or("its port is not a number from 1 to 65535")?)
            }
            None => (address, 80),
        };
        host::check(name)?;
        let uri = format!("http://{name}:{port}/").parse();
        let uri = uri.map_err(|_malformed: http::uri::InvalidUri| "it is not a URL")?;
        Ok(Self { uri, authorization: basic(user) })
    }
}

/// Returns the `Proxy-Authorization` for a URL's user name and password, if it has any.
fn basic(user: &str) -> Option<HeaderValue> {
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    if name.is_empty() && password.is_empty() {
        return None;
    }
    let mut plain: Vec<u8> = percent_decode_str(name).collect();
    plain.push(b':');
    plain.extend(percent_decode_str(password));
    let mut value =
        HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(plain))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Reads a variable; an error has its name and never its value, which may hold a password.
fn in_variable<T>(
    name: &'static str,
    value: OsString,
    read: impl FnOnce(&str) -> Result<T, &'static str>,
) -> Result<T, BuildError> {
    let text = value.into_string().map_err(|_value| "it is not Unicode");
    let read = text.and_then(|text| read(&text));
    read.map_err(|reason| BuildError::InvalidProxyVariable { name, reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Result<Proxies, BuildError> {
        Proxies::from_environment(|name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    /// Which proxy a destination is reached through; empty without one.
    fn proxy_of(variables: &[(&str, &str)], destination: &str) -> String {
        let proxies = proxies(variables).unwrap();
        let proxy = proxies.of(&destination.parse().unwrap());
        proxy.map(|proxy| proxy.uri.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_proxys_url_is_read() {
        for (text, uri, user) in [
            ("http://proxy.example.com:3128", "http://proxy.example.com:3128/", ""),
            ("HTTP://proxy.example.com:3128/", "http://proxy.example.com:3128/", ""),
            ("proxy.example.com:3128", "http://proxy.example.com:3128/", ""),
            ("proxy", "http://proxy:80/", ""),
            ("10.0.0.1:8080", "http://10.0.0.1:8080/", ""),
            ("http://[2001:db8::1]:8080", "http://[2001:db8::1]:8080/", ""),
            ("http://[2001:db8::1]", "http://[2001:db8::1]:80/", ""),
            (" http://proxy:1 ", "http://proxy:1/", ""),
            ("http://@proxy:1", "http://proxy:1/", ""),
            ("http://user:pass@proxy:1", "http://proxy:1/", "user:pass"),
            ("user:pass@proxy:1", "http://proxy:1/", "user:pass"),
            ("http://user@proxy:1", "http://proxy:1/", "user:"),
            ("http://user:a:b@proxy:1", "http://proxy:1/", "user:a:b"),
            ("http://user:%23%2F%3f%40@proxy:1", "http://proxy:1/", "user:#/?@"),
            ("http://user:100%@proxy:1", "http://proxy:1/", "user:100%"),
            ("http://\u{e4}:\u{f6}@proxy:1", "http://proxy:1/", "\u{e4}:\u{f6}"),
        ] {
            let proxy = ProxyUrl::parse(text).unwrap();

            let expected = (!user.is_empty()).then(|| {
                HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(user))).unwrap()
            });
            assert_eq!((proxy.uri.to_string().as_str(), &proxy.authorization), (uri, &expected));
            assert!(!format!("{proxy:?}").contains("Basic"));
        }
    }

    #[test]
    fn a_malformed_proxys_url_is_refused() {
        for text in [
            "",
            " ",
            "::",
            ":3128",
            "http://",
            "http://user:pass@",
            "http://user:MA#RK@proxy:1",
            "http://user:MA/RK@proxy:1",
            "http://user:MA?RK@proxy:1",
            "http://user:12#MARK@proxy:1",
            "http://user:12/MARK@proxy:1",
            "http://user:12?MARK@proxy:1",
            "http://user:12\\MARK@proxy:1",
            "http://user#MARK@proxy:1",
            "http://user:MA@RK@proxy:1",
            "user:12#MARK@proxy:1",
            "http://user:MA RK@proxy:1",
            "http://user:pass@proxy:1\nx",
            "http://proxy:99999",
            "http://proxy:abc",
            "http://proxy:0",
            "http://proxy:",
            "http://proxy:+1",
            "http://proxy:1:2",
            "http://proxy:1/path",
            "http://proxy:1?query",
            "http://proxy:1#fragment",
            "http://pro%78y:1",
            "http://*:1",
            "http://[::1",
            "http://[::1]x:1",
            "http://::1:1",
            "https://proxy:1",
            "socks5://proxy:1",
            "http:/proxy:1",
            "//proxy:1",
        ] {
            assert!(ProxyUrl::parse(text).is_err(), "{text:?}");
            for name in ["HTTPS_PROXY", "http_proxy", "ALL_PROXY"] {
                // An empty variable counts as not set.
                let Some(refused) = proxies(&[(name, text)]).err() else {
                    assert_eq!(text, "");
                    continue;
                };
                let shown = format!("{refused} {refused:?}");
                assert!(shown.contains(name) && !shown.contains("MARK"), "{shown}");
            }
        }
    }

    #[test]
    fn variables_are_read_as_curl_reads_them() {
        const HTTP: &str = "http://id.example.com";
        const HTTPS: &str = "https://id.example.com";
        for (variables, destination, expected) in [
            (&[("HTTP_PROXY", "a:1")][..], HTTP, "http://a:1/"),
            (&[("HTTP_PROXY", "a:1")], HTTPS, ""),
            (&[("https_proxy", "a:1")], HTTPS, "http://a:1/"),
            (&[("https_proxy", "a:1")], HTTP, ""),
            (&[("ALL_PROXY", "a:1")], HTTP, "http://a:1/"),
            (&[("all_proxy", "a:1")], HTTPS, "http://a:1/"),
            (&[("ALL_PROXY", "a:1"), ("HTTPS_PROXY", "b:1")], HTTPS, "http://b:1/"),
            (&[("HTTP_PROXY", "a:1"), ("http_proxy", "b:1")], HTTP, "http://b:1/"),
            (&[("HTTPS_PROXY", "a:1"), ("https_proxy", "b:1")], HTTPS, "http://b:1/"),
            (&[("HTTP_PROXY", ""), ("http_proxy", "b:1")], HTTP, "http://b:1/"),
            (&[("HTTPS_PROXY", "a:1"), ("https_proxy", "")], HTTPS, "http://a:1/"),
            (&[("HTTPS_PROXY", ""), ("ALL_PROXY", "a:1")], HTTPS, "http://a:1/"),
            (&[("HTTPS_PROXY", "a:1"), ("ALL_PROXY", "socks5://b:1")], HTTP, "refused"),
            (&[("HTTP_PROXY", "a:1"), ("REQUEST_METHOD", "GET")], HTTP, ""),
            (&[("HTTP_PROXY", "a#:1"), ("REQUEST_METHOD", "GET")], HTTP, ""),
            (&[("http_proxy", "a:1"), ("REQUEST_METHOD", "GET")], HTTP, "http://a:1/"),
            (&[("HTTPS_PROXY", "a:1"), ("REQUEST_METHOD", "GET")], HTTPS, "http://a:1/"),
            (
                &[("HTTP_PROXY", "a:1"), ("ALL_PROXY", "b:1"), ("REQUEST_METHOD", "")],
                HTTP,
                "http://b:1/",
            ),
            (&[("ALL_PROXY", "a:1"), ("NO_PROXY", "id.example.com")], HTTPS, ""),
            (&[("ALL_PROXY", "a:1"), ("NO_PROXY", "*"), ("no_proxy", "b")], HTTPS, "http://a:1/"),
            (&[("ALL_PROXY", "a:1"), ("NO_PROXY", "10.0.0.0/33")], HTTPS, "refused"),
            (&[("ALL_PROXY", "a:1")], "http://localhost:1", ""),
            (&[("ALL_PROXY", "a:1")], "http://[::1]", ""),
        ] {
            if expected == "refused" {
                assert!(proxies(variables).is_err(), "{variables:?}");
            } else {
                assert_eq!(proxy_of(variables, destination), expected, "{variables:?}");
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_unicode_is_refused() {
        use std::os::unix::ffi::OsStringExt as _;

        for variable in ["http_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            let refused = Proxies::from_environment(|name| {
                (name == variable).then(|| OsString::from_vec(b"http://MARK\xe4".to_vec()))
            });

            let shown = refused.map(drop).unwrap_err().to_string();
            assert!(shown.contains(variable) && !shown.contains("MARK"), "{shown}");
        }
    }
}
