# The sensing twin of Figure 2, from the CSV of build/fig2 --task sensing.
#   gnuplot -e "data='figures/data/fig2_sensing.csv'; base='figures/fig2_sensing'" figures/fig2_sensing.gp

if (!exists("data")) data = "figures/data/fig2_sensing.csv"
if (!exists("base")) base = "figures/fig2_sensing"
n = 30
observations = "measurements"
load "figures/fig2.gp"
