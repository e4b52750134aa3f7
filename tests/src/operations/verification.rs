//! Verification of addresses and numbers, and invitations.

use std::collections::BTreeMap;

use trivore::models::{EmailVerification, Invite, SmsLinkVerification};
use trivore::users::SmsCodeCheck;

use super::marks::{EMAIL, MOBILE, NAMESPACE};
use super::{Answer, Case};

pub(super) const CASES: &[Case] = &[
    Case::new("users.verify_email", |users, subject| {
        Box::pin(async move {
            let property = ("zqx-property".to_owned(), "zqx-property-value".to_owned());
            let verification = EmailVerification {
                value: Some(EMAIL.to_owned()),
                return_url: Some("https://zqx.example/back".to_owned()),
                expiration_days: Some(3),
                email_template_id: Some("zqn-template".into()),
                email_template_properties: Some(BTreeMap::from([property])),
            };
            users.verify_email(&subject.user, &verification).await?;
            Ok(Answer::new(&verification, &()))
        })
    }),
    Case::new("users.send_sms_code", |users, subject| {
        Box::pin(async move {
            users.send_sms_code(&subject.user, Some(MOBILE)).await?;
            Ok(Answer::new(&(), &()))
        })
    }),
    Case::new("users.check_sms_code", |users, subject| {
        Box::pin(async move {
            let checked = users.check_sms_code(&subject.user, &subject.code).await?;
            Ok(Answer::new(&checked, &()).done(checked == SmsCodeCheck::Accepted))
        })
    }),
    Case::new("users.send_sms_link", |users, subject| {
        Box::pin(async move {
            let verification = SmsLinkVerification {
                value: Some(MOBILE.to_owned()),
                return_url: Some("https://zqx.example/back".to_owned()),
                expiration_days: Some(3),
            };
            users.send_sms_link(&subject.user, &verification).await?;
            Ok(Answer::new(&verification, &()))
        })
    }),
    Case::new("users.invite", |users, _| {
        Box::pin(async move {
            let invite = Invite {
                emails: ["zqx-guest@zqx.example", "zqx-other-guest@zqx.example"]
                    .map(str::to_owned)
                    .into(),
                namespace_code: Some(NAMESPACE.into()),
                groups: Some(vec!["zqn-guests".into()]),
                subject: Some("zqx-subject".to_owned()),
                body_text: Some("zqx-body".to_owned()),
                locale: Some("fi".to_owned()),
            };
            users.invite(&invite).await?;
            Ok(Answer::new(&invite, &()))
        })
    }),
];
