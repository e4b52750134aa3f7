//! Plans of many users.

#[cfg(target_os = "linux")]
use std::process::Stdio;

use serde_json::{Value, json};

use super::comparison::{customer, plan, with_namespace};
#[cfg(target_os = "linux")]
use crate::Installation;

#[test]
fn ten_thousand_users_take_two_requests_for_500() {
    let installation = with_namespace();
    for number in 0..10_000 {
        customer(&installation, json!({"username": format!("user-{number}")}));
    }
    let rows: Vec<Value> = (0..10_000)
        .map(|number| json!({"username": format!("user-{}", number + 3), "locale": "fi"}))
        .collect();
    let plan = plan(&installation, &rows, &[]);
    let requests = installation.sandbox.requests().len();
    assert!(requests <= 40, "{requests}");
    assert_eq!(
        plan["summary"],
        json!({"create": 3, "update": 9_997, "delete": 0, "unchanged": 0, "notMentioned": 3})
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_desired_row_takes_at_most_100_bytes_of_memory() {
    let installation = with_namespace();
    let title = "x".repeat(200);
    let peak = |rows: u64| {
        peak_memory(&installation, |input| {
            for number in 0..rows {
                let row = json!({"username": format!("user-{number}"), "title": title});
                writeln!(input, "{row}").unwrap();
            }
        })
    };
    let (few, many) = (peak(5_000), peak(105_000));
    let each = many.saturating_sub(few) / 100_000;
    assert!(each <= 100, "{each} bytes a row: {few}, {many}");
}

#[cfg(target_os = "linux")]
#[test]
fn users_are_read_page_by_page() {
    let installation = with_namespace();
    let row = |input: &mut dyn std::io::Write| writeln!(input, "{{\"username\": \"a\"}}").unwrap();
    let mut added = 0;
    let mut peak = |users: u64| {
        while added < users {
            added += 1;
            let user = json!({"username": format!("user-{added}"), "title": "x".repeat(1_000)});
            customer(&installation, user);
        }
        peak_memory(&installation, row)
    };
    let (few, many) = (peak(1_000), peak(10_000));
    // All users at once take more than 10 MB; the pages in memory differ a little between runs.
    assert!(many < few + 5_000_000, "{few}, {many}");
}

/// Plans rows of standard input, and returns the peak of the program's memory in bytes.
#[cfg(target_os = "linux")]
fn peak_memory(
    installation: &Installation,
    write_rows: impl FnOnce(&mut dyn std::io::Write),
) -> u64 {
    let mut child = installation
        .command(&["plan", "-", "-n", "customers", "-o", "table"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = std::io::BufWriter::new(child.stdin.take().unwrap());
    write_rows(&mut input);
    drop(input);
    let (status, mut peak) = (format!("/proc/{}/status", child.id()), 0);
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        peak = kib.map_or(peak, |kib| kib * 1024);
        std::thread::yield_now();
    }
    peak
}
