/*
 * Breaking addresses into lines; see line_break.h.
 */
#include <assert.h>
#include <math.h>
#include <uchar.h>

#include "line_break.h"

/* What a break at a bad place costs, compared with white space left over: as
 * much as two fifths of a line. */
#define BAD_BREAK 0.15
/* A short last line disturbs less than a short one above it. */
#define LAST_LINE 0.3

static bool
is_one_of(const char32_t *set, long c)
{
	for (; *set != 0; set++) {
		if ((long)*set == c)
			return true;
	}
	return false;
}

static bool
is_number(long c)
{
	return (c >= '0' && c <= '9') || (c >= U'０' && c <= U'９') ||
	       is_one_of(U"〇零一二三四五六七八九十百千廿卅", c);
}

static bool
is_dash(long c)
{
	return is_one_of(U"-－–—~～", c);
}

bool
line_break_between(long before, long after)
{
	if (is_one_of(U"號樓之巷弄段鄰室Ｆ", after) || is_dash(after))
		return false;
	if (!is_number(after))
		return true;
	return !is_number(before) && before != U'之' && !is_dash(before);
}

bool
line_break_good(long c)
{
	return is_one_of(U"縣市區鄉鎮村里路街道段巷弄號樓,，、 　", c);
}

static void
trim(const struct line_text *text, size_t *from, size_t *to)
{
	while (*from < *to && text->blank[*from])
		(*from)++;
	while (*to > *from && text->blank[*to - 1])
		(*to)--;
}

static double
line_width(const struct line_text *text, size_t from, size_t to)
{
	trim(text, &from, &to);
	return from < to ? text->edge[to] - text->edge[from] : 0;
}

size_t
line_break_needed(const struct line_text *text, double width)
{
	size_t lines = 0;

	for (size_t from = 0; from < text->count; lines++) {
		size_t end = from;

		for (size_t to = from + 1; to <= text->count; to++) {
			if (text->may_break[to] &&
			    line_width(text, from, to) <= width)
				end = to;
		}
		if (end == from)
			return 0;
		from = end;
	}
	return lines;
}

/* What a line [from, to) adds to the cost; infinite when it is too wide. */
static double
line_cost(const struct line_text *text, double width, size_t from, size_t to)
{
	double slack = 1 - line_width(text, from, to) / width;

	if (slack < 0)
		return INFINITY;
	if (to == text->count)
		return slack * slack * LAST_LINE;
	return slack * slack + (text->good_break[to] ? 0 : BAD_BREAK);
}

/* Shortest path: cost[l][i] is the least for the first i characters in l
 * lines, before[l][i] where the last of these lines starts. */
bool
line_break_choose(const struct line_text *text, double width, size_t lines,
		  size_t from[LINE_BREAK_LINES], size_t to[LINE_BREAK_LINES])
{
	double cost[LINE_BREAK_LINES + 1][LINE_BREAK_CHARS + 1];
	size_t before[LINE_BREAK_LINES + 1][LINE_BREAK_CHARS + 1];

	assert(lines >= 1 && lines <= LINE_BREAK_LINES);
	assert(text->count <= LINE_BREAK_CHARS);
	for (size_t i = 1; i <= text->count; i++)
		cost[0][i] = INFINITY;
	cost[0][0] = 0;
	for (size_t l = 1; l <= lines; l++) {
		cost[l][0] = INFINITY;
		for (size_t i = 1; i <= text->count; i++) {
			cost[l][i] = INFINITY;
			for (size_t j = 0; j < i && text->may_break[i]; j++) {
				double sum = cost[l - 1][j];

				if (isinf(sum))
					continue;
				sum += line_cost(text, width, j, i);
				if (sum < cost[l][i]) {
					cost[l][i] = sum;
					before[l][i] = j;
				}
			}
		}
	}
	if (isinf(cost[lines][text->count]))
		return false;
	for (size_t l = lines, end = text->count; l > 0; l--) {
		size_t start = before[l][end];

		from[l - 1] = start;
		to[l - 1] = end;
		trim(text, &from[l - 1], &to[l - 1]);
		end = start;
	}
	return true;
}
