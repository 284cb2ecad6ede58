#!/bin/sh
# Completion of one matrix by dmf.h and by the 2019 paper's protocol in PyTorch, from the same starts, in turns.
#
#   tests/bench/solve.sh > solve.csv         every row on stdout, the summary on stderr; some fifteen minutes
#   tests/bench/solve.sh quick > solve.csv   depth 2, one draw
#
# Methods: flow and group_rmsprop, trained until the mean squared residual is 1e-6, one row for each draw; flow_1e-6,
# flow from starts of product scale 1e-6 in place of 1e-3; step, gradient and dense_product, timed alone, one row for
# each round. A time is that of the training call or loop alone: of flow the best of five runs, of group_rmsprop the
# only one, of step, gradient and dense_product the best of several batches. PyTorch descends in float.
# The last rows, of 10 000 observed entries, are for 1682 x 943 matrices and two threads; all others for 100 x 100
# matrices of rank 5 and one thread.
set -u
cd "$(dirname "$0")/../.." || exit 1
ours=build/bench_solve torch=tests/bench/torch_solve.py
depths="2 3 4" draws="1 2 3 4 5" rounds="1 2 3"
[ "${1-}" = quick ] && depths=2 draws=1

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
: >"$scratch/rows"
: >"$scratch/deviations"

# Debian's OpenBLAS falls back to slow code on processors newer than itself.
if grep -q avx512f /proc/cpuinfo 2>/dev/null; then
    OPENBLAS_CORETYPE=${OPENBLAS_CORETYPE-SKYLAKEX}
    export OPENBLAS_CORETYPE
fi
if ! /usr/bin/python3 -c 'import numpy, torch' 2>/dev/null; then
    echo "PyTorch is not installed for /usr/bin/python3 (python3-torch): no comparison with it" >&2
    torch=:
fi

show() { # show part draw command...: its rows go to stdout and, marked, to the summary
    part=$1 draw=$2; shift 2
    "$@" >"$scratch/new" || exit 1
    cat "$scratch/new"
    sed "s/^/$part,$draw,/" "$scratch/new" >>"$scratch/rows"
}

problem() { # problem options...
    rm -rf "$scratch/problem"
    mkdir "$scratch/problem" && "$ours" problem "$scratch/problem" "$@" || exit 1
}

# deviation flow's group_rmsprop's: the largest relative difference of the five largest singular values
deviation() {
    paste -d, "$scratch/problem/sigma_$1.csv" "$scratch/problem/sigma_$2.csv" | awk -F, '
        NR <= 5 { d = $1 / $2 - 1; if (d < 0) d = -d; if (d > most) most = d } END { print most + 0 }'
}

note_deviations() { # note_deviations depth draw
    for precision in float double; do
        echo "$1,$2,$precision,dmf,$(deviation dmf_flow_$precision dmf_group_rmsprop_$precision)"
        [ "$torch" = : ] || echo "$1,$2,$precision,torch,$(deviation dmf_flow_$precision torch_group_rmsprop_float)"
    done >>"$scratch/deviations"
}

small_start() { "$ours" solve "$scratch/problem" --group 0 | sed 's/,flow,/,flow_1e-6,/'; }

echo "library,method,precision,depth,observed,evaluations,seconds,microseconds_per_evaluation,\
train_loss,reconstruction_error,effective_rank,nuclear_norm"
for depth in $depths; do
    for draw in $draws; do
        problem --depth "$depth" --seed "$draw"
        show solution "$draw" "$ours" solve "$scratch/problem"
        show solution "$draw" "$torch" "$scratch/problem"
        note_deviations "$depth" "$draw"
        [ "${1-}" = quick ] && continue
        problem --depth "$depth" --seed "$draw" --alpha 1e-6
        show solution "$draw" small_start
    done
done

if [ "${1-}" != quick ]; then
    for depth in $depths; do
        problem --depth "$depth"
        for round in 1 2 3 4 5; do
            show step "$round" "$ours" step "$scratch/problem"
            show step "$round" "$torch" "$scratch/problem" --steps 500
            show step "$round" "$torch" "$scratch/problem" --steps 500 --double
        done
    done
    for depth in 2 3; do
        problem --depth "$depth" --rows 1682 --cols 943 --observed 10000
        set -- --steps 10 --batches 2 --threads 2
        for round in $rounds; do
            show wide "$round" "$ours" step "$scratch/problem" "$@"
            show wide "$round" "$torch" "$scratch/problem" "$@"
            show wide "$round" "$torch" "$scratch/problem" "$@" --gradient
            show wide "$round" "$torch" "$scratch/problem" "$@" --double
            show wide "$round" "$torch" "$scratch/problem" "$@" --double --gradient
        done
    done
fi
awk -F, -f tests/bench/solve.awk "$scratch/rows" "$scratch/deviations" >&2
