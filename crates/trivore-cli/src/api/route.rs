//! What the log of requests shows of a path.

use std::collections::BTreeSet;

use trivore::Users;

/// Returns the route of a path: without segments that could name somebody.
pub(super) fn route(segments: &[String]) -> String {
    let routes: BTreeSet<&str> = Users::operations().map(|operation| operation.route).collect();
    if let Some(route) = routes.iter().find(|route| matches(route, segments)) {
        return (*route).to_owned();
    }
    let words: BTreeSet<&str> = routes.iter().flat_map(|route| route.split('/')).collect();
    let is_word = |text: &str| words.contains(text) || OTHER_WORDS.contains(&text);
    let shown = segments.iter().map(|segment| if is_word(segment) { segment } else { "{}" });
    shown.fold(String::new(), |route, segment| route + "/" + segment)
}

/// Whether a path has a route, whose variable segments are in braces.
fn matches(route: &str, segments: &[String]) -> bool {
    let mut words = route.split('/').skip(1);
    let are_equal = segments
        .iter()
        .all(|segment| words.next().is_some_and(|word| word.starts_with('{') || word == segment));
    are_equal && words.next().is_none()
}

/// Words of endpoints that the SDK has no operations for.
const OTHER_WORDS: [&str; 8] =
    ["group", "nested", "namespace", "role", "permission", "openid", "userinfo", "openapi.json"];
