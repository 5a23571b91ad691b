//! The desk where files are written and read: what goes in, what comes out, and under which names.

use super::run::{self, RunDetails};
use super::{FileError, data, deploy, scripts, tensors, weights};
use crate::config::{Config, Options};
use crate::export::{ExportPayload, pack, unpack};
use crate::link;
use crate::runs::SavedRun;

/// What a file is to be written of.
#[derive(Clone, Debug, PartialEq)]
pub enum Writing {
    /// The engine's payload for it: a packed [`ExportPayload`].
    ExportPayload(Vec<u8>),
    /// A finished run.
    Run {
        /// The run.
        run: Box<SavedRun>,
        /// Every measure, where they are still there.
        details: Option<Box<RunDetails>>,
        /// As a table (CSV) instead of JSON.
        table: bool,
    },
    /// A script that is the same for every run.
    Script(Script),
}

/// Scripts that measure weights outside the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// With NumPy.
    EvaluateNumpy,
    /// With PyTorch.
    EvaluateTorch,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name, safe on any system.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What was in a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Read {
    /// A run.
    Run(Box<SavedRun>),
    /// Networks: a packed [`crate::export::ImportPayload`], as the engine takes it.
    Networks(Vec<u8>),
}

/// Writes a file.
///
/// # Errors
/// [`FileError`], with what is wrong.
pub fn write(writing: Writing) -> Result<Written, FileError> {
    let of = |config: &Config, what: &str| format!("softlabel-{}-{what}", config.task.key());
    let (name, bytes) = match writing {
        Writing::ExportPayload(packed) => match unpack(&packed).ok_or(FileError::ExportPayload)? {
            ExportPayload::Weights(trained) => {
                (of(&trained.origin.config, "weights.safetensors"), weights::write(&trained)?)
            }
            ExportPayload::Data(data_payload) => {
                (of(&data_payload.origin.config, "data.safetensors"), data::write(&data_payload)?)
            }
            ExportPayload::Training(run) => ("train_torch.py".into(), scripts::training(&run).into_bytes()),
            ExportPayload::Student(student) => (of(&student.origin.config, "student.zip"), deploy::write(&student)?),
        },
        Writing::Run { run, details, table } => {
            let (config, details) = (link::parse_settings(&run.link).0, details.as_deref());
            if table {
                (of(&config, "run.csv"), run::csv(&run, details))
            } else {
                (of(&config, "run.json"), run::json(&run, details))
            }
        }
        Writing::Script(Script::EvaluateNumpy) => ("evaluate_numpy.py".into(), scripts::EVALUATE_NUMPY.into()),
        Writing::Script(Script::EvaluateTorch) => ("evaluate_torch.py".into(), scripts::EVALUATE_TORCH.into()),
    };
    Ok(Written { name, bytes })
}

/// Reads a file, whatever its name.
///
/// # Errors
/// [`FileError`], with what is wrong.
pub fn read(bytes: &[u8]) -> Result<Read, FileError> {
    let looks_like_json = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    if looks_like_json {
        run::read(bytes).map(|run| Read::Run(Box::new(run)))
    } else if tensors::looks_like(bytes) {
        weights::read(bytes).map(|imported| Read::Networks(pack(&imported)))
    } else {
        // A table or a picture is whole, only not for here: to call it damaged would send the user to export it again.
        Err(FileError::Foreign)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Task;

    fn run() -> SavedRun {
        let config = Config::for_task(Task::Rings);
        let arm = |arm| crate::runs::KeptArm { arm, name: "A".into(), accuracy: 70.0, curve: Vec::new() };
        SavedRun {
            at: 1e12,
            link: link::format(&config),
            seconds: 2.0,
            teacher: 90.0,
            arms: config.arms().into_iter().map(arm).collect(),
            finding: None,
            sentence: String::new(),
        }
    }

    #[test]
    fn a_run_is_written_under_its_tasks_name_and_read_back() {
        let file = |table| write(Writing::Run { run: Box::new(run()), details: None, table }).unwrap();
        assert_eq!(file(true).name, "softlabel-rings-run.csv");
        let json = file(false);
        assert_eq!(json.name, "softlabel-rings-run.json");
        assert_eq!(read(&json.bytes), Ok(Read::Run(Box::new(run()))));
        let later = [b"\n ", &json.bytes[..]].concat();
        assert_eq!(read(&later), Ok(Read::Run(Box::new(run()))));
    }

    #[test]
    fn scripts_that_measure_need_no_run() {
        for (script, name) in
            [(Script::EvaluateNumpy, "evaluate_numpy.py"), (Script::EvaluateTorch, "evaluate_torch.py")]
        {
            let file = write(Writing::Script(script)).unwrap();
            assert!(file.name == name && file.bytes.starts_with(b"#"), "{name}");
        }
    }

    #[test]
    fn a_file_of_another_kind_is_named_and_only_a_broken_one_called_damaged() {
        let table = write(Writing::Run { run: Box::new(run()), details: None, table: true }).unwrap().bytes;
        let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06";
        for bytes in [&table[..], picture, b"", b"short", b"Some words, more than a few."] {
            assert_eq!(read(bytes), Err(FileError::Foreign));
        }
        let whole = tensors::write(&[tensors::Tensor::floats("a", vec![2], &[1.0, 2.0])], &"about").unwrap();
        // Cut in its header, and in its numbers.
        for end in [9, 20, whole.len() - 1] {
            assert!(matches!(read(&whole[..end]), Err(FileError::Damaged(_))), "cut at {end}");
        }
        assert!(FileError::Foreign.to_string().contains("CSV"));
    }

    #[test]
    fn bytes_that_are_no_file_or_payload_are_refused() {
        for bytes in [&b""[..], b"{", b"   ", b"{}", b"<!doctype html>", &[0xff; 100]] {
            assert!(read(bytes).is_err(), "{bytes:?}");
        }
        assert_eq!(write(Writing::ExportPayload(vec![0xff; 9])), Err(FileError::ExportPayload));
        assert_eq!(write(Writing::ExportPayload(Vec::new())), Err(FileError::ExportPayload));
    }
}
