//! See `trivore_tests::fuzz::pages`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| trivore_tests::fuzz::pages(input));
