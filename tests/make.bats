#!/usr/bin/env bats
# What people expect of a Makefile.

load helper

setup() {
	cd "$ROOT" || return 1
}

@test "make parses and cleans where there is no compiler and no pkg-config" {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	for tool in make sh rm find mkdir; do ln -s "$(command -v $tool)" "$BATS_TEST_TMPDIR/bin/$tool"; done
	PATH=$BATS_TEST_TMPDIR/bin run -0 make -n clean
	[[ "$output" == *"rm -rf build"* ]]
}

@test "install puts programs and pages below DESTDIR/PREFIX, uninstall takes them away" {
	make -s install BUILD="$BIN" PREFIX=/opt/lp DESTDIR="$BATS_TEST_TMPDIR/root" -o all
	"$BATS_TEST_TMPDIR/root/opt/lp/bin/bq-load" --version | grep -q '^bq-load (leadpipe)'
	[ -r "$BATS_TEST_TMPDIR/root/opt/lp/share/man/man7/leadpipe.7" ]
	make -s uninstall BUILD="$BIN" PREFIX=/opt/lp DESTDIR="$BATS_TEST_TMPDIR/root"
	[ -z "$(find "$BATS_TEST_TMPDIR/root" -type f)" ]
}

@test "plain make builds the filters; the sandbox is installed only where it was built" {
	run -0 make -n -B all BUILD=nowhere
	[[ $output == *nowhere/bq-load* && $output != *leadpipe-sandbox* && $output != *sqlite3* ]]
	run -0 make -n -B sandbox BUILD=nowhere
	[[ $output == *nowhere/leadpipe-sandbox* ]]
	for word in check-run conformance; do
		run -0 make -n "$word" BUILD=nowhere
		[[ $output == *nowhere/leadpipe-sandbox* ]] || { echo "$word builds no sandbox"; return 1; }
	done
	local built=$BATS_TEST_TMPDIR/built root=$BATS_TEST_TMPDIR/root name
	mkdir "$built"
	for name in "$BIN"/*; do
		[ -d "$name" ] || [[ $name == */leadpipe-sandbox ]] || ln -s "$(cd "$BIN" && pwd)/${name##*/}" "$built"
	done
	make -s install BUILD="$built" PREFIX=/p DESTDIR="$root" -o all
	[ -x "$root/p/bin/bq-load" ]
	[ -z "$(find "$root" -name 'leadpipe-sandbox*')" ]
	ln -s "$(cd "$BIN" && pwd)/leadpipe-sandbox" "$built"
	make -s install BUILD="$built" PREFIX=/p DESTDIR="$root" -o all
	[ -x "$root/p/bin/leadpipe-sandbox" ]
	[ -r "$root/p/share/man/man1/leadpipe-sandbox.1" ]
}

@test "the filters need no library of the sandbox's" {
	local name
	for name in cmd/*; do
		name=${name#cmd/}
		[ "$name" = leadpipe-sandbox ] || run -1 grep -E 'microhttpd|sqlite|pcre' < <(readelf -d "$BIN/$name")
	done
}

@test "the set-up script names the packages where it cannot install them" {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	for tool in sh id; do ln -s "$(command -v $tool)" "$BATS_TEST_TMPDIR/bin/$tool"; done
	PATH=$BATS_TEST_TMPDIR/bin run -69 ./.ci/setup build
	[[ "$output" == *libcurl4-openssl-dev* && "$output" != *libsqlite3-dev* ]]
	PATH=$BATS_TEST_TMPDIR/bin run -69 ./.ci/setup sandbox
	[[ "$output" == *libsqlite3-dev* && "$output" == *libmicrohttpd-dev* && "$output" == *libpcre2-dev* ]]
}

@test "--version and --help of every program go to stdout and end well, on one screen; an unknown option is 64" {
	for program in cmd/*; do
		name=$(basename "$program")
		run -0 --separate-stderr "$name" --version
		[[ "$output" == "$name (leadpipe) "* ]]
		run -0 --separate-stderr "$name" --help
		[ -z "$stderr" ]
		[[ "$output" == "usage: $name "* ]]
		[ "$(wc -l <<<"$output")" -le 24 ]
		[ "$(wc -L <<<"$output")" -le 80 ]
		run -64 "$name" --no-such-option </dev/null
		run -74 sh -c "'$name' --help >/dev/full"
	done
}

@test "two builds in two folders are the same bytes" {
	for folder in one two; do
		mkdir -p "$BATS_TEST_TMPDIR/$folder/common"
		cp Makefile "$BATS_TEST_TMPDIR/$folder"
		cp -r common/base "$BATS_TEST_TMPDIR/$folder/common"
		make -s -C "$BATS_TEST_TMPDIR/$folder" build/common/base/die.o
	done
	cmp "$BATS_TEST_TMPDIR"/{one,two}/build/common/base/die.o
}

@test "without optimising nothing is undeclared: a contract is replaced through a link" {
	local lean=$BATS_TEST_TMPDIR/lean
	make -s "$lean/ndjson-normalize" BUILD="$lean" CFLAGS=-O0 WERROR=-Werror
	echo '{"name":"l","fields":[{"name":"a","type":"STRING"}]}' >"$BATS_TEST_TMPDIR/c.json"
	ln -s c.json "$BATS_TEST_TMPDIR/link.json"
	echo '{"a":"1","b":"x"}' |
		"$lean/ndjson-normalize" -q -c "$BATS_TEST_TMPDIR/link.json" --unknown evolve --contract-out "$BATS_TEST_TMPDIR/link.json"
	[ -L "$BATS_TEST_TMPDIR/link.json" ]
	jq -e '[.fields[].name] == ["a", "b"]' "$BATS_TEST_TMPDIR/c.json"
}
