"""Runs each pgTAP file of this folder in a fresh copy of the schema.

One pytest test per file. Steps that the files share are in steps.psql.
"""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent
FILES = sorted(FOLDER.glob("*.sql"))
PLAN = re.compile(r"^1\.\.(\d+)", re.MULTILINE)
ASSERTION = re.compile(r"^(not )?ok (\d+)", re.MULTILINE)


@pytest.fixture(scope="module")
def tap_template(cluster, template):
    """The migrated database with pgTAP in a schema of its own."""
    database = cluster.copy_database(template, "recard_tap")
    with database.connect(autocommit=True) as connection:
        connection.execute("CREATE SCHEMA tap")
        connection.execute("CREATE EXTENSION pgtap SCHEMA tap")
        connection.execute("GRANT USAGE ON SCHEMA tap TO PUBLIC")
    yield database.name
    cluster.drop_database(database.name)


def test_there_are_files():
    assert FILES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_file(file, cluster, tap_template):
    database = cluster.copy_database(tap_template, f"tap_{file.stem}")
    try:
        done = database.psql(file)
    finally:
        cluster.drop_database(database.name)
    plan = PLAN.search(done.stdout)
    results = ASSERTION.findall(done.stdout)
    failed = [number for bad, number in results if bad]
    # What stands between the results is the explanation of a failure.
    told = re.sub(r"^ok .*\n", "", done.stdout, flags=re.MULTILINE)
    assert done.returncode == 0 and not failed, \
        f"{len(failed)} of {len(results)} failed\n{told}{done.stderr}"
    assert plan and int(plan[1]) == len(results) > 0, \
        f"the file ended early\n{told}{done.stderr}"
    print(f"{file.name}: {len(results)} assertions")
