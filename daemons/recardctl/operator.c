/*
 * recardctl operator add, list, remove: who may use the console.
 */
#include <string.h>

#include "act.h"
#include "certificate_file.h"
#include "ctl.h"
#include "exit_code.h"
#include "mem.h"
#include "option_value.h"

static bool
is_name(const char *text)
{
	if (strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-") ==
		    strlen(text) &&
	    strcspn(text, "0123456789.-") > 0 && strlen(text) <= 32)
		return true;
	ctl_say("\"%s\" is no login name: small letters, digits and \"._-\", "
		"a letter first",
		text);
	return false;
}

int
operator_add_run(struct ctl *ctl)
{
	static const char *const roles[] = {"viewer", "operator", "supervisor",
					    "auditor", NULL};
	struct certificate_facts facts;
	char *actor, *error = NULL;
	int code;

	if (!is_name(ctl->args[0]) ||
	    !option_needed(ctl, OPTION_AS, "to add an operator") ||
	    !option_choice_ok(ctl, OPTION_AS, roles) ||
	    !option_date_ok(ctl, OPTION_FROM) ||
	    !option_date_ok(ctl, OPTION_TO) || !act_has_reason(ctl))
		return EXIT_USAGE;
	if (!certificate_file_read(ctl->args[1], &facts, &error)) {
		ctl_say("%s", error);
		mem_free(error);
		return EXIT_EXCEPTIONS;
	}
	code = ctl_connect(ctl, NULL);
	if (code)
		return code;
	actor = ctl_operator();
	code = ctl_ask(
		ctl, "operator add",
		"SELECT recard.operator_add($1::text, $2::text, $3::text,"
		" coalesce($4::date::timestamp AT TIME ZONE 'Asia/Taipei',"
		" now()), least(to_timestamp($5::bigint), ($6::date + 1)"
		"::timestamp AT TIME ZONE 'Asia/Taipei'), $7::text, $8::text)",
		8,
		(const struct db_param[]){
			db_text(ctl->args[0]), db_text(facts.fingerprint),
			db_text(ctl->options[OPTION_AS]),
			db_text(ctl->options[OPTION_FROM]), db_int(facts.ends),
			db_text(ctl->options[OPTION_TO]), db_text(actor),
			db_text(ctl->options[OPTION_REASON])},
		NULL);
	mem_free(actor);
	if (code == 0)
		ctl_say("%s is %s by certificate %s", ctl->args[0],
			ctl->options[OPTION_AS], facts.fingerprint);
	return code;
}

int
operator_list_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"name", "NAME", OUTPUT_TEXT},
		{"role", "ROLE", OUTPUT_TEXT},
		{"state", "STATE", OUTPUT_TEXT},
		{"valid_from", NULL, OUTPUT_TIME},
		{"valid_until", "UNTIL", OUTPUT_TIME},
		{"fingerprint", "CERTIFICATE", OUTPUT_TEXT},
		{"added_at", NULL, OUTPUT_TIME},
		{"added_by", "ADDED BY", OUTPUT_TEXT},
		{"removed_at", NULL, OUTPUT_TIME},
		{"removed_by", NULL, OUTPUT_TEXT},
		{0}};
	const struct db_param all =
		db_text(ctl->options[OPTION_ALL] ? "true" : "false");
	struct db_result *result = NULL;
	int code = ctl_connect(ctl, NULL);

	if (code == 0)
		code = ctl_ask(
			ctl, "operator list",
			"SELECT name, role, state,"
			" floor(extract(epoch FROM valid_from))::bigint,"
			" floor(extract(epoch FROM valid_until))::bigint,"
			" fingerprint,"
			" floor(extract(epoch FROM added_at))::bigint, "
			"added_by,"
			" floor(extract(epoch FROM removed_at))::bigint,"
			" removed_by FROM recard.operator_list($1::boolean)",
			1, &all, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	db_result_free(result);
	return code;
}

int
operator_remove_run(struct ctl *ctl)
{
	int code;

	if (!is_name(ctl->args[0]) || !act_has_reason(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = act_call(ctl, "operator remove",
				"SELECT recard.operator_remove($1::text,"
				" $2::text, $3::text)",
				ctl->args[0], NULL);
	if (code == 0)
		ctl_say("%s is let in no more", ctl->args[0]);
	return code;
}
