/*
 * Seals of the history outside the database: a signed file a day, which
 * somebody who may change every table cannot make anew.
 */
#ifndef RECARD_HISTORY_FILES_H
#define RECARD_HISTORY_FILES_H

#include <stdbool.h>

struct ctl;

/* Whether certificate, key and folder are set, all or none of them; says it
 * when only some are. *wanted: all of them. */
bool history_files_ready(const struct ctl *ctl, bool *wanted);

struct history_files;

/* For writing; NULL, said why. */
struct history_files *history_files_open(const struct ctl *ctl);
/* Signs a day's ("2026-11-23") text and publishes it, unless its file is there.
 * False, said why. */
bool history_files_write(struct history_files *files, const char *day,
			 const char *text);
/* What is wrong with a day's file, in words (mem_free); NULL when it is signed
 * and says this text. Signatures are good that were made while their
 * certificate was valid. */
char *history_files_breach(struct history_files *files, const char *day,
			   const char *text);
/* The nth day that has a file, "20261123", in order; NULL after the last. */
const char *history_files_day(struct history_files *files, size_t nth);
void history_files_close(struct history_files *files);

#endif
