/*
 * HTML: see html.h.
 */
#include <assert.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "charset.h"
#include "html.h"
#include "mem.h"

#define REPLACEMENT "\xEF\xBF\xBD"

static void
escape(struct buffer *out, const char *value)
{
	const char *text = value, *end = value + strlen(value), *start;
	long c;

	while (text < end) {
		start = text;
		c = charset_utf8_next(&text, end);
		if (c < 0)
			text = start + 1;
		if (c < 0 || (charset_forbidden(c) && c != '\n' && c != '\t'))
			buffer_puts(out, REPLACEMENT);
		else if (c == '&')
			buffer_puts(out, "&amp;");
		else if (c == '<')
			buffer_puts(out, "&lt;");
		else if (c == '>')
			buffer_puts(out, "&gt;");
		else if (c == '"')
			buffer_puts(out, "&quot;");
		else if (c == '\'')
			buffer_puts(out, "&#39;");
		else
			buffer_append(out, start, (size_t)(text - start));
	}
}

/* An address of this site: a path, or a part of this page. "//host" and
 * "/\host" lead elsewhere. */
static bool
is_here(const char *address)
{
	return *address == '#' ||
	       (*address == '/' && address[1] != '/' && address[1] != '\\');
}

static bool
is_name(const char *name)
{
	return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
				strlen(name);
}

static void
put_tag(struct html *html, const char *element, va_list attributes)
{
	const char *name, *value;

	assert(is_name(element));
	buffer_putc(html->out, '<');
	buffer_puts(html->out, element);
	while ((name = va_arg(attributes, const char *))) {
		assert(is_name(name) && strncmp(name, "on", 2) != 0 &&
		       strcmp(name, "style") != 0);
		value = va_arg(attributes, const char *);
		if (!value)
			continue;
		if ((strcmp(name, "href") == 0 || strcmp(name, "action") == 0 ||
		     strcmp(name, "src") == 0) &&
		    !is_here(value))
			value = "#";
		buffer_putc(html->out, ' ');
		buffer_puts(html->out, name);
		buffer_puts(html->out, "=\"");
		escape(html->out, value);
		buffer_putc(html->out, '"');
	}
	buffer_putc(html->out, '>');
}

void
html_open(struct html *html, const char *element, ...)
{
	va_list attributes;

	assert(html->depth < HTML_DEPTH);
	va_start(attributes, element);
	put_tag(html, element, attributes);
	va_end(attributes);
	html->open[html->depth++] = element;
}

void
html_void(struct html *html, const char *element, ...)
{
	va_list attributes;

	va_start(attributes, element);
	put_tag(html, element, attributes);
	va_end(attributes);
}

void
html_png(struct html *html, const void *png, size_t len, const char *alt)
{
	size_t size = 4 * ((len + 2) / 3) + 1;
	char *text = mem_alloc(size, 1);

	EVP_EncodeBlock((unsigned char *)text, png, (int)len);
	buffer_puts(html->out, "<img class=\"picture\" src=\"data:image/png;"
			       "base64,");
	buffer_puts(html->out, text);
	buffer_puts(html->out, "\" alt=\"");
	escape(html->out, alt);
	buffer_puts(html->out, "\">\n");
	mem_free(text);
}

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

bool
html_outside_ok(const char *url)
{
	const char *rest;

	if (strncmp(url, "https://", 8) != 0)
		return false;
	rest = url + 8;
	if (!*rest || !strchr(LETTERS DIGITS, *rest))
		return false;
	rest += strspn(rest, LETTERS DIGITS ".-");
	if (*rest == ':') {
		size_t len = strspn(rest + 1, DIGITS);

		if (len < 1 || len > 5)
			return false;
		rest += 1 + len;
	}
	return (!*rest || strchr("/?#", *rest)) &&
	       rest[strspn(rest, LETTERS DIGITS "-._~:/?#@!$&()*+,;=%")] ==
		       '\0';
}

void
html_open_outside(struct html *html, const char *class, const char *url)
{
	assert(html->depth < HTML_DEPTH);
	if (!html_outside_ok(url)) {
		html_open(html, "span", "class", class, NULL);
		return;
	}
	buffer_puts(html->out, "<a href=\"");
	escape(html->out, url);
	buffer_puts(html->out, "\" rel=\"noopener noreferrer\"");
	if (class) {
		buffer_puts(html->out, " class=\"");
		escape(html->out, class);
		buffer_putc(html->out, '"');
	}
	buffer_putc(html->out, '>');
	html->open[html->depth++] = "a";
}

void
html_close(struct html *html)
{
	assert(html->depth > 0);
	html->depth--;
	buffer_puts(html->out, "</");
	buffer_puts(html->out, html->open[html->depth]);
	buffer_puts(html->out, ">\n");
}

void
html_text(struct html *html, const char *text)
{
	escape(html->out, text);
}

void
html_say(struct html *html, const char *element, const char *class,
	 const char *text)
{
	html_open(html, element, "class", class, NULL);
	html_text(html, text);
	html_close(html);
}

void
html_begin(struct html *html, struct buffer *out, const char *lang)
{
	*html = (struct html){.out = out};
	buffer_puts(out, "<!DOCTYPE html>\n");
	html_open(html, "html", "lang", lang, NULL);
}

void
html_end(struct html *html)
{
	while (html->depth > 0)
		html_close(html);
}
