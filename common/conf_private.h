/*
 * What the modules behind conf.h share: a file on its way from text
 * (conf_scan.h, conf_file.c) over values (conf_value.c, conf_units.c) to the
 * structs (conf.c) and to paper (conf_print.c).
 */
#ifndef RECARD_CONF_PRIVATE_H
#define RECARD_CONF_PRIVATE_H

#include <libconfig.h>

#include "conf.h"

/* The value of one setting, before and after it lands in its struct. */
struct conf_value {
	bool set;
	char *text;                  /* STRING, PATH, SECRET */
	int64_t number;              /* INT, BOOL, DURATION, SIZE */
	char **texts;                /* STRINGS, SECRETS */
	struct conf_value **records; /* RECORDS: of each, of each setting */
	struct conf_records landed;
};

struct conf {
	char *path;   /* as given; NULL: no file */
	char *folder; /* absolute; relative paths start there */
	struct conf_section *sections;
	size_t count;
	char **others;
	struct conf_value **values; /* of each section, of each setting */
};

/* Fills conf->values from the file and the defaults. 0 or -1 with *error. */
int conf_read(struct conf *conf, char **error);

/* Room for the values of a table of settings; freeing what they hold. */
struct conf_value *conf_values_new(const struct conf_setting *settings);
void conf_values_free(const struct conf_setting *settings,
		      struct conf_value *values);

/* A value as it stands in the file, or the setting's default. NULL, or in
 * words what is wrong (mem_free). */
char *conf_value_read(const struct conf *conf,
		      const struct conf_setting *setting,
		      const config_setting_t *element,
		      struct conf_value *value);
char *conf_value_fallback(const struct conf *conf,
			  const struct conf_setting *setting,
			  struct conf_value *value);

/* A number as it is written in the file. */
void conf_format_number(enum conf_type type, int64_t number, char out[32]);

#endif
