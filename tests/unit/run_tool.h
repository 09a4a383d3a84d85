/*
 * Another program, to read back what ours wrote. For tests.
 */
#ifndef RECARD_RUN_TOOL_H
#define RECARD_RUN_TOOL_H

struct buffer;

/* Runs argv[0] in folder and takes what it writes; fails the test when it
 * does not end well within two minutes. */
void run_tool(const char *folder, const char *const argv[], struct buffer *out);

#endif
