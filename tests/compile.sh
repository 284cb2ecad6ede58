#!/bin/sh
# What the header says to a compiler that does not keep IEEE arithmetic.
# Usage: tests/compile.sh compiler
compiler=$1
passed=0 failed=0

check() { # check "what" command...
    what=$1; shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED compile: $what"; fi
}

implementation() { printf '#define DMF_IMPLEMENTATION\n#include "dmf.h"\n' | "$compiler" -std=c99 "$@" -I. -E -x c - 2>&1 >/dev/null; }
interface() { printf '#include "dmf.h"\n' | "$compiler" -std=c99 "$@" -I. -E -x c - >/dev/null 2>&1; }

refused() { # one error, and what to do
    said=$(implementation "$@" | grep 'error: ') && [ "$(echo "$said" | wc -l)" -eq 1 ] &&
        echo "$said" | grep -q 'IEEE arithmetic: compile .* with -fno-fast-math after them'
}
accepted() { implementation "$@" >/dev/null; }

# The options, and the macros by which compilers that are not here tell of theirs.
for option in -ffast-math -Ofast -ffinite-math-only -D_M_FP_FAST=1 -D__ASSOCIATIVE_MATH__=1 -D__RECIPROCAL_MATH__=1 \
        -D__NO_SIGNED_ZEROS__=1; do
    check "$option is refused" refused -O2 "$option"
    check "$option is no matter for the interface" interface -O2 "$option"
done
for option in -O0 -O3 '-Ofast -fno-fast-math' -ffp-contract=fast -fno-math-errno -fno-trapping-math; do
    check "$option is accepted" accepted $option
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
