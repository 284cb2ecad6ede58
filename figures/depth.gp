# Depth as a continuous parameter, from the CSV of examples/depth.c.
#   gnuplot -e "data='figures/data/depth.csv'; base='figures/depth'" figures/depth.gp
# writes base.png and base.svg. Mean and deviation over trials, of the logarithm on the right; small dots are the runs.

if (!exists("data")) data = "figures/data/depth.csv"
if (!exists("base")) base = "figures/depth"
if (!exists("forms")) forms = "png svg"

n = system("awk -F, 'NR==2 {print $1}' ".data) + 0
rank = system("awk -F, 'NR==2 {print $2}' ".data) + 0
trials = system("awk -F, 'NR>1 && $5>m {m=$5} END {print m+1}' ".data) + 0
truth = system("awk -F, 'NR>1 {s+=$8} END {print s/(NR-1)}' ".data) + 0.0
count(ratio) = system(sprintf("awk -F, '$4==%g {print $3; exit}' %s", ratio, data)) + 0

# One run a line: 1 - 1/N, column c, size and kind of its dot, a cross if it was given up.
runs(i, c) = sprintf("< awk -F, '$4==%g && $7==\"product\" {up=$15==\"given_up\"; print 1-$6, $%d, (up ? 1.4 : 0.5), (up ? 2 : %d)}' %s", \
    ratio[i], c, symbol[i], data)
# 1 - 1/N, mean and deviation of column c, or of its logarithm.
summary(ratio, kind, c, logarithm) = sprintf("< awk -F, '$4==%g && $7==\"%s\" {x=1-$6; y=%d?log($%d):$%d; k[x]++; s[x]+=y; q[x]+=y*y} END {for (x in k) {m=s[x]/k[x]; d=q[x]/k[x]-m*m; print x, m, (k[x] > 1 && d > 0 ? sqrt(d*k[x]/(k[x]-1)) : 0)}}' %s | sort -n", \
    ratio, kind, logarithm, c, c, data)

array ratio[2] = [1.6, 2.05]
array colour[2] = ["#d55e00", "#0072b2"]
array faint[2] = ["#55d55e00", "#550072b2"]
array symbol[2] = [5, 7]
set style line 1 pt 5 ps 0.9 lw 2.2 dt (9, 4) lc rgb colour[1]
set style line 2 pt 7 ps 0.9 lw 2.2 lc rgb colour[2]

set border 3 lw 1.2 lc rgb "#444444"
set tics out nomirror scale 0.6 font ",12"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set xrange [-0.02:1.02]
set xtics ("1" 0, "1.25" 1-1/1.25, "1.5" 1-1/1.5, "2" 0.5, "2.5" 1-1/2.5, "3" 1-1/3.0, "4" 0.75, "8" 0.875, "∞" 1)
set xlabel "depth N, on a scale of 1 − 1/N" font ",13"

set bars 0.6
do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1500, 560 font "DejaVu Sans,12" background rgb "white" }
    else { set terminal svg size 1500, 560 font "DejaVu Sans,12" background rgb "white" }
    set output base.".".form
    set multiplot layout 1, 2 margins 0.055, 0.985, 0.125, 0.87 spacing 0.075, 0
    set label 1 sprintf("Where gradient flow ends: completion of %d × %d matrices of rank %d, %d trials", n, n, rank, trials) \
        at screen 0.012, 0.95 left font ",15"
    set yrange [0:*]
    set ylabel "effective rank" offset 0.8, 0 font ",13"
    set label 2 sprintf("truth: %.2f", truth) at graph 0.01, first truth offset 0, -0.8 left font ",12" tc rgb "#444444"
    set key top right Right samplen 3.5 spacing 1.25 font ",12"
    plot truth with lines lw 1.6 dt (2, 3) lc rgb "#444444" notitle, \
         for [i = 1:2] runs(i, 9) using 1:2:3:4 with points ps variable pt variable lw 1.5 lc rgb faint[i] notitle, \
         for [i = 1:2] summary(ratio[i], "product", 9, 0) using 1:2:3 with yerrorbars pt symbol[i] ps 0 lw 1.2 lc rgb colour[i] notitle, \
         for [i = 1:2] summary(ratio[i], "product", 9, 0) using 1:2 with linespoints ls i \
             title sprintf("product's dynamics, %d entries = %.2f r (2n − r)", count(ratio[i]), ratio[i]), \
         for [i = 1:2] summary(ratio[i], "factors", 9, 0) using 1:2 with points pt (i == 1 ? 4 : 6) ps 2.1 lw 1.8 lc rgb "black" \
             title (i == 1 ? "factors W_1 ... W_N, trained (open symbols)" : "")
    unset label 1
    unset label 2
    set key top left Left reverse samplen 1
    set yrange [*:*]
    set logscale y
    set format y "10^{%L}"
    set ylabel "reconstruction error: mean (W − W*)²" offset 0.8, 0 font ",13"
    plot for [i = 1:2] runs(i, 11) using 1:2:3:4 with points ps variable pt variable lw 1.5 lc rgb faint[i] notitle, \
         for [i = 1:2] summary(ratio[i], "product", 11, 1) using 1:(exp($2)):(exp($2-$3)):(exp($2+$3)) with yerrorbars pt symbol[i] ps 0 lw 1.2 lc rgb colour[i] notitle, \
         for [i = 1:2] summary(ratio[i], "product", 11, 1) using 1:(exp($2)) with linespoints ls i notitle, \
         for [i = 1:2] summary(ratio[i], "factors", 11, 1) using 1:(exp($2)) with points pt (i == 1 ? 4 : 6) ps 2.1 lw 1.8 lc rgb "black" notitle, \
         keyentry with points pt 2 ps 1.4 lw 1.5 lc rgb "#444444" title "runs given up"
    unset logscale y
    set format y "%g"
    unset multiplot
    unset output
}
