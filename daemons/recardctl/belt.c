/*
 * recardctl status: the belt at a glance, and in short what is wrong.
 */
#include "ctl.h"
#include "doctor.h"

static int
print_belt(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"status", "STATUS", OUTPUT_TEXT},
		{"display", "顯示", OUTPUT_TEXT},
		{"orders", "ORDERS", OUTPUT_NUMBER},
		{"held", "HELD", OUTPUT_NUMBER},
		{"oldest_since", "OLDEST SINCE", OUTPUT_TIME},
		{"oldest_age_seconds", "AGE", OUTPUT_AGE},
		{0}};
	struct db_result *result = NULL;
	int code = ctl_ask(ctl, "status",
			   "SELECT status, display, orders, held,"
			   " floor(extract(epoch FROM oldest_since))::bigint,"
			   " floor(extract(epoch FROM oldest_age))::bigint"
			   " FROM recard.belt()",
			   0, NULL, &result);

	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	db_result_free(result);
	return code;
}

int
belt_run(struct ctl *ctl)
{
	struct doctor doctor = {.seen = true};
	int code = doctor_look(ctl, &doctor);

	/* The belt is shown whatever is wrong beside it. */
	if (code == 0)
		code = print_belt(ctl);
	doctor_say(&doctor);
	return code ? code : doctor_code(&doctor);
}
