#!/usr/bin/env bats
# pii-mask's keys: keysets of Tink's making and our own, raw keys, rotation, and that none of them is ever seen.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	umask 077
	echo '{"fields":[{"name":"email","type":"STRING","pii":"encrypt"}]}' >c.json
	echo '{"fields":[{"name":"email","type":"STRING","pii":"hmac"}]}' >h.json
	# the sample keyset of Tink's own documentation (pkg.go.dev, tink-go/v2/daead)
	tink=EkAl9HCMmKTN1p3V186uhZpJQ+tivyc4IKyE+opg6SsEbWQ/WesWHzwCRrlgRuxdaggvgMzwWhjPnkk9gptBnGLK
	keyset 1919301694 "$(key 1919301694 ENABLED TINK $tink)" >tink
}

key() { # ID STATUS PREFIX VALUE [TYPE]
	printf '{"keyData":{"typeUrl":"type.googleapis.com/google.crypto.tink.%s","value":"%s","keyMaterialType":"SYMMETRIC"},"status":"%s","keyId":%s,"outputPrefixType":"%s"}' \
		"${5:-AesSivKey}" "$4" "$2" "$1" "$3"
}

keyset() { # PRIMARY KEY...
	local primary=$1 list
	shift
	list=$(printf '%s,' "$@")
	printf '{\n\t"primaryKeyId": %s, "key": [%s]}\n' "$primary" "${list%,}"
}

value() { # a new key's value
	{ printf '\022\100'; head -c 64 /dev/urandom; } | base64 -w 0
}

seal() { # KEYS TEXT
	pii-mask -q -c c.json --key-file "$1" <<<"{\"email\":\"$2\"}" | jq -r .email
}

opens() { # KEYS SEALED TEXT
	[ "$(pii-mask -q --reveal -c c.json --key-file "$1" <<<"{\"email\":\"$2\"}")" = "{\"email\":\"$3\"}" ]
}

@test "Tink's keyset gives Tink's answers" {
	answer() { # DOMAIN TEXT SEALED
		echo "{\"fields\":[{\"name\":\"email\",\"type\":\"STRING\",\"pii\":{\"action\":\"encrypt\",\"domain\":\"$1\"}}]}" >c.json
		[ "$(seal tink "$2")" = "$3" ]
		opens tink "$3" "$2"
	}
	answer users.email maria@example.com AXJmOD71zV1PTf9LGWWJtU9EHbgkJuMq38RUGjoXF5i6RpLG2nc=
	answer 'associated data' message AXJmOD6WYpJUY9Mkf9bl5504j8D6hCCZfPTucA==
}

@test "--new-keyset: mode 0600, two differ, nothing is overwritten, no rows are read" {
	umask 000
	pii-mask --new-keyset one
	pii-mask --new-keyset two
	[ "$(stat -c %a one)" = 600 ]
	jq -e '.primaryKeyId == .key[0].keyId and .key[0].status == "ENABLED" and .key[0].outputPrefixType == "TINK"
		and (.key[0].keyData.value | startswith("Ek") and length == 88)' one
	run ! cmp -s one two
	cp one copy
	run -73 --separate-stderr pii-mask --new-keyset one
	[[ $stderr == "pii-mask: one: is there already"* ]]
	[ -z "$output" ]
	cmp one copy
	[ "$(find . -name 'one*' | wc -l)" = 1 ]
	run -73 pii-mask --new-keyset nowhere/keyset
	ln -s nothing link
	run -73 pii-mask --new-keyset link
	[ ! -e nothing ]
	run -64 pii-mask --new-keyset three rows.ndjson
	run -64 pii-mask --new-keyset three -c c.json
}

@test "rotation: the old keys come along, what they sealed still opens, new values are under the new key" {
	pii-mask --new-keyset old
	sealed=$(seal old maria)
	pii-mask --new-keyset new --key-file old
	[ "$(stat -c %a new)" = 600 ]
	[ "$(jq '.key | length' new)" = 2 ]
	[ "$(jq -c '.key[1]' new)" = "$(jq -c '.key[0]' old)" ]
	opens new "$sealed" maria
	fresh=$(seal new maria)
	[ "$fresh" != "$sealed" ]
	opens new "$fresh" maria
	run -65 opens_not old "$fresh"
	pii-mask --new-keyset newer --key-file new
	opens newer "$sealed" maria
	head -c 32 /dev/urandom >raw
	run -73 pii-mask --new-keyset newest --key-file raw
	[ ! -e newest ]
}

opens_not() { # KEYS SEALED
	pii-mask -q --reveal -c c.json --key-file "$1" <<<"{\"email\":\"$2\"}"
}

@test "disabled keys open nothing; a primary that is not enabled is refused" {
	a=$(value) b=$(value)
	keyset 1 "$(key 1 ENABLED TINK "$a")" "$(key 2 ENABLED TINK "$b")" >both
	keyset 2 "$(key 1 ENABLED TINK "$a")" "$(key 2 ENABLED TINK "$b")" >second
	keyset 1 "$(key 1 ENABLED TINK "$a")" "$(key 2 DISABLED TINK "$b")" >one
	sealed=$(seal second maria)
	opens both "$sealed" maria
	run -65 opens_not one "$sealed"
	keyset 2 "$(key 1 ENABLED TINK "$a")" "$(key 2 DISABLED TINK "$b")" >none
	run -78 --separate-stderr opens_not none "$sealed"
	[[ $stderr == *"none: its primary key 2 is not there, or not enabled"* ]]
	keyset 2 "$(key 1 ENABLED TINK "$a")" "$(key 2 DESTROYED TINK "")" >none
	run -78 opens_not none "$sealed"
}

@test "prefixes: RAW has none, LEGACY and CRUNCHY begin with 0; ids go up to 2^32 - 1" {
	a=$(value) b=$(value)
	keyset 4294967275 "$(key 4294967275 ENABLED TINK "$a")" >tinky
	keyset 4294967275 "$(key 4294967275 ENABLED RAW "$a")" >raw
	keyset 4294967275 "$(key 4294967275 ENABLED CRUNCHY "$a")" >crunchy
	keyset 1 "$(key 1 ENABLED TINK "$b")" "$(key 9 ENABLED RAW "$a")" >mixed
	[ "$(seal tinky x | base64 -d | head -c 5 | xxd -p)" = 01ffffffeb ]
	[ "$(seal crunchy x | base64 -d | head -c 5 | xxd -p)" = 00ffffffeb ]
	[ "$(seal raw x | base64 -d | wc -c)" = 17 ]
	[ "$(seal tinky x | base64 -d | tail -c 17 | xxd -p)" = "$(seal raw x | base64 -d | xxd -p)" ]
	opens mixed "$(seal raw x)" x
	run -65 opens_not mixed "$(seal tinky x)"
}

@test "raw keys: 64 bytes encrypt without a prefix, 32 bytes do not encrypt" {
	printf '%s' $tink | base64 -d | tail -c 64 >raw
	keyset 1 "$(key 1 ENABLED RAW $tink)" >same
	[ "$(seal raw x)" = "$(seal same x)" ]
	opens raw "$(seal same x)" x
	head -c 32 /dev/urandom >short
	run -78 --separate-stderr pii-mask -c c.json --key-file short <<<'{"email":"geheim"}'
	[[ $stderr == *"encrypt needs a keyset, or 64 bytes"* ]]
	[[ $output != *geheim* ]]
}

@test "hmac: a raw key of 32 bytes is the key; from 64 bytes a key of its own is derived (HKDF-Expand)" {
	hmac() { # HEXKEY, text on stdin
		openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1" | awk '{print $NF}'
	}
	head -c 32 /dev/urandom >short
	[ "$(pii-mask -q -c h.json --key-file short <<<'{"email":"x"}' | jq -r .email)" = "$(printf 'email\0x' | hmac "$(xxd -p -c 99 short)")" ]
	long=$(printf '%s' $tink | base64 -d | tail -c 64 | xxd -p -c 99)
	derived=$(printf 'leadpipe pii-mask hmac\001' | hmac "$long")
	[ "$(pii-mask -q -c h.json --key-file tink <<<'{"email":"x"}' | jq -r .email)" = "$(printf 'email\0x' | hmac "$derived")" ]
}

@test "--key-fd: a file or a pipe; not both, not a file that others can read" {
	sealed=$(seal tink maria)
	[ "$(pii-mask -q --reveal -c c.json --key-fd 9 <<<"{\"email\":\"$sealed\"}" 9<tink)" = '{"email":"maria"}' ]
	[ "$(pii-mask -q --reveal -c c.json --key-fd 9 <<<"{\"email\":\"$sealed\"}" 9< <(cat tink))" = '{"email":"maria"}' ]
	run -64 pii-mask -c c.json --key-fd 9 --key-file tink </dev/null 9<tink
	run -64 pii-mask -c c.json --key-fd x </dev/null
	run -78 --separate-stderr pii-mask -c c.json --key-fd 77 </dev/null
	[[ $stderr == *"--key-fd 77: Bad file descriptor"* ]]
	chmod 755 .
	chmod 644 tink
	run -78 --separate-stderr pii-mask -c c.json --key-fd 9 </dev/null 9<tink
	[[ $stderr == *"others can read it"* ]]
	run -78 pii-mask -c c.json --key-file tink </dev/null
}

@test "keysets that are none: each is refused, and nothing of it is shown" {
	local n=0 text
	broken() { # TEXT RULE
		n=$((n + 1))
		printf '%s' "$1" >broken
		run -78 --separate-stderr pii-mask -vv -c c.json --key-file broken <<<'{"email":"geheim"}'
		[[ $stderr == *"broken: "*"$2"* ]] || { echo "$1: $stderr"; return 1; }
		[[ $stderr$output != *geheim* && $stderr$output != *"${tink:10:20}"* ]]
	}
	broken '{"primaryKeyId":1' 'nor a keyset'
	broken '[1]' 'nor a keyset'
	broken '{"key":[]}' 'no primaryKeyId'
	broken '{"primaryKeyId":1,"key":[]}' 'primary key 1'
	broken '{"primaryKeyId":"1","key":[]}' 'no primaryKeyId'
	broken '{"primaryKeyId":4294967296,"key":[]}' 'no primaryKeyId'
	broken '{"primaryKeyId":1,"key":{}}' 'no list of keys'
	broken '{"primaryKeyId":1,"primaryKeyId":1,"key":[]}' 'nor a keyset'
	broken '{"encryptedKeyset":"AAAA"}' 'encrypted keyset'
	broken '{"primaryKeyId":1,"key":[1]}' 'without a keyId'
	broken '{"primaryKeyId":1,"key":[{"keyId":1}]}' 'key 1: unknown status'
	broken '{"primaryKeyId":1,"key":[{"keyId":1,"status":"ENABLED"}]}' 'key 1: is no AesSivKey'
	broken '{"primaryKeyId":1,"key":[{"keyId":1,"status":"ENABLED","keyData":"x"}]}' 'key 1: is no AesSivKey'
	broken "$(keyset 1 "$(key 1 ENABLED TINK $tink AesGcmKey)")" 'key 1: is no AesSivKey'
	broken "$(keyset 1 "$(key 1 ENABLED TINY $tink)")" 'key 1: unknown outputPrefixType'
	broken "$(keyset 1 "$(key 1 ON TINK $tink)")" 'key 1: unknown status'
	broken "$(keyset 1 "$(key -1 ENABLED TINK $tink)")" 'without a keyId'
	for text in "${tink%????}" "$tink$tink" '' 'EkA' "!!$tink" "Ek${tink:2:84}=="; do
		broken "$(keyset 1 "$(key 1 ENABLED TINK "$text")")" 'key 1: its value is no AES-SIV key'
	done
	broken "$(keyset 1 "$(key 1 ENABLED TINK "$({ printf '\022\040'; head -c 32 /dev/zero; } | base64 -w 0)")")" 'no AES-SIV key'
	[ "$n" -gt 18 ]
}

@test "the key is in no output of any run that fails" {
	hex=$(printf '%s' $tink | base64 -d | xxd -p -c 99)
	echo '{"email":true}' >bad.ndjson
	{
		pii-mask -vv -c c.json --key-file tink bad.ndjson || true
		pii-mask -vv -c c.json --key-file tink --rejects rejects bad.ndjson || true
		pii-mask -vv --reveal -c c.json --key-file tink <<<'{"email":"AAAA"}' || true
		pii-mask -vv -c c.json --key-file tink nowhere || true
		pii-mask -vv -c tink --key-file tink bad.ndjson || true
		pii-mask -vv -c c.json --key-file tink tink || true
		pii-mask -vv -c c.json --key-file tink --max-line 3 bad.ndjson || true
		pii-mask -vv -c c.json --key-file tink --seal bad.ndjson || true
		pii-mask -vv --new-keyset tink --key-file tink || true
		pii-mask -vv -c c.json --key-file tink <<<'{"email":"x"}' >/dev/full || true
		LEADPIPE_LOG=json pii-mask -vv -c c.json --key-file tink bad.ndjson || true
	} >all 2>&1
	[ -f rejects ]
	[ "$(grep -c 'pii-mask' all)" -gt 10 ]
	run ! grep -qF "${tink:8:16}" all rejects
	run ! grep -qiF "${hex:20:16}" all rejects
}

@test "keys do not come in the command line or the environment" {
	run -64 pii-mask -c c.json --key "$tink" </dev/null
	run ! grep -rnE 'getenv' "$ROOT/cmd/pii-mask"
}
