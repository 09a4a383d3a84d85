/*
 * recardctl completion: a script that lets bash complete our commands, made
 * from the tables that parse them.
 */
#include <string.h>

#include "buffer.h"
#include "command_match.h"
#include "ctl.h"
#include "exit_code.h"

/* Words of the line before the one that is completed, without options and
 * what belongs to them: they are the command. */
static const char head[] =
	"# bash completion of recardctl, made by 'recardctl completion bash'.\n"
	"_recardctl() {\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} before='' word\n"
	"\tlocal -a command=()\n"
	"\tlocal -i i\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\tword=${COMP_WORDS[i]}\n"
	"\t\tif [[ $before == argument ]]; then\n"
	"\t\t\t[[ $word == '=' ]] || before=''\n"
	"\t\t\tcontinue\n"
	"\t\tfi\n"
	"\t\tcase $word in\n";

static const char middle[] =
	"\t\t-*) ;;\n"
	"\t\t*) command+=(\"$word\") ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\tCOMPREPLY=()\n"
	"\tif [[ $before == argument ]]; then\n"
	"\t\t[[ $cur == '=' ]] && cur=''\n"
	"\t\tword=${COMP_WORDS[COMP_CWORD - 1]}\n"
	"\t\t[[ $word == '=' ]] && word=${COMP_WORDS[COMP_CWORD - 2]}\n"
	"\t\tif [[ $word == --format ]]; then\n"
	"\t\t\tmapfile -t COMPREPLY < <(compgen -W 'table json csv' -- "
	"\"$cur\")\n"
	"\t\telse\n"
	"\t\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
	"\t\tfi\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tlocal nouns verbs='' options='' common\n";

static const char tail[] =
	"\tif [[ $cur == -* ]]; then\n"
	"\t\tword=\"$common $options\"\n"
	"\telif [[ ${#command[@]} -eq 0 ]]; then\n"
	"\t\tword=$nouns\n"
	"\telif [[ ${#command[@]} -eq 1 && -n $verbs ]]; then\n"
	"\t\tword=$verbs\n"
	"\telse\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tmapfile -t COMPREPLY < <(compgen -W \"$word\" -- \"$cur\")\n"
	"}\n"
	"complete -o filenames -F _recardctl recardctl\n";

static void
put_names(struct buffer *out, const struct command_names *names)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		buffer_printf(out, "%s%s", i ? " " : "", names->names[i]);
}

/* The pattern of options that take an argument. */
static void
put_options_with_argument(struct buffer *out)
{
	const char *between = "\t\t";
	int i;

	for (i = 0; i < OPTION_COUNT; i++) {
		const struct command_option *o = &command_options[i];

		if (!o->argument)
			continue;
		if (o->letter) {
			buffer_printf(out, "%s-%c", between, o->letter);
			between = " | ";
		}
		buffer_printf(out, "%s--%s", between, o->name);
		between = " | ";
	}
	buffer_puts(out, ") before=argument ;;\n");
}

static void
put_options(struct buffer *out, uint64_t mask)
{
	const char *between = "";
	int i;

	for (i = 0; i < OPTION_COUNT; i++) {
		if (!(mask & OPTION_BIT(i)))
			continue;
		buffer_printf(out, "%s--%s", between, command_options[i].name);
		between = " ";
	}
}

/* What each noun, and each command, offers. */
static void
put_commands(struct buffer *out, const struct command_names *nouns)
{
	struct command_names verbs;
	const struct command *c;
	size_t i;

	buffer_puts(out, "\tcase ${command[0]-} in\n");
	for (i = 0; i < nouns->count; i++) {
		command_verbs(commands, nouns->names[i], &verbs);
		if (verbs.count == 0)
			continue;
		buffer_printf(out, "\t%s) verbs='", nouns->names[i]);
		put_names(out, &verbs);
		buffer_puts(out, "' ;;\n");
	}
	buffer_puts(out, "\thelp) verbs=$nouns ;;\n"
			 "\tesac\n"
			 "\tcase \"${command[0]-} ${command[1]-}\" in\n");
	for (c = commands; c->noun; c++) {
		if (!c->options)
			continue;
		/* A command without a verb may have an argument there. */
		if (c->verb)
			buffer_printf(out, "\t'%s %s'", c->noun, c->verb);
		else
			buffer_printf(out, "\t'%s '*", c->noun);
		buffer_puts(out, ") options='");
		put_options(out, c->options);
		buffer_puts(out, "' ;;\n");
	}
	buffer_puts(out, "\tesac\n");
}

int
completion_run(struct ctl *ctl)
{
	struct command_names nouns;
	struct buffer out = {0};
	int code;

	if (strcmp(ctl->args[0], "bash") != 0) {
		ctl_say("completion: '%s' is no shell that is known: bash",
			ctl->args[0]);
		return EXIT_USAGE;
	}
	command_nouns(commands, &nouns);
	buffer_puts(&out, head);
	put_options_with_argument(&out);
	buffer_puts(&out, middle);
	buffer_puts(&out, "\tnouns='");
	put_names(&out, &nouns);
	buffer_puts(&out, "'\n\tcommon='");
	put_options(&out, OPTIONS_COMMON);
	buffer_puts(&out, "'\n");
	put_commands(&out, &nouns);
	buffer_puts(&out, tail);
	code = ctl_put(out.data);
	buffer_free(&out);
	return code;
}
