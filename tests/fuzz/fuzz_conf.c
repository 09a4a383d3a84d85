/*
 * Configuration files of any bytes: refused with a message, or taken, and
 * then printing them gives a file that reads back and prints the same.
 */
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conf.h"
#include "fuzz_target.h"
#include "mem.h"

struct top {
	char *name;
	int64_t poll;
};

struct label {
	int64_t count;
	int64_t bounded;
	bool flag;
	int64_t every;
	int64_t limit;
	char *text;
	char *folder;
	char *key;
};

#define TOP(field) offsetof(struct top, field)
#define LABEL(field) offsetof(struct label, field)

static const struct conf_setting top_settings[] = {
	{"name", CONF_STRING, TOP(name), NULL, 0, 0, false, "Any text."},
	{"poll", CONF_DURATION, TOP(poll), "30s", 100, 3600000, true,
	 "A duration in bounds."},
	{NULL, CONF_INT, 0, NULL, 0, 0, false, NULL},
};

static const struct conf_setting label_settings[] = {
	{"count", CONF_INT, LABEL(count), "-1", 0, 0, false, "Any number."},
	{"bounded", CONF_INT, LABEL(bounded), "4", 1, 64, true,
	 "A number in bounds."},
	{"flag", CONF_BOOL, LABEL(flag), "true", 0, 0, true, "A flag."},
	{"every", CONF_DURATION, LABEL(every), "1500ms", 0, 0, true,
	 "Any duration."},
	{"limit", CONF_SIZE, LABEL(limit), "10M", 1, 1073741824, true,
	 "A size in bounds."},
	{"text", CONF_STRING, LABEL(text), "", 0, 0, true, "Any text."},
	{"folder", CONF_PATH, LABEL(folder), "/tmp", 0, 0, false, "A path."},
	{"key", CONF_SECRET, LABEL(key), NULL, 0, 0, false,
	 "A path of a secret."},
	{NULL, CONF_INT, 0, NULL, 0, 0, false, NULL},
};

static const char *const others[] = {"payment", NULL};

/* libconfig 1.5 loses some bytes of its own on certain syntax errors. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:libconfig.so\n";
}

static struct conf *
load(const void *bytes, size_t size, char **error)
{
	int fd = memfd_create("fuzz_conf", 0);
	static struct label label;
	static struct top top;
	const struct conf_section sections[] = {
		{NULL, top_settings, &top, sizeof(top)},
		{"label", label_settings, &label, sizeof(label)},
		{NULL, NULL, NULL, 0},
	};
	struct conf *conf;
	char path[64];

	PROMISE(fd >= 0);
	PROMISE(write(fd, bytes, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	conf = conf_load(path, sections, others, error);
	close(fd);
	if (conf) {
		PROMISE(top.poll >= 100 && top.poll <= 3600000);
		PROMISE(label.bounded >= 1 && label.bounded <= 64);
		PROMISE(label.limit >= 1 && label.limit <= 1073741824);
		PROMISE(label.every >= 0);
		PROMISE(label.text && label.folder && *label.folder == '/');
		PROMISE(!label.key || *label.key == '/');
	}
	return conf;
}

static char *
print(const struct conf *conf, size_t *len)
{
	char *text = NULL;
	FILE *file = open_memstream(&text, len);

	PROMISE(file != NULL);
	conf_print(conf, file);
	fclose(file);
	return text;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *error = NULL, *first, *second;
	size_t first_len, second_len;
	struct conf *conf = load(data, size, &error);

	PROMISE((conf == NULL) == (error != NULL));
	if (!conf) {
		PROMISE(strlen(error) > 0);
		mem_free(error);
		return 0;
	}
	first = print(conf, &first_len);
	conf_free(conf);
	conf = load(first, first_len, &error);
	if (!conf)
		fprintf(stderr, "%s\n%s", error, first);
	PROMISE(conf != NULL);
	second = print(conf, &second_len);
	conf_free(conf);
	PROMISE(first_len == second_len);
	PROMISE(memcmp(first, second, first_len) == 0);
	free(first);
	free(second);
	return 0;
}
