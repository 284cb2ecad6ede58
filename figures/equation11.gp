# Equation (11) of A19, from the CSV of examples/equation11.c.
#   gnuplot -e "data='figures/data/equation11.csv'; base='figures/equation11'" figures/equation11.gp
# writes base.png and base.svg.

if (!exists("data")) data = "figures/data/equation11.csv"
if (!exists("base")) base = "figures/equation11"
if (!exists("forms")) forms = "png svg"

set datafile separator ","

# sigma_2 (5) and sigma_1 (6) of one depth and ratio; of trial 1 where there are trials.
pick(source, depth, ratio) = sprintf("< awk -F, '$1==\"%s\" && $2<=1 && $3==%d && $4==%g' %s", source, depth, ratio, data)
ends(source, ratio) = sprintf("< awk -F, '$1==\"%s\" && $4==%g && ($1==\"end\" || $5>9.99)' %s", source, ratio, data)
height(depth, ratio) = real(system(sprintf("awk -F, '$1==\"bound\" && $3==%d && $4==%g {print $6}' %s", depth, ratio, data)))

array colour[4] = ["#440154", "#31688e", "#21a585", "#d4a72c"]
array shape[4] = [5, 7, 9, 13]
array ratio[3] = [0.9, 0.7, 0.5]
array shade[3] = ["#d55e00", "#0072b2", "#555555"]
array mark[3] = [4, 6, 8]
grey = "#444444"

set tics out nomirror scale 0.6 font ",12"
set border 3 lw 1.2 lc rgb grey
set grid lc rgb "#dddddd" lt 1 lw 0.7
set key font ",12" Left reverse samplen 2.2 spacing 1.15

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1500, 500 font "DejaVu Sans,13" background rgb "white" }
    else { set terminal svg size 1500, 500 font "DejaVu Sans,13" background rgb "white" }
    set output base.".".form
    set multiplot layout 1, 3 margins 0.045, 0.99, 0.14, 0.91 spacing 0.065, 0

    set title "ρ₁/ρ₂ = 0.9" font ",14" offset 0, -0.5
    set xlabel "σ₂" offset 0, 0.3; set ylabel "σ₁" offset 1.5, 0
    set xrange [0:10.2]; set yrange [0:10.2]
    set key top left
    plot for [n = 1:4] pick("formula", n, 0.9) using 5:6 with lines lw 2 lc rgb colour[n] notitle, \
         for [n = 1:4] pick("factors", n, 0.9) using 5:6 with points pt shape[n] ps 1.1 lc rgb colour[n] notitle, \
         for [n = 1:4] 1/0 with linespoints lw 2 pt shape[n] ps 1.1 lc rgb colour[n] title sprintf("depth %d", n)

    set title "ρ₁/ρ₂ = 0.5, logarithmic"
    set logscale xy; set format "10^{%L}"
    set xrange [0.008:13]; set yrange [0.008:13]
    do for [n = 3:4] {
        set arrow n from first 0.008, height(n, 0.5) to first 13, height(n, 0.5) nohead lc rgb colour[n] lw 1.5 dt (6,5) back
        set label n sprintf("bound, N = %d", n) at first 0.01, height(n, 0.5) offset 0, 0.6 tc rgb grey font ",11"
    }
    unset key
    plot for [n = 1:4] pick("formula", n, 0.5) using 5:6 with lines lw 2 lc rgb colour[n], \
         for [n = 1:4] pick("factors", n, 0.5) using 5:6 with points pt shape[n] ps 1.1 lc rgb colour[n]
    unset arrow; unset label

    set title "where σ₂ = 10, against depth"
    set xlabel "depth N"
    unset logscale x; set format x "%g"; set xrange [0.9:6.1]; set xtics 1
    set key top right
    plot for [r = 1:3] ends("end", ratio[r]) using 3:6 with lines lw 2 lc rgb shade[r] notitle, \
         for [r = 1:3] ends("factors", ratio[r]) using 3:6 with points pt mark[r] ps 1.5 lw 1.8 lc rgb shade[r] notitle, \
         for [r = 1:3] 1/0 with linespoints lw 2 pt mark[r] ps 1.5 lc rgb shade[r] title sprintf("ρ₁/ρ₂ = %g", ratio[r])
    unset logscale y; set format "%g"; set xtics auto
    unset multiplot
    unset output
}
