//! Formats the properties file for the vendor's SDKs.

/// Content of the file.
pub(crate) struct Properties<'a> {
    pub(crate) address: &'a str,
    pub(crate) api_client: (&'a str, &'a str),
    pub(crate) oidc_client: (&'a str, &'a str),
    pub(crate) redirect_uri: &'a str,
    pub(crate) user: (&'a str, &'a str),
}

impl Properties<'_> {
    /// Writes `key=value` lines by the rules of `java.util.Properties`.
    ///
    /// Only what these rules require is escaped, because the vendor's Python SDK reads no escapes.
    /// It also splits at every `=` and does not trim, so it misreads values that contain `=`, a
    /// backslash, a line break or characters other than ASCII, or that start with a space.
    pub(crate) fn to_text(&self) -> String {
        [
            ("service.address", self.address),
            ("mgmtapi.id", self.api_client.0),
            ("mgmtapi.secret", self.api_client.1),
            ("oidc.client.id", self.oidc_client.0),
            ("oidc.client.secret", self.oidc_client.1),
            ("oidc.client.redirect.uri", self.redirect_uri),
            ("password.grant.username", self.user.0),
            ("password.grant.password", self.user.1),
        ]
        .map(|(key, value)| format!("{key}={}\n", escaped(value)))
        .concat()
    }
}

/// Escapes a value, so that it is the same in every encoding that files are read in.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for (index, c) in value.chars().enumerate() {
        match c {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{c}' => text.push_str("\\f"),
            // Else it would belong to the separator.
            ' ' if index == 0 => text.push_str("\\ "),
            ' '..='~' => text.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    text.extend(format!("\\u{unit:04X}").chars());
                }
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_every_key_on_its_line() {
        let properties = Properties {
            address: "http://127.0.0.1:1",
            api_client: ("a", "b"),
            oidc_client: ("c", "d"),
            redirect_uri: "http://e",
            user: ("f", "g"),
        };
        let expected = "service.address=http://127.0.0.1:1\n\
            mgmtapi.id=a\nmgmtapi.secret=b\n\
            oidc.client.id=c\noidc.client.secret=d\noidc.client.redirect.uri=http://e\n\
            password.grant.username=f\npassword.grant.password=g\n";
        assert_eq!(properties.to_text(), expected);
    }

    #[test]
    fn escapes_what_java_would_read_as_something_else() {
        for (value, expected) in [
            ("a\\b", r"a\\b"),
            (" a b ", r"\ a b "),
            ("\ta\tb", r"\ta\tb"),
            ("a\nb\rc\u{c}", r"a\nb\rc\f"),
            ("http://a:1/#!=", "http://a:1/#!="),
            ("\u{e4}\u{1f600}\u{7f}\0", r"\u00E4\uD83D\uDE00\u007F\u0000"),
        ] {
            assert_eq!(escaped(value), expected, "{value:?}");
        }
    }
}
