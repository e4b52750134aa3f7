//! Namespaces.

use super::listing::{DUPLICATE, LIST};
use crate::api::operation::{ErrorCase, Operation, Safety, SuccessBody, Tag};

pub(crate) const LIST_NAMESPACES: Operation =
    Operation::read(Tag::Namespaces, "getNamespaces", "List namespaces")
        .query(LIST)
        .returns(200, SuccessBody::Page("Namespace"));

pub(crate) const CREATE: Operation =
    Operation::new(Safety::NotIdempotent, Tag::Namespaces, "createNamespace", "Create a namespace")
        .notes("The API client that creates a namespace has access to it.")
        .body("NamespaceCreate")
        .returns(201, SuccessBody::One("Namespace"))
        .errors(&[DUPLICATE]);

pub(crate) const READ: Operation =
    Operation::read(Tag::Namespaces, "getNamespace", "Read a namespace")
        .returns(200, SuccessBody::One("Namespace"));

pub(crate) const UPDATE: Operation =
    Operation::new(Safety::Idempotent, Tag::Namespaces, "updateNamespace", "Update a namespace")
        .notes("The code is permanent.")
        .body("NamespaceUpdate")
        .returns(200, SuccessBody::One("Namespace"));

pub(crate) const DELETE: Operation =
    Operation::new(Safety::Idempotent, Tag::Namespaces, "deleteNamespace", "Delete a namespace")
        .notes("Its groups and roles are deleted, too.")
        .returns(204, SuccessBody::Nothing)
        .errors(&[ErrorCase::new(
            409,
            "The namespace has users (inferred, rule `namespace-delete-cascades`).",
            |rules| !rules.namespace_delete_cascades,
        )]);
