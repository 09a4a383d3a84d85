/*
 * recardctl label list, show: what the tables tell about labels and runs.
 */
#include "ctl.h"
#include "exit_code.h"
#include "list.h"
#include "mem.h"
#include "option_value.h"

static int
list_runs(struct ctl *ctl)
{
	static const char *const states[] = {"cut", "sealed", "published",
					     NULL};
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
	static const struct list_parameter parameters[] = {
		{LIST_DATE, OPTION_FROM, NULL},
		{LIST_DATE, OPTION_TO, NULL},
		{LIST_LIMIT, OPTION_LIMIT, NULL},
		{LIST_RUN, OPTION_AFTER, NULL},
		{LIST_CHOICE, OPTION_STATE, states},
		{LIST_TEXT, OPTION_PRINTER, NULL},
		{0}};
	static const struct list list = {
		.what = "label runs",
		.sql = "SELECT run_no, area, layout, format, state, labels, "
		       "void, sheets, recard.seconds_at(created_at), printer, "
		       "print_state FROM recard.label_run_list($1::date, "
		       "$2::date, false, $3::integer, $4::text, $5::text, "
		       "NULL, $6::text)",
		.parameters = parameters,
		.columns = columns};

	return list_run(ctl, &list);
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
	static const struct list_parameter parameters[] = {
		{LIST_RUN, LIST_ARGUMENT, NULL},
		{LIST_NUMBER, OPTION_SHEET, NULL},
		{0}};
	static const struct list list = {
		.what = "labels",
		.sql = "SELECT sheet, cell, recard.order_text(order_no), "
		       "copy_no, state FROM recard.run_labels($1::text) WHERE "
		       "$2::integer IS NULL OR sheet = $2",
		.parameters = parameters,
		.columns = columns,
		.nothing = "no such run, or no such sheet of it"};

	return list_run(ctl, &list);
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
	static const char *const states[] = {
		"waiting", "sending",  "pending", "held",      "processing",
		"stopped", "sent",     "unknown", "cancelled", "failed",
		"printed", "replaced", NULL};
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
	static const struct list_parameter parameters[] = {
		{LIST_DATE, OPTION_FROM, NULL},
		{LIST_DATE, OPTION_TO, NULL},
		{LIST_GIVEN, OPTION_ALL, NULL},
		{LIST_LIMIT, OPTION_LIMIT, NULL},
		{LIST_RUN, OPTION_AFTER, NULL},
		{LIST_CHOICE, OPTION_STATE, states},
		{LIST_TEXT, OPTION_PRINTER, NULL},
		{0}};
	static const struct list list = {
		.what = "runs at printers",
		/* A state that is asked for may be one that is over. */
		.sql = "SELECT run_no, printer, print_state, says, "
		       "printer_job, labels, recard.seconds_at(created_at), "
		       "recard.seconds_at(ended_at) FROM "
		       "recard.label_run_list($1::date, $2::date, NOT "
		       "$3::boolean AND $6::text IS NULL, $4::integer, "
		       "$5::text, NULL, $6::text, $7::text, true)",
		.parameters = parameters,
		.columns = columns};

	return list_run(ctl, &list);
}
