/*
 * Signed content of any bytes as a file of the counter: what is read fits the
 * database, every line is read or rejected, and the file is whole.
 */
#include <stdbool.h>
#include <string.h>

#include "charset.h"
#include "clock.h"
#include "fuzz_target.h"
#include "identity.h"
#include "report.h"
#include "reset_file.h"
#include "seal.h"

static void
check_row(const struct reset *row)
{
	size_t offset;
	int64_t when;

	PROMISE(row->line > 1);
	PROMISE(identity_order_ok(row->order_no));
	PROMISE(identity_card_ok(row->card_no));
	PROMISE(seal_scrypt_ok(row->hash));
	PROMISE(clock_parse_iso(row->requested_at, &when));
	PROMISE(*row->office);
	PROMISE(charset_utf8_ok(row->office, strlen(row->office), &offset));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report report = {0};
	struct resets resets;
	bool good = resets_read((const char *)data, size, &resets, &report);

	PROMISE(good == (report.reason == NULL));
	PROMISE(report.rows == (int64_t)(resets.count + report.count));
	for (size_t i = 0; i < resets.count; i++)
		check_row(&resets.rows[i]);
	resets_free(&resets);
	report_free(&report);
	return 0;
}
