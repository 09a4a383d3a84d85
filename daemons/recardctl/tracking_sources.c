/*
 * recardctl tracking sources: where postal files come from, when each place
 * was looked at and gave its last file, and which have not given what is
 * expected of them.
 */
#include <string.h>

#include "ctl.h"
#include "exit_code.h"

enum { STATE = 2 };

static bool
all_well(const struct db_result *result)
{
	for (int row = 0; row < db_rows(result); row++) {
		const char *state = db_value(result, row, STATE);

		if (strcmp(state, "ok") != 0 && strcmp(state, "waiting") != 0)
			return false;
	}
	return true;
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
	struct db_result *result = NULL;
	int code = ctl_connect(ctl, NULL);

	if (code == 0)
		code = ctl_ask(ctl, "tracking sources",
			       "SELECT source, place, state,"
			       " floor(extract(epoch FROM since))::bigint,"
			       " floor(extract(epoch FROM now() -"
			       " since))::bigint,"
			       " floor(extract(epoch FROM"
			       " expected_at))::bigint,"
			       " floor(extract(epoch FROM looked_at))::bigint,"
			       " floor(extract(epoch FROM now() -"
			       " looked_at))::bigint, file,"
			       " floor(extract(epoch FROM taken_at))::bigint,"
			       " floor(extract(epoch FROM now() -"
			       " taken_at))::bigint, outcome FROM "
			       "recard.source_list()",
			       0, NULL, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	if (code == 0 && !all_well(result))
		code = EXIT_EXCEPTIONS;
	if (db_rows(result) == 0 && ctl->format == OUTPUT_TABLE)
		ctl_say("no sources");
	db_result_free(result);
	return code;
}
