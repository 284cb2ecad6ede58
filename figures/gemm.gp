# Speed of n x n products, from the CSV of tests/bench/bench_gemm.c.
#   gnuplot -e "data='figures/data/gemm.csv'; base='figures/gemm'" figures/gemm.gp
# writes base.png and base.svg.

if (!exists("data")) data = "figures/data/gemm.csv"
if (!exists("base")) base = "figures/gemm"
if (!exists("forms")) forms = "png svg"

set datafile separator ","
library(name, threads) = sprintf("< awk -F, '$1==\"double\" && $2==\"nn\" && $3==$4 && $4==$5 && $6==%d && $7==\"%s\" && !seen[$3]++' %s", \
    threads, name, data)
peak(name) = sprintf("< awk -F, '$1==\"double\" && $2==\"nn\" && $3==$4 && $4==$5 && $6==1 && $7==\"%s\" && !seen[$3]++ {print $3 \",\" $8/$10}' %s", name, data)
present(name) = system(sprintf("grep -c '^double,nn,.*,1,%s,' %s", name, data)) + 0 > 0

set tics out nomirror scale 0.6 font ",11"
set border 3 lw 1.2 lc rgb "#444444"
set grid lc rgb "#dddddd" lt 1 lw 0.7
set logscale x 2
set xtics (8, 16, 32, 64, 128, 256, 512, 1024, 2000)
set xrange [7:2300]
set yrange [0:*]
set xlabel "n" offset 0, 0.4
set ylabel "GFLOP/s" offset 0.5, 0
set key outside right center font ",11" samplen 2 spacing 1.3 Left reverse

do for [form in forms] {
    if (form eq "png") { set terminal pngcairo size 1100, 480 font "DejaVu Sans,12" background rgb "white" }
    else { set terminal svg size 1100, 480 font "DejaVu Sans,12" background rgb "white" }
    set output base.".".form
    set title "C = A B, n × n, double, one thread" font ",14"
    plot peak("dmf") using 1:2 with lines dt 2 lw 2 lc rgb "#444444" title "peak", \
         library("dmf", 1) using 3:8 with linespoints pt 7 ps 1 lw 2.5 lc rgb "#0072b2" title "dmf.h", \
         present("openblas") ? library("openblas", 1) : "/dev/null" using 3:8 with linespoints pt 4 ps 1 lw 1.8 lc rgb "#d55e00" \
             title (present("openblas") ? "OpenBLAS" : ""), \
         present("blis") ? library("blis", 1) : "/dev/null" using 3:8 with linespoints pt 8 ps 1.1 lw 1.8 lc rgb "#009e73" \
             title (present("blis") ? "BLIS" : ""), \
         present("dmf-avx2") ? library("dmf-avx2", 1) : "/dev/null" using 3:8 with linespoints pt 6 ps 0.9 lw 1.8 lc rgb "#56b4e9" \
             title (present("dmf-avx2") ? "dmf.h, AVX2 only" : "")
    unset output
}
