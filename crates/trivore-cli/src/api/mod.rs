//! `trivore api`.

mod api;
mod body;
mod endpoint;
mod pages;
mod response;
mod route;

pub(crate) use api::Api;
