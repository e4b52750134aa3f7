//! The SDK itself.

use std::hint::black_box;

use trivore::{Trivore, TrivoreBuilder};
use trivore_models::{PageRequest, UserId};
use trivore_transport::{Call, Client, Connector, Credentials, HttpVersions};

use super::Question;
use crate::server::Target;
use crate::{Caller, Result, body};

/// Which versions of HTTP the SDK may choose.
pub type SdkVersions = HttpVersions;

/// The facade: calls of the user service, typed.
#[derive(Clone, Debug)]
pub struct SdkTyped {
    trivore: Trivore,
    user: UserId,
    question: Question,
}

/// The client without the models: calls whose answers stay bytes.
#[derive(Clone, Debug)]
pub struct SdkBytes {
    client: Client,
    user: String,
    question: Question,
}

impl SdkTyped {
    /// Makes the SDK; connections come with the calls.
    ///
    /// # Errors
    ///
    /// TLS cannot be set up.
    pub fn new(target: &Target, question: Question, versions: SdkVersions) -> Result<Self> {
        Ok(Self { trivore: sdk(target, versions).build()?, user: body::id(0).into(), question })
    }
}

impl SdkBytes {
    /// Makes the client; connections come with the calls.
    ///
    /// # Errors
    ///
    /// TLS cannot be set up.
    pub fn new(target: &Target, question: Question, versions: SdkVersions) -> Result<Self> {
        Ok(Self {
            client: sdk(target, versions).build()?.client().clone(),
            user: body::id(0),
            question,
        })
    }
}

impl Caller for SdkTyped {
    async fn call(&mut self) -> Result<()> {
        let users = self.trivore.users();
        match self.question {
            Question::User => drop(black_box(users.get(&self.user).await?)),
            Question::Page(count) => {
                drop(black_box(users.list(&PageRequest::new().count(count)).await?));
            }
        }
        Ok(())
    }
}

impl Caller for SdkBytes {
    async fn call(&mut self) -> Result<()> {
        let call = match self.question {
            Question::User => Call::<()>::get(&["api", "rest", "v1", "user", &self.user]),
            Question::Page(count) => Call::get(&["api", "rest", "v1", "user"])
                .query("startIndex", "0")
                .query("count", &count.to_string()),
        };
        drop(black_box(self.client.response(call).await?));
        Ok(())
    }
}

/// Default settings, but for what a server with a certificate of its own needs.
pub fn sdk(target: &Target, versions: SdkVersions) -> TrivoreBuilder {
    let mut connector = Connector::new().http_versions(versions);
    if target.is_https() {
        connector = connector.add_root_certificate(&target.certificate);
    }
    Trivore::builder(&target.address)
        .credentials(Credentials::basic("client", "secret"))
        .configure(|client| client.connector(connector))
}
