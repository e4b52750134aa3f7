//! See `trivore_tests::fuzz::token_answers`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| trivore_tests::fuzz::token_answers(input));
