/*
 * Card lines from their configuration: see card_line.h.
 */
#include <errno.h>
#include <string.h>

#include "card_line.h"
#include "characters.h"
#include "clock.h"
#include "fetch.h"
#include "mem.h"

#define AT(field) offsetof(struct card_line_settings, field)
#define NAME_MAX_BYTES 20
#define CHARACTERS_MAX ((size_t)4 * 1024 * 1024)

const struct conf_setting card_line_settings[] = {
	{"name", CONF_STRING, AT(name), NULL, 0, 0, false,
	 "What the line is called in the database and the log."},
	{"series", CONF_INT, AT(series), "0", 0, 9, false,
	 "First of the six digits of its batch numbers; it belongs to one line "
	 "for ever."},
	{"products", CONF_STRINGS, AT(products), NULL, 0, 0, false,
	 "Products whose cards it makes; not set: all."},
	{"line_certificate", CONF_PATH, AT(line_certificate), NULL, 0, 0, false,
	 "Certificates (PEM) of the line: batches are encrypted to the first "
	 "that is valid, answers may be signed by any."},
	{"characters", CONF_PATH, AT(characters), NULL, 0, 0, false,
	 "File with the characters that it prints; not set: any."},
	{"outbox", CONF_PATH, AT(outbox), NULL, 0, 0, false,
	 "Folder where sealed batches are handed over, unless url is set."},
	{"url", CONF_STRING, AT(url), NULL, 0, 0, false,
	 "Folder of the line where batches are handed over: "
	 "sftp://user@host:port/path/ or https://host:port/path/."},
	{"inbox", CONF_PATH, AT(inbox), NULL, 0, 0, false,
	 "Folder where the line's answers appear, or are fetched to."},
	{"answers", CONF_STRING, AT(answers), NULL, 0, 0, false,
	 "Folder of the line from which its answers are fetched."},
	TRANSFER_SETTINGS(AT(transfer)),
	{"batch_max", CONF_INT, AT(batch_max), "10000", 1, 100000, false,
	 "Cards in a batch, at most."},
	{"batch_min", CONF_INT, AT(batch_min), "500", 1, 100000, false,
	 "A batch is cut when so many cards wait."},
	{"batch_wait", CONF_DURATION, AT(batch_wait), "4h", 0, 2592000000,
	 false, "A batch is cut when a card has waited so long."},
	{"cut_at", CONF_STRINGS, AT(cut_at), NULL, 0, 0, false,
	 "Times of day (Asia/Taipei, HH:MM) at which, on working days, what "
	 "waits is cut."},
	{"ack_time", CONF_DURATION, AT(ack_time), "24h", 1000, 2592000000,
	 false, "A batch that is not acknowledged by then raises an alarm."},
	{"result_time", CONF_DURATION, AT(result_time), "5d", 1000, 7776000000,
	 false,
	 "A batch that has cards without a result by then raises an alarm."},
	{0}};

static bool
name_ok(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= NAME_MAX_BYTES && *name >= 'a' &&
	       *name <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

/* Names of products go into an array's text. */
static bool
products_ok(char *const *products)
{
	for (; products && *products; products++)
		if (!**products ||
		    strspn(*products,
			   "abcdefghijklmnopqrstuvwxyz0123456789_") !=
			    strlen(*products))
			return false;
	return true;
}

static char *
plain_objection(const struct card_line_settings *s)
{
	if (!s->name || !name_ok(s->name))
		return mem_strdup("name must be 1 to 20 of a-z, 0-9 and \"-\", "
				  "a letter first");
	if (!s->line_certificate)
		return mem_strdup("line_certificate is not set");
	if (!s->inbox)
		return mem_strdup("inbox is not set");
	if (!s->outbox == !s->url)
		return mem_strdup("outbox or url must be set, one of them");
	if (!products_ok(s->products))
		return mem_strdup("products: not a product's name");
	for (char **at = s->cut_at; at && *at; at++)
		if (!clock_time_of_day_ok(*at))
			return mem_printf("cut_at: \"%s\" is no time of day "
					  "like 16:30",
					  *at);
	return NULL;
}

static char *
read_characters(struct card_line *line, const char *path)
{
	struct buffer text = {0};
	char *error = NULL, *words = NULL;

	if (!path)
		return NULL;
	if (buffer_read_file(&text, path, CHARACTERS_MAX) != 0)
		error = mem_printf("%s: %s", path, strerror(errno));
	else
		line->characters = characters_read(text.data, text.len, &words);
	buffer_free(&text);
	if (words)
		error = mem_printf("%s:%s", path, words);
	mem_free(words);
	return error;
}

/* NULL, or what is wrong with the block. */
static char *
fill_line(struct card_line *line, const struct card_line_settings *s)
{
	char *words = plain_objection(s), *why = NULL;

	line->settings = s;
	if (!words && s->url) {
		line->remote = transfer_settings_remote(&s->transfer, s->url);
		why = transfer_objection(&line->remote);
		if (why)
			words = mem_printf("url: %s", why);
		mem_free(why);
	}
	if (!words) {
		why = read_characters(line, s->characters);
		if (why)
			words = mem_printf("characters: %s", why);
		mem_free(why);
	}
	if (!words) {
		line->peer = seal_peer_load(s->line_certificate, &why);
		if (!line->peer)
			words = mem_printf("line_certificate: %s", why);
		mem_free(why);
	}
	return words;
}

static bool
same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* What two blocks may not share. */
static char *
clash(const struct card_line_settings *a, const struct card_line_settings *b)
{
	if (same(a->name, b->name))
		return mem_printf("name \"%s\" is another block's", b->name);
	if (a->series == b->series)
		return mem_printf("series %d is another block's",
				  (int)b->series);
	if (same(a->inbox, b->inbox))
		return mem_strdup("inbox is another block's");
	if (same(a->outbox, b->outbox) || same(a->outbox, b->inbox) ||
	    same(a->inbox, b->outbox))
		return mem_strdup("outbox is another block's");
	return NULL;
}

static char *
source_objection(const struct card_line *line)
{
	size_t count;
	struct fetch_source *source = card_lines_sources(line, 1, &count);
	char *why = count > 0 ? fetch_objection(source) : NULL, *words = NULL;

	if (why)
		words = mem_printf("answers: %s", why);
	mem_free(why);
	mem_free(source);
	return words;
}

struct card_line *
card_lines_new(const struct conf_records *records, char **error)
{
	const struct card_line_settings *settings = records->items;
	struct card_line *lines = mem_alloc(records->count + 1, sizeof(*lines));

	*error = NULL;
	if (records->count == 0)
		*error = mem_strdup("manufacture.lines: no card line is "
				    "configured");
	for (size_t i = 0; i < records->count && !*error; i++) {
		char *words = fill_line(&lines[i], &settings[i]);

		for (size_t j = 0; j < i && !words; j++)
			words = clash(&settings[j], &settings[i]);
		if (!words)
			words = source_objection(&lines[i]);
		if (words)
			*error = mem_printf("manufacture.lines[%zu]: %s", i + 1,
					    words);
		mem_free(words);
	}
	if (!*error)
		return lines;
	card_lines_free(lines, records->count);
	return NULL;
}

void
card_lines_free(struct card_line *lines, size_t count)
{
	for (size_t i = 0; lines && i < count; i++) {
		seal_peer_free(lines[i].peer);
		mem_free(lines[i].characters);
	}
	mem_free(lines);
}

bool
card_line_sftp(const struct card_line *line)
{
	const char *url = line->settings->url;

	return url && strncmp(url, "sftp:", 5) == 0;
}

static void
add_interval(struct buffer *column, int64_t ms)
{
	char *text = mem_printf("%lld milliseconds", (long long)ms);

	db_array_add(column, text);
	mem_free(text);
}

void
card_lines_columns(const struct card_line *lines, size_t count,
		   struct buffer columns[CARD_LINE_COLUMNS])
{
	for (size_t i = 0; i < count; i++) {
		const struct card_line_settings *s = lines[i].settings;

		db_array_add(&columns[0], s->name);
		db_array_add_int(&columns[1], s->series);
		db_array_add_list(&columns[2], s->products);
		db_array_add_int(&columns[3], s->batch_max);
		db_array_add_int(&columns[4], s->batch_min);
		add_interval(&columns[5], s->batch_wait);
		db_array_add_list(&columns[6], s->cut_at);
		add_interval(&columns[7], s->ack_time);
		add_interval(&columns[8], s->result_time);
		db_array_add(&columns[9], lines[i].characters);
	}
}

struct fetch_source *
card_lines_sources(const struct card_line *lines, size_t count,
		   size_t *source_count)
{
	static const char *const kinds[] = {"card_ack", "card_result", NULL};
	struct fetch_source *sources = mem_alloc(count + 1, sizeof(*sources));

	*source_count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct card_line_settings *s = lines[i].settings;

		if (!s->answers)
			continue;
		/* Our own batches have one dot. */
		sources[(*source_count)++] = (struct fetch_source){
			.name = s->name,
			.remote = transfer_settings_remote(&s->transfer,
							   s->answers),
			.inbox = s->inbox,
			.kinds = kinds,
			.pattern = "CB-*.*.p7m",
			.every_ms = s->transfer.every,
		};
	}
	return sources;
}
