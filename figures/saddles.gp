# From saddle to saddle at depth 2, from the CSV of examples/saddles.c.
#   gnuplot -e "data='figures/data/saddles.csv'; base='figures/saddles'" figures/saddles.gp
# writes base.png and base.svg: a column for each case, first trial. Above, the loss; in the middle, singular values of
# A (lines), of B (dots) and of both together (dashes); below, the ranks where they are plain.

if (!exists("data")) data = "figures/data/saddles.csv"
if (!exists("base")) base = "figures/saddles"
if (!exists("forms")) forms = "png svg"

# Times and values of the first trial; ranks of points at rest only.
pick(case, quantity, index) = sprintf("< awk -F, '$1==\"%s\" && $2==0 && $4==\"%s\" && $5==%d {print $3, $6}' %s", case, quantity, index, data)
ranks(case, which) = sprintf("< awk -F, '$1==\"%s\" && $2==0 {if ($4==\"rank_%s\") r=$6; if ($4==\"resting\" && $6) print $3, r}' %s", case, which, data)
end(case) = real(system(sprintf("awk -F, '$1==\"%s\" && $2==0 {t=$3} END {print t}' %s", case, data)))

cases = "connected_1 connected_2 connected_3 disconnected"
array name[4] = ["4 × 4, rank 1, connected", "4 × 4, rank 2, connected", "4 × 4, rank 3, connected", "3 × 3, rank 1, two components"]
array colour[4] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"]

set tics out nomirror scale 0.6 font ",12"
set border 3 lw 1.2 lc rgb "#444444"
set grid lc rgb "#dddddd" lt 1 lw 0.7

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1700, 900 font "DejaVu Sans,13" background rgb "white" }
    else { set terminal svg size 1700, 900 font "DejaVu Sans,13" background rgb "white" }
    set output base.".".form
    set multiplot layout 3, 4 margins 0.065, 0.99, 0.08, 0.95 spacing 0.045, 0.05
    do for [row = 1:3] {
        do for [c = 1:4] {
            case = word(cases, c)
            set logscale x; set xrange [10:end(case)]; set xtics (10, 20, 50, 100, 200, 500, 2000, 10000); set format x (row == 3 ? "%g" : "")
            n = c == 4 ? 3 : 4
            set title (row == 1 ? name[c] : "") font ",14" offset 0, -0.5
            set xlabel (row == 3 ? "time of the flow" : "") offset 0, 0.3
            unset key
            if (row == 1) {
                set logscale y; set yrange [1e-9:5]; set ytics 1e2; set format y "10^{%L}"
                set ylabel (c == 1 ? "mean squared residual" : "")
                plot pick(case, "loss", 0) using 1:2 with lines lw 2 lc rgb "#000000" notitle
            }
            if (row == 2) {
                set logscale y; set yrange [1e-16:5]; set ytics 1e4; set format y "10^{%L}"
                set ylabel (c == 1 ? "singular values" : "")
                if (c == 1) { set key at graph 0.45, 0.98 right Left reverse font ",12" samplen 3 spacing 1.15 }
                plot for [k = 1:n] pick(case, "sigma_a", k) using 1:2 with lines lw 2.4 lc rgb colour[k] notitle, \
                     for [k = 1:n] pick(case, "sigma_b", k) using 1:2 with lines lw 2.4 dt (2, 6) lc rgb "#000000" notitle, \
                     for [k = 1:n] pick(case, "sigma_both", k) using 1:2 with lines lw 1.6 dt (24, 16) lc rgb "#777777" notitle, \
                     1/0 with lines lw 2.4 lc rgb colour[1] title "A", \
                     1/0 with lines lw 2.4 dt (2, 6) lc rgb "#000000" title "B", \
                     1/0 with lines lw 1.6 dt (24, 16) lc rgb "#777777" title "[A; Bᵀ]"
            }
            if (row == 3) {
                unset logscale y; set yrange [-0.3:4.3]; set ytics 1; set format y "%g"
                set ylabel (c == 1 ? "rank, where it is plain" : "")
                if (c == 1) { set key at graph 0.42, 0.98 right Left reverse font ",12" samplen 2 spacing 1.15 }
                plot ranks(case, "a") using 1:2 with points pt 6 ps 1.9 lw 1.3 lc rgb "#0072b2" title "A", \
                     ranks(case, "b") using 1:2 with points pt 4 ps 1.2 lw 1.3 lc rgb "#d55e00" title "B", \
                     ranks(case, "both") using 1:2 with points pt 7 ps 0.5 lc rgb "#000000" title "[A; Bᵀ]"
            }
        }
    }
    unset multiplot
    unset output
}
