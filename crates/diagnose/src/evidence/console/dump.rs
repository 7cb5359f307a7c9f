//! Bytes as `xxd`, `hexdump -C` and `od -c` print them.

/// The bytes that a command's last stage printed, if it is one of these.
pub(super) fn bytes(command: &str, answer: &[&str]) -> Option<Vec<u8>> {
    let last = command
        .rsplit('|')
        .next()?
        .trim()
        .trim_end_matches(['\'', '"']);
    let lines = || answer.iter().copied().filter_map(without_offset);
    if last.starts_with("xxd") || last.starts_with("hexdump -C") || last.starts_with("hd") {
        let hex = lines().map(|line| line.split("  ").find(|part| !part.trim().is_empty()));
        let both = lines().map(|line| line.split('|').next());
        // `hexdump -C` has two blanks in its middle too, and bars around its text.
        let barred = answer.iter().any(|line| line.contains('|'));
        let parts: Vec<&str> = if barred {
            both.flatten().collect()
        } else {
            hex.flatten().collect()
        };
        return hex_of(&parts.join(" "));
    }
    if last.starts_with("od -c") || last.starts_with("od -An -c") || last.starts_with("od -A n -c")
    {
        let words: Vec<&str> = if last.contains("-A") {
            answer
                .iter()
                .flat_map(|line| line.split_whitespace())
                .collect()
        } else {
            lines().flat_map(str::split_whitespace).collect()
        };
        return words.into_iter().map(character).collect();
    }
    None
}

/// A line without the offset at its start; none if there is nothing behind it.
fn without_offset(line: &str) -> Option<&str> {
    let (offset, rest) = line.trim().split_once(' ')?;
    let offset = offset.trim_end_matches(':');
    offset
        .chars()
        .all(|c| c.is_ascii_hexdigit())
        .then_some(rest)
}

fn hex_of(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_digit(16))
        .collect::<Option<_>>()?;
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    });
    pairs.collect()
}

fn character(word: &str) -> Option<u8> {
    match word.as_bytes() {
        [byte] => Some(*byte),
        [b'\\', b'n'] => Some(b'\n'),
        [b'\\', b'r'] => Some(b'\r'),
        [b'\\', b't'] => Some(b'\t'),
        _ => None,
    }
}
