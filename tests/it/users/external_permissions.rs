//! A user's external permissions.

use serde_json::{Value, json};
use trivore::models::{ExternalPermission, ExternalPermissionGrant};
use trivore_tests::operations::{Case, CaseResult};
use trivore_tests::{
    Fixture, Model, assert_lacks, assert_never_sent, assert_no_such_user, assert_unauthorized,
    unknown_users,
};

pub(super) const CASES: &[Case] = &[
    Case::new("users.external_permissions", |users, subject| {
        Box::pin(
            async move { Ok(CaseResult::of(&users.external_permissions(&subject.user()).await?)) },
        )
    })
    .seed(|setup, subject| {
        Box::pin(async move {
            let grant = json!({
                "permissionId": "zqn-permission",
                "permissionGroupId": "zqn-permission-group",
                "permissionExternalId": "zqn-external",
                "grantedById": "zqn-granter",
                "grantedToId": "zqn-granted",
                "customFields": {"zqn-field": "zqx-permission-value"},
                "zqn-unknown": "zqx-permission-unknown",
            });
            let id: String = subject.user();
            setup.sandbox().set_external_permissions(&id, [grant]).unwrap();
        })
    }),
    Case::new("users.external_permission", |users, subject| {
        Box::pin(async move {
            let (group, permission) = (subject.id("groupId"), subject.id("permissionId"));
            Ok(CaseResult::of(&users.external_permission(&group, &permission).await?))
        })
    })
    .seed(|setup, subject| {
        Box::pin(async move {
            let (group, permission) = ("zqn-permission-group", "zqn-permission");
            let shown = json!({
                "externalId": "zqn-external",
                "name": "zqx-permission-name",
                "description": "zqx-permission-description",
                "customFields": {"zqn-field": "zqx-permission-value"},
                "zqn-unknown": "zqx-permission-unknown",
            });
            setup.sandbox().add_external_permission(group, permission, shown).unwrap();
            subject.set("groupId", group);
            subject.set("permissionId", permission);
        })
    }),
];

pub(super) const MODELS: &[Model] = &[
    Model::new::<ExternalPermissionGrant>(grant).shows(&[
        "permissionId",
        "permissionGroupId",
        "permissionExternalId",
        "from",
        "until",
        "grantedById",
        "grantedByType",
        "grantedTime",
        "grantedToType",
        "grantedToId",
    ]),
    Model::new::<ExternalPermission>(permission).shows(&["id", "externalId", "permissionGroupId"]),
];

fn grant() -> Value {
    json!({
        "permissionId": "p", "permissionGroupId": "g", "permissionExternalId": "e",
        "from": "t", "until": "t", "grantedById": "i", "grantedByType": "User",
        "grantedTime": "t", "grantedToType": "CustomRole", "grantedToId": "i",
        "customFields": {"*": null}
    })
}

fn permission() -> Value {
    json!({
        "id": "i", "externalId": "e", "permissionGroupId": "g", "name": "n", "description": "d",
        "meta": {"created": "t"}, "customFields": {"*": null}
    })
}

#[tokio::test]
async fn granted_permissions_are_read() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let grants = json!([
        {
            "permissionId": "019283038374abcdef",
            "permissionGroupId": "abcdefghijklmnopqrstuvwx",
            "permissionExternalId": "permission1",
            "from": "2021-06-12T07:21:14.089Z",
            "grantedByType": "User",
            "grantedToType": "CustomRole",
            "customFields": {"line": 4},
            "fieldOfTomorrow": 1,
        },
        {"permissionId": "2", "permissionGroupId": "3"},
    ]);
    let seeds = grants.as_array().unwrap().clone();
    fixture.sandbox().set_external_permissions(id.as_str(), seeds).unwrap();

    let granted = fixture.users().external_permissions(&id).await.unwrap();

    assert_eq!(serde_json::to_value(&granted).unwrap(), grants);
    assert_eq!(granted[0].permission_external_id.as_deref(), Some("permission1"));
    assert_eq!(granted[0].custom_fields.as_ref().unwrap().get_as("line").unwrap(), Some(4));
    assert_eq!(fixture.request_lines(), [format!("GET /user/{id}/externalpermissions")]);
}

#[tokio::test]
async fn a_user_without_grants_has_an_empty_list() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    assert_eq!(fixture.users().external_permissions(&id).await.unwrap(), []);
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_not_found() {
    let fixture = Fixture::start().await;

    for id in &unknown_users() {
        assert_no_such_user(fixture.users().external_permissions(id).await);
    }
}

#[tokio::test]
async fn strangers_and_those_without_permission_are_refused() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let powerless = fixture.users_with_only(&["GROUP_VIEW"]);

    assert_unauthorized(fixture.users_of_a_stranger().external_permissions(&id).await);
    assert_lacks("ACCOUNT_VIEW", powerless.external_permissions(&id).await);
}

#[tokio::test]
async fn a_granted_permission_is_told_by_its_name() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let sell = json!({
        "externalId": "tickets.sell",
        "name": "Sell tickets",
        "description": "At any counter",
        "meta": {"created": "2021-06-12T07:21:14.089Z"},
        "customFields": {"line": 4},
        "fieldOfTomorrow": 1,
    });
    fixture.sandbox().add_external_permission("group-1", "permission-1", sell).unwrap();
    let grant = json!({"permissionId": "permission-1", "permissionGroupId": "group-1"});
    fixture.sandbox().set_external_permissions(id.as_str(), [grant]).unwrap();
    let users = fixture.users();

    let grant = users.external_permissions(&id).await.unwrap().remove(0);
    let (group, permission) = (grant.permission_group_id.unwrap(), grant.permission_id.unwrap());
    let read = users.external_permission(&group, &permission).await.unwrap();

    assert_eq!(read.id, Some(permission));
    assert_eq!(read.permission_group_id, Some(group));
    assert_eq!(read.external_id.as_deref(), Some("tickets.sell"));
    assert_eq!(read.name.as_deref(), Some("Sell tickets"));
    assert_eq!(read.description.as_deref(), Some("At any counter"));
    assert!(read.meta.unwrap().created.is_some());
    assert_eq!(read.custom_fields.unwrap().get_as("line").unwrap(), Some(4));
    assert_eq!(read.extra.get("fieldOfTomorrow"), Some(&json!(1)));
    let path = "GET /externalpermission/group/group-1/permission/permission-1";
    assert_eq!(fixture.request_lines()[1], path);
}

#[tokio::test]
async fn a_permission_that_does_not_exist_is_not_found() {
    let fixture = Fixture::start().await;
    fixture.sandbox().add_external_permission("group-1", "permission-1", json!({})).unwrap();

    for [group, permission] in [["group-1", "permission-2"], ["group-2", "permission-1"]] {
        let users = fixture.users();
        let error = users.external_permission(&group.into(), &permission.into()).await.unwrap_err();
        assert!(error.is_not_found(), "{error}");
    }
    for [group, permission] in [["..", "permission-1"], ["group-1", ""]] {
        let users = fixture.users();
        let read = users.external_permission(&group.into(), &permission.into()).await;
        assert_never_sent(read);
    }
}

#[tokio::test]
async fn strangers_and_those_without_permission_learn_nothing_of_a_permission() {
    let fixture = Fixture::start().await;
    fixture.sandbox().add_external_permission("group-1", "permission-1", json!({})).unwrap();
    let (group, permission) = ("group-1".into(), "permission-1".into());
    let powerless = fixture.users_with_only(&["ACCOUNT_VIEW"]);
    let stranger = fixture.users_of_a_stranger();

    assert_unauthorized(stranger.external_permission(&group, &permission).await);
    let read = powerless.external_permission(&group, &permission).await;
    assert_lacks("EXTERNAL_PERMISSION_VIEW", read);
}
