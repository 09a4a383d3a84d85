/*
 * Widths of characters: see text_width.h.
 */
#include <string.h>
#include <wchar.h>

#include "buffer.h"
#include "charset.h"
#include "text_width.h"

size_t
text_width(const char *text)
{
	const char *end = text + strlen(text);
	size_t width = 0;

	while (text < end) {
		long codepoint = charset_utf8_next(&text, end);
		int columns = 1;

		if (codepoint < 0)
			text++;
		else
			columns = wcwidth((wchar_t)codepoint);
		/* Unknown to the library: newer than its table. */
		width += columns < 0 ? 1 : (size_t)columns;
	}
	return width;
}

void
text_put_visible(struct buffer *out, const char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		const char *start = text;
		long codepoint = charset_utf8_next(&text, end);

		if (codepoint < 0)
			buffer_printf(out, "\\x{%02x}",
				      (unsigned)(unsigned char)*text++);
		else if (charset_forbidden(codepoint))
			buffer_printf(out, "\\u{%lx}",
				      (unsigned long)codepoint);
		else
			buffer_append(out, start, (size_t)(text - start));
	}
}
