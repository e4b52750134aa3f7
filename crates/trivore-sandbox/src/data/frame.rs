//! Records in a file: a length, checksums, and the content.

use std::io::{self, Read};

/// Bytes before the content: its length, the checksum of the length, the checksum of the content.
pub(super) const HEADER_BYTES: u64 = 12;

/// Returns a record, to be written at once.
pub(super) fn encode(content: &[u8]) -> io::Result<Vec<u8>> {
    let length = u32::try_from(content.len())
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?
        .to_le_bytes();
    let mut record = Vec::with_capacity(content.len().saturating_add(16));
    record.extend(length);
    record.extend(crc32fast::hash(&length).to_le_bytes());
    record.extend(crc32fast::hash(content).to_le_bytes());
    record.extend(content);
    Ok(record)
}

/// What follows in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    Record(Vec<u8>),
    /// The file ends.
    End,
    /// The file ends within a record.
    Torn,
    /// A checksum is wrong.
    Damaged,
}

/// Reads the next record; `left` is the number of bytes up to the end of the file.
pub(super) fn read(file: &mut impl Read, left: u64) -> io::Result<Next> {
    if left == 0 {
        return Ok(Next::End);
    }
    if left < HEADER_BYTES {
        return Ok(Next::Torn);
    }
    let [mut length, mut length_sum, mut sum] = [[0; 4]; 3];
    file.read_exact(&mut length)?;
    file.read_exact(&mut length_sum)?;
    file.read_exact(&mut sum)?;
    if crc32fast::hash(&length) != u32::from_le_bytes(length_sum) {
        return Ok(Next::Damaged);
    }
    let length = u32::from_le_bytes(length);
    if u64::from(length) > left - HEADER_BYTES {
        return Ok(Next::Torn);
    }
    let mut content = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    file.read_exact(&mut content)?;
    if crc32fast::hash(&content) != u32::from_le_bytes(sum) {
        return Ok(Next::Damaged);
    }
    Ok(Next::Record(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(bytes: &[u8]) -> Next {
        read(&mut &*bytes, u64::try_from(bytes.len()).unwrap()).unwrap()
    }

    #[test]
    fn a_record_is_read_only_if_it_is_complete_and_intact() {
        let record = encode(b"content").unwrap();
        assert_eq!(first(&record), Next::Record(b"content".to_vec()));
        assert_eq!(first(&[]), Next::End);
        for end in 1..record.len() {
            assert_eq!(first(&record[..end]), Next::Torn, "{end}");
        }
        for index in 0..record.len() {
            let mut damaged = record.clone();
            damaged[index] ^= 0x10;
            assert_eq!(first(&damaged), Next::Damaged, "{index}");
        }
        assert_eq!(first(&[0; 64]), Next::Damaged);
    }
}
