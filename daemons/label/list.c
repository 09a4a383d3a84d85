/*
 * Posting lists: which letters go to the post together. Intent, act,
 * confirm, as with label runs.
 */
#include <string.h>

#include "buffer.h"
#include "failpoint.h"
#include "label.h"
#include "log.h"
#include "mem.h"
#include "posting_list.h"
#include "seal.h"

struct list {
	char *list_no;
	char *digest; /* of a sealed one */
	bool sealed;
	int64_t epoch;
};

static enum work_outcome
cut(struct daemon_context *ctx)
{
	struct label_settings *set = &label_settings;
	struct buffer codes = label_local_codes();
	const struct db_param params[] = {
		db_int(set->list_max),
		db_int(ctx->once ? 1 : set->list_min),
		db_int(ctx->once ? 0 : set->list_wait),
		db_text(codes.data),
		db_text(set->require_packing ? "true" : "false"),
		db_text(ctx->actor)};
	struct db_result *result;
	enum db_status status = db_call(ctx->db, CUT_LIST, params, &result);
	bool made;

	buffer_free(&codes);
	if (status != DB_OK)
		return label_call_failed(ctx, status, NULL);
	made = !db_is_null(result, 0, 0);
	if (made)
		log_info("list.cut.done", kv_str(file, db_value(result, 0, 0)));
	db_result_free(result);
	FAILPOINT("list.cut");
	return made ? WORK_MORE : WORK_IDLE;
}

/* The list as the post wants it; false when it cannot be written. */
static bool
write_list(const struct list *list, const struct db_result *rows,
	   struct buffer *out)
{
	struct posting_item *items =
		mem_alloc((size_t)db_rows(rows) + 1, sizeof *items);
	size_t substituted = 0;
	bool good;
	int i;

	for (i = 0; i < db_rows(rows); i++)
		items[i] =
			(struct posting_item){.order_no = db_value(rows, i, 0),
					      .name = db_value(rows, i, 1),
					      .address = db_value(rows, i, 2)};
	good = posting_list_csv(items, (size_t)db_rows(rows),
				label_settings.list_encoding, out,
				&substituted) == 0;
	if (substituted > 0)
		log_warn("list.character.replaced", kv_str(file, list->list_no),
			 kv_int(count, substituted),
			 kv_str(hint, "label.list_encoding lacks some of "
				      "their characters"));
	mem_free(items);
	return good;
}

static enum work_outcome
seal(struct daemon_context *ctx, const struct list *list, const char *digest,
     int items)
{
	const struct db_param params[] = {
		db_text(list->list_no), db_int(list->epoch),
		db_text(digest),        db_text(NULL),
		db_int(items),          db_text(ctx->actor)};
	enum db_status status = db_call(ctx->db, SEAL_LIST, params, NULL);

	if (status != DB_OK)
		return label_call_failed(ctx, status, list->list_no);
	log_info("list.seal.done", kv_str(file, list->list_no),
		 kv_int(count, items), kv_str(digest, digest));
	FAILPOINT("list.sealed");
	return WORK_MORE;
}

static enum work_outcome
publish(struct daemon_context *ctx, const struct list *list,
	const struct buffer *bytes)
{
	const struct db_param params[] = {db_text(list->list_no),
					  db_int(list->epoch),
					  db_text(ctx->actor)};
	char *name = mem_printf("%s.csv", list->list_no);
	enum work_outcome outcome = WORK_FAILED;
	char digest[SEAL_SHA256_HEX];
	enum db_status status;

	seal_sha256_hex(bytes->data, bytes->len, digest);
	if (label_same_bytes(name, list->digest, digest))
		outcome = label_published(
			name, spool_publish(label_settings.outbox, name,
					    bytes->data, bytes->len));
	mem_free(name);
	if (outcome != WORK_MORE)
		return outcome;
	FAILPOINT("list.published");
	status = db_call(ctx->db, PUBLISH_LIST, params, NULL);
	if (status != DB_OK)
		return label_call_failed(ctx, status, list->list_no);
	log_info("list.publish.done", kv_str(file, list->list_no));
	return WORK_MORE;
}

static enum work_outcome
work_on(struct daemon_context *ctx, const struct list *list)
{
	const struct db_param list_no = db_text(list->list_no);
	enum work_outcome outcome = WORK_FAILED;
	char digest[SEAL_SHA256_HEX];
	struct buffer bytes = {0};
	struct db_result *rows;
	enum db_status status;

	status = db_call(ctx->db, LIST_CONTENT, &list_no, &rows);
	if (status != DB_OK)
		return label_call_failed(ctx, status, list->list_no);
	if (!write_list(list, rows, &bytes)) {
		log_error("list.write.failed", kv_str(file, list->list_no),
			  kv_str(setting, "label.list_encoding"));
	} else if (list->sealed) {
		outcome = publish(ctx, list, &bytes);
	} else {
		seal_sha256_hex(bytes.data, bytes.len, digest);
		outcome = seal(ctx, list, digest, db_rows(rows));
	}
	db_result_free(rows);
	buffer_free(&bytes);
	return outcome;
}

enum work_outcome
list_step(struct daemon_context *ctx)
{
	struct list list = {0};
	enum work_outcome outcome;
	struct db_result *result;
	enum db_status status = db_call(ctx->db, CLAIM_LIST, NULL, &result);

	if (status != DB_OK)
		return label_call_failed(ctx, status, NULL);
	if (db_rows(result) == 0) {
		db_result_free(result);
		return cut(ctx);
	}
	list.list_no = mem_strdup(db_value(result, 0, 0));
	list.sealed = strcmp(db_value(result, 0, 1), "sealed") == 0;
	list.epoch = db_int64(result, 0, 2);
	list.digest = mem_strdup(db_value(result, 0, 3));
	db_result_free(result);
	outcome = work_on(ctx, &list);
	mem_free(list.list_no);
	mem_free(list.digest);
	return outcome;
}
