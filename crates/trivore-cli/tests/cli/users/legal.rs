//! `trivore users legal`.

use serde_json::json;

use crate::Installation;

#[test]
fn a_personal_code_is_masked_in_a_table_only() {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "jane"}));
    let legal = json!({"lastName": "Roe", "personalIdentityCode": "131052-308T"});
    installation.sandbox.set_legal_info(&id, legal).unwrap();

    let shown = installation.json(&["users", "legal", "jane"]);
    assert_eq!(
        (&shown["lastName"], &shown["personalIdentityCode"]),
        (&json!("Roe"), &json!("131052-308T"))
    );
    let masked = installation.stdout(&["users", "legal", "jane", "-o", "table"]);
    assert!(masked.contains("Roe") && masked.contains("********"), "{masked}");
    assert!(!masked.contains("131052"), "{masked}");
    let shown = installation.stdout(&["users", "legal", "jane", "-o", "table", "--show-secrets"]);
    assert!(shown.contains("131052-308T"), "{shown}");
}

#[test]
fn a_user_without_legal_information_is_shown_as_empty() {
    let installation = Installation::start();
    installation.user(json!({"username": "jane"}));
    assert_eq!(installation.json(&["users", "legal", "jane"]), json!({}));
    installation.failure(4, &["users", "legal", "5b0cfba4e2bb230ff8b535e6"]);
}
