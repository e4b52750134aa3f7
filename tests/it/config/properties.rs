//! Settings from the properties file of the vendor's SDKs.

use std::path::Path;

use trivore::{Credentials, Error, Trivore, TrivoreBuilder};
use trivore_sandbox::Sandbox;

use super::{PropertiesFile, signature};

/// Reads a file and checks the resulting address and credentials.
async fn check(content: &str, address: &str, id: &str, secret: &str) -> trivore::Result<()> {
    let file = PropertiesFile::new(content).map_err(Error::configuration)?;
    let builder = Trivore::builder(address).credentials(Credentials::basic(id, secret));
    let expected = signature(builder).await?;

    let read = signature(TrivoreBuilder::from_properties(file.path())?).await?;

    assert_eq!(read, expected, "{content}");
    Ok(())
}

/// Returns the error for a file.
fn refusal(content: &str) -> String {
    let refused = PropertiesFile::new(content).map_err(Error::configuration).and_then(|file| {
        let trivore = Trivore::from_properties(file.path())?;
        Ok(trivore)
    });
    refused.map_or_else(|error| format!("{error} {error:?}"), |_| "it was accepted".to_owned())
}

#[tokio::test]
async fn the_vendors_file_is_read_as_it_is() {
    let content = "\
# The vendor's own example.
service.address=https://id.example.com/
mgmtapi.id=9939129297585525
mgmtapi.secret=s3cr3t
oidc.client.id=3543289205522754
oidc.client.secret=other
";

    check(content, "https://id.example.com", "9939129297585525", "s3cr3t").await.unwrap();
}

#[tokio::test]
async fn the_rules_are_those_of_java() {
    for secret in [
        "mgmtapi.secret=c2VjcmV0==",
        "mgmtapi.secret = c2VjcmV0==",
        "mgmtapi.secret : c2VjcmV0==",
        "mgmtapi.secret c2VjcmV0==",
        "  mgmtapi.secret\t=\tc2VjcmV0==",
        "mgmtapi.secret=c2Vj\\\n    cmV0==",
        "mgmtapi.secret=\\u0063\\u0032VjcmV0\\=\\=",
        "mgmtapi.secret=an older one\nmgmtapi.secret=c2VjcmV0==",
        "! mgmtapi.secret=a comment\nmgmtapi.secret=c2VjcmV0==\r",
        "! mgmtapi.secret=a comment\rmgmtapi.secret=c2VjcmV0==\r# more",
        "mgmtapi.secret=c2Vj\\\r\n    cmV0==\r\n",
        "mgmtapi.secret=c2Vj\\\r    cmV0==\rx=y",
        "mgmtapi.secret=c2Vj\\\n#a comment?\nmgmtapi.secret=c2VjcmV0==",
        "\\\n# a comment after an empty start\nmgmtapi.secret=c2VjcmV0==",
        "# a comment \\\nmgmtapi.secret=c2VjcmV0==",
        "\u{c}mgmtapi.secret\u{c}:\u{c}c2VjcmV0==\\",
        "mgmt\\\n  api.secret=c2VjcmV0==",
    ] {
        let content =
            format!("\u{feff}service.address=https://a.example\nmgmtapi.id=1\n{secret}\n");

        check(&content, "https://a.example", "1", "c2VjcmV0==").await.unwrap();
    }
}

#[tokio::test]
async fn white_space_that_belongs_to_a_value_is_kept() {
    for (line, secret) in [
        (r"mgmtapi.secret=\u0020secret\u0020", " secret "),
        (r"mgmtapi.secret=\ secret\ ", " secret "),
        ("mgmtapi.secret=secret  ", "secret  "),
        (r"mgmtapi.secret=\tsecret\n", "\tsecret\n"),
        ("mgmtapi.secret=a\u{a0}", "a\u{a0}"),
        ("mgmtapi.secret=a\u{2028}b", "a\u{2028}b"),
        (r"mgmtapi.secret=\u0020", " "),
    ] {
        let content = format!("service.address=https://a.example\nmgmtapi.id=1\n{line}\n");

        check(&content, "https://a.example", "1", secret).await.unwrap();
    }
}

#[tokio::test]
async fn a_value_may_hold_any_characters() {
    let content = "service.address=https://a.example\nmgmtapi.id=id\nmgmtapi.secret=å#!=: \\\\ 😀";

    check(content, "https://a.example", "id", "å#!=: \\ 😀").await.unwrap();
}

#[test]
fn a_missing_file_is_named() {
    let error = Trivore::from_properties("/nowhere/at/all.properties").unwrap_err();

    assert!(error.to_string().contains("/nowhere/at/all.properties"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn an_error_stays_on_one_line_whatever_the_path_is() {
    let missing = Path::new("/nowhere\nERROR forged\u{202e}");
    let file = tempfile::Builder::new().prefix("a\nERROR forged").tempfile().unwrap();
    std::fs::write(&file, "service.address=https://a.example").unwrap();

    let errors = [missing, file.path()].map(|path| Trivore::from_properties(path).unwrap_err());

    for error in errors {
        assert!(!error.to_string().contains(['\n', '\u{202e}']), "{error}");
    }
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    let file = PropertiesFile::new(b"mgmtapi.secret=\xff\xfe").unwrap();

    let error = Trivore::from_properties(file.path()).unwrap_err();

    assert!(error.to_string().contains("could not be read"), "{error}");
}

#[test]
fn a_missing_or_empty_key_is_named() {
    let lines = ["service.address=https://a.example", "mgmtapi.id=MARK-id", "mgmtapi.secret=MARK"];

    for (index, line) in lines.iter().enumerate() {
        let (key, _) = line.split_once('=').unwrap();
        let mut without = lines.to_vec();
        without.remove(index);
        let mut empty = without.clone();
        let empty_line = format!("{key} = \t");
        empty.push(&empty_line);

        for content in [without.join("\n"), empty.join("\n")] {
            let refusal = refusal(&content);

            assert!(refusal.contains(&format!("{key} is missing in ")), "{refusal}");
            assert!(!refusal.contains("MARK"), "{refusal}");
        }
    }
}

#[test]
fn a_malformed_line_is_told_by_its_number() {
    for escape in ["\\uZZZZ", "\\u12", "\\u", "\\uD83D", "\\uDE00\\uD83D"] {
        let refusal = refusal(&format!("# one\nmgmtapi.id=MARK\nmgmtapi.secret=MARK{escape}\n"));

        assert!(refusal.contains("line 3 of "), "{escape}: {refusal}");
        assert!(!refusal.contains("MARK"), "{escape}: {refusal}");
    }
}

#[test]
fn a_half_of_a_pair_is_told_by_the_key_of_the_other() {
    for (lines, missing) in [
        ("oidc.client.id=MARK", "oidc.client.secret"),
        ("oidc.client.secret=MARK", "oidc.client.id"),
        ("oidc.client.id=MARK\npassword.grant.username=MARK", "password.grant.password"),
        ("oidc.client.id=MARK\npassword.grant.password=MARK", "password.grant.username"),
        ("password.grant.username=MARK\npassword.grant.password=MARK", "oidc.client.id"),
        ("mgmtapi.id=MARK\noidc.client.id=MARK\noidc.client.secret=MARK", "mgmtapi.secret"),
    ] {
        let refusal = refusal(&format!("service.address=https://a.example\n{lines}\n"));

        assert!(refusal.contains(&format!("{missing} is missing in ")), "{refusal}");
        assert!(!refusal.contains("MARK"), "{refusal}");
    }
}

/// Returns the lines of the sandbox's properties file whose keys begin with one of `keys`.
fn lines(sandbox: &Sandbox, keys: &[&str]) -> String {
    let text = sandbox.properties();
    let lines = text.lines().filter(|line| keys.iter().any(|key| line.starts_with(key)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Makes a successful call with a file's settings and returns the grant type that it used.
async fn grant(sandbox: &Sandbox, keys: &[&str], as_user: bool) -> Option<String> {
    sandbox.clear_requests();
    let file = PropertiesFile::new(lines(sandbox, keys)).unwrap();
    let builder = TrivoreBuilder::from_properties(file.path()).unwrap();
    let builder = if as_user { builder.sign_in_as_user().unwrap() } else { builder };
    let page = trivore::models::PageRequest::new();
    builder.build().unwrap().users().list(&page).await.unwrap();
    let requests = sandbox.requests();
    let request = requests.iter().find(|request| request.path == "/openid/token")?;
    let form = form_urlencoded::parse(&request.body);
    form.into_owned().find(|(key, _)| key == "grant_type").map(|(_, value)| value)
}

#[tokio::test]
async fn the_keys_choose_how_to_sign_in() {
    let sandbox = Sandbox::start().await.unwrap();
    let all = ["service.", "mgmtapi.", "oidc.", "password."];

    assert_eq!(grant(&sandbox, &all, false).await, None, "by Basic");
    assert_eq!(grant(&sandbox, &all, true).await.as_deref(), Some("password"));
    assert_eq!(
        grant(&sandbox, &["service.", "oidc."], false).await.as_deref(),
        Some("client_credentials")
    );
    assert_eq!(
        grant(&sandbox, &["service.", "oidc.", "password."], false).await.as_deref(),
        Some("password")
    );
}

#[test]
fn a_user_that_is_not_there_cannot_sign_in() {
    let content = "service.address=https://a.example\nmgmtapi.id=1\nmgmtapi.secret=2\n";
    let file = PropertiesFile::new(content).unwrap();

    for builder in [
        TrivoreBuilder::from_properties(file.path()).unwrap(),
        Trivore::builder("https://a.example"),
    ] {
        let error = builder.sign_in_as_user().unwrap_err();

        assert!(error.to_string().starts_with("password.grant.username is missing in "), "{error}");
    }
}

#[tokio::test]
async fn a_secret_may_hold_a_line_break() {
    let content = "service.address=https://a.example\nmgmtapi.id=1\nmgmtapi.secret=a\\nb";

    check(content, "https://a.example", "1", "a\nb").await.unwrap();
}

#[test]
fn an_identifier_with_a_colon_is_refused() {
    let refusal =
        refusal("service.address=https://a.example\nmgmtapi.id=MARK:1\nmgmtapi.secret=MARK");

    assert!(refusal.contains("colon"), "{refusal}");
    assert!(!refusal.contains("MARK"), "{refusal}");
}
