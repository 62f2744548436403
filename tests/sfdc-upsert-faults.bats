load salesforce

# Faults at every request, and kill -9 at every request with --resume after it.

upsert() {
	sfdc-upsert -q --object Lead --external-id Gaio_Lead_Id__c --poll 1 "$@"
}

# Requests of a run over 450 rows by Collections: 1 describes, 2 to 4 are the calls; over 30 rows by
# Bulk: 1 describes, 2 creates, 3 uploads, 4 closes, 5 and 6 ask, 7 fetches the results.
survives() { # KIND...: with that fault at any one request, all rows arrive and are answered
	local kind n
	for kind in "$@"; do
		leads 450 >rows.ndjson
		for n in 1 2 3 4; do
			sandbox --fault "sf:$kind@$n"
			upsert rows.ndjson >results.ndjson
			in_order 450 <results.ndjson
			[ "$(grep -c '"status":"\(cre\|upd\)ated"' results.ndjson) $(stored)" = "450 450" ]
		done
		leads 30 >rows.ndjson
		for n in 1 2 3 4 5 6 7; do
			sandbox --fault "sf:$kind@$n"
			upsert --api bulk rows.ndjson >results.ndjson
			in_order 30 <results.ndjson
			[ "$(statuses <results.ndjson) $(stored)" = "30 created 30" ]
			[ "$(processed)" = 30 ]
		done
	done
}

processed() { # how many records all Bulk jobs together came to
	local url=$LEADPIPE_SANDBOX_URL/services/data/v66.0/jobs/ingest auth="Authorization: Bearer ${TOKEN:-$SF_ACCESS_TOKEN}"
	curl -s -H "$auth" "$url" | jq -r '.records[].id' | while read -r id; do
		curl -s -H "$auth" "$url/$id"
	done | jq -s 'map(.numberRecordsProcessed) | add // 0'
}

# Runs until the Nth request is asked, which is answered late, and kills; then looks what the state file has.
killed_at() { # N [OPTION...]; FAULT is another one
	local n=$1 pid
	shift
	sandbox --fault "sf:slow@$n" ${FAULT:+--fault "$FAULT"}
	rm -f state
	# The program itself, not a function: that would be a shell of its own, which dies alone.
	sfdc-upsert -q --object Lead --external-id Gaio_Lead_Id__c --resume state "$@" rows.ndjson >first.ndjson 3>&- &
	pid=$!
	until [ "$(total)" -ge "$n" ]; do kill -0 "$pid"; done
	kill -9 "$pid"
	wait "$pid" || true
}

resumes() { # ROWS [OPTION...]: each row is answered on its line, and the file is gone
	local rows=$1
	shift
	sfdc-upsert --object Lead --external-id Gaio_Lead_Id__c --poll 1 --resume state "$@" rows.ndjson >results.ndjson 2>summary
	in_order "$rows" <results.ndjson
	[ "$(grep -c '"status":"\(cre\|upd\)ated"' results.ndjson) $(stored)" = "$rows $rows" ]
	[ ! -e state ]
}

@test "busy at any request: 429, 503" {
	survives 429 503
}

@test "too many requests at a time, at any request: waited out" {
	survives concurrent
}

@test "an internal error at any request" {
	survives 500
}

@test "a connection that closes before or after the work, at any request" {
	survives reset lost
}

@test "a reply that breaks off, at any request" {
	survives cut
}

@test "an expired session at any request, also in the middle of an upload: one login and one request more" {
	leads 30 >rows.ndjson
	for n in 1 2 3 4 5 6 7; do
		sandbox --fault "sf:expire@$n"
		use_jwt
		upsert --api bulk rows.ndjson >results.ndjson
		[ "$(statuses <results.ndjson) $(total) $(logins)" = "30 created 8 2" ]
		TOKEN=$(curl -s "$SF_LOGIN_URL/services/oauth2/token" -d "grant_type=refresh_token&refresh_token=$SF_REFRESH_TOKEN&client_id=$SF_CLIENT_ID" | jq -r .access_token)
		[ "$(processed)" = 30 ]
	done
	sandbox --fault sf:expire@2 --fault sf:expire@4 --fault sf:expire@6
	use_jwt
	upsert --api bulk rows.ndjson >results.ndjson
	[ "$(statuses <results.ndjson) $(logins)" = "30 created 4" ]
}

# Request 1 describes; each of three jobs is created, uploaded, closed, asked after twice, fetched.
bulk_killed_at() { # N...: nothing is done twice, nothing is lost
	local n
	leads 250 >rows.ndjson
	for n in "$@"; do
		killed_at "$n" --api bulk --job-rows 100
		[ "$n" -lt 10 ] || [ "$(grep -c ^job state)" = 3 ] # all are at work before one is asked after
		resumes 250 --api bulk --job-rows 100
		[ "$(statuses <results.ndjson) $(processed)" = "250 created 250" ]
	done
}

@test "killed while Bulk jobs are made, then --resume" {
	bulk_killed_at {1..10}
}

@test "killed while Bulk jobs are done and answered, then --resume" {
	bulk_killed_at {11..19}
}

@test "killed while locked rows go again by Bulk, then --resume: they are not sent a third time" {
	leads 10000 >rows.ndjson
	FAULT=sf:lock@4 killed_at 13 --poll 1 # the second job was closed, and is asked after
	[ "$(grep -c ^again state)" = 1 ]
	resumes 10000
	[ "$(jobs) $(calls) $(processed)" = "2 0 13350" ]
}

@test "killed at any request of a Collections run, then --resume: no call that was answered is made again" {
	local n kept
	leads 1400 >rows.ndjson
	for n in {1..8}; do
		killed_at "$n"
		kept=$(grep -c ^row state 2>/dev/null || true)
		resumes 1400
		grep ", $((1 + (1400 - kept + 199) / 200)) calls," summary # the first describes
		[ "$n" -lt 6 ] || [ "$kept" -ge 800 ]
	done
}

@test "--resume: the same input for another organization is refused, and nothing is sent there" {
	sandbox --fault sf:503@4
	leads 450 >rows.ndjson
	run -75 upsert --tries 1 --resume state rows.ndjson
	cp state kept
	sandbox
	run -65 --separate-stderr upsert --resume state rows.ndjson
	[[ $stderr == *"state: is of another input, object or external id, of another organization, "* ]]
	cmp state kept
	[ "$(jq -r .status <<<"$output" | sort | uniq -c | xargs)" = "1 null 450 unprocessed" ]
	[ "$(stored) $(calls)" = "0 0" ]
	sed -i '1s/resume 3 [^ ]*/resume 2/' state # as a version wrote it that did not know
	run -65 upsert --resume state rows.ndjson
}

@test "--resume: a full stdout leaves the file, and what was answered is not sent again" {
	sandbox
	leads 450 >rows.ndjson
	for api in collections bulk; do
		run -74 bash -c "sfdc-upsert -q --api $api --poll 1 --object Lead --external-id Gaio_Lead_Id__c --resume state rows.ndjson >/dev/full"
	done
	grep -c ^row state | grep -qx 450
	upsert --resume state rows.ndjson >results.ndjson
	[ "$(statuses <results.ndjson) $(calls)" = "450 created 3" ]
	[ ! -e state ]
}

@test "--resume: a row that stayed locked has its answer too" {
	sandbox --fault=sf:lock@{2..6} --fault sf:503@7
	{ leads 2; lead L-2; } >rows.ndjson # the third row goes after the others
	run -75 upsert --tries 1 --resume state rows.ndjson
	grep '^row 0 3 UNABLE_TO_LOCK_ROW' state
	run -1 upsert --resume state rows.ndjson
	[ "$(outcomes <<<"$output") $(calls)" = "UNABLE_TO_LOCK_ROW created updated  7" ]
}

@test "--resume: rows that were answered are not sent again; another input is refused" {
	sandbox --fault sf:503@4
	leads 450 >rows.ndjson
	run -75 upsert --tries 1 --resume state rows.ndjson
	[ "$(stat -c %a state)" = 600 ]
	head -3 rows.ndjson >other.ndjson
	run -65 --separate-stderr upsert --resume state other.ndjson
	[[ $stderr == *"state: is of another input, object or external id"* ]]
	printf 'row 449 1 00Q' >>state # cut off in the middle: does not count
	upsert --resume state rows.ndjson >results.ndjson
	[ "$(statuses <results.ndjson)" = "450 created" ]
	[ "$(calls)" = 4 ]
	echo something >state
	run -65 upsert --resume state rows.ndjson
	run -73 upsert --resume /nowhere/state rows.ndjson
}
