/*
 * recardctl status: the belt at a glance.
 */
#include "ctl.h"
#include "stage.h"

int
belt_run(struct ctl *ctl)
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
	struct output out;
	enum db_status status;
	int code = ctl_connect(ctl, NULL);

	if (code)
		return code;
	status = db_run(ctl->program.db,
			"SELECT status, display, orders, held,"
			" floor(extract(epoch FROM oldest_since))::bigint,"
			" floor(extract(epoch FROM oldest_age))::bigint"
			" FROM recard.belt()",
			&result);
	if (status != DB_OK)
		return ctl_failed(ctl, "status", status);
	output_init(&out, columns, OUTPUT_ROWS);
	ctl_add_result(&out, result);
	db_result_free(result);
	code = ctl_print(ctl, &out);
	return code ? code : stage_say_paused(ctl);
}
