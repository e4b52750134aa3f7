//! A client remains usable if its calls are dropped at any point.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use trivore::Trivore;
use trivore::models::{Filter, PageRequest, User, UserId};
use trivore_tests::{RawServer, Reply};

/// Polls a future at most `polls` times, yielding to the runtime after each poll, then drops it.
async fn poll_then_drop<F: Future>(future: F, polls: usize) -> bool {
    let mut future = pin!(future);
    for _ in 0..polls {
        if future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

#[tokio::test]
async fn a_call_dropped_after_any_number_of_polls_harms_nothing() {
    let server =
        RawServer::start(|_, _| Reply::Json(r#"{"id":"1","resources":[]}"#.to_owned())).await;
    let trivore = Trivore::builder(&server.url()).build().unwrap();
    let (users, id) = (trivore.users(), UserId::from("a"));
    let request = PageRequest::new().filter(Filter::eq("nsCode", "x"));
    let new = [User::new(), User::new()];

    for polls in 0..40 {
        poll_then_drop(users.get(&id), polls).await;
        poll_then_drop(users.list(&request), polls).await;
        poll_then_drop(users.create(&User::new()), polls).await;
        poll_then_drop(users.modify(&id, |user| user.nick_name = Some("x".into())), polls).await;
        poll_then_drop(users.create_many(&new, trivore::users::BulkOptions::new()), polls).await;

        users.get(&id).await.unwrap();
    }
}

#[tokio::test]
async fn a_stream_dropped_after_any_number_of_polls_harms_nothing() {
    let server = RawServer::start(|_, _| {
        Reply::Json(r#"{"id":"1","totalResults":9,"resources":[{"id":"1"},{"id":"2"}]}"#.to_owned())
    })
    .await;
    let trivore = Trivore::builder(&server.url()).build().unwrap();

    for polls in 0..40 {
        let items = trivore.users().items(PageRequest::new().count(2));
        let all = futures_util::TryStreamExt::try_collect::<Vec<_>>(items);
        poll_then_drop(all, polls).await;

        trivore.users().get(&"a".into()).await.unwrap();
    }
}
