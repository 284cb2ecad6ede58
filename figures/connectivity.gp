# Rank and norm against connected components, from the CSV of examples/connectivity.c.
#   gnuplot -e "data='figures/data/connectivity.csv'; base='figures/connectivity'" figures/connectivity.gp
# writes base.png and base.svg: a row for each rank of the truth. Symbols and bars are means and deviations over trials,
# a little apart to be told from each other.

if (!exists("data")) data = "figures/data/connectivity.csv"
if (!exists("base")) base = "figures/connectivity"
if (!exists("forms")) forms = "png svg"

# Components, mean and deviation of a quantity.
moments(rank, depth, y) = sprintf("< awk -F, '$3==%d && $5==%d && NR>1 {y = %s; n[$4]++; s[$4] += y; q[$4] += y*y} \
    END {for (x in n) {m = s[x]/n[x]; v = q[x]/n[x] - m*m; print x, m, sqrt(v>0 ? v : 0)}}' %s | sort -n", rank, depth, y, data)
observed = system("awk -F, 'NR==2 {print $2}' ".data)
size = system("awk -F, 'NR==2 {print $1}' ".data)

array depths[3] = [2, 3, 0]
array name[3] = ["gradient flow, depth 2", "gradient flow, depth 3", "minimum nuclear norm"]
array colour[3] = ["#440154", "#21918c", "#e69f00"]
array shape[3] = [5, 7, 9]
array dashes[3] = [1, 2, 3]
array quantity[3] = ["$7", "$8", "$9/$12"]
array title[3] = ["effective rank", "stable rank", "nuclear norm / that of the truth"]
grey = "#555555"

set tics out nomirror scale 0.6 font ",12"
set border 3 lw 1.2 lc rgb "#444444"
set grid y lc rgb "#dddddd" lt 1 lw 0.7
set errorbars 0.7
set xrange [0.6:6.4]
set xtics (1, 2, 3, 4, 6)

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1500, 860 font "DejaVu Sans,13" background rgb "white" }
    else { set terminal svg size 1500, 860 font "DejaVu Sans,13" background rgb "white" }
    set output base.".".form
    set multiplot layout 2, 3 margins 0.06, 0.99, 0.085, 0.9 spacing 0.045, 0.075
    set label 1 sprintf("Where completions end: %s × %s, the same %s observed entries in 1 to 6 connected blocks", size, size, observed) \
        at screen 0.012, 0.972 left font ",15"
    do for [rank = 1:2] {
        do for [c = 1:3] {
            set title (rank == 1 ? title[c] : "") font ",14" offset 0, -0.4
            set ylabel (c == 1 ? sprintf("truth of rank %d", rank) : "") font ",14" offset 0, 0
            set xlabel (rank == 2 ? "connected components" : "") offset 0, 0.3
            if (c == 1) { set yrange [0:12.5]; set ytics 2 }
            if (c == 2) { set yrange [0.8:4.2]; set ytics 0.5 }
            if (c == 3) { set yrange [0.6:1.7]; set ytics 0.2 }
            unset key
            if (rank == 1 && c == 1) { set key top left Left reverse font ",12" samplen 3.2 spacing 1.15 }
            plot (c == 1 ? rank * x : 1/0) with lines lw 1.4 dt (2,4) lc rgb grey title "rank × components", \
                 for [k = 1:3] moments(rank, depths[k], quantity[c]) using ($1 + 0.09 * (k - 2)):2:3 with yerrorbars pt shape[k] ps 1.3 lw 1.6 lc rgb colour[k] notitle, \
                 for [k = 1:3] moments(rank, depths[k], quantity[c]) using ($1 + 0.09 * (k - 2)):2 with lines lw 1.8 dt dashes[k] lc rgb colour[k] notitle, \
                 for [k = 1:3] 1/0 with linespoints lw 1.8 dt dashes[k] pt shape[k] ps 1.3 lc rgb colour[k] title name[k]
            unset label 1
        }
    }
    unset multiplot
    unset output
}
