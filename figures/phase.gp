# Phase diagram of matrix completion, from the CSV of examples/phase.c.
#   gnuplot -e "data='figures/data/phase.csv'; base='figures/phase'" figures/phase.gp
# writes base.png and base.svg. The dots are where half of the matrices are recovered (figures/half.awk).

if (!exists("data")) data = "figures/data/phase.csv"
if (!exists("base")) base = "figures/phase"
if (!exists("forms")) forms = "png svg"

n = system("awk -F, 'NR==2 {print $1}' ".data) + 0.0
ranks = system("awk -F, 'NR>1 && $2>m {m=$2} END {print m}' ".data) + 0.0
points = system("awk -F, 'NR>1 && !s[$3]++ {k++} END {print k}' ".data) + 0.0
most = system("awk -F, 'NR>1 && $3>m {m=$3} END {print m}' ".data) / n**2
trials = system("awk -F, 'NR>1 && $6>m {m=$6} END {print m+1}' ".data) + 0.0

# Share of entries observed, rank, and the share of its matrices that are recovered. An image has two rows and two columns
# at least: where there is one, another follows that is empty and out of sight.
share(depth) = sprintf("< awk -F, '$4==%d && NR>1 {c[$3,$2]++; r[$3,$2]+=$9} END {for (k in c) {split(k,a,SUBSEP); for (i=0; i<%d; i++) for (j=0; j<%d; j++) print a[1]*(1+i), a[2]+j, (i+j ? \"NaN\" : r[k]/c[k])}}' %s | sort -n -k2 -k1", \
    depth, points == 1 ? 2 : 1, ranks == 1 ? 2 : 1, data)
# A point out of sight is there in any case.
half(depth) = sprintf("< awk -F, -f figures/half.awk %s | awk '$1==%d {print $3, $2} END {print \"\\n-1 -1\"}'", data, depth)
column_width = most / points
dx = column_width / 2

# A matrix of rank r has r (2n - r) degrees of freedom.
freedom(fraction) = n * (1 - sqrt(1 - fraction))

array depths[4] = [2, 3, 4, 0]
array name[4] = ["gradient flow, depth 2", "gradient flow, depth 3", "gradient flow, depth 4", "minimum nuclear norm"]

set palette defined (0 "#440154", 0.125 "#472d7b", 0.25 "#3b528b", 0.375 "#2c728e", 0.5 "#21918c", 0.625 "#28ae80", 0.75 "#5ec962", 0.875 "#addc30", 1 "#fde725")
set cbrange [0:1]
set xrange [dx:most+dx]
set yrange [0.5:ranks+0.5]
set border 3 lw 1.2 lc rgb "#444444"
set tics out nomirror scale 0.6 font ",12"
set xtics 0.2
set ytics 1
set xlabel "share of entries observed" offset 0, 0.3 font ",13"
set cbtics 0.2 scale 0.4
set samples 400

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1800, 500 font "DejaVu Sans,12" background rgb "white" }
    else { set terminal svg size 1800, 500 font "DejaVu Sans,12" background rgb "white" }
    set output base.".".form
    set multiplot layout 1, 4 margins 0.042, 0.925, 0.135, 0.83 spacing 0.022, 0
    set label 1 sprintf("Share of random %d × %d matrices that are recovered, %d of each rank", n, n, trials) at screen 0.012, 0.945 left font ",15"
    set label 2 "dots: half of them are     dashes: r (2n − r) entries, as many as there are degrees of freedom" at screen 0.925, 0.945 right font ",12" tc rgb "#444444"
    set ylabel "rank r" offset 0.8, 0 font ",13"
    unset colorbox
    unset key
    do for [p = 1:4] {
        set title name[p] font ",14" offset 0, -0.4
        if (p == 4) { set colorbox user origin 0.938, 0.135 size 0.013, 0.695 }
        plot share(depths[p]) using ($1/n**2):2:3 with image notitle, \
             freedom(x) with lines lw 2.4 dt (6, 3) lc rgb "white" notitle, \
             half(depths[p]) using 1:2 with lines lw 4.5 lc rgb "black" notitle, \
             half(depths[p]) using 1:2 with lines lw 1.6 lc rgb "white" notitle, \
             half(depths[p]) using 1:2 with points pt 7 ps 1.25 lc rgb "black" notitle, \
             half(depths[p]) using 1:2 with points pt 7 ps 0.8 lc rgb "white" notitle
        unset label
        unset ylabel
        set format y ""
    }
    set format y "%g"
    unset multiplot
    unset output
}
