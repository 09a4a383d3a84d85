/*
 * The commands of recardctl. One table drives parsing and help.
 */
#ifndef RECARD_COMMAND_H
#define RECARD_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

struct ctl;

enum command_option_id {
	OPTION_CONFIG,
	OPTION_FORMAT,
	OPTION_VERBOSE,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_DRY_RUN,
	OPTION_REPORT,
	OPTION_STATUS,
	OPTION_LIMIT,
	OPTION_AFTER,
	OPTION_CHANNEL,
	OPTION_ORDER,
	OPTION_KIND,
	OPTION_MATCH,
	OPTION_STATE,
	OPTION_FROM,
	OPTION_TO,
	OPTION_DATE,
	OPTION_DAYS,
	OPTION_AS,
	OPTION_REASON,
	OPTION_REFERENCE,
	OPTION_CARD_FEE,
	OPTION_POSTAGE,
	OPTION_LINE,
	OPTION_PRODUCT,
	OPTION_OPEN,
	OPTION_LATE,
	OPTION_ALL,
	OPTION_CARDS,
	OPTION_ADD,
	OPTION_SHEET,
	OPTION_COPY,
	OPTION_OUTPUT,
	OPTION_LAYOUT,
	OPTION_CORRECTION,
	OPTION_EVERY,
	OPTION_REVEAL,
	OPTION_UNTIL,
	OPTION_LOCK_OK,
	OPTION_HELD,
	OPTION_LOCKED,
	OPTION_OLDER,
	OPTION_SOURCE,
	OPTION_PRINTER,
	OPTION_FILE,
	OPTION_COUNT
};

/* Sets of options. */
#define OPTION_BIT(id) (UINT64_C(1) << (id))
#define OPTIONS_COMMON                                           \
	(OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_FORMAT) | \
	 OPTION_BIT(OPTION_VERBOSE) | OPTION_BIT(OPTION_HELP) |  \
	 OPTION_BIT(OPTION_VERSION))

struct command_option {
	char letter; /* 0: none */
	const char *name;
	const char *argument; /* NULL: takes none */
	const char *help;
};
/* By command_option_id. */
extern const struct command_option command_options[OPTION_COUNT];

struct command {
	const char *noun; /* NULL ends the table */
	const char *verb; /* NULL: the noun is the whole command */
	const char *arguments;
	int least, most;  /* number of arguments */
	uint64_t options; /* besides OPTIONS_COMMON */
	bool plain;       /* needs no configuration */
	const char *summary;
	const char *details;  /* more about it, in lines */
	const char *examples; /* in lines */
	int (*run)(struct ctl *ctl);
};
extern const struct command commands[];

#endif
