#!/usr/bin/env bats
# Google credentials: the key file, the metadata server, none; and what is said when they do not do.

load helper

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
	chmod 644 key.json
	run -78 bq-query 'SELECT 1'
	[[ $output == *"group or others can read it"* ]]
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

@test "other types of credentials: 78, by name" {
	sandbox --leads 1
	as_endpoint
	echo '{"type":"authorized_user","client_id":"a","client_secret":"b","refresh_token":"c"}' >user.json
	chmod 600 user.json
	GOOGLE_APPLICATION_CREDENTIALS=$PWD/user.json run -78 bq-query 'SELECT 1'
	[[ $output == *"authorized_user: not supported in this version"* ]]
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
