"""The monitoring plugin check_recard, by the guidelines for such plugins."""

import re
import subprocess

import pytest

from conftest import BUILD, ROOT

PERF = re.compile(r"'[a-z]+'=\d+s?;[^; ]*;[^; ]*;0")


def check(world, *args, expect, path=BUILD, **env):
    done = subprocess.run(
        [ROOT / "scripts/check_recard", "-C", world.conf, *args], text=True,
        capture_output=True, check=False, timeout=60,
        stdin=subprocess.DEVNULL, env=world.environment(
            env={"PATH": f"{path}:/usr/bin:/bin", **env}))
    assert done.returncode == expect and done.stderr == "", done
    return done.stdout


def doctor_finds(world, tmp_path, *rows):
    """A recardctl whose doctor finds what we say; the rest is ours."""
    folder = tmp_path / "bin"
    folder.mkdir()
    lines = "".join(f"{row}\n" for row in (
        "severity,topic,subject,finding,advice", *rows))
    (folder / "findings").write_text(lines)
    stand_in = folder / "recardctl"
    stand_in.write_text(
        f'#!/bin/sh\n[ "$3" = doctor ] || exec {BUILD}/recardctl "$@"\n'
        f'cat {folder}/findings\n')
    stand_in.chmod(0o755)
    return folder


def test_critical_where_the_doctor_says_so(world):
    first, *more = check(world, "-v", expect=2).splitlines()
    words, _, perf = first.partition(" | ")
    assert words.startswith("RECARD CRITICAL - ")
    assert len(PERF.findall(perf)) == 8 + 4
    assert PERF.sub("", perf).strip() == ""
    assert any(line.startswith("critical: durability fsync: ")
               for line in more)


def test_ok_and_warning(world, tmp_path):
    world.fill(2)
    path = doctor_finds(world, tmp_path)
    out = check(world, path=path, expect=0)
    assert out.startswith("RECARD OK - orders move, nothing is wrong | "
                          "'unpaid'=2;;;0 ")
    (path / "findings").write_text(
        "severity,topic,subject,finding,advice\n"
        'warning,stages,label.print,"is ""paused"", by | x",resume\n'
        "warning,feeds,atm,is silent,ask\n")
    out = check(world, path=path, expect=1)
    assert out.startswith('RECARD WARNING - stages label.print: is "paused", '
                          'by / x (and 1 more) | ')
    assert out.count("|") == 1 and len(out.splitlines()) == 1


@pytest.mark.parametrize("args, code", [
    (["-w", "100"], 1), (["-c", "100"], 2), (["-w", "100000"], 0),
    (["-w", "100", "-c", "100000"], 1), (["-w", "100", "-c", "200"], 2),
    (["-w", "100000:"], 1), (["-w", "~:100"], 1), (["-w", "~:100000"], 0),
    (["-w", "@1:100000"], 1), (["-w", "@1:100"], 0),
    (["-w", "3600:7200"], 0)])
def test_ranges(world, tmp_path, args, code):
    path = doctor_finds(world, tmp_path)
    world.pay(world.fill(1))
    world.daemon("payment")
    world.query("UPDATE orders SET moved_at = now() - interval '90 min'")
    out = check(world, *args, path=path, expect=code)
    assert re.search(r"'oldest'=54\d\ds;", out)


def test_database_gone_is_critical(world):
    world.configure(database="host=/nowhere dbname=recard")
    assert check(world, expect=2) == \
        "RECARD CRITICAL - database unreachable\n"


def test_what_is_not_known_is_unknown(world, tmp_path):
    for args in (["-w", "soon"], ["-x"], ["more"], ["-t", "0"],
                 ["-t", "5:SAD"], ["-w"]):
        done = subprocess.run(
            [ROOT / "scripts/check_recard", *args], text=True, check=False,
            capture_output=True, timeout=30)
        assert done.returncode == 3, (args, done)
        assert done.stdout.startswith("RECARD UNKNOWN - "), (args, done)
        assert done.stderr == "", done
    world.configure(poll="soon")
    assert "poll" in check(world, expect=3)
    assert "cannot be run" in check(world, path=tmp_path, expect=3)


def test_time_out(world, tmp_path):
    slow = tmp_path / "recardctl"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    assert check(world, "-t", "1", path=tmp_path, expect=3) == \
        "RECARD UNKNOWN - no answer within 1 s\n"
    assert check(world, "-t", "1:CRITICAL", path=tmp_path, expect=2) == \
        "RECARD CRITICAL - no answer within 1 s\n"


def test_help_and_version(world):
    assert "-w, -c" in check(world, "-h", expect=3)
    assert re.fullmatch(r"check_recard \d+\.\d+\.\d+\S*\n",
                        check(world, "-V", expect=3))
