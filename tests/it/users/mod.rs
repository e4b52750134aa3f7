//! Each operation against the sandbox, one file per resource.
