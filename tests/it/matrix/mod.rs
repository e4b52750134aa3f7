//! Every operation against every fault.

mod operations;
