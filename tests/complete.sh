#!/bin/sh
# build/complete as a user meets it: files as people have them, read rightly or refused with line, column and reason;
# what it writes; models on disk.
# Usage: tests/complete.sh build-directory
build=$1
passed=0 failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
file=$scratch/f

check() { # check "what" command...
    what=$1; shift
    if "$@" >"$scratch/out" 2>"$scratch/err"; then passed=$((passed + 1))
    else failed=$((failed + 1)); echo "FAILED complete: $what"; sed 's/^/    /' "$scratch/err"; fi
}

refuses() { # a nonzero exit and one sentence
    ! "$@" >"$scratch/o" 2>"$scratch/e" && [ "$(wc -l <"$scratch/e")" -eq 1 ] && [ ! -s "$scratch/o" ]
}

# The least that is a fit: reading is what is tested.
fitted() { "$build/complete" "$@" --depth 1 --folds 2 --threads 1 >"$scratch/o" 2>"$scratch/e"; }

reads_bytes() { # reads_bytes bytes said options...: what is said of rows, columns, entries and scale
    printf "$1" >"$file"; said=$2; shift 2
    fitted "$file" "$@" && [ "$(sed -n 2p "$scratch/e")" = "$said" ] || { cat "$scratch/e"; return 1; } >&2
}
reads() { what=$1; shift; check "reads $what" reads_bytes "$@"; }

stops_bytes() { # stops_bytes bytes place-and-reason options...
    printf "$1" >"$file"; reason="$file:$2"; shift 2
    refuses "$build/complete" "$file" "$@" && [ "$(cat "$scratch/e")" = "$reason" ] || { cat "$scratch/e"; return 1; } >&2
}
stops() { what=$1; shift; check "refuses $what" stops_bytes "$@"; }

# Whether a file is as the template says, in which @ stands for any number.
like() { # like template file
    awk 'function number(s, mark) { return match(s, "^-?[0-9]+(" mark "[0-9]+)?(e[-+]?[0-9]+)?") ? RLENGTH : 0 }
        function fits(t, o,   at, length_of) {
            while ((at = index(t, "@"))) {
                if (substr(t, 1, at - 1) != substr(o, 1, at - 1)) return 0
                o = substr(o, at); t = substr(t, at + 1)
                if (!(length_of = number(o, t ~ /^,/ ? "[.]" : "[.,]"))) return 0
                o = substr(o, length_of + 1)
            }
            return t == o
        }
        NR == FNR { template[FNR] = $0; lines = FNR; next }
        !fits(template[FNR], $0) { print "not as expected: " $0 > "/dev/stderr"; bad = 1 }
        { written = FNR }
        END { exit bad || written != lines }' "$1" "$2"
}

fills_bytes() { # fills_bytes bytes template options...
    printf "$1" >"$file"; printf "$2" >"$scratch/template"; shift 2
    fitted "$file" "$@" && like "$scratch/template" "$scratch/o" || { cat "$scratch/e" "$scratch/o"; return 1; } >&2
}
fills() { what=$1; shift; check "fills $what" fills_bytes "$@"; }

# ---- Lists ----

three='2 rows x 2 columns, 3 entries (75 per cent), from 1 to 3, mean 2, deviation 0.816'
reads "a list below a header" 'user,item,rating\na,x,1\na,y,2\nb,x,3\n' "$three"
reads "a list without a header" 'a,x,1\na,y,2\nb,x,3\n' "$three"
reads "tabs" 'a\tx\t1\na\ty\t2\nb\tx\t3\n' "$three"
reads "semicolons" 'a;x;1\na;y;2\nb;x;3\n' "$three"
reads "spaces" '  a x  1\na   y 2\nb x 3  \n' "$three"
reads "colons, and numbers that do not interest" '1::10::1::99\n1::11::2::99\n2::10::3::98\n' "$three"
reads "a last line without an end" 'a,x,1\na,y,2\nb,x,3' "$three"
reads "CRLF and a byte order mark" '\357\273\277row,col,value\r\na,x,1\r\na,y,2\r\nb,x,3\r\n' "$three"
reads "lines that end with a carriage return" 'a,x,1\ra,y,2\rb,x,3\r' "$three"
reads "blanks around fields" 'a , x , 1\n a,y , 2\nb,x,3\n' "$three"
reads "comments and blank lines" '# ratings\n\na,x,1\n  # more\na,y,2\n   \nb,x,3\n' "$three"
reads "quotes" '"a, b","x ""y""",1\n"a, b",y,2\n"c","x ""y""",3\n' "$three"
reads "a quote within a field" 'a,5" disk,1\na,3" disk,2\nb,5" disk,3\n' "$three"
reads "values in quotes" '"a","x","1"\n"a","y","2"\n"b","x","3"\n' "$three"
reads "names that are large numbers" '18446744073709551617,x,1\n18446744073709551617,y,2\n18446744073709551618,x,3\n' "$three"
reads "names that differ by zeros or signs" '1,x,1\n1,y,2\n01,x,3\n+1,y,2\n' \
    '3 rows x 2 columns, 4 entries (66.7 per cent), from 1 to 3, mean 2, deviation 0.707'
reads "names of holes" 'NA,?,1\nNA,y,2\nFR,?,3\n' "$three"
reads "bytes of Latin-1" 'caf\351,x,1\ncaf\351,y,2\nb,x,3\n' "$three"
reads "names with blanks" 'New York,the x,1\nNew York,y,2\nb,the x,3\n' "$three"
reads "decimal commas" 'a;x;1,0\na;y;2\nb;x;3,0000\n' "$three"
reads "decimal commas between spaces" '1 2 1,0\n1 3 2,0\n2 2 3,0\n' "$three"
reads "decimal commas in quotes" 'a,x,"1,0"\na,y,"2,0"\nb,x,"3,0"\n' "$three"
reads "three decimals behind a comma, if told" 'a;x;1,000\na;y;2,000\nb;x;3,000\n' "$three" --decimal comma
reads "numbers in all their forms" 'a,x,1.\na,y,+.2e1\nb,x,0000000000000000000000000000000300E-2\n' "$three"
reads "text behind the value" 'a,x,1,good\na,y,2,\nb,x,3,no\n' "$three"
reads "the mean of second values" 'a,x,2\na,y,2\nb,x,3\na,x,1\na,x,0\n' "$three" --duplicates mean
reads "the last of second values" 'a,x,9\na,y,2\nb,x,3\na,x,8\na,x,1\n' "$three" --duplicates last
reads "a list said to be one" '1,2,1\n2,3,3\n' \
    '2 rows x 2 columns, 2 entries (50 per cent), from 1 to 3, mean 2, deviation 1' --format entries
reads "MatrixMarket" '%%%%MatrixMarket matrix coordinate real general\n%% by hand\n2 2 3\n1 1 1\n1 2 2e0\n2 1 3\n' "$three"
reads "MatrixMarket, one half" '%%%%MatrixMarket matrix coordinate integer symmetric\n2 2 2\n1 1 1\n2 1 3\n' \
    '2 rows x 2 columns, 3 entries (75 per cent), from 1 to 3, mean 2.333, deviation 0.943'
reads "rows of MatrixMarket without entries" '%%%%MatrixMarket matrix coordinate real general\n2000000000 9 3\n1 1 1\n1 9 2\n3 1 3\n' "$three"

megabyte() {
    awk 'BEGIN { for (i = 0; i < 100000; i++) long = long "0123456789"
        print long ",x,1"; print long ",y,2"; print "b,x,3" }' >"$file"
    fitted "$file" && grep -qx "$three" "$scratch/e" || return 1
    awk 'BEGIN { for (i = 0; i < 100000; i++) printf "0123456789" }' >"$file"
    refuses "$build/complete" "$file"
}
check "a name of a megabyte is read, and a line of one without fields refused" megabyte

stops "a value that is missing" 'a\tx\t1\nb\tx\t3\na\ty\t\n' '3:5: the value is missing'
stops "NA in a list" 'a,x,1\nb,x,NA\na,y,1\n' '2:5: the value is missing'
stops "NaN in a list" 'a,x,1\nb,x,NaN\na,y,1\n' '2:5: the value is missing'
stops "infinity" 'a,x,1\nb,x,inf\na,y,1\n' "2:5: 'inf' is not a number"
stops "infinity in the first line" 'a,x,-inf\nb,x,1\na,y,1\n' "1:5: '-inf' is not a number"
stops "1e308" 'a,x,1\nb,x,1e308\na,y,1\n' "2:5: '1e308' is too large a number"
stops "1e400" 'a,x,1\nb,x,1e400\na,y,1\n' "2:5: '1e400' is too large a number"
stops "hexadecimal digits" 'a,x,1\nb,x,0x10\na,y,1\n' "2:5: '0x10' is not a number"
stops "hexadecimal digits in the first line" 'a,x,0x10\nb,x,1\na,y,1\n' "1:5: '0x10' is not a number"
stops "thousands" 'a;x;1,234.5\nb;x;2\na;y;1\n' "1:5: '1,234.5' is not a number"
stops "commas of decimals or thousands" 'a;x;1,234\nb;x;2\na;y;5,678\n' \
    '1:5: a comma before decimals or after thousands: say --decimal comma, or leave it out'
stops "two decimal marks" 'a;x;1,5\nb;x;2.5\na;y;1\n' "2:5: '2.5' has a decimal point, and a number in line 1 the other mark"
stops "a word for a value" 'a,x,1\nb,x,good\na,y,1\n' "2:5: 'good' is not a number"
stops "a word for a value in the first line" 'a,x,good\nb,x,1\na,y,1\n' \
    "1:5: 'good' is not a number; if this line is a header, say --header yes"
stops "a header that may be data" 'user,item,2020\n1,2,3\n1,3,4\n2,2,1\n' \
    "1:1: the first line may be names or numbers ('user'): say --header yes or --header no"
stops "two values for one entry" 'a,x,1\nb,x,2\n# no\na,x,1\n' \
    "4:1: a second value for row 'a' and column 'x', which line 1 has one for: say --duplicates mean or last, or --format table if this is one"
stops "a line with a field more" 'a,x,1\nb,x,2,3\na,y,2\n' '2:7: 4 fields, where 3 are usual'
stops "a line with a field less" 'a,x,1\nb,x\na,y,2\n' '2:4: 2 fields, where 3 are usual'
stops "two separators" 'a,x,1\nb;x;2\na,y,2\n' '2:6: 1 field, where 3 are usual'
stops "a name that is missing" 'a,x,1\nb,,2\na,y,2\n' '2:3: the name of the column is missing'
stops "a quote that is not closed" 'a,x,1\n"b,x,2\na,y,2\n' '2:1: the quote that opens here is not closed on its line'
stops "text behind a quote" 'a,x,1\n"b" c,x,2\na,y,2\n' '2:5: more text behind a closing quote'
stops "a carriage return within a line" 'a,x,1\nb\r,x,2\na,y,2\n' '2:2: a carriage return within a line'
stops "a byte of zero" 'a,x,1\nb,x,\0002\na,y,2\n' '2:5: a byte that is zero: this is no text'
stops "a column counted in letters" '\303\244\303\266,x,1\n\303\274\303\244,x,b\n\303\244,y,1\n' "2:6: 'b' is not a number"
stops "text without fields" 'once\nupon\na time\n' '1:1: no separator found: tab, ::, semicolon, comma or spaces'
stops "a list of two columns" 'a,1\nb,2\n' '1:4: 2 fields; an entry has a row, a column and a value' --format entries
stops "what may be a list or a table" '1,2,3\n2,4,6\n3,6,9\n' \
    '1:1: may be a list of entries or a table: say --format entries or --format table'
stops "arrays of MatrixMarket" '%%%%MatrixMarket matrix array real general\n1 1\n1\n' \
    "1:23: 'array' is not read; matrix coordinate real general is, or integer, symmetric, skew-symmetric"
stops "an index out of range" '%%%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 1\n3 1 2\n' \
    "4:1: '3' is not a whole number from 1 to 2"
stops "entries above the diagonal" '%%%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 1 1\n1 2 2\n' \
    "4:3: '2' is not a whole number from 1 to 1"
stops "a file cut off" '%%%%MatrixMarket matrix coordinate real general\n2 2 3\n1 1 1\n1 2 2\n' \
    '5:1: the file ends after 2 entries of the 3 in line 2'
stops "more than was said" '%%%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 1\n1 2 2\n' \
    '4:1: more entries than the 1 of line 2'
stops "no MatrixMarket" 'a,x,1\n' '1:1: a MatrixMarket file begins with %%MatrixMarket' --format mtx

no_entries() { printf "$1" >"$file"; refuses "$build/complete" "$file" && grep -q "$2" "$scratch/e"; }
check "refuses an empty file" no_entries '' 'is empty'
check "refuses a byte order mark alone" no_entries '\357\273\277' 'no lines'
check "refuses blank lines and comments" no_entries '\n\n# nothing\n' 'no lines'
check "refuses a header alone" no_entries 'user,item,rating\n' 'no entries'
check "refuses a table of holes" no_entries 'a,b\n,\n?,-\n' 'no entries'
check "refuses UTF-16" no_entries '\377\376a\000' 'UTF-16'
check "refuses a zipped file" no_entries '\037\213\010' 'compressed'
check "refuses a spreadsheet" no_entries 'PK\003\004' 'spreadsheet'
single() { printf 'a,x,1\n' >"$file"; ! "$build/complete" "$file" --top 1 >"$scratch/o" 2>"$scratch/e" && [ ! -s "$scratch/o" ]; }
check "refuses a single entry" single

# ---- Tables ----

fills "a table with names" 'name,a,b\nx,1,2\ny,,4\nz,3,\n' 'name,a,b\nx,1,2\ny,@,4\nz,3,@\n'
fills "holes of all kinds" 'name;a;b;c\nx;1;2;NA\ny;;4;NaN\nz;3;?;1\nv;-;2; \n' \
    'name;a;b;c\nx;1;2;@\ny;@;4;@\nz;3;@;1\nv;@;2; @\n'
fills "a table without names" '5,3,4,\n4,,3,2\n1,1,1,1\n' '5,3,4,@\n4,@,3,2\n1,1,1,1\n'
fills "a table of tabs, with a row of holes" 'a\tb\n1.5\t2\n\t\n4\t3.25\n' 'a\tb\n1.5\t2\n@\t@\n4\t3.25\n'
fills "bytes as they are" '\357\273\277# kept\r\n"n",a , "b""c"\r\n\r\nx, 1.50,\r\n y ,"2",+3.e0\r\n' \
    '\357\273\277# kept\r\n"n",a , "b""c"\r\n\r\nx, 1.50,@\r\n y ,"2",+3.e0\r\n'
fills "a last line without an end" 'a,b\n1,2\n3.5,' 'a,b\n1,2\n3.5,@'
fills "decimal commas" 'n;a;b\nx;1,5;2,25\ny;;4,125\nz;3,5;\n' 'n;a;b\nx;1,5;2,25\ny;@;4,125\nz;3,5;@\n'
fills "quoted decimal commas" 'n,a,b\nx,"1,5","2,25"\ny,,"4,5"\n' 'n,a,b\nx,"1,5","2,25"\ny,"@","4,5"\n'
fills "what R writes" 'a b c\nr1 5 3 NA\nr2 4 NA 2\n' 'a b c\nr1 5 3 @\nr2 4 @ 2\n'
fills "what pandas writes" ',0,1,2\n0,5.0,,3.5\n1,4.0,4.0,\n2,,1.0,1.0\n' ',0,1,2\n0,5.0,@,3.5\n1,4.0,4.0,@\n2,@,1.0,1.0\n'
fills "years above" ',2001,2002\nx,5,\ny,4,4\n' ',2001,2002\nx,5,@\ny,4,4\n'
fills "one column" 'name,v\na,1\nb,\nc,3\n' 'name,v\na,1\nb,@\nc,3\n'
fills "commas at the ends of lines" 'a,b,c,\n1,5,3,\n7,,2,\n3,4,6,\n' 'a,b,c,\n1,5,3,\n7,@,2,\n3,4,6,\n'
fills "names with holes' names" 'n,a,b\nNA,1,2.3\nx,,3\n' 'n,a,b\nNA,1,2.3\nx,@,3\n'
fills "numbers that were said to be data" '1,2,3\n2,,6\n3,6,9\n' '1,2,3\n2,@,6\n3,6,9\n' --header no --names no
fills "a table without holes" 'n,a,b\nx,1,2\ny,3,4\n' 'n,a,b\nx,1,2\ny,3,4\n' --format table

decimals() { # written with a comma if the table has them
    fills_bytes 'n;a;b\nx;1,5;2,25\ny;;4,125\nz;3,5;\n' 'n;a;b\nx;1,5;2,25\ny;@;4,125\nz;3,5;@\n' &&
        ! grep -q '\.' "$scratch/o" && [ "$(tr -dc , <"$scratch/o" | wc -c)" -ge 5 ]
}
check "writes the decimal mark of the table" decimals

stops "a word in a table" 'n,a,b\nx,1,2\ny,good,4\nz,,1\n' "3:3: 'good' is neither a number nor a hole (empty, NA, NaN, ? or -)"
stops "infinity in a table" 'n,a,b\nx,1,2\ny,inf,4\nz,,1\n' "3:3: 'inf' is neither a number nor a hole (empty, NA, NaN, ? or -)"
stops "a ragged table" 'name,a,b\nx,1,2\ny,3\n' '3:4: 2 fields, where 3 are usual'
stops "a table with a field more" 'name,a,b\nx,1,\ny,3,4\nz,1,2,3\n' '4:7: 4 fields, where 3 are usual'
stops "a column named twice" 'name,a,a\nx,1,\ny,3,4\n' "1:8: the column 'a' comes twice: it is also field 2 of this line"
stops "a row named twice" 'name,a,b\nx,1,\ny,,3\n\nx,3,4\n' "5:1: the row 'x' comes twice: it is also in line 2"
stops "a row without a name" 'name,a,b\nx,1,2\n,3,4\ny,,4\n' \
    "2:1: 'x' is not a number; if the first column names the rows, say --names yes"
stops "a number among names" 'name,a,b\nx,1,2\n7,3,\n' "2:1: 'x' is not a number; if the first column names the rows, say --names yes"
stops "years beside a word" 'city,2001,2002\nx,5,\ny,4,4\n' \
    "1:6: the first line may be names or numbers ('2001'): say --header yes or --header no"
stops "years above numbers" '2019,2020,2021\n3,4,\n1,,5\n6,7,8\n' \
    "1:1: the first line may be names or numbers ('2019'): say --header yes or --header no"
fills "numbers that count" '1,2.5,3\n9,,6\n7,8,9\n' '1,2.5,3\n9,@,6\n7,8,9\n'
stops "rising numbers that may be names" 'id,a,b\n10,5,\n17,3,2\n23,,1\n' \
    "1:1: the first column may be names or numbers ('id'): say --names yes or --names no"
stops "a header with a number" 'name,a,3\nx,1,\ny,,4\n' "1:6: 'a' is not a number; if this line names the columns, say --header yes"

# ---- Places that are no files ----

check "refuses a file that is not there" refuses "$build/complete" "$scratch/none"
check "refuses a directory" refuses "$build/complete" "$scratch"
check "refuses a place for the output that is none" sh -c 'printf "a,b\n1,\n2,3\n" >"$2"; ! "$1" "$2" --out "$3/no/where" 2>"$3/e" &&
    [ "$(wc -l <"$3/e")" -eq 1 ]' - "$build/complete" "$file" "$scratch"

pipe() {
    mkfifo "$scratch/pipe"
    { printf 'a,x,1\na,y,2\n'; sleep 0.2; printf 'b,x,3\n'; } >"$scratch/pipe" &
    fitted "$scratch/pipe" && grep -qx "$three" "$scratch/e"
}
check "reads a pipe" pipe
from_stdin() { printf 'a,x,1\na,y,2\nb,x,3\n' | fitted - && grep -qx "$three" "$scratch/e"; }
check "reads standard input" from_stdin

small_table() { printf 'n,a,b,c\nx,1,2,3\ny,2,,6\nz,3,6,\nv,4,8,12\n' >"$file"; }
without_stdout() {
    small_table; ! "$build/complete" "$file" 2>"$scratch/e" >&- && [ "$(wc -l <"$scratch/e")" -eq 1 ] &&
        "$build/complete" "$file" --out "$scratch/written" 2>&- >&- <&- && [ -s "$scratch/written" ]
}
check "without stdout the output has nowhere to go, but to a file" without_stdout
full() { small_table; [ ! -e /dev/full ] || { ! "$build/complete" "$file" >/dev/full 2>/dev/null &&
    ! "$build/complete" "$file" --out /dev/full 2>/dev/null; }; }
check "nor has it where there is no room" full
kept() { # a file is replaced only by a whole one
    echo before >"$scratch/kept"; printf 'a,b\n1,x\n' >"$file"
    refuses "$build/complete" "$file" --out "$scratch/kept" && [ "$(cat "$scratch/kept")" = before ] &&
        small_table && "$build/complete" "$file" --out "$scratch/kept" 2>/dev/null && [ "$(wc -l <"$scratch/kept")" -eq 5 ] &&
        [ ! -e "$scratch/kept.new" ]
}
check "a file is replaced when all went well, and then only" kept

# ---- Pairs, the best columns, models ----

# Rank 1 and offsets, and noise.
ratings() {
    awk "$truth"'function noise() { return (rand() + rand() + rand() - 1.5) / 5 }
        BEGIN { srand(1); for (i = 1; i <= 40; i++) for (j = 1; j <= 30; j++)
            if ((7 * i + 11 * j) % 5 < 3) printf "u%d\ti%d\t%.3f\n", i, j, truth(i, j) + noise() }'
}
truth='function truth(i, j) { return i / 10 + j / 5 + (i % 7 - 3) * (j % 5 - 2) / 4 }
'
ratings >"$scratch/ratings"
awk 'BEGIN { print "user,item,note"; for (i = 1; i <= 40; i++) for (j = 1; j <= 30; j++)
    if ((7 * i + 11 * j) % 5 >= 3) printf "u%d,i%d,\"a, b\"\n", i, j }' >"$scratch/pairs"

complete() { "$build/complete" "$@" 2>"$scratch/e"; }
predicts() { # within 0.15 of the truth, most of them within two deviations of the noise and the model
    complete "$scratch/ratings" --predict "$scratch/pairs" --save "$scratch/model" >"$scratch/predicted" &&
        [ "$(head -n 1 "$scratch/predicted")" = 'user,item,note,prediction,deviation' ] &&
        awk -F, "$truth"' NR > 1 { i = substr($1, 2); j = substr($2, 2); d = $(NF - 1) - truth(i, j); sum += d * d; n++
            within += d * d < 4 * $NF * $NF; if ($0 !~ /^u[0-9]+,i[0-9]+,"a, b",[^,]+,[^,]+$/) bad = 1 }
            END { exit !(n == 480 && sum / n < 0.15 * 0.15 && within > 0.9 * n) || bad }' "$scratch/predicted"
}
check "predicts pairs" predicts
again() {
    complete --load "$scratch/model" --predict "$scratch/pairs" | cmp - "$scratch/predicted" &&
        complete "$scratch/ratings" --predict "$scratch/pairs" --threads 3 --out "$scratch/again" && cmp "$scratch/again" "$scratch/predicted"
}
check "predicts the same from a model on disk, and with other threads" again

without_header() { # tabs, as in the file; unknown names
    printf 'u1\ti2\nnew\ti2\nu3\tnew\nnew\tnew' >"$scratch/few"
    complete --load "$scratch/model" --predict "$scratch/few" >"$scratch/o" &&
        awk -F'\t' 'NF != 4 || $3 + 0 != $3 || !($4 > 0) { bad = 1 } END { exit bad || NR != 4 }' "$scratch/o" &&
        grep -q '2 with an unknown row, 2 with an unknown column' "$scratch/e"
}
check "predicts pairs with unknown names" without_header

best() { # as many as there are, sorted, none of them observed
    complete "$scratch/ratings" --top 5 --threads 1 >"$scratch/best" &&
        complete --load "$scratch/model" --top 5 | tr , '\t' | cmp - "$scratch/best" &&
        awk -F'\t' 'NR == FNR { seen[$1, $2] = 1; next }
            FNR == 1 { bad += $0 != "row\tcolumn\tprediction\tdeviation"; next }
            { bad += (($1, $2) in seen) || ($1 == row && $3 > last); row = $1; last = $3; n[$1]++ }
            END { for (u in n) { rows++; bad += n[u] != 5 } exit bad || rows != 40 }' "$scratch/ratings" "$scratch/best"
}
check "finds the best columns of every row" best

table_from_model() {
    small_table
    complete "$file" --save "$scratch/table" >"$scratch/whole" && complete "$file" --load "$scratch/table" | cmp - "$scratch/whole" &&
        printf 'n,b,a\nv,,4\nz,,\n' >"$file" && complete "$file" --load "$scratch/table" >"$scratch/o" &&
        printf 'n,b,a\nv,@,4\nz,@,@\n' >"$scratch/template" && like "$scratch/template" "$scratch/o"
}
check "fills a table from a model" table_from_model
other_table() {
    printf 'n,a,b\nx,1,\nw,2,3\n' >"$file"; refuses "$build/complete" "$file" --load "$scratch/table" && grep -q "a row 'w'" "$scratch/e" &&
        printf '5,3,4\n4,,3\n1,1,1\n' >"$file" && refuses "$build/complete" "$file" --load "$scratch/table"
}
check "refuses a table of other names" other_table
other_names() {
    for change in 's/^u7$/u07/' '2s/./x/' '$d' '1s/1/2/' '5s/4/5/'; do
        cp "$scratch/model" "$scratch/m" && sed "$change" "$scratch/model.names" >"$scratch/m.names" &&
            refuses "$build/complete" --load "$scratch/m" --top 1 || { echo "$change" >&2; return 1; }
    done
    cp "$scratch/table" "$scratch/m"; cp "$scratch/model.names" "$scratch/m.names"
    refuses "$build/complete" --load "$scratch/m" --top 1 && grep -q 'another model' "$scratch/e" && rm "$scratch/m.names" &&
        refuses "$build/complete" --load "$scratch/m" --top 1 && refuses "$build/complete" --load "$scratch/none" --top 1
}
check "refuses names that belong to another model, or are damaged" other_names

stops_pairs() { # stops_pairs bytes place-and-reason
    printf "$1" >"$scratch/few"
    refuses "$build/complete" --load "$scratch/model" --predict "$scratch/few" && [ "$(cat "$scratch/e")" = "$scratch/few:$2" ] ||
        { cat "$scratch/e"; return 1; } >&2
}
check "refuses pairs of one name" stops_pairs 'u1\nu2\n' '1:1: no pairs: a row and a column in a line, and a separator'
check "refuses a pair with a field more" stops_pairs 'u1,i1\nu2,i2\nu2,i3,4\n' '3:7: 3 fields, where 2 are usual'
check "refuses a pair without a name" stops_pairs 'u1,i1\n,i2\nu2,i3\n' '2:1: the name of the row is missing'
check "refuses a pair with a quote that is open" stops_pairs 'u1,i1\n"u2,i2\nu2,i3\n' \
    '2:1: the quote that opens here is not closed on its line'

# ---- Options ----

by_depth() { # a flow of any depth, when it is asked for, and the report says so
    for depth in 2 3 4; do
        complete "$scratch/ratings" --method flow --depth $depth --predict "$scratch/pairs" --out "$scratch/o" &&
            [ "$(wc -l <"$scratch/o")" -eq 481 ] && grep -q "flow of depth $depth, width 29" "$scratch/e" &&
            sed -n 's/.*expected \([0-9.]*\) .*/\1/p' "$scratch/e" | awk '{ bad = $1 > 0.15 } END { exit bad || NR != 1 }' || return 1
    done
    complete "$scratch/ratings" --depth 3 --top 1 --out "$scratch/o" && grep -q 'flow of depth 3' "$scratch/e"
}
check "fits flows of the depth that is asked for" by_depth

check "helps" sh -c '"$1" --help | grep -q -- "--duplicates"' - "$build/complete"
bad_options() {
    small_table
    for options in '' "$file $file" "$file --top 0x1" "$file --top 1 --predict $file" "$file --format csv" "$file --depth -1" \
        "$file --depth 101" "$file --depth 3 --method posterior" "$file --method sgd" "$file --decay -1" "$file --depth 1 --decay 2" "$file --load $scratch/model --folds 3" "--load $scratch/model" \
        "$file --plot picture.bmp" "$file --header maybe" "$file --threads 0" "$scratch/ratings --out $scratch/o2" \
        "$scratch/ratings --load $scratch/model" "- --predict -"; do
        refuses "$build/complete" $options </dev/null || { echo "'$options'" >&2; return 1; }
    done
}
check "refuses options that make no sense" bad_options
no_use() { # options that nothing would come of
    small_table
    printf '%%%%MatrixMarket matrix coordinate real general\n3 3 5\n1 1 1\n1 2 2\n2 1 2\n2 2 4\n3 3 1\n' >"$scratch/mtx"
    for options in "$file --duplicates mean" "$scratch/ratings --names yes" "$scratch/mtx --header yes" "$scratch/mtx --names no" \
        "$scratch/mtx --decimal comma" "--load $scratch/model --top 1 --format table" "--load $scratch/model --top 1 --header no" \
        "--load $scratch/model --predict $scratch/pairs --duplicates last" "--load $scratch/model --top 1 --decimal comma" \
        "$file --load $scratch/model --top 1" "$file --depth 1 --method flow" "$file --depth 1 --method posterior"; do
        refuses "$build/complete" $options </dev/null || { echo "'$options'" >&2; return 1; }
    done
}
check "refuses options that would be ignored" no_use
places() { # each result a place of its own, known before the work
    small_table
    mkdir -p "$scratch/folder" "$scratch/kept.names"
    printf 'kept' >"$scratch/kept"
    for options in "$file --out $scratch/folder" "$file --save $scratch/folder" "$file --save $scratch/kept" "$file --save $file" \
        "$file --save $scratch/q --out $scratch/q" "$file --save $scratch/q --out $scratch/q.names" \
        "--load $scratch/model --top 1 --out $scratch/model" "--load $scratch/model --top 1 --out $scratch/model.names"; do
        refuses "$build/complete" $options && ! grep -q rows "$scratch/e" || { echo "'$options'" >&2; return 1; }
    done
    [ "$(cat "$scratch/kept")" = kept ] && [ ! -e "$scratch/q" ]
}
check "knows the places of results before the work" places
ends_of_lines() { # as the file has them
    complete "$scratch/ratings" --save "$scratch/m" >"$scratch/o" && printf 'u1,i1\r\nu2,i2' >"$scratch/few" &&
        complete --load "$scratch/m" --predict "$scratch/few" >"$scratch/o" && [ "$(tr -cd '\r' <"$scratch/o" | wc -c)" -eq 2 ] &&
        printf 'u1,i1\ru2,i2' >"$scratch/few" && complete --load "$scratch/m" --predict "$scratch/few" >"$scratch/o" &&
        [ "$(tr -cd '\r' <"$scratch/o" | wc -c)" -eq 2 ] && [ "$(tr -cd '\n' <"$scratch/o" | wc -c)" -eq 0 ] &&
        printf 'u1;i1\nu2;i2\n' >"$scratch/few" && complete --load "$scratch/m" --predict "$scratch/few" --decimal comma >"$scratch/o" &&
        grep -q ';[0-9-]*,[0-9]*;' "$scratch/o"
}
check "ends lines as PAIRS does, and writes the comma that is asked for" ends_of_lines
awkward_names() { # names that a separator would grow together with come back
    awk 'BEGIN { for (i = 0; i < 12; i++) for (j = 0; j < 8; j++) if ((i + j) % 3) print "\"r" i ":\"::\":c" j "\"::" i + j }' >"$scratch/colons"
    complete "$scratch/colons" --save "$scratch/m" --top 1 --out "$scratch/o" && sed 1d "$scratch/o" >"$scratch/few" &&
        complete --load "$scratch/m" --predict "$scratch/few" >"$scratch/o2" && ! grep -q unknown "$scratch/e"
}
check "quotes names that end in a part of the separator" awkward_names
damaged_model() {
    complete "$scratch/ratings" --save "$scratch/m" >"$scratch/o" && printf x | dd of="$scratch/m" bs=1 seek=5000 conv=notrunc 2>"$scratch/dd" &&
        refuses "$build/complete" --load "$scratch/m" --top 1 && ! grep -q 'another model' "$scratch/e" &&
        complete "$scratch/ratings" --save "$scratch/m" >"$scratch/o" && echo more >>"$scratch/m.names" &&
        refuses "$build/complete" --load "$scratch/m" --top 1 && grep -q damaged "$scratch/e"
}
check "says that a damaged model is damaged" damaged_model
plotted() { complete "$scratch/ratings" --plot "$scratch/it's.svg" && grep -q '<svg' "$scratch/it's.svg"; }
if command -v gnuplot >/dev/null; then check "draws the errors" plotted; fi

# ---- Bytes changed at random ----

changed() {
    n=0; for bytes in 'user,item,rating\na,x,1\n"a, ""b",y,2.5\nb,x,3\n# c\n' '1::10::1::99\n1::11::2::99\n2::10::3::98\n' \
        '\357\273\277n;a;b\r\nx;1,5;2,25\r\ny;;4,125\r\n"z";3,5;\r\n' ',0,1,2\n0,5.0,,3.5\n1,4.0,4.0,\n2,,1.0,1.0\n' 'a b c\nr1 5 3 NA\nr2 4 NA 2\n' \
        '%%%%MatrixMarket matrix coordinate real symmetric\n%% c\n3 3 3\n1 1 2\n2 1 3\n3 1 4\n'; do
        n=$((n + 1)); printf "$bytes" >"$scratch/seed$n"
    done
    ASAN_OPTIONS=detect_leaks=0 "$build/mutations" 200 "$scratch"/seed*
}
check "files with bytes changed at random are read or refused" changed

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
