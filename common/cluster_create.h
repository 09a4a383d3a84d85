/*
 * Making the embedded cluster's folder: initdb, who may log in as whom, and
 * the settings that recard relies on.
 */
#ifndef RECARD_CLUSTER_CREATE_H
#define RECARD_CLUSTER_CREATE_H

struct child_user;
struct daemon_common;

/* The superuser; there is no other role before the schema is there. */
#define CLUSTER_ADMIN "recard_admin"
/* Part of the socket's name: there is no network port. */
#define CLUSTER_PORT "5432"
#define CLUSTER_SOCKET ".s.PGSQL." CLUSTER_PORT

/* Creates <state_dir>/postgres, whole or not at all. The caller holds the
 * cluster's lock. 0, or an exit code with *error set (mem_free). */
int cluster_create(const struct daemon_common *common,
		   const struct child_user *user, char **error);

#endif
