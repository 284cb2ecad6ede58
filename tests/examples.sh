#!/bin/sh
# The programs as a user meets them: help, refusals, the same lines whatever the number of workers.
# Usage: tests/examples.sh build-directory
build=$1
passed=0 failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

check() { # check "what" command...
    what=$1; shift
    if "$@" >"$scratch/out" 2>"$scratch/err"; then passed=$((passed + 1))
    else failed=$((failed + 1)); echo "FAILED examples: $what"; sed 's/^/    /' "$scratch/err"; fi
}

refuses() { # a nonzero exit and one sentence
    ! "$@" >"$scratch/o" 2>"$scratch/e" && [ "$(wc -l <"$scratch/e")" -eq 1 ] && [ ! -s "$scratch/o" ]
}

small() { "$build/fig3" --points 3 --out "$@" 2>/dev/null; }

same_lines() {
    small "$scratch/one.csv" --threads 1 && small "$scratch/four.csv" --threads 4 && cmp "$scratch/one.csv" "$scratch/four.csv"
}

accurate() { "$build/quickstart" | awk '{ exit !($NF < 1e-3) }'; }
helps() { "$build/fig3" --help | grep -q -- '--ml100k'; }
columns() { head -n 1 "$scratch/one.csv" | grep -qx 'panel,depth,method,step,quantity,index,value'; }
clean_csv() { ! grep -qiE 'nan|inf' "$scratch/one.csv" && [ "$(awk -F, 'NF != 7' "$scratch/one.csv" | wc -l)" -eq 0 ]; }

check "quickstart completes its matrix" accurate
check "fig3 --help" helps
check "fig3 refuses an unknown option" refuses "$build/fig3" --nonsense 1
check "fig3 refuses a bad number" refuses "$build/fig3" --points three
check "fig3 refuses a number out of range" refuses "$build/fig3" --rtol=7
check "fig3 refuses an unknown method" refuses "$build/fig3" --method magic
check "fig3 refuses a missing value" refuses "$build/fig3" --seed
check "fig3 refuses a file that is not there" refuses "$build/fig3" --ml100k "$scratch/none"
check "fig3 refuses a file that is something else" refuses "$build/fig3" --ml100k Makefile
check "fig3 refuses a place it cannot write" refuses "$build/fig3" --ml100k '' --out "$scratch/no/where"
check "the CSV does not depend on the number of workers" same_lines
check "the CSV has the columns promised" columns
check "the CSV is tidy" clean_csv

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
