//! See `trivore_tests::fuzz::answers`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| trivore_tests::fuzz::answers(input));
