//! Users, sorted by identifier.

use super::account::Account;

/// Users, sorted by identifier, in parts that are contiguous in memory.
///
/// A list of users reads all of them in order, which takes several times longer with a tree of
/// small nodes.
#[derive(Clone, Default)]
pub(super) struct AccountList {
    /// None of them is empty.
    parts: Vec<Vec<Account>>,
    len: usize,
}

impl AccountList {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, id: &str) -> Option<&Account> {
        let (part, index) = self.find(id).ok()?;
        self.parts.get(part)?.get(index)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Account> {
        let (part, index) = self.find(id).ok()?;
        self.parts.get_mut(part)?.get_mut(index)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Account> {
        self.parts.iter().flatten()
    }

    /// Adds a user, or replaces the one with the same identifier.
    pub(super) fn insert(&mut self, account: Account) {
        let (part_index, index) = match self.find(account.id()) {
            Ok((part, index)) => {
                if let Some(known) = self.parts.get_mut(part).and_then(|it| it.get_mut(index)) {
                    *known = account;
                }
                return;
            }
            Err(place) => place,
        };
        self.len += 1;
        let Some(part) = self.parts.get_mut(part_index) else {
            self.parts.push(vec![account]);
            return;
        };
        part.insert(index, account);
        if part.len() > MAX_PART {
            // New identifiers usually sort last. Full parts then stay full.
            let is_last = index.saturating_add(1) == part.len();
            let right = part.split_off(if is_last { index } else { MAX_PART / 2 });
            self.parts.insert(part_index.saturating_add(1), right);
        }
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<Account> {
        let (part_index, index) = self.find(id).ok()?;
        let part = self.parts.get_mut(part_index)?;
        let removed = part.remove(index);
        if part.is_empty() {
            self.parts.remove(part_index);
        }
        self.len -= 1;
        Some(removed)
    }

    /// Returns the part and the index of a user, or where it would be.
    fn find(&self, id: &str) -> Result<(usize, usize), (usize, usize)> {
        let begins_before =
            |part: &Vec<Account>| part.first().is_some_and(|account| account.id() <= id);
        let part = self.parts.partition_point(begins_before).saturating_sub(1);
        let Some(accounts) = self.parts.get(part) else { return Err((0, 0)) };
        accounts
            .binary_search_by(|account| account.id().cmp(id))
            .map(|index| (part, index))
            .map_err(|index| (part, index))
    }
}

/// Bounds how many users move when one is added or removed.
const MAX_PART: usize = 512;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn account(id: usize, username: &str) -> Account {
        Account::empty(&format!("{id:05}"), username)
    }

    #[test]
    fn users_are_sorted_and_found_whatever_the_order_of_changes() {
        let mut list = AccountList::default();
        let mut expected = BTreeMap::new();
        // 7,919 is prime, so that all numbers below 3,000 come, in a scattered order.
        let scattered = (0..3_000).map(|number| number * 7_919 % 3_000);
        let ascending = 5_000..7_000;
        for id in scattered.chain(ascending) {
            list.insert(account(id, "a"));
            expected.insert(format!("{id:05}"), "a");
        }
        for id in (0..7_000).step_by(3) {
            assert_eq!(
                list.remove(&format!("{id:05}")).is_some(),
                expected.remove(&format!("{id:05}")).is_some()
            );
        }
        for id in (0..7_000).step_by(7) {
            list.insert(account(id, "b"));
            expected.insert(format!("{id:05}"), "b");
        }

        let found = list.iter().map(|account| (account.id().to_owned(), account.username()));
        assert!(found.eq(expected.iter().map(|(id, username)| (id.clone(), *username))));
        assert_eq!(list.len(), expected.len());
        for id in 0..7_100 {
            let id = format!("{id:05}");
            assert_eq!(list.get(&id).map(Account::username), expected.get(&id).copied());
        }
        for id in expected.keys() {
            list.remove(id);
        }
        assert_eq!((list.len(), list.iter().count()), (0, 0));
    }
}
