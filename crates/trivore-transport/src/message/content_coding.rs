//! Content codings of responses that no layer has decoded.

use http::HeaderMap;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderValue};

use crate::error::one_line;

/// Asks for a response without a content coding, unless a layer asks for others.
///
/// Without this header, a server may choose any coding (RFC 9110 §12.5.3).
pub(crate) fn refuse_codings(headers: &mut HeaderMap) {
    headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("identity"));
}

/// Returns the content coding of a body, such as `gzip`, if it has one.
pub(crate) fn content_coding(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(CONTENT_ENCODING).iter();
    let codings = values.filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(','));
    // Free text in this header is not quoted in errors.
    let is_coding = |coding: &&str| {
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte);
        !coding.is_empty()
            && coding.bytes().all(is_token)
            && !coding.eq_ignore_ascii_case("identity")
    };
    let codings: Vec<_> = codings.map(str::trim).filter(is_coding).collect();
    (!codings.is_empty()).then(|| one_line(&codings.join(", "), MAX_LENGTH))
}

const MAX_LENGTH: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_named_and_free_text_is_not() {
        for (values, expected) in [
            (&["gzip"][..], Some("gzip")),
            (&["br, gzip"], Some("br, gzip")),
            (&["br", "gzip"], Some("br, gzip")),
            (&["identity"], None),
            (&["Identity, deflate"], Some("deflate")),
            (&[""], None),
            (&["Maija said so"], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, HeaderValue::from_static(value));
            }

            assert_eq!(content_coding(&headers).as_deref(), expected, "{values:?}");
        }
    }
}
