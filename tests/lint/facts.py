"""What the sources say, for comparison with what the documents say.

Every function takes the root of a source tree, so that a test can plant a
fault in a copy and see it found.
"""

import math
import re
import subprocess
from collections import namedtuple

Setting = namedtuple(
    "Setting", "section name type fallback low high reload help")

# Where each section's settings table is, and the parts it takes over; the
# shared ones have no section. After the dot: a list of records.
SETTING_FILES = {
    None: "common/daemon_config.c",
    "payment": ("daemons/payment/payment.c", "common/http_server.h",
                "common/http_settings.h"),
    "payment.channels": "daemons/payment/channel.c",
    "payment.sources": ("common/source.h",
                        "common/transfer_settings.h"),
    "purge": "daemons/purge/purge.c",
    "manufacture": "daemons/manufacture/manufacture.c",
    "manufacture.signers": "daemons/manufacture/signer.c",
    "manufacture.lines": ("daemons/manufacture/card_line.c",
                          "common/transfer_settings.h"),
    "manufacture.signers": "daemons/manufacture/signer.c",
    "manufacture.lines": ("daemons/manufacture/card_line.c",
                          "common/transfer_settings.h"),
    "label": "common/label/label_settings.c",
    "label.printers": "common/label/printer.c",
    "label.layouts": "common/label/label_forms.c",
    "tracking": "common/tracking_settings.c",
    "tracking.sources": ("common/source.h",
                         "common/transfer_settings.h",
                         "common/postal_source.c"),
    "tracking.layouts": "common/postal_layout.c",
    "notify": "common/mail/mail_settings.c",
    "console": ("daemons/console/console.c", "common/http_settings.h"),
    "portal": ("daemons/portal/portal_settings.c", "common/http_server.h",
               "common/http_settings.h"),
    "portal.revocations": "daemons/portal/revocation_open.c",
    "portal.payment_ways": "daemons/portal/way_settings.c",
    "recardctl": "daemons/recardctl",
}
DAEMONS = ("payment", "purge", "manufacture", "label", "tracking",
           "notify", "console", "portal")

STRINGS = r'(?:"(?:[^"\\]|\\.)*"\s*)+'
ROW = re.compile(
    r'\{\s*"(?P<name>\w+)",\s*CONF_(?P<type>\w+),[^{}]*?,\s*'
    rf'(?P<fallback>NULL|{STRINGS}),\s*(?P<low>[\d *]+),\s*(?P<high>[\d *]+),\s*'
    rf'(?P<reload>true|false),\s*(?P<help>{STRINGS})'
    r'(?:,\s*\w+,\s*sizeof\([^)]*\))?\}')


def c_text(literal):
    """The value of adjacent C string literals."""
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"', literal)
    return re.sub(r'\\(.)', r'\1', "".join(parts))


def product(expression):
    """The value of a number, or of a product of numbers."""
    return math.prod(int(factor) for factor in expression.split("*"))


def sources(root, *folders):
    """C files below the folders, as (path, text)."""
    for folder in folders:
        top = root / folder
        paths = [top] if top.is_file() else sorted(top.rglob("*.[ch]"))
        for path in paths:
            yield path, path.read_text(encoding="utf-8")


def setting_texts(root):
    """(section, text) of each file with a settings table; macros unfolded."""
    for section, places in SETTING_FILES.items():
        for place in (places,) if isinstance(places, str) else places:
            for _, text in sources(root, place):
                yield section, re.sub(r"\s*\\\n", "\n", text)


def settings(root):
    found = []
    for section, text in setting_texts(root):
        for row in ROW.finditer(text):
            fallback = row["fallback"]
            found.append(Setting(
                section, row["name"], row["type"].lower(),
                None if fallback == "NULL" else c_text(fallback),
                product(row["low"]), product(row["high"]),
                row["reload"] == "true", c_text(row["help"])))
    return found


def settings_in_tables(root):
    """How many rows there are, counted another way: a row that the pattern
    above does not understand must not go unnoticed."""
    return sum(len(re.findall(r'\{\s*"\w+",\s*CONF_[A-Z]+,', text))
               for _, text in setting_texts(root))


def exit_codes(root):
    """number -> words, from the table that --help prints."""
    numbers = dict(re.findall(
        r"(EXIT_\w+) = (\d+)",
        (root / "common/exit_code.h").read_text(encoding="utf-8")))
    rows = re.findall(
        r'\{(EXIT_\w+), "([^"]+)"\}',
        (root / "common/exit_code.c").read_text(encoding="utf-8"))
    assert {name for name, _ in rows} == set(numbers), \
        "exit_code.c and exit_code.h name different codes"
    return {int(numbers[name]): words for name, words in rows}


def log_keys(root):
    """key -> meaning, as registered."""
    return {name: c_text(words) for name, words in re.findall(
        rf"LOG_KEY\((\w+),\s*({STRINGS})\)",
        (root / "common/log_keys.def").read_text(encoding="utf-8"))}


def log_keys_used(root):
    return {key for path, text in sources(root, "common", "daemons")
            if path.name != "log.h"
            for key in re.findall(r"\bkv_(?:str|int)\(\s*(\w+)\s*,", text)}


def log_events(root):
    """Names of events in calls of log_…(), and of those that are given to a
    helper or put together with the name of a daemon that has an inbox."""
    names, made = set(), set()
    for _, text in sources(root, "common", "daemons"):
        names.update(re.findall(
            r'\blog_(?:error|warn|info|debug)\(\s*"([^"]+)"', text))
        names.update(re.findall(
            r'\blog_(?:at|write)\([^;"]*?,\s*"([^"]+)"', text))
        names.update(re.findall(r'\boutage\(service, "([^"]+)"', text))
        made.update(re.findall(r'\*event = mem_printf\("([^"]+)"', text))
    inboxes = [path.parent.name for path, text in sources(root, "daemons")
               if "WORK_INBOX" in text]
    for name in made:
        for inbox in inboxes:
            first = name.replace("%s", inbox, 1)
            names.update(first.replace("%s", outcome)
                         for outcome in ("done", "rejected"))
    return names


def metrics(root):
    """name -> help, as registered."""
    return {name: c_text(words) for name, words in re.findall(
        rf'METRIC\(\s*(\w+),\s*"\w+",\s*({STRINGS})\)',
        (root / "daemons/console/metrics.def").read_text(encoding="utf-8"))}


def words(root):
    """(key, English, Chinese) in the order of the file."""
    return [tuple(c_text(part) for part in row) for row in re.findall(
        rf"^WORD\(\s*({STRINGS}),\s*({STRINGS}),\s*({STRINGS})\)",
        (root / "daemons/console/words.def").read_text(encoding="utf-8"),
        re.M)]


def console_acts(root):
    """What can be done on the console: act -> what it is done to, and where
    its form goes."""
    text = (root / "daemons/console/acts.c").read_text(encoding="utf-8")
    table = text[text.index("const struct act acts[]"):]
    found = {}
    for act in re.split(r"\n\t(?=\{)", table[:table.index("{.name = NULL}")]):
        row = re.match(r'\{"(\w+)",\s*"(\w+)",', act)
        if row:
            post = re.search(r'\.post = "([^"]+)"', act)
            found[row[1]] = row[2], post[1] if post else "/act"
    return found


def page_keys(root):
    """Keys that pages look up: those in C, columns of statements, names of
    values and sections in SQL, acts and what they ask for."""
    folder = root / "daemons/console"
    text = "".join((folder / name).read_text(encoding="utf-8")
                   for name in ("act_form.c", "answer.c", "draw.c", "frame.c",
                                "list.c", "pages.c", "pictures.c",
                                "questions.def", "site.c", "subject.c"))
    keys = set(re.findall(r'visit_word\(visit, "([^"]+)"\)', text))
    keys.update(re.findall(r'answer_refusal\(visit,\s+\d+,\s+"(\w+)"', text))
    keys.update(re.findall(r'return "(\w+_needed|not_understood)"', text))
    keys.update(re.findall(r'\.title = "(\w+)"', text))
    for name, choices in re.findall(r'\{+"(\w+)",\s*((?:"[^"]*"\s*)+),\s*'
                                    r"FILTER_", text):
        keys.update([name] + re.sub(r'"\s*"', "", choices).strip('"').split())
    keys.update(re.findall(r"\bAS (?!key\b|over\b|subject\b|r\b)([a-z_]+)\b",
                           text))
    acts_text = (folder / "acts.c").read_text(encoding="utf-8")
    for act, (subject, _) in console_acts(root).items():
        keys.update((act, f"will_{act}", subject))
    keys.update(re.findall(r'\.makes = "(\w+)"', acts_text))
    for path in (root / "common/sql").rglob("*.sql"):
        keys.update(re.findall(r"ERRCODE = '(RC\d+)'",
                               path.read_text(encoding="utf-8")))
    keys.update(re.findall(r'\{"(\w+)", INPUT_', acts_text))
    for name in ("order_show", "batch_show", "claim_show", "payment_show",
                 "console_import_show", "console_reveal", "decision_show"):
        sql = (root / f"common/sql/functions/{name}.sql").read_text(
            encoding="utf-8")
        keys.update(re.findall(r"\((?:\d+, )?'([a-z_0-9]+)',", sql))
        keys.update(name.strip() for name in re.findall(
            r"SELECT '([a-z ]+)'", sql))
    for role in ("viewer", "operator", "supervisor", "auditor"):
        keys.add(role)
    return keys | set(order_states(root))


def reason_codes(root):
    """Codes that a report can give: those of refusals in C, of refuse() and
    of verdicts in SQL, of labels that cannot be printed."""
    codes = set()
    for _, text in sources(root, "common", "daemons"):
        codes.update(re.findall(
            r'\breport_refuse\(\s*&?[\w.>-]+,\s*"(\w+)"', text))
        codes.update(re.findall(
            r'\breport_reject\(\s*&?[\w.>-]+,\s*[^,]+,\s*"(\w+)"', text))
        codes.update(re.findall(r'\breject\(code, "(\w+)"', text))
        codes.update(re.findall(r'\*code = "(\w+)"', text))
        codes.update(re.findall(r'[>.]fault = "(\w+)"', text))
        codes.update(re.findall(
            r'\b(?:scheme_fault|spoil)\(\s*\w+,\s*"(\w+)"\)', text))
        codes.update(re.findall(r'return refused\(reason, "(\w+)"', text))
        for body in re.findall(
                r"^objection\(.*?^\}|^label_reason_code\(.*?^\}", text,
                re.M | re.S):
            codes.update(re.findall(r'return "(\w+)"', body))
    for path in sorted((root / "common/sql/functions").glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        codes.update(re.findall(r"refuse\('(\w+)'(?! \|\|)", text))
        if path.stem in ("renewal_obstacle", "citizen_login"):
            codes.update(re.findall(r"\bcode := '(\w+)'(?! \|\|)", text))
            codes.update(re.findall(r"object\(\s*'code', '(\w+)'", text))
        codes.update(re.findall(r"'(\w+): ", text)
                     if "RC030" in text else [])
        if path.stem in ("book_staged", "book_tracking", "book_results",
                         "book_ack", "book_code_resets"):
            codes.update(re.findall(r"\b(?:THEN|ELSE)\s+'(\w+)'", text))
    # Not codes: a label that fits, verdicts of what is taken, states.
    return codes - {"ok", "unknown", "settles", "noted", "posts", "duplicate",
                    "applied", "spoiled", "accepted", "refused",
                    "refund_due", "open", "not_published"}


def signing_codes(root):
    """Codes of what a card signed and of lists of revoked certificates."""
    folder, codes = root / "daemons/portal", set()
    for name in ("card_signature.c", "challenge.c"):
        text = (folder / name).read_text(encoding="utf-8")
        for body in re.findall(r"^\w+_verdict_code\(.*?^\}", text,
                               re.M | re.S):
            codes.update(re.findall(r'return "(\w+)"', body))
    for path in (folder / "revocation.c", folder / "revoked_set.c",
                 root / "common/revocation_list.c"):
        text = path.read_text(encoding="utf-8")
        codes.update(re.findall(
            r'(?:return|reason =|wrong =|MALFORMED|[?:])\s*"([a-z_]+)"', text))
    # Not codes: who is let in, and what a list is unfit for.
    return codes - {"good", "missing", "stale"}


def words_of_sources(root):
    """Every word of C and SQL."""
    found = {word for _, text in sources(root, "common", "daemons")
             for word in re.findall(r"\w+", text)}
    for path in (root / "common/sql").rglob("*.sql"):
        found.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return found


def order_states(root):
    """status -> (display, ends), in order."""
    text = (root / "common/sql/states/order_states.sql").read_text(
        encoding="utf-8")
    return {status: (display, ends == "true") for status, display, ends in
            re.findall(r"^\t\('(\w+)', '([^']+)', (true|false)\)", text,
                       re.M)}


def help_options(program):
    """Long and short options that --help shows."""
    done = subprocess.run([program, "--help"], capture_output=True,
                          text=True, check=False, timeout=30)
    assert done.returncode == 0, f"{program} --help: {done.stderr}"
    return set(re.findall(r"(?<![\w-])(--[a-z][a-z-]*|-[A-Za-z])(?![\w-])",
                          done.stdout))


def man_options(page):
    """Options that the page's OPTIONS section lists, as Fl macros of It."""
    section = man_section(page, "OPTIONS")
    found = set()
    for line in re.findall(r"^\.It (.*)", section, re.M):
        words = line.split()
        for i, word in enumerate(words[:-1]):
            if word == "Fl":
                name = words[i + 1]
                found.add("-" + name.replace("\\-", "-"))
    return found


def man_section(page, title):
    match = re.search(rf"^\.Sh {re.escape(title)}\n(.*?)(?=^\.Sh |\Z)", page,
                      re.M | re.S)
    assert match, f"no section {title}"
    return match[1]


def man_exit_codes(page):
    return {int(number): words for number, words in re.findall(
        r"^\.It (\d+)\n(.+?)\.?$", man_section(page, "EXIT STATUS"), re.M)}
