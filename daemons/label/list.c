/*
 * Posting lists: which letters go to the post together. Intent, act,
 * confirm, as with label runs.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "failpoint.h"
#include "label.h"
#include "log.h"
#include "mem.h"
#include "posting_form.h"
#include "posting_list.h"
#include "seal.h"

struct list {
	char *list_no;
	char *area;        /* NULL: not known */
	char *digest;      /* of a sealed one */
	char *form_digest; /* the same; NULL: of before there were forms */
	bool sealed;
	int64_t epoch, created_at;
};

/* Both files of a list. */
struct files {
	struct buffer csv, form;
	char csv_digest[SEAL_SHA256_HEX], form_digest[SEAL_SHA256_HEX];
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

static bool
into_buffer(void *target, const void *bytes, size_t len)
{
	buffer_append(target, bytes, len);
	return true;
}

static bool
write_form(const struct list *list, const struct posting_item *items,
	   size_t count, struct buffer *out)
{
	struct label_settings *set = &label_settings;
	struct posting_form form = {.list_no = list->list_no,
				    .created_at = list->created_at,
				    .area = list->area,
				    .kind = set->list_kind,
				    .office = set->list_office};

	for (size_t i = 0; i < POSTING_SENDER_LINES && set->list_sender &&
			   set->list_sender[i];
	     i++)
		form.sender[i] = set->list_sender[i];
	return posting_form_write(&form, items, count, label_fonts, into_buffer,
				  out);
}

/* The list as the post wants it, a form to sign and a file to fill in; false
 * when one cannot be written. */
static bool
write_list(const struct list *list, const struct db_result *rows,
	   struct files *files)
{
	struct label_settings *set = &label_settings;
	size_t count = (size_t)db_rows(rows), substituted = 0;
	struct posting_item *items = mem_alloc(count + 1, sizeof *items);
	char weight[24] = "", postage[24] = "";
	bool good;

	if (set->list_weight > 0)
		(void)snprintf(weight, sizeof weight, "%" PRId64,
			       set->list_weight);
	if (set->list_postage > 0)
		(void)snprintf(postage, sizeof postage, "%" PRId64,
			       set->list_postage);
	for (size_t i = 0; i < count; i++)
		items[i] = (struct posting_item){
			.order_no = db_value(rows, (int)i, 0),
			.name = db_value(rows, (int)i, 1),
			.address = db_value(rows, (int)i, 2),
			.tracking_no = db_value(rows, (int)i, 3),
			.weight = weight,
			.postage = postage};
	good = posting_list_csv(items, count, set->list_encoding, &files->csv,
				&substituted) == 0 &&
	       write_form(list, items, count, &files->form);
	if (substituted > 0)
		log_warn("list.character.replaced", kv_str(file, list->list_no),
			 kv_int(count, substituted),
			 kv_str(hint, "label.list_encoding lacks some of "
				      "their characters"));
	mem_free(items);
	seal_sha256_hex(files->csv.data, files->csv.len, files->csv_digest);
	seal_sha256_hex(files->form.data, files->form.len, files->form_digest);
	return good;
}

static enum work_outcome
seal(struct daemon_context *ctx, const struct list *list,
     const struct files *files, int items)
{
	const struct db_param params[] = {db_text(list->list_no),
					  db_int(list->epoch),
					  db_text(files->csv_digest),
					  db_text(files->form_digest),
					  db_int(items),
					  db_text(ctx->actor)};
	enum db_status status = db_call(ctx->db, SEAL_LIST, params, NULL);

	if (status != DB_OK)
		return label_call_failed(ctx, status, list->list_no);
	log_info("list.seal.done", kv_str(file, list->list_no),
		 kv_int(count, items), kv_str(digest, files->csv_digest));
	FAILPOINT("list.sealed");
	return WORK_MORE;
}

static enum work_outcome
publish_file(const struct list *list, const char *suffix,
	     const struct buffer *bytes, const char *sealed, const char *digest)
{
	char *name = mem_printf("%s.%s", list->list_no, suffix);
	enum work_outcome outcome = WORK_FAILED;

	if (label_same_bytes(name, sealed, digest))
		outcome = label_published(
			name, spool_publish(label_settings.outbox, name,
					    bytes->data, bytes->len));
	mem_free(name);
	return outcome;
}

static enum work_outcome
publish(struct daemon_context *ctx, const struct list *list,
	const struct files *files)
{
	const struct db_param params[] = {db_text(list->list_no),
					  db_int(list->epoch),
					  db_text(ctx->actor)};
	enum work_outcome outcome = WORK_MORE;
	enum db_status status;

	/* The file that is taken further comes last. */
	if (list->form_digest)
		outcome = publish_file(list, "pdf", &files->form,
				       list->form_digest, files->form_digest);
	if (outcome == WORK_MORE)
		outcome = publish_file(list, "csv", &files->csv, list->digest,
				       files->csv_digest);
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
	struct files files = {0};
	struct db_result *rows;
	enum db_status status;

	status = db_call(ctx->db, LIST_CONTENT, &list_no, &rows);
	if (status != DB_OK)
		return label_call_failed(ctx, status, list->list_no);
	if (!write_list(list, rows, &files))
		log_error("list.write.failed", kv_str(file, list->list_no),
			  kv_str(setting, "label.list_encoding"));
	else if (list->sealed)
		outcome = publish(ctx, list, &files);
	else
		outcome = seal(ctx, list, &files, db_rows(rows));
	db_result_free(rows);
	buffer_free(&files.csv);
	buffer_free(&files.form);
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
	if (!db_is_null(result, 0, 4))
		list.form_digest = mem_strdup(db_value(result, 0, 4));
	if (!db_is_null(result, 0, 5))
		list.area = mem_strdup(db_value(result, 0, 5));
	list.created_at = db_int64(result, 0, 6);
	db_result_free(result);
	outcome = work_on(ctx, &list);
	mem_free(list.list_no);
	mem_free(list.digest);
	mem_free(list.form_digest);
	mem_free(list.area);
	return outcome;
}
