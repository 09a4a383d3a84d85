/*
 * Words for the states of the embedded database.
 */
#ifndef RECARD_EMBEDDED_CLUSTER_H
#define RECARD_EMBEDDED_CLUSTER_H

#include "cluster.h"

const char *embedded_cluster_state(enum cluster_state state);

#endif
