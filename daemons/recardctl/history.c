/*
 * recardctl history seal, verify, and prune: the record of everything, kept
 * as it was written for as long as it is needed.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "history_files.h"
#include "mem.h"
#include "option_value.h"

#define SEALS "SELECT day, content FROM recard.history_seals($1::date)"

static int
seal_days(struct ctl *ctl, int64_t *days)
{
	char *actor = ctl_operator();
	struct db_param params[] = {db_text(actor)};
	struct db_result *result = NULL;
	int code;

	code = ctl_ask(ctl, "history seal", "SELECT recard.history_settle()", 0,
		       NULL, NULL);
	if (code == 0)
		code = ctl_ask(ctl, "history seal",
			       "SELECT recard.history_seal_days($1::text)", 1,
			       params, &result);
	mem_free(actor);
	if (code)
		return code;
	*days = db_int64(result, 0, 0);
	db_result_free(result);
	return 0;
}

static int
ask_seals(struct ctl *ctl, struct db_result **seals)
{
	struct db_param params[] = {db_text(ctl->options[OPTION_FROM])};

	return ctl_ask(ctl, "history", SEALS, 1, params, seals);
}

/* Files that were not written when their day was sealed are written, too. */
static int
write_files(struct ctl *ctl)
{
	struct history_files *files = history_files_open(ctl);
	struct db_result *seals = NULL;
	int row, code;

	if (!files)
		return EXIT_CONFIG;
	code = ask_seals(ctl, &seals);
	for (row = 0; code == 0 && row < db_rows(seals); row++)
		if (!history_files_write(files, db_value(seals, row, 0),
					 db_value(seals, row, 1)))
			code = EXIT_RETRY;
	db_result_free(seals);
	history_files_close(files);
	return code;
}

int
history_seal_run(struct ctl *ctl)
{
	int64_t days = 0;
	bool signed_too;
	int code;

	if (!history_files_ready(ctl, &signed_too))
		return EXIT_CONFIG;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = seal_days(ctl, &days);
	if (code == 0 && signed_too)
		code = write_files(ctl);
	if (code || (days == 0 && ctl->format == OUTPUT_TABLE))
		return code;
	return act_done(ctl, "history", "%" PRId64 " %s sealed", days,
			days == 1 ? "day is" : "days are");
}

static void
add_breach(struct output *out, const char *day, const char *breach)
{
	output_text(out, day);
	output_text(out, breach);
}

/* Whether one of the seals is of a day like "20261123". */
static bool
is_sealed(const struct db_result *seals, const char *day)
{
	int row;

	for (row = 0; row < db_rows(seals); row++) {
		const char *one = db_value(seals, row, 0);

		if (strncmp(one, day, 4) == 0 &&
		    strncmp(one + 5, day + 4, 2) == 0 &&
		    strncmp(one + 8, day + 6, 2) == 0)
			return true;
	}
	return false;
}

/* Days with a file, but without a seal: the table was cut. */
static void
look_for_others(struct history_files *files, const struct db_result *seals,
		const char *from, struct output *out)
{
	const char *day;
	size_t nth;

	for (nth = 0; (day = history_files_day(files, nth)); nth++) {
		char *date =
			mem_printf("%.4s-%.2s-%.2s", day, day + 4, day + 6);

		if (!is_sealed(seals, day) &&
		    (!from || strcmp(date, from) >= 0))
			add_breach(out, date,
				   "its signed file is there, but no seal");
		mem_free(date);
	}
}

static int
verify_files(struct ctl *ctl, struct output *out)
{
	struct history_files *files = history_files_open(ctl);
	struct db_result *seals = NULL;
	int row, code;
	char *breach;

	if (!files)
		return EXIT_CONFIG;
	code = ask_seals(ctl, &seals);
	for (row = 0; code == 0 && row < db_rows(seals); row++) {
		breach = history_files_breach(files, db_value(seals, row, 0),
					      db_value(seals, row, 1));
		if (breach)
			add_breach(out, db_value(seals, row, 0), breach);
		mem_free(breach);
	}
	if (code == 0)
		look_for_others(files, seals, ctl->options[OPTION_FROM], out);
	db_result_free(seals);
	history_files_close(files);
	return code;
}

static int
verify_tables(struct ctl *ctl, struct output *out)
{
	struct db_param params[] = {db_text(ctl->options[OPTION_FROM])};
	struct db_result *result = NULL;
	int code = ctl_ask(ctl, "history verify",
			   "SELECT day, breach FROM"
			   " recard.history_breaches($1::date)",
			   1, params, &result);

	if (code)
		return code;
	ctl_add_result(out, result);
	db_result_free(result);
	return 0;
}

int
history_verify_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"day", "DAY", OUTPUT_TEXT},
		{"breach", "BREACH", OUTPUT_TEXT},
		{0}};
	struct output out;
	bool signed_too;
	size_t breaches;
	int code;

	if (!option_date_ok(ctl, OPTION_FROM))
		return EXIT_USAGE;
	if (!history_files_ready(ctl, &signed_too))
		return EXIT_CONFIG;
	code = ctl_connect(ctl, NULL);
	if (code)
		return code;
	output_init(&out, columns, OUTPUT_ROWS);
	code = verify_tables(ctl, &out);
	if (code == 0 && signed_too)
		code = verify_files(ctl, &out);
	if (code) {
		output_free(&out);
		return code;
	}
	breaches = output_rows(&out);
	code = ctl_print(ctl, &out);
	if (breaches > 0) {
		ctl_say("the history is not what was sealed; tell somebody "
			"now");
		return EXIT_INVARIANT;
	}
	if (code == 0 && ctl->format == OUTPUT_TABLE)
		ctl_say("the history is what was sealed%s",
			signed_too ? ", and what was signed" : "");
	return code;
}

int
prune_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"table", "TABLE", OUTPUT_TEXT},
		{"rows", "ROWS", OUTPUT_NUMBER},
		{"rule", "RULE", OUTPUT_TEXT},
		{0}};
	struct db_result *result = NULL;
	int code = ctl_connect(ctl, NULL);

	if (code == 0)
		code = act_begin(ctl);
	if (code == 0)
		code = ctl_ask(ctl, "prune",
			       "SELECT what, rows, rule FROM recard.prune()", 0,
			       NULL, &result);
	if (code)
		return code;
	act_take_back(ctl);
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	db_result_free(result);
	return code;
}
