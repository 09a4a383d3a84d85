/*
 * Values of options: see option_value.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "clock.h"
#include "ctl.h"
#include "exit_code.h"
#include "identity.h"
#include "option_value.h"
#include "suggestion.h"

static bool
read_number(const char *text, int64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0' && text[0] >= '0' && text[0] <= '9';
}

bool
option_number(const struct ctl *ctl, enum command_option_id id, int64_t low,
	      int64_t high, int64_t *number)
{
	const char *text = ctl->options[id];
	int64_t read;

	if (!text)
		return true;
	if (read_number(text, &read) && read >= low && read <= high) {
		*number = read;
		return true;
	}
	ctl_say("--%s: '%s' is no number from %" PRId64 " to %" PRId64,
		command_options[id].name, text, low, high);
	return false;
}

bool
option_date_ok(const struct ctl *ctl, enum command_option_id id)
{
	const char *text = ctl->options[id];
	int year, month, day;

	/* Of the forms that clock_parse_date() knows only the one that the
	 * database reads the same way. */
	if (!text || (strlen(text) == 10 && text[4] == '-' &&
		      clock_parse_date(text, &year, &month, &day)))
		return true;
	ctl_say("--%s: '%s' is no date like 2026-11-23",
		command_options[id].name, text);
	return false;
}

/* Says that none of the known names, "a, b, c", is meant. */
static void
say_unknown(enum command_option_id id, const struct suggestion *suggestion,
	    const char *known)
{
	if (suggestion->best)
		ctl_say("--%s: there is no '%s' (did you mean \"%s\"?)",
			command_options[id].name, suggestion->wrong,
			suggestion->best);
	else
		ctl_say("--%s: '%s' is none of %s", command_options[id].name,
			suggestion->wrong, known);
}

bool
option_choice_ok(const struct ctl *ctl, enum command_option_id id,
		 const char *const *names)
{
	struct suggestion suggestion = {.wrong = ctl->options[id]};
	struct buffer known = {0};
	size_t i;

	if (!suggestion.wrong)
		return true;
	for (i = 0; names[i]; i++) {
		if (strcmp(names[i], suggestion.wrong) == 0) {
			buffer_free(&known);
			return true;
		}
		suggestion_consider(&suggestion, names[i]);
		buffer_printf(&known, "%s%s", i ? ", " : "", names[i]);
	}
	say_unknown(id, &suggestion, known.data);
	buffer_free(&known);
	return false;
}

int
option_known(const struct ctl *ctl, enum command_option_id id, const char *sql)
{
	struct suggestion suggestion = {.wrong = ctl->options[id]};
	struct buffer known = {0};
	struct db_result *result = NULL;
	bool found = false;
	int i, code;

	if (!suggestion.wrong)
		return 0;
	code = ctl_ask(ctl, command_options[id].name, sql, 0, NULL, &result);
	if (code)
		return code;
	for (i = 0; i < db_rows(result); i++) {
		const char *name = db_value(result, i, 0);

		suggestion_consider(&suggestion, name);
		buffer_printf(&known, "%s%s", i ? ", " : "", name);
		found = found || strcmp(name, suggestion.wrong) == 0;
	}
	if (!found)
		say_unknown(id, &suggestion, known.data ? known.data : "none");
	buffer_free(&known);
	db_result_free(result);
	return found ? 0 : EXIT_USAGE;
}

bool
option_needed(const struct ctl *ctl, enum command_option_id id,
	      const char *purpose)
{
	const char *text = ctl->options[id];

	if (text && text[strspn(text, " \t")] != '\0')
		return true;
	ctl_say("--%s=%s is needed %s", command_options[id].name,
		command_options[id].argument, purpose);
	return false;
}

bool
option_order_ok(const char *text)
{
	if (identity_order_ok(text))
		return true;
	ctl_say("'%s' is no order number: 14 digits, the last one a check "
		"digit",
		text);
	return false;
}

/* A letter or dash of the form as it stands, a digit for each 0. */
static bool
has_form(const char *text, const char *form)
{
	for (; *form; form++, text++)
		if (*form == '0' ? *text < '0' || *text > '9' : *text != *form)
			return false;
	return *text == '\0';
}

bool
option_batch_ok(const char *text)
{
	if (has_form(text, "CB-00000000-000000"))
		return true;
	ctl_say("'%s' is no batch number like CB-20261123-000001", text);
	return false;
}

bool
option_run_ok(const char *text)
{
	if (has_form(text, "LR-00000000-000000"))
		return true;
	ctl_say("'%s' is no label run like LR-20261123-000001", text);
	return false;
}

bool
option_item(const char *text, const char *noun, int64_t *number)
{
	if (read_number(text, number) && *number > 0)
		return true;
	ctl_say("'%s' is no number of a%s %s: 'recardctl %s list' shows them",
		text, noun[0] == 'e' ? "n" : "", noun, noun);
	return false;
}
