"""What bash completes: the script that recardctl makes of its own tables."""

import re
import subprocess

import pytest

from conftest import BUILD

# bash splits a word at "=" as well.
ASK = """
source %s
COMP_WORDS=(%s)
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_recardctl
printf '%%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(name="script", scope="module")
def fixture_script(tmp_path_factory):
    path = tmp_path_factory.mktemp("completion") / "recardctl"
    path.write_bytes(subprocess.run(
        [BUILD / "recardctl", "completion", "bash"], check=True,
        capture_output=True).stdout)
    return path


def complete(script, line, cwd=None):
    done = subprocess.run(
        ["bash", "--norc", "-uc", ASK % (script, line)], check=True, text=True,
        capture_output=True, cwd=cwd)
    assert done.stderr == "", done
    return done.stdout.split()


@pytest.mark.parametrize("line, offered", [
    ("recardctl sh", ["shape"]),
    ("recardctl order f", ["find"]),
    ("recardctl -c x.conf --format = json order f", ["find"]),
    ("recardctl -v order ca", ["cancel"]),
    ("recardctl order show 1 --rea", ["--reason"]),
    ("recardctl pause label.print --u", ["--until"]),
    ("recardctl --format ''", ["table", "json", "csv"]),
    ("recardctl --format = j", ["json"]),
    ("recardctl --format = csv order li", ["list"]),
    ("recardctl monitor --ev", ["--every"]),
    ("recardctl verify --r", []),
    ("recardctl help ord", ["order"]),
    ("recardctl nothing --he", ["--help"])])
def test_offered(script, line, offered):
    assert complete(script, line) == offered


def test_every_command_and_option_is_offered(script):
    shown = subprocess.run([BUILD / "recardctl", "help"], check=True, text=True,
                           capture_output=True).stdout
    rows = re.findall(r"^  ([a-z]+)(?: ([a-z]+))?(?: |$)",
                      shown.partition("Commands:")[2].partition(
                          "\nNouns")[0], re.M)
    assert len(rows) > 70
    assert set(complete(script, "recardctl ''")) == {noun for noun, _ in rows}
    for noun, verb in rows:
        command = f"{noun} {verb}".strip()
        text = subprocess.run(
            [BUILD / "recardctl", *command.split(), "--help"], check=True,
            text=True, capture_output=True).stdout
        options = set(re.findall(r"^  (?:-\w,|   ) (--[a-z-]+)", text, re.M))
        assert set(complete(script, f"recardctl {command} --")) == options


def test_arguments_are_files(script, tmp_path):
    (tmp_path / "orders.jsonl").touch()
    for line in ("recardctl order import ord", "recardctl --config ord",
                 "recardctl order import --report = ord"):
        assert complete(script, line, tmp_path) == ["orders.jsonl"]


def test_script_is_what_the_build_installs(script):
    assert (BUILD / "etc/bash-completion/recardctl").read_text() == \
        script.read_text()
    subprocess.run(["shellcheck", "-s", "bash", script], check=True)


def test_other_shells_are_refused():
    done = subprocess.run([BUILD / "recardctl", "completion", "fish"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "no shell that is known" in done.stderr
