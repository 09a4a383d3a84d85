/*
 * recardctl shape: for how long orders have stood where they are.
 */
#include "ctl.h"

int
shape_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"status", "STATUS", OUTPUT_TEXT},
		{"display", "顯示", OUTPUT_TEXT},
		{"under_1h", "<1h", OUTPUT_NUMBER},
		{"under_1d", "<1d", OUTPUT_NUMBER},
		{"under_2d", "<2d", OUTPUT_NUMBER},
		{"under_4d", "<4d", OUTPUT_NUMBER},
		{"under_8d", "<8d", OUTPUT_NUMBER},
		{"under_16d", "<16d", OUTPUT_NUMBER},
		{"older", "OLDER", OUTPUT_NUMBER},
		{"orders", "TOTAL", OUTPUT_NUMBER},
		{0}};
	struct db_result *result = NULL;
	int code = ctl_connect(ctl, NULL);

	if (code == 0)
		code = ctl_ask(ctl, "shape",
			       "SELECT status, display, under_1h, under_1d,"
			       " under_2d, under_4d, under_8d, under_16d,"
			       " older, orders FROM recard.shape()",
			       0, NULL, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	db_result_free(result);
	return code;
}
