//! Lists, streams, and bulk creation.

use std::collections::HashSet;

use futures_util::TryStreamExt as _;
use trivore::Trivore;
use trivore::models::{EmailAddress, Filter, PageRequest, User, UserId};
use trivore::users::BulkOptions;

use crate::report::{Outcome, ensure, line, step, text};

pub(crate) async fn by_filter(trivore: &Trivore, id: &UserId) -> Outcome<()> {
    step("List users by a filter");
    let filter = Filter::eq("nsCode", "testsdk").and(Filter::starts_with("name.givenName", "Mai"));
    line(format_args!("filter: {filter}"));

    let page = trivore.users().list(&PageRequest::new().filter(filter)).await?;

    line(format_args!("{} found", text(page.total_results)));
    ensure(page.resources.len() == 1, "one user is found")?;
    ensure(page.resources.iter().all(|user| user.id.as_ref() == Some(id)), "it is the right one")
}

pub(crate) async fn first_page(trivore: &Trivore) -> Outcome<Option<UserId>> {
    let page = trivore.users().list(&PageRequest::new().count(10)).await?;
    line(format_args!(
        "{} users in total, {} read",
        text(page.total_results),
        page.resources.len()
    ));
    Ok(page.resources.into_iter().find_map(|user| user.id))
}

pub(crate) async fn create_five(trivore: &Trivore) -> Outcome<HashSet<UserId>> {
    step("Create five users concurrently");
    let users: Vec<_> = (1..=5)
        .map(|number| {
            let mut user = User::new();
            user.namespace_code = Some("testsdk".into());
            user.emails = Some(vec![EmailAddress::new(&format!("user{number}@example.com"))]);
            user
        })
        .collect();

    let results = trivore.users().create_many(&users, BulkOptions::new().concurrency(3)).await;

    let mut ids = HashSet::new();
    for (result, asked) in results.into_iter().zip(&users) {
        let created = result?;
        ensure(
            created.user.emails().first().map(|email| &email.address)
                == asked.emails().first().map(|email| &email.address),
            "results are in order",
        )?;
        ids.insert(created.id);
    }
    line(format_args!("{} users created", ids.len()));
    ensure(ids.len() == 5, "five different users")?;
    Ok(ids)
}

pub(crate) async fn stream_all(trivore: &Trivore, expected: &HashSet<UserId>) -> Outcome<()> {
    step("Stream all users of the namespace, two per page");
    let request = PageRequest::new().count(2).filter(Filter::eq("nsCode", "testsdk"));

    let users: Vec<User> = trivore.users().items(request).try_collect().await?;

    line(format_args!("{} users streamed", users.len()));
    let ids: HashSet<_> = users.into_iter().filter_map(|user| user.id).collect();
    ensure(ids == *expected, "every user exactly once")
}
