//! Numbers of things in messages.

/// Returns a number with the name of what it counts, such as `1 row` and `2 rows`.
pub(crate) fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn only_one_has_no_plural() {
        for (count, expected) in [(0, "0 rows"), (1, "1 row"), (2, "2 rows")] {
            assert_eq!(counted(count, "row"), expected);
        }
    }
}
