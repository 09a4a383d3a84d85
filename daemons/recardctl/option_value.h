/*
 * What stands behind an option: numbers, dates, and one of a list. Each says
 * what is wrong with it, naming the option.
 */
#ifndef RECARD_OPTION_VALUE_H
#define RECARD_OPTION_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "command.h"

/* --limit of the lists. */
#define OPTION_LIMIT_DEFAULT 100
#define OPTION_LIMIT_MOST 10000000

/* A decimal number from low to high; *number stays when the option is not
 * given. False after saying that it is none. */
bool option_number(const struct ctl *ctl, enum command_option_id id,
		   int64_t low, int64_t high, int64_t *number);
/* True when the option is not given, or is a date like 2026-11-23. */
bool option_date_ok(const struct ctl *ctl, enum command_option_id id);
/* True when the option is not given, or one of names, which NULL ends. */
bool option_choice_ok(const struct ctl *ctl, enum command_option_id id,
		      const char *const *names);
/* The same with the names that a query's first column lists: 0, or an exit
 * code after saying why. */
int option_known(const struct ctl *ctl, enum command_option_id id,
		 const char *sql);
/* True when the option is given and not blank; otherwise says that it is
 * needed, and for what: "to resolve a payment". */
bool option_needed(const struct ctl *ctl, enum command_option_id id,
		   const char *purpose);
/* Whether a text is an order number; says it when not. */
bool option_order_ok(const char *text);
/* Whether a text has the form of a batch number; says it when not. */
bool option_batch_ok(const char *text);
/* The same of a label run. */
bool option_run_ok(const char *text);
/* A number of something that a noun lists ("payment", "request"); false after
 * saying that it is none. */
bool option_item(const char *text, const char *noun, int64_t *number);

#endif
