"""Two of each program at once over many orders: nothing is done twice,
nothing is left out."""

COUNT = 20000
FILES = 4


def both(world, name, expect=0):
    """Two instances that drain the same work, at the same moment."""
    import time; t=time.time()
    instances = [world.start(name, "--once") for _ in range(2)]
    r= [instance.end(expect, seconds=120) for instance in instances]
    print(name, time.time()-t)
    return r


def busy(logs, event):
    """How many of the instances did some of the work."""
    return sum(f"event={event}" in log for log in logs)


def test_two_of_each(world):
    # Sizes that give either instance something to do.
    world.configure("manufacture", batch_max=2500, freeze_batch=250)
    world.configure("label", run_max=1250, list_max=2500)
    orders = world.fill(COUNT)
    late = len(world.fill(2000, days_ago=5))
    for number in range(FILES):
        world.pay(orders[number::FILES], ("atm", "credit")[number % 2])
    # A file in the hands of one is a gap to the other, for that moment.
    both(world, "payment", expect=(0, 1))
    assert world.value("SELECT count(*) FROM payment_feed WHERE "
                       "last_sequence = 2") == 2
    assert world.statuses() == {"paid": COUNT, "unpaid": late}
    purged = both(world, "purge")
    assert busy(purged, "purge.batch.done") == 2
    assert world.value("SELECT count(*) FROM purge_record") == late

    made = both(world, "manufacture")
    assert busy(made, "order.freeze.done") == 2
    printed = both(world, "label")
    assert busy(printed, "run.seal.done") == 2
    world.line()
    both(world, "manufacture")
    both(world, "label")
    world.post()
    both(world, "tracking")

    assert world.statuses() == {"mailed": COUNT, "purged": late}
    count = "SELECT count(*), count(DISTINCT order_no), min(cards), " \
        "max(cards) FROM card_batch_line JOIN card_batch USING (batch_no) " \
        "JOIN card_job USING (job_no)"
    assert world.query(count) == [(COUNT, COUNT, 2500, 2500)]
    assert world.query(
        "SELECT count(*), count(DISTINCT order_no), count(DISTINCT (run_no, "
        "place)) FROM label WHERE state = 'printed'") == [(COUNT,) * 3]
    for table, files in (("card_batch", 8), ("label_run", 16),
                         ("posting_list", 8)):
        # Numbers without gaps, each document once.
        assert world.query(
            f"SELECT count(*), max(sequence) FROM {table} "
            "WHERE state NOT IN ('cut', 'sealed')") == [(files, files)]
    assert len(list(world.labels.glob("LR-*.pdf"))) == 16
    assert len(list((world.line_state / "taken").iterdir())) == 8
    assert world.query(
        "SELECT sum(rows), sum(applied), sum(rejected) FROM import "
        "WHERE kind = 'settlement'") == [(COUNT, COUNT, 0)]
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
