/*
 * A PDF (ISO 32000-1, version 1.5) of pages with text in embedded subsets of
 * fonts, bars and rectangles: searchable, deflated, written as it grows, and
 * the same bytes for the same calls. Memory does not grow with the pages but
 * for 20 bytes each.
 */
#ifndef RECARD_PDF_WRITER_H
#define RECARD_PDF_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct canvas;
struct font_set;
struct pdf_writer;

/* Where the bytes go; false stops the writing. */
typedef bool (*pdf_sink)(void *target, const void *bytes, size_t len);

/* fonts are borrowed. created_at (seconds since 1970) and title (UTF-8) go
 * into the metadata. Ends with pdf_writer_close(). */
struct pdf_writer *pdf_writer_open(struct font_set *fonts, pdf_sink sink,
				   void *target, const char *title,
				   int64_t created_at);
/* Begins a page of this size in mm, and ends the one before. What is drawn
 * on the canvas, which belongs to the writer, goes there. */
struct canvas *pdf_writer_page(struct pdf_writer *pdf, double width,
			       double height);
/* Ends the document: fonts and index are written. False when the sink
 * refused at any time, or a font could not be embedded. */
bool pdf_writer_end(struct pdf_writer *pdf);
void pdf_writer_close(struct pdf_writer *pdf);

#endif
