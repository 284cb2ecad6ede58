# Small starts and their limit, from the CSV of examples/limit.c.
#   gnuplot -e "data='figures/data/limit.csv'; base='figures/limit'" figures/limit.gp
# writes base.png and base.svg. Lines in the second row are medians over the draws in which the limit fits, dots all.

if (!exists("data")) data = "figures/data/limit.csv"
if (!exists("base")) base = "figures/limit"
if (!exists("forms")) forms = "png svg"

n = system("awk -F, 'NR==2 {print $1}' ".data) + 0
rank = system("awk -F, 'NR==2 {print $2}' ".data) + 0
trials = system("awk -F, 'NR>1 && $8>m {m=$8} END {print m}' ".data) + 0
observed = system("awk -F, '$3==\"end\" {print $7; exit}' ".data) + 0
fits = system("awk -F, '$3==\"end\" && $4==\"limit\" && $5==2 && $10==\"given_up\" {s+=!$12} END {print s}' ".data) + 0

# Singular value i over time, of a flow from alpha or of the limit.
sigma(depth, method, alpha, i) = sprintf("< awk -F, '$3==\"path\" && $5==%d && $4==\"%s\" && $6==\"%s\" && $10==\"sigma\" && $11==%d {print $9, $12}' %s", \
    depth, method, alpha, i, data)
# Over x = -log10 alpha: medians of a quantity at the end over the draws in which the limit fits, of flows that were not
# given up; and all draws, with the size and kind of the point, a cross where a flow was given up.
both = "$3==\"end\" && $4==\"limit\" && $5==2 && $10==\"given_up\" {fits[$8]=!$12} $3==\"end\" && $4==\"flow\" && $5==%d {if ($10==\"%s\") v[$6\" \"$8]=$12; if ($10==\"given_up\") g[$6\" \"$8]=$12}"
median = "sort -k1,1g -k2,2g | awk '$1!=a {if (k) print a, v[int((k+1)/2)]; k=0; a=$1} {v[++k]=$2} END {print a, v[int((k+1)/2)]}'"
ends(depth, what) = sprintf("< awk -F, '".both." END {for (k in v) {split(k, a, \" \"); if (fits[a[2]] && !g[k]) print -log(a[1])/log(10), v[k]}}' %s | ".median, depth, what, data)
draws(depth, what) = sprintf("< awk -F, '".both." END {for (k in v) {split(k, a, \" \"); print -log(a[1])/log(10), v[k], (g[k] ? 0.7 : 0.4), (g[k] ? 2 : 7)}}' %s", depth, what, data)
limit(what) = system(sprintf("awk -F, '$3==\"end\" && $4==\"limit\" && $5==2 {if ($10==\"%s\") v[$8]=$12; if ($10==\"given_up\") g[$8]=$12} END {for (k in v) if (!g[k]) print v[k]}' %s | sort -g | awk '{v[NR]=$1} END {print v[int((NR+1)/2)]}'", what, data)) + 0.0
# Share of the draws that are recovered, and medians of the error, over the number of entries.
share(method, depth) = sprintf("< awk -F, '$3==\"entries\" && $4==\"%s\" && $5==%d && $10==\"error\" {k[$7]++; s[$7]+=($12<1e-3)} END {for (m in k) print m, s[m]/k[m]}' %s | sort -g", \
    method, depth, data)
errors(method, depth) = sprintf("< awk -F, '$3==\"entries\" && $4==\"%s\" && $5==%d && $10==\"error\" {print $7, $12}' %s | sort -k1,1g -k2,2g | awk '$1!=a {if (k) print a, v[int((k+1)/2)]; k=0; a=$1} {v[++k]=$2} END {print a, v[int((k+1)/2)]}'", \
    method, depth, data)

array alphas[3] = ["", "0.0001 1e-12 1e-30 1e-100", "0.01 0.0001 1e-08 1e-12"]
array shade[4] = ["#a6cee3", "#5fa2d0", "#1f6fb2", "#08306b"]
array colour[4] = ["#444444", "#0072b2", "#d55e00", "#009e73"]

set border 3 lw 1.2 lc rgb "#444444"
set tics out nomirror scale 0.6 font ",12"
set grid lc rgb "#dddddd" lt 1 lw 0.7

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1500, 1350 font "DejaVu Sans,12" background rgb "white" }
    else { set terminal svg size 1500, 1350 font "DejaVu Sans,12" background rgb "white" }
    set output base.".".form
    set multiplot layout 3, 2 margins 0.055, 0.985, 0.055, 0.93 spacing 0.075, 0.085
    set label 1 sprintf("A vanishing start and its limit: completion of %d × %d matrices of rank %d", n, n, rank) \
        at screen 0.012, 0.975 left font ",16"

    set key top left Left reverse samplen 2.5 spacing 1.2 font ",12"
    do for [depth = 2:3] {
        set xlabel (depth == 2 ? "time / log(1/α)" : "time / α^{−1/3}") font ",13"
        set ylabel "singular values of W" offset 0.8, 0 font ",13"
        set title sprintf("depth %d, equal modes at the start, one draw", depth) font ",13" offset 0, -0.4
        set xrange [0:(depth == 2 ? 1.33 : 1.9)*system(sprintf("awk -F, '$3==\"path\" && $4==\"limit\" && $5==%d && $10==\"loss\" {t=$9} END {print t}' %s", depth, data))]
        set yrange [0:*]
        plot for [a = 1:4] for [i = 1:rank] sigma(depth, "flow", word(alphas[depth], a), i) using 1:2 with lines lw 2 lc rgb shade[a] \
                 title (i == 1 ? "α = ".word(alphas[depth], a) : ""), \
             for [i = 1:rank] sigma(depth, "limit", "0", i) using 1:2 with lines lw 1.8 dt (5, 3) lc rgb "black" \
                 title (i == 1 ? (depth == 2 ? "limit, predicted stays" : "limit, least stays") : "")
        unset label 1
    }

    set logscale x
    set xrange [0.9:110]
    set format x "%g"
    set xtics ("10^{-1}" 1, "10^{-2}" 2, "10^{-3}" 3, "10^{-4}" 4, "10^{-6}" 6, "10^{-8}" 8, "10^{-12}" 12, "10^{-20}" 20, "10^{-30}" 30, "10^{-50}" 50, "10^{-100}" 100)
    set xlabel "α of a Gaussian start" font ",13"
    set logscale y
    set format y "10^{%L}"
    set yrange [*:*]
    set key top right Right noreverse
    set title sprintf("where the flow ends, %d entries, %d draws; the limit fits in %d", observed, trials, fits) font ",13" offset 0, -0.4
    set ylabel "reconstruction error: mean (W − W*)²" offset 0.8, 0 font ",13"
    plot for [d = 2:4] draws(d, "error") using 1:2:3:4 with points pt variable ps variable lc rgb colour[d] notitle, \
         for [d = 2:4] ends(d, "error") using 1:2 with lines lw 2.2 lc rgb colour[d] title sprintf("depth %d", d), \
         keyentry with points pt 2 ps 0.9 lc rgb "#444444" title "given up"
    unset logscale y
    set format y "%g"
    set yrange [0:*]
    level = limit("effective_rank")
    set ylabel "effective rank" offset 0.8, 0 font ",13"
    plot level with lines lw 1.8 dt (5, 3) lc rgb "black" title "limit, median", \
         for [d = 2:4] draws(d, "effective_rank") using 1:2:3:4 with points pt variable ps variable lc rgb colour[d] notitle, \
         for [d = 2:4] ends(d, "effective_rank") using 1:2 with lines lw 2.2 lc rgb colour[d] title sprintf("depth %d", d)
    unset logscale x
    set format x "%g"
    set xtics autofreq

    set xrange [*:*]
    set xlabel sprintf("observed entries, of %d", n * n) font ",13"
    set yrange [-0.02:1.02]
    set key top left Left reverse samplen 1.6
    set title "draws that are recovered to an error below 10^{-3}" font ",13" offset 0, -0.4
    set ylabel "share of draws" offset 0.8, 0 font ",13"
    plot for [d = 2:4] share("flow", d) using 1:2 with linespoints lw 2.2 pt 7 ps 0.8 lc rgb colour[d] title sprintf("depth %d, α = 10^{-3}", d), \
         share("limit", 2) using 1:2 with linespoints lw 2 dt (5, 3) pt 6 ps 1.2 lc rgb "black" title "limit", \
         share("minimum_nuclear_norm", 0) using 1:2 with linespoints lw 2.2 pt 5 ps 0.8 lc rgb "#cc79a7" title "nuclear norm"
    set logscale y
    set format y "10^{%L}"
    set yrange [1e-13:*]
    set key at graph 0.385, 0.5 left top
    set title "median error" font ",13" offset 0, -0.4
    set ylabel "reconstruction error: mean (W − W*)²" offset 0.8, 0 font ",13"
    plot for [d = 2:4] errors("flow", d) using 1:2 with linespoints lw 2.2 pt 7 ps 0.8 lc rgb colour[d] title sprintf("depth %d, to a loss of 10^{-6}", d), \
         errors("limit", 2) using 1:2 with linespoints lw 2 dt (5, 3) pt 6 ps 1.2 lc rgb "black" title "limit", \
         errors("minimum_nuclear_norm", 0) using 1:2 with linespoints lw 2.2 pt 5 ps 0.8 lc rgb "#cc79a7" title "minimum nuclear norm"
    unset logscale y
    set format y "%g"
    unset title
    unset multiplot
    unset output
}
