/*
 * The section label of recard.conf: recard-label prints by it, and recardctl
 * shows what would be printed.
 */
#ifndef RECARD_LABEL_SETTINGS_H
#define RECARD_LABEL_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"

struct label_settings {
	char *outbox;
	char *layout;
	struct conf_records layouts;
	char **sender, **postage_paid, **letter;
	int64_t start_cell;
	char **fonts;
	char *format;
	char **local_postal_codes;
	int64_t run_sheets, run_min, run_wait;
	bool require_packing;
	struct conf_records printers;
	int64_t list_max, list_min, list_wait;
	char *list_kind, *list_office;
	char **list_sender;
	int64_t list_weight, list_postage;
	int64_t mail_no_first, mail_no_last;
	char *list_encoding;
};
extern const struct conf_setting label_setting_table[];

#endif
