/*
 * What became of an imported file, and how it is told.
 */
#ifndef RECARD_IMPORT_RESULT_H
#define RECARD_IMPORT_RESULT_H

#include <stdint.h>

#include "report.h"

struct ctl;

/* Rows that were taken although something about them looks wrong. */
struct import_warning {
	char *code;
	int64_t rows;
	unsigned long lines[5]; /* the first ones */
};

struct import_result {
	const char *file; /* its name, without folder */
	char digest[65];  /* SHA-256 in hex; "" for what is no regular file */
	struct report report;
	struct import_warning *warnings;
	size_t warning_count;
};

void import_result_warn(struct import_result *result, unsigned long line,
			const char *code);
/* The report as JSON; mem_free() it. */
char *import_result_json(struct import_result *result);
/* Writes that to a file: under another name first, then renamed. 0 or -1 with
 * errno. */
int import_result_save(struct import_result *result, const char *path);
/* Tells it on stdout. Returns an exit code. */
int import_result_print(const struct ctl *ctl, struct import_result *result);
void import_result_free(struct import_result *result);

#endif
