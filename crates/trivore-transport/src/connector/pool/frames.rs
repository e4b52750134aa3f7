//! Which HTTP/2 frames arrive, read beside the library that handles them.

/// Follows the headers of the frames in a stream of bytes (RFC 9113, section 4.1).
#[derive(Debug, Default)]
pub(super) struct FrameReader {
    header: [u8; HEADER_LENGTH],
    /// How much of the header has arrived.
    filled: usize,
    /// How much of the payload has not arrived.
    payload: usize,
    /// The kind of the frame whose payload arrives.
    current: Option<FrameKind>,
}

/// A frame that changes how many requests a connection takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameKind {
    Settings,
    GoAway,
}

impl FrameReader {
    /// Returns the last frame of interest that is complete with these bytes.
    pub(super) fn read(&mut self, mut bytes: &[u8]) -> Option<FrameKind> {
        let mut seen = None;
        loop {
            let skipped = self.payload.min(bytes.len());
            self.payload -= skipped;
            bytes = &bytes[skipped..];
            if self.payload > 0 {
                return seen;
            }
            seen = self.current.take().or(seen);
            let copied = (HEADER_LENGTH - self.filled).min(bytes.len());
            self.header[self.filled..self.filled + copied].copy_from_slice(&bytes[..copied]);
            self.filled += copied;
            bytes = &bytes[copied..];
            if self.filled < HEADER_LENGTH {
                return seen;
            }
            self.filled = 0;
            let [high, middle, low, kind, flags, ..] = self.header;
            self.payload = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
            self.current = match kind {
                SETTINGS if flags & ACK == 0 => Some(FrameKind::Settings),
                GOAWAY => Some(FrameKind::GoAway),
                _ => None,
            };
        }
    }
}

const HEADER_LENGTH: usize = 9;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const ACK: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
        let length = u8::try_from(payload.len()).unwrap();
        [&[0, 0, length, kind, flags, 0, 0, 0, 0], payload].concat()
    }

    /// Reads the bytes in parts of a size.
    fn seen(bytes: &[u8], size: usize) -> Vec<FrameKind> {
        let mut reader = FrameReader::default();
        bytes.chunks(size).filter_map(|part| reader.read(part)).collect()
    }

    #[test]
    fn frames_are_found_wherever_the_stream_is_cut() {
        // A header of one frame in the payload of another is none.
        let data = frame(0, 0, &frame(GOAWAY, 0, &[0; 8]));
        let bytes = [
            frame(SETTINGS, 0, &[0; 6]),
            data,
            frame(SETTINGS, ACK, b""),
            frame(SETTINGS, 0, b""),
            frame(GOAWAY, 0, &[0; 20]),
        ]
        .concat();
        for size in 1..=20 {
            let all = [FrameKind::Settings, FrameKind::Settings, FrameKind::GoAway];
            assert_eq!(seen(&bytes, size), all, "{size}");
        }
        assert_eq!(seen(&bytes, bytes.len()), [FrameKind::GoAway]);
    }

    #[test]
    fn a_frame_counts_when_its_last_byte_has_arrived() {
        let bytes = frame(GOAWAY, 0, &[0; 8]);

        assert_eq!(seen(&bytes[..bytes.len() - 1], 100), []);
        assert_eq!(seen(&bytes[..5], 1), []);
    }
}
