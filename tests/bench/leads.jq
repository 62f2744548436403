# The change of leads.json, for jq and gojq.
def trim: if startswith(" ") then .[1:] | trim elif endswith(" ") then .[:-1] | trim else . end;
def utc:
  if endswith("Z") then .
  else .[19:] as $zone
  | ((($zone[1:3] | tonumber) * 3600 + ($zone[4:6] | tonumber) * 60) * (if $zone[:1] == "-" then 1 else -1 end)) as $shift
  | (.[:19] + "Z" | fromdate) + $shift | todate
  end;
{
  lead_id: .id,
  created_at: .created_at | utc,
  email: .contact.email | trim | ascii_downcase,
  score: .score | tonumber,
  age: .age | tonumber,
  consent: (.consent | if type == "string" then ascii_downcase | . == "yes" or . == "y" or . == "true" else . end)
}
