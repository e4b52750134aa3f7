//! Strong identification: latest, history, and reports.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use trivore::models::{
    Extra, Filter, IdentificationMethod, NewStrongIdentification, PageRequest, Sort,
    StrongIdentification, StrongIdentificationId, UserId,
};
use trivore_tests::operations::{Case, CaseResult, Change, DataPlace, Entry};
use trivore_tests::{
    Fixture, Model, Recorder, assert_lacks, assert_never_sent, assert_no_such_user,
    assert_unauthorized, refusal, unknown_users,
};

fn marked(number: usize) -> NewStrongIdentification {
    NewStrongIdentification {
        personal_id: format!("zqx-personal-{number}").into(),
        remarks: Some(format!("zqx-remarks-{number}")),
    }
}

/// Marked addresses to return to, by the sandbox's names.
fn addresses() -> Extra {
    let mut request = Extra::default();
    request.insert("successRedirectUri", "https://zqx-success.example.com");
    request.insert("failureRedirectUri", "https://zqx-failure.example.com");
    request
}

pub(super) const CASES: &[Case] = &[
    Case::new("users.strong_identification", |users, subject| {
        Box::pin(async move { Ok(CaseResult::of(&users.strong_identification(&subject.user()).await?)) })
    }).recorded(&[Entry::of_case("get_strong_identification")]),
    Case::new("users.report_strong_identification", |users, subject| {
        Box::pin(async move {
            let report = marked(2);
            let reported = users.report_strong_identification(&subject.user(), &report).await?;
            Ok(CaseResult::new(&report, &reported))
        })
    }).has_no_places()
    .recorded(&[Entry::new("report_strong_identification", |users, id| {
        Box::pin(async move {
            let report = NewStrongIdentification {
                personal_id: "010101-0101".into(),
                remarks: Some("r".to_owned()),
            };
            drop(users.report_strong_identification(id, &report).await);
        })
    })]),
    Case::new("users.strong_identification_history", |users, subject| {
        Box::pin(async move {
            let request = PageRequest::new().filter(Filter::ne("remarks", "zqx-none"));
            let history = users.strong_identification_history(&subject.user(), &request).await?;
            Ok(CaseResult::of(&history))
        })
    })
    .recorded(&[Entry::new("get_strong_identification_history", |users, id| {
        Box::pin(async move {
            let filter = Filter::eq("method", "SUOMI_FI");
            let request = PageRequest::new().filter(filter).sort(Sort::descending("time"));
            drop(users.strong_identification_history(id, &request).await);
        })
    })
    .deviates(&[(
        Change::Documented {
            requests: r#"[{
                "method": "GET",
                "path": "/api/rest/v1/user/5d0000000000000000000001/strongidentification/history",
                "query": [
                    ["filter", "method eq \"SUOMI_FI\""], ["startIndex", "0"], ["count", "100"],
                    ["sortBy", "time"], ["ascending", "descending"]
                ],
                "headers": {"authorization": "Basic aWQ6c2VjcmV0"}
            }]"#,
        },
        "the vendor's SDK reads an attribute that does not exist",
    )])]),
    Case::new("users.strong_identification_entry", |users, subject| {
        Box::pin(async move {
            let (user, entry) = (subject.user(), subject.id("entryId"));
            Ok(CaseResult::of(&users.strong_identification_entry(&user, &entry).await?))
        })
    })
    .seed(|setup, subject| {
        Box::pin(async move {
            let (users, user, report) = (setup.aside(), subject.user(), marked(1));
            let reported = users.report_strong_identification(&user, &report).await.unwrap();
            subject.set("entryId", reported.extra.get("id").unwrap().as_str().unwrap());
        })
    })
    .recorded(&[Entry::of_case("get_strong_identification_history_entry").deviates(&[(
        Change::Documented {
            requests: r#"[{
                "method": "GET",
                "path": "/api/rest/v1/user/5d0000000000000000000001/strongidentification/history/e1",
                "headers": {"authorization": "Basic aWQ6c2VjcmV0"}
            }]"#,
        },
        "the vendor's SDK reads an attribute that does not exist",
    )])]),
    Case::new("users.start_strong_identification", |users, subject| {
        Box::pin(async move {
            let request = addresses();
            let response = users.start_strong_identification(&subject.user(), &request).await?;
            Ok(CaseResult::new(&request, &response))
        })
    })
    .has_places(&[DataPlace::map(1, |users, name, value| {
        Box::pin(async move {
            let mut request = addresses();
            request.insert(name, value);
            users.start_strong_identification(&"1".into(), &request).await.map(drop)
        })
    })]),
];

pub(super) const MODELS: &[Model] = &[
    Model::new::<StrongIdentification>(sample).shows(&["method", "time", "firstTime"]),
    Model::new::<NewStrongIdentification>(new_sample),
];

pub(super) fn sample() -> Value {
    json!({
        "method": "SUOMI_FI", "identificationDocuments": ["d"], "otherExplanation": "o",
        "personalId": "p", "remarks": "r", "identifier": "i", "time": "t", "firstTime": "t",
        "count": 1, "identified": true
    })
}

fn new_sample() -> Value {
    json!({"personalId": "p", "remarks": "r"})
}

fn report(personal_id: &str) -> NewStrongIdentification {
    NewStrongIdentification { personal_id: personal_id.into(), remarks: None }
}

/// Adds a user who was identified three times, one hour apart.
async fn identified_three_times(fixture: &Fixture) -> UserId {
    let id = fixture.add_user(json!({}));
    for personal_id in ["first", "second", "third"] {
        fixture.users().report_strong_identification(&id, &report(personal_id)).await.unwrap();
        fixture.sandbox().advance_clock(Duration::from_secs(3600));
    }
    fixture.sandbox().clear_requests();
    id
}

fn personal_ids<'a>(entries: impl IntoIterator<Item = &'a StrongIdentification>) -> Vec<&'a str> {
    entries.into_iter().map(|entry| entry.personal_id.as_ref().unwrap().expose()).collect()
}

fn entry_id(entry: &StrongIdentification) -> StrongIdentificationId {
    entry.extra.get("id").unwrap().as_str().unwrap().into()
}

#[tokio::test]
async fn a_report_becomes_the_latest_identification() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let report =
        NewStrongIdentification { remarks: Some("Seen".to_owned()), ..report("131052-308T") };

    let reported = fixture.users().report_strong_identification(&id, &report).await.unwrap();
    let latest = fixture.users().strong_identification(&id).await.unwrap();

    assert_eq!(latest, reported);
    assert_eq!(latest.identified, Some(true));
    assert_eq!(latest.method, Some(IdentificationMethod::UserApi));
    assert_eq!(latest.personal_id, Some("131052-308T".into()));
    assert_eq!(latest.remarks.as_deref(), Some("Seen"));
    assert_eq!(latest.identifier.as_deref(), Some(fixture.sandbox().client_id()));
    let body = fixture.last_body(&Method::POST);
    assert_eq!(body, json!({"personalId": "131052-308T", "remarks": "Seen"}));
    assert_eq!(fixture.take_changes(), ["create", "report-strong-identification"]);
    let path = format!("/user/{id}/strongidentification");
    assert_eq!(fixture.request_lines(), [format!("POST {path}"), format!("GET {path}")]);
    let user = fixture.users().get(&id).await.unwrap();
    assert_eq!(user.strong_identification, Some(latest));
}

#[tokio::test]
async fn absent_remarks_are_not_sent() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    fixture.users().report_strong_identification(&id, &report("any text")).await.unwrap();

    assert_eq!(fixture.last_body(&Method::POST), json!({"personalId": "any text"}));
}

#[tokio::test]
async fn the_latest_tells_of_the_first_and_counts_all() {
    let fixture = Fixture::start().await;
    let id = identified_three_times(&fixture).await;

    let latest = fixture.users().strong_identification(&id).await.unwrap();
    let history =
        fixture.users().strong_identification_history(&id, &PageRequest::new()).await.unwrap();

    assert_eq!(personal_ids([&latest]), ["third"]);
    assert_eq!(latest.count, Some(3));
    assert_eq!(latest.first_time, history.resources[0].time);
    assert_ne!(latest.first_time, latest.time);
}

#[tokio::test]
async fn the_history_is_paged_filtered_and_sorted() {
    let fixture = Fixture::start().await;
    let id = identified_three_times(&fixture).await;
    let users = fixture.users();
    let latest_first = PageRequest::new().count(2).sort(Sort::descending("time"));
    let only_second = PageRequest::new().filter(Filter::eq("personalId", "second"));

    let page = users.strong_identification_history(&id, &latest_first).await.unwrap();
    let rest = page.next_request(&latest_first).unwrap();
    let last = users.strong_identification_history(&id, &rest).await.unwrap();
    let filtered = users.strong_identification_history(&id, &only_second).await.unwrap();

    assert_eq!(personal_ids(&page), ["third", "second"]);
    assert_eq!(page.total_results, Some(3));
    assert_eq!(personal_ids(&last), ["first"]);
    assert_eq!(last.next_request(&rest), None);
    assert_eq!(personal_ids(&filtered), ["second"]);
    let first_line = &fixture.request_lines()[0];
    let query = "startIndex=0&count=2&sortBy=time&ascending=descending";
    assert_eq!(first_line, &format!("GET /user/{id}/strongidentification/history?{query}"));
}

#[tokio::test]
async fn one_entry_of_the_history_is_read() {
    let fixture = Fixture::start().await;
    let id = identified_three_times(&fixture).await;
    let history =
        fixture.users().strong_identification_history(&id, &PageRequest::new()).await.unwrap();
    let wanted = entry_id(&history.resources[1]);

    let entry = fixture.users().strong_identification_entry(&id, &wanted).await.unwrap();

    assert_eq!(entry, history.resources[1]);
    assert_eq!(personal_ids([&entry]), ["second"]);
    let path = format!("/user/{id}/strongidentification/history/{wanted}");
    assert_eq!(fixture.request_lines()[1], format!("GET {path}"));
}

#[tokio::test]
async fn an_entry_of_nobody_or_of_somebody_else_is_not_found() {
    let fixture = Fixture::start().await;
    let id = identified_three_times(&fixture).await;
    let other = fixture.add_user(json!({}));
    let latest = entry_id(&fixture.users().strong_identification(&id).await.unwrap());

    for (user, entry) in [(&other, latest), (&id, "a/../b".into()), (&id, "ä ?#%".into())] {
        let result = fixture.users().strong_identification_entry(user, &entry).await;

        let error = result.unwrap_err();
        assert!(error.is_not_found());
        let words = error.api().unwrap().message();
        assert_eq!(words, Some("Strong identification not found."));
    }
    assert_never_sent(fixture.users().strong_identification_entry(&id, &"..".into()).await);
}

#[tokio::test]
async fn a_user_who_never_was_identified_is_not_identified() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    let latest = fixture.users().strong_identification(&id).await.unwrap();
    let history =
        fixture.users().strong_identification_history(&id, &PageRequest::new()).await.unwrap();

    assert_eq!(latest.identified, Some(false));
    assert_eq!((history.total_results, history.resources), (Some(0), Vec::new()));
}

#[tokio::test]
async fn the_personal_id_is_censored_without_its_permission() {
    let fixture = Fixture::start().await;
    let id = identified_three_times(&fixture).await;
    let reader = fixture.users_with_only(&["ACCOUNT_VIEW"]);
    let trusted = fixture.users_with_only(&["ACCOUNT_VIEW_PERSONAL_ID"]);

    let censored = reader.strong_identification(&id).await.unwrap();
    let history = reader.strong_identification_history(&id, &PageRequest::new()).await.unwrap();
    let plain = trusted.strong_identification(&id).await.unwrap();

    assert_eq!(personal_ids([&censored]), ["***"]);
    assert_eq!(personal_ids(&history), ["***"; 3]);
    assert_eq!(personal_ids([&plain]), ["third"]);
}

#[tokio::test]
async fn what_the_server_or_the_sdk_refuses_reports_nothing() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let users = fixture.users();

    let words = refusal(users.report_strong_identification(&id, &report("")).await);
    assert_eq!(words, "Field \"personalId\" is required.");
    let too_many = PageRequest::new().count(501);
    assert_never_sent(users.strong_identification_history(&id, &too_many).await);

    assert_eq!(fixture.take_changes(), ["create"]);
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_not_found() {
    let fixture = Fixture::start().await;
    let users = fixture.users();

    for id in &unknown_users() {
        assert_no_such_user(users.strong_identification(id).await);
        assert_no_such_user(users.report_strong_identification(id, &report("x")).await);
        assert_no_such_user(users.strong_identification_history(id, &PageRequest::new()).await);
        assert_no_such_user(users.strong_identification_entry(id, &"1".into()).await);
    }
}

#[tokio::test]
async fn strangers_and_those_without_permission_are_refused() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let stranger = fixture.users_of_a_stranger();
    let powerless = fixture.users_with_only(&["GROUP_VIEW"]);
    let reader = fixture.users_with_only(&["ACCOUNT_VIEW"]);
    let (page, entry) = (PageRequest::new(), "1".into());

    assert_unauthorized(stranger.strong_identification(&id).await);
    assert_unauthorized(stranger.report_strong_identification(&id, &report("x")).await);
    assert_unauthorized(stranger.strong_identification_history(&id, &page).await);
    assert_unauthorized(stranger.strong_identification_entry(&id, &entry).await);
    assert_lacks("ACCOUNT_VIEW", powerless.strong_identification(&id).await);
    assert_lacks("ACCOUNT_VIEW", powerless.strong_identification_history(&id, &page).await);
    assert_lacks("ACCOUNT_VIEW", powerless.strong_identification_entry(&id, &entry).await);
    let refused = reader.report_strong_identification(&id, &report("x")).await;
    assert_lacks("ACCOUNT_MODIFY", refused);

    assert_eq!(fixture.take_changes(), ["create"]);
}

#[tokio::test]
async fn an_interactive_identification_returns_a_url_for_the_browser() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    let response = fixture.users().start_strong_identification(&id, &addresses()).await.unwrap();

    let url = response.get("url").unwrap().as_str().unwrap();
    assert!(url.starts_with(fixture.sandbox().url()), "{url}");
    let body = fixture.last_body(&Method::POST);
    let expected = json!({
        "successRedirectUri": "https://zqx-success.example.com",
        "failureRedirectUri": "https://zqx-failure.example.com"
    });
    assert_eq!(body, expected);
    assert_eq!(fixture.take_changes(), ["create", "start-strong-identification"]);
    let identification = fixture.users().strong_identification(&id).await.unwrap();
    assert_eq!(identification.identified, Some(false), "the browser has not been there");
}

#[tokio::test]
async fn the_members_of_an_interactive_identification_are_sent_and_returned_as_they_are() {
    let recorder = Recorder::new();
    recorder.respond(200, r#"{"anyName":{"b":[1,null]},"other":"x"}"#);
    let users = recorder.trivore().users().clone();
    let mut request = Extra::default();
    request.insert("anyOther", json!({"c": [true]}));

    let response = users.start_strong_identification(&"1".into(), &request).await.unwrap();

    let expected = json!({"anyName": {"b": [1, null]}, "other": "x"});
    assert_eq!(serde_json::to_value(response).unwrap(), expected);
    assert_eq!(recorder.last().json(), Some(json!({"anyOther": {"c": [true]}})));
}
