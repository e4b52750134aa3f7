//! Encodings of text files: UTF-8, others by their byte order mark, or the one that is given.

use std::io::{self, BufRead, Write};

use encoding_rs::{DecoderResult, Encoding, UTF_8};

use super::problem::Problem;

/// Returns the encoding with a name such as `windows-1252` or `utf-16le`.
pub(crate) fn by_name(name: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(name.as_bytes())
        .ok_or_else(|| "unknown; known are utf-8, utf-16le, utf-16be and windows-1252".to_owned())
}

/// Returns the encoding that the beginning of a file says, or `given`, and the length of the mark.
pub(crate) fn detect(
    beginning: &[u8],
    given: Option<&'static Encoding>,
) -> Result<(&'static Encoding, usize), Problem> {
    if let Some((encoding, length)) = Encoding::for_bom(beginning) {
        return Ok((encoding, length));
    }
    // A few of them are found in the cells that have them.
    let nuls = beginning.split(|byte| *byte == 0).count() - 1;
    if given.is_none() && nuls > beginning.len() / 8 {
        return Err(Problem::new(
            "there are NUL bytes: the file is not text, or it is UTF-16 without a byte order mark; \
             say so with --encoding utf-16le or utf-16be",
        ));
    }
    Ok((given.unwrap_or(UTF_8), 0))
}

/// Copies text as UTF-8.
pub(crate) fn transcode(
    input: &mut impl BufRead,
    encoding: &'static Encoding,
    output: &mut impl Write,
) -> io::Result<Result<(), Problem>> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut lines = 1_u64;
    let mut text = vec![0; 16 * 1024];
    loop {
        let chunk = input.fill_buf()?;
        let (mut at, length) = (0, chunk.len());
        let is_last = length == 0;
        loop {
            let rest = chunk.get(at..).unwrap_or_default();
            let (result, read, written) =
                decoder.decode_to_utf8_without_replacement(rest, &mut text, is_last);
            at += read;
            let written = text.get(..written).unwrap_or_default();
            output.write_all(written)?;
            lines += written.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    let message = format!("the text is not valid {}", encoding.name());
                    return Ok(Err(Problem::new(message).in_line(lines)));
                }
            }
        }
        input.consume(length);
        if is_last {
            return Ok(Ok(()));
        }
    }
}

/// Says that a byte does not belong into UTF-8, and what to do.
pub(crate) fn not_utf8(byte: u8) -> String {
    let bytes = [byte];
    let (character, ..) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
    let character = character.escape_debug();
    format!(
        "the text is not UTF-8: byte 0x{byte:02X} (in windows-1252, {character}); save the file \
         as UTF-8, or say its encoding, such as --encoding windows-1252"
    )
}

#[cfg(test)]
mod tests {
    use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

    use super::{detect, transcode};

    #[test]
    fn an_encoding_is_found_by_its_mark() {
        for (beginning, given, expected) in [
            (&b"\xEF\xBB\xBFa"[..], None, Some((UTF_8, 3))),
            (b"\xFF\xFEa\0", None, Some((UTF_16LE, 2))),
            (b"\xFE\xFF\0a", Some(UTF_8), Some((UTF_16BE, 2))),
            (b"a", None, Some((UTF_8, 0))),
            (b"a", Some(WINDOWS_1252), Some((WINDOWS_1252, 0))),
            (b"a\0b\0", Some(UTF_16LE), Some((UTF_16LE, 0))),
            (b"a\0b\0", None, None),
        ] {
            assert_eq!(detect(beginning, given).ok(), expected, "{beginning:?}");
        }
    }

    #[test]
    fn text_becomes_utf_8() {
        let utf_16: Vec<_> = "Jäne 😀\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (input, encoding, expected) in [
            (&utf_16[..], UTF_16LE, Some("Jäne 😀\n")),
            (b"J\xE4ne", WINDOWS_1252, Some("Jäne")),
            (b"a", UTF_16LE, None),
        ] {
            let mut output = Vec::new();
            let result = transcode(&mut &*input, encoding, &mut output).unwrap();
            assert_eq!(result.ok().map(|()| &*output), expected.map(str::as_bytes));
        }
    }
}
