/*
 * recardctl verify: the invariants that the database can answer for.
 */
#include "buffer.h"
#include "ctl.h"
#include "exit_code.h"

/* For the metrics. A standby answers the question and takes no record. */
static int
record(const struct ctl *ctl, const struct db_result *breaches)
{
	struct buffer invariants = {0};
	struct db_param param;
	int code;

	for (int row = 0; row < db_rows(breaches); row++)
		db_array_add(&invariants, db_value(breaches, row, 0));
	param = db_text(db_array_end(&invariants));
	code = ctl_ask(ctl, "verify",
		       "SELECT recard.verify_record($1::text[])"
		       " WHERE NOT pg_is_in_recovery()",
		       1, &param, NULL);
	buffer_free(&invariants);
	return code;
}

int
verify_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"invariant", "INVARIANT", OUTPUT_TEXT},
		{"breach", "BREACH", OUTPUT_TEXT},
		{"subject", "SUBJECT", OUTPUT_TEXT},
		{0}};
	struct db_result *result = NULL;
	struct output out;
	enum db_status status;
	size_t breaches;
	int recorded, code = ctl_connect(ctl, NULL);

	if (code)
		return code;
	status = db_run(ctl->program.db,
			"SELECT invariant, breach, subject"
			" FROM recard.verify()"
			" ORDER BY substr(invariant, 2)::integer, breach,"
			" subject",
			&result);
	if (status != DB_OK)
		return ctl_failed(ctl, "verify", status);
	output_init(&out, columns, OUTPUT_ROWS);
	ctl_add_result(&out, result);
	breaches = output_rows(&out);
	code = ctl_print(ctl, &out);
	recorded = record(ctl, result);
	db_result_free(result);
	if (breaches > 0) {
		ctl_say("%zu %s of an invariant; tell somebody now", breaches,
			breaches == 1 ? "breach" : "breaches");
		return EXIT_INVARIANT;
	}
	if (code == 0)
		code = recorded;
	if (code == 0 && ctl->format == OUTPUT_TABLE)
		code = ctl_put("all invariants hold: I1 I2 I3 I4 I5 I6 I7 I8 "
			       "I9 I10 I11 I12 I13 I15\n");
	return code;
}
