//! Accounts.

use serde_json::{Value, json};
use trivore::models::{Filter, PageRequest, User};

use super::marks::{EMAIL, NAMESPACE, PASSWORD, person};
use super::{Answer, Case};

/// A user to create.
fn new_user(has_name: bool) -> User {
    let mut user = person(0);
    if !has_name {
        user["username"] = Value::Null;
    }
    user["password"] = json!(PASSWORD);
    serde_json::from_value(user).unwrap()
}

/// The fields that an update writes; all differ from the user's current ones.
fn changed() -> User {
    let mut user = person(0);
    for field in ["username", "nsCode", "memberOf"] {
        user[field] = Value::Null;
    }
    user["nickName"] = json!("zqx-other-nick");
    user["locale"] = json!("zqx-other-locale");
    user["preferredLanguage"] = json!("zqx-other-locale");
    user["tags"] = json!(["zqx-other-tag"]);
    serde_json::from_value(user).unwrap()
}

pub(super) const CASES: &[Case] = &[
    Case::new("users.list", |users, _| {
        Box::pin(async move {
            let filter = Filter::eq("nsCode", NAMESPACE).and(Filter::ne("title", "zqx-none"));
            let request = PageRequest::new().filter(filter.or(Filter::eq("nickName", EMAIL)));
            Ok(Answer::new(&(), &users.list(&request).await?))
        })
    }),
    Case::new("users.create", |users, _| {
        Box::pin(async move {
            let user = new_user(false);
            let created = users.create(&user).await?;
            Ok(Answer::new(&(&user, &created), &created.user))
        })
    }),
    Case::new("users.create_named", |users, _| {
        Box::pin(async move {
            let user = new_user(true);
            let created = users.create(&user).await?;
            Ok(Answer::new(&(&user, &created), &created.user))
        })
    }),
    Case::new("users.get", |users, subject| {
        Box::pin(async move { Ok(Answer::new(&(), &users.get(&subject.user).await?)) })
    }),
    Case::new("users.update", |users, subject| {
        Box::pin(async move {
            let user = changed();
            Ok(Answer::new(&user, &users.update(&subject.user, &user).await?))
        })
    }),
    Case::new("users.delete", |users, subject| {
        Box::pin(async move {
            users.delete(&subject.user).await?;
            Ok(Answer::new(&(), &()))
        })
    }),
];
