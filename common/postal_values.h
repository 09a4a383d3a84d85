/*
 * The values of one row of a postal file: what they must look like, and how
 * they are told. Pure.
 */
#ifndef RECARD_POSTAL_VALUES_H
#define RECARD_POSTAL_VALUES_H

#include <stdbool.h>

#include "postal_file.h"
#include "postal_layout.h"

/* Makes of a value what it means where people wrote it, in place: cuts
 * blanks, tabs and ideographic spaces off both ends. */
char *postal_values_trim(char *text);
/* The same for a value of digits and letters: full-width ones become ASCII,
 * and a tracking number loses the marks between its groups. */
void postal_values_narrow(enum postal_field field, char *text);
/* Judges the values (NULL: none) and fills the row, which points into them;
 * POSTAL_ROW, or POSTAL_REJECTED with code and text. *wrong_number: the
 * tracking number has a wrong form or check digit, also where the options
 * let it pass. */
enum postal_result
postal_values_check(const struct postal_options *options, bool events,
		    char *const values[POSTAL_FIELDS], struct postal_row *row,
		    bool *wrong_number, const char **code, char text[160]);
/* Whether a row could have these values: for finding out about a layout. */
bool postal_values_look(char *const values[POSTAL_FIELDS]);
/* Whether events of this code come with words, such as why a delivery
 * failed. */
bool postal_values_has_reason(const char *event);

#endif
