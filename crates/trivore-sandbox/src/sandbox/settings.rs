//! Changes a running sandbox: clock, tokens, rules, clients.

use std::time::{Duration, SystemTime};

use super::handle::Sandbox;
use crate::access::clients::{ApiClient, OidcClient};
use crate::values::behavior_rules::Rules;

impl Sandbox {
    /// Moves the sandbox's clock forward, for example past the lifetime of a token.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use http::{Request, StatusCode};
    /// use tower::ServiceExt as _;
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let form = format!(
    ///     "grant_type=client_credentials&client_id={}&client_secret={}",
    ///     sandbox.oidc_client_id(),
    ///     sandbox.oidc_client_secret(),
    /// );
    /// let response =
    ///     sandbox.service().oneshot(Request::post("/openid/token").body(form)?).await?;
    /// # let body = axum::body::to_bytes(axum::body::Body::new(response.into_body()), 4096).await?;
    /// # let tokens: serde_json::Value = serde_json::from_slice(&body)?;
    /// # let token = tokens["access_token"].as_str().unwrap_or_default();
    ///
    /// // The response has an access token, which expires after an hour.
    /// sandbox.advance_clock(Duration::from_secs(60 * 60));
    /// let request = Request::get("/api/rest/v1/user")
    ///     .header("authorization", format!("Bearer {token}"))
    ///     .body(String::new())?;
    /// let response = sandbox.service().oneshot(request).await?;
    /// assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn advance_clock(&self, by: Duration) {
        self.shared().state().clock.advance(by);
    }

    /// Stops the clock, which then only moves when it is [advanced](Self::advance_clock).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.freeze_clock();
    /// assert_eq!(sandbox.now(), sandbox.now());
    ///
    /// sandbox.resume_clock();
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn freeze_clock(&self) {
        self.shared().state().clock.freeze();
    }

    /// Lets a frozen or [standing](crate::Builder::standing_clock) clock run from where it is.
    pub fn resume_clock(&self) {
        self.shared().state().clock.resume();
    }

    /// Returns the time of the sandbox's clock.
    pub fn now(&self) -> SystemTime {
        let now = self.shared().read().clock.now();
        SystemTime::try_from(now).unwrap_or(SystemTime::UNIX_EPOCH)
    }

    /// Invalidates all access tokens immediately.
    pub fn expire_tokens(&self) {
        self.shared().state().tokens.expire_access();
    }

    /// Invalidates all access and refresh tokens immediately.
    pub fn revoke_tokens(&self) {
        self.shared().state().tokens.revoke_all();
    }

    /// Signs ID tokens with new keys from now on.
    ///
    /// `/openid/jwks.json` has the old ones too, so that clients can verify earlier ID tokens. The
    /// keys are development keys, the same in every sandbox: they are not secret.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.rotate_signing_keys();
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn rotate_signing_keys(&self) {
        self.shared().state().rotate_keys();
    }

    /// Returns the current rules.
    pub fn rules(&self) -> Rules {
        self.shared().read().rules.clone()
    }

    /// Replaces the rules, from the next request on.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let mut rules = sandbox.rules();
    /// rules.accept_required = true;
    /// sandbox.set_rules(rules);
    /// # assert!(sandbox.rules().accept_required);
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_rules(&self, rules: Rules) {
        self.shared().state().rules = rules;
    }

    /// Adds an API client, or replaces the one with the same identifier.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_sandbox::{ApiClient, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let reader = ApiClient::new("reader", "secret").permissions(["ACCOUNT_VIEW"]);
    /// sandbox.create_api_client(reader);
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_api_client(&self, client: ApiClient) {
        self.shared().state().api_clients.insert(client.id.clone(), client);
    }

    /// Adds an OIDC client, or replaces the one with the same identifier.
    pub fn create_oidc_client(&self, client: OidcClient) {
        self.shared().state().oidc_clients.insert(client.id.clone(), client);
    }

    /// Removes the API client and the OIDC client with this identifier.
    ///
    /// Returns whether there was one. Tokens of the client no longer give access.
    pub fn remove_client(&self, id: &str) -> bool {
        self.shared().remove_client(id)
    }

    /// Returns the identifiers of all API clients and OIDC clients.
    pub fn client_ids(&self) -> Vec<String> {
        let state = self.shared().read();
        let clients = state.api_clients.ids().chain(state.oidc_clients.ids());
        clients.map(str::to_owned).collect()
    }
}
