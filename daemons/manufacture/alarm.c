/*
 * Alarms: what somebody should look at, said again from time to time.
 */
#include <string.h>

#include "alarm.h"
#include "clock.h"
#include "log.h"
#include "manufacture.h"

#define DAY_S 86400

static void
tell(struct daemon_context *ctx, const struct db_result *rows, int row)
{
	const char *kind = db_value(rows, row, 0);
	const char *line = db_value(rows, row, 1);
	const char *subject = db_value(rows, row, 2);
	int64_t since = db_int64(rows, row, 3), cards = db_int64(rows, row, 4);

	if (strcmp(kind, "stopped") == 0) {
		ctx->exceptions++;
		log_error("line.stop.alarm", kv_str(line, line),
			  kv_str(reason, subject), kv_int(age_s, since),
			  kv_str(hint, "recardctl line resume, once it is "
				       "known what the line has"));
	} else if (strcmp(kind, "ack_missing") == 0)
		log_warn("batch.ack.missing", kv_str(line, line),
			 kv_str(batch, subject), kv_int(age_s, since),
			 kv_int(cards, cards),
			 kv_str(hint, "ask the card line; recardctl batch "
				      "resend sends the same file again"));
	else if (strcmp(kind, "results_late") == 0)
		log_warn("batch.results.late", kv_str(line, line),
			 kv_str(batch, subject), kv_int(age_s, since),
			 kv_int(cards, cards),
			 kv_str(hint, "recardctl batch reconcile, then ask "
				      "the card line"));
	else if (strcmp(kind, "stock_out") == 0)
		log_warn("line.stock.out", kv_str(line, line),
			 kv_str(product, subject), kv_int(age_s, since),
			 kv_int(cards, cards),
			 kv_str(hint, "recardctl line stock, when cards have "
				      "come"));
	else
		log_warn("line.calendar.missing", kv_str(line, line),
			 kv_str(reason, subject),
			 kv_str(hint, "the working days of that year are not "
				      "known: Monday to Friday are taken"));
}

static void
tell_expiry(const char *line, const char *name, int64_t until)
{
	int64_t now = clock_now_s(), left = until - now;

	if (left <= 0)
		log_error("certificate.expiry.passed", kv_str(line, line),
			  kv_str(certificate, name));
	else if (left * 1000 <= manufacture_settings.warn_before)
		log_warn("certificate.expiry.near", kv_str(line, line),
			 kv_str(certificate, name), kv_int(days, left / DAY_S),
			 kv_str(hint, "configure its successor beside it: "
				      "see recard-manufacture(8)"));
}

static void
tell_certificates(const struct manufacture *m)
{
	const struct manufacture_settings *set = &manufacture_settings;
	const struct seal_identity *signer =
		signers_current(m->signers, set->signers.count);

	tell_expiry(NULL, signer ? seal_identity_name(signer) : "signers",
		    signers_expire(m->signers, set->signers.count));
	for (size_t i = 0; i < set->lines.count; i++)
		tell_expiry(m->lines[i].settings->name,
			    m->lines[i].settings->line_certificate,
			    seal_peer_expires(m->lines[i].peer));
}

enum work_outcome
alarm_step(struct daemon_context *ctx)
{
	struct manufacture *m = ctx->state;
	int64_t due = m->alarm_due;
	enum work_outcome outcome = alarm_ask(ctx, LINE_ALARMS, NULL,
					      manufacture_settings.alarm_every,
					      &m->alarm_due, tell);

	if (m->alarm_due != due)
		tell_certificates(m);
	return outcome;
}
