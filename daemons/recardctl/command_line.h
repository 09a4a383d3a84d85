/*
 * From argv to a command with its options and arguments.
 */
#ifndef RECARD_COMMAND_LINE_H
#define RECARD_COMMAND_LINE_H

struct ctl;

/* -1 to go on with ctl->command; otherwise the exit code to end with (help,
 * version, wrong usage), everything said. */
int command_line_parse(struct ctl *ctl, int argc, char **argv);

#endif
