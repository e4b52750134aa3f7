//! Writes HTML in which every text is escaped.

use crate::values::html::escaped;

/// HTML while it is written.
#[derive(Default)]
pub(super) struct Html(String);

/// Attributes of an element: names, and values that are escaped.
type Attributes<'a> = &'a [(&'static str, &'a str)];

impl Html {
    /// Writes markup that is part of the program.
    pub(super) fn markup(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// Writes a text.
    pub(super) fn text(&mut self, text: &str) {
        self.0.push_str(&escaped(text));
    }

    /// Writes an element.
    pub(super) fn element(
        &mut self,
        name: &'static str,
        attributes: Attributes<'_>,
        content: impl FnOnce(&mut Self),
    ) {
        self.0.push('<');
        self.0.push_str(name);
        for (attribute, value) in attributes {
            self.0.push(' ');
            self.0.push_str(attribute);
            self.0.push_str("=\"");
            self.text(value);
            self.0.push('"');
        }
        self.0.push('>');
        content(self);
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push_str(">\n");
    }

    /// Writes an element that holds a text.
    pub(super) fn leaf(&mut self, name: &'static str, attributes: Attributes<'_>, text: &str) {
        self.element(name, attributes, |html| html.text(text));
    }

    /// Writes a text in which backticks mark code and double asterisks mark what is important.
    pub(super) fn prose(&mut self, text: &str) {
        for (index, part) in text.split('`').enumerate() {
            if index % 2 == 1 {
                self.leaf("code", &[], part);
                continue;
            }
            for (index, part) in part.split("**").enumerate() {
                if index % 2 == 1 {
                    self.leaf("strong", &[], part);
                } else {
                    self.text(part);
                }
            }
        }
    }

    /// Writes the paragraphs of a text.
    pub(super) fn paragraphs(&mut self, text: &str) {
        for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
            self.element("p", &[], |html| html.prose(paragraph));
        }
    }

    /// Writes JSON; with the keyboard, it can be scrolled.
    pub(super) fn json(&mut self, label: &str, value: &serde_json::Value) {
        let attributes = [("tabindex", "0"), ("role", "region"), ("aria-label", label)];
        self.element("pre", &attributes, |html| html.leaf("code", &[], &format!("{value:#}")));
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Html)) -> String {
        let mut html = Html::default();
        write(&mut html);
        html.finish()
    }

    #[test]
    fn texts_and_attributes_are_escaped() {
        assert_eq!(
            written(|html| html.leaf("a", &[("title", "\"><b>")], "'<script>&amp;")),
            "<a title=\"&quot;&gt;&lt;b&gt;\">&#39;&lt;script&gt;&amp;amp;</a>\n",
        );
    }

    #[test]
    fn backticks_and_asterisks_mark_parts_of_a_text() {
        assert_eq!(
            written(|html| html.prose("a `<b>` **c**")),
            "a <code>&lt;b&gt;</code>\n <strong>c</strong>\n",
        );
    }
}
