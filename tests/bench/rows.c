/*
 * Writes N made-up lead rows (NDJSON, about 548 bytes each) to stdout: the same N
 * gives the same bytes everywhere. A nested contact, tags and UTM values, numbers
 * and truth as APIs send them, three forms of time zone, UTF-8. Every row fits
 * leads.json, so that all programs of the table have the same work.
 *
 *	rows 1000000 > rows.ndjson
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define PICK(draw, table) (table)[(draw) % (sizeof(table) / sizeof *(table))]

static const char *const names[] = {"Ana", "Bruno", "João", "Márcia", "Conceição", "Rafael",
    "Letícia", "Otávio", "Inês", "Caio", "Débora", "Thiago", "Yara", "Zoë"};
static const char *const surnames[] = {"Souza", "Araújo", "Gonçalves", "Brandão", "Müller", "Lima",
    "Simões", "Teixeira", "Queirós", "Prado", "D'Ávila", "Nóbrega"};
static const char *const mails[] = {"  Ana.Souza", "bruno", "JOAO.ARAUJO", "marcia.g",
    "rafael_lima", "Leticia", "otavio.queiros", "ines", "Caio.Prado", "debora"};
static const char *const hosts[] = {
    "Example.com", "mail.example.org", "example.net ", "EXAMPLE.COM"};
static const char *const cities[] = {"São Paulo", "Belém", "Curitiba", "Maceió", "Goiânia",
    "Florianópolis", "Recife", "Niterói", "Brasília"};
static const char *const channels[] = {
    "instagram", "google", "facebook", "email", "referral", "event"};
static const char *const tags[] = {"vip", "retarget", "webinar", "b2b", "trial"};
static const char *const truths[] = {"true", "\"yes\"", "\"Y\"", "\"true\"", "\"Yes\""};
static const char *const falsehoods[] = {"false", "\"no\"", "\"N\"", "\"false\"", "\"No\""};
static const char *const notes[] = {"null", "\"asked for a call back\"", "\"\"",
    "\"says \\\"call after 18h\\\"\\nprefers e-mail\"", "\"interested \xf0\x9f\x9a\x80\""};
static const char *const zones[] = {"Z", "-03:00", "+05:45"};

/* splitmix64 */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void put_time(const char *name, const uint64_t d[4])
{
	unsigned second = (unsigned)(d[2] % 86400);

	printf("\"%s\":\"2026-%02u-%02uT%02u:%02u:%02u%s\",", name, 1 + (unsigned)(d[0] % 12),
	    1 + (unsigned)(d[1] % 28), second / 3600, second / 60 % 60, second % 60,
	    PICK(d[3], zones));
}

static void put_contact(const uint64_t d[8])
{
	printf("\"contact\":{\"name\":\"%s %s\",", PICK(d[0], names), PICK(d[1], surnames));
	printf("\"email\":\"%s%u@%s\",", PICK(d[2], mails), (unsigned)(d[3] % 100000),
	    PICK(d[4], hosts));
	printf("\"phone\":\"+55 (%02u) 9%04u-%04u\",\"opt_in\":%s},", 11 + (unsigned)(d[5] % 80),
	    (unsigned)(d[6] % 10000), (unsigned)(d[7] % 10000), d[7] >> 63 ? "true" : "false");
}

static void put_figures(const uint64_t d[8])
{
	const char *quote[] = {d[0] >> 63 ? "\"" : "", d[1] >> 63 ? "\"" : ""};

	printf("\"score\":%s%u.%02u%s,", quote[0], (unsigned)(d[0] % 10000), (unsigned)(d[1] % 100),
	    quote[0]);
	printf("\"age\":%s%u%s,", quote[1], 18 + (unsigned)(d[2] % 70), quote[1]);
	printf("\"consent\":%s,", d[3] >> 63 ? PICK(d[3], truths) : PICK(d[3], falsehoods));
	printf("\"tags\":[");
	for (unsigned i = 0; i < d[4] % 4; i++)
		printf("%s\"%s\"", i ? "," : "", PICK(d[5 + i], tags));
	printf("],");
}

static void put_source(const uint64_t d[16])
{
	printf("\"utm\":{\"source\":\"%s\",\"medium\":\"cpc\",", PICK(d[0], channels));
	printf("\"campaign\":\"2026_q%u_%s\"},", 1 + (unsigned)(d[1] % 4), PICK(d[2], channels));
	printf("\"address\":{\"street\":\"Rua %s, %u\",", PICK(d[3], surnames),
	    (unsigned)(d[4] % 2000));
	printf("\"city\":\"%s\",\"zip\":\"%05u-%03u\"},", PICK(d[5], cities),
	    (unsigned)(d[6] % 100000), (unsigned)(d[7] % 1000));
	printf("\"notes\":%s,\"visits\":%u,", PICK(d[8], notes), (unsigned)(d[9] % 50));
	printf("\"agent\":\"Mozilla/5.0 (Linux) Firefox/%u.0\",", 100 + (unsigned)(d[10] % 40));
	printf("\"external_ref\":%" PRIu64 "}\n", (d[11] >> 4) + (UINT64_C(1) << 59));
}

int main(int argc, char **argv)
{
	uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 0, state = 1, d[40];

	for (uint64_t i = 0; i < n; i++) {
		for (size_t k = 0; k < sizeof d / sizeof *d; k++)
			d[k] = next(&state);
		printf("{\"id\":\"L-%08" PRIu64 "\",", i);
		put_time("created_at", d);
		put_time("updated_at", d + 4);
		put_contact(d + 8);
		put_figures(d + 16);
		put_source(d + 24);
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
