"""A citizen in a real browser, with a card in its reader, on all the programs:
applies, pays, follows the order into the post, and activates the card."""

import contextlib
import re
import shutil
import tempfile
import threading
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

import sign_component
from citizen_portal import CODE, Portal
from conftest import wait_until
from mail_server import MailServer
from payment_notices import native
from test_console_browser import Seat
from test_intake import booked, healthy

WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}


@contextlib.contextmanager
def signing(cards):
    """The component on the citizen's machine; its reader."""
    reader = sign_component.Reader(cards)
    server = sign_component.make_server(reader)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield reader, f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def chromium(folder, width, javascript=True):
    options = webdriver.ChromeOptions()
    for option in ("--headless", "--no-sandbox", "--disable-gpu",
                   "--disable-quic", "--no-first-run",
                   "--disable-background-networking", "--disable-sync",
                   "--disable-component-update",
                   f"--window-size={width[0]},{width[1]}",
                   "--ignore-certificate-errors", "--lang=zh-TW",
                   f"--user-data-dir={folder}/browser"):
        options.add_argument(option)
    options.add_experimental_option("prefs", {
        "profile.managed_default_content_settings.javascript":
            1 if javascript else 2,
        "intl.accept_languages": "zh-TW,zh,en"})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options,
                              service=Service("/usr/bin/chromedriver"))
    try:
        yield driver
    finally:
        driver.quit()


class Visitor(Seat):
    """A citizen in front of the portal."""

    def __init__(self, driver, portal, screens):
        super().__init__(driver, portal)
        self.base = f"https://localhost:{portal.port}"
        self.screens = screens

    def looks(self, name):
        """Every page fits a desk and a telephone; a picture of each."""
        for width, (across, down) in WIDTHS.items():
            self.driver.execute_cdp_cmd(
                "Emulation.setDeviceMetricsOverride",
                {"width": across, "height": down, "deviceScaleFactor": 1,
                 "mobile": width == "phone"})
            wide = self.driver.execute_script(
                "return document.documentElement.scrollWidth")
            assert wide <= across, f"{name}: {wide} px on a {width}"
            tall = self.driver.execute_script(
                "return document.documentElement.scrollHeight")
            self.driver.execute_cdp_cmd(
                "Emulation.setDeviceMetricsOverride",
                {"width": across, "height": tall, "deviceScaleFactor": 1,
                 "mobile": width == "phone"})
            self.driver.save_screenshot(
                str(self.screens / f"{name}-{width}.png"))
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride",
                                    {})

    def press(self, css="main form button.primary"):
        def look():
            found = self.driver.find_element(By.CSS_SELECTOR, css)
            self.driver.execute_script(
                "arguments[0].scrollIntoView({block: 'center', "
                "behavior: 'instant'})", found)
            found.click()
            return True
        self.patiently(look, f"a button {css}")

    def tick(self, name):
        self.press(f"#{name}")

    def log_in(self, card):
        self.go("/login")
        self.fill_in("holder_id", card.holder_id)
        self.fill_in("pin", card.pin)
        self.looks("login")
        self.press("#go")
        self.sees(card.name)


@pytest.fixture
def town(world, tmp_path):
    """The portal, the payment service's door and a mail server, for somebody
    with a card and a browser."""
    screens = tmp_path / "screens"
    screens.mkdir()
    cards = tmp_path / "cards"
    cards.mkdir()
    place = Path(tempfile.mkdtemp(prefix="recard-mail-", dir="/var/tmp"))
    place.chmod(0o755)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, place, ignore_errors=True)
        mail = stack.enter_context(MailServer(
            place / "mail", world.keys / "server.crt",
            world.keys / "server.key"))
        reader, component = stack.enter_context(signing(cards))
        password = world.keys / "mail.secret"
        password.touch(0o600)
        password.write_text(mail.password)
        world.configure("notify", outbox=None, server=mail.url,
                        ca="keys/server.crt", user=mail.user,
                        password="keys/mail.secret")
        portal = Portal(world, signing_component=component)
        card = portal.card("王小明")
        card.save(cards)
        reader.insert(card.card_no)
        driver = stack.enter_context(chromium(tmp_path, WIDTHS["desktop"]))
        visitor = Visitor(driver, portal, screens)
        visitor.world, visitor.portal, visitor.card = world, portal, card
        visitor.mail, visitor.reader = mail, reader
        yield visitor


def apply(visitor):
    """The application; its number."""
    visitor.click("申請")
    visitor.fill_in("postal_code", "100006")
    visitor.fill_in("address", "臺北市中正區重慶南路1號")
    visitor.fill_in("phone", "0912-345-678")
    visitor.fill_in("email", "wang@example.tw")
    visitor.fill_in("user_code", CODE)
    visitor.fill_in("user_code_again", CODE)
    visitor.tick("consent")
    visitor.looks("apply")
    visitor.press()
    return visitor.patiently(
        lambda: re.search(r"/orders/(\d{14})", visitor.driver.current_url),
        "the order's page")[1]


def told(visitor, subject):
    """The mail with that subject, once it is there."""
    world = visitor.world

    def once():
        world.daemon("notify")
        found = [mail for mail in visitor.mail.mails()
                 if subject in mail["Subject"]]
        assert len(found) <= 1, [str(mail["Subject"]) for mail in found]
        return found[0] if found else None
    return wait_until(once, f"a mail {subject}")


def test_from_the_application_to_the_activated_card(town):
    world, card = town.world, town.card
    service = world.channels()
    town.log_in(card)
    town.looks("home")
    order = apply(town)
    town.go(f"/orders/{order}/payment")
    town.sees("228", order)
    town.looks("payment")
    # Until it is paid the address can be mended.
    town.go(f"/orders/{order}/address")
    town.driver.find_element(By.ID, "address").clear()
    town.fill_in("address", "臺北市中正區重慶南路一段122號")
    town.looks("address")
    town.press()
    town.sees("122號")
    # The payment service tells that it is paid.
    payment = world.start("payment")
    payment.says("payment.server.listening")
    wait_until(lambda: healthy(service), "health")
    assert service.send(native(order)) == (200, "OK")
    booked(world, 1)
    payment.stop()
    town.go(f"/orders/{order}")
    town.sees("已繳費")
    town.looks("paid")
    assert "修改" not in town.driver.find_element(By.TAG_NAME, "main").text
    mail = told(town, "線上申請續卡已繳費")
    assert mail["To"].addresses[0].addr_spec == "wang@example.tw"
    assert order in mail.get_body(("plain",)).get_content()
    # The card is made, and goes into the post.
    world.drain()
    tracking = world.value("SELECT tracking_no FROM mail_item")
    town.go(f"/orders/{order}")
    town.sees("郵遞運送中", tracking)
    town.looks("mailed")
    mail = told(town, "寄")
    assert tracking in mail.get_body(("plain",)).get_content()
    # It is there: three slips, and the right code.
    town.go(f"/orders/{order}/activate")
    town.looks("activate")
    for tries_left in (3, 2, 1):
        town.fill_in("user_code", "wrong-one")
        town.tick("accept")
        town.press()
        town.sees(str(tries_left))
    town.looks("wrong")
    town.fill_in("user_code", CODE)
    town.tick("accept")
    town.press()
    town.sees("完成開卡")
    town.looks("activated")
    assert world.statuses() == {"activated": 1}
    told(town, "開卡")
    ids = [mail["Message-ID"] for mail in town.mail.mails()]
    assert len(ids) == len(set(ids))
    # Nothing that browsers complain of on the way but the wrong codes.
    complaints = [entry["message"]
                  for entry in town.driver.get_log("browser")
                  if entry["level"] == "SEVERE"]
    assert len(complaints) == 3 and all("422" in entry
                                        for entry in complaints), complaints
    log = town.portal.daemon.stop()
    for secret in (CODE, card.holder_id, card.pin, card.card_no, card.name,
                   "wang@example.tw", "重慶南路"):
        assert secret not in log
    world.verify()
