//! Tests of the OpenAPI document.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::client::{api, bearer, send};
use super::json_schema::problems;
use crate::openapi::document::document;
use crate::resources::endpoints::api_endpoints;
use crate::{Rules, Sandbox, missing_operations};

fn default_document() -> Value {
    document("http://sandbox", &Rules::default())
}

/// The default rules, all rules changed, and each rule changed alone.
fn all_rules() -> Vec<Rules> {
    let mut changed = Rules::default();
    let mut all = vec![Rules::default()];
    for rule in Rules::default().list() {
        let mut one = Rules::default();
        one.set(&rule.name, !rule.on).unwrap();
        changed.set(&rule.name, !rule.on).unwrap();
        all.push(one);
    }
    all.push(changed);
    all
}

/// Each operation with its method and path.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(|(method, operation)| (method.as_str(), path.as_str(), operation))
    });
    operations.collect()
}

#[test]
fn the_document_has_every_route_of_the_api_and_no_other() {
    let document = default_document();
    let described: BTreeSet<(String, &str)> = operations(&document)
        .iter()
        .map(|(method, path, _)| (method.to_ascii_uppercase(), *path))
        .collect();
    let served: BTreeSet<(String, &str)> =
        api_endpoints().map(|it| (it.method.as_str().to_owned(), it.path)).collect();

    assert_eq!(described, served);
    for missing in missing_operations() {
        let is_missing = |(method, path): &(String, &str)| {
            *path == missing.path && missing.method.is_none_or(|it| it == method)
        };
        assert!(!described.iter().any(is_missing), "{missing:?}");
    }
}

#[test]
fn operations_are_complete_and_have_names_of_their_own() {
    for rules in all_rules() {
        let document = document("http://sandbox", &rules);
        let mut ids = BTreeSet::new();
        let tags: Vec<_> =
            document["tags"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
        for (method, path, operation) in operations(&document) {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id), "{id} is the name of two operations");
            assert!(tags.contains(&&operation["tags"][0]), "{id}: {}", operation["tags"]);
            assert!(operation["summary"].is_string(), "{id}");
            let evidence = operation["x-evidence"].as_str().unwrap();
            assert!(["documented", "observed", "inferred"].contains(&evidence), "{id}");
            assert_eq!(method == "get", operation["x-safety"] == "read-only", "{id}");
            assert_eq!(
                method == "delete",
                operation["responses"].get("204").is_some() && method != "post"
            );
            for status in ["400", "401", "403"] {
                assert!(operation["responses"].get(status).is_some(), "{id} {status}");
            }
            let in_path: BTreeSet<&str> =
                path.split('/').filter_map(|it| it.strip_prefix('{')?.strip_suffix('}')).collect();
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let declared: BTreeSet<&str> = parameters
                .filter(|parameter| parameter["in"] == "path" && parameter["required"] == true)
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            assert_eq!(in_path, declared, "{id}");
        }
    }
}

#[test]
fn every_reference_leads_to_a_part_of_the_document_and_every_schema_is_used() {
    fn collect<'d>(value: &'d Value, found: &mut BTreeSet<&'d str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|member| collect(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            _ => {}
        }
    }
    for rules in all_rules() {
        let document = document("http://sandbox", &rules);
        let mut references = BTreeSet::new();
        collect(&document, &mut references);
        for reference in &references {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
        for kind in ["headers", "responses", "schemas"] {
            for name in document["components"][kind].as_object().unwrap().keys() {
                let reference = format!("#/components/{kind}/{name}");
                assert!(references.contains(reference.as_str()), "nothing refers to {reference}");
            }
        }
    }
}

#[test]
fn examples_fit_their_schemas() {
    for rules in all_rules() {
        let document = document("http://sandbox", &rules);
        let mut count = 0;
        for (_, _, operation) in operations(&document) {
            let id = operation["operationId"].as_str().unwrap();
            let responses = operation["responses"].as_object().unwrap().values();
            let bodies = responses
                .map(|response| match response["$ref"].as_str() {
                    Some(target) => document.pointer(&target[1..]).unwrap(),
                    None => response,
                })
                .chain(operation.get("requestBody"));
            for media in bodies.filter_map(|body| body["content"].get("application/json")) {
                count += 1;
                let example = media.get("example").unwrap_or_else(|| panic!("{id} has no example"));
                let found = problems(&document, &media["schema"], example);
                // What a rule requires in addition may be missing in an example.
                let is_of_rule = rules.username_required || rules.page_numbers_always;
                assert!(found.is_empty() || is_of_rule, "{id}: {found:#?}");
            }
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let found = problems(&document, &parameter["schema"], &parameter["example"]);
                assert_eq!(found, [""; 0], "{id} {}", parameter["name"]);
            }
        }
        assert!(count > 400, "{count}");
    }
}

#[test]
fn every_schema_and_every_field_is_described_without_words_of_rust() {
    for rules in all_rules() {
        let document = document("http://sandbox", &rules);
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            let properties = schema["properties"].as_object().into_iter().flatten();
            for (field, schema) in properties.chain([(&String::new(), schema)]) {
                let text = schema["description"].as_str().unwrap_or_default();
                assert!(text.len() > 4, "{name}.{field} is not described");
                assert!(!text.contains("[`") && !text.contains("::"), "{name}.{field}: {text}");
            }
        }
    }
}

#[test]
fn errors_say_where_they_are_known_from() {
    let document = default_document();
    let evidence = |pointer: &str| document.pointer(pointer).unwrap()["x-evidence"].clone();
    let check = "/paths/~1user~1{userId}~1sms~1verify~1check~1{code}/post/responses/404";

    assert_eq!(evidence("/components/responses/Forbidden"), "documented");
    assert_eq!(evidence("/components/responses/NotFound"), "inferred");
    assert_eq!(evidence(check), "documented");
    assert_eq!(evidence("/paths/~1user/post/responses/409"), "inferred");
}

#[test]
fn a_created_object_is_linked_to_the_operations_on_it() {
    let document = default_document();
    let ids: BTreeSet<_> =
        operations(&document).iter().map(|it| it.2["operationId"].as_str().unwrap()).collect();
    let mut creations = 0;
    for (_, path, operation) in operations(&document) {
        let Some(created) = operation["responses"].get("201") else { continue };
        creations += 1;
        let links = created["links"].as_object().unwrap();
        assert!(links.len() >= 3, "{path}: {links:?}");
        assert!(links.keys().all(|id| ids.contains(id.as_str())), "{path}: {links:?}");
    }
    assert_eq!(creations, 4);
    let links = &document["paths"]["/user"]["post"]["responses"]["201"]["links"];
    assert_eq!(links["replaceUser"]["parameters"]["userId"], "$response.body#/id");
    assert_eq!(links.get("getUserStrongIdentificationEntry"), None);
}

/// A sandbox with the objects to which the examples refer.
async fn sandbox_with_objects() -> (Sandbox, String) {
    let id = |last: char| format!("5b0cfba4e2bb230ff8b535e{last}");
    let time = json!({"created": "2026-01-31T12:00:00.000Z",
        "lastModified": "2026-01-31T12:00:00.000Z", "location": ""});
    let seed = json!({
        "groups": [
            {"id": id('7'), "name": "bus drivers", "nsCode": "sandbox", "memberOf": [], "meta": time},
        ],
        "roles": [{
            "id": id('8'), "name": "Guest", "nsCode": "sandbox", "permissions": [], "memberOf": [],
            "meta": time,
        }],
        "externalPermissions": [{
            "group": id('7'), "permission": "ACCOUNT_VIEW", "document": {"name": "Drive"},
        }],
        "users": [{
            "id": id('6'), "username": "maija", "nsCode": "sandbox", "userAccountType": "PERSON",
            "locked": false, "memberOf": [id('7')],
            "emails": [{"address": "maija@example.com", "verified": false}],
            "mobiles": [{"number": "+358401234567", "verified": false}],
            "meta": time,
            "sandbox": {
                "identifications": [{"id": id('9'), "identified": true, "personalId": "1"}],
                "code": {"code": "123456", "mobile": "+358401234567",
                    "expires": "9999-01-31T12:00:00Z"},
                "legal": {"lastName": "Meikäläinen"},
                "externalPermissions": [{"permissionId": "p", "permissionGroupId": "g"}],
            },
        }],
    });
    let sandbox = Sandbox::start().await.unwrap();
    let (status, problem) = send(&sandbox, "POST", "/sandbox/import", "", seed).await;
    assert!(status < 300, "{problem}");
    let (status, created) =
        api(&sandbox, "POST", "/namespace", json!({"code": "other", "name": "Other"})).await;
    assert_eq!(status, 201, "{created}");
    let operator = bearer(&sandbox, "operator", "Sandbox-Operator-9").await;
    (sandbox, operator)
}

#[tokio::test]
async fn every_example_of_a_request_is_accepted_and_the_response_fits() {
    let document = default_document();
    for (method, path, operation) in operations(&document) {
        let (sandbox, operator) = sandbox_with_objects().await;
        let id = operation["operationId"].as_str().unwrap();
        let mut target = format!("/api/rest/v1{path}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            let example = &parameter["example"];
            let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
            if parameter["in"] == "path" {
                target = target.replace(&format!("{{{name}}}"), &text);
            } else {
                let text: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
                let separator = if target.contains('?') { '&' } else { '?' };
                target = format!("{target}{separator}{name}={text}");
            }
        }
        if id == "deleteNamespace" {
            target = target.replace("/sandbox", "/other");
        }
        let mut body = operation["requestBody"]["content"]["application/json"]["example"].clone();
        if id == "createNamespace" {
            body["code"] = "third".into();
        }
        let (status, response) =
            send(&sandbox, &method.to_ascii_uppercase(), &target, &operator, body).await;

        let described = &operation["responses"][status.to_string()];
        assert!((200..300).contains(&status) && !described.is_null(), "{id}: {status} {response}");
        let schema = &described["content"]["application/json"]["schema"];
        assert_eq!(schema.is_null(), response.is_null(), "{id}");
        assert_eq!(problems(&document, schema, &response), [""; 0], "{id}: {response:#}");
    }
}

#[tokio::test]
async fn the_document_needs_no_credentials_and_follows_the_rules_in_force() {
    let sandbox = Sandbox::start().await.unwrap();
    let (status, document) =
        send(&sandbox, "GET", "/api/rest/v1/openapi.json", "", Value::Null).await;
    assert_eq!((status, &document["openapi"]), (200, &json!("3.1.0")));
    let url = format!("{}/api/rest/v1", sandbox.url());
    assert_eq!(document["servers"][0]["url"], url);

    let (status, _) =
        send(&sandbox, "PUT", "/sandbox/rules", "", json!({"password-required": true})).await;
    assert!(status < 300, "{status}");
    let (_, changed) = send(&sandbox, "GET", "/api/rest/v1/openapi.json", "", Value::Null).await;

    let required =
        |document: &Value| document["components"]["schemas"]["UserCreate"]["required"].clone();
    assert_eq!((required(&document), required(&changed)), (Value::Null, json!(["password"])));
    let (status, _) = send(&sandbox, "POST", "/api/rest/v1/openapi.json", "", Value::Null).await;
    assert_eq!(status, 405);
}

#[test]
fn rules_change_the_document() {
    let pointer = |name: &str, on: bool, pointer: &str| {
        let mut rules = Rules::default();
        rules.set(name, on).unwrap();
        let read = |rules: &Rules| document("", rules).pointer(pointer).cloned();
        (read(&Rules::default()), read(&rules))
    };
    for (rule, on, path) in [
        ("accept-required", true, "/paths/~1user/get/responses/406"),
        (
            "api-client-may-grant",
            false,
            "/paths/~1user~1{userId}~1permissions~1custom/put/x-callers",
        ),
        (
            "client-credentials-api",
            false,
            "/components/securitySchemes/oauth2/flows/clientCredentials",
        ),
        ("contacts-checked", false, "/components/schemas/EmailAddressInput/required"),
        ("count-over-limit-refused", true, "/paths/~1user/get/parameters/2/schema/maximum"),
        ("create-aliases", false, "/components/schemas/UserCreate/properties/names"),
        ("duplicates-conflict", false, "/paths/~1group/post/responses/409"),
        ("foreign-namespace-hidden", true, "/paths/~1group/post/responses/404"),
        ("page-total-omitted", true, "/components/schemas/UserPage/properties/totalResults"),
        ("password-in-put-refused", true, "/components/schemas/UserUpdate/properties/password"),
        ("scopes-enforced", true, "/paths/~1user/get/security"),
        ("self-may-grant", true, "/paths/~1user~1{userId}~1student~1state/post/x-permission"),
        (
            "sms-limit-is-429",
            false,
            "/paths/~1user~1{userId}~1sms~1verify~1send/post/responses/429",
        ),
        ("unknown-choices-refused", false, "/components/schemas/User/properties/sex/enum"),
        ("username-required", true, "/components/schemas/UserCreate/required"),
    ] {
        let (before, after) = pointer(rule, on, path);
        assert_ne!(before, after, "{rule} {path}");
    }
}

/// Fields of requests that the types of `trivore-models` do not have, and why.
const NOT_IN_MODELS: &[(&str, &[&str])] = &[
    ("UserCreate", &["legalDomicileCode", "names"]),
    ("UserUpdate", &["legalDomicileCode"]),
    ("ProfileUpdate", &["preferredLanguage"]),
    ("SmsLinkVerification", &["emailTemplateId", "emailTemplateProperties"]),
];

#[test]
fn what_requests_may_have_and_the_models_agree() {
    let models = crate::openapi::model_schemas();
    let schemas = default_document()["components"]["schemas"].clone();
    let allowed: BTreeMap<&str, &[&str]> = NOT_IN_MODELS.iter().copied().collect();
    let mut compared = 0;
    for (request, model) in [
        ("UserCreate", "User"),
        ("UserUpdate", "User"),
        ("ProfileUpdate", "Profile"),
        ("EnterpriseUpdate", "Enterprise"),
        ("EnterpriseContactInfoInput", "EnterpriseContactInfo"),
        ("StudentStateUpdate", "StudentState"),
        ("PasswordChange", "PasswordChange"),
        ("NewStrongIdentification", "NewStrongIdentification"),
        ("EmailVerification", "EmailVerification"),
        ("SmsLinkVerification", "SmsLinkVerification"),
        ("Invite", "Invite"),
        ("NamespaceMigrationOptions", "NamespaceMigrationOptions"),
        ("NamesInput", "Names"),
        ("EmailAddressInput", "EmailAddress"),
        ("MobileInput", "Mobile"),
        ("AddressInput", "Address"),
        ("ConsentsInput", "Consents"),
        ("PlaceOfBirthInput", "PlaceOfBirth"),
    ] {
        let known = models[model]["properties"].as_object().unwrap();
        let own = schemas[request]["properties"].as_object().unwrap();
        let exceptions = allowed.get(request).copied().unwrap_or_default();
        for (name, schema) in own {
            let Some(model) = known.get(name) else {
                assert!(exceptions.contains(&name.as_str()), "{request}.{name} is not in {model}");
                continue;
            };
            compared += 1;
            let kind = |schema: &Value| match &schema["type"] {
                Value::Array(types) => types[0].clone(),
                other => other.clone(),
            };
            let both = (kind(schema), kind(model));
            assert!(
                both.0 == both.1 || [&both.0, &both.1].contains(&&Value::Null),
                "{request}.{name}: {both:?}"
            );
        }
        if request.ends_with("Input") || request == "UserCreate" {
            let missing: Vec<_> = known.keys().filter(|name| !own.contains_key(*name)).collect();
            assert_eq!(missing, [""; 0], "{model} has fields that {request} lacks");
        }
    }
    assert!(compared > 150, "{compared}");
}
