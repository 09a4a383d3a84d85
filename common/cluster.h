/*
 * The embedded database: a private PostgreSQL cluster in
 * <state_dir>/postgres, reachable only through a Unix socket in
 * <state_dir>/run, durable, run by an unprivileged user when root calls.
 * Peer authentication lets in the operating-system user that created it
 * (and the one that runs it), for recard's roles only.
 */
#ifndef RECARD_CLUSTER_H
#define RECARD_CLUSTER_H

#include <stdbool.h>

struct daemon_common;

enum cluster_state { CLUSTER_ABSENT, CLUSTER_STOPPED, CLUSTER_RUNNING };

enum cluster_state cluster_state(const struct daemon_common *common);
/* Creates the cluster when absent, starts it when stopped; safe when called
 * by many at once. 0, or an exit code with *error set (mem_free). */
int cluster_start(const struct daemon_common *common, char **error);
int cluster_stop(const struct daemon_common *common, char **error);
/* libpq connection string of its database, without user. mem_free() it. */
char *cluster_conninfo(const struct daemon_common *common);
/* The same as the superuser, for migrations. */
char *cluster_admin_conninfo(const struct daemon_common *common);

#endif
