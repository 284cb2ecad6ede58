# Loss of plasticity off the exact case, from the CSV of examples/robust.c.
#   gnuplot -e "data='figures/data/robust.csv'; base='figures/robust'" figures/robust.gp
# writes base.png and base.svg. Geometric mean of the error, mean of the stable rank, and deviations over trials.

if (!exists("data")) data = "figures/data/robust.csv"
if (!exists("base")) base = "figures/robust"
if (!exists("forms")) forms = "png svg"

trials = system("awk -F, 'NR>1 && $3>m {m=$3} END {print m+1}' ".data) + 0

# Place of the value among those of its panel, mean and deviation of column c or of its logarithm.
summary(panel, depth, run, c, logarithm) = sprintf("< awk -F, '$1==\"%s\" && $4==%d && $5==\"%s\" {if (!($2 in r)) r[$2]=++n; i=r[$2]; y=%d?log($%d):$%d; k[i]++; s[i]+=y; q[i]+=y*y} END {for (i=1; i<=n; i++) {m=s[i]/k[i]; d=q[i]/k[i]-m*m; print i, m, (k[i]>1 && d>0 ? sqrt(d*k[i]/(k[i]-1)) : 0)}}' %s", \
    panel, depth, run, logarithm, c, c, data)
values(panel) = system(sprintf("awk -F, '$1==\"%s\" && !s[$2]++ {print $2}' %s", panel, data))

array colour[3] = ["", "#d55e00", "#0072b2"]
tic(list, r) = word(list, r)
dash(run) = run eq "warm" ? 1 : 2
array full[3] = [0, 5, 7]
array open[3] = [0, 4, 6]
place(depth, run) = (depth == 2 ? -0.06 : 0.06) + (run eq "warm" ? -0.07 : 0.07)
array title_of[10] = ["rate of descent", "entries in a batch", "momentum", "noise in the start, over α", "mask and matrix", \
    "first phase, 10 × 10", "unequal: deviation of log u", "noise in what is observed", "optimizer", "equal steps to escape"]
names_of(p) = p == 5 ? "5×5 10×10 perm. random 30×30" : p == 6 ? "blocks 2diag. 3diag. sparse 10×6" : \
    p == 9 ? "flow descent Adagrad Adam RMSprop" : values(word(panels, p))
is_list(p) = p == 5 || p == 6 || p == 9

set border 3 lw 1.2 lc rgb "#444444"
set tics out nomirror scale 0.6 font ",11"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set xrange [0.6:5.4]
set bars 0.5
panels = "rate batch momentum start mask pattern unequal noise optimizer escape"

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1800, 1460 font "DejaVu Sans,12" background rgb "white" }
    else { set terminal svg size 1800, 1460 font "DejaVu Sans,12" background rgb "white" }
    set output base.".".form
    set multiplot layout 4, 5 margins 0.05, 0.993, 0.03, 0.93 spacing 0.018, 0.05
    set label 1 sprintf("Resumed with more entries: one thing changed at a time from descent in the exact case (%d trials)", trials) at screen 0.01, 0.977 left font ",15"
    do for [row = 1:4] {
        do for [c = 1:5] {
            p = row > 2 ? c + 5 : c
            panel = word(panels, p)
            list = names_of(p)
            error = row % 2
            set xtics 1, 1, 5 format ""
            do for [r = 1:5] { set xtics add (tic(list, r) r) }
            set format y (c > 1 ? "" : error ? "10^{%L}" : "%g")
            if (error) { set title title_of[p] font ",13" offset 0, -0.5; set logscale y; set yrange [1e-13:30]; set ytics 1e3 } \
            else { set title ""; unset logscale y; set yrange [0.95:2.0]; set ytics 0.2 }
            set ylabel (c > 1 ? "" : error ? "test error: mean (W − W*)²" : "stable rank") offset 0.5, 0 font ",12"
            if (row == 2 && c == 1) { set key top left Left reverse samplen 2.5 spacing 1.2 font ",11" } else { unset key }
            f(y) = error ? exp(y) : y
            k = error ? 6 : 7
            plot for [n = 2:3] for [run in "warm cold"] summary(panel, n, run, k, error) using ($1+place(n, run)):(f($2)):(f($2-$3)):(f($2+$3)) \
                     with yerrorbars pt (run eq "warm" ? full[n] : open[n]) ps 1.3 lw 1.5 lc rgb colour[n] notitle, \
                 for [n = 2:3] for [run in "warm cold"] summary(panel, n, run, k, error) using ($1+place(n, run)):(is_list(p) ? 1/0 : f($2)) \
                     with lines lw 1.2 dt dash(run) lc rgb colour[n] notitle, \
                 for [n = 2:3] for [run in "warm cold"] 1/0 with linespoints pt (run eq "warm" ? full[n] : open[n]) ps 1.3 lw 1.5 dt dash(run) lc rgb colour[n] title sprintf("depth %d, %s", n, run)
            unset label 1
        }
    }
    unset multiplot
    unset output
}
