//! Control endpoints for rules, the clock and tokens.

#![expect(clippy::unnecessary_wraps, reason = "all handlers have one signature")]

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::body::body;
use super::endpoint::ControlEndpoint;
use crate::api::endpoint::HttpMethod;
use crate::api::request::ApiRequest;
use crate::api::response::{ApiResponse, ApiResult};
use crate::server::shared::Shared;
use crate::store::state::State;
use crate::values::api_error::ApiError;

pub(super) const ENDPOINTS: &[ControlEndpoint] = &[
    ControlEndpoint::new(
        HttpMethod::Get,
        "/sandbox/rules",
        rules,
        "switches for behavior that the public documents leave unclear",
    ),
    ControlEndpoint::new(
        HttpMethod::Put,
        "/sandbox/rules",
        set_rules,
        "set some rules: {\"put-replaces\": true}; others stay",
    ),
    ControlEndpoint::new(HttpMethod::Get, "/sandbox/clock", clock, "time of the sandbox's clock"),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/clock/advance",
        advance_clock,
        "move the clock forward",
    )
    .query("?seconds=N"),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/clock/freeze",
        freeze_clock,
        "stop the clock, which then only moves when it is advanced",
    ),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/clock/resume",
        resume_clock,
        "let the clock run again",
    ),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/tokens/expire",
        expire_tokens,
        "invalidate all access tokens",
    ),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/tokens/revoke",
        revoke_tokens,
        "invalidate all access and refresh tokens",
    ),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/keys/rotate",
        rotate_keys,
        "sign ID tokens with new keys; /openid/jwks.json has the old ones too",
    ),
];

fn rules(shared: &Shared, _: &ApiRequest) -> ApiResult {
    let rules = shared.read().rules.list();
    let rules =
        rules.iter().map(|rule| json!({"name": rule.name, "on": rule.on, "documented": rule.is_documented, "text": rule.text}));
    Ok(ApiResponse::ok(rules.collect::<Vec<Value>>()))
}

/// Sets all of the named rules, or none.
fn set_rules(shared: &Shared, request: &ApiRequest) -> ApiResult {
    let settings: BTreeMap<String, bool> = body(request)?;
    let mut state = shared.state();
    let mut rules = state.rules.clone();
    for (name, on) in settings {
        let set = rules.set(&name, on);
        set.map_err(|error| ApiError::bad_request(format!("{error}.")))?;
    }
    state.rules = rules;
    Ok(ApiResponse::no_content())
}

fn clock(shared: &Shared, _: &ApiRequest) -> ApiResult {
    Ok(ApiResponse::ok(time(&shared.read())))
}

fn freeze_clock(shared: &Shared, _: &ApiRequest) -> ApiResult {
    let mut state = shared.state();
    state.clock.freeze();
    Ok(ApiResponse::ok(time(&state)))
}

fn resume_clock(shared: &Shared, _: &ApiRequest) -> ApiResult {
    let mut state = shared.state();
    state.clock.resume();
    Ok(ApiResponse::ok(time(&state)))
}

/// Shows the time, and whether the clock stands.
fn time(state: &State) -> Value {
    json!({"now": state.now(), "frozen": state.clock.is_frozen()})
}

fn advance_clock(shared: &Shared, request: &ApiRequest) -> ApiResult {
    let Some(seconds) = request.query.number("seconds")? else {
        return Err(ApiError::bad_request("Parameter \"seconds\" is required."));
    };
    let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
    let mut state = shared.state();
    state.clock.advance(Duration::from_secs(seconds));
    Ok(ApiResponse::ok(time(&state)))
}

fn expire_tokens(shared: &Shared, _: &ApiRequest) -> ApiResult {
    shared.state().tokens.expire_access();
    Ok(ApiResponse::no_content())
}

fn revoke_tokens(shared: &Shared, _: &ApiRequest) -> ApiResult {
    shared.state().tokens.revoke_all();
    Ok(ApiResponse::no_content())
}

fn rotate_keys(shared: &Shared, _: &ApiRequest) -> ApiResult {
    shared.change()?.rotate_keys();
    Ok(ApiResponse::no_content())
}
