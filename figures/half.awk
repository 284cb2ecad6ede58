# From the CSV of examples/phase.c: depth, rank, and the share of entries observed at which half of the matrices are
# recovered, between the largest share where fewer are and the next. No line where that is not within the data.
#   awk -F, -f figures/half.awk figures/data/phase.csv
NR > 1 {
    runs[$4, $2, $3]++
    recovered[$4, $2, $3] += $9
    if (!(($3) in seen)) { seen[$3] = 1; observed[++points] = $3 }
    if ($2 > ranks) ranks = $2
    all = $1 * $1
}
function success(depth, rank, at) { return recovered[depth, rank, observed[at]] / runs[depth, rank, observed[at]] }
END {
    split("0 2 3 4", depths, " ")
    for (d = 1; d <= 4; d++)
        for (rank = 1; rank <= ranks; rank++) {
            for (at = points; at > 0 && success(depths[d], rank, at) >= 0.5; at--) continue
            if (at == 0 || at == points) continue
            low = success(depths[d], rank, at); high = success(depths[d], rank, at + 1)
            print depths[d], rank, (observed[at] + (0.5 - low) / (high - low) * (observed[at + 1] - observed[at])) / all
        }
}
