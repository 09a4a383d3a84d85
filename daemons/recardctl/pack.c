/*
 * recardctl pack: whether a card and a label belong together, at the packing
 * table. Card numbers appear in no message.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "exit_code.h"
#include "identity.h"
#include "mem.h"
#include "option_value.h"

#define PACK                                                               \
	"SELECT recard.order_text($1::bigint), packed, code, valid_copy, " \
	"card_attempt FROM recard.pack_card($1::bigint, $2::text, "        \
	"$3::integer, $4::text)"

/* What to do, for each reason to refuse. */
static const char *
way_out(const char *code)
{
	static const struct {
		const char *code, *words;
	} ways[] = {
		{"order_unknown", "no such order: lay both aside"},
		{"card_unknown", "no such card is made: lay both aside"},
		{"card_of_another_order",
		 "the card is another person's: do not pack; look for its "
		 "label"},
		{"card_void", "the card was made in vain: destroy it"},
		{"order_held", "the order is held: lay both aside"},
		{"order_not_produced",
		 "the order is not ready for the post: lay both aside"},
		{"label_void",
		 "the label is not the valid copy: destroy it; --copy tells "
		 "which copy it is"},
		{"label_unknown", "there is no such copy of the label yet"},
		{"label_not_printed", "the valid copy is not printed yet"},
		{"address_differs",
		 "card and label have different addresses: do not pack, call "
		 "somebody"},
	};

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (strcmp(ways[i].code, code) == 0)
			return ways[i].words;
	return code;
}

static const struct output_column columns[] = {
	{"order_no", "ORDER", OUTPUT_TEXT},
	{"packed", NULL, OUTPUT_BOOL},
	{"code", "RESULT", OUTPUT_TEXT},
	{"valid_copy", "VALID COPY", OUTPUT_NUMBER},
	{"card_attempt", "CARD ATTEMPT", OUTPUT_NUMBER},
	{0}};

struct packing {
	struct ctl *ctl;
	struct output out;
	int64_t refused;
};

/* Checks a pair and tells what came of it: 0 or an exit code. */
static int
pack(struct packing *packing, const char *order, const char *card,
     const char *copy)
{
	const struct ctl *ctl = packing->ctl;
	char *actor = ctl_operator();
	struct db_param params[] = {db_text(order), db_text(card),
				    db_text(copy), db_text(actor)};
	struct db_result *result = NULL;
	int code = ctl_ask(ctl, "pack", PACK, 4, params, &result);
	bool packed;

	mem_free(actor);
	if (code)
		return code;
	packed = db_bool(result, 0, 1);
	packing->refused += !packed;
	/* Somebody waits with the next pair in hand. */
	if (ctl->format != OUTPUT_TABLE) {
		ctl_add_result(&packing->out, result);
	} else {
		char *line =
			mem_printf("%s %s\n", order, db_value(result, 0, 2));

		code = ctl_put(line);
		mem_free(line);
		if (!packed)
			ctl_say("%s: %s", order,
				way_out(db_value(result, 0, 2)));
	}
	db_result_free(result);
	return code;
}

/* Order, card, and the copy where there is a third word. */
static bool
take_scans(char *line, const char **scans)
{
	char *word, *rest = line;
	size_t count = 0;

	scans[2] = NULL;
	while ((word = strsep(&rest, " \t\r\n")) != NULL) {
		if (!*word)
			continue;
		if (count == 3)
			return false;
		scans[count++] = word;
	}
	return count >= 2 && identity_order_ok(scans[0]) &&
	       identity_card_ok(scans[1]) &&
	       (!scans[2] ||
		(strlen(scans[2]) <= 4 &&
		 strspn(scans[2], "0123456789") == strlen(scans[2])));
}

/* Pairs of scans, a line each, until there are no more. */
static int
pack_lines(struct packing *packing)
{
	char *line = NULL;
	int64_t number = 0;
	size_t size = 0;
	int code = 0;

	while (code == 0 && getline(&line, &size, stdin) > 0) {
		const char *scans[3];

		number++;
		if (line[strspn(line, " \t\r\n")] == '\0')
			continue;
		if (take_scans(line, scans)) {
			code = pack(packing, scans[0], scans[1], scans[2]);
			continue;
		}
		packing->refused++;
		ctl_say("line %" PRId64 ": not an order number and a card "
			"number: scan both again",
			number);
	}
	if (code == 0 && ferror(stdin)) {
		ctl_say("pack: stdin: %m");
		code = EXIT_RETRY;
	}
	free(line);
	return code;
}

static bool
is_ready(const struct ctl *ctl)
{
	int64_t copy;

	if (!option_number(ctl, OPTION_COPY, 1, 9999, &copy))
		return false;
	if (ctl->arg_count == 1) {
		if (strcmp(ctl->args[0], "-") == 0 &&
		    !ctl->options[OPTION_COPY])
			return true;
		ctl_say("pack takes ORDER and CARD, or - to read pairs from "
			"stdin");
		return false;
	}
	if (!option_order_ok(ctl->args[0]))
		return false;
	if (identity_card_ok(ctl->args[1]))
		return true;
	ctl_say("that is no card number: two letters and 14 digits");
	return false;
}

int
pack_run(struct ctl *ctl)
{
	struct packing packing = {.ctl = ctl};
	int code;

	if (!is_ready(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code)
		return code;
	output_init(&packing.out, columns,
		    ctl->arg_count == 1 ? OUTPUT_ROWS : OUTPUT_RECORD);
	code = ctl->arg_count == 1 ? pack_lines(&packing)
				   : pack(&packing, ctl->args[0], ctl->args[1],
					  ctl->options[OPTION_COPY]);
	if (ctl->format != OUTPUT_TABLE && code == 0)
		code = ctl_print(ctl, &packing.out);
	else
		output_free(&packing.out);
	return code == 0 && packing.refused > 0 ? EXIT_EXCEPTIONS : code;
}
