//! See `trivore_tests::fuzz::token_responses`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| trivore_tests::fuzz::token_responses(input));
