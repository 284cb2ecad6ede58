# The sensing twin of Figure 3, from the CSV of examples/fig3.c --task sensing.
#   gnuplot -e "data='figures/data/fig3_sensing.csv'; base='figures/fig3_sensing'" figures/fig3_sensing.gp

if (!exists("data")) data = "figures/data/fig3_sensing.csv"
if (!exists("base")) base = "figures/fig3_sensing"
load "figures/fig3.gp"
