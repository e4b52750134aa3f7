//! The examples of the repository's README, compiled and run as doctests.

#![doc = include_str!("../../README.md")]
