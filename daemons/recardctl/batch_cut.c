/*
 * recardctl batch cut: a batch now, of what waits for a line, whether the
 * line's own rules would cut one or not.
 */
#include <inttypes.h>

#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "mem.h"
#include "option_value.h"

/* Nothing was cut: says what there is to know about each product of the
 * line. */
static int
say_nothing_cut(struct ctl *ctl)
{
	struct db_param params[] = {db_text(ctl->args[0]),
				    db_text(ctl->options[OPTION_PRODUCT])};
	struct db_result *result = NULL;
	int row,
		code = ctl_ask(ctl, "batch cut",
			       "SELECT product, waiting, unprintable, stock = 0"
			       " FROM recard.line_list()"
			       " WHERE line = $1::text"
			       " AND product = coalesce($2::text, product)",
			       2, params, &result);

	if (code)
		return code;
	if (db_rows(result) == 0)
		ctl_say("line %s makes no product %s", ctl->args[0],
			params[1].text ? params[1].text : "that is known");
	for (row = 0; row < db_rows(result); row++) {
		const char *product = db_value(result, row, 0);
		int64_t waiting = db_int64(result, row, 1);
		int64_t unprintable = db_int64(result, row, 2);

		if (waiting > 0 && db_bool(result, row, 3))
			ctl_say("%s: %" PRId64 " wait, but the line has no "
				"blank card left: see recardctl line stock",
				product, waiting);
		else if (waiting > 0)
			ctl_say("%s: %" PRId64 " wait, but others are at "
				"them this moment: try again",
				product, waiting);
		else
			ctl_say("%s: nothing waits", product);
		if (unprintable > 0)
			ctl_say("%s: %" PRId64 " wait whose names the line "
				"cannot print: see recardctl exception list",
				product, unprintable);
	}
	db_result_free(result);
	return EXIT_EXCEPTIONS;
}

/* Cuts it: 0 with the number of the batch, NULL when there is none; to be
 * freed. */
static int
cut(struct ctl *ctl, char **batch)
{
	char *actor = ctl_operator();
	struct db_param params[] = {
		db_text(ctl->args[0]), db_text(ctl->options[OPTION_PRODUCT]),
		db_text(actor), db_text(ctl->options[OPTION_REASON])};
	struct db_result *result = NULL;
	int code = ctl_ask(ctl, "batch cut",
			   "SELECT recard.batch_cut($1::text, $2::text,"
			   " $3::text, coalesce($4::text, 'dry run'))",
			   4, params, &result);

	mem_free(actor);
	if (code)
		return code;
	*batch = db_is_null(result, 0, 0) ? NULL
					  : mem_strdup(db_value(result, 0, 0));
	db_result_free(result);
	return 0;
}

static int
print_cut(struct ctl *ctl, const char *batch)
{
	static const struct output_column columns[] = {
		{"batch_no", "batch", OUTPUT_TEXT},
		{"line", "line", OUTPUT_TEXT},
		{"product", "product", OUTPUT_TEXT},
		{"cards", "cards", OUTPUT_NUMBER},
		{0}};
	struct db_param params[] = {db_text(batch), db_text(ctl->args[0])};
	struct db_result *result = NULL;
	int code = ctl_ask(ctl, "batch cut",
			   "SELECT batch_no, line, product, cards"
			   " FROM recard.batch_list($2::text, NULL, NULL, NULL,"
			   " NULL, 1000) WHERE batch_no = $1::text",
			   2, params, &result);

	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_RECORD, result);
	db_result_free(result);
	if (!ctl->options[OPTION_DRY_RUN])
		ctl_say("recard-manufacture seals it and hands it out");
	return code;
}

int
batch_cut_run(struct ctl *ctl)
{
	char *batch = NULL;
	int code;

	if (!ctl->options[OPTION_DRY_RUN] && !act_has_reason(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = option_known(
			ctl, OPTION_PRODUCT,
			"SELECT product FROM recard.product_list()");
	if (code == 0)
		code = act_begin(ctl);
	if (code == 0)
		code = cut(ctl, &batch);
	if (code == 0)
		code = batch ? print_cut(ctl, batch) : say_nothing_cut(ctl);
	if (code == 0 || code == EXIT_EXCEPTIONS)
		act_take_back(ctl);
	mem_free(batch);
	return code;
}
