#ifndef GAIO_FETCH_API_KEYS_H
#define GAIO_FETCH_API_KEYS_H

/* Every key of the source file, as tables. Private to api*.c. */

#include "api_table.h"

/* Of the file itself, and of a resource; both are read into a struct api_resource. */
extern const struct key_table api_keys_file, api_keys_resource;

#endif
