/*
 * What became of a file that was taken in: counts, and each rejected row
 * with its line, reason code and text. Written beside the file as JSON:
 * {"file":…,"sha256":…,"outcome":"done|rejected","reason":…,"rows":…,
 * "applied":…,"duplicate":…,"rejected":…,"rejects":[{"line":…,"code":…,
 * "text":…}]}. Rows of an archive begin with the member that they stand in,
 * {"file":…,"line":…}. Texts name fields and rules, never the personal data
 * in them.
 */
#ifndef RECARD_REPORT_H
#define RECARD_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct report_reject {
	char *file; /* the archive's member; NULL: no archive */
	unsigned long line;
	char *code;
	char *text;
};

struct report {
	int64_t rows, applied, duplicate, rejected;
	struct report_reject *rejects;
	size_t count, size;
	char *reason;      /* whole-file refusal: code */
	char *reason_text; /* and words */
	bool seen;         /* the file was known already */
	char *note;        /* a remark for people; NULL when none */
};

/* Adds a rejected row and counts it. The text is formatted. */
void report_reject(struct report *report, unsigned long line, const char *code,
		   const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* Refuses the file as a whole. The first refusal stays. */
void report_refuse(struct report *report, const char *code, const char *format,
		   ...) __attribute__((format(printf, 3, 4)));
/* Adds what became of an archive's member, and empties its report: counts
 * are summed up, rejected rows and a refusal name the member. */
void report_add_member(struct report *report, const char *name,
		       struct report *member);
/* JSON text; mem_free() it. */
char *report_json(const struct report *report, const char *file,
		  const char *digest, bool accepted);
void report_free(struct report *report);

#endif
