/*
 * Settlement files of any bytes: refused with a reason, or whole, with every
 * line in a shape that the ledger takes.
 */
#include <stdbool.h>
#include <string.h>

#include "charset.h"
#include "clock.h"
#include "fuzz_target.h"
#include "lines.h"
#include "mem.h"
#include "report.h"
#include "settlement.h"

static void
check_line(const struct settlement_line *line, unsigned long after)
{
	size_t offset;
	int64_t when;

	PROMISE(line->line > after);
	PROMISE(*line->reference && strlen(line->reference) <= 200);
	PROMISE(charset_utf8_ok(line->reference, strlen(line->reference),
				&offset));
	PROMISE(charset_utf8_ok(line->order_ref, strlen(line->order_ref),
				&offset));
	PROMISE(charset_utf8_ok(line->currency, strlen(line->currency),
				&offset));
	PROMISE(line->paid_at ? clock_parse_iso(line->paid_at, &when)
			      : line->fault != NULL);
	PROMISE(strcmp(line->kind, "unknown") != 0 || line->fault);
}

static void
check_whole(const struct settlement *s)
{
	unsigned long after = 1;
	int64_t sum = 0, when;

	PROMISE(*s->channel && s->sequence > 0);
	PROMISE(clock_parse_iso(s->covered_until, &when));
	for (size_t i = 0; i < s->count; i++) {
		check_line(&s->lines[i], after);
		after = s->lines[i].line;
		sum += s->lines[i].amount;
	}
	PROMISE(sum == s->sum);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A short bound, so that the fuzzer finds it. */
	struct lines *lines = lines_open_memory(data, size, 512);
	struct report report = {0};
	struct settlement s;
	bool good = settlement_read(lines, &s, &report);

	PROMISE(good == (report.reason == NULL));
	PROMISE(report.count == 0);
	if (good)
		check_whole(&s);
	settlement_free(&s);
	report_free(&report);
	lines_close(lines);
	return 0;
}
