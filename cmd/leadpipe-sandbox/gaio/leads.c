#include "gaio/leads.h"

#include "gaio/random.h"

#include "base/time.h"

#include <stdlib.h>

enum { CAMPAIGNS = 24, LATE_ONE_IN = 50, LATE_LAG = 37, BAD_ONE_IN = 1000 };
enum { GOOD = -1, BAD_ID, BAD_CREATED, BAD_SCORE, BAD_CONSENT };
enum { FROM_DAY = 20697 /* 2026-09-01 */, SPAN_S = 83 * 86400 };

#define PICK(state, table) ((table)[random_below(state, sizeof(table) / sizeof *(table))])

static const char *const first_names[][2] = {{"Ana", "ana"}, {"Bruno", "bruno"}, {"João", "joao"},
    {"Márcia", "marcia"}, {"Conceição", "conceicao"}, {"Rafael", "rafael"}, {"Letícia", "leticia"},
    {"Otávio", "otavio"}, {"Inês", "ines"}, {"Caio", "caio"}, {"Débora", "debora"},
    {"Thiago", "thiago"}, {"Yara", "yara"}, {"Zoë", "zoe"}};
static const char *const last_names[][2] = {{"Souza", "souza"}, {"Araújo", "araujo"},
    {"Gonçalves", "goncalves"}, {"Brandão", "brandao"}, {"Müller", "muller"}, {"Lima", "lima"},
    {"Simões", "simoes"}, {"Teixeira", "teixeira"}, {"Queirós", "queiros"}, {"Prado", "prado"},
    {"D'Ávila", "davila"}, {"Nóbrega", "nobrega"}};
static const char *const cities[] = {"São Paulo", "Belém", "Curitiba", "Maceió", "Goiânia",
    "Florianópolis", "Recife", "Niterói", "Brasília"};
static const char *const channels[] = {
    "instagram", "google", "facebook", "email", "referral", "event"};
static const char *const sources[] = {"google", "meta", "newsletter", "partner"};
static const char *const media[] = {"cpc", "social", "email", "organic"};
static const char *const tags[] = {"vip", "retarget", "webinar", "b2b", "trial"};
static const char *const truths[] = {"true", "\"yes\"", "\"Y\"", "1", "\"true\"", "true"};
static const char *const falsehoods[] = {"false", "\"no\"", "\"N\"", "0", "\"false\"", "false"};
static const char *const notes[] = {"null", "null", "null", "\"asked for a call back\"",
    "\"says \\\"call after 18h\\\"\\nprefers e-mail\"", "\"\"", "\"interested \xf0\x9f\x9a\x80\""};
static const char *const kinds[] = {"page_view", "email_open", "click", "form"};

struct making {
	struct buf row;
	leads_take *take;
	void *ctx;
	uint64_t seed, leads;
	uint64_t made, total; /* items */
};

/* Its own stream of numbers for each thing: the same whatever is made before it. */
static uint64_t stream(uint64_t seed, uint64_t thing, unsigned purpose)
{
	uint64_t state = seed;

	state = random_next(&state) + thing;
	state = random_next(&state) + purpose;
	return random_next(&state);
}

static bool one_in(uint64_t *state, uint64_t n)
{
	return random_below(state, n) == 0;
}

static int64_t instant(uint64_t part, uint64_t whole)
{
	return FROM_DAY * TIME_DAY + (int64_t)(part * SPAN_S / whole) * CLOCK_SECOND;
}

static void put_time(struct buf *b, const char *name, int64_t us, unsigned style)
{
	char text[TIME_TEXT];
	bool west = style == 1 || style == 3;
	size_t n = time_rfc3339(text, west ? us - 3 * 3600 * CLOCK_SECOND : us);

	if (style >= 2)
		text[10] = ' ';
	buf_addf(b, "\"%s\":\"%.*s%s\",", name, (int)n - 1, text, west ? "-03:00" : "Z");
}

/* As it is, or with its letters beyond ASCII (two bytes each) as \uXXXX. */
static void put_text(struct buf *b, const char *text, bool escaped)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (escaped && c >= 0xc0)
			buf_addf(b, "\\u%04x", (c & 0x1fu) << 6 | (*++text & 0x3f));
		else
			buf_addc(b, *text);
	}
}

static void put_contact(struct buf *b, uint64_t *r, uint64_t i)
{
	const char *const *first = PICK(r, first_names), *const *last = PICK(r, last_names);
	bool escaped = one_in(r, 25);
	unsigned area = 11 + (unsigned)random_below(r, 80);
	unsigned high = 90000 + (unsigned)random_below(r, 10000);
	unsigned low = (unsigned)random_below(r, 10000);

	buf_adds(b, "\"contact\":{\"name\":\"");
	put_text(b, first[0], escaped);
	buf_addc(b, ' ');
	put_text(b, last[0], escaped);
	buf_adds(b, "\",");
	switch (random_below(r, 12)) {
	case 0: buf_adds(b, "\"email\":null"); break;
	case 1:
	case 2: buf_addf(b, "\"email\":\" %s.%s%ju@Example.COM \"", first[1], last[1], i); break;
	case 3: buf_addf(b, "\"email\":\"%s%ju@EXAMPLE.ORG\"", last[1], i); break;
	default: buf_addf(b, "\"email\":\"%s.%s%ju@example.com\"", first[1], last[1], i);
	}
	switch (random_below(r, 8)) {
	case 0: buf_adds(b, ",\"phone\":null"); break;
	case 1: break;
	case 2: buf_addf(b, ",\"phone\":\"55%u%u%04u\"", area, high, low); break;
	case 3: buf_addf(b, ",\"phone\":\"(%u) %u %04u\"", area, high, low); break;
	default: buf_addf(b, ",\"phone\":\"+55 (%u) %u-%04u\"", area, high, low);
	}
	buf_adds(b, "},");
}

/* The two check digits: weights 10 to 2, then 11 to 2, over 11; 10 counts as 0. */
static void put_cpf(struct buf *b, uint64_t *r)
{
	unsigned d[11];

	for (int k = 0; k < 9; k++)
		d[k] = (unsigned)random_below(r, 10);
	for (unsigned n = 9; n < 11; n++) {
		unsigned sum = 0;
		for (unsigned k = 0; k < n; k++)
			sum += d[k] * (n + 1 - k);
		d[n] = sum * 10 % 11 % 10;
	}
	if (one_in(r, 40)) {
		buf_adds(b, "\"cpf\":null,");
		return;
	}
	buf_addf(b,
	    one_in(r, 3) ? "\"cpf\":\"%u%u%u%u%u%u%u%u%u%u%u\","
	                 : "\"cpf\":\"%u%u%u.%u%u%u.%u%u%u-%u%u\",",
	    d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7], d[8], d[9], d[10]);
}

static void put_score(struct buf *b, uint64_t *r)
{
	unsigned cents = (unsigned)random_below(r, 10001);

	switch (random_below(r, 12)) {
	case 0: buf_adds(b, "\"score\":null,"); break;
	case 1: break;
	case 2:
	case 3: buf_addf(b, "\"score\":%u,", cents / 100); break;
	case 4:
	case 5:
	case 6: buf_addf(b, "\"score\":%u.%02u,", cents / 100, cents % 100); break;
	default: buf_addf(b, "\"score\":\"%u.%02u\",", cents / 100, cents % 100);
	}
}

static void put_consent(struct buf *b, uint64_t *r)
{
	bool yes = random_below(r, 10) < 6;

	if (!one_in(r, 30))
		buf_addf(b, "\"consent\":%s,", yes ? PICK(r, truths) : PICK(r, falsehoods));
}

static void put_origin(struct buf *b, uint64_t *r)
{
	uint64_t n = random_below(r, 4);
	size_t from = random_below(r, 5);

	buf_addf(b, "\"channel\":\"%s\",", PICK(r, channels));
	if (n < 3) {
		buf_adds(b, "\"tags\":[");
		for (size_t k = 0; k < n; k++)
			buf_addf(b, "%s\"%s\"", k ? "," : "", tags[(from + k) % 5]);
		buf_adds(b, "],");
	}
	if (one_in(r, 10))
		buf_adds(b, "\"utm\":null,");
	else if (!one_in(r, 6))
		buf_addf(b,
		    "\"utm\":{\"source\":\"%s\",\"medium\":\"%s\",\"campaign\":\"C-%03u\"},",
		    PICK(r, sources), PICK(r, media), 1 + (unsigned)random_below(r, CAMPAIGNS));
}

static void put_rest(struct buf *b, uint64_t *r, uint64_t i)
{
	if (one_in(r, 40))
		buf_addf(b, "\"x-partner\":{\"code\":%u},", (unsigned)random_below(r, 100));
	if (one_in(r, 60))
		buf_adds(b, "\"legacyFlag\":\"0\",");
	if (!one_in(r, 8))
		buf_addf(b, "\"city\":\"%s\",", PICK(r, cities));
	buf_addf(b, "\"external_ref\":%ju,", (uintmax_t)(UINT64_C(9007199254740993) + 2 * i));
	buf_addf(b, "\"notes\":%s}", PICK(r, notes));
}

/* Item number `made` is done. */
static void give(struct making *m, int64_t updated)
{
	m->take(m->ctx, updated, buf_span(&m->row));
	buf_clear(&m->row);
	m->made++;
}

/* One lead of every BAD_ONE_IN, the kinds in turn. */
static int badness(uint64_t seed, uint64_t i)
{
	uint64_t block = i / BAD_ONE_IN, spoilt = stream(seed, block, 4) % BAD_ONE_IN;

	return i % BAD_ONE_IN == spoilt ? (int)(block % (BAD_CONSENT + 1)) : GOOD;
}

/* `again`: the late update: score, consent and origin are new, the person is the same. */
static void make_lead(struct making *m, uint64_t i, bool again)
{
	uint64_t person = stream(m->seed, i, 1), state = stream(m->seed, i, again ? 2 : 3);
	int bad = again ? GOOD : badness(m->seed, i);
	int64_t updated = instant(m->made, m->total), created;
	struct buf *b = &m->row;

	created = instant(i, m->leads) - 2 * TIME_DAY -
	          (int64_t)random_below(&person, 3 * 86400) * CLOCK_SECOND;
	buf_addc(b, '{');
	if (bad != BAD_ID)
		buf_addf(b, "\"id\":\"L-%06ju\",", (uintmax_t)i + 1);
	if (bad == BAD_CREATED)
		buf_adds(b, "\"created_at\":\"2026-02-31T08:00:00Z\",");
	else
		put_time(b, "created_at", created, (unsigned)random_below(&person, 4));
	put_time(b, "updated_at", updated, 0);
	put_contact(b, &person, i + 1);
	put_cpf(b, &person);
	if (bad == BAD_SCORE)
		buf_adds(b, "\"score\":\"n/a\",");
	else
		put_score(b, &state);
	if (bad == BAD_CONSENT)
		buf_adds(b, "\"consent\":\"maybe\",");
	else
		put_consent(b, &state);
	put_origin(b, &state);
	put_rest(b, &person, i);
	give(m, updated);
}

static bool is_late(uint64_t seed, uint64_t i)
{
	uint64_t state = stream(seed, i, 5);

	return one_in(&state, LATE_ONE_IN);
}

static void make_leads(struct making *m)
{
	m->total = m->leads;
	for (uint64_t i = 0; i < m->leads; i++)
		m->total += is_late(m->seed, i);
	for (uint64_t i = 0; i < m->leads + LATE_LAG; i++) {
		if (i < m->leads)
			make_lead(m, i, false);
		if (i >= LATE_LAG && i - LATE_LAG < m->leads && is_late(m->seed, i - LATE_LAG))
			make_lead(m, i - LATE_LAG, true);
	}
}

static void make_touchpoints(struct making *m)
{
	m->total = 3 * m->leads;
	while (m->made < m->total) {
		uint64_t r = stream(m->seed, m->made, 6);
		int64_t updated = instant(m->made, m->total);
		struct buf *b = &m->row;
		unsigned cents = (unsigned)random_below(&r, 20000);

		buf_addf(b, "{\"id\":\"T-%08ju\",\"lead_id\":\"L-%06ju\",", (uintmax_t)m->made + 1,
		    (uintmax_t)random_below(&r, m->leads) + 1);
		put_time(b, "occurred_at",
		    updated - (int64_t)random_below(&r, 86400) * CLOCK_SECOND,
		    (unsigned)random_below(&r, 4));
		put_time(b, "updated_at", updated, 0);
		buf_addf(b, "\"kind\":\"%s\",\"campaign\":\"C-%03u\",", PICK(&r, kinds),
		    1 + (unsigned)random_below(&r, CAMPAIGNS));
		if (one_in(&r, 3))
			buf_addf(b, "\"value\":\"%u.%02u\",", cents / 100, cents % 100);
		buf_addf(b, "\"url\":\"https://www.example.com/offers/%u?ref=%%C3%%A9\"}",
		    (unsigned)random_below(&r, 500));
		give(m, updated);
	}
}

static void make_campaigns(struct making *m)
{
	m->total = CAMPAIGNS;
	while (m->made < m->total) {
		uint64_t r = stream(m->seed, m->made, 7);
		int64_t updated = instant(m->made, m->total);
		struct buf *b = &m->row;
		char starts[TIME_TEXT];

		time_rfc3339(starts, updated);
		buf_addf(b, "{\"id\":\"C-%03u\",\"name\":\"%s %s\",", (unsigned)m->made + 1,
		    PICK(&r, cities), PICK(&r, channels));
		buf_addf(b, "\"starts_on\":\"%.10s\",\"ends_on\":null,", starts);
		put_time(b, "updated_at", updated, 0);
		buf_addf(b, "\"budget\":\"%u.00\",\"currency\":\"BRL\",\"active\":%s}",
		    1000 + 250 * (unsigned)random_below(&r, 40), PICK(&r, truths));
		give(m, updated);
	}
}

struct collection {
	const char *name;
	void (*make)(struct making *m);
};

static const struct collection collections[] = {
    {"leads", make_leads}, {"touchpoints", make_touchpoints}, {"campaigns", make_campaigns}};

static const struct collection *find(const char *name)
{
	for (size_t i = 0; i < sizeof collections / sizeof *collections; i++)
		if (strcmp(collections[i].name, name) == 0)
			return &collections[i];
	return NULL;
}

bool leads_known(const char *collection)
{
	return find(collection) != NULL;
}

void leads_make(const char *collection, uint64_t leads, uint64_t seed, leads_take *take, void *ctx)
{
	struct making m = {.take = take, .ctx = ctx, .seed = seed, .leads = leads};

	buf_init(&m.row, 64 * 1024);
	find(collection)->make(&m);
	buf_free(&m.row);
}
