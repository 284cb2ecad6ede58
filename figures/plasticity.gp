# Loss of plasticity, from the CSV of examples/plasticity.c.
#   gnuplot -e "data='figures/data/plasticity.csv'; base='figures/plasticity'" figures/plasticity.gp
# writes base.png and base.svg. Random case: geometric mean of the error, mean of the stable rank, and deviations over
# trials as bars. Below: the stable rank before and after the second phase of exact cases, a symbol for every m.

if (!exists("data")) data = "figures/data/plasticity.csv"
if (!exists("base")) base = "figures/plasticity"
if (!exists("forms")) forms = "png svg"

switch = system("awk -F, '$1==\"random\" && $6>m {m=$6} END {print m}' ".data) / 1000.0
trials = system("awk -F, '$1==\"random\" && $2>m {m=$2} END {print m+1}' ".data) + 0

# Bars stand at every thirtieth of 121 points, and as far from each other where there are fewer.
least = system("awk -F, '$1==\"random\" && $2==0 && $4!=\"limit\" && $7==\"error\" {n[$3,$4,$5]++} END {for (k in n) if (!m || n[k]<m) m=n[k]; print m}' ".data) + 0
place(i) = int(i * least / 121.0)
every30 = place(30) > 1 ? place(30) : 1

# Step, mean, deviation over trials; of the logarithm for errors.
curve(case, depth, run, phase, quantity, logarithm) = sprintf("< awk -F, '$1==\"%s\" && $3==%d && $4==\"%s\" && $5==%d && $7==\"%s\" {y=%d?log($9):$9; if (!k[$6]++) o[++c]=$6; s[$6]+=y; q[$6]+=y*y} END {for (i=1; i<=c; i++) {x=o[i]; m=s[x]/k[x]; d=q[x]/k[x]-m*m; print x, m, (k[x]>1 && d>0 ? sqrt(d*k[x]/(k[x]-1)) : 0)}}' %s", \
    case, depth, run, phase, quantity, logarithm, data)
sigma(depth, run, phase, k) = sprintf("< awk -F, '$1==\"random\" && $2==0 && $3==%d && $4==\"%s\" && $5==%d && $7==\"sigma\" && $8==%d {print $6, $9}' %s", \
    depth, run, phase, k, data)

# Of the limits that fit, over all cases and trials: at x from one to the other the geometric mean, or mean.
limit(case, quantity, logarithm, from, to) = sprintf("< awk -F, '$1==\"%s\" && $4==\"limit\" && $5==2 {if ($7==\"%s\") y[$2]=%d?log($9):$9; if ($7==\"end\") e[$2]=$9} END {for (t in y) if (e[t]==5) {s+=y[t]; k++} v=k ? (%d ? exp(s/k) : s/k) : -1; print %g, v; print %g, v}' %s", \
    case, quantity, logarithm, logarithm, from, to, data)

# Of a decay: the loss at the switch, stable rank there and at the end, and a bound, or 0.
decay(case, depth, bound) = sprintf("< awk -F, '$1==\"%s\" && $3==%d {v[$7,$8]=$9; if ($8>n) n=$8} END {for (i=0; i<=n; i++) print v[\"loss_before\",i], v[\"rank_before\",i], v[\"rank_after\",i], v[\"%s\",i]+0}' %s", case, depth, bound, data)

# The upper rows were made for a picture of their own.
up(y) = 0.33 + 0.67 * y

array colour[4] = ["", "#d55e00", "#0072b2", "#009e73"]
array shade[10] = ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#a0c83c", "#d4c02a", "#e8b41c"]

set bars 0.5
set border 3 lw 1.2 lc rgb "#444444"
set tics out nomirror scale 0.6 font ",11"
set grid lc rgb "#dddddd" lt 1 lw 0.7
left(c) = 0.046 + 0.247 * c
names = "exact2 exact5"
sizes = "2 5"

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1800, 1370 font "DejaVu Sans,12" background rgb "white" }
    else { set terminal svg size 1800, 1370 font "DejaVu Sans,12" background rgb "white" }
    set output base.".".form
    set multiplot

    # ---- The exact case, from the switch on ----

    set tmargin at screen up(0.90); set bmargin at screen up(0.595)
    unset key
    set label 1 "Exact case: all ones, the diagonal until it fits, then the superdiagonal too" at screen 0.008, up(0.972) left font ",15"
    set logscale x
    set xrange [1:2e6]
    set xtics 100
    set format x "10^{%L}"
    set xlabel "steps with all data" offset 0, 0.4
    do for [c = 0:1] {
        unset key
        name = word(names, c + 1)
        d = word(sizes, c + 1)
        set lmargin at screen left(2 * c); set rmargin at screen left(2 * c) + 0.19
        set title d." × ".d.": test error" font ",13" offset 0, -0.5
        set ylabel "mean (W − W*)²" offset 1, 0
        set logscale y; set yrange [1e-17:10]; set ytics 1e4; set format y "10^{%L}"
        plot for [n = 2:4] curve(name, n, "warm", 2, "error", 1) using 1:(exp($2)) with lines lw 2.4 lc rgb colour[n], \
             for [n = 2:4] curve(name, n, "cold", 2, "error", 1) using 1:(exp($2)) with lines lw 2 dt (5, 3) lc rgb colour[n]
        unset label 1
        if (c == 0) { set key top right Left reverse samplen 3 spacing 1.1 font ",11" } else { unset key }
        set lmargin at screen left(2 * c + 1); set rmargin at screen left(2 * c + 1) + 0.19
        set title d." × ".d.": stable rank" font ",13" offset 0, -0.5
        set ylabel "‖W‖_F² / ‖W‖²" offset 1, 0
        unset logscale y; set yrange [0.95:1.8]; set ytics 0.2; set format y "%g"
        plot for [n = 2:4] curve(name, n, "warm", 2, "stable_rank", 0) using 1:2 with lines lw 2.4 lc rgb colour[n] title sprintf("depth %d, warm", n), \
             for [n = 2:4] curve(name, n, "cold", 2, "stable_rank", 0) using 1:2 with lines lw 2 dt (5, 3) lc rgb colour[n] title sprintf("depth %d, cold", n), \
             limit(name, "stable_rank", 0, 1, 2e6) using 1:2 with lines lw 1.8 dt (2, 2) lc rgb "black" title "limit α → 0, cold"
    }

    # ---- The random case, through the switch ----

    set tmargin at screen up(0.40); set bmargin at screen up(0.075)
    set label 1 sprintf("Random case: 100 × 100, rank 5, 1000 entries, then 2000 (%d trials; singular values: one)", trials) at screen 0.008, up(0.475) left font ",15"
    unset key
    unset logscale x
    set xrange [0:2*switch]
    set xtics autofreq
    set format x "%g"
    set xlabel "thousand steps" offset 0, 0.4
    set arrow 1 from first switch, graph 0 to first switch, graph 1 nohead lw 1.2 dt (2, 3) lc rgb "#444444" back
    set lmargin at screen left(0); set rmargin at screen left(0) + 0.19
    set title "test error" font ",13" offset 0, -0.5
    set ylabel "mean (W − W*)²" offset 1, 0
    set logscale y; set yrange [1e-5:30]; set ytics 10; set format y "10^{%L}"
    plot for [n = 2:4] curve("random", n, "warm", 1, "error", 1) using ($1/1e3):(exp($2)) with lines lw 2.4 lc rgb colour[n], \
         for [n = 2:4] curve("random", n, "warm", 2, "error", 1) using ($1/1e3+switch):(exp($2)) with lines lw 2.4 lc rgb colour[n], \
         for [n = 2:4] curve("random", n, "cold", 2, "error", 1) using ($1/1e3+switch):(exp($2)) with lines lw 2 dt (5, 3) lc rgb colour[n], \
         for [n = 2:4] curve("random", n, "warm", 1, "error", 1) every every30::place(5*n) using ($1/1e3):(exp($2)):(exp($2-$3)):(exp($2+$3)) with yerrorbars pt 7 ps 0.8 lw 1.2 lc rgb colour[n], \
         for [n = 2:4] curve("random", n, "warm", 2, "error", 1) every every30::place(10*n) using ($1/1e3+switch):(exp($2)):(exp($2-$3)):(exp($2+$3)) with yerrorbars pt 7 ps 0.8 lw 1.2 lc rgb colour[n], \
         for [n = 2:4] curve("random", n, "cold", 2, "error", 1) every every30::place(10*n+5) using ($1/1e3+switch):(exp($2)):(exp($2-$3)):(exp($2+$3)) with yerrorbars pt 6 ps 0.8 lw 1.2 lc rgb colour[n]
    unset label 1

    set lmargin at screen left(1); set rmargin at screen left(1) + 0.19
    set title "stable rank" font ",13" offset 0, -0.5
    set ylabel "‖W‖_F² / ‖W‖²" offset -0.6, 0
    unset logscale y; set yrange [0:5]; set ytics 1; set format y "%g"
    plot for [n = 2:4] curve("random", n, "warm", 1, "stable_rank", 0) using ($1/1e3):2 with lines lw 2.4 lc rgb colour[n], \
         for [n = 2:4] curve("random", n, "warm", 2, "stable_rank", 0) using ($1/1e3+switch):2 with lines lw 2.4 lc rgb colour[n], \
         for [n = 2:4] curve("random", n, "cold", 2, "stable_rank", 0) using ($1/1e3+switch):2 with lines lw 2 dt (5, 3) lc rgb colour[n], \
         limit("random", "stable_rank", 0, switch, 2*switch) using 1:2 with lines lw 1.8 dt (2, 2) lc rgb "black", \
         for [n = 2:4] curve("random", n, "warm", 1, "stable_rank", 0) every every30::place(25+5*n) using ($1/1e3):2:3 with yerrorbars pt 7 ps 0.8 lw 1.2 lc rgb colour[n], \
         for [n = 2:4] curve("random", n, "warm", 2, "stable_rank", 0) every every30::place(25+5*n) using ($1/1e3+switch):2:3 with yerrorbars pt 7 ps 0.8 lw 1.2 lc rgb colour[n]

    do for [n = 2:3] {
        set lmargin at screen left(n); set rmargin at screen left(n) + 0.19
        set title sprintf("ten largest singular values, depth %d", n) font ",13" offset 0, -0.5
        set ylabel "σ_k (dashes: cold)" offset 0.2, 0
        set yrange [0:75]; set ytics 25
        plot for [k = 1:10] sigma(n, "warm", 1, k) using ($1/1e3):2 with lines lw 2 lc rgb shade[k], \
             for [k = 1:10] sigma(n, "warm", 2, k) using ($1/1e3+switch):2 with lines lw 2 lc rgb shade[k], \
             for [k = 1:10] sigma(n, "cold", 2, k) using ($1/1e3+switch):2 with lines lw 1.5 dt (5, 3) lc rgb shade[k]
    }
    unset arrow 1

    # ---- Decay ----

    set tmargin at screen 0.265; set bmargin at screen 0.048
    set label 1 "Exact cases, m from 1.02 to 1000: does fast convergence prevent the stable rank from falling?" at screen 0.008, 0.312 left font ",15"
    set xrange [0:0.235]; set xtics 0.05; set xlabel "loss when the second phase begins" offset 0, 0.4
    set ylabel "‖W‖_F² / ‖W‖²" offset 1, 0
    do for [c = 0:1] {
        name = word("decay2 decay5", c + 1)
        d = word(sizes, c + 1)
        set lmargin at screen left(2 * c); set rmargin at screen left(2 * c) + 0.437
        set title d." × ".d.": stable rank before and after the second phase" font ",13" offset 0, -0.5
        if (c == 0) { set yrange [0.95:2.1]; set ytics 0.2 } else { set yrange [0.8:5.2]; set ytics 1 }
        if (c == 0) { set key top left Left reverse samplen 3 spacing 1.15 font ",11" } else { unset key }
        plot decay(name, 2, "") using 1:2:(0):($3-$2) with vectors nohead lw 1 lc rgb "#f0b48c" notitle, \
             decay(name, 2, "monotone_bound") using 1:(c == 0 ? $4 : 1/0) with lines lw 2.2 dt (5, 3) lc rgb "#000000" title "lower bound, W₂₁ only falls", \
             decay(name, 2, "path_bound") using 1:4 with lines lw 1.8 dt (1, 2) lc rgb "#000000" title "lower bound by the path's length", \
             for [n = 2:4] decay(name, n, "") using 1:2 with points pt 6 ps 1.3 lw 1.5 lc rgb colour[n] title sprintf("depth %d, before", n), \
             for [n = 2:4] decay(name, n, "") using 1:3 with points pt 7 ps 1.1 lc rgb colour[n] title sprintf("depth %d, after", n)
        unset label 1
    }
    unset multiplot
    unset output
}
