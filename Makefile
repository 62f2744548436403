# leadpipe: the map. Every program is made of the modules on its line.
#
#	make demo       the whole pipe, on this machine       make check      all tests
#	make            build the filters                     make bench      figures beside public tools
#	make sandbox    build the sandbox beside them; demo, check and conformance do it too
#	make fuzz SECONDS=10                                  hostile input, for so long each
#	make elsewhere                                        demo and check on Debian 13, by debootstrap (as root)
#	make conformance                                      Google's own clients against the sandbox (needs npm)
#	make install PREFIX=/usr/local DESTDIR=               make uninstall, make clean
#
# `demo` and `check` first install what is missing (.ci/setup says what).

VERSION = 0.1.0
PREFIX  = /usr/local
BUILD   = build
CC      = cc
CFLAGS  = -O2 -g
WARN    = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wpointer-arith \
          -Wcast-qual -Wwrite-strings -Werror=implicit-function-declaration
WERROR  =
SAN     =

# Asked only when something is compiled or linked, and once: this file is read before the compiler is there.
knows     = $(shell $(CC) -Werror $(1) -S -o /dev/null -x c /dev/null 2>/dev/null && echo ' $(1)')
hardening = $(eval hardening := $(call knows,-fstack-clash-protection)$(call knows,-fcf-protection))$(hardening)
fortify   = $(if $(filter-out -O0,$(lastword $(filter -O%,$(CFLAGS)))),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)

# The prefix map keeps the folder out of the debug information: two builds of one source are the same bytes.
ALL_CFLAGS = -std=c11 -D_XOPEN_SOURCE=700 -D_FILE_OFFSET_BITS=64 $(fortify) \
             -fstack-protector-strong $(hardening) -ffile-prefix-map=$(CURDIR)=. -Icommon \
             -DVERSION='"$(VERSION)"' $(WARN) $(WERROR) $(CFLAGS) $(SAN)
ALL_LDFLAGS = -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS) $(SAN)

pkg = $(shell pkg-config --$(1) $(2))

# ---- the map ----------------------------------------------------------------------------------

# A layer is all that is in its directory.
LAYERS  = cloud wire stream schema json base
modules = $(basename $(notdir $(wildcard common/$(1)/*.c)))

FILTERS  = gaio-fetch ndjson-normalize ndjson-diff pii-mask bq-load bq-merge bq-query sfdc-upsert sfmc-upsert
PROGRAMS = $(FILTERS) leadpipe-sandbox

layers     = $(LAYERS:%=$(BUILD)/%.a)
row_layers = $(patsubst %,$(BUILD)/%.a,stream schema json base)

# What all network programs send their requests with, and what all BigQuery programs share.
requests = http http_headers http_try http_url form secret retry jdoc crypt
bigquery = bigquery bqjob bqjobs bqname bqreceipt bqwords google google_ask google_grant

# program             its modules of cloud, and of wire; of the layers below it takes what it needs
gaio-fetch.cloud      = google google_ask google_grant
gaio-fetch.wire       = $(requests) jwt gzip gunzip
ndjson-diff.wire      = crypt
pii-mask.wire         = crypt siv
bq-load.cloud         = $(bigquery) bqtable upload
bq-load.wire          = $(requests) backoff jwt gzip gunzip
bq-merge.cloud        = $(bigquery) bqtable
bq-merge.wire         = $(requests) backoff jwt
bq-query.cloud        = $(bigquery)
bq-query.wire         = $(requests) backoff jwt
sfdc-upsert.cloud     = salesforce salesforce_batch salesforce_job salesforce_login
sfdc-upsert.wire      = $(requests) backoff csv jwt
sfmc-upsert.cloud     = marketing marketing_token
sfmc-upsert.wire      = $(requests) backoff
leadpipe-sandbox.wire = jdoc crypt jwt csv

# program             foreign libraries
ndjson-normalize.libs =
ndjson-diff.libs      = libcrypto
pii-mask.libs         = libcrypto
gaio-fetch.libs       = libcurl jansson libcrypto zlib
bq-load.libs          = libcurl jansson libcrypto zlib
bq-merge.libs         = libcurl jansson libcrypto
bq-query.libs         = libcurl jansson libcrypto
sfdc-upsert.libs      = libcurl jansson libcrypto
sfmc-upsert.libs      = libcurl jansson libcrypto
leadpipe-sandbox.libs = libmicrohttpd sqlite3 libpcre2-8 jansson libcrypto zlib

# ---- build ------------------------------------------------------------------------------------

all: $(FILTERS:%=$(BUILD)/%)

sandbox: $(BUILD)/leadpipe-sandbox

sources = $(wildcard cmd/$(1)/*.c cmd/$(1)/*/*.c)
objects = $(patsubst %.c,$(BUILD)/%.o,$(1))

in_layer = $(patsubst %,$(BUILD)/common/$(1)/%.o,$(2))

define program
$(BUILD)/$(1): $(call objects,$(call sources,$(1))) $(call in_layer,cloud,$($(1).cloud)) \
    $(call in_layer,wire,$($(1).wire)) $(row_layers)
	@echo "  ld $$@"
	@$$(CC) $$(ALL_CFLAGS) $$(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) $$(filter %.a,$$^) \
	    $$(if $$($(1).libs),$$(call pkg,libs,$$($(1).libs))) -lm
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

# For tests/layers.bats: what a program is linked from.
objects-of:
	@echo $(call objects,$(call sources,$(PROGRAM))) $(call in_layer,cloud,$($(PROGRAM).cloud)) \
	    $(call in_layer,wire,$($(PROGRAM).wire))

define layer
$(BUILD)/$(1).a: $$(patsubst %,$(BUILD)/common/$(1)/%.o,$(call modules,$(1)))
	@rm -f $$@.new && $$(AR) rcs $$@.new $$^ && mv $$@.new $$@
endef
$(foreach l,$(LAYERS),$(eval $(call layer,$(l))))

$(BUILD)/cmd/leadpipe-sandbox/%.o: ALL_CFLAGS += -Icmd/leadpipe-sandbox

compile = @mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $< && echo "  cc $<"

$(BUILD)/%.o: %.c Makefile
	$(compile)

-include $(shell find $(BUILD) -path '*/elsewhere' -prune -o -name '*.d' -print 2>/dev/null)

.DELETE_ON_ERROR:
.SECONDARY:

# ---- everyday words ---------------------------------------------------------------------------

.PHONY: objects-of all sandbox demo check check-run bench fuzz elsewhere conformance conformance-phone \
        conformance-sf install uninstall clean

demo:
	@.ci/setup demo
	@$(MAKE) -s all sandbox
	@BIN=$(BUILD) examples/demo/run

check:
	@.ci/setup check
	@$(MAKE) check-run

drivers = $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/*.c))

$(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(layers)
	@$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) \
	    $(call pkg,libs,libcurl jansson libcrypto zlib) -lm

sandbox_modules = $(patsubst %,$(BUILD)/cmd/leadpipe-sandbox/storage/%.o,$(1))
$(BUILD)/tests/decimal_test: $(call sandbox_modules,decimal limbs)
$(BUILD)/tests/civil_test: $(call sandbox_modules,civil)
mask_modules = $(patsubst %,$(BUILD)/cmd/pii-mask/%.o,$(1))
$(BUILD)/tests/pii_siv_test: $(call mask_modules,keys)
$(BUILD)/tests/pii_confine_test: $(call mask_modules,confine seccomp)
$(BUILD)/tests/pii_detect_test: $(call mask_modules,detect check_digits dialled hint plain)
$(BUILD)/tests/pii_profile_test: $(call mask_modules,profile)

# Preloaded into the programs, to make their calls fail: glibc on x86-64, and no sanitizer.
$(BUILD)/tests/inject.so: tests/inject/inject.c
	@mkdir -p $(@D) && $(CC) $(filter-out -fsanitize%,$(ALL_CFLAGS)) -fPIC -shared -o $@ $<

merge_modules = $(filter-out %/main.o,$(call objects,$(call sources,bq-merge)))
$(BUILD)/tests/prune_test: $(merge_modules)

check-run: all sandbox $(drivers) $(if $(filter x86_64,$(shell uname -m)),$(BUILD)/tests/inject.so)
	@BIN=$(BUILD) tests/run

elsewhere:
	@tests/elsewhere/run

# Clients of other makers against the sandbox; npm puts them below the build folder.
conformance: all sandbox conformance-phone
	@BIN=$(BUILD) tests/conformance/run bigquery marketing salesforce

# libphonenumber, which pip puts below the build folder.
conformance-phone: $(BUILD)/tests/phone_test
	@python3 -m venv $(BUILD)/conformance/python
	@$(BUILD)/conformance/python/bin/pip install -q phonenumbers==9.0.43
	@$(BUILD)/conformance/python/bin/python tests/phone/compare $<

conformance-sf: all sandbox
	@BIN=$(BUILD) tests/conformance/run sf

bench: all $(BUILD)/tests/page_server
	@.ci/setup bench
	@BIN=$(BUILD) tests/bench/run

FUZZ    = scan row contract cast page
SECONDS = 10
inside  = -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined

fuzz:
	@$(MAKE) -s $(FUZZ:%=$(BUILD)/fuzz/%) BUILD=$(BUILD)/fuzz CC=clang CFLAGS='-O1 -g' SAN='$(inside)'
	@tests/fuzz/run $(SECONDS) $(FUZZ:%=$(BUILD)/fuzz/%)

$(BUILD)/cast: $(filter-out %/main.o,$(call objects,$(call sources,ndjson-normalize)))
$(BUILD)/page: $(call objects,cmd/gaio-fetch/fetched.c cmd/gaio-fetch/where.c)
$(FUZZ:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/tests/fuzz/%.o $(row_layers)
	@$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer -o $@ $(filter %.o,$^) $(filter %.a,$^) $(call pkg,libs,jansson) -lm

# The sandbox too, where it was built.
installed = $(FILTERS) $(patsubst $(BUILD)/%,%,$(wildcard $(BUILD)/leadpipe-sandbox))

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man7
	install -m 755 $(installed:%=$(BUILD)/%) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(installed:%=man/%.1) $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 man/leadpipe.7 $(DESTDIR)$(PREFIX)/share/man/man7

uninstall:
	rm -f $(PROGRAMS:%=$(DESTDIR)$(PREFIX)/bin/%) $(PROGRAMS:%=$(DESTDIR)$(PREFIX)/share/man/man1/%.1)
	rm -f $(patsubst man/%,$(DESTDIR)$(PREFIX)/share/man/man7/%,$(wildcard man/*.7))

clean:
	rm -rf $(BUILD)
