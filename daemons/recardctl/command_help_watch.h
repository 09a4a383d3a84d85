/*
 * What the commands that watch and look after the belt say about themselves at
 * length: details and examples for the table in command.c, in lines.
 */
#ifndef RECARD_COMMAND_HELP_WATCH_H
#define RECARD_COMMAND_HELP_WATCH_H

#define SHAPE_DETAILS                                                       \
	"A row for each status that is no end: how many orders came there " \
	"less than an hour\n"                                               \
	"ago, less than a day, and so on. A belt that keeps up has its "    \
	"orders on the left.\n"
#define MONITOR_DETAILS                                                      \
	"For each status, what came and went since the last look, per "      \
	"second, what stands\n"                                              \
	"there, and for how long the first. The last row is the worklists. " \
	"On a terminal it\n"                                                 \
	"redraws in place; elsewhere each look is so many more lines. Ends " \
	"after --count\n"                                                    \
	"looks, or when it is interrupted.\n"
#define MONITOR_EXAMPLES      \
	"recardctl monitor\n" \
	"recardctl monitor --every 10s --count 6 --format csv >minute.csv\n"

#endif
