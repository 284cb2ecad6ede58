# Test error against the length of the first phase, from the CSV of examples/critical.c.
#   gnuplot -e "data='figures/data/critical.csv'; base='figures/critical'" figures/critical.gp
# writes base.png and base.svg: a panel for each number of extra entries. Geometric mean and deviation of the logarithm
# over trials; small dots are the runs.

if (!exists("data")) data = "figures/data/critical.csv"
if (!exists("base")) base = "figures/critical"
if (!exists("forms")) forms = "png svg"

extras = system("awk -F, 'NR>1 && !s[$3]++ {print $3}' ".data." | sort -n")
trials = system("awk -F, 'NR>1 && $1>m {m=$1} END {print m+1}' ".data) + 0
least = system("awk -F, 'NR>1 && $2>0 && (!m || $5<m) {m=$5} END {print m/2}' ".data) + 0.0

runs(extra, depth) = sprintf("< awk -F, '$3==%s && $2==%d {print $4/1000, $5}' %s", extra, depth, data)
summary(extra, depth) = sprintf("< awk -F, '$3==%s && $2==%d {x=$4/1000; y=log($5); k[x]++; s[x]+=y; q[x]+=y*y} END {for (x in k) {m=s[x]/k[x]; d=q[x]/k[x]-m*m; print x, m, (k[x]>1 && d>0 ? sqrt(d*k[x]/(k[x]-1)) : 0)}}' %s | sort -n", \
    extra, depth, data)

# Draws that the limit of a vanishing start recovers.
limits(extra) = system(sprintf("awk -F, '$3==%s && $2==0 && $5<1e-3' %s | wc -l", extra, data)) + 0

array colour[3] = ["#555555", "#d55e00", "#0072b2"]
array faint[3] = ["#88555555", "#66d55e00", "#660072b2"]
array symbol[3] = [9, 5, 7]
set style line 1 pt 9 ps 1.3 lw 2.2 dt (2, 3) lc rgb colour[1]
set style line 2 pt 5 ps 1.1 lw 2.2 dt (9, 4) lc rgb colour[2]
set style line 3 pt 7 ps 1.2 lw 2.2 lc rgb colour[3]

set border 3 lw 1.2 lc rgb "#444444"
set tics out nomirror scale 0.6 font ",12"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set logscale y
set yrange [least:2]
set xrange [-3:103]
set xtics 20
set bars 0.6
move(n) = (n - 2) * 0.7

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1800, 520 font "DejaVu Sans,12" background rgb "white" }
    else { set terminal svg size 1800, 520 font "DejaVu Sans,12" background rgb "white" }
    set output base.".".form
    set multiplot layout 1, 4 margins 0.05, 0.99, 0.13, 0.83 spacing 0.018, 0
    set label 1 sprintf("Test error after 30 000 more steps with more entries, 100 × 100, rank 5, %d trials; and how many the limit α → 0 of the cold run (T = 0) recovers", trials) at screen 0.01, 0.945 left font ",15"
    set xlabel "T: thousand steps on the first 1000 entries" font ",12"
    set ylabel "mean (W − W*)² over all entries" offset 0.8, 0 font ",13"
    set format y "10^{%L}"
    do for [p = 1:words(extras)] {
        extra = word(extras, p)
        set title sprintf("%s extra entries (limit: %d of %d recovered)", extra, limits(extra), trials) font ",13" offset 0, -0.4
        if (p == 1) { set key bottom left Left reverse samplen 3.5 spacing 1.25 font ",12" } else { unset key }
        plot for [n = 1:3] runs(extra, n) using ($1+move(n)):2 with points pt 7 ps 0.45 lc rgb faint[n] notitle, \
             for [n = 1:3] summary(extra, n) using ($1+move(n)):(exp($2)):(exp($2-$3)):(exp($2+$3)) with yerrorbars pt symbol[n] ps 0 lw 1.2 lc rgb colour[n] notitle, \
             for [n = 1:3] summary(extra, n) using ($1+move(n)):(exp($2)) with linespoints ls n title sprintf("depth %d", n)
        unset label 1
        unset ylabel
        set format y ""
    }
    unset multiplot
    unset output
}
