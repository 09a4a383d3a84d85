/*
 * Asking for alarms: see alarm.h.
 */
#include "alarm.h"
#include "clock.h"
#include "log.h"

enum work_outcome
alarm_ask(struct daemon_context *ctx, int statement,
	  const struct db_param *params, int64_t every_ms, int64_t *due_ms,
	  void (*tell)(struct daemon_context *ctx, const struct db_result *rows,
		       int row))
{
	struct db_result *result;

	if (clock_monotonic_ms() < *due_ms)
		return WORK_IDLE;
	switch (db_call(ctx->db, statement, params, &result)) {
	case DB_OK:
		break;
	case DB_LOST:
		return WORK_LOST;
	case DB_REFUSED:
		log_error("alarm.call.refused", kv_db(ctx->db));
		return WORK_FAILED;
	}
	*due_ms = clock_monotonic_ms() + every_ms;
	for (int row = 0; row < db_rows(result); row++)
		tell(ctx, result, row);
	db_result_free(result);
	return WORK_IDLE;
}
