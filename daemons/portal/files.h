/*
 * Files that are part of the program: style, scripts, the API's description.
 */
#ifndef RECARD_PORTAL_FILES_H
#define RECARD_PORTAL_FILES_H

#include <stdbool.h>

struct call;

/* Answers with the file of that path ("/style.css"); false, and no answer:
 * there is none. */
bool files_say(struct call *call, const char *path);

#endif
