/*
 * recardctl operator add, list, remove: who may use the console.
 */
#include <string.h>

#include "act.h"
#include "certificate_file.h"
#include "ctl.h"
#include "exit_code.h"
#include "list.h"
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
	return code ? code
		    : act_done(ctl, ctl->args[0], "%s is %s by certificate %s",
			       ctl->args[0], ctl->options[OPTION_AS],
			       facts.fingerprint);
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
	static const struct list_parameter parameters[] = {
		{LIST_GIVEN, OPTION_ALL, NULL}, {0}};
	static const struct list list = {
		.what = "operators",
		.sql = "SELECT name, role, state, "
		       "recard.seconds_at(valid_from), "
		       "recard.seconds_at(valid_until), fingerprint, "
		       "recard.seconds_at(added_at), added_by, "
		       "recard.seconds_at(removed_at), removed_by FROM "
		       "recard.operator_list($1::boolean)",
		.parameters = parameters,
		.columns = columns};

	return list_run(ctl, &list);
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
	return code ? code
		    : act_done(ctl, ctl->args[0], "%s is let in no more",
			       ctl->args[0]);
}
