//! Passwords, strong identification, namespace migration, and profiles.

use serde_json::json;
use trivore::models::{
    Filter, NamespaceMigrationOptions, NewStrongIdentification, PageRequest, Password, Profile,
};

use super::marks::{TARGET, person};
use super::{Answer, Case};

/// The fields that users can write in their own profile.
fn profile() -> Profile {
    let mut profile = person(0);
    profile["nickName"] = json!("zqx-profile-nick");
    let fields = ["addresses", "emails", "name", "nickName", "consents", "dateOfBirth"];
    let kept = fields.map(|field| (field.to_owned(), profile[field].take()));
    serde_json::from_value(kept.into_iter().collect()).unwrap()
}

pub(super) const CASES: &[Case] = &[
    Case::new("users.password_requirements", |users, subject| {
        Box::pin(
            async move { Ok(Answer::new(&(), &users.password_requirements(&subject.user).await?)) },
        )
    }),
    Case::new("users.change_password", |users, subject| {
        Box::pin(async move {
            let password = Password::from("Zqx-password-2");
            let changed = users.change_password(&subject.user, &password).await?;
            Ok(Answer::new(&password, &changed).done(changed.success))
        })
    }),
    Case::new("users.strong_identification", |users, subject| {
        Box::pin(
            async move { Ok(Answer::new(&(), &users.strong_identification(&subject.user).await?)) },
        )
    }),
    Case::new("users.report_strong_identification", |users, subject| {
        Box::pin(async move {
            let report = NewStrongIdentification {
                personal_id: "zqx-personal-2".into(),
                remarks: Some("zqx-remarks-2".to_owned()),
            };
            let reported = users.report_strong_identification(&subject.user, &report).await?;
            Ok(Answer::new(&report, &reported))
        })
    }),
    Case::new("users.strong_identification_history", |users, subject| {
        Box::pin(async move {
            let filter = Filter::ne("remarks", "zqx-none");
            let request = PageRequest::new().filter(filter);
            let history = users.strong_identification_history(&subject.user, &request).await?;
            Ok(Answer::new(&(), &history))
        })
    }),
    Case::new("users.strong_identification_entry", |users, subject| {
        Box::pin(async move {
            let entry = users.strong_identification_entry(&subject.user, &subject.entry).await?;
            Ok(Answer::new(&(), &entry))
        })
    }),
    Case::new("users.migrate_namespace", |users, subject| {
        Box::pin(async move {
            let mut options = NamespaceMigrationOptions::new(TARGET);
            options.username = Some("zqx-moved".to_owned());
            options.user_password = Some("Zqx-password-3".into());
            let moved = users.migrate_namespace(&subject.user, &options).await?;
            Ok(Answer::new(&options, &moved))
        })
    }),
    Case::new("users.profile", |users, subject| {
        Box::pin(async move { Ok(Answer::new(&(), &users.profile(&subject.user).await?)) })
    })
    .for_users(),
    Case::new("users.update_profile", |users, subject| {
        Box::pin(async move {
            let profile = profile();
            Ok(Answer::new(&profile, &users.update_profile(&subject.user, &profile).await?))
        })
    })
    .for_users(),
];
