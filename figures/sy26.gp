# SY26's experiment on completion, from the CSV of examples/sy26.c.
#   gnuplot -e "data='figures/data/sy26.csv'; base='figures/sy26'" figures/sy26.gp
# writes base.png and base.svg: above, effective rank and error over depth, a symbol for every draw; below, the ten
# largest singular values of the first draw, beside those of W*.

if (!exists("data")) data = "figures/data/sy26.csv"
if (!exists("base")) base = "figures/sy26"
if (!exists("forms")) forms = "png svg"

# depth (4) and the value (7) of a quantity, of all draws; index (6) and value of sigma, of the first draw.
pick(start, alpha, quantity) = sprintf("< awk -F, '$2==\"%s\" && $3==%g && $5==\"%s\" {print $4, $7}' %s", start, alpha, quantity, data)
sigma(start, alpha, depth) = sprintf("< awk -F, '$1==0 && $2==\"%s\" && $3==%g && $4==%d && $5==\"sigma\" {print $6, $7}' %s", start, alpha, depth, data)
truth = real(system("awk -F, '$2==\"truth\" && $5==\"effective_rank\" {s += $7; n++} END {print s / n}' ".data))

starts = "tied mimic independent"
array name[3] = ["tied Gaussian", "mimic (m = 100)", "independent Gaussian"]
array colour[3] = ["#0072b2", "#d55e00", "#555555"]
array full[3] = [7, 5, 9]
array open[3] = [6, 4, 8]
array dash[2] = [1, 2]
array alphas[2] = [1e-2, 1e-4]
array written[2] = ["α = 10^{−2}", "α = 10^{−4}"]
shape(k, a) = a == 1 ? open[k] : full[k]

set tics out nomirror scale 0.6 font ",12"
set border 3 lw 1.2 lc rgb "#444444"
set grid lc rgb "#dddddd" lt 1 lw 0.7

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1500, 900 font "DejaVu Sans,13" background rgb "white" }
    else { set terminal svg size 1500, 900 font "DejaVu Sans,13" background rgb "white" }
    set output base.".".form
    set multiplot
    set bmargin at screen 0.57; set tmargin at screen 0.945
    set xrange [1.6:4.4]; set xtics (2, 3, 4); set xlabel "depth" offset 0, 0.3
    do for [c = 1:2] {
        set lmargin at screen (c == 1 ? 0.06 : 0.42); set rmargin at screen (c == 1 ? 0.35 : 0.71)
        if (c == 1) { set title "effective rank at the end" font ",14" offset 0, -0.5; unset logscale; set format y "%g"; set yrange [4:12.5]; set ytics 2 } \
        else { set title "mean (W − W*)² over all entries" font ",14" offset 0, -0.5; set logscale y; set format y "10^{%L}"; set yrange [3e-4:2]; set ytics 10 }
        if (c == 2) { set key at screen 0.995, 0.93 right Left reverse font ",12" samplen 2.5 spacing 1.3 } else { unset key }
        plot (c == 1 ? truth : 1/0) with lines lw 1.6 dt (7,4) lc rgb "#000000" title "effective rank of W*", \
             for [k = 1:3] for [a = 1:2] pick(word(starts, k), alphas[a], c == 1 ? "effective_rank" : "error") using ($1 + 0.12 * (k - 2) + 0.04 * (2 * a - 3)):2 \
                 with points pt shape(k, a) ps 1.4 lw 1.6 lc rgb colour[k] title name[k].", ".written[a], \
             1/0 with points pt 1 ps 2.6 lw 1.6 lc rgb "#000000" title "σ of W*, below"
    }
    unset key
    set bmargin at screen 0.075; set tmargin at screen 0.43
    set xrange [0.4:10.6]; set xtics 1; set xlabel "index of the singular value, first draw"
    set logscale y; set yrange [1e-4:500]; set format y "10^{%L}"; set ytics 10
    do for [depth = 2:4] {
        set lmargin at screen 0.06 + 0.32 * (depth - 2); set rmargin at screen 0.35 + 0.32 * (depth - 2)
        set title sprintf("depth %d", depth) font ",14" offset 0, -0.5
        set ylabel (depth == 2 ? "σ of W at the end" : "") offset 0.5, 0
        unset key
        plot sigma("truth", 0, 0) using 1:2 with points pt 1 ps 2.6 lw 1.6 lc rgb "#000000" notitle, \
             for [k = 1:2] for [a = 1:2] sigma(word(starts, k), alphas[a], depth) using 1:2 with linespoints pt shape(k, a) ps 1.1 lw 1.4 dt dash[a] lc rgb colour[k] notitle
    }
    set ylabel ""
    unset multiplot
    unset output
}
