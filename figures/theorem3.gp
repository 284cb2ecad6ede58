# Theorem 3 and Lemma 2 of A19 measured, from the CSV of examples/theorem3.c (its first trial).
#   gnuplot -e "data='figures/data/theorem3.csv'; base='figures/theorem3'" figures/theorem3.gp
# writes base.png and base.svg: rates of singular values, speeds of singular vectors, relative differences.

if (!exists("data")) data = "figures/data/theorem3.csv"
if (!exists("base")) base = "figures/theorem3"
if (!exists("forms")) forms = "png svg"
set datafile separator ","

# The lines of one branch: step (3), sigma (7), measured (8), predicted (9).
branch(depth, quantity, index) = sprintf("< awk -F, '$1==1 && $2==%d && $4==\"full\" && $5==\"%s\" && $6==%d' %s", \
    depth, quantity, index, data)

# Step and relative difference of every branch; and of the median branch at each step (sorted by insertion).
differences(depth, interval, quantity) = sprintf("< awk -F, '$1==1 && $2==%d && $4==\"%s\" && $5~/%s/ && $10>0 && $9!=0 " . \
    "{print $3 \",\" $10/($9<0 ? -$9 : $9)}' %s", depth, interval, quantity, data)
median(depth, interval, quantity) = differences(depth, interval, quantity) . " | awk -F, 'function flush() " . \
    "{if (n) print step \",\" (x[int((n+1)/2)] + x[int(n/2)+1]) / 2; n = 0} $1!=step {flush()} " . \
    "{step = $1; for (i = n++; i > 0 && x[i] > $2; i--) x[i+1] = x[i]; x[i+1] = $2} END {flush()}'"

# Ten colours in order of lightness (viridis).
array colour[10] = ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#a0c83c", "#d4c02a", "#e8b41c"]
shade(r) = depth == 1 ? colour[11 - r] : colour[r] # the smallest are the ones to see at depth 1
array depths[3] = [2, 3, 1]
array last[3] = [15000, 20000, 25]

set tics out nomirror scale 0.6 font ",10"
set border 3 lw 1.2 lc rgb "#444444"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set key font ",10" samplen 1.6 spacing 1.05
signed = '("-1" -1, "-10^{-2}" -1e-2, "-10^{-4}" -1e-4, "0" 0, "10^{-4}" 1e-4, "10^{-2}" 1e-2, "1" 1)'
signed_small = '("-10^{-3}" -1e-3, "-10^{-4}" -1e-4, "-10^{-5}" -1e-5, "0" 0, "10^{-5}" 1e-5, "10^{-4}" 1e-4, "10^{-3}" 1e-3)'

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1320, 1080 font "DejaVu Sans,11" background rgb "white" }
    else { set terminal svg size 1320, 1080 font "DejaVu Sans,11" background rgb "white" }
    set output base.".".form
    set multiplot layout 3, 3 margins 0.07, 0.985, 0.055, 0.945 spacing 0.075, 0.085
    do for [row = 1:3] {
        do for [c = 1:3] {
            depth = depths[c]
            first = depth == 1 ? 90 : 0
            stride = depth == 1 ? 4 : 2
            unset title; unset key; unset logscale y; unset nonlinear y
            set format y "%g"; set ytics autofreq; set yrange [*:*]
            set xrange [0:last[c]]
            set xtics format (depth == 1 ? "%g" : "%.0s%c")
            set xlabel "step (flow time / 0.1)" offset 0, 0.4
            if (row == 1) { # an axis that is logarithmic but for the neighbourhood of zero
                set title (depth == 1 ? "depth 1: smallest branches, signed" : sprintf("depth %d: ten leading triples", depth)) font ",13"
                bend = depth == 1 ? 3e-6 : depth == 2 ? 1e-5 : 1e-6
                set nonlinear y via asinh(y / bend) inverse bend * sinh(y)
            }
            if (row == 1 && depth > 1) {
                set ylabel "dσ_r/dt" offset 1, 0
                set ytics @signed
                set yrange [-1:3]
                if (c == 1) { set key bottom right Left reverse }
                plot for [r = 10:1:-1] branch(depth, "sigma", r) using 3:9 with lines lw 1.8 lc rgb colour[r] \
                         title (r == 1 ? "equation (7), σ₁" : r == 10 ? "equation (7), σ₁₀" : ""), \
                     for [r = 10:1:-1] branch(depth, "sigma", r) using 3:8 every stride with points pt 6 ps 0.7 lw 1.2 lc rgb colour[r] \
                         title (r == 1 ? "measured" : "")
            }
            if (row == 1 && depth == 1) {
                set ylabel "σ_r" offset 1, 0
                set ytics @signed_small
                set yrange [-1e-4:1.5e-3]
                set key bottom right Left reverse
                plot 0 with lines lw 1 lc rgb "#444444" notitle, \
                     for [r = 1:10] branch(1, "sigma", 90 + r) using 3:7 with lines lw 1.8 lc rgb colour[11 - r] \
                         title (r == 1 ? "σ₉₁" : r == 10 ? "σ₁₀₀" : "")
            }
            if (row == 2) {
                set ylabel "|du_r/dt|" offset 1, 0
                set logscale y; set format y "10^{%L}"
                if (c == 1) { set key top right Left reverse }
                plot for [r = 10:1:-1] branch(depth, "u", first + r) using 3:9 with lines lw 1.4 \
                         lc rgb shade(r) title (r == 1 ? "equation (8), u₁" : r == 10 ? "equation (8), u₁₀" : ""), \
                     for [r = 10:1:-1] branch(depth, "u", first + r) using 3:8 every stride with points pt 6 ps 0.6 \
                         lw 1.1 lc rgb shade(r) title (r == 1 ? "measured" : "")
            }
            if (row == 3) {
                set ylabel "relative difference" offset 1, 0
                set logscale y; set format y "10^{%L}"
                set yrange [1e-10:1e-1]
                set key top right maxrows 2 Left reverse
                plot differences(depth, "full", "u|v") using 1:2 every stride with points pt 8 ps 0.35 lc rgb "#f0c878" notitle, \
                     differences(depth, "full", "sigma") using 1:2 every stride with points pt 6 ps 0.35 lc rgb "#9fc8e0" notitle, \
                     median(depth, "full", "u|v") using 1:2 with lines lw 2.2 lc rgb "#c77c00" title "u_r, v_r: median", \
                     median(depth, "half", "u|v") using 1:2 with lines lw 1.5 dt (6,4) lc rgb "#c77c00" title "with δ/2", \
                     median(depth, "full", "sigma") using 1:2 with lines lw 2.2 lc rgb "#0072b2" title "σ_r: median", \
                     median(depth, "half", "sigma") using 1:2 with lines lw 1.5 dt (6,4) lc rgb "#0072b2" title "with δ/2"
            }
        }
    }
    unset multiplot
    unset output
}
