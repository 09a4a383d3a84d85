/*
 * Reading mail that came back: see bounce.h. GMime takes the mail apart.
 */
#include <gmime/gmime.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bounce.h"

/* "8-4-4-4-12" */
#define MARK_BYTES (BOUNCE_MARK_LEN - 1)
#define DIGITS_MOST 18
#define MARKS_MOST 1000 /* of a folded line */

struct reading {
	const char *domain;
	struct bounce *bounce;
	bool report;  /* it is one of RFC 3464 */
	bool failed;  /* and tells of a failure */
	bool ours;    /* what came back is known */
	bool by_hand; /* look into the texts too */
};

static bool
is_mark(const char *text)
{
	for (size_t i = 0; i < MARK_BYTES; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text[i] != '-'
			 : !g_ascii_isxdigit(text[i]) ||
				    g_ascii_isupper(text[i]))
			return false;
	}
	return true;
}

/* "12.UUID", and "@domain" behind it where there is a domain, at the beginning
 * of a text. */
static bool
take_id(struct reading *r, const char *text, const char *domain)
{
	size_t digits = strspn(text, "0123456789"), len;
	const char *mark = text + digits + 1, *rest;

	if (digits < 1 || digits > DIGITS_MOST || text[digits] != '.' ||
	    strnlen(mark, MARK_BYTES) < MARK_BYTES || !is_mark(mark))
		return false;
	rest = mark + MARK_BYTES;
	if (domain) {
		len = strlen(domain);
		if (*rest++ != '@' || strncasecmp(rest, domain, len) != 0)
			return false;
		rest += len;
	}
	if (g_ascii_isalnum(*rest) || *rest == '.' || *rest == '-')
		return false;
	r->bounce->number = strtoll(text, NULL, 10);
	memcpy(r->bounce->mark, mark, MARK_BYTES);
	r->bounce->mark[MARK_BYTES] = '\0';
	r->ours = true;
	return true;
}

/* The first of our Message-IDs in a text. */
static void
find_id(struct reading *r, const char *text)
{
	for (const char *at = text; !r->ours && *at; at++)
		if (g_ascii_isdigit(*at) &&
		    (at == text || !g_ascii_isalnum(at[-1])))
			(void)take_id(r, at, r->domain);
}

/* "5.1.1" at the beginning of a text. */
static bool
take_status(struct reading *r, const char *text)
{
	size_t len = 0;

	if (!strchr("245", text[0]) || text[0] == '\0' || text[1] != '.')
		return false;
	len = 2 + strspn(text + 2, "0123456789");
	if (len == 2 || len > 5 || text[len] != '.')
		return false;
	len++;
	if (!g_ascii_isdigit(text[len]))
		return false;
	len += strspn(text + len, "0123456789");
	if (len >= BOUNCE_STATUS_LEN || g_ascii_isalnum(text[len]) ||
	    (text[len] == '.' && g_ascii_isdigit(text[len + 1])))
		return false;
	memcpy(r->bounce->status, text, len);
	r->bounce->status[len] = '\0';
	return true;
}

/* In a mail server's own words: "550 5.1.1", "#5.1.1", "(5.1.1". A number of
 * a room or a program is none, and class 4 only says that it is late. */
static void
find_status(struct reading *r, const char *text)
{
	for (const char *at = text; *at; at++) {
		size_t before = (size_t)(at - text);
		bool told = before > 0 && (at[-1] == '#' || at[-1] == '(');

		told |= before > 3 && strchr(" -", at[-1]) && at[-4] == '5' &&
			g_ascii_isdigit(at[-3]) && g_ascii_isdigit(at[-2]) &&
			(before == 4 || !g_ascii_isalnum(at[-5]));
		if (*at == '5' && told && take_status(r, at))
			return;
	}
}

/* The value of a field when the line is one of it. */
static const char *
field_value(const char *line, const char *name)
{
	size_t len = strlen(name);

	if (strncasecmp(line, name, len) != 0 || line[len] != ':')
		return NULL;
	line += len + 1;
	return line + strspn(line, " \t");
}

/* One recipient's group, or what holds for all of them, is a run of lines; of
 * several recipients (we write to one) a failure counts. */
static void
read_fields(struct reading *r, char *text)
{
	char *rest = text, *line;
	const char *value;

	while ((line = strsep(&rest, "\n"))) {
		if ((value = field_value(line, "Action")))
			r->failed |= strncasecmp(value, "failed", 6) == 0;
		else if ((value = field_value(line, "Status")))
			(void)take_status(r, value);
		else if ((value = field_value(line, "Original-Envelope-Id")))
			(void)take_id(r, value, NULL);
	}
}

/* A part's content, decoded. g_free() it. */
static char *
content(GMimePart *part)
{
	GMimeDataWrapper *data = g_mime_part_get_content(part);
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *bytes;
	char *text;

	if (data)
		(void)g_mime_data_wrapper_write_to_stream(data, stream);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	text = g_strndup(bytes->data ? (const char *)bytes->data : "",
			 bytes->len);
	g_object_unref(stream);
	return text;
}

static void
read_part(struct reading *r, GMimePart *part)
{
	GMimeContentType *type =
		g_mime_object_get_content_type(GMIME_OBJECT(part));
	char *text = content(part);

	if (g_mime_content_type_is_type(type, "message", "delivery-status") ||
	    g_mime_content_type_is_type(type, "message",
					"global-delivery-status")) {
		r->report = true;
		read_fields(r, text);
	} else if (g_mime_content_type_is_type(type, "text",
					       "rfc822-headers") ||
		   g_mime_content_type_is_type(type, "message", "*")) {
		find_id(r, text);
	} else if (r->by_hand &&
		   g_mime_content_type_is_type(type, "text", "*")) {
		find_id(r, text);
		if (r->bounce->status[0] == '\0')
			find_status(r, text);
	}
	g_free(text);
}

static void
on_part(GMimeObject *parent, GMimeObject *part, gpointer arg)
{
	struct reading *r = arg;
	GMimeMessage *returned;
	const char *id;

	(void)parent;
	if (GMIME_IS_MESSAGE_PART(part)) {
		returned = g_mime_message_part_get_message(
			GMIME_MESSAGE_PART(part));
		id = returned ? g_mime_message_get_message_id(returned) : NULL;
		if (id && !r->ours)
			find_id(r, id);
	} else if (GMIME_IS_PART(part)) {
		read_part(r, GMIME_PART(part));
	}
}

/* Whether a mail server wrote it, as its words say. */
static bool
from_daemon(GMimeMessage *message)
{
	const char *from =
		g_mime_object_get_header(GMIME_OBJECT(message), "From");
	const char *path =
		g_mime_object_get_header(GMIME_OBJECT(message), "Return-Path");
	const char *answers_itself = g_mime_object_get_header(
		GMIME_OBJECT(message), "Auto-Submitted");

	/* Of somebody who is away, for instance. */
	if (answers_itself && strncasecmp(answers_itself, "auto-replied",
					  strlen("auto-replied")) == 0)
		return false;
	return (path && strcmp(path, "<>") == 0) ||
	       (from && (strcasestr(from, "mailer-daemon") ||
			 strcasestr(from, "postmaster")));
}

static const char *
verdict(const struct reading *r)
{
	if (!r->report && !r->by_hand)
		return "not_a_bounce";
	if (r->report && !r->failed)
		return "not_failed";
	if (!r->ours)
		return "not_ours";
	if (!r->report && r->bounce->status[0] == '\0')
		return "not_a_bounce";
	return NULL;
}

/* GMime reads groups of addresses, and comments, by recursion: how deep, is for
 * the sender to say. No line of an honest header has so many. */
static bool
is_deep(const char *bytes, size_t len)
{
	size_t marks = 0;

	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\n' &&
		    (i + 1 == len ||
		     (bytes[i + 1] != ' ' && bytes[i + 1] != '\t')))
			marks = 0;
		else if (bytes[i] == ':' || bytes[i] == '(')
			marks++;
		if (marks > MARKS_MOST)
			return true;
	}
	return false;
}

const char *
bounce_read(const char *bytes, size_t len, const char *domain,
	    struct bounce *bounce)
{
	static bool started;
	struct reading r = {.domain = domain, .bounce = bounce};
	GMimeStream *stream;
	GMimeParser *parser;
	GMimeMessage *message;

	if (!started)
		g_mime_init();
	started = true;
	*bounce = (struct bounce){0};
	if (is_deep(bytes, len))
		return "too_complex";
	stream = g_mime_stream_mem_new_with_buffer(bytes, len);
	parser = g_mime_parser_new_with_stream(stream);
	message = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	if (!message)
		return "not_a_mail";
	r.by_hand = from_daemon(message);
	g_mime_message_foreach(message, on_part, &r);
	g_object_unref(message);
	if (r.report && bounce->status[0] == '\0')
		memcpy(bounce->status, "5.0.0", 6);
	return verdict(&r);
}
