"""What the claims may say: times, audiences, issuers, subjects, and JSON that two parsers read differently."""

from .case import FEW, Corpus, header, token


def add_all(corpus: Corpus) -> None:
    for add in (times, audiences, issuers, names, others, repeated, syntax, sizes):
        add(corpus)


def put(corpus: Corpus, kind: str, payload: str | bytes, **settings) -> None:
    """The payload, well signed, with one algorithm of each family."""
    for alg in FEW:
        corpus.add(kind, token(alg, header(alg), payload), alg, **settings)


def times(corpus: Corpus) -> None:
    now = corpus.now
    later = now + 3600
    values = {
        "absent": None, "long past": now - 900, "past, in the leeway": now - 300,
        "future, in the leeway": now + 300, "future": now + 900, "year 2100": 4102444800,
        "milliseconds": now * 1000, "microseconds": now * 10**6, "whole float": f"{later}.0",
        "fraction": f"{later}.75", "past fraction": f"{now - 900}.75", "exponent": "4.1e9", "2^31": 2**31,
        "2^53": 2**53, "2^63 - 1": 2**63 - 1, "2^63": 2**63, "2^64 - 1": 2**64 - 1, "2^64": 2**64,
        "10^30": 10**30, "1e19": "1e19", "1e300": "1e300", "1e999": "1e999", "-1e300": "-1e300", "-1": -1,
        "0": 0, "-0": "-0", "-0.0": "-0.0", "1e-9": "1e-9", "string of digits": f'"{later}"',
        "string of past digits": f'"{now - 900}"', "string of a float": f'"{later}.5"', "empty string": '""',
        "word": '"tomorrow"', "ISO 8601": '"2100-01-01T00:00:00Z"', "null": "null", "true": "true",
        "false": "false", "array": f"[{later}]", "object": "{}", "NaN": "NaN", "Infinity": "Infinity",
        "-Infinity": "-Infinity", "leading zero": f"0{later}", "plus sign": f"+{later}", "hexadecimal": "0x7fffffff",
        "digits with underscores": "4_102_444_800", "trailing dot": "4102444800.", "blank inside": "41024 44800",
    }  # fmt: skip
    for name in ("exp", "nbf", "iat"):
        for kind, value in values.items():
            put(corpus, f"{name}: {kind}", corpus.claims({name: None if value is None else str(value)}))


def audiences(corpus: Corpus) -> None:
    values = {
        "absent": None, "the one": '"api"', "another": '"web"', "upper case": '"API"', "blank after it": '"api "',
        "prefix of it": '"ap"', "longer": '"api2"', "empty string": '""', "array with it": '["web","api"]',
        "array of it": '["api"]', "array with it twice": '["api","api"]', "array without it": '["web"]',
        "empty array": "[]", "array with it and a number": '["api",7]', "array with it and null": '["api",null]',
        "array of numbers": "[7]", "array in an array": '[["api"]]', "null": "null", "number": "7", "true": "true",
        "object": '{"api":1}', "escaped": r'"\u0061pi"', "list in a string": '"web api"', "commas": '"web,api"',
    }  # fmt: skip
    for kind, value in values.items():
        for demanded, words in (("api", "demanded"), (None, "not demanded")):
            settings = {"aud": demanded} if demanded else {}
            put(corpus, f"aud {words}: {kind}", corpus.claims({"aud": value}), **settings)


def issuers(corpus: Corpus) -> None:
    values = {
        "absent": None, "the one": '"https://a.example"', "another": '"https://b.example"',
        "slash after it": '"https://a.example/"', "upper case": '"HTTPS://A.EXAMPLE"', "http": '"http://a.example"',
        "blank before it": '" https://a.example"', "empty string": '""', "null": "null", "number": "7",
        "array of it": '["https://a.example"]', "array with another": '["https://b.example"]', "empty array": "[]",
        "object": "{}", "true": "true", "escaped": r'"https:\/\/a.example"',
    }  # fmt: skip
    for kind, value in values.items():
        for demanded, words in (("https://a.example", "demanded"), (None, "not demanded")):
            settings = {"iss": demanded} if demanded else {}
            put(corpus, f"iss {words}: {kind}", corpus.claims({"iss": value}), **settings)


def names(corpus: Corpus) -> None:
    values = {
        "absent": None, "empty string": '""', "blank": '" "', "null": "null", "number": "42", "float": "4.2",
        "true": "true", "array": '["user-1"]', "object": "{}", "unicode": '"\u00fc\u4f60\U0001f600"',
        "escapes": r'"\u00fc\ud83d\ude00\n"', "NUL": r'"a\u0000b"', "lone surrogate": r'"\ud800"',
        "long": f'"{"u" * 2000}"', "control character": '"a\tb"', "bad escape": r'"\x41"',
    }  # fmt: skip
    for name in ("sub", "jti"):
        for kind, value in values.items():
            put(corpus, f"{name}: {kind}", corpus.claims({name: value}))


def others(corpus: Corpus) -> None:
    values = {
        "at_hash": '"x"', "c_hash": '"x"', "nonce": '"n"', "token_use": '"id"', "type": '"refresh"', "typ": '"Refresh"',
        "role": '"anon"', "scope": '["a","b"]', "email": "7", "email_verified": '"yes"', "amr": '"pwd"',
        "auth_time": '"now"', "sid": "7", "cnf": '{"jkt":"x"}', "events": "{}", "act": "{}", "azp": "null",
        "realm_access": '{"roles":["a"]}', "__proto__": '{"sub":"admin"}', "constructor": "1", "": '"empty name"',
        "\u00fc": "1", "a" * 300: "1",
    }  # fmt: skip
    for name, value in values.items():
        kind = name if len(name) < 50 else "a long name"
        put(corpus, f"claim {kind or '(no name)'}: {value}", corpus.claims({name: value}))
    put(corpus, "good: more claims", corpus.claims({"email": '"a@b.example"', "scope": '"a b"', "deep": '{"a":[{}]}'}))


def repeated(corpus: Corpus) -> None:
    good = corpus.claims()
    again = {
        "sub": '"user-2"', "exp": str(corpus.now + 7200), "iat": str(corpus.now - 30), "name": '"Grace"',
    }  # fmt: skip
    for name, value in again.items():
        put(corpus, f"twice: {name}, another value", f'{good[:-1]},"{name}":{value}}}')
        put(corpus, f"twice: {name}, escaped", f'{good[:-1]},"\\u{ord(name[0]):04x}{name[1:]}":{value}}}')
        put(corpus, f"twice: {name}, null second", f'{good[:-1]},"{name}":null}}')
        put(corpus, f"twice: {name}, null first", f'{{"{name}":null,{good[1:]}')
    put(corpus, "twice: exp, past first", f'{{"exp":{corpus.now - 900},{good[1:]}')
    put(corpus, "twice: exp, past second", f'{good[:-1]},"exp":{corpus.now - 900}}}')
    put(corpus, "twice: in a nested object", f'{good[:-1]},"x":{{"a":1,"a":2}}}}')
    put(corpus, "twice: in an array", f'{good[:-1]},"x":[{{"a":1,"a":2}}]}}')
    put(corpus, "case: Exp beside exp", f'{good[:-1]},"Exp":1}}')


def syntax(corpus: Corpus) -> None:
    good = corpus.claims()
    texts = {
        "blanks and lines": " \r\n\t" + good.replace(",", " ,\n ") + " \n", "byte order mark": "\ufeff" + good,
        "empty": "", "blank": " ", "array": f"[{good}]", "array of pairs": '[["sub","u"]]', "string": '"x"',
        "number": "1", "null": "null", "true": "true", "empty object": "{}", "text after it": good + "x",
        "object after it": good + good, "NUL after it": good + "\0", "cut": good[:-1], "trailing comma": good[:-1] + ",}",
        "leading comma": "{," + good[1:], "comment": good[:-1] + "/* x */}", "line comment": good + "// x",
        "single quotes": good.replace('"', "'"), "bare names": good.replace('"sub"', "sub"), "form feed": "\f" + good,
        "no-break space": "\u00a0" + good, "vertical tab": "\v" + good, "array member missing": good[:-1] + ',"x":[1,,2]}',
        "word for a value": good[:-1] + ',"x":undefined}', "True": good[:-1] + ',"x":True}', "NaN": good[:-1] + ',"x":NaN}',
        "1e999": good[:-1] + ',"x":1e999}', "big integer": good[:-1] + f',"x":{"9" * 400}}}',
        "-": good[:-1] + ',"x":-}', "leading zero": good[:-1] + ',"x":01}', "-01": good[:-1] + ',"x":-01}',
        "lone surrogate": good[:-1] + r',"x":"\ud800"}', "lone low surrogate": good[:-1] + r',"x":"\udc00a"}',
        "lone surrogate in a name": good[:-1] + r',"\ud800":1}', "raw control character": good[:-1] + ',"x":"a\nb"}',
        "escape \\v": good[:-1] + r',"x":"\v"}', "escape \\u of three digits": good[:-1] + r',"x":"\u123"}',
        "delete character": good[:-1] + ',"x":"\x7f"}', "line separator": good[:-1] + ',"x":"\u2028"}',
    }  # fmt: skip
    for kind, text in texts.items():
        put(corpus, f"payload: {kind}", text)
    raw = {
        "invalid UTF-8": good[:-1].encode() + b',"x":"\xff"}', "overlong UTF-8": good[:-1].encode() + b',"x":"\xc0\xaf"}',
        "surrogate in UTF-8": good[:-1].encode() + b',"x":"\xed\xa0\x80"}', "UTF-16": good.encode("utf-16"),
        "UTF-16 without mark": good.encode("utf-16-le"), "Latin-1": good[:-1].encode() + b',"x":"\xe9"}',
        "UTF-32": good.encode("utf-32"), "UTF-8 in a name": good[:-1].encode() + b',"\xff":1}',
        "compressed": b"\x1f\x8b\x08\0\0\0\0\0",
    }  # fmt: skip
    for kind, data in raw.items():
        put(corpus, f"payload: {kind}", data)
    for depth in (20, 100, 126, 127, 128, 500, 2000):
        put(corpus, f"nested: arrays, {depth} deep", good[:-1] + ',"x":' + "[" * depth + "]" * depth + "}")
        put(corpus, f"nested: objects, {depth} deep", good[:-1] + ',"x":' + '{"a":' * depth + "1" + "}" * depth + "}")


def sizes(corpus: Corpus) -> None:
    for size in (2_000, 8_000, 11_000, 13_000, 60_000, 300_000):
        put(corpus, f"size: {size} bytes of claims", corpus.claims({"x": f'"{"x" * size}"'}))
    many = ",".join(f'"claim{number}":{number}' for number in range(600))
    put(corpus, "size: 600 claims", corpus.claims()[:-1] + "," + many + "}")
