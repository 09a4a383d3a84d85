/*
 * One event a line, logfmt, to stderr or a file: `event=order.moved order=…`.
 * The event's name is subsystem.object.outcome; the keys come from
 * log_keys.def and nowhere else, so an unregistered key does not compile.
 * Values hold no personal data and no secrets. Under systemd (JOURNAL_STREAM
 * is set) each line to stderr starts with the journal's <n> priority; each
 * line in a file starts with its time, in UTC.
 *
 *	log_info("batch.publish.done", kv_str(batch, no), kv_int(cards, n));
 */
#ifndef RECARD_LOG_H
#define RECARD_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_ERROR = 3, LOG_WARN = 4, LOG_INFO = 6, LOG_DEBUG = 7 };

enum log_key {
#define LOG_KEY(name, meaning) LOG_KEY_##name,
#include "log_keys.def"
#undef LOG_KEY
	LOG_KEY_COUNT
};

struct log_field {
	enum log_key key;
	enum { LOG_FIELD_TEXT, LOG_FIELD_INT } kind;
	const char *text;
	int64_t number;
};

#define kv_str(name, value) \
	((struct log_field){LOG_KEY_##name, LOG_FIELD_TEXT, (value), 0})
#define kv_int(name, value)                                      \
	((struct log_field){LOG_KEY_##name, LOG_FIELD_INT, NULL, \
			    (int64_t)(value)})

#define log_at(level, event, ...)                                        \
	log_write(level, event, (const struct log_field[]){__VA_ARGS__}, \
		  sizeof((const struct log_field[]){__VA_ARGS__}) /      \
			  sizeof(struct log_field))
/* At least one field each: an event that says nothing is not worth a line. */
#define log_error(event, ...) log_at(LOG_ERROR, event, __VA_ARGS__)
#define log_warn(event, ...) log_at(LOG_WARN, event, __VA_ARGS__)
#define log_info(event, ...) log_at(LOG_INFO, event, __VA_ARGS__)
#define log_debug(event, ...) log_at(LOG_DEBUG, event, __VA_ARGS__)

/* program is kept (not copied) and written as the prog key of each line. */
void log_open(const char *program, enum log_level threshold);
void log_set_threshold(enum log_level threshold);
/* Opens a file to append to, making it with mode 0640; its folder must be
 * there. Its descriptor, or -1 with errno: EINVAL for what is no regular
 * file. */
int log_file_open(const char *path);
/* Lines go to this file from now on, -1: to stderr; the one before is closed.
 * With echo they go to stderr as well. A line that the file does not take goes
 * to stderr. */
void log_file_use(int fd, bool echo);
/* The name of a key as it is written, and what it means. */
const char *log_key_name(enum log_key key);
const char *log_key_meaning(enum log_key key);
/*
 * Writes one line; quotes values with blanks, quotes, `=` or control bytes
 * and escapes the latter. A NULL text is left out. errno is kept.
 */
void log_write(enum log_level level, const char *event,
	       const struct log_field *fields, unsigned count);

#endif
