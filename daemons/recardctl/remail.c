/*
 * recardctl order remail, close: what is done about a letter that came back.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "act.h"
#include "buffer.h"
#include "ctl.h"
#include "exit_code.h"
#include "mem.h"
#include "option_value.h"

/* Far more than an address takes. */
#define CORRECTION_MAX ((size_t)16 * 1024)

static bool
is_ready(const struct ctl *ctl)
{
	return option_order_ok(ctl->args[0]) && act_has_reason(ctl);
}

/* The object in the file; NULL, said why. Never says what stands there. */
static json_t *
read_object(const char *path)
{
	struct buffer text = {0};
	json_error_t error;
	json_t *object = NULL;
	int got = strcmp(path, "-") == 0
			  ? buffer_read_fd(&text, STDIN_FILENO, CORRECTION_MAX)
			  : buffer_read_file(&text, path, CORRECTION_MAX);

	if (got != 0) {
		ctl_say("%s: %s", path, strerror(errno));
	} else {
		object = json_loadb(text.data ? text.data : "", text.len,
				    JSON_REJECT_DUPLICATES, &error);
		if (!object)
			ctl_say("%s:%d: this is no JSON", path, error.line);
	}
	buffer_free(&text);
	return object;
}

/* postal_code and address as parameters 2 and 3, borrowed from the object;
 * false, said why. */
static bool
read_correction(const char *path, const json_t *object,
		struct db_param params[2])
{
	static const char *const names[] = {"postal_code", "address"};
	const char *name;
	json_t *value;

	if (!json_is_object(object)) {
		ctl_say("%s: holds no object", path);
		return false;
	}
	json_object_foreach((json_t *)object, name, value)
	{
		if (strcmp(name, names[0]) == 0 || strcmp(name, names[1]) == 0)
			continue;
		ctl_say("%s: field \"%s\": only postal_code and address can "
			"be corrected",
			path, name);
		return false;
	}
	for (int i = 0; i < 2; i++) {
		value = json_object_get(object, names[i]);
		if (!json_is_string(value)) {
			ctl_say("%s: field \"%s\" is missing, or no text", path,
				names[i]);
			return false;
		}
		params[i] = db_text(json_string_value(value));
	}
	return true;
}

/* Another address: a request that somebody else decides. */
static int
ask_correction(struct ctl *ctl, const json_t *object)
{
	char *actor = ctl_operator();
	struct db_param params[5] = {
		db_text(ctl->args[0]), [3] = db_text(actor),
		[4] = db_text(ctl->options[OPTION_REASON])};
	struct db_result *result = NULL;
	int code = EXIT_USAGE;

	if (read_correction(ctl->options[OPTION_CORRECTION], object,
			    &params[1]))
		code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = ctl_ask(ctl, "order remail",
			       "SELECT request, warning FROM"
			       " recard.correct_address($1::bigint, $2::text,"
			       " $3::text, $4::text, $5::text)",
			       5, params, &result);
	mem_free(actor);
	if (code)
		return code;
	code = act_print_request(ctl, "correct_address", ctl->args[0],
				 db_value(result, 0, 0));
	if (!db_is_null(result, 0, 1))
		ctl_say("warning: postal code and district do not agree; that "
			"may be right");
	db_result_free(result);
	return code;
}

int
order_remail_run(struct ctl *ctl)
{
	struct db_result *result = NULL;
	json_t *object;
	int code;

	if (!is_ready(ctl))
		return EXIT_USAGE;
	if (ctl->options[OPTION_CORRECTION]) {
		object = read_object(ctl->options[OPTION_CORRECTION]);
		code = object ? ask_correction(ctl, object) : EXIT_USAGE;
		json_decref(object);
		return code;
	}
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = act_call(ctl, "order remail",
				"SELECT recard.remail_order($1::bigint,"
				" $2::text, $3::text)",
				ctl->args[0], &result);
	if (code)
		return code;
	code = act_done(ctl, ctl->args[0],
			"order %s is sent again: label copy %s will be "
			"printed",
			ctl->args[0], db_value(result, 0, 0));
	db_result_free(result);
	return code;
}

int
order_close_run(struct ctl *ctl)
{
	int code;

	if (!is_ready(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = act_call(ctl, "order close",
				"SELECT recard.close_order($1::bigint,"
				" $2::text, $3::text)",
				ctl->args[0], NULL);
	return code ? code
		    : act_done(ctl, ctl->args[0], "order %s is closed",
			       ctl->args[0]);
}
