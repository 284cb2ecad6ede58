# Coupling between blocks of observations, from the CSV of examples/coupling.c.
#   gnuplot -e "data='figures/data/coupling.csv'; base='figures/coupling'" figures/coupling.gp
# writes base.png and base.svg: a row for each mask, a column for each start, a thin line for each trial.

if (!exists("data")) data = "figures/data/coupling.csv"
if (!exists("base")) base = "figures/coupling"
if (!exists("forms")) forms = "png svg"

# Time over that of half the loss at the start, and coupling; what is zero to rounding lies in a strip at the bottom, at
# a height of its own for each depth. A blank line between trials.
top = 3e-4
bottom = 1e-5
height(depth) = bottom * (top / bottom)**((4.7 - depth) / 3.4)
path(mask, start, depth) = sprintf("< awk -F, -v zero=%g '$1==\"%s\" && $2==\"%s\" && $3==%d { \
        trial = $4; if (!(trial in n)) {first[trial] = $7; order[k++] = trial} \
        n[trial]++; t[trial, n[trial]] = $6; c[trial, n[trial]] = $10 ? zero : $8; \
        if (!(trial in half) && $7 < first[trial] / 2) half[trial] = $6} \
    END {for (i = 0; i < k; i++) {r = order[i]; for (j = 1; j <= n[r]; j++) print t[r, j] / half[r], c[r, j]; print \"\"}}' %s", \
    height(depth), mask, start, depth, data)

array mask[2] = ["diagonal", "blocks"]
array observed[2] = ["diagonal observed", "three blocks observed"]
array start[3] = ["diagonal", "family", "gaussian"]
array name[3] = ["diagonal start", "start in the family", "Gaussian start"]
array colour[4] = ["", "#440154", "#21918c", "#e69f00"]
grey = "#444444"

set tics out nomirror scale 0.6 font ",12"
set border 3 lw 1.2 lc rgb grey
set grid x lc rgb "#dddddd" lt 1 lw 0.7
set logscale xy
set xrange [0.1:10]
set yrange [bottom:1]
set xtics (0.1, 0.2, 0.5, 1, 2, 5, 10)
set ytics ("1" 1, "10^{–1}" 0.1, "10^{–2}" 0.01, "10^{–3}" 0.001, "0" sqrt(top * bottom))
set object 1 rectangle from graph 0, first bottom to graph 1, first top fillcolor rgb "#eeeeee" fillstyle solid noborder behind

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1500, 820 font "DejaVu Sans,13" background rgb "white" }
    else { set terminal svg size 1500, 820 font "DejaVu Sans,13" background rgb "white" }
    set output base.".".form
    set multiplot layout 2, 3 margins 0.075, 0.99, 0.085, 0.955 spacing 0.03, 0.075
    do for [r = 1:2] {
        do for [s = 1:3] {
            set title (r == 1 ? name[s] : "") font ",15" offset 0, -0.5
            set xlabel (r == 2 ? "time / time of half the loss" : "") offset 0, 0.3
            set ylabel (s == 1 ? observed[r].": coupling" : "") offset 0.5, 0
            unset label
            if (r == 1 && s == 1) {
                set label 1 "share of the tangent kernel\nthat lies between different blocks" at graph 0.05, 0.9 tc rgb grey font ",12"
                set label 2 "zero to rounding, moved apart" at graph 0.05, graph 0.325 tc rgb grey font ",12"
            }
            unset key
            if (r == 1 && s == 2) { set key at graph 0.98, 0.62 Left reverse font ",13" samplen 3 spacing 1.2 }
            plot path(mask[r], start[s], 2) using 1:2 with lines lw 2.2 dt 1 lc rgb colour[2] title "depth 2", \
                 path(mask[r], start[s], 3) using 1:2 with lines lw 2.2 dt (9,3) lc rgb colour[3] title "depth 3", \
                 path(mask[r], start[s], 4) using 1:2 with lines lw 2.4 dt (2,2) lc rgb colour[4] title "depth 4"
        }
    }
    unset multiplot
    unset output
}
