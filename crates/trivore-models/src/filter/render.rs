//! Rendering of filters as text.

use std::fmt;

use serde_json::Value;

use super::{
    attribute::Shown,
    error::InvalidFilter,
    expression::{Filter, Node},
    value::FilterValue,
};

impl Filter {
    /// Renders the filter in the syntax of the service.
    ///
    /// # Errors
    ///
    /// The filter is invalid; see [`validate`](Self::validate).
    pub fn render(&self) -> Result<String, InvalidFilter> {
        self.validate()?;
        Ok(self.to_string())
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, values: Values) -> fmt::Result {
        match &self.node {
            Node::Joined(connective, operands) => {
                for (index, operand) in operands.iter().enumerate() {
                    if index > 0 {
                        write!(f, " {} ", connective.as_str())?;
                    }
                    operand.write_operand(f, values)?;
                }
                Ok(())
            }
            Node::Not(inner) => {
                f.write_str("not (")?;
                inner.write(f, values)?;
                f.write_str(")")
            }
            Node::Present(attribute) => {
                write_attribute(f, attribute, values)?;
                f.write_str(" pr")
            }
            Node::Compare { attribute, operator, value } => {
                write_attribute(f, attribute, values)?;
                write!(f, " {} ", operator.as_str())?;
                match values {
                    Values::Shown => write_value(f, value),
                    Values::Redacted => f.write_str("<redacted>"),
                }
            }
            // No parser accepts this, so it cannot be mistaken for a filter.
            Node::Invalid(reason) => {
                write!(f, "<invalid filter: {}>", InvalidFilter::new(*reason))
            }
        }
    }

    fn write_operand(&self, f: &mut fmt::Formatter<'_>, values: Values) -> fmt::Result {
        match &self.node {
            Node::Joined(..) | Node::Not(_) => {
                f.write_str("(")?;
                self.write(f, values)?;
                f.write_str(")")
            }
            Node::Present(_) | Node::Compare { .. } | Node::Invalid(_) => self.write(f, values),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, Values::Shown)
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Filter(")?;
        self.write(f, Values::Redacted)?;
        f.write_str(")")
    }
}

#[derive(Clone, Copy)]
enum Values {
    Shown,
    Redacted,
}

fn write_attribute(f: &mut fmt::Formatter<'_>, attribute: &str, values: Values) -> fmt::Result {
    match values {
        Values::Shown => f.write_str(attribute),
        Values::Redacted => write!(f, "{}", Shown(attribute)),
    }
}

fn write_value(f: &mut fmt::Formatter<'_>, value: &FilterValue) -> fmt::Result {
    match value {
        FilterValue::Text(text) => write!(f, "{}", Value::from(text.as_str())),
        FilterValue::Integer(number) => write!(f, "{number}"),
        // `Debug` always writes a decimal point or an exponent, so it parses as a float.
        FilterValue::Float(number) => write!(f, "{number:?}"),
        FilterValue::Boolean(fact) => write!(f, "{fact}"),
    }
}
