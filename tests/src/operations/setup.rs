//! A sandbox in which every operation succeeds.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use trivore::Credentials;
use trivore::models::{NewStrongIdentification, RoleId, StrongIdentificationId, UserId};
use trivore::transport::{Call, Client, ClientBuilder, Connector, TlsBackend};
use trivore::users::Users;
use trivore_sandbox::{ApiClient, Sandbox};

use super::Case;
use super::marks::{
    self, CLIENT_ID, CLIENT_SECRET, MOBILE, NAMESPACE, PASSWORD, PERMISSION, PERMISSION_GROUP,
    TARGET,
};

/// A sandbox in which every operation succeeds.
#[derive(Debug)]
pub struct Setup {
    sandbox: Sandbox,
    subjects: AtomicUsize,
}

/// A user with data for every operation, and the input that operations on it need.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Subject {
    /// The user.
    pub user: UserId,
    /// Code from a text message that was sent to the user.
    pub code: String,
    /// An entry of the user's strong identifications.
    pub entry: StrongIdentificationId,
    /// A custom role that the user does not have.
    pub role: RoleId,
    /// An access token of the user.
    pub token: String,
}

impl Setup {
    /// Starts the sandbox without users.
    pub async fn start() -> Self {
        let builder = Sandbox::builder()
            .without_operator()
            .api_client(ApiClient::new(CLIENT_ID, CLIENT_SECRET).primary_namespace(NAMESPACE))
            .namespace(json!({"code": NAMESPACE, "name": "zqn-home-name"}))
            .namespace(json!({"code": TARGET, "name": "zqn-target-name"}));
        Self { sandbox: builder.start().await.unwrap(), subjects: AtomicUsize::new(1) }
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
        let sandbox = &self.sandbox;
        let id = sandbox.add_user(person).unwrap();
        sandbox.set_legal_info(&id, marks::legal_info()).unwrap();
        sandbox.set_external_permissions(&id, [marks::external_permission_grant()]).unwrap();
        let permission = marks::external_permission();
        sandbox.add_external_permission(PERMISSION_GROUP, PERMISSION, permission).unwrap();
        sandbox.grant_permissions(&id, ["ROLE_VIEW"]).unwrap();
        sandbox.grant_builtin_roles(&id, ["GROUP_AUDITOR"]).unwrap();
        let role = json!({"name": format!("zqn-role-{number}"), "permissions": ["GROUP_VIEW"]});
        let role = RoleId::from(sandbox.add_custom_role(role).unwrap());

        let user = UserId::from(id);
        let users = self.aside();
        let report = NewStrongIdentification {
            personal_id: "zqx-personal".into(),
            remarks: Some("zqx-remarks".to_owned()),
        };
        let entry = users.report_strong_identification(&user, &report).await.unwrap();
        let entry = entry.extra.get("id").and_then(Value::as_str).unwrap_or_default().into();
        users.send_sms_code(&user, None).await.unwrap();
        let code = sandbox.outbox().last_sms_code(MOBILE).unwrap_or_default().to_owned();
        let token = self.token(&username).await;

        sandbox.take_outbox();
        sandbox.clear_ledger();
        sandbox.clear_requests();
        Subject { user, code, entry, role, token }
    }

    /// Returns the API client's credentials or, if an operation requires it, the user's token.
    pub fn credentials(case: &Case, subject: &Subject) -> Credentials {
        if case.needs_user() {
            Credentials::bearer(&subject.token)
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
        let answer: Value = self.aside_as(Credentials::basic(id, secret)).send(call).await.unwrap();
        answer["access_token"].as_str().unwrap_or_default().to_owned()
    }
}
