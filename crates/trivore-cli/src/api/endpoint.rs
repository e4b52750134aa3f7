//! The method, path and query of a call.

use http::Method;
use percent_encoding::percent_decode_str;

use crate::failure::Failure;

/// Which endpoint is called.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) method: Method,
    /// The segments of the path, decoded.
    pub(super) segments: Vec<String>,
    pub(super) query: Vec<(String, String)>,
}

impl Endpoint {
    /// Reads `METHOD PATH`, or `PATH` for a GET; the path may have a query.
    pub(super) fn read(first: &str, second: Option<&str>) -> Result<Self, Failure> {
        let (method, path) = match second {
            Some(path) => (parse_method(first)?, path),
            None if parse_method(first).is_ok() => {
                return Err(Failure::usage("the PATH is missing")
                    .note("For instance: trivore api GET /api/rest/v1/user"));
            }
            None => (Method::GET, first),
        };
        let before_query = path.split('?').next().unwrap_or_default();
        if before_query.contains("://") || path.starts_with("//") {
            return Err(Failure::usage("the PATH must not have an address")
                .note("Requests are sent to the address of the profile."));
        }
        if path.contains('#') {
            return Err(Failure::usage("the PATH must not have a `#`; write it as %23"));
        }
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let absolute = match path.strip_prefix('/') {
            Some(path) => path.to_owned(),
            None => format!("api/rest/v1/{path}"),
        };
        let segments = absolute.split('/').map(|segment| decoded(segment, false));
        let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok::<_, Failure>((decoded(name, true)?, decoded(value, true)?))
        });
        let segments = segments.collect::<Result<_, _>>()?;
        Ok(Self { method, segments, query: pairs.collect::<Result<_, _>>()? })
    }
}

fn parse_method(text: &str) -> Result<Method, Failure> {
    let known = METHODS.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(text));
    known.ok_or_else(|| {
        Failure::usage(format!("unknown method {text:?}"))
            .note("Methods are GET, HEAD, OPTIONS, POST, PUT, PATCH and DELETE.")
    })
}

fn decoded(text: &str, is_query: bool) -> Result<String, Failure> {
    let text = if is_query { text.replace('+', " ") } else { text.to_owned() };
    let decoded = percent_decode_str(&text).decode_utf8();
    decoded.map(std::borrow::Cow::into_owned).map_err(|error| {
        Failure::usage(format!("the PATH has an escape that is not UTF-8: {error}"))
    })
}

const METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::OPTIONS,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(arguments: (&str, Option<&str>), expected: (Method, &str, &[(&str, &str)])) {
        let read = Endpoint::read(arguments.0, arguments.1).unwrap();
        let (method, path, query) = expected;
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        assert_eq!((read.method, read.segments.join("|").as_str()), (method, path));
        assert_eq!(read.query, query.iter().map(own).collect::<Vec<_>>());
    }

    #[test]
    fn a_path_is_absolute_or_below_the_api_and_may_have_a_query() {
        check(("/user/a%2Fb", None), (Method::GET, "user|a/b", &[]));
        check(("user", None), (Method::GET, "api|rest|v1|user", &[]));
        check(
            ("put", Some("/x?a=1%20+2&b&&c=d=e")),
            (Method::PUT, "x", &[("a", "1  2"), ("b", ""), ("c", "d=e")]),
        );
    }

    #[test]
    fn what_is_no_endpoint_is_refused() {
        for (first, second) in [
            ("GET", None),
            ("FETCH", Some("/user")),
            ("https://id.example.com/user", None),
            ("//id.example.com/user", None),
            ("/user#x", None),
            ("/user/%FF", None),
        ] {
            assert!(Endpoint::read(first, second).is_err(), "{first} {second:?}");
        }
    }
}
