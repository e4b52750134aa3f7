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
    /// Writes `key=value` lines.
    ///
    /// The vendor's Python SDK splits at every `=` and does not trim. It misreads values that
    /// contain `=`, or that start or end with a space.
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
        .map(|(key, value)| format!("{key}={value}\n"))
        .concat()
    }
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
}
