/*
 * Places where tests make a program die or fail: see failpoint.h. An
 * ordinary build has none of this.
 */
#include "failpoint.h"

#ifdef ENABLE_FAILPOINTS

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum failpoint_action { FAILPOINT_NOTHING, FAILPOINT_KILL, FAILPOINT_ERROR };

static char armed_name[128];
static enum failpoint_action armed_action;
static unsigned long armed_left; /* times still to be reached */

/* A wrong RECARD_FAILPOINT ends the program: a test whose failpoint never
 * fires would prove nothing. */
static void
arm(void)
{
	const char *text = getenv("RECARD_FAILPOINT");
	char action[16] = "";
	unsigned long times = 1;

	if (!text || !*text)
		return;
	if (sscanf(text, "%127[^:]:%15[^:]:%lu", armed_name, action, &times) <
		    2 ||
	    times == 0)
		goto wrong;
	if (strcmp(action, "kill") == 0)
		armed_action = FAILPOINT_KILL;
	else if (strcmp(action, "error") == 0)
		armed_action = FAILPOINT_ERROR;
	else
		goto wrong;
	armed_left = times;
	return;
wrong:
	fprintf(stderr, "RECARD_FAILPOINT: NAME:kill|error[:TIMES] expected\n");
	abort();
}

static void
trace(const char *name)
{
	const char *path = getenv("RECARD_FAILPOINT_TRACE");
	char line[160];
	int fd, len;

	if (!path || !*path)
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	if (fd < 0)
		abort();
	len = snprintf(line, sizeof(line), "%s\n", name);
	if (len < 0 || (size_t)len >= sizeof(line) ||
	    write(fd, line, (size_t)len) != len)
		abort();
	close(fd);
}

bool
failpoint_hit(const char *name)
{
	static bool ready;

	if (!ready) {
		ready = true;
		arm();
	}
	trace(name);
	if (armed_left == 0 || strcmp(name, armed_name) != 0)
		return false;
	if (--armed_left > 0)
		return false;
	if (armed_action == FAILPOINT_KILL) {
		raise(SIGKILL);
		abort();
	}
	return true;
}

#else

/* ISO C wants a translation unit to declare something. */
struct failpoint_disabled;

#endif
