//! `trivore api`.

use std::fs;
use std::net::TcpListener;

use serde_json::{Value, json};
use trivore_sandbox::Fault;

use crate::Installation;
use crate::installation::finish;

#[test]
fn any_endpoint_is_called_and_all_pages_are_read() {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "jane"}));
    installation.user(json!({"username": "joe"}));
    let path = format!("/api/rest/v1/user/{id}");
    let user: Value = serde_json::from_str(&installation.stdout(&["api", &path])).unwrap();
    assert_eq!(user["username"], "jane");
    let names = installation.stdout(&[
        "api",
        "user?count=1&filter=username+sw+%22j%22",
        "--all",
        "-o",
        "ndjson",
        "--columns",
        "username",
    ]);
    assert_eq!(names, "{\"username\":\"jane\"}\n{\"username\":\"joe\"}\n");
}

#[test]
fn wrong_input_sends_nothing_and_an_error_has_its_body_and_exit_code() {
    let installation = Installation::start();
    let before = installation.sandbox.requests().len();
    for arguments in [
        &["api", "GET"][..],
        &["api", "/user//x"],
        &["api", "/user/../x"],
        &["api", "user", "--header", "authorization: MARK"],
        &["api", "POST", "user", "--data", "{"],
        &["api", "DELETE", "user/5b0cfba4e2bb230ff8b535e6"],
    ] {
        let finished = installation.run(arguments);
        assert_eq!(finished.code, 2, "{finished:?}");
        assert!(!finished.stderr.contains("MARK"));
    }
    assert_eq!(installation.sandbox.requests().len(), before);
    let finished = installation.run(&["api", "user/5b0cfba4e2bb230ff8b535e6", "-i"]);
    assert_eq!(finished.code, 4);
    assert!(finished.stdout.starts_with("HTTP 404"), "{}", finished.stdout);
}

#[test]
fn a_body_comes_from_an_argument_a_file_or_standard_input() {
    let installation = Installation::start();
    let home = installation.home.path();
    let body = |name: &str| json!({"nsCode": "sandbox", "username": name}).to_string();
    fs::write(home.join("file.json"), format!("\u{feff}{}\n", body("of-file"))).unwrap();
    fs::write(home.join("at.json"), body("of-at")).unwrap();
    for (data, input, expected) in [
        (body("of-argument").as_str(), "", "of-argument"),
        ("file.json", "", "of-file"),
        ("@at.json", "", "of-at"),
        ("-", body("of-input").as_str(), "of-input"),
        ("@-", body("of-at-input").as_str(), "of-at-input"),
    ] {
        fs::write(home.join("input"), input).unwrap();
        let mut command = installation.command(&["api", "post", "user", "--data", data]);
        command.current_dir(home).stdin(fs::File::open(home.join("input")).unwrap());
        let finished = finish(&mut command);
        assert_eq!((finished.code, finished.stderr.as_str()), (0, ""), "{data}");
        let user: Value = serde_json::from_str(&finished.stdout).unwrap();
        assert_eq!(user["username"], expected);
    }
}

#[test]
fn a_body_that_is_no_json_is_not_sent() {
    let installation = Installation::start();
    let file = installation.home.path().join("body");
    for (text, expected) in [
        (&b"{\"password\": \"MARK\""[..], "is not JSON"),
        (b"MARK", "is not JSON"),
        (b"", "is not JSON"),
        (b"{} {}", "is not JSON"),
        (b"\xff", "cannot read the body"),
    ] {
        fs::write(&file, text).unwrap();
        let arguments = ["api", "POST", "user", "--data", file.to_str().unwrap()];
        let message = installation.failure(2, &arguments);
        assert!(message.contains(expected) && !message.contains("MARK"), "{message}");
    }
    let message = installation.failure(2, &["api", "POST", "user", "--data", "@missing.json"]);
    assert!(message.contains("missing.json"), "{message}");
    let folder = installation.home.path().to_str().unwrap();
    installation.failure(2, &["api", "POST", "user", "--data", folder]);
    installation.failure(2, &["api", "head", "user", "--data", "{}"]);
    assert!(installation.sandbox.requests().is_empty());
}

#[test]
fn credentials_are_sent_to_the_address_of_the_profile_only() {
    let installation = Installation::start();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap();
    other.set_nonblocking(true).unwrap();
    for path in [
        format!("http://{address}/user"),
        format!("HTTP://{address}/user"),
        format!("//{address}/user"),
        format!("///{address}/user"),
        format!("/\\{address}/user"),
        format!("@{address}/user"),
        format!("/@{address}/user"),
        format!("http:/{address}/user"),
        format!("/%2F%2F{address}/user"),
        format!("/../..//{address}/user"),
        format!("user/%2e%2e/%2e%2e/{address}"),
        "/user/./x".to_owned(),
        "/user/%2E/x".to_owned(),
        "/user/..".to_owned(),
        "/user\r\nHost: x/y".to_owned(),
        String::new(),
    ] {
        let finished = installation.run(&["api", &path]);
        assert!([2, 4].contains(&finished.code), "{path:?}: {finished:?}");
        assert!(other.accept().is_err(), "{path:?} was sent to another host");
    }
    // What was sent was sent as one path of the service.
    for request in installation.sandbox.requests() {
        assert!(!request.path.contains("..") && !request.path.starts_with("//"), "{request:?}");
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let installation = Installation::start();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let location = format!("http://{}/user", other.local_addr().unwrap());
    other.set_nonblocking(true).unwrap();
    for status in [301, 302, 307, 308] {
        let fault = Fault::status(status).header("location", &location).once();
        installation.sandbox.inject(fault).unwrap();
        let finished = installation.run(&["api", "user"]);
        assert_ne!(finished.code, 0, "{status}: {finished:?}");
        assert!(other.accept().is_err(), "{status} was followed");
    }
}

#[test]
fn a_query_may_have_an_address_and_is_sent_once() {
    let installation = Installation::start();
    let paths = ["user?filter=nickName+eq+%22a%26b%22&x=http://x.example/%3F", "user?count=1"];
    for path in paths {
        let finished = installation.run(&["api", path, "--query", "y=a&b=c"]);
        assert_eq!(finished.code, 0, "{finished:?}");
    }
    let requests = installation.sandbox.requests();
    let query = requests[0].query.as_deref().unwrap();
    assert!(query.contains("y=a%26b%3Dc"), "{query}");
    assert!(query.contains("%22a%26b%22") && query.contains("x.example"), "{query}");
    for wrong in ["=x", "x"] {
        installation.failure(2, &["api", "user", "--query", wrong]);
    }
}

#[test]
fn responses_are_written_as_they_came() {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "jane"}));
    let path = format!("user/{id}");
    // Without a body.
    let finished = installation.run(&["api", "head", &path, "--include"]);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    assert!(finished.stdout.starts_with("HTTP 200 OK\n"), "{}", finished.stdout);
    assert!(finished.stdout.ends_with("\n\n"), "{}", finished.stdout);
    assert_eq!(installation.stdout(&["api", "HEAD", &path]), "");
    let fault = || Fault::status(204).once();
    installation.sandbox.inject(fault()).unwrap();
    assert_eq!(installation.stdout(&["api", &path, "-o", "json"]), "");
    // Other types.
    for (body, format) in
        [("<p>hello</p>", None), ("hello\n", Some("json")), ("{\"a\":", Some("csv"))]
    {
        let fault = Fault::status(200).header("content-type", "text/html").body(body).once();
        installation.sandbox.inject(fault).unwrap();
        let format = format.map(|format| ["-o", format]);
        let arguments =
            [&["api", path.as_str()][..], format.as_ref().map_or(&[][..], |it| &it[..])].concat();
        assert_eq!(installation.stdout(&arguments), format!("{}\n", body.trim_end()));
    }
    let finished = installation.run(&["api", "delete", &path, "--yes"]);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    let finished = installation.run(&["api", "HEAD", &path]);
    assert_eq!((finished.code, finished.stdout.as_str()), (4, ""));
}

#[test]
fn all_pages_need_a_list() {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "jane"}));
    for number in 0..5 {
        installation.user(json!({"username": format!("user{number}")}));
    }
    let all = |path: &str| {
        let names =
            installation.stdout(&["api", path, "--all", "-o", "csv", "--columns", "username"]);
        names.lines().skip(1).filter(|name| name.starts_with("user")).count()
    };
    assert_eq!(all("user?count=2"), 5);
    assert_eq!(all("user?sortBy=username&count=2&startIndex=3"), 4);
    let finished = installation.run(&["api", &format!("user/{id}"), "--all"]);
    assert_eq!(finished.code, 7, "{finished:?}");
    assert!(finished.stderr.contains("--all is for lists"), "{finished:?}");
    installation.failure(2, &["api", "POST", "user", "--all", "--data", "{}"]);
    installation.failure(2, &["api", "user?startIndex=x", "--all"]);
}

#[test]
fn pages_that_repeat_are_an_error() {
    let installation = Installation::start();
    for number in 0..5 {
        installation.user(json!({"username": format!("user{number}")}));
    }
    let mut rules = installation.sandbox.rules();
    rules.start_index_ignored = true;
    installation.sandbox.set_rules(rules);
    let finished = installation.run(&["api", "user?count=2", "--all", "-o", "ndjson"]);
    assert_eq!((finished.code, finished.stdout.lines().count()), (7, 2), "{finished:?}");
    assert!(finished.stderr.contains("it ignores startIndex"), "{finished:?}");
    // All is on the first page.
    assert_eq!(installation.stdout(&["api", "user", "--all", "-o", "ndjson"]).lines().count(), 6);
}

#[test]
fn a_list_without_pages_is_complete() {
    let installation = Installation::start();
    let whole: Value =
        serde_json::from_str(&installation.stdout(&["api", "role/builtin"])).unwrap();
    let all = installation.stdout(&["api", "role/builtin", "--all"]);
    assert_eq!(serde_json::from_str::<Value>(&all).unwrap(), whole);
    assert!(whole.as_array().is_some_and(|roles| !roles.is_empty()), "{whole}");
}

#[test]
fn errors_are_free_of_names_of_the_program() {
    let installation = Installation::start();
    for (arguments, expected) in [
        (
            &["api", "user/5b0cfba4e2bb230ff8b535e6", "--all"][..],
            "error: the server responded with 404",
        ),
        (&["api", "user/5b0cfba4e2bb230ff8b535e6"], "error: the server responded with 404"),
    ] {
        let finished = installation.run(arguments);
        assert!(finished.stderr.starts_with(expected), "{}", finished.stderr);
    }
    for (arguments, expected) in [
        (&["api", "POST", "user", "--data", "{"][..], "is not JSON: it ends within an object"),
        (&["users", "create", "--set", "emails=x"], "`emails`: expected a list"),
        (&["users", "enterprise", "set", "x", "general=x"], "`general`: expected an object"),
    ] {
        let message = installation.failure(2, arguments);
        assert!(message.contains(expected), "{message}");
    }
}
