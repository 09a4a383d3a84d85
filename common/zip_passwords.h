/*
 * Passwords of ZIP archives, each in a file of its own that is closed to
 * others: its only line.
 */
#ifndef RECARD_ZIP_PASSWORDS_H
#define RECARD_ZIP_PASSWORDS_H

/* Reads the files, a list that ends with NULL or NULL. The passwords, ending
 * with NULL, for zip_passwords_free(); NULL with *error (mem_free), which
 * names the file. */
char **zip_passwords_read(char *const *paths, char **error);
/* Wipes them. NULL is taken. */
void zip_passwords_free(char **passwords);

#endif
