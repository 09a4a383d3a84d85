/*
 * A list: which function of the schema is asked, what of the command line it
 * is told, and what it answers. All lists with options are a description of
 * this kind and a call of list_run().
 */
#ifndef RECARD_LIST_H
#define RECARD_LIST_H

#include "command.h"
#include "output.h"

struct ctl;
struct db_result;

/* What a parameter is, and how it is checked. Options that are not given are
 * NULL. */
enum list_value {
	LIST_END,
	LIST_GIVEN,  /* an option without a value: true or false */
	LIST_CHOICE, /* one of `of`, names that NULL ends */
	LIST_KNOWN,  /* one of what SQL `of` lists */
	LIST_DATE,
	LIST_AGE, /* "2d", as milliseconds */
	LIST_ORDER,
	LIST_BATCH,
	LIST_RUN,
	LIST_ITEM,   /* a number of the noun `of` */
	LIST_NUMBER, /* from 1 to the int64_t `of`, or a million */
	LIST_TEXT,
	LIST_LIMIT /* how many rows to ask for: one more than --limit */
};

/* In the place of an option: the command's first argument. */
#define LIST_ARGUMENT OPTION_COUNT

struct list_parameter {
	enum list_value value;
	enum command_option_id option; /* not with LIST_LIMIT */
	const void *of;
};

struct list {
	const char *what; /* "payments" */
	const char *sql;
	const struct list_parameter *parameters; /* $1, $2 …, LIST_END last */
	/* Those of the result, which may have more behind them. With --after
	 * a list goes on after a value of the first one. */
	const struct output_column *columns;
	/* With an argument: why there are no rows of it, which ends with 1.
	 * NULL: there need not be any. */
	const char *nothing;
	/* Says what there is to say about the rows that were shown, and
	 * returns what to end with. May be NULL. */
	int (*conclude)(const struct ctl *ctl, const struct db_result *result,
			int rows);
};

/*
 * Reads the options, connects, asks, prints, and says when there is more and
 * how to get it: 0 or an exit code, everything said.
 */
int list_run(struct ctl *ctl, const struct list *list);

#endif
