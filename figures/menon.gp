# Menon's question, from the CSV of examples/menon.c.
#   gnuplot -e "data='figures/data/menon.csv'; base='figures/menon'" figures/menon.gp
# writes base.png and base.svg: above, where the flow ends in the plane of the two entries that are not observed; below,
# how far from the hyperbola, over the scale of the start, of runs that fit. Bars are deviations of the logarithm over Gaussian starts.

if (!exists("data")) data = "figures/data/menon.csv"
if (!exists("base")) base = "figures/menon"

# a (7) and b (8) of the ends of Gaussian starts of one scale, and along paths: a blank line between trials.
ends(depth, alpha) = sprintf("< awk -F, '$1==\"end\" && $2==%d && $4==0 && $10<1e-9 && $3>0.9*%g && $3<1.1*%g {print $7, $8}' %s", depth, alpha, alpha, data)
paths(depth) = sprintf("< awk -F, '$1==\"path\" && $2==%d {if ($5 != t) {print \"\"; t = $5} print $7, $8}' %s", depth, data)

# alpha and det W (9), which is 1 - ab; over Gaussian starts, mean and deviation of its decimal logarithm.
distance(kind, depth, m) = sprintf("< awk -F, '$1==\"%s\" && $2==%d && $4==%g {print $3, $9}' %s | sort -g", \
    kind, depth, m, data)
gaussian(depth) = sprintf("< awk -F, '$1==\"end\" && $2==%d && $4==0 && $10<1e-9 {y = log($9<0 ? -$9 : $9)/log(10); n[$3]++; s[$3] += y; q[$3] += y*y} \
    END {for (x in n) {m = s[x]/n[x]; v = q[x]/n[x] - m*m; print x, m, sqrt(v>0 ? v : 0)}}' %s | sort -g", depth, data)

array ms[3] = [1000, 10, 1.5]
array name[3] = ["m = 1000", "m = 10", "m = 1.5"]
array colour[3] = ["#21a585", "#31688e", "#440154"]
array shape[3] = [9, 7, 5]
grey = "#666666"

set tics out nomirror scale 0.6 font ",12"
set border 3 lw 1.2 lc rgb "#444444"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set errorbars 0.6
set samples 800
hyperbola(x) = abs(x) > 0.3 ? 1/x : 1/0

do for [form in "png svg"] {
    if (form eq "png") { set terminal pngcairo size 1500, 980 font "DejaVu Sans,13" background rgb "white" }
    else { set terminal svg size 1500, 980 font "DejaVu Sans,13" background rgb "white" }
    set output base.".".form
    set multiplot
    do for [depth = 2:4] {
        set lmargin at screen 0.065 + 0.32 * (depth - 2)
        set rmargin at screen 0.345 + 0.32 * (depth - 2)

        set bmargin at screen 0.53; set tmargin at screen 0.958
        set title sprintf("depth %d", depth) font ",15" offset 0, -0.5
        unset logscale; set format "%g"
        set xrange [-2.2:2.2]; set yrange [-2.2:2.2]; set xtics 1; set ytics 1
        set xlabel "a = W₁₂" offset 0, 0.3; set ylabel (depth == 2 ? "b = W₂₁" : "") offset 0.5, 0
        unset key
        if (depth == 4) { set key at graph 0.99, 0.29 Left reverse font ",12" samplen 2.4 spacing 1.15 }
        plot hyperbola(x) with lines lw 2.2 dt (7,4) lc rgb grey title "a b = 1: rank 1", \
             paths(depth) using 1:2 with lines lw 1 lc rgb "#9bb8d3" notitle, \
             ends(depth, 1) using 1:2 with points pt 6 ps 0.9 lw 1.4 lc rgb "#cc79a7" title "α = 1", \
             ends(depth, 0.316) using 1:2 with points pt 2 ps 0.9 lw 1.4 lc rgb "#0072b2" title "α = 0.3, with paths", \
             ends(depth, 0.01) using 1:2 with points pt 7 ps 1 lc rgb "#000000" title "α = 0.01"

        set bmargin at screen 0.075; set tmargin at screen 0.44
        set title ""
        set logscale xy; set format "10^{%L}"
        set xrange [6e-5:1.6]; set yrange [1e-18:30]; set xtics auto; set ytics 1e-16, 1e4
        set xlabel "α, scale of the start"; set ylabel (depth == 2 ? "|a b − 1| at the end" : "")
        unset key
        if (depth == 2) {
            set key at graph 0.99, 0.62 Left reverse font ",12" samplen 3.2 spacing 1.15
        }
        plot for [k = 1:3] distance("formula", depth, ms[k]) using 1:2 with lines lw 2 lc rgb colour[k] notitle, \
             for [k = 1:3] distance("end", depth, ms[k]) using 1:2 with points pt shape[k] ps 1.1 lc rgb colour[k] notitle, \
             gaussian(depth) using 1:(10**$2):(10**($2-$3)):(10**($2+$3)) with yerrorbars pt 2 ps 1.2 lw 1.5 lc rgb grey notitle, \
             for [k = 1:3] 1/0 with linespoints lw 2 pt shape[k] ps 1.1 lc rgb colour[k] title name[k], \
             1/0 with points pt 2 ps 1.2 lw 1.5 lc rgb grey title "Gaussian starts"
    }
    unset multiplot
    unset output
}
