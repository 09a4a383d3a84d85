/*
 * The mail of a notice: which texts there are, in which languages, what may
 * stand in them, and the bytes. Times are said as readers in Taiwan expect
 * them: 民國 years in Chinese, Asia/Taipei in both. Pure but for reading the
 * texts.
 */
#ifndef RECARD_MAIL_NOTICE_H
#define RECARD_MAIL_NOTICE_H

#include <stdint.h>

struct buffer;
struct mail_settings;
struct mail_texts;

/* The kinds of notices, as order_move names them; NULL ends. */
extern const char *const mail_kinds[];

/* What the database tells of one; NULL where there is nothing. Times and
 * dates are ISO 8601, in Asia/Taipei. */
struct mail_notice {
	int64_t number;
	const char *mark; /* a UUID */
	const char *kind;
	int64_t due_at; /* seconds since 1970 */
	const char *email, *name, *language;
	const char *order_no;
	int64_t amount;
	const char *happened_at, *pay_by;
	const char *tracking_no, *posted_on, *promised_on;
};

/* Reads all texts, LANGUAGE/KIND in the settings' folder; each must be there.
 * NULL with *error (mem_free), which names file and line. */
struct mail_texts *mail_texts_read(const struct mail_settings *settings,
				   char **error);
void mail_texts_free(struct mail_texts *texts);

/* Appends the mail. NULL, or a reason code why there is none: "bad_address",
 * "incomplete" when its text wants what is not known of the order. */
const char *mail_notice_write(const struct mail_texts *texts,
			      const struct mail_settings *settings,
			      const struct mail_notice *notice,
			      struct buffer *out);
/* Appends what a person sees of it: headers in words, and the text part. */
const char *mail_notice_read(const struct mail_texts *texts,
			     const struct mail_settings *settings,
			     const struct mail_notice *notice,
			     struct buffer *out);

/* "2026-11-28" or "2026-11-28T17:05:00+08:00" as a reader of the language
 * expects it: "115年11月28日 17:05", "28 November 2026, 17:05"; the text
 * itself when it is neither. mem_free() it; NULL for NULL. */
char *mail_date(const char *language, const char *iso);

#endif
