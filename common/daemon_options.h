/*
 * The command line that all daemons share.
 */
#ifndef RECARD_DAEMON_OPTIONS_H
#define RECARD_DAEMON_OPTIONS_H

#include <stdbool.h>

struct daemon;

struct daemon_options {
	const char *config; /* NULL: no file was named and none is there */
	bool check;
	bool print;
	bool once;
	bool dry_run;
	bool verbose;
};

/* -1 to go on, otherwise the exit code to end with (help, version, wrong
 * usage), everything said. The file is that of --config, of RECARD_CONF in
 * the environment, or the default one if it exists. */
int daemon_options_parse(const struct daemon *daemon, int argc, char **argv,
			 struct daemon_options *options);

#endif
