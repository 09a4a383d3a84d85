/*
 * Finding a command: see command_match.h.
 */
#include <assert.h>
#include <string.h>

#include "buffer.h"
#include "command.h"
#include "command_match.h"
#include "suggestion.h"

static void
add(struct command_names *names, const char *name)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		if (strcmp(names->names[i], name) == 0)
			return;
	assert(i < sizeof(names->names) / sizeof(names->names[0]));
	names->names[names->count++] = name;
}

void
command_nouns(const struct command *table, struct command_names *names)
{
	names->count = 0;
	for (; table->noun; table++)
		add(names, table->noun);
}

void
command_verbs(const struct command *table, const char *noun,
	      struct command_names *names)
{
	names->count = 0;
	for (; table->noun; table++)
		if (table->verb && strcmp(table->noun, noun) == 0)
			add(names, table->verb);
}

const struct command *
command_find(const struct command *table, const char *noun, const char *verb)
{
	for (; table->noun; table++) {
		if (strcmp(table->noun, noun) != 0)
			continue;
		if (!verb && !table->verb)
			return table;
		if (verb && table->verb && strcmp(table->verb, verb) == 0)
			return table;
	}
	return NULL;
}

static void
say_ambiguous(const struct command_names *names, const char *typed,
	      struct buffer *why)
{
	const char *comma = "";
	size_t i, len = strlen(typed);

	buffer_printf(why, "'%s' could be ", typed);
	for (i = 0; i < names->count; i++) {
		if (strncmp(names->names[i], typed, len) != 0)
			continue;
		buffer_printf(why, "%s%s", comma, names->names[i]);
		comma = " or ";
	}
}

enum command_match
command_match(const struct command_names *names, const char *typed,
	      const char **found, struct buffer *why)
{
	struct suggestion suggestion = {.wrong = typed};
	size_t i, len = strlen(typed), hits = 0;

	for (i = 0; i < names->count; i++) {
		const char *name = names->names[i];

		suggestion_consider(&suggestion, name);
		if (strncmp(name, typed, len) != 0)
			continue;
		*found = name;
		if (name[len] == '\0')
			return COMMAND_FOUND;
		hits++;
	}
	if (hits == 1)
		return COMMAND_FOUND;
	if (hits > 1 && len > 0) {
		say_ambiguous(names, typed, why);
		return COMMAND_AMBIGUOUS;
	}
	buffer_printf(why, "'%s': no such command", typed);
	if (suggestion.best)
		buffer_printf(why, " (did you mean \"%s\"?)", suggestion.best);
	return COMMAND_UNKNOWN;
}
