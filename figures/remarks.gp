# Remarks and footnotes of A19, from the CSV of examples/remarks.c.
#   gnuplot -e "data='figures/data/remarks.csv'; base='figures/remarks'" figures/remarks.gp
# writes base.png and base.svg.

if (!exists("data")) data = "figures/data/remarks.csv"
if (!exists("base")) base = "figures/remarks"
if (!exists("forms")) forms = "png svg"
set datafile separator ","

# x and value of a curve; and its mean, least and most over the trials, as x, mean, least, most.
line(panel, curve, quantity) = sprintf("< awk -F, '$1==\"%s\" && $2==\"%s\" && $5==\"%s\" {print $4 \",\" $6}' %s", \
    panel, curve, quantity, data)
means(panel, curve, quantity) = sprintf("< awk -F, '$1==\"%s\" && $2==\"%s\" && $5==\"%s\" {x=$4; if (!(x in n)) {o[++k]=x; a[x]=b[x]=$6} " . \
    "n[x]++; s[x]+=$6; if ($6<a[x]) a[x]=$6; if ($6>b[x]) b[x]=$6} " . \
    "END {for (i=1; i<=k; i++) {x=o[i]; print x \",\" s[x]/n[x] \",\" a[x] \",\" b[x]}}' %s", panel, curve, quantity, data)

set tics out nomirror scale 0.6 font ",10"
set border 3 lw 1.2 lc rgb "#444444"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set key font ",10" samplen 1.6 spacing 1.05
blue = "#0072b2"; red = "#d55e00"; green = "#009e73"; grey = "#666666"; violet = "#cc79a7"

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1320, 760 font "DejaVu Sans,11" background rgb "white" }
    else { set terminal svg size 1320, 760 font "DejaVu Sans,11" background rgb "white" }
    set output base.".".form
    set multiplot layout 2, 3 margins 0.055, 0.96, 0.075, 0.94 spacing 0.075, 0.14

    set title "conjecture 1: a counter-example" font ",13"
    set logscale x; set format x "10^{%L}"; set xrange [1e-8:1]
    set yrange [1.65:2.7]
    set xlabel "α, scale of the product at the start" offset 0, 0.4
    set ylabel "nuclear norm at the end" offset 1, 0
    set label 1 "the limit, α → 0: 5/2, rank 1" at 2e-8, 2.55 font ",10" tc rgb grey
    set label 2 "proved minimum: 2, rank 2" at 2e-8, 1.96 font ",10" tc rgb grey
    set key inside bottom left
    plot 2.5 with lines dt 2 lw 1.4 lc rgb grey notitle, 2 with lines dt 2 lw 1.4 lc rgb grey notitle, \
         line("conjecture", "zz", "nuclear") with linespoints pt 7 ps 0.7 lw 1.8 lc rgb violet title "Z Zᵀ (4 × 4), half", \
         for [i = 2:4] line("conjecture", sprintf("%d", i), "nuclear") with linespoints pt 7 ps 0.6 lw 1.6 \
             lc rgb word("x ".blue." ".red." ".green, i) title sprintf("depth %d", i)
    unset label 1; unset label 2

    set title "footnotes 3 and 4: starts of Z Zᵀ" font ",13"
    set logscale y; set format y "10^{%L}"; set yrange [1e-8:10]
    set ylabel "excess over the minimum, commuting A_i" offset 1, 0
    set key inside bottom right
    plot means("starts", "commuting_identity", "excess") using 1:3:4 with filledcurves fs transparent solid 0.15 noborder lc rgb blue notitle, \
         means("starts", "commuting_identity", "excess") with lines lw 2 lc rgb blue title "identity", \
         means("starts", "commuting_orthogonal", "excess") with points pt 6 ps 1.2 lw 1.3 lc rgb red title "orthogonal", \
         means("starts", "commuting_gaussian", "excess") using 1:2:3:4 with yerrorbars pt 5 ps 0.7 lw 1.2 lc rgb green title "Gaussian"

    set title "few measurements, 20 × 20, rank 2" font ",13"
    unset logscale; set format x "%g"; set format y "%g"; set xrange [0.2:2.6]; set yrange [0.9:1.7]
    set xlabel "measurements / degrees of freedom" offset 0, 0.4
    set ylabel "nuclear norm over the proved minimum" offset 1, 0
    set y2label "effective rank (dashed)" offset -1, 0; set y2tics; set y2range [0:8]
    set key inside top right
    plot for [i = 2:3] means("few", sprintf("%d", i), "nuclear") using 1:2:3:4 with yerrorlines pt 7 ps 0.7 lw 1.8 \
             lc rgb word("x ".blue." ".red, i) title sprintf("depth %d", i), \
         for [i = 2:3] means("few", sprintf("%d", i), "effective_rank") axes x1y2 with lines dt 2 lw 1.8 \
             lc rgb word("x ".blue." ".red, i) notitle, \
         means("few", "minimum", "effective_rank") axes x1y2 with lines dt 2 lw 1.8 lc rgb grey title "minimum nuclear norm"
    unset y2tics; unset y2label

    set title "Corollary 1: three leading triples" font ",13"
    set logscale; set format x "10^{%L}"; set format y "10^{%L}"; set xrange [1e-5:100]; set yrange [1e-6:10]
    set xlabel "‖dU/dt‖ + ‖dV/dt‖" offset 0, 0.4
    set ylabel "‖Uᵀ G V off the diagonal‖" offset 1, 0
    set key inside top left
    both(curve) = sprintf("< awk -F, '$1==\"corollary\" && $2==\"%s\" {v[$5]=$6} $1==\"corollary\" && $2==\"%s\" && $5==\"identity\" " . \
        "{print v[\"speed\"] \",\" v[\"off_diagonal\"] \",\" $4}' %s", curve, curve, data)
    plot for [i = 2:3] both(sprintf("%d", i)) with linespoints pt 7 ps 0.35 lw 1.1 lc rgb word("x ".blue." ".red, i) \
        title sprintf("along the flow, depth %d", i)

    set title "balance from unbalanced starts" font ",13"
    set xrange [1e-2:1e4]; set yrange [1e-10:10]
    set xlabel "time of the flow" offset 0, 0.4
    set ylabel "‖W₂ᵀW₂ - W₁W₁ᵀ‖ / ‖W₁W₁ᵀ‖" offset 1, 0
    set key inside bottom left
    plot for [k = 1:3] line("balance", "2_".word("0.1 0.001 1e-05", k), "unbalanced") with lines lw 1.8 dt k lc rgb blue \
             title sprintf("depth 2, α = 10^{-%d}", 2 * k - 1), \
         for [k = 1:3] line("balance", "3_".word("0.1 0.001 1e-05", k), "unbalanced") with lines lw 1.8 dt k lc rgb red \
             title sprintf("depth 3, α = 10^{-%d}", 2 * k - 1)

    set title "work of the flow around a closed loop" font ",13"
    unset logscale; set format x "%g"; set format y "%g"; set xrange [1:7]; set yrange [*:*]
    set xlabel "depth N, a real number" offset 0, 0.4
    set ylabel "work, for a linear loss" offset 1, 0
    set key inside bottom left
    set arrow 1 from 2, graph 0 to 2, graph 1 nohead dt 3 lc rgb grey
    plot 0 with lines lw 1 lc rgb grey notitle, \
         line("loop", "sector", "formula") with lines lw 2 lc rgb blue title "1 × 2, formula", \
         line("loop", "sector", "work") every 2 with points pt 6 ps 0.9 lw 1.2 lc rgb blue title "1 × 2, measured", \
         line("loop", "matrix", "work") with lines lw 1.8 dt 2 lc rgb red title "2 × 2, a circle"
    unset arrow 1
    unset multiplot
    unset output
}
