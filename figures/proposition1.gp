# Proposition 1 of A19, from the CSV of examples/proposition1.c.
#   gnuplot -e "data='figures/data/proposition1.csv'; base='figures/proposition1'" figures/proposition1.gp
# writes base.png and base.svg. Points and bars are means and deviations over the instances; on
# the right they stand a little apart, to be told from each other.

if (!exists("data")) data = "figures/data/proposition1.csv"
if (!exists("base")) base = "figures/proposition1"
if (!exists("forms")) forms = "png svg"

# eps, mean and deviation of the ratio at depth 3; and alpha, mean and deviation of the decimal logarithm of the distance.
moments = "END {for (x in n) {m = s[x] / n[x]; v = q[x] / n[x] - m * m; print x, m, sqrt(v > 0 ? v : 0)}}"
ratios(d, p) = sprintf("< awk -F, '$2==%d && $3==3 && $5==\"schatten_ratio\" && $6==%g {n[$7]++; s[$7] += $8; q[$7] += $8*$8} %s' %s | sort -g", \
    d, p, moments, data)
distances(d, depth) = sprintf("< awk -F, '$2==%d && $3==%d && $5==\"distance\" && $8>0 {y = log($8)/log(10); n[$4]++; s[$4] += y; q[$4] += y*y} %s' %s | sort -g", \
    d, depth, moments, data)
closed(x, p) = ((1 + x)**p + (1 - x)**p) / 2

array power[4] = [1, 0.75, 0.5, 0.25]
array colour[4] = ["#440154", "#31688e", "#21a585", "#d4a72c"]
grey = "#444444"

set tics out nomirror scale 0.6 font ",12"
set border 3 lw 1.2 lc rgb grey
set grid lc rgb "#dddddd" lt 1 lw 0.7
set errorbars 0.5
set key font ",12" Left reverse samplen 3 spacing 1.15
set samples 400

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1300, 520 font "DejaVu Sans,13" background rgb "white" }
    else { set terminal svg size 1300, 520 font "DejaVu Sans,13" background rgb "white" }
    set output base.".".form
    set multiplot layout 1, 2 margins 0.08, 0.985, 0.14, 0.91 spacing 0.09, 0

    set title "Schatten-p beside the limit, depth 3" font ",14" offset 0, -0.5
    set xlabel "ε, added to entries (1, 2) and (2, 1)" offset 0, 0.3
    set ylabel "Σσᵖ with ε / without" offset 0.5, 0
    set xrange [0:1.03]; set yrange [0.55:1.03]
    set key bottom left
    plot for [k = 1:4] [0:1] closed(x, power[k]) with lines lw 2 lc rgb colour[k] title sprintf("p = %g", power[k]), \
         for [k = 1:4] ratios(6, power[k]) using 1:2:3 with yerrorbars pt 4 ps 1.7 lw 1.3 lc rgb colour[k] notitle, \
         for [k = 1:4] ratios(3, power[k]) using 1:2:3 with yerrorbars pt 7 ps 0.9 lw 1.3 lc rgb colour[k] notitle, \
         1/0 with points pt 7 ps 0.9 lc rgb grey title "flow, d = 3", \
         1/0 with points pt 4 ps 1.7 lw 1.3 lc rgb grey title "flow, d = 6"

    set title "The limit itself"
    set xlabel "α, scale of W(0) = α I"
    set ylabel "‖W − diag(1, 1, 0, …)‖_F"
    set logscale xy; set format "10^{%L}"
    set xrange [3e-13:3e-2]; set yrange [3e-13:3e-1]; set xtics 1e-12, 100, 1e-2; set ytics 1e-12, 100, 1
    set key top left
    plot for [k = 1:4] distances(k + 2, 2) using ($1*10**(0.12*(k-2.5))):(10**$2):(10**($2-$3)):(10**($2+$3)) with yerrorlines pt 4 ps 1.4 lw 1.5 dt (6,4) lc rgb colour[k] notitle, \
         for [k = 1:4] distances(k + 2, 3) using ($1*10**(0.12*(k-2.5))):(10**$2):(10**($2-$3)):(10**($2+$3)) with yerrorlines pt 7 ps 0.9 lw 1.5 lc rgb colour[k] notitle, \
         1/0 with linespoints pt 4 ps 1.4 lw 1.5 dt (6,4) lc rgb grey title "depth 2", \
         1/0 with linespoints pt 7 ps 0.9 lw 1.5 lc rgb grey title "depth 3", \
         for [k = 1:4] 1/0 with lines lw 4 lc rgb colour[k] title sprintf("d = %d", k + 2)
    unset logscale; set format "%g"; set xtics auto; set ytics auto
    unset multiplot
    unset output
}
