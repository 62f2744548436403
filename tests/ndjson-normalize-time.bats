#!/usr/bin/env bats
# ndjson-normalize: local times in zones, and the files that zones are read from.

load ndjson-normalize

ZONED='"name":"v","type":"TIMESTAMP","tz":"A/B"'

@test "time: every line of the table of zones" {
	walk "$DATA/normalize/zones.tsv" 8
}

# A zone file without any transition: tzif VERSION FOOTER. (a stands for a byte 0, b for 1.)
tzif() {
	local half
	half="TZif$1$(printf 'a%.0s' {1..31})aaabaaabaaaaaaa"
	printf '%s' "$half" "$half" | tr ab '\0\1'
	printf '\n%s\n' "$2"
}

@test "time: the rule in a zone's footer" {
	mkdir -p zones/A
	export TZDIR=$PWD/zones
	rule() { # FOOTER, LOCAL TIME, INSTANT
		tzif 2 "$1" >zones/A/B
		contract "$ZONED"
		run -0 normalize "{\"v\":\"$2\"}" --
		[ "$output" = "{\"v\":\"$3\"}" ] || { echo "$1 $2: $output"; false; }
	}
	missing() { # FOOTER, LOCAL TIME
		tzif 2 "$1" >zones/A/B
		contract "$ZONED"
		refused "{\"v\":\"$2\"}" 'v: no such local time'
	}
	local lisbon=WET0WEST,M3.5.0/1,M10.5.0
	rule $lisbon 2026-07-01T00:00:00 2026-06-30T23:00:00Z
	rule $lisbon 2026-10-25T01:30:00 2026-10-25T00:30:00Z
	rule $lisbon 0001-07-01T00:00:00 0001-06-30T23:00:00Z
	missing $lisbon 2026-03-29T01:00:00
	missing $lisbon 9999-03-28T01:30:00
	rule '<-03>3' 2026-07-01T00:00:00 2026-07-01T03:00:00Z
	rule '' 2026-07-01T00:00:00 2026-07-01T00:00:00Z
	rule 'IST-1GMT0,M10.5.0,M3.5.0/1' 2026-01-01T00:00:00 2026-01-01T00:00:00Z
	rule 'IST-1GMT0,M10.5.0,M3.5.0/1' 2026-07-01T00:00:00 2026-06-30T23:00:00Z
	rule 'XXX3EDT4,0/0,J365/23' 2026-01-01T00:00:00 2026-01-01T04:00:00Z
	rule 'XXX3EDT4,0/0,J365/23' 2026-12-31T23:59:59 2027-01-01T03:59:59Z
	rule '<-02>2<-01>,M3.5.0/-1,M10.5.0/0' 2026-03-28T22:59:59 2026-03-29T00:59:59Z
	missing '<-02>2<-01>,M3.5.0/-1,M10.5.0/0' 2026-03-28T23:00:00
	rule 'NZST-12NZDT,M9.5.0,M4.1.0/3' 2026-12-01T12:00:00 2026-11-30T23:00:00Z
	missing 'AAA0BBB,J60,J300' 2024-03-01T02:30:00
	missing 'AAA0BBB,59,J300' 2024-02-29T02:30:00
	missing 'AAA0BBB,59,J300' 2023-03-01T02:30:00
	rule 'AAA5:30:15BBB4,J1/0,J100/26' 2026-04-11T01:59:59 2026-04-11T05:59:59Z
}

@test "time: a zone that cannot be had is 78 and says why" {
	mkdir -p zones/A
	export TZDIR=$PWD/zones
	contract "$ZONED"
	misconfigured 'c.json:2: field v: tz: no such zone'
	[[ $stderr != *legacy* ]]
	for legacy in US/Pacific Brazil/East Japan; do
		echo '{"fields":[{"name":"v","type":"TIMESTAMP","tz":"'$legacy'"}]}' >c.json
		misconfigured 'c.json:1: field v: tz: no such zone; this name may be in the package tzdata-legacy: install it'
	done
	zone() { # WHY
		contract "$ZONED"
		misconfigured "c.json:2: field v: tz: $1"
	}
	tzif 1 '' >zones/A/B
	zone 'the zone'\''s file is of the first version'
	echo TZif >zones/A/B
	zone 'the zone'\''s file is malformed'
	head -c 3000 /dev/zero >zones/A/B
	zone 'the zone'\''s file is malformed'
	: >zones/A/B
	zone 'the zone'\''s file is malformed'
	for footer in X AB3 AAA25 AAA3BBB AAA3BBB,M3.5.0 AAA3BBB,M13.1.0,M10.5.0 AAA3BBB,M3.6.0,M10.5.0 AAA3BBB,J0,J5 AAA3BBB,366,J5 \
		AAA3BBB,M3.5.0,M10.5.0x 'AAA3BBB,M3.5.0/168,M10.5.0' '<AAA3'; do
		tzif 2 "$footer" >zones/A/B
		zone 'the zone'\''s file is malformed'
	done
	tzif 2 UTC0 >zones/A/B
	for cut in 20 60 100 107; do
		tzif 2 UTC0 | head -c $cut >zones/A/B
		zone 'the zone'\''s file is malformed'
	done
	for name in ../A/B /etc/passwd A/../A/B A//B A/ .A A/.B 'A B' "$(printf 'A%.0s' {1..101})"; do
		contract "\"name\":\"v\",\"type\":\"TIMESTAMP\",\"tz\":\"$name\""
		misconfigured 'field v: tz: not UTC, not an offset such as -03:00, and not a zone'
	done
	TZDIR=$PWD/none
	zone 'there are no zone files on this machine'
}

@test "time: zone files are read once, before the rows" {
	contract '"name":"v","type":"TIMESTAMP","tz":"Europe/Lisbon"' '"name":"w","type":"TIMESTAMP","tz":"Europe/Lisbon"'
	for ((i = 0; i < 500; i++)); do echo '{"v":"2026-07-01","w":"2026-01-01"}'; done >in
	ASAN_OPTIONS=detect_leaks=0 strace -e trace=openat -o trace ndjson-normalize -q -c c.json in >out
	[ "$(grep -c Lisbon trace)" -eq 1 ]
	[ "$(sed -n '/Lisbon/=' trace)" -lt "$(sed -n '/"in"/=' trace)" ]
	run -1 grep localtime trace
	[ "$(sort -u out)" = '{"v":"2026-06-30T23:00:00Z","w":"2026-01-01T00:00:00Z"}' ]
}
