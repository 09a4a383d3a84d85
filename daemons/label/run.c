/*
 * Label runs: intent, act, confirm. The labels of a run and their order are
 * fixed first; rendering is deterministic, so whoever finishes the run after
 * a crash gets the same bytes, which the stored digest proves.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "failpoint.h"
#include "label.h"
#include "label_forms.h"
#include "log.h"
#include "mem.h"
#include "render_run.h"
#include "spool.h"

struct run {
	char *run_no;
	char *layout, *format;
	char *digest; /* of a sealed one */
	bool sealed;
	int64_t epoch, created_at;
	unsigned start_cell;
};

/* A run's labels: those that fit, in a file of the outbox that is not
 * published yet, and those that do not with their reason. */
struct rendering {
	struct spool_part *part;
	struct buffer pending; /* not written yet */
	int error;             /* of writing */
	char digest[SPOOL_DIGEST_HEX];
	size_t labels, sheets;
	struct buffer blocked, reasons; /* array literals */
	size_t blocked_count;
};

#define WRITE_BYTES (256 * 1024)

static void
run_free(struct run *run)
{
	mem_free(run->run_no);
	mem_free(run->layout);
	mem_free(run->format);
	mem_free(run->digest);
}

static void
rendering_free(struct rendering *rendering)
{
	spool_part_close(rendering->part);
	buffer_free(&rendering->pending);
	buffer_free(&rendering->blocked);
	buffer_free(&rendering->reasons);
}

static enum work_outcome
cut(struct daemon_context *ctx)
{
	struct label_settings *set = &label_settings;
	const struct label_form *form =
		label_forms_find(&label_forms, set->layout);
	const struct printer *printer =
		printers_for_layout(&label_printers, set->layout);
	/* Only where they are printed. */
	bool numbers = form->tracking && set->mail_no_first > 0;
	struct buffer codes = label_local_codes();
	const struct db_param params[] = {
		db_int(set->run_sheets),
		db_int(sheet_cells(&form->sheet)),
		db_int(set->start_cell),
		db_int(ctx->once ? 1 : set->run_min),
		db_int(ctx->once ? 0 : set->run_wait),
		db_text(set->layout),
		db_text(set->format),
		db_text(printer ? printer->settings->name : NULL),
		db_text(codes.data),
		db_text(numbers ? set->list_office : NULL),
		db_int(set->mail_no_first),
		db_int(set->mail_no_last),
		db_text(ctx->actor)};
	struct db_result *result;
	enum db_status status = db_call(ctx->db, CUT_RUN, params, &result);
	bool made;

	buffer_free(&codes);
	if (status != DB_OK)
		return label_call_failed(ctx, status, NULL);
	made = !db_is_null(result, 0, 0);
	if (made)
		log_info("run.cut.done", kv_str(run, db_value(result, 0, 0)));
	db_result_free(result);
	FAILPOINT("run.cut");
	return made ? WORK_MORE : WORK_IDLE;
}

static enum db_status
claim(struct daemon_context *ctx, struct run *run)
{
	struct db_result *result;
	enum db_status status = db_call(ctx->db, CLAIM_RUN, NULL, &result);

	*run = (struct run){0};
	if (status != DB_OK)
		return status;
	if (db_rows(result) == 1) {
		run->run_no = mem_strdup(db_value(result, 0, 0));
		run->sealed = strcmp(db_value(result, 0, 1), "sealed") == 0;
		run->epoch = db_int64(result, 0, 2);
		run->layout = mem_strdup(db_value(result, 0, 3));
		run->start_cell = (unsigned)db_int64(result, 0, 4);
		run->created_at = db_int64(result, 0, 5);
		run->digest = mem_strdup(db_value(result, 0, 6));
		run->format = mem_strdup(db_value(result, 0, 7));
	}
	db_result_free(result);
	return DB_OK;
}

static bool
flush(struct rendering *r)
{
	const char *at = r->pending.data, *end = at + r->pending.len;

	while (r->error == 0 && at < end) {
		ssize_t done =
			write(spool_part_fd(r->part), at, (size_t)(end - at));

		if (done >= 0)
			at += done;
		else if (errno != EINTR)
			r->error = errno;
	}
	buffer_clear(&r->pending);
	return r->error == 0;
}

static bool
take_bytes(void *target, const void *bytes, size_t len)
{
	struct rendering *r = target;

	buffer_append(&r->pending, bytes, len);
	return r->pending.len < WRITE_BYTES || flush(r);
}

/* Renders the labels that fit; tells the others by number and reason. */
static void
add_labels(struct render_run *renderer, const struct db_result *rows,
	   struct rendering *r)
{
	for (int i = 0; i < db_rows(rows); i++) {
		const struct label_text label = {
			.order_no = db_value(rows, i, 1),
			.postal_code = db_value(rows, i, 2),
			.address = db_value(rows, i, 3),
			.name = db_value(rows, i, 4),
			.copy = (int)db_int64(rows, i, 5),
			.tracking_no = db_value(rows, i, 6)};
		struct label_fit fit;

		if (render_run_add(renderer, &label, &fit))
			continue;
		db_array_add(&r->blocked, db_value(rows, i, 0));
		db_array_add(&r->reasons, label_reason_code(fit.reason));
		r->blocked_count++;
		log_warn("label.fit.refused",
			 kv_str(label, db_value(rows, i, 0)),
			 kv_str(code, label_reason_code(fit.reason)),
			 kv_str(reason, fit.text));
	}
}

static enum work_outcome
write_failed(const char *name, int error)
{
	/* Another instance is about to lose its claim. */
	if (error == EBUSY || error == EAGAIN)
		return WORK_IDLE;
	log_error("label.publish.failed", kv_str(file, name),
		  kv_str(path, label_settings.outbox),
		  kv_str(error, strerror(error)));
	return WORK_FAILED;
}

/* Renders a run into NAME.part of the outbox. WORK_MORE: it is there. */
static enum work_outcome
render(const struct label_form *form, const struct run *run, const char *name,
       const struct db_result *rows, struct rendering *r)
{
	const struct label_texts texts = label_texts();
	const struct render_options options = {
		.form = form,
		.texts = &texts,
		.format = strcmp(run->format, "zpl") == 0 ? RENDER_ZPL
							  : RENDER_PDF,
		.start = run->start_cell,
		.created_at = run->created_at,
		.title = run->run_no};
	struct render_run *renderer;
	size_t size;
	bool good;

	r->part = spool_part_open(label_settings.outbox, name);
	if (r->part == NULL)
		return write_failed(name, errno);
	renderer = render_run_open(&options, label_fonts, take_bytes, r);
	if (renderer == NULL) {
		log_error("run.render.failed", kv_str(run, run->run_no),
			  kv_str(hint, "label.fonts must have Chinese "
				       "characters"));
		return WORK_FAILED;
	}
	add_labels(renderer, rows, r);
	r->labels = render_run_labels(renderer);
	r->sheets = render_run_sheets(renderer);
	good = r->labels == 0 || render_run_end(renderer);
	render_run_close(renderer);
	if (!flush(r))
		return write_failed(name, r->error);
	if (!good) {
		log_error("run.render.failed", kv_str(run, run->run_no),
			  kv_int(count, r->labels));
		return WORK_FAILED;
	}
	if (spool_part_whole(r->part, r->digest, &size) != 0)
		return write_failed(name, errno);
	return WORK_MORE;
}

static enum work_outcome
drop(struct daemon_context *ctx, const struct run *run, struct rendering *r)
{
	const struct db_param params[] = {db_text(run->run_no),
					  db_int(run->epoch),
					  db_text(db_array_end(&r->blocked)),
					  db_text(db_array_end(&r->reasons))};
	enum db_status status = db_call(ctx->db, DROP_RUN, params, NULL);

	if (status != DB_OK)
		return label_call_failed(ctx, status, run->run_no);
	log_info("run.drop.done", kv_str(run, run->run_no),
		 kv_int(rejected, r->blocked_count));
	return WORK_MORE;
}

/* Fixes the run to what was rendered. *sealed is false when it has to be
 * rendered again: a label of it was voided meanwhile. */
static enum work_outcome
seal(struct daemon_context *ctx, const struct run *run, struct rendering *r,
     bool *sealed)
{
	const struct db_param params[] = {db_text(run->run_no),
					  db_int(run->epoch),
					  db_text(r->digest),
					  db_int(r->labels),
					  db_int(r->sheets),
					  db_text(db_array_end(&r->blocked)),
					  db_text(db_array_end(&r->reasons)),
					  db_text(ctx->actor)};
	struct db_result *result;
	enum db_status status;

	status = db_call(ctx->db, SEAL_RUN, params, &result);
	if (status != DB_OK)
		return label_call_failed(ctx, status, run->run_no);
	*sealed = db_bool(result, 0, 0);
	if (*sealed)
		log_info("run.seal.done", kv_str(run, run->run_no),
			 kv_int(count, r->labels), kv_int(sheets, r->sheets),
			 kv_str(digest, r->digest));
	db_result_free(result);
	FAILPOINT("run.sealed");
	return WORK_MORE;
}

static enum work_outcome
publish(struct daemon_context *ctx, const struct run *run, const char *name,
	struct rendering *r)
{
	const struct db_param params[] = {
		db_text(run->run_no), db_int(run->epoch), db_text(ctx->actor)};
	enum work_outcome outcome =
		label_published(name, spool_part_publish(r->part));
	enum db_status status;

	if (outcome != WORK_MORE)
		return outcome;
	FAILPOINT("run.published");
	status = db_call(ctx->db, PUBLISH_RUN, params, NULL);
	if (status != DB_OK)
		return label_call_failed(ctx, status, run->run_no);
	log_info("run.publish.done", kv_str(run, run->run_no));
	return WORK_MORE;
}

/* What follows a rendering. One of a run that was sealed before a crash must
 * have come out as it was then. */
static enum work_outcome
finish(struct daemon_context *ctx, const struct run *run, const char *name,
       struct rendering *r)
{
	enum work_outcome outcome;
	bool sealed;

	if (run->sealed)
		return label_same_bytes(name, run->digest, r->digest)
			       ? publish(ctx, run, name, r)
			       : WORK_FAILED;
	outcome =
		r->labels == 0 ? drop(ctx, run, r) : seal(ctx, run, r, &sealed);
	if (outcome != WORK_MORE)
		return outcome;
	ctx->exceptions += (int64_t)r->blocked_count;
	return r->labels > 0 && sealed ? publish(ctx, run, name, r) : WORK_MORE;
}

static enum work_outcome
work_on(struct daemon_context *ctx, const struct run *run)
{
	const struct label_form *form =
		label_forms_find(&label_forms, run->layout);
	const struct db_param run_no = db_text(run->run_no);
	struct rendering r = {0};
	enum work_outcome outcome;
	struct db_result *rows;
	enum db_status status;
	char *name;

	if (!form) {
		log_error("run.layout.unknown", kv_str(run, run->run_no),
			  kv_str(reason, run->layout));
		return WORK_FAILED;
	}
	status = db_call(ctx->db, RUN_CONTENT, &run_no, &rows);
	if (status != DB_OK)
		return label_call_failed(ctx, status, run->run_no);
	name = mem_printf("%s.%s", run->run_no, run->format);
	outcome = render(form, run, name, rows, &r);
	if (outcome == WORK_MORE)
		outcome = finish(ctx, run, name, &r);
	db_result_free(rows);
	rendering_free(&r);
	mem_free(name);
	return outcome;
}

enum work_outcome
run_step(struct daemon_context *ctx)
{
	enum work_outcome outcome;
	struct run run;
	enum db_status status = claim(ctx, &run);

	if (status != DB_OK)
		return label_call_failed(ctx, status, NULL);
	if (!run.run_no)
		return cut(ctx);
	outcome = work_on(ctx, &run);
	run_free(&run);
	return outcome;
}
