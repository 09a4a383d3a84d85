/*
 * Postal files of any bytes, under both codecs and the strictest and the
 * most lenient settings: each row is one that COPY takes, or has its reason.
 */
#include <stdbool.h>
#include <string.h>

#include "charset.h"
#include "clock.h"
#include "fuzz_target.h"
#include "identity.h"
#include "lines.h"
#include "mail_number.h"
#include "mem.h"
#include "postal_file.h"
#include "postal_layout.h"

static const struct postal_options settings[] = {
	{.layout = "auto",
	 .list_encoding = "CP950",
	 .default_date = "2026-11-24",
	 .check_digits = true},
	{.layout = "auto",
	 .list_encoding = "BIG5-HKSCS",
	 .default_date = "2026-11-24",
	 .serial_only = true},
};

static void
check_row(const struct postal_options *options, const struct postal_row *row)
{
	enum mail_number kind = mail_number_kind(row->tracking_no);
	int year, month, day;
	int64_t when;

	PROMISE(row->order_no ? identity_order_ok(row->order_no)
			      : row->event && strlen(row->event) == 2);
	PROMISE(!row->event || clock_parse_iso(row->event_at, &when));
	PROMISE(kind != MAIL_NUMBER_INVALID);
	PROMISE(kind != MAIL_NUMBER_SERIAL || options->serial_only);
	PROMISE(kind != MAIL_NUMBER_BAD_CHECK || !options->check_digits);
	PROMISE(strlen(row->posted_on) == 10 && row->posted_on[4] == '-');
	PROMISE(clock_parse_date(row->posted_on, &year, &month, &day));
	PROMISE(!row->mail_type || strlen(row->mail_type) == 2);
	PROMISE(!row->weight_g || strtoull(row->weight_g, NULL, 10) > 0);
	PROMISE(!row->postage || strlen(row->postage) < 8);
}

static void
try_settings(const struct postal_options *options, const uint8_t *data,
	     size_t size)
{
	struct postal_layouts layouts;
	struct postal_options with = *options;
	struct postal_reader *reader;
	struct lines *lines = lines_open_memory(data, size, 512);
	bool refused = false;
	struct line line;
	enum lines_result got;
	char *error;

	PROMISE(postal_layouts_new(NULL, &layouts, &error));
	with.layouts = &layouts;
	reader = postal_open(&with);
	PROMISE(reader != NULL);
	while (!refused && (got = lines_next(lines, &line)) != LINES_END) {
		struct postal_row row;
		const char *code = NULL;
		char text[160];

		if (got == LINES_TOO_LONG)
			continue;
		switch (postal_read(reader, &line, &row, &code, text)) {
		case POSTAL_ROW:
			check_row(options, &row);
			break;
		case POSTAL_NOTHING:
			PROMISE(postal_layout(reader) != NULL);
			break;
		case POSTAL_REFUSED:
			PROMISE(postal_layout(reader) == NULL);
			refused = true;
			PROMISE(code && strlen(text) > 0);
			break;
		case POSTAL_REJECTED:
			PROMISE(code && strlen(text) > 0);
			break;
		}
	}
	lines_close(lines);
	postal_close(reader);
	postal_layouts_free(&layouts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char date[11], *name = mem_strndup((const char *)data, size);

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		try_settings(&settings[i], data, size);
	if (postal_date_in_name(name, date))
		PROMISE(strlen(date) == 10);
	mem_free(name);
	return 0;
}
