/*
 * recardctl product list, price, feeds: what is sold, what it costs from
 * when, and who tells of its payments.
 */
#include "buffer.h"
#include "ctl.h"
#include "exit_code.h"
#include "list.h"
#include "mem.h"
#include "option_value.h"

#define FEE_MOST 1000000

int
product_list_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"product", "PRODUCT", OUTPUT_TEXT},
		{"display", "DISPLAY", OUTPUT_TEXT},
		{"pay_window_seconds", "TO PAY IN", OUTPUT_AGE},
		{"pay_rule", "RULE", OUTPUT_TEXT},
		{"card_fee", "CARD FEE", OUTPUT_NUMBER},
		{"postage", "POSTAGE", OUTPUT_NUMBER},
		{"price", "PRICE", OUTPUT_NUMBER},
		{"feeds", "FEEDS", OUTPUT_TEXT},
		{0}};

	static const struct list list = {
		.what = "products",
		.sql = "SELECT product, display, "
		       "recard.seconds_of(pay_window), pay_rule, card_fee, "
		       "postage, price, feeds FROM recard.product_list()",
		.columns = columns};

	return list_run(ctl, &list);
}

/* Prints what sql says about the product of the first argument. */
static int
show(struct ctl *ctl, const char *doing, const char *sql,
     const struct output_column *columns)
{
	struct db_param params[] = {db_text(ctl->args[0])};
	struct db_result *result = NULL;
	int code = ctl_ask(ctl, doing, sql, 1, params, &result);

	if (code)
		return code;
	if (db_rows(result) > 0) {
		code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	} else {
		ctl_say("%s: product %s is unknown or has none; 'recardctl "
			"product list' shows which there are",
			doing, ctl->args[0]);
		code = EXIT_EXCEPTIONS;
	}
	db_result_free(result);
	return code;
}

static int
add_price(struct ctl *ctl, int64_t card_fee, int64_t postage)
{
	char *actor = ctl_operator();
	struct db_param params[] = {
		db_text(ctl->args[0]), db_text(ctl->options[OPTION_FROM]),
		db_int(card_fee),      db_int(postage),
		db_text(actor),        db_text(ctl->options[OPTION_REASON])};
	int code = ctl_ask(ctl, "product price",
			   "SELECT recard.product_price_add($1::text,"
			   " $2::date, $3::integer, $4::integer, $5::text,"
			   " $6::text)",
			   6, params, NULL);

	mem_free(actor);
	return code;
}

int
product_price_run(struct ctl *ctl)
{
	static const enum command_option_id parts[] = {
		OPTION_FROM, OPTION_CARD_FEE, OPTION_POSTAGE, OPTION_REASON};
	static const struct output_column columns[] = {
		{"from", "FROM", OUTPUT_TEXT},
		{"card_fee", "CARD FEE", OUTPUT_NUMBER},
		{"postage", "POSTAGE", OUTPUT_NUMBER},
		{"price", "PRICE", OUTPUT_NUMBER},
		{"in_force", "IN FORCE", OUTPUT_BOOL},
		{0}};
	int64_t card_fee = 0, postage = 0;
	bool adds = false;
	size_t i;
	int code;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		adds = adds || ctl->options[parts[i]];
	for (i = 0; adds && i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!option_needed(ctl, parts[i], "to add a price"))
			return EXIT_USAGE;
	if (!option_date_ok(ctl, OPTION_FROM) ||
	    !option_number(ctl, OPTION_CARD_FEE, 0, FEE_MOST, &card_fee) ||
	    !option_number(ctl, OPTION_POSTAGE, 0, FEE_MOST, &postage))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0 && adds)
		code = add_price(ctl, card_fee, postage);
	return code ? code
		    : show(ctl, "product price",
			   "SELECT valid_from, card_fee, postage, price,"
			   " in_force FROM recard.product_prices($1::text)",
			   columns);
}

static int
set_feeds(struct ctl *ctl)
{
	char *actor = ctl_operator();
	struct buffer channels = {0};
	struct db_param params[4];
	int i, code;

	for (i = 1; i < ctl->arg_count; i++)
		db_array_add(&channels, ctl->args[i]);
	params[0] = db_text(ctl->args[0]);
	params[1] = db_text(db_array_end(&channels));
	params[2] = db_text(actor);
	params[3] = db_text(ctl->options[OPTION_REASON]);
	code = ctl_ask(ctl, "product feeds",
		       "SELECT recard.product_feeds_set($1::text, $2::text[],"
		       " $3::text, $4::text)",
		       4, params, NULL);
	buffer_free(&channels);
	mem_free(actor);
	return code;
}

int
product_feeds_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"channel", "CHANNEL", OUTPUT_TEXT},
		{"display", "DISPLAY", OUTPUT_TEXT},
		{"covered_until", "COVERED UNTIL", OUTPUT_TIME},
		{0}};
	bool sets = ctl->arg_count > 1;
	int code;

	if (sets && !option_needed(ctl, OPTION_REASON, "to change the feeds"))
		return EXIT_USAGE;
	if (!sets && ctl->options[OPTION_REASON]) {
		ctl_say("--reason belongs to a change: name the feeds too");
		return EXIT_USAGE;
	}
	code = ctl_connect(ctl, NULL);
	if (code == 0 && sets)
		code = set_feeds(ctl);
	return code ? code
		    : show(ctl, "product feeds",
			   "SELECT channel, display,"
			   " floor(extract(epoch FROM covered_until))::bigint"
			   " FROM recard.payment_feeds() WHERE $1::text"
			   " = ANY (string_to_array(products, ' '))",
			   columns);
}
