#!/bin/sh
# build/mpi with one, two and three processes: the numbers of one process to rounding, the same bits every time, and an
# end together where one process cannot go on.
# Usage: tests/mpi.sh build-directory
build=$1
passed=0 failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

check() { # check "what" command...
    what=$1; shift
    if "$@" >"$scratch/out" 2>"$scratch/err"; then passed=$((passed + 1))
    else failed=$((failed + 1)); echo "FAILED mpi: $what"; sed 's/^/    /' "$scratch/err"; fi
}

# Processes may be more than processors, and the user root.
processes() { # processes P options...
    count=$1; shift
    OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 \
        timeout 120 mpirun -np "$count" "$build/mpi" "$@"
}

same_numbers() { # same_numbers a.csv b.csv: every one within 1e-6 of itself; the counts of steps and gradients equal
    awk -F, 'NR == FNR { line[FNR] = $0; lines = FNR; next }
        FNR == 1 { bad += $0 != line[1]; next }
        { n = split(line[FNR], old, ","); bad += n != NF || $1 != old[1] || $6 != old[6]
          for (k = 2; k < 6; k++) { d = $k - old[k]; bad += d * d > 1e-12 * $k * $k } }
        END { exit bad || FNR != lines || lines < 20 }' "$1" "$2"
}

flow() { processes "$1" --size 60 --rank 2 --observed 1500 --out "$scratch/$2" 2>"$scratch/said$1"; }
agree() { # agree P: with the flow of one process, and with itself
    flow "$1" "flow$1" && flow "$1" again && cmp "$scratch/flow$1" "$scratch/again" && same_numbers "$scratch/flow1" "$scratch/flow$1" &&
        grep -q "^$1 processes" "$scratch/said$1"
}
for count in 1 2 3; do check "$count processes make the flow of one" agree $count; done

# The least error on entries held out is that of the noise, 0.1, and little more.
recovers() { awk -F, 'NR > 1 && (NR == 2 || $4 < least) { least = $4 } END { exit !(least > 0.05 && least < 0.16) }' "$scratch/flow3"; }
check "what they find is the matrix" recovers

from_file() {
    awk 'BEGIN { for (i = 0; i < 30; i++) for (j = 0; j < 20; j++) if ((3 * i + 5 * j) % 7 < 5)
        printf "r%d,c%d,%.4f\n", i, j, (i % 5 - 2) * (j % 3 - 1) + i / 10 }' >"$scratch/entries.csv"
    for n in 1 2; do processes $n "$scratch/entries.csv" --depth 2 --loss 1e-3 >"$scratch/file$n" 2>/dev/null || return 1; done
    same_numbers "$scratch/file1" "$scratch/file2"
}
check "a file of entries" from_file

refuses_together() { # a nonzero exit, in time
    ! processes 2 "$@" >"$scratch/o" 2>"$scratch/e" && [ ! -s "$scratch/o" ] && grep -q "$said" "$scratch/e"
}
said='no entries\|is empty' && : >"$scratch/empty" && check "an empty file" refuses_together "$scratch/empty"
said='too few' && check "fewer entries than processes" refuses_together --size 1 --rank 1 --observed 1
said='at most' && check "a number out of range" refuses_together --size 10 --observed 101

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
