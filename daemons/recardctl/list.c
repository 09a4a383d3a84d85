/*
 * Lists: see list.h.
 */
#include <inttypes.h>
#include <string.h>

#include "buffer.h"
#include "conf.h"
#include "ctl.h"
#include "exit_code.h"
#include "list.h"
#include "mem.h"
#include "option_value.h"

#define PARAMETERS_MOST 12
#define NUMBER_MOST 1000000

/* What a list is asked with. */
struct question {
	struct db_param params[PARAMETERS_MOST];
	int count;
	int64_t limit; /* rows to be shown; 0: all */
};

static const char *
given(const struct ctl *ctl, const struct list_parameter *p)
{
	if (p->option == LIST_ARGUMENT)
		return ctl->arg_count > 0 ? ctl->args[0] : NULL;
	return ctl->options[p->option];
}

static bool
read_age(const struct list_parameter *p, const char *text,
	 struct db_param *param)
{
	int64_t ms;

	if (!conf_parse_duration(text, &ms)) {
		ctl_say("--%s: '%s' is no time like 2d or 36h",
			command_options[p->option].name, text);
		return false;
	}
	*param = db_int(ms);
	return true;
}

/* Checks what is said without the database and makes a parameter of it. */
static bool
read_parameter(struct ctl *ctl, const struct list_parameter *p,
	       struct question *q, struct db_param *param)
{
	const char *text = p->value == LIST_LIMIT ? NULL : given(ctl, p);
	int64_t number;

	*param = db_text(text);
	switch (p->value) {
	case LIST_GIVEN:
		*param = db_text(text ? "true" : "false");
		return true;
	case LIST_LIMIT:
		q->limit = OPTION_LIMIT_DEFAULT;
		if (!option_number(ctl, OPTION_LIMIT, 1, OPTION_LIMIT_MOST,
				   &q->limit))
			return false;
		*param = db_int(q->limit + 1);
		return true;
	case LIST_CHOICE:
		return option_choice_ok(ctl, p->option, p->of);
	case LIST_DATE:
		return option_date_ok(ctl, p->option);
	case LIST_NUMBER:
		return option_number(
			ctl, p->option, 1,
			p->of ? *(const int64_t *)p->of : NUMBER_MOST, &number);
	case LIST_AGE:
		return !text || read_age(p, text, param);
	case LIST_ORDER:
		return !text || option_order_ok(text);
	case LIST_BATCH:
		return !text || option_batch_ok(text);
	case LIST_RUN:
		return !text || option_run_ok(text);
	case LIST_ITEM:
		return !text || option_item(text, p->of, &number);
	case LIST_KNOWN:
	case LIST_TEXT:
	case LIST_END:
		break;
	}
	return true;
}

static int
read_parameters(struct ctl *ctl, const struct list *list, struct question *q)
{
	const struct list_parameter *p;
	int code;

	for (p = list->parameters; p && p->value != LIST_END; p++)
		if (!read_parameter(ctl, p, q, &q->params[q->count++]))
			return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	for (p = list->parameters; code == 0 && p && p->value != LIST_END; p++)
		if (p->value == LIST_KNOWN)
			code = option_known(ctl, p->option, p->of);
	return code;
}

/* A word as a shell takes it. */
static void
put_word(struct buffer *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._-/:+,@%";

	if (word[0] && word[strspn(word, plain)] == '\0') {
		buffer_puts(out, word);
		return;
	}
	buffer_putc(out, '\'');
	for (; *word; word++)
		if (*word == '\'')
			buffer_puts(out, "'\\''");
		else
			buffer_putc(out, *word);
	buffer_putc(out, '\'');
}

static void
put_option(struct buffer *out, const struct command_option *o,
	   const char *value)
{
	buffer_printf(out, " --%s", o->name);
	if (!o->argument)
		return;
	buffer_putc(out, ' ');
	put_word(out, value);
}

/* Says with which command the list goes on after the row of key. */
static void
say_more(const struct ctl *ctl, const struct list *list, const char *key)
{
	const struct command *c = ctl->command;
	struct buffer command = {0};
	int i;

	buffer_printf(&command, "recardctl %s", c->noun);
	if (c->verb)
		buffer_printf(&command, " %s", c->verb);
	for (i = 0; i < ctl->arg_count; i++) {
		buffer_putc(&command, ' ');
		put_word(&command, ctl->args[i]);
	}
	for (i = 0; i < OPTION_COUNT; i++)
		if (ctl->options[i] && i != OPTION_AFTER)
			put_option(&command, &command_options[i],
				   ctl->options[i]);
	put_option(&command, &command_options[OPTION_AFTER], key);
	ctl_say("there are more %s: %s", list->what, command.data);
	buffer_free(&command);
}

/* Ends with 0, or 1 when something that was named has no rows. */
static int
conclude(const struct ctl *ctl, const struct list *list,
	 const struct db_result *result, int rows)
{
	if (rows < db_rows(result))
		say_more(ctl, list, db_value(result, rows - 1, 0));
	if (rows == 0 && list->nothing && ctl->arg_count > 0) {
		ctl_say("%s: %s", ctl->args[0], list->nothing);
		return EXIT_EXCEPTIONS;
	}
	if (list->conclude)
		return list->conclude(ctl, result, rows);
	if (rows == 0 && ctl->format == OUTPUT_TABLE)
		ctl_say("no %s", list->what);
	return EXIT_DONE;
}

int
list_run(struct ctl *ctl, const struct list *list)
{
	struct question q = {.count = 0};
	struct db_result *result = NULL;
	struct output out;
	char *doing;
	int rows, code = read_parameters(ctl, list, &q);

	if (code)
		return code;
	doing = mem_printf("%s%s%s", ctl->command->noun,
			   ctl->command->verb ? " " : "",
			   ctl->command->verb ? ctl->command->verb : "");
	code = ctl_ask(ctl, doing, list->sql, q.count, q.params, &result);
	mem_free(doing);
	if (code)
		return code;
	rows = db_rows(result);
	if (q.limit > 0 && rows > q.limit)
		rows = (int)q.limit;
	output_init(&out, list->columns, OUTPUT_ROWS);
	ctl_add_rows(&out, result, rows);
	code = ctl_print(ctl, &out);
	if (code == 0)
		code = conclude(ctl, list, result, rows);
	db_result_free(result);
	return code;
}
