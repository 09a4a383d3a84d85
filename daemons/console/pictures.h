/*
 * What is printed, to be looked at: a label or a sheet of a run as a picture,
 * and below it the same in words.
 */
#ifndef RECARD_PICTURES_H
#define RECARD_PICTURES_H

struct db_result;
struct visit;

/* Columns of console_labels(). */
void draw_label_picture(struct visit *visit, const struct db_result *result);
void draw_sheet_picture(struct visit *visit, const struct db_result *result);

#endif
