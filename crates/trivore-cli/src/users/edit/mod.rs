//! `trivore users edit`.

mod edit_user;
mod edited_text;
mod editor;

pub(crate) use edit_user::Edit;
