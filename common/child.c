/*
 * Running other programs.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "buffer.h"
#include "child.h"
#include "clock.h"
#include "mem.h"

/* Exit statuses of ours in the child, above those that programs use. */
enum { CHILD_NO_EXEC = 126, CHILD_NO_USER = 127 };

#define OUTPUT_LIMIT (64 * 1024)
#define WAIT_MS 10
/* File work is short; it only stops on a dead disk. */
#define CALL_MS 60000

static bool
become(const struct child_user *user)
{
	if (!user->drop)
		return true;
	return initgroups(user->name, user->gid) == 0 &&
	       setgid(user->gid) == 0 && setuid(user->uid) == 0;
}

static void
reset_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
}

static _Noreturn void
exec_program(const struct child_user *user, const char *const *argv, int out)
{
	static char *const environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin",
					    "LC_ALL=C", "TZ=UTC", NULL};
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	setpgid(0, 0);
	reset_signals();
	if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 ||
	    dup2(out, 2) < 0 || chdir("/") || !become(user))
		_exit(CHILD_NO_USER);
	execve(argv[0], (char *const *)argv, environment);
	_exit(CHILD_NO_EXEC);
}

/* Reads until the end or the deadline; keeps the end of what is read. */
static void
read_output(int fd, int64_t deadline, struct buffer *output)
{
	struct pollfd poller = {.fd = fd, .events = POLLIN};
	char bytes[4096];
	int64_t left;
	ssize_t n;

	while ((left = deadline - clock_monotonic_ms()) > 0) {
		n = poll(&poller, 1, (int)left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		n = read(fd, bytes, sizeof(bytes));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		if (output->len > OUTPUT_LIMIT)
			buffer_clear(output);
		buffer_append(output, bytes, (size_t)n);
	}
}

/* The raw wait status, or -1 when it had to be killed. */
static int
reap(pid_t pid, int64_t deadline)
{
	const struct timespec pause = {.tv_nsec = WAIT_MS * 1000000L};
	int status;
	pid_t got;

	for (;;) {
		got = waitpid(pid, &status, WNOHANG);
		if (got == pid)
			return status;
		if (got < 0 && errno != EINTR)
			return -1;
		if (clock_monotonic_ms() >= deadline)
			break;
		nanosleep(&pause, NULL);
	}
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return -1;
}

static char *
last_line_of(const struct buffer *output)
{
	size_t end = output->len, start;

	while (end > 0 && strchr(" \t\r\n", output->data[end - 1]))
		end--;
	for (start = end; start > 0 && output->data[start - 1] != '\n';)
		start--;
	return end > start ? mem_strndup(output->data + start, end - start)
			   : mem_strdup("it said nothing");
}

static int
judge(int status, const char *program, const struct buffer *output,
      char **last_line)
{
	if (status == -1)
		*last_line = mem_strdup("no end within the time limit");
	else if (!WIFEXITED(status))
		*last_line =
			mem_printf("killed by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) == CHILD_NO_EXEC)
		*last_line = mem_printf("cannot run %s", program);
	else if (WEXITSTATUS(status) == CHILD_NO_USER)
		*last_line = mem_strdup("cannot change to the user");
	else
		*last_line = last_line_of(output);
	if (status == -1 || !WIFEXITED(status) ||
	    WEXITSTATUS(status) >= CHILD_NO_EXEC)
		return -1;
	return WEXITSTATUS(status);
}

int
child_run(const struct child_user *user, const char *const *argv,
	  int64_t timeout_ms, char **last_line)
{
	int64_t deadline = clock_monotonic_ms() + timeout_ms;
	struct buffer output = {0};
	int ends[2], status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC)) {
		*last_line = mem_strdup(strerror(errno));
		return -1;
	}
	pid = fork();
	if (pid == 0)
		exec_program(user, argv, ends[1]);
	close(ends[1]);
	if (pid < 0) {
		*last_line = mem_strdup(strerror(errno));
		close(ends[0]);
		return -1;
	}
	read_output(ends[0], deadline, &output);
	close(ends[0]);
	status = judge(reap(pid, deadline), argv[0], &output, last_line);
	buffer_free(&output);
	return status;
}

int
child_call(const struct child_user *user, int (*work)(void *arg), void *arg)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -1;
	if (pid == 0) {
		reset_signals();
		_exit(become(user) ? work(arg) : CHILD_NO_USER);
	}
	status = reap(pid, clock_monotonic_ms() + CALL_MS);
	if (status == -1 || !WIFEXITED(status) ||
	    WEXITSTATUS(status) >= CHILD_NO_EXEC)
		return -1;
	return WEXITSTATUS(status);
}
