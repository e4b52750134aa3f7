//! Users and the types of their fields.

mod address;
mod birth;
mod consents;
mod customer_group;
mod email;
mod enums;
mod mobile;
mod name;
mod read_only;
mod user;
mod validate;

pub use address::{Address, AddressType};
pub use birth::PlaceOfBirth;
pub use consents::Consents;
pub use customer_group::CustomerGroupInfo;
pub use email::EmailAddress;
pub use enums::{AccountType, MfaMethod, Sex};
pub use mobile::Mobile;
pub use name::Names;
pub use user::User;
pub use validate::InvalidUser;
pub(crate) use validate::check_change;
