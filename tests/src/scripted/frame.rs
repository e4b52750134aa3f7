//! Frames of HTTP/2, and header blocks without compression.

/// A setting of HTTP/2: its identifier and value.
pub type Setting = (u16, u32);

/// The identifier of `SETTINGS_MAX_CONCURRENT_STREAMS`.
pub const MAX_CONCURRENT_STREAMS: u16 = 3;

/// The last stream that was or will be processed, and the reason, as a `GOAWAY` frame has them.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the frame has nothing else")]
pub struct GoAway {
    /// The last stream.
    pub last: u32,
    /// The error code: 0 for a graceful end.
    pub code: u32,
}

/// A frame as it was received.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
    pub(super) payload: Vec<u8>,
}

impl Frame {
    /// Removes the first frame from the bytes received, if it is complete.
    pub(super) fn take(received: &mut Vec<u8>) -> Option<Self> {
        let head = received.first_chunk::<9>()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let (kind, flags) = (head[3], head[4]);
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]) & !RESERVED;
        if received.len() < 9 + length {
            return None;
        }
        let payload = received.drain(..9 + length).skip(9).collect();
        Some(Self { kind, flags, stream, payload })
    }

    /// Returns what an acknowledgment of it contains.
    pub(super) fn ack_payload(&self) -> &[u8] {
        if self.kind == PING { &self.payload } else { &[] }
    }

    pub(super) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

pub(super) fn settings(settings: &[Setting]) -> Vec<u8> {
    let entry = |(id, value): &Setting| [&id.to_be_bytes()[..], &value.to_be_bytes()].concat();
    frame(SETTINGS, 0, 0, &settings.iter().flat_map(entry).collect::<Vec<_>>())
}

pub(super) fn go_away(GoAway { last, code }: GoAway) -> Vec<u8> {
    frame(GOAWAY, 0, 0, &[last.to_be_bytes(), code.to_be_bytes()].concat())
}

/// Returns a response with status 200.
pub(super) fn response(stream: u32, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut block = vec![STATUS_200];
    for (name, value) in headers {
        block.push(LITERAL);
        push_string(&mut block, name);
        push_string(&mut block, value);
    }
    let chunks: Vec<_> = block.chunks(MAX_PAYLOAD).collect();
    let mut bytes = Vec::new();
    for (number, chunk) in chunks.iter().enumerate() {
        let kind = if number == 0 { HEADERS } else { CONTINUATION };
        let flags = if number == chunks.len() - 1 { END_HEADERS } else { 0 };
        bytes.extend(frame(kind, flags, stream, chunk));
    }
    bytes.extend(frame(DATA, END_STREAM, stream, body.as_bytes()));
    bytes
}

/// Writes a string of HPACK: its length as an integer with a prefix of 7 bits, and its bytes.
fn push_string(block: &mut Vec<u8>, text: &str) {
    const PREFIX: usize = 127;
    let byte = |value: usize| u8::try_from(value).unwrap();
    if text.len() < PREFIX {
        block.push(byte(text.len()));
    } else {
        block.push(byte(PREFIX));
        let mut rest = text.len() - PREFIX;
        while rest >= 128 {
            block.push(byte(128 + rest % 128));
            rest /= 128;
        }
        block.push(byte(rest));
    }
    block.extend(text.bytes());
}

pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RST_STREAM: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
pub(super) const PING: u8 = 6;
pub(super) const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

pub(super) const ACK: u8 = 1;
pub(super) const END_STREAM: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;

/// `:status: 200` in the static table of HPACK.
const STATUS_200: u8 = 0x88;
/// `:method: POST` in the static table of HPACK.
pub(super) const METHOD_POST: u8 = 0x83;
/// A header that does not enter the dynamic table.
const LITERAL: u8 = 0;
const RESERVED: u32 = 1 << 31;
/// Length of a frame's payload, unless the settings allow more.
const MAX_PAYLOAD: usize = 16_384;
