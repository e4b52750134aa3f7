//! A user's external permissions.

use serde_json::json;
use trivore_tests::{
    Fixture, assert_lacks, assert_no_such_user, assert_unauthorized, unknown_users,
};

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
