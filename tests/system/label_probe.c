/*
 * Renders labels from a file of tab-separated lines: order number, postal
 * code, address, name. For tests and for measuring.
 *
 *	label_probe LAYOUT LABELS.tsv OUT.pdf
 *
 * Says what does not fit on stderr, one line a label, and ends with 1 then;
 * on stdout how many labels and sheets there are.
 */
#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "font_set.h"
#include "label_form.h"
#include "mem.h"
#include "render_run.h"

static const char *const families[] = {"Noto Sans CJK TC", "TW-Sung",
				       "TW-Sung-Ext-B", "DejaVu Sans", NULL};

static bool
to_file(void *target, const void *bytes, size_t len)
{
	return fwrite(bytes, 1, len, target) == len;
}

/* Cuts a line at its tabs; false when it has not four fields. */
static bool
take_fields(char *line, struct label_text *label)
{
	char *fields[4], *rest = line;

	line[strcspn(line, "\n")] = '\0';
	for (size_t i = 0; i < 4; i++) {
		fields[i] = strsep(&rest, "\t");
		if (fields[i] == NULL)
			return false;
	}
	*label = (struct label_text){.order_no = fields[0],
				     .postal_code = fields[1],
				     .address = fields[2],
				     .name = fields[3],
				     .copy = 1};
	return rest == NULL;
}

static int
render(FILE *in, struct render_run *renderer)
{
	struct label_text label;
	struct label_fit fit;
	char line[4096];
	int result = 0;

	while (fgets(line, sizeof line, in) != NULL) {
		if (!take_fields(line, &label)) {
			fprintf(stderr, "not four fields\n");
			return 2;
		}
		if (!render_run_add(renderer, &label, &fit)) {
			fprintf(stderr, "%s\t%s\t%s\n", label.order_no,
				label_reason_code(fit.reason), fit.text);
			result = 1;
		}
	}
	if (!render_run_end(renderer)) {
		fprintf(stderr, "the file could not be written\n");
		return 2;
	}
	printf("%zu labels, %zu sheets\n", render_run_labels(renderer),
	       render_run_sheets(renderer));
	return result;
}

int
main(int argc, char **argv)
{
	const struct label_form *form =
		argc == 4 ? label_form_find(argv[1]) : NULL;
	FILE *in = argc == 4 ? fopen(argv[2], "r") : NULL;
	FILE *out = argc == 4 ? fopen(argv[3], "w") : NULL;
	const struct render_options options = {.form = form,
					       .format = RENDER_PDF,
					       .start = 1,
					       .created_at = 1795395600,
					       .title = "LR-20261123-000001"};
	struct render_run *renderer;
	struct font_set *fonts;
	int result = 2;
	char *error;

	if (form == NULL || in == NULL || out == NULL) {
		fprintf(stderr, "usage: label_probe LAYOUT LABELS.tsv "
				"OUT.pdf\n");
		return 2;
	}
	fonts = font_set_open(families, &error);
	if (fonts == NULL) {
		fprintf(stderr, "%s\n", error);
		mem_free(error);
		return 2;
	}
	renderer = render_run_open(&options, fonts, to_file, out);
	if (renderer != NULL)
		result = render(in, renderer);
	if (fclose(out) != 0)
		result = 2;
	render_run_close(renderer);
	font_set_close(fonts);
	fclose(in);
	return result;
}
