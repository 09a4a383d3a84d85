/*
 * Writing mail: see mail_message.h.
 */
#include <openssl/evp.h>
#include <string.h>
#include <time.h>

#include "buffer.h"
#include "mail_message.h"

/* Longest local part and domain (RFC 5321), and label of a domain. */
#define LOCAL_MAX 64
#define DOMAIN_MAX 253
#define LABEL_MAX 63
/* Of a base64 line, and the most of an encoded word that still fits into a
 * line of 76 with what is around it. */
#define LINE_BYTES 57
#define WORD_BYTES 39
#define TAIPEI_S (8 * 3600)

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "abcdefghijklmnopqrstuvwxyz0123456789";
static const char atom[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			   "abcdefghijklmnopqrstuvwxyz0123456789"
			   "!#$%&'*+-/=?^_`{|}~";

/* Atoms with single dots between them, len bytes. */
static bool
dotted(const char *text, size_t len, const char *of, size_t longest)
{
	size_t run = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '.' ? run == 0 : !strchr(of, text[i]))
			return false;
		run = text[i] == '.' ? 0 : run + 1;
		if (run > longest)
			return false;
	}
	return run > 0;
}

bool
mail_domain_ok(const char *domain)
{
	char of[sizeof(letters) + 1];
	size_t len = strlen(domain);

	memcpy(of, letters, sizeof(letters) - 1);
	memcpy(of + sizeof(letters) - 1, "-", 2);
	if (len > DOMAIN_MAX || !dotted(domain, len, of, LABEL_MAX))
		return false;
	for (size_t i = 0; i < len; i++)
		if (domain[i] == '-' && (i == 0 || domain[i - 1] == '.' ||
					 i + 1 == len || domain[i + 1] == '.'))
			return false;
	return true;
}

bool
mail_address_ok(const char *address)
{
	const char *at = strchr(address, '@');

	return at && (size_t)(at - address) <= LOCAL_MAX &&
	       dotted(address, (size_t)(at - address), atom, LOCAL_MAX) &&
	       mail_domain_ok(at + 1);
}

static void
put_base64(struct buffer *out, const char *bytes, size_t len)
{
	unsigned char coded[4 * (LINE_BYTES / 3) + 1];
	int n = EVP_EncodeBlock(coded, (const unsigned char *)bytes, (int)len);

	buffer_append(out, coded, (size_t)n);
}

/* How many bytes of the text go into one encoded word: whole characters. */
static size_t
word_bytes(const char *text, size_t len)
{
	size_t n = len < WORD_BYTES ? len : WORD_BYTES;

	while (n > 0 && n < len && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n > 0 ? n : len < WORD_BYTES ? len : WORD_BYTES;
}

/* RFC 2047, folded. */
static void
put_encoded(struct buffer *out, const char *text)
{
	size_t len = strlen(text);
	const char *between = "";

	while (len > 0) {
		size_t n = word_bytes(text, len);

		buffer_printf(out, "%s=?UTF-8?B?", between);
		put_base64(out, text, n);
		buffer_puts(out, "?=");
		text += n;
		len -= n;
		between = "\r\n ";
	}
}

/* Printable ASCII that fits into a line, and looks like no encoded word. */
static bool
plain(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			return false;
	return len > 0 && len <= 60 && text[0] != ' ' && text[len - 1] != ' ' &&
	       !strstr(text, "=?");
}

static void
put_mailbox(struct buffer *out, const char *header, const char *name,
	    const char *address)
{
	buffer_printf(out, "%s: ", header);
	if (plain(name)) {
		buffer_putc(out, '"');
		for (const char *c = name; *c; c++) {
			if (*c == '"' || *c == '\\')
				buffer_putc(out, '\\');
			buffer_putc(out, *c);
		}
		buffer_putc(out, '"');
	} else {
		put_encoded(out, name);
	}
	buffer_printf(out, "%s<%s>\r\n", *name ? "\r\n " : "", address);
}

static void
put_date(struct buffer *out, int64_t at)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed",
				       "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr",
					 "May", "Jun", "Jul", "Aug",
					 "Sep", "Oct", "Nov", "Dec"};
	time_t there = (time_t)at + TAIPEI_S;
	struct tm t;

	gmtime_r(&there, &t);
	buffer_printf(out, "Date: %s, %d %s %04d %02d:%02d:%02d +0800\r\n",
		      days[t.tm_wday], t.tm_mday, months[t.tm_mon],
		      t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

/* A body is text, whose lines end with CR LF wherever they came from. */
static void
put_part(struct buffer *out, const struct mail_message *m, const char *type,
	 const char *text)
{
	struct buffer lines = {0};

	for (; *text; text++)
		if (*text == '\n')
			buffer_puts(&lines, "\r\n");
		else
			buffer_putc(&lines, *text);
	buffer_printf(out,
		      "--=_%s\r\nContent-Type: %s; charset=UTF-8\r\n"
		      "Content-Transfer-Encoding: base64\r\n\r\n",
		      m->boundary, type);
	for (size_t at = 0; at < lines.len; at += LINE_BYTES) {
		put_base64(out, lines.data + at,
			   lines.len - at < LINE_BYTES ? lines.len - at
						       : LINE_BYTES);
		buffer_puts(out, "\r\n");
	}
	buffer_free(&lines);
}

void
mail_message_write(const struct mail_message *m, struct buffer *out)
{
	put_date(out, m->date);
	put_mailbox(out, "From", m->from_name, m->from);
	put_mailbox(out, "To", m->to_name, m->to);
	buffer_puts(out, "Subject: ");
	if (plain(m->subject))
		buffer_puts(out, m->subject);
	else
		put_encoded(out, m->subject);
	buffer_printf(out,
		      "\r\nMessage-ID: <%s>\r\nMIME-Version: 1.0\r\n"
		      "Auto-Submitted: auto-generated\r\n"
		      "Content-Language: %s\r\n"
		      "Content-Type: multipart/alternative;\r\n"
		      " boundary=\"=_%s\"\r\n\r\n",
		      m->message_id, m->language, m->boundary);
	put_part(out, m, "text/plain", m->text);
	put_part(out, m, "text/html", m->html);
	buffer_printf(out, "--=_%s--\r\n", m->boundary);
}
