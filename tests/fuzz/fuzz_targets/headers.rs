//! See `trivore_tests::fuzz::headers`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| trivore_tests::fuzz::headers(input));
