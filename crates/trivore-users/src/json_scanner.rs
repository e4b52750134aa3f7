//! Finds the elements of JSON objects and lists without decoding them.

/// Finds where values begin and end, whatever they contain.
pub(crate) struct JsonScanner<'a> {
    rest: &'a [u8],
}

impl<'a> JsonScanner<'a> {
    pub(crate) fn new(json: &'a [u8]) -> Self {
        Self { rest: json }
    }

    /// Passes over a list of elements with commas between them.
    pub(crate) fn list(
        &mut self,
        open: u8,
        close: u8,
        mut element: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.skip(open)?;
        if self.skip(close).is_some() {
            return Some(());
        }
        loop {
            element(self)?;
            if self.skip(close).is_some() {
                return Some(());
            }
            self.skip(b',')?;
        }
    }

    /// Passes over a character and the spaces before it.
    pub(crate) fn skip(&mut self, character: u8) -> Option<()> {
        self.rest = self.rest.trim_ascii_start().strip_prefix(&[character])?;
        Some(())
    }

    /// Passes over a value and returns it.
    pub(crate) fn value(&mut self) -> Option<&'a [u8]> {
        let start = self.rest.trim_ascii_start();
        let length = match start.first()? {
            b'"' => string_length(start)?,
            b'{' | b'[' => nested_length(start)?,
            _ => {
                let is_end = |b: &u8| b",:[]{}\"".contains(b) || b.is_ascii_whitespace();
                start.iter().position(is_end).unwrap_or(start.len())
            }
        };
        let (value, rest) = start.split_at_checked(length)?;
        self.rest = rest;
        (!value.is_empty()).then_some(value)
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.trim_ascii_start().is_empty()
    }
}

/// Returns the length of the string at the start, with its quotes.
fn string_length(json: &[u8]) -> Option<usize> {
    let mut is_escaped = false;
    let end = json.iter().skip(1).position(|&b| {
        let is_end = b == b'"' && !is_escaped;
        is_escaped = b == b'\\' && !is_escaped;
        is_end
    })?;
    Some(end + 2)
}

/// Returns the length of the object or array at the start.
fn nested_length(json: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        match json.get(at)? {
            b'"' => {
                at += string_length(json.get(at..)?)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}
