/*
 * What can be told of a postal file that is in no known layout, so that
 * somebody can write one for it. Pure: lines in, rows of (about, name, value)
 * out. Values of rows are told by their shape only, "AA999999999AA".
 */
#ifndef RECARD_POSTAL_GUESS_H
#define RECARD_POSTAL_GUESS_H

#include "output.h"
#include "postal_file.h"

struct line;
struct postal_guess;

/* The columns that postal_guess_tell() fills, all of them text. */
extern const struct output_column postal_guess_columns[];

struct postal_guess *postal_guess_new(void);
/* Looks at the next line of the file, one that was too long left out. */
void postal_guess_line(struct postal_guess *guess, const struct line *line);
/* An encoding that every line so far is in, other than `other`; NULL when
 * there is none, or when all of it is ASCII. */
const char *postal_guess_encoding(const struct postal_guess *guess,
				  const char *other);
/* Adds what was found, and why the file is in none of the layouts of the
 * options. */
void postal_guess_tell(struct postal_guess *guess,
		       const struct postal_options *options,
		       struct output *out);
void postal_guess_free(struct postal_guess *guess);

#endif
