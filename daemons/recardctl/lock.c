/*
 * recardctl lock: runs a command while it holds a lock of the database, so that
 * of several hosts one does it. The lock is the session's: it goes with us,
 * however we end, or with the connection, and takes the command along.
 */
#include <errno.h>
#include <event2/event.h>
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

static void
on_child(evutil_socket_t number, short what, void *arg)
{
	(void)number;
	(void)what;
	(void)arg;
}

/* Waits until the command has ended; false when the lock went before, and it
 * was told to end. */
static bool
outlast(const struct ctl *ctl, pid_t child, int *status)
{
	bool ours = true;

	while (waitpid(child, status, WNOHANG) == 0) {
		if (event_base_loop(ctl->program.base, EVLOOP_ONCE) < 0)
			return false;
		if (ours && !db_connected(ctl->program.db)) {
			ours = false;
			kill(child, SIGTERM);
		}
	}
	return ours;
}

/* Runs it to its end; its exit code. */
static int
run(const struct ctl *ctl, char **argv)
{
	pid_t self = getpid(), child;
	struct event *ended =
		evsignal_new(ctl->program.base, SIGCHLD, on_child, NULL);
	bool ours;
	int status = 0;

	/* The terminal tells both of us: it decides. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	child = ended && event_add(ended, NULL) == 0 ? fork() : -1;
	if (child == 0)
		become(argv, self);
	if (child < 0)
		ctl_say("lock: cannot start another process: %m");
	ours = child > 0 && outlast(ctl, child, &status);
	if (ended)
		event_free(ended);
	if (child < 0)
		return EXIT_RETRY;
	if (!ours) {
		ctl_say("lock: the connection that held it is lost: %s was "
			"told to end",
			argv[0]);
		return EXIT_DATABASE;
	}
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
		return run(ctl, ctl->args + 1);
	if (ctl->options[OPTION_LOCK_OK])
		return EXIT_DONE;
	ctl_say("lock: somebody else has '%s' in hand", ctl->args[0]);
	return EXIT_LOCKED;
}
