//! Measures the sandbox with many users: requests per second, the time of lists, and memory.
//!
//! Server and client share this process and its cores. The client is as simple as can be: it writes
//! requests that were made before, and reads as many bytes as the response says.
//!
//! Arguments: `--users N` (200,000), `--seconds N` of each measurement (3), and `--data` to keep
//! the state in a file.

#![expect(clippy::print_stdout, reason = "a command line tool")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]

use std::io::Cursor;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lexopt::{Arg, ValueExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use trivore_bench::{Error, Result, Usage, memory};
use trivore_sandbox::Sandbox;

const CONNECTIONS: usize = 64;

struct Options {
    users: usize,
    time: Duration,
    in_file: bool,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    trivore_bench::conclude(run().await.map(|()| Vec::new()))
}

fn options() -> Result<Options> {
    let mut options = Options { users: 200_000, time: Duration::from_secs(3), in_file: false };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("users") => options.users = arguments.value()?.parse()?,
            Arg::Long("seconds") => {
                options.time = Duration::from_secs(arguments.value()?.parse()?);
            }
            Arg::Long("data") => options.in_file = true,
            _ => return Err(argument.unexpected().into()),
        }
    }
    Ok(options)
}

async fn run() -> Result<()> {
    let options = options()?;
    let folder = tempfile::tempdir()?;
    let mut builder = Sandbox::builder();
    if options.in_file {
        builder = builder.data(folder.path().join("data"));
    }
    let sandbox = builder.start().await?;
    let users = options.users;
    let (seed, json_bytes) = seed(users);
    let before = memory("VmRSS")?;
    let began = Instant::now();
    sandbox.import(Cursor::new(&seed))?;
    println!("import of {users} users: {:.1} s", began.elapsed().as_secs_f64());
    let grown = memory("VmRSS")?.saturating_sub(before);
    println!(
        "memory: {} bytes a user, of which JSON {}",
        grown * 1024 / users.max(1),
        json_bytes / users.max(1)
    );
    drop(seed);
    let began = Instant::now();
    sandbox.export(std::io::sink())?;
    println!("export: {:.1} s", began.elapsed().as_secs_f64());

    let used = || Usage::of(std::process::id());
    for (name, query) in [
        ("by user name", "filter=username%20eq%20%22user-77%22"),
        ("by nickname", "filter=nickName%20eq%20%22nick-77%22"),
        ("by e-mail address", "filter=emails.address%20eq%20%22user-77@example.com%22"),
        ("by a small namespace", "filter=nsCode%20eq%20%22small%22"),
        ("by a large namespace", "filter=nsCode%20eq%20%22sandbox%22"),
        ("first page", "count=100"),
        ("scan: user name contains", "filter=username%20co%20%22-77%22&count=100"),
        ("scan: given name", "filter=name.givenName%20eq%20%22Given-7%22&count=100"),
        ("scan: tag, locked", "filter=tags%20eq%20%22t3%22%20and%20locked%20eq%20false&count=100"),
        ("scan: created after", "filter=meta.created%20gt%20%222020-01-01T00:00:00Z%22&count=100"),
        ("sort by user name, first page", "sortBy=username&count=100"),
        (
            "sort by family name, page in the middle",
            "sortBy=name.familyName&startIndex=100000&count=100",
        ),
        ("sort by time, descending", "sortBy=meta.created&sortOrder=descending&count=100"),
    ] {
        let request = request("GET", &format!("/user?{query}"), "");
        let mut times = Vec::new();
        let mut connection = Connection::open(&sandbox).await?;
        let before = used()?;
        for _ in 0..15 {
            let began = Instant::now();
            connection.call(&request).await?;
            times.push(began.elapsed());
        }
        times.sort_unstable();
        let cpu = (used()? - before).cpu.as_secs_f64() * 1e3 / 15.0;
        let milliseconds =
            |index: usize| times.get(index).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3);
        let (median, worst) = (milliseconds(7), milliseconds(14));
        println!("{name}: {median:.2} ms (median of 15), at most {worst:.1} ms, CPU {cpu:.1} ms");
    }

    let read = move |number: usize| {
        request("GET", &format!("/user/id-{:06}", number.wrapping_mul(7919) % users.max(1)), "")
    };
    rate("reads", &sandbox, &options, read).await?;
    let create =
        |number: usize| request("POST", "/user", &format!("{{\"username\":\"new-{number}\"}}"));
    rate("creates", &sandbox, &options, create).await?;
    let create = |number: usize| {
        let body = format!(
            "{{\"username\":\"more-{number}\",\"nickName\":\"new-nick-{number}\",\
             \"emails\":[{{\"address\":\"more-{number}@example.com\"}}],\
             \"mobiles\":[{{\"number\":\"+3585{number}\"}}]}}"
        );
        request("POST", "/user", &body)
    };
    rate("creates with nickname, e-mail and mobile", &sandbox, &options, create).await?;
    sandbox.shutdown().await;
    Ok(())
}

/// Measures how many requests a second are responded to over all connections.
async fn rate(
    name: &str,
    sandbox: &Sandbox,
    options: &Options,
    make: impl Fn(usize) -> Vec<u8> + Send + Sync + Copy + 'static,
) -> Result<()> {
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let end = began + options.time;
    let mut tasks = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let mut connection = Connection::open(sandbox).await?;
        let next = Arc::clone(&next);
        tasks.spawn(async move {
            while Instant::now() < end {
                connection.call(&make(next.fetch_add(1, Ordering::Relaxed))).await?;
            }
            Ok::<_, Error>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    let count = u32::try_from(next.load(Ordering::Relaxed))?;
    let rate = f64::from(count) / began.elapsed().as_secs_f64();
    println!("{name}: {rate:.0} a second over {CONNECTIONS} connections");
    Ok(())
}

fn request(method: &str, path: &str, body: &str) -> Vec<u8> {
    // The credentials of the sandbox's default client.
    format!(
        "{method} /api/rest/v1{path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\
         authorization: Basic MTAwMDAwMDAwMDAwMDAwMTpzYW5kYm94LWFwaS1zZWNyZXQ=\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(sandbox: &Sandbox) -> Result<Self> {
        let stream = TcpStream::connect(sandbox.address()).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; 1 << 20] })
    }

    /// Sends a request and reads the response, which must be a success.
    async fn call(&mut self, request: &[u8]) -> Result<()> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        loop {
            let free = self.buffer.get_mut(filled..).ok_or("the response is too long")?;
            let read = self.stream.read(free).await?;
            if read == 0 {
                return Err("the connection was closed".into());
            }
            filled += read;
            let response = self.buffer.get(..filled).unwrap_or_default();
            let Some(head) = response.windows(4).position(|end| end == b"\r\n\r\n") else {
                continue;
            };
            let head_text = std::str::from_utf8(response.get(..head).unwrap_or_default())?;
            if !head_text.starts_with("HTTP/1.1 20") {
                return Err(String::from_utf8_lossy(response).into());
            }
            let length = head_text
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .ok_or("no content-length")?;
            if filled >= head + 4 + length.parse::<usize>()? {
                return Ok(());
            }
        }
    }
}

/// Returns a seed, and how many bytes of it are users.
fn seed(users: usize) -> (Vec<u8>, usize) {
    let mut seed = String::from("{\"namespaces\":[{\"code\":\"small\"}],\"users\":[\n");
    let start = seed.len();
    for number in 0..users {
        let code = if number % 10_000 == 0 { "small" } else { "sandbox" };
        if number > 0 {
            seed.push_str(",\n");
        }
        let (given, family, tag) = (number % 100, number.wrapping_mul(31) % 5000, number % 7);
        seed.extend([
            format!(
                "{{\"id\":\"id-{number:06}\",\"nsCode\":\"{code}\",\"username\":\"user-{number}\","
            ),
            format!("\"nickName\":\"nick-{number}\",\"name\":{{\"givenName\":\"Given-{given}\","),
            format!("\"familyName\":\"Family-{family}\"}},\"emails\":["),
            format!("{{\"address\":\"user-{number}@example.com\",\"verified\":true}},"),
            format!("{{\"address\":\"second-{number}@example.com\"}}],"),
            format!("\"mobiles\":[{{\"number\":\"+35840{number}\"}}],\"tags\":[\"t{tag}\"],"),
            "\"title\":\"Driver\",\"timeZone\":\"Europe/Helsinki\",".to_owned(),
            "\"password\":\"kT9wzRbQxLm3pVd\",".to_owned(),
            format!("\"customFields\":{{\"shoe\":{{\"size\":{tag}}}}}}}"),
        ]);
    }
    let bytes = seed.len() - start;
    seed.push_str("\n]}");
    (seed.into_bytes(), bytes)
}
