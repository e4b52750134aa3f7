//! No command writes a secret anywhere but where it belongs.

use std::fs;

use serde_json::json;
use trivore_sandbox::Fault;

use super::cases::{CASES, Case};
use super::world::{CLIENT_SECRET, SignIn, World};
use crate::installation::{Finished, finish};

/// Runs a case with everything that writes about requests.
fn run(world: &World, case: &Case, change: impl FnOnce(&mut std::process::Command)) -> Finished {
    world.prepare(case);
    let mut command = world.command(case, &["-v", "--trace", "trace"]);
    change(&mut command);
    finish(&mut command)
}

/// Searches all secrets in what a case has written.
#[track_caller]
fn check(world: &World, case: &Case, finished: &Finished, others: &[&str]) {
    let name = format!("trivore {} {}", case.command, case.arguments);
    let mut texts = vec![
        ("standard output".to_owned(), finished.stdout.clone()),
        ("standard error".to_owned(), finished.stderr.clone()),
    ];
    for path in world.written_files() {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        texts.push((path.display().to_string(), text));
    }
    let others = others.iter().map(|secret| ("wrong secret", (*secret).to_owned()));
    for (what, secret) in world.secrets().into_iter().chain(others) {
        for (place, text) in &texts {
            assert!(!text.contains(&secret), "{name}: the {what} is in {place}:\n{text}");
        }
    }
    #[cfg(target_os = "linux")]
    check_background(world, case);
    // Standard output is complete in a pipe, and so is an exported file.
    let (what, secret) = World::personal_code();
    let exempt = |place: &str| place == "standard output" || place.ends_with("users.ndjson");
    for (place, text) in texts.iter().filter(|(place, _)| !exempt(place)) {
        assert!(!text.contains(&secret), "{name}: the {what} is in {place}:\n{text}");
    }
}

/// Searches all secrets in what others can see of a sandbox in the background.
#[cfg(target_os = "linux")]
#[track_caller]
fn check_background(world: &World, case: &Case) {
    let mark = world.home().join(".local/state/trivore/sandbox.pid");
    if case.command != "sandbox" {
        return;
    }
    let process = fs::read_to_string(mark).unwrap();
    for file in ["environ", "cmdline"] {
        let seen = fs::read(format!("/proc/{process}/{file}")).unwrap();
        let seen = String::from_utf8_lossy(&seen);
        for (what, secret) in world.secrets() {
            assert!(!seen.contains(&secret), "the {what} is in {file} of the sandbox: {seen}");
        }
    }
}

fn check_all(sign_in: SignIn) {
    for case in CASES {
        let world = World::start(sign_in);
        let finished = run(&world, case, |_| {});
        assert_eq!(finished.code, case.code, "{case:?}: {finished:?}");
        check(&world, case, &finished, &[]);
    }
}

#[test]
fn of_a_client_in_the_environment() {
    check_all(SignIn::Client);
}

#[test]
fn of_an_oidc_client() {
    check_all(SignIn::OidcClient);
}

#[test]
fn of_a_user() {
    check_all(SignIn::User);
}

#[test]
fn of_an_access_token() {
    check_all(SignIn::Token);
}

#[test]
fn of_credentials_that_are_not_accepted() {
    let wrong = "Mark-of-wrong-secret";
    for (sign_in, variable) in [
        (SignIn::Client, "TRIVORE_MGMTAPI_SECRET"),
        (SignIn::OidcClient, "OIDC_SECRET"),
        (SignIn::User, "PASSWORD_OF_ADMIN"),
        (SignIn::Token, "TOKEN"),
    ] {
        // The kind of the credentials makes no difference to most commands.
        let tried = |case: &&Case| {
            let few = ["whoami", "users get", "users edit", "users import"];
            case.connects() && (sign_in == SignIn::Client || few.contains(&case.command))
        };
        for case in CASES.iter().filter(tried) {
            let world = World::start(sign_in);
            let finished = run(&world, case, |command| {
                command.env(variable, wrong);
            });
            assert_eq!(finished.code, 3, "{sign_in:?} {case:?}: {finished:?}");
            check(&world, case, &finished, &[wrong]);
        }
    }
}

#[test]
fn of_a_service_that_cannot_be_reached() {
    // A socket that does not listen keeps the port from others, and refuses connections.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind((std::net::Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    for case in CASES.iter().filter(|case| case.connects()) {
        let world = World::start(SignIn::Client);
        let finished = run(&world, case, |command| {
            command.env("TRIVORE_SERVICE_ADDRESS", &url);
        });
        // A plan belongs to one address.
        let code = if case.command == "apply" { 2 } else { 7 };
        assert_eq!(finished.code, code, "{case:?}: {finished:?}");
        check(&world, case, &finished, &[]);
    }
}

#[test]
fn of_a_service_that_repeats_what_was_sent() {
    for case in CASES.iter().filter(|case| case.connects() && case.command != "api") {
        let world = World::start(SignIn::Client);
        world.prepare(case);
        let sent = World::sent_secrets();
        let message = format!("{} are invalid", sent.join(" and "));
        let body = json!({"errorMessage": message, "message": message, "status": 400}).to_string();
        for method in [http::Method::POST, http::Method::PUT] {
            let fault = Fault::status(400).header("content-type", "application/json").body(&body);
            world.installation.sandbox.inject(fault.method(method)).unwrap();
        }
        let finished = finish(&mut world.command(case, &["-v", "--trace", "trace"]));
        let requests = world.installation.sandbox.requests();
        let bodies: Vec<_> =
            requests.iter().map(|request| String::from_utf8_lossy(&request.body)).collect();
        let is_sent = |secret: &str| bodies.iter().any(|body| body.contains(secret));
        let results = world.written_files();
        let results = results.iter().map(|path| fs::read_to_string(path).unwrap_or_default());
        let written = [finished.stdout, finished.stderr].into_iter().chain(results);
        let written = written.collect::<Vec<_>>().join("\n");
        for secret in sent.into_iter().filter(|secret| *secret == CLIENT_SECRET || is_sent(secret))
        {
            assert!(!written.contains(secret), "{case:?}: {secret} was repeated: {written}");
        }
    }
}
