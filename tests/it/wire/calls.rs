//! This SDK's call for each entry of the record.

use std::collections::BTreeMap;

use serde_json::json;
use trivore::models::{
    CustomFields, EmailAddress, EmailVerification, Enterprise, Filter, Invite, Names,
    NamespaceMigrationOptions, NewStrongIdentification, PageRequest, Password, PermissionChanges,
    RoleChanges, SmsLinkVerification, Sort, StudentState, StudentStatus, User, UserId,
};
use trivore::users::{BulkOptions, Users};

/// Makes the call for an entry and ignores the result.
#[expect(clippy::too_many_lines, reason = "one arm for each entry of the record")]
pub(super) async fn call(entry: &str, users: &Users) {
    let id = UserId::from("5d0000000000000000000001");
    match entry {
        "get_all" => drop(users.list(&PageRequest::new()).await),
        "get_all_filter" => {
            let filter = Filter::eq("nsCode", "examplecode");
            let request = PageRequest::new().start_index(100).count(500).filter(filter);
            drop(users.list(&request).await);
        }
        "get_all_and_filter" => {
            let filter = Filter::eq("nsCode", "x").and(Filter::present("email"));
            drop(users.list(&PageRequest::new().filter(filter)).await);
        }
        "get_all_bool_int" => {
            let filter = Filter::eq("locked", true).or(Filter::gt("n", 3));
            drop(users.list(&PageRequest::new().filter(filter)).await);
        }
        "create" => {
            let mut user = user_with_password("pw");
            user.emails = Some(vec![EmailAddress::new("example1@trivore.com")]);
            user.member_of = Some(vec!["gr003".into()]);
            drop(users.create(&user).await);
        }
        "create_list" => {
            let new = [user_with_password("pw1"), user_with_password("pw2")];
            drop(users.create_many(&new, BulkOptions::new().concurrency(1)).await);
        }
        "get" => drop(users.get(&id).await),
        "get_weird_id" => drop(users.get(&"a/../b?x=1".into()).await),
        "update" => {
            let mut user = User::new();
            user.id = Some(id.clone());
            user.namespace_code = Some("testsdk".into());
            let mut name = Names::default();
            name.given_name = Some("A".to_owned());
            user.name = Some(name);
            drop(users.update(&id, &user).await);
        }
        "delete" => drop(users.delete(&id).await),
        "get_legal_info" => drop(users.legal_info(&id).await),
        "verify_email" => drop(users.verify_email(&id, &EmailVerification::default()).await),
        "verify_email_all" => {
            let verification = EmailVerification {
                value: Some("a@b.c".to_owned()),
                return_url: Some("https://x/y".to_owned()),
                expiration_days: Some(2),
                email_template_id: Some("t".into()),
                email_template_properties: Some(BTreeMap::from([("k".to_owned(), "v".to_owned())])),
            };
            drop(users.verify_email(&id, &verification).await);
        }
        "verify_sms_code" => drop(users.send_sms_code(&id, None).await),
        "verify_sms_code_mobile" => {
            drop(users.send_sms_code(&id, Some("+358401234567")).await);
        }
        "verify_sms_code_check" => drop(users.check_sms_code(&id, "1234").await),
        "verify_sms_link" => drop(users.send_sms_link(&id, &SmsLinkVerification::default()).await),
        "invite" => {
            let invite = Invite {
                emails: vec!["a@b.c".to_owned()],
                namespace_code: Some("ns".into()),
                groups: Some(vec!["g".into()]),
                subject: Some("s".to_owned()),
                body_text: Some("b".to_owned()),
                locale: Some("en".to_owned()),
            };
            drop(users.invite(&invite).await);
        }
        "get_enterprise" => drop(users.enterprise(&id).await),
        "update_enterprise" => {
            let mut enterprise = Enterprise::new();
            enterprise.business_id = Some("1".to_owned());
            drop(users.update_enterprise(&id, &enterprise).await);
        }
        "get_custom_fields" => drop(users.custom_fields(&id).await),
        "update_custom_fields" => {
            let mut fields = CustomFields::new();
            fields.insert("k", json!({"n": 1}));
            drop(users.update_custom_fields(&id, &fields).await);
        }
        "delete_custom_fields" => drop(users.delete_custom_fields(&id).await),
        "get_password_requirements" => drop(users.password_requirements(&id).await),
        "get_strong_identification" => drop(users.strong_identification(&id).await),
        "report_strong_identification" => {
            let report = NewStrongIdentification {
                personal_id: "010101-0101".into(),
                remarks: Some("r".to_owned()),
            };
            drop(users.report_strong_identification(&id, &report).await);
        }
        "get_strong_identification_history" => {
            let filter = Filter::eq("method", "SUOMI_FI");
            let request = PageRequest::new().filter(filter).sort(Sort::descending("time"));
            drop(users.strong_identification_history(&id, &request).await);
        }
        "get_strong_identification_history_entry" => {
            drop(users.strong_identification_entry(&id, &"e1".into()).await);
        }
        "change_password" => drop(users.change_password(&id, &"newpw".into()).await),
        "get_custom_permissions" => drop(users.custom_permissions(&id).await),
        "update_custom_permissions" => {
            let changes = PermissionChanges { add: vec!["A".into()], remove: vec!["B".into()] };
            drop(users.update_custom_permissions(&id, &changes).await);
        }
        "get_effective_permissions" => drop(users.effective_permissions(&id).await),
        "get_builtin_roles" => drop(users.builtin_roles(&id).await),
        "update_builtin_roles" => {
            let changes = RoleChanges { add: vec!["A".into()], ..RoleChanges::default() };
            drop(users.update_builtin_roles(&id, &changes).await);
        }
        "get_custom_roles" => drop(users.custom_roles(&id).await),
        "update_custom_roles" => {
            let changes = RoleChanges { remove: vec!["A".into()], ..RoleChanges::default() };
            drop(users.update_custom_roles(&id, &changes).await);
        }
        "migrate_namespace" => {
            drop(users.migrate_namespace(&id, &NamespaceMigrationOptions::new("t")).await);
        }
        "get_student_state" => drop(users.student_state(&id).await),
        "update_student_state" => {
            let state = StudentState::new(StudentStatus::FullTime);
            drop(users.update_student_state(&id, &state).await);
        }
        other => panic!("no call for the entry {other}"),
    }
}

fn user_with_password(password: &str) -> User {
    let mut user = User::new();
    user.namespace_code = Some("testsdk".into());
    user.password = Some(Password::from(password));
    user
}
