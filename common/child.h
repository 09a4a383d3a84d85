/*
 * Another program, run without a shell: closed stdin, a small fixed
 * environment, a deadline, its output kept to quote from.
 */
#ifndef RECARD_CHILD_H
#define RECARD_CHILD_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Who is to do it. drop false: who we are. */
struct child_user {
	bool drop;
	char name[LOGIN_NAME_MAX];
	uid_t uid;
	gid_t gid;
};

/*
 * Runs argv[0] (a path) as user. Returns its exit status, or -1 when it
 * could not be run, was killed, or did not end within timeout_ms (it and
 * its process group are killed then). *last_line is the last line it wrote
 * that is not empty, or a reason; mem_free() it.
 */
int child_run(const struct child_user *user, const char *const *argv,
	      int64_t timeout_ms, char **last_line);
/*
 * Calls work(arg) in a child process as user and returns what it returns
 * (0 to 125), or -1. For file work that must not be done with more rights
 * than the files' owner has.
 */
int child_call(const struct child_user *user, int (*work)(void *arg),
	       void *arg);

#endif
