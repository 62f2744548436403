# What the tests of sfdc-upsert share: rows, results, and questions to the sandbox.

load helper

lead() { # ID [MORE]: one good row
	printf '{"Gaio_Lead_Id__c":"%s","LastName":"Silva","Company":"Acme"%s}\n' "$1" "${2:-}"
}

leads() { # N: that many good rows
	seq "$1" | awk '{printf "{\"Gaio_Lead_Id__c\":\"L-%d\",\"LastName\":\"Silva %d\",\"Company\":\"Acme\"}\n", $1, $1}'
}

statuses() { # of the results: "2 created 1 failed"
	jq -r 'select(.status) | .status' | sort | uniq -c | awk '{printf "%s%s %s", (NR > 1 ? " " : ""), $1, $2}'
}

outcomes() { # of the results, in order: "created REQUIRED_FIELD_MISSING "
	jq -r '.error.code // .status' | tr '\n' ' '
}

in_order() { # N: are lines 1 to N there, each once and in order?
	jq -r '.line | select(.)' | cmp - <(seq "$1")
}

soql() { # asks the sandbox
	curl -sG "$LEADPIPE_SANDBOX_URL/services/data/v66.0/query" -H "Authorization: Bearer ${TOKEN:-$SF_ACCESS_TOKEN}" \
		--data-urlencode "q=$1"
}

stored() { # how many leads there are
	soql 'SELECT COUNT() FROM Lead' | jq .totalSize
}

requests() { # JQ: of what the sandbox was asked so far
	curl -s "$LEADPIPE_SANDBOX_URL/_sandbox/requests" | jq "$1 // 0"
}

calls() { # Collections requests so far
	requests '.routes["PATCH /services/data/{}/composite/sobjects/{}/{}"]'
}

jobs() { # Bulk jobs made so far
	requests '.routes["POST /services/data/{}/jobs/ingest"]'
}

total() { # requests to Salesforce so far
	requests .services.sf
}

logins() {
	requests .services.oauth
}

use_jwt() { # logs in by key instead of by token
	[ -e sf.key ] || openssl genrsa -out sf.key 2048 2>/dev/null
	chmod 600 sf.key
	export SF_JWT_KEY_FILE=$PWD/sf.key TOKEN=$SF_ACCESS_TOKEN
	unset SF_ACCESS_TOKEN SF_ORG_INSTANCE_URL
}
