//! Reads users from JSON, changes one and prints the update, without a connection to a service.
//!
//! ```console
//! cargo run -p trivore-models --example models_only
//! ```

#![expect(clippy::print_stdout, reason = "examples print their results")]

use std::error::Error;

use trivore_models::{Changes, Filter, Mobile, Page, PageRequest, User};

const PAGE: &str = r#"{
    "totalResults": 2, "startIndex": 0, "itemsPerPage": 100,
    "resources": [
        {
            "id": "5b0cfba4e2bb230ff8b535e6", "nsCode": "testsdk", "username": "maija",
            "name": {"givenName": "Maija", "familyName": "Meikäläinen"},
            "emails": [{"address": "maija@example.com", "verified": true, "tags": null}],
            "mfaMethod": "A_FUTURE_METHOD",
            "nickName": "Maikki",
            "aFutureField": {"kept": true}
        },
        {"id": "5b0cfba4e2bb230ff8b535e7", "nsCode": "testsdk", "emails": ["bare@example.com"]}
    ]
}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let page: Page<User> = serde_json::from_str(PAGE)?;
    println!("{} of {:?} users", page.resources.len(), page.total_results);
    for user in &page {
        // `Debug` shows the names of the fields that are set, and no personal data.
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
    println!("\nthe complete user:\n{}", serde_json::to_string_pretty(&after)?);
    let changes = Changes::between(before, &after)?;
    println!("\nonly the changes:\n{}", serde_json::to_string_pretty(&changes)?);

    let filter = Filter::eq("nsCode", "testsdk")
        .and(Filter::starts_with("username", "mai").or(!Filter::present("email")));
    println!("\nfilter: {filter}");
    println!("query: {:?}", PageRequest::new().count(50).filter(filter).query_pairs()?);
    Ok(())
}
