"""Every page for citizens, in every state and both languages: whoever cannot
see, has no mouse or a narrow screen can use it (WCAG 2.1 AA, as far as the text
of a page can tell)."""

import html.parser
import json
import re
import subprocess

import pytest

import citizen_pages
from conftest import BUILD

VOID = {"meta", "link", "input"}
# Words that stand in Latin letters on Chinese pages, too.
NAMES = re.compile(
    r"PIN|IC|HiPKI|LocalSignServer|HiCOS|JavaScript|ATM|NT\$|Cookie|English|"
    r"TP|name@example\.tw|ming@example\.tw|never_heard_of|"
    r"5A202D14B39787D0886C37184AC9B76A")


class Page(html.parser.HTMLParser):
    """The elements of a page and its text; nesting must be right."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert len({name for name, _ in attrs}) == len(attrs)
        attributes = dict(attrs)
        self.elements.append((tag, attributes, [n for n, _ in self.open]))
        if tag not in VOID:
            self.open.append((tag, attributes))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if data.strip():
            lang = [a["lang"] for _, a in self.open if "lang" in a][-1]
            self.text.append((lang, data))
            for name, attributes in self.open:
                attributes["says"] = True

    def all(self, *tags):
        return [attributes for tag, attributes, _ in self.elements
                if tag in tags]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """(name, language) -> page."""
    folder = tmp_path_factory.mktemp("pages")
    pages = {}
    for language in ("zh", "en"):
        for name in citizen_pages.PAGES:
            path = folder / f"{name}-{language}.json"
            path.write_text(json.dumps(citizen_pages.description(
                name, language)), encoding="utf-8")
            run = subprocess.run(
                [BUILD / "tests/system/page_probe", path], check=True,
                capture_output=True, timeout=20)
            pages[name, language] = Page(run.stdout.decode())
    return pages


def faults_of(page):
    """What somebody would stumble over."""
    ids = [a["id"] for _, a, _ in page.elements if a.get("id")]
    faults = [f"id {i} twice" for i in set(ids) if ids.count(i) > 1]
    labels = [a.get("for") for a in page.all("label")]
    for attributes in page.all("input"):
        name = attributes.get("id", attributes.get("name"))
        if (attributes["type"] != "hidden"
                and labels.count(attributes.get("id")) != 1):
            faults.append(f"input {name} has no label")
        if attributes.get("type") == "checkbox" and "value" not in attributes:
            faults.append(f"{name} has no value")
    for _, attributes, _ in page.elements:
        for described in attributes.get("aria-describedby", "").split():
            if described not in ids:
                faults.append(f"nothing is {described}")
        href = attributes.get("href", "")
        if href.startswith("#") and href[1:] not in ids:
            faults.append(f"link to {href}")
        if "style" in attributes or any(n.startswith("on")
                                        for n in attributes):
            faults.append("something inline")
    faults += [f"label for {target}" for target in labels
               if target not in ids]
    faults += [f"{tag} says nothing" for tag, attributes, _ in page.elements
               if tag in ("a", "button", "label", "h1", "h2", "legend",
                          "caption", "th", "title", "li", "dd", "dt")
               and "says" not in attributes]
    levels = [int(tag[1]) for tag, _, _ in page.elements
              if re.fullmatch("h[1-6]", tag)]
    if levels.count(1) != 1 or levels[0] != 1 or any(
            after > before + 1 for before, after in zip(levels, levels[1:])):
        faults.append(f"headings {levels}")
    faults += [f"{tag} {sum(t == tag for t, _, _ in page.elements)} times"
               for tag in ("main", "header", "footer", "title")
               if sum(t == tag for t, _, _ in page.elements) != 1]
    faults += ["form without token" for form in page.all("form")
               if form["method"] != "post"]
    if len(page.all("form")) != sum(
            a.get("name") == "token" for a in page.all("input")):
        faults.append("form without token")
    return faults


def test_everybody_can_use_them(drawn):
    assert {key: faults for key, page in drawn.items()
            if (faults := faults_of(page))} == {}


def test_each_language_is_kept(drawn):
    """Nothing English on Chinese pages and nothing Chinese on English ones, but
    for what others wrote and for names."""
    written = ("王小明", "臺北市中正區徐州路 5 號 3 樓", "臺北北門郵局",
               "內政部憑證管理中心", "臺北")
    for (name, language), page in drawn.items():
        for lang, text in page.text:
            for word in written:
                text = text.replace(word, "")
            text = NAMES.sub("", text)
            if lang == "zh-Hant":
                assert not re.search("[A-Za-z]{2}", text), (name, text)
            else:
                assert not re.search("[\u3100-\u9fff]", text), (name, text)
        assert page.all("html")[0]["lang"] == {
            "zh": "zh-Hant", "en": "en"}[language]


def test_links_lead_to_pages_that_there_are(drawn):
    """And all that leads elsewhere is https and tells nothing."""
    known = re.compile(
        r"(/|/login|/logout|/apply|/help(/(reader|pin|user-code|counter|mail))?"
        r"|/privacy|/style\.css|/(sign|apply)\.js"
        r"|/orders/\d{14}(/(payment|address|activate))?)(\?lang=(en|zh))?|#\w+")
    for key, page in drawn.items():
        for _, attributes, _ in page.elements:
            for name in ("href", "action", "src"):
                target = attributes.get(name)
                if target and target.startswith("https://"):
                    assert attributes["rel"] == "noopener noreferrer", key
                elif target:
                    assert known.fullmatch(target), (key, target)


def test_each_language_leads_to_the_same_page(drawn):
    for (name, language), page in drawn.items():
        link, = [a for a in page.all("a") if a.get("class") == "language"]
        path = citizen_pages.PAGES[name].get("path", "/")
        other = {"zh": "en", "en": "zh"}[language]
        assert link["href"] == f"{path}?lang={other}"
