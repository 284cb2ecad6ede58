# What the bias of depth is worth when data are noisy, from the CSV of examples/noise.c.
#   gnuplot -e "data='figures/data/noise.csv'; base='figures/noise'" figures/noise.gp
# writes base.png and base.svg: a column for each number of entries. Geometric means over draws.

if (!exists("data")) data = "figures/data/noise.csv"
if (!exists("base")) base = "figures/noise"
if (!exists("forms")) forms = "png svg"

pick(observed, method, depth) = sprintf("< awk -F, '$2==%d && $4==\"%s\" && (%d==0 || $5==%d) {n[$1]++; s[$1] += log($6 + 1e-12)} \
    END {for (x in n) printf \"%%s,%%.9g\\n\", x, exp(s[x] / n[x])}' %s | sort -g", observed, method, depth, depth, data)

array colour[4] = ["", "#21a585", "#31688e", "#440154"]
grey = "#888888"
set datafile separator ","
stats data using 2 every ::1 nooutput
set tics out nomirror scale 0.6 font ",12"
set border 3 lw 1.2 lc rgb "#444444"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set logscale y
set yrange [1e-2:3]
set xrange [-0.02:1.02]
set xlabel "deviation of the noise, in deviations of the entries"
set key font ",12" Left reverse samplen 3.2 spacing 1.15 bottom right

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1500, 720 font "DejaVu Sans,13" background rgb "white" }
    else { set terminal svg size 1500, 720 font "DejaVu Sans,13" background rgb "white" }
    set output base.".".form
    set multiplot layout 1, 2 margins 0.075, 0.99, 0.09, 0.94 spacing 0.05, 0.05
    do for [k = 0:1] {
        observed = k ? STATS_max : STATS_min
        set title sprintf("%d entries observed", observed) font ",15" offset 0, -0.5
        set ylabel (k ? "" : "root mean square of W − W*") offset 0.5, 0
        if (k) { unset key } else { set key }
        plot for [n = 2:4] pick(observed, "end", n) using 1:2 with linespoints lw 1.5 dt 2 pt 6 ps 1 lc rgb colour[n] title sprintf("depth %d, to the end", n), \
             for [n = 2:4] pick(observed, "stopped", n) using 1:2 with linespoints lw 2 pt 7 ps 1 lc rgb colour[n] title sprintf("depth %d, stopped", n), \
             pick(observed, "nuclear", 0) using 1:2 with linespoints lw 2 pt 9 ps 1 lc rgb "#d4a72c" title "minimum nuclear norm", \
             pick(observed, "model", 0) using 1:2 with linespoints lw 2.5 pt 5 ps 1 lc rgb "#d1495b" title "dmf\\_fit", \
             pick(observed, "oracle", 0) using 1:2 with lines lw 2 lc rgb grey title "least squares at the known rank"
    }
    unset multiplot
    unset output
}
