/*
 * recardctl lock: runs a command while it holds a lock of the database, so that
 * of several hosts one does it. The lock is the session's: it goes with us,
 * however we end, and takes the command along.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl.h"
#include "exit_code.h"

/* What a shell says when there is no such command. */
#define NOT_RUN 127

static void
become(char **argv, pid_t parent)
{
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* It may be gone already. */
	if (getppid() != parent)
		_exit(EXIT_RETRY);
	execvp(argv[0], argv);
	ctl_say("lock: %s: %s", argv[0], strerror(errno));
	_exit(NOT_RUN);
}

/* Runs it to its end; its exit code. */
static int
run(char **argv)
{
	pid_t self = getpid(), child;
	int status;

	/* The terminal tells both of us: it decides. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	child = fork();
	if (child == 0)
		become(argv, self);
	if (child < 0) {
		ctl_say("lock: cannot start another process: %m");
		return EXIT_RETRY;
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_RETRY;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	ctl_say("lock: %s was ended by signal %d", argv[0], WTERMSIG(status));
	return EXIT_RETRY;
}

int
lock_run(struct ctl *ctl)
{
	struct db_param params[] = {db_text(ctl->args[0])};
	struct db_result *result = NULL;
	bool ours;
	int code = ctl_connect(ctl, NULL);

	if (code == 0)
		code = ctl_ask(ctl, "lock", "SELECT recard.run_claim($1::text)",
			       1, params, &result);
	if (code)
		return code;
	ours = db_bool(result, 0, 0);
	db_result_free(result);
	if (ours)
		return run(ctl->args + 1);
	if (ctl->options[OPTION_LOCK_OK])
		return EXIT_DONE;
	ctl_say("lock: somebody else has '%s' in hand", ctl->args[0]);
	return EXIT_LOCKED;
}
