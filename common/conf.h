/*
 * recard.conf: libconfig syntax, checked against tables. A section is a
 * libconfig group; each setting is one row of its table. Unknown names,
 * wrong types, values out of bounds and missing units are errors that name
 * file, line and setting, with the nearest known name where there is one:
 *
 *	recard.conf:7: label.concurency: unknown setting (did you mean
 *	"concurrency"?)
 *
 * Values land in a plain struct of the section's owner, through offsets.
 */
#ifndef RECARD_CONF_H
#define RECARD_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum conf_type {
	CONF_STRING,   /* char *; default may be NULL (not set) */
	CONF_PATH,     /* char *; absolute, or relative to the file's folder */
	CONF_INT,      /* int64_t */
	CONF_BOOL,     /* bool */
	CONF_DURATION, /* int64_t milliseconds; "250ms" "30s" "5m" "48h" "2d" */
	CONF_SIZE,     /* int64_t bytes; "512" "64k" "10M" "1G" (powers of 2) */
	CONF_LENGTH,   /* int64_t micrometres; "38.2mm" "21cm" */
	CONF_SECRET,   /* char *: path of a file that holds a secret; checked:
			  regular, not readable by others; printed as a path */
	CONF_SECRETS,  /* char **, ends with NULL; NULL: not set. Paths as of
			  CONF_SECRET; one, or several in brackets */
	CONF_STRINGS,  /* char **, ends with NULL; NULL: not set. A string, or
			  several in brackets: ["1", "2"] */
	CONF_RECORDS   /* struct conf_records: groups in parentheses, each with
			  the settings of `record` */
};

/* What a CONF_RECORDS setting becomes. */
struct conf_records {
	void *items; /* count structs of the setting's record_size */
	size_t count;
};

struct conf_setting {
	const char *name;
	enum conf_type type;
	size_t offset;        /* of the field in the section's struct */
	const char *fallback; /* as it would stand in the file, without
				 quotes; STRINGS: with commas; NULL: not
				 set */
	int64_t min, max;     /* INT, DURATION (ms), SIZE (bytes), LENGTH
				 (micrometres); both 0: no bounds */
	bool reload;          /* takes effect on SIGHUP */
	const char *help;     /* one sentence; goes to -p and is linted */
	/* RECORDS: the settings of each, and the size of its struct. They
	 * are not set by default. */
	const struct conf_setting *record;
	size_t record_size;
};

struct conf_section {
	const char *name;                    /* group; NULL: top level */
	const struct conf_setting *settings; /* ends with name NULL */
	void *values;                        /* the struct to fill */
	size_t values_size;
};

struct conf; /* one loaded file */

/*
 * Reads path against sections (an array ending with settings NULL) and fills
 * their structs. Groups named in `others` (NULL-terminated list of names,
 * may be NULL) belong to other programs and are passed over; any other
 * unknown group or setting is an error. path NULL: all defaults. Returns the
 * loaded configuration, which owns every string in the structs, or NULL with
 * *error set to a message (mem_free it). On failure no struct is changed.
 */
struct conf *conf_load(const char *path, const struct conf_section *sections,
		       const char *const *others, char **error);
/*
 * Reads path again, all or nothing. Returns NULL with *error and leaves the
 * structs as they are when anything is wrong; otherwise fills them, except
 * that settings with reload = false keep their values, and frees old. Names
 * of changed settings that need a restart are listed in *restart, comma
 * separated (mem_free; NULL when none).
 */
struct conf *conf_reload(struct conf *old, char **restart, char **error);
/*
 * Prints every setting in force as a file that conf_load() reads again, each
 * with its help as a comment.
 */
void conf_print(const struct conf *conf, void *stdio_file);
void conf_free(struct conf *conf);

/* The credential that the service manager gave us for a secret's file: one of
 * its name; mem_free(). NULL: none. */
char *conf_credential(const char *path);

/* "1500" ms -> "1500ms", whole units preferred. Static buffers are not used:
 * the result is written to out. For messages and -p. */
void conf_format_duration(int64_t ms, char out[32]);
/* "48h" -> 172800000. false when text is no duration or overflows. */
bool conf_parse_duration(const char *text, int64_t *ms);
/* "10M" -> 10485760. */
bool conf_parse_size(const char *text, int64_t *bytes);
/* "38.2mm" -> 38200. False also for what is finer than a micrometre. */
bool conf_parse_length(const char *text, int64_t *micrometres);

#endif
