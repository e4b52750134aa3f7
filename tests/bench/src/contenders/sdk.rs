//! The SDK.

use std::hint::black_box;

use trivore::{Trivore, TrivoreBuilder};
use trivore_models::{PageRequest, UserId};
use trivore_transport::{Call, Client, Connector, Credentials, HttpVersions};

use super::hyper_pool::hyper_util;
use super::{MinimalPool, Question};
use crate::server::Target;
use crate::{Caller, Result, body};

/// The HTTP versions that the SDK may use.
pub type SdkVersions = HttpVersions;

/// Typed calls of the user service, through the facade.
#[derive(Clone, Debug)]
pub struct SdkTyped {
    trivore: Trivore,
    user: UserId,
    question: Question,
}

/// Calls of the client without the models, whose responses are not decoded.
#[derive(Clone, Debug)]
pub struct SdkBytes {
    client: Client,
    user: String,
    question: Question,
}

impl SdkTyped {
    /// Creates the SDK; calls open connections.
    ///
    /// # Errors
    ///
    /// TLS cannot be set up.
    pub fn new(target: &Target, question: Question, versions: SdkVersions) -> Result<Self> {
        Self::of(sdk(target, versions), question)
    }

    /// Creates the SDK over the connections of a [`MinimalPool`].
    ///
    /// # Errors
    ///
    /// TLS cannot be set up.
    pub fn over_minimal_pool(target: &Target, question: Question) -> Result<Self> {
        let service = MinimalPool::new(target)?.service();
        let builder = sdk(target, SdkVersions::Http1);
        Self::of(builder.configure(|client| client.service(service)), question)
    }

    /// Creates the SDK over the connections of hyper-util's client.
    ///
    /// # Errors
    ///
    /// TLS cannot be set up.
    pub fn over_hyper_util(target: &Target, question: Question) -> Result<Self> {
        let service = hyper_util(target)?;
        let builder = sdk(target, SdkVersions::Http1);
        Self::of(builder.configure(|client| client.service(service)), question)
    }

    fn of(builder: TrivoreBuilder, question: Question) -> Result<Self> {
        Ok(Self { trivore: builder.build()?, user: body::id(0).into(), question })
    }
}

impl SdkBytes {
    /// Creates the client; calls open connections.
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

/// Returns a builder with default settings that trusts the server's certificate.
pub fn sdk(target: &Target, versions: SdkVersions) -> TrivoreBuilder {
    let mut connector = Connector::new().http_versions(versions);
    if target.is_https() {
        connector = connector.add_root_certificate(&target.certificate);
    }
    Trivore::builder(&target.address)
        .credentials(Credentials::basic("client", "secret"))
        .configure(|client| client.connector(connector))
}
