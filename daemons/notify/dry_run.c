/*
 * What would be sent, for somebody to look at.
 */
#include <stdio.h>

#include "notify.h"

enum work_outcome
notify_dry_run(struct daemon_context *ctx)
{
	const struct db_param params[] = {db_int(notify_settings.batch),
					  db_int(notify_settings.lease)};
	struct db_result *rows;
	enum db_status status = db_call(ctx->db, NOTIFY_DUE, params, &rows);
	int row;

	if (status != DB_OK)
		return notify_call_failed(ctx, status);
	for (row = 0; row < db_rows(rows); row++)
		printf("would send notice=%s kind=%s order=%s language=%s "
		       "to=%s due=%s\n",
		       db_value(rows, row, 0), db_value(rows, row, 1),
		       db_value(rows, row, 2), db_value(rows, row, 3),
		       db_value(rows, row, 4), db_value(rows, row, 5));
	printf("dry run: %d%s mails would be sent now; nothing was sent\n", row,
	       row < notify_settings.batch ? "" : " or more");
	fflush(stdout);
	db_result_free(rows);
	return WORK_IDLE;
}
