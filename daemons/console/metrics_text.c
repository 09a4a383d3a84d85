/*
 * The exposition format: see metrics_text.h.
 */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "metrics_text.h"

static const struct {
	const char *name, *type, *help;
} registry[METRIC_COUNT] = {
#define METRIC(name, type, help) {#name, type, help},
#include "metrics.def"
#undef METRIC
};

static void
put_value(struct buffer *out, double value)
{
	if (isnan(value))
		buffer_puts(out, " NaN\n");
	else if (isinf(value))
		buffer_puts(out, value > 0 ? " +Inf\n" : " -Inf\n");
	else
		buffer_printf(out, " %.15g\n", value);
}

static void
put_label(struct buffer *out, char before, const char *name, const char *value)
{
	buffer_printf(out, "%c%s=\"", before, name);
	for (; *value; value++) {
		if (*value == '\n') {
			buffer_puts(out, "\\n");
			continue;
		}
		if (*value == '\\' || *value == '"')
			buffer_putc(out, '\\');
		buffer_putc(out, *value);
	}
	buffer_putc(out, '"');
}

static bool
label_name_ok(const char *name)
{
	return *name &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz_") == strlen(name);
}

/* Appends "{a="b",c="d"}"; false when the object holds something else. */
static bool
put_labels(struct buffer *out, const json_t *labels)
{
	const char *name;
	json_t *value;
	char before = '{';

	if (!json_is_object(labels))
		return false;
	json_object_foreach((json_t *)labels, name, value)
	{
		if (!json_is_string(value) || !label_name_ok(name))
			return false;
		put_label(out, before, name, json_string_value(value));
		before = ',';
	}
	if (before == ',')
		buffer_putc(out, '}');
	return true;
}

bool
metrics_add(struct metrics *metrics, const char *name, const char *labels,
	    double value)
{
	json_t *object = json_loads(labels, JSON_REJECT_DUPLICATES, NULL);
	struct buffer line = {0};
	size_t id = 0;
	bool good;

	while (id < METRIC_COUNT && strcmp(registry[id].name, name) != 0)
		id++;
	buffer_puts(&line, name);
	good = id < METRIC_COUNT && put_labels(&line, object);
	if (good) {
		put_value(&line, value);
		buffer_append(&metrics->lines[id], line.data, line.len);
	}
	buffer_free(&line);
	json_decref(object);
	return good;
}

void
metrics_put(struct metrics *metrics, enum metric_id id, const char *label,
	    const char *text, double value)
{
	struct buffer *out = &metrics->lines[id];

	buffer_puts(out, registry[id].name);
	if (label) {
		put_label(out, '{', label, text);
		buffer_putc(out, '}');
	}
	put_value(out, value);
}

void
metrics_write(const struct metrics *metrics, struct buffer *out)
{
	for (size_t i = 0; i < METRIC_COUNT; i++) {
		if (metrics->lines[i].len == 0)
			continue;
		buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n",
			      registry[i].name, registry[i].help,
			      registry[i].name, registry[i].type);
		buffer_append(out, metrics->lines[i].data,
			      metrics->lines[i].len);
	}
}

void
metrics_free(struct metrics *metrics)
{
	for (size_t i = 0; i < METRIC_COUNT; i++)
		buffer_free(&metrics->lines[i]);
}
