/*
 * recardctl line stock, resume: what only a person knows about a card line.
 */
#include <inttypes.h>
#include <string.h>

#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "mem.h"
#include "option_value.h"

#define CARDS_MOST 10000000
#define NUMBER_MOST 99999

int
line_stock_run(struct ctl *ctl)
{
	bool delivered = ctl->options[OPTION_ADD];
	int64_t cards = 0;
	struct db_param params[6];
	struct db_result *result = NULL;
	char *actor;
	int code;

	if (delivered == (ctl->options[OPTION_CARDS] != NULL)) {
		ctl_say("either --count=N (so many are there) or --add=N (so "
			"many came) is needed");
		return EXIT_USAGE;
	}
	if (!option_number(ctl, OPTION_CARDS, 0, CARDS_MOST, &cards) ||
	    !option_number(ctl, OPTION_ADD, 1, CARDS_MOST, &cards) ||
	    !act_has_reason(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code)
		return code;
	actor = ctl_operator();
	params[0] = db_text(ctl->args[0]);
	params[1] = db_text(ctl->args[1]);
	params[2] = db_int(cards);
	params[3] = db_text(delivered ? "true" : "false");
	params[4] = db_text(actor);
	params[5] = db_text(ctl->options[OPTION_REASON]);
	code = ctl_ask(ctl, "line stock",
		       "SELECT recard.stock_set($1::text, $2::text,"
		       " $3::integer, $4::boolean, $5::text, $6::text)",
		       6, params, &result);
	mem_free(actor);
	if (code)
		return code;
	code = act_done(ctl, ctl->args[0], "line %s has %s blank cards of %s",
			ctl->args[0], db_value(result, 0, 0), ctl->args[1]);
	db_result_free(result);
	return code;
}

/* A number of a line's own series, bare or as the end of a batch number; with
 * the latter *series is its first digit, otherwise -1. */
static bool
read_after(const struct ctl *ctl, int64_t *number, int64_t *series)
{
	const char *text = ctl->options[OPTION_AFTER];

	*series = -1;
	if (!text || strncmp(text, "CB-", 3) != 0)
		return option_needed(ctl, OPTION_AFTER,
				     "(the last number that the line has)") &&
		       option_number(ctl, OPTION_AFTER, 0, NUMBER_MOST, number);
	if (!option_batch_ok(text))
		return false;
	text = strrchr(text, '-') + 1;
	*series = *text - '0';
	for (*number = 0; *++text;)
		*number = *number * 10 + (*text - '0');
	return true;
}

/* Whether a batch number is of the line's series, and the last number of the
 * line in *last: 0 or an exit code, everything said. A line that nobody knows
 * is left for the database to refuse. */
static int
check_series(struct ctl *ctl, int64_t series, int64_t *last)
{
	struct db_param params[] = {db_text(ctl->args[0])};
	struct db_result *result = NULL;
	int code = ctl_ask(ctl, "line resume",
			   "SELECT series, last_number FROM recard.line_list()"
			   " WHERE line = $1::text LIMIT 1",
			   1, params, &result);

	if (code)
		return code;
	*last = db_rows(result) > 0 ? db_int64(result, 0, 1) : 0;
	if (series >= 0 && db_rows(result) > 0 &&
	    db_int64(result, 0, 0) != series) {
		ctl_say("%s is a number of series %" PRId64 ", line %s has "
			"series %s",
			ctl->options[OPTION_AFTER], series, ctl->args[0],
			db_value(result, 0, 0));
		code = EXIT_USAGE;
	}
	db_result_free(result);
	return code;
}

static int
resume(struct ctl *ctl, int64_t number)
{
	char *actor = ctl_operator();
	struct db_param params[] = {db_text(ctl->args[0]), db_int(number),
				    db_text(actor),
				    db_text(ctl->options[OPTION_REASON])};
	int code = ctl_ask(ctl, "line resume",
			   "SELECT recard.line_resume($1::text, $2::integer,"
			   " $3::text, $4::text)",
			   4, params, NULL);

	mem_free(actor);
	return code;
}

int
line_resume_run(struct ctl *ctl)
{
	int64_t number = 0, series, last = 0;
	int code;

	if (!read_after(ctl, &number, &series) || !act_has_reason(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = check_series(ctl, series, &last);
	if (code == 0)
		code = resume(ctl, number);
	if (code)
		return code;
	if (number <= last)
		return act_done(ctl, ctl->args[0],
				"line %s goes on after %05" PRId64,
				ctl->args[0], number);
	return act_done(ctl, ctl->args[0],
			"line %s goes on after %05" PRId64 "; %05" PRId64
			" to %05" PRId64 " are never used here",
			ctl->args[0], number, last + 1, number);
}
