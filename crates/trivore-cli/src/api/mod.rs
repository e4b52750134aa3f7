//! `trivore api`.

mod api;
mod body;
mod endpoint;
mod pages;
mod response;

pub(crate) use api::Api;
