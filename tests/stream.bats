#!/usr/bin/env bats
# What holds for every program that handles a stream: files that no output may destroy, -o, the seal, signals, standard
# streams that are closed, options.

load helper

contract() {
	echo '{"name":"t","key":["id"],"fields":[{"name":"id","type":"STRING"},{"name":"email","type":"STRING","pii":"encrypt"}]}' >c.json
}

keyset() {
	pii-mask --new-keyset key
}

rows() { # N
	seq "$1" | sed 's/.*/{"id":"k&","email":"a&@b.c"}/'
}

# Runs a command that must be refused with 64 and leave all files as they are.
keeps() { # COMMAND...
	sha256sum -- * >../before.sums
	run -64 --separate-stderr "$@" </dev/null
	[[ $stderr == *"is also"* ]] || { echo "$stderr"; return 1; }
	sha256sum -c --quiet ../before.sums
	[ "$(ls)" = "$(sed 's/^[^ ]*  //' ../before.sums)" ] || { ls; return 1; }
}

# ---- files ----

@test "no output destroys an input, a contract, a key or another output, under any name" {
	mkdir work
	cd work || return 1
	contract
	keyset
	rows 3 >in
	ln in hard
	ln -s in soft
	keeps ndjson-normalize --rejects in in
	keeps ndjson-normalize --rejects hard in
	keeps ndjson-normalize --rejects soft in
	keeps ndjson-normalize --rejects ./in hard
	keeps ndjson-normalize -c c.json --rejects c.json in
	keeps ndjson-normalize -o in in
	keeps ndjson-normalize -c c.json -o c.json in
	keeps ndjson-normalize -c c.json -o out --rejects out in
	keeps ndjson-normalize -c c.json --unknown evolve --contract-out in in
	run -64 ndjson-normalize -c c.json --unknown evolve --contract-out bad --rejects bad in
	rm bad
	keeps pii-mask -c c.json --key-file key --rejects key in
	keeps pii-mask -c c.json --key-file key --rejects c.json in
	keeps pii-mask -c c.json --key-file key -o key in
	keeps pii-mask --audit -o in in
	keeps sh -c 'exec ndjson-normalize in >>in'
	run -64 sh -c 'exec ndjson-normalize --rejects out in >out'
	rm out
	keeps sh -c 'exec ndjson-normalize --rejects in <in'
}

@test "no output destroys a state, and no state an input" {
	mkdir work
	cd work || return 1
	rows 3 >in
	ndjson-diff -q --key id --state st in >/dev/null
	keeps ndjson-diff --key id --state st --rejects st.pending in
	keeps ndjson-diff --key id --state st --rejects st.lock in
	keeps ndjson-diff --key id --state st --rejects in in
	keeps ndjson-diff --key id --state st -o st.pending in
	keeps ndjson-diff --key id --state in in
	mv in x.pending
	keeps ndjson-diff --key id --state x x.pending
	rm st.pending
	run -64 ndjson-diff --key id --state st --rejects st.pending x.pending
	[ ! -e st.pending ]
}

@test "the sinks: rejects and resume destroy nothing that they read" {
	sandbox --leads 1
	sql 'CREATE SCHEMA d'
	mkdir work
	cd work || return 1
	echo '{"Gaio_Lead_Id__c":"1","LastName":"N","Company":"C"}' >in
	cp in in2
	keeps sfdc-upsert --object Lead --external-id Gaio_Lead_Id__c --rejects in in
	keeps sfdc-upsert --object Lead --external-id Gaio_Lead_Id__c --resume in in
	keeps sfmc-upsert --no-token-cache --extension leads --key SubscriberKey --rejects in in
	keeps bq-load -o in d.t in
	echo 'SELECT 1' >q.sql
	keeps bq-query -f q.sql -o q.sql
	run -65 sfdc-upsert --object Lead --external-id Gaio_Lead_Id__c --resume in2 in
	cmp in in2
}

@test "-o: the file appears only when the run ended well, and keeps the mode of the one before" {
	contract
	rows 3 >in
	ndjson-normalize -q -c c.json -o out in
	[ "$(wc -l <out)" = 3 ]
	chmod 640 out
	echo '{"id":[1]}' >>in
	run -65 ndjson-normalize -c c.json -o out in
	[ "$(wc -l <out)" = 3 ]
	run -1 ndjson-normalize -c c.json -o out --rejects bad in
	[ "$(wc -l <out) $(stat -c %a out)" = "3 640" ]
	run -73 ndjson-normalize -c c.json -o nowhere/out in
	run -73 ndjson-normalize -c c.json -o . in
	[ "$(find . -name 'out*')" = ./out ]
	ln -s out link
	ndjson-normalize -q -o link in
	[ -L link ]
	[ "$(wc -l <out)" = 4 ]
}

@test "-o in every program that writes rows, receipts or results" {
	sandbox --leads 3
	keyset
	contract
	rows 3 >in
	sql 'CREATE SCHEMA d'
	gaio-fetch -q --seal -o leads leads
	tail -n 1 leads | jq -e '."@end".rows == 3'
	pii-mask -q -c c.json --key-file key -o masked in
	pii-mask -q -c c.json --key-file key --reveal -o revealed masked
	cmp in revealed
	ndjson-diff -q --key id --state st -o fresh in
	cmp in fresh
	bq-load -q -o receipt d.t in
	jq -e '.rows == 3' receipt
	bq-merge -q --key id --into d.u -o merged <receipt
	jq -e '.inserted == 3' merged
	bq-query -q -o result 'SELECT COUNT(*) AS n FROM d.u'
	[ "$(cat result)" = '{"n":3}' ]
	echo '{"Gaio_Lead_Id__c":"1","LastName":"N","Company":"C"}' |
		sfdc-upsert -q --object Lead --external-id Gaio_Lead_Id__c -o results
	jq -e '.status == "created"' results
	echo '{"SubscriberKey":"1","LastName":"N"}' |
		sfmc-upsert -q --no-token-cache --extension leads --key SubscriberKey -o results
	jq -e '.status == "updated"' results
}

# ---- the seal ----

@test "a sink demands the end record of a pipe, and of nothing else, unless told otherwise" {
	sandbox --leads 1
	sql 'CREATE SCHEMA d'
	unset LEADPIPE_SEAL
	rows 2 >in
	run -66 --separate-stderr bq-load d.t < <(rows 2)
	[[ $stderr == *"LEADPIPE_SEAL=1"*"--no-seal"* ]]
	[ "$(load_jobs)" = 0 ]
	rows 2 | bq-load -q --no-seal d.t
	rows 2 | LEADPIPE_SEAL=0 bq-load -q d.t
	LEADPIPE_SEAL=0 run -66 bq-load --seal d.t < <(rows 2)
	bq-load -q d.u in
	bq-load -q d.v <in
	LEADPIPE_SEAL=1 bq-load -q d.w in
	run -66 env LEADPIPE_SEAL=1 bq-load d.x <in
	LEADPIPE_SEAL=1 run -0 bash -c 'ndjson-normalize -q in | bq-load -q d.y'
	run -66 ndjson-diff --deleted --key id --state st < <(rows 2)
	run -0 ndjson-diff --key id --state st2 < <(rows 2)
	LEADPIPE_SEAL=yes run -78 --separate-stderr ndjson-normalize in
	[[ $stderr == *"LEADPIPE_SEAL: takes 0 or 1"* ]]
}

@test "an end record keeps its known keys, and nothing in them can be personal" {
	printf '{"@end":{"ok":true,"tool":"x","rows":0,"rejected":2,"since":"2026-01-01T00:00:00Z","run":"r-1","shard":"1/2","who":"a@b.c"}}\n' |
		ndjson-normalize -q >out
	[ "$(cat out)" = '{"@end":{"ok":true,"tool":"x","rows":0,"rejected":2,"since":"2026-01-01T00:00:00Z","run":"r-1","shard":"1/2"}}' ]
	for key in watermark since until shard masked; do
		run -65 --separate-stderr ndjson-normalize <<<'{"@end":{"ok":true,"'$key'":"maria@example.com"}}'
		[[ $output$stderr != *maria* ]]
	done
	printf '{"@end":{"ok":true,"tool":"maria@example.com","rows":0}}\n' | ndjson-normalize -q >out
	[ "$(cat out)" = '{"@end":{"ok":true,"rows":0}}' ]
	run -75 --separate-stderr ndjson-normalize <<<$'{"@end":{"ok":false,"tool":"t","error":"\u009b2J\u202e","status":75}}'
	[ "$output" = '{"@end":{"ok":false,"tool":"t","error":"?2J?","status":75}}' ]
}

@test "sealed files, one after the other: counts of each are checked, and their ends are joined" {
	part() { # NAME ROWS WATERMARK
		{ rows "$2"; echo '{"@end":{"ok":true,"tool":"t","rows":'"$2"',"watermark":"'"$3"'"}}'; } >"$1"
	}
	part a 2 2026-01-02T00:00:00Z
	part b 3 2026-01-01T00:00:00Z
	ndjson-normalize -q a b | tail -n 1 >out
	[ "$(cat out)" = '{"@end":{"ok":true,"tool":"t","rows":5,"watermark":"2026-01-01T00:00:00Z"}}' ]
	sed -i 1d b
	run -66 ndjson-normalize a b
	rows 1 >c
	[ "$(ndjson-normalize -q a c | wc -l)" = 3 ]
}

# ---- signals ----

# Waits until the program waits in one of these system calls (x86-64; else: for half a second).
READING='0|7|271' SLEEPING=230
waits() { # PID NUMBERS
	[ "$(uname -m)" = x86_64 ] || { sleep 0.5; return 0; }
	local n
	for n in $(seq 500); do
		grep -qE "^($2) " "/proc/$1/syscall" 2>/dev/null && return 0
		sleep 0.02
	done
	return 1
}

ends() { # PID: its status in $status
	status=0
	wait "$1" || status=$?
}

@test "INT, TERM and HUP: a failing end record, and death by the signal" {
	local name pid
	mkfifo pipe
	for name in INT TERM HUP; do
		env --default-signal=INT ndjson-normalize pipe >out 2>err 3>&- &
		pid=$!
		exec 8>pipe
		rows 2 >&8
		waits $pid "$READING"
		kill -$name $pid
		ends $pid
		exec 8>&-
		[ "$status" = $((128 + $(kill -l $name))) ]
		[ "$(tail -n 1 out | jq -c '.["@end"] | [.ok,.error,.status]')" = "[false,\"stopped by SIG$name\",$status]" ]
		[ "$(head -n -1 out | wc -l)" = 2 ]
		grep -q "ndjson-normalize: stopped by SIG$name" err
	done
}

@test "a signal that was ignored at the start stays ignored" {
	mkfifo pipe
	(trap '' TERM; exec ndjson-normalize -q pipe >out 2>err 3>&-) &
	local pid=$!
	exec 8>pipe
	waits $pid "$READING"
	kill -TERM $pid
	rows 3 >&8
	exec 8>&-
	wait $pid
	[ "$(wc -l <out)" = 3 ]
}

@test "a reader that takes nothing is waited for at most a second or two" {
	mkfifo pipe
	rows 20000 >in
	sleep 30 <pipe 3>&- &
	local reader=$! pid began=$SECONDS
	ndjson-normalize -q in >pipe 2>err 3>&- &
	pid=$!
	for _ in $(seq 100); do
		grep -q '^1 ' "/proc/$pid/syscall" 2>/dev/null && break
		sleep 0.02
	done
	kill -TERM $pid
	ends $pid
	kill $reader
	[ "$status" = 143 ]
	[ $((SECONDS - began)) -le 10 ]
}

@test "a stage that is stopped makes no sink commit, with and without a seal" {
	sandbox --leads 1
	sql 'CREATE SCHEMA d'
	mkfifo pipe
	for LEADPIPE_SEAL in 0 1; do
		export LEADPIPE_SEAL
		ndjson-normalize -q pipe 2>err 3>&- | bq-load -q d.t 2>load.err 3>&- &
		local load=$! pid
		exec 8>pipe
		rows 10 >&8
		pid=$(pgrep -n -x ndjson-normaliz)
		waits "$pid" "$READING"
		kill -TERM "$pid"
		ends $load
		exec 8>&-
		[ "$status" = 66 ]
		[ "$(load_jobs)" = 0 ]
	done
}

@test "a request on its way is given up: the job is named, and every row is answered" {
	sandbox --leads 1 --fault bq-upload:slow@1 --fault bq-job:wait@1 --fault sf:slow@1
	sql 'CREATE SCHEMA d'
	rows 3 >in
	bq-load d.t in >out 2>err 3>&- &
	local pid=$!
	waits $pid "$READING"
	kill -TERM $pid
	ends $pid
	[ "$status" = 143 ]
	grep -q 'stopped by SIGTERM; .*d.t' err
	bq-query 'CREATE TABLE d.q AS SELECT 1 AS a' >out 2>err 3>&- &
	pid=$!
	waits $pid "$SLEEPING"
	kill -TERM $pid
	ends $pid
	[ "$status" = 143 ]
	grep -q 'stopped by SIGTERM; job leadpipe_' err
	echo '{"Gaio_Lead_Id__c":"1","LastName":"N","Company":"C"}' >in
	sfdc-upsert --object Lead --external-id Gaio_Lead_Id__c in >out 2>err 3>&- &
	pid=$!
	waits $pid "$READING"
	kill -TERM $pid
	ends $pid
	[ "$status" = 143 ]
	jq -es '.[0].status == "unprocessed" and .[1]["@end"].status == 143' out
}

# ---- standard streams ----

@test "closed standard streams are answered with 74, and no file takes their place" {
	sandbox --leads 1
	sql 'CREATE SCHEMA d'
	contract
	keyset
	local program
	for program in 'ndjson-normalize' 'pii-mask -c c.json --key-file key' 'ndjson-diff --key id --state st' 'bq-load d.t' \
		'bq-merge --key id --into d.u' 'sfdc-upsert --object Lead --external-id Gaio_Lead_Id__c' \
		'sfmc-upsert --no-token-cache --extension leads --key SubscriberKey'; do
		run -74 timeout 20 sh -c "$program <&-"
		[[ $output == *"Bad file descriptor"* ]] || { echo "$program: $output"; return 1; }
	done
	rows 2 >in
	run -74 sh -c 'ndjson-normalize -q in >&-'
	run -74 sh -c 'ndjson-normalize -q --rejects bad in >&-'
	[ ! -s bad ]
	run -0 sh -c 'ndjson-normalize --rejects bad in 2>&- >out'
	[ ! -s bad ]
	[ "$(wc -l <out)" = 2 ]
}

@test "LEADPIPE_LOG=json: UTF-8 whatever a file is called, figures are numbers" {
	local name
	name=$(printf 'n\xff\xfe\xc3.nd')
	echo '{"a":' >"$name"
	LEADPIPE_LOG=json run -65 --separate-stderr ndjson-normalize "$name"
	jq -e '.severity == "ERROR"' <<<"$stderr"
	iconv -f UTF-8 -t UTF-8 <<<"$stderr" >/dev/null
	rows 2 >in
	LEADPIPE_LOG=json LEADPIPE_RUN_ID=$'r\xff"1' ndjson-normalize in 2>log >/dev/null
	jq -e '.rows_in == 2 and .rows_out == 2 and .["logging.googleapis.com/labels"].run_id == "r?\"1"' log
}

# ---- options ----

@test "options: -h, -V, no abbreviations, suggestions, values" {
	run -0 ndjson-normalize -h
	[[ $output == usage:* ]]
	run -0 ndjson-normalize -V
	[[ $output == "ndjson-normalize (leadpipe) "* ]]
	said() { # MESSAGE ARGUMENTS...
		local message=$1
		shift
		run -64 --separate-stderr ndjson-normalize "$@" </dev/null
		[[ $stderr == "ndjson-normalize: $message; see ndjson-normalize --help" ]] || { echo "$stderr"; return 1; }
		[ "$(jq -r '.["@end"].error' <<<"$output")" = "$message; see ndjson-normalize --help" ]
	}
	said '--rej: no such option; did you mean --rejects?' --rej x
	said '--reject: no such option; did you mean --rejects?' --reject=x
	said '--contract-ouf: no such option; did you mean --contract-out?' --contract-ouf x
	said '--frobnicate: no such option' --frobnicate
	said '-x: no such option' -x
	said '--rejects: needs a value' --rejects
	said '-c: needs a value' -c
	said '--dedup: takes no value' --dedup=1
}
