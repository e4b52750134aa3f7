//! Enterprise data.

use http::Method;
use serde_json::{Value, json};
use trivore::models::{Enterprise, EnterpriseContactInfo};
use trivore_tests::operations::{Case, CaseResult, Change, DataPlace, Entry, UNSET};
use trivore_tests::{
    Fixture, Model, assert_lacks, assert_no_such_user, assert_unauthorized, refusal, unknown_users,
};

use super::user::meta;

/// A mark in each field.
fn marked() -> Enterprise {
    let contact = json!({
        "phone": "+358zqx4", "email": "zqx-office@zqx.example",
        "website": "https://zqx.example", "contacts": "zqx-contacts",
    });
    let enterprise = json!({
        "businessId": "zqx-business", "vatId": "zqx-vat", "tradeName": "zqx-trade",
        "parallelTradeNames": ["zqx-parallel"], "auxiliaryTradeNames": ["zqx-auxiliary"],
        "domicile": "zqx-seat", "leiCode": "zqx-lei", "duns": "zqx-duns",
        "tradeRegisterNumber": "zqx-register", "taxIdentificationNumber": "zqx-tax",
        "general": contact, "sales": contact, "service": contact, "customerSupport": contact,
    });
    serde_json::from_value(enterprise).unwrap()
}

/// A value of each field.
fn full() -> Enterprise {
    serde_json::from_value(sample()).unwrap()
}

pub(super) const CASES: &[Case] = &[
    Case::new("users.enterprise", |users, subject| {
        Box::pin(async move { Ok(CaseResult::of(&users.enterprise(&subject.user()).await?)) })
    })
    .shows_state()
    .recorded(&[Entry::of_case("get_enterprise")]),
    Case::new("users.update_enterprise", |users, subject| {
        Box::pin(async move {
            let enterprise = marked();
            let written = users.update_enterprise(&subject.user(), &enterprise).await?;
            Ok(CaseResult::new(&enterprise, &written))
        })
    })
    .has_places(&[
        DataPlace::extra("Enterprise", 1, |users, name, value| {
            let mut enterprise = full();
            enterprise.extra.insert(name, value);
            Box::pin(
                async move { users.update_enterprise(&"1".into(), &enterprise).await.map(drop) },
            )
        }),
        DataPlace::extra("EnterpriseContactInfo", 2, |users, name, value| {
            let mut enterprise = full();
            enterprise.sales.as_mut().unwrap().extra.insert(name, value);
            Box::pin(
                async move { users.update_enterprise(&"1".into(), &enterprise).await.map(drop) },
            )
        }),
    ])
    .recorded(&[Entry::new("update_enterprise", |users, id| {
        Box::pin(async move {
            let mut enterprise = Enterprise::new();
            enterprise.business_id = Some("1".to_owned());
            drop(users.update_enterprise(id, &enterprise).await);
        })
    })
    .deviates(&[(Change::NoNulls, UNSET)])]),
];

pub(super) const MODELS: &[Model] =
    &[Model::new::<Enterprise>(sample), Model::new::<EnterpriseContactInfo>(contact)];

fn contact() -> Value {
    json!({"phone": "p", "email": "e", "website": "w", "contacts": "c"})
}

fn sample() -> Value {
    json!({
        "businessId": "b", "vatId": "v", "tradeName": "t", "parallelTradeNames": ["n"],
        "auxiliaryTradeNames": ["n"], "domicile": "d", "leiCode": "l", "duns": "d",
        "tradeRegisterNumber": "t", "taxIdentificationNumber": "t", "general": contact(),
        "sales": contact(), "service": contact(), "customerSupport": contact(), "meta": meta()
    })
}

fn enterprise() -> Enterprise {
    let mut enterprise = Enterprise::new();
    enterprise.business_id = Some("0112038-9".to_owned());
    enterprise.duns = Some("369174794".to_owned());
    enterprise.parallel_trade_names = Some(vec!["Firma".to_owned(), "Företag".to_owned()]);
    let mut sales = EnterpriseContactInfo::new();
    sales.phone = Some("+358401234567".to_owned());
    enterprise.sales = Some(sales);
    enterprise.extra.insert("fieldOfTomorrow", json!([1]));
    enterprise
}

#[tokio::test]
async fn enterprise_data_is_written_and_read() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"userAccountType": "LEGAL_ENTITY"}));

    let written = fixture.users().update_enterprise(&id, &enterprise()).await.unwrap();
    let mut read = fixture.users().enterprise(&id).await.unwrap();

    assert_eq!(read, written);
    assert!(read.meta.take().is_some());
    assert_eq!(read, enterprise());
    assert_eq!(fixture.take_changes(), ["create", "update-enterprise"]);
    assert_eq!(
        fixture.request_lines(),
        [format!("PUT /user/{id}/enterprise"), format!("GET /user/{id}/enterprise")]
    );
}

#[tokio::test]
async fn an_update_leaves_what_it_does_not_name() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    fixture.users().update_enterprise(&id, &enterprise()).await.unwrap();
    let mut changed = Enterprise::new();
    changed.trade_name = Some("Firma Oy".to_owned());
    changed.parallel_trade_names = Some(Vec::new());

    let updated = fixture.users().update_enterprise(&id, &changed).await.unwrap();

    let body = fixture.last_body(&Method::PUT);
    assert_eq!(body, json!({"tradeName": "Firma Oy", "parallelTradeNames": []}));
    assert_eq!(updated.business_id, enterprise().business_id);
    assert_eq!(updated.sales, enterprise().sales);
    assert_eq!(updated.extra, enterprise().extra);
    assert_eq!(updated.parallel_trade_names, Some(Vec::new()));
}

#[tokio::test]
async fn a_user_without_enterprise_data_has_empty_ones() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    assert_eq!(fixture.users().enterprise(&id).await.unwrap(), Enterprise::new());
}

#[tokio::test]
async fn a_person_is_no_enterprise_where_the_server_says_so() {
    let fixture = Fixture::start().await;
    fixture.set_rule("enterprise-person-refused", true);
    let id = fixture.add_user(json!({"userAccountType": "PERSON"}));

    let words = refusal(fixture.users().update_enterprise(&id, &enterprise()).await);
    assert_eq!(words, "The user is not a legal entity.");
    refusal(fixture.users().enterprise(&id).await);
}

#[tokio::test]
async fn values_of_a_wrong_type_are_refused_and_change_nothing() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let mut enterprise = Enterprise::new();
    enterprise.extra.insert("vatId", 1);

    let words = refusal(fixture.users().update_enterprise(&id, &enterprise).await);

    assert_eq!(words, "Field \"vatId\" must be a string.");
    assert_eq!(fixture.users().enterprise(&id).await.unwrap(), Enterprise::new());
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_not_found() {
    let fixture = Fixture::start().await;

    for id in &unknown_users() {
        assert_no_such_user(fixture.users().enterprise(id).await);
        assert_no_such_user(fixture.users().update_enterprise(id, &enterprise()).await);
    }
}

#[tokio::test]
async fn strangers_and_those_without_permission_are_refused() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let stranger = fixture.users_of_a_stranger();
    let powerless = fixture.users_with_only(&["GROUP_VIEW"]);
    let reader = fixture.users_with_only(&["ACCOUNT_VIEW"]);

    assert_unauthorized(stranger.enterprise(&id).await);
    assert_unauthorized(stranger.update_enterprise(&id, &enterprise()).await);
    assert_lacks("ACCOUNT_VIEW", powerless.enterprise(&id).await);
    assert_lacks("ACCOUNT_MODIFY", reader.update_enterprise(&id, &enterprise()).await);

    assert_eq!(fixture.users().enterprise(&id).await.unwrap(), Enterprise::new());
}
