//! Numbers of things in words.

use std::fmt::Display;

/// Returns a number with its noun, such as `1 user` and `2 users`.
pub(crate) fn counted<N: Copy + Display + From<u8> + PartialEq>(count: N, noun: &str) -> String {
    let plural = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_thing_is_not_several() {
        assert_eq!([0, 1, 2].map(|count| counted(count, "user")), ["0 users", "1 user", "2 users"]);
    }
}
