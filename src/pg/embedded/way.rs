//! Path resolution: the folders and links that lead to a path.
//!
//! Owns how links are followed. Does not judge what it finds.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

/// The existing folders and links that the system passes through when it resolves a path, from the root on. The last
/// one is the path itself, if it exists and is not a link.
pub(super) fn way(path: &Path) -> Vec<(PathBuf, Metadata)> {
    let parts = |path: &Path| path.components().rev().map(|part| part.as_os_str().to_owned()).collect();
    let mut ahead: Vec<std::ffi::OsString> = parts(path);
    let mut at = PathBuf::new();
    let mut way = Vec::new();
    // The limit of Linux; more links are a loop.
    let mut links = 40;
    while let Some(part) = ahead.pop() {
        if part == ".." {
            at.pop();
            continue;
        }
        let next = at.join(part);
        let Ok(meta) = next.symlink_metadata() else { break };
        if meta.is_symlink() {
            let Ok(target) = next.read_link() else { break };
            if links == 0 {
                break;
            }
            links -= 1;
            ahead.extend(parts(&target));
        } else {
            at.clone_from(&next);
        }
        way.push((next, meta));
    }
    way
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_way_to_a_path_leads_through_links_and_their_targets() {
        let top = tempfile::tempdir().unwrap();
        let top = top.path().canonicalize().unwrap();
        std::fs::create_dir_all(top.join("a/b")).unwrap();
        symlink("../link", top.join("a/relative")).unwrap();
        symlink(top.join("a/b"), top.join("link")).unwrap();
        let passed: Vec<PathBuf> =
            way(&top.join("a/relative/not/there")).into_iter().map(|(path, _)| path).collect();
        for name in ["a", "a/relative", "link", "a/b"] {
            assert!(passed.contains(&top.join(name)), "{name} in {passed:?}");
        }
        assert_eq!(passed.last(), Some(&top.join("a/b")));
        symlink("loop", top.join("loop")).unwrap();
        assert!(way(&top.join("loop")).len() < 100);
    }
}
