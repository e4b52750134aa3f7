//! A user's groups.

use serde_json::{Value, json};
use trivore::models::GroupMembership;
use trivore_tests::operations::{Case, CaseResult};
use trivore_tests::{
    Fixture, Model, assert_lacks, assert_no_such_user, assert_unauthorized, unknown_users,
};

pub(super) const CASES: &[Case] = &[Case::new("users.group_membership", |users, subject| {
    Box::pin(async move { Ok(CaseResult::of(&users.group_membership(&subject.user()).await?)) })
})];

pub(super) const MODELS: &[Model] =
    &[Model::new::<GroupMembership>(sample).shows(&["id", "eligibleFrom", "eligibleUntil"])];

fn sample() -> Value {
    json!({
        "id": "i", "name": "n", "description": "d", "member": true, "eligibleFrom": "t",
        "eligibleUntil": "t", "customFields": {"*": null}
    })
}

#[tokio::test]
async fn groups_are_read_with_names_and_custom_fields() {
    let fixture = Fixture::start().await;
    let group = json!({"name": "operators", "customFields": {"codespaces": "ABC,XYZ"}});
    let operators = fixture.sandbox().add_group(group).unwrap();
    fixture.sandbox().add_group(json!({"name": "strangers"})).unwrap();
    let id = fixture.add_user(json!({"memberOf": ["drivers", operators.as_str()]}));

    let groups = fixture.users().group_membership(&id).await.unwrap();

    let names: Vec<_> = groups.iter().map(|group| group.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["drivers", "operators"]);
    let ids: Vec<_> = groups.iter().map(|group| group.id.as_ref().unwrap().as_str()).collect();
    assert_eq!(json!(ids), fixture.document(&id)["memberOf"]);
    let fields = groups[1].custom_fields.as_ref().unwrap();
    assert_eq!(fields.get("codespaces").unwrap(), "ABC,XYZ");
    assert_eq!(fixture.request_lines(), [format!("GET /user/{id}/groupmembership")]);
}

#[tokio::test]
async fn groups_are_read_with_descriptions_and_times() {
    let fixture = Fixture::start().await;
    let sandbox = fixture.sandbox();
    let drivers =
        sandbox.add_group(json!({"name": "drivers", "description": "All lines"})).unwrap();
    let id = fixture.add_user(json!({"memberOf": [&drivers, "operators"]}));
    let (from, until) = ("2026-01-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z");
    let fields = json!({"member": null, "eligibleFrom": from, "eligibleUntil": until});
    sandbox.set_group_membership(id.as_str(), &drivers, fields).unwrap();

    let groups = fixture.users().group_membership(&id).await.unwrap();

    assert_eq!(groups[0].description.as_deref(), Some("All lines"));
    assert_eq!(groups[0].member, None);
    assert_eq!(groups[0].eligible_from, Some(from.into()));
    assert_eq!(groups[0].eligible_until, Some(until.into()));
    assert!(groups[0].extra.is_empty());
    assert_eq!((&groups[1].description, groups[1].member), (&None, Some(true)));
    assert_eq!((&groups[1].eligible_from, &groups[1].eligible_until), (&None, &None));
}

#[tokio::test]
async fn a_user_without_groups_has_an_empty_list() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    assert_eq!(fixture.users().group_membership(&id).await.unwrap(), []);
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_not_found() {
    let fixture = Fixture::start().await;

    for id in &unknown_users() {
        assert_no_such_user(fixture.users().group_membership(id).await);
    }
}

#[tokio::test]
async fn strangers_and_those_without_permission_are_refused() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let powerless = fixture.users_with_only(&["GROUP_VIEW"]);

    assert_unauthorized(fixture.users_of_a_stranger().group_membership(&id).await);
    assert_lacks("ACCOUNT_VIEW", powerless.group_membership(&id).await);
}
