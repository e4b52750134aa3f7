//! Defects 29 to 33: filters that have an unintended meaning.

use trivore::models::{Filter, PageRequest, Timestamp};
use trivore_tests::Recorder;

/// Sends a filter and returns the filter in the query.
async fn sent(filter: Filter) -> String {
    let recorder = Recorder::new();
    let request = PageRequest::new().filter(filter);
    drop(recorder.trivore().users().list(&request).await);
    recorder
        .last()
        .query()
        .into_iter()
        .find_map(|(name, text)| (name == "filter").then_some(text))
        .unwrap_or_default()
}

#[tokio::test]
async fn g29_a_text_never_leaves_its_quotes() {
    let value = r#"a" or nsCode pr or username eq "b\"#;

    let sent = sent(Filter::eq("username", value)).await;

    assert_eq!(sent, r#"username eq "a\" or nsCode pr or username eq \"b\\""#);
    assert_eq!(Filter::parse(&sent), Ok(Filter::eq("username", value)));
}

#[tokio::test]
async fn g29_an_attribute_is_a_name_and_nothing_else() {
    let recorder = Recorder::new();
    let request = PageRequest::new().filter(Filter::eq("a pr or b", "x"));

    let error = recorder.trivore().users().list(&request).await.unwrap_err();

    assert!(error.is_invalid_input());
    assert!(recorder.requests().is_empty());
}

#[tokio::test]
async fn g30_filters_negate_and_join_any_number() {
    let names = ["a", "b", "c"].map(|name| Filter::eq("username", name));
    let filter = Filter::any_of(names).unwrap().and(!Filter::present("email"));

    let sent = sent(filter).await;

    assert_eq!(
        sent,
        r#"(username eq "a" or username eq "b" or username eq "c") and (not (email pr))"#
    );
}

#[tokio::test]
async fn g31_fractions_are_numbers_and_instants_are_instants() {
    let instant = Timestamp::from("2017-10-20T07:17:17.606Z").to_jiff().unwrap();
    let filter = Filter::gt("n", 1.5).and(Filter::ge("createdDate", instant));

    let sent = sent(filter).await;

    assert_eq!(sent, r#"n gt 1.5 and createdDate ge "2017-10-20T07:17:17.606Z""#);
}

#[tokio::test]
async fn g32_presence_alone_is_a_filter() {
    assert_eq!(sent(Filter::present("memberOf")).await, "memberOf pr");
}

#[tokio::test]
async fn g33_truth_values_stand_bare() {
    let filter = Filter::eq("locked", true).or(Filter::eq("minor", false));

    assert_eq!(sent(filter).await, "locked eq true or minor eq false");
}
