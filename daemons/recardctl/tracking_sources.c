/*
 * recardctl tracking sources: where postal files come from, when each place
 * was looked at and gave its last file, and which have not given what is
 * expected of them.
 */
#include <string.h>

#include "ctl.h"
#include "exit_code.h"
#include "list.h"

enum { STATE = 2 };

static int
sources_end(const struct ctl *ctl, const struct db_result *result, int rows)
{
	int code = EXIT_DONE;

	for (int row = 0; row < rows; row++) {
		const char *state = db_value(result, row, STATE);

		if (strcmp(state, "ok") != 0 && strcmp(state, "waiting") != 0)
			code = EXIT_EXCEPTIONS;
	}
	if (rows == 0 && ctl->format == OUTPUT_TABLE)
		ctl_say("no sources");
	return code;
}

int
tracking_sources_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"source", "SOURCE", OUTPUT_TEXT},
		{"place", "FROM", OUTPUT_TEXT},
		[STATE] = {"state", "STATE", OUTPUT_TEXT},
		{"since", NULL, OUTPUT_TIME},
		{"since_seconds", "FOR", OUTPUT_AGE},
		{"expected_at", "EXPECTED BY", OUTPUT_TIME},
		{"looked_at", NULL, OUTPUT_TIME},
		{"looked_seconds", "LOOKED AGO", OUTPUT_AGE},
		{"file", "LAST FILE", OUTPUT_TEXT},
		{"taken_at", NULL, OUTPUT_TIME},
		{"taken_seconds", "TAKEN AGO", OUTPUT_AGE},
		{"outcome", NULL, OUTPUT_TEXT},
		{0}};
	static const struct list list = {
		.what = "sources",
		.sql = "SELECT source, place, state, recard.seconds_at(since), "
		       "recard.seconds_of(now() - since), "
		       "recard.seconds_at(expected_at), "
		       "recard.seconds_at(looked_at), recard.seconds_of(now() "
		       "- looked_at), file, recard.seconds_at(taken_at), "
		       "recard.seconds_of(now() - taken_at), outcome FROM "
		       "recard.source_list()",
		.columns = columns,
		.conclude = sources_end};

	return list_run(ctl, &list);
}
