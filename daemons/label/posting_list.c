/*
 * The posting list as CSV; see posting_list.h. The line is put together in
 * UTF-8, where quoting is safe, and converted as a whole: in Big5 a second
 * byte can look like ASCII.
 */
#include <stdbool.h>
#include <string.h>

#include "buffer.h"
#include "charset.h"
#include "posting_list.h"

static const char header[] = "掛號號碼,姓名,寄件地名(或地址),是否回執,是否航空,"
			     "是否印刷物,重量,郵資,備考\n";

static const char missing_character[] = "□";

static bool
starts_formula(const char *value)
{
	static const char *const wide[] = {"＝", "＋", "－", "＠"};

	if (value[0] == '\0')
		return false;
	if (strchr("=+-@\t\r\n", value[0]) != NULL)
		return true;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		if (strncmp(value, wide[i], strlen(wide[i])) == 0)
			return true;
	}
	return false;
}

static void
put_field(struct buffer *line, struct buffer *scratch, const char *value)
{
	if (value == NULL)
		return;
	if (!starts_formula(value)) {
		buffer_put_csv(line, value);
		return;
	}
	buffer_clear(scratch);
	buffer_putc(scratch, '\'');
	buffer_puts(scratch, value);
	buffer_put_csv(line, scratch->data);
}

static void
put_item(struct buffer *line, struct buffer *scratch,
	 const struct posting_item *item)
{
	const char *const fields[] = {
		item->tracking_no,    item->name,    item->address,
		item->return_receipt, item->airmail, item->printed_matter,
		item->weight,         item->postage, item->order_no,
	};

	buffer_clear(line);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (i > 0)
			buffer_putc(line, ',');
		put_field(line, scratch, fields[i]);
	}
	buffer_putc(line, '\n');
}

/* Converts a line, with the substitute for each character that out's
 * encoding lacks. 0, or -1 when even that fails. */
static int
convert_line(struct charset *charset, const char *text, size_t len,
	     struct buffer *out, bool *substituted)
{
	const char *end = text + len;
	size_t offset = 0;

	while (charset_convert(charset, text, (size_t)(end - text), out,
			       &offset) != 0) {
		text += offset;
		if (charset_utf8_next(&text, end) < 0)
			return -1;
		if (charset_convert(charset, missing_character,
				    strlen(missing_character), out,
				    &offset) != 0)
			return -1;
		*substituted = true;
	}
	return 0;
}

int
posting_list_csv(const struct posting_item *items, size_t count,
		 const char *encoding, struct buffer *out, size_t *substituted)
{
	struct charset *charset = charset_open("UTF-8", encoding);
	struct buffer line = {0}, scratch = {0};
	size_t start = out->len, touched = 0;
	bool changed = false;
	int result = -1;

	if (charset == NULL)
		return -1;
	if (convert_line(charset, header, sizeof(header) - 1, out, &changed) !=
		    0 ||
	    changed)
		goto out;
	for (size_t i = 0; i < count; i++) {
		changed = false;
		put_item(&line, &scratch, &items[i]);
		if (convert_line(charset, line.data, line.len, out, &changed) !=
		    0)
			goto out;
		touched += changed;
	}
	result = 0;
	if (substituted != NULL)
		*substituted = touched;
out:
	if (result != 0) {
		out->len = start;
		if (out->data != NULL)
			out->data[start] = '\0';
	}
	buffer_free(&line);
	buffer_free(&scratch);
	charset_close(charset);
	return result;
}
