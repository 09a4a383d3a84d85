/*
 * Acts of an operator: see act.h.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

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
act_say_dry_run(void)
{
	ctl_say("this was a dry run: nothing was changed");
}

void
act_take_back(const struct ctl *ctl)
{
	if (!ctl->options[OPTION_DRY_RUN])
		return;
	db_rollback(ctl->program.db);
	act_say_dry_run();
}

static const struct output_column act_columns[] = {
	{"act", "ACT", OUTPUT_TEXT},
	{"subject", "SUBJECT", OUTPUT_TEXT},
	{"outcome", "OUTCOME", OUTPUT_TEXT},
	{"words", "WORDS", OUTPUT_TEXT},
	{0}};
static const struct output_column request_columns[] = {
	{"request", "request", OUTPUT_NUMBER},
	{"act", "act", OUTPUT_TEXT},
	{"subject", "subject", OUTPUT_TEXT},
	{0}};

void
act_report_begin(struct output *report)
{
	output_init(report, act_columns, OUTPUT_ROWS);
}

static void
say_lines(const char *words)
{
	while (*words) {
		size_t len = strcspn(words, "\n");

		ctl_say("%.*s", (int)len, words);
		words += len + (words[len] == '\n');
	}
}

void
act_report_add(const struct ctl *ctl, struct output *report,
	       const char *subject, const char *outcome, const char *words)
{
	char *act;

	if (ctl->format == OUTPUT_TABLE) {
		say_lines(words);
		return;
	}
	act = mem_printf("%s%s%s", ctl->command->noun,
			 ctl->command->verb ? " " : "",
			 ctl->command->verb ? ctl->command->verb : "");
	output_text(report, act);
	output_text(report, subject);
	output_text(report, outcome);
	output_text(report, words);
	mem_free(act);
}

int
act_report_end(const struct ctl *ctl, struct output *report)
{
	if (ctl->format != OUTPUT_TABLE)
		return ctl_print(ctl, report);
	output_free(report);
	return EXIT_DONE;
}

int
act_done(struct ctl *ctl, const char *subject, const char *format, ...)
{
	struct output report;
	va_list args;
	char *words;

	va_start(args, format);
	words = mem_vprintf(format, args);
	va_end(args);
	act_report_begin(&report);
	act_report_add(ctl, &report, subject,
		       ctl->options[OPTION_DRY_RUN] ? "dry_run" : "done",
		       words);
	mem_free(words);
	return act_report_end(ctl, &report);
}

void
act_requests_begin(struct output *report, bool several)
{
	output_init(report, request_columns,
		    several ? OUTPUT_ROWS : OUTPUT_RECORD);
}

static void
add_request(struct output *report, const char *request, const char *subject,
	    const char *number)
{
	output_number(report, strtoll(number, NULL, 10));
	output_text(report, request);
	output_text(report, subject);
}

static void
say_second(const char *number)
{
	ctl_say("somebody else decides: 'recardctl request approve %s', or "
		"decline",
		number);
}

int
act_print_request(struct ctl *ctl, const char *request, const char *subject,
		  const char *number)
{
	struct output report;
	int code;

	act_requests_begin(&report, false);
	add_request(&report, request, subject, number);
	code = ctl_print(ctl, &report);
	say_second(number);
	return code;
}

int
act_requests_add(struct ctl *ctl, struct output *report, const char *doing,
		 const char *request, const char *subject)
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
	add_request(report, request, subject, db_value(result, 0, 0));
	if (!ctl->options[OPTION_DRY_RUN])
		say_second(db_value(result, 0, 0));
	db_result_free(result);
	return 0;
}

int
act_request(struct ctl *ctl, const char *doing, const char *request,
	    const char *subject)
{
	struct output report;
	int code;

	act_requests_begin(&report, false);
	code = act_requests_add(ctl, &report, doing, request, subject);
	if (code == 0)
		return ctl_print(ctl, &report);
	output_free(&report);
	return code;
}
