# The summary of tests/bench/solve.sh: first its rows, each after its part and draw, then the deviations of singular
# values, as depth,draw,precision,library compared with,deviation. Only runs that reach the loss are compared.

function median(values, count,    i, j, t) {
    for (i = 2; i <= count; i++)
        for (j = i; j > 1 && values[j] < values[j - 1]; j--) {
            t = values[j]; values[j] = values[j - 1]; values[j - 1] = t
        }
    return (values[int((count + 1) / 2)] + values[int(count / 2) + 1]) / 2
}

function arrived(depth, run, draw) {
    return (depth, run, draw) in loss && loss[depth, run, draw] <= 1e-6 * (1 + 1e-6)
}

# Fills ratios and returns how many there are: of a column in the runs of one method over that in the runs of another.
function compare(table, depth, above, below,    draw, count) {
    delete ratios
    for (draw = 1; draw <= draws; draw++)
        if ((depth, above, draw) in table && arrived(depth, above, draw) && arrived(depth, below, draw))
            ratios[++count] = table[depth, above, draw] / table[depth, below, draw]
    return count + 0
}

function range(what, table, depth, above, below,    count, middle) {
    count = compare(table, depth, above, below)
    if (!count) return
    middle = median(ratios, count)
    printf ", %s %.3g (%.3g to %.3g)", what, middle, ratios[1], ratios[count]
}

function median_evaluations(depth, run,    draw, count) {
    delete ratios
    for (draw = 1; draw <= draws; draw++)
        if (arrived(depth, run, draw)) ratios[++count] = evaluations[depth, run, draw]
    return count ? median(ratios, count) : 0
}

function arrivals(depth, run,    draw, count) {
    for (draw = 1; draw <= draws; draw++) count += arrived(depth, run, draw)
    return count
}

function say_solution(depth, precision,    flow, small, group) {
    flow = "dmf,flow," precision; small = "dmf,flow_1e-6," precision; group = "dmf,group_rmsprop," precision
    if (!((depth, flow, 1) in loss)) return
    printf "depth %d, %s: flow to the loss in %d of %d draws", depth, precision, arrivals(depth, flow), draws
    if (!arrivals(depth, flow)) {
        printf "\n"
        return
    }
    range("PyTorch's time over its", seconds, depth, "torch,group_rmsprop,float", flow)
    range("with PyTorch's steps at their best", at_best, depth, "torch,group_rmsprop,float", flow)
    printf ", evaluations %g", median_evaluations(depth, flow)
    if (median_evaluations(depth, small))
        printf ", from alpha 1e-6 %g (to the loss in %d)", median_evaluations(depth, small), arrivals(depth, small)
    printf "\n    against GroupRMSprop"
    range("error", error, depth, flow, group)
    printf ", sigma_1..5 within %.2g%%", 100 * deviation[depth, precision, "dmf"]
    printf "\n"
    if (!((depth, "torch,group_rmsprop,float", 1) in loss)) return
    printf "    against PyTorch"
    range("error", error, depth, flow, "torch,group_rmsprop,float")
    printf ", sigma_1..5 within %.2g%%", 100 * deviation[depth, precision, "torch"]
    range("PyTorch's time over GroupRMSprop's", seconds, depth, "torch,group_rmsprop,float", group)
    printf "\n"
}

function say_time(part, method, depth, precision,    ours, theirs, product) {
    ours = best[part, depth, "dmf," method "," precision]
    theirs = best[part, depth, "torch," method "," precision]
    product = best[part, "dmf,dense_product," precision]
    if (!ours) return
    printf "%s, depth %d, %s: %s %.4g us", part == "wide" ? "1682 x 943" : "100 x 100", depth, precision, method, ours
    if (theirs) printf ", PyTorch %.4g us, %.3g times", theirs, theirs / ours
    if (part == "step") {
        printf "; of 3(N-1) = %d dense products %.3g", 3 * (depth - 1), ours / (3 * (depth - 1) * product)
        if (depth > 2) printf ", of 3(N-2) = %d %.3g", 3 * (depth - 2), ours / (3 * (depth - 2) * product)
        printf " times the %.4g us each", product
    }
    printf "\n"
}

NF == 5 {
    if (arrived($1, "dmf,flow," $3, $2) && $5 > deviation[$1, $3, $4]) deviation[$1, $3, $4] = $5
    next
}

$1 == "solution" {
    run = $3 "," $4 "," $5
    if ($2 > draws) draws = $2
    evaluations[$6, run, $2] = $8
    seconds[$6, run, $2] = at_best[$6, run, $2] = $9
    loss[$6, run, $2] = $11
    error[$6, run, $2] = $12
    next
}

{
    run = $3 "," $4 "," $5
    if (!(($1, $6, run) in best) || $10 < best[$1, $6, run]) best[$1, $6, run] = $10
    if (!(($1, run) in best) || $10 < best[$1, run]) best[$1, run] = $10
}

END {
    run = "torch,group_rmsprop,float"
    for (depth = 2; depth <= 4; depth++)
        for (draw = 1; draw <= draws; draw++) {
            step = 1e-6 * best["step", depth, "torch,step,float"]
            if (!step) delete at_best[depth, run, draw]
            else if ((depth, run, draw) in at_best) at_best[depth, run, draw] = evaluations[depth, run, draw] * step
        }
    split("float double", precisions, " ")
    split("step gradient", methods, " ")
    for (depth = 2; depth <= 4; depth++)
        for (p = 1; p <= 2; p++) say_solution(depth, precisions[p])
    for (depth = 2; depth <= 4; depth++)
        for (p = 1; p <= 2; p++) for (m = 1; m <= 2; m++) say_time("step", methods[m], depth, precisions[p])
    for (depth = 2; depth <= 3; depth++)
        for (p = 1; p <= 2; p++) for (m = 1; m <= 2; m++) say_time("wide", methods[m], depth, precisions[p])
}
