load helper

job() { # EXECUTION: a task of it
	CLOUD_RUN_EXECUTION=$1 MAX_REJECTS=${MAX_REJECTS:-1%} KEYSET=${KEYSET:-keyset} "$ROOT/examples/cloud-run/job"
}

in_the_container() { # what the image and job.yaml bring
	sandbox --leads 700 "$@"
	bq-query -q 'CREATE SCHEMA staging'
	bq-query -q 'CREATE SCHEMA marketing'
	pii-mask --new-keyset keyset
	chmod 0444 keyset
	cp "$ROOT/examples/demo/leads.json" .
}

leads() { sql_value 'SELECT COUNT(*) FROM marketing.leads'; }

@test "the example: all there is, then what is as new as the newest" {
	in_the_container
	run -0 --separate-stderr job leadpipe-daily-abcde
	[ "$output" = '699 inserted, 0 updated' ]
	[[ $stderr == *'"message":"rejected: line 604: lead_id: required"'* ]]
	run -0 --separate-stderr job leadpipe-daily-fghij
	[ "$output" = '0 inserted, 0 updated' ]
	[[ $stderr == *'gaio-fetch: 1 row out'* ]]
}

@test "the example: a task that is started again finds what the one before it loaded" {
	in_the_container
	failed=0
	for ((request = 1; request <= 12; request++)); do
		curl -sSf -d "bq:403@$request" "$LEADPIPE_SANDBOX_URL/_sandbox/fault" >fault
		job leadpipe-daily-abcde >out 2>err || failed=$((failed + 1))
	done
	[ "$failed" = 12 ]
	job leadpipe-daily-abcde >out 2>err
	[ "$(leads)" = 699 ]
	[ "$(load_jobs)" = 1 ]
}

@test "the example: an API that fails, too many rejects, a key that is not there: nothing is merged" {
	in_the_container --fault gaio:403@2
	run -66 job a
	MAX_REJECTS=0 run -66 job b
	KEYSET=nowhere run -66 job c
	run -69 bq-query -q 'SELECT 1 FROM marketing.leads'
}

@test "the example: deploy fills in the job, and makes or changes the schedule" {
	mkdir bin
	printf '#!/bin/sh\necho "docker $*" >>called\n' >bin/docker
	printf '#!/bin/sh\necho "gcloud $*" >>called\ncase $* in *replace*) cat >job.yaml ;; *describe*) [ -e there ] ;; esac\n' >bin/gcloud
	chmod +x bin/*
	run -1 "$ROOT/examples/cloud-run/deploy"
	[[ $output == *PROJECT* ]]
	export PATH=$PWD/bin:$PATH PROJECT=acme REGION=europe-west1 IMAGE=images.example/leadpipe:1 API_URL=https://api.example/v1
	"$ROOT/examples/cloud-run/deploy"
	touch there
	"$ROOT/examples/cloud-run/deploy"
	[ "$(grep -o 'scheduler jobs [cu][a-z]*' called | xargs)" = 'scheduler jobs create scheduler jobs update' ]
	sed '/^#/d' job.yaml >filled
	grep -qF "image: 'images.example/leadpipe:1'" filled
	grep -qF "{name: GOOGLE_CLOUD_PROJECT, value: 'acme'}" filled
	grep -qF "{name: GAIO_API_URL, value: 'https://api.example/v1'}" filled
	grep -qF "serviceAccountName: 'leadpipe@acme.iam.gserviceaccount.com'" filled
	run ! grep -E '@[A-Z_]+@' filled
}
