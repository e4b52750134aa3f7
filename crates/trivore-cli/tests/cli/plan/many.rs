//! Plans of many users.

#[cfg(target_os = "linux")]
use std::io::Write as _;

use serde_json::{Value, json};

use super::comparison::{customer, plan, with_namespace};

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
    let peak = |rows: u64| {
        let mut child = installation
            .command(&["plan", "-", "-n", "customers", "-o", "table"])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let mut input = std::io::BufWriter::new(child.stdin.take().unwrap());
        for number in 0..rows {
            let title = "x".repeat(200);
            writeln!(input, "{{\"username\": \"user-{number}\", \"title\": \"{title}\"}}").unwrap();
        }
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
    };
    let (few, many) = (peak(5_000), peak(105_000));
    let each = many.saturating_sub(few) / 100_000;
    println!("{few} {many} {each}");
    assert!(each <= 100, "{each} bytes a row: {few}, {many}");
}
