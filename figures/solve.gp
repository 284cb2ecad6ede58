# Completion from start to end, and single steps, beside PyTorch: from the CSV of tests/bench/solve.sh.
#   gnuplot -e "data='figures/data/solve.csv'; base='figures/solve'" figures/solve.gp
# writes base.png and base.svg. Left: every draw that reaches the loss, and their median. Right: the best of all rounds.

if (!exists("data")) data = "figures/data/solve.csv"
if (!exists("base")) base = "figures/solve"
if (!exists("forms")) forms = "png svg"

run(library, method, precision) = sprintf("$1==\"%s\" && $2==\"%s\" && $3==\"%s\"", library, method, precision)
draws(which) = sprintf("< awk -F, '%s && $9 <= 1.000001e-6 {print $4, $7}' %s", which, data)
medians(which) = sprintf("< awk -F, '%s && $9 <= 1.000001e-6 {print $4, $7}' %s | sort -k1,1n -k2,2g | awk '{x[$1, ++n[$1]] = $2} END {for (d in n) print d, (x[d, int((n[d] + 1) / 2)] + x[d, int(n[d] / 2) + 1]) / 2}' | sort -n", \
    which, data)
least(which) = sprintf("< awk -F, '%s && $5 < 10000 {if (!($4 in t) || $8 < t[$4]) t[$4] = $8} END {for (d in t) print d, t[d]}' %s | sort -n", \
    which, data)

set border 3 lw 1.2 lc rgb "#444444"
set tics out nomirror scale 0.6 font ",11"
set grid ytics lc rgb "#dddddd" lt 1 lw 0.7
set xrange [1.7:4.3]
set xtics 1
set xlabel "depth" offset 0, 0.3
set logscale y
set key top left font ",11" samplen 2 spacing 1.3 Left reverse maxrows 2

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1300, 500 font "DejaVu Sans,12" background rgb "white" }
    else { set terminal svg size 1300, 500 font "DejaVu Sans,12" background rgb "white" }
    set output base.".".form
    set multiplot layout 1, 2 margins 0.06, 0.99, 0.13, 0.9 spacing 0.085, 0
    set title "To a mean squared residual of 10^{-6}" font ",14"
    set ylabel "seconds" offset 1, 0
    set format y "%g"
    set ytics autofreq
    set yrange [0.005:300]
    plot draws(run("torch", "group_rmsprop", "float")) using ($1 + 0.06):2 with points pt 4 ps 0.7 lc rgb "#77d55e00" notitle, \
         draws(run("dmf", "group_rmsprop", "float")) using ($1 + 0.02):2 with points pt 8 ps 0.7 lc rgb "#77009e73" notitle, \
         draws(run("dmf", "flow", "double")) using ($1 - 0.02):2 with points pt 6 ps 0.7 lc rgb "#7756b4e9" notitle, \
         draws(run("dmf", "flow", "float")) using ($1 - 0.06):2 with points pt 7 ps 0.7 lc rgb "#770072b2" notitle, \
         medians(run("torch", "group_rmsprop", "float")) using 1:2 with linespoints pt 4 ps 1.2 lw 1.8 lc rgb "#d55e00" title "GroupRMSprop, PyTorch, float", \
         medians(run("dmf", "group_rmsprop", "float")) using 1:2 with linespoints dt 2 pt 8 ps 1.2 lw 1.8 lc rgb "#009e73" title "GroupRMSprop, dmf.h, float", \
         medians(run("dmf", "flow", "double")) using 1:2 with linespoints dt 4 pt 6 ps 1.2 lw 1.8 lc rgb "#56b4e9" title "flow, dmf.h, double", \
         medians(run("dmf", "flow", "float")) using 1:2 with linespoints pt 7 ps 1.2 lw 2.5 lc rgb "#0072b2" title "flow, dmf.h, float"
    set title "One step of GroupRMSprop, 100 × 100" font ",14"
    set ylabel "microseconds" offset -0.3, 0
    set ytics (20, 50, 100, 200, 500)
    set yrange [20:1000]
    plot least(run("torch", "step", "double")) using 1:2 with linespoints dt 2 pt 6 ps 1.2 lw 1.8 lc rgb "#e69f00" title "PyTorch, double", \
         least(run("torch", "step", "float")) using 1:2 with linespoints pt 4 ps 1.2 lw 1.8 lc rgb "#d55e00" title "PyTorch, float", \
         least(run("dmf", "step", "double")) using 1:2 with linespoints dt 4 pt 6 ps 1.2 lw 1.8 lc rgb "#56b4e9" title "dmf.h, double", \
         least(run("dmf", "step", "float")) using 1:2 with linespoints pt 7 ps 1.2 lw 2.5 lc rgb "#0072b2" title "dmf.h, float"
    unset multiplot
    unset output
}
