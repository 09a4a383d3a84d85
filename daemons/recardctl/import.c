/*
 * Taking files in: see import.h. Nothing of a line is ever shown.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backoff.h"
#include "ctl.h"
#include "daemon.h"
#include "exit_code.h"
#include "holder_key.h"
#include "import.h"
#include "import_line.h"
#include "import_result.h"
#include "lines.h"
#include "mem.h"
#include "progress.h"
#include "seal.h"

/* Dead-locks and the like, which another try mostly does not meet. */
#define TRIES 3

struct import {
	struct ctl *ctl;
	const struct import_kind *kind;
	struct import_result result;
	struct lines *lines;
	struct progress progress;
};

static void
take_warnings(struct import *import, unsigned long line, const char *list)
{
	while (*list) {
		size_t len = strcspn(list, ",");
		char *code = mem_strndup(list, len);

		import_result_warn(&import->result, line, code);
		mem_free(code);
		list += len + (list[len] == ',');
	}
}

static void
take_answer(struct import *import, unsigned long line,
	    const struct db_result *answer)
{
	struct report *report = &import->result.report;

	if (strcmp(db_value(answer, 0, 0), "duplicate") == 0)
		report->duplicate++;
	else
		report->applied++;
	take_warnings(import, line, db_value(answer, 0, 1));
}

/* The database says "code: text", and the way out as a hint. */
static void
take_refusal(struct import *import, unsigned long line)
{
	const char *error = db_error(import->ctl->program.db);
	const char *hint = db_hint(import->ctl->program.db);
	const char *colon = strstr(error, ": ");
	char *code = colon ? mem_strndup(error, (size_t)(colon - error))
			   : mem_strdup("refused");

	report_reject(&import->result.report, line, code, "%s (%s)",
		      colon ? colon + 2 : error, hint);
	mem_free(code);
}

static bool
is_passing(const char *state)
{
	return !strcmp(state, "40001") || !strcmp(state, "40P01") ||
	       !strcmp(state, "55P03");
}

/* 0 when the line was judged; otherwise the exit code to stop with. */
static int
send_line(struct import *import, unsigned long number, const char *text)
{
	struct program *program = &import->ctl->program;
	struct db_param params[1] = {db_text(text)};
	struct backoff backoff = {0};
	struct db_result *answer = NULL;
	const bool never = false;
	enum db_status status;

	for (;;) {
		status = db_call(program->db, 0, params, &answer);
		if (status != DB_REFUSED || backoff.tries >= TRIES ||
		    !is_passing(db_sqlstate(program->db)))
			break;
		backoff_wait(program->base,
			     backoff_next(&backoff, program->common->retry_min,
					  program->common->retry_max),
			     &never);
	}
	if (status == DB_OK) {
		take_answer(import, number, answer);
		db_result_free(answer);
		return 0;
	}
	if (status == DB_REFUSED &&
	    strcmp(db_sqlstate(program->db), "RC010") == 0) {
		take_refusal(import, number);
		return 0;
	}
	progress_clear(&import->progress);
	return ctl_failed(import->ctl, import->kind->name, status);
}

static int
take_line(struct import *import, const struct line *line)
{
	struct report *report = &import->result.report;
	const char *code = NULL;
	char *text = NULL;
	json_t *object;
	int exit_code;

	if (import_line_empty(line))
		return 0;
	object = import_line_parse(line, &code, &text);
	if (!object) {
		report->rows++;
		report_reject(report, line->number, code, "%s", text);
		mem_free(text);
		return 0;
	}
	if (import->kind->complete)
		import->kind->complete(import->ctl, object);
	text = json_dumps(object, JSON_COMPACT);
	exit_code = send_line(import, line->number, text);
	if (exit_code == 0)
		report->rows++;
	mem_free_secret(text, strlen(text));
	json_decref(object);
	return exit_code;
}

static int
take_lines(struct import *import)
{
	struct report *report = &import->result.report;
	struct line line;
	int code = 0;

	while (code == 0) {
		switch (lines_next(import->lines, &line)) {
		case LINES_LINE:
			code = take_line(import, &line);
			break;
		case LINES_TOO_LONG:
			report->rows++;
			report_reject(report, line.number, "line_too_long",
				      "longer than %" PRId64 " bytes",
				      import->ctl->settings.max_line);
			break;
		case LINES_END:
			return 0;
		case LINES_ERROR:
			progress_clear(&import->progress);
			ctl_say("%s: %s: %m", import->kind->name,
				import->result.file);
			return EXIT_RETRY;
		}
		progress_show(&import->progress, report->rows);
	}
	return code;
}

/* Opens the file and digests it when it can be read twice. -1: said. */
static int
open_file(struct import *import, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	const char *slash = strrchr(path, '/');
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	import->result.file = is_stdin ? "stdin" : slash ? slash + 1 : path;
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		errno = EISDIR;
		fd = -1;
	}
	if (fd < 0) {
		ctl_say("%s: %s: %m", import->kind->name, path);
		return -1;
	}
	if (!is_stdin && S_ISREG(st.st_mode) &&
	    (seal_sha256_fd(fd, import->result.digest) != 0 ||
	     lseek(fd, 0, SEEK_SET) != 0)) {
		ctl_say("%s: %s: %m", import->kind->name, path);
		close(fd);
		return -1;
	}
	return fd;
}

static int
tell(struct import *import, int code)
{
	const char *path = import->ctl->options[OPTION_REPORT];
	struct report *report = &import->result.report;
	int told;

	if (code) {
		report_refuse(report, "interrupted",
			      "stopped after %" PRId64 " rows", report->rows);
		ctl_say("%s: stopped after %" PRId64 " rows; what was taken "
			"stays, import the whole file again",
			import->kind->name, report->rows);
	}
	told = import_result_print(import->ctl, &import->result);
	if (path && import_result_save(&import->result, path) != 0) {
		ctl_say("--report: %s: %m", path);
		told = told ? told : EXIT_RETRY;
	}
	if (code || told)
		return code ? code : told;
	return report->rejected > 0 ? EXIT_EXCEPTIONS : EXIT_DONE;
}

/* Better known before than after a long import. */
static bool
report_possible(const struct ctl *ctl)
{
	const char *path = ctl->options[OPTION_REPORT];
	const char *slash = path ? strrchr(path, '/') : NULL;
	char *folder;
	bool possible;

	if (!path)
		return true;
	folder = slash ? mem_strndup(path, (size_t)(slash - path) + 1)
		       : mem_strdup(".");
	possible = path[0] && access(folder, W_OK | X_OK) == 0;
	if (!possible)
		ctl_say("--report: %s: %m", path);
	mem_free(folder);
	return possible;
}

int
import_run(struct ctl *ctl, const struct import_kind *kind)
{
	const struct db_statement statements[] = {{kind->name, kind->sql, 1},
						  {0}};
	struct import import = {.ctl = ctl, .kind = kind};
	int code, fd;

	if (!report_possible(ctl))
		return EXIT_USAGE;
	fd = open_file(&import, ctl->args[0]);
	if (fd < 0)
		return EXIT_USAGE;
	code = ctl_connect(ctl, statements);
	if (code == 0)
		code = holder_key_set(ctl);
	if (code == 0) {
		import.lines = lines_open(fd, (size_t)ctl->settings.max_line);
		progress_start(&import.progress, kind->what);
		code = take_lines(&import);
		progress_clear(&import.progress);
		lines_close(import.lines);
		code = tell(&import, code);
	}
	import_result_free(&import.result);
	if (fd != STDIN_FILENO)
		close(fd);
	return code;
}
