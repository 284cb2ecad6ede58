# Figure 3 of A19, from the CSV of examples/fig3.c.
#   gnuplot -e "data='figures/data/fig3.csv'; base='figures/fig3'" figures/fig3.gp
# writes base.png and base.svg: a row for each panel that the CSV holds, a column for each depth and one for the
# alignment at depth 2.

if (!exists("data")) data = "figures/data/fig3.csv"
if (!exists("base")) base = "figures/fig3"
if (!exists("forms")) forms = "png svg"

set datafile separator ","
distinct(i) = system(sprintf("awk -F, 'NR > 1 && !seen[$%d]++ {print $%d}' %s", i, i, data))
panels = distinct(1)
depths = distinct(2)
main = word(distinct(3), 1) # what the curves are; descent may also be dots
flow = main eq "flow" || main eq "dp5"
aligned = system("grep -c diagonal_mean ".data) + 0 > 0
rows = words(panels)
columns = words(depths) + aligned

caption(panel) = panel eq "movielens" ? "MovieLens 100K, 1682 × 943, 10 000 ratings observed" : \
    sprintf("Random matrix of rank 5, 100 × 100, 2000 %s%s", \
        panel[1:7] eq "sensing" ? "inner products measured" : "entries observed", \
        strstrt(panel, "_") ? ", draw ".panel[strstrt(panel, "_") + 1:*] : "")

# Lines of the CSV with the given panel, depth, method, quantity and index, as step (4) and value (7).
pick(panel, depth, method, quantity, index) = \
    sprintf("< awk -F, '$1==\"%s\" && $2==%d && $3==\"%s\" && $5==\"%s\" && $6==%d' %s", \
        panel, depth, method, quantity, index, data)

# Mean minus and plus deviation of the alignment, side by side.
band(panel, group) = \
    sprintf("< awk -F, '$1==\"%s\" && $5==\"%s_mean\" {m=$7} $1==\"%s\" && $5==\"%s_deviation\" {print $4 \",\" m \",\" $7}' %s", \
        panel, group, panel, group, data)

# The end of an axis.
last_step(panel, depth) = \
    system(sprintf("awk -F, '$1==\"%s\" && $2==%d {s=$4} END {print s}' %s", panel, depth, data)) + 0

# The lower edge of a band on a logarithmic axis, which has no zero: at least a tenth of the mean.
low(mean, deviation) = mean - deviation > mean / 10 ? mean - deviation : mean / 10

curves = 'for [i = 10:1:-1] pick(panel, depth, main, "sigma", i) using 4:7 with lines lw 2 lc rgb colour[i] ' . \
    'title (i == 1 ? "σ₁" : i == 5 ? "σ₅" : i == 6 ? "σ₆" : i == 10 ? "σ₁₀" : "")'
descent = 'for [i = 10:1:-1] pick(panel, depth, "gd", "sigma", i) using 4:7 with points pt 6 ps 0.7 lw 1.2 ' . \
    'lc rgb colour[i] title (i == 1 ? "gradient descent" : "")'

# Ten colours in order of lightness (viridis), told apart by any eye.
array colour[10] = ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#a0c83c", "#d4c02a", "#e8b41c"]

set tics out nomirror scale 0.6 font ",11"
set border 3 lw 1.2 lc rgb "#444444"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set xlabel (flow ? "step (flow time / 0.1)" : "step") offset 0, 0.4
set key font ",11" samplen 1.6 spacing 1.05
unset key

width = 450 * columns
high = 440 * rows + 20
each = (high - 66.0 - 80 - 153 * (rows - 1)) / rows # pixels of a row without what is around it

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size width, high font "DejaVu Sans,12" background rgb "white" }
    else { set terminal svg size width, high font "DejaVu Sans,12" background rgb "white" }
    set output base.".".form
    set multiplot layout rows, columns margins 94.0 / width, 1 - 27.0 / width, 66.0 / high, 1 - 80.0 / high \
        spacing 99.0 / width, 153.0 / high
    do for [row = 1:rows] {
        panel = word(panels, row)
        set label 1 caption(panel) at screen 22.0 / width, 1 - (20 + (row - 1) * (each + 153)) / high left font ",15"
        set yrange [0:*]; set ylabel "singular values" offset 0.3, 0
        do for [c = 1:words(depths)] {
            depth = word(depths, c) + 0
            set title sprintf("depth %d", depth) font ",13" offset 0, -0.5
            set xrange [0:last_step(panel, depth)]
            set xtics format (last_step(panel, depth) < 8000 ? "%g" : "%.0s%c")
            if (row == 1 && c == 1) {
                if (depth == 1) { set key bottom right Left reverse } else { set key top left Left reverse }
            } else { unset key }
            if (flow && panel[1:9] eq "synthetic") { plot @curves, @descent } else { plot @curves }
            unset label 1
        }
        if (aligned) {
            set title "depth 2: alignment" font ",13" offset 0, -0.5
            set xrange [0:last_step(panel, 2)]
            set xtics format (last_step(panel, 2) < 8000 ? "%g" : "%.0s%c")
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
    }
    unset multiplot
    unset output
}
