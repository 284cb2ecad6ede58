# Rank 1 in the limit of small starts, from the CSV of examples/rank1.c.
#   gnuplot -e "data='figures/data/rank1.csv'; base='figures/rank1'" figures/rank1.gp
# writes base.png and base.svg: a column for each depth. Lines are the closed form, symbols are trained; crosses and
# bars are means and deviations over Gaussian starts.

if (!exists("data")) data = "figures/data/rank1.csv"
if (!exists("base")) base = "figures/rank1"
if (!exists("forms")) forms = "png svg"

# alpha (6), ratio (9) and stable rank (10) of one member of the family, diagonal (0) or blocks (1); alpha, mean and deviation over Gaussian starts of
# the decimal logarithm of the ratio, or of the stable rank.
pick(source, depth, blocks, m) = sprintf("< awk -F, '$1==\"%s\" && $2==%d && ($3>1)==%d && $4==%g' %s", source, depth, blocks, m, data)
gaussian(depth, y) = sprintf("< awk -F, '$1==\"gaussian\" && $2==%d {y = %s; n[$6]++; s[$6] += y; q[$6] += y*y} \
    END {for (x in n) {m = s[x] / n[x]; v = q[x] / n[x] - m*m; printf \"%%s,%%.9g,%%.9g\\n\", x, m, sqrt(v > 0 ? v : 0)}}' %s | sort -g", \
    depth, y, data)

array ms[5] = [0, 1000, 10, 1.5, 100]
array name[5] = ["m = ∞, diagonal", "m = 1000", "m = 10", "m = 1.5", "blocks, m = 100"]
array colour[5] = ["#d4a72c", "#21a585", "#31688e", "#440154", "#d55e00"]
array shape[5] = [13, 9, 7, 5, 4]
array dash[5] = [1, 1, 1, 1, 2]
grey = "#666666"

set datafile separator ","
set tics out nomirror scale 0.6 font ",12"
set border 3 lw 1.2 lc rgb "#444444"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set errorbars 0.6
set logscale x
set format x "10^{%L}"
set xrange [6e-7:1.6]
set key font ",12" Left reverse samplen 3.2 spacing 1.15

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1500, 820 font "DejaVu Sans,13" background rgb "white" }
    else { set terminal svg size 1500, 820 font "DejaVu Sans,13" background rgb "white" }
    set output base.".".form
    set multiplot layout 2, 3 margins 0.07, 0.99, 0.085, 0.955 spacing 0.04, 0.075
    set logscale y; set format y "10^{%L}"; set yrange [1e-20:10]; set ytics 1e-20, 1e4
    set object 1 rectangle from graph 0, graph 0 to graph 1, first 2e-15 fillcolor rgb "#eeeeee" fillstyle solid noborder behind
    do for [depth = 2:4] {
        set title sprintf("depth %d", depth) font ",15" offset 0, -0.5
        set ylabel (depth == 2 ? "σ₂ / σ₁ at the end of the flow" : "") offset 0.5, 0
        unset label
        unset key
        if (depth == 2) {
            set label 1 "rounding of double precision" at graph 0.03, first 3e-18 tc rgb grey font ",12"
            set key at graph 0.99, 0.76
        }
        plot for [k = 1:5] pick("formula", depth, k == 5, ms[k]) using 6:9 with lines lw 2 dt dash[k] lc rgb colour[k] notitle, \
             for [k = 1:5] pick("family", depth, k == 5, ms[k]) using 6:9 with points pt shape[k] ps 1.1 lc rgb colour[k] notitle, \
             gaussian(depth, "log($9)/log(10)") using 1:(10**$2):(10**($2-$3)):(10**($2+$3)) with yerrorbars pt 2 ps 1.2 lw 1.5 lc rgb grey notitle, \
             for [k = 1:5] 1/0 with linespoints lw 2 dt dash[k] pt shape[k] ps 1.1 lc rgb colour[k] title name[k], \
             1/0 with points pt 2 ps 1.2 lw 1.5 lc rgb grey title "Gaussian starts"
    }
    unset object 1
    unset label
    unset key
    unset logscale y; set format y "%g"; set yrange [0:10.5]; set ytics 2
    set title ""
    set xlabel "α, scale of the start" offset 0, 0.3
    do for [depth = 2:4] {
        set ylabel (depth == 2 ? "stable rank" : "") offset -0.5, 0
        plot for [k = 1:5] pick("formula", depth, k == 5, ms[k]) using 6:10 with lines lw 2 dt dash[k] lc rgb colour[k], \
             for [k = 1:5] pick("family", depth, k == 5, ms[k]) using 6:10 with points pt shape[k] ps 1.1 lc rgb colour[k], \
             gaussian(depth, "$10") using 1:2:3 with yerrorbars pt 2 ps 1.2 lw 1.5 lc rgb grey
    }
    set xlabel ""
    unset multiplot
    unset output
}
