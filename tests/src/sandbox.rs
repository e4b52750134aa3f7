//! A sandbox, the SDK connected to it, and access to the sandbox's state.

use bytes::Bytes;
use http::{Method, Response};
use serde_json::Value;
use trivore::models::UserId;
use trivore::transport::{Call, Client, ClientBuilder};
use trivore::users::Users;
use trivore::{Credentials, Error, Result, Trivore};
use trivore_sandbox::{ApiClient, Builder, RecordedRequest, Sandbox};

/// A sandbox without an operator, and the SDK connected to it with its API client.
#[derive(Debug)]
pub struct Fixture {
    sandbox: Sandbox,
    trivore: Trivore,
}

impl Fixture {
    /// Starts with the namespace `sandbox` and no users.
    pub async fn start() -> Self {
        Self::with(|sandbox| sandbox).await
    }

    /// Starts with additional settings.
    pub async fn with(settings: impl FnOnce(Builder) -> Builder) -> Self {
        let sandbox = settings(Sandbox::builder().without_operator()).start().await.unwrap();
        let credentials = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
        let trivore = Trivore::builder(sandbox.url())
            .configure(|client| client.credentials(credentials))
            .build()
            .unwrap();
        Self { sandbox, trivore }
    }

    /// Returns the sandbox.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Returns the user service of an API client with all permissions.
    pub fn users(&self) -> &Users {
        self.trivore.users()
    }

    /// Returns the underlying client, for calls that the SDK has no method for.
    pub fn client(&self) -> &Client {
        self.trivore.client()
    }

    /// Returns the user service with additional settings, for example a test's own layers.
    pub fn users_with(&self, settings: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Users {
        let (id, secret) = (self.sandbox.client_id(), self.sandbox.client_secret());
        let client = self.client_builder().credentials(Credentials::basic(id, secret));
        Users::new(settings(client).build().unwrap())
    }

    /// Returns the user service with other credentials.
    pub fn users_as(&self, credentials: Credentials) -> Users {
        Users::new(self.client_builder().credentials(credentials).build().unwrap())
    }

    /// Returns the user service of an API client that has only these permissions.
    pub fn users_with_only(&self, permissions: &[&str]) -> Users {
        let (id, secret) = (format!("only-{}", permissions.join("-")), "limited-secret");
        let client = ApiClient::new(&id, secret).permissions(permissions.iter().copied());
        self.sandbox.create_api_client(client);
        self.users_as(Credentials::basic(&id, secret))
    }

    /// Returns the user service with a wrong secret.
    pub fn users_of_a_stranger(&self) -> Users {
        self.users_as(Credentials::basic(self.sandbox.client_id(), "wrong"))
    }

    /// Returns the user service with the access token of a user who signed in.
    pub async fn users_signed_in(&self, username: &str, password: &str) -> Users {
        self.users_as(Credentials::bearer(&self.token(username, password).await.unwrap()))
    }

    /// Signs a user in with the password grant and returns the access token.
    ///
    /// # Errors
    ///
    /// The name or the password is wrong.
    pub async fn token(&self, username: &str, password: &str) -> Result<String> {
        let (id, secret) = (self.sandbox.oidc_client_id(), self.sandbox.oidc_client_secret());
        let client = self.client_builder().credentials(Credentials::basic(id, secret));
        let call = Call::post(&["openid", "token"])
            .query("grant_type", "password")
            .query("username", username)
            .query("password", password);
        let response: Value = client.build().unwrap().send(call).await?;
        Ok(response["access_token"].as_str().unwrap().to_owned())
    }

    /// Opens a link from a message, as a browser would.
    ///
    /// # Errors
    ///
    /// The link is no longer valid or redirects to another address.
    pub async fn follow(&self, link: &str) -> Result<Response<Bytes>> {
        let path = link.strip_prefix(self.sandbox.url()).unwrap();
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let client = self.client_builder().build().unwrap();
        client.response(Call::<()>::get(&segments)).await
    }

    fn client_builder(&self) -> ClientBuilder {
        Client::builder(self.sandbox.url())
    }

    /// Adds a user to the sandbox without a request.
    pub fn add_user(&self, user: Value) -> UserId {
        self.sandbox.add_user(user).unwrap().into()
    }

    /// Returns the sandbox's document of a user; `null` if the user does not exist.
    pub fn document(&self, user: &UserId) -> Value {
        self.sandbox.user_document(user.as_str()).unwrap_or_default()
    }

    /// Turns a rule of the sandbox on or off.
    pub fn set_rule(&self, name: &str, on: bool) {
        let mut rules = self.sandbox.rules();
        rules.set(name, on).unwrap();
        self.sandbox.set_rules(rules);
    }

    /// Returns the operations in the ledger, oldest first, and clears it.
    pub fn take_changes(&self) -> Vec<&'static str> {
        let changes = self.sandbox.ledger();
        self.sandbox.clear_ledger();
        changes.iter().map(|entry| entry.operation).collect()
    }

    /// Returns the requests so far as `METHOD path?query`, without the API's path prefix.
    pub fn request_lines(&self) -> Vec<String> {
        self.sandbox.requests().iter().map(line).collect()
    }

    /// Returns the body of the newest request with this method.
    pub fn last_body(&self, method: &Method) -> Value {
        let requests = self.sandbox.requests();
        let request = requests.iter().rev().find(|request| request.method == *method).unwrap();
        serde_json::from_slice(&request.body).unwrap_or_default()
    }
}

fn line(request: &RecordedRequest) -> String {
    let path = request.path.strip_prefix("/api/rest/v1").unwrap_or(&request.path);
    match &request.query {
        Some(query) => format!("{} {path}?{query}", request.method),
        None => format!("{} {path}", request.method),
    }
}

/// Returns unknown user identifiers. All but the first would change the path if sent unencoded.
pub fn unknown_users() -> Vec<UserId> {
    let ids = ["5b0cfba4e2bb230ff8b535e6", "a/b", "../group", "a b", "x?y=1#z", "100%", "äö€😀"];
    ids.map(UserId::from).into()
}

/// Asserts that the server reported an unknown user.
#[track_caller]
pub fn assert_no_such_user<T>(result: Result<T>) {
    let error = result.err().unwrap();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(words(&error), "User not found.");
    assert!(!error.may_have_been_applied());
}

/// Asserts that the server named the missing permission.
#[track_caller]
pub fn assert_lacks<T>(permission: &str, result: Result<T>) {
    let error = result.err().unwrap();
    assert!(error.is_forbidden(), "{error}");
    assert_eq!(error.missing_permission(), Some(permission));
}

/// Asserts that the server rejected the credentials.
#[track_caller]
pub fn assert_unauthorized<T>(result: Result<T>) {
    let error = result.err().unwrap();
    assert!(error.is_unauthorized(), "{error}");
    assert_eq!(error.missing_permission(), None);
}

/// Asserts that the server rejected the input, and returns its error message.
#[track_caller]
pub fn refusal<T>(result: Result<T>) -> String {
    let error = result.err().unwrap();
    assert!(error.is_bad_request(), "{error}");
    words(&error).to_owned()
}

/// Asserts that the input was rejected before a request was sent.
#[track_caller]
pub fn assert_never_sent<T>(result: Result<T>) {
    let error = result.err().unwrap();
    assert!(error.is_invalid_input(), "{error}");
    assert!(!error.may_have_been_applied());
}

fn words(error: &Error) -> &str {
    error.api().and_then(|response| response.message()).unwrap_or_default()
}
