//! Permissions, roles and groups.

use trivore::models::{PermissionChanges, RoleChanges};

use super::marks::{PERMISSION, PERMISSION_GROUP};
use super::{Answer, Case};

pub(super) const CASES: &[Case] = &[
    Case::new("users.custom_permissions", |users, subject| {
        Box::pin(
            async move { Ok(Answer::new(&(), &users.custom_permissions(&subject.user).await?)) },
        )
    }),
    Case::new("users.update_custom_permissions", |users, subject| {
        Box::pin(async move {
            let changes = PermissionChanges {
                add: vec!["GROUP_VIEW".into()],
                remove: vec!["ROLE_VIEW".into()],
            };
            let left = users.update_custom_permissions(&subject.user, &changes).await?;
            Ok(Answer::new(&changes, &left))
        })
    }),
    Case::new("users.effective_permissions", |users, subject| {
        Box::pin(
            async move { Ok(Answer::new(&(), &users.effective_permissions(&subject.user).await?)) },
        )
    }),
    Case::new("users.builtin_roles", |users, subject| {
        Box::pin(async move { Ok(Answer::new(&(), &users.builtin_roles(&subject.user).await?)) })
    }),
    Case::new("users.update_builtin_roles", |users, subject| {
        Box::pin(async move {
            let changes = RoleChanges {
                add: vec!["ACCOUNT_AUDITOR".into()],
                remove: vec!["GROUP_AUDITOR".into()],
            };
            let left = users.update_builtin_roles(&subject.user, &changes).await?;
            Ok(Answer::new(&changes, &left))
        })
    }),
    Case::new("users.custom_roles", |users, subject| {
        Box::pin(async move { Ok(Answer::new(&(), &users.custom_roles(&subject.user).await?)) })
    }),
    Case::new("users.update_custom_roles", |users, subject| {
        Box::pin(async move {
            let changes = RoleChanges { add: vec![subject.role.clone()], remove: Vec::new() };
            let left = users.update_custom_roles(&subject.user, &changes).await?;
            Ok(Answer::new(&changes, &left))
        })
    }),
    Case::new("users.group_membership", |users, subject| {
        Box::pin(async move { Ok(Answer::new(&(), &users.group_membership(&subject.user).await?)) })
    }),
    Case::new("users.external_permissions", |users, subject| {
        Box::pin(
            async move { Ok(Answer::new(&(), &users.external_permissions(&subject.user).await?)) },
        )
    }),
    Case::new("users.external_permission", |users, _| {
        Box::pin(async move {
            let (group, permission) = (PERMISSION_GROUP.into(), PERMISSION.into());
            Ok(Answer::new(&(), &users.external_permission(&group, &permission).await?))
        })
    }),
];
