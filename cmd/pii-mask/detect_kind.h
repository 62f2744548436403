#ifndef PII_DETECT_KIND_H
#define PII_DETECT_KIND_H

/* The kinds of personal data that detect.h finds and of which hint.h knows words. */

enum detect {
	DETECT_EMAIL,
	DETECT_PHONE,
	DETECT_CARD,
	DETECT_IBAN,
	DETECT_CPF,
	DETECT_CNPJ,
	DETECT_IP,
	DETECT_BIRTH, /* a date of birth */
	DETECTS
};

#endif
