#!/usr/bin/env bats
# ndjson-normalize: the steps of a clean list, by their table; lists that make no sense.

load ndjson-normalize

@test "clean: every line of the table of steps" {
	walk "$DATA/normalize/clean.tsv" 40
}

@test "clean: the order of the list is the order of the steps" {
	contract '"name":"a","type":"STRING","from":"v","clean":["upper",{"map":{"a":"x"}}]' \
		'"name":"b","type":"STRING","from":"v","clean":[{"map":{"a":"x"}},"upper"]'
	[ "$(normalize '{"v":"a"}' --)" = '{"a":"A","b":"X"}' ]
}

@test "clean: a list that cannot be used is 78 and names its line" {
	wrong() { # LIST, WHY, MORE OF THE FIELD
		contract '"name":"ok","type":"INT64"' "\"name\":\"a\",\"type\":\"STRING\",\"clean\":$1${3:-}"
		misconfigured "c.json:3: field a: clean: $2"
	}
	wrong '["trim","polish"]' 'a word that is not known'
	wrong '["Trim"]' 'a word that is not known'
	wrong '[{"polish":1}]' 'a word that is not known'
	wrong '[{}]' 'a word that is not known'
	wrong '[{"split":",","map":{}}]' 'a word that is not known'
	wrong '["phone:XX"]' 'phone: a country that is not known'
	wrong '["phone:"]' 'phone: a country that is not known'
	wrong '[{"null_if":"x"}]' 'null_if: '
	wrong '[{"null_if":[]}]' 'null_if: '
	wrong '[{"null_if":[null]}]' 'null_if: '
	wrong '[{"null_if":["a","\u0061"]}]' 'null_if: '
	wrong '[{"null_if":[["a"]]}]' 'null_if: '
	wrong '[{"map":[]}]' 'map: '
	wrong '[{"map":{}}]' 'map: '
	wrong '[{"map":{"a":{}}}]' 'map: '
	wrong '[{"split":""}]' 'split: must be a text' ',"mode":"REPEATED"'
	wrong '[{"split":1}]' 'split: must be a text' ',"mode":"REPEATED"'
	wrong '[{"split":","},{"split":";"}]' 'split: stands there twice' ',"mode":"REPEATED"'
	wrong '[{"split":","}]' 'split and wrap are for mode REPEATED'
	wrong '["wrap"]' 'split and wrap are for mode REPEATED'
	for number in '1' '{"decimal":1}' '{"decimal":""}' '{"decimal":"ab"}' '{"decimal":"5"}' '{"decimal":"-"}' '{"mark":","}' '{"currency":"R$"}' \
		'{"currency":[]}' '{"currency":[""]}' '{"currency":[1]}'; do
		wrong "[{\"number\":$number}]" 'number: must have'
	done
	wrong '[{"number":{"decimal":",","thousands":","}}]' 'number: two meanings for one mark'
	wrong '[{"number":{"thousands":"."}}]' 'number: two meanings for one mark'
	for type in JSON 'RECORD","fields":[{"name":"x","type":"INT64"}],"description":"x'; do
		contract "\"name\":\"a\",\"type\":\"$type\",\"clean\":[\"trim\"]"
		misconfigured 'c.json:2: field a: clean: not for this type'
	done
}
