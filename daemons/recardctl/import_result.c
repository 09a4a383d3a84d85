/*
 * Telling what became of a file: see import_result.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "ctl.h"
#include "import_result.h"
#include "mem.h"

void
import_result_warn(struct import_result *result, unsigned long line,
		   const char *code)
{
	struct import_warning *warning;
	size_t i;

	for (i = 0; i < result->warning_count; i++)
		if (strcmp(result->warnings[i].code, code) == 0)
			break;
	if (i == result->warning_count) {
		result->warnings = mem_resize(result->warnings, i + 1,
					      sizeof(*result->warnings));
		result->warnings[i] =
			(struct import_warning){.code = mem_strdup(code)};
		result->warning_count++;
	}
	warning = &result->warnings[i];
	if (warning->rows < 5)
		warning->lines[warning->rows] = line;
	warning->rows++;
}

/* "3, 17, 20, …" */
static char *
lines_of(const struct import_warning *warning)
{
	struct buffer text = {0};
	int64_t i;

	for (i = 0; i < warning->rows && i < 5; i++)
		buffer_printf(&text, "%s%lu", i ? ", " : "", warning->lines[i]);
	if (warning->rows > 5)
		buffer_puts(&text, ", …");
	return text.data;
}

char *
import_result_json(struct import_result *result)
{
	struct buffer note = {0};
	size_t i;

	for (i = 0; i < result->warning_count; i++) {
		char *lines = lines_of(&result->warnings[i]);

		buffer_printf(&note,
			      "%s%" PRId64 " rows with warning %s: "
			      "lines %s",
			      i ? "; " : "", result->warnings[i].rows,
			      result->warnings[i].code, lines);
		mem_free(lines);
	}
	mem_free(result->report.note);
	result->report.note = note.data;
	return report_json(&result->report, result->file,
			   result->digest[0] ? result->digest : NULL,
			   !result->report.reason);
}

static int
write_all(int fd, const char *text)
{
	size_t len = strlen(text);
	ssize_t n;

	for (; len > 0; text += n, len -= (size_t)n) {
		n = write(fd, text, len);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			return -1;
	}
	return fsync(fd);
}

int
import_result_save(struct import_result *result, const char *path)
{
	char *part = mem_printf("%s.part", path);
	char *text = import_result_json(result);
	int fd = open(part,
		      O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		      0640);
	int failed = fd < 0 || write_all(fd, text);

	if (fd >= 0 && close(fd))
		failed = 1;
	if (!failed)
		failed = rename(part, path);
	mem_free(text);
	mem_free(part);
	return failed ? -1 : 0;
}

static int
print_counts(const struct ctl *ctl, const struct import_result *result)
{
	static const struct output_column columns[] = {
		{"file", "file", OUTPUT_TEXT},
		{"rows", "rows", OUTPUT_NUMBER},
		{"applied", "applied", OUTPUT_NUMBER},
		{"repeated", "repeated", OUTPUT_NUMBER},
		{"rejected", "rejected", OUTPUT_NUMBER},
		{0}};
	const struct report *report = &result->report;
	struct output out;

	output_init(&out, columns, OUTPUT_RECORD);
	output_text(&out, result->file);
	output_number(&out, report->rows);
	output_number(&out, report->applied);
	output_number(&out, report->duplicate);
	output_number(&out, report->rejected);
	return ctl_print(ctl, &out);
}

static int
print_rejects(const struct ctl *ctl, const struct report *report)
{
	static const struct output_column columns[] = {
		{"line", "LINE", OUTPUT_NUMBER},
		{"code", "REJECTED", OUTPUT_TEXT},
		{"text", "BECAUSE", OUTPUT_TEXT},
		{0}};
	struct output out;
	size_t i;

	output_init(&out, columns, OUTPUT_ROWS);
	for (i = 0; i < report->count; i++) {
		output_number(&out, (int64_t)report->rejects[i].line);
		output_text(&out, report->rejects[i].code);
		output_text(&out, report->rejects[i].text);
	}
	return ctl_print(ctl, &out);
}

static int
print_warnings(const struct ctl *ctl, const struct import_result *result)
{
	static const struct output_column columns[] = {
		{"rows", "ROWS", OUTPUT_NUMBER},
		{"warning", "TAKEN WITH WARNING", OUTPUT_TEXT},
		{"lines", "LINES", OUTPUT_TEXT},
		{0}};
	struct output out;
	size_t i;

	output_init(&out, columns, OUTPUT_ROWS);
	for (i = 0; i < result->warning_count; i++) {
		char *lines = lines_of(&result->warnings[i]);

		output_number(&out, result->warnings[i].rows);
		output_text(&out, result->warnings[i].code);
		output_text(&out, lines);
		mem_free(lines);
	}
	return ctl_print(ctl, &out);
}

static int
print_json(struct import_result *result)
{
	char *text = import_result_json(result);
	int code = ctl_put(text);

	mem_free(text);
	return code;
}

int
import_result_print(const struct ctl *ctl, struct import_result *result)
{
	int code;

	switch (ctl->format) {
	case OUTPUT_JSON:
		return print_json(result);
	case OUTPUT_CSV:
		return print_rejects(ctl, &result->report);
	case OUTPUT_TABLE:
		break;
	}
	code = print_counts(ctl, result);
	if (code == 0 && result->warning_count > 0)
		code = ctl_put("\n");
	if (code == 0 && result->warning_count > 0)
		code = print_warnings(ctl, result);
	if (code == 0 && result->report.count > 0)
		code = ctl_put("\n");
	if (code == 0 && result->report.count > 0)
		code = print_rejects(ctl, &result->report);
	return code;
}

void
import_result_free(struct import_result *result)
{
	size_t i;

	for (i = 0; i < result->warning_count; i++)
		mem_free(result->warnings[i].code);
	mem_free(result->warnings);
	report_free(&result->report);
}
