//! Lists one page: filter, sorting, start index and count.

use std::time::{Duration, SystemTime};

use serde_json::json;
use trivore::models::{Filter, Page, PageRequest, Sort, Timestamp, User};
use trivore_tests::operations::{Case, CaseResult, Change, Entry, marks};
use trivore_tests::{Fixture, assert_never_sent, refusal};

pub(super) const CASES: &[Case] = &[Case::new("users.list", |users, _| {
    Box::pin(async move {
        let filter = Filter::eq("nsCode", marks::NAMESPACE).and(Filter::ne("title", "zqx-none"));
        let filter = filter.or(Filter::eq("nickName", marks::EMAIL));
        Ok(CaseResult::of(&users.list(&PageRequest::new().filter(filter)).await?))
    })
})
.recorded(&[
    Entry::new("get_all", |users, _| {
        Box::pin(async move { drop(users.list(&PageRequest::new()).await) })
    }),
    Entry::new("get_all_filter", |users, _| {
        Box::pin(async move {
            let filter = Filter::eq("nsCode", "examplecode");
            let request = PageRequest::new().start_index(100).count(500).filter(filter);
            drop(users.list(&request).await);
        })
    }),
    Entry::new("get_all_and_filter", |users, _| {
        Box::pin(async move {
            let filter = Filter::eq("nsCode", "x").and(Filter::present("email"));
            drop(users.list(&PageRequest::new().filter(filter)).await);
        })
    })
    .deviates(&[(Change::FilterText { text: r#"nsCode eq "x" and email pr"# }, NO_MEANING)]),
    Entry::new("get_all_bool_int", |users, _| {
        Box::pin(async move {
            let filter = Filter::eq("locked", true).or(Filter::gt("n", 3));
            drop(users.list(&PageRequest::new().filter(filter)).await);
        })
    })
    .deviates(&[(Change::FilterText { text: "locked eq true or n gt 3" }, NO_MEANING)]),
])];

const NO_MEANING: &str = "the vendor's double spaces and outer parentheses have no meaning";

fn names(page: &Page<User>) -> Vec<&str> {
    page.iter().map(|user| user.username.as_deref().unwrap()).collect()
}

async fn with_users(names: &[&str]) -> Fixture {
    let fixture = Fixture::start().await;
    for name in names {
        fixture.add_user(json!({"username": name}));
    }
    fixture
}

/// Checks the names of the users that a filter selects.
async fn check(fixture: &Fixture, filter: Filter, expected: &[&str]) {
    let text = filter.to_string();
    let page = fixture.users().list(&PageRequest::new().filter(filter)).await.unwrap();

    assert_eq!(names(&page), expected, "{text}");
    assert_eq!(page.total_results, Some(u64::try_from(expected.len()).unwrap()), "{text}");
}

#[tokio::test]
async fn pages_are_counted_from_0() {
    let fixture = with_users(&["a", "b", "c", "d", "e"]).await;
    let request = PageRequest::new().start_index(2).count(2);

    let page = fixture.users().list(&request).await.unwrap();

    assert_eq!(names(&page), ["c", "d"]);
    assert_eq!(page.total_results, Some(5));
    assert_eq!((page.start_index, page.items_per_page), (Some(2), Some(2)));
    assert_eq!(fixture.request_lines(), ["GET /user?startIndex=2&count=2"]);
}

#[tokio::test]
async fn a_place_beyond_the_end_is_an_empty_page() {
    let fixture = with_users(&["a"]).await;

    let page = fixture.users().list(&PageRequest::new().start_index(7)).await.unwrap();

    assert_eq!(page.resources, []);
    assert_eq!(page.total_results, Some(1));
}

#[tokio::test]
async fn a_page_of_500_is_the_largest() {
    let fixture = with_users(&["a"]).await;

    fixture.users().list(&PageRequest::new().count(500)).await.unwrap();
    assert_never_sent(fixture.users().list(&PageRequest::new().count(501)).await);
    assert_never_sent(fixture.users().list(&PageRequest::new().count(0)).await);

    assert_eq!(fixture.request_lines(), ["GET /user?startIndex=0&count=500"]);
}

#[tokio::test]
async fn a_filter_selects() {
    let fixture = Fixture::start().await;
    for user in [
        json!({"username": "maija", "locked": true, "tags": ["a", "b"], "nickName": "Mai"}),
        json!({"username": "matti", "locked": false, "tags": ["b"]}),
        json!({"username": "liisa", "name": {"givenName": "Liisa"}, "customFields": {"n": 7}}),
    ] {
        fixture.add_user(user);
    }

    let starts = || Filter::starts_with("username", "ma");
    for (filter, expected) in [
        (Filter::eq("username", "maija"), &["maija"][..]),
        (Filter::ne("username", "maija"), &["matti", "liisa"]),
        (Filter::contains("username", "i"), &["maija", "matti", "liisa"]),
        (starts(), &["maija", "matti"]),
        (Filter::ends_with("username", "a"), &["maija", "liisa"]),
        (Filter::eq("locked", true), &["maija"]),
        (Filter::eq("locked", false), &["matti", "liisa"]),
        (Filter::eq("tags", "b"), &["maija", "matti"]),
        (Filter::eq("customFields.n", 7), &["liisa"]),
        (Filter::gt("customFields.n", 7), &[]),
        (Filter::ge("customFields.n", 6.5), &["liisa"]),
        (Filter::eq("name.givenName", "Liisa"), &["liisa"]),
        (Filter::present("nickName"), &["maija"]),
        (!Filter::present("nickName"), &["matti", "liisa"]),
        (starts().and(Filter::eq("locked", true)), &["maija"]),
        (starts().and(!Filter::eq("locked", true)), &["matti"]),
        (Filter::eq("tags", "a").or(Filter::eq("username", "liisa")), &["maija", "liisa"]),
        (!Filter::eq("tags", "a").or(Filter::eq("username", "liisa")), &["matti"]),
        (Filter::eq("tags", "b").and(Filter::eq("locked", true).or(starts())), &["maija", "matti"]),
    ] {
        check(&fixture, filter, expected).await;
    }
}

#[tokio::test]
async fn instants_are_compared_as_time() {
    let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_666_785_600);
    let fixture = Fixture::with(|sandbox| sandbox.start_time(noon)).await;
    fixture.add_user(json!({"username": "early"}));
    fixture.sandbox().advance_clock(Duration::from_secs(3600));
    fixture.add_user(json!({"username": "late"}));

    // The same instant in three formats; compared as text, the last two would sort differently.
    for instant in ["2022-10-26T12:30:00.000Z", "2022-10-26T12:30:00Z", "2022-10-26T15:30:00+03:00"]
    {
        let instant = Timestamp::from(instant);
        check(&fixture, Filter::gt("createdDate", &instant), &["late"]).await;
        check(&fixture, Filter::le("createdDate", &instant), &["early"]).await;
    }
    let late = fixture.users().list(&PageRequest::new().start_index(1)).await.unwrap();
    let created = late.resources[0].meta.as_ref().unwrap().created.clone().unwrap();
    check(&fixture, Filter::eq("createdDate", created.to_jiff().unwrap()), &["late"]).await;
}

#[tokio::test]
async fn no_value_breaks_out_of_its_quotes() {
    let nasty = [
        r#"a" or username pr or username eq "b"#,
        r"back\slash",
        r#"\""#,
        "new\nline\ttab",
        "a&b=c+d%20#e",
        "äö€😀",
        " ",
        "(not) and or",
    ];
    let fixture = Fixture::start().await;
    fixture.add_user(json!({"username": "bystander"}));
    for (index, text) in nasty.iter().enumerate() {
        fixture.add_user(json!({"username": index.to_string(), "title": text}));
    }

    for (index, text) in nasty.iter().enumerate() {
        check(&fixture, Filter::eq("title", *text), &[&index.to_string()]).await;
    }
}

#[tokio::test]
async fn a_filter_that_cannot_be_written_is_never_sent() {
    let fixture = Fixture::start().await;

    for filter in [
        Filter::present(""),
        Filter::eq("a b", 1),
        Filter::eq("a", f64::NAN),
        Filter::eq("a", 1).and(Filter::eq("emails[type]", "x")),
    ] {
        assert_never_sent(fixture.users().list(&PageRequest::new().filter(filter)).await);
    }

    assert_eq!(fixture.request_lines(), Vec::<String>::new());
}

#[tokio::test]
async fn an_attribute_that_the_server_does_not_know_is_refused_in_its_words() {
    let fixture = with_users(&["a"]).await;
    fixture.set_rule("unknown-filter-attribute-refused", true);

    let request = PageRequest::new().filter(Filter::present("noSuch"));
    let words = refusal(fixture.users().list(&request).await);

    assert_eq!(words, "Parameter \"filter\": unknown attribute noSuch.");
}

#[tokio::test]
async fn a_list_is_sorted_both_ways() {
    let fixture = with_users(&["b", "c", "a"]).await;
    let users = fixture.users();
    let sorted = |sort| PageRequest::new().sort(sort);

    let up = users.list(&sorted(Sort::ascending("username"))).await.unwrap();
    let down = users.list(&sorted(Sort::descending("username"))).await.unwrap();

    assert_eq!(names(&up), ["a", "b", "c"]);
    assert_eq!(names(&down), ["c", "b", "a"]);
    assert_never_sent(users.list(&sorted(Sort::ascending(""))).await);
    let query = "startIndex=0&count=100&sortBy=username&ascending=descending";
    assert_eq!(fixture.request_lines()[1], format!("GET /user?{query}"));
}

#[tokio::test]
async fn a_list_holds_only_users_of_namespaces_that_the_client_may_access() {
    let fixture = Fixture::with(|sandbox| sandbox.namespace(json!({"code": "other"}))).await;
    fixture.add_user(json!({"username": "here"}));
    fixture.add_user(json!({"username": "there", "nsCode": "other"}));
    let client = trivore_sandbox::ApiClient::new("local", "secret").namespaces(["other"]);
    fixture.sandbox().create_api_client(client);
    let users = fixture.users_as(trivore::Credentials::basic("local", "secret"));

    let page = users.list(&PageRequest::new()).await.unwrap();

    assert_eq!(names(&page), ["there"]);
    assert_eq!(page.total_results, Some(1));
}
