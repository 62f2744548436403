/* The routes of collections: the Gaio API's own, and those in the shapes of other APIs. */

#include "gaio/flavour.h"
#include "gaio/gaio.h"

const struct route gaio_routes[] = {
    {"GET", "/v1/{}", "gaio", gaio_serve},
    {"POST", "/api/token", "oauth", flavour_token},
    {"GET", "/api/{}/{*}", "gaio", flavour_serve},
    {"POST", "/api/{}/{*}", "gaio", flavour_serve},
    {0},
};
