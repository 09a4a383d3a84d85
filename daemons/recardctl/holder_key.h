/*
 * The key for hashes of national IDs, which the database is told for one
 * session and never keeps.
 */
#ifndef RECARD_HOLDER_KEY_H
#define RECARD_HOLDER_KEY_H

struct ctl;

/* 0, or an exit code, said. */
int holder_key_set(struct ctl *ctl);

#endif
