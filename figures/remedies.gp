# What restores plasticity, from the CSV of examples/remedies.c.
#   gnuplot -e "data='figures/data/remedies.csv'; base='figures/remedies'" figures/remedies.gp
# writes base.png and base.svg. Geometric mean and deviation of the logarithm over trials; small dots are the runs.

if (!exists("data")) data = "figures/data/remedies.csv"
if (!exists("base")) base = "figures/remedies"
if (!exists("forms")) forms = "png svg"

keys = system("awk -F, 'NR>1 && !s[$3 \",\" $4]++ {print $3 \",\" $4}' ".data)
count = words(keys)
trials = system("awk -F, 'NR>1 && $2>m {m=$2} END {print m+1}' ".data) + 0

# Place of the remedy, and column c of the runs, or mean and deviation of its logarithm, and the depth.
pick(case) = sprintf("$1==\"%s\" {key=$3 \",\" $4; if (!(key in r)) r[key]=++rows; y=$c; n=$5;", case)
runs(case, c) = sprintf("< awk -F, -v c=%d '%s print r[key], y, n}' %s", c, pick(case), data)
summary(case, c, depth) = sprintf("< awk -F, -v c=%d '%s i=r[key]; y=log(y); k[i]++; s[i]+=y; q[i]+=y*y; depth[i]=n} END {for (i=1; i<=rows; i++) if (depth[i]==%d) {m=s[i]/k[i]; d=q[i]/k[i]-m*m; print i, m, (k[i]>1 && d>0 ? sqrt(d*k[i]/(k[i]-1)) : 0)}}' %s", \
    c, pick(case), depth, data)
nothing(case) = system(sprintf("awk -F, '$1==\"%s\" && $3==\"nothing\" {s+=log($7); k++} END {print exp(s/k)}' %s", case, data)) + 0.0

label(key) = key eq "nothing,1" ? "nothing" : key eq "perturb,1" ? "noise" : key eq "balance,1" ? "balance" : \
    key eq "layer,1" ? "add a layer" : key eq "layer_perturb,1" ? "add a layer, noise" : \
    key[1:12] eq "layer_shrink" ? "shrink to ".key[14:*].", add a layer, noise" : \
    key[1:6] eq "shrink" ? "shrink to ".key[8:*].", noise" : \
    key eq "restart_2,1" ? "restart at depth 2" : key eq "restart_3,1" ? "restart at depth 3" : key

array colour[3] = ["", "#d55e00", "#0072b2"]
array symbol[3] = [0, 5, 7]
set border 3 lw 1.2 lc rgb "#444444"
set tics out nomirror scale 0.6 font ",12"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set yrange [count+0.6:0.4]
set logscale x
set bars 0.5
unset key
colour_of(n) = n == 2 ? 0x88d55e00 : 0x880072b2
array from[4] = [0.158, 0.402, 0.587, 0.828]
array wide[4] = [0.23, 0.155, 0.23, 0.155]
array names[4] = ["exact", "exact", "random", "random"]
array column[4] = [7, 11, 7, 11]
array title_of[4] = ["exact: 5 × 5, all ones", "exact: cost", "random: 100 × 100, rank 5", "random: cost"]

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1800, 560 font "DejaVu Sans,12" background rgb "white" }
    else { set terminal svg size 1800, 560 font "DejaVu Sans,12" background rgb "white" }
    set output base.".".form
    set multiplot
    set tmargin at screen 0.83; set bmargin at screen 0.13
    set label 1 sprintf("Trained at depth 2 on little data, treated, then trained on more (%d trials)", trials) at screen 0.01, 0.945 left font ",15"
    do for [p = 1:4] {
        error = column[p] == 7
        set lmargin at screen from[p]; set rmargin at screen from[p] + wide[p]
        set title title_of[p] font ",14" offset 0, -0.4
        set ytics 1, 1, count format ""
        if (p == 1) { do for [r = 1:count] { set ytics add (label(word(keys, r)) r) } }
        set xlabel (error ? "test error: mean (W − W*)²" : "gradients, second phase") font ",12"
        if (error) { set format x "10^{%L}"; spread = p == 1 ? 100 : 10; set xtics spread; set xrange [*:(p == 1 ? 2 : 1)] } \
        else { set format x "%g"; set xrange [100:2000]; set xtics (100, 200, 500, 1000, 2000) }
        if (error) { set arrow 1 from nothing(names[p]), graph 0 to nothing(names[p]), graph 1 nohead lw 1.2 dt (2, 3) lc rgb "#444444" back }
        if (p == 1) { set key bottom left at graph 0.02, graph 0.3 Left reverse samplen 1 spacing 1.3 font ",12" } else { unset key }
        plot runs(names[p], column[p]) using 2:1:(colour_of($3)) with points pt 7 ps 0.5 lc rgb variable notitle, \
             for [n = 2:3] summary(names[p], column[p], n) using (exp($2)):1:(exp($2-$3)):(exp($2+$3)) with xerrorbars pt symbol[n] ps 1.5 lw 1.5 lc rgb colour[n] title sprintf("goes on at depth %d", n)
        unset label 1
        unset arrow 1
    }
    unset multiplot
    unset output
}
