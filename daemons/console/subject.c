/*
 * The page of one thing: see subject.h.
 */
#include <string.h>

#include "acts.h"
#include "draw.h"
#include "pages.h"
#include "subject.h"
#include "visit.h"

/* What acts depend on: the first word of the values that matter, "held" for
 * one that is, "closed" for one that has ended; blanks around each. */
static void
take_facts(const struct subject *subject, const struct db_result *result,
	   struct buffer *facts)
{
	buffer_puts(facts, " any ");
	for (int row = 0; row < db_rows(result); row++) {
		const char *name = db_value(result, row, 1);
		const char *value = db_value(result, row, 2);
		size_t len = strcspn(value, " ");

		if (!words_hold(subject->facts, name))
			continue;
		if (strcmp(name, "held") == 0)
			buffer_puts(facts,
				    strcmp(value, "no") == 0 ? "free" : "held");
		else if (strcmp(name, "closed_at") == 0)
			buffer_puts(facts, "closed");
		else
			buffer_append(facts, value, len);
		buffer_putc(facts, ' ');
	}
}

static void
draw_offers(struct visit *visit, const struct subject *subject,
	    const char *facts)
{
	html_open(&visit->html, "p", "class", "acts", NULL);
	for (const struct act *act = acts; act->name; act++)
		if (strcmp(act->subject, subject->name) == 0 &&
		    act_offered(act, facts))
			draw_act_link(visit, act->name, visit->subject);
	html_close(&visit->html);
}

void
draw_subject(struct visit *visit, const struct db_result *result)
{
	const struct subject *subject = subject_find(visit->page->subject);
	struct buffer facts = {0};

	take_facts(subject, result, &facts);
	if (db_rows(result) > 0)
		draw_offers(visit, subject, facts.data);
	draw_sections(visit, result);
	buffer_free(&facts);
}
