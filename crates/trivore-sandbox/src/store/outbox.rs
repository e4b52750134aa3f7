//! E-mails and text messages that the service would send.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::values::bounded_log::BoundedLog;

/// One message that the service would send.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Time of sending, in ISO 8601 and UTC.
    pub time: String,
    /// Kind of message.
    pub kind: MessageKind,
    /// E-mail address or mobile number.
    pub to: String,
    /// User whom it concerns; `None` for invitations.
    pub user_id: Option<String>,
    /// Subject; `None` for text messages.
    pub subject: Option<String>,
    /// Text of the message.
    pub text: String,
    /// Link in the text, if any.
    pub link: Option<String>,
    /// Verification code in the text, if any.
    pub code: Option<String>,
}

impl Message {
    /// Returns about how many bytes of memory this takes.
    pub(crate) fn bytes(&self) -> usize {
        let optional = [&self.user_id, &self.subject, &self.link, &self.code];
        let optional = optional.into_iter().flatten().map(String::len).sum::<usize>();
        size_of::<Self>() + self.time.len() + self.to.len() + self.text.len() + optional
    }
}

/// Shows no address, number, text, link or code.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("time", &self.time)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Kind of a message.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MessageKind {
    /// E-mail.
    Email,
    /// Text message.
    Sms,
}

/// Messages that the service would have sent, oldest first.
///
/// # Examples
///
/// ```
/// use http::Request;
/// use serde_json::json;
/// use tower::ServiceExt as _;
/// use trivore_sandbox::Sandbox;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::start().await?;
/// let id = sandbox.add_user(json!({"mobiles": [{"number": "+358401234567"}]}))?;
///
/// # use base64::Engine as _;
/// # let credentials = format!("{}:{}", sandbox.client_id(), sandbox.client_secret());
/// # let credentials = base64::engine::general_purpose::STANDARD.encode(credentials);
/// let request = Request::post(format!("/api/rest/v1/user/{id}/sms/verify/send"))
///     .header("authorization", format!("Basic {credentials}"))
///     .body(String::new())?;
/// sandbox.service().oneshot(request).await?;
///
/// let outbox = sandbox.outbox();
/// let code = outbox.last_sms_code("+358401234567").ok_or("no code")?;
/// assert_eq!(code.len(), 6);
/// # sandbox.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outbox(Vec<Message>);

impl Outbox {
    /// Returns all messages, oldest first.
    pub fn messages(&self) -> &[Message] {
        &self.0
    }

    /// Returns the number of messages.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are no messages.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the newest message to an address or number.
    pub fn last_to(&self, to: &str) -> Option<&Message> {
        self.0.iter().rev().find(|message| message.to == to)
    }

    /// Returns the newest verification code sent to a mobile number.
    pub fn last_sms_code(&self, mobile: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .filter(|message| message.kind == MessageKind::Sms && message.to == mobile)
            .find_map(|message| message.code.as_deref())
    }

    /// Returns the newest link sent to an address or number.
    pub fn last_link(&self, to: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .filter(|message| message.to == to)
            .find_map(|message| message.link.as_deref())
    }

    pub(crate) fn new(messages: Vec<Message>) -> Self {
        Self(messages)
    }
}

/// Sent messages, oldest first.
pub(crate) type SentMessages = BoundedLog<Message>;

/// Limit on the bytes of all messages.
pub(crate) const MAX_OUTBOX_BYTES: usize = 32 << 20;
