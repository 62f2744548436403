#ifndef WIRE_FORM_H
#define WIRE_FORM_H

/* Names and values as a URL's query and a form's body carry them: percent-encoded. */

#include "base/buf.h"

/* Appends `text` percent-encoded: all but A-Z a-z 0-9 - . _ ~ */
void form_escape(struct buf *b, struct span text);

/* Appends name=value to a form, the value encoded; nothing for a NULL value. */
void form_add(struct buf *b, const char *name, const char *value);

#endif
