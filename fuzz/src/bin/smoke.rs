//! A short run of every target without a fuzzer: seeds, changed at random from a fixed start.
//!
//! `smoke [INPUTS [SEED]]`: exits 1, and shows the input, if a target panics.

use countersign_fuzz::{TARGETS, Target};
use std::panic::catch_unwind;
use std::path::Path;
use std::process::ExitCode;

/// The longest input, in bytes: a little over the longest token that is looked at.
const LONGEST: usize = 20_000;

fn main() -> ExitCode {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|argument| argument.parse::<u64>());
    let (inputs, seed) = match (arguments.next(), arguments.next()) {
        (None, _) => (100_000, 1),
        (Some(Ok(inputs)), None) => (inputs, 1),
        (Some(Ok(inputs)), Some(Ok(seed))) => (inputs, seed),
        _ => {
            eprintln!("usage: smoke [INPUTS [SEED]]");
            return ExitCode::from(2);
        }
    };
    let each = inputs.div_ceil(TARGETS.len() as u64);
    let of = |target: &Target| each.div_ceil(target.cost);
    let panics: u64 = TARGETS
        .iter()
        .map(|target| run(target, of(target), seed))
        .sum();
    let all: u64 = TARGETS.iter().map(of).sum();
    println!("smoke: {all} inputs, {panics} panics");
    if panics == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn run(target: &Target, inputs: u64, seed: u64) -> u64 {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut seeds = regressions(target);
    seeds.extend((target.seeds)());
    let mut grown = seeds.clone();
    let mut panics = 0;
    for number in 0..inputs {
        // Mostly near the seeds, which reach deep; sometimes far away, where changes have added up.
        let from = if random.below(4) == 0 { &grown } else { &seeds };
        let mut input = from[random.below(from.len())].clone();
        if number >= seeds.len() as u64 {
            for _ in 0..=random.below(3) {
                change(&mut input, &seeds, &mut random);
            }
        }
        input.truncate(LONGEST);
        if catch_unwind(|| (target.run)(&input)).is_err() {
            eprintln!("{} panics on \"{}\"", target.name, input.escape_ascii());
            panics += 1;
        }
        if grown.len() < 256 {
            grown.push(input);
        } else if random.below(8) == 0 {
            let place = random.below(grown.len());
            grown[place] = input;
        }
    }
    panics
}

/// What was found before, and must never come back: `regressions/TARGET/*`.
fn regressions(target: &Target) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("regressions")
        .join(target.name);
    let Ok(files) = std::fs::read_dir(folder) else {
        return Vec::new(); // nothing was ever found
    };
    let mut paths: Vec<_> = files.flatten().map(|file| file.path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).expect("the file is listed"))
        .collect()
}

/// Pieces that the parsers treat in a way of their own.
const PIECES: &[&[u8]] = &[
    b".",
    b"..",
    b"=",
    b"==",
    b"\"",
    b"'",
    b"{",
    b"}",
    b"${",
    b"${A}",
    b"\\",
    b"#",
    b" #",
    b"\n",
    b"\r\n",
    b";",
    b",",
    b" ",
    b"Bearer ",
    b"eyJ",
    b"e30",
    b"null",
    b"\xff",
    b"\xc3\xa9",
    b"\0",
    b"[[[[[[[[",
    b"{\"a\":",
    b"\"alg\":\"none\"",
    b"\"crit\":[]",
    b"1e999",
    b"-9223372036854775808",
    b"export ",
    b":-",
    b"\xef\xbb\xbf",
];

fn change(input: &mut Vec<u8>, corpus: &[Vec<u8>], random: &mut Random) {
    let place = random.below(input.len() + 1);
    let end = (place + random.below(24)).min(input.len());
    match random.below(7) {
        0 if place < input.len() => input[place] ^= 1 << random.below(8),
        1 => drop(input.drain(place..end)),
        2 => {
            let copied = input[place..end].to_vec();
            input.splice(place..place, copied);
        }
        3 => {
            let other = &corpus[random.below(corpus.len())];
            let from = random.below(other.len() + 1);
            input.truncate(place);
            input.extend_from_slice(&other[from..]);
        }
        4 => {
            let byte = random.below(256).to_le_bytes()[0];
            input.splice(place..end, [byte]);
        }
        5 => {
            let piece = PIECES[random.below(PIECES.len())];
            let times = if random.below(40) == 0 { 400 } else { 1 };
            input.splice(place..place, piece.repeat(times));
        }
        _ => drop(input.splice(
            place..place,
            PIECES[random.below(PIECES.len())].iter().copied(),
        )),
    }
}

/// Xorshift: the same inputs for the same seed, on every machine.
struct Random(u64);

impl Random {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the remainder is below a usize"
    )]
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}
