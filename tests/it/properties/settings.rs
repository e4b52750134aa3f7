//! Properties files: any file is read or rejected, and any value can be stored in one.

use proptest::prelude::*;
use proptest::sample::select;
use trivore::{Credentials, Trivore, TrivoreBuilder};
use trivore_sandbox::{ApiClient, Sandbox};

use super::strategies::{fail, text};
use crate::config::{PropertiesFile, signature};

/// Almost valid lines.
fn content() -> impl Strategy<Value = String> {
    let parts = select(vec![
        "service.address",
        "mgmtapi.id",
        "mgmtapi.secret",
        "oidc.client.id",
        "=",
        ":",
        " ",
        "\t",
        "#",
        "!",
        "\\",
        "\\u",
        "\\u00",
        "\\uD83D",
        "\\uDE00",
        "\n",
        "\r",
        "\r\n",
        "\\\n",
        "\u{c}",
        "https://a.example",
        "x",
        "å",
        "\u{feff}",
    ]);
    let part = prop_oneof![4 => parts.prop_map(str::to_owned), 1 => text()];
    proptest::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

/// Escapes a value like `java.util.Properties`.
fn escaped(value: &str) -> String {
    let escape = |unit: u16| match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04X}"),
    };
    value.encode_utf16().map(escape).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_is_read_or_refused(content in content()) {
        let file = PropertiesFile::new(&content)?;

        drop(TrivoreBuilder::from_properties(file.path()));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let file = PropertiesFile::new(&bytes)?;

        let read = TrivoreBuilder::from_properties(file.path());

        prop_assert!(read.is_err(), "random bytes contained the three keys");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_secret_that_is_written_as_java_writes_it_is_read(secret in text()) {
        prop_assume!(!secret.is_empty());
        let secret_line = format!("mgmtapi.secret={}\n", escaped(&secret));
        let content = format!("service.address=https://a.example\nmgmtapi.id=1\n{secret_line}");
        let file = PropertiesFile::new(content)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let given = Trivore::builder("https://a.example").credentials(Credentials::basic("1", &secret));

        let read = TrivoreBuilder::from_properties(file.path()).map_err(fail)?;

        let read = runtime.block_on(signature(read)).ok();
        prop_assert!(read.is_some());
        prop_assert_eq!(read, runtime.block_on(signature(given)).ok());
    }

    #[test]
    fn what_the_sandbox_writes_is_read(id in text(), secret in text()) {
        let id = id.replace(':', "");
        prop_assume!(!id.is_empty() && !secret.is_empty());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let sandbox = Sandbox::builder().api_client(ApiClient::new(&id, &secret)).start();
        let sandbox = runtime.block_on(sandbox)?;
        let file = PropertiesFile::new(sandbox.properties())?;
        let given = Trivore::builder(sandbox.url()).credentials(Credentials::basic(&id, &secret));

        let read = TrivoreBuilder::from_properties(file.path()).map_err(fail)?;

        let read = runtime.block_on(signature(read)).ok();
        prop_assert!(read.is_some());
        prop_assert_eq!(read, runtime.block_on(signature(given)).ok());
    }
}
