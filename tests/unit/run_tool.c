/*
 * Running another program; see run_tool.h.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buffer.h"
#include "run_tool.h"

#define TOOL_SECONDS 120
#define MAX_OUTPUT (64 << 20)

void
run_tool(const char *folder, const char *const argv[], struct buffer *out)
{
	int ends[2], status;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		/* The alarm outlives exec: a tool that hangs is ended. */
		alarm(TOOL_SECONDS);
		if (chdir(folder) == 0 && dup2(ends[1], STDOUT_FILENO) >= 0 &&
		    dup2(null, STDERR_FILENO) >= 0)
			execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(ends[1]);
	buffer_clear(out);
	assert_int_equal(buffer_read_fd(out, ends[0], MAX_OUTPUT), 0);
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("%s: wait status %d", argv[0], status);
}
