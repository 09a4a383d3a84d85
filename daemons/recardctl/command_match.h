/*
 * Finding a command by what somebody typed: whole words or unambiguous
 * beginnings of them. Pure.
 */
#ifndef RECARD_COMMAND_MATCH_H
#define RECARD_COMMAND_MATCH_H

#include <stdbool.h>
#include <stddef.h>

struct buffer;
struct command;

enum command_match {
	COMMAND_FOUND,
	COMMAND_UNKNOWN,  /* suggestion may be set */
	COMMAND_AMBIGUOUS /* possible: the names it could be */
};

struct command_names {
	const char *names[64];
	size_t count;
};

/* The nouns, or the verbs of a noun (none when it is a command itself), in
 * the order of the table. */
void command_nouns(const struct command *table, struct command_names *names);
void command_verbs(const struct command *table, const char *noun,
		   struct command_names *names);
/* The command of a noun and a verb (NULL: none) as they stand in the table;
 * NULL when there is none. */
const struct command *command_find(const struct command *table,
				   const char *noun, const char *verb);
/*
 * Which of names is meant; *found with COMMAND_FOUND. Otherwise appends to
 * why what is wrong: `'ordr': no such command (did you mean "order"?)`.
 */
enum command_match command_match(const struct command_names *names,
				 const char *typed, const char **found,
				 struct buffer *why);

#endif
