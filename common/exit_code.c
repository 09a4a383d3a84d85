/*
 * What the exit codes mean, for --help.
 */
#include "exit_code.h"

const struct exit_meaning exit_meanings[] = {
	{EXIT_DONE, "done, nothing wrong"},
	{EXIT_EXCEPTIONS, "some items went to exceptions"},
	{EXIT_USAGE, "wrong options or arguments"},
	{EXIT_CONFIG, "configuration is wrong"},
	{EXIT_DATABASE, "database unreachable"},
	{EXIT_LOCKED, "somebody else holds the lock"},
	{EXIT_SCHEMA, "schema version does not fit this program"},
	{EXIT_INVARIANT, "an invariant is broken"},
	{EXIT_RETRY, "try again later"},
	{.meaning = 0}};
