/*
 * The printers that label runs go to, as the configuration has them.
 */
#ifndef RECARD_PRINTER_H
#define RECARD_PRINTER_H

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"

/* One group of label.printers. */
struct printer_settings {
	char *name;
	char *uri;
	char **layouts;
	char *ca_file;
	char *user;
	int64_t timeout; /* ms */
};
extern const struct conf_setting printer_settings[];

enum printer_kind { PRINTER_IPP, PRINTER_IPPS, PRINTER_RAW };

struct printer {
	const struct printer_settings *settings; /* borrowed */
	enum printer_kind kind;
	char host[256];
	char resource[256]; /* of IPP */
	int port;
};

struct printers {
	struct printer *printers;
	size_t count;
};

/* Takes the groups, which are borrowed. False with *error (mem_free), which
 * names the group and what is wrong. Ends with printers_free(). */
bool printers_new(const struct conf_records *records, struct printers *printers,
		  char **error);
void printers_free(struct printers *printers);
/* NULL when there is none of this name. */
const struct printer *printers_find(const struct printers *printers,
				    const char *name);
/* The first that takes the layout; NULL: none, the folder is all. */
const struct printer *printers_for_layout(const struct printers *printers,
					  const char *layout);

#endif
