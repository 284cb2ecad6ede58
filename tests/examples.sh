#!/bin/sh
# The programs as a user meets them: help, refusals, the same lines whatever the number of workers, in parts
# and after interruptions.
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
    small "$scratch/one.csv" --threads 1 && small "$scratch/a.csv" --threads 4 --shard 1/2 &&
        small "$scratch/b.csv" --threads 4 --shard 2/2 && [ -s "$scratch/b.csv" ] &&
        cat "$scratch/a.csv" "$scratch/b.csv" | cmp - "$scratch/one.csv"
}

accurate() { "$build/quickstart" | awk '{ exit !($NF < 1e-3) }'; }
helps() { "$build/fig3" --help | grep -q -- '--ml100k'; }
columns() { head -n 1 "$scratch/one.csv" | grep -qx 'panel,depth,method,step,quantity,index,value'; }
clean_csv() { ! grep -qiE 'nan|inf' "$scratch/one.csv" && [ "$(awk -F, 'NF != 7' "$scratch/one.csv" | wc -l)" -eq 0 ]; }

# ---- Small runs ----

small_run() { # small_run program header options...: the header, whole lines, the same ones whatever the workers
    program=$1 header=$2
    shift 2
    csv=$scratch/$program.csv
    "$build/$program" --threads 1 "$@" >"$csv" && "$build/$program" --threads 4 "$@" | cmp - "$csv" &&
        [ "$(head -n 1 "$csv")" = "$header" ] && [ "$(wc -l <"$csv")" -gt 10 ] && ! grep -qiE 'nan|inf' "$csv"
}

small_excess() { # the diagonal flow ends within 1e-3 of the minimum, and within 1 per cent of the prediction
    awk -F, '$4 == "1e-06" && $3 == "unit" && $5 == "gap" { gap[$2] = $6 }
        $4 == "1e-06" && $5 == "predicted_gap" { predicted[$2] = $6 }
        END { for (n in predicted) { q = gap[n] / predicted[n]; met += q > 0.99 && q < 1.01 && gap[n] < 1e-3 }
              exit !(met == 3) }' "$scratch/theorem2.csv"
}

lower_quasi_norms() {
    awk -F, '$5 == "schatten_ratio" && $6 < 1 { n++; bad += !($8 < 1) } $5 == "misfit" { bad += !($8 < 1e-10) }
        END { exit !(n == 240 && bad == 0) }' "$scratch/proposition1.csv"
}

formula_is_met() {
    awk -F, '$1 == "factors" { n++; bad += !($7 < 1e-8) } END { exit !(n > 99 && !bad) }' "$scratch/equation11.csv"
}

# The counter-example, Corollary 1, the loop, both sides of the crossing.
remarks_hold() {
    awk -F, '$1 == "conjecture" && $5 == "lower" { low += $6 > 2 - 1e-8; n++ }
        $2 == "limit" && $5 == "nuclear" { high = $6 > 2.5 - 1e-9 }
        $1 == "corollary" && $5 == "identity" { bad += $6 > 1e-12; n++ }
        $5 == "apart" && $2 ~ /orthogonal/ { bad += $6 > 1e-9; n++ }
        $1 == "loop" && $2 == "sector" { if ($5 == "work") work = $6; else { d = work - $6; bad += d * d > 1e-14; n++ } }
        $1 == "crossing" && $4 == 1e-5 { bad += $6 > ($5 == "jump" ? 1e-4 : 1e-9); n++ }
        END { exit !(n > 300 && low == 2 && high && !bad) }' "$scratch/remarks.csv"
}

# ---- Recovery: small runs ----

of_phase=size,rank,observed,depth,method,trial,reconstruction_error,train_loss,recovered,evaluations,end
of_depth=size,rank,observed,ratio,trial,inverse_depth,kind,true_effective_rank,effective_rank,stable_rank
of_depth=$of_depth,reconstruction_error,nuclear_norm,train_loss,evaluations,end,turns

# Factors of whole depth end where their product's own dynamics does.
coincide() {
    awk -F, '$7 == "product" { rank[$4, $6] = $9 }
        $7 == "factors" { d = $9 / rank[$4, $6] - 1; if (d * d > 4e-4) bad = 1; n++ } END { exit bad || n < 8 }' "$scratch/depth.csv"
}

deeper() { "$build/fig3" --depths 4 --steps 300 --points 3 --trials 2 --threads "$1" 2>/dev/null; }
another_depth() {
    deeper 1 >"$scratch/deeper.csv" && deeper 4 | cmp - "$scratch/deeper.csv" &&
        grep -q '^synthetic_2,4,flow,300,sigma,10,' "$scratch/deeper.csv" && ! grep -qiE 'nan|inf' "$scratch/deeper.csv"
}

sensing() {
    "$build/fig3" --task sensing --depths 1 --steps 10 --points 2 --out "$scratch/sensing.csv" &&
        [ "$(grep -c '^sensing,1,flow,' "$scratch/sensing.csv")" -eq 33 ] && ! grep -qiE 'nan|inf' "$scratch/sensing.csv"
}

rates_are_predicted() { # to a thousandth
    awk -F, 'NR > 1 && $10 * $10 < 1e-6 * $9 * $9 { n++ } END { exit n != 240 }' "$scratch/theorem3.csv"
}
# fig2 with the runs of fig1 writes what it writes alone; those of other matrices it refuses.
takes_runs() {
    "$build/fig1" --size 24 --trials 1 --counts 2 --out "$scratch/runs.csv" &&
        "$build/fig2" --size 24 --trials 1 --counts 2 >"$scratch/alone.csv" &&
        sed 's/^\([12],[34],.*,flow,\).*,[0-9]*,0$/\11,1,1,1,1,0/' "$scratch/runs.csv" >"$scratch/marked.csv" &&
        "$build/fig2" --size 24 --trials 1 --counts 2 --have "$scratch/runs.csv" | cmp - "$scratch/alone.csv" &&
        "$build/fig2" --size 24 --trials 1 --counts 2 --have "$scratch/marked.csv" | grep -q ',flow,1,1,1,1,1,0,0.0' &&
        ! "$build/fig2" --size 24 --trials 1 --counts 2 --seed 2 --have "$scratch/runs.csv" 2>"$scratch/said" >/dev/null &&
        grep -q 'other matrices' "$scratch/said"
}
recovery='rank,depth,observed,trial,method,reconstruction_error,effective_rank,nuclear_norm,train_loss,evaluations,seconds'

# ---- Plasticity: small runs ----

of_coupling=mask,start,depth,trial,step,time,loss,coupling,rounding,decoupled
of_rank1=source,depth,block,m,trial,alpha,sigma_1,sigma_2,ratio,stable_rank,loss
of_limit=size,true_rank,panel,method,depth,alpha,observed,trial,time,quantity,index,value
points_are_the_same() {
    "$build/limit" --panels tables --trials 1 --size 12 --rank 2 --evaluations 300 >"$scratch/tables.csv" &&
    awk -F, '$3 == "limits" && $10 == "loss" { run = $8 " " $11; if ($5 == 2) loss[run] = $12
            else { n++; bad += !($12 < 1e-9 || ($12 / loss[run] - 1) ^ 2 < 1e-12) } }
        END { exit !(n > 5 && bad == 0) }' "$scratch/tables.csv"
}

near_the_limit() { # the effective rank at depth 2 from 1e-100 is that of the limit, and from 1e-1 it is not
    awk -F, '$3 == "end" && $5 == 2 && $10 == "effective_rank" { rank[$4 == "flow" ? $6 : "limit"] = $12 }
        END { exit !(rank["limit"] > 0.9 && rank["1e-100"] / rank["limit"] < 1.05 && rank["0.1"] / rank["limit"] > 1.2) }' \
        "$scratch/limit.csv"
}
of_menon=kind,start,depth,alpha,m,trial,time,a,b,det,start_det,loss
of_connectivity=size,observed,rank,components,depth,trial,effective_rank,stable_rank,nuclear_norm,lower
of_connectivity=$of_connectivity,truth_effective_rank,truth_nuclear,reconstruction_error,train_loss,end

# Zero at depth 2 and from diagonal starts, at every point; above 1e-3 somewhere in every other run.
coupled_where_it_should() {
    awk -F, 'NR > 1 { if ($3 == 2 || $2 == "diagonal") bad += !($10 && $8 <= $9)
        else if ($8 > most[$1, $2, $3]) most[$1, $2, $3] = $8 }
        END { for (run in most) n += most[run] > 1e-3; exit !(n == 8 && !bad) }' "$scratch/coupling.csv"
}

# Singular values above rounding are the closed form's, of the diagonal and of blocks.
rank1_is_met() {
    awk -F, '$1 == "formula" { ratio[$2, $3, $4, $6] = $9 }
        $1 == "family" && $9 > 1e-13 { q = $9 / ratio[$2, $3, $4, $6] - 1; bad += q * q > 1e-4; n++; blocks += $3 == 2 }
        END { exit !(n > 99 && blocks > 20 && !bad) }' "$scratch/rank1.csv"
}

# Ends are the closed forms' and the product's own; from balanced starts det W keeps its sign. From alpha = 1e-4 they
# have rank 1 at depth 3 and 4, and at depth 2 if det W < 0; if it is positive they are where alpha -> 0 leads.
menon_is_met() {
    awk -F, '{ run = $2 "," $3 "," $4 "," $5 "," $6; det = $10 < 0 ? -$10 : $10 }
        $1 == "formula" { a[run] = $8; b[run] = $9 }
        $1 == "limit" { limit[run] = $8 }
        $1 == "end" && run in a { off = ($8 - a[run]) ^ 2 + ($9 - b[run]) ^ 2; bad += off > 1e-14; n++ }
        $1 == "end" { end_a[run] = $8; end_b[run] = $9 }
        $1 == "product" { off = ($8 - end_a[run]) ^ 2 + ($9 - end_b[run]) ^ 2; bad += off > 1e-13; n++ }
        $1 == "end" && $2 == "balanced" { bad += !($10 * $11 > 0); n++ }
        $1 == "end" && $2 != "family" && $4 == 0.0001 && ($3 > 2 || $11 < 0) { bad += det > 1e-6; rank1++ }
        $1 == "end" && $2 == "balanced" && $4 == 0.0001 && $3 == 2 { off = ($8 - limit[run]) ^ 2; bad += off > 1e-12; n++ }
        END { exit !(n > 220 && rank1 == 9 && !bad) }' "$scratch/menon.csv"
}

# The entries that are observed determine W*, 20 x 20 of rank 1: every start finds its effective rank, 1, from depth 3 on.
finds_the_rank() {
    awk -F, '$5 == "effective_rank" && $4 > 2 { n++; bad += !($7 < 1.1) } END { exit !(n == 12 && !bad) }' "$scratch/sy26.csv"
}

# Where ranks are plain those of A, B and [A; B^T] are equal; the last are the ranks of the truths, or of two components.
saddle_to_saddle() {
    awk -F, '$4 ~ /^rank_/ { rank[$4] = $6 }
        $4 == "resting" && $6 { n++; bad += rank["rank_a"] != rank["rank_b"] || rank["rank_b"] != rank["rank_both"]; last[$1, $2] = rank["rank_a"] }
        $4 == "nuclear" { nuclear = $6 } $4 == "least_nuclear" { if ($1 == "disconnected") bad += !(nuclear < 1.001 * $6) }
        END { exit !(n > 100 && !bad && last["connected_1", 0] == 1 && last["connected_2", 0] == 2 && last["connected_3", 0] == 3 &&
                     last["disconnected", 0] == 2) }' "$scratch/saddles.csv"
}

of_critical=trial,depth,extra,steps_before,error,stable_rank,effective_rank,loss,evaluations
of_remedies=case,trial,remedy,shrink,depth,error_before,error,stable_rank,effective_rank,loss,evaluations,end

# 2 x 2, all ones: depth 2 resumed stays at error 0.187 and stable rank 1.10, cold and deeper runs recover.
loses_plasticity() {
    awk -F, '$1 == "exact2" && $5 == 2 { end[$3, $4, $7] = $9 }
        function near(x, y) { return x > 0.98 * y && x < 1.02 * y }
        END { exit !(near(end[2, "warm", "error"], 0.187) && near(end[2, "warm", "stable_rank"], 1.1) &&
                     end[2, "cold", "error"] < 1e-4 && end[3, "warm", "error"] < 1e-6 && end[4, "warm", "error"] < 1e-6 &&
                     end[3, "warm", "error"] > 0 && end[4, "warm", "error"] > 0) }' "$scratch/plasticity.csv"
}

# The stable rank falls in the second phase, and not below what is derived for it; the bound of 2 x 2 is not far below.
bounds_hold() {
    awk -F, '$1 ~ /^decay/ { v[$1, $3, $7, $8] = $9; if ($7 == "rank_after") after[$1 SUBSEP $3 SUBSEP "rank_after" SUBSEP $8] = $8 }
        END { for (k in after) {
                  split(k, part, SUBSEP); run = part[1] SUBSEP part[2] SUBSEP
                  end = v[k]; bad += end > v[run "rank_before", part[4]] + 1e-6; n++
                  if (part[2] > 2) continue
                  bad += end < v[run "path_bound", part[4]] - 1e-8
                  if (part[1] == "decay2") { bound = v[run "monotone_bound", part[4]]; bad += end < bound - 1e-8 || end > bound + 0.02 }
              }
              exit !(n == 72 && !bad) }' "$scratch/plasticity.csv"
}

# ---- Pictures of the small runs, drawn without a word ----

drawn() {
    cp "$scratch/one.csv" "$scratch/fig3.csv"
    "$build/plasticity" --trials 1 --size 12 --rank 1 --first 30 --second 60 --steps 300 --points 3 >"$scratch/plasticity.csv"
    "$build/phase" --trials 1 --size 12 --ranks 1 --points 1 >"$scratch/phase.csv"
    for script in figures/*.gp; do
        name=$(basename "$script" .gp)
        [ -s "$scratch/$name.csv" ] || continue
        gnuplot -e "data='$scratch/$name.csv'; base='$scratch/$name'" "$script" >"$scratch/o" 2>&1 && [ ! -s "$scratch/o" ] &&
            [ -s "$scratch/$name.png" ] || { echo "$script" >&2; cat "$scratch/o" >&2; return 1; }
    done
}

# ---- The runner, with tests/tasks.c: 40 short tasks ----

records() { grep -ac '^task [0-9]' "$1.part"; }
undisturbed() { cmp "$1" "$scratch/whole.csv" && ! [ -e "$1.part" ] && ! [ -e "$1.new" ]; }

whole() { "$build/tasks" --threads 1 >"$scratch/whole.csv" && [ "$(wc -l <"$scratch/whole.csv")" -gt 200 ]; }
to_a_file() { "$build/tasks" --threads 7 --out "$scratch/file.csv" && undisturbed "$scratch/file.csv"; }

to_a_link() {
    link=$scratch/link.csv
    ln -s file.csv "$link" && "$build/tasks" --out "$link" && [ -L "$link" ] && undisturbed "$link"
}

parts() { # parts n
    for i in $(seq "$1"); do "$build/tasks" --shard "$i/$1" || return 1; done >"$scratch/parts.csv"
    cmp "$scratch/parts.csv" "$scratch/whole.csv"
}

even_parts() { # of 2000 tasks in four parts, none is more than 1.02 times another
    for i in 1 2 3 4; do "$build/tasks" --count 2000 --shard "$i/4" | wc -l; done |
        sort -n | awk 'NR == 1 { least = $1 } END { exit !(NR == 4 && least > 0 && $1 < 1.02 * least) }'
}

refuses_parts() {
    for part in 0/3 4/3 -1/3 2 1/ /3 a/b 1/2x '' ' 1/2' +1/2 '1/ 2' 0x1/2 1/1e1 1/2/3 1/99999999999999999999; do refuses "$build/tasks" --shard "$part" || return 1; done
}

# Kills the parent half-way. The workers hold the pipe open: its reader ends when they have.
killed() {
    file=$scratch/killed.csv
    mkfifo "$scratch/alive"
    timeout 5 cat "$scratch/alive" & reader=$!
    "$build/tasks" --pause 50 --threads 2 --out "$file" 3>"$scratch/alive" & pid=$!
    until [ -s "$file.part" ] && [ "$(records "$file")" -ge 5 ]; do kill -0 $pid || return 1; done
    refuses "$build/tasks" --pause 50 --out "$file" && grep -q 'another run' "$scratch/e"
    second=$?
    kill -9 $pid
    wait $reader && [ $second -eq 0 ] && ! [ -e "$file" ] && [ "$(records "$file")" -lt 40 ]
}

resumed() { # resumed file records options...: goes on from so many records, to the same lines
    file=$1 found="tasks: $2 of 40 tasks were already in '$1.part'"
    shift 2
    "$build/tasks" --out "$file" "$@" 2>"$scratch/e" && grep -qx "$found" "$scratch/e" && undisturbed "$file"
}

failing() { "$build/tasks" --threads 1 --needs "$scratch/needed" "$@"; }

# Leaves the journal of a failed run in kept, for the tests that follow.
failed_task() {
    file=$scratch/failed.csv
    ! failing --out "$file" 2>"$scratch/e" && grep -q 'task 20 needs' "$scratch/e" && ! [ -e "$file" ] &&
        kept=$(records "$file") && [ "$kept" -gt 10 ] && [ "$kept" -lt 40 ] && mv "$file.part" "$scratch/kept"
}

other_options() {
    file=$scratch/other.csv
    cp "$scratch/kept" "$file.part"
    for other in '--seed 2' '--count 41' '--shard 1/2' '--pause 1' ''; do
        refuses "$build/tasks" --needs "$scratch/need${other:+ed}" --out "$file" $other && grep -q "$file.part" "$scratch/e" &&
            cmp "$scratch/kept" "$file.part" || return 1
    done
}

torn() { # torn bytes: without the last ones, the last record does not count
    cp "$scratch/kept" "$scratch/torn.csv.part"
    truncate -s "-$1" "$scratch/torn.csv.part"
    resumed "$scratch/torn.csv" $((kept - 1)) --needs "$scratch/needed"
}

nonsense() { # nonsense text: after the records it does not count
    { cat "$scratch/kept"; printf "$1"; } >"$scratch/nonsense.csv.part"
    resumed "$scratch/nonsense.csv" "$kept" --needs "$scratch/needed"
}

# Two records that have exchanged their numbers do not count.
exchanged() {
    file=$scratch/exchanged.csv
    set -- $(grep -a '^task [0-9]' "$scratch/kept" | awk '{ print $2 }')
    sed "s/^task $1 /task x /; s/^task $2 /task $1 /; s/^task x /task $2 /" "$scratch/kept" >"$file.part"
    ! cmp -s "$scratch/kept" "$file.part" && "$build/tasks" --out "$file" --needs "$scratch/needed" 2>"$scratch/e" &&
        undisturbed "$file"
}

# ---- Standard descriptors that are closed, or full ----

without_stderr() { # a resumed run has something to say
    file=$scratch/silent.csv
    cp "$scratch/kept" "$file.part"
    "$build/tasks" --out "$file" --needs "$scratch/needed" 2>&- && undisturbed "$file"
}

without_any() {
    file=$scratch/mute.csv
    cp "$scratch/kept" "$file.part"
    "$build/tasks" --out "$file" --needs "$scratch/needed" <&- >&- 2>&- && undisturbed "$file"
}

without_stdout() { # has nowhere to write to
    ! "$build/tasks" 2>"$scratch/e" >&- && [ "$(wc -l <"$scratch/e")" -eq 1 ] && ! "$build/tasks" >&- 2>&- &&
        ! "$build/tasks" --help 2>"$scratch/e" >&- && [ "$(wc -l <"$scratch/e")" -eq 1 ]
}

full() {
    [ ! -e /dev/full ] || { ! "$build/tasks" >/dev/full 2>&1 && ! "$build/tasks" --help >/dev/full 2>&1 &&
        ! "$build/book" >/dev/full 2>&1; }
}

# ---- What is no number ----

refuses_whole() {
    for text in 0x10 ' 5' '5 ' +5 5x 1e2 5.0 '' - -1 99999999999999999999 nan inf; do
        refuses "$build/tasks" --count "$text" && refuses "$build/tasks" "--count=$text" || return 1
    done
}

refuses_real() {
    for text in 0x1p-10 ' 1e-4' '1e-4 ' 1e-4x 1,5 '' . e 1e-400 1e400 nan inf infinity 1e 1-4; do
        refuses "$build/fig3" --rtol "$text" || return 1
    done
}

refuses_depths() {
    for text in '' , 1, ,1 1,,3 '1, 2' +1 0x2 1.5 1e1 0 101 99999999999999999999; do
        refuses "$build/fig3" --depths "$text" || return 1
    done
}

refuses_twice() {
    refuses "$build/tasks" --count 3 --count 4 && refuses "$build/tasks" --count 3 --count=3 &&
        refuses "$build/tasks" --out "$scratch/1" --out "$scratch/2" && ! [ -e "$scratch/1" ] && ! [ -e "$scratch/2" ]
}

refuses_names() {
    for name in - -- --= --=3 --coun --countt --count-3 -count count ''; do refuses "$build/tasks" "$name" 3 || return 1; done
}

# ---- MovieLens 100K, or what claims to be ----

ratings() {
    awk 'BEGIN { OFS = "\t"; for (i = 0; i < 100000; i++) print i % 943 + 1, int(i / 943) + 1, i % 5 + 1, 881250949 + i }'
}

refuses_ratings() { # line 1000 as given, and named as such
    sed "1000s/.*/$1/" "$scratch/u.data" >"$scratch/bad.data"
    refuses "$build/fig3" --ml100k "$scratch/bad.data" --out "$scratch/bad.csv" && grep -q 'line 1000:' "$scratch/e" &&
        ! [ -e "$scratch/bad.csv" ]
}

other_ratings() {
    ratings >"$scratch/u.data"
    for line in '1\t1000\t99\t5' '1\t1000\t0\t5' '1\t1000\t0x3\t5' '1\t1000\t3.5\t5' '1\t1000\tnan\t5' '1\t1000\t3' \
        '1\t1000\t3\t5\t6' '1\t1000\t3\t' '4294967297\t1000\t3\t5' '944\t1000\t3\t5' '0\t1000\t3\t5' ' 1\t1000\t3\t5' \
        '+1\t1000\t3\t5' '1\t1683\t3\t5' '1\t18446744073709551617\t3\t5' '1 1000 3 5' '' '1\t1\t3\t5'; do
        refuses_ratings "$line" || { echo "'$line'"; cat "$scratch/e"; return 1; } >&2
    done
}

number_of_ratings() {
    { cat "$scratch/u.data"; printf '1\t1000\t3\t5\n'; } >"$scratch/bad.data"
    refuses "$build/fig3" --ml100k "$scratch/bad.data" && grep -q 'line 100001:' "$scratch/e" || return 1
    head -n 99999 "$scratch/u.data" >"$scratch/bad.data"
    refuses "$build/fig3" --ml100k "$scratch/bad.data" && grep -q 'line 100000:' "$scratch/e"
}

knows_ratings() { # and gets as far as the output
    refuses "$build/fig3" --ml100k "$scratch/u.data" --out "$scratch/no/where" && grep -q "no/where" "$scratch/e"
}

all_nonsense() {
    for text in 'x' '\n\n' 'task 20 3 00000000\nabc' 'task 20 1000000 00000000\nabc' 'task 40 0 811c9dc5\n' \
        'task -1 0 811c9dc5\n' 'task 20 -1 811c9dc5\n' 'task 20 0 811c9dc5' 'task 20 0 811c9dc5\n'; do nonsense "$text" || return 1; done
}

# ---- The book ----

# Every element is closed in order, every id stands once, and every link leads to one.
well_formed() {
    awk '{ line = $0
        while (match(line, /<[^>]*>/)) {
            tag = substr(line, RSTART + 1, RLENGTH - 2); line = substr(line, RSTART + RLENGTH)
            element = tag; sub(/[ \/].*/, "", element)
            if (tag ~ /^\//) { if (open[depth--] != substr(tag, 2)) { print NR ": " tag; exit bad = 1 } }
            else if (element !~ /^(!DOCTYPE|meta|br|img)$/) open[++depth] = element
            if (match(tag, /id="[^"]*"/)) twice += ids[substr(tag, RSTART + 4, RLENGTH - 5)]++
            if (match(tag, / id=[a-z]+/)) ids[substr(tag, RSTART + 4, RLENGTH - 4)]++
            if (match(tag, /href="#[^"]*"/)) links[substr(tag, RSTART + 7, RLENGTH - 8)] = NR
        } }
        END { for (to in links) if (!(to in ids)) { print links[to] ": " to; bad = 1 }
            exit bad || depth || twice || length(links) < 300 }' "$scratch/book.html" >&2
}

prints_the_header() {
    "$build/book" >"$scratch/book.html" && well_formed && ! grep -qE '<script|<link|https?:' "$scratch/book.html"
}

# A small header with a formula, the code that computes it, a key, a figure and a name; and the same after a change.
small_header() {
    cat <<'end'
/*
small.h - a small header
*/
/* ==== PART I: THE INTERFACE ==== */

/* ---- 1. Sums ---- */

/* x + y */
double dmf_sum(double x, double y);

/* ==== PART II: THE IMPLEMENTATION ==== */

/* ---- 1. Sums ----

   As in [DV92], dmf_sum computes

       s = x + y.                (1.1)

   Figure: fig3: sums */

double dmf_sum(double x, double y) { return x + y; } /* (1.1) */

/* ---- References ----

   [DV92]  A source, 1992 */
end
}
prints_a_small_header() {
    small_header >"$scratch/small.h" && "$build/book" "$scratch/small.h" >"$scratch/book.html" &&
        for part in '<a id="eq1.1" href="#at1.1-1">(1.1)</a>' '<a id="at1.1-1" href="#eq1.1">(1.1)</a>' \
            '<a href="#DV92">\[DV92\]</a>' '<a id="DV92">' 'src="data:image/png;base64,iVBOR' \
            '<i>s</i> = <i>x</i> + <i>y</i>' 'id="code-dmf_sum" href="#dmf_sum"' '<a href="#dmf_sum">dmf_sum</a>'; do
            grep -q "$part" "$scratch/book.html" || { echo "no $part" >&2; return 1; }
        done
}
stops() { # stops change line sentence
    small_header | sed "$1" >"$scratch/changed.h"
    refuses "$build/book" "$scratch/changed.h" && grep -qx ".*changed.h:$2: $3" "$scratch/e"
}

check "quickstart completes its matrix" accurate
check "fig3 --help" helps
check "fig3 refuses an unknown option" refuses "$build/fig3" --nonsense 1
check "fig3 refuses a bad number" refuses "$build/fig3" --points three
check "fig3 refuses a number out of range" refuses "$build/fig3" --rtol=7
check "fig3 refuses a part of a row that is not there" refuses "$build/fig3" --short 0.5
check "fig3 refuses a tolerance for what is no flow" refuses "$build/fig3" --method gd --rtol 1e-3
check "fig3 refuses ratings for sensing" refuses "$build/fig3" --task sensing --ml100k "$build/fig3"
check "fig1 refuses numbers of entries beside one" refuses "$build/fig1" --observed 60 --counts 3
check "fig2 refuses a deviation for identities" refuses "$build/fig2" --start identity --deep 0.01
check "fig3 refuses an unknown method" refuses "$build/fig3" --method magic
check "fig3 refuses depths that are none" refuses "$build/fig3" --depths 1,,3
check "fig3 refuses a missing value" refuses "$build/fig3" --seed
check "fig3 refuses a file that is not there" refuses "$build/fig3" --ml100k "$scratch/none"
check "fig3 refuses a file that is something else" refuses "$build/fig3" --ml100k Makefile
check "fig3 refuses a place it cannot write" refuses "$build/fig3" --ml100k '' --out "$scratch/no/where"
check "the CSV does not depend on the number of workers, nor on parts" same_lines
check "the CSV has the columns promised" columns
check "the CSV is tidy" clean_csv

check "theorem2 writes clean lines" small_run theorem2 trial,factors,basis,alpha,quantity,value --trials 1
check "theorem2 ends where the potential is least" small_excess
check "theorem2 refuses an unknown method" refuses "$build/theorem2" --method magic
check "proposition1 writes clean lines" small_run proposition1 trial,d,depth,alpha,quantity,p,eps,value --trials 1
check "proposition1 finds lower quasi-norms" lower_quasi_norms
check "proposition1 refuses a tolerance out of range" refuses "$build/proposition1" --rtol 1
check "equation11 writes clean lines" small_run equation11 source,trial,depth,ratio,sigma_2,sigma_1,difference --trials 1
check "equation11 meets the formula" formula_is_met
check "equation11 refuses an unknown option" refuses "$build/equation11" --depth 3
check "remarks writes clean lines" small_run remarks panel,curve,trial,x,quantity,value --trials 1
check "remarks hold" remarks_hold
check "remarks refuses an unknown method" refuses "$build/remarks" --method gd
check "fig3 at another depth, and another draw" another_depth
check "fig3 --task sensing" sensing
check "theorem3 writes clean lines" small_run theorem3 \
    trial,depth,step,interval,quantity,index,sigma,measured,predicted,difference --points 1
check "theorem3: rates are what the theorems predict" rates_are_predicted
check "theorem3 refuses an unknown method" refuses "$build/theorem3" --method adam

check "phase writes clean lines" small_run phase $of_phase --size 12 --ranks 2 --points 4 --trials 2
check "phase refuses ranks beyond the size" refuses "$build/phase" --size 10 --ranks 11
check "depth writes clean lines" small_run depth $of_depth --size 12 --rank 1 --trials 1
check "depth: factors and product coincide" coincide
check "depth refuses a rank beyond the size" refuses "$build/depth" --size 10 --rank 11

check "fig1 writes clean lines" small_run fig1 "$recovery" --size 12 --trials 2 --counts 2
check "fig1 knows sensing" small_run fig1 "$recovery" --size 12 --trials 2 --counts 2 --task sensing
check "fig2 takes the runs that fig1 has made" takes_runs
check "fig1 refuses more entries than there are" refuses "$build/fig1" --size 12 --observed 145
check "fig2 writes clean lines" small_run fig2 "$recovery,deviation" --size 12 --trials 2 --counts 2
check "fig2 refuses an unknown task" refuses "$build/fig2" --task guessing

check "coupling writes clean lines" small_run coupling $of_coupling --size 5 --trials 1
check "coupling is there from depth 3 on, and only there" coupled_where_it_should
check "coupling refuses an m below 1" refuses "$build/coupling" --m 0.5
check "rank1 writes clean lines" small_run rank1 $of_rank1 --size 4 --trials 1
check "rank1 meets the closed form" rank1_is_met
check "rank1 refuses a single row" refuses "$build/rank1" --size 1
check "rank1 refuses a part of a block" refuses "$build/rank1" --size 10 --block 3
check "menon writes clean lines" small_run menon $of_menon --trials 2
check "menon meets the closed forms" menon_is_met
check "menon refuses a number of paths below zero" refuses "$build/menon" --paths -1
check "connectivity writes clean lines" small_run connectivity $of_connectivity --trials 1
check "connectivity refuses blocks of unequal size" refuses "$build/connectivity" --size 25

check "plasticity writes clean lines" small_run plasticity case,trial,depth,run,phase,step,quantity,index,value \
    --trials 1 --size 12 --rank 1 --first 30 --second 60 --steps 3000 --points 6
check "plasticity: depth 2 loses it, deeper runs do not" loses_plasticity
check "plasticity: bounds of the stable rank hold" bounds_hold
check "plasticity refuses a first phase beyond the second" refuses "$build/plasticity" --first 30 --second 20
check "sy26 writes clean lines" small_run sy26 draw,start,alpha,depth,quantity,index,value \
    --trials 1 --size 20 --rank 1 --share 0.5
check "sy26: depth 3 and 4 find the rank" finds_the_rank
check "sy26 refuses a rank above the size" refuses "$build/sy26" --size 4
check "saddles writes clean lines" small_run saddles case,trial,time,quantity,index,value --trials 2
check "saddles: both factors have the same rank at every one" saddle_to_saddle
check "saddles refuses a negative distance" refuses "$build/saddles" --spacing -1
check "critical writes clean lines" small_run critical $of_critical --trials 1 --size 12 --rank 1 --first 30 \
    --extra 40 --steps 2000 --shorten 0.01
check "critical refuses more entries than there are" refuses "$build/critical" --size 10
check "robust writes clean lines" small_run robust panel,value,trial,depth,run,error,stable_rank,loss,steps \
    --trials 1 --steps 500
check "robust refuses an unknown method" refuses "$build/robust" --method magic
check "remedies writes clean lines" small_run remedies $of_remedies --trials 1 --evaluations 100
check "remedies refuses a number out of range" refuses "$build/remedies" --evaluations 0
check "noise writes clean lines" small_run noise noise,observed,trial,method,depth,error,evaluations \
    --trials 1 --size 14 --rank 1 --evaluations 60
check "noise refuses another method" refuses "$build/noise" --method gd
check "ratings asks for the file" refuses "$build/ratings"
check "splits asks for the file" refuses "$build/splits"
check "limit writes clean lines" small_run limit $of_limit --trials 1 --size 12 --rank 1 --evaluations 300
check "limit: depth 2 comes near it from a very small start" near_the_limit
check "limit: its points are the same at every depth" points_are_the_same
check "limit refuses other panels" refuses "$build/limit" --panels path
check "limit refuses a rank above the size" refuses "$build/limit" --size 4 --rank 5

check "the book is a whole page" prints_the_header
check "the book has its links, formulas and figures" prints_a_small_header
check "the book refuses a number without formula" stops 's/} \/\* (1.1)/} \/* (1.2)/' 21 \
    'no formula has the number (1.2)'
check "the book refuses a number that stands twice" stops 's/^       s = x.*/&\n       t = 2.   (1.1)/' 18 \
    'the number (1.1) is given twice'
check "the book refuses a key that is not listed" stops 's/As in .DV92/As in [DV93/' 15 \
    '.DV93. is not among the references'
check "the book refuses a name that is not defined" stops 's/, dmf_sum comp/, dmf_sun comp/' 15 \
    'dmf_sun is defined nowhere'
check "the book refuses a figure that is not there" stops 's/fig3/fig4/' 19 'there is no figures\/fig4.png'

if command -v gnuplot >/dev/null; then check "small runs are drawn without a warning" drawn; fi

check "tasks run" whole
check "tasks write the same lines to a file" to_a_file
check "tasks write through a link" to_a_link
check "tasks refuse a place they cannot write" refuses "$build/tasks" --out "$scratch/no/where"
check "tasks refuse a directory" refuses "$build/tasks" --out "$scratch"
check "three parts make the whole" parts 3
check "more parts than tasks make the whole" parts 50
check "parts weigh about the same" even_parts
check "parts that do not exist are refused" refuses_parts
check "a killed run leaves its records, and no workers" killed
check "a killed run is taken up" resumed "$scratch/killed.csv" "$(records "$scratch/killed.csv")" --pause 50
check "a failed task leaves the records of the others" failed_task
check "a journal of other options is refused" other_options
touch "$scratch/needed"
check "a record without its last bytes does not count" torn 3
check "nor does nonsense" all_nonsense
check "nor do records that have exchanged their numbers" exchanged
check "without stderr a run is taken up as with it" without_stderr
check "and without any standard descriptor" without_any
check "without stdout the output has nowhere to go" without_stdout
check "nor has it where there is no room" full
check "what is no whole number is refused" refuses_whole
check "what is no number is refused" refuses_real
check "an option given twice is refused" refuses_twice
check "names that are no option's are refused" refuses_names
check "an output without a name is refused" refuses "$build/tasks" --out ''
check "depths that are none are refused" refuses_depths
check "lines that are no ratings of MovieLens 100K are refused" other_ratings
check "and so is another number of them" number_of_ratings
check "and lines to test on that the file has not" refuses "$build/splits" --ml100k "$scratch/u.data" --lines "$scratch/u.data"
check "ratings that could be those are read" knows_ratings

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
