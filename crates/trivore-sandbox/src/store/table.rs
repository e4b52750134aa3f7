//! Objects by identifier, with an index, that remember which of them changed.

use std::collections::BTreeMap;

/// Objects by identifier, which is also the order of lists.
///
/// Every change goes through [`insert`](Self::insert), [`update`](Self::update) or
/// [`remove`](Self::remove), which maintain the index and note the identifier.
#[derive(Clone)]
pub(crate) struct Table<V> {
    objects: BTreeMap<String, V>,
    /// Identifiers by name.
    names: BTreeMap<String, String>,
    name: fn(&V) -> Option<String>,
    /// What changed, as it was before.
    changed: BTreeMap<String, Option<V>>,
}

impl<V: Clone> Table<V> {
    /// Creates a table whose objects can be found by identifier only.
    pub(crate) fn new() -> Self {
        Self::named_by(|_| None)
    }

    /// Creates a table whose objects can also be found by a unique name.
    pub(crate) fn named_by(name: fn(&V) -> Option<String>) -> Self {
        Self { objects: BTreeMap::new(), names: BTreeMap::new(), name, changed: BTreeMap::new() }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&V> {
        self.objects.get(id)
    }

    /// Finds an object by its name.
    pub(crate) fn named(&self, name: &str) -> Option<&V> {
        self.objects.get(self.names.get(name)?)
    }

    pub(crate) fn contains(&self, id: &str) -> bool {
        self.objects.contains_key(id)
    }

    pub(crate) fn len(&self) -> usize {
        self.objects.len()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &V)> {
        self.objects.iter().map(|(id, object)| (id.as_str(), object))
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.objects.keys().map(String::as_str)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.objects.values()
    }

    /// Adds an object, or replaces the one with the same identifier.
    pub(crate) fn insert(&mut self, id: String, object: V) {
        self.forget_name(&id);
        if let Some(name) = (self.name)(&object) {
            self.names.insert(name, id.clone());
        }
        let before = self.objects.insert(id.clone(), object);
        self.changed.entry(id).or_insert(before);
    }

    /// Changes an object, if it exists.
    pub(crate) fn update(&mut self, id: &str, change: impl FnOnce(&mut V)) {
        if let Some(mut object) = self.remove(id) {
            change(&mut object);
            self.insert(id.to_owned(), object);
        }
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<V> {
        self.forget_name(id);
        let removed = self.objects.remove(id)?;
        self.changed.entry(id.to_owned()).or_insert_with(|| Some(removed.clone()));
        Some(removed)
    }

    /// Removes all objects that do not fit.
    pub(crate) fn retain(&mut self, fits: impl Fn(&V) -> bool) {
        let removed: Vec<String> = self
            .objects
            .iter()
            .filter(|(_, object)| !fits(object))
            .map(|(id, _)| id.clone())
            .collect();
        for id in removed {
            self.remove(&id);
        }
    }

    /// Removes objects that are no longer needed, before one is added.
    ///
    /// This looks at all of them, so it does nothing unless their number is a power of two.
    pub(crate) fn forget_old(&mut self, is_needed: impl Fn(&V) -> bool) {
        if self.objects.len().is_power_of_two() {
            self.retain(is_needed);
        }
    }

    /// Returns what changed since changes were last kept or undone; `None` was removed.
    pub(crate) fn changed(&self) -> impl Iterator<Item = (&str, Option<&V>)> {
        self.changed.keys().map(|id| (id.as_str(), self.get(id)))
    }

    /// Forgets what changed.
    pub(crate) fn keep_changes(&mut self) {
        self.changed.clear();
    }

    /// Makes everything as it was when changes were last kept.
    pub(crate) fn undo_changes(&mut self) {
        let changed = std::mem::take(&mut self.changed);
        // A name may have moved from one object to another.
        for id in changed.keys() {
            self.remove(id);
        }
        for (id, before) in changed {
            if let Some(object) = before {
                self.insert(id, object);
            }
        }
        self.changed.clear();
    }

    fn forget_name(&mut self, id: &str) {
        let name = self.objects.get(id).and_then(self.name);
        if let Some(name) = name
            && self.names.get(&name).is_some_and(|named| named == id)
        {
            self.names.remove(&name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_every_change() {
        let mut table = Table::named_by(|name: &String| Some(name.clone()));
        table.insert("1".to_owned(), "a".to_owned());
        table.insert("2".to_owned(), "b".to_owned());
        table.insert("1".to_owned(), "c".to_owned());
        table.update("2", |name| *name = "a".to_owned());
        assert_eq!(table.named("a").map(String::as_str), Some("a"));
        assert_eq!((table.named("b"), table.named("c").is_some()), (None, true));

        table.remove("1");
        assert_eq!(table.named("c"), None);
    }

    #[test]
    fn every_change_is_noted_once() {
        let mut table = Table::new();
        for id in ["1", "2", "3"] {
            table.insert(id.to_owned(), 1);
        }
        assert_eq!(table.changed().count(), 3);
        table.keep_changes();

        table.update("1", |value| *value = 2);
        table.update("nothing", |value| *value = 2);
        table.remove("nothing");
        table.retain(|value| *value != 1);

        let expected = [("1", Some(&2)), ("2", None), ("3", None)];
        assert!(table.changed().eq(expected));
        table.keep_changes();
        assert_eq!(table.changed().count(), 0);
    }

    #[test]
    fn changes_are_undone_with_their_names() {
        let mut table = Table::named_by(|name: &String| Some(name.clone()));
        table.insert("1".to_owned(), "a".to_owned());
        table.insert("2".to_owned(), "b".to_owned());
        table.keep_changes();
        table.update("1", |name| *name = "c".to_owned());
        table.update("1", |name| *name = "d".to_owned());
        table.update("2", |name| *name = "a".to_owned());
        table.insert("3".to_owned(), "b".to_owned());
        table.remove("1");

        table.undo_changes();

        assert!(table.values().eq(["a", "b"]));
        assert_eq!(table.named("a").map(String::as_str), Some("a"));
        assert_eq!(table.named("b").map(String::as_str), Some("b"));
        assert!(table.named("c").is_none() && table.named("d").is_none());
        assert_eq!(table.changed().count(), 0);
    }
}
