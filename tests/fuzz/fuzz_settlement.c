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
check_frame(const struct settlement *s, size_t count, int64_t sum)
{
	int64_t when;

	PROMISE(*s->channel && s->sequence > 0);
	PROMISE(clock_parse_iso(s->covered_until, &when));
	PROMISE(s->count == count && s->sum == sum);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A short bound, so that the fuzzer finds it. */
	struct lines *lines = lines_open_memory(data, size, 512);
	struct report report = {0};
	struct settlement_line line;
	struct settlement s;
	enum settlement_next next;
	unsigned long after = 1;
	size_t count = 0;
	int64_t sum = 0;

	settlement_open(&s, lines, &report);
	while ((next = settlement_next(&s, &line)) == SETTLEMENT_LINE) {
		check_line(&line, after);
		after = line.line;
		sum += line.amount;
		count++;
	}
	PROMISE((next == SETTLEMENT_END) == (report.reason == NULL));
	PROMISE(report.count == 0);
	if (next == SETTLEMENT_END)
		check_frame(&s, count, sum);
	settlement_free(&s);
	report_free(&report);
	lines_close(lines);
	return 0;
}
