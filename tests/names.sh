#!/usr/bin/env bash
# The names of dmf.h: none that another header defines as a macro, and everything at file scope is dmf's own.
# tests/names.sh [header]; prints what it finds, and fails if that is anything.
set -u
header=${1:-dmf.h} dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

report() { # report "sentence" < names
    local names; names=$(sort -u | tr '\n' ' ')
    [ -z "${names// /}" ] || echo "$1: $names" | tee -a "$dir/found"
}

# The code without comments and strings; its identifiers.
gcc -fpreprocessed -dD -E -P -x c "$header" 2>/dev/null |
    sed -E ':a; /\\$/ { N; s/\\\n//; ba }; /^[[:space:]]*#[[:space:]]*error/d; s/"([^"\\]|\\.)*"//g; s/'"'([^'\\\\]|\\\\.)*'"'//g' >"$dir/text"
grep -oE '[A-Za-z_][A-Za-z_0-9]*' "$dir/text" | sort -u >"$dir/names"

includes() { # the headers of the list that there are
    local name
    for name in "$@"; do printf '#if __has_include(<%s.h>)\n#include <%s.h>\n#endif\n' "$name" "$name"; done
}

macros() { # macros compiler headers...
    local compiler=$1; shift
    includes "$@" | "$compiler" -dM -E -x c - 2>/dev/null | sed -nE 's/^#define ([A-Za-z_][A-Za-z_0-9]*).*/\1/p' | sort -u
}

# What dmf.h includes itself it may use.
own='errno fcntl float immintrin limits math pthread sched stdarg stddef stdint stdio stdlib string sys/stat sys/syscall
     sys/types time unistd'
others='arpa/inet assert complex ctype curses dirent fenv inttypes iso646 locale ncurses net/if netdb netinet/in poll
        pwd rpc/types setjmp signal stdbool sys/ioctl sys/mman sys/param sys/resource sys/select sys/socket sys/time
        sys/wait term termios ucontext wchar wctype X11/Xlib winsock2 windows commctrl shlobj'

for compiler in gcc x86_64-w64-mingw32-gcc; do
    command -v $compiler >/dev/null || continue
    macros $compiler $own >"$dir/may"
    { macros $compiler $own $others; sed -nE "s/^#define ([A-Za-z_0-9]+).*/\\1/p" tests/hostile.c; } | grep -v ^DMF_ |
        sort -u | comm -23 - "$dir/may" | comm -12 - "$dir/names" | report "macros of other headers ($compiler)"
done

# Names of capitals are macros somewhere; C's own are listed.
grep -E '^[A-Z][A-Z0-9_]*$' "$dir/names" | grep -vE '^DMF_' | grep -vxE \
    'CHAR_BIT|(CLOCKS_PER|TIME)_[A-Z]+|(DBL|FLT)_(EPSILON|M[AI][XN])|EEXIST|FILE|INFINITY|U?INT(64)?_(MAX|C)|NAN|NULL|O_[A-Z]+|PTRDIFF_MAX|SEEK_(END|SET)|SIZE_MAX|SYS_.*|S_ISREG' |
    report 'names of capitals alone'

# Macros, enumerators, types.
sed -nE 's/^[[:space:]]*#[[:space:]]*define[[:space:]]+([A-Za-z_0-9]+).*/\1/p' "$dir/text" | grep -vE '^DMF_' | report 'macros'
tr '\n' ' ' <"$dir/text" | grep -oE '\benum [a-z_]* ?\{[^}]*\}' | sed -E 's/^[^{]*\{//; s/\}//; s/=[^,]*//g' |
    tr ',' '\n' | grep -oE '[A-Za-z_][A-Za-z_0-9]*' | grep -vE '^DMF_' | report 'enumerators'
grep -oE '^(typedef )?(struct|union|enum) [A-Za-z_]\w*' "$dir/text" | awk '{ print $NF }' | grep -vE '^dmf_' | report 'tags'

# Functions and constants, as the linker sees them.
if printf '#define DMF_IMPLEMENTATION\n#include "%s"\n' "$header" | gcc -O0 -DDMF_THREADS -I. -c -x c - -o "$dir/o" 2>/dev/null; then
    nm -a --defined-only "$dir/o" | awk '$2 ~ /[TtDdRrBb]/ { print $3 }' | grep -vE '^dmf_|\.|^__' | report 'functions and constants'
else
    echo "$header does not compile" | tee -a "$dir/found"
fi
[ ! -s "$dir/found" ]
