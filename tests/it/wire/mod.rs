//! Every operation sends the requests that were recorded from the vendor's SDK.

mod calls;
mod deviations;
mod record;
