"""What the header may say: algorithms, types, names of keys, extensions, and keys of the attacker."""

import json

from . import keys
from .case import FEW, Corpus, header, token
from .keys import ALGS


def add_all(corpus: Corpus) -> None:
    for add in (good, algorithms, confusion, types, key_names, extensions, embedded, repeated, syntax):
        add(corpus)


def put(corpus: Corpus, kind: str, head: str | bytes, algs: list[str] = FEW, **settings) -> None:
    """The header over good claims, well signed; `@` in it stands for the algorithm."""
    for alg in algs:
        filled = head.replace("@", alg) if isinstance(head, str) else head.replace(b"@", alg.encode())
        corpus.add(kind, token(alg, filled, corpus.claims()), alg, **settings)


def good(corpus: Corpus) -> None:
    put(corpus, "good: typ JWT", '{"alg":"@","typ":"JWT"}', ALGS)
    put(corpus, "good: no typ", '{"alg":"@"}', ALGS)
    put(corpus, "good: typ first, blanks", ' {"typ" : "at+jwt",\n "alg" : "@" } ', ALGS)
    put(corpus, "good: escaped name", r'{"\u0061lg":"@"}', ALGS)
    put(corpus, "good: unknown members", '{"alg":"@","x":[{"y":null}],"z":1.5}', ALGS)
    for alg in ALGS:
        corpus.add("wrong key", token(alg, header(alg), corpus.claims(), "wrong"), alg)


def algorithms(corpus: Corpus) -> None:
    values = {
        "none": '"none"', "None": '"None"', "NONE": '"NONE"', "nOnE": '"nOnE"', "empty": '""', "null": "null",
        "number": "256", "true": "true", "array": '["@"]', "object": '{"a":"@"}', "blank after it": '"@ "',
        "NUL after it": r'"@\u0000"', "unknown": '"XS256"', "none, blank before": '" none"', "HS1": '"HS1"',
        "A128KW": '"A128KW"', "dir": '"dir"', "ES256K": '"ES256K"', "ES512": '"ES512"', "Ed25519": '"Ed25519"',
    }  # fmt: skip
    for kind, value in values.items():
        put(corpus, f"alg: {kind}", f'{{"alg":{value},"typ":"JWT"}}')
    put(corpus, "alg: absent", '{"typ":"JWT"}')
    put(corpus, "alg: named Alg", '{"Alg":"@"}')
    for alg in FEW:
        corpus.add("alg: lower case", token(alg, header(alg.lower()), corpus.claims()), alg)
        for kind in ("none", "None", "NONE", "nOnE", "", "HS256"):
            head = header(kind)
            unsigned = ".".join([*token(alg, head, corpus.claims()).split(".")[:2], ""])
            corpus.add(f"unsigned: alg {kind or 'empty'}", unsigned, alg)


def confusion(corpus: Corpus) -> None:
    for alg in ALGS:
        for other in ALGS:
            if other != alg:
                corpus.add(f"alg: {other} signed by its own key, {alg} is pinned", token(other, header(other), corpus.claims()), alg)
                corpus.add("alg: named another than signed", token(alg, header(other), corpus.claims()), alg)
    for alg in ("RS256", "PS256", "ES256", "ES384", "EdDSA"):
        secrets = {**keys.public_bytes(alg), "JWK": json.dumps(keys.jwk(alg)).encode()}
        for kind, secret in secrets.items():
            for mac in ("HS256", "HS384", "HS512"):
                forged = token(mac, header(mac), corpus.claims(), secret=secret)
                corpus.add(f"confusion: public key as {kind} taken for an HMAC secret", forged, alg)
    for secret in (b"\0", b"secret", bytes(64)):
        forged = token("HS256", header("HS256"), corpus.claims(), secret=secret)
        corpus.add("confusion: HMAC with a trivial secret", forged, "HS256")


def types(corpus: Corpus) -> None:
    values = {
        "JWT": '"JWT"', "jwt": '"jwt"', "at+jwt": '"at+jwt"', "AT+JWT": '"AT+JWT"', "application/jwt": '"application/jwt"',
        "application/at+jwt": '"application/at+jwt"', "id_token+jwt": '"id_token+jwt"', "dpop+jwt": '"dpop+jwt"',
        "logout+jwt": '"logout+jwt"', "secevent+jwt": '"secevent+jwt"', "JOSE": '"JOSE"', "JOSE+JSON": '"JOSE+JSON"',
        "empty": '""', "blank after it": '"JWT "', "null": "null", "number": "1", "array": '["JWT"]', "object": "{}",
        "true": "true", "text/jwt": '"text/jwt"',
    }  # fmt: skip
    for kind, value in values.items():
        put(corpus, f"typ: {kind}", f'{{"alg":"@","typ":{value}}}')
        put(corpus, f"cty: {kind}", f'{{"alg":"@","cty":{value}}}')


def key_names(corpus: Corpus) -> None:
    values = {
        "the key's": '"k1"', "another": '"k2"', "absent": None, "empty": '""', "null": "null", "number": "1", "array": '["k1"]',
        "object": '{"k1":1}', "true": "true", "upper case": '"K1"', "blank after it": '"k1 "', "path": '"../../dev/null"',
        "SQL": "\"k1' OR '1'='1\"", "command": '"|cat /etc/passwd"', "URL": '"https://evil.example/k"',
        "long": f'"{"k" * 5000}"', "NUL": r'"k1\u0000"', "unicode": '"\u00fc\U0001f600"', "prototype": '"__proto__"',
    }  # fmt: skip
    for kind, value in values.items():
        member = "" if value is None else f',"kid":{value}'
        for alg in FEW:
            head = f'{{"alg":"{alg}"{member}}}'
            for named, words in (({"kid": "k1"}, "the key has one"), ({}, "the key has none")):
                corpus.add(f"kid, {words}: {kind}", token(alg, head, corpus.claims()), alg, key={**keys.jwk(alg), **named})


def extensions(corpus: Corpus) -> None:
    members = {
        "crit empty": '"crit":[]', "crit of an absent member": '"crit":["exp"]', "crit of a present one": '"crit":["x"],"x":1',
        "crit of alg": '"crit":["alg"]', "crit of kid": '"crit":["kid"],"kid":"k1"', "crit null": '"crit":null',
        "crit a string": '"crit":"x","x":1', "crit a number": '"crit":1', "crit an object": '"crit":{}', "crit false": '"crit":false',
        "crit of numbers": '"crit":[1]', "crit twice the same": '"crit":["x","x"],"x":1', "crit of an empty name": '"crit":[""],"":1',
        "crit of b64, b64 true": '"crit":["b64"],"b64":true', "crit of b64, b64 false": '"crit":["b64"],"b64":false',
        "crit of b64, none": '"crit":["b64"]', "crit of b64 and x": '"crit":["b64","x"],"b64":true,"x":1',
        "b64 true": '"b64":true', "b64 false": '"b64":false', "b64 null": '"b64":null', "b64 a string": '"b64":"false"', "b64 zero": '"b64":0',
        "zip DEF": '"zip":"DEF"', "zip null": '"zip":null', "enc": '"enc":"A256GCM"', "epk": '"epk":{}', "p2c": '"p2c":1000000000',
        "p2s": '"p2s":"x"', "iv": '"iv":"x"', "tag": '"tag":"x"', "apu": '"apu":"x"', "exp": '"exp":1', "iss": '"iss":"x"',
        "__proto__": '"__proto__":{"alg":"none"}', "ppt": '"ppt":"shaken"', "nonce": '"nonce":"x"', "url": '"url":"https://a.example"',
    }  # fmt: skip
    for kind, member in members.items():
        put(corpus, f"header {kind}", f'{{"alg":"@",{member}}}')
    for alg in FEW:  # RFC 7797: the payload itself is signed, and carried as it is or encoded
        head = keys.b64(f'{{"alg":"{alg}","b64":false,"crit":["b64"]}}'.encode())
        payload = corpus.claims()
        signature = keys.b64(keys.sign(alg, f"{head}.{payload}".encode()))
        corpus.add("unencoded payload: carried as it is", f"{head}.{payload}.{signature}", alg)
        corpus.add("unencoded payload: carried encoded", f"{head}.{keys.b64(payload.encode())}.{signature}", alg)
        corpus.add("unencoded payload: detached", f"{head}..{signature}", alg)


def embedded(corpus: Corpus) -> None:
    for alg in FEW:
        own = {"jwk": json.dumps(keys.jwk(alg, "wrong")), "jku": '"https://evil.example/jwks.json"',
               "x5u": '"https://evil.example/cert.pem"', "x5c": '["MIIB"]', "x5t": '"AAAA"', "x5t#S256": '"AAAA"'}  # fmt: skip
        for name, value in own.items():
            head = f'{{"alg":"{alg}","{name}":{value}}}'
            corpus.add(f"embedded {name}: signed by the attacker", token(alg, head, corpus.claims(), "wrong"), alg)
            corpus.add(f"embedded {name}: signed by the right key", token(alg, head, corpus.claims()), alg)
        for value in ("null", "7", "[]", "{}", '"x"'):
            head = f'{{"alg":"{alg}","jwk":{value}}}'
            corpus.add(f"embedded jwk: {value}", token(alg, head, corpus.claims()), alg)


def repeated(corpus: Corpus) -> None:
    heads = {
        "alg, the same": '{"alg":"@","alg":"@"}', "alg, none first": '{"alg":"none","alg":"@"}',
        "alg, none second": '{"alg":"@","alg":"none"}', "alg, escaped": r'{"alg":"@","\u0061lg":"none"}',
        "alg, escaped first": r'{"\u0061lg":"none","alg":"@"}', "typ": '{"alg":"@","typ":"JWT","typ":"JWT"}',
        "kid": '{"alg":"@","kid":"k1","kid":"k2"}', "an unknown member": '{"alg":"@","x":1,"x":2}',
        "nested": '{"alg":"@","x":{"a":1,"a":2}}', "crit": '{"alg":"@","crit":["x"],"crit":null}',
    }  # fmt: skip
    for kind, head in heads.items():
        put(corpus, f"header twice: {kind}", head)


def syntax(corpus: Corpus) -> None:
    good = '{"alg":"@","typ":"JWT"}'
    texts = {
        "byte order mark": "\ufeff" + good, "empty": "", "empty object": "{}", "array": f"[{good}]", "array of pairs": '[["alg","@"]]',
        "string": '"@"', "number": "1", "null": "null", "text after it": good + "x", "object after it": good + good,
        "NUL after it": good + "\0", "cut": good[:-1], "trailing comma": good[:-1] + ",}", "comment": good[:-1] + "/* x */}",
        "single quotes": good.replace('"', "'"), "NaN": good[:-1] + ',"x":NaN}', "1e999": good[:-1] + ',"x":1e999}',
        "big integer": good[:-1] + f',"x":{"9" * 400}}}', "lone surrogate": good[:-1] + r',"x":"\ud800"}',
        "raw control character": good[:-1] + ',"x":"a\nb"}', "form feed": "\f" + good, "leading zero": good[:-1] + ',"x":01}',
        "nested arrays, 100 deep": good[:-1] + f',"x":{"[" * 100}{"]" * 100}}}',
        "nested arrays, 130 deep": good[:-1] + f',"x":{"[" * 130}{"]" * 130}}}', "long": good[:-1] + f',"x":"{"x" * 9000}"}}',
        "too long": good[:-1] + f',"x":"{"x" * 20000}"}}', "200 members": good[:-1] + "".join(f',"m{n}":1' for n in range(200)) + "}",
    }  # fmt: skip
    for kind, text in texts.items():
        put(corpus, f"header: {kind}", text)
    good = good.encode()
    raw = {
        "invalid UTF-8": good[:-1] + b',"x":"\xff"}', "overlong UTF-8": good[:-1] + b',"x":"\xc0\xaf"}',
        "UTF-16": '{"alg":"HS256"}'.encode("utf-16"), "Latin-1": good[:-1] + b',"x":"\xe9"}',
    }  # fmt: skip
    for kind, data in raw.items():
        put(corpus, f"header: {kind}", data)
