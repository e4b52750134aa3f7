//! Streams and operations of several calls, dropped after any number of polls.

use std::future::Future;

use futures_util::TryStreamExt as _;
use trivore::Result;
use trivore::models::{Filter, PageRequest, User, UserId};
use trivore::users::{Bulk, BulkOptions, Reconciled, Users};

use super::place::{Place, RUNTIMES, Scene};
use crate::bulk::in_memory::InMemory;
use crate::operations::case;

/// Uses one scene for all polls, so that leftovers of dropped calls would add up.
#[track_caller]
fn check<'a, F>(place: &Place, scene: &'a Scene, users: &'a Users, call: impl Fn(&'a Users) -> F)
where
    F: Future<Output = Result<()>> + 'a,
{
    for runtime in 0..RUNTIMES {
        let mut polls = 0;
        loop {
            let done = place.cut_off(runtime, call(users), polls);
            if polls % 5 == 0 {
                place.check_client(users, scene);
            }
            if let Some(done) = done {
                done.unwrap();
                break;
            }
            polls += 1;
            assert!(polls < MOST_POLLS, "never done");
        }
    }
    place.check_client(users, scene);
}

fn many_users(scene: &Scene) {
    for _ in 0..9 {
        scene.setup.sandbox().add_user(serde_json::json!({})).unwrap();
    }
    scene.setup.sandbox().clear_ledger();
}

#[test]
fn a_dropped_stream_leaves_nothing_behind() {
    let place = Place::new();
    let scene = place.scene();
    many_users(&scene);
    let users = scene.users(case("users.get"));
    let request = || PageRequest::new().count(3);

    check(&place, &scene, &users, async |users| {
        users.items(request()).try_collect::<Vec<_>>().await.map(drop)
    });
    check(&place, &scene, &users, async |users| {
        users.pages(request()).try_collect::<Vec<_>>().await.map(drop)
    });

    assert_eq!(scene.ledger(), []);
}

#[test]
fn a_dropped_modification_writes_at_most_once() {
    let place = Place::new();
    let scene = place.scene();
    let users = scene.users(case("users.get"));
    let id: UserId = scene.subject.user();
    let calls = std::cell::Cell::new(0);

    check(&place, &scene, &users, async |users| {
        calls.set(calls.get() + 1);
        let number = calls.get();
        let change = |user: &mut User| user.nick_name = Some(format!("nick-{number}"));
        users.modify(&id, change).await.map(drop)
    });

    let ledger = scene.ledger();
    assert!(ledger.iter().all(|entry| *entry == ("user", "update")), "{ledger:?}");
    assert!((1..=calls.get()).contains(&ledger.len()), "{} for {}", ledger.len(), calls.get());
}

#[test]
fn dropped_creations_create_each_user_at_most_once() {
    let place = Place::new();
    let scene = place.scene();
    let users = scene.users(case("users.get"));
    let calls = std::cell::Cell::new(0);
    let new = [const { 0 }; 4].map(|_| User::new());

    check(&place, &scene, &users, async |users| {
        calls.set(calls.get() + 1);
        for created in users.create_many(&new, BulkOptions::new().concurrency(1)).await {
            created?;
        }
        Ok(())
    });

    let ledger = scene.ledger();
    assert!(ledger.iter().all(|entry| *entry == ("user", "create")), "{ledger:?}");
    assert!((new.len()..=new.len() * calls.get()).contains(&ledger.len()));
}

#[test]
fn a_dropped_creation_with_a_look_up_creates_its_user_at_most_once() {
    let place = Place::new();
    let scene = place.scene();
    let users = scene.users(case("users.get"));
    let calls = std::cell::Cell::new(0);

    check(&place, &scene, &users, async |users| {
        calls.set(calls.get() + 1);
        let mut user = User::new();
        user.username = Some(format!("user-{}", calls.get()));
        users.create_once(&user).await.map(drop)
    });

    let ledger = scene.ledger();
    assert!(ledger.iter().all(|entry| *entry == ("user", "create")), "{ledger:?}");
    assert!((1..=calls.get()).contains(&ledger.len()));
}

#[test]
fn dropped_changes_of_sets_write_at_most_once_each() {
    let place = Place::new();
    let scene = place.scene();
    let users = scene.users(case("users.get"));
    let id: UserId = scene.subject.user();
    let calls = std::cell::Cell::new(0_usize);

    check(&place, &scene, &users, async |users| {
        calls.set(calls.get() + 1);
        // Every other call adds the role, and the ones between remove it.
        let role = ["ROLE_AUDITOR".into()];
        let roles = if calls.get().is_multiple_of(2) { &role[..] } else { &[] };
        users.set_builtin_roles(&id, roles).await?;
        users.modify_if_unchanged(&id, |user| user.minor = Some(roles.is_empty())).await.map(drop)
    });

    let ledger = scene.ledger();
    assert!(ledger.len() <= 2 * calls.get(), "{} for {}", ledger.len(), calls.get());
}

#[test]
fn runs_that_are_dropped_and_resumed_create_each_user_once() {
    let place = Place::new();
    let scene = place.scene();
    let users = scene.users(case("users.get"));
    let journal = InMemory::default();
    let names = ["maija", "matti", "liisa", "lauri"];

    check(&place, &scene, &users, async |users| {
        let asking = users.clone();
        let users = users.clone();
        let create = move |name: &'static str| {
            let users = users.clone();
            let mut user = User::new();
            user.username = Some(name.to_owned());
            async move { Ok(users.create(&user).await?.id) }
        };
        let find = move |name: &'static str, _| {
            let users = asking.clone();
            async move {
                let request = PageRequest::new().filter(Filter::eq("username", name));
                let found = users.list(&request).await?.resources.pop();
                let id = found.and_then(|user| user.id);
                Ok(id.map_or(Reconciled::NotApplied, Reconciled::Applied))
            }
        };
        let bulk = Bulk::new(create).reconcile(find).key(|name| (*name).to_owned());
        let bulk = bulk.options(BulkOptions::new().concurrency(2)).journal(journal.clone());
        bulk.run(names).try_collect::<Vec<_>>().await.map(drop)
    });

    assert_eq!(scene.ledger(), [("user", "create"); 4]);
}

/// More polls than any of these needs.
const MOST_POLLS: usize = 300;
