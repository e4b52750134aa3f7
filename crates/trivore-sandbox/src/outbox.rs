//! E-mails and text messages that the service would have sent.

use serde::Serialize;

/// One message that would have been sent.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// When it was sent, ISO 8601 in UTC.
    pub time: String,
    /// How it was sent.
    pub kind: MessageKind,
    /// E-mail address or mobile number.
    pub to: String,
    /// User it concerns; invitations have none.
    pub user_id: Option<String>,
    /// Subject; text messages have none.
    pub subject: Option<String>,
    /// Whole text.
    pub text: String,
    /// Link in the text.
    pub link: Option<String>,
    /// Verification code in the text.
    pub code: Option<String>,
}

/// How a message was sent.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MessageKind {
    /// E-mail.
    Email,
    /// Text message.
    Sms,
}

/// Messages sent so far, oldest first.
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

    /// Says whether nothing has been sent.
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

    pub(crate) fn push(&mut self, message: Message) {
        self.0.push(message);
    }
}
