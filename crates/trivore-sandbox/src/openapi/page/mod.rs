//! The page that shows the OpenAPI document.

mod html;
mod operations;
mod render;
mod schemas;
mod types;

pub(crate) use render::render;
