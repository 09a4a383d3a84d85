/*
 * Inside of the daemon frame: one running service, and the parts of its
 * life. Nobody else includes this.
 */
#ifndef RECARD_DAEMON_PRIVATE_H
#define RECARD_DAEMON_PRIVATE_H

#include "backoff.h"
#include "daemon.h"
#include "daemon_options.h"
#include "log.h"
#include "presence.h"

/* How one row of the daemon's table of works is doing. */
struct work_state {
	struct backoff backoff;
	int64_t not_before; /* monotonic ms; 0: at any time */
	int64_t look_at;    /* likewise, of a seldom one that was idle */
	bool given_up;      /* with --once: failed too often */
	bool paused;        /* by an operator */
};

struct service {
	struct daemon_context ctx;
	struct daemon_options options;
	struct daemon_common common;
	struct conf_section sections[3];
	const char **others;
	struct conf *conf;
	struct db_options db_options;
	struct db_statement *statements; /* the daemon's and the frame's */
	const char *channels[3];
	char *program, *role, *conninfo;
	struct work_state *works;
	struct presence presence;
	struct backoff outage; /* failed or lost connections in a row */
	bool outage_logged;
	bool was_connected;
	bool interrupted; /* stop or reload: look up from waiting */
	bool reload;
	bool woken; /* all works are looked at, seldom ones too */
};

/* Places among the NOTIFY channels. */
enum { CHANNEL_STAGE, CHANNEL_WAKE };

/* Loads the configuration. 0, or an exit code, everything said. */
int daemon_config_load(struct service *service);
/* All or nothing; says what happened. */
void daemon_config_reload(struct service *service);
enum log_level daemon_config_level(const struct service *service);
void daemon_config_free(struct service *service);

/* Opens a log; NULL: *fd is -1. 0, or -1 with *error (mem_free). */
int daemon_log_open(const char *path, int *fd, char **error);
/* Logs to the configured file from now on; -t only looks whether it could. 0,
 * or an exit code, everything said. */
int daemon_log_start(struct service *service);
/* Whoever rotates logs has taken the file away. */
void daemon_log_reopen(struct service *service);

/* Connects and works until there is nothing more to do (--once) or somebody
 * asks to stop. Returns the exit code. */
int daemon_loop(struct service *service);

#endif
