# Ratings along the flow, from the CSV of examples/ratings.c.
#   gnuplot -e "data='figures/data/ratings.csv'; base='figures/ratings'" figures/ratings.gp
# writes base.png and base.svg: a column for each depth, errors above and effective rank below.

if (!exists("data")) data = "figures/data/ratings.csv"
if (!exists("base")) base = "figures/ratings"
if (!exists("forms")) forms = "png svg"

pick(depth, offsets, decay) = sprintf("< awk -F, '$1==%d && $2==\"%s\" && $3==%g' %s", depth, offsets, decay, data)
array off[4] = ["no", "no", "yes", "yes"]
array lambda[4] = [0, 8, 0, 8]
array name[4] = ["neither", "decay 8", "offsets", "offsets and decay 8"]
array colour[4] = ["#d4a72c", "#21a585", "#31688e", "#440154"]

set datafile separator ","
set tics out nomirror scale 0.6 font ",12"
set border 3 lw 1.2 lc rgb "#444444"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set xrange [0:400]
set key font ",12" Left reverse samplen 3.2 spacing 1.15

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1500, 820 font "DejaVu Sans,13" background rgb "white" }
    else { set terminal svg size 1500, 820 font "DejaVu Sans,13" background rgb "white" }
    set output base.".".form
    set multiplot layout 2, 3 margins 0.07, 0.985, 0.085, 0.955 spacing 0.04, 0.075
    set yrange [0.6:1.15]
    do for [depth = 2:4] {
        set title sprintf("depth %d", depth) font ",15" offset 0, -0.5
        set ylabel (depth == 2 ? "root mean square error, stars" : "") offset 0.5, 0
        if (depth == 4) { set key bottom left } else { unset key }
        plot for [k = 1:4] pick(depth, off[k], lambda[k]) using 4:7 with lines lw 2.2 lc rgb colour[k] title name[k], \
             for [k = 1:4] pick(depth, off[k], lambda[k]) using 4:6 with lines lw 1.2 dt 2 lc rgb colour[k] notitle, \
             1/0 with lines lw 2.2 lc rgb "#666666" title "held out", 1/0 with lines lw 1.2 dt 2 lc rgb "#666666" title "training"
    }
    unset key
    set title ""
    set yrange [0:31]
    set xlabel "gradients" offset 0, 0.3
    do for [depth = 2:4] {
        set ylabel (depth == 2 ? "effective rank" : "") offset -0.5, 0
        plot for [k = 1:4] pick(depth, off[k], lambda[k]) using 4:8 with lines lw 2.2 lc rgb colour[k]
    }
    set xlabel ""
    unset multiplot
    unset output
}
