/*
 * The schema version these programs are written for: the number of the last
 * migration in common/sql/migrations. A program refuses any other.
 */
#ifndef RECARD_SCHEMA_VERSION_H
#define RECARD_SCHEMA_VERSION_H

#define RECARD_SCHEMA_VERSION 9

#endif
