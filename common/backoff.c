/*
 * Waits between failed tries.
 */
#include <event2/event.h>
#include <stdlib.h>
#include <sys/time.h>

#include "backoff.h"

int64_t
backoff_next(struct backoff *backoff, int64_t min_ms, int64_t max_ms)
{
	int64_t delay = min_ms > 0 ? min_ms : 1;
	uint32_t spread;
	unsigned i;

	for (i = 0; i < backoff->tries && delay < max_ms; i++)
		delay *= 2;
	if (delay > max_ms && max_ms > 0)
		delay = max_ms;
	backoff->tries++;
	spread = (uint32_t)(delay / 2 < INT32_MAX ? delay / 2 : INT32_MAX);
	return delay - spread + arc4random_uniform(spread + 1);
}

void
backoff_reset(struct backoff *backoff)
{
	backoff->tries = 0;
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	bool *over = arg;

	(void)fd;
	(void)what;
	*over = true;
}

void
backoff_wait(struct event_base *base, int64_t ms, const bool *until)
{
	struct timeval delay = {.tv_sec = ms / 1000,
				.tv_usec = ms % 1000 * 1000};
	bool over = false;
	struct event *timer = evtimer_new(base, on_timer, &over);

	if (!timer || evtimer_add(timer, &delay))
		over = true;
	while (!over && !*until)
		if (event_base_loop(base, EVLOOP_ONCE))
			break;
	if (timer)
		event_free(timer);
}
