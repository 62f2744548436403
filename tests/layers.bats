#!/usr/bin/env bats
# The rules of the source layout (common/README.md), checked by machine.

load helper

setup() {
	cd "$ROOT" || return 1
}

# Lines "FILE -> LAYER" for every include of a layer.
includes() {
	grep -n '^#include "\(base\|json\|schema\|stream\|wire\|cloud\)/' -r "$@" | sed -E 's/^([^:]+):[0-9]+:#include "([a-z]+)\/.*/\1 -> \2/'
}

@test "includes go only downward: base <- json <- (schema, stream); base <- wire; all <- cloud <- cmd" {
	run -1 grep -E ' -> (json|schema|stream|wire|cloud)$' < <(includes common/base)
	run -1 grep -E ' -> (schema|stream|wire|cloud)$' < <(includes common/json)
	run -1 grep -E ' -> (stream|wire|cloud)$' < <(includes common/schema)
	run -1 grep -E ' -> (schema|wire|cloud)$' < <(includes common/stream)
	run -1 grep -E ' -> (schema|stream|cloud)$' < <(includes common/wire)
	run -1 grep -rn '#include "\.\./\|#include "cmd/' common cmd
	[ "$(includes common cmd | wc -l)" -gt 50 ]
}

@test "a program does not include another's modules" {
	run -1 grep . < <(grep -rE '^#include "[a-z]+/' cmd | grep -vE '#include "(base|json|schema|stream|wire|cloud)/' |
		sed -E 's/^(cmd\/[^/]+)\/.*"(.*)"/\1 \2/' | sort -u | while read -r program module; do
		[ -f "$program/$module" ] || echo "$program: $module"
	done)
}

@test "in the sandbox: server <- storage <- (gaio, salesforce, marketing, sql) <- bigquery" {
	local sandbox=cmd/leadpipe-sandbox
	run -1 grep -rnE '#include "(gaio|salesforce|sql|bigquery)/' $sandbox/storage
	run -1 grep -rnE '#include "(gaio|salesforce|bigquery|server)/' $sandbox/sql
	run -1 grep -rnE '#include "(salesforce|sql|bigquery)/' $sandbox/gaio
	run -1 grep -rnE '#include "(gaio|sql|bigquery|marketing)/' $sandbox/salesforce
	run -1 grep -rnE '#include "(gaio|sql|bigquery|salesforce)/' $sandbox/marketing
}

@test "a program's lines in the Makefile name the modules of cloud and wire that it uses, and no other" {
	local program module objects
	for program in cmd/*; do
		program=${program#cmd/}
		objects=$(make -s objects-of PROGRAM="$program" BUILD="$BIN")
		# shellcheck disable=SC2086 # a list of words
		for module in $(printf '%s\n' $objects | grep '/common/'); do
			others=$(printf '%s\n' $objects | grep -vFx "$module")
			comm -12 <(nm -g --defined-only "$module" | awk '{print $3}' | sort -u) \
				<(nm -u $others "$BIN"/{stream,schema,json,base}.a 2>/dev/null | awk '{print $2}' | sort -u) | grep -q . ||
				{ echo "$program: does not use $module"; return 1; }
		done
	done
}

@test "a foreign library has one module" {
	only() { # PATTERN, ALLOWED PATHS AS A PATTERN
		run -1 grep -vE "$2" < <(grep -rlE "#include <$1" common cmd)
	}
	only 'curl/' '^common/wire/http(_try|_url|_headers)?\.c$'
	only 'jansson' '^common/wire/jdoc\.c$'
	only 'openssl/' '^common/wire/(crypt|jwt)\.c$'
	only 'microhttpd' '^cmd/leadpipe-sandbox/server/serve\.c$'
	only 'sqlite3' '^cmd/leadpipe-sandbox/'
	only 'pcre2' '^cmd/leadpipe-sandbox/sql/regex\.c$'
	only 'zlib' '^(common/wire/g(un)?zip|cmd/leadpipe-sandbox/storage/inflate)\.c$'
}

@test "ndjson-normalize needs libc only, pii-mask libcrypto too, and nothing else" {
	needs() {
		readelf -d "$BIN/$1" | sed -n 's/.*NEEDED.*\[\(.*\)\.so.*/\1/p' | grep -vE '^(libc|libm|libasan|libubsan|libgcc_s)$' || true
	}
	[ -z "$(needs ndjson-normalize)" ]
	[ "$(needs pii-mask)" = libcrypto ]
}

@test "no global that can change is seen outside its file, but in die" {
	run -1 grep . < <(find "$BIN/common" "$BIN/cmd" -name '*.o' ! -name die.o -print0 |
		xargs -0 -n1 sh -c 'objdump -t "$0" | awk -v f="$0" '"'"'$2 == "g" && $3 == "O" && $4 ~ /^\.(data|bss)/ && $4 !~ /rel\.ro/ && $NF !~ /^__/ {print f, $NF}'"'")
}

@test "no #if inside a function, no function over 60 lines, no file over 400, no line over 100 columns" {
	run -1 grep . < <(find common cmd -name '*.[ch]' -exec awk '
		FNR == 1 { inside = 0 }
		FNR == 401 { print FILENAME ": over 400 lines" }
		{ line = $0; gsub(/\t/, "        ", line); gsub(/[\200-\277]/, "", line) }
		length(line) > 100 { print FILENAME ":" FNR ": over 100 columns" }
		/^{/ { inside = 1; start = FNR }
		inside && /^[ \t]*#[ \t]*if/ { print FILENAME ":" FNR ": #if inside a function" }
		/^}/ { if (inside && FNR - start - 1 > 60) print FILENAME ":" start ": function of " FNR - start - 1 " lines"; inside = 0 }
		' {} \;)
}

@test "what a header declares begins with its module's name and is defined there; every .c has one" {
	run -0 tests/layers/check prefix
	run -0 tests/layers/check defined
	run -0 tests/layers/check headers
}

@test "a struct or enum tag has one meaning in the tree" {
	run -0 tests/layers/check tags
}

@test "no two modules need each other" {
	run -0 tests/layers/check cycles
}

@test "only main, the loops, mem and args end the program" {
	run -0 tests/layers/check die
}

@test "the rules find what breaks them" {
	mkdir -p tree/common/base tree/cmd/p
	cd tree || return 1
	printf 'struct one {\n\tint a;\n};\nint other_name(void);\n#include "base/b.h"\n' >common/base/a.h
	printf '#include "base/a.h"\nint b_name(void);\n' >common/base/b.h
	printf '#include "base/a.h"\nint b_name(void)\n{\n\tdie(1);\n\treturn 0;\n}\n' >common/base/a.c
	printf 'struct one {\n\tint b;\n};\n' >common/base/c.c
	for rule in prefix defined headers tags cycles die; do
		run -1 "$ROOT/tests/layers/check" $rule
		[ -n "$output" ]
	done
}

@test "every file is formatted by .clang-format" {
	[[ $(clang-format --version 2>/dev/null) == *" version 14."* ]] || skip "no clang-format 14, whose form it is"
	find common cmd tests -name '*.[ch]' -exec clang-format --dry-run -Werror {} +
}

@test "functions are short: median at most 15 lines, 95 % at most 50" {
	find common cmd -name '*.c' -exec awk '/^{/ {start = FNR} /^}/ {if (start) print FNR - start - 1; start = 0}' {} \; | sort -n >"$BATS_TEST_TMPDIR/lengths"
	local n
	n=$(wc -l <"$BATS_TEST_TMPDIR/lengths")
	[ "$n" -gt 300 ]
	[ "$(sed -n "$((n / 2 + 1))p" "$BATS_TEST_TMPDIR/lengths")" -le 15 ]
	[ "$(sed -n "$((n * 95 / 100))p" "$BATS_TEST_TMPDIR/lengths")" -le 50 ]
}

@test "headers explain themselves, bodies are nearly silent" {
	# Comment lines per code line, in hundredths.
	density() {
		cat "$@" | awk '
			/^[ \t]*$/ { next }
			/^[ \t]*\/\*/ { c++; if (!/\*\//) open = 1; next }
			open { c++; if (/\*\//) open = 0; next }
			{ if (/\/\*/) c++; code++ }
			END { printf "%d\n", c * 100 / code }'
	}
	local headers bodies
	mapfile -t headers < <(find common -name '*.h')
	mapfile -t bodies < <(find common cmd -name '*.c')
	echo "headers $(density "${headers[@]}"), bodies $(density "${bodies[@]}")"
	[ "$(density "${headers[@]}")" -ge 50 ]
	[ "$(density "${bodies[@]}")" -le 15 ]
}

@test "the scripts are clean to shellcheck, the pages to mandoc" {
	mapfile -t scripts < <(grep -rlE '^#!.*sh$' .ci tests examples)
	[ "${#scripts[@]}" -gt 10 ]
	shellcheck -x "${scripts[@]}"
	shellcheck -x -e SC2154 tests/*.bash # bats sets $output and $stderr
	for page in man/*; do # our own pages need not be installed
		mandoc -T lint -W warning "$page"
		run ! bash -c 'mandoc -T lint "$1" 2>/dev/null | grep -v "referenced manual not found"' mandoc "$page"
	done
}

@test "every program has a page, and every page the sections that people look for" {
	for program in cmd/*; do
		page=man/$(basename "$program").1
		for section in NAME SYNOPSIS DESCRIPTION ENVIRONMENT '"EXIT STATUS"' EXAMPLES; do
			grep -q "^\.Sh ${section//\"/}" "$page" || { echo "$page: no $section"; return 1; }
		done
	done
}

@test "every long option that a program knows is in its page and its --help" {
	for program in cmd/*; do
		name=$(basename "$program")
		"$name" --help >"$BATS_TEST_TMPDIR/help"
		[ "$(wc -l <"$BATS_TEST_TMPDIR/help")" -le 40 ]
		grep -rhoE '^\s*\{"[a-z-]+", (no|required)_argument' "$program" | sed -E 's/.*"([a-z-]+)".*/\1/' | sort -u |
			while read -r option; do
				grep -q -- "--$option" "$BATS_TEST_TMPDIR/help" || { echo "$name --help: no --$option"; exit 1; }
				sed 's/\\-/-/g' "man/$name.1" | grep -qE -- "(Fl Fl |Fl -|--)$option" || { echo "man/$name.1: no --$option"; exit 1; }
			done || return 1
	done
}
