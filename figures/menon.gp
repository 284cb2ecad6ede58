# Menon's question, from the CSV of examples/menon.c.
#   gnuplot -e "data='figures/data/menon.csv'; base='figures/menon'" figures/menon.gp
# writes base.png and base.svg: where the flow ends in the plane of the two entries that are not observed, first from
# balanced starts, then from Gaussian ones; below, how far from the hyperbola, over the scale of the start, of runs that
# fit. Symbols are geometric means over starts, bars deviations of the logarithm; lines are closed forms.

if (!exists("data")) data = "figures/data/menon.csv"
if (!exists("base")) base = "figures/menon"
if (!exists("forms")) forms = "png svg"

# a (8) and b (9) of the ends at one scale, of starts whose determinant (11) has a sign (0: any); and along paths, with
# a blank line between trials.
ends(start, depth, alpha, sign) = sprintf("< awk -F, '$1==\"end\" && $2==\"%s\" && $3==%d && $12<1e-9 && $4>0.9*%g && $4<1.1*%g && %d*$11>=0 {print $8, $9}' %s", start, depth, alpha, alpha, sign, data)
paths(start, depth) = sprintf("< awk -F, '$1==\"path\" && $2==\"%s\" && $3==%d {if ($6 != t) {print \"\"; t = $6} print $8, $9}' %s", start, depth, data)

# alpha and |det W| (10), which is |1 - ab|: of the family, and mean and deviation of its decimal logarithm elsewhere,
# with one point outside of every panel, as some have no other.
family(kind, depth, m) = sprintf("< awk -F, '$1==\"%s\" && $2==\"family\" && $3==%d && $5==%g {print $4, $10}' %s | sort -g", \
    kind, depth, m, data)
means(kind, start, depth, sign) = sprintf("< awk -F, '$1==\"%s\" && $2==\"%s\" && $3==%d && $12<1e-9 && %d*$11>=0 && $10!=0 {y = log($10<0 ? -$10 : $10)/log(10); n[$4]++; s[$4] += y; q[$4] += y*y} \
    END {for (x in n) {m = s[x]/n[x]; v = q[x]/n[x] - m*m; print x, m, sqrt(v>0 ? v : 0)}}' %s | sort -g; printf '\\n1e9 0 0\\n'", kind, start, depth, sign, data)

array ms[3] = [1000, 10, 1.5]
array name[3] = ["family, m = 1000", "family, m = 10", "family, m = 1.5"]
array shape[3] = [9, 7, 5]
grey = "#666666"; rise = "#0072b2"; fall = "#d55e00"; soft = "#a6c4dc"
array of_family[3] = ["#21a585", "#31688e", "#440154"]

set tics out nomirror scale 0.6 font ",12"
set border 3 lw 1.2 lc rgb "#444444"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set errorbars 0.6
set samples 800
hyperbola(x) = abs(x) > 0.3 ? 1/x : 1/0
segment(x, depth) = depth == 2 && abs(x) <= 1 ? x : 1/0

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1500, 1460 font "DejaVu Sans,13" background rgb "white" }
    else { set terminal svg size 1500, 1460 font "DejaVu Sans,13" background rgb "white" }
    set output base.".".form
    set multiplot
    do for [depth = 2:4] {
        set lmargin at screen 0.065 + 0.32 * (depth - 2)
        set rmargin at screen 0.345 + 0.32 * (depth - 2)
        unset logscale; set format "%g"
        set xrange [-2.2:2.2]; set yrange [-2.2:2.2]; set xtics 1; set ytics 1

        set bmargin at screen 0.687; set tmargin at screen 0.968
        set title sprintf("depth %d", depth) font ",15" offset 0, -0.5
        set xlabel ""; set ylabel (depth == 2 ? "balanced starts:  b = W₂₁" : "") offset 0.5, 0
        unset key
        if (depth == 4) { set key at graph 0.99, 0.31 right Left reverse font ",12" samplen 2.4 spacing 1.15 }
        if (depth == 2) { set label 1 "a = b = cos(p₁, p₂):\nthe limit α → 0" at -0.55, -0.95 left font ",12" }
        plot hyperbola(x) with lines lw 2.2 dt (7,4) lc rgb grey title "a b = 1: rank 1", \
             paths("balanced", depth) using 1:2 with lines lw 1 lc rgb soft notitle, \
             segment(x, depth) with lines lw 7 lc rgb "#f0e442" notitle, \
             ends("balanced", depth, 0.316, 0) using 1:2 with points pt 2 ps 0.8 lw 1.2 lc rgb grey title "α = 0.3, with paths", \
             ends("balanced", depth, 0.01, 1) using 1:2 with points pt 7 ps 1 lc rgb rise title "α = 0.01, det W(0) > 0", \
             ends("balanced", depth, 0.01, -1) using 1:2 with points pt 8 ps 1.7 lw 1.8 lc rgb fall title "α = 0.01, det W(0) < 0"
        unset label 1

        set bmargin at screen 0.382; set tmargin at screen 0.645
        set title ""
        set xlabel "a = W₁₂" offset 0, 0.3; set ylabel (depth == 2 ? "Gaussian starts:  b = W₂₁" : "") offset 0.5, 0
        unset key
        if (depth == 4) { set key at graph 0.99, 0.23 right Left reverse font ",12" samplen 2.4 spacing 1.15 }
        plot hyperbola(x) with lines lw 2.2 dt (7,4) lc rgb grey notitle, \
             paths("gaussian", depth) using 1:2 with lines lw 1 lc rgb soft notitle, \
             segment(x, depth) with lines lw 7 lc rgb "#f0e442" notitle, \
             ends("gaussian", depth, 0.316, 0) using 1:2 with points pt 2 ps 0.8 lw 1.2 lc rgb grey title "α = 0.3, with paths", \
             ends("gaussian", depth, 0.01, 0) using 1:2 with points pt 7 ps 1 lc rgb "#000000" title "α = 0.01"

        set bmargin at screen 0.052; set tmargin at screen 0.325
        set logscale xy; set format "10^{%L}"
        set xrange [6e-5:1.6]; set yrange [1e-18:30]; set xtics auto; set ytics 1e-16, 1e4
        set xlabel "α, scale of the start"; set ylabel (depth == 2 ? "|a b − 1| = |det W| at the end" : "")
        unset key
        if (depth == 2) { set key at graph 0.02, 0.8 left Left reverse font ",11" samplen 2.6 spacing 1.05 }
        plot for [k = 1:3] family("formula", depth, ms[k]) using 1:2 with lines lw 1.4 lc rgb of_family[k] notitle, \
             for [k = 1:3] family("end", depth, ms[k]) using 1:2 with points pt shape[k] ps 0.8 lc rgb of_family[k] notitle, \
             for [s = -1:1:2] means("formula", "balanced", depth, s) using 1:(10**$2) with lines lw 2 lc rgb (s > 0 ? rise : fall) notitle, \
             means("limit", "balanced", depth, 1) using 1:(10**$2) with lines lw 3 dt (4,4) lc rgb "#000000" notitle, \
             for [s = -1:1:2] means("end", "balanced", depth, s) using 1:(10**$2):(10**($2-$3)):(10**($2+$3)) with yerrorbars pt (s > 0 ? 7 : 8) ps 1.4 lw 1.7 lc rgb (s > 0 ? rise : fall) notitle, \
             means("end", "gaussian", depth, 0) using ($1*1.13):(10**$2):(10**($2-$3)):(10**($2+$3)) with yerrorbars pt 2 ps 1.1 lw 1.3 lc rgb grey notitle, \
             1/0 with linespoints pt 7 ps 1.4 lw 2 lc rgb rise title "balanced, det W(0) > 0", \
             1/0 with linespoints pt 8 ps 1.4 lw 2 lc rgb fall title "balanced, det W(0) < 0", \
             1/0 with lines lw 3 dt (4,4) lc rgb "#000000" title "its limit α → 0 (depth 2)", \
             1/0 with points pt 2 ps 1.1 lw 1.3 lc rgb grey title "Gaussian starts", \
             for [k = 1:3] 1/0 with linespoints lw 1.4 pt shape[k] ps 0.8 lc rgb of_family[k] title name[k]
    }
    unset multiplot
    unset output
}
