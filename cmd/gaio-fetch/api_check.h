#ifndef GAIO_FETCH_API_CHECK_H
#define GAIO_FETCH_API_CHECK_H

/* What must fit together in a resource. Private to api*.c. */

#include "api_table.h"

/* `to`: the struct api_resource that was read from `object`. False and the message. */
bool api_check_resource(struct api *api, struct span object, void *to);

#endif
