-- Leads worth a call: they agreed to be called, and score among the best of their channel. E-mail and phone are
-- encrypted here; salesforce.json says how pii-mask --reveal makes them clear.
SELECT
  lead_id AS Gaio_Lead_Id__c,
  CONCAT('Lead ', lead_id) AS LastName,
  'Gaio Social' AS Company,
  email AS Email,
  phone AS Phone,
  channel AS LeadSource,
  'Hot' AS Rating,
  score AS Score__c,
  city AS City
FROM marketing.leads
WHERE consent AND score >= 90
QUALIFY ROW_NUMBER() OVER (PARTITION BY channel ORDER BY score DESC, lead_id) <= 50
