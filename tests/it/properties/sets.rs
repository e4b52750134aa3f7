//! Changes of a user's groups do what they say, and write at most once.

use std::collections::BTreeSet;

use http::Method;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;
use trivore::models::{GroupRef, UserId};
use trivore_tests::Fixture;

/// Names of groups, some of them more than once.
fn names() -> impl Strategy<Value = Vec<&'static str>> {
    vec(prop::sample::select(vec!["a", "b", "c", "d", "e"]), 0..8)
}

fn set<'a>(names: &[&'a str]) -> BTreeSet<&'a str> {
    names.iter().copied().collect()
}

/// Reads the names of the user's groups.
async fn stored(fixture: &Fixture, id: &UserId) -> BTreeSet<String> {
    let groups = fixture.users().group_membership(id).await.unwrap();
    groups.into_iter().filter_map(|group| group.name).collect()
}

async fn check(before: &[&str], given: &[&str], edit: u8) -> Result<(), TestCaseError> {
    let fixture = Fixture::start().await;
    let users = fixture.users();
    let id = fixture.add_user(json!({"memberOf": before}));
    let groups: Vec<_> = given.iter().copied().map(GroupRef::from).collect();
    let (had, named) = (set(before), set(given));

    let (change, expected): (_, BTreeSet<&str>) = match edit {
        0 => (users.add_to_groups(&id, &groups).await, had.union(&named).copied().collect()),
        1 => (users.remove_from_groups(&id, &groups).await, &had - &named),
        _ => (users.set_groups(&id, &groups).await, named.clone()),
    };

    let change = change.unwrap();
    let requests = fixture.sandbox().requests();
    let writes = requests.iter().filter(|request| request.method == Method::PUT).count();
    prop_assert_eq!(writes, usize::from(expected != had));
    prop_assert_eq!(change.has_changed(), expected != had);
    prop_assert_eq!(change.added.len(), (&expected - &had).len());
    prop_assert_eq!(change.removed.len(), (&had - &expected).len());
    let needless = if edit == 1 { &named - &had } else { &named & &had };
    prop_assert_eq!(change.already.len(), needless.len());
    prop_assert_eq!(change.current.len(), expected.len());
    prop_assert_eq!(
        stored(&fixture, &id).await,
        expected.iter().map(ToString::to_string).collect()
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn groups_are_what_they_were_to_be(before in names(), given in names(), edit in 0_u8..3) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(check(&before, &given, edit))?;
    }
}
