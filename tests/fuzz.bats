#!/usr/bin/env bats
# The fuzz targets, one short run each: that they build, run and find nothing at once. make fuzz runs them longer.

load helper

@test "fuzz: a short run of each target finds nothing" {
	command -v clang >/dev/null || skip "clang is not installed"
	echo 'int LLVMFuzzerTestOneInput(const char *d, long n); int LLVMFuzzerTestOneInput(const char *d, long n) { return !d && n; }' >none.c
	clang -fsanitize=fuzzer,address,undefined -o none none.c 2>/dev/null || skip "clang has no fuzzer runtime"
	RUNS=500 env -u MAKEFLAGS -u MFLAGS make -s -j2 -C "$ROOT" fuzz SECONDS=120 BUILD="$BIN" >said 2>&1 || {
		cat said
		return 1
	}
	for target in scan row contract cast page; do
		[ "$(sed -n "s/^$target: \([0-9]*\) inputs.*/\1/p" said)" -ge 500 ]
	done
}
