#!/usr/bin/env bash
# The header with other compilers, on other machines and systems, and after other headers: every place that there is a
# tool for here. Ends with "N passed, M failed"; what is left out is named, with the tool that it lacks.
#
#     tests/portability.sh          every chapter's tests in every place, but for long ones in emulation; half an hour
#     tests/portability.sh short    the chapters below in some places: some minutes
#     tests/portability.sh NAME     one place
set -u
cd "$(dirname "$0")/.."
dir=build/portability
out=$(mktemp -d) # not /dev/null, which tcc would replace for root
trap "rm -rf $out" EXIT
few='ground random matrices problems files'
all="$few gemm svd factors motion diagnostics theory dynamics nuclear plasticity"
tests=${DMF_TESTS:-$all}
long="gemm svd motion nuclear plasticity" # too long where a processor is emulated

need() { # need tool...: leaves the place out if one is missing
    local tool
    for tool in "$@"; do command -v "$tool" >/dev/null || { echo "left out: there is no $tool"; exit 77; }; done
}

header() { # header compiler...: the header with all its code, silently
    local flag
    for flag in -DDMF_DOUBLE -DDMF_SINGLE -DDMF_NO_SIMD "-DDMF_API=static inline"; do
        printf '#define DMF_IMPLEMENTATION\n#include "dmf.h"\n' | "$@" "$flag" -Wall -Wextra -Werror -I. -c - -o "$out/header" || return 1
    done
}

# The library and the tests of the chapters, built by a command, run by another.
runs() { # runs place 'compiler' 'runner' [chapter left out]...
    local place=$1 compiler=$2 runner=$3 here=$dir/$1 chapter status=0; shift 3
    mkdir -p "$here"
    compiler="$compiler -DEMULATED"
    $compiler -c tests/dmf.c -o "$here/dmf.o" || return 1
    for chapter in $tests; do
        case " $* " in *" $chapter "*) continue ;; esac
        if $compiler "tests/test_$chapter.c" "$here/dmf.o" -o "$here/$chapter.exe" -lm; then
            timeout 1800 $runner "$here/$chapter.exe" >"$here/out" 2>&1 && tail -n 1 "$here/out" | grep -qE '^[0-9]+ passed, 0 failed' ||
                { echo "$chapter:"; cat "$here/out"; status=1; }
        else status=1; fi
    done
    return $status
}

chooses() { # chooses place processor isa
    runs "$1" 'gcc -std=c99 -O1 -static' "qemu-x86_64 -cpu $2" $long &&
        gcc -std=c99 -O1 -static tests/isa.c "$dir/$1/dmf.o" -o "$dir/$1/isa" -lm && qemu-x86_64 -cpu "$2" "$dir/$1/isa" "$3"
}

refuses() { # refuses compiler flag: and says why
    local said
    said=$(printf '#define DMF_IMPLEMENTATION\n#include "dmf.h"\n' | "$@" -I. -x c -c - -o "$out/header" 2>&1) && { echo "$* is not refused"; return 1; }
    grep -q "IEEE" <<<"$said" || { echo "$said"; return 1; }
}

newest() { # newest standard...: C++ by every compiler that knows the standard
    local compiler standard known=0
    for compiler in g++ clang++ clang++-19; do
        for standard in "$@"; do
            echo | $compiler -std=$standard -x c++ -fsyntax-only - 2>/dev/null || continue
            header $compiler -std=$standard -x c++ || return 1
            known=1
        done
    done
    [ $known = 1 ] || { echo "left out: no compiler knows $*"; exit 77; }
}

place() {
    case $1 in
    names) tests/names.sh ;;
    hostile)
        local compiler curses=
        echo '#include <curses.h>' | gcc -fsyntax-only -x c - 2>/dev/null && curses=-DHOSTILE_CURSES
        for compiler in "gcc -std=c99 $curses" "gcc -std=gnu11 -DDMF_SINGLE" "clang -std=c99 $curses" "g++ -std=c++11 -x c++ $curses" \
            x86_64-w64-mingw32-gcc "x86_64-w64-mingw32-gcc -std=c99 -DDMF_THREADS"; do
            command -v ${compiler%% *} >/dev/null || continue
            $compiler -Wall -Wextra -Werror -c tests/hostile.c -o "$out/hostile" || return 1
        done ;;
    fast-math) refuses gcc -ffast-math && refuses gcc -Ofast && refuses clang -ffast-math ;;
    c++20) newest c++20 c++23 ;;
    c++26) newest c++26 c++2c ;;
    tcc) need tcc; header tcc -std=c99 -x c && runs tcc 'tcc -std=c99' '' gemm theory plasticity ;; # slow; long double
    musl) need musl-gcc; header musl-gcc -std=c99 -O2 -x c && runs musl 'musl-gcc -std=c99 -O1 -static' '' ;;
    i686) need i686-linux-gnu-gcc; runs i686 'i686-linux-gnu-gcc -std=c99 -O1 -static' '' ;;
    mingw)
        need x86_64-w64-mingw32-gcc
        header x86_64-w64-mingw32-gcc -std=c99 -x c && header x86_64-w64-mingw32-gcc -std=c99 -DDMF_THREADS -x c || return 1
        local wine; wine=$(command -v wine64 wine /usr/lib/wine/wine64 | head -n 1)
        [ -n "$wine" ] || { echo "left out: there is no wine"; exit 77; }
        export WINEDEBUG=-all WINEPREFIX=$PWD/$dir/wine
        runs mingw 'x86_64-w64-mingw32-gcc -std=c99 -O1 -static -DDMF_THREADS -pthread' "$wine" gemm ;;
    s390x) need s390x-linux-gnu-gcc qemu-s390x; runs s390x 's390x-linux-gnu-gcc -std=c99 -O1 -static' qemu-s390x $long ;;
    riscv64) need riscv64-linux-gnu-gcc qemu-riscv64; runs riscv64 'riscv64-linux-gnu-gcc -std=c99 -O1 -static' qemu-riscv64 $long ;;
    nehalem) need qemu-x86_64; chooses nehalem Nehalem portable ;;
    haswell) need qemu-x86_64; chooses haswell Haswell-noTSX avx2 ;;
    wasi)
        local compiler='clang --target=wasm32-wasi -std=c99 -O1 -Wl,-z,stack-size=1048576'
        need clang wasm-ld
        echo 'int main(void) { return 0; }' | $compiler -x c - -o "$out/program" 2>/dev/null || { echo 'left out: there is no wasi-libc'; exit 77; }
        header clang --target=wasm32-wasi -std=c99 -O2 -x c || return 1
        need node
        runs wasi "$compiler" 'node --no-warnings tests/wasi.mjs' gemm theory plasticity ;; # pages are mapped; functions of long double are those of double
    *) echo "no place is called $1"; return 1 ;;
    esac
}

run() { # run place...: two at a time
    local name passed=0 failed=0
    mkdir -p $dir
    printf '%s\n' "$@" | xargs -P 2 -I{} bash -c '"$0" {} >'$dir'/{}.log 2>&1; echo $? >'$dir'/{}.status' tests/portability.sh
    for name in "$@"; do
        case $(cat $dir/$name.status) in
        0) passed=$((passed + 1)); echo "$name" ;;
        77) echo "$name $(tail -n 1 $dir/$name.log)" ;;
        *) failed=$((failed + 1)); echo "FAILED $name"; tail -n 40 $dir/$name.log ;;
        esac
    done
    echo "$passed passed, $failed failed"
    [ $failed -eq 0 ]
}

case ${1:-} in
short) export DMF_TESTS=$few; run names hostile fast-math c++20 c++26 tcc musl i686 mingw s390x nehalem haswell wasi ;;
'') run names hostile fast-math c++20 c++26 tcc musl i686 mingw s390x riscv64 nehalem haswell wasi ;;
*) place "$1" ;;
esac
