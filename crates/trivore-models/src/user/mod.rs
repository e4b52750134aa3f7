//! Users and the types of their fields.

mod address;
mod consents;
mod customer_group;
mod email;
mod enums;
mod mobile;
mod name;
mod place_of_birth;
mod tags;
mod user;
mod validate;

pub use address::{Address, AddressType};
pub use consents::Consents;
pub use customer_group::CustomerGroupInfo;
pub use email::EmailAddress;
pub use enums::{AccountType, MfaMethod, Sex};
pub use mobile::Mobile;
pub use name::Names;
pub use place_of_birth::PlaceOfBirth;
pub use user::User;
pub use validate::InvalidUser;
pub(crate) use validate::check_change;
