/*
 * recardctl doctor: what is wrong with the installation, and what to do; and
 * the same in short, for recardctl status.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "buffer.h"
#include "clock.h"
#include "ctl.h"
#include "daemon.h"
#include "doctor.h"
#include "exit_code.h"
#include "text_width.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unversioned"
#endif

/* The columns of a finding. */
enum { SEVERITY, TOPIC, SUBJECT, FINDING, ADVICE };

static const struct output_column columns[] = {
	{"severity", "SEVERITY", OUTPUT_TEXT},
	{"topic", "TOPIC", OUTPUT_TEXT},
	{"subject", "SUBJECT", OUTPUT_TEXT},
	{"finding", "FINDING", OUTPUT_TEXT},
	{"advice", "WHAT TO DO", OUTPUT_TEXT},
	{0}};

static const char *const severities[] = {[DOCTOR_OK] = "ok",
					 [DOCTOR_WARNING] = "warning",
					 [DOCTOR_CRITICAL] = "critical"};

void
doctor_note(struct doctor *doctor, const char *topic,
	    enum doctor_severity severity, const char *subject,
	    const char *finding, const char *advice)
{
	if ((int)severity > doctor->worst)
		doctor->worst = severity;
	if (severity == DOCTOR_CRITICAL && (strcmp(topic, "durability") == 0 ||
					    strcmp(topic, "invariants") == 0))
		doctor->damaged = true;
	if (severity == DOCTOR_OK && !doctor->all)
		return;
	output_text(&doctor->out, severities[severity]);
	output_text(&doctor->out, topic);
	output_text(&doctor->out, subject);
	output_text(&doctor->out, finding);
	output_text(&doctor->out, advice);
}

static enum doctor_severity
severity_of(const char *name)
{
	int severity = DOCTOR_CRITICAL;

	while (severity > DOCTOR_OK && strcmp(severities[severity], name) != 0)
		severity--;
	return severity;
}

static int
ask(struct ctl *ctl, struct doctor *doctor, const char *sql, int count,
    const struct db_param *params)
{
	struct db_result *result = NULL;
	int row, code = ctl_ask(ctl, "doctor", sql, count, params, &result);

	if (code)
		return code;
	for (row = 0; row < db_rows(result); row++) {
		bool well = db_is_null(result, row, 2);

		doctor_note(doctor, db_value(result, row, 0),
			    severity_of(db_value(result, row, 1)),
			    well ? NULL : db_value(result, row, 2),
			    db_value(result, row, 3),
			    well ? NULL : db_value(result, row, 4));
	}
	db_result_free(result);
	return 0;
}

/* What the database tells: 0, or the exit code of not being told. */
static int
ask_database(struct ctl *ctl, struct doctor *doctor)
{
	struct db_param params[2];
	int code = ctl_connect(ctl, NULL);

	if (code == EXIT_SCHEMA)
		doctor_note(doctor, "database", DOCTOR_CRITICAL, "version",
			    db_error(ctl->program.db),
			    "install the programs of one version everywhere, "
			    "then recardctl db migrate");
	else if (code)
		doctor_note(doctor, "database", DOCTOR_CRITICAL, "connection",
			    db_error(ctl->program.db),
			    "recardctl db status tells more");
	if (code)
		return code;
	params[0] = db_int(clock_now_s());
	params[1] = db_int(db_backend_pid(ctl->program.db));
	code = ask(ctl, doctor,
		   "SELECT topic, severity, subject, finding, advice"
		   " FROM recard.doctor_server(to_timestamp($1::bigint),"
		   " $2::integer)",
		   2, params);
	params[0] = db_text(PACKAGE_VERSION);
	if (code == 0)
		code = ask(ctl, doctor,
			   "SELECT topic, severity, subject, finding, advice"
			   " FROM recard.doctor_belt($1::text)",
			   1, params);
	return code;
}

/* One finding for people, whom a table of sentences would not fit. */
static void
put_finding(const struct output_cell *cells, struct buffer *to)
{
	buffer_printf(to, "%-8s  %s", cells[SEVERITY].text, cells[TOPIC].text);
	if (cells[SUBJECT].text) {
		buffer_puts(to, ": ");
		text_put_visible(to, cells[SUBJECT].text);
	}
	buffer_puts(to, "\n          ");
	text_put_visible(to, cells[FINDING].text);
	if (cells[ADVICE].text) {
		buffer_puts(to, "\n          -> ");
		text_put_visible(to, cells[ADVICE].text);
	}
	buffer_putc(to, '\n');
}

static int
print(const struct ctl *ctl, struct output *out)
{
	struct buffer text = {0};
	size_t row;
	int code;

	if (ctl->format != OUTPUT_TABLE)
		return ctl_print(ctl, out);
	buffer_puts(&text, "");
	for (row = 0; row < output_rows(out); row++)
		put_finding(&out->cells[row * out->width], &text);
	code = ctl_put(text.data);
	buffer_free(&text);
	output_free(out);
	return code;
}

int
doctor_look(struct ctl *ctl, struct doctor *doctor)
{
	output_init(&doctor->out, columns, OUTPUT_ROWS);
	doctor_files(doctor, ctl->program.config,
		     ctl->program.common->state_dir);
	return ask_database(ctl, doctor);
}

int
doctor_code(const struct doctor *doctor)
{
	if (doctor->damaged)
		return EXIT_INVARIANT;
	return doctor->worst == DOCTOR_OK ? EXIT_DONE : EXIT_EXCEPTIONS;
}

void
doctor_say(struct doctor *doctor)
{
	struct output *out = &doctor->out;
	size_t row, count = output_rows(out);

	for (row = 0; row < count; row++) {
		const struct output_cell *cells = &out->cells[row * out->width];

		ctl_say("%s: %s: %s%s%s", cells[SEVERITY].text,
			cells[TOPIC].text,
			cells[SUBJECT].text ? cells[SUBJECT].text : "",
			cells[SUBJECT].text ? " " : "", cells[FINDING].text);
	}
	if (count > 0)
		ctl_say("recardctl doctor says what to do about %s",
			count == 1 ? "it" : "them");
	output_free(out);
}

int
doctor_run(struct ctl *ctl)
{
	struct doctor doctor = {.all = ctl->options[OPTION_ALL] != NULL};
	int code, printed;

	code = doctor_look(ctl, &doctor);
	if (code == 0 && doctor.worst == DOCTOR_OK && !doctor.all &&
	    ctl->format == OUTPUT_TABLE)
		ctl_say("nothing is wrong");
	printed = print(ctl, &doctor.out);
	if (code)
		return code;
	return printed ? printed : doctor_code(&doctor);
}
