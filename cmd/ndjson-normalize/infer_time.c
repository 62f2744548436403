#include "infer_time.h"

#include "base/mem.h"
#include "schema/reading.h"
#include "when.h"

#include <stdlib.h>

struct infer_time_patterns {
	struct times times[INFER_TIMES];
};

struct infer_time_patterns *infer_time_open(void)
{
	struct infer_time_patterns *p = mem_alloc(sizeof *p);

	for (size_t i = 0; i < INFER_TIMES; i++)
		when_init(&p->times[i],
		    &(struct contract_field){.type = reading_times[i].type,
		        .format_raw = span_of(reading_times[i].format)},
		    NULL);
	return p;
}

void infer_time_close(struct infer_time_patterns *p)
{
	for (size_t i = 0; i < INFER_TIMES; i++)
		when_free(&p->times[i]);
	free(p);
}

bool infer_time_is(void *ctx, size_t i, struct span text)
{
	const struct times *times = &((struct infer_time_patterns *)ctx)->times[i];
	struct when when;
	int64_t us;

	if (!when_parse(times, text, &when))
		return false;
	return reading_times[i].type == TYPE_TIMESTAMP ? !when_instant(times, &when, &us)
	                                               : when.at.second < 60;
}
