/*
 * Help and version: see help.h.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "buffer.h"
#include "command_match.h"
#include "ctl.h"
#include "exit_code.h"
#include "help.h"
#include "mem.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unversioned"
#endif

static const char examples[] =
	"\nA first time:\n"
	"  recardctl db migrate                      create database and "
	"schema\n"
	"  recardctl certificate import FILE.jsonl   take the CA's cards in\n"
	"  recardctl order import FILE.jsonl         take applications in\n"
	"  recardctl status                          see where they are\n";

static void
put_command(struct buffer *out, const struct command *c)
{
	char left[64];

	snprintf(left, sizeof(left), "%s%s%s%s%s", c->noun, c->verb ? " " : "",
		 c->verb ? c->verb : "", c->arguments[0] ? " " : "",
		 c->arguments);
	buffer_printf(out, "  %-34s %s\n", left, c->summary);
}

static void
put_options(struct buffer *out, uint64_t mask)
{
	char left[40];
	int i;

	for (i = 0; i < OPTION_COUNT; i++) {
		const struct command_option *o = &command_options[i];

		if (!(mask & OPTION_BIT(i)))
			continue;
		snprintf(left, sizeof(left), "%c%c%s --%s%s%s",
			 o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
			 o->letter ? "," : " ", o->name, o->argument ? "=" : "",
			 o->argument ? o->argument : "");
		buffer_printf(out, "  %-22s %s\n", left, o->help);
	}
}

static void
put_indented(struct buffer *out, const char *lines)
{
	while (*lines) {
		size_t len = strcspn(lines, "\n");

		buffer_printf(out, "  %.*s\n", (int)len, lines);
		lines += len + (lines[len] == '\n');
	}
}

static void
about_program(struct buffer *out)
{
	const struct command *c;
	int i;

	buffer_puts(out, "Usage: recardctl [OPTION]... COMMAND [ARGUMENT]...\n"
			 "Everything an operator does with recard, from a "
			 "shell.\n\nCommands:\n");
	for (c = commands; c->noun; c++)
		put_command(out, c);
	buffer_puts(out, "\nNouns and verbs may be shortened: 'recardctl ord "
			 "l'.\n\nOptions:\n");
	put_options(out, OPTIONS_COMMON);
	buffer_puts(out, examples);
	buffer_puts(out, "\nExit status:\n");
	for (i = 0; exit_meanings[i].meaning; i++)
		buffer_printf(out, "  %2d  %s\n", (int)exit_meanings[i].code,
			      exit_meanings[i].meaning);
}

static void
about_noun(struct buffer *out, const char *noun)
{
	const struct command *c;

	buffer_printf(out,
		      "Usage: recardctl %s VERB [OPTION]... "
		      "[ARGUMENT]...\n\nCommands:\n",
		      noun);
	for (c = commands; c->noun; c++)
		if (strcmp(c->noun, noun) == 0)
			put_command(out, c);
	buffer_printf(out, "\nMore with 'recardctl help %s VERB'.\n", noun);
}

static void
about_command(struct buffer *out, const struct command *c)
{
	buffer_printf(out, "Usage: recardctl %s%s%s [OPTION]...%s%s\n", c->noun,
		      c->verb ? " " : "", c->verb ? c->verb : "",
		      c->arguments[0] ? " " : "", c->arguments);
	buffer_printf(out, "%c%s.\n", c->summary[0] - 'a' + 'A',
		      c->summary + 1);
	if (c->details[0])
		buffer_printf(out, "\n%s", c->details);
	buffer_puts(out, "\nOptions:\n");
	put_options(out, c->options);
	put_options(out, OPTIONS_COMMON);
	buffer_puts(out, "\nExamples:\n");
	put_indented(out, c->examples);
}

int
help_print(const char *noun, const char *verb)
{
	const struct command *command =
		noun ? command_find(commands, noun, verb) : NULL;
	struct buffer out = {0};
	int code;

	if (command)
		about_command(&out, command);
	else if (noun)
		about_noun(&out, noun);
	else
		about_program(&out);
	code = ctl_put(out.data);
	buffer_free(&out);
	return code;
}

/* Which command is asked about; NULL after saying that there is none. */
static const char *
resolve(const struct command_names *names, const char *typed)
{
	struct buffer why = {0};
	const char *found = NULL;

	if (command_match(names, typed, &found, &why) != COMMAND_FOUND) {
		ctl_say("help: %s; 'recardctl help' lists them", why.data);
		found = NULL;
	}
	buffer_free(&why);
	return found;
}

int
help_run(struct ctl *ctl)
{
	struct command_names names;
	const char *noun, *verb = NULL;

	if (ctl->arg_count == 0)
		return help_print(NULL, NULL);
	command_nouns(commands, &names);
	noun = resolve(&names, ctl->args[0]);
	if (!noun)
		return EXIT_USAGE;
	if (ctl->arg_count == 2) {
		command_verbs(commands, noun, &names);
		verb = resolve(&names, ctl->args[1]);
		if (!verb)
			return EXIT_USAGE;
	}
	return help_print(noun, verb);
}

int
version_run(struct ctl *ctl)
{
	(void)ctl;
	return ctl_put("recardctl " PACKAGE_VERSION "\n");
}
