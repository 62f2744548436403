#!/usr/bin/env bats
# examples/sources: each file asks the sandbox, which answers as that API does, and its rows fit its contract.

load helper
load gaio-fetch

SOURCES=$BATS_TEST_DIRNAME/../examples/sources

# Everything that a source file could name.
export HUBSPOT_TOKEN=x META_TOKEN=x META_ACCOUNT=1 SHOPIFY_SHOP=s SHOPIFY_TOKEN=x GOOGLE_ADS_CUSTOMER=1 GOOGLE_ADS_DEVELOPER_TOKEN=x GOOGLE_ADS_LOGIN_CUSTOMER=1 \
	STRIPE_KEY=x GA4_PROPERTY=1 LINKEDIN_CLIENT_ID=sandbox-client LINKEDIN_CLIENT_SECRET=sandbox-secret LINKEDIN_REFRESH_TOKEN=sandbox-refresh-token LINKEDIN_ACCOUNT=1 \
	TIKTOK_TOKEN=x TIKTOK_ADVERTISER=1 RD_CLIENT_ID=sandbox-client RD_CLIENT_SECRET=sandbox-secret RD_REFRESH_TOKEN=sandbox-refresh-token KLAVIYO_KEY=x \
	MAILCHIMP_DC=us1 MAILCHIMP_KEY=x MAILCHIMP_LIST=L1 ZENDESK_SUBDOMAIN=z ZENDESK_USER=u/token ZENDESK_TOKEN=x AZURE_TENANT=t AZURE_CLIENT_ID=sandbox-client AZURE_CLIENT_SECRET=sandbox-secret

# source, resource, collection of the sandbox, its flavour, contract
ALL='hubspot contacts contacts hubspot hubspot-contacts
meta insights insights meta-insights meta-insights
shopify orders orders shopify-graphql shopify-orders
google-ads metrics campaign google-ads-stream google-ads-metrics
stripe charges charges stripe stripe-charges
ga4 sessions sessions ga4 ga4-sessions
linkedin campaigns adCampaigns linkedin linkedin-campaigns
tiktok ads report tiktok tiktok-ads
rd-station contacts contacts rd-station rd-station-contacts
klaviyo profiles profiles klaviyo klaviyo-profiles
mailchimp members members mailchimp mailchimp-members
salesforce leads Lead salesforce salesforce-leads
zendesk tickets tickets zendesk zendesk-tickets
microsoft-graph users users graph microsoft-graph-users'

# The file as it is, but for where the API is, and how fast the sandbox may be asked.
here() { # SOURCE FLAVOUR
	sed -E "s#\"url\": \"https://[^\"]*\"#\"url\": \"$LEADPIPE_SANDBOX_URL/api/$2/v1/\"#; s#\"token_url\": \"[^\"]*\"#\"token_url\": \"$LEADPIPE_SANDBOX_URL/api/token\"#; s#\"rate\": \"[^\"]*\",?##" \
		"$SOURCES/$1.json" >"$1.json"
}

@test "each source is whole: --check, a contract, a section of the README" {
	for source in "$SOURCES"/*.json; do
		SF_LOGIN_URL=https://login.salesforce.com gaio-fetch --check -s "$source" >requests
		grep -qE '^  (GET|POST) ' requests
		name=$(basename "$source" .json)
		grep -q "^$name " <<<"$ALL"
		grep -q "^## .*$name.json" "$SOURCES/README.md"
	done
	for contract in "$SOURCES"/contracts/*.json; do
		ndjson-normalize -q -c "$contract" </dev/null
		grep -q " $(basename "$contract" .json)\$" <<<"$ALL"
	done
}

@test "each source: all rows, as the API gives them, and no reject under its contract" {
	while read -r source resource collection flavour contract; do
		echo "$source"
		rows=$DATA/sources/$source.ndjson
		sandbox --resource "$collection=$rows"
		for name in HUBSPOT_TOKEN META_TOKEN SHOPIFY_TOKEN STRIPE_KEY TIKTOK_TOKEN KLAVIYO_KEY MAILCHIMP_KEY ZENDESK_TOKEN; do
			export "$name=$GAIO_API_TOKEN"
		done
		export SF_LOGIN_URL=$LEADPIPE_SANDBOX_URL SF_CLIENT_ID=sandbox-client SF_CLIENT_SECRET=sandbox-secret
		here "$source" "$flavour"
		dates=()
		case $source in meta | google-ads | ga4 | tiktok | shopify | klaviyo | salesforce) dates=(--since 2026-01-01 --until 2026-01-05) ;; esac
		if [ "$source" = rd-station ]; then
			gaio-fetch -q -s "$source.json" "$resource" <<<'{"id":7}' >out
			jq -c '{segmentation_id: 7} + .' "$rows" | cmp out -
		else
			gaio-fetch -q -s "$source.json" "${dates[@]}" "$resource" >out
			cmp "$rows" out
		fi
		if [ "$source" = ga4 ]; then
			jq -c '{date: .dimensionValues[0].value, source: .dimensionValues[1].value, medium: .dimensionValues[2].value, sessions: .metricValues[0].value, users: .metricValues[1].value}' out >flat
			mv flat out
		fi
		ndjson-normalize -q -c "$SOURCES/contracts/$contract.json" out >fit
		[ "$(wc -l <fit)" -eq 2 ]
	done <<<"$ALL"
}
