"""The console in a real browser: it works without JavaScript, by keyboard, and
a person sees what there is to see."""

import contextlib

import pytest
from selenium import webdriver
from selenium.common.exceptions import (NoSuchElementException,
                                        StaleElementReferenceException)
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from card_reader import CardReader
from conftest import wait_until
from test_console import SCRIPT, Console


@contextlib.contextmanager
def sitting_down(folder, port, authority, card, server, javascript=False):
    """A browser in front of the console at a port, with an operator's card in
    its reader."""
    reader = CardReader(port, authority, card, server)
    options = webdriver.ChromeOptions()
    for option in ("--headless", "--no-sandbox", "--disable-gpu",
                   "--disable-quic", "--no-first-run",
                   "--disable-background-networking", "--disable-sync",
                   "--disable-component-update", "--window-size=1360,900",
                   "--ignore-certificate-errors", "--lang=zh-TW",
                   f"--user-data-dir={folder}/browser"):
        options.add_argument(option)
    options.add_experimental_option("prefs", {
        "profile.managed_default_content_settings.javascript":
            1 if javascript else 2,
        "intl.accept_languages": "zh-TW,zh,en"})
    driver = webdriver.Chrome(
        options=options,
        service=Service("/usr/bin/chromedriver"))
    try:
        yield Seat(driver, reader)
    finally:
        driver.quit()
        reader.close()


@pytest.fixture
def seat(world, tmp_path, request):
    """An operator's browser in front of a belt with something on it; a test's
    parameter says whether with JavaScript."""
    console = Console(world)
    world.apply(8)
    world.pay(world.orders("unpaid")[:5])
    world.drain()
    server = world.keys / "server.crt", world.keys / "server.key"
    with sitting_down(tmp_path, console.port, server[0],
                      console.cards["supervisor"], server,
                      getattr(request, "param", False)) as made:
        made.world = world
        yield made


class Seat:
    world = None

    def __init__(self, driver, reader):
        self.driver = driver
        self.base = f"https://127.0.0.1:{reader.port}"

    def go(self, path):
        self.driver.get(self.base + path)

    def patiently(self, look, what):
        """What look() gives, once it gives something: a page may go while it
        is looked at, and the next one come."""
        def once():
            try:
                return look()
            except (StaleElementReferenceException, NoSuchElementException):
                return None
        return wait_until(once, what)

    def sees(self, *words):
        def look():
            text = self.driver.find_element(By.TAG_NAME, "main").text
            return all(word in text for word in words)
        self.patiently(look, f"a page with {words}")

    def click(self, words):
        def look():
            self.driver.find_element(By.PARTIAL_LINK_TEXT, words).click()
            return True
        self.patiently(look, f"a link {words}")

    def fill_in(self, name, *keys):
        def look():
            self.driver.find_element(By.ID, name).send_keys(*keys)
            return True
        self.patiently(look, f"a field {name}")

    def decide(self):
        self.driver.find_element(By.CSS_SELECTOR, ".decide button").click()


def test_a_morning_at_the_desk(seat):
    world = seat.world
    driver = seat.driver
    order = world.orders("unpaid")[0]
    seat.go("/")
    assert driver.title.startswith("流程總覽")
    seat.sees("待繳費", "郵遞運送中")
    # Search by what the holder tells.
    seat.fill_in("q", order, Keys.ENTER)
    seat.click(order)
    seat.sees("申請人", "○")
    # Hold: a page says what will happen, and does it.
    seat.click("保留訂單")
    seat.sees("直到解除保留")
    seat.fill_in("reason", "來電查證")
    seat.decide()
    seat.sees("已完成：保留訂單", "來電查證")
    assert world.value("SELECT held FROM orders WHERE order_text(order_no) "
                       "= %s", order)
    # English by one link, on the same page; it stays.
    seat.click("English")
    seat.sees("Done: hold")
    assert driver.current_url.startswith(f"{seat.base}/orders/{order}")
    seat.click("audit")
    seat.sees("hold", "supervisor", "來電查證")
    seat.click("中文")
    seat.sees("操作紀錄")


@pytest.mark.parametrize("seat", [True], indirect=True)
def test_the_belt_keeps_up_by_itself(seat):
    """While somebody looks, and has not switched it off."""
    world, driver = seat.world, seat.driver
    seat.go("/?lang=en")
    bar = driver.find_element(By.CSS_SELECTOR, ".refresh")
    box = bar.find_element(By.TAG_NAME, "input")
    assert bar.is_displayed() and box.is_selected()
    first = driver.find_element(By.TAG_NAME, "h1").id
    box.click()
    driver.execute_script(
        "document.querySelector('.refresh').dataset.seconds = 0")
    world.fill(3)
    before = len(world.query("SELECT 1 FROM orders WHERE status = 'unpaid'"))

    def shown():
        return driver.find_element(By.CSS_SELECTOR, "tbody td.n").text

    assert shown() == str(before - 3)
    box.click()
    seat.patiently(lambda: shown() == str(before), "the new count")
    assert driver.find_element(By.TAG_NAME, "h1").id == first, "a reload"
    # An answer that is no page: it stops, and can be seen to have.
    world.query("UPDATE operator SET removed_at = now(), removed_by = 'test'")
    seat.patiently(lambda: "late" in bar.get_attribute("class"), "the end")
    assert not box.is_selected() and shown() == str(before)


def test_scripts_of_others_do_not_run(seat):
    world = seat.world
    (order,) = world.fill(1, name=SCRIPT)
    seat.go(f"/act?do=reveal&on={order}&lang=en")
    seat.fill_in("reason", "holder calls")
    seat.decide()
    seat.sees(SCRIPT)
    assert not seat.driver.find_elements(By.TAG_NAME, "script")
    # On every page that tells of the order, and of why something was done.
    world.query("SELECT hold_order(%s::bigint, 'test', %s)", order, SCRIPT)
    for path in ("/", "/orders", f"/orders/{order}", "/audit",
                 f"/act?do=release&on={order}"):
        seat.go(path)
        assert len(seat.driver.find_elements(By.TAG_NAME, "script")) == \
            (path == "/")


def test_by_keyboard(seat):
    """The first key leads to the content, and focus can be seen."""
    seat.go("/?lang=en")
    body = seat.driver.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    first = seat.driver.switch_to.active_element
    assert first.get_attribute("class") == "skip"
    assert first.value_of_css_property("outline-style") == "solid"
    first.send_keys(Keys.ENTER)
    wait_until(lambda: seat.driver.current_url.endswith("#main"),
               "the content")


def luminance(colour):
    parts = [int(part) / 255 for part in
             colour[colour.index("(") + 1:-1].split(",")[:3]]
    parts = [part / 12.92 if part <= 0.03928 else
             ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def ground(element):
    """The colour behind an element."""
    while True:
        colour = element.value_of_css_property("background-color")
        if not colour.endswith(", 0)"):
            return colour
        element = element.find_element(By.XPATH, "..")


@pytest.mark.parametrize("path", ["/", "/orders", "/audit",
                                  "/act?do=cancel&on=7", "/nothing"])
def test_contrast(seat, path):
    """AA: 4.5 to 1 for every text."""
    world = seat.world
    world.query("UPDATE orders SET moved_at = now() - interval '60 days'")
    seat.go(path)
    seen = set()
    for element in seat.driver.find_elements(
            By.CSS_SELECTOR, "a, td, th, p, h1, dt, dd, button, label, "
            "strong"):
        if element.get_attribute("class") == "skip" or not element.text:
            continue
        pair = element.value_of_css_property("color"), ground(element)
        if pair in seen:
            continue
        seen.add(pair)
        light, dark = sorted(map(luminance, pair), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (element.text, pair)
    assert seen
