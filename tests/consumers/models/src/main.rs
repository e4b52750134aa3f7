//! A program that has the JSON already, and needs nothing but the models.

use std::error::Error;

use trivore_models::{Changes, Filter, Page, User};

fn main() -> Result<(), Box<dyn Error>> {
    let export = r#"{"totalResults": 1, "resources": [
        {"id": "5b0cfba4e2bb230ff8b535e6", "nickName": "Maikki", "fieldOfALaterVersion": 1}
    ]}"#;
    let page: Page<User> = serde_json::from_str(export)?;
    let before = page.resources.first().ok_or("the page is empty")?;
    let mut after = before.clone();
    after.nick_name = None;

    let changes = serde_json::to_string(&Changes::between(before, &after)?)?;
    let filter = Filter::eq("nsCode", "testsdk").and(Filter::present("email"));

    assert_eq!(changes, r#"{"nickName":null}"#);
    assert!(serde_json::to_string(&after)?.contains("fieldOfALaterVersion"));
    assert_eq!(filter.render()?, r#"nsCode eq "testsdk" and email pr"#);
    Ok(())
}
