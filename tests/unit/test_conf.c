/*
 * conf: values, defaults, every kind of mistake with its message, reload,
 * and printing a file that reads back the same.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "conf.h"
#include "conf_private.h"
#include "mem.h"

struct top {
	char *state_dir;
	char *database;
	int64_t poll;
	char before[8]; /* not in the table: must never change */
};

struct label {
	int64_t concurrency;
	int64_t wide;
	bool envelopes;
	int64_t every;
	int64_t limit;
	char *printer;
	char *outbox;
	char *key;
};

static const struct conf_setting top_settings[] = {
	{"state_dir", CONF_PATH, offsetof(struct top, state_dir),
	 "/var/lib/recard", 0, 0, false, "Where things are kept."},
	{"database", CONF_STRING, offsetof(struct top, database), NULL, 0, 0,
	 false, "Connection string."},
	{"poll", CONF_DURATION, offsetof(struct top, poll), "30s", 100, 3600000,
	 true, "Longest sleep."},
	{NULL, CONF_INT, 0, NULL, 0, 0, false, NULL},
};

static const struct conf_setting label_settings[] = {
	{"concurrency", CONF_INT, offsetof(struct label, concurrency), "4", 1,
	 64, true, "How many at a time."},
	{"wide", CONF_INT, offsetof(struct label, wide), "-1", 0, 0, false,
	 "A number without bounds."},
	{"envelopes", CONF_BOOL, offsetof(struct label, envelopes), "true", 0,
	 0, true, "Whether envelopes are printed."},
	{"every", CONF_DURATION, offsetof(struct label, every), "1500ms", 0,
	 172800000, true, "Time between runs."},
	{"limit", CONF_SIZE, offsetof(struct label, limit), "10M", 1,
	 1073741824, true, "Largest file."},
	{"printer", CONF_STRING, offsetof(struct label, printer), "", 0, 0,
	 true, "Name of the printer."},
	{"outbox", CONF_PATH, offsetof(struct label, outbox), NULL, 0, 0, false,
	 "Where files go."},
	{"key", CONF_SECRET, offsetof(struct label, key), NULL, 0, 0, false,
	 "File with the key."},
	{NULL, CONF_INT, 0, NULL, 0, 0, false, NULL},
};

static struct top top;
static struct label label;
static char folder[] = "/tmp/test_conf.XXXXXX";
static char path[64], secret[64];

static const struct conf_section sections[] = {
	{NULL, top_settings, &top, sizeof(top)},
	{"label", label_settings, &label, sizeof(label)},
	{NULL, NULL, NULL, 0},
};
static const char *const others[] = {"purge", "label", "payment", NULL};

static void
write_bytes(const char *name, const void *bytes, size_t len, mode_t mode)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(name, mode), 0);
}

static int
set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/recard.conf", folder);
	snprintf(secret, sizeof(secret), "%s/key", folder);
	write_bytes(secret, "k", 1, 0600);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(path);
	unlink(secret);
	return rmdir(folder);
}

static struct conf *
load(const char *text, char **error)
{
	write_bytes(path, text, strlen(text), 0644);
	*error = NULL;
	memset(&top, 0, sizeof(top));
	memset(&label, 0, sizeof(label));
	memcpy(top.before, "outside", 8);
	return conf_load(path, sections, others, error);
}

static struct conf *
load_ok(const char *text)
{
	char *error;
	struct conf *conf = load(text, &error);

	if (!conf)
		fail_msg("%s", error);
	assert_string_equal(top.before, "outside");
	return conf;
}

static void
test_defaults(void **state)
{
	char *error = NULL;
	struct conf *conf;

	(void)state;
	memset(&label, 0xff, sizeof(label));
	conf = conf_load(NULL, sections, NULL, &error);
	assert_non_null(conf);
	assert_null(error);
	assert_string_equal(top.state_dir, "/var/lib/recard");
	assert_null(top.database);
	assert_int_equal(top.poll, 30000);
	assert_int_equal(label.concurrency, 4);
	assert_int_equal(label.wide, -1);
	assert_true(label.envelopes);
	assert_int_equal(label.every, 1500);
	assert_int_equal(label.limit, 10485760);
	assert_string_equal(label.printer, "");
	assert_null(label.outbox);
	assert_null(label.key);
	conf_free(conf);
	conf_free(NULL);
}

static void
test_values(void **state)
{
	char outbox[80];
	struct conf *conf;

	(void)state;
	conf = load_ok("# comment 99999999999999999999 \"\n"
		       "state_dir = \"/srv/recard\";\n"
		       "database = \"host=/run user=x\";\n"
		       "poll = \"2m\";\n"
		       "/* purge: {\n */ // unknown = 1;\n"
		       "purge: { anything = (1, 2.5, { deep = \"x\"; }); };\n"
		       "label: {\n"
		       "  concurrency = 64;\n"
		       "  wide = 5000000000L;\n"
		       "  envelopes = false;\n"
		       "  every = \"2d\";\n"
		       "  limit = 4096;\n"
		       "  printer = \"Büro \\\"1\\\" \" \"5000000000\";\n"
		       "  outbox = \"out\";\n"
		       "  key = \"key\";\n"
		       "};\n");
	assert_string_equal(top.state_dir, "/srv/recard");
	assert_string_equal(top.database, "host=/run user=x");
	assert_int_equal(top.poll, 120000);
	assert_int_equal(label.concurrency, 64);
	assert_int_equal(label.wide, 5000000000);
	assert_false(label.envelopes);
	assert_int_equal(label.every, 172800000);
	assert_int_equal(label.limit, 4096);
	assert_string_equal(label.printer, "Büro \"1\" 5000000000");
	snprintf(outbox, sizeof(outbox), "%s/out", folder);
	assert_string_equal(label.outbox, outbox);
	assert_string_equal(label.key, secret);
	conf_free(conf);
}

static void
test_wide_numbers_need_no_suffix(void **state)
{
	static const struct {
		const char *written;
		int64_t number;
	} cases[] = {
		{"2147483647", 2147483647},
		{"2147483648", 2147483648},
		{"-2147483648", -2147483647 - 1},
		{"-2147483649", -2147483649},
		{"5000000000", 5000000000},
		{"+5000000000", 5000000000},
		{"-5000000000", -5000000000},
		{"0x7fffffff", 2147483647},
		{"0xffffffff", 4294967295},
		{"0x12A05F200", 5000000000},
		{"9223372036854775807", INT64_MAX},
		{"9223372036854775807L", INT64_MAX},
		{"0010", 10},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = mem_printf("label: { wide = %s; };\n",
					cases[i].written);
		struct conf *conf = load_ok(text);

		assert_int_equal(label.wide, cases[i].number);
		conf_free(conf);
		mem_free(text);
	}
}

static void
test_mistakes(void **state)
{
	static const struct {
		const char *text, *wanted; /* after "PATH" */
	} cases[] = {
		{"\n\nlabel: {\n\n\n\n  concurency = 3;\n};\n",
		 ":7: label.concurency: unknown setting (did you mean "
		 "\"concurrency\"?)"},
		{"label: { zebra = 3; };\n",
		 ":1: label.zebra: unknown setting"},
		{"label: { ab = 3; };\n", ":1: label.ab: unknown setting"},
		{"pol = \"1s\";\n",
		 ":1: pol: unknown setting (did you mean \"poll\"?)"},
		{"\nlable: { };\n",
		 ":2: lable: unknown section (did you mean \"label\"?)"},
		{"paymnt: { };\n",
		 ":1: paymnt: unknown section (did you mean \"payment\"?)"},
		{"zebra: { };\n", ":1: zebra: unknown section"},
		{"label = 3;\n", ":1: label: expects a group: label: { ... };"},
		{"purge = 3;\n", ":1: purge: expects a group: purge: { ... };"},
		{"poll: { };\n", ":1: poll: unknown section"},
		{"label: { printer: { }; };\n",
		 ":1: label.printer: expects a string in quotes"},
		{"label: { concurrency = \"3\"; };\n",
		 ":1: label.concurrency: expects a whole number"},
		{"label: { concurrency = 3.0; };\n",
		 ":1: label.concurrency: expects a whole number"},
		{"label: { concurrency = [3]; };\n",
		 ":1: label.concurrency: expects a whole number"},
		{"label: {\n concurrency =\n 0; };\n",
		 ":2: label.concurrency: 0 is out of bounds (1 to 64)"},
		{"label: { concurrency = 65; };\n",
		 ":1: label.concurrency: 65 is out of bounds (1 to 64)"},
		{"label: { concurrency = 4294967297; };\n",
		 ":1: label.concurrency: 4294967297 is out of bounds (1 to "
		 "64)"},
		{"label: { wide = 9223372036854775808; };\n",
		 ":1: label.wide: the number is too large"},
		{"wide = -99999999999999999999;\n",
		 ":1: wide: the number is too large"},
		{"label: { envelopes = 1; };\n",
		 ":1: label.envelopes: expects true or false"},
		{"label: { envelopes = \"true\"; };\n",
		 ":1: label.envelopes: expects true or false"},
		{"label: { every = 30; };\n",
		 ":1: label.every: expects a duration in quotes with its unit "
		 "(ms, s, m, h or d), as in \"30s\""},
		{"label: { every = \"30\"; };\n",
		 ":1: label.every: \"30\" is not understood; expects a "
		 "duration in quotes with its unit (ms, s, m, h or d), as in "
		 "\"30s\""},
		{"label: { every = \"49h\"; };\n",
		 ":1: label.every: 49h is out of bounds (0s to 2d)"},
		{"poll = \"99ms\";\n",
		 ":1: poll: 99ms is out of bounds (100ms to 1h)"},
		{"label: { limit = \"2G\"; };\n",
		 ":1: label.limit: 2G is out of bounds (1 to 1G)"},
		{"label: { limit = \"10 M\"; };\n",
		 ":1: label.limit: \"10 M\" is not understood; expects a size "
		 "in quotes, in bytes or with its unit (k, M or G), as in "
		 "\"64k\""},
		{"label: { outbox = \"\"; };\n",
		 ":1: label.outbox: the path is empty"},
		{"label: { printer = \"a\\x00b\"; };\n",
		 ":1: label.printer: a NUL inside a string"},
		{"\n@include \"/etc/hostname\"\n",
		 ":2: @include is not allowed here"},
		{"label: {\n concurrency = 3\n every = ;\n};\n",
		 ":3: syntax error"},
		{"label: {\n", ":2: syntax error"},
		{"poll = \"1s\";\npoll = \"2s\";\n",
		 ":2: duplicate setting name"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *error, *wanted;

		if (load(cases[i].text, &error))
			fail_msg("accepted: %s", cases[i].text);
		assert_non_null(error);
		wanted = mem_printf("%s%s", path, cases[i].wanted);
		assert_string_equal(error, wanted);
		/* Nothing has landed. */
		assert_null(top.state_dir);
		assert_int_equal(label.concurrency, 0);
		mem_free(wanted);
		mem_free(error);
	}
}

static void
test_files_that_cannot_be_read(void **state)
{
	static const char nul[] = "poll = \"1s\";\n\0poll = 3;\n";
	char *error = NULL, *wanted;

	(void)state;
	assert_null(conf_load("/nonexistent/x", sections, others, &error));
	assert_string_equal(error, "/nonexistent/x: No such file or directory");
	mem_free(error);
	assert_null(conf_load(folder, sections, others, &error));
	wanted = mem_printf("%s: Is a directory", folder);
	assert_string_equal(error, wanted);
	mem_free(wanted);
	mem_free(error);
	write_bytes(path, nul, sizeof(nul) - 1, 0644);
	assert_null(conf_load(path, sections, others, &error));
	wanted = mem_printf("%s:2: a NUL byte: this is no text file", path);
	assert_string_equal(error, wanted);
	mem_free(wanted);
	mem_free(error);
	conf_free(load_ok(""));
}

static void
test_secrets(void **state)
{
	static const struct {
		mode_t mode;
		bool ok;
	} cases[] = {
		{0400, true},  {0600, true},  {0640, true},  {0440, true},
		{0660, false}, {0644, false}, {0604, false}, {0601, false},
		{0610, false}, {0602, false},
	};
	char *error;
	struct conf *conf;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(chmod(secret, cases[i].mode), 0);
		conf = load("label: { key = \"key\"; };\n", &error);
		assert_int_equal(conf != NULL, cases[i].ok);
		if (!conf)
			assert_non_null(strstr(error, ":1: label.key: "));
		conf_free(conf);
		mem_free(error);
	}
	assert_int_equal(chmod(secret, 0600), 0);
	/* A credential of that name comes first, and is looked at as well. */
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", folder, 1), 0);
	conf = load_ok("label: { key = \"elsewhere/key\"; };\n");
	assert_string_equal(label.key, secret);
	conf_free(conf);
	assert_int_equal(chmod(secret, 0644), 0);
	assert_null(load("label: { key = \"elsewhere/key\"; };\n", &error));
	assert_non_null(strstr(error, "mode 0644 lets others in"));
	mem_free(error);
	assert_int_equal(chmod(secret, 0600), 0);
	assert_null(load("label: { key = \"gone\"; };\n", &error));
	mem_free(error);
	assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
	assert_null(load("label: { key = \"elsewhere/key\"; };\n", &error));
	mem_free(error);
	assert_null(load("label: { key = \"gone\"; };\n", &error));
	assert_non_null(strstr(error, "/gone: No such file or directory"));
	mem_free(error);
	assert_null(load("label: { key = \".\"; };\n", &error));
	assert_non_null(strstr(error, "not a regular file"));
	mem_free(error);
}

static char *
print(const struct conf *conf)
{
	char *text = NULL;
	size_t len;
	FILE *file = open_memstream(&text, &len);

	assert_non_null(file);
	conf_print(conf, file);
	fclose(file);
	return text;
}

static void
test_printed_file_reads_the_same(void **state)
{
	static const char *const files[] = {
		"",
		"database = \"a\\\"b\\\\c\\n\\t\\x01\\x7f f\";\n",
		"label: { printer = \"臺北 # // /* \"; wide = -5000000000; };",
		"label: { wide = 2147483648; every = \"61s\"; limit = 1025;"
		" envelopes = false; key = \"key\"; outbox = \"o/p\"; };",
		"label: { every = \"0s\"; limit = \"1G\"; };",
		"label: { printer = \"\\x01\" \"ff\"; };",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct conf *conf = load_ok(files[i]), *again;
		struct top top_was = top;
		struct label label_was = label;
		char *text = print(conf), *second;

		assert_non_null(strstr(text, "# How many at a time.\n"));
		again = load_ok(text);
		assert_int_equal(top.poll, top_was.poll);
		assert_int_equal(label.concurrency, label_was.concurrency);
		assert_int_equal(label.wide, label_was.wide);
		assert_int_equal(label.envelopes, label_was.envelopes);
		assert_int_equal(label.every, label_was.every);
		assert_int_equal(label.limit, label_was.limit);
		assert_string_equal(label.printer, label_was.printer);
		assert_int_equal(!top.database, !top_was.database);
		if (top.database)
			assert_string_equal(top.database, top_was.database);
		assert_int_equal(!label.outbox, !label_was.outbox);
		if (label.outbox)
			assert_string_equal(label.outbox, label_was.outbox);
		second = print(again);
		assert_string_equal(second, text);
		free(text);
		free(second);
		conf_free(conf);
		conf_free(again);
	}
}

static void
test_reload(void **state)
{
	struct conf *conf = load_ok("label: { concurrency = 2; wide = 7;"
				    " outbox = \"/a\"; printer = \"p\"; };");
	static const char changed[] =
		"state_dir = \"/other\"; label: { concurrency = 3; wide = 8;"
		" outbox = \"/a\"; printer = \"q\"; };";
	static const char wrong[] = "label: { concurrency = 5; wide = \"\"; };";
	char *restart = NULL, *error = NULL, *text;
	const char *outbox = label.outbox;

	(void)state;
	/* All or nothing. */
	write_bytes(path, wrong, sizeof(wrong) - 1, 0644);
	assert_null(conf_reload(conf, &restart, &error));
	assert_non_null(strstr(error, "label.wide: expects a whole number"));
	assert_null(restart);
	assert_int_equal(label.concurrency, 2);
	assert_string_equal(label.printer, "p");
	mem_free(error);
	error = NULL;

	/* What needs a restart stays, each time, and is named. */
	for (int i = 0; i < 2; i++) {
		write_bytes(path, changed, sizeof(changed) - 1, 0644);
		conf = conf_reload(conf, &restart, &error);
		assert_non_null(conf);
		assert_null(error);
		assert_string_equal(restart, "state_dir, label.wide");
		mem_free(restart);
		restart = NULL;
		assert_string_equal(top.state_dir, "/var/lib/recard");
		assert_int_equal(label.concurrency, 3);
		assert_int_equal(label.wide, 7);
		assert_string_equal(label.printer, "q");
		assert_ptr_equal(label.outbox, outbox);
	}
	text = print(conf);
	assert_non_null(strstr(text, "wide = 7;"));
	assert_non_null(strstr(text, "concurrency = 3;"));
	free(text);

	/* Back to what it was: nothing to restart for. */
	write_bytes(path, "label: { wide = 7; outbox = \"/a\"; };",
		    strlen("label: { wide = 7; outbox = \"/a\"; };"), 0644);
	restart = mem_strdup("left over");
	mem_free(restart);
	conf = conf_reload(conf, &restart, &error);
	assert_non_null(conf);
	assert_null(restart);
	assert_int_equal(label.concurrency, 4);
	conf_free(conf);
}

/* Every short beginning of a file is judged without harm. */
static void
test_cut_files(void **state)
{
	static const char text[] =
		"database = \"x\\x41\"; /* c */ # d\n// e\n"
		"label: { wide = 0x1FFFFFFFF; every = \"1s\"; };\n"
		"purge: { f = 1.5e+10; g = (1, -99999999999); };\n";
	char *error;

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		char *part = mem_strndup(text, len);
		struct conf *conf = load(part, &error);

		assert_int_equal(conf == NULL, error != NULL);
		if (len == sizeof(text) - 1)
			assert_non_null(conf);
		conf_free(conf);
		mem_free(error);
		mem_free(part);
	}
}

static void
test_durations(void **state)
{
	static const struct {
		const char *text;
		int64_t ms; /* -1: refused */
		const char *formatted;
	} cases[] = {
		{"250ms", 250, "250ms"},
		{"30s", 30000, "30s"},
		{"5m", 300000, "5m"},
		{"48h", 172800000, "2d"},
		{"2d", 172800000, "2d"},
		{"1500ms", 1500, "1500ms"},
		{"90s", 90000, "90s"},
		{"60s", 60000, "1m"},
		{"0s", 0, "0s"},
		{"0ms", 0, "0s"},
		{"25h", 90000000, "25h"},
		{"007s", 7000, "7s"},
		{"", -1, NULL},
		{"30", -1, NULL},
		{"0", -1, NULL},
		{"s", -1, NULL},
		{"-1s", -1, NULL},
		{"+1s", -1, NULL},
		{" 1s", -1, NULL},
		{"1 s", -1, NULL},
		{"1s ", -1, NULL},
		{"1S", -1, NULL},
		{"1.5s", -1, NULL},
		{"1h30m", -1, NULL},
		{"1w", -1, NULL},
		{"106751991167d", 106751991167 * 86400000, "106751991167d"},
		{"106751991168d", -1, NULL},
		{"9223372036854775808ms", -1, NULL},
		{"99999999999999999999s", -1, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ms = -1;
		char text[32];

		assert_int_equal(conf_parse_duration(cases[i].text, &ms),
				 cases[i].ms >= 0);
		assert_int_equal(ms, cases[i].ms);
		if (ms < 0)
			continue;
		conf_format_duration(ms, text);
		assert_string_equal(text, cases[i].formatted);
	}
}

static void
test_sizes(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes; /* -1: refused */
	} cases[] = {
		{"0", 0},
		{"512", 512},
		{"64k", 65536},
		{"10M", 10485760},
		{"1G", 1073741824},
		{"8589934591G", 9223372035781033984},
		{"8589934592G", -1},
		{"", -1},
		{"k", -1},
		{"-1", -1},
		{"10m", -1},
		{"10K", -1},
		{"10kB", -1},
		{"1 k", -1},
		{"9223372036854775808", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t bytes = -1;

		assert_int_equal(conf_parse_size(cases[i].text, &bytes),
				 cases[i].bytes >= 0);
		assert_int_equal(bytes, cases[i].bytes);
	}
}

static void
test_lengths(void **state)
{
	static const struct {
		const char *text, *printed;
		int64_t micrometres;
	} cases[] = {
		{"38.2mm", "38.2mm", 38200},
		{"0mm", "0mm", 0},
		{"21cm", "210mm", 210000},
		{"0.5cm", "5mm", 5000},
		{"4.233mm", "4.233mm", 4233},
		{"1.050mm", "1.05mm", 1050},
		{"4.2333mm", NULL, -1},
		{"38.2", NULL, -1},
		{"38,2mm", NULL, -1},
		{"38.mm", NULL, -1},
		{".5mm", NULL, -1},
		{"1.2.3mm", NULL, -1},
		{"-1mm", NULL, -1},
		{"1 mm", NULL, -1},
		{"mm", NULL, -1},
		{"99999999999mm", NULL, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t length = -1;
		char printed[32];

		assert_int_equal(conf_parse_length(cases[i].text, &length),
				 cases[i].micrometres >= 0);
		assert_int_equal(length, cases[i].micrometres);
		if (cases[i].micrometres < 0)
			continue;
		conf_format_number(CONF_LENGTH, length, printed);
		assert_string_equal(printed, cases[i].printed);
	}
}

struct tray {
	char *name;
	int64_t sheets;
	char **papers;
};

struct press {
	struct conf_records trays;
	char **inks;
	char **keys;
};

static const struct conf_setting tray_settings[] = {
	{"name", CONF_STRING, offsetof(struct tray, name), NULL, 0, 0, true,
	 "What it is called."},
	{"sheets", CONF_INT, offsetof(struct tray, sheets), "500", 1, 5000,
	 true, "How many it holds."},
	{"papers", CONF_STRINGS, offsetof(struct tray, papers), NULL, 0, 0,
	 true, "What may lie in it."},
	{NULL, CONF_INT, 0, NULL, 0, 0, false, NULL},
};

static const struct conf_setting press_settings[] = {
	{"trays", CONF_RECORDS, offsetof(struct press, trays), NULL, 0, 0, true,
	 "Its trays.", tray_settings, sizeof(struct tray)},
	{"inks", CONF_STRINGS, offsetof(struct press, inks), "black", 0, 0,
	 false, "Its inks."},
	{"keys", CONF_SECRETS, offsetof(struct press, keys), NULL, 0, 0, true,
	 "Files with its keys."},
	{NULL, CONF_INT, 0, NULL, 0, 0, false, NULL},
};

static struct press press;
static const struct conf_section press_sections[] = {
	{"press", press_settings, &press, sizeof(press)},
	{NULL, NULL, NULL, 0},
};

#define TRAYS                                                      \
	"press: {\n\ttrays = (\n\t\t{ name = \"upper\"; papers = " \
	"[\"A4\", \"A5\"]; },\n\t\t{ sheets = 20; papers = \"DL\"; }\n\t);\n"

static struct conf *
load_press(const char *text, char **error)
{
	write_bytes(path, text, strlen(text), 0644);
	*error = NULL;
	return conf_load(path, press_sections, NULL, error);
}

static void
check_trays(void)
{
	const struct tray *trays = press.trays.items;

	assert_int_equal(press.trays.count, 2);
	assert_string_equal(trays[0].name, "upper");
	assert_int_equal(trays[0].sheets, 500);
	assert_string_equal(trays[0].papers[0], "A4");
	assert_string_equal(trays[0].papers[1], "A5");
	assert_null(trays[0].papers[2]);
	assert_null(trays[1].name);
	assert_int_equal(trays[1].sheets, 20);
	assert_string_equal(trays[1].papers[0], "DL");
	assert_null(trays[1].papers[1]);
}

static void
test_records(void **state)
{
	static const char changed[] =
		"press: { inks = [\"red\"]; trays = ({}); };";
	char *error, *restart = NULL, *text;
	struct conf *conf = load_press("", &error), *again;

	(void)state;
	assert_int_equal(press.trays.count, 0);
	assert_string_equal(press.inks[0], "black");
	assert_null(press.inks[1]);
	conf_free(conf);

	conf = load_press(TRAYS "};\n", &error);
	assert_non_null(conf);
	check_trays();
	text = print(conf);
	again = load_press(text, &error);
	if (!again)
		fail_msg("%s in %s", error, text);
	check_trays();
	free(text);
	conf_free(conf);

	/* A reload brings new records; what is fixed stays. */
	write_bytes(path, changed, strlen(changed), 0644);
	conf = conf_reload(again, &restart, &error);
	assert_non_null(conf);
	assert_string_equal(restart, "press.inks");
	mem_free(restart);
	assert_string_equal(press.inks[0], "black");
	assert_int_equal(press.trays.count, 1);
	assert_int_equal(((struct tray *)press.trays.items)->sheets, 500);
	conf_free(conf);
}

static void
test_wrong_records(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"press: { trays = { name = \"x\"; }; };",
		 ":1: press.trays: expects groups in parentheses: ( { ... }, "
		 "{ ... } )"},
		{"press: { trays = \"x\"; };",
		 ":1: press.trays: expects groups in parentheses: ( { ... }, "
		 "{ ... } )"},
		{"press: { trays = ( \"x\" ); };",
		 ":1: press.trays[1]: expects a group: { ... }"},
		{"press: {\n trays = (\n { name = \"x\"; },\n { sheet = 1; }\n "
		 ");"
		 " };",
		 ":4: press.trays[2].sheet: unknown setting (did you mean "
		 "\"sheets\"?)"},
		{"press: { trays = ({ sheets = 0; }); };",
		 ":1: press.trays[1].sheets: 0 is out of bounds (1 to 5000)"},
		{"press: { inks = 7; };",
		 ":1: press.inks: expects a string in quotes, or several in "
		 "brackets, as in [\"1\", \"2\"]"},
		{"press: { inks = [1, 2]; };",
		 ":1: press.inks: expects a string in quotes, or several in "
		 "brackets, as in [\"1\", \"2\"]"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *error;
		struct conf *conf = load_press(cases[i].text, &error);

		assert_null(conf);
		assert_string_equal(error + strlen(path), cases[i].error);
		mem_free(error);
	}
}

/* Each file of a list is checked as a single one is. */
static void
test_lists_of_secrets(void **state)
{
	char *error, *text;
	struct conf *conf = load_press("", &error);

	(void)state;
	assert_null(press.keys);
	conf_free(conf);
	conf = load_press("press: { keys = \"key\"; };", &error);
	assert_non_null(conf);
	assert_string_equal(press.keys[0], secret);
	assert_null(press.keys[1]);
	conf_free(conf);
	conf = load_press("press: { keys = [\"key\", \"./key\"]; };", &error);
	assert_non_null(conf);
	assert_string_equal(press.keys[0], secret);
	assert_non_null(strstr(press.keys[1], "/./key"));
	assert_null(press.keys[2]);
	text = print(conf);
	conf_free(conf);
	conf = load_press(text, &error);
	assert_non_null(conf);
	assert_string_equal(press.keys[0], secret);
	free(text);
	conf_free(conf);

	assert_null(
		load_press("press: { keys = [\"key\", \"gone\"]; };", &error));
	assert_non_null(strstr(error, ":1: press.keys: "));
	assert_non_null(strstr(error, "/gone: No such file or directory"));
	mem_free(error);
	assert_null(load_press("press: { keys = [\"\"]; };", &error));
	assert_non_null(strstr(error, "the path is empty"));
	mem_free(error);
	assert_null(load_press("press: { keys = [1]; };", &error));
	assert_non_null(strstr(error, "expects the path of a file"));
	mem_free(error);
	assert_int_equal(chmod(secret, 0644), 0);
	assert_null(load_press("press: { keys = [\"key\"]; };", &error));
	assert_non_null(strstr(error, "lets others in"));
	mem_free(error);
	assert_int_equal(chmod(secret, 0600), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_wide_numbers_need_no_suffix),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_files_that_cannot_be_read),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_printed_file_reads_the_same),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_cut_files),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_wrong_records),
		cmocka_unit_test(test_lists_of_secrets),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
