//! Endpoint for the groups of a user, with their names and custom fields.

use serde_json::{Value, json};

use crate::call::Call;
use crate::document::texts;
use crate::endpoint::{Endpoint, Verb};
use crate::permissions::ACCOUNT_VIEW;
use crate::reply::{Answer, Reply};
use crate::state::State;

pub(crate) const ENDPOINTS: &[Endpoint] =
    &[Endpoint::new(Verb::Get, "/user/{userId}/groupmembership", read)
        .inferred(ACCOUNT_VIEW)
        .scope("groups.readonly")];

fn read(state: &mut State, call: &Call) -> Answer {
    let user = &state.account(call.user_id())?.document;
    let groups = texts(user, "memberOf").into_iter().filter_map(|id| state.groups.get(id));
    let shown = groups.map(|group| {
        json!({
            "id": group.get("id"),
            "name": group.get("name"),
            "customFields": group.get("customFields").cloned().unwrap_or_else(|| json!({})),
        })
    });
    Ok(Reply::ok(shown.collect::<Vec<Value>>()))
}
