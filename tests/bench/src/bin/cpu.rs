//! Section `cpu`: CPU time and context switches of client and server.

use std::process::ExitCode;

use tokio::runtime::Runtime;
use trivore_bench::contenders::{
    HyperPool, Question, Reading, ReqwestClient, SdkTyped, SdkVersions, other_pools, other_sdks,
};
use trivore_bench::{Contender, Result, Scheme, Section, Server, Target, Unit, Usage, order};

fn main() -> ExitCode {
    trivore_bench::run("cpu", cpu)
}

fn cpu(section: &mut Section) -> Result<()> {
    if Usage::of(std::process::id()).is_err() {
        section.note("Skipping this section: the system does not report CPU times of threads.");
        return Ok(());
    }
    section.note(
        "CPU time and context switches of client and server together, for one call of those of the \
         section `wire`. Unlike the time of a call, it does not include waiting.",
    );
    let runtime = Runtime::new()?;
    let server = Server::start()?;
    for scheme in [Scheme::Http, Scheme::Https] {
        let of = format!("{}, {}, {IN_FLIGHT} in flight", Question::User.name(), scheme.name());
        if section.wants(&of) {
            let contenders = contenders(&runtime, &server.target(scheme))?;
            measure(section, &of, &server, contenders)?;
        }
    }
    Ok(())
}

fn measure(
    section: &mut Section,
    of: &str,
    server: &Server,
    mut contenders: Vec<Contender<'_>>,
) -> Result<()> {
    let (rounds, calls) = if section.is_quick() { (5, 4_000) } else { (20, 10_000) };
    let used = || Ok::<_, trivore_bench::Error>(Usage::of(std::process::id())? + server.usage()?);

    let samples = || contenders.iter().map(|it| (it.name().to_owned(), Vec::new()));
    let (mut times, mut switches): (Vec<_>, Vec<_>) = (samples().collect(), samples().collect());
    for contender in &mut contenders {
        contender.run(calls)?;
    }
    for round in 0..rounds {
        for index in order(round, contenders.len()) {
            let before = used()?;
            contenders[index].run(calls)?;
            let used = used()? - before;
            times[index].1.push(per_call(used.cpu.as_secs_f64() * 1e9, calls)?);
            switches[index].1.push(per_call(f64::from(u32::try_from(used.switches)?), calls)?);
        }
    }
    section.record(of, Unit::Time, &times);
    section.record(&format!("{of}: context switches"), Unit::Count, &switches);
    Ok(())
}

fn per_call(sum: f64, calls: usize) -> Result<f64> {
    Ok(sum / f64::from(u32::try_from(calls)?))
}

fn contenders<'a>(runtime: &'a Runtime, target: &Target) -> Result<Vec<Contender<'a>>> {
    let question = Question::User;
    let sdk = SdkTyped::new(target, question, SdkVersions::Http1)?;
    let pool = HyperPool::new(target, question, Reading::Typed)?;
    let reqwest = ReqwestClient::new(target, question)?;
    let mut contenders = vec![
        Contender::tasks("trivore, typed", runtime, vec![sdk; IN_FLIGHT]),
        Contender::tasks("hyper-util, typed", runtime, vec![pool; IN_FLIGHT]),
        Contender::tasks("reqwest, typed", runtime, vec![reqwest; IN_FLIGHT]),
    ];
    contenders.extend(other_pools(runtime, target, question, IN_FLIGHT)?);
    contenders.extend(other_sdks(runtime, target, question, IN_FLIGHT)?);
    Ok(contenders)
}

const IN_FLIGHT: usize = 64;
