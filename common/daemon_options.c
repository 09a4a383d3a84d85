/*
 * The command line that all daemons share. One table makes the options and
 * their help.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <getopt.h>

#include "daemon.h"
#include "daemon_options.h"
#include "exit_code.h"
#include "program.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unversioned"
#endif

/* Options without a letter. */
enum { OPTION_ONCE = 256, OPTION_DRY_RUN };

static const struct {
	int key;
	const char *name;
	const char *argument; /* NULL: takes none */
	const char *help;
} rows[] = {
	{'c', "config", "FILE",
	 "read FILE instead of $RECARD_CONF or " RECARD_CONF_DEFAULT},
	{'t', "check", NULL, "check configuration and keys, and end"},
	{'p', "print-config", NULL, "print the settings in force, and end"},
	{OPTION_ONCE, "once", NULL, "do what there is to do, and end"},
	{OPTION_DRY_RUN, "dry-run", NULL,
	 "show once what would be done, change nothing, and end"},
	{'v', "verbose", NULL, "log at level debug"},
	{'V', "version", NULL, "print the version, and end"},
	{'h', "help", NULL, "print this help, and end"},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static bool
offered(const struct daemon *daemon, size_t row)
{
	return rows[row].key != OPTION_DRY_RUN || daemon->has_dry_run;
}

static void
print_help(const struct daemon *daemon)
{
	char left[40];
	size_t i;

	printf("Usage: recard-%s [OPTION]...\n%s\n\nOptions:\n", daemon->name,
	       daemon->summary);
	for (i = 0; i < ROWS; i++) {
		if (!offered(daemon, i))
			continue;
		snprintf(left, sizeof(left), "%c%c%s --%s%s%s",
			 rows[i].key < 256 ? '-' : ' ',
			 rows[i].key < 256 ? rows[i].key : ' ',
			 rows[i].key < 256 ? "," : " ", rows[i].name,
			 rows[i].argument ? "=" : "",
			 rows[i].argument ? rows[i].argument : "");
		printf("  %-22s %s\n", left, rows[i].help);
	}
	printf("\nExit status:\n");
	for (i = 0; exit_meanings[i].meaning; i++)
		printf("  %2d  %s\n", (int)exit_meanings[i].code,
		       exit_meanings[i].meaning);
}

static int
usage(const struct daemon *daemon)
{
	fprintf(stderr, "Try 'recard-%s --help'.\n", daemon->name);
	return EXIT_USAGE;
}

int
daemon_options_parse(const struct daemon *daemon, int argc, char **argv,
		     struct daemon_options *options)
{
	struct option table[ROWS + 1] = {{0}};
	char letters[2 * ROWS + 1];
	size_t i, n = 0, l = 0;
	int key;

	for (i = 0; i < ROWS; i++) {
		if (!offered(daemon, i))
			continue;
		table[n++] = (struct option){
			rows[i].name,
			rows[i].argument ? required_argument : no_argument,
			NULL, rows[i].key};
		if (rows[i].key >= 256)
			continue;
		letters[l++] = (char)rows[i].key;
		if (rows[i].argument)
			letters[l++] = ':';
	}
	letters[l] = '\0';
	while ((key = getopt_long(argc, argv, letters, table, NULL)) != -1) {
		switch (key) {
		case 'c':
			options->config = optarg;
			break;
		case 't':
			options->check = true;
			break;
		case 'p':
			options->print = true;
			break;
		case OPTION_DRY_RUN:
			options->dry_run = true;
			options->once = true;
			break;
		case OPTION_ONCE:
			options->once = true;
			break;
		case 'v':
			options->verbose = true;
			break;
		case 'V':
			printf("recard-%s %s\n", daemon->name, PACKAGE_VERSION);
			return EXIT_DONE;
		case 'h':
			print_help(daemon);
			return EXIT_DONE;
		default:
			return usage(daemon);
		}
	}
	if (optind < argc) {
		fprintf(stderr, "recard-%s: '%s': no arguments are taken\n",
			daemon->name, argv[optind]);
		return usage(daemon);
	}
	options->config = program_config_path(options->config);
	return -1;
}
