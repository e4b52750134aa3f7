//! The fields of a seed.

use super::shape::{ANY, FLAG, MAP, NUMBER, Shape, TEXT, TEXTS};
use crate::resources::{groups, roles};
use crate::store::namespaces;
use crate::store::user_fields::USER;
use crate::values::field_types::FieldType;

/// A list of objects in a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Namespaces,
    Groups,
    Roles,
    ExternalPermissions,
    ApiClients,
    OidcClients,
    Users,
    AccessTokens,
    RefreshTokens,
    Links,
    SentTo,
    Invitations,
    Messages,
}

impl Section {
    /// All sections, each after those to which its objects refer.
    pub(super) const ALL: [Self; 13] = [
        Self::Namespaces,
        Self::Groups,
        Self::Roles,
        Self::ExternalPermissions,
        Self::ApiClients,
        Self::OidcClients,
        Self::Users,
        Self::AccessTokens,
        Self::RefreshTokens,
        Self::Links,
        Self::SentTo,
        Self::Invitations,
        Self::Messages,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Namespaces => "namespaces",
            Self::Groups => "groups",
            Self::Roles => "roles",
            Self::ExternalPermissions => "externalPermissions",
            Self::ApiClients => "apiClients",
            Self::OidcClients => "oidcClients",
            Self::Users => "users",
            Self::AccessTokens => "accessTokens",
            Self::RefreshTokens => "refreshTokens",
            Self::Links => "verificationLinks",
            Self::SentTo => "verificationMessages",
            Self::Invitations => "invitations",
            Self::Messages => "messages",
        }
    }

    /// Returns the shape of the objects.
    pub(super) fn shape(self) -> Shape {
        match self {
            Self::Namespaces => Shape::Object(OTHER_FIELDS, namespaces::FIELDS),
            Self::Groups => Shape::Object(OTHER_FIELDS, groups::FIELDS),
            Self::Roles => Shape::Object(OTHER_FIELDS, roles::FIELDS),
            Self::ExternalPermissions => Shape::Object(EXTERNAL_PERMISSION, &[]),
            Self::ApiClients => Shape::Object(API_CLIENT, &[]),
            Self::OidcClients => Shape::Object(OIDC_CLIENT, &[]),
            Self::Users => Shape::Object(USER_FIELDS, USER),
            Self::AccessTokens | Self::RefreshTokens => Shape::Object(TOKEN, &[]),
            Self::Links => Shape::Object(LINK, &[]),
            Self::SentTo => Shape::Object(SENT_TO, &[]),
            Self::Invitations => Shape::Object(INVITATION, &[]),
            Self::Messages => Shape::Object(MESSAGE, &[]),
        }
    }
}

/// Fields of a seed that are not lists of objects.
pub(super) const ROOT: &[(&str, Shape)] =
    &[("$schema", TEXT), ("defaults", FLAG), ("lastId", NUMBER), ("keyRotations", NUMBER)];

/// Field for stored fields that the API does not know, so that a misspelled name is an error.
pub(super) const OTHER: &str = "otherFields";

/// Field of a user for what its document does not show.
pub(super) const DETAILS: &str = "sandbox";

const OTHER_FIELDS: &[(&str, Shape)] = &[(OTHER, MAP)];

const USER_FIELDS: &[(&str, Shape)] = &[(OTHER, MAP), (DETAILS, Shape::Object(USER_DETAILS, &[]))];

const USER_DETAILS: &[(&str, Shape)] = &[
    ("passwords", TEXTS),
    ("legal", MAP),
    ("enterprise", MAP),
    ("identifications", Shape::List(&MAP)),
    ("student", MAP),
    ("externalPermissions", Shape::List(&ANY)),
    ("memberships", Shape::MapOf(&MAP)),
    ("permissions", TEXTS),
    ("builtinRoles", TEXTS),
    ("customRoles", TEXTS),
    ("code", Shape::Object(&[("code", TEXT), ("mobile", TEXT), ("expires", Shape::Time)], &[])),
    ("messagesSent", Shape::List(&Shape::Time)),
    ("emailsSent", Shape::List(&Shape::Time)),
    ("incorrectPasswords", Shape::List(&Shape::Time)),
    ("lockedOutUntil", Shape::Time),
    ("isDeleted", FLAG),
];

const EXTERNAL_PERMISSION: &[(&str, Shape)] =
    &[("group", TEXT), ("permission", TEXT), ("document", MAP)];

const API_CLIENT: &[(&str, Shape)] = &[
    ("id", TEXT),
    ("secret", TEXT),
    ("permissions", TEXTS),
    ("namespaces", TEXTS),
    ("primaryNamespace", TEXT),
];

const OIDC_CLIENT: &[(&str, Shape)] = &[
    ("id", TEXT),
    ("secret", TEXT),
    ("redirectUri", TEXT),
    ("redirectUris", TEXTS),
    ("postLogoutRedirectUris", TEXTS),
    ("idTokenSignedResponseAlg", Shape::Field(FieldType::Choice(&["RS256", "ES256"]))),
    ("permissions", TEXTS),
];

const TOKEN: &[(&str, Shape)] = &[
    ("token", TEXT),
    ("clientId", TEXT),
    ("userId", TEXT),
    ("scopes", TEXTS),
    ("claims", TEXTS),
    ("idTokenClaims", TEXTS),
    ("claimsInIdToken", FLAG),
    ("authentication", Shape::Object(&[("time", Shape::Time), ("methods", TEXTS)], &[])),
    ("family", TEXT),
    ("isUsed", FLAG),
    ("expires", Shape::Time),
];

const LINK: &[(&str, Shape)] = &[
    ("token", TEXT),
    ("contact", CONTACT),
    ("userId", TEXT),
    ("value", TEXT),
    ("returnUrl", TEXT),
    ("expires", Shape::Time),
];

/// When verification messages were sent to an address or number.
const SENT_TO: &[(&str, Shape)] =
    &[("contact", CONTACT), ("value", TEXT), ("times", Shape::List(&Shape::Time))];

const INVITATION: &[(&str, Shape)] = &[
    ("token", TEXT),
    ("email", TEXT),
    ("nsCode", TEXT),
    ("groups", TEXTS),
    ("locale", TEXT),
    ("expires", Shape::Time),
];

const CONTACT: Shape = Shape::Field(FieldType::Choice(&["email", "mobile"]));

const MESSAGE: &[(&str, Shape)] = &[
    ("time", TEXT),
    ("kind", Shape::Field(FieldType::Choice(&["EMAIL", "SMS"]))),
    ("to", TEXT),
    ("userId", TEXT),
    ("subject", TEXT),
    ("text", TEXT),
    ("link", TEXT),
    ("code", TEXT),
];
