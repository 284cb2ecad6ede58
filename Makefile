# make            the examples, and what their tests run
# make test       every test: plain, float, without SIMD, sanitized, threaded
# make figures    every figure, two at a time; ML100K=path/to/u.data adds the MovieLens rows
# make book       dmf.h as a page to read, build/dmf.html
# make claims     what PAPER_NOTES.md states, beside what the programs compute; three quarters of an hour of processor
#                 time; ML100K=path adds ratings, ML100K_LINES=file,file,file three given splits of them
# make peers      the testers of the reference BLAS and LAPACK run on dmf.h, if they are installed
# make portability   other compilers, machines, systems, as far as they are installed; half an hour, or short: some minutes
# make bench      products beside OpenBLAS and BLIS, decompositions beside LAPACK, if they are installed
# make bench-solve   completion from start to end beside PyTorch, if it is installed; ten to twenty minutes
# make clean
#
# GNU make; where another one is called make, this is gmake. The other one reads the next lines, and says so.
ifdef OTHER:
.error This Makefile is for GNU make: gmake, on BSD
endif

CC = cc
CFLAGS = -O2
WARN = -std=c99 -Wall -Wextra -Wpedantic
LDLIBS = -lm

ML100K =
ML100K_LINES =
FIG3 =

# The programs behind the pictures, and the pictures.
PROGRAMS = fig1 fig2 fig3 theorem2 theorem3 proposition1 equation11 phase depth coupling rank1 menon connectivity plasticity critical robust remedies sy26 saddles limit noise ratings remarks splits
# In the order in which they are begun: what takes long first, and fig1 before what reads its runs.
FIGURES = fig3 noise fig1 phase limit depth fig3_sensing fig1_sensing robust critical plasticity sy26 remarks fig2 fig2_sensing menon theorem3 remedies connectivity escape theorem2 rank1 saddles proposition1 coupling equation11
ifneq ($(ML100K),)
FIGURES := fig3 ratings $(filter-out fig3,$(FIGURES))
endif

# Programs that draw in single precision: what it rounds is far below the width of a line, and they take half the time.
# In build they are in double all the same.
SINGLE = fig1 fig2 fig3 noise phase
program = build/$(if $(filter $(1),$(SINGLE)),single/)$(1)

# Where there is MPI.
MPICC := $(shell command -v mpicc)

all: build/quickstart $(PROGRAMS:%=build/%) build/complete build/tasks build/book $(if $(MPICC),build/mpi)

build/quickstart: examples/quickstart.c dmf.h | build
	$(CC) $(WARN) $(CFLAGS) -I. $< -o $@ $(LDLIBS)

# The library once in each precision, for all programs.
build/single/%: PRECISION = -DDMF_SINGLE
build/dmf.o build/single/dmf.o: dmf.h | build build/single
	echo '#include "dmf.h"' | \
	    $(CC) $(WARN) $(CFLAGS) $(PRECISION) -DDMF_IMPLEMENTATION -DDMF_THREADS -pthread -I. -x c -c - -o $@

build/%: examples/%.c examples/example.h dmf.h build/dmf.o | build
	$(CC) $(WARN) $(CFLAGS) -DDMF_THREADS -pthread $< build/dmf.o -o $@ $(LDLIBS)

build/single/%: examples/%.c examples/example.h dmf.h build/single/dmf.o
	$(CC) $(WARN) $(CFLAGS) $(PRECISION) -DDMF_THREADS -pthread $< build/single/dmf.o -o $@ $(LDLIBS)

$(foreach b,build build/single,$(b)/fig1 $(b)/fig2): examples/recovery.h
build/complete: examples/table.h examples/text.h
build/theorem2 build/remarks: examples/commuting.h
$(foreach b,build build/single,$(b)/plasticity $(b)/critical $(b)/robust $(b)/remedies): examples/two_phases.h

build/tasks: tests/tasks.c examples/example.h dmf.h | build
	$(CC) $(WARN) $(CFLAGS) $< -o $@ $(LDLIBS)

build/mpi: examples/mpi.c examples/example.h examples/table.h examples/text.h dmf.h build/dmf.o | build
	$(MPICC) $(WARN) $(CFLAGS) -DDMF_THREADS -pthread $< build/dmf.o -o $@ $(LDLIBS)

# With the sanitizers: it reads files that are damaged.
build/mutations: tests/mutations.c examples/example.h examples/table.h examples/text.h dmf.h | build
	$(CC) $(WARN) $(CFLAGS) -DDMF_IMPLEMENTATION $(FLAGS_sanitized) $< -o $@ $(LDLIBS)

build/claims: tests/claims.c tests/notes.h | build
	$(CC) $(WARN) $(CFLAGS) $< -o $@ $(LDLIBS)

build/book: examples/book.c examples/book.h examples/typeset.h | build
	$(CC) $(WARN) $(CFLAGS) $< -o $@

book: build/book
	build/book >build/dmf.html.part
	mv build/dmf.html.part build/dmf.html

build build/single figures/data build/reduced:
	mkdir -p $@

# ---- figures ----

figures:
	@$(MAKE) -s -j2 $(foreach p,$(filter-out escape %_sensing,$(FIGURES)),$(call program,$(p)))
	@$(MAKE) -j2 $(FIGURES:%=figures/%.png)
# Each picture by name, so that a clone, which has the pictures, makes the CSV as well.
$(foreach f,$(filter-out escape,$(FIGURES)),figures/$(f).png): figures/%.png: figures/data/%.csv

# Of pictures: png, svg, or both.
FORMS = png
figures/fig3.png: FORMS = png svg

# What each program is told; ALL goes to all of them.
ALL =
TOLD_fig3 = --ml100k "$(ML100K)" $(FIG3)
TOLD_ratings = --ml100k "$(ML100K)"
TOLD_fig3_sensing = --task sensing --points 100
TOLD_fig2 = --have figures/data/fig1.csv
TOLD_fig1_sensing = --task sensing --counts 5
TOLD_fig2_sensing = --task sensing --rank 3 --have figures/data/fig1_sensing.csv

.SECONDEXPANSION:

figures/data/%.csv: $$(call program,$$*) | figures/data
	$< $(TOLD_$*) $(ALL) --out $@

figures/data/%_sensing.csv: $$(call program,$$*) | figures/data
	$< $(TOLD_$*_sensing) $(ALL) --out $@

figures/data/fig2.csv: figures/data/fig1.csv
figures/data/fig2_sensing.csv: figures/data/fig1_sensing.csv

figures/fig1_sensing.png: figures/fig1.gp
figures/fig2_sensing.png: figures/fig2.gp
figures/fig3_sensing.png: figures/fig3.gp

# One run for two pictures.
figures/escape.png: figures/data/limit.csv figures/escape.gp
	gnuplot -e "data='$<'; base='figures/escape'; forms='$(FORMS)'" figures/escape.gp

figures/%.png: figures/data/%.csv figures/%.gp
	gnuplot -e "data='$<'; base='figures/$*'; forms='$(FORMS)'" figures/$*.gp

# A path to MovieLens given now outdates a CSV made without it.
ifneq ($(ML100K),)
ifeq ($(shell grep -s -m1 -o ^movielens figures/data/fig3.csv),)
figures/data/fig3.csv: again
again:
.PHONY: again
endif
endif

# ---- tests: every program in every variant; the last line is the sum ----

CHAPTERS = ground random matrices gemm svd problems factors motion diagnostics theory dynamics nuclear plasticity files limit fit oracles book campaign
VARIANTS = plain float portable sanitized threads

FLAGS_plain =
FLAGS_float = -DDMF_SINGLE
FLAGS_portable = -DDMF_NO_SIMD
FLAGS_sanitized = -g -fsanitize=address,undefined -fno-sanitize-recover=all
FLAGS_threads = -DDMF_THREADS -pthread

# What threads may change: the context, products, decompositions, training.
THREADED = ground gemm svd motion fit campaign
TESTS = $(foreach v,$(VARIANTS),$(patsubst %,build/$(v)/test_%,$(if $(filter threads,$(v)),$(THREADED),$(CHAPTERS))))

build/%/dmf.o: tests/dmf.c dmf.h
	@mkdir -p $(@D)
	$(CC) $(WARN) $(CFLAGS) $(FLAGS_$*) -c $< -o $@

define variant
build/$(1)/test_%: tests/test_%.c tests/test.h tests/small.h dmf.h build/$(1)/dmf.o
	$(CC) $(WARN) $(CFLAGS) $(FLAGS_$(1)) $$< build/$(1)/dmf.o -o $$@ $(LDLIBS)
endef
$(foreach v,$(VARIANTS),$(eval $(call variant,$(v))))
.SECONDARY: $(VARIANTS:%=build/%/dmf.o)
$(VARIANTS:%=build/%/test_campaign): tests/campaign.h
$(VARIANTS:%=build/%/test_book): examples/book.h tests/notes.h

test: all $(SINGLE:%=build/single/%) build/mutations build/claims | build/reduced
	@$(MAKE) -s -j2 $(TESTS)
	@{ for program in $(TESTS); do echo "$$program"; $$program || echo "$$program exited with $$?"; done; \
	   echo tests/compile.sh; tests/compile.sh $(CC); \
	   echo tests/examples.sh; tests/examples.sh build; echo tests/complete.sh; tests/complete.sh build; \
	   echo build/claims; build/claims build build/reduced reduced; \
	   $(if $(MPICC),echo tests/mpi.sh; tests/mpi.sh build;) } | awk -f tests/sum.awk

# Every number of PAPER_NOTES.md computed again; the runs behind them stay in figures/data.
NUMBERED = $(patsubst %,build/plain/test_%,nuclear plasticity theory limit fit) build/float/test_plasticity
claims: all $(SINGLE:%=build/single/%) build/claims $(NUMBERED) | figures/data
	ML100K="$(ML100K)" ML100K_LINES="$(ML100K_LINES)" build/claims build figures/data

# The NEON path, in emulation; needs aarch64-linux-gnu-gcc and qemu-aarch64. Left out: limit and fit, which take minutes
# there and have no loops of their own.
NEON = $(patsubst %,build/neon/test_%,$(filter-out book limit fit,$(CHAPTERS)))
test-neon:
	@$(MAKE) -s -j2 CC=aarch64-linux-gnu-gcc VARIANTS=neon FLAGS_neon="-static -DEMULATED" $(NEON)
	@printf '%s\n' $(NEON) | xargs -P 2 -I PROGRAM \
	    sh -c 'said=$$(qemu-aarch64 PROGRAM 2>&1); printf "%s\n" PROGRAM "$$said"' | awk -f tests/sum.awk

# ---- other compilers, machines and systems ----

portability:
	@tests/portability.sh

# ---- benchmarks ----

build/bench_float.o: tests/bench/bench_gemm.c tests/bench/peers.h dmf.h | build
	$(CC) $(WARN) $(CFLAGS) -DDMF_SINGLE -DDMF_THREADS -pthread -c $< -o $@

build/bench_gemm: tests/bench/bench_gemm.c tests/bench/peers.h dmf.h build/bench_float.o | build
	$(CC) $(WARN) $(CFLAGS) -DDMF_THREADS -pthread $< build/bench_float.o -o $@ $(LDLIBS) -ldl

build/bench_svd: tests/bench/bench_svd.c tests/bench/peers.h dmf.h | build
	$(CC) $(WARN) $(CFLAGS) $< -o $@ $(LDLIBS) -ldl

build/solve_float.o: tests/bench/bench_solve.c tests/bench/peers.h dmf.h | build
	$(CC) $(WARN) $(CFLAGS) -DDMF_SINGLE -DDMF_THREADS -pthread -c $< -o $@

build/bench_solve: tests/bench/bench_solve.c tests/bench/peers.h dmf.h build/solve_float.o | build
	$(CC) $(WARN) $(CFLAGS) -DDMF_THREADS -pthread $< build/solve_float.o -o $@ $(LDLIBS) -ldl

bench: build/bench_gemm build/bench_svd | figures/data
	build/bench_gemm > figures/data/gemm.csv
	gnuplot -e "data='figures/data/gemm.csv'; base='figures/gemm'" figures/gemm.gp
	build/bench_svd $(ML100K) > figures/data/svd.csv
	gnuplot -e "data='figures/data/svd.csv'; base='figures/svd'" figures/svd.gp

bench-solve: build/bench_solve | figures/data
	tests/bench/solve.sh > figures/data/solve.csv
	gnuplot -e "data='figures/data/solve.csv'; base='figures/solve'" figures/solve.gp
	build/bench_solve growth > figures/data/solve_growth.csv
	build/bench_solve table > figures/data/solve_table.csv

# ---- The testers of the reference BLAS and LAPACK, run on dmf.h; needs Debian's libblas-test and liblapack-test ----

build/peers_double.o: tests/peers/shim.c dmf.h | build
	$(CC) $(WARN) $(CFLAGS) -fPIC -c $< -o $@

build/peers_single.o: tests/peers/shim.c dmf.h | build
	$(CC) $(WARN) $(CFLAGS) -fPIC -DDMF_SINGLE -c $< -o $@

build/peers.so: build/peers_double.o build/peers_single.o
	$(CC) -shared $^ -o $@ $(LDLIBS)

peers: build/peers.so
	tests/peers/run.sh $<

clean:
	rm -rf build figures/data

.PHONY: all book claims figures test test-neon peers portability bench bench-solve clean
