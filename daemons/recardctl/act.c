/*
 * Acts of an operator: see act.h.
 */
#include <stdlib.h>

#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "mem.h"
#include "option_value.h"

bool
act_has_reason(const struct ctl *ctl)
{
	return option_needed(ctl, OPTION_REASON, "for the record");
}

int
act_call(const struct ctl *ctl, const char *doing, const char *sql,
	 const char *subject, struct db_result **result)
{
	char *actor = ctl_operator();
	struct db_param params[] = {db_text(subject), db_text(actor),
				    db_text(ctl->options[OPTION_REASON])};
	int code = ctl_ask(ctl, doing, sql, 3, params, result);

	mem_free(actor);
	return code;
}

int
act_begin(const struct ctl *ctl)
{
	enum db_status status;

	if (!ctl->options[OPTION_DRY_RUN])
		return 0;
	status = db_begin(ctl->program.db);
	return status == DB_OK ? 0 : ctl_failed(ctl, "dry run", status);
}

void
act_take_back(const struct ctl *ctl)
{
	if (!ctl->options[OPTION_DRY_RUN])
		return;
	db_rollback(ctl->program.db);
	ctl_say("this was a dry run: nothing was changed");
}

int
act_print_request(struct ctl *ctl, const char *request, const char *subject,
		  const char *number)
{
	static const struct output_column columns[] = {
		{"request", "request", OUTPUT_NUMBER},
		{"act", "act", OUTPUT_TEXT},
		{"subject", "subject", OUTPUT_TEXT},
		{0}};
	struct output out;
	int code;

	output_init(&out, columns, OUTPUT_RECORD);
	output_number(&out, strtoll(number, NULL, 10));
	output_text(&out, request);
	output_text(&out, subject);
	code = ctl_print(ctl, &out);
	ctl_say("somebody else decides: 'recardctl request approve %s', or "
		"decline",
		number);
	return code;
}

int
act_request(struct ctl *ctl, const char *doing, const char *request,
	    const char *subject)
{
	char *actor = ctl_operator();
	struct db_param params[] = {db_text(request), db_text(subject),
				    db_text(actor),
				    db_text(ctl->options[OPTION_REASON])};
	struct db_result *result = NULL;
	int code = ctl_ask(ctl, doing,
			   "SELECT recard.decision_request($1::text, $2::text,"
			   " $3::text, $4::text)",
			   4, params, &result);

	mem_free(actor);
	if (code)
		return code;
	code = act_print_request(ctl, request, subject, db_value(result, 0, 0));
	db_result_free(result);
	return code;
}
