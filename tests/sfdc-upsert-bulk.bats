load salesforce

upsert() {
	sfdc-upsert -q --object Lead --external-id Gaio_Lead_Id__c --poll 1 "$@"
}

@test "auto: Collections up to 2,000 rows, a Bulk job above; the calls are few" {
	sandbox
	leads 2000 | upsert >results.ndjson
	[ "$(statuses <results.ndjson)" = "2000 created" ]
	[ "$(jobs) $(total)" = "0 11" ]
	sandbox
	leads 2001 | upsert >results.ndjson
	[ "$(statuses <results.ndjson)" = "2001 created" ]
	in_order 2001 <results.ndjson
	[ "$(jobs)" = 1 ]
	sandbox
	leads 10000 | upsert >results.ndjson
	in_order 10000 <results.ndjson
	[ "$(grep -c '"status":"created"' results.ndjson)" = 10000 ]
	[ "$(jobs)" = 1 ]
	[ "$(total)" -le 12 ]
}

@test "jobs are split by rows and by bytes" {
	sandbox
	leads 250 >rows.ndjson
	upsert --api bulk --job-rows 100 rows.ndjson >results.ndjson
	in_order 250 <results.ndjson
	[ "$(jobs)" = 3 ]
	upsert --api bulk --job-bytes 2k rows.ndjson >results.ndjson
	in_order 250 <results.ndjson
	[ "$(statuses <results.ndjson)" = "250 updated" ]
	[ "$(jobs)" -ge 6 ]
}

@test "rejected rows: code, message and fields; the rest arrives" {
	sandbox
	{
		lead L-1
		echo '{"Gaio_Lead_Id__c":"L-2","Company":"x: y, z"}'
		lead L-3 ',"Rating":"a:b"'
		echo '{"LastName":"Silva","Company":"Acme"}'
		echo 'no JSON'
		lead L-6
	} >rows.ndjson
	run -1 upsert --api bulk --rejects bad.ndjson rows.ndjson
	[ "$(outcomes <<<"$output")" = \
		"created REQUIRED_FIELD_MISSING INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST MISSING_ARGUMENT INVALID_ROW created " ]
	[ "$(jq -c 'select(.line == 2) | .error | [.message,.fields]' <<<"$output")" = '["Required fields are missing: [LastName]",["LastName"]]' ]
	[ "$(jq -c 'select(.line == 3) | .error | [.message,.fields]' <<<"$output")" = '["Rating: bad value for restricted picklist field: a:b",["Rating"]]' ]
	jq -c 'select(.row) | .row' bad.ndjson | sed 's/"Rating":"a:b"/"Rating":"Hot"/;s/"x: y, z"/"x","LastName":"y"/' |
		grep Gaio_Lead | upsert --api bulk >again
	[ "$(statuses <again)" = "2 created" ]
}

@test "null, absent, empty and #N/A mean the same by both APIs" {
	sandbox
	for api in collections bulk; do
		fresh() { lead L-1 ',"City":"Recife","Phone":"5"' | upsert --api $api >/dev/null; }
		got() { soql 'SELECT City, Phone FROM Lead' | jq -c '.records[0] | [.City,.Phone]'; }
		fresh
		{ lead L-1 ',"City":null'; lead L-2 ',"Phone":"6"'; } | upsert --api $api >/dev/null
		[ "$(got)" = '[null,"5"]' ]
		fresh
		lead L-1 ',"City":"#N/A"' | upsert --api $api >/dev/null
		[ "$(got)" = '[null,"5"]' ]
		fresh
		lead L-1 ',"City":""' | upsert --api $api >/dev/null
		[ "$(got)" = '[null,"5"]' ]
		fresh
		lead L-1 ',"City":"","Phone":null' | upsert --api $api --empty skip >/dev/null
		[ "$(got)" = '["Recife",null]' ]
	done
}

@test "awkward values arrive as they are, by both APIs; in a CSV line breaks are made safe" {
	sandbox
	notes=$(head -c 131072 /dev/zero | tr '\0' x)
	for api in collections bulk; do
		printf '\xef\xbb\xbf{"Gaio_Lead_Id__c":"O\x27Brien, \\"x\\" %s \xc3\x9c","LastName":"a,b\\r\\nc\\rd \\"q\\" \xf0\x9f\x98\x80","Company":"\\ufeffAcme","Score__c":8474.34,"HasOptedOutOfEmail":true,"Gaio_Notes__c":"%s"}\n' "$api" "$notes" >rows.ndjson
		upsert --api $api rows.ndjson >results.ndjson
		[ "$(statuses <results.ndjson)" = "1 created" ]
		[ "$(jq -r .external_id results.ndjson)" = "O'Brien, \"x\" $api Ü" ]
		soql "SELECT LastName, Company, Score__c, HasOptedOutOfEmail, Gaio_Notes__c FROM Lead WHERE Gaio_Lead_Id__c = 'O\\'Brien, \"x\" $api Ü'" >got
		breaks='\r\nc\r'
		[ $api = collections ] || breaks='\nc\n'
		[ "$(jq -c '.records[0] | [.LastName,.Score__c,.HasOptedOutOfEmail,(.Gaio_Notes__c | length)]' got)" = "[\"a,b${breaks}d \\\"q\\\" 😀\",8474.34,true,131072]" ]
		[ "$(jq -r '.records[0].Company' got | xxd -p)" = efbbbf41636d650a ]
	done
	lead L-1 ",\"Gaio_Notes__c\":\"${notes}y\"" >long
	for api in collections bulk; do
		run -1 upsert --api $api long
		[ "$(jq -c '[.error.code,.error.fields]' <<<"$output")" = '["STRING_TOO_LONG",["Gaio_Notes__c"]]' ]
	done
}

@test "dates and times in Salesforce's form, by both APIs" {
	sandbox
	for api in collections bulk; do
		for t in 2026-11-22T10:00:00-03:00 '2026-11-22 13:00:00 UTC' '2026-11-22T13:00:00' '2026-11-22T13:00:00.000Z'; do
			lead L-1 ",\"Gaio_Updated_At__c\":\"$t\"" | upsert --api $api >/dev/null
			[ "$(soql 'SELECT Gaio_Updated_At__c FROM Lead' | jq -r '.records[0].Gaio_Updated_At__c')" = 2026-11-22T13:00:00.000+0000 ]
		done
		lead L-1 ',"Gaio_Updated_At__c":"2026-11-21"' | upsert --api $api >/dev/null
		[ "$(soql 'SELECT Gaio_Updated_At__c FROM Lead' | jq -r '.records[0].Gaio_Updated_At__c')" = 2026-11-21T00:00:00.000+0000 ]
		lead L-1 ',"Gaio_Updated_At__c":"soon"' >row
		run -1 upsert --api $api row
		echo '{"Gaio_Contact_Id__c":"C","LastName":"x","Birthdate":"1990-01-31T00:00:00Z"}' |
			sfdc-upsert -q --object Contact --external-id Gaio_Contact_Id__c --api $api >/dev/null
		[ "$(soql 'SELECT Birthdate FROM Contact' | jq -r '.records[0].Birthdate')" = 1990-01-31 ]
	done
}

@test "another record is named by its external id, by both APIs and in both forms" {
	sandbox
	echo '{"Gaio_Account_Id__c":"A-1","Name":"Acme"}' | sfdc-upsert -q --object Account --external-id Gaio_Account_Id__c >account
	id=$(jq -r .id account)
	for api in collections bulk; do
		{
			lead "$api-1" ',"Gaio_Account__r.Gaio_Account_Id__c":"A-1"'
			lead "$api-2" ',"Gaio_Account__r":{"Gaio_Account_Id__c":"A-1"}'
			lead "$api-3" ',"Gaio_Account__r":{"Gaio_Account_Id__c":17}'
			lead "$api-4" ',"Gaio_Account__r":{"a":1,"b":2}'
		} >rows.ndjson
		run -1 upsert --api $api rows.ndjson
		[ "$(outcomes <<<"$output")" = "created created INVALID_FIELD INVALID_FIELD " ]
		[ "$(soql "SELECT Gaio_Account__c FROM Lead WHERE Gaio_Lead_Id__c = '$api-2'" | jq -r '.records[0].Gaio_Account__c')" = "$id" ]
	done
}

@test "rows of one external id: last, first, reject" {
	sandbox
	{ lead L-1 ',"City":"first"'; lead L-2; lead l-1 ',"City":"second"'; lead L-3; lead L-1 ',"Phone":"5"'; } >rows.ndjson
	upsert --api bulk rows.ndjson >results.ndjson
	[ "$(jq -r .status results.ndjson | tr '\n' ' ')" = "created created updated created updated " ]
	[ "$(soql "SELECT City, Phone FROM Lead WHERE Gaio_Lead_Id__c = 'L-1'" | jq -c '.records[0] | [.City,.Phone]')" = '["second","5"]' ]
	run -1 upsert --api bulk --duplicates first rows.ndjson
	[ "$(outcomes <<<"$output")" = "updated updated DUPLICATE_VALUE updated DUPLICATE_VALUE " ]
	[ "$(soql "SELECT City FROM Lead WHERE Gaio_Lead_Id__c = 'L-1'" | jq -r '.records[0].City')" = first ]
	run -1 upsert --duplicates reject rows.ndjson
	[ "$(outcomes <<<"$output")" = "DUPLICATE_VALUE updated DUPLICATE_VALUE updated DUPLICATE_VALUE " ]
	[[ $(jq -r 'select(.line == 1) | .error.message' <<<"$output") == "line 3 has the same external id" ]]
}

@test "doubled keys far apart in the file: the later row still wins" {
	sandbox
	{ leads 450; lead L-1 ',"City":"late"'; } >rows.ndjson
	upsert --api bulk rows.ndjson >results.ndjson
	in_order 451 <results.ndjson
	[ "$(tail -1 results.ndjson | jq -r .status)" = updated ]
	[ "$(soql "SELECT City FROM Lead WHERE Gaio_Lead_Id__c = 'L-1'" | jq -r '.records[0].City')" = late ]
}

@test "locked records are tried again, in smaller calls" {
	leads 30 >rows.ndjson
	sandbox --fault sf:lock@2 --fault sf:lock@3 --fault sf:lock@4
	upsert --api collections rows.ndjson >results.ndjson
	[ "$(statuses <results.ndjson)" = "30 created" ]
	sandbox --fault sf:lock@4
	upsert --api bulk rows.ndjson >results.ndjson
	[ "$(statuses <results.ndjson)" = "30 created" ]
	in_order 30 <results.ndjson
	sandbox --fault sf:lock@1.0
	leads 2 >two.ndjson
	run -1 upsert --api collections two.ndjson
	[ "$(outcomes <<<"$output")" = "UNABLE_TO_LOCK_ROW created " ]
}

@test "many locked rows go into a job again, the few that stay locked into calls" {
	leads 10000 >rows.ndjson
	sandbox --fault sf:lock@4 # the close of the first job: 3,350 rows
	upsert rows.ndjson >results.ndjson
	[ "$(grep -c '"status":"created"' results.ndjson)" = 10000 ]
	in_order 10000 <results.ndjson
	[ "$(jobs) $(calls)" = "2 0" ]
	[ "$(total)" -le 17 ]
	sandbox --fault=sf:lock@{4,11} # and that of the second: 1,122 rows
	upsert rows.ndjson >results.ndjson
	[ "$(grep -c '"status":"created"' results.ndjson)" = 10000 ]
	[ "$(jobs) $(calls)" = "2 12" ]
}

@test "progress on a terminal: by job" {
	sandbox --fault=sf:slow@{5,6}
	leads 300 >rows.ndjson
	run -0 script -qec "sfdc-upsert --object Lead --external-id Gaio_Lead_Id__c --api bulk --poll 1 rows.ndjson >results.ndjson" /dev/null </dev/null
	[[ $output == *"job 750"*": InProgress, records done: 0; row 300 of 300"* ]]
	[[ $output == *"job 750"*": JobComplete, records done: 300; row 300 of 300"* ]]
	run -0 --separate-stderr sfdc-upsert -v --object Lead --external-id Gaio_Lead_Id__c --api bulk --poll 1 rows.ndjson
	[[ $stderr == *"job 750"*": 300 rows, "*" bytes"*"job 750"*": JobComplete, records done: 300, failed of them: 0"* ]]
}

@test "the progress line shows a state of the server's without its control bytes" {
	[ -x "$BIN/tests/page_server" ] || skip "the test drivers are not built"
	local id=7505g000000000AAAA
	reply lead '{"name":"Lead","fields":[{"name":"Gaio_Lead_Id__c","type":"string","externalId":true,"updateable":true},
		{"name":"LastName","type":"string","updateable":true},{"name":"Company","type":"string","updateable":true}]}'
	reply open "{\"id\":\"$id\",\"state\":\"Open\"}"
	reply stored '' '201 Created'
	reply closed "{\"id\":\"$id\",\"state\":\"UploadComplete\"}"
	reply busy "{\"id\":\"$id\",\"state\":\"In\\u001b[31mProgress\"}"
	reply over "{\"id\":\"$id\",\"state\":\"Failed\",\"errorMessage\":\"InvalidBatch : x\"}"
	answering lead open stored closed busy busy busy busy over
	export SF_ORG_INSTANCE_URL=http://127.0.0.1:$port SF_ACCESS_TOKEN=t
	leads 3 >rows
	run -69 script -qec "sfdc-upsert --object Lead --external-id Gaio_Lead_Id__c --api bulk --poll 1 rows >results.ndjson" /dev/null </dev/null
	[[ $output == *Progress* ]]
	[[ $output != *$'\e[31m'* ]]
}

@test "a job that stops half way: what it did not come to goes into another" {
	sandbox --fault sf:halt@4
	leads 1000 >rows.ndjson
	upsert --api bulk rows.ndjson >results.ndjson
	in_order 1000 <results.ndjson
	[ "$(jobs)" = 2 ]
	[ "$(statuses <results.ndjson)" = "1000 created" ]
}

@test "the daily limit ends the run; --stop-at ends it before" {
	sandbox --fault sf:403@3
	leads 30 >rows.ndjson
	run -69 --separate-stderr upsert --api bulk rows.ndjson
	[ "$(total)" = 3 ]
	[ "$(head -30 <<<"$output" | statuses)" = "30 unprocessed" ]
	sandbox --data data
	sandbox_stop
	sqlite3 data/sandbox.db "CREATE TABLE IF NOT EXISTS sf_usage (calls INTEGER NOT NULL); DELETE FROM sf_usage; INSERT INTO sf_usage VALUES (12000)"
	sandbox --data data
	run -75 --separate-stderr upsert --stop-at 80% rows.ndjson
	[[ $stderr == *"--stop-at 80%"* ]]
	[ "$(total)" = 1 ]
	upsert --stop-at 90% rows.ndjson >results.ndjson
	[ "$(statuses <results.ndjson)" = "30 created" ]
}

@test "no place for the rows: 73; a disk that is full at any point: 74, and no row is said to be done that is not" {
	sandbox
	leads 3000 >rows.ndjson
	TMPDIR=$PWD/nowhere run -73 --separate-stderr upsert rows.ndjson
	[[ $stderr == *"temporary file: No such file or directory"* ]]
	limited() { # KILOBYTES: the longest file
		bash -c "trap '' XFSZ; ulimit -f $1; sfdc-upsert -q --object Lead --external-id Gaio_Lead_Id__c --api bulk --poll 1 rows.ndjson | cat"'; exit "${PIPESTATUS[0]}"'
	}
	for size in 1 100; do # the rows
		run -74 --separate-stderr limited $size
		[[ $stderr == *"temporary file: File too large"* ]]
		[ "$(jq -c '.["@end"].ok' <<<"$output")" = false ]
	done
	[ "$(stored)" = 0 ]
	leads 900 | sed 's/}$/,"Rating":"Boiling"}/' >rows.ndjson
	run -74 --separate-stderr limited 100 # the results, which repeat the rows
	[[ $stderr == *"File too large"* ]]
	[ "$(head -900 <<<"$output" | statuses)" = "900 unprocessed" ]
	run -74 upsert --api bulk --rejects /dev/full rows.ndjson <<<'{}'
}

@test "rows that cannot be mapped into memory: 74, and nothing is sent" {
	sanitized && skip "a sanitizer needs more address space than is given here"
	sandbox
	for i in {1..12}; do
		printf '{"Gaio_Lead_Id__c":"L-%d","City":"%8000000s"}\n' "$i" ''
	done >rows.ndjson
	run -74 --separate-stderr bash -c 'ulimit -v 90000; sfdc-upsert -q --object Lead --external-id Gaio_Lead_Id__c rows.ndjson'
	[[ $stderr == *"temporary file: Cannot allocate memory"* ]]
	[ "$(jq -c '."@end".ok' <<<"$output")" = false ]
	[ "$(calls) $(jobs)" = "0 0" ]
}

# Under the sanitizers memory is another matter, and so is time: less goes through there.
@test "a million rows through Bulk in 32 MiB, each answered once on its own line" {
	local n=1000000
	if sanitized; then n=20000; fi
	sandbox
	leads "$n" >rows.ndjson
	(
		sanitized || ulimit -d 32768 # KiB, all but what the files of TMPDIR are mapped to
		upsert --api bulk rows.ndjson >results.ndjson
	)
	awk -F'"' -v n="$n" '$3 != ":" NR "," || $6 != "L-" NR || $14 != "created" { bad = 1 } END { exit bad || NR != n }' results.ndjson
	[ "$(cut -d'"' -f10 results.ndjson | LC_ALL=C sort -u | wc -l) $(stored)" = "$n $n" ]
	[ "$(jobs) $(calls)" = "$(((n + 99999) / 100000)) 0" ]
	[ "$(total)" -le $((7 * $(jobs) + 5)) ]
	id=$(sed -n 777p results.ndjson | jq -r .id)
	[ "$(soql "SELECT LastName FROM Lead WHERE Id = '$id'" | jq -r '.records[0].LastName')" = "Silva 777" ]
}

@test "250 MB of CSV go in jobs of less than 100 MB (110 MB with a sanitizer, or where 3 GB of disk are not free)" {
	local n=2500
	if sanitized || [ "$(df -Pk . | awk 'END { print $4 }')" -lt 3000000 ]; then n=1100; fi
	sandbox
	seq "$n" | awk 'BEGIN { s = "x"; while (length(s) < 100000) s = s s } {
		printf "{\"Gaio_Lead_Id__c\":\"L-%d\",\"LastName\":\"x\",\"Company\":\"y\",\"Gaio_Notes__c\":\"%s\"}\n", $1, substr(s, 1, 100000) }' >rows.ndjson
	sfdc-upsert -v --object Lead --external-id Gaio_Lead_Id__c --poll 1 --api bulk rows.ndjson >results.ndjson 2>log
	[ "$(statuses <results.ndjson)" = "$n created" ]
	[ "$(jobs)" = $(((n + 994) / 995)) ]
	[ "$(awk '/ bytes$/ { n++; sum += $(NF - 1); if ($(NF - 1) >= 100000000) bad = 1 } END { print n, bad + 0, (sum > 100000 * rows) }' rows="$n" log)" = "$(jobs) 0 1" ]
}
