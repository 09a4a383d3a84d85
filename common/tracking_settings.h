/*
 * Section tracking of recard.conf, which recard-tracking follows and
 * recardctl tracking check reads files by.
 */
#ifndef RECARD_TRACKING_SETTINGS_H
#define RECARD_TRACKING_SETTINGS_H

#include "conf.h"

struct tracking_settings {
	char *inbox;
	char *layout;
	char *list_encoding;
	bool check_digits;
	bool serial_only;
	int64_t max_line;
	int64_t wrong_numbers;
	char **zip_passwords; /* files */
	int64_t zip_members;
	int64_t zip_size;
	int64_t zip_ratio;
	int64_t posted_within; /* milliseconds, as dated_ahead */
	int64_t dated_ahead;
	struct conf_records layouts;
	struct conf_records sources;
	int64_t alarm_every;
};

extern const struct conf_setting tracking_setting_table[];

#endif
