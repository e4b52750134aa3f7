//! Redacts secrets in the bodies of error responses: servers are known to repeat what they
//! received.

use std::ops::Range;

use bytes::Bytes;
use serde_json::Value;

use crate::auth::token::secret_string::SecretString;

/// Replaces each of the `secrets` in a body with `<redacted>`.
///
/// A secret is found in whatever form servers repeat it: as it is, encoded for a form, escaped in
/// JSON or HTML, in a mix of them, and with only its beginning at the end of a text that is cut
/// off. One of up to three bytes is redacted only where it stands alone, because it may be part of
/// any word; so is a beginning of up to three bytes.
///
/// The work is limited: texts that are left over beyond the limit are redacted as a whole.
pub(crate) fn without(secrets: &[&SecretString], body: Bytes) -> Bytes {
    let mut search = SecretSearch::new(secrets);
    match serde_json::from_slice::<Value>(&body) {
        Ok(json) => {
            let mut cleaned = json.clone();
            clean_texts(&mut cleaned, &mut search);
            if cleaned == json { body } else { cleaned.to_string().into() }
        }
        // The body may be cut off within a character.
        Err(_) => search.clean(String::from_utf8_lossy(&body).trim_end_matches(UNREADABLE)).into(),
    }
}

fn clean_texts(json: &mut Value, search: &mut SecretSearch) {
    match json {
        Value::String(text) => *text = search.clean(text),
        Value::Array(items) => items.iter_mut().for_each(|item| clean_texts(item, search)),
        Value::Object(members) => {
            let cleaned = std::mem::take(members).into_iter().map(|(name, mut value)| {
                clean_texts(&mut value, search);
                (search.clean(&name), value)
            });
            *members = cleaned.collect();
        }
        // A secret of digits may be repeated as a number.
        Value::Number(number) => {
            let text = number.to_string();
            let cleaned = search.clean(&text);
            if cleaned != text {
                *json = Value::String(cleaned);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// Searches the texts of a body for secrets.
struct SecretSearch {
    patterns: Vec<Pattern>,
    /// Number of comparisons that are left.
    steps: usize,
}

impl SecretSearch {
    fn new(secrets: &[&SecretString]) -> Self {
        let patterns = secrets.iter().map(|secret| Pattern::new(secret.expose())).collect();
        Self { patterns, steps: MOST_STEPS }
    }

    /// Returns a text without the secrets.
    fn clean(&mut self, text: &str) -> String {
        let mut ranges = Vec::new();
        for pattern in &self.patterns {
            pattern.find_all(text, &mut ranges, &mut self.steps);
        }
        if self.steps == 0 {
            return REDACTED.to_owned();
        }
        ranges.sort_by_key(|range| range.start);
        let mut ranges = ranges.into_iter().peekable();
        let mut clean = String::with_capacity(text.len());
        let mut copied = 0;
        while let Some(mut range) = ranges.next() {
            // One secret may be part of another, or overlap it.
            while let Some(next) = ranges.next_if(|next| next.start < range.end) {
                range.end = range.end.max(next.end);
            }
            clean.push_str(&text[copied..range.start]);
            clean.push_str(REDACTED);
            copied = range.end;
        }
        clean.push_str(&text[copied..]);
        clean
    }
}

/// A secret, with all forms of each of its characters.
struct Pattern(Vec<(char, Vec<String>)>);

impl Pattern {
    fn new(secret: &str) -> Self {
        Self(secret.chars().map(|c| (c, forms(c))).collect())
    }

    /// Adds where the secret is in a text, as far as the steps suffice.
    fn find_all(&self, text: &str, ranges: &mut Vec<Range<usize>>, steps: &mut usize) {
        let Some((_, first)) = self.0.first() else { return };
        for (start, _) in text.char_indices() {
            if *steps == 0 {
                return;
            }
            let rest = &text[start..];
            if !first.iter().any(|form| compare(rest, form) == Comparison::Equal) {
                continue;
            }
            if let Some((length, end)) = self.find(rest, steps) {
                let range = start..start + end;
                if length > SHORT || stands_alone(text, &range) {
                    ranges.push(range);
                }
            }
        }
    }

    /// Finds the secret at the start of a text; returns how many of its bytes are there, and where
    /// they end.
    ///
    /// They are fewer than all if the text ends before the secret does.
    fn find(&self, text: &str, steps: &mut usize) -> Option<(usize, usize)> {
        let mut length = 0;
        let mut cut_off = None;
        // Where the forms of the characters so far may end.
        let mut ends = vec![0];
        for (c, forms) in &self.0 {
            let mut next = Vec::new();
            for end in ends {
                let rest = &text[end..];
                for (form, skipped) in forms.iter().flat_map(|form| skips(rest, form)) {
                    *steps = steps.checked_sub(1)?;
                    match compare(&rest[skipped..], form) {
                        Comparison::Equal => next.push(end + skipped + form.len()),
                        Comparison::CutOff if length > 0 => cut_off = Some((length, text.len())),
                        Comparison::CutOff | Comparison::Different => {}
                    }
                }
            }
            next.sort_unstable();
            next.dedup();
            next.truncate(MOST_ENDS);
            if next.is_empty() {
                return cut_off;
            }
            ends = next;
            length += c.len_utf8();
        }
        ends.last().map(|end| (length, *end))
    }
}

/// Returns the forms in which servers repeat a character.
fn forms(c: char) -> Vec<String> {
    let mut forms = vec![c.to_string()];
    // In a form and in URLs.
    if c == ' ' {
        forms.push("+".to_owned());
    }
    let bytes: Vec<_> = c.to_string().bytes().map(|byte| format!("%{byte:02x}")).collect();
    forms.push(bytes.concat());
    // In JSON.
    let mut buffer = [0; 2];
    let units = c.encode_utf16(&mut buffer).iter().map(|unit| format!("\\u{unit:04x}"));
    forms.push(units.collect::<Vec<_>>().concat());
    let short = match c {
        '"' | '\\' | '/' => Some(c),
        '\u{8}' => Some('b'),
        '\u{c}' => Some('f'),
        '\n' => Some('n'),
        '\r' => Some('r'),
        '\t' => Some('t'),
        _ => None,
    };
    forms.extend(short.map(|short| format!("\\{short}")));
    // In HTML.
    let number = u32::from(c);
    forms.extend([format!("&#{number};"), format!("&#{number:03};"), format!("&#x{number:x};")]);
    let name = match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&apos;"),
        _ => None,
    };
    forms.extend(name.map(str::to_owned));
    // In a charset other than UTF-8.
    if !c.is_ascii() {
        forms.push(UNREADABLE.to_string());
    }
    forms
}

/// Returns how many bytes before a form may be skipped: JSON within JSON has more backslashes.
fn skips<'a>(text: &str, form: &'a String) -> impl Iterator<Item = (&'a String, usize)> + use<'a> {
    let backslashes = text.bytes().take(MOST_BACKSLASHES).take_while(|byte| *byte == b'\\');
    let most = if form.starts_with('\\') { backslashes.count().saturating_sub(1) } else { 0 };
    (0..=most).map(move |skipped| (form, skipped))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    /// The text begins with the form.
    Equal,
    /// The text ends within the form.
    CutOff,
    Different,
}

/// Compares the start of a text with a form; the digits of escapes may be uppercase.
fn compare(text: &str, form: &str) -> Comparison {
    let is_equal = |(text, form): (u8, u8)| {
        text == form || (form.is_ascii_hexdigit() && text.eq_ignore_ascii_case(&form))
    };
    let (text, form) = (text.as_bytes(), form.as_bytes());
    let is_escape = form.len() > 1 && matches!(form[0], b'%' | b'\\' | b'&');
    let pairs = || text.iter().copied().zip(form.iter().copied());
    let is_same =
        if is_escape { pairs().all(is_equal) } else { pairs().all(|(text, form)| text == form) };
    match is_same {
        false => Comparison::Different,
        true if text.len() < form.len() => Comparison::CutOff,
        true => Comparison::Equal,
    }
}

/// Whether there are no letters and digits directly around a part of a text.
///
/// A part that begins or ends with another character stands alone there.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let is_in_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let part = &text[range.clone()];
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    !(is_in_word(part.chars().next()) && is_in_word(before)
        || is_in_word(part.chars().next_back()) && is_in_word(after))
}

/// Takes the place of a secret.
const REDACTED: &str = "<redacted>";
/// Number of bytes up to which a secret may be part of any word.
const SHORT: usize = 3;
/// Takes the place of bytes that are not UTF-8.
const UNREADABLE: char = char::REPLACEMENT_CHARACTER;
/// Number of backslashes before a character that is escaped several times.
const MOST_BACKSLASHES: usize = 4;
/// Number of comparisons for one body; a body of the largest size needs fewer, unless nearly all of
/// it is similar to a secret.
const MOST_STEPS: usize = 4 << 20;
/// Number of places where the forms of some characters may end.
const MOST_ENDS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_repeats_no_secret() {
        let body = Bytes::from_static(
            br#"{"error":"invalid_grant","error_description":"no s3cret, abc"}"#,
        );
        let (secret, short) = (SecretString::from("s3cret"), SecretString::from("abc"));

        let clean = without(&[&secret, &short], body);

        assert_eq!(
            clean,
            &br#"{"error":"invalid_grant","error_description":"no <redacted>, <redacted>"}"#[..]
        );
    }

    #[test]
    fn nor_a_short_one_that_stands_alone() {
        for (secret, text, expected) in [
            (
                "a",
                r#""a user has a name: a""#,
                r#""<redacted> user has <redacted> name: <redacted>""#,
            ),
            ("ab", r#""invalid_ab, ab_x, \u00e4ab, cab""#, r#""invalid_ab, ab_x, \u00e4ab, cab""#),
            ("%:", r#""a%:b""#, r#""a<redacted>b""#),
            ("\u{e4}", r#""\u00e4-\u00e4\u00e4""#, "\"<redacted>-\u{e4}\u{e4}\""),
            ("123", r#"{"pin":123,"n":1234}"#, r#"{"n":1234,"pin":"<redacted>"}"#),
            ("", r#""no""#, r#""no""#),
        ] {
            let clean =
                without(&[&SecretString::from(secret)], Bytes::from_static(text.as_bytes()));

            let clean: Value = serde_json::from_slice(&clean).unwrap();
            assert_eq!(clean, serde_json::from_str::<Value>(expected).unwrap(), "{secret}");
        }
    }

    #[test]
    fn nor_one_that_is_encoded_as_it_was_sent() {
        let secret = SecretString::from("p%:w &");

        let clean = without(&[&secret], Bytes::from_static(b"password=p%25%3Aw+%26&x=p%:w &"));

        assert_eq!(clean, "password=<redacted>&x=<redacted>");
    }

    #[test]
    fn nor_one_that_is_escaped_or_part_of_another() {
        let long = SecretString::from("p\"w\\\u{e4}-user");
        let part = SecretString::from("user");
        let body = Bytes::from_static(br#"{"error_description":"p\"w\\\u00e4-user, user"}"#);

        let clean = without(&[&part, &long], body);

        assert_eq!(clean, &br#"{"error_description":"<redacted>, <redacted>"}"#[..]);
    }

    /// Returns every form of a text that a server may repeat.
    fn repeated(text: &str) -> Vec<String> {
        let json = Value::from(text).to_string();
        let quoted = json.trim_matches('"').to_owned();
        let quoted = if text.ends_with('"') { format!("{quoted}\"") } else { quoted };
        let units = |upper: bool| {
            text.encode_utf16()
                .map(|unit| if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") })
                .collect::<String>()
        };
        let html = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;")
            .replace('\'', "&#39;");
        let form: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let twice = Value::from(quoted.as_str()).to_string();
        vec![
            text.to_owned(),
            quoted.replace('/', "\\/"),
            quoted,
            twice.trim_matches('"').to_owned(),
            units(true),
            units(false),
            form.to_lowercase(),
            form.replace('+', "%20"),
            form,
            html.replace("&#39;", "&#x27;"),
            html,
        ]
    }

    #[test]
    fn no_form_of_a_secret_is_left_wherever_the_body_ends() {
        for text in ["s3cret-w0rd", "p\u{e4}\u{df}\"w/\\ 'x&<%\u{1f511}+z", "\\\\n\n\"\"q+ %41/"] {
            let secret = SecretString::from(text);
            for form in repeated(text) {
                let whole = format!(r#"{{"error_description":"No: {form}"#);
                for end in (0..=whole.len()).filter(|end| whole.is_char_boundary(*end)) {
                    let cut = &whole.as_bytes()[..end];

                    let clean = without(&[&secret], Bytes::copy_from_slice(cut));

                    let clean = String::from_utf8(clean.to_vec()).unwrap();
                    let rest = clean.strip_prefix(r#"{"error_description":"No: "#);
                    let shown = rest.map(|rest| rest.replace("<redacted>", ""));
                    let most = form.chars().next().map_or(0, |c| if c == '\\' { 5 } else { 2 });
                    assert!(
                        shown.as_ref().is_none_or(|shown| shown.len() <= most),
                        "{form} is shown as {shown:?}"
                    );
                }
                let rest = without(&[&secret], Bytes::from(format!("{form}, {form} ok")));
                assert_eq!(rest, "<redacted>, <redacted> ok", "{form}");
            }
        }
    }

    #[test]
    fn a_body_that_is_cut_off_within_a_character_shows_no_beginning() {
        let secret = SecretString::from("p\u{e4}ssword");
        let body = "No: p\u{e4}".as_bytes();

        let clean = without(&[&secret], Bytes::copy_from_slice(&body[..body.len() - 1]));
        let latin = without(&[&secret], Bytes::from_static(b"No: p\xe4ssword"));

        assert_eq!((&clean[..], &latin[..]), (&b"No: <redacted>"[..], &b"No: <redacted>"[..]));
    }

    #[test]
    fn a_text_that_a_server_has_shortened_shows_no_beginning() {
        let secret = SecretString::from("s3cret-w0rd");

        for (text, expected) in [
            (r#"{"m":"No: s3cret-w"}"#, r#"{"m":"No: <redacted>"}"#),
            (r#"{"m":"No: s3"}"#, r#"{"m":"No: <redacted>"}"#),
            (r#"{"m":"users"}"#, r#"{"m":"users"}"#),
            (r#"{"m":"50%"}"#, r#"{"m":"50%"}"#),
            (r#"{"m":"s3cret no"}"#, r#"{"m":"s3cret no"}"#),
        ] {
            let clean = without(&[&secret], Bytes::from_static(text.as_bytes()));

            assert_eq!(clean, expected);
        }
    }

    #[test]
    fn secrets_that_overlap_leave_nothing_between_them() {
        let (first, second) = (SecretString::from("abcdef"), SecretString::from("defghi"));

        let clean = without(&[&first, &second], Bytes::from_static(b"x abcdefghi y"));

        assert_eq!(clean, "x <redacted> y");
    }

    #[test]
    fn the_work_is_limited_whatever_a_body_repeats() {
        const SIZE: usize = 256 << 10;
        let backslashes = "\\".repeat(64);
        for (secret, part) in [
            ("\\\\\\\\s3cret", "\\"),
            (backslashes.as_str(), "\\"),
            (backslashes.as_str(), "%5C\\"),
            (&"s".repeat(4_000), "s"),
            (&"ab".repeat(500), "ab"),
            (&"\u{e4}".repeat(500), "\u{e4}"),
            (&"\u{e4}".repeat(500), "\u{fffd}"),
        ] {
            let secret = SecretString::from(secret);
            let secrets = [&secret; 4];
            let mut search = SecretSearch { steps: 1 << 18, ..SecretSearch::new(&secrets) };

            let clean = search.clean(&part.repeat(SIZE / part.len()));

            assert!(clean == REDACTED, "{part}: {} steps left", search.steps);
            // Nothing is searched for any more, and nothing is shown.
            assert_eq!(search.clean("x"), REDACTED);
        }
    }

    #[test]
    fn a_large_page_is_redacted_as_a_small_one_is() {
        let words = "<p>The password or the client's secret is wrong: see /openid/errors.</p>\n";
        let page = words.repeat((256 << 10) / words.len());
        let secrets = ["password-1234", "client-secret", "the user", "s3cret", "error"];
        let secrets = secrets.map(SecretString::from);
        let secrets: Vec<_> = secrets.iter().collect();

        let mut search = SecretSearch::new(&secrets);
        search.clean(&page);
        assert!(search.steps > MOST_STEPS / 2, "{} steps left", search.steps);
        let clean = without(&secrets, Bytes::from(page.clone()));
        assert_eq!(clean, page.replace("error", REDACTED));
        let texts = Value::from(page.lines().collect::<Vec<_>>()).to_string();
        let clean = without(&secrets, Bytes::from(texts.clone()));
        assert_eq!(clean, texts.replace("error", REDACTED));
    }
}
