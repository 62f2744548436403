-- Which campaigns made the hot leads, by five models side by side. A lead counts once, from the moment when it was
-- last updated (a score of @score and more, and consent), and shares one credit out among its touchpoints up to then:
--   first_touch, last_touch   all to the first, or to the last
--   linear                    the same to each
--   position_based            40 % to the first, 40 % to the last, 20 % to those between (one: all; two: half each)
--   time_decay                half as much for every @half_life days that it lies back
-- The sum over all campaigns is the number of hot leads with touchpoints, in every column.
--
--   bq-query -f attribution.sql --param score:NUMERIC=80 --param half_life:INT64=7
WITH hot AS (
  SELECT lead_id, updated_at AS hot_at
  FROM marketing.leads
  WHERE consent AND score >= @score
),
touches AS (
  SELECT
    t.lead_id,
    t.campaign,
    ROW_NUMBER() OVER (PARTITION BY t.lead_id ORDER BY t.occurred_at, t.touchpoint_id) AS nth,
    COUNT(*) OVER (PARTITION BY t.lead_id) AS n,
    POW(0.5, TIMESTAMP_DIFF(h.hot_at, t.occurred_at, SECOND) / 86400 / @half_life) AS weight
  FROM marketing.touchpoints t
  JOIN hot h ON h.lead_id = t.lead_id
  WHERE t.occurred_at <= h.hot_at
),
credits AS (
  SELECT
    campaign,
    IF(nth = 1, 1, 0) AS first_touch,
    IF(nth = n, 1, 0) AS last_touch,
    1 / n AS linear,
    CASE
      WHEN n = 1 THEN 1.0
      WHEN n = 2 THEN 0.5
      WHEN nth = 1 OR nth = n THEN 0.4
      ELSE 0.2 / (n - 2)
    END AS position_based,
    weight / SUM(weight) OVER (PARTITION BY lead_id) AS time_decay
  FROM touches
)
SELECT
  campaign,
  COUNT(*) AS touches,
  SUM(first_touch) AS first_touch,
  SUM(last_touch) AS last_touch,
  ROUND(SUM(linear), 4) AS linear,
  ROUND(SUM(position_based), 4) AS position_based,
  ROUND(SUM(time_decay), 4) AS time_decay
FROM credits
GROUP BY campaign
ORDER BY campaign
