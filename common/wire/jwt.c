#include "wire/jwt.h"

#include "wire/crypt.h"

#include <stdio.h>
#include <stdlib.h>

enum { PART_MAX = 64 * 1024 };

static void add_part(struct buf *token, const jdoc *doc)
{
	char *text = jdoc_dump(doc);

	crypt_base64url(token, span_of(text));
	free(text);
}

bool jwt_sign(struct buf *token, const jdoc *claims, const char *key_id, struct span pem)
{
	jdoc *header = jdoc_object();
	struct buf signature;
	size_t before = token->n;
	bool ok;

	buf_init(&signature, PART_MAX);
	jdoc_set_text(header, "alg", "RS256");
	jdoc_set_text(header, "typ", "JWT");
	jdoc_set_text(header, "kid", key_id);
	add_part(token, header);
	buf_addc(token, '.');
	add_part(token, claims);
	ok = crypt_rs256(pem, span_skip(buf_span(token), before), &signature);
	buf_addc(token, '.');
	crypt_base64url(token, buf_span(&signature));
	ok = ok && !token->full;
	if (!ok)
		token->n = before;
	buf_free(&signature);
	jdoc_free(header);
	return ok;
}

/* Cuts the text before the first dot off *rest; the last part has none. */
static struct span take_part(struct span *rest)
{
	const char *dot = rest->n ? memchr(rest->p, '.', rest->n) : NULL;
	struct span part = {rest->p, dot ? (size_t)(dot - rest->p) : rest->n};

	*rest = dot ? span_skip(*rest, part.n + 1) : (struct span){NULL, 0};
	return part;
}

static jdoc *part_doc(struct span part, char why[JDOC_WHY])
{
	struct buf text;
	jdoc *doc = NULL;

	buf_init(&text, PART_MAX);
	if (crypt_unbase64(&text, part))
		doc = jdoc_parse(buf_span(&text), why);
	else
		snprintf(why, JDOC_WHY, "not base64url");
	buf_free(&text);
	if (doc && !jdoc_is_object(doc)) {
		snprintf(why, JDOC_WHY, "not a JSON object");
		jdoc_free(doc);
		doc = NULL;
	}
	return doc;
}

static bool is_signed(const jdoc *header, struct span pem, struct span data, struct span part)
{
	struct buf signature;
	bool ok;

	buf_init(&signature, PART_MAX);
	ok = strcmp(jdoc_text(header, "alg", ""), "RS256") == 0 &&
	     crypt_unbase64(&signature, part) &&
	     crypt_rs256_verify(pem, data, buf_span(&signature));
	buf_free(&signature);
	return ok;
}

jdoc *jwt_claims(struct span token, struct span pem, char why[JDOC_WHY])
{
	struct span rest = token;
	struct span head = take_part(&rest), body = take_part(&rest), signature = take_part(&rest);
	struct span data = {token.p, head.n + 1 + body.n};
	jdoc *header = NULL, *claims = NULL;

	if (!signature.p || rest.p) {
		snprintf(why, JDOC_WHY, "not three parts with dots between");
		return NULL;
	}
	header = part_doc(head, why);
	if (header)
		claims = part_doc(body, why);
	if (claims && pem.p && !is_signed(header, pem, data, signature)) {
		snprintf(why, JDOC_WHY, "not signed by this key");
		jdoc_free(claims);
		claims = NULL;
	}
	jdoc_free(header);
	return claims;
}
