/*
 * Writing PDF; see pdf_writer.h. Pages share one resource dictionary, which
 * comes with the fonts at the end, when it is known which glyphs are used.
 */
#include <libdeflate.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "canvas.h"
#include "charset.h"
#include "clock.h"
#include "font_set.h"
#include "mem.h"
#include "pdf_font.h"
#include "pdf_writer.h"
#include "text_shape.h"

/* Most of what zlib's 6 gains, at a third of its time. */
#define DEFLATE_LEVEL 3

#define POINTS_PER_MM (72 / 25.4)

/* Numbers of objects that are known beforehand; each font has as many as
 * FONT_OBJECTS says from FIRST_FONT on. */
enum { CATALOG = 1, PAGES, RESOURCES, INFO, FIRST_FONT };
enum { TYPE0, DESCENDANT, DESCRIPTOR, PROGRAM, TO_UNICODE, FONT_OBJECTS };

struct pdf_writer {
	struct canvas canvas;
	pdf_sink sink;
	void *target;
	bool failed;
	uint64_t written;
	struct pdf_font fonts[FONT_SET_MAX];
	size_t font_count;
	uint64_t *offsets; /* of objects, by number; 0: not written */
	uint32_t objects, objects_size;
	uint32_t *kids; /* page objects */
	uint32_t kid_count, kids_size;
	bool page_open;
	double page_width, page_height; /* points */
	struct buffer content, scratch, packed;
	struct libdeflate_compressor *compressor;
	/* What the content has set: the font, its size, and BT. */
	int face;
	long size;
	bool in_text;
	char *title;
	int64_t created_at;
};

/* ---- Output ----------------------------------------------------------------
 */

static void
put(struct pdf_writer *pdf, const void *bytes, size_t len)
{
	if (!pdf->failed && !pdf->sink(pdf->target, bytes, len))
		pdf->failed = true;
	pdf->written += len;
}

static void
put_text(struct pdf_writer *pdf, const char *text)
{
	put(pdf, text, strlen(text));
}

static uint32_t
new_object(struct pdf_writer *pdf)
{
	if (pdf->objects == pdf->objects_size) {
		pdf->objects_size = pdf->objects_size * 2 + 64;
		pdf->offsets = mem_resize(pdf->offsets, pdf->objects_size,
					  sizeof *pdf->offsets);
	}
	pdf->offsets[pdf->objects] = 0;
	return pdf->objects++;
}

static void
begin_object(struct pdf_writer *pdf, uint32_t number)
{
	char text[32];

	pdf->offsets[number] = pdf->written;
	snprintf(text, sizeof text, "%u 0 obj\n", number);
	put_text(pdf, text);
}

/* An object that is not a stream. */
static void
put_object(struct pdf_writer *pdf, uint32_t number, const struct buffer *body)
{
	begin_object(pdf, number);
	put(pdf, body->data, body->len);
	put_text(pdf, "\nendobj\n");
}

/* A deflated stream; entries stand in its dictionary. */
static void
put_stream(struct pdf_writer *pdf, uint32_t number, const char *entries,
	   const void *bytes, size_t len)
{
	size_t bound = libdeflate_zlib_compress_bound(pdf->compressor, len);
	char head[160];

	buffer_clear(&pdf->packed);
	buffer_reserve(&pdf->packed, bound);
	pdf->packed.len = libdeflate_zlib_compress(pdf->compressor, bytes, len,
						   pdf->packed.data, bound);
	begin_object(pdf, number);
	snprintf(head, sizeof head,
		 "<</Length %zu/Filter/FlateDecode%s>>stream\n",
		 pdf->packed.len, entries);
	put_text(pdf, head);
	put(pdf, pdf->packed.data, pdf->packed.len);
	put_text(pdf, "\nendstream\nendobj\n");
}

/* ---- Page content
 * ------------------------------------------------------------ */

/* A number with two decimals, without what says nothing, and a blank. */
static void
put_number(struct buffer *out, double value)
{
	long hundredths = lround(value * 100);
	unsigned long left = (unsigned long)labs(hundredths);
	char digits[24], *at = digits + sizeof digits;

	*--at = ' ';
	if (left % 100 != 0) {
		if (left % 10 != 0)
			*--at = (char)('0' + left % 10);
		*--at = (char)('0' + left / 10 % 10);
		*--at = '.';
	}
	left /= 100;
	do {
		*--at = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (hundredths < 0)
		*--at = '-';
	buffer_append(out, at, (size_t)(digits + sizeof digits - at));
}

static double
page_x(double mm)
{
	return mm * POINTS_PER_MM;
}

static double
page_y(const struct pdf_writer *pdf, double mm)
{
	return pdf->page_height - mm * POINTS_PER_MM;
}

static void
leave_text(struct pdf_writer *pdf)
{
	if (pdf->in_text)
		buffer_puts(&pdf->content, "ET\n");
	pdf->in_text = false;
}

/* A code as two bytes of a literal string. */
static void
put_code(struct buffer *out, uint16_t code)
{
	const unsigned char bytes[2] = {(unsigned char)(code >> 8),
					(unsigned char)code};

	for (size_t i = 0; i < 2; i++) {
		switch (bytes[i]) {
		case '(':
		case ')':
		case '\\':
			buffer_putc(out, '\\');
			buffer_putc(out, (char)bytes[i]);
			break;
		case '\r':
			/* A reader would take it for \n. */
			buffer_puts(out, "\\r");
			break;
		default:
			buffer_putc(out, (char)bytes[i]);
		}
	}
}

/* The one character that text[start, end) is; 0 when it is several. */
static uint32_t
single_character(const char *text, const struct shaped_glyph *glyph)
{
	const char *at = text + glyph->start, *end = text + glyph->end;
	long c = charset_utf8_next(&at, end);

	return c > 0 && at == end ? (uint32_t)c : 0;
}

static void
put_actual_text(struct buffer *out, const char *at, const char *end)
{
	buffer_puts(out, "/Span<</ActualText<FEFF");
	while (at < end)
		pdf_put_utf16(out, (uint32_t)charset_utf8_next(&at, end));
	buffer_puts(out, ">>>BDC\n");
}

static void
set_font(struct pdf_writer *pdf, int face, double em)
{
	long size = lround(em * POINTS_PER_MM * 100);

	if (!pdf->in_text)
		buffer_puts(&pdf->content, "BT\n");
	pdf->in_text = true;
	if (face == pdf->face && size == pdf->size)
		return;
	pdf->face = face;
	pdf->size = size;
	buffer_puts(&pdf->content, "/F");
	buffer_putc(&pdf->content, (char)('0' + face));
	buffer_putc(&pdf->content, ' ');
	put_number(&pdf->content, (double)size / 100);
	buffer_puts(&pdf->content, "Tf ");
}

/* Glyphs [from, to) of one font and one height, from where they stand. */
static void
show_glyphs(struct pdf_writer *pdf, const struct shaped_glyph *glyphs,
	    size_t count, double em, double x, double y)
{
	struct pdf_font *font = &pdf->fonts[glyphs[0].face];
	struct buffer *out = &pdf->content;
	double pen = glyphs[0].x;
	bool adjusted = false;
	size_t opened;

	set_font(pdf, glyphs[0].face, em);
	buffer_puts(out, "1 0 0 1 ");
	put_number(out, page_x(x + glyphs[0].x * em));
	put_number(out, page_y(pdf, y - glyphs[0].y * em));
	buffer_puts(out, "Tm");
	opened = out->len;
	buffer_puts(out, "[(");
	for (size_t i = 0; i < count; i++) {
		const struct shaped_glyph *glyph = &glyphs[i];
		long shift = lround((glyph->x - pen) * 1000);

		if (shift != 0) {
			buffer_putc(out, ')');
			put_number(out, (double)-shift);
			out->data[out->len - 1] = '(';
			pen += (double)shift / 1000;
			adjusted = true;
		}
		put_code(out, pdf_font_code(font, glyph->glyph));
		pen += font->advances[glyph->glyph] / 1000.0;
	}
	if (adjusted) {
		buffer_puts(out, ")]TJ\n");
		return;
	}
	/* The plain form is shorter, and most rows have it. */
	memmove(out->data + opened, out->data + opened + 1,
		out->len - opened - 1);
	out->len--;
	buffer_puts(out, ")Tj\n");
}

/* How many glyphs from `from` on are drawn in one go. *span: they are a
 * cluster whose text the codes alone do not tell. */
static size_t
next_piece(struct pdf_writer *pdf, const char *text,
	   const struct shaped_glyph *glyphs, size_t count, bool *span)
{
	size_t n;

	*span = false;
	for (n = 0; n < count; n++) {
		const struct shaped_glyph *glyph = &glyphs[n];
		struct pdf_font *font = &pdf->fonts[glyph->face];
		uint32_t c = single_character(text, glyph);
		bool alone =
			n + 1 >= count || glyphs[n + 1].start != glyph->start;

		if (n > 0 && (glyph->face != glyphs[0].face ||
			      fabsf(glyph->y - glyphs[0].y) > 0.0005f))
			break;
		pdf_font_use(font, glyph->glyph, c != 0 ? c : 0xfffd);
		if (alone && c != 0 && font->characters[glyph->glyph] == c)
			continue;
		if (n > 0)
			break;
		*span = true;
		n = 1;
		while (n < count && glyphs[n].start == glyph->start)
			n++;
		break;
	}
	return n;
}

static void
draw_text(struct canvas *canvas, const char *text,
	  const struct shaped_text *shaped, size_t from, size_t to, double em,
	  double x, double y)
{
	struct pdf_writer *pdf = (struct pdf_writer *)canvas;

	if (from >= to)
		return;
	x -= shaped->glyphs[from].x * em;
	while (from < to) {
		const struct shaped_glyph *glyphs = &shaped->glyphs[from];
		bool span;
		size_t n = next_piece(pdf, text, glyphs, to - from, &span);

		if (span)
			put_actual_text(&pdf->content, text + glyphs[0].start,
					text + glyphs[0].end);
		for (size_t done = 0; done < n;) {
			size_t same = 1;

			/* Marks of a cluster may stand at other heights. */
			while (done + same < n &&
			       glyphs[done + same].y == glyphs[done].y)
				same++;
			for (size_t i = done; i < done + same; i++)
				pdf_font_use(&pdf->fonts[glyphs[i].face],
					     glyphs[i].glyph, 0xfffd);
			show_glyphs(pdf, glyphs + done, same, em, x, y);
			done += same;
		}
		if (span)
			buffer_puts(&pdf->content, "EMC\n");
		from += n;
	}
}

static void
draw_bars(struct canvas *canvas, const uint8_t *widths, size_t count,
	  double module, double x, double y, double height)
{
	struct pdf_writer *pdf = (struct pdf_writer *)canvas;
	struct buffer *out = &pdf->content;
	unsigned at = 0;

	leave_text(pdf);
	/* One unit is a module across and all the height. */
	buffer_puts(out, "q ");
	put_number(out, module * POINTS_PER_MM);
	buffer_puts(out, "0 0 ");
	put_number(out, height * POINTS_PER_MM);
	put_number(out, page_x(x));
	put_number(out, page_y(pdf, y + height));
	buffer_puts(out, "cm\n");
	for (size_t i = 0; i < count; i++) {
		if (i % 2 == 0) {
			put_number(out, at);
			buffer_puts(out, "0 ");
			buffer_putc(out, (char)('0' + widths[i]));
			buffer_puts(out, " 1 re\n");
		}
		at += widths[i];
	}
	buffer_puts(out, "f Q\n");
}

static void
draw_rectangle(struct canvas *canvas, double x, double y, double width,
	       double height)
{
	struct pdf_writer *pdf = (struct pdf_writer *)canvas;
	struct buffer *out = &pdf->content;

	leave_text(pdf);
	put_number(out, page_x(x));
	put_number(out, page_y(pdf, y + height));
	put_number(out, width * POINTS_PER_MM);
	put_number(out, height * POINTS_PER_MM);
	buffer_puts(out, "re f\n");
}

/* ---- The document
 * ------------------------------------------------------------ */

static void
end_page(struct pdf_writer *pdf)
{
	struct buffer *body = &pdf->scratch;
	uint32_t content, page;

	if (!pdf->page_open)
		return;
	pdf->page_open = false;
	leave_text(pdf);
	content = new_object(pdf);
	put_stream(pdf, content, "", pdf->content.data, pdf->content.len);
	page = new_object(pdf);
	buffer_clear(body);
	buffer_printf(body, "<</Type/Page/Parent %d 0 R/Resources %d 0 R",
		      PAGES, RESOURCES);
	buffer_puts(body, "/MediaBox[0 0 ");
	put_number(body, pdf->page_width);
	put_number(body, pdf->page_height);
	buffer_printf(body, "]/Contents %u 0 R>>", content);
	put_object(pdf, page, body);
	if (pdf->kid_count == pdf->kids_size) {
		pdf->kids_size = pdf->kids_size * 2 + 64;
		pdf->kids = mem_resize(pdf->kids, pdf->kids_size,
				       sizeof *pdf->kids);
	}
	pdf->kids[pdf->kid_count++] = page;
}

struct canvas *
pdf_writer_page(struct pdf_writer *pdf, double width, double height)
{
	end_page(pdf);
	pdf->page_open = true;
	pdf->page_width = width * POINTS_PER_MM;
	pdf->page_height = height * POINTS_PER_MM;
	pdf->face = -1;
	buffer_clear(&pdf->content);
	return &pdf->canvas;
}

static uint32_t
font_object(size_t font, int which)
{
	return (uint32_t)(FIRST_FONT + font * FONT_OBJECTS) + (uint32_t)which;
}

static bool
put_font(struct pdf_writer *pdf, size_t n)
{
	const struct pdf_font *font = &pdf->fonts[n];
	bool cff = font->face->cff;
	struct buffer *body = &pdf->scratch;
	struct buffer bytes = {0};
	char name[128], entries[64];
	bool good;

	pdf_font_name(font, name);
	good = pdf_font_subset(font, &bytes);
	snprintf(entries, sizeof entries,
		 cff ? "/Subtype/CIDFontType0C" : "/Length1 %zu", bytes.len);
	if (good)
		put_stream(pdf, font_object(n, PROGRAM), entries, bytes.data,
			   bytes.len);
	buffer_clear(&bytes);
	pdf_font_to_unicode(font, &bytes);
	put_stream(pdf, font_object(n, TO_UNICODE), "", bytes.data, bytes.len);
	buffer_free(&bytes);

	buffer_clear(body);
	buffer_printf(body, "<</Type/FontDescriptor/FontName/%s", name);
	pdf_font_metrics(font, body);
	buffer_printf(body, "/FontFile%c %u 0 R>>", cff ? '3' : '2',
		      font_object(n, PROGRAM));
	put_object(pdf, font_object(n, DESCRIPTOR), body);

	buffer_clear(body);
	buffer_printf(body,
		      "<</Type/Font/Subtype/CIDFontType%c/BaseFont/%s"
		      "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
		      "/Supplement 0>>/FontDescriptor %u 0 R%s/DW 1000/W[",
		      cff ? '0' : '2', name, font_object(n, DESCRIPTOR),
		      cff ? "" : "/CIDToGIDMap/Identity");
	pdf_font_widths(font, body);
	buffer_puts(body, "]>>");
	put_object(pdf, font_object(n, DESCENDANT), body);

	buffer_clear(body);
	buffer_printf(body,
		      "<</Type/Font/Subtype/Type0/BaseFont/%s"
		      "/Encoding/Identity-H/DescendantFonts[%u 0 R]"
		      "/ToUnicode %u 0 R>>",
		      name, font_object(n, DESCENDANT),
		      font_object(n, TO_UNICODE));
	put_object(pdf, font_object(n, TYPE0), body);
	return good;
}

static void
put_catalog(struct pdf_writer *pdf)
{
	struct buffer *body = &pdf->scratch;
	const char *at = pdf->title, *end = at + strlen(at);
	char created[32];

	buffer_clear(body);
	buffer_puts(body, "<</Font<<");
	for (size_t i = 0; i < pdf->font_count; i++) {
		if (pdf->fonts[i].characters != NULL)
			buffer_printf(body, "/F%zu %u 0 R", i,
				      font_object(i, TYPE0));
	}
	buffer_puts(body, ">>>>");
	put_object(pdf, RESOURCES, body);

	buffer_clear(body);
	buffer_printf(body, "<</Type/Pages/Count %u/Kids[", pdf->kid_count);
	for (uint32_t i = 0; i < pdf->kid_count; i++)
		buffer_printf(body, "%u 0 R\n", pdf->kids[i]);
	buffer_puts(body, "]>>");
	put_object(pdf, PAGES, body);

	buffer_clear(body);
	buffer_printf(body, "<</Type/Catalog/Pages %d 0 R/Lang(zh-TW)>>",
		      PAGES);
	put_object(pdf, CATALOG, body);

	/* 2026-11-23T09:00:00+08:00 */
	clock_format_taipei(pdf->created_at, created);
	buffer_clear(body);
	buffer_printf(body,
		      "<</CreationDate(D:%.4s%.2s%.2s%.2s%.2s%.2s+08'00')"
		      "/Producer(recard)/Title<FEFF",
		      created, created + 5, created + 8, created + 11,
		      created + 14, created + 17);
	while (at < end)
		pdf_put_utf16(body, (uint32_t)charset_utf8_next(&at, end));
	buffer_puts(body, ">>>");
	put_object(pdf, INFO, body);
}

static void
put_index(struct pdf_writer *pdf)
{
	uint64_t start = pdf->written;
	char line[64];

	snprintf(line, sizeof line, "xref\n0 %u\n", pdf->objects);
	put_text(pdf, line);
	for (uint32_t i = 0; i < pdf->objects; i++) {
		snprintf(line, sizeof line, "%010llu %05d %c \n",
			 (unsigned long long)pdf->offsets[i],
			 pdf->offsets[i] == 0 ? 65535 : 0,
			 pdf->offsets[i] == 0 ? 'f' : 'n');
		put_text(pdf, line);
	}
	snprintf(line, sizeof line,
		 "trailer\n<</Size %u/Root %d 0 R/Info %d 0 R>>\n",
		 pdf->objects, CATALOG, INFO);
	put_text(pdf, line);
	snprintf(line, sizeof line, "startxref\n%llu\n%%%%EOF\n",
		 (unsigned long long)start);
	put_text(pdf, line);
}

bool
pdf_writer_end(struct pdf_writer *pdf)
{
	end_page(pdf);
	for (size_t i = 0; i < pdf->font_count; i++) {
		if (pdf->fonts[i].characters != NULL && !put_font(pdf, i))
			pdf->failed = true;
	}
	put_catalog(pdf);
	put_index(pdf);
	return !pdf->failed;
}

struct pdf_writer *
pdf_writer_open(struct font_set *fonts, pdf_sink sink, void *target,
		const char *title, int64_t created_at)
{
	struct pdf_writer *pdf = mem_alloc(1, sizeof *pdf);

	pdf->canvas = (struct canvas){draw_text, draw_bars, draw_rectangle};
	pdf->sink = sink;
	pdf->target = target;
	pdf->title = mem_strdup(title);
	pdf->created_at = created_at;
	pdf->compressor = libdeflate_alloc_compressor(DEFLATE_LEVEL);
	pdf->font_count = fonts->count;
	for (size_t i = 0; i < fonts->count; i++)
		pdf->fonts[i].face = &fonts->faces[i];
	while (pdf->objects < font_object(fonts->count, 0))
		new_object(pdf);
	/* The second line tells transfer programs that it is binary. */
	put_text(pdf, "%PDF-1.5\n%\xe2\xe3\xcf\xd3\n");
	return pdf;
}

void
pdf_writer_close(struct pdf_writer *pdf)
{
	if (pdf == NULL)
		return;
	for (size_t i = 0; i < pdf->font_count; i++)
		pdf_font_end(&pdf->fonts[i]);
	libdeflate_free_compressor(pdf->compressor);
	mem_free(pdf->offsets);
	mem_free(pdf->kids);
	mem_free(pdf->title);
	buffer_free(&pdf->content);
	buffer_free(&pdf->scratch);
	buffer_free(&pdf->packed);
	mem_free(pdf);
}
