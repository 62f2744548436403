#!/usr/bin/env bats
# Google credentials: the key file, the metadata server, none; and what is said when they do not do.

load helper
unset GOOGLE_CLOUD_QUOTA_PROJECT
export CLOUDSDK_CONFIG=/nowhere

# From here on the sandbox is an endpoint that credentials are sent to, no emulator.
as_endpoint() {
	export CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY=$BIGQUERY_EMULATOR_HOST
	unset BIGQUERY_EMULATOR_HOST
}

key_file() {
	openssl genrsa -out key.pem 2048 2>/dev/null
	jq -n --rawfile key key.pem --arg uri "$LEADPIPE_SANDBOX_URL/token" '{type: "service_account", project_id: "of-the-key",
		private_key_id: "k1", private_key: $key, client_email: "robot@of-the-key.iam.gserviceaccount.com", token_uri: $uri}' >key.json
	chmod 600 key.json
	export GOOGLE_APPLICATION_CREDENTIALS=$PWD/key.json
}

requests() {
	curl -sS "$LEADPIPE_SANDBOX_URL/_sandbox/requests" | jq ".services.\"$1\""
}

@test "a service account's key file: one token for all requests" {
	sandbox --leads 1
	as_endpoint
	key_file
	run -0 --separate-stderr bq-query -q 'SELECT 1 AS a'
	[ "$output" = '{"a":1}' ]
	[ "$(requests oauth)" = 1 ]
	[ "$(requests metadata)" = 0 ]
}

@test "the project is the environment's, else the key file's" {
	sandbox --leads 1
	as_endpoint
	key_file
	bq-query -q --dry-run 'SELECT 1 AS a' | jq -e --arg p "$GOOGLE_CLOUD_PROJECT" '.project == $p'
	unset GOOGLE_CLOUD_PROJECT
	bq-query -q --dry-run 'SELECT 1 AS a' | jq -e '.project == "of-the-key"'
	GCLOUD_PROJECT=second-name bq-query -q --dry-run 'SELECT 1 AS a' | jq -e '.project == "second-name"'
}

@test "the metadata server, when there is no key file" {
	sandbox --leads 1
	as_endpoint
	unset GOOGLE_CLOUD_PROJECT
	run -0 --separate-stderr bq-query -q 'SELECT 1 AS a'
	[ "$output" = '{"a":1}' ]
	[ "$(requests metadata)" = 2 ]
}

@test "an emulator gets no credentials" {
	sandbox --leads 1
	key_file
	run -0 bq-query -q 'SELECT 1 AS a'
	[ "$(requests oauth)" = 0 ]
}

@test "a token that expires on the way is renewed once" {
	for n in 1 2; do
		sandbox --leads 1 --fault "bq:expire@$n"
		as_endpoint
		key_file
		run -0 --separate-stderr bq-query -q 'SELECT 1 AS a'
		[ "$output" = '{"a":1}' ]
		[ "$(requests oauth)" = 2 ]
	done
	sandbox --leads 1 --fault bq:401@1.0
	as_endpoint
	key_file
	run -77 bq-query -q 'SELECT 1'
	[ "$(requests oauth)" = 2 ]
}

@test "faults of the token endpoint and of the metadata server" {
	for kind in 503 429 reset lost; do
		sandbox --leads 1 --fault "oauth:$kind@1"
		as_endpoint
		key_file
		run -0 bq-query -q 'SELECT 1'
		sandbox --leads 1 --fault "metadata:$kind@1"
		as_endpoint
		unset GOOGLE_APPLICATION_CREDENTIALS
		run -0 bq-query -q 'SELECT 1'
	done
	sandbox --leads 1 --fault oauth:503@1.0
	as_endpoint
	key_file
	run -75 bq-query --tries 2 'SELECT 1'
	sandbox --leads 1 --fault oauth:401@1
	as_endpoint
	key_file
	run -77 bq-query 'SELECT 1'
}

@test "a key file that others can read, or that is none: 78, and no secret is said" {
	sandbox --leads 1
	as_endpoint
	key_file
	chmod 755 .
	chmod 644 key.json
	run -78 bq-query 'SELECT 1'
	[[ $output == *"others can read it"* ]]
	chmod 600 key.json
	GOOGLE_APPLICATION_CREDENTIALS=$PWD/nowhere.json run -78 bq-query 'SELECT 1'
	for change in 'del(.private_key)' 'del(.client_email)' 'del(.token_uri)' 'del(.type)' '.private_key = "geheim"'; do
		jq "$change" key.json >bad.json
		chmod 600 bad.json
		GOOGLE_APPLICATION_CREDENTIALS=$PWD/bad.json run -78 bq-query 'SELECT 1'
		[[ $output != *geheim* && $output != *"PRIVATE KEY"* ]]
	done
	echo '{"private_key": geheim' >bad.json
	GOOGLE_APPLICATION_CREDENTIALS=$PWD/bad.json run -78 bq-query 'SELECT 1'
	[[ $output != *geheim* ]]
}

# The JSON document on stdin becomes the credentials file.
credentials() {
	cat >c.json
	chmod 600 c.json
}

user() {
	jq -n --arg uri "$LEADPIPE_SANDBOX_URL/token" --arg token "$SF_REFRESH_TOKEN" \
		'{type: "authorized_user", client_id: "a", client_secret: "b&c", refresh_token: $token, token_uri: $uri}'
}

# external SOURCE: another cloud's identity, its token from there.
external() {
	jq -n --arg url "$LEADPIPE_SANDBOX_URL" --argjson source "$1" '{type: "external_account", audience: "//iam/pool", token_url: "\($url)/v1/token",
		subject_token_type: "urn:ietf:params:oauth:token-type:jwt", credential_source: $source}'
}

impersonation() {
	echo "$LEADPIPE_SANDBOX_URL/v1/projects/-/serviceAccounts/robot@p.iam.gserviceaccount.com:generateAccessToken"
}

@test "authorized_user: from the variable, and where gcloud leaves it" {
	sandbox --leads 1
	as_endpoint
	export GOOGLE_APPLICATION_CREDENTIALS=$PWD/c.json
	user | credentials
	run -0 --separate-stderr bq-query -q 'SELECT 1 AS a'
	[ "$output" = '{"a":1}' ]
	[ "$(requests oauth)" = 1 ]
	[ "$(requests metadata)" = 0 ]
	mkdir -p home/.config/gcloud
	cp c.json home/.config/gcloud/application_default_credentials.json
	unset GOOGLE_APPLICATION_CREDENTIALS
	CLOUDSDK_CONFIG=$PWD/home/.config/gcloud run -0 bq-query -q 'SELECT 1 AS a'
	CLOUDSDK_CONFIG='' HOME=$PWD/home run -0 bq-query -q 'SELECT 1 AS a'
	[ "$(requests oauth)" = 3 ]
	[ "$(requests metadata)" = 0 ]
	export GOOGLE_APPLICATION_CREDENTIALS=$PWD/c.json
	user | jq '.refresh_token = "geheim"' | credentials
	run -77 bq-query 'SELECT 1'
	[[ $output == *"invalid_grant: Token has been expired or revoked"* && $output != *geheim* ]]
}

@test "external_account: file and URL, text and JSON, with and without impersonation" {
	sandbox --leads 1
	as_endpoint
	export GOOGLE_APPLICATION_CREDENTIALS=$PWD/c.json
	printf '%s\n' "$SF_REFRESH_TOKEN" >subject
	jq -n --arg t "$SF_REFRESH_TOKEN" '{value: $t}' >subject.json
	external "{\"file\":\"$PWD/subject\"}" | credentials
	run -0 bq-query -q 'SELECT 1'
	[ "$(requests oauth)" = 1 ]
	external "{\"file\":\"$PWD/subject.json\",\"format\":{\"type\":\"json\",\"subject_token_field_name\":\"value\"}}" |
		jq --arg url "$(impersonation)" '.service_account_impersonation_url = $url' | credentials
	run -0 bq-query -q 'SELECT 1'
	[ "$(requests oauth)" = 3 ]
	external "{\"url\":\"$LEADPIPE_SANDBOX_URL/computeMetadata/v1/project/project-id\",\"headers\":{\"Metadata-Flavor\":\"Google\"}}" | credentials
	run -77 bq-query 'SELECT 1'
	[ "$(requests metadata)" = 1 ]
	[[ $output == *"subject token is not known"* ]]
	external "{\"url\":\"$LEADPIPE_SANDBOX_URL/nowhere\"}" | credentials
	run -69 bq-query 'SELECT 1'
	[[ $output == *"credential_source: url: "*"HTTP 404"* ]]
	external '{"file":"/nowhere/x"}' | credentials
	run -78 bq-query 'SELECT 1'
	[[ $output == *"credential_source: file: "* ]]
	external '{"executable":{"command":"x"}}' | credentials
	run -78 bq-query 'SELECT 1'
	[[ $output == *"only file and url"* ]]
	external "{\"file\":\"$PWD/subject\",\"format\":{\"type\":\"json\"}}" | credentials
	run -78 bq-query 'SELECT 1'
	[[ $output == *"no subject token"* && $output != *"$SF_REFRESH_TOKEN"* ]]
}

@test "impersonated_service_account: one token for another" {
	sandbox --leads 1
	as_endpoint
	export GOOGLE_APPLICATION_CREDENTIALS=$PWD/c.json
	user >user.json
	jq -n --slurpfile user user.json --arg url "$(impersonation)" '{type: "impersonated_service_account", source_credentials: $user[0],
		service_account_impersonation_url: $url, delegates: []}' | credentials
	run -0 bq-query -q 'SELECT 1'
	[ "$(requests oauth)" = 2 ]
	curl -sSf -d oauth:403@2 "$LEADPIPE_SANDBOX_URL/_sandbox/fault"
	run -77 bq-query 'SELECT 1'
	[[ $output == *"impersonation: Google token: HTTP 403"* ]]
	jq '. as $whole | .source_credentials = $whole' c.json >d.json
	credentials <d.json
	run -78 bq-query 'SELECT 1'
	[[ $output == *"themselves impersonated"* ]]
}

@test "the quota project goes with every request" {
	sandbox --leads 1
	as_endpoint
	export GOOGLE_APPLICATION_CREDENTIALS=$PWD/c.json
	user | jq '.quota_project_id = "not a project"' | credentials
	run -78 bq-query 'SELECT 1'
	[[ $output == *"quota project"* ]]
	GOOGLE_CLOUD_QUOTA_PROJECT=paid-by-us run -0 bq-query -q 'SELECT 1'
}

# serve LOG REPLY...: a server of these replies; $port is its port.
serve() {
	page_server "$@"
	servers+=($!)
}

@test "a token is kept until shortly before it ends; it and the quota project are in every request" {
	[ -x "$BIN/tests/page_server" ] || skip "the test drivers are not built"
	servers=()
	reply() { printf 'HTTP/1.1 200 OK\r\n\r\n%s' "$2" >"$1"; }
	reply job '{"jobReference":{"jobId":"j","location":"US"},"status":{"state":"DONE"}}'
	reply first '{"jobComplete":true,"pageToken":"next","schema":{"fields":[{"name":"i","type":"INTEGER"}]},"rows":[{"f":[{"v":"1"}]}]}'
	reply last '{"jobComplete":true,"rows":[{"f":[{"v":"2"}]}]}'
	export GOOGLE_APPLICATION_CREDENTIALS=$PWD/c.json GOOGLE_CLOUD_PROJECT=p
	for life in 3600:1 '"3600":1' 230:1 220:3 0:3; do # seconds to live: tokens asked for
		reply token "{\"access_token\":\"geheim\",\"expires_in\":${life%:*}}"
		rm -f token.log requests.log
		serve token.log token
		jq -n --arg uri "http://127.0.0.1:$port/token" '{type: "authorized_user", client_id: "a", client_secret: "b", refresh_token: "c", token_uri: $uri,
			quota_project_id: "paid-by-us"}' | credentials
		serve requests.log job first last
		export CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY=http://127.0.0.1:$port
		run -0 --separate-stderr bq-query -v 'SELECT 1'
		[ "$output" = $'{"i":1}\n{"i":2}' ]
		[[ $stderr != *geheim* ]]
		[ "$(grep -ac '^Authorization: Bearer geheim' requests.log)" = 3 ]
		[ "$(grep -aci '^x-goog-user-project: paid-by-us' requests.log)" = 3 ]
		[ "$(grep -ac 'POST /token HTTP' token.log)" = "${life#*:}" ] || { echo "$life"; cat token.log; return 1; }
	done
	kill "${servers[@]}"
}

@test "other types of credentials, and what is missing: 78, by name" {
	sandbox --leads 1
	as_endpoint
	export GOOGLE_APPLICATION_CREDENTIALS=$PWD/c.json
	echo '{"type":"gdch_service_account"}' | credentials
	run -78 bq-query 'SELECT 1'
	[[ $output == *"gdch_service_account: this type of credentials is not supported"* ]]
	user | jq 'del(.client_secret)' | credentials
	run -78 bq-query 'SELECT 1'
	[[ $output == *"no client_secret in it"* ]]
}

@test "no credentials at all: 78, fast" {
	export GCE_METADATA_HOST=127.0.0.1:1 CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY=http://127.0.0.1:1 GOOGLE_CLOUD_PROJECT=p
	run -78 timeout 20 bq-query 'SELECT 1'
	[[ $output == *"no Google credentials"* ]]
}

@test "a project that is none: 78" {
	sandbox --leads 1
	GOOGLE_CLOUD_PROJECT='../../x' run -78 bq-query 'SELECT 1'
}
