/*
 * Calls to printers; see print_call.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"
#include "print_call.h"
#include "print_ipp.h"
#include "print_raw.h"
#include "printer.h"

/* The pipe's end in the child. */
#define CHILD_OUT 3

struct print_call {
	pid_t pid; /* 0: reaped */
	int fd;
	int64_t deadline;
	enum print_state lost; /* what no answer means */
};

static _Noreturn void
call(const struct print_request *request, int out)
{
	struct print_report report = {0};
	sigset_t none;

	for (int signal_no = 1; signal_no < NSIG; signal_no++)
		signal(signal_no, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* Should the daemon die, the document still arrives whole, but not
	 * later than when another may claim the job. */
	(void)alarm((unsigned)(request->printer->settings->timeout / 1000) + 1);
	if (out != CHILD_OUT && dup2(out, CHILD_OUT) < 0)
		_exit(1);
	if (close_range(CHILD_OUT + 1, ~0U, 0) != 0)
		_exit(1);
	if (request->printer->kind == PRINTER_RAW)
		print_raw(request, &report);
	else
		print_ipp(request, &report);
	_exit(write(CHILD_OUT, &report, sizeof report) == sizeof report ? 0
									: 1);
}

struct print_call *
print_call_start(const struct print_request *request)
{
	struct print_call *made;
	pid_t pid;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return NULL;
	pid = fork();
	if (pid == 0)
		call(request, ends[1]);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return NULL;
	}
	made = mem_alloc(1, sizeof *made);
	*made = (struct print_call){
		.lost = request->printer->kind == PRINTER_RAW ? PRINT_UNKNOWN
							      : PRINT_LOST,
		.pid = pid,
		.fd = ends[0],
		.deadline = clock_monotonic_ms() +
			    request->printer->settings->timeout};
	return made;
}

int
print_call_fd(const struct print_call *call)
{
	return call->fd;
}

static void
reap(struct print_call *call)
{
	if (call->pid > 0) {
		kill(call->pid, SIGKILL);
		while (waitpid(call->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	call->pid = 0;
}

/* A report that came whole and makes sense. */
static bool
read_report(struct print_call *call, struct print_report *report)
{
	ssize_t n;

	do {
		n = read(call->fd, report, sizeof *report);
	} while (n < 0 && errno == EINTR);
	return n == sizeof *report && (int)report->state >= 0 &&
	       report->state < PRINT_STATES && report->job >= 0 &&
	       memchr(report->says, '\0', sizeof report->says) != NULL;
}

static bool
over_within(struct print_call *call, int64_t ms, struct print_report *report)
{
	struct pollfd poller = {.fd = call->fd, .events = POLLIN};
	int ready = poll(&poller, 1, (int)ms);

	if (ready < 0)
		return false;
	if (ready == 0 && clock_monotonic_ms() < call->deadline)
		return false;
	if (ready == 0 || !read_report(call, report)) {
		*report = (struct print_report){0};
		print_report_set(report, call->lost,
				 ready == 0 ? "no answer in time"
					    : "no answer");
	}
	reap(call);
	return true;
}

bool
print_call_over(struct print_call *call, struct print_report *report)
{
	return over_within(call, 0, report);
}

void
print_call_wait(struct print_call *call, struct print_report *report)
{
	int64_t left;

	do {
		left = call->deadline - clock_monotonic_ms();
	} while (!over_within(call, left > 0 ? left : 0, report));
}

void
print_call_close(struct print_call *call)
{
	if (call == NULL)
		return;
	reap(call);
	close(call->fd);
	mem_free(call);
}
