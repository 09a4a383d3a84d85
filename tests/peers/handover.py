"""How the stand-ins hand files over and remember what they did.

A file becomes visible whole or not at all: NAME.part, fsync, rename.
"""

import fcntl
import json
import os
import re

NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")


def sync_folder(folder):
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_synced(path, content):
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def publish(folder, name, content):
    """Put content into folder as name; FileExistsError if it is taken."""
    if not NAME.fullmatch(name):
        raise ValueError(f"not a name for a file handed over: {name!r}")
    target = os.path.join(folder, name)
    write_synced(target + ".part", content)
    if os.path.lexists(target):
        os.unlink(target + ".part")
        raise FileExistsError(target)
    os.rename(target + ".part", target)
    sync_folder(folder)


def arrived(folder, pattern):
    """Names of regular files that match pattern as a whole, sorted."""
    return sorted(
        entry.name
        for entry in os.scandir(folder)
        if pattern.fullmatch(entry.name)
        and entry.is_file(follow_symlinks=False)
    )


def move_aside(path, folder):
    """Move path into folder under a name that is free there."""
    name = os.path.basename(path)
    target, again = os.path.join(folder, name), 1
    while os.path.lexists(target):
        again += 1
        target = os.path.join(folder, f"{name}.{again}")
    with open(path, "rb") as file:
        write_synced(target, file.read())
    os.unlink(path)


def load_json(path, default):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return default


def save_json(path, value):
    text = json.dumps(value, ensure_ascii=False, indent=1)
    write_synced(path + ".new", text.encode() + b"\n")
    os.replace(path + ".new", path)
    sync_folder(os.path.dirname(path))


def lock(folder):
    """Keep folder for this process until the returned file is closed."""
    file = open(os.path.join(folder, "lock"), "a", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(f"{folder}: in use by another process") from None
    return file
