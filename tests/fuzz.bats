#!/usr/bin/env bats
# The fuzz targets, one short run each: that they build, run and find nothing at once. make fuzz runs them longer.

load helper

@test "fuzz: a short run of each target finds nothing" {
	command -v clang >/dev/null || skip "clang is not installed"
	echo 'int LLVMFuzzerTestOneInput(const char *d, long n); int LLVMFuzzerTestOneInput(const char *d, long n) { return !d && n; }' >none.c
	clang -fsanitize=fuzzer -o none none.c 2>/dev/null || skip "clang has no fuzzer runtime"
	run -0 env -u MAKEFLAGS -u MFLAGS make -s -j2 -C "$ROOT" fuzz SECONDS=1 BUILD="$BIN"
	for target in scan row contract cast; do
		[[ "$output" =~ $target:\ ([0-9]+)\ inputs ]]
		[ "${BASH_REMATCH[1]}" -gt 100 ]
	done
}
