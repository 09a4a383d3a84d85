/*
 * recard.conf checked against tables: see conf.h.
 *
 * libconfig reads the syntax. What it passes over in silence is looked for
 * here: names nobody knows, values of another type, whole numbers that do
 * not fit its 32 bits, and bytes after a NUL.
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <libconfig.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buffer.h"
#include "conf.h"
#include "mem.h"
#include "suggestion.h"

#define FILE_LIMIT (1024 * 1024)
#define NAME_LIMIT 64 /* longer ones are no names of ours */

/* The value of one setting, before and after it lands in its struct. */
struct conf_value {
	bool set;
	char *text;     /* STRING, PATH, SECRET */
	int64_t number; /* INT, BOOL, DURATION, SIZE */
};

struct conf {
	char *path;   /* as given; NULL: no file */
	char *folder; /* absolute; relative paths start there */
	struct conf_section *sections;
	size_t count;
	char **others;
	struct conf_value **values; /* of each section, of each setting */
};

struct unit {
	const char *name;
	int64_t factor;
};

/* Largest first: the first that divides a value is the one to print. */
static const struct unit duration_units[] = {
	{"d", 86400000}, {"h", 3600000}, {"m", 60000},
	{"s", 1000},     {"ms", 1},      {NULL, 0},
};
static const struct unit size_units[] = {
	{"G", 1 << 30}, {"M", 1 << 20}, {"k", 1 << 10}, {"", 1}, {NULL, 0},
};

static const char *const expectations[] = {
	[CONF_STRING] = "a string in quotes",
	[CONF_PATH] = "a path in quotes",
	[CONF_INT] = "a whole number",
	[CONF_BOOL] = "true or false",
	[CONF_DURATION] = "a duration in quotes with its unit (ms, s, m, h "
			  "or d), as in \"30s\"",
	[CONF_SIZE] = "a size in quotes, in bytes or with its unit (k, M or "
		      "G), as in \"64k\"",
	[CONF_SECRET] = "the path of a file in quotes",
};

/* ---- numbers with units ---- */

static bool
parse_units(const char *text, const struct unit *units, int64_t *result)
{
	int64_t number = 0;

	if (*text < '0' || *text > '9')
		return false;
	for (; *text >= '0' && *text <= '9'; text++)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, *text - '0', &number))
			return false;
	for (; units->name; units++) {
		if (strcmp(text, units->name) != 0)
			continue;
		if (__builtin_mul_overflow(number, units->factor, &number))
			return false;
		*result = number;
		return true;
	}
	return false;
}

static void
format_units(int64_t value, const struct unit *units, char out[32])
{
	while (value % units->factor != 0)
		units++;
	snprintf(out, 32, "%" PRId64 "%s", value / units->factor, units->name);
}

void
conf_format_duration(int64_t ms, char out[32])
{
	if (ms == 0)
		snprintf(out, 32, "0s");
	else
		format_units(ms, duration_units, out);
}

static void
format_size(int64_t bytes, char out[32])
{
	if (bytes == 0)
		snprintf(out, 32, "0");
	else
		format_units(bytes, size_units, out);
}

bool
conf_parse_duration(const char *text, int64_t *ms)
{
	return parse_units(text, duration_units, ms);
}

bool
conf_parse_size(const char *text, int64_t *bytes)
{
	return parse_units(text, size_units, bytes);
}

static void
format_number(enum conf_type type, int64_t number, char out[32])
{
	if (type == CONF_DURATION)
		conf_format_duration(number, out);
	else if (type == CONF_SIZE)
		format_size(number, out);
	else
		snprintf(out, 32, "%" PRId64, number);
}

/* ---- messages ---- */

/* "FILE:LINE: SECTION.NAME: WORDS"; line 0, section and name NULL are left
 * out. Returns -1 for its callers to return. */
static int __attribute__((format(printf, 6, 7)))
fail(const struct conf *conf, unsigned long line, const char *section,
     const char *name, char **error, const char *format, ...)
{
	struct buffer message = {0};
	va_list args;
	char *words;

	va_start(args, format);
	words = mem_vprintf(format, args);
	va_end(args);
	buffer_puts(&message, conf->path ? conf->path : "default");
	if (line)
		buffer_printf(&message, ":%lu", line);
	buffer_puts(&message, ": ");
	if (section)
		buffer_puts(&message, section);
	if (section && name)
		buffer_puts(&message, ".");
	if (name)
		buffer_puts(&message, name);
	if (section || name)
		buffer_puts(&message, ": ");
	buffer_puts(&message, words);
	mem_free(words);
	*error = message.data;
	return -1;
}

static int
fail_unknown(const struct conf *conf, const config_setting_t *element,
	     const char *section, const char *what,
	     const struct suggestion *suggestion, char **error)
{
	unsigned line = config_setting_source_line(element);
	const char *name = config_setting_name(element);

	if (!suggestion->best)
		return fail(conf, line, section, name, error, "unknown %s",
			    what);
	return fail(conf, line, section, name, error,
		    "unknown %s (did you mean \"%s\"?)", what,
		    suggestion->best);
}

/* ---- the text, before libconfig sees it ---- */

struct scan {
	const char *at, *end;
	unsigned long line;
	int depth;              /* of braces */
	char name[NAME_LIMIT];  /* last name seen */
	char group[NAME_LIMIT]; /* the outermost group we are in, or "" */
};

static bool
scan_starts(const struct scan *scan, const char *prefix)
{
	size_t len = strlen(prefix);

	return (size_t)(scan->end - scan->at) >= len &&
	       memcmp(scan->at, prefix, len) == 0;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       is_digit(c) || c == '_' || c == '-' || c == '*';
}

static void
scan_line_comment(struct scan *scan)
{
	while (scan->at < scan->end && *scan->at != '\n')
		scan->at++;
}

static void
scan_block_comment(struct scan *scan)
{
	for (scan->at += 2; scan->at < scan->end; scan->at++) {
		if (scan_starts(scan, "*/")) {
			scan->at += 2;
			return;
		}
		if (*scan->at == '\n')
			scan->line++;
	}
}

/* false at an escaped NUL, which would end the string early. */
static bool
scan_string(struct scan *scan)
{
	for (scan->at++; scan->at < scan->end; scan->at++) {
		if (*scan->at == '"') {
			scan->at++;
			return true;
		}
		if (scan_starts(scan, "\\x00") || scan_starts(scan, "\\X00"))
			return false;
		if (*scan->at == '\\' && scan->at + 1 < scan->end)
			scan->at++;
		if (*scan->at == '\n')
			scan->line++;
	}
	return true;
}

static void
scan_name(struct scan *scan)
{
	size_t len = 0;

	while (scan->at < scan->end && is_name(*scan->at)) {
		if (len < sizeof(scan->name) - 1)
			scan->name[len++] = *scan->at;
		scan->at++;
	}
	scan->name[len] = '\0';
}

static void
scan_brace(struct scan *scan)
{
	if (*scan->at++ == '}') {
		if (scan->depth > 0 && --scan->depth == 0)
			scan->group[0] = '\0';
		return;
	}
	if (scan->depth++ == 0)
		memcpy(scan->group, scan->name, sizeof(scan->group));
}

enum scan_number { NUMBER_FITS, NUMBER_NEEDS_L, NUMBER_TOO_LARGE };

/* Judges a number and moves past it. */
static enum scan_number
scan_number(struct scan *scan)
{
	const char *start = scan->at;
	bool negative = *start == '-';
	const char *digits = start + (*start == '-' || *start == '+');
	bool hex = digits[0] == '0' && (digits[1] | 0x20) == 'x';
	unsigned long long number;
	bool wide;
	char *end;

	errno = 0;
	number = strtoull(digits, &end, hex ? 16 : 10);
	scan->at = end;
	if (!hex && (*end == '.' || (*end | 0x20) == 'e')) {
		while (scan->at < scan->end &&
		       (is_name(*scan->at) || *scan->at == '.' ||
			*scan->at == '+'))
			scan->at++;
		return NUMBER_FITS;
	}
	wide = *end == 'L';
	while (*scan->at == 'L')
		scan->at++;
	if (errno == ERANGE || number > (unsigned long long)LLONG_MAX)
		return NUMBER_TOO_LARGE;
	if (wide || number <= (unsigned long long)INT_MAX + negative)
		return NUMBER_FITS;
	return NUMBER_NEEDS_L;
}

/*
 * Copies raw to text with an L after every whole number that libconfig would
 * cut to 32 bits, and refuses what it would misread in silence. NULs are
 * expected to be refused already.
 */
static int
scan_file(const struct conf *conf, const struct buffer *raw,
	  struct buffer *text, char **error)
{
	struct scan scan = {
		.at = raw->data, .end = raw->data + raw->len, .line = 1};
	const char *copied = scan.at;

	while (scan.at < scan.end) {
		char c = *scan.at;

		if (c == '\n') {
			scan.line++;
			scan.at++;
		} else if (c == '#' || scan_starts(&scan, "//")) {
			scan_line_comment(&scan);
		} else if (scan_starts(&scan, "/*")) {
			scan_block_comment(&scan);
		} else if (c == '"') {
			if (!scan_string(&scan))
				return fail(conf, scan.line,
					    *scan.group ? scan.group : NULL,
					    scan.name, error,
					    "a NUL inside a string");
		} else if (scan_starts(&scan, "@include")) {
			return fail(conf, scan.line, NULL, NULL, error,
				    "@include is not allowed here");
		} else if (c == '{' || c == '}') {
			scan_brace(&scan);
		} else if (is_digit(c) ||
			   ((c == '-' || c == '+') && is_digit(scan.at[1]))) {
			enum scan_number number = scan_number(&scan);

			if (number == NUMBER_TOO_LARGE)
				return fail(conf, scan.line,
					    *scan.group ? scan.group : NULL,
					    scan.name, error,
					    "the number is too large");
			if (number == NUMBER_NEEDS_L) {
				buffer_append(text, copied,
					      (size_t)(scan.at - copied));
				buffer_putc(text, 'L');
				copied = scan.at;
			}
		} else if (is_name(c)) {
			scan_name(&scan);
		} else {
			scan.at++;
		}
	}
	buffer_append(text, copied, (size_t)(scan.end - copied));
	return 0;
}

static unsigned long
line_of(const char *start, const char *at)
{
	unsigned long line = 1;

	for (; start < at; start++)
		line += *start == '\n';
	return line;
}

static int
read_file(const struct conf *conf, struct buffer *text, char **error)
{
	struct buffer raw = {0};
	const char *nul;
	int result;

	if (buffer_read_file(&raw, conf->path, FILE_LIMIT) < 0) {
		result =
			fail(conf, 0, NULL, NULL, error, "%s", strerror(errno));
		goto out;
	}
	nul = memchr(raw.data, '\0', raw.len);
	if (nul)
		result = fail(conf, line_of(raw.data, nul), NULL, NULL, error,
			      "a NUL byte: this is no text file");
	else
		result = scan_file(conf, &raw, text, error);
out:
	buffer_free(&raw);
	return result;
}

/* ---- values ---- */

/* These return NULL, or in words what is wrong (mem_free). */

static char *
check_bounds(const struct conf_setting *setting, int64_t number)
{
	char value[32], min[32], max[32];

	if ((setting->min == 0 && setting->max == 0) ||
	    (number >= setting->min && number <= setting->max))
		return NULL;
	format_number(setting->type, number, value);
	format_number(setting->type, setting->min, min);
	format_number(setting->type, setting->max, max);
	return mem_printf("%s is out of bounds (%s to %s)", value, min, max);
}

static char *
check_secret(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return mem_printf("%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return mem_printf("%s: not a regular file", path);
	if (st.st_mode & (S_IWGRP | S_IXGRP | S_IRWXO))
		return mem_printf("%s: mode %04o lets others in (at most 0640)",
				  path, (unsigned)(st.st_mode & 07777));
	return NULL;
}

static char *
path_value(const struct conf *conf, const struct conf_setting *setting,
	   const char *text, struct conf_value *value)
{
	char *wrong;

	if (!*text)
		return mem_strdup("the path is empty");
	if (*text == '/')
		value->text = mem_strdup(text);
	else
		value->text = mem_printf(
			"%s/%s", strcmp(conf->folder, "/") ? conf->folder : "",
			text);
	wrong = setting->type == CONF_SECRET ? check_secret(value->text) : NULL;
	if (wrong) {
		mem_free(value->text);
		value->text = NULL;
	}
	return wrong;
}

/* A value that is a string in the file. */
static char *
string_value(const struct conf *conf, const struct conf_setting *setting,
	     const char *text, struct conf_value *value)
{
	switch (setting->type) {
	case CONF_STRING:
		value->text = mem_strdup(text);
		return NULL;
	case CONF_PATH:
	case CONF_SECRET:
		return path_value(conf, setting, text, value);
	case CONF_DURATION:
		if (conf_parse_duration(text, &value->number))
			return check_bounds(setting, value->number);
		break;
	case CONF_SIZE:
		if (conf_parse_size(text, &value->number))
			return check_bounds(setting, value->number);
		break;
	case CONF_INT:
	case CONF_BOOL:
		break;
	}
	return mem_printf("\"%s\" is not understood; expects %s", text,
			  expectations[setting->type]);
}

static char *
fallback_value(const struct conf *conf, const struct conf_setting *setting,
	       struct conf_value *value)
{
	const char *text = setting->fallback;
	char *end;

	if (setting->type == CONF_BOOL) {
		value->number = strcmp(text, "true") == 0;
		if (value->number || strcmp(text, "false") == 0)
			return NULL;
	} else if (setting->type == CONF_INT) {
		errno = 0;
		value->number = strtoll(text, &end, 10);
		if (end != text && !*end && errno == 0)
			return check_bounds(setting, value->number);
	}
	return string_value(conf, setting, text, value);
}

static char *
file_value(const struct conf *conf, const struct conf_setting *setting,
	   const config_setting_t *element, struct conf_value *value)
{
	switch (config_setting_type(element)) {
	case CONFIG_TYPE_STRING:
		if (setting->type == CONF_INT || setting->type == CONF_BOOL)
			break;
		return string_value(conf, setting,
				    config_setting_get_string(element), value);
	case CONFIG_TYPE_BOOL:
		if (setting->type != CONF_BOOL)
			break;
		value->number = config_setting_get_bool(element) != 0;
		return NULL;
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		/* A bare number of bytes needs no unit. */
		if (setting->type != CONF_INT && setting->type != CONF_SIZE)
			break;
		value->number = config_setting_get_int64(element);
		if (setting->type == CONF_SIZE && value->number < 0)
			break;
		return check_bounds(setting, value->number);
	}
	return mem_printf("expects %s", expectations[setting->type]);
}

/* ---- the tree against the tables ---- */

static size_t
table_size(const struct conf_setting *settings)
{
	size_t count = 0;

	while (settings[count].name)
		count++;
	return count;
}

/* Index of the section of a group (NULL: top level), or count. */
static size_t
find_section(const struct conf *conf, const char *name)
{
	size_t i;

	for (i = 0; i < conf->count; i++) {
		const char *known = conf->sections[i].name;

		if (name && known ? strcmp(name, known) == 0 : name == known)
			break;
	}
	return i;
}

static int
read_setting(struct conf *conf, size_t section_at, const char *group,
	     const config_setting_t *element, char **error)
{
	const char *name = config_setting_name(element);
	struct suggestion suggestion = {.wrong = name};
	const struct conf_setting *settings;
	struct conf_value *value;
	char *wrong;
	size_t i;

	if (section_at == conf->count)
		return fail_unknown(conf, element, group, "setting",
				    &suggestion, error);
	settings = conf->sections[section_at].settings;
	for (i = 0; settings[i].name; i++) {
		if (strcmp(settings[i].name, name) == 0)
			break;
		suggestion_consider(&suggestion, settings[i].name);
	}
	if (!settings[i].name)
		return fail_unknown(conf, element, group, "setting",
				    &suggestion, error);
	value = &conf->values[section_at][i];
	wrong = file_value(conf, &settings[i], element, value);
	if (wrong) {
		fail(conf, config_setting_source_line(element), group, name,
		     error, "%s", wrong);
		mem_free(wrong);
		return -1;
	}
	value->set = true;
	return 0;
}

static bool
belongs_to_others(const struct conf *conf, const char *name)
{
	for (char **other = conf->others; *other; other++)
		if (strcmp(*other, name) == 0)
			return true;
	return false;
}

static int
read_group(struct conf *conf, const config_setting_t *group, char **error)
{
	const char *name = config_setting_name(group);
	struct suggestion suggestion = {.wrong = name};
	size_t at = find_section(conf, name);
	int count = config_setting_length(group);

	if (at == conf->count) {
		if (belongs_to_others(conf, name))
			return 0;
		for (size_t i = 0; i < conf->count; i++)
			if (conf->sections[i].name)
				suggestion_consider(&suggestion,
						    conf->sections[i].name);
		for (char **other = conf->others; *other; other++)
			suggestion_consider(&suggestion, *other);
		return fail_unknown(conf, group, NULL, "section", &suggestion,
				    error);
	}
	for (int i = 0; i < count; i++)
		if (read_setting(conf, at, name,
				 config_setting_get_elem(group, (unsigned)i),
				 error) < 0)
			return -1;
	return 0;
}

static int
read_tree(struct conf *conf, const config_t *tree, char **error)
{
	const config_setting_t *root = config_root_setting(tree);
	size_t top = find_section(conf, NULL);
	int count = config_setting_length(root);

	for (int i = 0; i < count; i++) {
		const config_setting_t *element =
			config_setting_get_elem(root, (unsigned)i);
		const char *name = config_setting_name(element);
		int result;

		if (config_setting_is_group(element))
			result = read_group(conf, element, error);
		else if (find_section(conf, name) < conf->count ||
			 belongs_to_others(conf, name))
			result = fail(conf, config_setting_source_line(element),
				      NULL, name, error,
				      "expects a group: %s: { ... };", name);
		else
			result = read_setting(conf, top, NULL, element, error);
		if (result < 0)
			return -1;
	}
	return 0;
}

static int
set_fallbacks(struct conf *conf, char **error)
{
	for (size_t i = 0; i < conf->count; i++) {
		const struct conf_section *section = &conf->sections[i];

		for (size_t j = 0; section->settings[j].name; j++) {
			const struct conf_setting *setting =
				&section->settings[j];
			struct conf_value *value = &conf->values[i][j];
			char *wrong;

			if (value->set || !setting->fallback)
				continue;
			wrong = fallback_value(conf, setting, value);
			/* What is outside may make a default secret wrong;
			 * any other wrong default is a bug. */
			assert(!wrong || setting->type == CONF_SECRET);
			if (wrong) {
				fail(conf, 0, section->name, setting->name,
				     error, "%s", wrong);
				mem_free(wrong);
				return -1;
			}
			value->set = true;
		}
	}
	return 0;
}

static int
read_values(struct conf *conf, char **error)
{
	struct buffer text = {0};
	config_t tree;
	int result;

	config_init(&tree);
	result = conf->path ? read_file(conf, &text, error) : 0;
	if (result == 0 && conf->path) {
		if (!config_read_string(&tree, text.data))
			result = fail(conf,
				      (unsigned long)config_error_line(&tree),
				      NULL, NULL, error, "%s",
				      config_error_text(&tree));
		else
			result = read_tree(conf, &tree, error);
	}
	if (result == 0)
		result = set_fallbacks(conf, error);
	config_destroy(&tree);
	buffer_free(&text);
	return result;
}

/* ---- a loaded configuration ---- */

static bool
folder_of(struct conf *conf)
{
	const char *slash = conf->path ? strrchr(conf->path, '/') : NULL;
	char *folder, *real;

	if (!slash)
		folder = mem_strdup(".");
	else if (slash == conf->path)
		folder = mem_strdup("/");
	else
		folder = mem_strndup(conf->path, (size_t)(slash - conf->path));
	real = realpath(folder, NULL);
	mem_free(folder);
	conf->folder = mem_strdup(real);
	free(real);
	return conf->folder != NULL;
}

/* Reads the file into values; no struct is touched. */
static struct conf *
conf_new(const char *path, const struct conf_section *sections, size_t count,
	 const char *const *others, char **error)
{
	struct conf *conf = mem_alloc(1, sizeof(*conf));
	size_t names = 0;

	conf->path = mem_strdup(path);
	conf->count = count;
	conf->sections = mem_alloc(count, sizeof(*conf->sections));
	conf->values = mem_alloc(count, sizeof(*conf->values));
	for (size_t i = 0; i < count; i++) {
		conf->sections[i] = sections[i];
		conf->values[i] = mem_alloc(table_size(sections[i].settings),
					    sizeof(**conf->values));
	}
	while (others && others[names])
		names++;
	conf->others = mem_alloc(names + 1, sizeof(*conf->others));
	for (size_t i = 0; i < names; i++)
		conf->others[i] = mem_strdup(others[i]);
	if (!folder_of(conf))
		fail(conf, 0, NULL, NULL, error, "%s", strerror(errno));
	else if (read_values(conf, error) == 0)
		return conf;
	conf_free(conf);
	return NULL;
}

/* Lets the values land in the structs. */
static void
fill_structs(const struct conf *conf)
{
	for (size_t i = 0; i < conf->count; i++) {
		const struct conf_section *section = &conf->sections[i];

		for (size_t j = 0; section->settings[j].name; j++) {
			const struct conf_setting *setting =
				&section->settings[j];
			const struct conf_value *value = &conf->values[i][j];
			char *field = (char *)section->values + setting->offset;
			bool flag = value->number != 0;
			const void *bytes = &value->number;
			size_t len = sizeof(value->number);

			if (setting->type == CONF_BOOL) {
				bytes = &flag;
				len = sizeof(flag);
			} else if (setting->type == CONF_STRING ||
				   setting->type == CONF_PATH ||
				   setting->type == CONF_SECRET) {
				bytes = &value->text;
				len = sizeof(value->text);
			}
			assert(setting->offset + len <= section->values_size);
			memcpy(field, bytes, len);
		}
	}
}

struct conf *
conf_load(const char *path, const struct conf_section *sections,
	  const char *const *others, char **error)
{
	struct conf *conf;
	size_t count = 0;

	while (sections[count].settings)
		count++;
	conf = conf_new(path, sections, count, others, error);
	if (conf)
		fill_structs(conf);
	return conf;
}

static bool
same_value(const struct conf_value *a, const struct conf_value *b)
{
	if (a->set != b->set || a->number != b->number)
		return false;
	if (!a->text || !b->text)
		return a->text == b->text;
	return strcmp(a->text, b->text) == 0;
}

/* Settings that a reload may not change stay as they are in old; their names
 * are listed when the file has changed them. */
static void
keep_fixed(struct conf *old, struct conf *conf, struct buffer *restart)
{
	for (size_t i = 0; i < conf->count; i++) {
		const struct conf_section *section = &conf->sections[i];

		for (size_t j = 0; section->settings[j].name; j++) {
			struct conf_value *was = &old->values[i][j];
			struct conf_value *is = &conf->values[i][j];
			struct conf_value swap = *was;

			if (section->settings[j].reload)
				continue;
			if (!same_value(was, is))
				buffer_printf(restart, "%s%s%s%s",
					      restart->len ? ", " : "",
					      section->name ? section->name
							    : "",
					      section->name ? "." : "",
					      section->settings[j].name);
			*was = *is;
			*is = swap;
		}
	}
}

struct conf *
conf_reload(struct conf *old, char **restart, char **error)
{
	struct buffer names = {0};
	struct conf *conf;

	conf = conf_new(old->path, old->sections, old->count,
			(const char *const *)old->others, error);
	if (!conf)
		return NULL;
	keep_fixed(old, conf, &names);
	fill_structs(conf);
	conf_free(old);
	*restart = names.data;
	return conf;
}

static void
print_string(FILE *file, const char *text)
{
	putc('"', file);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(file, "\\%c", c);
		else if (c == '\n')
			fputs("\\n", file);
		else if (c < ' ' || c == 0x7f)
			fprintf(file, "\\x%02x", c);
		else
			putc(c, file);
	}
	putc('"', file);
}

static void
print_value(FILE *file, enum conf_type type, const struct conf_value *value)
{
	char number[32];

	switch (type) {
	case CONF_STRING:
	case CONF_PATH:
	case CONF_SECRET:
		print_string(file, value->text);
		return;
	case CONF_BOOL:
		fputs(value->number ? "true" : "false", file);
		return;
	case CONF_INT:
		/* L: also right for a libconfig that reads 32 bits. */
		fprintf(file, "%" PRId64 "%s", value->number,
			value->number > INT32_MAX || value->number < INT32_MIN
				? "L"
				: "");
		return;
	case CONF_DURATION:
	case CONF_SIZE:
		format_number(type, value->number, number);
		print_string(file, number);
		return;
	}
}

static void
print_settings(FILE *file, const struct conf_setting *settings,
	       const struct conf_value *values, const char *indent)
{
	for (size_t i = 0; settings[i].name; i++) {
		fprintf(file, "%s# %s\n", indent, settings[i].help);
		if (!values[i].set) {
			fprintf(file, "%s# %s is not set\n", indent,
				settings[i].name);
			continue;
		}
		fprintf(file, "%s%s = ", indent, settings[i].name);
		print_value(file, settings[i].type, &values[i]);
		fputs(";\n", file);
	}
}

void
conf_print(const struct conf *conf, void *stdio_file)
{
	FILE *file = stdio_file;

	for (size_t i = 0; i < conf->count; i++) {
		const struct conf_section *section = &conf->sections[i];

		if (i > 0)
			putc('\n', file);
		if (section->name)
			fprintf(file, "%s: {\n", section->name);
		print_settings(file, section->settings, conf->values[i],
			       section->name ? "\t" : "");
		if (section->name)
			fputs("};\n", file);
	}
}

void
conf_free(struct conf *conf)
{
	if (!conf)
		return;
	for (size_t i = 0; i < conf->count; i++) {
		size_t count = table_size(conf->sections[i].settings);

		for (size_t j = 0; j < count; j++)
			mem_free(conf->values[i][j].text);
		mem_free(conf->values[i]);
	}
	for (char **other = conf->others; *other; other++)
		mem_free(*other);
	mem_free(conf->others);
	mem_free(conf->values);
	mem_free(conf->sections);
	mem_free(conf->folder);
	mem_free(conf->path);
	mem_free(conf);
}
