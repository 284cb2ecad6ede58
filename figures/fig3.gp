# Figure 3 of A19, from the CSV of examples/fig3.c.
#   gnuplot -e "data='figures/data/fig3.csv'; base='figures/fig3'" figures/fig3.gp
# writes base.png and base.svg. The bottom row needs MovieLens in the CSV; without it only the top is drawn.

if (!exists("data")) data = "figures/data/fig3.csv"
if (!exists("base")) base = "figures/fig3"

rows = (system("grep -c '^movielens' ".data)+0 > 0) ? 2 : 1
main = (system("grep -c ',flow,' ".data)+0 > 0) ? "flow" : "gd" # what the curves are; descent may also be dots
set datafile separator ","

# Lines of the CSV with the given panel, depth, method, quantity and index, as step (4) and value (7).
pick(panel, depth, method, quantity, index) = sprintf("< awk -F, '$1==\"%s\" && $2==%d && $3==\"%s\" && $5==\"%s\" && $6==%d' %s", \
    panel, depth, method, quantity, index, data)

# Mean minus and plus deviation of the alignment, side by side.
band(panel, group) = sprintf("< awk -F, '$1==\"%s\" && $3==\"%s\" && $5==\"%s_mean\" {m=$7} $1==\"%s\" && $3==\"%s\" && $5==\"%s_deviation\" {print $4 \",\" m \",\" $7}' %s", \
    panel, main, group, panel, main, group, data)

# The lower edge of a band on a logarithmic axis, which has no zero: at least a tenth of the mean.
low(mean, deviation) = mean - deviation > mean / 10 ? mean - deviation : mean / 10

# Ten colours in order of lightness (viridis), told apart by any eye.
array colour[10] = ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#a0c83c", "#d4c02a", "#e8b41c"]

set tics out nomirror scale 0.6 font ",11"
set border 3 lw 1.2 lc rgb "#444444"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set xtics format "%.0s%c"
set key font ",11" samplen 1.6 spacing 1.05
unset key

do for [form in "png svg"] {
    if (form eq "png") { set terminal pngcairo size 1800, 440*rows+20 font "DejaVu Sans,12" background rgb "white" }
    else { set terminal svg size 1800, 440*rows+20 font "DejaVu Sans,12" background rgb "white" }
    set output base.".".form
    set multiplot layout rows, 4 margins 0.052, 0.985, (rows == 2 ? 0.075 : 0.14), (rows == 2 ? 0.91 : 0.83) spacing 0.055, 0.17
    do for [row = 1:rows] {
        panel = row == 1 ? "synthetic" : "movielens"
        set label 1 (row == 1 ? "Random matrix of rank 5, 100 × 100, 2000 entries observed" : "MovieLens 100K, 1682 × 943, 10 000 ratings observed") \
            at screen 0.012, (row == 1 ? (rows == 2 ? 0.975 : 0.95) : 0.478) left font ",15"
        set xlabel (main eq "flow" ? "step (flow time / 0.1)" : "step") offset 0, 0.4
        set yrange [0:*]; set ylabel "singular values" offset 0.3, 0
        do for [depth = 1:3] {
            set title sprintf("depth %d", depth) font ",13" offset 0, -0.5
            set xrange [0:(row == 1 ? (depth == 1 ? 30000 : depth == 2 ? 15000 : 20000) : (depth == 1 ? 200000 : depth == 2 ? 40000 : 50000))]
            if (row == 1) {
                if (depth == 1) { set key bottom right Left reverse } else { unset key }
                plot for [i = 10:1:-1] pick(panel, depth, main, "sigma", i) using 4:7 with lines lw 2 lc rgb colour[i] \
                         title (i == 1 ? "σ₁" : i == 5 ? "σ₅" : i == 6 ? "σ₆" : i == 10 ? "σ₁₀" : ""), \
                     for [i = 10:(main eq "flow" ? 1 : 11):-1] pick(panel, depth, "gd", "sigma", i) using 4:7 with points pt 6 ps 0.7 lw 1.2 lc rgb colour[i] \
                         title (i == 1 ? "gradient descent" : "")
            } else {
                unset key
                plot for [i = 10:1:-1] pick(panel, depth, main, "sigma", i) using 4:7 with lines lw 2 lc rgb colour[i]
            }
            unset label 1
        }
        set title "depth 2: alignment" font ",13" offset 0, -0.5
        set xrange [0:(row == 1 ? 15000 : 40000)]
        set yrange [*:*]; set ylabel "|Uᵀ ∇ℓ(W) V|, mean ± deviation" offset 1, 0
        set key top right Right noreverse
        set logscale y
        set format y "10^{%L}"
        plot band(panel, "diagonal") using 1:(low($2,$3)):($2+$3) with filledcurves fc rgb "#440154" fs transparent solid 0.18 notitle, \
             band(panel, "off_diagonal") using 1:(low($2,$3)):($2+$3) with filledcurves fc rgb "#e69f00" fs transparent solid 0.22 notitle, \
             band(panel, "diagonal") using 1:2 with lines lw 2.2 lc rgb "#440154" title "on the diagonal", \
             band(panel, "off_diagonal") using 1:2 with lines lw 2.2 dt (8,3) lc rgb "#c77c00" title "off the diagonal"
        unset logscale y
        set format y "%g"
    }
    unset multiplot
    unset output
}
