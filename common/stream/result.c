#include "stream/result.h"

#include "json/jstr.h"

void result_begin(
    struct out *o, uint64_t line, struct span external_id, const char *id, const char *status)
{
	struct buf *b = &o->buf;

	buf_addf(b, "{\"line\":%ju,\"external_id\":", (uintmax_t)line);
	buf_addspan(b, external_id.p ? external_id : SPAN("null"));
	buf_adds(b, ",\"id\":");
	if (id)
		jstr_quote_any(b, span_of(id));
	else
		buf_adds(b, "null");
	buf_addf(b, ",\"status\":\"%s\"", status);
}

void result_error(struct out *o, struct span code, struct span message, struct span fields)
{
	buf_adds(&o->buf, ",\"error\":{\"code\":");
	jstr_quote_any(&o->buf, code);
	buf_adds(&o->buf, ",\"message\":");
	jstr_quote_any(&o->buf, message);
	buf_adds(&o->buf, ",\"fields\":");
	buf_addspan(&o->buf, fields.n > 0 ? fields : SPAN("[]"));
	buf_addc(&o->buf, '}');
}

void result_row(struct out *o, struct span row)
{
	buf_adds(&o->buf, ",\"row\":");
	buf_addspan(&o->buf, row);
}

void result_end(struct out *o)
{
	buf_addc(&o->buf, '}');
	out_row(o);
}
