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

/// Which frames have arrived that change how many requests a connection takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) settings: bool,
    pub(super) go_away: bool,
}

#[derive(Clone, Copy, Debug)]
enum FrameKind {
    Settings,
    GoAway,
}

impl FrameReader {
    /// Returns the frames of interest that are complete with these bytes.
    pub(super) fn read(&mut self, mut bytes: &[u8]) -> Seen {
        let mut seen = Seen::default();
        loop {
            let skipped = self.payload.min(bytes.len());
            self.payload -= skipped;
            bytes = &bytes[skipped..];
            if self.payload > 0 {
                return seen;
            }
            match self.current.take() {
                Some(FrameKind::Settings) => seen.settings = true,
                Some(FrameKind::GoAway) => seen.go_away = true,
                None => {}
            }
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
    fn seen(bytes: &[u8], size: usize) -> Vec<Seen> {
        let mut reader = FrameReader::default();
        let parts = bytes.chunks(size).map(|part| reader.read(part));
        parts.filter(|seen| *seen != Seen::default()).collect()
    }

    const SETTINGS_SEEN: Seen = Seen { settings: true, go_away: false };
    const GO_AWAY_SEEN: Seen = Seen { settings: false, go_away: true };

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
            let all = [SETTINGS_SEEN, SETTINGS_SEEN, GO_AWAY_SEEN];
            assert_eq!(seen(&bytes, size), all, "{size}");
        }
        assert_eq!(seen(&bytes, bytes.len()), [Seen { settings: true, go_away: true }]);
    }

    #[test]
    fn two_frames_in_one_read_both_count() {
        let (settings, go_away) = (frame(SETTINGS, 0, b""), frame(GOAWAY, 0, &[0; 8]));
        let both = Seen { settings: true, go_away: true };
        for bytes in [[settings.clone(), go_away.clone()].concat(), [go_away, settings].concat()] {
            assert_eq!(seen(&bytes, bytes.len()), [both]);
        }
    }

    #[test]
    fn a_frame_counts_when_its_last_byte_has_arrived() {
        let bytes = frame(GOAWAY, 0, &[0; 8]);

        assert_eq!(seen(&bytes[..bytes.len() - 1], 100), []);
        assert_eq!(seen(&bytes[..5], 1), []);
    }
}
