//! `trivore users export`.

mod files;
mod round_trip;
