/*
 * What every recard daemon shares: options, configuration, logging, the
 * database connection, signals, readiness, the watchdog, and the loop that
 * calls a daemon's work. A daemon is a const descriptor:
 *
 *	int main(int argc, char **argv)
 *	{
 *		return daemon_main(&purge, argc, argv);
 *	}
 *
 * Work comes in three kinds. A tick is one SQL function that handles a
 * bounded batch and returns how many; it is called until it returns 0. A
 * step is a C function that claims something, acts outside and confirms. An
 * inbox is a folder; each file that appears becomes one import. Works run in
 * the order of the table, one at a time, outside event callbacks.
 */
#ifndef RECARD_DAEMON_H
#define RECARD_DAEMON_H

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "db.h"

struct daemon;
struct spool_file;
struct report;

/* The settings every program reads: top level of recard.conf. */
struct daemon_common {
	char *state_dir;      /* embedded cluster, spool */
	char *database;       /* conninfo; NULL: embedded cluster */
	char *database_admin; /* conninfo for migrate; NULL: embedded */
	int64_t connect_timeout;
	int64_t call_timeout;
	int64_t retry_min, retry_max; /* back-off between failed tries */
	int64_t poll;                 /* longest sleep between looks for work */
	char *log_level;
	char *log_file;     /* NULL: stderr */
	char *cluster_bin;  /* folder of initdb, pg_ctl */
	char *cluster_user; /* who runs it when root calls, and state_dir is
			       root's */
};
extern const struct conf_setting daemon_common_settings[];

struct daemon_context {
	const struct daemon *daemon;
	const struct daemon_common *common;
	struct db *db;
	struct event_base *base;
	const char *actor; /* "manufacture": who moved the order */
	bool dry_run;
	bool once;
	bool check;         /* -t: init opens nothing that others see */
	bool stopping;      /* finish what is in hand, claim nothing new */
	bool woken;         /* set in an event callback: there is work */
	int64_t exceptions; /* items that went to exceptions: exit code 1 */
	void *state;        /* the daemon's own, made by init */
};

enum work_outcome {
	WORK_IDLE,   /* nothing to do now */
	WORK_MORE,   /* did something: call again at once */
	WORK_FAILED, /* this try failed (and was logged); back off */
	WORK_LOST    /* the database connection is gone */
};

enum inbox_outcome {
	INBOX_DONE,     /* booked: file goes to done/ */
	INBOX_REJECTED, /* refused as a whole: file goes to rejected/ */
	INBOX_FAILED,   /* could not be judged now: stays, tried again */
	INBOX_LOST      /* the database connection is gone */
};

enum work_kind { WORK_TICK, WORK_STEP, WORK_INBOX };

struct daemon_work {
	const char *name; /* NULL ends the table */
	enum work_kind kind;
	bool always; /* no operator can pause it: it tells of trouble, or
			takes in what cannot wait outside */
	bool seldom; /* what there is to do comes with time, or is told on the
			wake channel: between such news it is looked at
			once in several polls */
	/* Tick: the statement, its parameters, what to say of its result
	 * (row 0, column 0 is the count). `bind` may be NULL. */
	int statement;
	void (*bind)(struct daemon_context *ctx, struct db_param *params);
	void (*done)(struct daemon_context *ctx, const struct db_result *r);
	/* Step. */
	enum work_outcome (*step)(struct daemon_context *ctx);
	/* Inbox: `folder` gives the nth folder (from settings), NULL after
	 * the last; files whose name `wants` refuses (NULL: all wanted) are
	 * left alone. `take` finds the folder in the file. */
	const char *(*folder)(struct daemon_context *ctx, size_t nth);
	bool (*wants)(const char *name);
	enum inbox_outcome (*take)(struct daemon_context *ctx,
				   struct spool_file *file,
				   struct report *report);
};

struct daemon {
	const char *name;    /* "purge": program recard-purge, role
				recard_purge, section purge */
	const char *summary; /* one line for --help */
	const struct conf_setting *settings; /* of its section; may be NULL */
	void *values;
	size_t values_size;
	const struct db_statement *statements;
	const struct daemon_work *works;
	const char *wake; /* NOTIFY channel; may be NULL */
	bool has_dry_run; /* accepts --dry-run */
	/* After configuration: open keys, check folders. Returns an exit
	 * code; EXIT_CONFIG problems are logged by init. Also run by -t. */
	int (*init)(struct daemon_context *ctx);
	/* After each connect: session settings. May be NULL. */
	enum db_status (*connected)(struct daemon_context *ctx);
	/* After a reload that went well. May be NULL. */
	void (*reloaded)(struct daemon_context *ctx);
	void (*fini)(struct daemon_context *ctx);
};

/* Names of all daemons' sections, so that each passes over the others'. */
extern const char *const daemon_sections[];

/* Runs the daemon; returns its exit code. */
int daemon_main(const struct daemon *daemon, int argc, char **argv);

/* The conninfo to use: the setting, or that of the embedded cluster.
 * mem_free() it. */
char *daemon_conninfo(const struct daemon_common *common);

#endif
