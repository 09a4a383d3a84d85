"""Words of the pages for citizens: there are some for everything that a page
looks up, in both languages, and none that no page says."""

import re

import pytest

import facts
from conftest import ROOT

FOLDER = ROOT / "daemons/portal"
SOURCES = {path.name: path.read_text(encoding="utf-8")
           for path in sorted(FOLDER.glob("page*.c"))}
TEXT = "".join(SOURCES.values())
# Latin letters that Chinese uses, too.
NAMES = re.compile(r"PIN|IC|HiPKI|LocalSignServer|HiCOS|JavaScript|ATM|NT\$|"
                   r"Cookie|name@example\.tw")
# Looked up by what an answer says.
GROUPS = ("status", "now", "event", "next", "refused", "done", "error", "rank",
          "card", "product", "post", "reason", "field", "hint", "sign")


def rows():
    return [tuple(facts.c_text(part) for part in row) for row in re.findall(
        rf"^WORD\(({facts.STRINGS}), ({facts.STRINGS}), ({facts.STRINGS})\)",
        (FOLDER / "words.def").read_text(encoding="utf-8"), re.M)]


KEYS = [key for key, _, _ in rows()]


def sql(name):
    return (ROOT / f"common/sql/functions/{name}.sql").read_text(
        encoding="utf-8")


def code_names():
    """code -> the words that tell it, where they are others."""
    return dict(re.findall(r'^\t\{"(\w+)", "(\w+)", (?:NULL|"\w+")\},$',
                           SOURCES["page_code.c"], re.M))


def codes():
    """Codes that a citizen can be told."""
    found = set(re.findall(r"code := '(\w+)';", sql("citizen_login")
                           + sql("renewal_obstacle")))
    found |= {f"card_{state}" for state in ("suspended", "revoked")}
    found -= {"card_"}
    for name in ("card_signature.c", "challenge.c"):
        body = (FOLDER / name).read_text(encoding="utf-8")
        body = re.search(r"^\w+_verdict_code\(.*?^\}", body, re.M | re.S)[0]
        found |= set(re.findall(r'return "(\w+)"', body))
    return found - {"good"}


def wanted():
    """Keys that there must be, as far as the sources tell."""
    keys = {f"status.{status}" for status in facts.order_states(ROOT)}
    moves = (ROOT / "common/sql/states/order_states.sql").read_text(
        encoding="utf-8")
    keys |= {f"event.{event}" for event in re.findall(
        r"^\t\('\w+', '(\w+)', '\w+', (?:true|false)", moves, re.M)}
    keys |= {f"event.{event}" for event in ("applied",)}
    way = re.search(r"'\{unpaid,([a-z,]+)\}'", sql("citizen_order"))[1]
    keys |= {f"next.{status}" for status in way.split(",")}
    keys |= {f"now.{status}" for status in way.split(",")}
    keys |= {f"post.{meaning}" for meaning in re.findall(
        r"THEN '(\w+)'", sql("mail_event_meaning"))}
    names = code_names()
    keys |= {f"refused.{names.get(code, code)}" for code in codes()}
    keys |= {f"refused.{name}" for name in names.values()}
    script = (FOLDER / "sign.js").read_text(encoding="utf-8")
    said = " ".join(re.findall(r"\bsay\((.*?)\);", script, re.S)
                    + re.findall(r"\breturn (.*?);", script))
    keys |= {f"sign.{name}" for name in re.findall(r'"([a-z_]+)"', said)}
    keys |= {f"sign.{said}" for said in re.findall(
        r'"(\w+)"', re.search(r"sayings\[\] = \{(.*?)\}",
                              SOURCES["page_login.c"], re.S)[1])}
    for name in re.findall(r'\.name = "(\w+)"', TEXT):
        keys.add(f"field.{name}")
    keys |= set(re.findall(r'"([a-z]+\.[a-z_]{2,})"', TEXT))
    return keys


def test_they_are_in_order():
    assert len(KEYS) > 300
    assert [key.encode() for key in KEYS] == sorted(
        {key.encode() for key in KEYS})


def test_everything_has_words():
    assert len(wanted()) > 250
    assert sorted(wanted() - set(KEYS)) == []


def test_every_word_is_said():
    literals = set(re.findall(r'"([a-z_.]+)"', TEXT))
    assert [key for key in KEYS if key not in literals
            and key.split(".")[0] not in GROUPS
            and not key.endswith(".about")
            and key not in ("error.other.do",)] == []
    known = wanted()
    # Way out and refusal belong together, and nobody tells of neither.
    assert [key for key in KEYS if key.startswith(("status.", "event.",
                                                   "next.", "post.", "sign."))
            and key.removesuffix(".do") not in known
            and key != "post.on_its_way"] == []
    assert [key for key in KEYS if key.endswith(".do")
            and key.removesuffix(".do") not in KEYS] == []


@pytest.mark.parametrize("row", [rows()], ids=["words"])
def test_each_language_is_its_own(row):
    for key, english, chinese in row:
        assert english and chinese, key
        assert not re.search("[\u3000-\u9fff\uff00-\uffef]", english), key
        assert not re.search("[A-Za-z]{2}", NAMES.sub("", chinese)), key
        assert not re.search(r"[\u4e00-\u9fff][,;:!?]", chinese), key
        assert sorted(re.findall(r"\{\d\}", chinese)) == sorted(re.findall(
            r"\{\d\}", english)), key
