/*
 * Signed content of any bytes as an acknowledgement and as results: what is
 * read fits the database, and every line is either read or rejected.
 */
#include <stdbool.h>
#include <string.h>

#include "charset.h"
#include "clock.h"
#include "fuzz_target.h"
#include "identity.h"
#include "mem.h"
#include "report.h"
#include "result.h"

static void
try_ack(const char *bytes, size_t size)
{
	struct report report = {0};
	struct ack ack;
	bool good = ack_read(bytes, size, &ack, &report);

	PROMISE(good == (report.reason == NULL));
	if (good)
		PROMISE(ack.batch_no && ack.accepted == !*ack.reason);
	ack_free(&ack);
	report_free(&report);
}

static void
check_row(const struct result *row)
{
	bool made = strcmp(row->outcome, "MADE") == 0;
	size_t offset;
	int64_t when;

	PROMISE(row->job_no > 0);
	PROMISE(row->attempt > 0 && row->attempt <= INT32_MAX);
	PROMISE(made == (row->card_no != NULL));
	PROMISE(made == (row->serial != NULL));
	PROMISE(made == (row->not_after != NULL));
	PROMISE(made == (row->made_at != NULL));
	PROMISE(strlen(row->error_code) <= 40);
	PROMISE(charset_utf8_ok(row->error_code, strlen(row->error_code),
				&offset));
	if (!made)
		return;
	PROMISE(identity_card_ok(row->card_no));
	PROMISE(strlen(row->not_after) == 10);
	PROMISE(clock_parse_iso(row->made_at, &when));
}

/* Lines as lines.h counts them. */
static int64_t
count_lines(const char *bytes, size_t size)
{
	int64_t count = 0;

	if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		bytes += 3;
		size -= 3;
	}
	for (size_t i = 0; i < size; i++)
		count += bytes[i] == '\n';
	return count + (size > 0 && bytes[size - 1] != '\n');
}

static void
try_results(const char *bytes, size_t size)
{
	struct report report = {0};
	struct results results;
	bool good = results_read(bytes, size, &results, &report);

	PROMISE(good == (report.reason == NULL));
	PROMISE(report.rows == count_lines(bytes, size));
	PROMISE(report.rows == (int64_t)(results.count + report.count));
	PROMISE(good == (report.rows > 0));
	for (size_t i = 0; i < results.count; i++)
		check_row(&results.rows[i]);
	results_free(&results);
	report_free(&report);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char batch_no[RESULT_BATCH_NO], *name;

	try_ack((const char *)data, size);
	try_results((const char *)data, size);
	name = mem_strndup((const char *)data, size);
	if (result_file_kind(name, batch_no) != RESULT_FILE_OTHER)
		PROMISE(strlen(batch_no) == RESULT_BATCH_NO - 1);
	mem_free(name);
	return 0;
}
