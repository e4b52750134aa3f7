//! Every operation sends the requests that were recorded from the vendor's SDK.

mod record;
