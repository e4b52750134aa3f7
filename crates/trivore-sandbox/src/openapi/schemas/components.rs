//! All schemas, by name.

use super::by_name::Schemas;
use super::descriptions::describe_rest;
use super::{models, requests, responses};
use crate::values::behavior_rules::Rules;

/// Returns the schemas of all requests and responses under these rules.
pub(in crate::openapi) fn components(rules: &Rules) -> Schemas {
    let mut schemas = models::schemas();
    responses::add_evidence(&mut schemas);
    let requests = requests::schemas(rules, &schemas);
    responses::adjust(&mut schemas, rules);
    schemas.extend(requests);
    describe_rest(&mut schemas);
    schemas
}
