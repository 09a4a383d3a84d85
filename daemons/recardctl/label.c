/*
 * recardctl label list, show: what the tables tell about labels and runs.
 */
#include "ctl.h"
#include "exit_code.h"
#include "mem.h"
#include "option_value.h"

static int
list_runs(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"run_no", "RUN", OUTPUT_TEXT},
		{"area", "AREA", OUTPUT_TEXT},
		{"layout", "LAYOUT", OUTPUT_TEXT},
		{"format", NULL, OUTPUT_TEXT},
		{"state", "STATE", OUTPUT_TEXT},
		{"labels", "LABELS", OUTPUT_NUMBER},
		{"void", "VOID", OUTPUT_NUMBER},
		{"sheets", "SHEETS", OUTPUT_NUMBER},
		{"cut_at", "CUT", OUTPUT_TIME},
		{"printer", "PRINTER", OUTPUT_TEXT},
		{"print_state", "PRINTING", OUTPUT_TEXT},
		{0}};
	int64_t limit = OPTION_LIMIT_DEFAULT;
	struct db_param params[3] = {db_text(ctl->options[OPTION_FROM]),
				     db_text(ctl->options[OPTION_TO])};
	struct db_result *result = NULL;
	int code;

	if (!option_number(ctl, OPTION_LIMIT, 1, OPTION_LIMIT_MOST, &limit) ||
	    !option_date_ok(ctl, OPTION_FROM) ||
	    !option_date_ok(ctl, OPTION_TO))
		return EXIT_USAGE;
	params[2] = db_int(limit);
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = ctl_ask(ctl, "label list",
			       "SELECT run_no, area, layout, format, state,"
			       " labels, void, sheets, floor(extract(epoch FROM"
			       " created_at))::bigint, printer, print_state"
			       " FROM recard.label_run_list($1::date, $2::date,"
			       " false, $3::integer)",
			       3, params, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	ctl_say_count(ctl, "label runs", db_rows(result), limit,
		      "raise --limit, or give --to");
	db_result_free(result);
	return code;
}

static int
list_labels(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"sheet", "SHEET", OUTPUT_NUMBER},
		{"cell", "CELL", OUTPUT_NUMBER},
		{"order_no", "ORDER", OUTPUT_TEXT},
		{"copy_no", "COPY", OUTPUT_NUMBER},
		{"state", "STATE", OUTPUT_TEXT},
		{0}};
	struct db_param params[] = {db_text(ctl->args[0]),
				    db_text(ctl->options[OPTION_SHEET])};
	struct db_result *result = NULL;
	int64_t sheet;
	int code;

	if (!option_run_ok(ctl->args[0]) ||
	    !option_number(ctl, OPTION_SHEET, 1, 1000000, &sheet))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = ctl_ask(
			ctl, "label list",
			"SELECT sheet, cell, recard.order_text(order_no),"
			" copy_no, state FROM recard.run_labels($1::text)"
			" WHERE $2::integer IS NULL OR sheet = $2",
			2, params, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	if (db_rows(result) == 0) {
		ctl_say("%s: no such run, or no such sheet of it",
			ctl->args[0]);
		code = EXIT_EXCEPTIONS;
	}
	db_result_free(result);
	return code;
}

int
label_list_run(struct ctl *ctl)
{
	return ctl->arg_count == 0 ? list_runs(ctl) : list_labels(ctl);
}

int
label_show_run(struct ctl *ctl)
{
	struct db_param params[] = {db_text(ctl->args[0])};
	char *nothing;
	int code;

	if (!option_order_ok(ctl->args[0]))
		return EXIT_USAGE;
	nothing = mem_printf("order %s has no label: there is one "
			     "once its payment is settled",
			     ctl->args[0]);
	code = ctl_show(ctl, "label show",
			"SELECT section, name, value FROM"
			" recard.label_show($1::bigint)",
			1, params, nothing);
	mem_free(nothing);
	return code;
}

int
print_list_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"run_no", "RUN", OUTPUT_TEXT},
		{"printer", "PRINTER", OUTPUT_TEXT},
		{"state", "STATE", OUTPUT_TEXT},
		{"printer_says", "THE PRINTER SAYS", OUTPUT_TEXT},
		{"printer_job", "ITS JOB", OUTPUT_NUMBER},
		{"labels", "LABELS", OUTPUT_NUMBER},
		{"cut_at", "CUT", OUTPUT_TIME},
		{"ended_at", "ENDED", OUTPUT_TIME},
		{0}};
	int64_t limit = OPTION_LIMIT_DEFAULT;
	struct db_param params[2] = {
		db_text(ctl->options[OPTION_ALL] ? "false" : "true")};
	struct db_result *result = NULL;
	int code;

	if (!option_number(ctl, OPTION_LIMIT, 1, OPTION_LIMIT_MOST, &limit))
		return EXIT_USAGE;
	params[1] = db_int(limit);
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = ctl_ask(ctl, "print list",
			       "SELECT run_no, printer, print_state, says,"
			       " printer_job, labels, floor(extract(epoch FROM"
			       " created_at))::bigint, floor(extract(epoch FROM"
			       " ended_at))::bigint FROM"
			       " recard.label_run_list(NULL, NULL, $1::boolean,"
			       " $2::integer) WHERE print_state IS NOT NULL",
			       2, params, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	ctl_say_count(ctl, "runs at printers", db_rows(result), limit,
		      "raise --limit");
	db_result_free(result);
	return code;
}
