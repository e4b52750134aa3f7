//! The parser of filters.
//!
//! It accepts the spellings of different clients: any amount of white space, including none
//! next to parentheses and quotes, and operators, connectives and booleans in any case. `and`
//! has precedence over `or`, as in RFC 7644.

use serde_json::Number;

use super::{
    attribute::{check_attribute, is_attribute_character},
    error::{InvalidFilter, Reason},
    expression::Filter,
    operator::Operator,
    value::FilterValue,
};
use crate::quoted::quoted_length;

pub(super) fn parse(text: &str) -> Result<Filter, InvalidFilter> {
    let mut reader = Reader { text, position: 0 };
    let filter = reader.disjunction(0)?;
    if reader.peek().is_some() {
        return Err(reader.error(Reason::ConnectiveExpected));
    }
    filter.validate().map_err(|error| error.found_at(reader.position))?;
    Ok(filter)
}

struct Reader<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Reader<'a> {
    fn disjunction(&mut self, depth: usize) -> Result<Filter, InvalidFilter> {
        let mut filter = self.conjunction(depth)?;
        while self.take_keyword("or") {
            filter = filter.or(self.conjunction(depth)?);
        }
        Ok(filter)
    }

    fn conjunction(&mut self, depth: usize) -> Result<Filter, InvalidFilter> {
        let mut filter = self.term(depth)?;
        while self.take_keyword("and") {
            filter = filter.and(self.term(depth)?);
        }
        Ok(filter)
    }

    fn term(&mut self, depth: usize) -> Result<Filter, InvalidFilter> {
        if self.take_keyword("not") {
            if self.peek() != Some('(') {
                return Err(self.error(Reason::OpenParenthesisExpected));
            }
            return Ok(self.group(depth)?.not());
        }
        if self.peek() == Some('(') {
            return self.group(depth);
        }
        self.comparison()
    }

    /// Checks the depth before it recurses, so that no text overflows the stack.
    fn group(&mut self, depth: usize) -> Result<Filter, InvalidFilter> {
        if depth == Filter::MAX_DEPTH {
            return Err(self.error(Reason::TooDeep));
        }
        self.position += 1;
        let filter = self.disjunction(depth + 1)?;
        if self.peek() != Some(')') {
            return Err(self.error(Reason::CloseParenthesisExpected));
        }
        self.position += 1;
        Ok(filter)
    }

    fn comparison(&mut self) -> Result<Filter, InvalidFilter> {
        self.skip_space();
        let start = self.position;
        let attribute = self.take_while(is_attribute_character);
        if self.rest().starts_with('[') {
            return Err(self.error(Reason::AttributeGrouping));
        }
        check_attribute(attribute).map_err(|reason| InvalidFilter::at(start, reason))?;

        self.skip_space();
        let start = self.position;
        let word = self.take_while(|character| character.is_ascii_alphabetic());
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Filter::present(attribute));
        }
        let Some(operator) = Operator::parse(word) else {
            return Err(InvalidFilter::at(start, Reason::OperatorExpected));
        };
        Ok(Filter::compare(attribute, operator, self.value()?))
    }

    fn value(&mut self) -> Result<FilterValue, InvalidFilter> {
        match self.peek() {
            Some('"') => self.quoted(),
            Some('-' | '0'..='9') => self.number(),
            _ => self.literal(),
        }
    }

    fn quoted(&mut self) -> Result<FilterValue, InvalidFilter> {
        let error = |reason| InvalidFilter::at(self.position, reason);
        let length = quoted_length(self.rest()).ok_or_else(|| error(Reason::UnclosedText))?;
        let text = serde_json::from_str(&self.rest()[..length]);
        let text = text.map_err(|_reason| error(Reason::Text))?;
        self.position += length;
        Ok(FilterValue::Text(text))
    }

    /// Rejects integers out of range: as floats, they would equal neighboring integers.
    fn number(&mut self) -> Result<FilterValue, InvalidFilter> {
        let start = self.position;
        let digits = self.take_while(|c| matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E'));
        let error = |reason| InvalidFilter::at(start, reason);
        if digits.contains(['.', 'e', 'E']) {
            // The grammar is that of JSON, but the standard library rounds exactly.
            let number = digits.parse().map_err(|_reason| error(Reason::Number))?;
            if !f64::is_finite(number) {
                return Err(error(Reason::NumberRange));
            }
            serde_json::from_str::<Number>(digits).map_err(|_reason| error(Reason::Number))?;
            return Ok(FilterValue::Float(number));
        }
        serde_json::from_str::<Number>(digits).map_err(|_reason| error(Reason::Number))?;
        digits.parse().map(FilterValue::Integer).map_err(|_reason| error(Reason::NumberRange))
    }

    fn literal(&mut self) -> Result<FilterValue, InvalidFilter> {
        let start = self.position;
        let word = self.take_while(is_attribute_character);
        if word.eq_ignore_ascii_case("true") {
            Ok(FilterValue::Boolean(true))
        } else if word.eq_ignore_ascii_case("false") {
            Ok(FilterValue::Boolean(false))
        } else if word.eq_ignore_ascii_case("null") {
            Err(InvalidFilter::at(start, Reason::Null))
        } else {
            Err(InvalidFilter::at(start, Reason::ValueExpected))
        }
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        self.skip_space();
        let start = self.position;
        if self.take_while(is_attribute_character).eq_ignore_ascii_case(keyword) {
            return true;
        }
        self.position = start;
        false
    }

    fn take_while(&mut self, accepts: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = rest.find(|character| !accepts(character)).unwrap_or(rest.len());
        self.position += taken;
        &rest[..taken]
    }

    fn peek(&mut self) -> Option<char> {
        self.skip_space();
        self.rest().chars().next()
    }

    fn skip_space(&mut self) {
        self.take_while(|character| character.is_ascii_whitespace());
    }

    fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    fn error(&self, reason: Reason) -> InvalidFilter {
        InvalidFilter::at(self.position, reason)
    }
}
