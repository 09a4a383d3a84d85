/*
 * Times as text, and the monotonic clock. Deadlines of the business are the
 * database's matter; this clock is for waiting and for names.
 */
#ifndef RECARD_CLOCK_H
#define RECARD_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t clock_monotonic_ms(void);
/* Seconds since 1970, for what comes from outside; deadlines of ours are the
 * database's. */
int64_t clock_now_s(void);
/* ISO 8601 with offset ("2026-11-23T09:00:00+08:00", fractions allowed, Z
 * allowed) to seconds since 1970. false when it is no such time. */
bool clock_parse_iso(const char *text, int64_t *unix_seconds);
/* "2026-11-23T09:00:00+08:00" (Asia/Taipei, which has no summer time). */
void clock_format_taipei(int64_t unix_seconds, char out[32]);
/* A calendar date in one of: "2026-11-23", "20261123", "2026.11.23",
 * "115/11/23", "1151123" (the last two ROC years). Existing days only. */
bool clock_parse_date(const char *text, int *year, int *month, int *day);
bool clock_date_ok(int year, int month, int day);
/* "11:30", from 00:00 to 23:59. */
bool clock_time_of_day_ok(const char *text);

#endif
