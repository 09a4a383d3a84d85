/*
 * Settings of recard-tracking: see tracking_settings.h.
 */
#include "tracking_settings.h"
#include "postal_layout.h"
#include "postal_source.h"

#define FIELD(name) offsetof(struct tracking_settings, name)

const struct conf_setting tracking_setting_table[] = {
	{"inbox", CONF_PATH, FIELD(inbox), "/var/spool/recard/post", 0, 0,
	 false, "Folder where postal files appear."},
	{"layout", CONF_STRING, FIELD(layout), "auto", 0, 0, true,
	 "Layout of postal files; auto: the one that fits."},
	{"list_encoding", CONF_STRING, FIELD(list_encoding), "CP950", 0, 0,
	 true,
	 "Encoding of posting lists that come back and of the post's files."},
	{"check_digits", CONF_BOOL, FIELD(check_digits), "true", 0, 0, true,
	 "Reject tracking numbers with a wrong check digit."},
	{"serial_only", CONF_BOOL, FIELD(serial_only), "false", 0, 0, true,
	 "Take numbers of 6 digits: only when they are unique on each day."},
	{"max_line", CONF_SIZE, FIELD(max_line), "4k", 256, 1048576, true,
	 "Longest line of a postal file."},
	{"wrong_numbers", CONF_INT, FIELD(wrong_numbers), "10", 1, 100, true,
	 "Refuse a file with more wrong tracking numbers in 100 than this."},
	{"zip_passwords", CONF_SECRETS, FIELD(zip_passwords), NULL, 0, 0, true,
	 "Files with the passwords of ZIP archives; each is tried."},
	{"zip_members", CONF_INT, FIELD(zip_members), "100", 1, 10000, true,
	 "Most files in an archive, its folders counted too."},
	{"zip_size", CONF_SIZE, FIELD(zip_size), "256M", 1024, 1073741824, true,
	 "Most bytes that an archive may hold unpacked."},
	{"zip_ratio", CONF_INT, FIELD(zip_ratio), "200", 1, 1100, true,
	 "Most bytes unpacked for each byte of the archive."},
	{"posted_within", CONF_DURATION, FIELD(posted_within), "400d", 86400000,
	 315360000000, true,
	 "Reject rows with a date or time longer ago than this."},
	{"dated_ahead", CONF_DURATION, FIELD(dated_ahead), "1d", 0, 2592000000,
	 true, "Reject rows with a date or time further ahead than this."},
	{"layouts", CONF_RECORDS, FIELD(layouts), NULL, 0, 0, false,
	 "More layouts of postal files.", postal_layout_settings,
	 sizeof(struct postal_layout_settings)},
	{"sources", CONF_RECORDS, FIELD(sources), NULL, 0, 0, false,
	 "Where postal files come from, a block each.", postal_source_settings,
	 sizeof(struct postal_source_settings)},
	{"alarm_every", CONF_DURATION, FIELD(alarm_every), "1h", 1000,
	 604800000, true, "How often an alarm is said again."},
	{0}};
