/*
 * What a configuration file names: each text in it, wherever it stands. For
 * looking after files whose settings belong to other programs.
 */
#ifndef RECARD_CONF_FILES_H
#define RECARD_CONF_FILES_H

/* Calls found with the setting as people write it
 * ("manufacture.lines[0].line_certificate"), its last name, and its text made
 * a path: absolute, or beneath the file's folder. 0, or -1 when the file
 * cannot be read. */
int conf_files_each(const char *config,
		    void (*found)(void *arg, const char *setting,
				  const char *name, const char *path),
		    void *arg);

#endif
