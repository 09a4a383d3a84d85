/*
 * recardctl order find: from what a caller has in hand to his orders.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "ctl.h"
#include "exit_code.h"
#include "holder_key.h"
#include "identity.h"
#include "mail_number.h"
#include "mem.h"
#include "option_value.h"

/* Longer than any number with its blanks and dashes. */
#define TEXT_MAX 128

/* As people read a number out or copy it: without blanks and dashes, in upper
 * case. What is too long for any number is cut, and none then. */
static void
squeeze(const char *text, char to[TEXT_MAX])
{
	size_t len = 0;

	for (; *text && len + 1 < TEXT_MAX; text++)
		if (!isspace((unsigned char)*text) && *text != '-')
			to[len++] = (char)toupper((unsigned char)*text);
	to[len] = '\0';
}

/* Whether it has the form of a national ID, right or not. */
static bool
looks_like_person(const char *number)
{
	return strlen(number) == 10 && number[0] >= 'A' && number[0] <= 'Z' &&
	       strspn(number + 2, "0123456789") == 8;
}

static bool
is_number(const char *number)
{
	switch (mail_number_kind(number)) {
	case MAIL_NUMBER_SHORT:
	case MAIL_NUMBER_LONG:
	case MAIL_NUMBER_S10:
		return true;
	case MAIL_NUMBER_SERIAL:
	case MAIL_NUMBER_BAD_CHECK:
	case MAIL_NUMBER_INVALID:
		break;
	}
	return identity_order_ok(number) || identity_card_ok(number);
}

/* Says what is wrong with it; never the number itself. */
static bool
is_searchable(const char *number, bool from_stdin)
{
	if (is_number(number) || (from_stdin && identity_holder_ok(number)))
		return true;
	if (!from_stdin && looks_like_person(number))
		ctl_say("a national ID does not belong on a command line: "
			"'recardctl order find -' reads it from stdin");
	else if (looks_like_person(number))
		ctl_say("that is no national ID: its check digit is wrong");
	else
		ctl_say("that is no order number, card number or tracking "
			"number%s",
			from_stdin ? ", and no national ID" : "");
	return false;
}

/* The first line of stdin; false, said why. */
static bool
read_text(char to[TEXT_MAX])
{
	char line[TEXT_MAX];

	if (isatty(STDIN_FILENO))
		ctl_say("national ID, or another number:");
	if (!fgets(line, sizeof(line), stdin)) {
		ctl_say("nothing to look for came on stdin");
		return false;
	}
	squeeze(line, to);
	explicit_bzero(line, sizeof(line));
	return true;
}

static int
find(struct ctl *ctl, const char *number)
{
	static const struct output_column columns[] = {
		{"order_no", "ORDER", OUTPUT_TEXT},
		{"product", "PRODUCT", OUTPUT_TEXT},
		{"status", "STATUS", OUTPUT_TEXT},
		{"display", "顯示", OUTPUT_TEXT},
		{"held", "HELD", OUTPUT_BOOL},
		{"locked", "LOCKED", OUTPUT_BOOL},
		{"applied_at", "APPLIED", OUTPUT_TIME},
		{"moved_at", "MOVED", OUTPUT_TIME},
		{"found_by", "FOUND BY", OUTPUT_TEXT},
		{0}};
	int64_t limit = OPTION_LIMIT_DEFAULT;
	char *actor = ctl_operator();
	struct db_param params[] = {db_text(number), db_text(actor),
				    db_text(ctl->options[OPTION_REASON]),
				    db_int(limit)};
	struct db_result *result = NULL;
	int code;

	code = ctl_ask(
		ctl, "order find",
		"SELECT order_no, product, status, display, held, locked,"
		" floor(extract(epoch FROM applied_at))::bigint,"
		" floor(extract(epoch FROM moved_at))::bigint, found_by"
		" FROM recard.order_find($1::text, $2::text, $3::text,"
		" $4::integer)",
		4, params, &result);
	mem_free(actor);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	if (db_rows(result) == 0) {
		ctl_say("no order has that number");
		code = EXIT_EXCEPTIONS;
	} else if (db_rows(result) == limit) {
		ctl_say("these are the newest; there may be more");
	}
	db_result_free(result);
	return code;
}

int
order_find_run(struct ctl *ctl)
{
	bool from_stdin = strcmp(ctl->args[0], "-") == 0;
	char number[TEXT_MAX] = "";
	int code = EXIT_USAGE;

	if (!from_stdin)
		squeeze(ctl->args[0], number);
	else if (!read_text(number))
		return EXIT_USAGE;
	if (!is_searchable(number, from_stdin))
		goto out;
	code = ctl_connect(ctl, NULL);
	if (code == 0 && identity_holder_ok(number))
		code = holder_key_set(ctl);
	if (code == 0)
		code = find(ctl, number);
out:
	explicit_bzero(number, sizeof(number));
	return code;
}
