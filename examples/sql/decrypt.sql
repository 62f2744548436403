-- Reads in BigQuery what pii-mask encrypted, for the few people who may: with the keyset in a KMS.
--
-- The keyset that pii-mask uses is wrapped once (the key material goes through no query and no job history):
--
--     tinkey convert-keyset --in mask.key --in-format json --out keyset.bin --out-format binary
--     gcloud kms encrypt --location us --keyring marketing --key mask \
--         --plaintext-file keyset.bin --ciphertext-file keyset.wrapped
--     shred -u keyset.bin
--
--     bq-query -f decrypt.sql --param wrapped:BYTES="$(base64 -w 0 keyset.wrapped)" \
--         --param kms_key=gcp-kms://projects/my-project/locations/us/keyRings/marketing/cryptoKeys/mask
--
-- BigQuery unwraps it when the query runs, as the person who runs it: without the right to decrypt with that KMS key
-- the query fails. The KMS key must be in the region of the query. The last argument is the associated data: the
-- field's dotted name in the contract, or its "domain".
SELECT
  lead_id,
  DETERMINISTIC_DECRYPT_STRING(KEYS.KEYSET_CHAIN(@kms_key, @wrapped), FROM_BASE64(email), 'email') AS email,
  DETERMINISTIC_DECRYPT_STRING(KEYS.KEYSET_CHAIN(@kms_key, @wrapped), FROM_BASE64(phone), 'phone') AS phone
FROM marketing.leads
WHERE created_at >= TIMESTAMP '2026-11-22'
