//! The page of facts lists every rule of the sandbox with its default.

use trivore_sandbox::Rules;

const FACTS: &str = include_str!("../../crates/trivore-models/src/facts.md");

#[test]
fn every_rule_of_the_sandbox_is_an_open_question_of_the_facts() {
    for rule in Rules::default().list() {
        let default = if rule.on { "on" } else { "off" };
        let row = format!("| `{}` | {default} | ", rule.name);

        assert!(FACTS.contains(&row), "facts.md has no row that begins with {row}");
    }
}
