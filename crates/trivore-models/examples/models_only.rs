//! Reads users from JSON, changes one and shows the update, without any I/O to the service.
//!
//! ```console
//! cargo run -p trivore-models --example models_only
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use trivore_models::{Changes, Filter, Mobile, Page, PageRequest, User};

const PAGE: &str = r#"{
    "totalResults": 2, "startIndex": 0, "itemsPerPage": 100,
    "resources": [
        {
            "id": "5b0cfba4e2bb230ff8b535e6", "nsCode": "testsdk", "username": "maija",
            "name": {"givenName": "Maija", "familyName": "Meikäläinen"},
            "emails": [{"address": "maija@example.com", "verified": true, "tags": null}],
            "mfaMethod": "A_METHOD_OF_TOMORROW",
            "nickName": "Maikki",
            "aFieldOfTomorrow": {"kept": true}
        },
        {"id": "5b0cfba4e2bb230ff8b535e7", "nsCode": "testsdk", "emails": ["bare@example.com"]}
    ]
}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let page: Page<User> = serde_json::from_str(PAGE)?;
    println!("{} of {:?} users", page.resources.len(), page.total_results);
    for user in &page {
        // `Debug` names what is set, and shows no personal data.
        println!("{user:?}");
        println!(
            "  {} verified addresses",
            user.emails().iter().filter(|e| e.verified == Some(true)).count()
        );
    }

    let Some(before) = page.iter().next() else {
        return Ok(());
    };
    let mut after = before.clone();
    after.mobiles = Some(vec![Mobile::new("+358401234567").tag("work")]);
    after.nick_name = None;
    println!("\nthe whole user:\n{}", serde_json::to_string_pretty(&after)?);
    let changes = Changes::between(before, &after)?;
    println!("\njust what changed:\n{}", serde_json::to_string_pretty(&changes)?);

    let filter = Filter::eq("nsCode", "testsdk")
        .and(Filter::starts_with("username", "mai").or(!Filter::present("email")));
    println!("\nfilter: {filter}");
    println!("query: {:?}", PageRequest::new().count(50).filter(filter).query_pairs()?);
    Ok(())
}
