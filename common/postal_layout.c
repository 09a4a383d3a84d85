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
	 "Where each field is: \"field=column\", or \"field=offset:length\" in "
	 "bytes."},
	{"trim", CONF_BOOL, AT(trim), "true", 0, 0, false,
	 "Blanks and tabs around values are nothing."},
	{"header_lines", CONF_INT, AT(header_lines), "0", 0, 100, false,
	 "Fixed width: lines before the first row."},
	{"least_bytes", CONF_INT, AT(least_bytes), "0", 0, 65536, false,
	 "Fixed width: bytes of a whole line; 0: up to its last field."},
	{"trailer", CONF_STRING, AT(trailer), NULL, 0, 0, false,
	 "Lines that begin so are no rows."},
	{0}};

static const char *const field_names[POSTAL_FIELDS] = {
	[POSTAL_ORDER_NO] = "order_no",   [POSTAL_TRACKING_NO] = "tracking_no",
	[POSTAL_POSTED_ON] = "posted_on", [POSTAL_MAIL_TYPE] = "mail_type",
	[POSTAL_WEIGHT] = "weight_g",     [POSTAL_POSTAGE] = "postage",
	[POSTAL_EVENT] = "event",         [POSTAL_EVENT_AT] = "event_at",
	[POSTAL_OFFICE] = "office",       [POSTAL_REASON] = "reason"};

static const struct postal_layout shipped[] = {
	{.name = "native",
	 .encoding = "UTF-8",
	 .delimiter = ',',
	 .fields = {[POSTAL_ORDER_NO] = {.column = "order_no"},
		    [POSTAL_TRACKING_NO] = {.column = "tracking_no"},
		    [POSTAL_POSTED_ON] = {.column = "posted_at"},
		    [POSTAL_MAIL_TYPE] = {.column = "mail_type"},
		    [POSTAL_WEIGHT] = {.column = "weight_g"},
		    [POSTAL_POSTAGE] = {.column = "postage"}}},
	{.name = "posting-list",
	 .delimiter = ',',
	 .fields = {[POSTAL_ORDER_NO] = {.column = "備考"},
		    [POSTAL_TRACKING_NO] = {.column = "掛號號碼"},
		    [POSTAL_WEIGHT] = {.column = "重量"},
		    [POSTAL_POSTAGE] = {.column = "郵資"}}},
	/* The post's return file of delivery states (大宗掛號投遞狀態回傳檔);
	 * the reason stands only in lines about a delivery that failed. */
	{.name = "post-status",
	 .trim = true,
	 .least = 217,
	 .fields = {[POSTAL_TRACKING_NO] = {.offset = 26, .length = 20},
		    [POSTAL_POSTED_ON] = {.offset = 6, .length = 8},
		    [POSTAL_EVENT] = {.offset = 46, .length = 2},
		    [POSTAL_EVENT_AT] = {.offset = 203, .length = 14},
		    [POSTAL_OFFICE] = {.offset = 84, .length = 20},
		    [POSTAL_REASON] = {.offset = 240, .length = 20}}},
	{.name = "mail-house",
	 .delimiter = '|',
	 .trim = true,
	 .fields = {[POSTAL_ORDER_NO] = {.column = "order_no"},
		    [POSTAL_TRACKING_NO] = {.column = "tracking_no"},
		    [POSTAL_POSTED_ON] = {.column = "posted_on"}}},
};

enum { SHIPPED = sizeof shipped / sizeof *shipped };

bool
postal_layout_events(const struct postal_layout *layout)
{
	const struct postal_place *event = &layout->fields[POSTAL_EVENT];

	return event->column || event->length > 0;
}

/* Reads "6:8". */
static bool
read_bytes(const char *text, struct postal_place *place)
{
	unsigned long offset, length;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	offset = strtoul(text, &end, 10);
	if (*end != ':' || end[1] < '0' || end[1] > '9')
		return false;
	length = strtoul(end + 1, &end, 10);
	if (*end || offset > 65536 || length == 0 || length > 4096)
		return false;
	place->offset = offset;
	place->length = length;
	return true;
}

/* NULL, or what is wrong with the field (mem_free). */
static char *
read_field(struct postal_layout *layout, const char *text)
{
	const char *equals = strchr(text, '=');
	struct postal_place *place = NULL;

	for (size_t i = 0; equals && i < POSTAL_FIELDS; i++)
		if (strlen(field_names[i]) == (size_t)(equals - text) &&
		    strncmp(text, field_names[i], (size_t)(equals - text)) == 0)
			place = &layout->fields[i];
	if (!place)
		return mem_printf("fields: \"%s\" begins with no known field "
				  "and \"=\"",
				  text);
	if (place->column || place->length)
		return mem_printf("fields: \"%s\" says again where a field is",
				  text);
	if (layout->delimiter) {
		if (!equals[1])
			return mem_printf("fields: \"%s\" names no column",
					  text);
		place->column = equals + 1;
		return NULL;
	}
	if (!read_bytes(equals + 1, place))
		return mem_printf("fields: \"%s\" is not like \"%.*s6:8\" "
				  "(offset and length in bytes)",
				  text, (int)(equals + 1 - text), text);
	return NULL;
}

static bool
has(const struct postal_layout *layout, enum postal_field field)
{
	return layout->fields[field].column || layout->fields[field].length > 0;
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
	if (layout->delimiter || layout->least > 0)
		return NULL;
	for (size_t i = 0; i < POSTAL_FIELDS; i++)
		if (layout->fields[i].offset + layout->fields[i].length >
		    layout->least)
			layout->least = layout->fields[i].offset +
					layout->fields[i].length;
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
