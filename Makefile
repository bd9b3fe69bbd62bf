# SPDX-License-Identifier: GPL-2.0
# tracetoll. `make demo` and `make check` install what is missing, build and run; V=1 shows the commands.

SHELL       := /bin/bash
MAKEFLAGS   += --no-builtin-rules
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

BUILD       ?= build
PREFIX      ?= /usr/local
CC          := gcc
CLANG       ?= clang
BPFTOOL     ?= $(shell command -v bpftool || echo /usr/sbin/bpftool)
VERSION     := 0.1.0
REVISION    := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
Q           := $(if $(V),,@)

LIBRARIES   := libbpf libnl-route-3.0 jansson libcap libcyaml yaml-0.1 libnftables capstone sqlite3 libmd
CPPFLAGS     = -I. -I$(BUILD) -D_GNU_SOURCE $(shell pkg-config --cflags $(LIBRARIES) 2>/dev/null)
WARNINGS    := -Wall -Wextra -Wshadow -Werror
CFLAGS      := -std=gnu11 -O2 -g $(WARNINGS) $(EXTRA_CFLAGS)
LDFLAGS     := $(EXTRA_LDFLAGS)
LDLIBS       = $(shell pkg-config --libs $(LIBRARIES) 2>/dev/null) -lelf -lz -lm -lpthread

FOLDERS     := base bpf netns workloads agents reports orchestrator
SOURCES     := $(filter-out %.bpf.c orchestrator/main.c agents/bcc/% agents/guest/%,$(foreach f,$(FOLDERS),$(wildcard $(f)/*.c $(f)/*/*.c)))
OBJECTS     := $(SOURCES:%.c=$(BUILD)/%.o)
# An executable of its own, since libbcc brings a whole compiler; without its headers, none.
BCC_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard agents/bcc/*.c))
BCC_TOOL    := $(if $(wildcard /usr/include/bcc/bcc_common.h),$(BUILD)/tracetoll-bcc)
CATALOGUES  := $(patsubst po/%.po,$(BUILD)/locale/%/LC_MESSAGES/tracetoll.mo,$(wildcard po/*.po))
SKELETONS   := $(patsubst %.bpf.c,$(BUILD)/%.skel.h,$(wildcard bpf/*.bpf.c))
TARGETS     := $(patsubst tests/targets/%.c,$(BUILD)/targets/%,$(filter-out %.bpf.c,$(wildcard tests/targets/*.c)))
TEST_BPF    := $(patsubst %.bpf.c,$(BUILD)/%.bpf.o,$(wildcard tests/objects/*.bpf.c))
UNITS       := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
SYSTEM_C    := $(patsubst tests/system/%.c,$(BUILD)/system/%,$(wildcard tests/system/test_*.c))
SYSTEM      := $(SYSTEM_C) $(sort $(wildcard tests/system/[0-9]*.sh))
LAB         := $(sort $(wildcard tests/lab/5*.sh))
SCHEMAS     := $(wildcard docs/schema/*)
LAB_LONG    := $(sort $(wildcard tests/lab/9*.sh))
C_FILES     := $(foreach f,$(FOLDERS) tests,$(wildcard $(f)/*.[ch] $(f)/*/*.[ch]))

PACKAGES    := gcc make pkg-config clang llvm clang-format bpftool libbpf-dev libelf-dev zlib1g-dev libnl-route-3-dev \
               libjansson-dev libcap-dev libcyaml-dev libyaml-dev libnftables-dev libcapstone-dev libcmocka-dev libbpf-tools bpftrace iproute2 python3 \
               python3-jsonschema libbpfcc-dev python3-bpfcc gawk iperf3 fio stress-ng wrk sockperf e2fsprogs nftables strace libcap2-bin \
               qemu-system-x86 xz-utils kmod curl gettext libxml2-utils python3-prometheus-client libsqlite3-dev libmd-dev chromium python3-yaml mandoc groff-base shellcheck

.PHONY: aa-table advice-table all analyze attack-table bench bench-aa bench-advice bench-age bench-attack bench-history bench-lab bench-micro bench-noise bench-power bench-record bench-residual bench-residual-exact bench-simulation bench-speed bench-spin bench-watch bench-windows check check-deb check-fuzz check-lab check-long check-system check-unit claims clean coverage coverage-table deb demo deps docs docs-output example-report example-zh faq-table format fuzz fuzz-afl fuzz-table fuzzers gate-example install kernels-table lint man micro-table po pot power-table residual-exact-table residual-table sanitize selfcheck-table simulation-table spin-table tidy tools-table twins-table uninstall valgrind watch-table why-table

all: $(BUILD)/tracetoll $(CATALOGUES) $(BCC_TOOL) $(TARGETS) $(TEST_BPF)

deps:
	$(Q)tests/deps $(PACKAGES)

# --- program ---------------------------------------------------------------------------------------------

$(BUILD)/tracetoll: $(BUILD)/orchestrator/main.o $(BUILD)/libtracetoll.a
	@echo "  LD      $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/tracetoll-bcc: $(BCC_OBJECTS) $(BUILD)/libtracetoll.a
	@echo "  LD      $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lbcc -lbpf

$(BUILD)/libtracetoll.a: $(OBJECTS)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/%.o: %.c | $(SKELETONS)
	@echo "  CC      $<"
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The revision is baked into one file, built anew when the revision changes.
$(BUILD)/base/version.o: CPPFLAGS += -DTT_VERSION='"$(VERSION)"' -DTT_REVISION='"$(REVISION)"' -DTT_CFLAGS='"$(CFLAGS)"'
$(BUILD)/base/version.o: $(BUILD)/revision
$(BUILD)/revision: .FORCE
	@mkdir -p $(@D)
	@echo '$(REVISION) $(CFLAGS)' | cmp -s - $@ || echo '$(REVISION) $(CFLAGS)' >$@
.PHONY: .FORCE
.FORCE:

# The guests' init is linked statically and travels inside the program.
GUEST_INIT  := $(wildcard agents/guest/*.c) agents/lab/frame.c base/files.c base/output_file.c
$(BUILD)/tracetoll-init: $(GUEST_INIT) $(wildcard agents/guest/*.h) agents/lab/frame.h agents/lab/protocol.h
	@echo "  INIT    $@"
	@mkdir -p $(@D)
	$(Q)$(CC) -I. -D_GNU_SOURCE -std=gnu11 -O2 $(WARNINGS) -static -o $@ $(GUEST_INIT) -lz
$(BUILD)/agents/lab/init_blob.o: CPPFLAGS += -DTT_GUEST_INIT='"$(BUILD)/tracetoll-init"'
$(BUILD)/agents/lab/init_blob.o: $(BUILD)/tracetoll-init

# --- languages -------------------------------------------------------------------------------------------

# _() is translated where it is printed. N_() and what composers write into documents (reason(), warning_add()) make
# the list of formats that reports/phrases.c knows sentences of documents by.
PHRASE_KEYWORDS := -kN_ -kreason:2 --flag=reason:2:c-format
XGETTEXT    := xgettext --from-code=UTF-8 -L C -s --no-wrap --omit-header --add-location=file -k

define extract # 1: file, 2: keywords
$(XGETTEXT) $(2) $(PHRASE_KEYWORDS) -kwarning_add:4 --flag=warning_add:4:c-format -o $(1) $(SOURCES) && \
    $(XGETTEXT) -j -kwarning_add:3 -o $(1) $(wildcard orchestrator/compose_warnings*.c) orchestrator/diff/trust.c
endef

$(BUILD)/po/tracetoll.pot: $(SOURCES)
	@mkdir -p $(@D)
	$(Q)$(call extract,$@,-k_)

$(BUILD)/po/phrases.pot: $(SOURCES)
	@mkdir -p $(@D)
	$(Q)$(call extract,$@,)

# A .pot's texts are C texts already.
$(BUILD)/reports/phrases.inc: $(BUILD)/po/phrases.pot
	@mkdir -p $(@D)
	$(Q)awk '/^msgid/ {sub(/^msgid /, ""); text = 1} /^msgstr/ {if (text) print ","; text = 0} text' $< >$@.new
	$(Q)cmp -s $@.new $@ || cp $@.new $@
	$(Q)rm $@.new
$(BUILD)/reports/phrases.o: $(BUILD)/reports/phrases.inc

$(BUILD)/locale/%/LC_MESSAGES/tracetoll.mo: po/%.po
	@echo "  MSGFMT  $<"
	@mkdir -p $(@D)
	$(Q)msgfmt -c -o $@ $<

pot: $(BUILD)/po/tracetoll.pot
	$(Q)cp $< po/tracetoll.pot

# New texts into the catalogues, for somebody to translate.
po: pot
	$(Q)for catalogue in $(wildcard po/*.po); do msgmerge -q --no-fuzzy-matching --no-wrap -s --add-location=file -U --backup=none $$catalogue po/tracetoll.pot || exit 1; done

# --- kernel side -----------------------------------------------------------------------------------------

BPF_ARCH    := $(shell uname -m | sed 's/x86_64/x86/;s/aarch64/arm64/')

$(BUILD)/%.bpf.o: %.bpf.c $(wildcard bpf/*.bpf.h tests/objects/*.bpf.h) bpf/ops.h
	@echo "  BPF     $<"
	@mkdir -p $(@D)
	$(Q)$(CLANG) -g -O2 -target bpf -D__TARGET_ARCH_$(BPF_ARCH) -Wall -Werror -I. -ffile-prefix-map=$(CURDIR)=. \
	    -I/usr/include/$(shell $(CC) -print-multiarch) -c -o $@ $<

$(BUILD)/%.skel.h: $(BUILD)/%.bpf.o
	$(Q)$(BPFTOOL) gen skeleton $< name $(notdir $*)_bpf >$@

# --- tests -----------------------------------------------------------------------------------------------

$(BUILD)/targets/%: tests/targets/%.c $(BUILD)/libtracetoll.a
	@echo "  CC      $<"
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(BUILD)/libtracetoll.a $(LDLIBS)

define cmocka_rule
$(BUILD)/$(1)/%: tests/$(1)/%.c $(BUILD)/libtracetoll.a
	@echo "  CC      $$<"
	@mkdir -p $$(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $$@ $$< $$(filter %.o,$$^) $(BUILD)/libtracetoll.a $(LDLIBS) -lcmocka
endef
# Parts of benchmarks that have tests of their own.
$(BUILD)/unit/test_customary: $(BUILD)/tests/bench/customary.o
$(BUILD)/unit/test_windows: $(BUILD)/tests/bench/windows_data.o
$(eval $(call cmocka_rule,unit))
$(eval $(call cmocka_rule,system))

PARALLEL     = $(if $(findstring j,$(firstword $(MAKEFLAGS))),,-j$(shell nproc))
# Is there a clang with libFuzzer? Elsewhere the targets are replayed alone, and tests/fuzz/short.sh says so.
CAN_FUZZ    := echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | $(CLANG) -x c -fsanitize=fuzzer,address -o /dev/null - 2>/dev/null
# Nothing is measured yet while all is compiled: every CPU may help, unless the user said how many. Tests that run beside each other
# find what they read (man pages, templates of translations) made.
check: deps
	$(Q)$(MAKE) --no-print-directory $(PARALLEL) all man $(BUILD)/po/tracetoll.pot $(BUILD)/po/phrases.pot $(UNITS) $(SYSTEM_C) $(REPLAYS)
	$(Q)! $(CAN_FUZZ) || $(MAKE) --no-print-directory $(PARALLEL) fuzzers
	$(Q)BUILD=$(BUILD) tests/run $(UNITS) tests/fuzz/replay.sh tests/fuzz/short.sh tests/lint.sh $(SYSTEM) $(LAB)

check-unit: all $(UNITS) $(SYSTEM_C)
	$(Q)BUILD=$(BUILD) tests/run $(UNITS)

check-lab: all
	$(Q)BUILD=$(BUILD) tests/run $(LAB)

check-system: all $(SYSTEM_C)
	$(Q)BUILD=$(BUILD) tests/run $(SYSTEM)

# Long proofs, hours; what has been passed is not run again.
check-long: all
	$(Q)BUILD=$(BUILD) tests/check_long $(LAB_LONG)

$(BUILD)/bench:
	$(Q)mkdir -p $@

# Figures: the machine should have nothing else to do.
bench: bench-noise bench-speed bench-micro bench-spin bench-lab

bench-noise: all
	$(Q)tests/bench/noise.sh

# Sixty runs of each load, over an hour; what is there is not made again.
bench-aa: all
	$(Q)tests/bench/aa.sh 180

aa-table: all | $(BUILD)/bench
	$(Q)tests/bench/aa.sh 180 >$(BUILD)/bench/aa.md || [ -s $(BUILD)/bench/aa.md ]
	$(Q)tests/bench/insert.py docs/method.md bench-aa <$(BUILD)/bench/aa.md
	$(Q)set -o pipefail; tests/bench/variance_table.py $(BUILD)/bench/aa/*.json | tests/bench/insert.py docs/method.md variance
	$(Q)set -o pipefail; tests/bench/stalls_table.py $(BUILD)/bench/aa/*.json | tests/bench/insert.py docs/method.md stalls

ATTACK_RUNS ?= 5
bench-attack: all
	$(Q)tests/bench/attack.sh $(ATTACK_RUNS)

# The table is there, too, where the reference is fooled: it says so.
attack-table: all | $(BUILD)/bench
	$(Q)tests/bench/attack.sh $(ATTACK_RUNS) >$(BUILD)/bench/attack.md || [ -s $(BUILD)/bench/attack.md ]
	$(Q)tests/bench/insert.py docs/method.md attack <$(BUILD)/bench/attack.md

# Effects of known size: what can be seen, and how soon. Twenty runs of each take three hours and more; RUNS=5 is a beginning, and the rest is
# added later.
RUNS        ?= 20
bench-power: all
	$(Q)tests/bench/power.sh $(RUNS)

power-table: all | $(BUILD)/bench
	$(Q)tests/bench/power.sh $(RUNS) >$(BUILD)/bench/power.md || [ -s $(BUILD)/bench/power.md ]
	$(Q)tests/bench/insert.py docs/method.md power <$(BUILD)/bench/power.md

bench-record: all $(BUILD)/bench/allan
	$(Q)tests/bench/record.sh

# Recorded shams for simulations, small enough to keep; on a machine that has nothing else to do.
WINDOWS_SECONDS ?= 900
bench-windows: all $(BUILD)/bench/allan $(BUILD)/bench/windows
	$(Q)tests/bench/record.sh $(WINDOWS_SECONDS) $(BUILD)/bench/record syscall,call=getpid udp_rr
	$(Q)for name in $(RECORDED); do $(BUILD)/bench/windows $(BUILD)/bench/record/$$name.jsonl >tests/data/sham-$$name.windows.part && \
	    mv tests/data/sham-$$name.windows.part tests/data/sham-$$name.windows || exit 1; done

# Simulations count and do not time: anywhere and any time. Of each workload its recording, or noise like it where that has not been kept.
RECORDED    := syscall-call-getpid udp_rr
SIMULATED_NOISE = $(foreach name,$(RECORDED),$(or $(wildcard tests/data/sham-$(name).windows),tests/data/recordings.md:$(name).jsonl))
TRIALS      ?= 100000

bench-simulation: $(BUILD)/bench/simulate
	$(Q)SUMS=$(BUILD)/bench/simulate.sums $(BUILD)/bench/simulate $(TRIALS) $(SIMULATED_NOISE)

# The table is there, too, where a rate is above its limit: it says so, and the exit status as well.
simulation-table: $(BUILD)/bench/simulate
	$(Q)status=0; SUMS=$(BUILD)/bench/simulate.sums $(BUILD)/bench/simulate $(TRIALS) $(SIMULATED_NOISE) >$(BUILD)/bench/simulate.md || status=$$?; \
	    [ $$status -le 1 ] || exit $$status; \
	    tests/bench/insert.py docs/method.md simulation <$(BUILD)/bench/simulate.md && exit $$status

why-table: $(BUILD)/bench/side_by_side
	$(Q)tests/deps $(PACKAGES) gnuplot-nox
	$(Q)for noise in $(SIMULATED_NOISE) white; do $(BUILD)/bench/side_by_side $$noise || exit 1; done >$(BUILD)/bench/side-by-side.md
	$(Q)(cat $(BUILD)/bench/side-by-side.md; printf '\nRevision %s.\n' '$(REVISION)') | tests/bench/insert.py docs/why.md side-by-side
	$(Q)$(BUILD)/bench/side_by_side --stretch $(lastword $(SIMULATED_NOISE)) >$(BUILD)/bench/stretch.txt
	$(Q)gnuplot -e "data='$(BUILD)/bench/stretch.txt'" tests/bench/why.gnuplot >$(BUILD)/bench/why.svg && cp $(BUILD)/bench/why.svg docs/why.svg

bench-age: all
	$(Q)tests/bench/age.sh

bench-speed: all $(BUILD)/bench/speed
	$(Q)set -o pipefail; tests/bench/speed.sh | tests/bench/insert.py docs/performance.md bench-speed && cat docs/performance.md

bench-history: all $(BUILD)/bench/history
	$(Q)set -o pipefail; tests/bench/history.sh | tests/bench/insert.py docs/history.md bench-history && cat docs/history.md

$(BUILD)/bench/micro.json: $(BUILD)/tracetoll
	$(Q)mkdir -p $(@D) && $(BUILD)/tracetoll micro -o $@ >$(BUILD)/bench/micro.txt

micro-table: $(BUILD)/bench/micro.json
	$(Q)set -o pipefail; (echo '```'; cat $(BUILD)/bench/micro.txt; echo '```') | tests/bench/insert.py docs/micro.md micro-table

claims: all
	$(Q)set -o pipefail; $(BUILD)/tracetoll claims --markdown | tests/bench/insert.py docs/claims.md claims

bench-micro: all
	$(Q)tests/bench/micro.sh

bench-spin: all
	$(Q)tests/bench/spin.sh

spin-table: all
	$(Q)set -o pipefail; tests/bench/spin.sh | tests/bench/insert.py docs/method.md bench-spin

# Anywhere and any time: it counts instructions.
bench-residual-exact: all
	$(Q)tests/bench/residual_exact.sh

residual-exact-table: all | $(BUILD)/bench
	$(Q)tests/bench/residual_exact.sh >$(BUILD)/bench/residual-exact.md || [ -s $(BUILD)/bench/residual-exact.md ]
	$(Q)tests/bench/insert.py docs/method.md residual-exact <$(BUILD)/bench/residual-exact.md

bench-residual: all
	$(Q)tests/bench/residual.sh

# Timed pairs want a machine that has nothing else to do; MODE=exact asks for the others alone.
bench-advice: all
	$(Q)tests/bench/advice.sh $(or $(MODE),all)

# The table is there, too, where a pair misses: it says so.
advice-table: all | $(BUILD)/bench
	$(Q)tests/bench/advice.sh $(or $(MODE),exact) >$(BUILD)/bench/advice.md || [ -s $(BUILD)/bench/advice.md ]
	$(Q)tests/bench/insert.py docs/method.md advice-$(or $(MODE),exact) <$(BUILD)/bench/advice.md

# The table is there, too, where a limit is missed: it says so.
residual-table: all | $(BUILD)/bench
	$(Q)tests/bench/residual.sh >$(BUILD)/bench/residual.md || [ -s $(BUILD)/bench/residual.md ]
	$(Q)tests/bench/insert.py docs/method.md bench-residual <$(BUILD)/bench/residual.md

# The table is there, too, where a run does not hold: it says so.
selfcheck-table: all | $(BUILD)/bench
	$(Q)BUILD=$(BUILD) tests/bench/selfcheck.sh >$(BUILD)/bench/selfcheck.md || [ -s $(BUILD)/bench/selfcheck.md ]
	$(Q)tests/bench/insert.py docs/method.md selfcheck <$(BUILD)/bench/selfcheck.md

bench-watch: all
	$(Q)BUILD=$(BUILD) tests/bench/watch.sh

watch-table: all | $(BUILD)/bench
	$(Q)BUILD=$(BUILD) tests/bench/watch.sh >$(BUILD)/bench/watch.md || [ -s $(BUILD)/bench/watch.md ]
	$(Q)tests/bench/insert.py docs/live.md bench-watch <$(BUILD)/bench/watch.md

kernels-table: all
	$(Q)set -o pipefail; $(BUILD)/tracetoll kernels -q --kernel debian:6.1 --kernel debian:6.12 --kernel debian:rt-6.1 -f markdown -- \
	    run -w udp_rr -t routed --object $(BUILD)/tests/objects/conntrack_kprobe.bpf.o | tests/bench/insert.py docs/kernels.md kernels-table

# The timed half wants an idle machine; the other one counts instructions.
twins-table: all
	$(Q)tests/deps $(PACKAGES) bpfcc-tools
	$(Q)set -o pipefail; tests/bench/twins.sh timed | tests/bench/insert.py docs/twins.md twins-timed
	$(Q)set -o pipefail; tests/bench/twins.sh exact | tests/bench/insert.py docs/twins.md twins-exact

faq-table: all
	$(Q)set -o pipefail; $(BUILD)/tracetoll kernels -q --kernel debian:6.1 --documents $(BUILD)/bench/faq -- micro attach map helper event >/dev/null && \
	    tests/bench/faq_table.py $(BUILD)/bench/faq/*.json | tests/bench/insert.py docs/faq.md faq

bench-lab: all
	$(Q)set -o pipefail; tests/bench/lab.sh | tests/bench/insert.py docs/kernels.md bench-lab

tools-table: all
	$(Q)set -o pipefail; tests/bench/tools.sh | tests/bench/insert.py docs/tools.md tools-table && cat docs/tools.md

# The tables of docs/method.md, from what the benchmarks have left in build/bench; what is missing is measured.
docs: all example-zh $(BUILD)/bench/allan
	$(Q)set -o pipefail; for table in noise aa shams record age; do \
	    tests/bench/$$table.sh | tests/bench/insert.py docs/method.md bench-$$table || exit 1; done

# A report in Chinese, of a run whose clock counts instructions: the same on every machine.
$(BUILD)/bench/example.json: | all
	$(Q)mkdir -p $(@D)/example && rm -f $(@D)/example/*.json && $(BUILD)/tracetoll kernels -q --kernel debian:6.1 --seeds 1 --documents $(@D)/example -- \
	    run -w syscall,call=getpid -- syscount -i 1 >/dev/null && mv $(@D)/example/*.json $@

example-zh: $(BUILD)/bench/example.json
	$(Q)$(BUILD)/tracetoll report --lang zh -f markdown=docs/example-report.zh.md $<

# The HTML report of the made-up document that tests use; 42-html.sh holds it up to date.
example-report: all
	$(Q)$(BUILD)/tracetoll report -f html tests/data/example-result.json >docs/example-report.html

# Output shown in docs/*.md between <!-- run: COMMAND --> and <!-- /run -->; timed figures want an idle machine.
docs-output: all
	$(Q)tests/docs.py fill README.md docs/*.md

# What a pipeline shows of a gate: instructions, the same on every machine but for times.
gate-example: all
	$(Q)$(BUILD)/tracetoll gate examples/conntrack.yaml -q -o $(BUILD)/gate-example.json -f markdown=docs/example-gate.md -f junit=docs/example-gate.xml

# libFuzzer: everything is built apart, by clang. Each target runs FUZZ_RUNS executions until a round covers nothing
# new, FUZZ_SECONDS (0: no limit) a round, as many at a time as there are CPUs. Its runtime is a package of its own.
FUZZ_RUNS   ?= 1000000
FUZZ_SECONDS ?= 0
FUZZ_ROUNDS ?= 20
FUZZ_NAMES  := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZERS     := $(FUZZ_NAMES:%=build-fuzz/fuzz/%)
REPLAYS     := $(FUZZ_NAMES:%=$(BUILD)/replay/%)
FUZZ_FLAGS  := -O1 -Wno-error -fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow -fno-sanitize-recover=undefined,float-cast-overflow -fno-omit-frame-pointer

build-fuzz/fuzz/%: tests/fuzz/%.c $(BUILD)/libtracetoll.a
	@echo "  FUZZ    $<"
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -MMD -MP -o $@ $< $(BUILD)/libtracetoll.a $(LDLIBS)

# The same targets with a main of ours: `check` replays the corpus, AFL++ drives it.
$(BUILD)/replay/%: tests/fuzz/%.c tests/fuzz/main.c $(BUILD)/libtracetoll.a
	@echo "  CC      $<"
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< tests/fuzz/main.c $(BUILD)/libtracetoll.a $(LDLIBS)

fuzzers:
	$(Q)tests/deps $(PACKAGES) libclang-rt-dev
	$(Q)$(MAKE) --no-print-directory BUILD=build-fuzz CC=$(CLANG) EXTRA_CFLAGS='$(FUZZ_FLAGS)' EXTRA_LDFLAGS='-fsanitize=address,undefined' $(FUZZERS)

# Goes on from where the last one was; a table of what all have been fed so far is left even where one has found something.
fuzz: fuzzers
	$(Q)status=0; printf '%s\n' $(FUZZ_NAMES) | FUZZ_RUNS=$(FUZZ_RUNS) FUZZ_SECONDS=$(FUZZ_SECONDS) FUZZ_ROUNDS=$(FUZZ_ROUNDS) \
	    xargs -P $(shell nproc) -n 1 tests/fuzz/run build-fuzz || status=$$?; \
	    tests/fuzz/table build-fuzz '$(REVISION)' >build-fuzz/table.md && exit $$status

fuzz-table:
	$(Q)set -o pipefail; tests/fuzz/table build-fuzz '$(REVISION)' | tests/bench/insert.py docs/method.md fuzz

# Ten seconds each; `check` has time for a minute in all.
check-fuzz: fuzzers
	$(Q)FUZZ_SECONDS=10 tests/run tests/fuzz/short.sh

# AFL++ instead, with another idea of what is new: AFL_SECONDS each, one after the other; fails when one has crashed or hung.
AFL_SECONDS ?= 60
fuzz-afl:
	$(Q)tests/deps $(PACKAGES) afl++
	$(Q)$(MAKE) --no-print-directory BUILD=build-afl CC=afl-clang-fast EXTRA_CFLAGS='-O1 -Wno-error' $(FUZZ_NAMES:%=build-afl/replay/%)
	$(Q)for name in $(FUZZ_NAMES); do tests/fuzz/afl build-afl $$name $(AFL_SECONDS) || exit 1; done

BENCH_PARTS := $(patsubst %,$(BUILD)/tests/bench/%.o,customary windows_data workers)
$(BUILD)/bench/%: tests/bench/%.c $(BENCH_PARTS) $(BUILD)/libtracetoll.a
	@echo "  CC      $<"
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(BENCH_PARTS) $(BUILD)/libtracetoll.a $(LDLIBS)

# In the flags of a build are those of its tests, too: one of them installs, and make would build all anew with others.
# Tests on what the sanitizers watch, and the fuzz targets on their corpus (SANITIZE=unit: these and the unit tests alone).
SANITIZE_SYSTEM = $(if $(filter unit,$(SANITIZE)),,$(SYSTEM_C))
SANITIZE_FLAGS := EXTRA_CFLAGS='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer' EXTRA_LDFLAGS='-fsanitize=address,undefined'
sanitize:
	$(Q)$(MAKE) --no-print-directory BUILD=build-sanitize $(SANITIZE_FLAGS) all $(patsubst $(BUILD)/%,build-sanitize/%,$(UNITS) $(SANITIZE_SYSTEM) $(REPLAYS))
	$(Q)$(SANITIZE_FLAGS) BUILD=build-sanitize TEST_TIMEOUT=$${TEST_TIMEOUT:-1800} tests/run $(patsubst $(BUILD)/%,build-sanitize/%,$(UNITS)) tests/fuzz/replay.sh $(if $(filter unit,$(SANITIZE)),,$(patsubst $(BUILD)/%,build-sanitize/%,$(SYSTEM)))

# Lines that the tests run (COVERAGE=unit: the unit tests and the replayed corpus alone). Processes that are killed leave no record. The table
# is there, too, where a test fails, but that is a failure.
COVERAGE_FLAGS := EXTRA_CFLAGS='--coverage -fprofile-update=atomic -Wno-error' EXTRA_LDFLAGS='--coverage'
COVERAGE_TESTS = $(UNITS) $(if $(filter unit,$(COVERAGE)),,$(SYSTEM_C))
coverage:
	$(Q)tests/deps $(PACKAGES) gcovr
	$(Q)$(MAKE) --no-print-directory BUILD=build-coverage $(COVERAGE_FLAGS) all $(patsubst $(BUILD)/%,build-coverage/%,$(COVERAGE_TESTS) $(REPLAYS))
	$(Q)find build-coverage -name '*.gcda' -delete
	$(Q)status=0; $(COVERAGE_FLAGS) BUILD=build-coverage tests/run $(patsubst $(BUILD)/%,build-coverage/%,$(UNITS)) tests/fuzz/replay.sh $(if $(filter unit,$(COVERAGE)),,$(patsubst $(BUILD)/%,build-coverage/%,$(SYSTEM))) || status=$$?; \
	    gcovr -r . --object-directory build-coverage -e 'tests/.*' -e 'build.*' --json-summary build-coverage/summary.json >/dev/null && \
	    tests/coverage.py build-coverage/summary.json && exit $$status

# What the last 'make coverage' counted.
coverage-table:
	$(Q)set -o pipefail; (tests/coverage.py build-coverage/summary.json && printf '\nRevision %s.\n' '$(REVISION)') | tests/bench/insert.py docs/method.md coverage

# Unit tests under memcheck, in parallel: an error or a leak is a failure.
VALGRIND_UNITS = $(patsubst $(BUILD)/%,build-valgrind/%,$(UNITS))
valgrind:
	$(Q)tests/deps valgrind
	$(Q)$(MAKE) --no-print-directory BUILD=build-valgrind EXTRA_CFLAGS='-DTRIALS_DIVIDED=50' $(VALGRIND_UNITS)
	$(Q)printf '%s\n' $(VALGRIND_UNITS) | xargs -P $(shell nproc) -n 1 tests/valgrind build-valgrind

# gcc's analyzer on all that is compiled into the program: objects alone, in a build directory of their own. Warnings are errors.
# -O0, since gcc 12 believes what CLEANUP() releases uninitialized once the optimizer has moved it;
# without it, gcc guesses the lengths of what is printed, which the build knows.
ANALYZED    := $(OBJECTS) $(BCC_OBJECTS) $(BUILD)/orchestrator/main.o $(patsubst %.c,$(BUILD)/%.o,$(wildcard agents/guest/*.c))
analyze:
	$(Q)$(MAKE) --no-print-directory -k BUILD=build-analyze EXTRA_CFLAGS='-O0 -fanalyzer -Wno-format-truncation -include tests/contracts.h' $(patsubst $(BUILD)/%,build-analyze/%,$(ANALYZED))

# clang-tidy on the same files (.clang-tidy). One that has passed is asked again when it, a header of its or .clang-tidy has changed.
tidy:
	$(Q)tests/deps $(PACKAGES) clang-tidy
	$(Q)$(MAKE) --no-print-directory -k BUILD=build-tidy CC=tests/tidy EXTRA_CFLAGS='-include tests/contracts.h' $(patsubst $(BUILD)/%,build-tidy/%,$(ANALYZED))
$(addprefix build-tidy/,$(filter %.o,$(patsubst $(BUILD)/%,%,$(ANALYZED)))): .clang-tidy tests/tidy

lint:
	$(Q)tests/run tests/lint.sh

format:
	$(Q)clang-format -i $(C_FILES)

# --- use -------------------------------------------------------------------------------------------------

demo: deps
	$(Q)$(MAKE) --no-print-directory all
	$(BUILD)/tracetoll run -w udp_rr -o result.json -f text -f markdown=report.md -- softirqs 1

# One page a command, from its help text.
MAN_PAGES   := $(wildcard docs/man/*.man)
man: $(BUILD)/man/tracetoll.1
$(BUILD)/man/tracetoll.1: $(BUILD)/tracetoll docs/man/make_man.py docs/man/tracetoll-bcc.1 $(MAN_PAGES)
	@echo "  MAN     $(@D)"
	$(Q)docs/man/make_man.py $(BUILD)/tracetoll $(@D)
	$(if $(BCC_TOOL),$(Q)cp docs/man/tracetoll-bcc.1 $(@D))

# Packages in build/deb; check-deb installs them into a root of their own.
DEB_PACKAGES := debhelper dpkg-dev fakeroot libbpfcc-dev
deb:
	$(Q)tests/deps $(PACKAGES) $(DEB_PACKAGES)
	$(Q)packaging/build $(BUILD)/deb

check-deb:
	$(Q)tests/deps $(PACKAGES) $(DEB_PACKAGES) lintian mmdebstrap
	$(Q)BUILD=$(BUILD) TEST_TIMEOUT=2400 tests/run tests/deb/package.sh

install: $(BUILD)/tracetoll $(BCC_TOOL) $(CATALOGUES) man
	install -D -m 755 $(BUILD)/tracetoll $(DESTDIR)$(PREFIX)/bin/tracetoll
	$(if $(BCC_TOOL),install -D -m 755 $(BCC_TOOL) $(DESTDIR)$(PREFIX)/bin/tracetoll-bcc)
	install -d $(DESTDIR)$(PREFIX)/share/tracetoll
	install -m 644 $(SCHEMAS) $(DESTDIR)$(PREFIX)/share/tracetoll
	$(foreach c,$(CATALOGUES),install -D -m 644 $(c) $(DESTDIR)$(PREFIX)/share/$(c:$(BUILD)/%=%) &&) true
	install -D -m 644 completions/tracetoll $(DESTDIR)$(PREFIX)/share/bash-completion/completions/tracetoll
	install -d $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(BUILD)/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/tracetoll $(DESTDIR)$(PREFIX)/bin/tracetoll-bcc $(addprefix $(DESTDIR)$(PREFIX)/share/tracetoll/,$(notdir $(SCHEMAS))) \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/tracetoll $(DESTDIR)$(PREFIX)/share/man/man1/tracetoll*.1
	rm -f $(CATALOGUES:$(BUILD)/%=$(DESTDIR)$(PREFIX)/share/%)
	-rmdir $(DESTDIR)$(PREFIX)/share/tracetoll 2>/dev/null

clean:
	rm -rf build build-sanitize build-fuzz build-afl build-valgrind build-coverage build-analyze build-tidy

.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
