/*
 * Layouts of postal files: see postal_layout.h.
 */
#include <stdlib.h>
#include <string.h>

#include "charset.h"
#include "mem.h"
#include "postal_layout.h"

#define AT(field) offsetof(struct postal_layout_settings, field)

const struct conf_setting postal_layout_settings[] = {
	{"name", CONF_STRING, AT(name), NULL, 0, 0, false,
	 "What the layout is called."},
	{"delimiter", CONF_STRING, AT(delimiter), NULL, 0, 0, false,
	 "What stands between columns: one character, or tab; not set: fixed "
	 "width."},
	{"encoding", CONF_STRING, AT(encoding), "UTF-8", 0, 0, false,
	 "Encoding of the file, as iconv(1) names it."},
	{"fields", CONF_STRINGS, AT(fields), NULL, 0, 0, false,
	 "Where each field is: \"field=column\", \"field=#3\" for the third "
	 "column, or \"field=offset:length\" in bytes; parts of it are joined "
	 "by +."},
	{"trim", CONF_BOOL, AT(trim), "true", 0, 0, false,
	 "Values are taken as people write them, with blanks and full-width "
	 "digits."},
	{"header_lines", CONF_INT, AT(header_lines), "0", 0, 100, false,
	 "Lines before the column names, or before the first row."},
	{"least_bytes", CONF_INT, AT(least_bytes), "0", 0, 65536, false,
	 "Fixed width: bytes of a whole line; 0: up to its last field."},
	{"unended", CONF_STRING, AT(unended), "reject", 0, 0, false,
	 "A last line without its line feed: reject it as cut off, or take "
	 "it."},
	{"trailer", CONF_STRING, AT(trailer), NULL, 0, 0, false,
	 "Lines that begin so are no rows."},
	{"trailer_count", CONF_STRING, AT(trailer_count), NULL, 0, 0, false,
	 "Where the trailer counts the rows: a column's number, or "
	 "\"offset:length\" in bytes."},
	{0}};

static const char *const field_names[POSTAL_FIELDS] = {
	[POSTAL_ORDER_NO] = "order_no",   [POSTAL_TRACKING_NO] = "tracking_no",
	[POSTAL_POSTED_ON] = "posted_on", [POSTAL_MAIL_TYPE] = "mail_type",
	[POSTAL_WEIGHT] = "weight_g",     [POSTAL_POSTAGE] = "postage",
	[POSTAL_EVENT] = "event",         [POSTAL_EVENT_AT] = "event_at",
	[POSTAL_OFFICE] = "office",       [POSTAL_REASON] = "reason"};

#define NAMED(text)                                                          \
	{                                                                    \
		.parts = {{.column = text, .column_len = sizeof(text) - 1}}, \
		.count = 1                                                   \
	}
#define BYTES(at, bytes)                                                   \
	{                                                                  \
		.parts = {{.offset = (at), .length = (bytes)}}, .count = 1 \
	}

/* Only the post's file may end without LF: its lines have a length of their
 * own. Of the others a cut would leave a wrong number behind. */
static const struct postal_layout shipped[] = {
	{.name = "native",
	 .encoding = "UTF-8",
	 .delimiter = ',',
	 .fields = {[POSTAL_ORDER_NO] = NAMED("order_no"),
		    [POSTAL_TRACKING_NO] = NAMED("tracking_no"),
		    [POSTAL_POSTED_ON] = NAMED("posted_at"),
		    [POSTAL_MAIL_TYPE] = NAMED("mail_type"),
		    [POSTAL_WEIGHT] = NAMED("weight_g"),
		    [POSTAL_POSTAGE] = NAMED("postage")}},
	/* Filled in by people. */
	{.name = "posting-list",
	 .delimiter = ',',
	 .trim = true,
	 .fields = {[POSTAL_ORDER_NO] = NAMED("備考"),
		    [POSTAL_TRACKING_NO] = NAMED("掛號號碼"),
		    [POSTAL_WEIGHT] = NAMED("重量"),
		    [POSTAL_POSTAGE] = NAMED("郵資")}},
	/* The post's return file of delivery states (大宗掛號投遞狀態回傳檔);
	 * the reason stands only in lines about a delivery that failed. */
	{.name = "post-status",
	 .trim = true,
	 .take_unended = true,
	 .least = 217,
	 .fields = {[POSTAL_TRACKING_NO] = BYTES(26, 20),
		    [POSTAL_POSTED_ON] = BYTES(6, 8),
		    [POSTAL_EVENT] = BYTES(46, 2),
		    [POSTAL_EVENT_AT] = BYTES(203, 14),
		    [POSTAL_OFFICE] = BYTES(84, 20),
		    [POSTAL_REASON] = BYTES(240, 20)}},
	{.name = "mail-house",
	 .delimiter = '|',
	 .trim = true,
	 .fields = {[POSTAL_ORDER_NO] = NAMED("order_no"),
		    [POSTAL_TRACKING_NO] = NAMED("tracking_no"),
		    [POSTAL_POSTED_ON] = NAMED("posted_on")}},
};

enum { SHIPPED = sizeof shipped / sizeof *shipped };

const char *
postal_field_name(enum postal_field field)
{
	return field_names[field];
}

static bool
has(const struct postal_layout *layout, enum postal_field field)
{
	return layout->fields[field].count > 0;
}

bool
postal_layout_events(const struct postal_layout *layout)
{
	return has(layout, POSTAL_EVENT);
}

bool
postal_layout_named(const struct postal_layout *layout)
{
	for (size_t i = 0; i < POSTAL_FIELDS; i++)
		for (size_t p = 0; p < layout->fields[i].count; p++)
			if (layout->fields[i].parts[p].column)
				return true;
	return false;
}

bool
postal_layout_counts(const struct postal_layout *layout)
{
	return layout->trailer_count.number || layout->trailer_count.length;
}

size_t
postal_layout_reach(const struct postal_layout *layout)
{
	size_t reach = 0;

	for (size_t i = 0; i < POSTAL_FIELDS; i++)
		for (size_t p = 0; p < layout->fields[i].count; p++) {
			const struct postal_part *part =
				&layout->fields[i].parts[p];
			size_t end = layout->delimiter
					     ? part->number
					     : part->offset + part->length;

			if (end > reach)
				reach = end;
		}
	return reach;
}

/* Reads the len characters of "6:8". */
static bool
read_bytes(const char *text, size_t len, struct postal_part *part)
{
	unsigned long offset, length;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	offset = strtoul(text, &end, 10);
	if (*end != ':' || end[1] < '0' || end[1] > '9')
		return false;
	length = strtoul(end + 1, &end, 10);
	if (end != text + len || offset > 65536 || length == 0 || length > 4096)
		return false;
	part->offset = offset;
	part->length = length;
	return true;
}

/* Reads the len characters of a column's number, from 1. */
static bool
read_number(const char *text, size_t len, struct postal_part *part)
{
	char *end;

	if (*text < '1' || *text > '9')
		return false;
	part->number = strtoul(text, &end, 10);
	return end == text + len && part->number <= 4096;
}

/* Reads one part of a place, len characters; NULL, or what is wrong with
 * it. */
static const char *
read_part(const struct postal_layout *layout, const char *text, size_t len,
	  struct postal_part *part)
{
	if (!layout->delimiter)
		return read_bytes(text, len, part)
			       ? NULL
			       : "is not like \"6:8\" (offset and length in "
				 "bytes)";
	if (len == 0)
		return "names no column";
	if (*text == '#')
		return read_number(text + 1, len - 1, part)
			       ? NULL
			       : "is not like \"#3\" (a column's number, "
				 "from 1)";
	part->column = text;
	part->column_len = len;
	return NULL;
}

/* NULL, or what is wrong with the field (mem_free). */
static char *
read_field(struct postal_layout *layout, const char *text)
{
	const char *equals = strchr(text, '='), *at;
	struct postal_place *place = NULL;
	size_t len;

	for (size_t i = 0; equals && i < POSTAL_FIELDS; i++)
		if (strlen(field_names[i]) == (size_t)(equals - text) &&
		    strncmp(text, field_names[i], (size_t)(equals - text)) == 0)
			place = &layout->fields[i];
	if (!place)
		return mem_printf("fields: \"%s\" begins with no known field "
				  "and \"=\"",
				  text);
	if (place->count > 0)
		return mem_printf("fields: \"%s\" says again where a field is",
				  text);
	for (at = equals + 1;; at += len + 1) {
		const char *wrong = "has too many parts";

		len = strcspn(at, "+");
		if (place->count < POSTAL_PARTS)
			wrong = read_part(layout, at, len,
					  &place->parts[place->count++]);
		if (wrong)
			return mem_printf("fields: \"%s\": \"%.*s\" %s", text,
					  (int)len, at, wrong);
		if (!at[len])
			return NULL;
	}
}

static char *
read_delimiter(struct postal_layout *layout, const char *text)
{
	if (!text)
		return NULL;
	if (strcmp(text, "tab") == 0)
		layout->delimiter = '\t';
	else if (strlen(text) == 1 && *text > ' ' && *text < 0x7f &&
		 *text != '"')
		layout->delimiter = *text;
	else
		return mem_strdup("delimiter is one character, or tab");
	return NULL;
}

static char *
read_ends(struct postal_layout *layout, const struct postal_layout_settings *s)
{
	const char *count = s->trailer_count;

	if (s->unended && strcmp(s->unended, "take") == 0)
		layout->take_unended = true;
	else if (s->unended && strcmp(s->unended, "reject") != 0)
		return mem_strdup("unended is \"reject\" or \"take\"");
	if (s->trailer && !*s->trailer)
		return mem_strdup("trailer is empty");
	if (!count)
		return NULL;
	if (!s->trailer)
		return mem_strdup("trailer_count needs trailer");
	if (layout->delimiter
		    ? !read_number(count, strlen(count), &layout->trailer_count)
		    : !read_bytes(count, strlen(count), &layout->trailer_count))
		return mem_printf("trailer_count: \"%s\" is not %s", count,
				  layout->delimiter
					  ? "a column's number, from 1"
					  : "like \"6:8\" (offset and length "
					    "in bytes)");
	return NULL;
}

/* NULL, or what is wrong with the block (mem_free). */
static char *
read_block(struct postal_layout *layout, const struct postal_layout_settings *s)
{
	struct charset *charset;
	char *wrong;

	if (!s->name || !*s->name || strcmp(s->name, "auto") == 0)
		return mem_strdup("name is not set, or \"auto\"");
	*layout = (struct postal_layout){.name = s->name,
					 .encoding = s->encoding,
					 .trim = s->trim,
					 .header_lines = (int)s->header_lines,
					 .trailer = s->trailer,
					 .least = (size_t)s->least_bytes};
	charset = charset_open(s->encoding, "UTF-8");
	if (!charset)
		return mem_printf("encoding \"%s\" is unknown", s->encoding);
	charset_close(charset);
	wrong = read_delimiter(layout, s->delimiter);
	if (!wrong)
		wrong = read_ends(layout, s);
	for (size_t i = 0; !wrong && s->fields && s->fields[i]; i++)
		wrong = read_field(layout, s->fields[i]);
	if (wrong)
		return wrong;
	if (!has(layout, POSTAL_TRACKING_NO))
		return mem_strdup("fields: tracking_no is missing");
	if (has(layout, POSTAL_EVENT) != has(layout, POSTAL_EVENT_AT))
		return mem_strdup("fields: event and event_at go together");
	if (!has(layout, POSTAL_EVENT) && !has(layout, POSTAL_ORDER_NO))
		return mem_strdup("fields: order_no, or event, is missing");
	if (has(layout, POSTAL_EVENT) && !has(layout, POSTAL_POSTED_ON))
		return mem_strdup("fields: an event needs posted_on");
	if (layout->delimiter || layout->least == 0)
		layout->least = postal_layout_reach(layout);
	return NULL;
}

bool
postal_layouts_new(const struct conf_records *records,
		   struct postal_layouts *layouts, char **error)
{
	size_t own = records ? records->count : 0;
	const struct postal_layout_settings *blocks =
		records ? records->items : NULL;

	*error = NULL;
	layouts->layouts = mem_alloc(own + SHIPPED, sizeof *layouts->layouts);
	layouts->count = 0;
	for (size_t i = 0; i < own; i++) {
		struct postal_layout *layout =
			&layouts->layouts[layouts->count];
		char *wrong = read_block(layout, &blocks[i]);

		if (!wrong && postal_layouts_find(layouts, layout->name))
			wrong = mem_printf("name \"%s\" is another block's",
					   layout->name);
		if (wrong) {
			*error = mem_printf("tracking.layouts[%zu]: %s", i + 1,
					    wrong);
			mem_free(wrong);
			postal_layouts_free(layouts);
			return false;
		}
		layouts->count++;
	}
	for (size_t i = 0; i < SHIPPED; i++)
		if (!postal_layouts_find(layouts, shipped[i].name))
			layouts->layouts[layouts->count++] = shipped[i];
	return true;
}

void
postal_layouts_free(struct postal_layouts *layouts)
{
	mem_free(layouts->layouts);
	*layouts = (struct postal_layouts){0};
}

const struct postal_layout *
postal_layouts_find(const struct postal_layouts *layouts, const char *name)
{
	for (size_t i = 0; i < layouts->count; i++)
		if (strcmp(layouts->layouts[i].name, name) == 0)
			return &layouts->layouts[i];
	return NULL;
}
