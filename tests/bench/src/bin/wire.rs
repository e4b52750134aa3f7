//! Section `wire`: reads over HTTP/1.1 from a server in its own process.

use std::process::ExitCode;

use tokio::runtime::Runtime;
use trivore_bench::contenders::{
    HyperConnection, HyperPool, Library, Python, Question, Reading, ReqwestClient, SdkBytes,
    SdkTyped, SdkVersions, other_pools, other_sdks,
};
use trivore_bench::{Contender, Result, Scheme, Section, Server, Target, on_one_core};

fn main() -> ExitCode {
    trivore_bench::run("wire", wire)
}

fn wire(section: &mut Section) -> Result<()> {
    section.note(
        "Time of one call over HTTP/1.1 with open connections. All contenders send the same headers \
         and get the same response. `typed` decodes into the SDK's models, `bytes` does not decode. \
         `limits` adds two timeouts and detects whether a request was sent, the minimum for a \
         client with such limits. `floor` is a minimal pool and one timeout. With one call in \
         flight, client and server share one core.",
    );
    if section.python().is_none() {
        section.note("Skipping Python: no interpreter with the vendor's SDK was given.");
    }
    let (single, several): (Vec<_>, Vec<_>) =
        CASES.iter().partition(|(_, in_flight)| *in_flight == 1);
    on_one_core(|| compare(section, &single))?;
    compare(section, &several)
}

fn compare(section: &mut Section, cases: &[(Question, usize)]) -> Result<()> {
    let is_wanted = |scheme| {
        cases.iter().any(|(question, calls)| section.wants(&name(*question, scheme, *calls)))
    };
    if !SCHEMES.into_iter().any(is_wanted) {
        return Ok(());
    }
    let runtime = Runtime::new()?;
    let server = Server::start()?;
    let certificate = server.target(Scheme::Https).certificate;
    let python =
        section.python().map(|program| Python::start(program, &certificate)).transpose()?;

    for scheme in SCHEMES {
        let target = server.target(scheme);
        for &(question, in_flight) in cases {
            let of = name(question, scheme, in_flight);
            if !section.wants(&of) {
                continue;
            }
            let mut contenders = rust(&runtime, &target, question, in_flight)?;
            if question == Question::User && OTHERS_AT.contains(&in_flight) {
                contenders.extend(others(&runtime, &target, in_flight)?);
            }
            if let Some(python) = &python {
                let threads = in_flight.min(PYTHON_THREADS);
                for library in [Library::Trivoreid, Library::Requests] {
                    contenders.push(python.contender(library, &target, question, threads));
                }
            }
            section.compare(&of, contenders)?;
        }
    }
    Ok(())
}

/// Returns the name of a comparison in tables and goals.
fn name(question: Question, scheme: Scheme, in_flight: usize) -> String {
    format!("{}, {}, {in_flight} in flight", question.name(), scheme.name())
}

fn rust<'a>(
    runtime: &'a Runtime,
    target: &Target,
    question: Question,
    in_flight: usize,
) -> Result<Vec<Contender<'a>>> {
    let connections =
        |reading| runtime.block_on(HyperConnection::open(in_flight, target, question, reading));
    let typed = SdkTyped::new(target, question, SdkVersions::Http1)?;
    let bytes = SdkBytes::new(target, question, SdkVersions::Http1)?;
    let pool = HyperPool::new(target, question, Reading::Bytes)?;
    let reqwest = ReqwestClient::new(target, question)?;
    Ok(vec![
        Contender::tasks("trivore, typed", runtime, vec![typed; in_flight]),
        Contender::tasks("trivore, bytes", runtime, vec![bytes; in_flight]),
        Contender::tasks("hyper, typed", runtime, connections(Reading::Typed)?),
        Contender::tasks("hyper, bytes", runtime, connections(Reading::Bytes)?),
        Contender::tasks("hyper-util, bytes", runtime, vec![pool.clone(); in_flight]),
        Contender::tasks("hyper-util, limits", runtime, vec![pool.limited(); in_flight]),
        Contender::tasks("reqwest, typed", runtime, vec![reqwest; in_flight]),
    ])
}

/// The floor, the SDK's stack over other pools, and other SDKs.
fn others<'a>(
    runtime: &'a Runtime,
    target: &Target,
    in_flight: usize,
) -> Result<Vec<Contender<'a>>> {
    let question = Question::User;
    let mut contenders = other_pools(runtime, target, question, in_flight)?;
    contenders.extend(other_sdks(runtime, target, question, in_flight)?);
    Ok(contenders)
}

const SCHEMES: [Scheme; 2] = [Scheme::Http, Scheme::Https];

const CASES: [(Question, usize); 6] = [
    (Question::User, 1),
    (Question::User, 16),
    (Question::User, 64),
    (Question::Page(100), 1),
    (Question::Page(100), 16),
    (Question::Page(500), 1),
];

/// Numbers of calls in flight with which [`others`] are measured.
const OTHERS_AT: [usize; 2] = [1, 64];

/// More threads would only wait for the interpreter's lock.
const PYTHON_THREADS: usize = 8;
