"""What the portal's API is described as, to hold answers against it."""

import functools
import json
import re

import jsonschema
from conftest import ROOT

FILE = ROOT / "daemons/portal/openapi.json"
SPEC = json.loads(FILE.read_text(encoding="utf-8"))


def pattern(path):
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) + "$")


PATHS = {path: pattern(path) for path in SPEC["paths"]}


def described(method, path):
    """The operation, or None."""
    for name, fits in PATHS.items():
        if fits.match(path) and method.lower() in SPEC["paths"][name]:
            return SPEC["paths"][name][method.lower()]
    return None


@functools.cache
def validator(text):
    return jsonschema.Draft202012Validator(
        json.loads(text) | {"components": SPEC["components"]})


def check(schema, value, what):
    errors = [error.message for error in
              validator(json.dumps(schema)).iter_errors(value)]
    assert errors == [], f"{what}: {errors}"


def hold(method, path, answer):
    """An answer of the API is one that is described."""
    operation = described(method, path.partition("?")[0])
    if operation is None:
        return False
    said = operation["responses"].get(str(answer.status))
    assert said, f"{method} {path}: {answer.status} is not described"
    kind = answer.headers["Content-Type"]
    assert kind in said["content"], f"{method} {path}: {kind}"
    check(said["content"][kind]["schema"], answer.json, f"{method} {path}")
    return True
