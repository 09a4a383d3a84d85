/*
 * Help, made from the table of commands.
 */
#ifndef RECARD_HELP_H
#define RECARD_HELP_H

/* About a command, all commands of a noun (verb NULL), or the program (both
 * NULL); names as they stand in the table. Returns an exit code. */
int help_print(const char *noun, const char *verb);

#endif
