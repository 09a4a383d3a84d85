/*
 * What became of a file: see report.h. The layout is written by hand, one
 * rejected row a line, so that people can read it; jansson writes the
 * strings.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <string.h>

#include "buffer.h"
#include "charset.h"
#include "mem.h"
#include "report.h"

static struct report_reject *
new_reject(struct report *report)
{
	if (report->count == report->size) {
		report->size = report->size ? report->size * 2 : 16;
		report->rejects = mem_resize(report->rejects, report->size,
					     sizeof(*report->rejects));
	}
	return &report->rejects[report->count++];
}

void
report_reject(struct report *report, unsigned long line, const char *code,
	      const char *format, ...)
{
	struct report_reject *reject = new_reject(report);
	va_list args;

	reject->file = NULL;
	reject->line = line;
	reject->code = mem_strdup(code);
	va_start(args, format);
	reject->text = mem_vprintf(format, args);
	va_end(args);
	report->rejected++;
}

void
report_refuse(struct report *report, const char *code, const char *format, ...)
{
	va_list args;

	if (report->reason)
		return;
	report->reason = mem_strdup(code);
	va_start(args, format);
	report->reason_text = mem_vprintf(format, args);
	va_end(args);
}

void
report_add_member(struct report *report, const char *name,
		  struct report *member)
{
	report->rows += member->rows;
	report->applied += member->applied;
	report->duplicate += member->duplicate;
	report->rejected += member->rejected;
	for (size_t i = 0; i < member->count; i++) {
		struct report_reject *reject = new_reject(report);

		*reject = member->rejects[i];
		reject->file = mem_strdup(name);
	}
	member->count = 0;
	if (member->reason)
		report_refuse(report, member->reason, "%s: %s", name,
			      member->reason_text);
	report_free(member);
}

/* Bytes that are no UTF-8 cannot stand in JSON: they are written as \xNN. */
static void
put_valid(struct buffer *out, const char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		const char *start = text;

		if (charset_utf8_next(&text, end) >= 0)
			buffer_append(out, start, (size_t)(text - start));
		else
			buffer_printf(out, "\\x%02x", (unsigned char)*text++);
	}
}

static int
append_json(const char *bytes, size_t len, void *out)
{
	buffer_append(out, bytes, len);
	return 0;
}

static void
put_string(struct buffer *out, const char *text)
{
	struct buffer valid = {0};
	json_t *string;

	if (!text) {
		buffer_puts(out, "null");
		return;
	}
	put_valid(&valid, text);
	string = json_stringn(valid.data ? valid.data : "", valid.len);
	if (!string ||
	    json_dump_callback(string, append_json, out, JSON_ENCODE_ANY) < 0)
		buffer_puts(out, "null");
	json_decref(string);
	buffer_free(&valid);
}

static void
put_member(struct buffer *out, const char *name, const char *text)
{
	buffer_printf(out, "\"%s\":", name);
	put_string(out, text);
}

char *
report_json(const struct report *report, const char *file, const char *digest,
	    bool accepted)
{
	struct buffer out = {0};

	buffer_puts(&out, "{");
	put_member(&out, "file", file);
	buffer_puts(&out, ",\n ");
	put_member(&out, "sha256", digest);
	buffer_puts(&out, ",\n ");
	put_member(&out, "outcome", accepted ? "done" : "rejected");
	buffer_puts(&out, ",\n ");
	put_member(&out, "reason", report->reason);
	if (report->reason_text) {
		buffer_puts(&out, ",\n ");
		put_member(&out, "reason_text", report->reason_text);
	}
	if (report->note) {
		buffer_puts(&out, ",\n ");
		put_member(&out, "note", report->note);
	}
	if (report->seen)
		buffer_puts(&out, ",\n \"seen\":true");
	buffer_printf(&out,
		      ",\n \"rows\":%" PRId64 ",\"applied\":%" PRId64
		      ",\"duplicate\":%" PRId64 ",\"rejected\":%" PRId64
		      ",\n \"rejects\":[",
		      report->rows, report->applied, report->duplicate,
		      report->rejected);
	for (size_t i = 0; i < report->count; i++) {
		const struct report_reject *reject = &report->rejects[i];

		buffer_printf(&out, "%s\n  {", i ? "," : "");
		if (reject->file) {
			put_member(&out, "file", reject->file);
			buffer_puts(&out, ",");
		}
		buffer_printf(&out, "\"line\":%lu,", reject->line);
		put_member(&out, "code", reject->code);
		buffer_puts(&out, ",");
		put_member(&out, "text", reject->text);
		buffer_puts(&out, "}");
	}
	buffer_puts(&out, "]}\n");
	return out.data;
}

void
report_free(struct report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		mem_free(report->rejects[i].file);
		mem_free(report->rejects[i].code);
		mem_free(report->rejects[i].text);
	}
	mem_free(report->rejects);
	mem_free(report->reason);
	mem_free(report->reason_text);
	mem_free(report->note);
	*report = (struct report){0};
}
