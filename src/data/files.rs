//! Data files of a run and their addresses: the engine fetches them, and the page has them cached for visits
//! without a network.

use crate::config::{Config, Options, Shift, Task};
use crate::data::manifest;
use crate::data::manifest::DataFile;

/// The file of a task, if it has one: the one that is named after the task's key.
pub fn file_of(task: Task) -> Option<&'static DataFile> {
    let name = |file: &DataFile| file.path.strip_prefix("data/").and_then(|name| name.split('.').next());
    manifest::FILES.iter().copied().find(|file| name(file) == Some(task.key()))
}

/// A file's address, relative to the page's. The checksum in it keeps caches of an older site from answering.
pub fn address(file: &DataFile) -> String {
    format!("{}?v={}", file.path, &file.sha256[..8])
}

/// The addresses of all files of a run.
pub fn addresses(config: &Config) -> Vec<String> {
    let other = config.task.other_images().filter(|_| config.shift == Shift::OtherTask);
    [Some(config.task), other].into_iter().flatten().filter_map(file_of).map(address).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transfer_set_from_the_other_task_needs_that_file_too() {
        let mut config = Config::for_task(Task::Fashion);
        assert_eq!(addresses(&config).len(), 1);
        config.shift = Shift::OtherTask;
        let both = addresses(&config);
        assert!(
            both[0].starts_with("data/fashion.bin.gz?v=") && both[1].starts_with("data/mnist.bin.gz?v="),
            "{both:?}"
        );
        assert!(addresses(&Config::for_task(Task::Moons)).is_empty());
    }
}
