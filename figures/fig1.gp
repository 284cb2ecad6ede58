# Figure 1 of A19, from the CSV of examples/fig1.c.
#   gnuplot -e "data='figures/data/fig1.csv'; base='figures/fig1'" figures/fig1.gp
# writes base.png and base.svg. Lines: means over the trials, with deviations; dots: the trials.

if (!exists("data")) data = "figures/data/fig1.csv"
if (!exists("base")) base = "figures/fig1"
if (!exists("forms")) forms = "png svg"
if (!exists("n")) n = 100
if (!exists("observations")) observations = "observed entries"

set datafile separator ","
ranks = system("awk -F, 'NR > 1 && !seen[$1]++ {print $1}' ".data)
trials = system("awk -F, 'NR > 1 && $4 > most {most = $4} END {print most}' ".data)
last(rank) = real(system("awk -F, '$1 == ".rank." && $3 > most {most = $3} END {print most}' ".data))

# Lines of the CSV for a rank and a curve: depth 2, 3, 4 or, 0, the minimum nuclear norm.
lines(rank, depth) = sprintf("awk -F, '$1==%s && $2==%d && $5!=\"truth\"' %s", rank, depth, data)
dots(rank, depth) = "< ".lines(rank, depth)
# Observed, mean, lower and upper end of the bar; a logarithmic axis has no zero: at least a fifth of the mean.
means(rank, depth) = "< ".lines(rank, depth)." | awk -F, '{n[$3]++; sum[$3] += $6; square[$3] += $6*$6} END {for (k in n) {\
    m = sum[k]/n[k]; v = n[k] > 1 ? (square[k] - m*sum[k])/(n[k] - 1) : 0; d = v > 0 ? sqrt(v) : 0; \
    print k \",\" m \",\" (m - d > m/5 ? m - d : m/5) \",\" m + d}}' | sort -t, -g"

array colour[5] = ["#555555", "", "#0072b2", "#d55e00", "#009e73"]
array symbol[5] = [12, 0, 7, 5, 9]
array dash[5] = [2, 0, 1, 1, 1]
array name[5] = ["minimum nuclear norm", "", "depth 2", "depth 3", "depth 4"]

set tics out nomirror scale 0.6 font ",11"
set border 3 lw 1.2 lc rgb "#444444"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set logscale y
set yrange [8e-7:10]
set format y "10^{%L}"
unset mytics
set xlabel observations offset 0, 0.4
set errorbars 0.6

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1300, 480 font "DejaVu Sans,12" background rgb "white" }
    else { set terminal svg size 1300, 480 font "DejaVu Sans,12" background rgb "white" }
    set output base.".".form
    set multiplot layout 1, words(ranks) margins 0.065, 0.985, 0.12, 0.9 spacing 0.06
    do for [panel = 1:words(ranks)] {
        rank = word(ranks, panel)
        r = real(rank)
        set title sprintf("rank %s, %d × %d, %s trials", rank, n, n, trials) font ",13" offset 0, -0.4
        set ylabel (panel == 1 ? "reconstruction error, mean of (W − W*)²" : "") offset 0.5, 0
        if (panel == 1) { set key top right font ",11" samplen 3 spacing 1.2 Left reverse opaque } else { unset key }
        limit = r * (2*n - r)
        most = last(rank)
        set xrange [limit - 0.06*(most - limit):most + 0.03*(most - limit)]
        set arrow 1 from limit, graph 0 to limit, graph 1 nohead lw 1.2 dt (2,4) lc rgb "#888888"
        set label 1 "r(2n − r)" at limit, graph 0.03 rotate by 90 offset 1, 0 font ",10" tc rgb "#666666"
        plot for [c in "3 4 5 1"] dots(rank, c - 1) using 3:6 with points pt 7 ps 0.3 lc rgb colour[c + 0] notitle, \
             for [c in "3 4 5 1"] means(rank, c - 1) using 1:2:3:4 with yerrorbars lw 1.5 pt 0 lc rgb colour[c + 0] notitle, \
             for [c in "3 4 5 1"] means(rank, c - 1) using 1:2 with linespoints lw 2 dt dash[c + 0] pt symbol[c + 0] ps 1.1 \
                 lc rgb colour[c + 0] title name[c + 0]
    }
    unset multiplot
    unset output
}
