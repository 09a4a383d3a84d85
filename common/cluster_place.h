/*
 * Where the embedded cluster lives and who runs it. Each function returns 0,
 * or an exit code with *error set (mem_free): what is wrong, where, and the
 * way out.
 */
#ifndef RECARD_CLUSTER_PLACE_H
#define RECARD_CLUSTER_PLACE_H

struct child_user;
struct daemon_common;

/* Judges the settings, touching nothing; *user is who runs the server. */
int cluster_place_check(const struct daemon_common *common,
			struct child_user *user, char **error);
/* Makes the state folder, which that user must be able to enter. */
int cluster_place_open(const struct daemon_common *common,
		       const struct child_user *user, char **error);
/* Makes <state_dir>/run and the server's log, which belong to that user. */
int cluster_place_make(const struct daemon_common *common,
		       const struct child_user *user, char **error);

#endif
