//! Calls by name, for every operation that takes an identifier.

use trivore::models::{
    Changes, CustomFields, EmailVerification, Enterprise, NamespaceMigrationOptions,
    NewStrongIdentification, PageRequest, PermissionChanges, Profile, RoleChanges,
    SmsLinkVerification, StudentState, User, UserId,
};
use trivore::{Result, Users};

/// Makes a call with these values in its path; `None` if the operation is unknown.
pub(super) async fn call(
    operation: &str,
    users: &Users,
    first: &str,
    second: &str,
) -> Option<Result<()>> {
    let id = &UserId::from(first);
    let done = match operation {
        "users.get" => users.get(id).await.map(drop),
        "users.update" => match users.update(id, &User::new()).await {
            Ok(_) => users.apply(id, &Changes::new()).await.map(drop),
            Err(error) => Err(error),
        },
        "users.delete" => users.delete(id).await,
        "users.legal_info" => users.legal_info(id).await.map(drop),
        "users.verify_email" => users.verify_email(id, &EmailVerification::default()).await,
        "users.send_sms_code" => users.send_sms_code(id, Some(second)).await,
        "users.check_sms_code" => users.check_sms_code(id, second).await.map(drop),
        "users.send_sms_link" => users.send_sms_link(id, &SmsLinkVerification::default()).await,
        "users.enterprise" => users.enterprise(id).await.map(drop),
        "users.update_enterprise" => {
            users.update_enterprise(id, &Enterprise::new()).await.map(drop)
        }
        "users.custom_fields" => users.custom_fields(id).await.map(drop),
        "users.update_custom_fields" => users.update_custom_fields(id, &CustomFields::new()).await,
        "users.delete_custom_fields" => users.delete_custom_fields(id).await,
        "users.password_requirements" => users.password_requirements(id).await.map(drop),
        "users.change_password" => users.change_password(id, &"p".into()).await.map(drop),
        "users.strong_identification" => users.strong_identification(id).await.map(drop),
        "users.report_strong_identification" => {
            let report = NewStrongIdentification::default();
            users.report_strong_identification(id, &report).await.map(drop)
        }
        "users.strong_identification_history" => {
            users.strong_identification_history(id, &PageRequest::new()).await.map(drop)
        }
        "users.strong_identification_entry" => {
            users.strong_identification_entry(id, &second.into()).await.map(drop)
        }
        "users.custom_permissions" => users.custom_permissions(id).await.map(drop),
        "users.update_custom_permissions" => {
            users.update_custom_permissions(id, &PermissionChanges::default()).await.map(drop)
        }
        "users.effective_permissions" => users.effective_permissions(id).await.map(drop),
        "users.builtin_roles" => users.builtin_roles(id).await.map(drop),
        "users.update_builtin_roles" => {
            users.update_builtin_roles(id, &RoleChanges::default()).await.map(drop)
        }
        "users.custom_roles" => users.custom_roles(id).await.map(drop),
        "users.update_custom_roles" => {
            users.update_custom_roles(id, &RoleChanges::default()).await.map(drop)
        }
        "users.migrate_namespace" => {
            users.migrate_namespace(id, &NamespaceMigrationOptions::new("n")).await.map(drop)
        }
        "users.student_state" => users.student_state(id).await.map(drop),
        "users.update_student_state" => {
            users.update_student_state(id, &StudentState::default()).await.map(drop)
        }
        "users.group_membership" => users.group_membership(id).await.map(drop),
        "users.external_permissions" => users.external_permissions(id).await.map(drop),
        "users.external_permission" => {
            users.external_permission(&id.as_str().into(), &second.into()).await.map(drop)
        }
        "users.profile" => users.profile(id).await.map(drop),
        "users.update_profile" => users.update_profile(id, &Profile::new()).await.map(drop),
        _ => return None,
    };
    Some(done)
}
