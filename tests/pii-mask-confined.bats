#!/usr/bin/env bats
# What the process may not do, and what it may not leave behind.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	pii-mask --new-keyset keyset
	cat >c.json <<-'END'
		{"fields": [{"name": "email", "type": "STRING", "pii": "encrypt"}, {"name": "phone", "type": "STRING", "pii": "hmac"},
		  {"name": "name", "type": "STRING", "pii": "drop"}, {"name": "note", "type": "STRING", "pii": "redact"},
		  {"name": "card", "type": "STRING", "pii": {"action": "mask", "keep_last": 2}},
		  {"name": "born", "type": "DATE", "pii": {"action": "generalise", "to": "year"}}]}
	END
}

# N rows of clear values, each of which holds the word geheim, or is a date in August.
rows() {
	seq "$1" | awk '{printf "{\"id\":%d,\"email\":\"geheim%d@example.com\",\"phone\":\"+55-geheim-%d\",\"name\":\"geheim %d\",\"note\":{\"x\":\"geheim\"},\"card\":\"geheim-%d\",\"born\":\"1984-08-%02d\"}\n", $1, $1, $1, $1, $1, $1 % 28 + 1}'
}

@test "no clear value of 100,000 rows is in the output or the log, and reveal gives back what was encrypted" {
	rows 100000 >clear.ndjson
	pii-mask -vv -c c.json --key-file keyset --rejects bad.ndjson clear.ndjson >out 2>log
	[ "$(wc -l <out)" = 100000 ]
	[ ! -s bad.ndjson ]
	run ! grep -qE 'geheim|1984-08' out log
	run ! grep -qF "$(jq -r '.key[0].keyData.value' keyset)" out log
	pii-mask -q --reveal -c c.json --key-file keyset out | jq -r .email | cmp - <(jq -r .email clear.ndjson)
}

@test "no clear value is in an end record, a message or a reject's reason" {
	local line
	for line in '{"@end":{"ok":false,"tool":"x","error":"row of maria@example.com failed"}}' \
		'{"@end":{"ok":false,"tool":"x","error":"call +55 11 98765-4321"}}' \
		'{"@end":{"ok":true,"rows":0,"watermark":"maria@example.com"}}' \
		'{"@end":{"ok":true,"rows":0,"tool":"maria@example.com","x":"maria@example.com"}}' \
		'{"maria@example.com":1}' '{"maria@example.com":1,"maria@example.com":2}' '{"m\u0061ria%40example.com":1}' \
		'{"5511987654321":1}' '{"11987654321":1}' '{"529.982.247-25":{"x":1}}'; do
		run --separate-stderr pii-mask --strict -c c.json --key-file keyset <<<"$line"
		[[ $output$stderr != *[Mm]"aria"* && $output$stderr != *98765* && $output$stderr != *529* ]] || {
			echo "$line: $output$stderr"
			return 1
		}
		run pii-mask -q --strict -c c.json --key-file keyset --rejects bad.ndjson <<<"$line"
		run ! grep -qE 'maria|98765|529' < <(jq -r '.reason, .field' bad.ndjson)
	done
	run -66 --separate-stderr pii-mask -c c.json --key-file keyset <<<'{"@end":{"ok":false,"tool":"x","error":"page 2: HTTP 503"}}'
	[[ $output$stderr == *'page 2: HTTP 503'* ]]
	run -65 --separate-stderr pii-mask --strict -c c.json --key-file keyset <<<'{"emial":1}'
	[[ $stderr == *'field emial: the contract does not name'* ]]
}

@test "a field with a pii action that was in no row is a warning" {
	run -0 --separate-stderr pii-mask -c c.json --key-file keyset <<<'{"id":1,"EMAIL":"x","phone":null,"name":"x","note":1,"e_card":"1"}'
	[ "$(grep -c 'was in no row' <<<"$stderr")" = 2 ]
	grep -q 'field card: has a pii action, and was in no row' <<<"$stderr"
	grep -q 'field born:' <<<"$stderr"
	run -0 --separate-stderr pii-mask -c c.json --key-file keyset </dev/null
	[[ $stderr != *'in no row'* ]]
}

@test "no core file: the limit is 0, and a signal that would dump leaves nothing" {
	ulimit -c unlimited || skip "core files cannot be asked for here"
	mkfifo in
	pii-mask -q -c c.json --key-file keyset in >out 3>&- &
	local pid=$!
	{
		rows 1000
		# once a row is out, the limits stand
		while [ ! -s out ]; do rows 1000; done
		grep -E '^Max core file size +0 +0' "/proc/$pid/limits" >limits
		kill -ABRT "$pid"
	} >in 2>err || true
	wait "$pid" || [ $? -eq 134 ]
	[ -s limits ]
	[ -z "$(find . -name '*core*')" ]
}

# All that the memory of a process holds, as a core file of it would.
image() { # PID
	local range rights rest from
	while read -r range rights rest; do
		[[ $rights == r* && $rest != *'[v'* ]] || continue
		from=$((16#${range%-*} / 4096))
		dd if="/proc/$1/mem" bs=4096 skip="$from" count=$((16#${range#*-} / 4096 - from)) status=none 2>>image.log || true
	done <"/proc/$1/maps"
}

# Runs pii-mask until it is about to exit, and puts its memory there and then into ./core.
core_at_exit() { # [OPTION...] FILE
	local number
	number=$(strace -qq -n -e trace=exit_group true 2>&1 | tr -dc '0-9 ' | awk '{print $1}')
	strace -qq -o /dev/null -e trace=exit_group -e inject=exit_group:delay_enter=60000000 \
		sh -c 'echo $$ >pid; exec pii-mask -q -c c.json --key-file keyset "$@"' sh "$@" >out 2>err 3>&- &
	local tracer=$!
	until [ -s pid ] && [ "$(cut -d' ' -f1 "/proc/$(cat pid)/syscall" 2>/dev/null)" = "$number" ]; do
		kill -0 "$tracer" && sleep 0.05 || return 1
	done
	image "$(cat pid)" >core
	kill -KILL "$(cat pid)" "$tracer"
	wait "$tracer" || true
	rm pid
}

# Values from short ones to some that make every buffer grow, with escapes and without; each holds the word geheim.
long_rows() {
	seq 200 | awk '{
		for (i = 0; i < $1; i++) { s = s "geheim\\u00e9"; t = t "geheim, " }
		printf "{\"id\":%d,\"email\":\"%s\",\"phone\":\"%s\",\"card\":\"%s\",\"note\":\"%s\"}\n", $1, s, t, s, t
	}'
}

@test "memory, as a core file would have it, holds no clear value and no key when the run has ended" {
	command -v strace >/dev/null || skip "no strace"
	! sanitized || skip "a sanitizer build keeps what was freed"
	[ "$(id -u)" -eq 0 ] || skip "only root can read that memory"
	{
		rows 1000
		long_rows
	} >clear.ndjson
	{
		cat clear.ndjson
		echo '{"email":["geheim"]}'
		echo '{"email":"geheim"'
	} >bad.ndjson
	pii-mask -q -c c.json --key-file keyset clear.ndjson >masked.ndjson
	local value key derived hex run
	value=$(jq -r '.key[0].keyData.value' keyset)
	key=$(base64 -d <<<"$value" | tail -c 64 | xxd -p -c 99)
	derived=$(printf 'leadpipe pii-mask hmac\001' | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" | awk '{print $NF}')
	for run in clear.ndjson '--rejects rejects bad.ndjson' bad.ndjson '--reveal masked.ndjson'; do
		# shellcheck disable=SC2086 # a list of words
		core_at_exit $run
		[ "$(stat -c %s core)" -gt 1000000 ]
		grep -qaF 'usage: pii-mask' core
		run ! grep -qaF geheim core
		run ! grep -qaF "${value:10:20}" core
		xxd -p -c 1000000000 core >core.hex
		for hex in "${key:0:32}" "${key:32:32}" "${key:64:32}" "${key:96:32}" "${derived:0:32}" "${derived:32:32}"; do
			run ! grep -qF "$hex" core.hex
		done
	done
}

@test "no other process of the same user can read its memory" {
	local as=() folder pid other
	export ASAN_OPTIONS=detect_leaks=0
	[ "$(id -u)" -ne 0 ] || as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	folder=$(mktemp -d)
	chmod 755 "$folder"
	cp "$BIN/pii-mask" "$(command -v sleep)" c.json "$folder"
	mkfifo in
	"${as[@]}" "$folder/pii-mask" -q -c "$folder/c.json" --key-fd 9 9<keyset <in >out 3>&- &
	pid=$!
	"${as[@]}" "$folder/sleep" 60 3>&- &
	other=$!
	{
		while [ ! -s out ]; do rows 1000; done
		run -0 "${as[@]}" head -1 "/proc/$other/maps"
		run ! "${as[@]}" head -1 "/proc/$pid/maps"
		run ! "${as[@]}" head -c 1 "/proc/$pid/environ"
	} >in
	wait "$pid"
	kill "$other"
	rm -r "$folder"
}

@test "after the rows begin nothing is opened and nothing is connected to, and libc and libcrypto are all there is" {
	command -v strace >/dev/null || skip "no strace"
	rows 10000 >clear.ndjson
	strace -f -o trace env ASAN_OPTIONS=detect_leaks=0 pii-mask -v -c c.json --key-file keyset --rejects bad.ndjson <clear.ndjson >out
	sed -n '/read(0/,$p' trace >after
	[ "$(wc -l <after)" -gt 20 ]
	run ! grep -qE '\b(open|openat|openat2|creat|socket|connect|bind|sendto|execve|fork|clone|ptrace)\(' after
	run ! grep -qE '\b(socket|connect|bind)\(' trace
	run -1 grep -vE '\[lib(c|m|crypto|asan|ubsan|gcc_s)\.so' < <(readelf -d "$BIN/pii-mask" | grep NEEDED)
	grep -q 'prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE' trace
}

@test "seccomp: before the first row, in the plain build, also with -o, rejects and --audit" {
	command -v strace >/dev/null || skip "no strace"
	! sanitized || skip "a sanitizer needs the calls"
	rows 10 >clear.ndjson
	for options in '-c c.json --key-file keyset --rejects bad.ndjson -o out' --audit; do
		# shellcheck disable=SC2086 # a list of words
		strace -f -o trace pii-mask -q $options clear.ndjson >report || [ $? -eq 1 ]
		sed -n '/SECCOMP_MODE_FILTER\|SECCOMP_SET_MODE_FILTER/,$p' trace >after
		grep -q 'clear.ndjson' after
		run ! grep -qE ' = -1 EPERM' after
	done
	[ "$(wc -l <out)" = 10 ]
	[ "$(pii-mask -vv -c c.json --key-file keyset </dev/null 2>&1 | grep -c 'filtered by seccomp')" = 1 ]
}

@test "descriptors that the command line does not name are closed" {
	command -v strace >/dev/null || skip "no strace"
	export ASAN_OPTIONS=detect_leaks=0 # LeakSanitizer does not work under strace
	rows 1 >clear.ndjson
	exec 8<clear.ndjson 9<keyset
	strace -o trace pii-mask -q -c c.json --key-fd 9 /dev/fd/8 >out
	[ "$(wc -l <out)" = 1 ]
	exec 8<clear.ndjson
	strace -o trace pii-mask -q -c c.json --key-fd 9 clear.ndjson 9<keyset >out
	grep -qE '^(close\(8\)|close_range\([34],|syscall_0x1b4\(0x[34],)' trace
	exec 8<&- 9<&-
}

@test "Landlock: only the files that were named, before the first row is read" {
	command -v strace >/dev/null || skip "no strace"
	rows 10 >clear.ndjson
	strace -f -o trace env ASAN_OPTIONS=detect_leaks=0 pii-mask -vv -c c.json --key-file keyset --rejects bad.ndjson clear.ndjson clear.ndjson >out 2>log
	grep -q 'confined by Landlock' log || { grep -q 'no Landlock' log && skip "a kernel without Landlock"; }
	[ "$(wc -l <out)" = 20 ]
	grep -q 'landlock_restrict_self(.*= 0' trace || grep -qE 'syscall_0x1be\(.*= 0' trace
	sed -n '/landlock_restrict_self\|syscall_0x1be/,$p' trace | grep -oE 'open(at)?\([^,]*,? ?"[^"]*"' | grep -oE '"[^"]*"' | sort -u >opened
	grep -v '^"/proc' opened | diff - <(printf '"clear.ndjson"\n')
	[ "$(stat -c %a bad.ndjson)" = 600 ]
}

@test "Landlock does forbid: a file not named, behind a link that changes after the start, cannot be read" {
	[ "$(pii-mask -vv -c c.json --key-file keyset </dev/null 2>&1 | grep -c 'confined by Landlock')" = 1 ] || skip "a kernel without Landlock"
	rows 3 >one.ndjson
	rows 5 >other.ndjson
	ln -s one.ndjson link
	mkfifo first
	pii-mask -q -c c.json --key-file keyset first link >out 2>log 3>&- &
	local pid=$!
	{
		rows 1
		ln -sf other.ndjson link
	} >first
	local status=0
	wait "$pid" || status=$?
	[ "$status" -eq 77 ]
	grep -q 'link: Permission denied' log
	run -0 pii-mask -q -c c.json --key-file keyset one.ndjson link
}

@test "rejects may be /dev/null, a pipe, or a file that is there" {
	echo '{"email":true}' >bad
	run -1 pii-mask -q -c c.json --key-file keyset --rejects /dev/null bad
	run -1 pii-mask -q -c c.json --key-file keyset --rejects >(cat >seen) bad
	echo old >rejects
	run -1 pii-mask -q -c c.json --key-file keyset --rejects rejects bad
	run ! grep -q old rejects
	run -73 pii-mask -q -c c.json --key-file keyset --rejects . bad
}

@test "memory stays under 16 MiB" {
	command -v strace >/dev/null || skip "no strace"
	! sanitized || skip "a sanitizer build"
	rows 50000 >clear.ndjson
	pii-mask -q -c c.json --key-file keyset <(cat clear.ndjson; while [ ! -f peak ]; do sleep 0.1; done) >out 3>&- &
	local pid=$!
	while [ "$(wc -l <out)" -lt 49000 ]; do sleep 0.1; done
	awk '/VmHWM/ {print $2}' "/proc/$pid/status" >read
	mv read peak
	wait "$pid"
	[ "$(cat peak)" -lt 16384 ]
}

@test "a kernel without Landlock: a note with -v, and the work is done" {
	command -v strace >/dev/null || skip "no strace"
	strace -qq -o /dev/null -e inject=landlock_create_ruleset:error=ENOSYS true 2>/dev/null || skip "a strace that does not know Landlock"
	rows 3 >clear.ndjson
	strace -qq -o /dev/null -e trace=landlock_create_ruleset -e inject=landlock_create_ruleset:error=ENOSYS \
		env ASAN_OPTIONS=detect_leaks=0 pii-mask -v -c c.json --key-file keyset clear.ndjson >out 2>log
	[ "$(wc -l <out)" = 3 ]
	grep -q 'this kernel has no Landlock' log
}
