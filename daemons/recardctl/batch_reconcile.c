/*
 * recardctl batch reconcile: accounts for every card that a line was given.
 */
#include <inttypes.h>
#include <string.h>

#include "buffer.h"
#include "ctl.h"
#include "exit_code.h"
#include "option_value.h"

/* Columns of the query that are summed up, and a batch's own troubles. */
enum {
	LINE,
	BATCH,
	SENT = 4,
	MADE,
	SPOILED,
	REJECTED,
	ON_HOLD,
	OPEN,
	NOTE = 13
};

struct totals {
	int64_t batches, cards[OPEN + 1];
	int64_t late, refused, unbalanced;
};

static const struct output_column columns[] = {
	{"line", "LINE", OUTPUT_TEXT},
	{"batch_no", "BATCH", OUTPUT_TEXT},
	{"product", NULL, OUTPUT_TEXT},
	{"state", "STATE", OUTPUT_TEXT},
	{"sent", "SENT", OUTPUT_NUMBER},
	{"made", "MADE", OUTPUT_NUMBER},
	{"spoiled", "SPOILED", OUTPUT_NUMBER},
	{"rejected", "REJECTED", OUTPUT_NUMBER},
	{"on_hold", "HOLD", OUTPUT_NUMBER},
	{"open", "OPEN", OUTPUT_NUMBER},
	{"age_seconds", "AGE", OUTPUT_AGE},
	{"late", NULL, OUTPUT_BOOL},
	{"balanced", NULL, OUTPUT_BOOL},
	{"note", "NOTE", OUTPUT_TEXT},
	{"codes", "CODES", OUTPUT_TEXT},
	{0}};

static void
add(struct totals *totals, const struct db_result *result, int row)
{
	const char *note = db_value(result, row, NOTE);
	int i;

	totals->batches++;
	for (i = SENT; i <= OPEN; i++)
		totals->cards[i] += db_int64(result, row, i);
	totals->late += strcmp(note, "late") == 0;
	totals->refused += strcmp(note, "refused") == 0;
	totals->unbalanced += strcmp(note, "unbalanced") == 0;
}

static void
say_totals(const char *line, const struct totals *t)
{
	struct buffer text = {0};

	buffer_printf(&text,
		      "%s: %" PRId64 " batch%s; %" PRId64 " sent = %" PRId64
		      " made + %" PRId64 " spoiled + %" PRId64
		      " rejected + %" PRId64 " on hold + %" PRId64 " open",
		      line, t->batches, t->batches == 1 ? "" : "es",
		      t->cards[SENT], t->cards[MADE], t->cards[SPOILED],
		      t->cards[REJECTED], t->cards[ON_HOLD], t->cards[OPEN]);
	if (t->late > 0)
		buffer_printf(&text, "; %" PRId64 " late", t->late);
	if (t->refused > 0)
		buffer_printf(&text, "; %" PRId64 " refused", t->refused);
	if (t->unbalanced > 0)
		buffer_printf(&text,
			      "; %" PRId64 " unbalanced: call whoever "
			      "keeps the database",
			      t->unbalanced);
	ctl_say("%s", text.data);
	buffer_free(&text);
}

/* Says the totals of each line; returns what to end with. */
static int
sum_up(const struct db_result *result)
{
	struct totals totals = {.batches = 0};
	int row, last = db_rows(result) - 1, code = EXIT_DONE;

	for (row = 0; row <= last; row++) {
		const char *line = db_value(result, row, LINE);

		add(&totals, result, row);
		if (row < last &&
		    strcmp(line, db_value(result, row + 1, LINE)) == 0)
			continue;
		say_totals(line, &totals);
		if (totals.unbalanced > 0)
			code = EXIT_INVARIANT;
		else if (totals.late + totals.refused > 0 && code == EXIT_DONE)
			code = EXIT_EXCEPTIONS;
		totals = (struct totals){.batches = 0};
	}
	return code;
}

static int
reconcile(struct ctl *ctl)
{
	const char *batch = ctl->arg_count > 0 ? ctl->args[0] : NULL;
	bool late = ctl->options[OPTION_LATE];
	struct db_param params[] = {
		db_text(ctl->options[OPTION_LINE]),
		db_text(batch),
		db_text(ctl->options[OPTION_FROM]),
		db_text(ctl->options[OPTION_TO]),
		db_text(ctl->options[OPTION_OPEN] ? "true" : "false"),
		db_text(late ? "true" : "false")};
	struct db_result *result = NULL;
	int code, found = ctl_ask(
			  ctl, "batch reconcile",
			  "SELECT line, batch_no, product, state, sent, made,"
			  " spoiled, rejected, on_hold, open,"
			  " floor(extract(epoch FROM age))::bigint, late,"
			  " balanced, note, codes FROM (SELECT *, CASE WHEN"
			  " NOT balanced THEN 'unbalanced' WHEN state ="
			  " 'refused' THEN 'refused' WHEN late THEN 'late'"
			  " END AS note FROM recard.batch_reconcile($1::text,"
			  " $2::text, $3::date, $4::date, $5::boolean) WITH"
			  " ORDINALITY) AS r WHERE NOT $6::boolean OR note IS"
			  " NOT NULL ORDER BY ordinality",
			  6, params, &result);

	if (found)
		return found;
	found = db_rows(result);
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	if (code == 0)
		code = sum_up(result);
	if (found == 0 && batch && !late && !ctl->options[OPTION_OPEN]) {
		ctl_say("batch %s is not sealed, or there is none", batch);
		code = EXIT_EXCEPTIONS;
	} else if (found == 0 && !late && ctl->format == OUTPUT_TABLE) {
		ctl_say("no batches");
	}
	db_result_free(result);
	return code;
}

int
batch_reconcile_run(struct ctl *ctl)
{
	int code;

	if ((ctl->arg_count > 0 && !option_batch_ok(ctl->args[0])) ||
	    !option_date_ok(ctl, OPTION_FROM) ||
	    !option_date_ok(ctl, OPTION_TO))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = option_known(ctl, OPTION_LINE,
				    "SELECT DISTINCT line"
				    " FROM recard.line_list() ORDER BY line");
	return code ? code : reconcile(ctl);
}
