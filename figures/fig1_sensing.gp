# The sensing twin of Figure 1, from the CSV of build/fig1 --task sensing.
#   gnuplot -e "data='figures/data/fig1_sensing.csv'; base='figures/fig1_sensing'" figures/fig1_sensing.gp

if (!exists("data")) data = "figures/data/fig1_sensing.csv"
if (!exists("base")) base = "figures/fig1_sensing"
n = 30
observations = "measurements"
load "figures/fig1.gp"
