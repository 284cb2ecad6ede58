# Depths at equal time of escape in place of equal alpha, from the CSV of examples/limit.c.
#   gnuplot -e "data='figures/data/limit.csv'; base='figures/escape'" figures/escape.gp
# writes base.png and base.svg. Lines are medians over the draws in which the limit fits, for each alpha; dots the draws.

if (!exists("data")) data = "figures/data/limit.csv"
if (!exists("base")) base = "figures/escape"
if (!exists("forms")) forms = "png svg"

n = system("awk -F, 'NR==2 {print $1}' ".data) + 0
rank = system("awk -F, 'NR==2 {print $2}' ".data) + 0
observed = system("awk -F, '$3==\"end\" {print $7; exit}' ".data) + 0

# A line for each flow that fits, of a draw in which the limit does: alpha, time of escape, a quantity at the end.
flows(depth, what) = sprintf("awk -F, '$3==\"end\" && $4==\"limit\" && $5==2 && $10==\"given_up\" {fits[$8]=!$12} $3==\"end\" && $4==\"flow\" && $5==%d {k=$6\" \"$8; if ($10==\"%s\") v[k]=$12; if ($10==\"escape\") t[k]=$12; if ($10==\"given_up\") g[k]=$12} END {for (k in v) {split(k, a, \" \"); if (fits[a[2]] && !g[k] && t[k] > 0) print a[1], t[k], v[k]}}' %s", \
    depth, what, data)
medians(depth, what) = "< ".flows(depth, what)." | sort -k1,1g -k3,3g | awk 'function put() {asort_(t, k); print t[int((k+1)/2)], v[int((k+1)/2)]} function asort_(x, m,  i, j, y) {for (i=2; i<=m; i++) {y=x[i]; for (j=i-1; j>0 && x[j]>y; j--) x[j+1]=x[j]; x[j+1]=y}} $1!=a {if (k) put(); k=0; a=$1} {t[++k]=$2; v[k]=$3} END {put()}'"

array colour[4] = ["#444444", "#0072b2", "#d55e00", "#009e73"]

set border 3 lw 1.2 lc rgb "#444444"
set tics out nomirror scale 0.6 font ",12"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set logscale x
set format x "10^{%L}"
set xlabel "time of escape from W = 0" font ",13"

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1500, 560 font "DejaVu Sans,12" background rgb "white" }
    else { set terminal svg size 1500, 560 font "DejaVu Sans,12" background rgb "white" }
    set output base.".".form
    set multiplot layout 1, 2 margins 0.055, 0.985, 0.125, 0.87 spacing 0.075, 0
    set label 1 sprintf("Depths at equal time of escape: completion of %d × %d matrices of rank %d, %d entries, α from 10^{-1} down", n, n, rank, observed) \
        at screen 0.012, 0.95 left font ",15"
    set key top right Right samplen 2.5 spacing 1.25 font ",12"
    set logscale y
    set format y "10^{%L}"
    set ylabel "reconstruction error: mean (W − W*)²" offset 0.8, 0 font ",13"
    plot for [d = 2:4] "< ".flows(d, "error") using 2:3 with points pt 7 ps 0.4 lc rgb colour[d] notitle, \
         for [d = 2:4] medians(d, "error") using 1:2 with linespoints lw 2.2 pt 7 ps 0.8 lc rgb colour[d] title sprintf("depth %d", d)
    unset label 1
    unset logscale y
    set format y "%g"
    set ylabel "effective rank" offset 0.8, 0 font ",13"
    set yrange [0:*]
    plot for [d = 2:4] "< ".flows(d, "effective_rank") using 2:3 with points pt 7 ps 0.4 lc rgb colour[d] notitle, \
         for [d = 2:4] medians(d, "effective_rank") using 1:2 with linespoints lw 2.2 pt 7 ps 0.8 lc rgb colour[d] title sprintf("depth %d", d)
    set yrange [*:*]
    unset multiplot
    unset output
}
