-- Finds one person by a clear value, without decrypting the table: encryption is deterministic, so the value looked
-- for is encrypted and compared. @mask_json is the keyset as JSON; it then stands in the job's history, so this form is
-- for trying things out. Where it matters, take the keyset from a KMS, as decrypt.sql does; or let pii-mask encrypt the
-- value, so that BigQuery sees neither it nor the key:
--
--     echo '{"email":"maria@example.com"}' | pii-mask -q -c leads.json --key-file mask.key
SELECT lead_id, channel, created_at
FROM marketing.leads
WHERE email = TO_BASE64(DETERMINISTIC_ENCRYPT(KEYS.KEYSET_FROM_JSON(@mask_json), 'maria@example.com', 'email'))
