//! Kinds of the user's files, told by their names.

/// Whether a file is one of arrays, by its name.
pub fn is_arrays(name: &str) -> bool {
    let name = name.to_lowercase();
    [".npy", ".npz", ".safetensors"].iter().any(|end| name.ends_with(end))
}

/// Whether a file only lies among the user's: what macOS puts into archives, and hidden files.
pub fn is_debris(path: &str) -> bool {
    path.split('/').any(|part| part == "__MACOSX" || part.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_archives_add_is_not_the_users() {
        let paths = ["macosx_folder/__MACOSX/cross/._000.png", "set/cross/._000.png", "set/.DS_Store"];
        assert!(paths.iter().all(|path| is_debris(path)) && !is_debris("set/cross/000.png"));
    }
}
