/*
 * recardctl activation import: user codes that the counter has reset, from a
 * file that it signed.
 */
#include <errno.h>
#include <string.h>

#include "act.h"
#include "booking.h"
#include "buffer.h"
#include "ctl.h"
#include "exit_code.h"
#include "import_result.h"
#include "mem.h"
#include "reset_file.h"
#include "seal.h"

#define DOING "activation import"
#define KIND "code_reset"
#define ENDING ".reset.p7m"
#define MAX_BYTES ((size_t)64 * 1024 * 1024)

/* A file that is being taken in. */
struct taking {
	struct ctl *ctl;
	struct import_result result;
	struct buffer bytes;
	struct resets resets;
};

static bool
name_ok(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789._-";
	size_t len = strlen(name), ending = sizeof(ENDING) - 1;

	return len > ending && strspn(name, letters) == len &&
	       strcmp(name + len - ending, ENDING) == 0;
}

/* What the counter signed; a report that refuses the file says why not. */
static void
read_signed(struct taking *taking, const struct seal_peer *counter)
{
	struct report *report = &taking->result.report;
	struct buffer content = {0};

	switch (seal_verify(counter, taking->bytes.data, taking->bytes.len,
			    &content)) {
	case SEAL_VERIFIED:
		(void)resets_read(content.data ? content.data : "", content.len,
				  &taking->resets, report);
		break;
	case SEAL_MALFORMED:
		report_refuse(report, "not_signed",
			      "not CMS SignedData with its content");
		break;
	case SEAL_STRANGER:
		report_refuse(report, "signed_by_stranger",
			      "signed, but not with a certificate of the "
			      "counter that is valid now");
		break;
	case SEAL_TAMPERED:
		report_refuse(report, "bad_signature",
			      "the signature does not fit the content");
		break;
	}
	buffer_free(&content);
}

/* 0 or an exit code, everything said. */
static int
take_file(struct taking *taking)
{
	const char *path = taking->ctl->args[0];
	const char *certificates = taking->ctl->settings.counter_certificates;
	const char *slash = strrchr(path, '/');
	struct seal_peer *counter;
	char *error = NULL;

	taking->result.file = slash ? slash + 1 : path;
	if (!name_ok(taking->result.file)) {
		ctl_say(DOING ": the file's name must end in " ENDING
			      " and hold A-Z a-z 0-9 . _ - only");
		return EXIT_USAGE;
	}
	if (!certificates) {
		ctl_say("recardctl.counter_certificates is not set: it names "
			"the file of the counter's certificates");
		return EXIT_CONFIG;
	}
	counter = seal_peer_load(certificates, &error);
	if (!counter) {
		ctl_say("recardctl.counter_certificates: %s", error);
		mem_free(error);
		return EXIT_CONFIG;
	}
	if (buffer_read_file(&taking->bytes, path, MAX_BYTES) != 0) {
		ctl_say(DOING ": %s: %s", path, strerror(errno));
		seal_peer_free(counter);
		return EXIT_USAGE;
	}
	seal_sha256_hex(taking->bytes.data, taking->bytes.len,
			taking->result.digest);
	read_signed(taking, counter);
	seal_peer_free(counter);
	return 0;
}

/* A refused file is on record; whoever signed none of it changes nothing. */
static int
book_refusal(struct taking *taking, const char *actor)
{
	const struct report *report = &taking->result.report;
	const struct db_param params[] = {db_text(KIND),
					  db_text(taking->result.file),
					  db_text(taking->result.digest),
					  db_int(taking->bytes.len),
					  db_int(report->rows),
					  db_text(report->reason),
					  db_text(actor)};
	struct db_result *result = NULL;
	int code = ctl_ask(taking->ctl, DOING,
			   "SELECT recard.import_refuse($1::text, $2::text,"
			   " $3::text, $4::bigint, $5::bigint, $6::text,"
			   " $7::text)",
			   7, params, &result);

	if (code == 0)
		db_result_free(result);
	return code;
}

static int
take_remarks(struct taking *taking, const struct db_result *booked)
{
	const struct db_param import = db_int(db_int64(booked, 0, 0));
	struct report *report = &taking->result.report;
	struct db_result *rows = NULL;
	int code;

	if (db_is_null(booked, 0, 0)) {
		report_free(report);
		report->seen = true;
		return 0;
	}
	code = ctl_ask(taking->ctl, DOING,
		       "SELECT line, code, words FROM"
		       " recard.import_remarks($1::bigint)",
		       1, &import, &rows);
	if (code)
		return code;
	/* Those that could not be read are among them. */
	report_free(report);
	for (int row = 0; row < db_rows(rows); row++)
		report_reject(report, (unsigned long)db_int64(rows, row, 0),
			      db_value(rows, row, 1), "%s",
			      db_value(rows, row, 2));
	db_result_free(rows);
	report->rows = db_int64(booked, 0, 1);
	report->applied = db_int64(booked, 0, 2);
	report->duplicate = db_int64(booked, 0, 3);
	report->rejected = db_int64(booked, 0, 4);
	return 0;
}

static int
book(struct taking *taking, const char *actor)
{
	/* In the order of the function's parameters. */
	struct buffer columns[9] = {0};
	struct db_param params[13];
	struct db_result *result = NULL;
	int code;

	for (size_t i = 0; i < taking->resets.count; i++) {
		const struct reset *row = &taking->resets.rows[i];

		db_array_add_int(&columns[0], (int64_t)row->line);
		db_array_add(&columns[1], row->order_no);
		db_array_add(&columns[2], row->card_no);
		db_array_add(&columns[3], row->hash);
		db_array_add(&columns[4], row->requested_at);
		db_array_add(&columns[5], row->office);
	}
	booking_add_rejects(&taking->result.report, &columns[6], &columns[7],
			    &columns[8]);
	params[0] = db_text(taking->result.file);
	params[1] = db_text(taking->result.digest);
	params[2] = db_int(taking->bytes.len);
	for (size_t i = 0; i < 9; i++)
		params[3 + i] = db_text(db_array_end(&columns[i]));
	params[12] = db_text(actor);
	code = ctl_ask(taking->ctl, DOING,
		       "SELECT " BOOKING_COLUMNS " FROM"
		       " recard.book_code_resets($1::text, $2::text,"
		       " $3::bigint, $4::bigint[], $5::bigint[], $6::text[],"
		       " $7::text[], $8::timestamptz[], $9::text[],"
		       " $10::bigint[], $11::text[], $12::text[], $13::text)",
		       13, params, &result);
	if (code == 0) {
		code = take_remarks(taking, result);
		db_result_free(result);
	}
	for (size_t i = 0; i < 9; i++)
		buffer_free(&columns[i]);
	return code;
}

/* Counts, rows and the refusal, on stdout and in the file of --report. */
static int
tell(struct taking *taking)
{
	const char *path = taking->ctl->options[OPTION_REPORT];
	const struct report *report = &taking->result.report;
	int code = import_result_print(taking->ctl, &taking->result);

	if (path && import_result_save(&taking->result, path) != 0) {
		ctl_say("--report: %s: %s", path, strerror(errno));
		code = code ? code : EXIT_RETRY;
	}
	if (report->reason)
		ctl_say(DOING ": %s: %s: %s", taking->result.file,
			report->reason, report->reason_text);
	if (report->seen)
		ctl_say(DOING ": %s was taken in before; nothing has changed",
			taking->result.file);
	if (code)
		return code;
	return report->reason || report->rejected > 0 ? EXIT_EXCEPTIONS
						      : EXIT_DONE;
}

int
activation_import_run(struct ctl *ctl)
{
	struct taking taking = {.ctl = ctl};
	char *actor = ctl_operator();
	int code = take_file(&taking);

	if (code == 0)
		code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = act_begin(ctl);
	if (code == 0)
		code = taking.result.report.reason
			       ? book_refusal(&taking, actor)
			       : book(&taking, actor);
	if (code == 0) {
		act_take_back(ctl);
		code = tell(&taking);
	}
	mem_free(actor);
	buffer_free(&taking.bytes);
	resets_free(&taking.resets);
	import_result_free(&taking.result);
	return code;
}
