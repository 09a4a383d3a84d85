/*
 * recardctl notice list, show, preview, retry: the outbox of mail to
 * applicants.
 */
#include <inttypes.h>
#include <string.h>

#include "act.h"
#include "buffer.h"
#include "ctl.h"
#include "daemon.h"
#include "exit_code.h"
#include "list.h"
#include "mail_notice.h"
#include "mail_settings.h"
#include "mem.h"
#include "option_value.h"

int
notice_list_run(struct ctl *ctl)
{
	static const char *const states[] = {"due",    "sent", "bounced",
					     "failed", "moot", NULL};
	static const struct output_column columns[] = {
		{"notice", "NOTICE", OUTPUT_NUMBER},
		{"order_no", "ORDER", OUTPUT_TEXT},
		{"kind", "KIND", OUTPUT_TEXT},
		{"state", "STATE", OUTPUT_TEXT},
		{"due_at", "DUE", OUTPUT_TIME},
		{"sent_at", "SENT", OUTPUT_TIME},
		{"tries", "TRIES", OUTPUT_NUMBER},
		{"reason", "REASON", OUTPUT_TEXT},
		{"code", "CODE", OUTPUT_TEXT},
		{0}};
	static const struct list_parameter parameters[] = {
		{LIST_CHOICE, OPTION_STATE, states},
		{LIST_CHOICE, OPTION_KIND, mail_kinds},
		{LIST_ORDER, OPTION_ORDER, NULL},
		{LIST_DATE, OPTION_FROM, NULL},
		{LIST_DATE, OPTION_TO, NULL},
		{LIST_ITEM, OPTION_AFTER, "notice"},
		{LIST_LIMIT, OPTION_LIMIT, NULL},
		{0}};
	static const struct list list = {
		.what = "notices",
		.sql = "SELECT notice_id, order_no, kind, state, "
		       "recard.seconds_at(due_at), "
		       "recard.seconds_at(sent_at), tries, reason, code FROM "
		       "recard.notice_list($1::text, $2::text, $3::bigint, "
		       "$4::date, $5::date, $6::bigint, $7::integer)",
		.parameters = parameters,
		.columns = columns};

	return list_run(ctl, &list);
}

int
notice_show_run(struct ctl *ctl)
{
	struct db_param params[] = {db_text(ctl->args[0])};
	int64_t number;
	char *nothing;
	int code;

	if (!option_item(ctl->args[0], "notice", &number))
		return EXIT_USAGE;
	nothing = mem_printf("there is no notice %s; notice list shows "
			     "which there are",
			     ctl->args[0]);
	code = ctl_show(ctl, "notice show",
			"SELECT section, name, value FROM"
			" recard.notice_show($1::bigint)",
			1, params, nothing);
	mem_free(nothing);
	return code;
}

int
notice_retry_run(struct ctl *ctl)
{
	int64_t number;
	int code;

	if (!option_item(ctl->args[0], "notice", &number) ||
	    !act_has_reason(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = act_call(ctl, "notice retry",
				"SELECT recard.notice_retry($1::bigint,"
				" $2::text, $3::text)",
				ctl->args[0], NULL);
	return code ? code
		    : act_done(ctl, ctl->args[0],
			       "notice %" PRId64 " is sent once more", number);
}

/* What a preview is made of. */
struct preview {
	struct daemon_common common;
	struct mail_settings settings;
	struct conf *conf;
	struct mail_texts *texts;
};

static bool
load(struct ctl *ctl, struct preview *preview)
{
	const struct conf_section sections[] = {
		{NULL, daemon_common_settings, &preview->common,
		 sizeof preview->common},
		{"notify", mail_setting_table, &preview->settings,
		 sizeof preview->settings},
		{0}};
	const char *others[16] = {"recardctl"};
	size_t count = 1;
	char *error;

	for (size_t i = 0; daemon_sections[i]; i++)
		if (strcmp(daemon_sections[i], "notify") != 0 && count < 15)
			others[count++] = daemon_sections[i];
	preview->conf =
		conf_load(ctl->program.config, sections, others, &error);
	if (preview->conf) {
		error = mail_settings_objection(&preview->settings);
		if (!error)
			preview->texts =
				mail_texts_read(&preview->settings, &error);
	}
	if (preview->texts)
		return true;
	ctl_say("%s", error);
	mem_free(error);
	return false;
}

static int
fetch(struct ctl *ctl, struct db_result **rows)
{
	char *actor = ctl_operator();
	struct db_param params[] = {db_text(ctl->args[0]),
				    db_text(ctl->args[1]), db_text(actor),
				    db_text(ctl->options[OPTION_REASON])};
	int code = ctl_connect(ctl, NULL);

	if (code == 0)
		code = ctl_ask(ctl, "notice preview",
			       "SELECT notice_id, mark,"
			       " extract(epoch FROM due_at)::bigint, email,"
			       " name, language, order_no, amount,"
			       " happened_at, pay_by, tracking_no, posted_on,"
			       " promised_on FROM recard.notice_preview("
			       "$1::bigint, $2::text, $3::text, $4::text)",
			       4, params, rows);
	mem_free(actor);
	if (code == 0 && db_rows(*rows) == 0) {
		ctl_say("there is no order %s, or no applicant of it any more",
			ctl->args[0]);
		db_result_free(*rows);
		code = EXIT_EXCEPTIONS;
	}
	return code;
}

static const char *
field(const struct db_result *rows, int column)
{
	return db_is_null(rows, 0, column) ? NULL : db_value(rows, 0, column);
}

static int
show(const struct ctl *ctl, const struct preview *preview,
     const struct db_result *rows)
{
	const struct mail_notice notice = {.number = db_int64(rows, 0, 0),
					   .mark = field(rows, 1),
					   .kind = ctl->args[1],
					   .due_at = db_int64(rows, 0, 2),
					   .email = field(rows, 3),
					   .name = field(rows, 4),
					   .language = field(rows, 5),
					   .order_no = field(rows, 6),
					   .amount = db_int64(rows, 0, 7),
					   .happened_at = field(rows, 8),
					   .pay_by = field(rows, 9),
					   .tracking_no = field(rows, 10),
					   .posted_on = field(rows, 11),
					   .promised_on = field(rows, 12)};
	struct buffer text = {0};
	const char *why = mail_notice_read(preview->texts, &preview->settings,
					   &notice, &text);
	int code = EXIT_EXCEPTIONS;

	if (why)
		ctl_say("there is no such mail of order %s: %s", ctl->args[0],
			why);
	else
		code = ctl_put(text.data);
	buffer_free(&text);
	return code;
}

static bool
kind_ok(const char *kind)
{
	for (size_t i = 0; mail_kinds[i]; i++)
		if (strcmp(mail_kinds[i], kind) == 0)
			return true;
	ctl_say("\"%s\" is no kind of notice: see recardctl(1)", kind);
	return false;
}

int
notice_preview_run(struct ctl *ctl)
{
	struct preview preview = {.conf = NULL};
	struct db_result *rows;
	int code = EXIT_CONFIG;

	if (!option_order_ok(ctl->args[0]) || !kind_ok(ctl->args[1]) ||
	    !act_has_reason(ctl))
		return EXIT_USAGE;
	if (load(ctl, &preview)) {
		code = fetch(ctl, &rows);
		if (code == 0) {
			code = show(ctl, &preview, rows);
			db_result_free(rows);
		}
	}
	mail_texts_free(preview.texts);
	conf_free(preview.conf);
	return code;
}
