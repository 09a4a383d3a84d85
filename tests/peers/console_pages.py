"""Every page of the console, found as a person finds it: by the menu, what
each form of filters offers, where lists go on, and one of each kind of thing
that they lead to."""

import datetime
import html
import re

# What is written into a filter that offers nothing.
NAMED = {"product": "foreign_resident", "channel": "atm", "line": "main",
         "source": "nowhere", "reason": "withheld", "actor": "mei",
         "from": (datetime.date.today()
                  - datetime.timedelta(days=60)).isoformat(),
         "to": (datetime.date.today()
                - datetime.timedelta(days=30)).isoformat()}


def links(text):
    return [html.unescape(link) for link in
            re.findall(r'<a href="(/[^"]*)"', text)]


def filters(text):
    """Name and value of everything that can be chosen."""
    form = re.search(r'class="filter">(.*?)</form>', text, re.S)
    for name, options in re.findall(r'<select id="(\w+)"(.*?)</select>',
                                    form[1] if form else "", re.S):
        for value in re.findall(r'<option value="(\w+)"', options):
            yield name, value
    for name in re.findall(r'<input type="(?:text|date)" id="(\w+)"',
                           form[1] if form else ""):
        yield name, NAMED[name]


def addresses(browser, start="/"):
    """Each once; the page is asked for, so that it can be looked at."""
    seen, kinds = set(), set()
    menu = re.search(r"<nav.*?</nav>", browser.get(start).text, re.S)[0]
    waiting = links(menu)
    while waiting:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        page = browser.get(address)
        yield address, page
        path = address.split("?")[0]
        if "?" not in address:
            waiting += [f"{address}?{name}={value}"
                        for name, value in filters(page.text)]
            # Two at once, where one of them may find little.
            if path == "/orders":
                waiting += [f"/orders?status={status}&{more}"
                            for status in ("mailed", "activated", "purged")
                            for more in ("product=nothing", "held=yes",
                                         "from=2020-01-01", "age=7d",
                                         "to=2020-01-01", "rows=200")]
        if address.count("?") <= 1 and "after=" not in address and \
                "before=" not in address:
            waiting += [html.unescape(link) for link in re.findall(
                r'<a href="([^"]*)" class="more"', page.text)]
        for link in links(re.sub(r"<nav.*?</nav>", "", page.text,
                                 flags=re.S)):
            kind = re.match(r"(/[a-z-]+/)[^/?]+$|(/act\?do=\w+)", link)
            if kind and kind[0 if kind[2] else 1] not in kinds:
                kinds.add(kind[0 if kind[2] else 1])
                waiting.append(link)
