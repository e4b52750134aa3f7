//! See `trivore_tests::fuzz::error_bodies`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| trivore_tests::fuzz::error_bodies(input));
