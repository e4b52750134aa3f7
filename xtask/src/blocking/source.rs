//! Reads the files of `trivore-users`.

use std::{collections::BTreeMap, ops::Range};

use syn::{
    Attribute, Expr, FnArg, ImplItem, Item, ItemImpl, Lit, Meta, Pat, ReceiverKind, ReturnType,
    Type, UseTree, Visibility, spanned::Spanned,
};

/// A file of `trivore-users`.
pub(super) struct Source {
    /// Name without extension, such as `roles`.
    pub(super) stem: String,
    pub(super) docs: Vec<String>,
    /// The path of each name that the file imports.
    pub(super) imports: BTreeMap<String, String>,
    /// The names that it exports.
    pub(super) exports: BTreeMap<String, String>,
    pub(super) structs: Vec<Struct>,
    pub(super) methods: Vec<Method>,
    pub(super) streams: Vec<StreamImpl>,
}

pub(super) struct Struct {
    pub(super) name: String,
    pub(super) docs: Vec<String>,
    pub(super) attributes: Vec<String>,
    /// Parameters with bounds, such as `<T: Unpin>`, and their names alone, such as `<T>`.
    pub(super) generics: (String, String),
    pub(super) is_clone: bool,
}

/// A public inherent method.
pub(super) struct Method {
    pub(super) owner: String,
    /// What stands between `impl` and `{`, such as `<T> Pages<T>`.
    pub(super) header: String,
    pub(super) name: String,
    pub(super) docs: Vec<String>,
    pub(super) attributes: Vec<String>,
    pub(super) is_async: bool,
    pub(super) receiver: Receiver,
    pub(super) arguments: Vec<String>,
    /// From `fn` to before the result's type, and what follows the type.
    pub(super) signature: (String, String),
    /// The result's type as written; empty if there is none.
    pub(super) output: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Receiver {
    None,
    Reference,
    Value,
}

/// An implementation of `Stream`.
pub(super) struct StreamImpl {
    pub(super) owner: String,
    /// What stands between `impl` and `Stream`, such as `<T: Unpin>`.
    pub(super) generics: String,
    /// The type with its parameters, such as `Pages<T>`.
    pub(super) target: String,
    pub(super) item: String,
}

impl Source {
    /// Parses a file.
    pub(super) fn parse(stem: &str, text: &str) -> syn::Result<Self> {
        let file = syn::parse_file(text)?;
        let at = |span: Range<usize>| text.get(span).unwrap_or_default().to_owned();
        let mut source = Self {
            stem: stem.to_owned(),
            docs: docs(&file.attrs),
            imports: BTreeMap::new(),
            exports: BTreeMap::new(),
            structs: Vec::new(),
            methods: Vec::new(),
            streams: Vec::new(),
        };
        for item in &file.items {
            match item {
                Item::Use(item) if is_public(&item.vis) => {
                    add_imports(&item.tree, "", &mut source.exports);
                }
                Item::Use(item) => add_imports(&item.tree, "", &mut source.imports),
                Item::Struct(item) if is_public(&item.vis) => source.structs.push(Struct {
                    name: item.ident.to_string(),
                    docs: docs(&item.attrs),
                    attributes: kept_attributes(&item.attrs, &at),
                    generics: generics(&item.generics, &at),
                    is_clone: item.attrs.iter().any(|attribute| {
                        attribute.path().is_ident("derive")
                            && at(attribute.span().byte_range()).contains("Clone")
                    }),
                }),
                Item::Impl(item) => source.add_impl(item, &at),
                _ => {}
            }
        }
        Ok(source)
    }

    fn add_impl(&mut self, item: &ItemImpl, at: &dyn Fn(Range<usize>) -> String) {
        let Type::Path(target) = &*item.self_ty else { return };
        let Some(owner) = target.path.segments.last() else { return };
        let owner = owner.ident.to_string();
        let target = at(item.self_ty.span().byte_range());
        if let Some((interface, _)) = &item.trait_ {
            if interface.segments.last().is_some_and(|segment| segment.ident == "Stream") {
                let item_type = item.items.iter().find_map(|item| match item {
                    ImplItem::Type(item) if item.ident == "Item" => {
                        Some(at(item.ty.span().byte_range()))
                    }
                    _ => None,
                });
                let generics = at(item.generics.span().byte_range());
                let item = item_type.unwrap_or_default();
                self.streams.push(StreamImpl { owner, generics, target, item });
            }
            return;
        }
        let header = format!("{} {target}", at(item.generics.span().byte_range()));
        for item in &item.items {
            let ImplItem::Fn(method) = item else { continue };
            if !is_public(&method.vis) {
                continue;
            }
            let signature = &method.sig;
            let start = signature.fn_token.span().byte_range().start;
            let end = method.block.span().byte_range().start;
            let (before, output, after) = match &signature.output {
                ReturnType::Default => (at(start..end), String::new(), String::new()),
                ReturnType::Type(_, output) => {
                    let Range { start: from, end: to } = output.span().byte_range();
                    (at(start..from), at(from..to), at(to..end))
                }
            };
            self.methods.push(Method {
                owner: owner.clone(),
                header: header.clone(),
                name: signature.ident.to_string(),
                docs: docs(&method.attrs),
                attributes: kept_attributes(&method.attrs, at),
                is_async: signature.asyncness.is_some(),
                receiver: receiver(signature.inputs.first()),
                arguments: signature.inputs.iter().filter_map(argument).collect(),
                signature: (before, after),
                output,
            });
        }
    }
}

fn receiver(first: Option<&FnArg>) -> Receiver {
    match first {
        Some(FnArg::Receiver(receiver)) if matches!(receiver.kind, ReceiverKind::Reference(..)) => {
            Receiver::Reference
        }
        Some(FnArg::Receiver(_)) => Receiver::Value,
        _ => Receiver::None,
    }
}

fn argument(argument: &FnArg) -> Option<String> {
    match argument {
        FnArg::Typed(argument) => match &*argument.pat {
            Pat::Ident(name) => Some(name.ident.to_string()),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    }
}

fn generics(generics: &syn::Generics, at: &dyn Fn(Range<usize>) -> String) -> (String, String) {
    let names: Vec<_> = generics.type_params().map(|name| name.ident.to_string()).collect();
    let names = if names.is_empty() { String::new() } else { format!("<{}>", names.join(", ")) };
    (at(generics.span().byte_range()), names)
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn docs(attributes: &[Attribute]) -> Vec<String> {
    let line = |attribute: &Attribute| {
        let Meta::NameValue(pair) = &attribute.meta else { return None };
        let Expr::Lit(literal) = &pair.value else { return None };
        match &literal.lit {
            Lit::Str(text) if pair.path.is_ident("doc") => Some(text.value()),
            _ => None,
        }
    };
    attributes.iter().filter_map(line).collect()
}

/// The attributes that a blocking item has, too.
fn kept_attributes(attributes: &[Attribute], at: &dyn Fn(Range<usize>) -> String) -> Vec<String> {
    let kept = attributes.iter().filter(|attribute| attribute.path().is_ident("must_use"));
    kept.map(|attribute| at(attribute.span().byte_range())).collect()
}

fn add_imports(tree: &UseTree, prefix: &str, imports: &mut BTreeMap<String, String>) {
    match tree {
        UseTree::Path(path) => {
            add_imports(&path.tree, &format!("{prefix}{}::", path.ident), imports);
        }
        UseTree::Name(name) => {
            imports.insert(name.ident.to_string(), format!("{prefix}{}", name.ident));
        }
        UseTree::Group(group) => {
            group.items.iter().for_each(|tree| add_imports(tree, prefix, imports));
        }
        UseTree::Rename(_) | UseTree::Glob(_) => {}
    }
}
