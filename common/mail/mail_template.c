/*
 * Texts with places for values: see mail_template.h.
 */
#include <errno.h>
#include <string.h>

#include "buffer.h"
#include "charset.h"
#include "html.h"
#include "mail_template.h"
#include "mem.h"
#include "suggestion.h"

#define FILE_MAX ((size_t)64 * 1024)

/* A run of text, or the place of a word. */
struct piece {
	const char *text;
	size_t len;
	int word; /* -1: text */
};

struct mail_template {
	char *text; /* what pieces point into */
	struct mail_words words;
	struct piece *pieces[MAIL_PART_COUNT];
	size_t counts[MAIL_PART_COUNT];
};

struct reader {
	const char *name;
	struct mail_template *to;
	unsigned line;
	char **error;
};

static const char *const headings[] = {"[subject]", "[text]", "[html]"};

static bool
wrong(struct reader *r, char *words)
{
	*r->error = mem_printf("%s:%u: %s", r->name, r->line, words);
	mem_free(words);
	return false;
}

static void
add(struct mail_template *t, enum mail_part part, struct piece piece)
{
	size_t n = t->counts[part]++;

	t->pieces[part] =
		mem_resize(t->pieces[part], n + 1, sizeof(struct piece));
	t->pieces[part][n] = piece;
}

static bool
unknown(struct reader *r, const char *word)
{
	const struct mail_words *words = &r->to->words;
	struct suggestion near = {.wrong = word};

	for (size_t i = 0; i < words->count; i++)
		if (words->known & 1u << i)
			suggestion_consider(&near, words->names[i]);
	return wrong(r, near.best ? mem_printf("{{%s}} is no word of this mail "
					       "(did you mean \"%s\"?)",
					       word, near.best)
				  : mem_printf("{{%s}} is no word of this mail",
					       word));
}

static bool
read_word(struct reader *r, enum mail_part part, const char *text, size_t len)
{
	const struct mail_words *words = &r->to->words;
	char *word = mem_strndup(text, len);
	bool good = true;
	size_t i = 0;

	while (i < words->count && (strcmp(words->names[i], word) != 0 ||
				    !(words->known & 1u << i)))
		i++;
	if (i == words->count)
		good = unknown(r, word);
	else
		add(r->to, part, (struct piece){.word = (int)i});
	mem_free(word);
	return good;
}

/* One line of a part, len bytes, its end included. */
static bool
read_line(struct reader *r, enum mail_part part, const char *line, size_t len)
{
	const char *end = line + len, *open, *close;

	while ((open = memmem(line, (size_t)(end - line), "{{", 2))) {
		close = memmem(open + 2, (size_t)(end - open - 2), "}}", 2);
		if (!close)
			return wrong(r, mem_strdup("{{ without }} on its "
						   "line"));
		if (open > line)
			add(r->to, part,
			    (struct piece){.text = line,
					   .len = (size_t)(open - line),
					   .word = -1});
		if (!read_word(r, part, open + 2, (size_t)(close - open - 2)))
			return false;
		line = close + 2;
	}
	if (memmem(line, (size_t)(end - line), "}}", 2))
		return wrong(r, mem_strdup("}} without {{"));
	if (end > line)
		add(r->to, part,
		    (struct piece){.text = line,
				   .len = (size_t)(end - line),
				   .word = -1});
	return true;
}

/* A heading's part, or -1. */
static int
heading(const char *line, size_t len)
{
	for (int i = 0; i < MAIL_PART_COUNT; i++)
		if (strlen(headings[i]) == len &&
		    memcmp(line, headings[i], len) == 0)
			return i;
	return -1;
}

static bool
begin_part(struct reader *r, int part, int wanted)
{
	if (part != wanted)
		return wrong(r, mem_printf("%s must come next",
					   wanted < MAIL_PART_COUNT
						   ? headings[wanted]
						   : "the end"));
	return true;
}

/* A subject is one line, and no part is empty. */
static bool
parts_ok(struct reader *r, int part)
{
	const struct mail_template *t = r->to;

	if (part + 1 < MAIL_PART_COUNT)
		return wrong(r,
			     mem_printf("%s is missing", headings[part + 1]));
	for (int i = 0; i < MAIL_PART_COUNT; i++)
		if (t->counts[i] == 0)
			return wrong(r, mem_printf("%s is empty", headings[i]));
	return true;
}

static bool
read_parts(struct reader *r, const char *text, size_t len)
{
	const char *at = text, *end = text + len, *next;
	unsigned subject = 0;
	int part = -1, found;

	for (; at < end; at = next) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((feed ? feed : end) - at);

		next = feed ? feed + 1 : end;
		r->line++;
		found = heading(at, length);
		if (found >= 0 || part < 0) {
			if (!begin_part(r, found, part + 1))
				return false;
			part = found;
		} else if (part == MAIL_SUBJECT) {
			if (subject++ > 0)
				return wrong(r, mem_strdup("a subject is one "
							   "line"));
			if (!read_line(r, MAIL_SUBJECT, at, length))
				return false;
		} else if (!read_line(r, (enum mail_part)part, at,
				      (size_t)(next - at))) {
			return false;
		}
	}
	return parts_ok(r, part);
}

/* Text, as UTF-8, with no characters that only control something. */
static bool
bytes_ok(struct reader *r, const char *text, size_t len)
{
	size_t at;

	r->line = 1;
	if (!charset_utf8_ok(text, len, &at)) {
		for (size_t i = 0; i < at; i++)
			r->line += text[i] == '\n';
		return wrong(r, mem_strdup("not UTF-8"));
	}
	for (size_t i = 0; i < len; i++) {
		r->line += text[i] == '\n';
		if (((unsigned char)text[i] < 0x20 && text[i] != '\n' &&
		     text[i] != '\t') ||
		    text[i] == 0x7f)
			return wrong(r, mem_strdup("a control character"));
	}
	r->line = 0;
	return true;
}

struct mail_template *
mail_template_parse(const char *name, const char *text, size_t len,
		    const struct mail_words *words, char **error)
{
	struct mail_template *t = mem_alloc(1, sizeof(*t));
	struct reader r = {.name = name, .to = t, .error = error};

	t->text = mem_strndup(text, len);
	t->words = *words;
	if (bytes_ok(&r, text, len) && read_parts(&r, t->text, len))
		return t;
	mail_template_free(t);
	return NULL;
}

struct mail_template *
mail_template_read(const char *path, const struct mail_words *words,
		   char **error)
{
	struct mail_template *t = NULL;
	struct buffer bytes = {0};

	if (buffer_read_file(&bytes, path, FILE_MAX) != 0)
		*error = mem_printf("%s: %s", path, strerror(errno));
	else
		t = mail_template_parse(path, bytes.data ? bytes.data : "",
					bytes.len, words, error);
	buffer_free(&bytes);
	return t;
}

void
mail_template_free(struct mail_template *t)
{
	if (!t)
		return;
	for (int i = 0; i < MAIL_PART_COUNT; i++)
		mem_free(t->pieces[i]);
	mem_free(t->text);
	mem_free(t);
}

const char *
mail_template_lacks(const struct mail_template *t, const char *const *values)
{
	for (int part = 0; part < MAIL_PART_COUNT; part++)
		for (size_t i = 0; i < t->counts[part]; i++) {
			int word = t->pieces[part][i].word;

			if (word >= 0 && !values[word])
				return t->words.names[word];
		}
	return NULL;
}

void
mail_template_fill(const struct mail_template *t, enum mail_part part,
		   const char *const *values, struct buffer *out)
{
	struct html html = {.out = out};

	for (size_t i = 0; i < t->counts[part]; i++) {
		const struct piece *piece = &t->pieces[part][i];

		if (piece->word < 0)
			buffer_append(out, piece->text, piece->len);
		else if (part == MAIL_HTML)
			html_text(&html, values[piece->word]);
		else
			buffer_puts(out, values[piece->word]);
	}
}
