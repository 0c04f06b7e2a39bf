//! What may import what: the picture of the crate's modules, read from `use` lines and from paths in the code.
//!
//! Tests within `src` are left out: they may import anything.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regex::Regex;

/// The path of a module: `["pg", "sql"]`; of the crate's root it is empty.
type Module = Vec<String>;

/// The modules of a crate with the code of each, tests left out.
struct Modules(BTreeMap<Module, String>);

impl Modules {
    fn of_the_crate() -> Self {
        let mut files = BTreeMap::new();
        let src = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
        let mut folders = vec![src.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in folder.read_dir().unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let relative = path.strip_prefix(src).unwrap().with_extension("");
                    let parts = relative.iter().map(|part| part.to_str().unwrap().to_owned());
                    files.insert(parts.collect(), std::fs::read_to_string(&path).unwrap());
                }
            }
        }
        Self::of(files)
    }

    fn of(files: BTreeMap<Module, String>) -> Self {
        let comment = Regex::new(r"(?m)^\s*//.*$").unwrap();
        let tests = Regex::new(r"(?s)#\[cfg\(test\)\]\s*mod \w+ \{.*").unwrap();
        let of_tests = Regex::new(r"#\[cfg\(test\)\]\s*mod (\w+);").unwrap();
        let mut modules = BTreeMap::new();
        let mut left_out = BTreeSet::from([module("main")]);
        for (mut path, text) in files {
            if path.last().is_some_and(|name| name == "mod" || name == "lib") {
                path.pop();
            }
            let text = comment.replace_all(&text, "");
            for name in of_tests.captures_iter(&text) {
                left_out.insert([&path[..], &[name[1].to_owned()]].concat());
            }
            modules.insert(path, tests.replace(&text, "").into_owned());
        }
        modules.retain(|path, _| !left_out.contains(path));
        Self(modules)
    }

    /// The modules right below the root, in the order in which the root declares them.
    fn order(&self) -> Vec<String> {
        let declaration = Regex::new(r"(?m)^(?:pub )?mod (\w+);").unwrap();
        declaration.captures_iter(&self.0[&module("")]).map(|name| name[1].to_owned()).collect()
    }

    /// The module that a path leads to from a module; an item's is the one that the path names, which may re-export
    /// it. `None` if it leads out of the crate.
    fn resolve(&self, from: &Module, path: &[String]) -> Option<Module> {
        let mut at = from.clone();
        let mut rest = path;
        match path[0].as_str() {
            "crate" => (at, rest) = (Vec::new(), &path[1..]),
            "self" => rest = &path[1..],
            "super" => {}
            first => {
                at.push(first.to_owned());
                rest = &path[1..];
                self.0.get(&at)?;
            }
        }
        for part in rest {
            let below = [&at[..], std::slice::from_ref(part)].concat();
            if part == "super" {
                at.pop();
            } else if self.0.contains_key(&below) {
                at = below;
            } else {
                break;
            }
        }
        Some(at)
    }

    /// Which module imports which others.
    fn imports(&self) -> BTreeMap<&Module, BTreeSet<Module>> {
        let import = Regex::new(r"(?m)^\s*(?:pub(?:\([a-z]+\))? )?use ([^;]+);").unwrap();
        let path = Regex::new(r"\b(?:crate|super)(?:::\w+)+").unwrap();
        let of = |(from, text): (&Module, &String)| {
            let mut paths: Vec<Module> = path.find_iter(text).map(|found| module(found.as_str())).collect();
            import.captures_iter(text).for_each(|found| expand(&[], &found[1], &mut paths));
            paths.iter().filter_map(|path| self.resolve(from, path)).filter(|to| to != from).collect()
        };
        let below_root = self.0.iter().filter(|(from, _)| !from.is_empty());
        below_root.map(|file| (file.0, of(file))).collect()
    }

    /// Imports from a module to one that the root declares after it. Where there is none, there is no circle either.
    fn backward(&self) -> Vec<String> {
        let order = self.order();
        let place = |of: &Module| order.iter().position(|name| *name == of[0]).expect("the root declares it");
        let mut found = Vec::new();
        for (from, imported) in self.imports() {
            let below = imported.iter().filter(|to| to.is_empty() || place(to) > place(from));
            found.extend(below.map(|to| format!("{} imports {}", from.join("::"), to.join("::"))));
        }
        found
    }

    /// Pairs of files within a module that import each other. What is above or below the other in the tree is none: a
    /// parent declares its children and re-exports what is in them.
    fn circles(&self) -> Vec<(String, String)> {
        let imports = self.imports();
        let mut found = Vec::new();
        for (a, imported) in &imports {
            let back = imported.iter().filter(|b| *a < *b && !b.starts_with(a) && !a.starts_with(b));
            let back = back.filter(|b| imports.get(*b).is_some_and(|imported| imported.contains(*a)));
            found.extend(back.map(|b| (a.join("::"), b.join("::"))));
        }
        found
    }
}

fn module(path: &str) -> Module {
    path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The paths of a `use`, its braces multiplied out.
fn expand(prefix: &[String], tree: &str, paths: &mut Vec<Module>) {
    let Some((head, braced)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or(tree);
        return paths.extend((!tree.trim().is_empty()).then(|| [prefix, &module(path.trim())].concat()));
    };
    let prefix = [prefix, &module(head.trim())].concat();
    let inner = braced.trim_end().strip_suffix('}').expect("a brace that is closed");
    let (mut depth, mut begin) = (0, 0);
    for (at, mark) in inner.char_indices().chain([(inner.len(), ',')]) {
        match mark {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&prefix, &inner[begin..at], paths);
                begin = at + 1;
            }
            _ => {}
        }
    }
}

/// A crate of these files.
fn planted(files: &[(&str, &str)]) -> Modules {
    Modules::of(files.iter().map(|(path, text)| (module(path), (*text).to_owned())).collect())
}

#[test]
fn imports_point_up_the_list_of_modules() {
    let found = Modules::of_the_crate().backward();
    assert!(found.is_empty(), "src/lib.rs declares what is imported further down:\n{}", found.join("\n"));
}

#[test]
fn the_page_of_the_crate_lists_the_modules_in_their_order() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs")).unwrap();
    let row = Regex::new(r"(?m)^//! \| \[?`(\w+)`\]? \|").unwrap();
    let listed: Vec<String> = row.captures_iter(&text).map(|name| name[1].to_owned()).collect();
    assert_eq!(listed, Modules::of_the_crate().order());
}

#[test]
fn no_two_files_of_a_module_import_each_other() {
    let found = Modules::of_the_crate().circles();
    assert!(found.is_empty(), "these import each other: {found:#?}");
}

#[test]
fn an_import_down_the_list_is_found_however_it_is_written() {
    let root = "mod low;\npub mod mid;\nmod high;\n";
    for text in [
        "use crate::high;",
        "pub(super) use crate::{low::A, high::{B, C}};",
        "fn f() {\n    crate::high::f()\n}",
        "use super::high::B as A;",
    ] {
        let modules = planted(&[("lib", root), ("low", ""), ("mid", text), ("high::mod", "use crate::low;")]);
        assert_eq!(modules.backward(), ["mid imports high"], "{text}");
    }
    for text in
        ["use crate::low;", "/// [`crate::high`]\n", "#[cfg(test)]\nmod tests {\n    use crate::high;\n}\n"]
    {
        let modules = planted(&[("lib", root), ("low", ""), ("mid", text), ("high::mod", "")]);
        assert!(modules.backward().is_empty(), "{text}");
    }
}

#[test]
fn a_circle_is_found_and_what_a_parent_re_exports_is_none() {
    let circles = |b| {
        let parent = ("a::mod", "mod x;\nmod y;\npub use x::{W, X};\n");
        planted(&[("lib", "mod a;"), parent, ("a::x", "use super::y::{self, Y};"), ("a::y", b)]).circles()
    };
    let pair = [("a::x".to_owned(), "a::y".to_owned())];
    assert_eq!(circles("use super::x::X;"), pair);
    assert_eq!(circles("use crate::a::{W, x};"), pair);
    assert_eq!(circles("fn f(x: super::x::X) {}"), pair);
    assert!(circles("use super::X;").is_empty());
}
