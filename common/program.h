/*
 * A program of recard that is not a daemon: the same configuration, the same
 * database, but it runs once, in the foreground, and talks to a person. What
 * is wrong is said on stderr as `NAME: words`.
 */
#ifndef RECARD_PROGRAM_H
#define RECARD_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf.h"
#include "db.h"

#ifndef RECARD_CONF_DEFAULT
#define RECARD_CONF_DEFAULT "/etc/recard/recard.conf"
#endif

struct daemon_common;
struct program_inside;

struct program {
	const char *name;                    /* also its section */
	const char *role;                    /* database role */
	const struct conf_setting *settings; /* of its section */
	void *values;
	size_t values_size;
	/* Set by program_open(). */
	const struct daemon_common *common;
	const char *config; /* NULL: defaults, no file */
	/* Set by program_connect(). */
	struct event_base *base;
	struct db *db;
	struct program_inside *inside;
};

struct program_session {
	const char *conninfo; /* NULL: that of the configuration */
	const char *role;     /* NULL: program's; "": whom conninfo names */
	int schema_version;   /* 0: any */
	int64_t call_timeout; /* 0: that of the configuration */
	const struct db_statement *statements;
};

/* The file to read: `named`, or RECARD_CONF in the environment, or the
 * default one if it exists; NULL otherwise. */
const char *program_config_path(const char *named);
/* Loads the configuration and opens the log. 0, or EXIT_CONFIG, said. */
int program_open(struct program *program, const char *config, bool verbose);
/* Connects. Says nothing: db_error() of program->db knows. */
enum db_status program_connect(struct program *program,
			       const struct program_session *session);
void program_close(struct program *program);

#endif
