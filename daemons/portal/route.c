/*
 * Addresses: see route.h.
 */
#include <stddef.h>
#include <string.h>

#include "call.h"
#include "identity.h"
#include "route.h"
#include "show.h"

static const struct route routes[] = {
#define ROUTE(method, path, whose, says, asks, act, draw) \
	{#method, path, whose, says, ASK_##asks, act, draw},
#include "routes.def"
#undef ROUTE
};

#define ORDER_PART "{order}"

static bool
fits(const char *pattern, const char *path, char order[ROUTE_ORDER])
{
	const char *part = strstr(pattern, ORDER_PART);
	size_t before = part ? (size_t)(part - pattern) : 0;

	order[0] = '\0';
	if (!part)
		return strcmp(pattern, path) == 0;
	if (strncmp(pattern, path, before) != 0)
		return false;
	path += before;
	if (strcspn(path, "/") != ROUTE_ORDER - 1 ||
	    strcmp(part + strlen(ORDER_PART), path + ROUTE_ORDER - 1) != 0)
		return false;
	memcpy(order, path, ROUTE_ORDER - 1);
	order[ROUTE_ORDER - 1] = '\0';
	return identity_order_ok(order);
}

const struct route *
route_find(const char *method, const char *path, bool partners,
	   char order[ROUTE_ORDER], bool *other)
{
	if (strcmp(method, "HEAD") == 0)
		method = "GET";
	*other = false;
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		const struct route *route = &routes[i];

		if ((route->whose == PARTNERS) != partners ||
		    !fits(route->path, path, order))
			continue;
		if (strcmp(route->method, method) == 0)
			return route;
		*other = true;
	}
	order[0] = '\0';
	return NULL;
}
