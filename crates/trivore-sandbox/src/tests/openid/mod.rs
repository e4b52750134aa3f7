//! Tests of signing in on a page, as the browser and the client see it.

mod codes;
mod discovery;
mod id_tokens;
mod logout;
mod pages;
mod refresh;
mod refusals;
mod second_factor;
mod sessions;
mod web;
