# Theorems 1 and 2 of A19, from the CSV of examples/theorem2.c.
#   gnuplot -e "data='figures/data/theorem2.csv'; base='figures/theorem2'" figures/theorem2.gp
# writes base.png and base.svg: a column for each depth, a colour for each instance (the first five that are there).

if (!exists("data")) data = "figures/data/theorem2.csv"
if (!exists("base")) base = "figures/theorem2"
if (!exists("forms")) forms = "png svg"

set datafile separator ","

# alpha (4) and value (6) of one instance.
pick(trial, factors, basis, quantity) = sprintf("< awk -F, '$1==%d && $2==\"%s\" && $3==\"%s\" && $5==\"%s\" && $6>0' %s", \
    trial, factors, basis, quantity, data)

# The effective rank of the limit, across the picture, where the path of critical points comes to a fit (5).
limit(trial, factors) = sprintf("< awk -F, '$1==%d && $2==\"%s\" {if ($5==\"limit_effective_rank\") r=$6; if ($5==\"limit_end\") fits=$6==5} END {if (!fits) r=-1; print \"5e-9,\" r \"\\n2,\" r}' %s", \
    trial, factors, data)

trials = system("awk -F, 'NR>1 && $1<=5 && !s[$1]++ {print $1}' ".data)
t(i) = word(trials, i) + 0
array colour[5] = ["#440154", "#3b528b", "#21918c", "#5ec962", "#e8b41c"]
grey = "#444444"

set tics out nomirror scale 0.6 font ",12"
set border 3 lw 1.2 lc rgb grey
set grid lc rgb "#dddddd" lt 1 lw 0.7
set logscale x
set format x "10^{%L}"
set xrange [5e-9:2]
set xtics 100
set arrow 1 from graph 0, first 1e-3 to graph 1, first 1e-3 nohead lc rgb "#777777" lw 1.2 dt (6,5) back

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1500, 820 font "DejaVu Sans,13" background rgb "white" }
    else { set terminal svg size 1500, 820 font "DejaVu Sans,13" background rgb "white" }
    set output base.".".form
    set multiplot
    do for [depth = 2:4] {
        name = sprintf("%d", depth)
        shared = depth == 2 ? words(trials) : 0
        set lmargin at screen 0.065 + 0.32 * (depth - 2)
        set rmargin at screen 0.345 + 0.32 * (depth - 2)

        set bmargin at screen 0.415; set tmargin at screen 0.945
        set title "depth ".name.(depth == 2 ? " and Z Zᵀ" : "") font ",14" offset 0, -0.5
        set logscale y; set yrange [5e-9:3]; set ytics 100; set format y "10^{%L}"
        set xlabel ""; set ylabel (depth == 2 ? "(‖W‖_* − minimum) / minimum" : "") offset 0.5, 0
        unset key
        if (depth == 2) { set key top left Left reverse font ",11" samplen 2 spacing 1.15 }
        plot for [i = 1:words(trials)] pick(t(i), name, "unit", "predicted_gap") using 4:6 with lines lw 1.8 lc rgb colour[t(i)] notitle, \
             for [i = 1:words(trials)] pick(t(i), name, "random", "gap") using 4:6 with points pt 4 ps 1.5 lw 1.5 lc rgb colour[t(i)] notitle, \
             for [i = 1:words(trials)] pick(t(i), name, "unit", "gap") using 4:6 with points pt 7 ps 0.75 lc rgb colour[t(i)] notitle, \
             for [i = 1:shared] pick(t(i), "zz", "random", "gap") using 4:6 with points pt 1 ps 2.1 lw 1.2 lc rgb colour[t(i)] notitle, \
             1/0 with lines lw 1.8 lc rgb grey title "least potential (predicted)", \
             1/0 with points pt 7 ps 0.75 lc rgb grey title "flow, Q = I", \
             1/0 with points pt 4 ps 1.5 lw 1.5 lc rgb grey title "flow, random Q", \
             1/0 with points pt 1 ps 2.1 lw 1.2 lc rgb grey title "flow of Z Zᵀ, random Q"

        set bmargin at screen 0.09; set tmargin at screen 0.345
        set title ""
        unset logscale y; set yrange [0:10]; set ytics 2; set format y "%g"
        set xlabel "α" offset 0, 0.3; set ylabel (depth == 2 ? "effective rank" : "") offset -1.2, 0
        if (depth == 2) { set key top left Left reverse font ",11" samplen 3 } else { unset key }
        unset arrow 1
        plot for [i = 1:words(trials)] limit(t(i), name) using 1:2 with lines lw 1.8 dt (5, 3) lc rgb colour[t(i)] notitle, \
             for [i = 1:words(trials)] pick(t(i), name, "unit", "effective_rank") using 4:6 with linespoints pt 7 ps 0.75 lw 1.2 lc rgb colour[t(i)] notitle, \
             for [i = 1:words(trials)] pick(t(i), name, "random", "effective_rank") using 4:6 with points pt 4 ps 1.5 lw 1.5 lc rgb colour[t(i)] notitle, \
             for [i = 1:shared] pick(t(i), "zz", "random", "effective_rank") using 4:6 with points pt 1 ps 2.1 lw 1.2 lc rgb colour[t(i)] notitle, \
             1/0 with lines lw 1.8 dt (5, 3) lc rgb grey title "limit, Q = I, where it is defined"
        set arrow 1 from graph 0, first 1e-3 to graph 1, first 1e-3 nohead lc rgb "#777777" lw 1.2 dt (6,5) back
    }
    unset multiplot
    unset output
}
