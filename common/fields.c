/*
 * Fields of a line by libcsv: see fields.h. Blanks belong to the field and
 * a CR is a byte like others, so libcsv's own ideas of both are turned off.
 */
#include <csv.h>
#include <string.h>

#include "buffer.h"
#include "fields.h"
#include "mem.h"

struct splitter {
	struct csv_parser csv;
	struct buffer text; /* all values, each with its NUL */
};

static int
never(unsigned char c)
{
	(void)c;
	return 0;
}

static void *
resize(void *block, size_t size)
{
	return mem_resize(block, size, 1);
}

static struct splitter *
splitter_new(void)
{
	struct splitter *splitter = mem_alloc(1, sizeof(*splitter));

	/* Fails for a NULL parser only. */
	csv_init(&splitter->csv, CSV_STRICT | CSV_STRICT_FINI);
	csv_set_space_func(&splitter->csv, never);
	csv_set_term_func(&splitter->csv, never);
	csv_set_realloc_func(&splitter->csv, resize);
	csv_set_free_func(&splitter->csv, mem_free);
	return splitter;
}

static void
splitter_free(struct splitter *splitter)
{
	if (!splitter)
		return;
	csv_free(&splitter->csv);
	buffer_free(&splitter->text);
	mem_free(splitter);
}

static void
add_field(void *bytes, size_t len, void *arg)
{
	struct fields *fields = arg;
	struct splitter *splitter = fields->parser;

	if (fields->count == fields->size) {
		fields->size = fields->size ? fields->size * 2 : 16;
		fields->values = mem_resize(fields->values, fields->size,
					    sizeof(*fields->values));
	}
	fields->values[fields->count++] =
		splitter->text.data + splitter->text.len;
	buffer_append(&splitter->text, bytes, len);
	buffer_append(&splitter->text, "", 1);
}

int
fields_split(struct fields *fields, const char *line, size_t len,
	     char delimiter)
{
	struct splitter *splitter;

	fields->count = 0;
	if (len && memchr(line, '\0', len))
		return -1;
	if (!fields->parser)
		fields->parser = splitter_new();
	splitter = fields->parser;
	csv_set_delim(&splitter->csv, (unsigned char)delimiter);
	/* Grown by 128 bytes at a time, a field of 10 MB takes minutes. */
	csv_set_blk_size(&splitter->csv, len + 1);
	buffer_clear(&splitter->text);
	/* At most len bytes and len + 1 NULs: the text never moves, so the
	 * values can point into it at once. */
	buffer_reserve(&splitter->text, len * 2 + 1);
	if (csv_parse(&splitter->csv, line, len, add_field, NULL, fields) ==
		    len &&
	    csv_fini(&splitter->csv, add_field, NULL, fields) == 0)
		return 0;
	/* The parser is in the middle of something: start afresh. */
	splitter_free(splitter);
	fields->parser = NULL;
	fields->count = 0;
	return -1;
}

void
fields_free(struct fields *fields)
{
	splitter_free(fields->parser);
	mem_free(fields->values);
	*fields = (struct fields){0};
}
