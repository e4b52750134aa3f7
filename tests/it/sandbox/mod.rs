//! The sandbox as a program.

mod kill;
mod large_seeds;
