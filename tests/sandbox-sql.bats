# GoogleSQL in the sandbox: the cases of tests/data/sql, one by one, through the REST interface.

load helper

# Runs one query text; prints its rows, DML counts, "ok" or "! message".
ask() {
	jq -n --arg q "$1" --argjson p "${2:-[]}" \
	    '{query: $q, useLegacySql: false, queryParameters: $p, formatOptions: {useInt64Timestamp: true}}' |
		curl -s --data-binary @- -H 'Content-Type: application/json' \
		    "$BIGQUERY_EMULATOR_HOST/bigquery/v2/projects/$GOOGLE_CLOUD_PROJECT/queries" |
		jq -r 'if .error then "! " + .error.message
			elif .schema then [.rows // [] | .[] | [.f[].v]] | tojson
			elif .dmlStats then {i: .dmlStats.insertedRowCount, u: .dmlStats.updatedRowCount,
				d: .dmlStats.deletedRowCount} | tojson
			else "ok" end'
}

# Asks all that a file of cases asks (tests/data/sql/cases says how they are written).
walk_cases() {
	local line query='' got want failed=0 cases=0
	sandbox
	while IFS= read -r line || [ -n "$line" ]; do
		case $line in
		'# '* | '#') [ -n "$query" ] || continue ;;
		'') continue ;;
		'= '* | '! '*)
			want=${line#= }
			got=$(ask "$query")
			cases=$((cases + 1))
			if [ "$got" != "$want" ]; then
				printf '%s\n  want %s\n  got  %s\n' "$query" "$want" "$got"
				failed=$((failed + 1))
			fi
			query=''
			continue
			;;
		esac
		query=${query:+$query$'\n'}$line
	done <"$DATA/sql/$1"
	echo "$cases cases, $failed failed"
	[ "$cases" -ge "$2" ]
	[ "$failed" -eq 0 ]
}

@test "statements, queries, literals, operators: data/sql/cases" {
	walk_cases cases 150
}

@test "tables made and changed, fields of STRUCTs: data/sql/statements" {
	walk_cases statements 30
}

@test "functions and aggregates: data/sql/functions" {
	walk_cases functions 40
}

@test "dates, times, zones, INTERVAL, RANGE: data/sql/times" {
	walk_cases times 40
}

@test "windows, joins with arrays, what is outside: data/sql/windows" {
	walk_cases windows 25
}

@test "functions that nobody's daily queries call are refused by name" {
	sandbox
	for name in ACOS ARRAY_CONCAT_AGG ARRAY_FIRST ARRAY_LAST ARRAY_REVERSE ARRAY_SLICE ASCII ASIN ATAN ATAN2 BIT_AND BIT_COUNT BIT_OR BIT_XOR \
		CBRT CODE_POINTS_TO_BYTES CODE_POINTS_TO_STRING CONTAINS_SUBSTR CORR COS COVAR_POP COVAR_SAMP DATE_FROM_UNIX_DATE FARM_FINGERPRINT \
		FORMAT FROM_BASE32 FROM_HEX GENERATE_TIMESTAMP_ARRAY IEEE_DIVIDE INSTR JSON_EXTRACT_ARRAY JSON_EXTRACT_STRING_ARRAY JSON_TYPE JUSTIFY_DAYS JUSTIFY_HOURS JUSTIFY_INTERVAL LAX_BOOL LAX_FLOAT64 LAX_INT64 LAX_STRING LOG10 \
		MAKE_INTERVAL NULLIFZERO RANGE RANGE_BUCKET RANGE_CONTAINS RANGE_END RANGE_INTERSECT RANGE_OVERLAPS RANGE_START \
		REGEXP_INSTR REVERSE SAFE_NEGATE SIN SOUNDEX TAN TIME_ADD TIME_DIFF TIME_SUB TIME_TRUNC TO_BASE32 TO_CODE_POINTS TRANSLATE UNICODE UNIX_DATE VARIANCE VAR_POP VAR_SAMP ZEROIFNULL; do
		run -0 ask "SELECT $name(1)"
		[ "$output" = "! Not supported by leadpipe-sandbox: function $name at [1:8]" ] || { echo "$name: $output"; return 1; }
	done
}

@test "parameters: named and positional, every type, NULL" {
	sandbox
	one() { jq -nc --arg t "$1" --argjson v "$2" '{name: "p", parameterType: {type: $t}, parameterValue: {value: $v}}'; }
	run -0 ask 'SELECT @p + 1' "[$(one INT64 '"41"')]"
	[ "$output" = '[["42"]]' ]
	run -0 ask 'SELECT @P' "[$(one STRING '"it'"'"'s"')]"
	[ "$output" = '[["it'"'"'s"]]' ]
	run -0 ask 'SELECT @p IS NULL, @p' "[$(one DATE null)]"
	[ "$output" = '[["true",null]]' ]
	run -0 ask 'SELECT @p' "[$(one TIMESTAMP '"2026-01-02 03:04:05Z"')]"
	[ "$output" = '[["1767323045000000"]]' ]
	run -0 ask 'SELECT @p * 2' "[$(one NUMERIC '"0.1"')]"
	[ "$output" = '[["0.2"]]' ]
	run -0 ask 'SELECT @p' "[$(one BYTES '"YWJj"')]"
	[ "$output" = '[["YWJj"]]' ]
	run -0 ask 'SELECT NOT @p' "[$(one BOOL '"true"')]"
	[ "$output" = '[["false"]]' ]
	run -0 ask 'SELECT ?, ?' '[{"parameterType":{"type":"INT64"},"parameterValue":{"value":"1"}},{"parameterType":{"type":"FLOAT64"},"parameterValue":{"value":"1.5"}}]'
	[ "$output" = '[["1","1.5"]]' ]
	run -0 ask 'SELECT x FROM UNNEST([1, 2, 3]) AS x WHERE x IN UNNEST(@p) ORDER BY x' \
	    '[{"name":"p","parameterType":{"type":"ARRAY","arrayType":{"type":"INT64"}},"parameterValue":{"arrayValues":[{"value":"1"},{"value":"3"}]}}]'
	[ "$output" = '[["1"],["3"]]' ]
	local two='{"type":"STRUCT","structTypes":[{"name":"a","type":{"type":"INT64"}},{"name":"b","type":{"type":"ARRAY","arrayType":{"type":"STRING"}}}]}'
	run -0 ask 'SELECT @p.a + 1, @p.b[OFFSET(1)], @p' \
	    '[{"name":"p","parameterType":'"$two"',"parameterValue":{"structValues":{"a":{"value":"7"},"b":{"arrayValues":[{"value":"x"},{"value":"y"}]}}}}]'
	[ "$output" = '[["8","y",{"f":[{"v":"7"},{"v":[{"v":"x"},{"v":"y"}]}]}]]' ]
	run -0 ask 'SELECT r.a, ARRAY_LENGTH(r.b) FROM UNNEST(@p) AS r ORDER BY 1' \
	    '[{"name":"p","parameterType":{"type":"ARRAY","arrayType":'"$two"'},"parameterValue":{"arrayValues":[
	        {"structValues":{"a":{"value":"2"},"b":{"arrayValues":[]}}},{"structValues":{"a":{"value":"1"},"b":{"arrayValues":[{"value":"z"}]}}}]}}]'
	[ "$output" = '[["1","1"],["2","0"]]' ]
	run -0 ask 'SELECT ARRAY_LENGTH(@p)' '[{"name":"p","parameterType":{"type":"ARRAY","arrayType":'"$two"'},"parameterValue":{"arrayValues":[]}}]'
	[ "$output" = '[["0"]]' ]
	run -0 ask 'SELECT @missing'
	[ "$output" = "! Query parameter 'missing' not found at [1:8]" ]
	run -0 ask 'SELECT @p' "[$(one INT64 '"x"')]"
	[ "$output" = '! Invalid value for type: INT64' ]
}

@test "SQL nested too deep, too long or full of bytes is an error, not a crash" {
	sandbox
	run -0 ask "SELECT $(printf '(%.0s' $(seq 5000))1"
	[[ $output == '! Query is nested too deep at '* ]]
	run -0 ask "SELECT $(printf -- '-%.0s' $(seq 1000 2>/dev/null))"
	[[ $output == '! '* ]]
	run -0 ask "SELECT $(printf 'NOT %.0s' $(seq 3000))TRUE"
	[[ $output == '! Query is nested too deep at '* ]]
	run -0 ask "SELECT $(printf '1+%.0s' $(seq 40))1"
	[ "$output" = '[["41"]]' ]
	run -0 ask $'SELECT \x01'
	[[ $output == '! Syntax error: Illegal input character '* ]]
	run -0 ask 'SELECT 1'
	[ "$output" = '[["1"]]' ]
}

@test "a MERGE of 45,211 rows into as many keeps to an index" {
	sandbox
	ask 'CREATE SCHEMA d; CREATE TABLE d.s (k STRING, o INT64, v STRING); CREATE TABLE d.t (k STRING, o INT64, v STRING);
	    INSERT d.s (k, o, v) SELECT CONCAT("key-", CAST(n AS STRING)), n, "v" FROM UNNEST(GENERATE_ARRAY(1, 45211)) AS n'
	local merge='MERGE d.t T USING d.s S ON (T.k = S.k OR (T.k IS NULL AND S.k IS NULL)) WHEN MATCHED AND T.v IS DISTINCT FROM S.v
	    THEN UPDATE SET v = S.v WHEN NOT MATCHED THEN INSERT (k, o, v) VALUES (S.k, S.o, S.v)'
	run -0 ask "$merge"
	[ "$output" = '{"i":"45211","u":"0","d":"0"}' ]
	run -0 ask "$merge"
	[ "$output" = '{"i":"0","u":"0","d":"0"}' ]
	ask "UPDATE d.s SET v = 'w' WHERE o <= 1000"
	run -0 ask "$merge"
	[ "$output" = '{"i":"0","u":"1000","d":"0"}' ]
}

@test "the page lists every function, and no other" {
	local page=$ROOT/man/leadpipe-sandbox.1 tables=$ROOT/cmd/leadpipe-sandbox/sql name
	grep -hoE '^ +\{"[A-Z_0-9]+"' "$tables/func.c" "$tables/func_time.c" | tr -d ' {"' | sort -u >have
	[ "$(wc -l <have)" -gt 150 ]
	awk '/^\.It Conditions/ {on = 1} on && /^\.El/ {exit} on' "$page" | grep -v '^\.' | tr -cs 'A-Z_0-9' '\n' |
		grep -E '^[A-Z][A-Z_0-9]+$' | sort -u >listed
	# DATE_, DATETIME_ and TIMESTAMP_ with ADD SUB DIFF TRUNC, and their like
	for name in {DATE,DATETIME,TIMESTAMP}_{ADD,SUB,DIFF,TRUNC} {FORMAT,PARSE}_{DATE,TIME,DATETIME,TIMESTAMP}; do
		echo "$name"
	done >>listed
	while read -r name; do
		grep -qx "$name" listed || { echo "not in the page: $name" && return 1; }
	done <have
	# words of the page that are no functions, and those that the binder knows by itself
	printf '%s\n' DISTINCT 'ORDER' BY LIMIT IGNORE NULLS HAVING PARTITION ROWS RANGE \
	    AT TIME ZONE 'ADD' SUB DIFF TRUNC DATE_ DATETIME_ TIMESTAMP_ FORMAT_ PARSE_ JSON EXTRACT >>have
	while read -r name; do
		grep -qx "$name" have || { echo "no function: $name" && return 1; }
	done <listed
}
