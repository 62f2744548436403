-- Every lead that agreed to be called, in one of three segments on the day @today:
--   hot   a score of 80 and more, and a touchpoint within the last 30 days
--   warm  a score of 50 and more, or three touchpoints within the last 30 days
--   cold  all others
--
--   bq-query -f segments.sql --param today:DATE=2026-11-23
WITH recent AS (
  SELECT lead_id, COUNT(*) AS touches, MAX(occurred_at) AS last_touch
  FROM marketing.touchpoints
  WHERE DATE(occurred_at) > DATE_SUB(@today, INTERVAL 30 DAY) AND DATE(occurred_at) <= @today
  GROUP BY lead_id
)
SELECT
  l.lead_id,
  l.channel,
  l.score,
  IFNULL(r.touches, 0) AS touches,
  r.last_touch,
  CASE
    WHEN l.score >= 80 AND r.touches > 0 THEN 'hot'
    WHEN l.score >= 50 OR r.touches >= 3 THEN 'warm'
    ELSE 'cold'
  END AS segment
FROM marketing.leads l
LEFT JOIN recent r ON r.lead_id = l.lead_id
WHERE l.consent
ORDER BY l.score DESC, l.lead_id
