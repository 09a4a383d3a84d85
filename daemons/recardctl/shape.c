/*
 * recardctl shape: for how long orders have stood where they are.
 */
#include "ctl.h"
#include "list.h"

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

	static const struct list list = {
		.what = "statuses",
		.sql = "SELECT status, display, under_1h, under_1d,"
		       " under_2d, under_4d, under_8d, under_16d,"
		       " older, orders FROM recard.shape()",
		.columns = columns};

	return list_run(ctl, &list);
}
