/*
 * Label runs as PDF; see render_pdf.h.
 */
#include "label_draw.h"
#include "label_form.h"
#include "mem.h"
#include "render_pdf.h"

struct render_pdf {
	const struct label_form *form;
	struct label_drawer *drawer;
	struct pdf_writer *pdf;
	struct canvas *page;
	unsigned start;
	size_t labels, sheets;
};

bool
render_pdf_add(struct render_pdf *renderer, const struct label_text *label,
	       struct label_fit *fit)
{
	const struct sheet *sheet = &renderer->form->sheet;
	struct sheet_place place =
		sheet_place(sheet, renderer->start, renderer->labels);

	if (!label_drawer_plan(renderer->drawer, label, fit))
		return false;
	if (place.page >= renderer->sheets) {
		renderer->page = pdf_writer_page(
			renderer->pdf, sheet->page_width, sheet->page_height);
		renderer->sheets = place.page + 1;
	}
	label_drawer_draw(renderer->drawer, renderer->page, place.x, place.y);
	renderer->labels++;
	return true;
}

size_t
render_pdf_labels(const struct render_pdf *renderer)
{
	return renderer->labels;
}

size_t
render_pdf_sheets(const struct render_pdf *renderer)
{
	return renderer->sheets;
}

bool
render_pdf_end(struct render_pdf *renderer)
{
	return pdf_writer_end(renderer->pdf);
}

struct render_pdf *
render_pdf_open(const struct label_form *form, const struct label_texts *texts,
		struct font_set *fonts, unsigned start, int64_t created_at,
		const char *title, pdf_sink sink, void *target)
{
	struct render_pdf *renderer;
	struct label_drawer *drawer;

	if (!sheet_start_ok(&form->sheet, start))
		return NULL;
	drawer = label_drawer_open(form, texts, fonts);
	if (drawer == NULL)
		return NULL;
	renderer = mem_alloc(1, sizeof *renderer);
	renderer->form = form;
	renderer->drawer = drawer;
	renderer->start = start;
	renderer->pdf = pdf_writer_open(fonts, sink, target, title, created_at);
	return renderer;
}

void
render_pdf_close(struct render_pdf *renderer)
{
	if (renderer == NULL)
		return;
	pdf_writer_close(renderer->pdf);
	label_drawer_close(renderer->drawer);
	mem_free(renderer);
}
