#!/bin/sh
# The test programs of the reference BLAS and LAPACK, with their products and decompositions made by dmf.h: a line for
# each, and the sum. Every program also has to notice a library whose results are slightly wrong.
# Usage: tests/peers/run.sh shared-library
library=$(realpath "$1")
blas=$(ls -d /usr/lib/*/blas 2>/dev/null | head -n 1)
lapack=$(ls -d /usr/lib/*/lapack 2>/dev/null | head -n 1)
passed=0 failed=0

for file in "$blas/xblat3d" "$blas/xblat3s" "$lapack/xeigtstd" "$lapack/xeigtsts" "$lapack/svd.in"; do
    if [ ! -f "$file" ]; then
        echo "make peers needs the test programs of BLAS and LAPACK; on Debian: apt-get install libblas-test liblapack-test" >&2
        exit 1
    fi
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1

result() { # result status "line"
    if [ "$1" -eq 0 ]; then passed=$((passed + 1)); echo "$2"
    else failed=$((failed + 1)); echo "FAILED $2"; fi
}

preloaded() { PEERS_COUNT=count LD_PRELOAD=$library "$@"; }
calls() { awk -v name="$1" '$1 == name { sum += $2 } END { print sum + 0 }' count; }

blas_input() { # blas_input S|D
    cat <<END
'summary'        NAME OF SUMMARY OUTPUT FILE
6                UNIT NUMBER OF SUMMARY FILE
'snapshot'       NAME OF SNAPSHOT OUTPUT FILE
-1               UNIT NUMBER OF SNAPSHOT FILE (NOT USED IF .LT. 0)
F                LOGICAL FLAG, T TO REWIND SNAPSHOT FILE AFTER EACH RECORD.
F                LOGICAL FLAG, T TO STOP ON FAILURES.
T                LOGICAL FLAG, T TO TEST ERROR EXITS.
16.0             THRESHOLD VALUE OF TEST RATIO
9                NUMBER OF VALUES OF N
0 1 2 3 7 9 32 64 65   VALUES OF N
3                NUMBER OF VALUES OF ALPHA
0.0 1.0 0.7      VALUES OF ALPHA
3                NUMBER OF VALUES OF BETA
0.0 1.0 1.3      VALUES OF BETA
$1GEMM  T
END
}

# Nine sizes, alphas and betas, three transposes of each matrix: 9^3 * 3^2 * 3^2 calls.
gemm_passes() { # gemm_passes S|D program
    rm -f summary count
    blas_input "$1" | preloaded "$2" >/dev/null 2>&1
    grep -q "$1GEMM *PASSED THE TESTS OF ERROR-EXITS" summary &&
        grep -q "$1GEMM *PASSED THE COMPUTATIONAL TESTS ( 59049 CALLS)" summary && [ "$(calls "$1GEMM")" -gt 59049 ]
}

larger_input() { # decompositions of sizes that are not tried otherwise
    sed -e '2s/^[0-9]*/4/' -e '3s/.*/64 100 132 132/' -e '4s/.*/64 64 100 132/' -e '5s/^[0-9]*/1/' \
        -e '6s/.*/20/' -e '7s/.*/2/' -e '8s/.*/1/' -e '9s/.*/2/' "$lapack/svd.in"
}

svd_passes() { # svd_passes S|D program parameter-sets tests, with the input from stdin
    rm -f count
    preloaded "$2" >summary 2>&1
    [ "$(grep -c "All tests for [SD]BD drivers *passed the threshold ( *$4 tests run)" summary)" -eq "$3" ] &&
        ! grep -qi 'fail' summary && [ "$(calls "$1GESVJ")" -gt 0 ]
}

for precision in D S; do
    letter=$(echo $precision | tr DS ds)
    gemm_passes $precision "$blas/xblat3$letter"
    result $? "xblat3$letter: ${precision}GEMM passes 59049 calls with sizes up to 65, and the error exits; $(calls ${precision}GEMM) calls came here"
    svd_passes $precision "$lapack/xeigtst$letter" 5 14820 <"$lapack/svd.in"
    result $? "xeigtst$letter: SVD drivers pass 14820 tests of each of 5 parameter sets; $(calls ${precision}GESVJ) calls of ${precision}GESVJ and $(calls ${precision}GEMM) of ${precision}GEMM came here"
    larger_input | svd_passes $precision "$lapack/xeigtst$letter" 1 3120
    result $? "xeigtst$letter: SVD drivers pass 3120 tests with sizes up to 132; $(calls ${precision}GESVJ) calls of ${precision}GESVJ and $(calls ${precision}GEMM) of ${precision}GEMM came here"
    export PEERS_WRONG=1
    ! gemm_passes $precision "$blas/xblat3$letter" && grep -qE 'FAILED|SUSPECT' summary
    result $? "xblat3$letter notices a ${precision}GEMM that is wrong"
    larger_input >input
    ! svd_passes $precision "$lapack/xeigtst$letter" 1 3120 <input && grep -q "drivers.*failed to pass" summary
    result $? "xeigtst$letter notices a ${precision}GESVJ that is wrong"
    unset PEERS_WRONG
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
