/*
 * Metrics as Prometheus reads them: the text exposition format 0.0.4, in the
 * order of metrics.def. Pure.
 */
#ifndef RECARD_METRICS_TEXT_H
#define RECARD_METRICS_TEXT_H

#include <stdbool.h>

#include "buffer.h"

enum metric_id {
#define METRIC(name, type, help) METRIC_##name,
#include "metrics.def"
#undef METRIC
	METRIC_COUNT
};

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* The samples of one scrape. Start from {0}; end with metrics_free(). */
struct metrics {
	struct buffer lines[METRIC_COUNT];
};

/* Takes a sample. labels: a JSON object of texts. False when no such metric is
 * registered, or the labels are none. */
bool metrics_add(struct metrics *metrics, const char *name, const char *labels,
		 double value);
/* The same of a metric that the program itself knows, with one label. */
void metrics_put(struct metrics *metrics, enum metric_id id, const char *label,
		 const char *text, double value);
void metrics_write(const struct metrics *metrics, struct buffer *out);
void metrics_free(struct metrics *metrics);

#endif
