//! The stack: layers, limits, errors, connections.
