//! Matches requests by method and path.

use http::Method;
use percent_encoding::percent_decode_str;

use super::invalid_fault::InvalidFault;
use crate::values::paths::API;

/// A method and a path pattern; `None` matches everything.
#[derive(Debug)]
pub(super) struct RouteFilter {
    method: Option<Method>,
    pattern: Option<PathPattern>,
}

impl RouteFilter {
    /// Parses a route, which must match one of the known routes.
    pub(super) fn parse(
        method: Option<&str>,
        route: Option<&str>,
        known: &[KnownRoute],
    ) -> Result<Self, InvalidFault> {
        let method = method.map(parse_method).transpose()?;
        let pattern = route
            .filter(|route| !["*", "/*"].contains(route))
            .map(|route| parse_pattern(route, known));
        let route = Self { method, pattern: pattern.transpose()? };
        if known.iter().any(|(method, path)| route.fits(method, path)) {
            return Ok(route);
        }
        let method = route.method.as_ref().map_or("any method", Method::as_str);
        let path = route.pattern.as_ref().map_or_else(|| "any path".to_owned(), PathPattern::path);
        Err(InvalidFault::new(format!("no operation supports {method} on {path}")))
    }

    /// Returns whether a request matches.
    pub(super) fn matches(&self, method: &Method, path: &str) -> bool {
        self.method.as_ref().is_none_or(|wanted| wanted == method)
            && self.pattern.as_ref().is_none_or(|pattern| pattern.matches(path))
    }

    /// Returns whether some request of a known operation matches.
    fn fits(&self, method: &str, path: &str) -> bool {
        let is_method = |wanted: &Method| {
            wanted == method || (wanted == Method::HEAD && method == Method::GET.as_str())
        };
        self.method.as_ref().is_none_or(is_method)
            && self.pattern.as_ref().is_none_or(|pattern| pattern.fits(path))
    }
}

/// Method and full path of an operation.
pub(crate) type KnownRoute = (&'static str, String);

/// Segments of a path; `{name}` matches any segment, and a final `*` one or more.
#[derive(Debug)]
struct PathPattern {
    segments: Vec<String>,
    is_prefix: bool,
}

impl PathPattern {
    fn new(path: &str) -> Self {
        let (path, is_prefix) = match path.strip_suffix("/*") {
            Some(path) => (path, true),
            None => (path, false),
        };
        let segments = path.trim_start_matches('/').split('/').map(str::to_owned);
        Self { segments: segments.collect(), is_prefix }
    }

    fn path(&self) -> String {
        format!("/{}{}", self.segments.join("/"), if self.is_prefix { "/*" } else { "" })
    }

    fn matches(&self, path: &str) -> bool {
        self.compare(path, |wanted, given| {
            let given = percent_decode_str(given).decode_utf8_lossy();
            if is_placeholder(wanted) { !given.is_empty() } else { wanted == given }
        })
    }

    fn fits(&self, template: &str) -> bool {
        self.compare(template, |wanted, known| {
            is_placeholder(wanted) || is_placeholder(known) || wanted == known
        })
    }

    fn compare(&self, path: &str, same: impl Fn(&str, &str) -> bool) -> bool {
        let given: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let is_length = if self.is_prefix {
            given.len() > self.segments.len()
        } else {
            given.len() == self.segments.len()
        };
        is_length && self.segments.iter().zip(given).all(|(wanted, given)| same(wanted, given))
    }
}

fn parse_method(method: &str) -> Result<Method, InvalidFault> {
    let parsed = Method::from_bytes(method.to_ascii_uppercase().as_bytes());
    parsed.ok().ok_or_else(|| InvalidFault::new(format!("`{method}` is not a method")))
}

/// Parses a path of the API, with or without `/api/rest/v1`, or a path outside the API.
fn parse_pattern(path: &str, known: &[KnownRoute]) -> Result<PathPattern, InvalidFault> {
    if !path.starts_with('/') {
        return Err(InvalidFault::new(format!("route `{path}` does not start with `/`")));
    }
    let whole = PathPattern::new(path);
    let within = PathPattern::new(&format!("{API}{path}"));
    let is_known = |pattern: &PathPattern| known.iter().any(|(_, path)| pattern.fits(path));
    match [whole, within].into_iter().find(is_known) {
        Some(pattern) => Ok(pattern),
        None => Err(InvalidFault::new(format!("no operation has the route `{path}`"))),
    }
}

fn is_placeholder(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::endpoint_list::routes;

    #[track_caller]
    fn check(
        method: Option<&str>,
        route: Option<&str>,
        hit: &[(&str, &str)],
        missed: &[(&str, &str)],
    ) {
        let route = RouteFilter::parse(method, route, &routes()).unwrap();
        let matches = |(method, path): &(&str, &str)| {
            route.matches(&Method::from_bytes(method.as_bytes()).unwrap(), path)
        };
        assert!(hit.iter().all(matches), "{route:?}");
        assert!(!missed.iter().any(matches), "{route:?}");
    }

    #[test]
    fn a_route_matches_its_operation_only() {
        let users = "/api/rest/v1/user";
        let one = "/api/rest/v1/user/1";
        let roles = "/api/rest/v1/user/1/roles/builtin";
        check(None, None, &[("GET", users), ("PATCH", "/no")], &[]);
        check(Some("post"), Some("/user"), &[("POST", users)], &[("GET", users), ("POST", one)]);
        check(None, Some("/user/{userId}"), &[("GET", one)], &[("GET", users), ("GET", roles)]);
        check(None, Some("/user/*"), &[("GET", one), ("PUT", roles)], &[("GET", users)]);
        check(None, Some("/user/1/*"), &[("GET", roles)], &[("GET", one)]);
        check(None, Some("/user/a b"), &[("GET", "/api/rest/v1/user/a%20b")], &[("GET", one)]);
        check(None, Some(roles), &[("GET", roles)], &[("GET", one)]);
        check(None, Some("/openid/*"), &[("POST", "/openid/token")], &[("GET", users)]);
        check(None, Some("/user/{id}"), &[], &[("GET", "/api/rest/v1/user/")]);
    }

    #[test]
    fn routes_that_nothing_serves_are_refused() {
        for (method, route, expected) in [
            (None, "user", "route `user` does not start with `/`"),
            (None, "/usr", "no operation has the route `/usr`"),
            (None, "/sandbox/outbox", "no operation has the route `/sandbox/outbox`"),
            (Some("PATCH"), "/user", "no operation supports PATCH on /api/rest/v1/user"),
            (Some("a b"), "/user", "`a b` is not a method"),
        ] {
            assert_eq!(
                RouteFilter::parse(method, Some(route), &routes()).unwrap_err().to_string(),
                expected
            );
        }
    }
}
