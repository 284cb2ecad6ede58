# Singular value decompositions beside LAPACK's, from the CSV of tests/bench/bench_svd.c.
#   gnuplot -e "data='figures/data/svd.csv'; base='figures/svd'" figures/svd.gp
# writes base.png and base.svg. Left: random matrices, all vectors. Right: along training paths, if they are there.

if (!exists("data")) data = "figures/data/svd.csv"
if (!exists("base")) base = "figures/svd"
if (!exists("forms")) forms = "png svg"

# Place, time over gesdd's, shape: one line for each shape, in the order of the file.
random(name) = sprintf("< awk -F, '$3==\"random\" {s=$1 \" × \" $2; if (!(s in at)) at[s]=n++; if ($4==\"%s\" && $6) print at[s], $6, \"\\\"\" s \"\\\"\"}' %s", \
    name, data)
path(kind, name) = sprintf("< awk -F, '$3 ~ /^path_/ {s=$1 \" × \" $2 \"\\\\nN = \" substr($3, 6); if (!(s in at)) at[s]=n++} $3 ~ /^%s_/ {s=$1 \" × \" $2 \"\\\\nN = \" substr($3, index($3, \"_\") + 1); if ($4==\"%s\" && $6) print at[s], $6, \"\\\"\" s \"\\\"\"}' %s", \
    kind, name, data)
shapes = system("awk -F, '$3==\"random\" && $4==\"dmf\"' ".data." | wc -l") + 0
paths = system("awk -F, '$3 ~ /^path_/ && $4==\"dmf\"' ".data." | wc -l") + 0

set border 3 lw 1.2 lc rgb "#444444"
set tics out nomirror scale 0.6 font ",11"
set grid ytics lc rgb "#dddddd" lt 1 lw 0.7
set logscale y
set ytics (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1300, 500 font "DejaVu Sans,12" background rgb "white" }
    else { set terminal svg size 1300, 500 font "DejaVu Sans,12" background rgb "white" }
    set output base.".".form
    set multiplot layout 1, 2 margins 0.055, 0.99, 0.13, 0.9 spacing 0.06, 0
    set title "Random matrices, all vectors" font ",14"
    set ylabel "time over gesdd's" offset 1.5, 0
    set xrange [-0.4:shapes - 0.6 + 0.001]
    set yrange [0.5:40]
    set key top left font ",11" samplen 2 spacing 1.3 Left reverse maxrows 3
    plot random("gesvj") using 1:2:xticlabels(3) with linespoints dt 3 pt 6 ps 1 lw 1.8 lc rgb "#cc79a7" title "gesvj (Jacobi)", \
         random("gejsv") using 1:2 with linespoints dt 2 pt 10 ps 1.1 lw 1.8 lc rgb "#009e73" title "gejsv (preconditioned Jacobi)", \
         random("gesvd") using 1:2 with linespoints dt 4 pt 8 ps 1.1 lw 1.8 lc rgb "#e69f00" title "gesvd (QR)", \
         random("gesdd") using 1:2 with linespoints pt 4 ps 1 lw 1.8 lc rgb "#d55e00" title "gesdd (divide and conquer)", \
         random("dmf") using 1:2 with linespoints pt 7 ps 1.1 lw 2.5 lc rgb "#0072b2" title "dmf\\_svd"
    set title "On the path of gradient flow" font ",14"
    unset ylabel
    set xrange [-0.4:(paths > 0 ? paths : 1) - 0.6 + 0.001]
    set yrange [0.03:20]
    if (paths > 0) {
        plot 1 with lines lw 1.8 lc rgb "#d55e00" title "gesdd", \
             path("path", "dmf") using 1:2:xticlabels(3) with points pt 7 ps 1.4 lc rgb "#0072b2" title "dmf\\_svd, all triples", \
             path("top", "dmf_top") using 1:2 with points pt 9 ps 1.5 lc rgb "#56b4e9" title "dmf\\_svd\\_top, ten from the point before, over gesdd without vectors"
    }
    unset multiplot
    unset output
}
