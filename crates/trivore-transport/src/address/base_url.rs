//! The base URL of the service.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use percent_encoding::percent_decode_str;

use crate::address::host;

/// The URL that a call's path is appended to: scheme, host, port and an optional path prefix.
///
/// You need one only for the layers that you use alone; [`Client::builder`] takes a string.
///
/// ```
/// use trivore_transport::BaseUrl;
///
/// let url: BaseUrl = "https://gate.example.com/tis/".parse()?;
/// assert_eq!(url.to_string(), "https://gate.example.com/tis");
/// assert_eq!(url.authority(), "gate.example.com");
/// assert!(url.is_https() && !url.is_loopback());
///
/// let error = "id.example.com".parse::<BaseUrl>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the service address is invalid: it does not begin with https:// or http://"
/// );
/// # Ok::<(), trivore_transport::InvalidAddress>(())
/// ```
///
/// [`Client::builder`]: crate::Client::builder
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl {
    scheme: Scheme,
    authority: Authority,
    /// Without a trailing slash; empty for the root.
    prefix: String,
}

impl BaseUrl {
    /// Returns host and port, as they were written.
    pub fn authority(&self) -> &str {
        self.authority.as_str()
    }

    /// Whether the scheme is `https`.
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// Whether the host is this machine: `localhost`, `127.0.0.0/8` (also if mapped to IPv6) or
    /// `::1`.
    pub fn is_loopback(&self) -> bool {
        host::is_loopback(self.authority.host())
    }

    /// Whether credentials may be sent there: https, this machine, or plain http is allowed.
    pub(crate) fn may_carry_credentials(&self, allows_plain_http: bool) -> bool {
        self.is_https() || self.is_loopback() || allows_plain_http
    }

    /// Returns the URL of the origin, without a path.
    #[cfg(feature = "http-client")]
    pub(crate) fn origin(&self) -> Uri {
        let parts = [self.scheme.as_str(), "://", self.authority.as_str(), "/"];
        Uri::try_from(parts.concat()).unwrap_or_default()
    }

    /// Whether `uri` has the same scheme, host and port.
    pub(crate) fn is_origin_of(&self, uri: &Uri) -> bool {
        // Usually, the text is the same.
        let is_same = |authority: &Authority| authority.as_str() == self.authority.as_str();
        if uri.scheme() == Some(&self.scheme) && uri.authority().is_some_and(is_same) {
            return true;
        }
        let port = |scheme: &Scheme, port: Option<u16>| {
            port.or(if *scheme == Scheme::HTTPS { Some(443) } else { Some(80) })
        };
        match (uri.scheme(), uri.authority()) {
            (Some(scheme), Some(authority)) => {
                *scheme == self.scheme
                    && authority.host().eq_ignore_ascii_case(self.authority.host())
                    && port(scheme, authority.port_u16())
                        == port(&self.scheme, self.authority.port_u16())
            }
            _ => false,
        }
    }

    /// Returns scheme, host and port of an absolute URI.
    pub(crate) fn origin_of(uri: &Uri) -> Option<Self> {
        let (scheme, authority) = (uri.scheme()?.clone(), uri.authority()?.clone());
        Some(Self { scheme, authority, prefix: String::new() })
    }

    /// Makes a path absolute; a URI that already has a host is returned unchanged.
    pub(crate) fn join(&self, uri: Uri) -> Result<Uri, http::Error> {
        if uri.authority().is_some() {
            return Ok(uri);
        }
        let mut parts = uri.into_parts();
        let relative = parts.path_and_query.unwrap_or(PathAndQuery::from_static("/"));
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(if self.prefix.is_empty() {
            relative
        } else {
            format!("{}{relative}", self.prefix).try_into()?
        });
        Ok(Uri::from_parts(parts)?)
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidAddress("it is empty"));
        }
        if !text.contains("://") {
            return Err(InvalidAddress("it does not begin with https:// or http://"));
        }
        if text.contains(['?', '#']) {
            return Err(InvalidAddress("it has a query or a fragment"));
        }
        if !text.is_ascii() {
            return Err(InvalidAddress(
                "it is not ASCII; write an international name in its xn-- form",
            ));
        }
        let uri: Uri = text.parse().map_err(|_malformed: http::uri::InvalidUri| {
            InvalidAddress("it is not a URL such as https://id.example.com")
        })?;
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(InvalidAddress("it has no host"));
        };
        if scheme != Scheme::HTTPS && scheme != Scheme::HTTP {
            return Err(InvalidAddress("its scheme is neither https nor http"));
        }
        if authority.as_str().contains('@') {
            return Err(InvalidAddress("it contains a username; pass credentials separately"));
        }
        host::check(authority.host()).map_err(InvalidAddress)?;
        let port = &authority.as_str()[authority.host().len()..];
        if !port.is_empty() && port.strip_prefix(':').and_then(host::port).is_none() {
            return Err(InvalidAddress("its port is not a number from 1 to 65535"));
        }
        let path = parts.path_and_query.as_ref().map_or("", PathAndQuery::path);
        let prefix = path.strip_suffix('/').unwrap_or(path).to_owned();
        check_path(&prefix)?;
        Ok(Self { scheme, authority, prefix })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.prefix)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({self})")
    }
}

/// Why a text is not a valid [`BaseUrl`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the service address is invalid: {0}")]
pub struct InvalidAddress(&'static str);

/// Checks a path without its trailing slash, such as `/tis`.
///
/// Servers and proxies decode a path before they resolve it, and some cut a segment at a `;`.
fn check_path(path: &str) -> Result<(), InvalidAddress> {
    for segment in path.split('/').skip(1) {
        if segment.contains('@') {
            return Err(InvalidAddress("it contains a username; pass credentials separately"));
        }
        if !segment.bytes().all(is_path_byte) {
            return Err(InvalidAddress("its path has characters that must be percent-encoded"));
        }
        let decoded: Vec<u8> = percent_decode_str(segment).collect();
        // The decoder leaves a malformed escape as it is, so its `%` is found here, too.
        if decoded.iter().any(|byte| matches!(byte, b'/' | b'\\' | b'%') || byte.is_ascii_control())
        {
            return Err(InvalidAddress("its path has an escape that is malformed or ambiguous"));
        }
        let name = decoded.split(|byte| *byte == b';').next().unwrap_or_default();
        if matches!(name, b"" | b"." | b"..") {
            return Err(InvalidAddress("its path has an empty, \".\" or \"..\" segment"));
        }
    }
    Ok(())
}

/// Whether a byte may be in a path's segment by RFC 3986, other than `@`.
fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:%".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let read = text.parse::<BaseUrl>();
        match expected {
            Ok(url) => assert_eq!(read.unwrap().to_string(), url),
            Err(reason) => {
                let message = read.unwrap_err().to_string();
                assert!(message.contains(reason), "{message}");
            }
        }
    }

    #[test]
    fn addresses_are_read_or_refused_with_a_reason() {
        check("https://id.example.com", Ok("https://id.example.com"));
        check("https://id.example.com/", Ok("https://id.example.com"));
        check(" http://127.0.0.1:8478/ ", Ok("http://127.0.0.1:8478"));
        check("https://gate.example.com/tis/", Ok("https://gate.example.com/tis"));
        check("", Err("empty"));
        check("id.example.com", Err("https://"));
        check("ftp://id.example.com", Err("scheme"));
        check("https://", Err("not a URL"));
        check("https://u:p@id.example.com", Err("username"));
        check("https://id.example.com?x=1", Err("query"));
        check("https://id.example.com:99999", Err("port"));
        check("https://id.example.com/a/../b", Err("segment"));
        check("https://id example.com", Err("not a URL"));
        check("https://id.example.com./", Ok("https://id.example.com."));
        check(
            "https://my_service:08443/a;b=1/%C3%A4~",
            Ok("https://my_service:08443/a;b=1/%C3%A4~"),
        );
    }

    #[test]
    fn addresses_that_mean_something_else_than_they_say_are_refused() {
        for (text, reason) in [
            ("https://id.example.com/%2e%2e/x", "segment"),
            ("https://id.example.com/%2E/x", "segment"),
            ("https://id.example.com/.%2e", "segment"),
            ("https://id.example.com/tis/..;/x", "segment"),
            ("https://id.example.com/;x", "segment"),
            ("https://id.example.com//", "segment"),
            ("https://id.example.com/tis//", "segment"),
            ("https://id.example.com/a%2fb", "escape"),
            ("https://id.example.com/a%5Cb", "escape"),
            ("https://id.example.com/%252e%252e/x", "escape"),
            ("https://id.example.com/%00", "escape"),
            ("https://id.example.com/%zz", "escape"),
            ("https://id.example.com/%", "escape"),
            ("https://id.example.com/a\\b", ""),
            ("https://id.example.com/{tis}", ""),
            ("https://id.example.com/\u{e4}", "ASCII"),
            ("https://b\u{fc}cher.example", "xn--"),
            ("https://id.example.com:0", "port"),
            ("https://id.example.com:+443", "port"),
            ("https://id.example.com:443x", ""),
            ("https://*", "host"),
            ("https://*.example.com", "host"),
            ("https://.", "host"),
            ("https://127.1", "IPv4"),
            ("http://0.0.0.0:8478", "IPv4"),
            ("https://[::]", "IPv6"),
            ("https://[::1]x", ""),
            ("https://@id.example.com", "username"),
            ("https://user:12/3@id.example.com", "username"),
            ("https://id.example.com\\@other.example.com", ""),
            ("https://id.example.com\t/x", ""),
            ("https://id.example.com /x", ""),
        ] {
            check(text, Err(reason));
        }
    }

    #[test]
    fn loopback_is_this_machine_only() {
        for (url, expected) in [
            ("http://localhost:1", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:80", true),
            ("http://localhost.:1", true),
            ("http://[::ffff:127.0.0.1]", true),
            ("http://[::FFFF:7f09:0909]:80", true),
            ("http://[0:0:0:0:0:0:0:1]", true),
            ("http://[::ffff:10.0.0.1]", false),
            ("http://[::127.0.0.1]", false),
            ("http://[2001:db8::7f00:1]", false),
            ("http://127.0.0.1.example.com", false),
            ("http://10.0.0.1", false),
        ] {
            assert_eq!(url.parse::<BaseUrl>().unwrap().is_loopback(), expected, "{url}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let base: BaseUrl = "https://id.example.com".parse().unwrap();

        for (uri, expected) in [
            ("https://id.example.com/x", true),
            ("https://ID.example.com:443/x", true),
            ("http://id.example.com/x", false),
            ("https://id.example.com:8443/x", false),
            ("https://other.example.com/x", false),
            ("/x", false),
        ] {
            assert_eq!(base.is_origin_of(&uri.parse().unwrap()), expected, "{uri}");
        }
    }
}
