/*
 * Reading the command line: see command_line.h. Options may stand anywhere;
 * those of a command after its verb.
 */
#include <getopt.h>
#include <string.h>

#include "buffer.h"
#include "command_line.h"
#include "command_match.h"
#include "ctl.h"
#include "exit_code.h"
#include "help.h"
#include "suggestion.h"

/* What is still to be read. */
struct rest {
	int argc;
	char **argv;
};

static int
usage(const char *noun, const char *verb)
{
	fprintf(stderr, "Try 'recardctl help%s%s%s%s'.\n", noun ? " " : "",
		noun ? noun : "", verb ? " " : "", verb ? verb : "");
	return EXIT_USAGE;
}

/* getopt_long() stopped at an option that is not offered or lacks its
 * argument. */
static void
say_wrong_option(int key, const char *word, uint64_t mask)
{
	struct suggestion suggestion = {.wrong = word};
	char letter[3] = {'-', (char)optopt, '\0'};
	bool is_long = strncmp(word, "--", 2) == 0;
	int i;

	if (key == ':') {
		ctl_say("option '%s' needs an argument",
			is_long ? word : letter);
		return;
	}
	if (!is_long) {
		ctl_say("'%s': no such option here", letter);
		return;
	}
	suggestion.wrong = word + 2;
	for (i = 0; i < OPTION_COUNT; i++)
		if (mask & OPTION_BIT(i))
			suggestion_consider(&suggestion,
					    command_options[i].name);
	if (suggestion.best)
		ctl_say("'%s': no such option here (did you mean "
			"\"--%s\"?)",
			word, suggestion.best);
	else
		ctl_say("'%s': no such option here, or not its whole name",
			word);
}

/* Takes the options of mask in front of the next word, or, with `through`,
 * all of them. False when one is wrong, which was said. */
static bool
take_options(struct ctl *ctl, struct rest *rest, uint64_t mask, bool through)
{
	struct option table[OPTION_COUNT + 1] = {{0}};
	char letters[2 * OPTION_COUNT + 3];
	size_t n = 0, l = 0;
	int i, key;

	if (!through)
		letters[l++] = '+';
	letters[l++] = ':';
	for (i = 0; i < OPTION_COUNT; i++) {
		const struct command_option *o = &command_options[i];

		if (!(mask & OPTION_BIT(i)))
			continue;
		table[n++] = (struct option){
			o->name, o->argument ? required_argument : no_argument,
			NULL, o->letter ? o->letter : 256 + i};
		if (o->letter)
			letters[l++] = o->letter;
		if (o->letter && o->argument)
			letters[l++] = ':';
	}
	letters[l] = '\0';
	/* 0 makes GNU getopt start anew; argv[0] is passed over. */
	optind = 0;
	opterr = 0;
	while ((key = getopt_long(rest->argc, rest->argv, letters, table,
				  NULL)) != -1) {
		if (key == '?' || key == ':') {
			say_wrong_option(key, rest->argv[optind - 1], mask);
			return false;
		}
		for (i = 0; i < OPTION_COUNT; i++)
			if (key == 256 + i ||
			    (key < 256 && key == command_options[i].letter))
				break;
		ctl->options[i] = optarg ? optarg : "";
	}
	rest->argc -= optind - 1;
	rest->argv += optind - 1;
	return true;
}

/* The next word; the one after it takes the place of argv[0]. */
static const char *
take_word(struct rest *rest)
{
	if (rest->argc < 2)
		return NULL;
	rest->argc--;
	rest->argv++;
	return rest->argv[0];
}

/* The name of names that the next word means, or NULL after saying what is
 * wrong with it. */
static const char *
take_name(struct rest *rest, const struct command_names *names,
	  const char *noun)
{
	const char *word = take_word(rest), *found = NULL;
	struct buffer why = {0};

	if (command_match(names, word, &found, &why) == COMMAND_FOUND)
		return found;
	ctl_say("%s%s%s", noun ? noun : "", noun ? ": " : "", why.data);
	buffer_free(&why);
	return NULL;
}

static bool
set_format(struct ctl *ctl)
{
	static const struct {
		const char *name;
		enum output_format format;
	} formats[] = {{"table", OUTPUT_TABLE},
		       {"json", OUTPUT_JSON},
		       {"csv", OUTPUT_CSV}};
	const char *wanted = ctl->options[OPTION_FORMAT];
	size_t i;

	if (!wanted)
		return true;
	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(wanted, formats[i].name) != 0)
			continue;
		ctl->format = formats[i].format;
		return true;
	}
	ctl_say("--format: '%s' is none of table, json, csv", wanted);
	return false;
}

static int
check_count(struct ctl *ctl)
{
	const struct command *c = ctl->command;

	if (ctl->arg_count >= c->least && ctl->arg_count <= c->most)
		return -1;
	if (ctl->arg_count < c->least)
		ctl_say("%s%s%s: %s is missing", c->noun, c->verb ? " " : "",
			c->verb ? c->verb : "", c->arguments);
	else
		ctl_say("%s%s%s: '%s' is one argument too many", c->noun,
			c->verb ? " " : "", c->verb ? c->verb : "",
			ctl->args[c->most]);
	return usage(c->noun, c->verb);
}

/* --help and --version win over everything else that is right. */
static int
answer_early(struct ctl *ctl, const char *noun, const char *verb)
{
	if (ctl->options[OPTION_VERSION])
		return version_run(ctl);
	if (ctl->options[OPTION_HELP])
		return help_print(noun, verb);
	return -1;
}

static int
parse_command(struct ctl *ctl, struct rest *rest, const char *noun,
	      const char *verb)
{
	int code;

	ctl->command = command_find(commands, noun, verb);
	if (!take_options(ctl, rest, OPTIONS_COMMON | ctl->command->options,
			  true) ||
	    !set_format(ctl))
		return usage(noun, verb);
	code = answer_early(ctl, noun, verb);
	if (code >= 0)
		return code;
	ctl->args = rest->argv + 1;
	ctl->arg_count = rest->argc - 1;
	return check_count(ctl);
}

static void
say_verbs(const char *noun, const struct command_names *verbs)
{
	struct buffer list = {0};
	size_t i;

	for (i = 0; i < verbs->count; i++)
		buffer_printf(&list, "%s%s", i ? ", " : "", verbs->names[i]);
	ctl_say("%s: a verb is needed: %s", noun, list.data);
	buffer_free(&list);
}

int
command_line_parse(struct ctl *ctl, int argc, char **argv)
{
	struct rest rest = {argc, argv};
	struct command_names names;
	const char *noun, *verb = NULL;
	int code;

	if (!take_options(ctl, &rest, OPTIONS_COMMON, false))
		return usage(NULL, NULL);
	if (rest.argc < 2) {
		code = answer_early(ctl, NULL, NULL);
		if (code >= 0)
			return code;
		ctl_say("a command is needed");
		return usage(NULL, NULL);
	}
	command_nouns(commands, &names);
	noun = take_name(&rest, &names, NULL);
	if (!noun)
		return usage(NULL, NULL);
	command_verbs(commands, noun, &names);
	if (names.count == 0)
		return parse_command(ctl, &rest, noun, NULL);
	if (!take_options(ctl, &rest, OPTIONS_COMMON, false))
		return usage(noun, NULL);
	if (rest.argc < 2) {
		code = answer_early(ctl, noun, NULL);
		if (code >= 0)
			return code;
		say_verbs(noun, &names);
		return usage(noun, NULL);
	}
	verb = take_name(&rest, &names, noun);
	if (!verb)
		return usage(noun, NULL);
	return parse_command(ctl, &rest, noun, verb);
}
