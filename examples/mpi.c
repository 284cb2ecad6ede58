/*
Completes a matrix with several processes, each of which holds a part of the entries and all of the factors:

    mpirun -np 4 build/mpi ratings.csv --out path.csv

The library knows nothing of MPI. It hands the numbers that are sums over the entries, the loss and its gradient, to a
function of ours, which adds them up over all processes; everything else each process computes for itself, alike.
Without a file the matrix is synthetic: low rank and noise. A tenth of the entries is held out, and the flow ends when
their error has not been at its least for a while, or the loss is at --loss.

CSV: a moment of the flow a line. loss is the mean squared residual, held_out the root mean square error of the entries
held out, both in deviations of the entries; effective_rank that of the product. The numbers are those of one process
but for rounding, and to the bit those of any run with as many processes on machines of one kind.
*/
#define _POSIX_C_SOURCE 200809L
#include <mpi.h>
#include "../dmf.h"
#include "example.h"
#include "table.h"

enum { PARTS = 10, PATIENCE_STEPS = 30 };  /* one part in ten is held out; steps without a lower error */

typedef struct settings {
    const char *file, *out;
    long size, rank, observed, depth, width, seed, threads;
    double noise, alpha, loss;
} settings;

/* What this process has. */
typedef struct share {
    int rows, cols, process, processes;
    entry_list trained, held;
    double total, total_held;  /* entries of all processes */
    FILE *csv;
    double best;
    long best_step;
} share;

/* ---- Sums over processes ---- */

/* Sums are made in one place and sent to all, so that all have the same bits. */
static int add_up(void *user, double *numbers, size_t count)
{
    int rank, status = MPI_SUCCESS;
    (void)user;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    while (count > 0 && status == MPI_SUCCESS) {
        int n = count < 1 << 24 ? (int)count : 1 << 24;
        if (rank == 0) status = MPI_Reduce(MPI_IN_PLACE, numbers, n, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
        else status = MPI_Reduce(numbers, NULL, n, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
        if (status == MPI_SUCCESS) status = MPI_Bcast(numbers, n, MPI_DOUBLE, 0, MPI_COMM_WORLD);
        numbers += n;
        count -= (size_t)n;
    }
    return status;
}

/* ---- Entries ---- */

/* Entry number k belongs to one of the processes, and is trained or held out, the same for any number of these. */
static void deal(share *s, size_t k, dmf_entry e, dmf_rng *rng)
{
    int held = dmf_below(rng, PARTS) == 0;
    *(held ? &s->total_held : &s->total) += 1;
    if (k % (size_t)s->processes == (size_t)s->process)
        add_entry(held ? &s->held : &s->trained, e.row, e.col, (double)e.value);
}

/* Values less their mean, over their deviation. */
static void read_entries(share *s, const settings *set, dmf_rng *rng)
{
    format wanted = { 0 };
    matrix m = read_matrix(set->file, &wanted);
    double mean = 0, sum = 0;
    size_t k;
    for (k = 0; k < m.known.count; k++) mean += (double)m.known.entries[k].value / (double)m.known.count;
    for (k = 0; k < m.known.count; k++) sum += pow((double)m.known.entries[k].value - mean, 2) / (double)m.known.count;
    s->rows = m.rows.count;
    s->cols = m.cols.count;
    for (k = 0; k < m.known.count; k++) {
        dmf_entry e = m.known.entries[k];
        e.value = (dmf_real)(((double)e.value - mean) / (sum > 0 ? sqrt(sum) : 1));
        deal(s, k, e, rng);
    }
    free_matrix(&m);
}

/* Every process draws the whole, and keeps its share. */
static void draw_entries(share *s, const settings *set, dmf_ctx *ctx, dmf_rng *rng)
{
    size_t n = (size_t)set->size, k;
    dmf_entry *entries = (dmf_entry *)allocate((size_t)set->observed, sizeof *entries);
    dmf_mat w_star = dmf_view((dmf_real *)allocate(n * n, sizeof(dmf_real)), (int)n, (int)n);
    must(ctx, dmf_random_low_rank(ctx, (int)set->rank, w_star, rng));
    must(ctx, dmf_observe(ctx, w_star, (size_t)set->observed, entries, rng));
    s->rows = s->cols = (int)set->size;
    for (k = 0; k < (size_t)set->observed; k++) {
        entries[k].value += (dmf_real)(set->noise * dmf_normal(rng));
        deal(s, k, entries[k], rng);
    }
    free(w_star.data);
    free(entries);
}

/* ---- The run ---- */

static double held_out_error(const share *s, const dmf_moment *now)
{
    double sum = 0;
    if (s->held.count > 0)
        must(now->ctx, dmf_entry_error(now->ctx, now->factors, s->held.entries, s->held.count, &sum));
    sum *= (double)s->held.count;
    if (add_up(NULL, &sum, 1) != MPI_SUCCESS) fail("the processes have lost each other");
    return sqrt(sum / s->total_held);
}

/* A line of CSV. All processes end the run at the same step, since all have the same sum. */
static int look(void *user, const dmf_moment *now)
{
    share *s = (share *)user;
    double error = s->total_held > 0 ? held_out_error(s, now) : 0;
    dmf_spectrum spectrum;
    if (now->step == 0 || error < s->best) {
        s->best = error;
        s->best_step = now->step;
    }
    if (s->csv) {
        must(now->ctx, dmf_factors_spectrum(now->ctx, now->factors, NULL, &spectrum));
        fprintf(s->csv, "%ld,%.10g,%.10g,%.10g,%.10g,%ld\n", now->step, now->time, now->loss, error,
                spectrum.effective_rank, now->evaluations);
    }
    return s->total_held > 0 && now->step > s->best_step + PATIENCE_STEPS;
}

static void run_flow(share *s, const settings *set, dmf_ctx *ctx, dmf_rng *rng)
{
    dmf_problem *problem = NULL;
    dmf_factors *factors = NULL;
    dmf_motion flow = { .stop_loss = set->loss };
    dmf_observer observer = { .look = look, .user = s };
    dmf_report report;
    int hidden[100], j;
    for (j = 0; j < set->depth - 1; j++) hidden[j] = (int)set->width;
    must(ctx, dmf_completion(ctx, s->rows, s->cols, s->trained.entries, s->trained.count, &problem));
    must(ctx, dmf_problem_scale(ctx, problem, 2 / s->total));
    must(ctx, dmf_factors_create(ctx, s->rows, s->cols, (int)set->depth, set->width ? hidden : NULL, &factors));
    must(ctx, dmf_start_gaussian(ctx, factors, dmf_deviation(factors, set->alpha), rng));
    must(ctx, dmf_train(ctx, problem, factors, &flow, &observer, &report));
    if (s->process == 0)
        fprintf(stderr, "%d processes, %d x %d, %.0f entries and %.0f held out: %ld gradients, %s; held-out error %.4g"
                " at its least, after step %ld\n", s->processes, s->rows, s->cols, s->total, s->total_held,
                report.evaluations, dmf_stop_text(report.reason), s->best, s->best_step);
    dmf_problem_destroy(problem);
    dmf_factors_destroy(factors);
}

static void run_share(share *s, const settings *set)
{
    dmf_options options = { .threads = (int)set->threads, .reduce = add_up };
    dmf_ctx *ctx = NULL;
    dmf_rng rng = dmf_seed((uint64_t)set->seed, 0);
    buffer b;
    must(NULL, dmf_ctx_create(&options, &ctx));
    if (set->file) read_entries(s, set, &rng);
    else draw_entries(s, set, ctx, &rng);
    if (s->total < s->processes) fail("%.0f entries are too few for %d processes", s->total, s->processes);
    if (s->process == 0) {
        open_buffer(&b);
        s->csv = b.stream;
        fprintf(s->csv, "step,time,loss,held_out,effective_rank,evaluations\n");
    }
    run_flow(s, set, ctx, &rng);
    if (s->process == 0) {
        close_buffer(&b);
        write_file(set->out, &b);
        free(b.bytes);
    }
    free(s->trained.entries);
    free(s->held.entries);
    dmf_ctx_destroy(ctx);
}

int main(int argc, char **argv)
{
    settings set = { .size = 200, .rank = 4, .observed = 12000, .depth = 3, .width = 0, .seed = 1, .threads = 1,
                     .noise = 0.1, .alpha = 1e-2, .loss = 1e-6 };
    const option options[] = {
        { "FILE", OPERAND, &set.file, 0, 0, "entries, a table or a MatrixMarket file; without one: synthetic" },
        { "size", WHOLE, &set.size, 1, 20000, "rows and columns of the synthetic matrix" },
        { "rank", WHOLE, &set.rank, 1, 20000, "of it" },
        { "observed", WHOLE, &set.observed, 1, 1e9, "its entries that are observed" },
        { "noise", REAL, &set.noise, 0, 1e6, "deviation of what is added to each" },
        { "depth", WHOLE, &set.depth, 1, 100, "of the factorization" },
        { "width", WHOLE, &set.width, 0, 1e6, "hidden; 0: that of the matrix" },
        { "alpha", REAL, &set.alpha, 1e-100, 1e6, "scale of the start" },
        { "loss", REAL, &set.loss, 1e-20, 1, "to end at" },
        { "seed", WHOLE, &set.seed, 0, 1e9, "of everything random" },
        { "threads", WHOLE, &set.threads, 1, 1024, "of each process" },
        { "out", TEXT, &set.out, 0, 0, "CSV file to write, instead of standard output" }
    };
    share s = { .csv = NULL };
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &s.process);
    MPI_Comm_size(MPI_COMM_WORLD, &s.processes);
    if (s.process > 0) MPI_Barrier(MPI_COMM_WORLD);  /* process 0 says what is wrong, and ends all */
    read_options(argc, argv, "Completes a matrix with several processes.", options, sizeof options / sizeof *options);
    if (set.file && (set.size != 200 || set.rank != 4 || set.observed != 12000 || set.noise != 0.1))
        fail("--size, --rank, --observed and --noise are of the synthetic matrix, and there is a file");
    if (set.rank > set.size) fail("--rank is at most --size");
    if (set.observed > set.size * set.size) fail("--observed is at most the square of --size");
    if (s.process == 0) check_place(set.out);
    if (s.process == 0) MPI_Barrier(MPI_COMM_WORLD);
    run_share(&s, &set);
    MPI_Finalize();
    return 0;
}
