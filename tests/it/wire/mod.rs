//! Every operation sends what the vendor's SDK was recorded to send.

mod calls;
mod deviations;
mod record;
