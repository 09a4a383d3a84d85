"""The style sheets of console and portal: every pair of colours that meet
reaches AA."""

import re

import pytest

from conftest import ROOT

# What is written on what; signs need 3 to 1, for they are no text.
PAIRS = {
    "console": [("ink", "ground"), ("ink", "band"), ("ink", "hover"),
                ("ink", "bad-ground"), ("soft", "ground"), ("soft", "band"),
                ("link", "ground"), ("link", "band"), ("link", "hover"),
                ("link", "bad-ground"), ("bad", "ground"), ("bad", "band"),
                ("bad", "bad-ground"), ("good", "good-ground")],
    "portal": [("ink", "ground"), ("ink", "sheet"), ("soft", "ground"),
               ("soft", "sheet"), ("link", "ground"), ("link", "sheet"),
               ("on-fill", "fill"), ("bad", "sheet"), ("bad", "bad-ground"),
               ("good", "good-ground"), ("note", "note-ground"),
               ("on-head", "head")],
}
SIGNS = {
    "console": [("focus", "ground"), ("focus", "band"), ("edge", "ground")],
    "portal": [("focus", "ground"), ("focus", "sheet"), ("edge", "ground"),
               ("edge", "sheet"), ("fill", "sheet")],
}


def style_of(daemon):
    return (ROOT / f"daemons/{daemon}/style.css").read_text(encoding="utf-8")


def palettes(style):
    """Colours by name: in the light, and in the dark."""
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))
                   for block in re.findall(r":root \{(.*?)\}", style)[:2])
    return {"light": light, "dark": light | dark}


def luminance(colour):
    digits = colour[1:]
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = [int(digits[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    parts = [part / 12.92 if part <= 0.03928 else
             ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    light, dark = sorted(map(luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("daemon", ["console", "portal"])
@pytest.mark.parametrize("name", ["light", "dark"])
def test_contrast_is_enough(daemon, name):
    palette = palettes(style_of(daemon))[name]
    assert {pair: round(contrast(palette[pair[0]], palette[pair[1]]), 2)
            for pair in PAIRS[daemon]
            if contrast(palette[pair[0]], palette[pair[1]]) < 4.5} == {}
    assert [pair for pair in SIGNS[daemon]
            if contrast(palette[pair[0]], palette[pair[1]]) < 3] == []
    assert contrast("#fff", palette["head"]) >= 4.5


@pytest.mark.parametrize("daemon", ["console", "portal"])
def test_no_colour_stands_outside_the_palette(daemon):
    """But white on the head, and what is printed."""
    rules = re.sub(r":root \{.*?\}", "", style_of(daemon))
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", rules)) <= {"#fff"}
    assert contrast("#000", "#fff") == pytest.approx(21)


def test_portal_needs_nothing_from_elsewhere():
    assert not re.search(r"url\(|@import|@font-face", style_of("portal"))
