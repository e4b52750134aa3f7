//! Filters keep their meaning for any values.

use proptest::prelude::*;
use proptest::sample::select;
use trivore::models::{Filter, FilterValue, PageRequest};
use trivore_tests::Recorder;

use super::strategies::{fail, text};

fn value() -> impl Strategy<Value = FilterValue> {
    prop_oneof![
        3 => text().prop_map(FilterValue::Text),
        1 => any::<i64>().prop_map(FilterValue::Integer),
        1 => any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(FilterValue::Float),
        1 => any::<bool>().prop_map(FilterValue::Boolean),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    type Compare = fn(&str, FilterValue) -> Filter;
    let operators: Vec<Compare> = vec![
        Filter::eq,
        Filter::ne,
        Filter::contains,
        Filter::starts_with,
        Filter::ends_with,
        Filter::gt,
        Filter::ge,
        Filter::lt,
        Filter::le,
    ];
    let attribute = || {
        "[a-zA-Z_$][a-zA-Z0-9_.:$-]{0,8}|android|nothing|orange|prefix|éa"
            .prop_filter("a keyword", |name| Filter::present(name).validate().is_ok())
    };
    let comparison = (attribute(), select(operators), value())
        .prop_map(|(attribute, compare, value)| compare(&attribute, value));
    let leaf = prop_oneof![
        1 => attribute().prop_map(|attribute| Filter::present(&attribute)),
        4 => comparison,
    ];
    leaf.prop_recursive(5, 24, 4, |inner| {
        let several = || proptest::collection::vec(inner.clone(), 1..4);
        let nothing = || Filter::present("id");
        prop_oneof![
            several().prop_map(move |all| Filter::all_of(all).unwrap_or_else(nothing)),
            several().prop_map(move |any| Filter::any_of(any).unwrap_or_else(nothing)),
            inner.clone().prop_map(Filter::not),
        ]
    })
}

/// Returns the filter in the query of a list request.
fn sent(filter: Filter) -> Option<String> {
    let recorder = Recorder::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().ok()?;
    let request = PageRequest::new().filter(filter);
    drop(runtime.block_on(recorder.trivore().users().list(&request)));
    let query = recorder.last().query();
    query.into_iter().find_map(|(name, text)| (name == "filter").then_some(text))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_filter_that_is_written_reads_as_itself(filter in filter()) {
        let text = filter.render().map_err(fail)?;

        prop_assert_eq!(Filter::parse(&text), Ok(filter), "{}", text);
        prop_assert_eq!(text.parse::<Filter>().map(|read| read.to_string()), Ok(text));
    }

    #[test]
    fn any_text_is_read_or_refused(text in text()) {
        if let Ok(filter) = Filter::parse(&text) {
            prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_filter_that_is_sent_is_the_one_that_was_meant(filter in filter()) {
        let text = sent(filter.clone());

        prop_assert_eq!(text.as_deref().map(Filter::parse), Some(Ok(filter)));
    }

    #[test]
    fn no_text_escapes_its_quotes(text in text()) {
        let filter = Filter::eq("nsCode", "mine").and(Filter::eq("username", &text));

        let sent = sent(filter.clone()).unwrap_or_default();

        prop_assert_eq!(Filter::parse(&sent), Ok(filter));
        let quoted = serde_json::Value::from(text).to_string();
        prop_assert_eq!(sent, format!(r#"nsCode eq "mine" and username eq {quoted}"#));
    }

    #[test]
    fn an_attribute_is_refused_or_sent_as_it_is(name in text()) {
        let filter = Filter::present(&name);

        let is_valid = filter.validate().is_ok();

        prop_assert_eq!(Filter::parse(&format!("{name} pr")) == Ok(filter), is_valid);
    }
}
