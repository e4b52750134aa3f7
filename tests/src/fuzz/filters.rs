//! Filter expressions, parsed from text.

use trivore::models::Filter;

use super::telling;

/// Checks that a filter renders to an equivalent expression, or that the error has a position.
pub fn filters(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match Filter::parse(text) {
        Ok(filter) => {
            let written = filter.render().unwrap();
            assert_eq!(Filter::parse(&written).as_ref(), Ok(&filter), "{written}");
            assert_eq!(Filter::parse(&written).unwrap().render().unwrap(), written);
        }
        Err(error) => {
            let position = error.position();
            assert!(position.is_some_and(|at| text.is_char_boundary(at)), "{position:?} {error}");
            telling::one_line(&error.to_string());
        }
    }
}
