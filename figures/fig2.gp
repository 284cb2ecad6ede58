# Figure 2 of A19, from the CSV of examples/fig2.c.
#   gnuplot -e "data='figures/data/fig2.csv'; base='figures/fig2'" figures/fig2.gp
# writes base.png and base.svg. Means over the trials, with deviations. The nuclear norm is drawn as a multiple of the
# truth's: the curves differ by a few per cent, and so do the truths of the trials.

if (!exists("data")) data = "figures/data/fig2.csv"
if (!exists("base")) base = "figures/fig2"
if (!exists("forms")) forms = "png svg"
if (!exists("n")) n = 100
if (!exists("observations")) observations = "observed entries"

set datafile separator ","
ranks = system("awk -F, 'NR > 1 && !seen[$1]++ {print $1}' ".data)
trials = system("awk -F, 'NR > 1 && $4 > most {most = $4} END {print most}' ".data)
deviations = system("awk -F, '$2 == 2 && !seen[$12]++ {print $12}' ".data)
observed(rank) = system("awk -F, '$1 == ".rank." && !seen[$3]++ {print $3}' ".data)

# The curves: which lines of the CSV, and how they look.
CURVES = 7
array of[CURVES]
do for [c = 1:3] { of[c] = sprintf("$2 == 2 && $12 == %s", word(deviations, c)) }
of[4] = "$2 == 3"
of[5] = "$2 == 4"
of[6] = "$5 == \"minimum_nuclear_norm\""
of[7] = "$5 == \"truth\""
array name[CURVES]
do for [c = 1:3] { name[c] = sprintf("depth 2, deviation %s", word(deviations, c)) }
name[4] = "depth 3"
name[5] = "depth 4"
name[6] = "minimum nuclear norm"
name[7] = "truth"
array colour[CURVES] = ["#0072b2", "#56b4e9", "#88c8f0", "#d55e00", "#009e73", "#555555", "#000000"]
array symbol[CURVES] = [7, 6, 4, 5, 9, 12, 0]
array dash[CURVES] = [1, 4, 3, 1, 1, 2, 1]

# Observed, mean, lower and upper end of the bar of a column of the CSV, divided by the truth's if relative is 1. lowest:
# how far a bar may go down, in parts of the mean; a logarithmic axis has no zero.
means(rank, c, column, relative, lowest) = sprintf("< awk -F, -v c=%d -v low=%g \
    'NR == FNR {if ($5 == \"truth\") unit[$1,$3,$4] = %d ? $c : 1; next} \
     $1 == %s && %s {x = $c/unit[$1,$3,$4]; n[$3]++; sum[$3] += x; square[$3] += x*x} END {for (k in n) {\
     m = sum[k]/n[k]; v = n[k] > 1 ? (square[k] - m*sum[k])/(n[k] - 1) : 0; d = v > 0 ? sqrt(v) : 0; \
     print k \",\" m \",\" (m - d > low*m ? m - d : low*m) \",\" m + d}}' %s %s | sort -t, -g", \
    column, lowest, relative, rank, of[c], data, data)

set tics out nomirror scale 0.6 font ",11"
set border 3 lw 1.2 lc rgb "#444444"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set errorbars 0.6
rows = words(ranks)

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1700, 430*rows + 20 font "DejaVu Sans,12" background rgb "white" }
    else { set terminal svg size 1700, 430*rows + 20 font "DejaVu Sans,12" background rgb "white" }
    set output base.".".form
    set multiplot layout rows, 3 margins 0.05, 0.985, (rows == 2 ? 0.07 : 0.13), (rows == 2 ? 0.96 : 0.92) spacing 0.055, 0.1
    do for [row = 1:rows] {
        rank = word(ranks, row)
        least = real(word(observed(rank), 1))
        most = real(word(observed(rank), words(observed(rank))))
        set xrange [least - 0.04*(most - least):most + 0.03*(most - least)]
        set xlabel (row == rows ? observations : "") offset 0, 0.4
        set title sprintf("rank %s, %d × %d, %s trials", rank, n, n, trials) font ",13" offset 0, -0.4
        unset key

        set logscale y
        set yrange [8e-7:10]
        set format y "10^{%L}"
        unset mytics
        set ylabel "reconstruction error, mean of (W − W*)²" offset 0.5, 0
        plot for [c = 1:6] means(rank, c, 6, 0, 0.2) using 1:2:3:4 with yerrorbars lw 1.5 pt 0 lc rgb colour[c], \
             for [c = 1:6] means(rank, c, 6, 0, 0.2) using 1:2 with linespoints lw 2 dt dash[c] pt symbol[c] ps 1.1 lc rgb colour[c]

        unset logscale y
        set format y "%g"
        set yrange [0.88:1.06]
        set ylabel "nuclear norm, as a multiple of the truth's"
        plot 1 with lines lw 2 lc rgb colour[7], \
             for [c = 1:6] means(rank, c, 8, 1, 0) using 1:2:3:4 with yerrorbars lw 1.5 pt 0 lc rgb colour[c], \
             for [c = 1:6] means(rank, c, 8, 1, 0) using 1:2 with linespoints lw 2 dt dash[c] pt symbol[c] ps 1.1 lc rgb colour[c]

        set yrange [*:*]
        set ylabel "effective rank"
        if (row == 1) { set key top right font ",12" samplen 3 spacing 1.2 Left reverse }
        plot means(rank, 7, 7, 0, 0) using 1:2 with lines lw 2 lc rgb colour[7] title name[7], \
             for [c = 1:6] means(rank, c, 7, 0, 0) using 1:2:3:4 with yerrorbars lw 1.5 pt 0 lc rgb colour[c] notitle, \
             for [c = 1:6] means(rank, c, 7, 0, 0) using 1:2 with linespoints lw 2 dt dash[c] pt symbol[c] ps 1.1 lc rgb colour[c] title name[c]
    }
    unset multiplot
    unset output
}
