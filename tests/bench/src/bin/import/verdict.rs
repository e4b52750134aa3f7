//! What is wrong with what the store has.

use std::collections::{BTreeMap, BTreeSet};

use trivore_bench::{StoreContents, StoreCounts};

use crate::worker::{Open, address, username};

/// Returns what is wrong after an import of so many users; nothing if all is well.
pub(crate) fn complaints(
    users: u32,
    open: &Open,
    counts: &StoreCounts,
    contents: &StoreContents,
) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut complain = |names: Vec<&str>, what: &str| {
        if let Some(first) = names.first() {
            complaints.push(format!("{} {what}, such as {first}", names.len()));
        }
    };
    let expected: BTreeSet<_> = (0..users).map(username).collect();
    let created = count(&contents.users);
    complain(missing(&expected, &created), "users are missing");
    complain(more_than_once(&created), "users exist more than once");
    complain(others(&expected, &created), "users were not to be created");

    let expected: BTreeSet<_> = (0..users).map(address).collect();
    let unknown: BTreeSet<_> = open.unknown_messages.iter().map(String::as_str).collect();
    let sent = count(&contents.messages);
    complain(more_than_once(&sent), "addresses have got a message more than once");
    complain(others(&expected, &sent), "addresses were not to get a message");
    let mut unsent = missing(&expected, &sent);
    unsent.retain(|address| !unknown.contains(address));
    complain(unsent, "messages were not sent, and are not said to be unknown");

    if open.is_unfinished {
        complaints.push("the import has not come to an end".to_owned());
    }
    if open.rate_limited > 0 {
        complaints.push(format!("{} calls failed because of the rate", open.rate_limited));
    }
    if counts.lost == 0 || counts.reset == 0 {
        complaints.push("no response was lost, or no connection reset".to_owned());
    }
    complaints
}

fn count(names: &[String]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name.as_str()).or_default() += 1;
    }
    counts
}

fn missing<'a>(expected: &'a BTreeSet<String>, found: &BTreeMap<&str, usize>) -> Vec<&'a str> {
    let names = expected.iter().map(String::as_str);
    names.filter(|name| !found.contains_key(name)).collect()
}

fn more_than_once<'a>(found: &BTreeMap<&'a str, usize>) -> Vec<&'a str> {
    found.iter().filter(|(_, count)| **count > 1).map(|(name, _)| *name).collect()
}

fn others<'a>(expected: &BTreeSet<String>, found: &BTreeMap<&'a str, usize>) -> Vec<&'a str> {
    found.keys().copied().filter(|name| !expected.contains(*name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// Judges an import of two users.
    fn judge(users: &[&str], messages: &[&str], unknown: &[&str]) -> Vec<String> {
        let open = Open { unknown_messages: strings(unknown), ..Open::default() };
        let counts = StoreCounts { lost: 1, reset: 1, ..StoreCounts::default() };
        let contents = StoreContents { users: strings(users), messages: strings(messages) };
        complaints(2, &open, &counts, &contents)
    }

    const USERS: [&str; 2] = ["user-0", "user-1"];
    const MESSAGES: [&str; 2] = ["user-0@example.com", "user-1@example.com"];

    #[test]
    fn each_user_once_and_no_message_twice_is_well() {
        assert_eq!(judge(&USERS, &MESSAGES, &[]), Vec::<String>::new());
        assert_eq!(judge(&USERS, &MESSAGES, &MESSAGES), Vec::<String>::new());
        assert_eq!(judge(&USERS, &MESSAGES[1..], &MESSAGES[..1]), Vec::<String>::new());
    }

    #[test]
    fn what_is_missing_or_there_twice_is_a_complaint() {
        for (users, messages) in [
            (&["user-1"][..], &MESSAGES[..]),
            (&["user-0", "user-1", "user-0"], &MESSAGES),
            (&["user-0", "user-1", "user-2"], &MESSAGES),
            (&USERS, &MESSAGES[..1]),
            (&USERS, &[MESSAGES[0], MESSAGES[1], MESSAGES[1]]),
            (&USERS, &[MESSAGES[0], MESSAGES[1], "user-2@example.com"]),
        ] {
            assert_eq!(judge(users, messages, &[]).len(), 1, "{users:?} {messages:?}");
        }
    }
}
