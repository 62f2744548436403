/* pii-mask's eyes: check digits, and what is found in a text. */

#include "../../cmd/pii-mask/check_digits.h"
#include "../../cmd/pii-mask/detect.h"
#include "../../cmd/pii-mask/hint.h"

#include <stdio.h>

static int passed, failed;

static const struct {
	bool (*check)(struct span);
	const char *text;
	bool good;
} numbers[] = {
    {check_digits_cpf, "52998224725", true},
    {check_digits_cpf, "11144477735", true},
    {check_digits_cpf, "52998224726", false},
    {check_digits_cpf, "52998224735", false},
    {check_digits_cpf, "11111111111", false},
    {check_digits_cpf, "00000000000", false},
    {check_digits_cpf, "5299822472", false},
    {check_digits_cnpj, "11222333000181", true},
    {check_digits_cnpj, "12ABC34501DE35", true},
    {check_digits_cnpj, "11222333000182", false},
    {check_digits_cnpj, "12ABC34501DE36", false},
    {check_digits_cnpj, "12ABC34501DF35", false},
    {check_digits_cnpj, "ABCDEFGHIJKL80", true},
    {check_digits_cnpj, "00000000000000", false},
    {check_digits_card, "4111111111111111", true},
    {check_digits_card, "5500005555555559", true},
    {check_digits_card, "378282246310005", true},
    {check_digits_card, "30569309025904", true},
    {check_digits_card, "6011111111111117", true},
    {check_digits_card, "4222222222222", true},
    {check_digits_card, "3530111333300000", true},
    {check_digits_card, "6205500000000000004", true},
    {check_digits_card, "4111111111111112", false},
    {check_digits_card, "1234567812345670", false},
    {check_digits_card, "4444444444444444", false},
    {check_digits_iban, "GB82WEST12345698765432", true},
    {check_digits_iban, "DE89370400440532013000", true},
    {check_digits_iban, "BR1800360305000010009795493C1", true},
    {check_digits_iban, "NO9386011117947", true},
    {check_digits_iban, "MT84MALT011000012345MTLCAST001S", true},
    {check_digits_iban, "GB82WEST12345698765431", false},
    {check_digits_iban, "GB82WEST1234569876543", false},
    {check_digits_iban, "XX82WEST12345698765432", false},
    {check_digits_birth, "19800203", true},
    {check_digits_birth, "03021980", true},
    {check_digits_birth, "02281980", true},
    {check_digits_birth, "19801301", false},
    {check_digits_birth, "18500101", false},
    {check_digits_birth, "30021980", false},
};

/* The names of the kinds found, with a space behind each. */
static const struct {
	const char *text, *found;
} texts[] = {
    {"maria@example.com", "email "},
    {"<maria.silva+x@mail.example.com.br>, thanks", "email "},
    {"josé@exemplo.com", "email "},
    {"maria@example", ""},
    {"@example.com", ""},
    {"a@b.c", ""},
    {"maria@example..com", ""},
    {"see me @ 5.pm", ""},
    {"x@1.23", ""},
    {"write to maria@example.com.", "email "},
    {"+5511987654321", "phone "},
    {"call +55 (11) 98765-4321 today", "phone "},
    {"(11) 98765-4321", "phone "},
    {"11 98765-4321", "phone "},
    {"5511987654321", "phone "},
    {"650-555-1212", "phone "},
    {"(650) 555-1212", "phone "},
    {"+1.650.555.1212", "phone "},
    {"+123", ""},
    {"2026-11-22T23:59:58+03:00", ""},
    {"1764000000000", ""},
    {"1+12345678", ""},
    {"4111 1111 1111 1111", "card "},
    {"card:4111-1111-1111-1111.", "card "},
    {"4111111111111112", ""},
    {"3782 822463 10005", "card "},
    {"04111111111111111", ""},
    {"GB82 WEST 1234 5698 7654 32", "iban "},
    {"IBAN GB82WEST12345698765432 please", "iban "},
    {"gb82 west 1234 5698 7654 32", "iban "},
    {"GB82WEST12345698765433", ""},
    {"529.982.247-25", "cpf "},
    {"52998224725", "cpf "},
    {"meu cpf: 529.982.247-25!", "cpf "},
    {"529.982.247-26", ""},
    {"x52998224725", ""},
    {"0.52998224725", ""},
    {"529982247250", ""},
    {"12.ABC.345/01DE-35", "cnpj "},
    {"12ABC34501DE35", "cnpj "},
    {"11.222.333/0001-81", "cnpj "},
    {"11222333000181", "cnpj "},
    {"ABCDEFGHIJKL80", "cnpj "},
    {"AB.CDE.FGH/IJKL-80", "cnpj "},
    {"12.ABC.345/01DE-36", ""},
    {"from 10.20.30.40 at", "ip "},
    {"10.20.30.400", ""},
    {"1.2.3", ""},
    {"1.2.3.4.5", ""},
    {"2001:db8::1", "ip "},
    {"host fe80::1.", "ip "},
    {"12:34:56", ""},
    {"std::map", ""},
    {"10.20.30.40.", "ip "},
    {"born 1980-02-03", "birth_date "},
    {"Nascido em 03/02/1980", "birth_date "},
    {"DOB: 02/28/1980", "birth_date "},
    {"adobe 1980-02-03", ""},
    {"tel 33334444", "phone "},
    {"Telefone: 11987654321", "phone "},
    {"hotel 33334444", ""},
    {"33334444", ""},
    {"1980-02-03", ""},
    {"born in a year of rain, on 1980-02-03", ""},
    {"maria@example.com, +55 11 98765-4321, 529.982.247-25, 10.0.0.1", "email phone cpf ip "},
    /* what must not be taken for anything */
    {"", ""},
    {"550e8400-e29b-41d4-a716-446655440000", ""},
    {"2026-11-22 23:59:58.123456 UTC", ""},
    {"AXJmOD71zV1PTf9LGWWJtU9EHbgkJuMq38RUGjoXF5i6RpLG2nc=", ""},
    {"6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec", ""},
    {"9007199254740993", ""},
    {"8474.34", ""},
    {"v1.2.3-4", ""},
    {"https://example.com/a/b?c=1", ""},
};

static const struct {
	const char *name;
	unsigned hints;
} names[] = {
    {"dateOfBirth", 1u << DETECT_BIRTH},
    {"data_nascimento", 1u << DETECT_BIRTH},
    {"user_dob", 1u << DETECT_BIRTH},
    {"adobe", 0},
    {"phone", 1u << DETECT_PHONE},
    {"home_telephone", 1u << DETECT_PHONE},
    {"Telefone", 1u << DETECT_PHONE},
    {"tel1", 1u << DETECT_PHONE},
    {"telemetry", 0},
    {"hotel", 0},
    {"id", 0},
    {"cel", 1u << DETECT_PHONE},
    {"telContato", 1u << DETECT_PHONE},
    {"CelPrincipal", 1u << DETECT_PHONE},
    {"cancel_id", 0},
    {"excel", 0},
    {"email_2", 1u << DETECT_EMAIL},
    {"cliente_cpf", 1u << DETECT_CPF},
    {"ip", 1u << DETECT_IP},
    {"zip", 0},
};

static void check(bool ok, const char *what, const char *got)
{
	if (ok) {
		passed++;
		return;
	}
	failed++;
	printf("failed: \"%s\": got \"%s\"\n", what, got);
}

static void one_text(const char *text, const char *wanted, unsigned hints)
{
	char got[100] = "";
	struct buf plain;
	unsigned found;

	buf_init(&plain, 4096);
	found = detect_all(span_of(text), hints, &plain);
	buf_free(&plain);
	for (unsigned kind = 0; kind < DETECTS; kind++)
		if (found >> kind & 1)
			snprintf(
			    got + strlen(got), sizeof got - strlen(got), "%s ", detect_name(kind));
	check(strcmp(got, wanted) == 0, text, got);
}

int main(void)
{
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		bool good = numbers[i].check(span_of(numbers[i].text));

		check(good == numbers[i].good, numbers[i].text, good ? "good" : "bad");
	}
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		one_text(texts[i].text, texts[i].found, 0);
	one_text("1980-02-03", "birth_date ", 1u << DETECT_BIRTH);
	one_text("19800203", "birth_date ", 1u << DETECT_BIRTH);
	one_text("11987654321", "phone ", 1u << DETECT_PHONE);
	one_text("33334444", "phone ", 1u << DETECT_PHONE);
	one_text("1234567", "", 1u << DETECT_PHONE);
	one_text("1234567890123456", "", 1u << DETECT_PHONE);
	one_text("2026-11-22", "", 1u << DETECT_PHONE);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		check(hint_of(span_of(names[i].name)) == names[i].hints, names[i].name, "");
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}
