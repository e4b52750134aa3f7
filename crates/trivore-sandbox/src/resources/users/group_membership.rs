//! Endpoint for the groups of a user, with their names, custom fields and times.

use serde_json::{Value, json};

use crate::access::permissions::ACCOUNT_VIEW;
use crate::api::call::Call;
use crate::api::endpoint::Endpoint;
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::users as docs;
use crate::store::state::State;
use crate::values::document::texts;

pub(crate) const ENDPOINTS: &[Endpoint] =
    &[Endpoint::get("/user/{userId}/groupmembership", &docs::GROUP_MEMBERSHIP, read)
        .inferred(ACCOUNT_VIEW)
        .scope("groups.readonly")];

fn read(state: &State, call: &Call) -> ApiResult {
    let account = state.account(call.user_id())?;
    let user = account.document();
    let ids = texts(&user, "memberOf").into_iter();
    let shown = ids.filter_map(|id| Some((id, state.groups.get(id)?))).map(|(id, group)| {
        let mut entry = json!({
            "id": group.get("id"),
            "name": group.get("name"),
            "description": group.get("description"),
            "member": true,
            "eligibleFrom": null,
            "eligibleUntil": null,
            "customFields": group.get("customFields").cloned().unwrap_or_else(|| json!({})),
        });
        if let (Some(entry), Some(more)) = (entry.as_object_mut(), account.memberships.get(id)) {
            entry.extend(more.clone());
        }
        entry
    });
    Ok(ApiResponse::ok(shown.collect::<Vec<Value>>()))
}
