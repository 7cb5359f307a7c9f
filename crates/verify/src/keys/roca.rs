//! The mark that one flawed key generator left in its RSA moduli (CVE-2017-15361, "ROCA").
//!
//! Infineon's library drew each prime as `k·M + (65537^a mod M)`, where `M` is the product of the first
//! primes. So the modulus is a power of 65537 modulo `M`, and hence modulo each small prime, which a
//! random number is with a chance of 2^-154 (Nemec et al., "The Return of Coppersmith's Attack", CCS
//! 2017, section 2.3). Such moduli of 2048 bits can be factored.

/// The primes of the shortest keys' `M`, without 2. Longer keys' `M` has more, all of these among them.
const PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

const GENERATOR: u32 = 65_537;

/// The first of [`PRIMES`] that divides a number given by its bytes, big endian.
pub(super) fn small_factor(modulus: &[u8]) -> Option<u32> {
    let even = modulus.last().is_some_and(|last| last % 2 == 0);
    if even {
        return Some(2);
    }
    PRIMES
        .into_iter()
        .find(|prime| remainder(modulus, *prime) == 0)
}

/// Whether a modulus bears the mark.
pub(super) fn is_marked(modulus: &[u8]) -> bool {
    let mut logarithms = Vec::with_capacity(PRIMES.len());
    for prime in PRIMES {
        match logarithm(remainder(modulus, prime), prime) {
            Some(found) => logarithms.push(found),
            None => return false,
        }
    }
    // One exponent must fit all primes: its remainders agree wherever the orders share a factor.
    logarithms.iter().enumerate().all(|(i, one)| {
        logarithms[..i].iter().all(|other| {
            let shared = common_divisor(one.order, other.order);
            one.exponent % shared == other.exponent % shared
        })
    })
}

/// `65537^exponent` is the wanted remainder, and `65537^order` is 1.
struct Logarithm {
    exponent: u32,
    order: u32,
}

fn logarithm(wanted: u32, prime: u32) -> Option<Logarithm> {
    let (mut power, mut order, mut exponent) = (1, 0, None);
    loop {
        if power == wanted && exponent.is_none() {
            exponent = Some(order);
        }
        power = power * (GENERATOR % prime) % prime;
        order += 1;
        if power == 1 {
            return exponent.map(|exponent| Logarithm { exponent, order });
        }
    }
}

fn remainder(number: &[u8], divisor: u32) -> u32 {
    number
        .iter()
        .fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % divisor)
}

const fn common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}
