-- Everybody who agreed to be written to. The key is the same as Salesforce's, so the two clouds know one person as one.
-- E-mail is encrypted here; marketing.json says how pii-mask --reveal makes it clear.
SELECT
  lead_id AS SubscriberKey,
  email AS Email,
  CONCAT('Lead ', lead_id) AS LastName,
  score AS Score,
  consent AS Consent
FROM marketing.leads
WHERE consent
