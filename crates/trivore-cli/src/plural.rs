//! Numbers of things in words.

/// Returns a number with its noun, such as `1 user` and `2 users`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_thing_is_not_several() {
        assert_eq!([0, 1, 2].map(|count| counted(count, "user")), ["0 users", "1 user", "2 users"]);
    }
}
