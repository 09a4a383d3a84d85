/*
 * A mail as bytes: RFC 5322 and MIME, UTF-8, text and HTML. The same values
 * give the same bytes, whenever and wherever: what is sent again is known by
 * its Message-ID and is the same mail. No value can end a header's line.
 * Pure.
 */
#ifndef RECARD_MAIL_MESSAGE_H
#define RECARD_MAIL_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

struct buffer;

struct mail_message {
	const char *message_id; /* without brackets; ASCII */
	int64_t date;           /* seconds since 1970 */
	const char *from, *from_name;
	const char *to, *to_name;
	const char *subject;
	const char *language; /* "zh-Hant" */
	const char *boundary; /* hex and hyphens, at most 40 */
	const char *text, *html;
};

/* True for an address that needs no quoting and no extension of SMTP: ASCII
 * atoms with dots, and a domain. */
bool mail_address_ok(const char *address);
bool mail_domain_ok(const char *domain);

/* Appends it, lines ended by CR LF. Addresses have been found good. */
void mail_message_write(const struct mail_message *message, struct buffer *out);

#endif
