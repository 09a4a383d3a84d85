/*
 * A line of progress: see progress.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "progress.h"

#define EVERY_MS 200

void
progress_start(struct progress *progress, const char *what)
{
	int64_t now = clock_monotonic_ms();

	*progress = (struct progress){what, isatty(STDERR_FILENO), now, now};
}

void
progress_show(struct progress *progress, int64_t done)
{
	int64_t now;

	if (!progress->watched)
		return;
	now = clock_monotonic_ms();
	if (now - progress->shown < EVERY_MS)
		return;
	progress->shown = now;
	fprintf(stderr, "\r\033[K%" PRId64 " %s, %" PRId64 " a second", done,
		progress->what, done * 1000 / (now - progress->started));
	fflush(stderr);
}

void
progress_clear(struct progress *progress)
{
	if (progress->watched && progress->shown != progress->started)
		fputs("\r\033[K", stderr);
}
