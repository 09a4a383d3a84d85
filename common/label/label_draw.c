/*
 * Drawing labels; see label_draw.h. Borders of cells are not drawn.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "canvas.h"
#include "charset.h"
#include "code128.h"
#include "label_draw.h"
#include "label_form.h"
#include "mem.h"

#define QUIET_MODULES 10

#define LEADING_MAX 1.36 /* line height, in em */
#define NAME_SPACE 0.35  /* above the name, in em, where there is room */

#define BLOCK_LEADING 1.5
#define FRAME_PADDING 1.5
#define FRAME_LINE 0.3

struct label_drawer {
	const struct label_form *form;
	struct label_texts texts;
	struct label_layout *layout;
	const struct label_text *label; /* planned last */
	struct label_plan plan;
};

static void
draw_whole(struct canvas *canvas, const char *text,
	   const struct shaped_text *shaped, double em, double x, double y)
{
	canvas->text(canvas, text, shaped, 0, shaped->count, em, x, y);
}

static void
draw_body(struct label_drawer *drawer, struct canvas *canvas, double x,
	  double y)
{
	const struct label_plan *plan = &drawer->plan;
	double height = label_form_body(drawer->form);
	double leading = fmin(height / plan->height, LEADING_MAX);
	double left = height - leading * plan->height;
	double name_space = fmin(left, NAME_SPACE * plan->rows[0].em);
	double middle = label_layout_middle(drawer->layout);

	y += (left - name_space) / 2;
	for (size_t i = 0; i < plan->count; i++) {
		const struct label_row *row = &plan->rows[i];
		double slot = leading * row->em;

		if (i == plan->address_count)
			y += name_space;
		canvas->text(canvas, row->text, row->shaped, row->from, row->to,
			     row->em, x, y + slot / 2 + middle * row->em);
		y += slot;
	}
}

/* Bars of digits from x, their top at y, and below them `under` in the
 * middle. */
static void
draw_code(struct label_drawer *drawer, struct canvas *canvas,
	  const char *digits, const char *under, double x, double y)
{
	const struct label_form *form = drawer->form;
	uint8_t widths[CODE128_ELEMENTS];
	size_t count = code128_digits(digits, widths);
	double dot = label_form_dot(form), module = label_form_module(form);
	double width = code128_modules(widths, count) * module;
	const struct shaped_text *line;
	double em;

	/* Bars begin and end where dots of the printer do. */
	x = ceil(x / dot) * dot;
	canvas->bars(canvas, widths, count, module, x, y, form->bars_height);
	line = label_layout_digits(drawer->layout, under, form->digits_height,
				   &em);
	draw_whole(canvas, under, line, em,
		   x + (width - (double)line->width * em) / 2,
		   y + form->bars_height + LABEL_DIGITS_GAP +
			   form->digits_height);
}

/* The mail number as the post prints it: 6 6 2 5 1, or 6 6 2. */
static void
group_tracking(const char *number, char grouped[32])
{
	static const size_t ends[] = {6, 12, 14, 19};
	size_t out = 0;

	for (size_t i = 0, group = 0; number[i] != '\0' && out < 30; i++) {
		if (group < 4 && i == ends[group]) {
			grouped[out++] = ' ';
			group++;
		}
		grouped[out++] = number[i];
	}
	grouped[out] = '\0';
}

static bool
has_tracking(const struct label_drawer *drawer)
{
	const char *number = drawer->label->tracking_no;

	return drawer->form->tracking && number != NULL && number[0] != '\0';
}

static void
draw_tracking(struct label_drawer *drawer, struct canvas *canvas, double x,
	      double y)
{
	const struct label_form *form = drawer->form;
	const char *number = drawer->label->tracking_no;
	double em = label_layout_em(drawer->layout, form->digits_height);
	char grouped[32], text[32];

	snprintf(text, sizeof text, "第 %.6s 號", number);
	draw_whole(canvas, text, label_layout_line(drawer->layout, text), em, x,
		   y + form->digits_height);
	group_tracking(number, grouped);
	draw_code(drawer, canvas, number, grouped, x,
		  y + form->digits_height + LABEL_DIGITS_GAP);
}

/* So that nobody takes a former copy for this one. */
static void
draw_copy(struct label_drawer *drawer, struct canvas *canvas, double right,
	  double bottom)
{
	double em =
		label_layout_em(drawer->layout, drawer->form->digits_height);
	const struct shaped_text *line;
	char text[48];

	if (drawer->label->copy <= 1)
		return;
	snprintf(text, sizeof text, "補印 第%d份", drawer->label->copy);
	line = label_layout_line(drawer->layout, text);
	draw_whole(canvas, text, line, em, right - (double)line->width * em,
		   bottom);
}

static void
draw_block(struct label_drawer *drawer, struct canvas *canvas,
	   const struct label_block *block, const char *const *lines)
{
	double em = label_layout_em(drawer->layout, block->height);
	double y = block->top, widest = 0;

	if (block->height == 0 || lines == NULL)
		return;
	for (size_t i = 0; lines[i] != NULL; i++) {
		const struct shaped_text *line =
			label_layout_line(drawer->layout, lines[i]);

		draw_whole(canvas, lines[i], line, em, block->left,
			   y + block->height);
		widest = fmax(widest, (double)line->width * em);
		y += block->height * BLOCK_LEADING;
	}
	if (block->framed) {
		double left = block->left - FRAME_PADDING;
		double top = block->top - FRAME_PADDING;
		double width = widest + 2 * FRAME_PADDING;
		double height = y - block->top -
				block->height * (BLOCK_LEADING - 1) +
				2 * FRAME_PADDING;

		canvas->rectangle(canvas, left, top, width, FRAME_LINE);
		canvas->rectangle(canvas, left, top + height - FRAME_LINE,
				  width, FRAME_LINE);
		canvas->rectangle(canvas, left, top, FRAME_LINE, height);
		canvas->rectangle(canvas, left + width - FRAME_LINE, top,
				  FRAME_LINE, height);
	}
}

void
label_drawer_draw(struct label_drawer *drawer, struct canvas *canvas, double x,
		  double y)
{
	const struct label_form *form = drawer->form;
	const struct label_text *label = drawer->label;
	double left = x + form->padding_side;
	double right = x + form->sheet.cell_width - form->padding_side;
	double bottom = y + form->sheet.cell_height - form->padding_bottom;
	const struct shaped_text *line;
	double em;

	y += form->padding_top + form->postal_height;
	line = label_layout_digits(drawer->layout, label->postal_code,
				   form->postal_height, &em);
	draw_whole(canvas, label->postal_code, line, em, left, y);
	y += LABEL_POSTAL_GAP;
	draw_body(drawer, canvas, left, y);
	y += label_form_body(form) + LABEL_PART_GAP;
	draw_code(drawer, canvas, label->order_no, label->order_no, left, y);
	draw_copy(drawer, canvas, right,
		  y + form->bars_height + LABEL_DIGITS_GAP +
			  form->digits_height);
	if (has_tracking(drawer))
		draw_tracking(drawer, canvas, left,
			      bottom - label_form_tracking(form) +
				      LABEL_PART_GAP);
	draw_block(drawer, canvas, &form->sender, drawer->texts.sender);
	draw_block(drawer, canvas, &form->postage, drawer->texts.postage);
	draw_block(drawer, canvas, &form->letter, drawer->texts.letter);
}

/* Whether the bars of digits have their quiet zones within the cell. */
static bool
bars_fit(const struct label_form *form, const char *digits)
{
	uint8_t widths[CODE128_ELEMENTS];
	size_t count = code128_digits(digits, widths);
	double module = label_form_module(form);
	double width = code128_modules(widths, count) * module;
	double quiet = QUIET_MODULES * module;

	return count > 0 && form->padding_side >= quiet &&
	       form->padding_side + label_form_dot(form) + width + quiet <=
		       form->sheet.cell_width;
}

bool
label_drawer_plan(struct label_drawer *drawer, const struct label_text *label,
		  struct label_fit *fit)
{
	drawer->label = label;
	if (!label_layout_plan(drawer->layout, label, &drawer->plan, fit))
		return false;
	if (!bars_fit(drawer->form, label->order_no))
		return label_refuse(fit, LABEL_BAD_ORDER_NO, "order number",
				    "too long for its bars", -1);
	if (has_tracking(drawer) && !bars_fit(drawer->form, label->tracking_no))
		return label_refuse(fit, LABEL_BAD_TRACKING_NO,
				    "tracking number",
				    "not digits, or too long for its bars", -1);
	return true;
}

/* The frame counts. */
static bool
block_inside(struct label_drawer *drawer, const struct label_block *block,
	     const char *const *lines)
{
	const struct sheet *sheet = &drawer->form->sheet;
	double em = label_layout_em(drawer->layout, block->height);
	double padding = block->framed ? FRAME_PADDING : 0;
	double bottom = block->top + padding;

	if (block->height == 0 || lines == NULL)
		return true;
	for (size_t i = 0; lines[i] != NULL; i++) {
		double right = block->left + padding;

		right += (double)label_layout_line(drawer->layout, lines[i])
				 ->width *
			 em;
		if (right > sheet->page_width)
			return false;
		bottom += block->height * BLOCK_LEADING;
	}
	return block->left >= padding && block->top >= padding &&
	       bottom <= sheet->page_height;
}

static bool
lines_have_glyphs(struct label_drawer *drawer, const char *const *lines)
{
	size_t offset;

	for (; lines != NULL && *lines != NULL; lines++) {
		if (!charset_utf8_ok(*lines, strlen(*lines), &offset) ||
		    label_layout_line(drawer->layout, *lines)->missing >= 0)
			return false;
	}
	return true;
}

const char *
label_drawer_objection(struct label_drawer *drawer)
{
	const struct label_form *form = drawer->form;
	const struct label_texts *texts = &drawer->texts;

	if (!lines_have_glyphs(drawer, texts->sender) ||
	    !lines_have_glyphs(drawer, texts->postage) ||
	    !lines_have_glyphs(drawer, texts->letter))
		return "no font has a character of sender, postage_paid or "
		       "letter";
	if (!block_inside(drawer, &form->sender, texts->sender))
		return "the sender does not fit on the page";
	if (!block_inside(drawer, &form->postage, texts->postage))
		return "postage_paid does not fit on the page";
	if (!block_inside(drawer, &form->letter, texts->letter))
		return "the letter does not fit on the page";
	return NULL;
}

struct label_drawer *
label_drawer_open(const struct label_form *form,
		  const struct label_texts *texts, struct font_set *fonts)
{
	struct label_drawer *drawer = mem_alloc(1, sizeof *drawer);

	drawer->form = form;
	if (texts != NULL)
		drawer->texts = *texts;
	drawer->layout = label_layout_open(
		fonts, form->sheet.cell_width - 2 * form->padding_side,
		label_form_body(form));
	if (drawer->layout == NULL) {
		mem_free(drawer);
		return NULL;
	}
	return drawer;
}

void
label_drawer_close(struct label_drawer *drawer)
{
	if (drawer == NULL)
		return;
	label_layout_close(drawer->layout);
	mem_free(drawer);
}
