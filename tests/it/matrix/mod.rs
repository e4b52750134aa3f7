//! Every operation against every fault.

mod faults;
mod operations;
