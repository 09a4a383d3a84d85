/*
 * Label runs: intent, act, confirm. The labels of a run and their order are
 * fixed first; rendering is deterministic, so whoever finishes the run after
 * a crash gets the same bytes, which the stored digest proves.
 */
#include <string.h>

#include "buffer.h"
#include "failpoint.h"
#include "label.h"
#include "log.h"
#include "mem.h"
#include "render_pdf.h"
#include "seal.h"
#include "sheet.h"

struct run {
	char *run_no;
	char *layout;
	char *digest; /* of a sealed one */
	bool sealed;
	int64_t epoch, created_at;
	unsigned start_cell;
};

/* A run's labels: those that fit, and those that do not with their reason. */
struct rendering {
	struct buffer pdf;
	char digest[SEAL_SHA256_HEX];
	size_t labels, sheets;
	struct buffer blocked, reasons; /* array literals */
	size_t blocked_count;
};

static void
run_free(struct run *run)
{
	mem_free(run->run_no);
	mem_free(run->layout);
	mem_free(run->digest);
}

static void
rendering_free(struct rendering *rendering)
{
	buffer_free(&rendering->pdf);
	buffer_free(&rendering->blocked);
	buffer_free(&rendering->reasons);
}

static enum work_outcome
cut(struct daemon_context *ctx)
{
	struct label_settings *set = &label_settings;
	const struct db_param params[] = {db_int(set->run_max),
					  db_int(ctx->once ? 1 : set->run_min),
					  db_int(ctx->once ? 0 : set->run_wait),
					  db_text(set->layout),
					  db_int(set->start_cell),
					  db_text(ctx->actor)};
	struct db_result *result;
	enum db_status status = db_call(ctx->db, CUT_RUN, params, &result);
	bool made;

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
	}
	db_result_free(result);
	return DB_OK;
}

/* Renders the labels that fit; tells the others by number and reason. */
static bool
render(struct render_pdf *renderer, const struct sheet *sheet,
       const struct run *run, const struct db_result *rows, struct rendering *r)
{
	struct label_text *labels =
		mem_alloc((size_t)db_rows(rows) + 1, sizeof *labels);
	size_t bad;
	bool good = true;
	int i;

	for (i = 0; i < db_rows(rows); i++) {
		struct label_text label = {.order_no = db_value(rows, i, 1),
					   .postal_code = db_value(rows, i, 2),
					   .address = db_value(rows, i, 3),
					   .name = db_value(rows, i, 4)};
		struct label_fit fit;

		if (label_fit(renderer, &label, &fit)) {
			labels[r->labels++] = label;
			continue;
		}
		db_array_add(&r->blocked, db_value(rows, i, 0));
		db_array_add(&r->reasons, label_reason_code(fit.reason));
		r->blocked_count++;
		log_warn("label.fit.refused",
			 kv_str(label, db_value(rows, i, 0)),
			 kv_str(code, label_reason_code(fit.reason)),
			 kv_str(reason, fit.text));
	}
	if (r->labels > 0)
		good = render_pdf(renderer, labels, r->labels, run->start_cell,
				  run->created_at, run->run_no, &r->pdf,
				  &bad) == 0;
	r->sheets = sheet_pages(sheet, run->start_cell, r->labels);
	seal_sha256_hex(r->pdf.data, r->pdf.len, r->digest);
	mem_free(labels);
	return good;
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

static enum work_outcome
seal(struct daemon_context *ctx, const struct run *run, struct rendering *r)
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
	if (db_bool(result, 0, 0))
		log_info("run.seal.done", kv_str(run, run->run_no),
			 kv_int(count, r->labels), kv_int(sheets, r->sheets),
			 kv_str(digest, r->digest));
	db_result_free(result);
	FAILPOINT("run.sealed");
	return WORK_MORE;
}

static enum work_outcome
publish(struct daemon_context *ctx, const struct run *run,
	const struct rendering *r)
{
	const struct db_param params[] = {
		db_text(run->run_no), db_int(run->epoch), db_text(ctx->actor)};
	char *name = mem_printf("%s.pdf", run->run_no);
	enum work_outcome outcome;
	enum db_status status;

	outcome = label_publish(name, run->digest, r->pdf.data, r->pdf.len);
	mem_free(name);
	if (outcome != WORK_MORE)
		return outcome;
	FAILPOINT("run.published");
	status = db_call(ctx->db, PUBLISH_RUN, params, NULL);
	if (status != DB_OK)
		return label_call_failed(ctx, status, run->run_no);
	log_info("run.publish.done", kv_str(run, run->run_no));
	return WORK_MORE;
}

static enum work_outcome
work_on(struct daemon_context *ctx, const struct run *run)
{
	const struct sheet *sheet = sheet_find(run->layout);
	const struct db_param run_no = db_text(run->run_no);
	struct rendering r = {0};
	enum work_outcome outcome = WORK_FAILED;
	struct render_pdf *renderer;
	struct db_result *rows;
	enum db_status status;

	if (!sheet) {
		log_error("run.layout.unknown", kv_str(run, run->run_no),
			  kv_str(reason, run->layout));
		return WORK_FAILED;
	}
	renderer = render_pdf_open(sheet, label_settings.font);
	if (!renderer) {
		log_error("run.font.missing", kv_str(run, run->run_no),
			  kv_str(hint, "install fonts-noto-cjk"));
		return WORK_FAILED;
	}
	status = db_call(ctx->db, RUN_CONTENT, &run_no, &rows);
	if (status != DB_OK) {
		outcome = label_call_failed(ctx, status, run->run_no);
		goto out;
	}
	if (!render(renderer, sheet, run, rows, &r))
		log_error("run.render.failed", kv_str(run, run->run_no),
			  kv_int(count, r.labels));
	else if (run->sealed)
		outcome = publish(ctx, run, &r);
	else if (r.labels == 0)
		outcome = drop(ctx, run, &r);
	else
		outcome = seal(ctx, run, &r);
	if (outcome == WORK_MORE && !run->sealed)
		ctx->exceptions += (int64_t)r.blocked_count;
	db_result_free(rows);
out:
	render_pdf_close(renderer);
	rendering_free(&r);
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
