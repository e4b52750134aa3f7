//! The pages of the sign-in: plain HTML, without scripts.

use crate::values::html::escaped;
use crate::values::paths::{SIGN_IN, SIGN_OUT};

/// What a page for the name and the password shows.
pub(super) struct PasswordPage<'a> {
    pub(super) id: &'a str,
    pub(super) client_id: &'a str,
    pub(super) username: &'a str,
    pub(super) namespace: &'a str,
    pub(super) error: Option<&'a str>,
}

impl PasswordPage<'_> {
    pub(super) fn html(&self) -> String {
        let Self { id, client_id, username, namespace, error } = self;
        let fields = [
            field(&Field { name: "username", label: "User name", value: username, ..TEXT }),
            field(&Field {
                name: "password",
                label: "Password",
                kind: "password",
                autocomplete: "current-password",
                ..TEXT
            }),
            field(&Field {
                name: "namespace",
                label: "Namespace (optional)",
                value: namespace,
                autocomplete: "off",
                required: "",
                ..TEXT
            }),
        ]
        .concat();
        let intro = format!("<p>to continue to <b>{}</b></p>", escaped(client_id));
        document("Sign in", *error, &format!("{intro}{}", form(SIGN_IN, id, &fields, "Sign in")))
    }
}

/// What a page for the second factor shows.
pub(super) struct CodePage<'a> {
    pub(super) id: &'a str,
    pub(super) sent_to: &'a str,
    pub(super) error: Option<&'a str>,
}

impl CodePage<'_> {
    pub(super) fn html(&self) -> String {
        let Self { id, sent_to, error } = self;
        let code = field(&Field {
            name: "code",
            label: "Code",
            autocomplete: "one-time-code",
            more: " inputmode=\"numeric\"",
            ..TEXT
        });
        let intro = format!(
            "<p>A code was sent to <b>{}</b>. In this sandbox, it is in the outbox: \
             <code>GET /sandbox/outbox</code>.</p>",
            escaped(sent_to)
        );
        document(
            "Enter the code",
            *error,
            &format!("{intro}{}", form(SIGN_IN, id, &code, "Continue")),
        )
    }
}

/// Returns the page that asks whether to sign out; the fields are sent back.
pub(super) fn sign_out_page(fields: &[(&str, &str)]) -> String {
    let fields = fields.iter().map(|(name, value)| hidden(name, value)).collect::<String>();
    let form = format!(
        "<form method=\"post\" action=\"{SIGN_OUT}\">{fields}<button>Sign out</button></form>"
    );
    document("Sign out?", None, &form)
}

/// Returns a page without a form.
pub(super) fn message_page(title: &str, message: &str) -> String {
    document(title, None, &format!("<p>{}</p>", escaped(message)))
}

/// A labelled input.
struct Field<'a> {
    name: &'a str,
    label: &'a str,
    kind: &'a str,
    value: &'a str,
    autocomplete: &'a str,
    required: &'a str,
    more: &'a str,
}

const TEXT: Field<'static> = Field {
    name: "",
    label: "",
    kind: "text",
    value: "",
    autocomplete: "username",
    required: " required",
    more: "",
};

fn field(field: &Field<'_>) -> String {
    let Field { name, label, kind, value, autocomplete, required, more } = field;
    let value = escaped(value);
    format!(
        "<label for=\"{name}\">{label}</label><input id=\"{name}\" name=\"{name}\" type=\"{kind}\" \
         value=\"{value}\" autocomplete=\"{autocomplete}\" autocapitalize=\"none\" \
         spellcheck=\"false\"{required}{more}>"
    )
}

fn form(action: &str, page: &str, fields: &str, button: &str) -> String {
    let page = hidden("page", page);
    format!(
        "<form method=\"post\" action=\"{action}\">{page}{fields}<button>{button}</button></form>"
    )
}

fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escaped(value))
}

fn document(title: &str, error: Option<&str>, body: &str) -> String {
    let prefix = if error.is_some() { "Error: " } else { "" };
    let error =
        error.map(|error| format!("<p class=\"error\" role=\"alert\">{}</p>", escaped(error)));
    let error = error.unwrap_or_default();
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{prefix}{title} - Trivore ID sandbox</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{error}{body}\
         <p class=\"note\">This is the Trivore ID sandbox, a server for tests.</p>\
         </main></body></html>\n"
    )
}

pub(super) const STYLE: &str = "\
:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}\
body{margin:0}\
main{max-width:22rem;margin:10vh auto;padding:0 1rem;overflow-wrap:anywhere}\
h1{font-size:1.5rem}\
label{display:block;margin-top:1rem}\
input,button{box-sizing:border-box;width:100%;padding:.6rem;font:inherit;border:1px solid;\
border-radius:.3rem}\
button{margin-top:1.5rem;background:#1d4ed8;color:#fff;cursor:pointer}\
:focus-visible{outline:3px solid #f59e0b;outline-offset:2px}\
.error{padding:.6rem;border:2px solid #dc2626;border-radius:.3rem}\
.note{margin-top:2rem;font-size:.875rem}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_text_is_shown_as_it_is() {
        let script = "\"'><script>alert(1)</script>&lt;";
        let page = PasswordPage {
            id: script,
            client_id: script,
            username: script,
            namespace: script,
            error: Some(script),
        };
        let code = CodePage { id: script, sent_to: script, error: Some(script) };
        for html in [
            page.html(),
            code.html(),
            sign_out_page(&[("state", script)]),
            message_page(script, script),
        ] {
            assert!(!html.contains("<script") && !html.contains("\"'"), "{html}");
            assert!(html.contains("&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;"));
        }
    }
}
