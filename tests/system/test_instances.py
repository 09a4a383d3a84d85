"""Two of each program at once over many orders: nothing is done twice,
nothing is left out."""

COUNT = 20000
PRINTED = 4000  # of them; labels are slow where memory is watched over
LATE = 6000


def both(world, name, expect=0):
    """Two instances that drain the same work, at the same moment."""
    instances = [world.start(name, "--once") for _ in range(2)]
    return [instance.end(expect, seconds=120) for instance in instances]


def busy(logs, event):
    """How many of the instances did some of the work."""
    return sum(f"event={event}" in log for log in logs)


def pay(world, orders):
    """Four files for the two instances to take."""
    for number in range(4):
        world.pay(orders[number::4], ("atm", "credit")[number % 2])
    # A file in the hands of one is a gap to the other, for that moment.
    both(world, "payment", expect=(0, 1))


def documents(world, table):
    """How many there are: all handed out, numbered without gaps."""
    ((count, last, out),) = world.query(
        f"SELECT count(*), max(sequence), count(*) FILTER (WHERE state NOT "
        f"IN ('cut', 'sealed')) FROM {table}")
    assert count == last == out
    return count


def test_two_of_each(world):
    # Sizes that give either instance something to do.
    world.configure("manufacture", freeze_batch=250)
    world.card_line(batch_max=1000)
    world.configure("label", run_sheets=25, list_max=1000)
    world.configure("purge", batch=100)
    orders = world.fill(PRINTED)
    world.fill(LATE, days_ago=5)
    pay(world, orders)
    purged = both(world, "purge")
    assert busy(purged, "purge.batch.done") == 2
    assert world.statuses() == {"paid": PRINTED, "purged": LATE}
    assert world.value("SELECT count(*) FROM purge_record") == LATE
    both(world, "manufacture")
    printed = both(world, "label")
    assert busy(printed, "run.seal.done") == 2
    world.line()
    both(world, "manufacture")
    both(world, "label")
    world.post()
    posted = both(world, "tracking")
    assert busy(posted, "tracking.file.done") == 2
    assert world.statuses() == {"mailed": PRINTED, "purged": LATE}
    assert world.query(
        "SELECT count(*), count(DISTINCT order_no), count(DISTINCT (run_no, "
        "place)) FROM label WHERE state = 'printed'") == [(PRINTED,) * 3]
    assert documents(world, "label_run") == len(
        list(world.labels.glob("LR-*.pdf"))) >= PRINTED / 500
    assert documents(world, "posting_list") == len(
        list(world.lists.iterdir())) >= PRINTED / 1000

    world.card_line(batch_max=2000)
    pay(world, world.fill(COUNT - PRINTED))
    made = both(world, "manufacture")
    assert busy(made, "order.freeze.done") == 2
    world.line()
    both(world, "manufacture")
    assert world.statuses() == {"mailed": PRINTED, "purged": LATE,
                                "produced": COUNT - PRINTED}
    assert world.query(
        "SELECT count(*), count(DISTINCT order_no), count(DISTINCT (batch_no,"
        " line)) FROM card_batch_line JOIN card_job USING (job_no) "
        "WHERE state = 'made'") == [(COUNT,) * 3]
    assert documents(world, "card_batch") == len(
        list((world.line_state / "taken").iterdir()))
    assert world.query(
        "SELECT sum(rows), sum(applied), sum(rejected) FROM import "
        "WHERE kind = 'settlement'") == [(COUNT, COUNT, 0)]
    assert world.query("SELECT last_sequence FROM payment_feed") == [
        (4,), (4,)]
    world.settled()
    world.verify()


def test_many_at_once_on_little_work(world):
    """Eight of one program for a handful of orders: one batch and one run,
    and all of them end well."""
    world.pay(world.fill(20))
    for name in ("payment", "manufacture", "label"):
        instances = [world.start(name, "--once") for _ in range(8)]
        for instance in instances:
            instance.end(seconds=60)
    assert world.query("SELECT count(*), max(cards) FROM card_batch") == [
        (1, 20)]
    assert world.query("SELECT count(*), max(labels) FROM label_run") == [
        (1, 20)]
    assert len(list(world.line_out.iterdir())) == 1
    world.settled()
    world.verify()
