//! Decoding of JSON responses, with the JSON path of errors.

use bytes::Bytes;
use http::Response;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

use crate::call::ResponseShape;
use crate::decode::Members;
use crate::decode::known_path::known_path;
use crate::decode::serde_message::{MAX_LENGTH, MORE_INPUT, VALID_JSON, expectation};
use crate::error::{DecodeError, Error, Result, one_line};
use crate::message::content_coding;

/// Decodes a JSON body; a body of nothing but spaces decodes as `null`.
pub(crate) fn decode<T: DeserializeOwned>(response: &Response<Bytes>) -> Result<T> {
    let json = or_null(response.body());
    read(json).map_err(|_quoting| unreadable::<T>(response))
}

/// Decodes a JSON body, and checks its shape.
///
/// The shape is checked by what the decoder sees, so that both see the same. The value is boxed,
/// since a large one would be copied by each function that returns it.
pub(crate) fn decode_shaped<T: DeserializeOwned>(
    response: &Response<Bytes>,
    shape: ResponseShape,
) -> Result<(Box<T>, Result<(), DecodeError>)> {
    if shape == ResponseShape::Any {
        return decode(response).map(|value| (Box::new(value), Ok(())));
    }
    match Members::read(response.body(), shape.member()) {
        Ok((value, members)) if !members.has_private_name() => Ok((value, shape.check(&members))),
        // Not an object, or a type that is not read as a struct or a map is.
        Ok(_) | Err(_) => {
            let value = decode(response).map(Box::new)?;
            Ok((value, check_shape(response.body(), shape)))
        }
    }
}

/// Checks the shape of a body that nobody decodes.
pub(crate) fn check_shape(body: &Bytes, shape: ResponseShape) -> Result<(), DecodeError> {
    match shape {
        ResponseShape::Any => Ok(()),
        _ => shape.check(&Members::of(body, shape.member())),
    }
}

fn unreadable<T: DeserializeOwned>(response: &Response<Bytes>) -> Error {
    let mut error = explain::<T>(or_null(response.body()));
    let is_json = !matches!(error.expected.as_deref(), Some(VALID_JSON | MORE_INPUT));
    if error.expected.as_deref() == Some(VALID_JSON) {
        error.content_type = other_content_type(response);
    }
    if !is_json {
        error.content_coding = content_coding(response.headers());
    }
    Error::decode(error)
}

/// Decodes JSON as the client decodes a response.
///
/// The error has the JSON path and what was expected there, never the value. An empty text, unlike
/// an empty response, is an error.
///
/// ```
/// let error = trivore_transport::decode_json::<Vec<u64>>(br#"[1, "two"]"#).unwrap_err();
///
/// assert_eq!(error.to_string(), "could not decode the response at [1]: expected u64");
/// ```
///
/// # Errors
///
/// The text is not JSON, or not what `T` accepts.
pub fn decode_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, DecodeError> {
    read(json).map_err(|_quoting| explain::<T>(json))
}

/// Returns the JSON of a body.
fn or_null(body: &Bytes) -> &[u8] {
    if body.trim_ascii_start().is_empty() { b"null" } else { body }
}

fn read<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    // Much faster than `from_slice`, which validates UTF-8 string by string.
    match str::from_utf8(json) {
        Ok(json) => serde_json::from_str(json),
        Err(_) => serde_json::from_slice(json),
    }
}

/// Decodes the body a second time to find the path of the error.
///
/// Decoding without a path is faster, so it comes first. serde's messages quote values, so only
/// the path and what was expected are kept.
fn explain<T: DeserializeOwned>(json: &[u8]) -> DecodeError {
    let mut reader = serde_json::Deserializer::from_slice(json);
    match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Ok(_) => DecodeError::new(".", "the end of the body"),
        Err(error) => DecodeError {
            path: one_line(&known_path::<T>(error.path()), MAX_LENGTH),
            expected: expectation(error.inner()),
            message: Members::of(json, None).error().failure_message(),
            ..DecodeError::default()
        },
    }
}

/// Returns the content type, unless it is JSON or malformed.
fn other_content_type(response: &Response<Bytes>) -> Option<String> {
    let value = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    let media_type = value.split(';').next().unwrap_or_default().trim();
    // A free text in this header is not quoted in errors: it could contain personal data.
    let is_word = |word: &str| {
        let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b);
        !word.is_empty() && word.bytes().all(is_token)
    };
    let is_type = media_type.split_once('/').is_some_and(|(a, b)| is_word(a) && is_word(b));
    let is_json = media_type.eq_ignore_ascii_case("application/json")
        || media_type.to_ascii_lowercase().ends_with("+json");
    (is_type && !is_json).then(|| one_line(media_type, MAX_LENGTH))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::Value;

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Item {
        #[expect(dead_code, reason = "only its type matters")]
        size: u64,
    }

    #[derive(Debug, serde::Deserialize)]
    struct Named {
        name: String,
    }

    #[track_caller]
    fn check(body: &'static str, path: &str, expected: &str) {
        let response = Response::new(Bytes::from_static(body.as_bytes()));

        let error = decode::<Vec<Item>>(&response).unwrap_err();
        let error = error.decode_error().unwrap();

        assert_eq!((error.path(), error.expected()), (path, Some(expected)));
    }

    #[test]
    fn a_decode_error_tells_the_place_and_never_the_value() {
        check(r#"[{"size":1},{"size":"secret, expected x"}]"#, "[1].size", "u64");
        check(r#"[{"size":1},{"size":"#, "[1].size", "more input (the body is truncated)");
        check(r#"[{"size":1}] x"#, ".", "the end of the body");
        check("<html>", ".", "valid JSON");
    }

    #[test]
    fn a_member_that_is_missing_or_repeated_is_named() {
        check(r#"[{"size":1},{}]"#, "[1]", "a member `size`");
        check(r#"[{"MARK":1}]"#, "[0]", "a member `size`");
        check(r#"[{"size":1,"size":2}]"#, "[0]", "a member `size` that is not repeated");
        check(r#"["missing field `MARK`"]"#, "[0]", "struct Item");
    }

    #[test]
    fn names_of_members_cannot_forge_lines_of_a_log() {
        let long = format!(r#"[{{"a\r\n{}":tru}}]"#, "x".repeat(1000));
        let response = Response::new(Bytes::from(long));

        let error = decode::<Vec<HashMap<String, bool>>>(&response).unwrap_err();

        let path = error.decode_error().unwrap().path();
        assert_eq!(path, "[0].*");
    }

    #[test]
    fn keys_of_open_maps_and_unknown_fields_are_not_shown() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[expect(dead_code, reason = "only its type matters")]
        struct Person {
            age: Option<u8>,
            custom_fields: Option<HashMap<String, Value>>,
            sizes: Option<HashMap<String, Vec<Item>>>,
            #[serde(flatten)]
            others: HashMap<String, Value>,
        }
        for (body, path, expected) in [
            (r#"[{"age":"x"}]"#, "[0].age", Some("u8")),
            (r#"[{"customFields":{"MARK":"a"#, "[0].customFields.*", None),
            (r#"[{},{"customFields":{"a":{"MARK":[{"MARK":"#, "[1].customFields.*.*[0].*", None),
            (r#"[{"MARK":{"age":"#, "[0].*.*", None),
            (r#"[{"sizes":{"MARK":[{"size":1},{"size":-1}]}}]"#, "[0].sizes.*[1].size", None),
            (r#"[{"customFields":[]}]"#, "[0].customFields", Some("a map")),
        ] {
            let error = explain::<Vec<Person>>(body.as_bytes());

            assert_eq!(error.path(), path, "{body}");
            if expected.is_some() {
                assert_eq!(error.expected(), expected);
            }
        }
    }

    #[test]
    fn keys_that_are_read_as_other_types_than_text_are_not_shown_either() {
        #[derive(Debug, PartialEq, Eq, Hash, serde::Deserialize)]
        struct Id(String);
        #[derive(Debug, PartialEq, Eq, Hash, serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        enum Size {
            Large,
        }
        #[derive(Debug, serde::Deserialize)]
        enum Shape {
            Circle(#[expect(dead_code, reason = "only its type matters")] u8),
            #[serde(other)]
            Other,
        }
        #[track_caller]
        fn check<T: DeserializeOwned + std::fmt::Debug>(body: &str, path: &str) {
            assert_eq!(decode_json::<T>(body.as_bytes()).unwrap_err().path(), path, "{body}");
        }

        check::<HashMap<u64, u8>>(r#"{"4929123456789012":"x"}"#, "*");
        check::<HashMap<bool, u8>>(r#"{"true":"x"}"#, "*");
        check::<HashMap<Id, u8>>(r#"{"4929123456789012":"x"}"#, "*");
        check::<HashMap<Option<String>, u8>>(r#"{"4929123456789012":"x"}"#, "*");
        check::<Value>(r#"{"4929123456789012":1e999}"#, "*");
        check::<HashMap<Size, u8>>(r#"{"large":"x"}"#, "*");
        check::<Shape>(r#"{"Circle":"x"}"#, "Circle");
        check::<Shape>(r#"{"4929123456789012":"x"}"#, "*");
    }

    #[test]
    fn a_value_that_looks_like_the_end_of_a_message_is_not_quoted() {
        #[derive(Debug, serde::Deserialize)]
        enum Never {}
        #[derive(Debug, serde::Deserialize)]
        enum One {
            A,
        }
        #[derive(Debug, serde::Deserialize)]
        enum Two {
            A,
            B,
        }
        #[derive(Debug, serde::Deserialize)]
        enum Three {
            A,
            B,
            C,
        }
        #[track_caller]
        fn check<T: DeserializeOwned + std::fmt::Debug>(body: &str, expected: Option<&str>) {
            let error = decode_json::<T>(body.as_bytes()).unwrap_err();
            assert_eq!(error.expected(), expected, "{body}");
        }

        for value in ["MARK", "x, expected 4929", "x`, expected `4929", "x, expected one of 4929"] {
            for body in [format!("\"{value}\""), format!("{{\"{value}\":1}}")] {
                check::<Never>(&body, None);
                check::<One>(&body, Some("`A`"));
                check::<Two>(&body, Some("`A` or `B`"));
                check::<Three>(&body, Some("one of `A`, `B`, `C`"));
            }
        }
    }

    #[test]
    fn names_that_the_json_library_uses_itself_make_no_value_that_is_no_json() {
        type Raw = Box<serde_json::value::RawValue>;
        for shape in [ResponseShape::NoError, ResponseShape::Member("id")] {
            for name in ["$serde_json::private::RawValue", "$serde_json::private::Number"] {
                for value in ["\"not json\"", "\"12\"", "\"<\",\"id\":\"x\"", "1"] {
                    for name in [name.to_owned(), name.replace('$', "\\u0024")] {
                        let body = format!("{{\"{name}\":{value}}}");
                        let response = Response::new(Bytes::from(body.clone()));

                        let raw = decode_shaped::<Raw>(&response, shape).unwrap().0;
                        let number = decode_shaped::<serde_json::Number>(&response, shape);
                        let any = decode_shaped::<Value>(&response, shape);

                        assert_eq!(raw.get(), body);
                        assert_eq!(number.is_ok(), decode::<serde_json::Number>(&response).is_ok());
                        assert_eq!(any.ok().map(|(any, _)| any), decode(&response).ok(), "{body}");
                    }
                }
            }
        }
    }

    /// A map of anything; counts the bytes of the names that it reads.
    #[derive(Debug)]
    struct Counting;

    thread_local! {
        static READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }

    impl<'de> serde::Deserialize<'de> for Counting {
        fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
            struct Members;
            impl<'de> serde::de::Visitor<'de> for Members {
                type Value = Counting;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: serde::de::MapAccess<'de>>(
                    self,
                    mut members: A,
                ) -> Result<Counting, A::Error> {
                    while let Some(name) = members.next_key::<String>()? {
                        READ.set(READ.get() + name.len());
                        members.next_value::<Counting>()?;
                    }
                    Ok(Counting)
                }
            }
            reader.deserialize_map(Members)
        }
    }

    #[test]
    fn the_place_of_an_error_is_found_in_time_that_grows_with_the_body_only() {
        for (names, length) in [(1, 1 << 20), (100, 1), (100, 10 << 10)] {
            let name = "x".repeat(length);
            let mut body = format!(r#"{{"{name}":"#).repeat(names);
            body.push('7');
            READ.set(0);

            let error = decode_json::<Counting>(body.as_bytes()).unwrap_err();

            assert!(error.path().starts_with('*'), "{}", error.path());
            assert!(READ.get() <= 3 * body.len(), "{} of {}", READ.get(), body.len());
        }
    }

    #[test]
    fn the_words_of_a_types_own_error_are_not_repeated() {
        #[derive(Debug)]
        struct Picky;
        impl<'de> serde::Deserialize<'de> for Picky {
            fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
                let text = String::deserialize(reader)?;
                Err(serde::de::Error::custom(format!("unexpected {text}, expected {text}")))
            }
        }

        let error = explain::<Picky>(br#""MARK""#);

        assert_eq!((error.path(), error.expected()), (".", None));
    }

    #[test]
    fn bytes_that_are_no_text_are_passed_over_where_nobody_reads_them() {
        let read = |json: &'static [u8]| decode::<Named>(&Response::new(Bytes::from_static(json)));

        assert_eq!(read(b"{\"other\":\"\xff\",\"name\":\"\xc3\xa4\"}").unwrap().name, "\u{e4}");
        let error = read(b"{\"name\":\"\xff\"}").unwrap_err();
        assert_eq!(error.decode_error().unwrap().expected(), Some("valid JSON"));
    }

    #[test]
    fn a_shape_is_checked_for_types_of_every_kind() {
        #[derive(serde::Deserialize)]
        struct Wrapped(#[expect(dead_code, reason = "only its type matters")] Named);
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Either {
            Named(#[expect(dead_code, reason = "only its type matters")] Named),
        }
        #[track_caller]
        fn check<T: DeserializeOwned>(body: &'static str, shape: ResponseShape, is_ok: bool) {
            let response = Response::new(Bytes::from_static(body.as_bytes()));
            let checked = decode_shaped::<T>(&response, shape);
            assert_eq!(checked.is_ok_and(|(_, checked)| checked.is_ok()), is_ok, "{body}");
        }

        let (name, no_error) = (ResponseShape::Member("name"), ResponseShape::NoError);
        for (body, has_name) in
            [(r#"{"name":"x"}"#, true), (r#"{"name":""}"#, false), (r#"{"n\u0061me":"x"}"#, true)]
        {
            check::<Named>(body, name, has_name);
            check::<Value>(body, name, has_name);
            check::<HashMap<String, String>>(body, name, has_name);
            check::<Option<Named>>(body, name, has_name);
            check::<Box<Wrapped>>(body, name, has_name);
            check::<Either>(body, name, has_name);
            check::<Box<serde_json::value::RawValue>>(body, name, has_name);
            check::<serde::de::IgnoredAny>(body, name, has_name);
            check::<Named>(body, no_error, true);
        }
        check::<HashMap<u64, u8>>(r#"{"1":2}"#, no_error, true);
        check::<HashMap<u64, u8>>(r#"{"1":2}"#, name, false);
        check::<Vec<u8>>("[1]", no_error, true);
        check::<Vec<u8>>("[1]", name, false);
        check::<Option<Named>>("", no_error, true);
        check::<Option<Named>>("", name, false);
        check::<Value>(r#"{"name":"x"} x"#, name, false);
    }

    #[test]
    fn spaces_are_read_as_an_empty_body_is() {
        for body in ["", " ", "\r\n", "\t \n "] {
            let response = Response::new(Bytes::from_static(body.as_bytes()));

            assert_eq!(decode::<Option<u8>>(&response).unwrap(), None, "{body:?}");
            let error = decode::<Vec<u8>>(&response).unwrap_err();
            assert_eq!(error.decode_error().unwrap().expected(), Some("a sequence"));
        }
    }

    #[test]
    fn json_beyond_a_limit_is_not_said_to_be_no_json() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);

        let error = decode_json::<Value>(deep.as_bytes()).unwrap_err();

        assert_eq!(error.expected(), Some("fewer than 128 levels of nesting"));
        assert!(decode_json::<serde::de::IgnoredAny>(deep.as_bytes()).is_ok());
        let error = decode_json::<Vec<f64>>(b"[0, -0, 1E400]").unwrap_err();
        let expected = "a number within the range of 64-bit floats";
        assert_eq!((error.path(), error.expected()), ("[2]", Some(expected)));
    }

    #[test]
    fn another_content_type_is_named() {
        let response = Response::builder()
            .header(CONTENT_TYPE, "text/html; charset=utf-8")
            .body(Bytes::from_static(b"<html>"))
            .unwrap();

        let error = decode::<Vec<Item>>(&response).unwrap_err();

        assert_eq!(error.to_string(), "the response is not JSON but text/html");
    }

    #[test]
    fn what_is_no_content_type_is_not_repeated() {
        for text in ["text/html \"Maija said so\"", "Maija", "/", "a/", "a/b/c"] {
            let response = Response::builder()
                .header(CONTENT_TYPE, text)
                .body(Bytes::from_static(b"<html>"))
                .unwrap();

            let error = decode::<Vec<Item>>(&response).unwrap_err();

            assert_eq!(error.decode_error().unwrap().content_type(), None, "{text}");
        }
    }
}
