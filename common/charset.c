/*
 * Strict character conversion: see charset.h.
 */
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "buffer.h"
#include "charset.h"
#include "mem.h"

#define TAG_FIRST 0xe0000
#define TAG_LAST 0xe007f

struct charset {
	iconv_t cd;
	bool from_utf8;
};

struct charset *
charset_open(const char *from, const char *to)
{
	struct charset *charset;
	iconv_t cd;

	/* "CP950//IGNORE" and "//TRANSLIT" would lose characters silently;
	 * "" is the locale's encoding. */
	if (!*from || !*to || strchr(from, '/') || strchr(to, '/'))
		return NULL;
	cd = iconv_open(to, from);
	/* iconv_open() gives -1 cast to a pointer. */
	if ((intptr_t)cd == -1)
		return NULL;
	charset = mem_alloc(1, sizeof(*charset));
	charset->cd = cd;
	charset->from_utf8 =
		strcasecmp(from, "UTF-8") == 0 || strcasecmp(from, "UTF8") == 0;
	return charset;
}

/* One iconv() call into out, with more room as often as it is wanted; NULL
 * bytes make it write out what it still holds. */
static size_t
convert_step(iconv_t cd, char **bytes, size_t *left, struct buffer *out)
{
	size_t room = *left * 2 + 16;

	for (;;) {
		char *to;
		size_t to_left, result;

		buffer_reserve(out, out->len + room);
		to = out->data + out->len;
		to_left = room;
		result = iconv(cd, bytes, bytes ? left : NULL, &to, &to_left);
		out->len = (size_t)(to - out->data);
		out->data[out->len] = '\0';
		if (result != (size_t)-1 || errno != E2BIG)
			return result;
	}
}

/* glibc drops language tags when the target has none: for us an error. */
static size_t
strict_utf8_prefix(const char *bytes, size_t len)
{
	const char *at = bytes, *end = bytes + len;

	while (at < end) {
		const char *next = at;
		long codepoint = charset_utf8_next(&next, end);

		if (codepoint < 0 ||
		    (codepoint >= TAG_FIRST && codepoint <= TAG_LAST))
			break;
		at = next;
	}
	return (size_t)(at - bytes);
}

int
charset_convert(struct charset *charset, const char *bytes, size_t len,
		struct buffer *out, size_t *offset)
{
	char *at = (char *)(uintptr_t)bytes; /* iconv() does not write there */
	size_t good = len, left, none = 0;
	bool failed;

	if (len == 0)
		return 0;
	if (charset->from_utf8)
		good = strict_utf8_prefix(bytes, len);
	left = good;
	iconv(charset->cd, NULL, NULL, NULL, NULL);
	failed = convert_step(charset->cd, &at, &left, out) == (size_t)-1;
	/* BIG5-HKSCS keeps a letter back, in case an accent follows. */
	convert_step(charset->cd, NULL, &none, out);
	if (!failed && good == len)
		return 0;
	*offset = (size_t)(at - bytes);
	return -1;
}

void
charset_close(struct charset *charset)
{
	if (!charset)
		return;
	iconv_close(charset->cd);
	mem_free(charset);
}

bool
charset_utf8_ok(const char *bytes, size_t len, size_t *offset)
{
	const char *at = bytes, *end = bytes + len;

	while (at < end) {
		if (charset_utf8_next(&at, end) < 0) {
			*offset = (size_t)(at - bytes);
			return false;
		}
	}
	return true;
}

long
charset_utf8_next(const char **text, const char *end)
{
	const unsigned char *byte = (const unsigned char *)*text;
	long codepoint, least;
	int more;

	if (*text >= end)
		return -1;
	if (byte[0] < 0x80) {
		(*text)++;
		return byte[0];
	}
	if (byte[0] < 0xc2)
		return -1;
	if (byte[0] < 0xe0) {
		more = 1;
		least = 0x80;
		codepoint = byte[0] & 0x1f;
	} else if (byte[0] < 0xf0) {
		more = 2;
		least = 0x800;
		codepoint = byte[0] & 0x0f;
	} else if (byte[0] < 0xf5) {
		more = 3;
		least = 0x10000;
		codepoint = byte[0] & 0x07;
	} else {
		return -1;
	}
	if (end - *text <= more)
		return -1;
	for (int i = 1; i <= more; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return -1;
		codepoint = codepoint << 6 | (byte[i] & 0x3f);
	}
	if (codepoint < least || codepoint > 0x10ffff ||
	    (codepoint >= 0xd800 && codepoint <= 0xdfff))
		return -1;
	*text += more + 1;
	return codepoint;
}

bool
charset_forbidden(long codepoint)
{
	static const struct {
		long first, last;
	} ranges[] = {
		{0x0000, 0x001f}, /* C0 */
		{0x007f, 0x009f}, /* DEL, C1 */
		{0x00ad, 0x00ad}, /* soft hyphen */
		{0x061c, 0x061c}, /* Arabic letter mark */
		{0x180e, 0x180e}, /* Mongolian vowel separator */
		{0x200b, 0x200f}, /* zero-width characters, marks */
		{0x2028, 0x202e}, /* line breaks, bidi embeddings */
		{0x2060, 0x2069}, /* word joiner, bidi isolates */
		{0xd800, 0xdfff}, /* surrogates */
		{0xfdd0, 0xfdef}, /* non-characters */
		{0xfeff, 0xfeff}, /* byte order mark */
		{0xfff9, 0xfffb}, /* interlinear annotation */
		{TAG_FIRST, TAG_LAST},
	};

	if (codepoint < 0 || codepoint > 0x10ffff)
		return true;
	if ((codepoint & 0xfffe) == 0xfffe)
		return true;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (codepoint >= ranges[i].first && codepoint <= ranges[i].last)
			return true;
	return false;
}
