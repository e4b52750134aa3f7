//! Passwords, permissions and roles.

use serde_json::json;
use trivore::Trivore;
use trivore::models::{PermissionChanges, PermissionId, RoleChanges, UserId};
use trivore::users::PasswordGenerator;
use trivore_sandbox::Sandbox;

use crate::report::{Outcome, ensure, line, step, text};

pub(crate) async fn password(trivore: &Trivore, id: &UserId) -> Outcome<()> {
    step("Password requirements, a rejected change and an accepted one");
    let users = trivore.users();
    let requirements = users.password_requirements(id).await?;
    line(format_args!(
        "at least {} characters of {} classes",
        text(requirements.min_length),
        text(requirements.number_of_characteristics)
    ));

    let refused = users.change_password(id, &"aaa".into()).await?;
    let password = PasswordGenerator::new().satisfying(&requirements).generate()?;
    let accepted = users.change_password(id, &password).await?;

    line(format_args!("\"aaa\" was accepted: {}", refused.success));
    for violation in refused.validation_errors() {
        line(format_args!("  {}", violation.message.as_deref().unwrap_or("no message")));
    }
    line(format_args!("a generated one was accepted: {}", accepted.success));
    ensure(!refused.success && !refused.validation_errors().is_empty(), "the weak password")?;
    ensure(accepted.success, "the generated password")
}

pub(crate) async fn permissions_and_roles(
    trivore: &Trivore,
    sandbox: &Sandbox,
    id: &UserId,
) -> Outcome<()> {
    step("Permissions and roles");
    let users = trivore.users();
    let role = sandbox.add_custom_role(
        json!({"name": "Reader", "nsCode": "testsdk", "permissions": ["GROUP_VIEW"]}),
    )?;
    let add = PermissionChanges { add: vec!["ACCOUNT_VIEW".into()], ..Default::default() };
    let custom = users.update_custom_permissions(id, &add).await?;
    let add = RoleChanges { add: vec![role.as_str().into()], ..Default::default() };
    let roles = users.update_custom_roles(id, &add).await?;

    let effective = users.effective_permissions(id).await?;

    let names: Vec<_> = effective.iter().map(PermissionId::as_str).collect();
    line(format_args!("granted directly: {}", joined(&custom)));
    line(format_args!("roles: {}", joined(&roles)));
    line(format_args!("in effect: {}", joined(&effective)));
    for expected in ["ACCOUNT_VIEW", "GROUP_VIEW"] {
        ensure(names.contains(&expected), "a permission in effect")?;
    }

    let remove = RoleChanges { remove: vec![role.as_str().into()], ..Default::default() };
    let roles = users.update_custom_roles(id, &remove).await?;
    ensure(roles.is_empty(), "the role was removed")
}

pub(crate) async fn read(trivore: &Trivore, id: &UserId) -> Outcome<()> {
    let users = trivore.users();
    let requirements = users.password_requirements(id).await?;
    line(format_args!("password requirements: {requirements:?}"));
    let effective = users.effective_permissions(id).await?;
    line(format_args!("{} permissions in effect", effective.len()));
    Ok(())
}

fn joined(names: &[impl AsRef<str>]) -> String {
    names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}
