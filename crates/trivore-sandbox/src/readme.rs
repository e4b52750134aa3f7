//! Compiles and runs the examples of `README.md`.

#[doc = include_str!("../README.md")]
struct Readme;
