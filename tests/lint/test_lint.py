"""What the documents say is what the sources do, and the tree is tidy.

Every check is a function that returns a list of faults; a test shows that
there are none, and for a good part of them another one plants a fault in a
copy of the tree and shows that it is found.

RECARD_BUILD in the environment names the build tree (default: build).
"""

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import citizens
import facts
import operators
import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("RECARD_BUILD", ROOT / "build")).resolve()
PROGRAMS = [f"recard-{name}" for name in facts.DAEMONS] + ["recardctl"]
PAGES = {**{f"recard-{name}": f"recard-{name}.8" for name in facts.DAEMONS},
         "recardctl": "recardctl.1"}
TOP_LEVEL = {"CHANGELOG.md", "LICENSE", "Makefile.am", "README.md", "common",
             "configure.ac", "daemons", "etc", "man", "scripts", "tests"}
LARGEST_FILE = 512 * 1024
WHSEC = "whsec_" + "QUJD" * 8 + "\n"
SECURITY_EXPOSURE = 2.0
SECTION = re.compile(r"^\.Ss (?:Section ([\w.]+)|Shared settings)\n(.*?)"
                     r"(?=^\.S[sh] |\Z)", re.M | re.S)


def read(path):
    return path.read_text(encoding="utf-8")


def run(*command, **arguments):
    return subprocess.run([str(word) for word in command],
                          capture_output=True, text=True, check=False,
                          timeout=120, **arguments)


def program(name):
    path = BUILD / name
    assert path.is_file(), f"{path} is missing: build first"
    return path


def differences(ours, theirs, us, them):
    return [f"{item}: only in {us}" for item in sorted(set(ours) - set(theirs),
                                                      key=str)] + \
        [f"{item}: only in {them}" for item in sorted(set(theirs) - set(ours),
                                                     key=str)]


def tree(root):
    """Files of the source tree: all but what .gitignore names, and folders
    that ignore themselves, as caches do."""
    patterns = [line for line in read(root / ".gitignore").splitlines()
                if line and not line.startswith("#")]

    def ignored(path):
        name = path.relative_to(root).as_posix()
        return any(
            fnmatch.fnmatch(name, pattern.strip("/"))
            if pattern.startswith("/")
            else fnmatch.fnmatch(path.name, pattern.strip("/"))
            for pattern in patterns)

    found = []
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        if here != root and (here / ".gitignore").is_file() and \
                "*" in read(here / ".gitignore").splitlines():
            folders[:] = []
            continue
        folders[:] = sorted(name for name in folders if name != ".git"
                            and not ignored(here / name))
        found += [here / name for name in sorted(files)
                  if not ignored(here / name) and name != ".git"]
    return found


# Settings -------------------------------------------------------------------

def unit(number, units):
    return next(f"{number // factor}{name}" for name, factor in units
                if number % factor == 0)


def bound(setting, number):
    if setting.type == "duration":
        return "0s" if number == 0 else unit(number, (
            ("d", 86400000), ("h", 3600000), ("m", 60000), ("s", 1000),
            ("ms", 1)))
    if setting.type == "size":
        return unit(number, (("G", 1 << 30), ("M", 1 << 20), ("k", 1 << 10),
                             ("", 1)))
    if setting.type == "length":
        return f"{number / 1000:g}mm"
    return str(number)


def described(setting):
    """The setting as recard.conf(5) has to write it: two lines."""
    words = {"int": "integer", "bool": "boolean",
             "secret": "secret file", "secrets": "secret files",
             "strings": "list of strings",
             "records": "list of groups"}.get(setting.type, setting.type)
    if setting.fallback is None:
        words += " , not set by default"
    else:
        value = f'"{setting.fallback}"' if " " in setting.fallback \
            else setting.fallback
        words += f" , default Li {value}"
    rest = [f"reload {'yes' if setting.reload else 'no'}"]
    if setting.low or setting.high:
        rest.insert(0, f"{bound(setting, setting.low)} to "
                       f"{bound(setting, setting.high)}")
    words += " , " if setting.fallback is None else " , No "
    words += " , ".join(rest)
    return f".Pq {words}\n{setting.help}\n"


def man_settings_faults(root):
    written = {}
    for section in SECTION.finditer(read(root / "man/recard.conf.5")):
        for row in re.finditer(r"^\.It Ic (\w+)\n(.*?\n.*?\n)", section[2],
                               re.M):
            written[section[1], row[1]] = row[2]
    wanted = {(s.section, s.name): described(s) for s in facts.settings(root)}
    faults = differences(wanted, written, "the C tables", "recard.conf(5)")
    faults += [f"{name}: recard.conf(5) says {written[name]!r} and not "
               f"{wanted[name]!r}" for name in wanted
               if written.get(name, wanted[name]) != wanted[name]]
    return faults


def sample_settings(root):
    """(section, name) -> value as written in etc/recard.conf, or None where
    the comment says that it is not set by default."""
    found, section, unset = {}, None, False
    for line in read(root / "etc/recard.conf").splitlines():
        if opened := re.fullmatch(r"(\w+): \{", line):
            section = opened[1]
        elif line == "};":
            section = None
        elif "Not set by default" in line:
            unset = True
        elif row := re.fullmatch(r'\t?# (\w+) = "?(.*?)"?;', line):
            value = re.sub(r'", "', ", ", row[2].removeprefix('["'))
            found[section, row[1]] = \
                None if unset else value.removesuffix('"]')
            unset = False
    return found


def sample_settings_faults(root):
    """Records are in the manual page, with examples; the sample has one."""
    written = sample_settings(root)
    wanted = {(s.section, s.name): s.fallback for s in facts.settings(root)
              if "." not in (s.section or "")}
    faults = differences(wanted, written, "the C tables", "etc/recard.conf")
    faults += [f"{name}: default {written[name]!r} in etc/recard.conf, "
               f"{wanted[name]!r} in C" for name in wanted
               if written.get(name, wanted[name]) != wanted[name]]
    return faults


def test_every_row_of_the_settings_tables_is_understood():
    assert len(facts.settings(ROOT)) == facts.settings_in_tables(ROOT)


def test_settings_are_documented():
    assert man_settings_faults(ROOT) == []


def test_settings_are_in_the_sample_configuration():
    assert sample_settings_faults(ROOT) == []


# The shipped configuration ----------------------------------------------------

@pytest.fixture(scope="module")
def configured(tmp_path_factory):
    """The shipped configuration with every setting put in force, its paths
    moved into a folder that has the keys and certificates."""
    folder = tmp_path_factory.mktemp("configured")
    run(sys.executable, "-B", ROOT / "tests/peers/make_authority.py", folder)
    operators.Authority(folder).revoke()
    citizens.Authority(folder)
    text = re.sub(r"^(\t?)# (\w+ = .*;)$", r"\1\2",
                  read(ROOT / "etc/recard.conf"), flags=re.M)
    for place, ours in (("/etc/recard/line.crt", "line.crt"),
                        ("/etc/recard/recard.crt", "our.crt"),
                        ("/etc/recard/keys/recard.key", "our.key"),
                        ("/etc/recard/payment.crt", "server.crt"),
                        ("/etc/recard/keys/payment.key", "server.key"),
                        ("/etc/recard/console.crt", "server.crt"),
                        ("/etc/recard/keys/console.key", "server.key"),
                        ("/etc/recard/portal.crt", "server.crt"),
                        ("/etc/recard/keys/portal.key", "server.key"),
                        ("/etc/recard/portals.crt", "operators.crt"),
                        ("/etc/recard/portals.crl", "operators.crl"),
                        ("/etc/recard/citizens.pem", "citizens.pem"),
                        ("/etc/recard/moica.pem", "issuer.crt"),
                        ("/etc/recard/operators.crt", "operators.crt"),
                        ("/etc/recard/operators.crl", "operators.crl")):
        assert place in text
        text = text.replace(place, f"{folder}/{ours}")
    for key in re.findall(r'"/etc/recard/keys/(\w+\.key)"', text):
        (folder / key).write_text("5c" * 32 + "\n", encoding="ascii")
        (folder / key).chmod(0o600)
    for secret in re.findall(r'"/etc/recard/keys/(\w+\.whsec)"', text):
        (folder / secret).write_text(WHSEC, encoding="ascii")
        (folder / secret).chmod(0o600)
    for name in ("keys/sftp", "known_hosts", "keys/zip.password",
                 "keys/zip-old.password", "keys/mail.password"):
        assert f"/etc/recard/{name}" in text
        (folder / Path(name).name).write_text("a key\n", encoding="ascii")
        (folder / Path(name).name).chmod(0o600)
    text = text.replace("/etc/recard/keys/", f"{folder}/")
    text = text.replace("/etc/recard/known_hosts", f"{folder}/known_hosts")
    text = text.replace('"/var/', f'"{folder}/var/')
    # After what lies below /var: so may this tree.
    text = text.replace('"/etc/recard/mail"', f'"{ROOT}/etc/mail"')
    (folder / "var/log/recard").mkdir(parents=True)
    path = folder / "recard.conf"
    path.write_text(text, encoding="utf-8")
    return path


def printed(name, path):
    done = run(program(name), "-c", path, "-p")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", [f"recard-{d}" for d in facts.DAEMONS])
def test_shipped_configuration_passes_the_check(name, configured):
    done = run(program(name), "-c", configured, "-t")
    assert (done.returncode, done.stdout) == (0, "configuration OK\n"), \
        done.stderr


@pytest.mark.parametrize("name", [f"recard-{d}" for d in facts.DAEMONS])
def test_shipped_configuration_says_the_defaults(name, tmp_path):
    """As it is shipped, and with every default put in force, nothing differs
    from an empty file."""
    empty = tmp_path / "empty.conf"
    empty.write_text("", encoding="ascii")
    nothing_set = printed(name, empty)
    assert printed(name, ROOT / "etc/recard.conf") == nothing_set
    text, lines = [], read(ROOT / "etc/recard.conf").splitlines()
    for before, line in zip([""] + lines, lines):
        setting = re.fullmatch(r"(\t?)# (\w+ = .*;)", line)
        text.append(setting[1] + setting[2]
                    if setting and "Not set by default" not in before
                    else line)
    full = tmp_path / "full.conf"
    full.write_text("\n".join(text) + "\n", encoding="utf-8")
    assert printed(name, full) == nothing_set


@pytest.mark.parametrize("name", [f"recard-{d}" for d in facts.DAEMONS])
def test_printed_configuration_can_be_read_again(name, configured, tmp_path):
    once = printed(name, configured)
    again = tmp_path / "again.conf"
    again.write_text(once, encoding="utf-8")
    assert printed(name, again) == once
    assert "Key file" in once or "inbox" in once or "outbox" in once


@pytest.mark.parametrize("name", [f"recard-{d}" for d in facts.DAEMONS])
def test_unknown_setting_is_refused(name, tmp_path):
    """The check above would pass if -t did not look."""
    wrong = tmp_path / "wrong.conf"
    wrong.write_text("pol = \"1s\";\n", encoding="ascii")
    done = run(program(name), "-c", wrong, "-t")
    assert done.returncode == 3
    assert 'did you mean "poll"' in done.stderr


def test_channels_of_the_manual_pass_the_check(tmp_path):
    """The examples of recard.conf(5), put together as they stand there."""
    page = read(ROOT / "man/recard.conf.5")
    text = "".join(re.findall(
        r"^\.Bd -literal -offset indent\n((?:payment:|    \{).*?)^\.Ed\n",
        page, re.M | re.S))
    schemes = re.findall(r'scheme = "([a-z-]+)"', text)
    assert sorted(schemes) == ["ecpay", "native", "newebpay", "query",
                               "standard-webhooks"]
    run(sys.executable, "-B", ROOT / "tests/peers/make_authority.py",
        tmp_path)
    for name, content in (("atm.whsec", WHSEC), ("atm-old.whsec", WHSEC),
                          ("cards.whsec", WHSEC), ("bank.token", "token\n"),
                          ("ecpay", "pwFHCqoQZGmho4w6\nEkRm7iFT261dpevs\n"),
                          ("newebpay", "1" * 32 + "\n" + "2" * 16 + "\n")):
        (tmp_path / name).write_text(content, encoding="ascii")
        (tmp_path / name).chmod(0o600)
    for place, ours in (("/etc/recard/payment.crt", "server.crt"),
                        ("/etc/recard/keys/payment.key", "server.key")):
        text = text.replace(place, f"{tmp_path}/{ours}")
    text = text.replace("/etc/recard/keys/", f"{tmp_path}/")
    text = text.replace("payment: {", f'payment: {{ inbox = "{tmp_path}/in";')
    path = tmp_path / "recard.conf"
    path.write_text(text, encoding="utf-8")
    done = run(program("recard-payment"), "-c", path, "-t")
    assert (done.returncode, done.stdout) == (0, "configuration OK\n"), \
        done.stderr + text


# Options and commands ---------------------------------------------------------

def ctl_commands():
    """'order import' … as --help lists them."""
    text = run(program("recardctl"), "--help").stdout
    listed = re.search(r"^Commands:\n(.*?)\n\n", text, re.M | re.S)[1]
    return [re.match(r"  ([a-z]+(?: [a-z]+)?)(?= )", line)[1]
            for line in listed.splitlines()]


def options_shown(name):
    shown = facts.help_options(program(name))
    if name == "recardctl":
        for command in ctl_commands():
            done = run(program(name), *command.split(), "--help")
            assert done.returncode == 0, f"{command}: {done.stderr}"
            shown |= set(re.findall(r"^  (?:-\w, |    )(--[a-z-]+)",
                                    done.stdout, re.M))
    return shown


def options_faults(shown, page):
    return differences(shown, facts.man_options(page), "--help",
                       "its manual page")


def commands_faults(commands, page):
    section = facts.man_section(page, "COMMANDS")
    written = [re.split(r" (?:Ar|Op)\b", line)[0] for line in
               re.findall(r"^\.It Ic (.*)", section, re.M)]
    return differences(commands, written, "recardctl --help", "recardctl(1)")


# Options whose commands the page does not name one by one, and those whose
# commands are named with another one.
OF_ALL_ACTS = {"reason"}
NAMED_WITH = {"after": "limit", "to": "from"}


def options_of_commands():
    """option -> the commands of recardctl that take it, but for those of
    all."""
    takes = {}
    for command in ctl_commands():
        shown = run(program("recardctl"), *command.split(), "--help").stdout
        own = shown.partition("  -c, --config")[0]
        for option in re.findall(r"^      --([a-z-]+)", own, re.M):
            takes.setdefault(option, set()).add(command)
    return takes


def command_option_faults(takes, page):
    """OPTIONS names, behind each option, the commands that take it."""
    section = facts.man_section(page, "OPTIONS")
    named = {}
    for option, text in re.findall(
            r"^\.It Fl -([a-z-]+).*?\n(.*?)(?=^\.It Fl|\Z)", section,
            re.M | re.S):
        named[option] = {
            command for row in re.findall(r"^\.Ic (.+) [,:]$", text, re.M)
            for command in row.split(" , ")}
    faults = []
    for option in sorted(set(takes) - OF_ALL_ACTS):
        same = named.get(NAMED_WITH.get(option), set())
        faults += [f"--{option}: {command} is not named"
                   for command in sorted(takes[option] - same
                                         - named.get(option, set()))]
        faults += [f"--{option}: {command} does not take it" for command in
                   sorted(named.get(option, set()) - takes[option])]
    return faults


def test_options_of_each_command_are_documented():
    page = read(ROOT / "man/recardctl.1")
    takes = options_of_commands()
    assert len(takes) > 30
    assert command_option_faults(takes, page) == []
    assert command_option_faults(
        {**takes, "copy": takes["copy"] | {"label void"}}, page) == \
        ["--copy: label void is not named"]
    assert command_option_faults(
        {**takes, "copy": {"label void"}}, page) == [
            "--copy: label void is not named", "--copy: pack does not take it"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_options_are_documented(name):
    assert options_faults(options_shown(name),
                          read(ROOT / "man" / PAGES[name])) == []


def test_commands_are_documented():
    assert commands_faults(ctl_commands(),
                           read(ROOT / "man/recardctl.1")) == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_synopsis_offers_the_options(name):
    synopsis = facts.man_section(read(ROOT / "man" / PAGES[name]), "SYNOPSIS")
    offered = set("".join(re.findall(r"^\.Op Fl (\w+)(?= |$)", synopsis,
                                     re.M)))
    shown = {option[1] for option in facts.help_options(program(name))
             if not option.startswith("--")}
    assert offered == shown


def installed_scripts(root):
    """Scripts that people run, and their pages."""
    return [(root / f"scripts/{script}", root / f"man/{page}")
            for script, page in (("nightly", "recard-nightly.8"),
                                 ("check_recard", "check_recard.8"))]


def script_option_faults(root):
    """What a script understands is in its page, and nothing else."""
    faults = []
    for script, page in installed_scripts(root):
        text = read(script)
        shorts = re.findall(r"^getopts? |getopts :?([\w:]+)", text, re.M)
        understood = {f"-{letter}" for letter in
                      re.sub(r"\W", "", "".join(shorts))}
        for choice in re.findall(r"^\t((?:-[\w-]+(?: \| )?)+)\)", text, re.M):
            understood.update(choice.split(" | "))
        # How the script calls itself under the lock.
        understood.discard("--locked")
        faults += differences(understood, facts.man_options(read(page)),
                              script.name, page.name)
    return faults


def test_options_of_scripts_are_documented():
    assert script_option_faults(ROOT) == []


def choice_faults(root):
    """Words that an option of recardctl takes are in its page."""
    page = set(re.findall(r"[\w-]+", read(root / "man/recardctl.1")))
    faults = []
    for path, text in facts.sources(root, "daemons/recardctl"):
        choices = re.findall(r"(?:LIST_CHOICE|option_choice_ok\(ctl), "
                             r"OPTION_\w+,\s+(\w+)", text)
        for name, words in re.findall(
                r"char \*const (\w+)\[\] = \{([^}]*)NULL\}", text):
            if name not in choices:
                continue
            faults += [f"{path.name}: {name}: {word} is not in recardctl(1)"
                       for word in re.findall(r'"([\w-]+)"', words)
                       if word not in page]
    return faults


def test_choices_are_documented():
    assert choice_faults(ROOT) == []


# What each page has -------------------------------------------------------------

SECTIONS = {
    "program": ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "SIGNALS",
                "ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES",
                "DIAGNOSTICS", "SECURITY", "SEE ALSO"],
    "5": ["NAME", "DESCRIPTION", "FILES", "EXAMPLES", "DIAGNOSTICS",
          "SECURITY", "SEE ALSO"],
    "recard.7": ["NAME", "DESCRIPTION", "THE LIFE OF AN ORDER",
                 "A DAY OF OPERATIONS", "LOG", "ENVIRONMENT", "FILES",
                 "EXIT STATUS", "EXAMPLES", "DIAGNOSTICS", "SECURITY",
                 "SEE ALSO"],
    "7": ["NAME", "DESCRIPTION", "SEE ALSO"],
}


def section_faults(root):
    """Each page has the sections of its kind, filled, in the usual order."""
    faults = []
    for path in sorted((root / "man").glob("*.[1-8]")):
        kind = path.name if path.name in SECTIONS else \
            "program" if path.suffix in (".1", ".8") else path.suffix[1:]
        page = read(path)
        there = re.findall(r"^\.Sh (.+)$", page, re.M)
        wanted = SECTIONS[kind]
        faults += [f"{path.name}: no section {title}" for title in wanted
                   if title not in there]
        if [title for title in there if title in wanted] != \
                [title for title in wanted if title in there]:
            faults.append(f"{path.name}: sections out of order")
        faults += [f"{path.name}: {title} is empty" for title in there
                   if not facts.man_section(page, title).strip()]
    return faults


def test_pages_have_their_sections():
    assert section_faults(ROOT) == []


# Variables of the environment that only daemons read: systemd's.
OF_DAEMONS = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}


def environment_faults(root):
    """What a program reads of its environment is in its page, and nothing
    else; failpoints are not built into what is installed."""
    def variables(*folders):
        return {name for _, text in facts.sources(root, *folders)
                for name in re.findall(r'\bgetenv\("(\w+)"\)', text)
                if "FAILPOINT" not in name}
    shared = variables("common")
    faults = [] if OF_DAEMONS <= shared else ["systemd's are not read"]
    for name, page in PAGES.items():
        folder = f"daemons/{name.removeprefix('recard-')}"
        wanted = shared | variables(folder)
        if name == "recardctl":
            wanted -= OF_DAEMONS
        section = facts.man_section(read(root / "man" / page), "ENVIRONMENT")
        written = {word for row in re.findall(r"^\.It Ev (.+)$", section, re.M)
                   for word in row.split(" , ")}
        faults += differences(wanted, written, folder, page)
    return faults


def test_environment_is_documented():
    assert environment_faults(ROOT) == []


# Exit codes -------------------------------------------------------------------

def exit_code_faults(root):
    wanted = facts.exit_codes(root)
    faults = []
    for path in sorted((root / "man").glob("recard*.[178]")):
        if path.suffix == ".7" and ".Sh EXIT STATUS" not in read(path):
            continue  # of no program
        written = facts.man_exit_codes(read(path))
        if written != wanted:
            faults.append(f"{path.name}: {written} and not {wanted}")
    return faults


def test_exit_codes_are_the_same_everywhere():
    assert len(facts.exit_codes(ROOT)) == 9
    assert exit_code_faults(ROOT) == []


# The log ----------------------------------------------------------------------

def log_key_faults(root):
    keys = facts.log_keys(root)
    faults = differences(keys, facts.log_keys_used(root), "log_keys.def",
                         "calls of log_…()")
    page = facts.man_section(read(root / "man/recard.7"), "LOG")
    written = dict(re.findall(r"^\.It Li (\w+)\n(.+)$", page, re.M))
    faults += differences(keys, written, "log_keys.def", "recard(7)")
    faults += [f"{key}: recard(7) says {written[key]!r}" for key in keys
               if written.get(key, keys[key]) != keys[key]]
    if list(keys) != sorted(keys):
        faults.append("log_keys.def is not in alphabetical order")
    return faults


def log_event_faults(root):
    events = facts.log_events(root)
    faults = [f"{event}: not of the form a.b.c" for event in sorted(events)
              if not re.fullmatch(r"[a-z_]+(\.[a-z_]+){2}", event)]
    written = set()
    for path in (root / "man").glob("recard*.[1-8]"):
        for row in re.findall(r"^\.It Li ((?:.|(?<=\\)\n)*)", read(path),
                              re.M):
            written.update(re.findall(r"\b[a-z_]+\.[a-z_]+\.[a-z_]+\b", row))
    return faults + differences(events, written, "calls of log_…()",
                                "the manual pages")


def signing_code_faults(root):
    """What a log-in or a list is refused for is in recard-signing(7)."""
    page = read(root / "man/recard-signing.7").partition(".Sh LOG EVENTS")[0]
    written = {word.strip() for row in re.findall(
        r"^\.It Li (.+)$", page, re.M) for word in row.split(",")}
    return differences(facts.signing_codes(root), written,
                       "daemons/portal", "recard-signing(7)")


def test_signing_codes_are_documented():
    assert len(facts.signing_codes(ROOT)) > 40
    assert signing_code_faults(ROOT) == []


def test_log_keys_are_registered_used_and_documented():
    assert len(facts.log_keys(ROOT)) > 10
    assert log_key_faults(ROOT) == []


def test_log_events_are_well_formed_and_documented():
    assert len(facts.log_events(ROOT)) > 40
    assert log_event_faults(ROOT) == []


# Metrics ----------------------------------------------------------------------

def metric_faults(root):
    """Those of the registry are told by something, documented, and nothing
    else is in alerts and dashboard."""
    registered = facts.metrics(root)
    faults = [] if list(registered) == sorted(registered) else \
        ["metrics.def is not in alphabetical order"]
    page = facts.man_section(read(root / "man/recard-console.8"), "METRICS")
    written = dict(re.findall(r"^\.It Li (\w+)\n\.Pq .*\n(.*)$", page, re.M))
    faults += differences(registered.items(), written.items(), "metrics.def",
                          "recard-console(8)")
    told = set(re.findall(r"'(recard_\w+)'", read(
        root / "common/sql/functions/metrics.sql")))
    told.update(re.findall(r'(?:METRIC_|metrics_add\([^"]*")(recard_\w+)',
                           read(root / "daemons/console/watch.c")))
    faults += differences(registered, told, "metrics.def", "what is told")
    for name in ("etc/recard.rules.yml", "etc/recard-dashboard.json"):
        used = set(re.findall(r"\brecard_\w+", read(root / name)))
        faults += [f"{metric}: {name} knows it alone"
                   for metric in sorted(used - set(registered))]
    return faults


def test_metrics_are_registered_told_and_documented():
    assert len(facts.metrics(ROOT)) == 25
    assert metric_faults(ROOT) == []


def test_alert_rules_do_what_they_should(tmp_path):
    done = run("promtool", "check", "rules", ROOT / "etc/recard.rules.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    for path in (ROOT / "etc/recard.rules.yml",
                 ROOT / "tests/lint/rules.test.yml"):
        shutil.copy(path, tmp_path)
    done = run("promtool", "test", "rules", "rules.test.yml", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    alerts = re.findall(r"alert: (\w+)", read(ROOT / "etc/recard.rules.yml"))
    tested = read(ROOT / "tests/lint/rules.test.yml")
    assert [name for name in alerts if f"alertname: {name}\n" not in tested] \
        == []


def test_alert_rules_test_finds_faults(tmp_path):
    shutil.copy(ROOT / "tests/lint/rules.test.yml", tmp_path)
    (tmp_path / "recard.rules.yml").write_text(
        read(ROOT / "etc/recard.rules.yml").replace("> 26 *", "> 28 *"),
        encoding="utf-8")
    assert run("promtool", "test", "rules", "rules.test.yml",
               cwd=tmp_path).returncode == 1


def test_dashboard_is_json():
    panels = json.loads(read(ROOT / "etc/recard-dashboard.json"))["panels"]
    assert len(panels) > 10
    assert all(target["expr"] for panel in panels
               for target in panel["targets"])


# Words of the pages -------------------------------------------------------------

def word_key_faults(root):
    """Every column and every name that a page shows has words in both
    languages, in the order by which they are looked up."""
    rows = facts.words(root)
    keys = [key for key, _, _ in rows]
    faults = [f"{key}: not in order" for key, after in zip(keys, keys[1:])
              if key.encode() >= after.encode()]
    faults += [f"{key}: has no words" for key, en, zh in rows
               if not en or not zh]
    wanted = facts.page_keys(root)
    return faults + [f"{key}: not in words.def"
                     for key in sorted(wanted - set(keys))]


def test_pages_have_words_in_both_languages():
    assert len(facts.page_keys(ROOT)) > 100
    assert word_key_faults(ROOT) == []


# Reason codes -----------------------------------------------------------------

def reason_code_faults(root):
    """Each code is in the page, and each of the page's lists of codes is one
    of the sources', where some are put together from two words."""
    page = read(root / "man/recard-files.5")
    faults = [f"{code}: not in recard-files(5)" for code in sorted(
        facts.reason_codes(root) - set(re.findall(r"\w+", page)))]
    known = facts.words_of_sources(root)
    listed = {code for codes in re.findall(r"^Codes.*?^\.Bl (.*?)^\.El", page,
                                           re.M | re.S)
              for row in re.findall(r"^\.It Li ((?:.|(?<=\\)\n)*)", codes, re.M)
              for code in re.findall(r"\b[a-z][a-z_0-9]+\b", row)}
    assert len(listed) > 60
    return faults + [
        f"{code}: only in recard-files(5)" for code in sorted(listed - known)
        if not {code.partition("_")[0] + "_", code.partition("_")[2]} <= known]


def test_reason_codes_are_documented():
    assert len(facts.reason_codes(ROOT)) > 80
    assert reason_code_faults(ROOT) == []


def sqlstate_faults(root):
    """SQLSTATEs of our own, which recardctl(1) explains."""
    raised = {state for path in (root / "common/sql").rglob("*.sql")
              for state in re.findall(r"\bERRCODE = '(RC\d+)'", read(path))}
    written = set(re.findall(r"^\.It Li (RC\d+)$",
                             read(root / "man/recardctl.1"), re.M))
    return differences(raised, written, "common/sql", "recardctl(1)")


def test_sqlstates_are_documented():
    assert sqlstate_faults(ROOT) == []


# The moves --------------------------------------------------------------------

def between(text, begin, end):
    match = re.search(rf"^{re.escape(begin)}\n(.*?)^{re.escape(end)}$", text,
                      re.M | re.S)
    return match[1] if match else None


def drawing_faults(root):
    faults = []
    for name, form, begin, end in (
            ("README.md", "markdown", "<!-- moves -->", "<!-- /moves -->"),
            ("man/recard.7", "mdoc", '.\\" moves', '.\\" /moves')):
        drawn = run(root / "scripts/draw_states", form)
        assert drawn.returncode == 0, drawn.stderr
        there = between(read(root / name), begin, end)
        if there is None:
            faults.append(f"{name}: no block from {begin} to {end}")
        elif there != drawn.stdout:
            faults.append(f"{name}: differs from 'scripts/draw_states "
                          f"{form}'")
    return faults


def test_moves_are_drawn_as_they_are():
    assert drawing_faults(ROOT) == []


# SQL --------------------------------------------------------------------------

SETS_STATUS = re.compile(
    r"\bUPDATE\s+(?:recard\.)?orders\b(?:\s+(?:AS\s+)?(?!SET\b)\w+)?\s+SET\s+"
    r"((?:(?!\b(?:FROM|WHERE|RETURNING)\b)[^;])*)", re.I)


def status_update_faults(root):
    faults = []
    for path in sorted(root.glob("common/sql/**/*.sql")) + \
            sorted(root.glob("daemons/**/*.c")):
        for assigned in SETS_STATUS.findall(read(path)):
            if re.search(r"\bstatus\s*=", assigned) and \
                    path.name != "advance.sql":
                faults.append(f"{path.relative_to(root)}: updates "
                              f"orders.status")
    return faults


def function_file_faults(root):
    faults = []
    for path in sorted((root / "common/sql/functions").iterdir()):
        text = read(path)
        names = re.findall(
            r"^CREATE OR REPLACE (?:FUNCTION|PROCEDURE) (\w+)\(", text, re.M)
        if names != [path.stem]:
            faults.append(f"{path.name}: holds {', '.join(names) or 'none'}")
        if not re.match(r"-- [A-Z]", text):
            faults.append(f"{path.name}: no comment says what it is for")
        if "SECURITY DEFINER" in text and \
                "SET search_path = pg_catalog, recard, pg_temp" not in text:
            faults.append(f"{path.name}: its search_path is not pinned")
    return faults


def schema_version_faults(root):
    migrations = sorted(path.name for path in
                        (root / "common/sql/migrations").iterdir())
    numbers = [int(re.match(r"(\d{4})_\w+\.sql$", name)[1])
               for name in migrations]
    version = int(re.search(r"#define RECARD_SCHEMA_VERSION (\d+)",
                            read(root / "common/schema_version.h"))[1])
    faults = []
    if numbers != list(range(1, len(numbers) + 1)):
        faults.append(f"migrations are numbered {numbers}")
    if numbers[-1:] != [version]:
        faults.append(f"schema_version.h says {version}, the last migration "
                      f"is {numbers[-1:]}")
    return faults


def test_only_advance_updates_the_status():
    assert SETS_STATUS.search(
        read(ROOT / "common/sql/functions/advance.sql"))
    assert status_update_faults(ROOT) == []


def test_function_files_are_in_order():
    assert function_file_faults(ROOT) == []


def test_schema_version_is_that_of_the_last_migration():
    assert schema_version_faults(ROOT) == []


# C ----------------------------------------------------------------------------

def include_faults(root):
    """A program includes common/ and its own folder, common/ only itself."""
    common = {path.name for path in (root / "common").rglob("*.h")} | \
        {"log_keys.def"}
    faults = []
    for path, text in facts.sources(root, "common", "daemons"):
        own = {header.name for kind in ("*.h", "*.def")
               for header in path.parent.glob(kind)}
        for name in re.findall(r'^#include "([^"]+)"', text, re.M):
            if name not in common | own | {"config.h"}:
                faults.append(f"{path.relative_to(root)}: includes {name}")
    return faults


def c_files(root):
    return [path for path in tree(root) if path.suffix in (".c", ".h")]


def format_faults(paths, style):
    done = run("clang-format-14", f"--style=file:{style}", "--dry-run",
               "--Werror", *paths)
    return sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", done.stderr,
                                 re.M))) or \
        ([done.stderr] if done.returncode else [])


def test_programs_include_only_what_is_theirs():
    assert include_faults(ROOT) == []


def test_c_is_formatted():
    files = c_files(ROOT)
    assert len(files) > 50
    assert format_faults(files, ROOT / ".clang-format") == []


# Pages, scripts, units ---------------------------------------------------------

def man_faults(paths):
    """What mandoc and groff, of which people have one or the other, say."""
    return [line for path in paths for command in (
        ("mandoc", "-T", "lint", "-W", "warning", path),
        ("groff", "-ww", "-Kutf8", "-Tutf8", "-mandoc", "-z", path))
        for done in (run(*command),)
        for line in (done.stdout + done.stderr).splitlines()]


def shell_scripts(root):
    found = []
    for path in tree(root):
        with open(path, "rb") as file:
            first = file.readline(80)
        if re.match(rb"#! ?/(usr/)?bin/(env )?(ba)?sh\b|# shellcheck shell=",
                    first):
            found.append(path)
    return found


def shell_faults(paths):
    return [line for path in paths for line in
            run("shellcheck", "-f", "gcc", path).stdout.splitlines()]


def test_manual_pages_are_well_formed():
    pages = sorted((ROOT / "man").glob("*.[1-8]"))
    assert {path.name for path in pages} >= set(PAGES.values())
    assert man_faults(pages) == []


def test_manual_pages_are_installed():
    listed = re.findall(r"man/(\S+\.[1-8])\b", read(ROOT / "man/local.mk"))
    there = [path.name for path in (ROOT / "man").glob("*.[1-8]")]
    assert differences(there, listed, "man/", "man/local.mk") == []


def test_cross_references_lead_somewhere():
    """Pages of recard's own name each other rightly."""
    there = {(path.stem, path.suffix[1:])
             for path in (ROOT / "man").glob("*.[1-8]")}
    named = {(name, section) for path in (ROOT / "man").glob("*.[1-8]")
             for name, section in re.findall(
                 r"\.Xr (recard\S*|check_recard) (\d)", read(path))}
    assert named <= there
    assert named == there


def order_number_faults(root):
    """Order numbers in examples have a right check digit."""
    faults = []
    for path in sorted((root / "man").glob("*.[1-8]")):
        for number in re.findall(r"\b\d{14}\b", read(path)):
            total = sum(int(digit) * (3 if place % 2 else 1)
                        for place, digit in enumerate(reversed(number)))
            if total % 10:
                faults.append(f"{path.name}: {number}")
    return faults


def test_examples_have_right_order_numbers():
    assert order_number_faults(ROOT) == []


def test_scripts_pass_shellcheck():
    scripts = shell_scripts(ROOT)
    assert ROOT / "scripts/quickstart" in scripts
    assert shell_faults(scripts) == []


@pytest.mark.parametrize("name", facts.DAEMONS + ("cluster", "nightly"))
def test_units_are_hardened(name, tmp_path):
    text = read(ROOT / f"etc/recard-{name}.service.in")
    assert re.findall(r"@(\w+)@", text) and set(
        re.findall(r"@(\w+)@", text)) <= {"sbindir", "bindir"}
    path = tmp_path / f"recard-{name}.service"
    path.write_text(re.sub(r"@\w+@", "/bin", text), encoding="utf-8")
    done = run("systemd-analyze", "security", "--offline=true",
               "--no-pager", path)
    exposure = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
    assert exposure, done.stdout + done.stderr
    assert float(exposure[1]) <= SECURITY_EXPOSURE
    assert ("Type=notify" in text) == (name in facts.DAEMONS)
    assert ("WatchdogSec=" in text) == (name in facts.DAEMONS)


# The tree ---------------------------------------------------------------------

def top_level_faults(root):
    there = {path.relative_to(root).parts[0] for path in tree(root)}
    return differences({name for name in there if not name.startswith(".")},
                       TOP_LEVEL, "the tree", "the list of what belongs here")


def word_faults(root):
    # Put together here, so that this file does not name them.
    words = re.compile(rb"\b(" + b"|".join(
        (b"TO" b"DO", b"FIX" b"ME", b"X" b"XX")) + rb")\b")
    return [str(path.relative_to(root)) for path in tree(root)
            if words.search(path.read_bytes())]


def size_faults(root):
    return [f"{path.relative_to(root)}: {path.stat().st_size} bytes"
            for path in tree(root) if path.stat().st_size > LARGEST_FILE]


def dependency_faults(root):
    """Each library that configure looks for has a word in the README."""
    called = {"libcrypto": "OpenSSL", "libssl": "OpenSSL",
              "libevent_core": "libevent", "libevent_extra": "libevent",
              "libevent_openssl": "libevent", "gmime-3": "GMime",
              "freetype2": "FreeType", "harfbuzz-subset": "HarfBuzz",
              "csv": "libcsv"}
    text = read(root / "configure.ac")
    wanted = []
    for modules in re.findall(r"PKG_CHECK_MODULES\(\[\w+\],\s*\[([^]]+)\]",
                              text):
        wanted += re.findall(r"([a-z][\w-]*)(?:\s*>=\s*[\d.]+)?", modules)
    wanted += re.findall(r"AC_(?:SEARCH_LIBS\(\[\w+\], |CHECK_LIB\()\[(\w+)\]",
                         text)
    assert len(wanted) > 8
    readme = read(root / "README.md").lower()
    return sorted({f"{name}: not in README.md" for name in wanted
                   if called.get(name, name).lower() not in readme})


def test_top_level_holds_what_belongs_there():
    assert top_level_faults(ROOT) == []


def test_nothing_is_left_to_be_done():
    assert word_faults(ROOT) == []


def test_files_are_small():
    assert size_faults(ROOT) == []


def test_readme_says_why_each_library_is_there():
    assert dependency_faults(ROOT) == []


# Negative controls: a planted fault is found ------------------------------------

@pytest.fixture
def copy(tmp_path):
    """A copy of the tree, to be spoiled."""
    root = tmp_path / "copy"
    for path in tree(ROOT):
        target = root / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return root


def spoil(path, before, after):
    text = read(path)
    assert before in text, f"{path.name} has no {before!r}"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.mark.parametrize("faults, name, before, after", [
    (man_settings_faults, "daemons/purge/purge.c", '"500", 1, 100000, true',
     '"400", 1, 100000, true'),
    (man_settings_faults, "man/recard.conf.5", ".It Ic run_wait",
     ".It Ic run_patience"),
    (man_settings_faults, "man/recard.conf.5", "reload yes", "reload no"),
    (sample_settings_faults, "etc/recard.conf", '# list_wait = "4h";',
     '# list_wait = "5h";'),
    (sample_settings_faults, "etc/recard.conf", '\t# batch = 500;\n', ""),
    (exit_code_faults, "man/recard-purge.8", ".It 75\n", ".It 76\n"),
    (exit_code_faults, "common/exit_code.c", "database unreachable",
     "database gone"),
    (log_key_faults, "common/log_keys.def", "LOG_KEY(batch,",
     "LOG_KEY(bananas, \"fruit\")\nLOG_KEY(batch,"),
    (log_key_faults, "man/recard.7", ".It Li sqlstate\n", ".It Li state\n"),
    (log_event_faults, "daemons/purge/purge.c", "purge.batch.done",
     "purge.done"),
    (log_event_faults, "man/recard-purge.8", "purge.batch.done",
     "purge.batch.over"),
    (reason_code_faults, "common/sql/functions/renewal_obstacle.sql",
     "'too_early'", "'far_too_early'"),
    (reason_code_faults, "daemons/payment/settlement.c", '"bad_sum"',
     '"wrong_sum"'),
    (reason_code_faults, "man/recard-files.5", "bad_count , bad_sum",
     "bad_count , bad_sum , bad_total"),
    (order_number_faults, "man/recardctl.1", "26112300000012",
     "26112300000013"),
    (signing_code_faults, "daemons/portal/card_signature.c",
     '"other_content"', '"another_content"'),
    (signing_code_faults, "common/revocation_list.c",
     '"delta_list"', '"list_of_changes"'),
    (signing_code_faults, "man/recard-signing.7", ".It Li wrong_usage",
     ".It Li misuse"),
    (metric_faults, "daemons/console/metrics.def",
     "METRIC(recard_claims_open,", "METRIC(recard_claims_opened,"),
    (metric_faults, "man/recard-console.8", "Claims that are open.",
     "Claims."),
    (metric_faults, "etc/recard.rules.yml", "recard_invariant_violations > 0",
     "recard_invariants > 0"),
    (metric_faults, "etc/recard-dashboard.json", "recard_claims_open",
     "recard_claims"),
    (word_key_faults, "daemons/console/words.def", 'WORD("applicant"',
     'WORD("applicants"'),
    (sqlstate_faults, "man/recardctl.1", ".It Li RC064\n", ".It Li RC098\n"),
    (section_faults, "man/recard-purge.8", ".Sh SIGNALS\n", ".Sh SIGNS\n"),
    (section_faults, "man/recard.conf.5", ".Sh DIAGNOSTICS\n",
     ".Sh SECURITY\n"),
    (environment_faults, "man/recardctl.1", ".It Ev NO_COLOR\n",
     ".It Ev NO_COLOUR\n"),
    (environment_faults, "common/program.c", 'getenv("RECARD_CONF")',
     'getenv("RECARD_FILE")'),
    (script_option_faults, "man/check_recard.8", ".It Fl H Ar HOST\n",
     ".It Fl h Ar HOST\n"),
    (script_option_faults, "scripts/nightly", "\t--lock-ok)",
     "\t--lock-ok | --late)"),
    (choice_faults, "daemons/recardctl/tracking.c", '"reverted"',
     '"taken_back"'),
    (sqlstate_faults, "common/sql/functions/act.sql", "INSERT INTO",
     "-- ERRCODE = 'RC999'\n\tINSERT INTO"),
    (drawing_faults, "common/sql/states/order_states.sql",
     "('paid', 'queued', 'queued', false",
     "('paid', 'queued', 'queued', true"),
    (status_update_faults, "common/sql/functions/hold_order.sql",
     "SET held = true", "SET held = true, status = 'paid'"),
    (function_file_faults, "common/sql/functions/act.sql", "FUNCTION act(",
     "FUNCTION acted("),
    (function_file_faults, "common/sql/functions/act.sql",
     "SET search_path = pg_catalog, recard, pg_temp\n", ""),
    (schema_version_faults, "common/schema_version.h",
     "RECARD_SCHEMA_VERSION ", "RECARD_SCHEMA_VERSION 9"),
    (include_faults, "daemons/purge/purge.c", '#include "seal.h"',
     '#include "settlement.h"'),
    (word_faults, "daemons/purge/purge.c", "/*", "/* TO" + "DO"),
    (dependency_faults, "configure.ac", "jansson >= 2.13",
     "jansson >= 2.13 libbanana >= 1"),
])
def test_planted_fault_is_found(copy, faults, name, before, after):
    assert faults(copy) == [], "the copy is not clean before it is spoiled"
    spoil(copy / name, before, after)
    assert faults(copy) != []


def test_stray_and_large_files_are_found(copy):
    (copy / "notes.txt").write_text("x" * (LARGEST_FILE + 1),
                                    encoding="ascii")
    assert top_level_faults(copy) == ["notes.txt: only in the tree"]
    assert len(size_faults(copy)) == 1


def test_ignored_files_are_no_part_of_the_tree(copy):
    (copy / "build-mine").mkdir()
    (copy / "build-mine/core").write_text("x" * (LARGEST_FILE + 1),
                                          encoding="ascii")
    assert top_level_faults(copy) == []
    assert size_faults(copy) == []


def test_undocumented_options_and_commands_are_found():
    page = read(ROOT / "man/recardctl.1")
    assert options_faults(options_shown("recardctl") | {"--force"}, page) == \
        ["--force: only in --help"]
    assert commands_faults(ctl_commands() + ["order forget"], page) == \
        ["order forget: only in recardctl --help"]
    shortened = page.replace(".It Ic verify\n", ".It Li verify\n")
    assert commands_faults(ctl_commands(), shortened) == \
        ["verify: only in recardctl --help"]


def test_tools_find_faults(tmp_path):
    page = tmp_path / "page.8"
    page.write_text(".Dd November 23, 2026\n.Dt PAGE 8\n.Os\n.Sh NAME\n"
                    ".Nm page\n.Nd a page\n.Sh OPTIONS\n.Bl -tag\n",
                    encoding="ascii")
    assert man_faults([page]) != []
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\nrm -rf $1/*\n", encoding="ascii")
    assert shell_scripts_in(tmp_path) == [script]
    assert shell_faults([script]) != []
    source = tmp_path / "source.c"
    source.write_text("int\nmain( void ){ return 0; }\n", encoding="ascii")
    assert format_faults([source], ROOT / ".clang-format") != []


def shell_scripts_in(folder):
    (folder / ".gitignore").write_text("", encoding="ascii")
    return shell_scripts(folder)
