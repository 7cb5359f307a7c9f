"""What a token may look like before it is decoded: parts, alphabet, padding, tails, and signatures that are changed."""

import json
import string

from . import keys
from .case import Corpus, header, parts
from .keys import ALGS, CURVES, ORDERS

NAMES = ["header", "payload", "signature"]
ALPHABET = string.ascii_letters + string.digits + "-_"


def add_all(corpus: Corpus) -> None:
    for alg in ALGS:
        for add in (shapes, texts, tails, signatures, random_changes):
            add(corpus, alg)


def good(corpus: Corpus, alg: str) -> list[str]:
    return parts(alg, header(alg), corpus.claims())


def shapes(corpus: Corpus, alg: str) -> None:
    h, p, s = good(corpus, alg)
    shapes = {
        "empty": "", "one part": h, "two parts": f"{h}.{p}", "four parts": f"{h}.{p}.{s}.", "four parts, one first": f".{h}.{p}.{s}",
        "five parts": f"{h}.{p}.{s}.{s}.{s}", "no header": f".{p}.{s}", "no payload": f"{h}..{s}", "no signature": f"{h}.{p}.",
        "parts swapped": f"{p}.{h}.{s}", "dots alone": "..", "two dots between": f"{h}..{p}.{s}", "commas": f"{h},{p},{s}",
        "Bearer before it": f"Bearer {h}.{p}.{s}", "quotes around it": f'"{h}.{p}.{s}"', "token twice": f"{h}.{p}.{s}{h}.{p}.{s}",
        "flattened JSON": json.dumps({"protected": h, "payload": p, "signature": s}),
        "general JSON": json.dumps({"payload": p, "signatures": [{"protected": h, "signature": s}]}),
        "JWE": keys.b64(b'{"alg":"dir","enc":"A256GCM"}') + f"..{p}.{p}.{s}",
    }  # fmt: skip
    for kind, token in shapes.items():
        corpus.add(f"shape: {kind}", token, alg)
    for kind, text in {"blank": " ", "line end": "\n", "CRLF": "\r\n", "tab": "\t", "NUL": "\0", "no-break space": "\u00a0", "dot": "."}.items():
        corpus.add(f"shape: {kind} before it", f"{text}{h}.{p}.{s}", alg)
        corpus.add(f"shape: {kind} after it", f"{h}.{p}.{s}{text}", alg)


def texts(corpus: Corpus, alg: str) -> None:
    """Characters that are no base64url, put into one part and signed as they stand, so that nothing else is wrong."""
    for place, name in enumerate(NAMES):
        for kind, change in {
            "blank inside": lambda t: f"{t[:8]} {t[8:]}", "line end inside": lambda t: f"{t[:8]}\n{t[8:]}",
            "CRLF inside": lambda t: f"{t[:8]}\r\n{t[8:]}", "tab inside": lambda t: f"{t[:8]}\t{t[8:]}",
            "one = after it": lambda t: t + "=", "two = after it": lambda t: t + "==", "three = after it": lambda t: t + "===",
            "right padding": lambda t: t + "=" * (-len(t) % 4), "four = after it": lambda t: t + "====", "= inside": lambda t: f"{t[:8]}={t[8:]}",
            "== inside": lambda t: f"{t[:8]}=={t[8:]}", "exclamation mark": lambda t: f"{t[:8]}!{t[8:]}", "NUL": lambda t: f"{t[:8]}\0{t[8:]}",
            "letter that is not ASCII": lambda t: f"{t[:8]}\u00e9{t[8:]}", "full-width letter": lambda t: f"{t[:8]}\uff21{t[8:]}",
            "percent-encoding": lambda t: f"{t[:8]}%2E{t[8:]}", "comma": lambda t: f"{t[:8]},{t[8:]}",
        }.items():  # fmt: skip
            corpus.add(f"base64: {kind}, {name}", resigned(corpus, alg, place, change), alg)
        standard = resigned(corpus, alg, place, lambda t: t.replace("-", "+").replace("_", "/"), '{"x":"\u00ff\u00fe\u00fb~~~???>>>"')
        if "+" in standard or "/" in standard:
            corpus.add(f"base64: the other alphabet, {name}", standard, alg)


def resigned(corpus: Corpus, alg: str, place: int, change, start: str = "{") -> str:
    """A token with one part changed as text, and a signature over the text that results."""
    head = header(alg) if start == "{" else start + "," + header(alg)[1:]
    body = corpus.claims() if start == "{" else start + "," + corpus.claims()[1:]
    encoded = [keys.b64(head.encode()), keys.b64(body.encode())]
    if place < 2:
        encoded[place] = change(encoded[place])
    signature = keys.b64(keys.sign(alg, ".".join(encoded).encode()))
    return ".".join([*encoded, change(signature) if place == 2 else signature])


def tails(corpus: Corpus, alg: str) -> None:
    """Stray bits in the last character: text that decodes to the same bytes but is not what an encoder writes."""
    for place, name in enumerate(NAMES):
        for blanks in range(3):
            head, payload = header(alg) + " " * blanks, corpus.claims() + " " * blanks
            encoded = [keys.b64(head.encode()), keys.b64(payload.encode())]
            signature = keys.b64(keys.sign(alg, ".".join(encoded).encode()))
            text = [*encoded, signature][place]
            if len(text) % 4 == 0:
                continue
            spare = 16 if len(text) % 4 == 2 else 4
            last = ALPHABET_IN_ORDER.index(text[-1])
            for bits in (1, spare - 1):
                changed = text[:-1] + ALPHABET_IN_ORDER[last | bits]
                if place < 2:
                    encoded[place] = changed
                    signature = keys.b64(keys.sign(alg, ".".join(encoded).encode()))
                    corpus.add(f"base64: stray bits, {name}", ".".join([*encoded, signature]), alg)
                else:
                    corpus.add(f"base64: stray bits, {name}", ".".join([*encoded, changed]), alg)
        corpus.add(f"base64: one character too many, {name}", resigned(corpus, alg, place, lambda t: t + "A" * (1 + (-len(t)) % 4)), alg)


ALPHABET_IN_ORDER = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


def signatures(corpus: Corpus, alg: str) -> None:
    h, p, s = good(corpus, alg)
    data = f"{h}.{p}".encode()
    right = keys.sign(alg, data)
    half = len(right) // 2
    kinds = {
        "first bit": bytes([right[0] ^ 0x80]) + right[1:], "last bit": right[:-1] + bytes([right[-1] ^ 1]),
        "middle bit": right[:half] + bytes([right[half] ^ 1]) + right[half + 1 :], "cut by one byte": right[:-1], "cut in half": right[:half],
        "one byte": right[:1], "zero byte after it": right + b"\0", "zero byte before it": b"\0" + right, "itself after it": right + right,
        "all zero": bytes(len(right)), "all ones": b"\xff" * len(right), "reversed": right[::-1], "in hexadecimal": right.hex().encode(),
        "in base64 again": keys.b64(right).encode(), "of the payload alone": keys.sign(alg, p.encode()),
        "of the decoded text": keys.sign(alg, (header(alg) + "." + corpus.claims()).encode()), "of a line end more": keys.sign(alg, data + b"\n"),
        "5,000 bytes": bytes(5000),
    }  # fmt: skip
    if alg in CURVES:
        r, value = int.from_bytes(right[:half]), int.from_bytes(right[half:])
        order = ORDERS[alg]
        size = CURVES[alg][2]
        kinds |= {
            "DER": keys.der(right), "halves swapped": right[half:] + right[:half], "s negated": right[:half] + (order - value).to_bytes(size),
            "r = 0": bytes(size) + right[half:], "s = 0": right[:half] + bytes(size), "r = s = 1": (1).to_bytes(size) * 2,
            "r = order": order.to_bytes(size) + right[half:], "s = order": right[:half] + order.to_bytes(size),
            "r and s of one byte more": b"\0" + right[:half] + b"\0" + right[half:], "r = s = order": order.to_bytes(size) * 2,
        }  # fmt: skip
        if r + order < 2 ** (8 * size):
            kinds["r plus the order"] = (r + order).to_bytes(size) + right[half:]
    if alg == "EdDSA":
        order = 2**252 + 27742317777372353535851937790883648493
        s_more = (int.from_bytes(right[32:], "little") + order).to_bytes(32, "little")
        kinds |= {"S plus the order": right[:32] + s_more, "R = 0, S = 0": bytes(64), "R the identity": b"\x01" + bytes(63)}
    for kind, signature in kinds.items():
        corpus.add(f"signature: {kind}", f"{h}.{p}.{keys.b64(signature)}", alg)


def random_changes(corpus: Corpus, alg: str) -> None:
    for _ in range(40):
        changed = good(corpus, alg)
        place = corpus.draw.randrange(3)
        at = corpus.draw.randrange(len(changed[place]) - 1)  # the last character has a class of its own
        other = corpus.draw.choice([c for c in ALPHABET if c != changed[place][at]])
        changed[place] = changed[place][:at] + other + changed[place][at + 1 :]
        corpus.add(f"random: one character changed, {NAMES[place]}", ".".join(changed), alg)
