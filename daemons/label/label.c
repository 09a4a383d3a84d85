/*
 * recard-label: prints the labels of frozen orders, and lists the letters
 * that are ready for the post.
 */
#include <errno.h>
#include <string.h>

#include "buffer.h"
#include "charset.h"
#include "exit_code.h"
#include "label.h"
#include "log.h"
#include "font_set.h"
#include "label_draw.h"
#include "label_forms.h"
#include "mem.h"
#include "posting_form.h"
#include "seal.h"
#include "sheet.h"
#include "spool.h"

struct label_settings label_settings;
struct font_set *label_fonts;
struct label_forms label_forms;
struct printers label_printers;

static const struct db_statement statements[] = {
	[CUT_RUN] =
		{"cut_label_run",
		 "SELECT recard.cut_label_run($1, $2, $3, $4, " DB_MS_INTERVAL(
			 "$5") ", $6, $7, $8, $9, $10, $11, $12, "
			       "$13)",
		 13},
	[CLAIM_RUN] = {"claim_label_run",
		       "SELECT run_no, state, epoch, layout, start_cell, "
		       "extract(epoch FROM created_at)::bigint, digest, "
		       "format FROM recard.claim_label_run()",
		       0},
	[RUN_CONTENT] = {"label_run_content",
			 "SELECT label_no, order_no, postal_code, address, "
			 "name, copy_no, mail_no FROM "
			 "recard.label_run_content($1)",
			 1},
	[SEAL_RUN] = {"seal_label_run",
		      "SELECT recard.seal_label_run($1, $2, $3, $4, $5, $6, "
		      "$7, $8)",
		      8},
	[DROP_RUN] = {"drop_empty_run",
		      "SELECT recard.drop_empty_run($1, $2, $3, $4)", 4},
	[PUBLISH_RUN] = {"publish_label_run",
			 "SELECT recard.publish_label_run($1, $2, $3)", 3},
	[CLAIM_PRINT] =
		{"claim_print_job",
		 "SELECT run_no, epoch, printer, may_send, fresh, "
		 "format, digest FROM recard.claim_print_job(" DB_MS_INTERVAL(
			 "$1") ", " DB_MS_INTERVAL("$2") ")",
		 2},
	[RECORD_PRINT] = {"record_print_job",
			  "SELECT recard.record_print_job($1, $2, $3, $4, "
			  "$5, " DB_MS_INTERVAL("$6") ", $7)",
			  7},
	[CUT_LIST] = {"cut_posting_list",
		      "SELECT recard.cut_posting_list($1, $2, " DB_MS_INTERVAL(
			      "$3") ", $4, $5, $6)",
		      6},
	[CLAIM_LIST] = {"claim_posting_list",
			"SELECT list_no, state, epoch, digest, "
			"form_digest, area, extract(epoch FROM "
			"created_at)::bigint FROM recard.claim_posting_list()",
			0},
	[LIST_CONTENT] = {"posting_list_content",
			  "SELECT order_no, name, address, mail_no "
			  "FROM recard.posting_list_content($1)",
			  1},
	[SEAL_LIST] = {"seal_posting_list",
		       "SELECT recard.seal_posting_list($1, $2, $3, $4, $5, "
		       "$6)",
		       6},
	[PUBLISH_LIST] = {"publish_posting_list",
			  "SELECT recard.publish_posting_list($1, $2, $3)", 3},
	{0}};

enum work_outcome
label_call_failed(struct daemon_context *ctx, enum db_status status,
		  const char *document)
{
	if (status == DB_LOST)
		return WORK_LOST;
	log_error("label.call.refused", kv_str(file, document), kv_db(ctx->db));
	return WORK_FAILED;
}

bool
label_same_bytes(const char *name, const char *sealed_digest,
		 const char *digest)
{
	if (strcmp(digest, sealed_digest) == 0)
		return true;
	log_error("label.publish.refused", kv_str(file, name),
		  kv_str(error, "it comes out with other bytes than were "
				"sealed"),
		  kv_str(hint, "were fonts or settings changed since? put "
			       "them back, or reprint"));
	return false;
}

enum work_outcome
label_published(const char *name, enum spool_published published)
{
	switch (published) {
	case SPOOL_PUBLISHED:
		return WORK_MORE;
	case SPOOL_CONFLICT:
		log_error("label.publish.conflict", kv_str(file, name),
			  kv_str(path, label_settings.outbox),
			  kv_str(error, "another file has this name"),
			  kv_str(hint, "see whether the database was restored "
				       "from before that file"));
		return WORK_FAILED;
	case SPOOL_ERROR:
		break;
	}
	log_error("label.publish.failed", kv_str(file, name),
		  kv_str(path, label_settings.outbox),
		  kv_str(error, strerror(errno)));
	return WORK_FAILED;
}

struct buffer
label_local_codes(void)
{
	char **codes = label_settings.local_postal_codes;
	struct buffer array = {0};

	while (codes && *codes)
		db_array_add(&array, *codes++);
	(void)db_array_end(&array);
	return array;
}

struct label_texts
label_texts(void)
{
	return (struct label_texts){
		(const char *const *)label_settings.sender,
		(const char *const *)label_settings.postage_paid,
		(const char *const *)label_settings.letter};
}

/* Whether posting lists can be written with these settings. */
static bool
list_ready(void)
{
	const struct label_settings *set = &label_settings;
	const char *office = set->list_office;
	const char *const *kind = posting_kinds;
	size_t lines = 0;
	const char *wrong = NULL;

	while (*kind && strcmp(*kind, set->list_kind) != 0)
		kind++;
	while (set->list_sender && set->list_sender[lines])
		lines++;
	for (char **code = set->local_postal_codes; code && *code; code++)
		if (**code == '\0' ||
		    strspn(*code, "0123456789") != strlen(*code))
			wrong = "local_postal_codes";
	if (!*kind)
		wrong = "list_kind";
	else if (office &&
		 (strlen(office) != 8 || strspn(office, "0123456789") != 8))
		wrong = "list_office";
	else if (set->mail_no_first > 0 &&
		 (!office || set->mail_no_last < set->mail_no_first))
		wrong = "mail_no_first";
	else if (lines > POSTING_SENDER_LINES)
		wrong = "list_sender";
	if (wrong) {
		char *setting = mem_printf("label.%s", wrong);

		log_error("label.list.refused", kv_str(setting, setting),
			  kv_str(hint, "see recard.conf(5)"));
		mem_free(setting);
	}
	return wrong == NULL;
}

/* Whether the layout can be drawn with these fonts and texts. */
static bool
layout_ready(const struct label_form *form)
{
	const struct label_texts texts = label_texts();
	struct label_drawer *drawer =
		label_drawer_open(form, &texts, label_fonts);
	const char *wrong = drawer ? label_drawer_objection(drawer)
				   : "label.fonts have no Chinese characters";

	label_drawer_close(drawer);
	if (wrong)
		log_error("label.layout.refused",
			  kv_str(setting, "label.layout"),
			  kv_str(error, wrong));
	return wrong == NULL;
}

static int
init(struct daemon_context *ctx)
{
	struct label_settings *set = &label_settings;
	struct charset *charset = charset_open("UTF-8", set->list_encoding);
	const struct label_form *form;
	char *error;

	if (!label_forms_new(&set->layouts, &label_forms, &error)) {
		log_error("label.layout.refused",
			  kv_str(setting, "label.layouts"),
			  kv_str(error, error));
		mem_free(error);
		charset_close(charset);
		return EXIT_CONFIG;
	}
	if (!printers_new(&set->printers, &label_printers, &error)) {
		log_error("label.printer.refused",
			  kv_str(setting, "label.printers"),
			  kv_str(error, error));
		mem_free(error);
		charset_close(charset);
		return EXIT_CONFIG;
	}
	form = label_forms_find(&label_forms, set->layout);
	if (!form || !sheet_start_ok(&form->sheet, (unsigned)set->start_cell)) {
		log_error("label.layout.refused",
			  kv_str(setting,
				 form ? "label.start_cell" : "label.layout"),
			  kv_str(hint, "see recard.conf(5)"));
		return EXIT_CONFIG;
	}
	if (strcmp(set->format, "pdf") != 0 &&
	    (strcmp(set->format, "zpl") != 0 ||
	     sheet_cells(&form->sheet) > 1)) {
		log_error("label.layout.refused",
			  kv_str(setting, "label.format"),
			  kv_str(hint, "pdf, or zpl for a layout of one label "
				       "a page"));
		return EXIT_CONFIG;
	}
	if (!charset) {
		log_error("label.encoding.refused",
			  kv_str(setting, "label.list_encoding"),
			  kv_str(hint, "iconv -l lists the names"));
		return EXIT_CONFIG;
	}
	charset_close(charset);
	label_fonts = font_set_open((const char *const *)set->fonts, &error);
	if (!label_fonts) {
		log_error("label.font.refused", kv_str(setting, "label.fonts"),
			  kv_str(error, error),
			  kv_str(hint,
				 "fc-list : family lists those installed; "
				 "see README for the packages"));
		mem_free(error);
		return EXIT_CONFIG;
	}
	if (!layout_ready(form) || !list_ready())
		return EXIT_CONFIG;
	if (spool_make_folder(set->outbox) != 0) {
		log_error("label.folder.refused", kv_str(path, set->outbox),
			  kv_str(error, strerror(errno)));
		return EXIT_CONFIG;
	}
	return EXIT_DONE;
}

static void
fini(struct daemon_context *ctx)
{
	(void)ctx;
	printing_end();
}

static const struct daemon_work works[] = {
	{.name = "run", .kind = WORK_STEP, .step = run_step},
	{.name = "print", .kind = WORK_STEP, .step = printing_step},
	{.name = "posting_list",
	 .kind = WORK_STEP,
	 .seldom = true,
	 .step = list_step},
	{0}};

static const struct daemon label = {
	.name = "label",
	.summary = "prints mailing labels and lists letters for the post",
	.settings = label_setting_table,
	.values = &label_settings,
	.values_size = sizeof label_settings,
	.statements = statements,
	.works = works,
	.wake = "recard_label",
	.init = init,
	.fini = fini,
};

int
main(int argc, char **argv)
{
	return daemon_main(&label, argc, argv);
}
