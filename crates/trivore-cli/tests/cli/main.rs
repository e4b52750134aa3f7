//! The program `trivore` from the outside, against the sandbox.

mod installation;
mod users;

use installation::Installation;
