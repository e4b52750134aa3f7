//! Tests of filters, by example and by property.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn reads_as(text: &str, expected: Filter) {
    assert_eq!(Filter::parse(text).map(|f| f.to_string()), expected.render(), "{text}");
    assert!(Filter::parse(text) == Ok(expected), "{text}");
}

#[track_caller]
fn is_refused(text: &str, message: &str) {
    assert_eq!(Filter::parse(text).unwrap_err().to_string(), message, "{text}");
}

#[test]
fn documented_filters_are_read() {
    reads_as(r#"username Eq "john""#, Filter::eq("username", "john"));
    reads_as(
        r#"createdDate gt "2017-10-20T07:17:17.606Z""#,
        Filter::gt("createdDate", crate::Timestamp::from("2017-10-20T07:17:17.606Z")),
    );
    reads_as(
        r#"ownerId eq "1" and name eq "x""#,
        Filter::eq("ownerId", "1").and(Filter::eq("name", "x")),
    );
}

#[test]
fn filters_of_the_python_sdk_are_read() {
    reads_as(
        r#"(nsCode eq "x")  and  (email pr )"#,
        Filter::eq("nsCode", "x").and(Filter::present("email")),
    );
}

#[test]
fn and_binds_tighter_than_or() {
    let (a, b, c) = (Filter::present("a"), Filter::present("b"), Filter::present("c"));

    reads_as("a pr or b pr and c pr", a.clone().or(b.clone().and(c.clone())));
    reads_as("(a pr or b pr)and(c pr)", a.or(b).and(c));
}

#[test]
fn values_keep_their_kind() {
    assert_eq!(Filter::eq("n", 1).to_string(), "n eq 1");
    assert_eq!(Filter::eq("n", 1.0).to_string(), "n eq 1.0");
    assert_eq!(Filter::eq("n", true).to_string(), "n eq true");
    assert_eq!(Filter::eq("n", r#"a"b\c"#).to_string(), r#"n eq "a\"b\\c""#);
    reads_as("n eq -1.5E3", Filter::eq("n", -1500.0));
    reads_as("n eq TRUE", Filter::eq("n", true));
}

#[test]
fn compound_operands_have_parentheses() {
    let filter = Filter::eq("a", 1).and(Filter::present("b").or(!Filter::present("c")));

    assert_eq!(filter.to_string(), "a eq 1 and (b pr or (not (c pr)))");
}

#[test]
fn filters_are_canonical() {
    let (a, b, c) = (Filter::present("a"), Filter::present("b"), Filter::present("c"));

    assert_eq!(a.clone().and(b.clone().and(c.clone())), a.clone().and(b.clone()).and(c.clone()));
    assert_eq!(!!a.clone(), a);
    assert_eq!(
        Filter::all_of([a.clone(), b.clone(), c]).unwrap().to_string(),
        "a pr and b pr and c pr"
    );
    assert_eq!(Filter::any_of([a, b]).unwrap().to_string(), "a pr or b pr");
    assert_eq!(Filter::all_of([]), None);
}

#[test]
fn errors_say_what_and_where() {
    is_refused("", "expected an attribute name at byte 0");
    is_refused("a", "expected an operator at byte 1");
    is_refused("a xx 1", "expected an operator at byte 2");
    is_refused("a eq", "expected a value at byte 4");
    is_refused("a eq x", "expected a value at byte 5");
    is_refused("a eq null", "`null` is not supported in filters at byte 5");
    is_refused("a eq 01", "value is not a JSON number at byte 5");
    is_refused("a eq 9223372036854775808", "number is out of range at byte 5");
    is_refused("a eq 1e999", "number is out of range at byte 5");
    is_refused(r#"a eq "x"#, "quoted value has no closing quote at byte 5");
    is_refused(r#"a eq "\x""#, "quoted value is not a JSON string at byte 5");
    is_refused("a pr b pr", "expected `and`, `or` or the end of the filter at byte 5");
    is_refused("a pr)", "expected `and`, `or` or the end of the filter at byte 4");
    is_refused("(a pr", "expected `)` at byte 5");
    is_refused("not a pr", "expected `(` after `not` at byte 4");
    is_refused("emails[type eq 1]", "grouping with `[` and `]` is not supported at byte 6");
}

#[test]
fn a_bad_attribute_is_never_sent() {
    for name in ["", " ", "a b", "a\"", "a(", "a)", "a[0]", "1a", "-a", "and", "OR", "Not", "a\n"] {
        let filter = Filter::eq(name, "x").or(Filter::present("a"));

        assert!(filter.validate().is_err(), "{name:?}");
        assert!(filter.render().is_err(), "{name:?}");
        assert!(Filter::parse(&filter.to_string()).is_err(), "{name:?}");
        assert!(matches!(filter.expression(), Expression::Invalid), "{name:?}");
    }
}

#[test]
fn a_number_that_is_not_finite_is_never_sent() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(Filter::gt("a", number).not().render().is_err());
    }
}

#[test]
fn depth_is_bounded() {
    let mut filter = Filter::present("a");
    for level in 2..=Filter::MAX_DEPTH {
        let other = Filter::present("b");
        filter = if level % 2 == 0 { filter.and(other) } else { filter.or(other) };
    }

    assert!(Filter::parse(&filter.render().unwrap()) == Ok(filter.clone()));
    assert_eq!(filter.not().validate().unwrap_err().to_string(), "filter is nested too deeply");
    is_refused(&"(".repeat(1_000_000), "filter is nested too deeply at byte 64");
    is_refused(&"not(".repeat(1_000_000), "filter is nested too deeply at byte 259");
}

#[test]
fn a_wide_filter_is_not_a_deep_one() {
    let filter = Filter::any_of((0..100_000).map(|n| Filter::eq("id", n))).unwrap();

    assert!(Filter::parse(&filter.render().unwrap()) == Ok(filter));
}

#[test]
fn debug_shows_no_values() {
    let filter =
        Filter::eq("username", "john").and(Filter::gt("age", 41)).and(Filter::eq("b", true));

    assert_eq!(
        format!("{filter:?}"),
        "Filter(username eq <redacted> and age gt <redacted> and b eq <redacted>)"
    );
    assert_eq!(format!("{:?}", FilterValue::from("john")), "Text(<redacted>)");
}

fn attribute_name() -> impl Strategy<Value = String> {
    r"[A-Za-zåäöÅ_$][A-Za-z0-9äж_.:$-]{0,8}"
        .prop_filter("keywords", |name| attribute::check_attribute(name).is_ok())
}

fn value() -> impl Strategy<Value = FilterValue> {
    prop_oneof![
        any::<String>().prop_map(FilterValue::Text),
        r#"[ "\\a)(\n]{0,8}"#.prop_map(FilterValue::Text),
        any::<i64>().prop_map(FilterValue::Integer),
        any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(FilterValue::Float),
        any::<bool>().prop_map(FilterValue::Boolean),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    let leaf = prop_oneof![
        attribute_name().prop_map(|name| Filter::present(&name)),
        (attribute_name(), 0..Operator::ALL.len(), value())
            .prop_map(|(name, index, value)| Filter::compare(&name, Operator::ALL[index], value)),
    ];
    leaf.prop_recursive(8, 64, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a.and(b)),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a.or(b)),
            inner.prop_map(Filter::not),
        ]
    })
}

proptest! {
    #[test]
    fn every_filter_reads_back(filter in filter()) {
        prop_assert_eq!(Filter::parse(&filter.render().unwrap()), Ok(filter));
    }

    #[test]
    fn no_value_escapes_its_quotes(text in any::<String>(), tail in r#"[ "\\a)(]{0,8}"#) {
        let text = text + &tail;

        let parsed = Filter::parse(&Filter::eq("username", &text).to_string()).unwrap();

        let value = FilterValue::Text(text);
        prop_assert_eq!(
            parsed.expression(),
            Expression::Compare { attribute: "username", operator: Operator::Eq, value: &value }
        );
    }

    #[test]
    fn any_attribute_is_refused_or_reads_back(name in any::<String>()) {
        let filter = Filter::present(&name);

        match filter.render() {
            Ok(text) => prop_assert_eq!(Filter::parse(&text), Ok(filter)),
            Err(_) => prop_assert!(Filter::parse(&filter.to_string()).is_err()),
        }
    }

    #[test]
    fn any_text_is_read_without_panic(text in any::<String>()) {
        let _ = Filter::parse(&text);
    }

    #[test]
    fn nearly_filters_are_read_without_panic(
        text in r#"(a|not|and|or|eq|pr|"|\\|\(|\)|\[|1|-|\.|e|true|null| |ä){0,24}"#,
    ) {
        if let Ok(filter) = Filter::parse(&text) {
            prop_assert_eq!(Filter::parse(&filter.render().unwrap()), Ok(filter));
        }
    }
}

#[test]
fn a_text_that_is_too_deep_to_write_is_refused_with_a_place() {
    let text = format!("{}c pr{}", "a pr and (b pr or ".repeat(40), ")".repeat(40));

    let error = Filter::parse(&text).unwrap_err();

    assert_eq!(error.position(), Some(text.len()));
}
