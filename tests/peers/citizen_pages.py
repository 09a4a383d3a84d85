"""Every page for citizens in its states, as tests/system/page_probe draws it:
name -> what it is drawn from."""

CARD = {"card_no": "TP○○○○○○○○○○1234", "not_after": "2026-12-20",
        "status": "valid", "rank": "primary"}
PRODUCT = {"product": "moica", "display": "自然人憑證", "amount": 228,
           "card_fee": 200, "postage": 28, "renew_from": "2026-10-21",
           "pay_rule": "window", "pay_window": 172800,
           "pay_by": "2026-11-30T21:40:00+08:00", "obstacle": None}
FOREIGN = dict(PRODUCT, product="moica_foreign", display="外來人口自然人憑證",
               amount=278, card_fee=250, pay_by="2026-12-13T21:40:00+08:00")
ORDER_NO = "26112300000012"
WAY = ("unpaid", "paid", "queued", "producing", "produced", "mailed",
       "delivered", "activated")
EVENTS = ("applied", "paid", "queued", "batched", "made", "mailed",
          "delivered", "activated")


def row(status, **more):
    return dict({"order_no": ORDER_NO, "product": "moica", "status": status,
                 "display": status, "held": False, "amount": 228,
                 "applied_at": "2026-11-23T09:00:00+08:00",
                 "pay_by": "2026-11-25T09:00:00+08:00",
                 "can_edit": status == "unpaid", "can_activate": False},
                **more)


def home(orders=(), code=None, **more):
    """The answer of citizen_home()."""
    obstacle = {"code": code, "text": code, "way_out": ""} if code else None
    return dict({"name": "王小明", "card": CARD, "may_apply": code is None,
                 "obstacle": obstacle,
                 "products": [dict(PRODUCT, obstacle=obstacle)],
                 "orders": list(orders), "more_orders": False}, **more)


def order(status, **more):
    """The answer of citizen_order()."""
    at = WAY.index(status) if status in WAY else 5
    steps = [{"event": EVENTS[i], "status": WAY[i], "display": WAY[i],
              "at": f"2026-11-{23 + i // 2}T{9 + i:02}:00:00+08:00"}
             for i in range(at + 1)]
    if status in WAY:
        steps += [{"event": None, "status": ahead, "display": ahead,
                   "at": None} for ahead in WAY[at + 1:]]
    else:
        steps.append({"event": status, "status": status, "display": status,
                      "at": "2026-12-02T10:00:00+08:00"})
    return dict(row(status), product_display="自然人憑證", channels=[],
                name="王小明", postal_code="100",
                address="臺北市中正區徐州路 5 號 3 樓", outlying_island=False,
                phone="0912-345-678", email="ming@example.tw", steps=steps,
                paid_at="2026-11-23T10:00:00+08:00" if at else None,
                letter=None, activation={"open": False, "locked": False,
                                         "tries_left": 4,
                                         "activated_at": None}) | more


def letter(event=None, **more):
    return dict({"tracking_no": "01489424103631303002",
                 "posted_on": "2026-11-27", "promised_on": "2026-12-08",
                 "overdue": False, "event": event}, **more)


def activation(**more):
    """The answer of citizen_activation()."""
    return dict({"order_no": ORDER_NO, "status": "mailed", "certificate": {
        "name": "王小明", "card_no": "TP26113000005678",
        "serial": "5A202D14B39787D0886C37184AC9B76A",
        "valid_from": "2026-11-26", "valid_to": "2031-11-25",
        "rank": "primary", "status": "inactive",
        "issuer": "內政部憑證管理中心", "product": "自然人憑證"},
        "open": True, "locked": False, "tries_left": 4,
        "activated_at": None}, **more)


FORM = ("product=moica&postal_code=1&address=%E8%87%BA%E5%8C%97&phone=x"
        "&email=&language=en&user_code=abc&user_code_again=abd")
OPEN = {"open": True, "locked": False, "tries_left": 4, "activated_at": None}
LOCKED = {"open": False, "locked": True, "tries_left": 0,
          "activated_at": None}
ORDER_PATH = f"/orders/{ORDER_NO}"

PAGES = {
    "login": {"page": "login", "path": "/login"},
    "login-refused": {"page": "login", "code": "challenge_old"},
    "login-holder": {"page": "login", "code": "holder_mismatch"},
    "login-unknown-code": {"page": "login", "code": "never_heard_of"},
    "home": {"page": "home", "path": "/", "data": home()},
    "home-orders": {"page": "home", "path": "/", "data": home(
        [row("unpaid"), row("mailed", can_activate=True, held=True),
         row("activated")], "open_order", more_orders=True)},
    "home-early": {"page": "home", "path": "/", "data": home(
        code="too_early")},
    "home-two": {"page": "home", "data": home(code="two_primary_cards"),
                 "done": "activated"},
    "apply": {"page": "apply", "path": "/apply", "data": home()},
    "apply-faults": {"page": "apply", "data": home(), "form": FORM,
                     "refused": ["bad_postal_code", "missing_email",
                                 "bad_user_code", "missing_consent",
                                 "two_primary_cards"]},
    "apply-choice": {"page": "apply", "data": home(
        products=[PRODUCT, FOREIGN]), "area": {
            "outlying_island": True, "warnings": ["postal_code_district"]}},
    "payment": {"page": "payment", "path": ORDER_PATH + "/payment",
                "data": order("unpaid"), "done": "applied"},
    "payment-none": {"page": "payment", "data": order("paid")},
    "order-unpaid": {"page": "order", "path": ORDER_PATH,
                     "data": order("unpaid")},
    "order-held": {"page": "order", "data": order("queued", held=True)},
    "order-mailed": {"page": "order", "path": ORDER_PATH, "data": order(
        "mailed", activation=OPEN, letter=letter(
            {"code": "G2", "meaning": "waiting", "office": "臺北北門郵局",
             "reason": None, "at": "2026-11-30T14:10:00+08:00"}))},
    "order-overdue": {"page": "order", "data": order(
        "mailed", activation=LOCKED, outlying_island=True,
        letter=letter(overdue=True))},
    "order-returned": {"page": "order", "data": order(
        "returned", letter=letter(
            {"code": "I7", "meaning": "returned", "office": "臺北北門郵局",
             "reason": "not_picked_up",
             "at": "2026-12-02T10:00:00+08:00"}))},
    "order-activated": {"page": "order", "data": order("activated")},
    "order-cancelled": {"page": "order", "data": order("cancelled")},
    "address": {"page": "address", "path": ORDER_PATH + "/address",
                "data": order("unpaid"),
                "area": {"outlying_island": False, "warnings": []}},
    "address-frozen": {"page": "address", "data": order("paid")},
    "activate": {"page": "activation", "path": ORDER_PATH + "/activate",
                 "data": activation()},
    "activate-wrong": {"page": "activation", "code": "wrong",
                       "data": activation(tries_left=1)},
    "activate-unread": {"page": "activation", "code": "accept_missing",
                        "data": activation()},
    "activate-locked": {"page": "activation", "data": activation(
        open=False, locked=True, tries_left=0)},
    "activate-early": {"page": "activation", "data": activation(
        open=False, certificate=None)},
    "activated": {"page": "activation", "data": activation(
        open=False, activated_at="2026-12-01T20:00:00+08:00")},
}
PAGES |= {name.strip("/").replace("/", "-"): {"page": name, "path": name}
          for name in ("/help", "/help/reader", "/help/pin",
                       "/help/user-code", "/help/counter", "/help/mail",
                       "/privacy")}
PAGES |= {f"error-{status}": {"page": "error", "status": status}
          for status in (400, 403, 404, 405, 413, 415, 429, 500, 503)}
PAGES["error-session"] = {"page": "error", "status": 403,
                          "code": "session_over"}
PAGES["error-old"] = {"page": "error", "status": 400, "code": "form_old"}
# Nobody has logged in on these.
OUTSIDE = ("login", "error-session")


def description(name, language):
    return dict(PAGES[name], language=language,
                inside=not name.startswith(OUTSIDE))
