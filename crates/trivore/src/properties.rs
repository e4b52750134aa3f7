//! The properties file of the vendor's SDKs.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use crate::ConfigError;
use crate::settings::{Names, Settings};

/// Reads the keys that the SDK uses; an empty value counts as missing.
pub(crate) fn settings(path: &Path) -> Result<Settings, ConfigError> {
    let file = |source| ConfigError::File { path: path.to_owned(), source };
    let text = fs::read_to_string(path).map_err(file)?;
    let syntax = |line| ConfigError::Syntax { path: path.to_owned(), line };
    let mut values = parse(&text).map_err(syntax)?;
    #[expect(clippy::unnecessary_debug_formatting, reason = "a path may contain line ends")]
    let names = Names::properties(format!("{path:?}"));
    let mut take = |key| values.remove(key).filter(|value| !value.is_empty());
    Ok(Settings {
        address: take(names.address),
        client_id: take(names.client_id),
        client_secret: take(names.client_secret),
        access_token: None,
        oidc_id: take(names.oidc_id),
        oidc_secret: take(names.oidc_secret),
        username: take(names.username),
        password: take(names.password),
        names,
    })
}

/// Parses the format of `java.util.Properties`; fails with the number of a malformed line.
///
/// A key ends at the first `=`, `:` or white space that is not escaped; values may contain all of
/// them. If a key occurs several times, the last one is used.
fn parse(text: &str) -> Result<HashMap<String, String>, usize> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut values = HashMap::new();
    let mut lines = natural_lines(text).zip(1_usize..);
    let mut logical = String::new();
    while let Some((line, number)) = lines.next() {
        let line = line.trim_start_matches(SPACE);
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        logical.clear();
        logical.push_str(line);
        while continues(&logical) {
            logical.pop();
            let Some((next, _)) = lines.next() else { break };
            let next = next.trim_start_matches(SPACE);
            // As in Java, a comment may follow what is an empty line so far.
            if !(logical.is_empty() && next.starts_with(['#', '!'])) {
                logical.push_str(next);
            }
        }
        if logical.is_empty() {
            continue;
        }
        let (key, value) = split(&logical);
        values.insert(unescape(key).ok_or(number)?, unescape(value).ok_or(number)?);
    }
    Ok(values)
}

/// Returns the lines of a text, which end in `\n`, `\r` or both.
fn natural_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let after = &text[end..];
        rest = Some(after.strip_prefix("\r\n").unwrap_or(&after[1..]));
        Some(&text[..end])
    })
}

/// Whether a line ends in a backslash that is not itself escaped.
fn continues(line: &str) -> bool {
    line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

fn split(line: &str) -> (&str, &str) {
    let mut is_escaped = false;
    let end = line.find(|c: char| {
        let ends = !is_escaped && (c == '=' || c == ':' || SPACE.contains(&c));
        is_escaped = c == '\\' && !is_escaped;
        ends
    });
    let (key, rest) = line.split_at(end.unwrap_or(line.len()));
    let rest = rest.trim_start_matches(SPACE);
    let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest);
    (key, rest.trim_start_matches(SPACE))
}

fn unescape(text: &str) -> Option<String> {
    let mut units = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            '\\' => match chars.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                Some('f') => '\u{c}',
                Some('u') => {
                    let digits = chars.as_str().get(..4)?;
                    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
                    units.push(u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)?);
                    chars = chars.as_str().get(4..)?.chars();
                    continue;
                }
                Some(other) => other,
                None => continue,
            },
            other => other,
        };
        units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
    }
    // Two escapes can encode one character, because Java's strings are UTF-16.
    String::from_utf16(&units).ok()
}

/// White space other than line ends.
const SPACE: [char; 3] = [' ', '\t', '\u{c}'];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let values = parse(text).unwrap();

        let expected: HashMap<_, _> =
            expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        assert_eq!(values, expected, "{text:?}");
    }

    #[test]
    fn values_may_contain_the_separator() {
        check("mgmtapi.secret=abc=def==", &[("mgmtapi.secret", "abc=def==")]);
        check("a = b:c = d ", &[("a", "b:c = d ")]);
    }

    #[test]
    fn separators_are_equals_colon_or_space() {
        check(
            "a=1\nb:2\nc 3\nd\t=\t4\ne",
            &[("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"), ("e", "")],
        );
        check(r"a\ b\=c=1", &[("a b=c", "1")]);
    }

    #[test]
    fn comments_and_blank_lines_are_passed_over() {
        check("# a=1\n  ! b=2\n\n   \nc=3 # no comment\n", &[("c", "3 # no comment")]);
        check("\u{feff}# first\r\na=1\r\n", &[("a", "1")]);
    }

    #[test]
    fn a_backslash_continues_a_line() {
        check("a=1,\\\n   2\nb=3\\\\\nc=4\\", &[("a", "1,2"), ("b", "3\\"), ("c", "4")]);
    }

    #[test]
    fn escapes_are_read() {
        check(r"a=\t\u00e4\uD83D\uDE00\q", &[("a", "\tä😀q")]);
        for malformed in [r"x=\u12", r"x=\uzzzz", r"x=\u+123", r"x=\uD800"] {
            assert_eq!(parse(&format!("a=1\n{malformed}")), Err(2), "{malformed}");
        }
    }
}
