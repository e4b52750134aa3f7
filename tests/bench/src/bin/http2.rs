//! Section `http2`: HTTP/1.1 compared with HTTP/2, both over TLS.

use std::process::ExitCode;
use std::time::Duration;

use tokio::runtime::Runtime;
use trivore_bench::contenders::{Question, ReqwestClient, SdkTyped, SdkVersions};
use trivore_bench::{Contender, Result, Scheme, Section, Server, Table, Target};

fn main() -> ExitCode {
    trivore_bench::run("http2", http2)
}

fn http2(section: &mut Section) -> Result<()> {
    let runtime = Runtime::new()?;
    let server = Server::start()?;
    let target = server.target(Scheme::Https);

    for in_flight in [1, 64] {
        let of = format!("{}, warm, {in_flight} in flight", Question::User.name());
        section.compare(&of, warm(&runtime, &target, in_flight)?)?;
    }
    let of =
        format!("{BURST} concurrent calls, {}, without open connections", Question::User.name());
    section.compare(&of, VERSIONS.map(|versions| cold(&runtime, &target, versions)).into())?;

    let mut table = Table::new(["connections opened", name(VERSIONS[0]), name(VERSIONS[1])]);
    for (of, calls) in [("by a burst of 64 calls", 64), ("by 6,400 calls, 64 in flight", 6_400)] {
        let mut opened = VERSIONS.map(|_| String::new());
        for (cell, versions) in opened.iter_mut().zip(VERSIONS) {
            let before = server.connections()?.https;
            burst(&runtime, &target, versions, calls)?;
            *cell = (server.connections()?.https - before).to_string();
        }
        let [first, second] = opened;
        table.row([of.to_owned(), first, second]);
    }
    section.show("Connections", &table);
    Ok(())
}

fn warm<'a>(runtime: &'a Runtime, target: &Target, in_flight: usize) -> Result<Vec<Contender<'a>>> {
    let question = Question::User;
    let mut contenders = Vec::new();
    for versions in VERSIONS {
        let sdk = SdkTyped::new(target, question, versions)?;
        contenders.push(Contender::tasks(name(versions), runtime, vec![sdk; in_flight]));
    }
    let first = ReqwestClient::new(target, question)?;
    let second = ReqwestClient::http2(target, question)?;
    contenders.push(Contender::tasks("reqwest, HTTP/1.1", runtime, vec![first; in_flight]));
    contenders.push(Contender::tasks("reqwest, HTTP/2", runtime, vec![second; in_flight]));
    Ok(contenders)
}

/// Returns a contender whose calls are bursts of a new client without connections.
fn cold<'a>(runtime: &'a Runtime, target: &Target, versions: SdkVersions) -> Contender<'a> {
    let target = target.clone();
    Contender::new(name(versions), move |bursts| {
        let mut time = Duration::ZERO;
        for _ in 0..bursts {
            time += burst(runtime, &target, versions, BURST)?;
        }
        Ok(time)
    })
}

/// Creates a client, then measures its calls, 64 in flight.
fn burst(
    runtime: &Runtime,
    target: &Target,
    versions: SdkVersions,
    calls: usize,
) -> Result<Duration> {
    let sdk = SdkTyped::new(target, Question::User, versions)?;
    Contender::tasks("burst", runtime, vec![sdk; BURST]).run(calls)
}

fn name(versions: SdkVersions) -> &'static str {
    if versions == SdkVersions::Http1 { "trivore, HTTP/1.1" } else { "trivore, HTTP/2" }
}

const VERSIONS: [SdkVersions; 2] = [SdkVersions::Http1, SdkVersions::Http2OrHttp1];
const BURST: usize = 64;
