"""Keys and signatures for every algorithm. The keys follow from fixed numbers, so none is kept in a file."""

import base64
import hashlib
import hmac
import random
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ALGS = ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
HASHES = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}
CURVES = {"ES256": (ec.SECP256R1, "P-256", 32), "ES384": (ec.SECP384R1, "P-384", 48)}
SECRET = hashlib.sha512(b"differential").digest()  # 64 bytes: long enough for each hash
ORDERS = {
    "ES256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "ES384": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int, size: int | None = None) -> str:
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8))


@cache
def private(alg: str, which: str = "right"):
    """The key pair of `alg`; `wrong` is another one."""
    seed = hashlib.sha512(f"{alg[:2]} {which}".encode()).digest()
    if alg.startswith("HS"):
        return SECRET if which == "right" else seed
    if alg in CURVES:
        return ec.derive_private_key(int.from_bytes(seed[:31]), CURVES[alg][0]())
    if alg == "EdDSA":
        return ed25519.Ed25519PrivateKey.from_private_bytes(seed[:32])
    return rsa_pair(which)


@cache
def rsa_pair(which: str, bits: int = 2048):
    draw = random.Random(f"rsa {which} {bits}")
    p, q = prime(draw, bits // 2), prime(draw, bits // 2)
    d = pow(65537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65537, p * q)
    private_numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), rsa.rsa_crt_iqmp(p, q), public)
    return private_numbers.private_key()


def prime(draw: random.Random, bits: int) -> int:
    small = [n for n in range(3, 2000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2))]
    while True:
        n = draw.getrandbits(bits) | 1 | 3 << (bits - 2)
        if all(n % s for s in small) and n % 65537 != 1 and all(pow(b, n - 1, n) == 1 for b in (2, 3, 5, 7)):
            return n


def jwk(alg: str, which: str = "right") -> dict:
    """The key a verifier gets: public, or the secret; its `alg` pins the algorithm."""
    key = private(alg, which)
    if alg.startswith("HS"):
        return {"kty": "oct", "k": b64(key), "alg": alg}
    if alg in CURVES:
        _, curve, size = CURVES[alg]
        numbers = key.public_key().public_numbers()
        return {"kty": "EC", "crv": curve, "x": number(numbers.x, size), "y": number(numbers.y, size), "alg": alg}
    if alg == "EdDSA":
        return {"kty": "OKP", "crv": "Ed25519", "x": b64(key.public_key().public_bytes_raw()), "alg": alg}
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e), "alg": alg}


def public_bytes(alg: str) -> dict[str, bytes]:
    """The public key as text that an attacker could use as an HMAC secret."""
    key = private(alg).public_key()
    return {
        "PEM": key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "DER": key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    }


def sign(alg: str, data: bytes, which: str = "right", secret: bytes | None = None) -> bytes:
    """The signature of RFC 7518, section 3, over `data`."""
    if alg.startswith("HS"):
        return hmac.digest(secret or private(alg, which), data, f"sha{alg[2:]}")
    key = private(alg, which)
    if alg == "EdDSA":
        return key.sign(data)
    digest = HASHES[alg[2:]]()
    if alg in CURVES:
        size = CURVES[alg][2]
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(digest, deterministic_signing=True)))
        return r.to_bytes(size) + s.to_bytes(size)
    if alg.startswith("PS"):
        return key.sign(data, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    return key.sign(data, padding.PKCS1v15(), digest)


def der(signature: bytes) -> bytes:
    """An ECDSA signature in the form of RFC 3279, which JOSE does not use."""
    half = len(signature) // 2
    return encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
