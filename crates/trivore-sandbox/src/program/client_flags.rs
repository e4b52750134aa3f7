//! Options that replace the default clients.

use crate::{ApiClient, Builder, OidcClient};
use lexopt::{Parser, ValueExt};
use serde::de::DeserializeOwned;

/// The clients that replace the default ones.
#[derive(Default)]
pub(crate) struct ClientFlags {
    api: Option<ApiClient>,
    oidc: Option<OidcClient>,
}

impl ClientFlags {
    /// Returns whether an option is one of these.
    pub(crate) fn has(name: &str) -> bool {
        ["api-client", "oidc-client"].contains(&name)
    }

    /// Reads the value of an option.
    pub(crate) fn read(&mut self, name: &str, arguments: &mut Parser) -> Result<(), lexopt::Error> {
        let json = arguments.value()?.string()?;
        if name == "api-client" {
            self.api = Some(parse(&json)?);
        } else {
            self.oidc = Some(parse(&json)?);
        }
        Ok(())
    }

    pub(crate) fn apply(self, mut builder: Builder) -> Builder {
        if let Some(client) = self.api {
            builder = builder.api_client(client);
        }
        match self.oidc {
            Some(client) => builder.oidc_client(client),
            None => builder,
        }
    }
}

fn parse<T: DeserializeOwned>(json: &str) -> Result<T, lexopt::Error> {
    // The message has no value, which may be secret, only names of fields.
    serde_json::from_str(json).map_err(|error| format!("client: {error}").into())
}

pub(crate) const HELP: &str = "
Clients:
  --api-client JSON   Replace the default Management API client: id, secret, and optionally
                      permissions, namespaces and primaryNamespace.
  --oidc-client JSON  Replace the default OIDC client: id, and optionally secret (without one,
                      it is public), redirectUri, redirectUris, postLogoutRedirectUris,
                      idTokenSignedResponseAlg (RS256 or ES256) and permissions.
                      Further clients, legal information, external permissions and all else
                      come from --seed or from the control endpoints.
";

#[cfg(test)]
mod tests {
    use crate::Sandbox;

    use super::*;

    fn read(name: &str, json: &str) -> Result<ClientFlags, lexopt::Error> {
        let mut flags = ClientFlags::default();
        flags.read(name, &mut Parser::from_args([json])).map(|()| flags)
    }

    #[tokio::test]
    async fn clients_replace_the_default_ones() {
        let api = r#"{"id": "reader", "secret": "s", "permissions": ["ACCOUNT_VIEW"],
                      "namespaces": ["sandbox"], "primaryNamespace": "sandbox"}"#;
        let builder = read("api-client", api).unwrap().apply(Sandbox::builder());
        let oidc = r#"{"id": "app", "redirectUri": "http://localhost/cb"}"#;
        let builder = read("oidc-client", oidc).unwrap().apply(builder);

        let sandbox = builder.start().await.unwrap();

        assert_eq!(sandbox.client_ids(), ["reader", "app"]);
        assert_eq!(sandbox.oidc_client_secret(), "");
        sandbox.shutdown().await;
    }

    #[test]
    fn wrong_clients_are_errors_that_hide_secrets() {
        for (name, json) in [
            ("api-client", r#"{"id": "a"}"#),
            ("api-client", r#"{"id": "a", "secret": "hidden", "permisions": []}"#),
            ("api-client", r#"{"id": "a", "secret": "hidden"} x"#),
            ("oidc-client", r#"{"secret": "hidden"}"#),
            ("oidc-client", "x"),
        ] {
            let error = read(name, json).err().unwrap().to_string();
            assert!(error.contains("client: ") && !error.contains("hidden"), "{error}");
        }
    }
}
