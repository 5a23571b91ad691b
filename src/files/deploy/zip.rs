//! Files in one archive: ZIP, stored without compression (what is large in it, weights, hardly shrinks), without dates.
//!
//! After PKWARE's APPNOTE 6.3.10, §4.3: a local header and the bytes of each file, then the central directory. Names are
//! ASCII; archives stay far below the 4 GiB and 65,535 files from which ZIP64 is needed.

/// 1 January 1980, the earliest date that the format has.
const DATE: u16 = 1 << 5 | 1;
/// Version 1.0 is needed to extract what is stored.
const VERSION: u16 = 10;
/// Made on Unix (3), so that the attributes below are file modes.
const MADE_BY: u16 = 3 << 8 | VERSION;
/// A regular file that its owner may write and everybody read.
const MODE: u32 = 0o100_644 << 16;

/// The archive of those files, by name and bytes, in their order.
pub fn archive(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let at = out.len() as u32;
        // What both headers say of the file.
        let mut shared = Vec::new();
        [VERSION, 0, 0, 0, DATE].iter().for_each(|field| shared.extend(field.to_le_bytes()));
        let size = bytes.len() as u32;
        [crc32(bytes), size, size].iter().for_each(|field| shared.extend(field.to_le_bytes()));
        [name.len() as u16, 0].iter().for_each(|field| shared.extend(field.to_le_bytes()));
        out.extend(b"PK\x03\x04");
        out.extend(&shared);
        out.extend(name.as_bytes());
        out.extend(bytes);
        directory.extend(b"PK\x01\x02");
        directory.extend(MADE_BY.to_le_bytes());
        directory.extend(&shared);
        // Comment, number of the disk, internal attributes.
        directory.extend([0; 6]);
        [MODE, at].iter().for_each(|field| directory.extend(field.to_le_bytes()));
        directory.extend(name.as_bytes());
    }
    let (at, count) = (out.len() as u32, files.len() as u16);
    out.extend(&directory);
    out.extend(b"PK\x05\x06");
    [0, 0, count, count].iter().for_each(|field| out.extend(field.to_le_bytes()));
    [directory.len() as u32, at].iter().for_each(|field| out.extend(field.to_le_bytes()));
    out.extend([0; 2]);
    out
}

/// CRC-32 of ISO 3309, reflected, as ZIP has it.
fn crc32(bytes: &[u8]) -> u32 {
    let table: Vec<u32> = (0..256_u32)
        .map(|byte| (0..8).fold(byte, |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }))
        .collect();
    !bytes.iter().fold(!0, |crc, &byte| table[usize::from(crc as u8 ^ byte)] ^ crc >> 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_standards() {
        // The check value of CRC-32/ISO-HDLC.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn the_directory_points_at_every_file() {
        let archive = archive(&[("a.txt", b"one".to_vec()), ("bb.txt", Vec::new())]);
        let end = archive.len() - 22;
        assert_eq!(archive[end..end + 4], *b"PK\x05\x06");
        let number = |at: usize| u32::from_le_bytes(archive[at..at + 4].try_into().unwrap()) as usize;
        let directory = number(end + 16);
        assert_eq!(directory + number(end + 12), end);
        assert_eq!(archive[end + 10], 2);
        let second = directory + 46 + 5;
        for (entry, name, bytes) in [(directory, "a.txt", &b"one"[..]), (second, "bb.txt", b"")] {
            assert_eq!(archive[entry..entry + 4], *b"PK\x01\x02");
            let local = number(entry + 42);
            assert_eq!(archive[local..local + 4], *b"PK\x03\x04");
            assert_eq!(archive[local + 30..local + 30 + name.len()], *name.as_bytes());
            assert_eq!(archive[local + 30 + name.len()..][..bytes.len()], *bytes);
            assert_eq!(number(entry + 16), crc32(bytes) as usize);
        }
    }
}
