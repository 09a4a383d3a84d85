/*
 * Label runs as files; see render_run.h.
 */
#include "buffer.h"
#include "label_draw.h"
#include "label_form.h"
#include "mem.h"
#include "raster.h"
#include "render_run.h"
#include "render_zpl.h"

struct render_run {
	const struct label_form *form;
	struct label_drawer *drawer;
	unsigned start;
	size_t labels, sheets;
	/* One of them. */
	struct pdf_writer *pdf;
	struct raster *raster;
	struct canvas *page; /* of the PDF */
	/* For ZPL. */
	struct buffer zpl;
	pdf_sink sink;
	void *target;
	bool failed;
};

static void
draw_pdf(struct render_run *run)
{
	const struct sheet *sheet = &run->form->sheet;
	struct sheet_place place = sheet_place(sheet, run->start, run->labels);

	if (place.page >= run->sheets) {
		run->page = pdf_writer_page(run->pdf, sheet->page_width,
					    sheet->page_height);
		run->sheets = place.page + 1;
	}
	label_drawer_draw(run->drawer, run->page, place.x, place.y);
}

static void
draw_zpl(struct render_run *run)
{
	struct sheet_place place = sheet_place(&run->form->sheet, 1, 0);

	raster_clear(run->raster);
	label_drawer_draw(run->drawer, raster_canvas(run->raster), place.x,
			  place.y);
	render_zpl(run->raster, &run->zpl);
	run->failed |= !run->sink(run->target, run->zpl.data, run->zpl.len);
	buffer_clear(&run->zpl);
	run->sheets++;
}

bool
render_run_add(struct render_run *run, const struct label_text *label,
	       struct label_fit *fit)
{
	if (!label_drawer_plan(run->drawer, label, fit))
		return false;
	if (run->pdf)
		draw_pdf(run);
	else
		draw_zpl(run);
	run->labels++;
	return true;
}

size_t
render_run_labels(const struct render_run *run)
{
	return run->labels;
}

size_t
render_run_sheets(const struct render_run *run)
{
	return run->sheets;
}

bool
render_run_end(struct render_run *run)
{
	return run->pdf ? pdf_writer_end(run->pdf) : !run->failed;
}

struct render_run *
render_run_open(const struct render_options *options, struct font_set *fonts,
		pdf_sink sink, void *target)
{
	const struct label_form *form = options->form;
	struct label_drawer *drawer;
	struct render_run *run;

	if (!sheet_start_ok(&form->sheet, options->start) ||
	    (options->format == RENDER_ZPL && sheet_cells(&form->sheet) > 1))
		return NULL;
	drawer = label_drawer_open(form, options->texts, fonts);
	if (drawer == NULL)
		return NULL;
	run = mem_alloc(1, sizeof *run);
	run->form = form;
	run->drawer = drawer;
	run->start = options->start;
	run->sink = sink;
	run->target = target;
	if (options->format == RENDER_PDF) {
		run->pdf = pdf_writer_open(fonts, sink, target, options->title,
					   options->created_at);
		return run;
	}
	run->raster = raster_open(fonts, form->sheet.page_width,
				  form->sheet.page_height, form->resolution);
	if (run->raster)
		return run;
	render_run_close(run);
	return NULL;
}

void
render_run_close(struct render_run *run)
{
	if (run == NULL)
		return;
	if (run->pdf)
		pdf_writer_close(run->pdf);
	raster_close(run->raster);
	buffer_free(&run->zpl);
	label_drawer_close(run->drawer);
	mem_free(run);
}
