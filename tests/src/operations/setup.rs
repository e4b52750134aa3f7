//! A sandbox in which every operation succeeds.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use trivore::Credentials;
use trivore::transport::{Call, Client, ClientBuilder, Connector, TlsBackend};
use trivore::users::Users;
use trivore_sandbox::{ApiClient, Sandbox};

use super::marks::{self, CLIENT_ID, CLIENT_SECRET, NAMESPACE, PASSWORD, TARGET};
use super::{Case, Subject};

/// A sandbox in which every operation succeeds.
#[derive(Debug)]
pub struct Setup {
    cases: &'static [Case],
    sandbox: Sandbox,
    subjects: AtomicUsize,
}

impl Setup {
    /// Starts the sandbox without users, for these operations.
    pub async fn start(cases: &'static [Case]) -> Self {
        let builder = Sandbox::builder()
            .without_operator()
            .api_client(ApiClient::new(CLIENT_ID, CLIENT_SECRET).primary_namespace(NAMESPACE))
            .namespace(json!({"code": NAMESPACE, "name": "zqn-home-name"}))
            .namespace(json!({"code": TARGET, "name": "zqn-target-name"}));
        Self { cases, sandbox: builder.start().await.unwrap(), subjects: AtomicUsize::new(1) }
    }

    /// Returns the operations.
    pub fn cases(&self) -> &'static [Case] {
        self.cases
    }

    /// Returns the sandbox.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Adds a user on which every operation succeeds, then clears the outbox, the ledger and the
    /// requests.
    pub async fn add_subject(&self) -> Subject {
        let number = self.subjects.fetch_add(1, Ordering::Relaxed);
        let mut person = marks::person(number);
        person["password"] = json!(PASSWORD);
        let username = person["username"].as_str().unwrap_or_default().to_owned();
        let mut subject = Subject::new(&self.sandbox.add_user(person).unwrap());
        for case in self.cases {
            case.prepare(self, &mut subject).await;
        }
        subject.set(Subject::TOKEN, self.token(&username).await);

        self.sandbox.take_outbox();
        self.sandbox.clear_ledger();
        self.sandbox.clear_requests();
        subject
    }

    /// Returns the API client's credentials or, if an operation requires it, the user's token.
    pub fn credentials(case: &Case, subject: &Subject) -> Credentials {
        if case.needs_user() {
            Credentials::bearer(subject.value(Subject::TOKEN))
        } else {
            Credentials::basic(CLIENT_ID, CLIENT_SECRET)
        }
    }

    /// Returns a client for a case that uses a socket.
    pub fn client(&self, case: &Case, subject: &Subject) -> ClientBuilder {
        Client::builder(self.sandbox.url())
            .connector(Connector::new().tls_backend(TlsBackend::Disabled).no_proxy())
            .credentials(Self::credentials(case, subject))
    }

    /// Returns a user service with the API client's credentials that uses no socket.
    pub fn aside(&self) -> Users {
        let credentials = Credentials::basic(CLIENT_ID, CLIENT_SECRET);
        Users::new(self.aside_as(credentials))
    }

    /// Returns a user service with the credentials for a case that uses no socket.
    pub fn aside_for(&self, case: &Case, subject: &Subject) -> Users {
        Users::new(self.aside_as(Self::credentials(case, subject)))
    }

    fn aside_as(&self, credentials: Credentials) -> Client {
        let client = Client::builder(self.sandbox.url()).credentials(credentials);
        client.service(self.sandbox.service()).build().unwrap()
    }

    async fn token(&self, username: &str) -> String {
        let (id, secret) = (self.sandbox.oidc_client_id(), self.sandbox.oidc_client_secret());
        let call = Call::post(&["openid", "token"])
            .query("grant_type", "password")
            .query("username", &format!("{username}@{NAMESPACE}"))
            .query("password", PASSWORD);
        let response: Value =
            self.aside_as(Credentials::basic(id, secret)).send(call).await.unwrap();
        response["access_token"].as_str().unwrap_or_default().to_owned()
    }
}
