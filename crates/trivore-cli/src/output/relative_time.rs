//! Times as a person says them.

use jiff::Timestamp;

/// Returns how long ago a time was or how far away it is, in its largest unit, such as
/// `3 days ago`; `None` if the text is no RFC 3339 time.
pub(crate) fn relative(text: &str, now: Timestamp) -> Option<String> {
    let seconds = now.as_second() - text.parse::<Timestamp>().ok()?.as_second();
    let length = seconds.unsigned_abs();
    let (count, unit) = UNITS
        .iter()
        .find(|(size, _)| length >= *size)
        .map_or((0, "second"), |(size, unit)| (length / size, *unit));
    let plural = if count == 1 { "" } else { "s" };
    Some(match (count, seconds < 0) {
        (0, _) => "now".to_owned(),
        (_, true) => format!("in {count} {unit}{plural}"),
        (_, false) => format!("{count} {unit}{plural} ago"),
    })
}

/// Seconds of each unit, from the largest.
const UNITS: [(u64, &str); 6] = [
    (31_556_952, "year"),
    (2_629_746, "month"),
    (86_400, "day"),
    (3_600, "hour"),
    (60, "minute"),
    (1, "second"),
];

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn times_are_said_in_their_largest_unit() {
        let now = "2026-05-01T12:00:00Z".parse().unwrap();
        for (text, expected) in [
            ("2026-05-01T12:00:00.123Z", Some("now")),
            ("2026-05-01T11:59:59Z", Some("1 second ago")),
            ("2026-05-01T11:00:01Z", Some("59 minutes ago")),
            ("2026-04-30T11:00:00+00:00", Some("1 day ago")),
            ("2024-04-30T11:00:00Z", Some("2 years ago")),
            ("2026-05-03T12:00:00Z", Some("in 2 days")),
            ("1980-01-01", None),
            ("jane", None),
        ] {
            assert_eq!(relative(text, now).as_deref(), expected, "{text}");
        }
    }
}
