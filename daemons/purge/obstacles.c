/*
 * What stands between unpaid orders and their deletion: told as an alarm
 * while the daemon runs, or in full by a dry run. The database finds and
 * counts; these are its words.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "purge.h"

/* Orders named of each kind in a dry run, and in all in an alarm. */
enum { EXAMPLES = 20 };

/* Columns of purge_summary: a row an example. */
enum { OBSTACLE, PRODUCT, ORDERS, ORDER_NO, APPLIED_AT, PAY_BY };

static enum db_status
summary(struct daemon_context *ctx, struct db_result **result)
{
	const struct db_param examples = db_int(EXAMPLES);

	return db_call(ctx->db, PURGE_SUMMARY, &examples, result);
}

/* Whether a row starts another product or obstacle. */
static bool
starts_kind(const struct db_result *rows, int row)
{
	return row == 0 ||
	       strcmp(db_value(rows, row, OBSTACLE),
		      db_value(rows, row - 1, OBSTACLE)) != 0 ||
	       strcmp(db_value(rows, row, PRODUCT),
		      db_value(rows, row - 1, PRODUCT)) != 0;
}

static enum work_outcome
tell_feeds(struct daemon_context *ctx)
{
	struct db_result *feeds;
	enum db_status status = db_call(ctx->db, PURGE_FEEDS, NULL, &feeds);
	int row;

	if (status != DB_OK)
		return purge_call_failed(ctx, status);
	for (row = 0; row < db_rows(feeds); row++) {
		const char *feed = db_value(feeds, row, 0);
		const char *age = db_is_null(feeds, row, 2)
					  ? NULL
					  : db_value(feeds, row, 2);
		const char *until = db_is_null(feeds, row, 3)
					    ? NULL
					    : db_value(feeds, row, 3);
		int64_t waiting = db_int64(feeds, row, 4);

		if (db_bool(feeds, row, 1))
			log_error("purge.feed.silent", kv_str(feed, feed),
				  kv_str(age_s, age), kv_int(count, waiting),
				  kv_str(covered_until, until),
				  kv_str(hint, "no settlement file comes in: "
					       "ask the payment service"));
		else
			log_warn("purge.feed.behind", kv_str(feed, feed),
				 kv_int(count, waiting),
				 kv_str(covered_until, until),
				 kv_str(hint, "book its settlement files"));
	}
	db_result_free(feeds);
	return WORK_IDLE;
}

/* Orders that wait for something else than a feed: some by number, the
 * others counted. */
static void
tell_orders(const struct db_result *rows)
{
	int row, kind = 0, told = 0;

	for (row = 0; row < db_rows(rows); row++) {
		const char *obstacle = db_value(rows, row, OBSTACLE);
		int64_t untold;

		if (!*obstacle || strncmp(obstacle, "feed:", 5) == 0)
			continue;
		if (starts_kind(rows, row))
			kind = 0;
		if (told < EXAMPLES) {
			log_warn("purge.order.waiting",
				 kv_str(order, db_value(rows, row, ORDER_NO)),
				 kv_str(reason, obstacle));
			told++;
			kind++;
		}
		if (row + 1 < db_rows(rows) && !starts_kind(rows, row + 1))
			continue;
		untold = db_int64(rows, row, ORDERS) - kind;
		if (untold > 0)
			log_warn("purge.order.waiting",
				 kv_str(reason, obstacle),
				 kv_int(count, untold));
	}
}

enum work_outcome
purge_alarm(struct daemon_context *ctx)
{
	enum work_outcome outcome = tell_feeds(ctx);
	struct db_result *rows;
	enum db_status status;

	if (outcome != WORK_IDLE)
		return outcome;
	status = summary(ctx, &rows);
	if (status != DB_OK)
		return purge_call_failed(ctx, status);
	tell_orders(rows);
	db_result_free(rows);
	return WORK_IDLE;
}

static void
print_order(const struct db_result *rows, int row, const char *obstacle)
{
	char applied_at[32], pay_by[32];

	clock_format_taipei(db_int64(rows, row, APPLIED_AT), applied_at);
	clock_format_taipei(db_int64(rows, row, PAY_BY), pay_by);
	printf("%s %s product=%s applied_at=%s pay_by=%s%s%s\n",
	       *obstacle ? "would keep " : "would purge",
	       db_value(rows, row, ORDER_NO), db_value(rows, row, PRODUCT),
	       applied_at, pay_by, *obstacle ? " because of " : "", obstacle);
}

enum work_outcome
purge_dry_run(struct daemon_context *ctx)
{
	struct db_result *rows;
	enum db_status status = summary(ctx, &rows);
	int64_t due = 0, kept = 0;
	int row;

	if (status != DB_OK)
		return purge_call_failed(ctx, status);
	for (row = 0; row < db_rows(rows); row++)
		print_order(rows, row, db_value(rows, row, OBSTACLE));
	for (row = 0; row < db_rows(rows); row++) {
		const char *obstacle = db_value(rows, row, OBSTACLE);
		int64_t orders = db_int64(rows, row, ORDERS);

		if (!starts_kind(rows, row))
			continue;
		*(*obstacle ? &kept : &due) += orders;
		printf("%s %" PRId64 " of product=%s%s%s\n",
		       *obstacle ? "would keep " : "would purge", orders,
		       db_value(rows, row, PRODUCT),
		       *obstacle ? " because of " : "", obstacle);
	}
	printf("dry run: %" PRId64 " of %" PRId64
	       " unpaid orders past their deadline would be purged, %" PRId64
	       " kept; nothing was deleted\n",
	       due, due + kept, kept);
	db_result_free(rows);
	return WORK_IDLE;
}
