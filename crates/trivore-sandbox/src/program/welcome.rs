//! What a person needs in the first minute.

use crate::Sandbox;

/// Returns the credentials, and a command that works.
pub(crate) fn text(sandbox: &Sandbox) -> String {
    let url = sandbox.url();
    let client = format!("{}:{}", sandbox.client_id(), sandbox.client_secret());
    format!(
        "
  Management API   {} / {}
  OIDC client      {} / {}
  administrator    {} / {}

  try              curl -u {client} {url}/api/rest/v1/user
  page             {url}/sandbox/
  overview         {url}/
  API description  {url}/apidoc

",
        sandbox.client_id(),
        sandbox.client_secret(),
        sandbox.oidc_client_id(),
        sandbox.oidc_client_secret(),
        sandbox.username(),
        sandbox.password(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_minute_has_the_address_and_all_credentials() {
        let sandbox = Sandbox::start().await.unwrap();
        let text = text(&sandbox);
        let url = sandbox.url();
        let command =
            format!("curl -u 1000000000000001:sandbox-api-secret {url}/api/rest/v1/user\n");

        for expected in [
            command.as_str(),
            &format!("page             {url}/sandbox/\n"),
            "1000000000000001 / sandbox-api-secret",
            "1000000000000002 / sandbox-oidc-secret",
            "operator / Sandbox-Operator-9",
        ] {
            assert!(text.contains(expected), "{text}");
        }
    }
}
