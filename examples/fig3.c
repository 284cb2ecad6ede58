/*
Figure 3 of A19: singular values of the product matrix along gradient flow, depth 1, 2, 3, and how its
singular vectors align with the gradient's at depth 2. Top: a random rank-5 matrix, 100 x 100, from 2000
entries. Bottom: MovieLens 100K, items x users, from 10 000 ratings. With --task sensing, the sensing twin:
the same rank-5 matrix from 2000 inner products with matrices of N(0,1)/100 entries.

Protocol (A19, appendix E and published code): mean squared loss, start alpha^(1/N) I with alpha = 1e-3,
descent with rate 0.1. Flow is drawn against step = time / rate.

CSV: panel (synthetic, sensing, movielens; synthetic_2 and so on for further draws), depth, method, step, and
a quantity's value: sigma (index 1 to 10), train_loss and, at depth 2, mean and deviation of |U^T grad l(W) V|
on and off the diagonal. Lines of method gd beside a flow are the paper's own descent, for comparison.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

enum { TOP = 10, PROBES = 8, SIZE = 100, RANK = 5, OBSERVED = 2000, DOTS = 15, DESCENT_POINTS = 40, DEEPEST = 100 };
enum { ITEMS = 1682, USERS = 943, RATINGS = 100000, SHOWN = 10000 };
static const double rate = 0.1, alpha = 1e-3;

typedef enum panel_kind { SYNTHETIC, SENSING, MOVIELENS } panel_kind;
static const char *const kind_names[] = { "synthetic", "sensing", "movielens" };

/* One curve of a panel, from the given draw on. points = 0: where the flow is worth drawing. */
typedef struct task { panel_kind kind; long draw; int depth, alignment; const char *method; long points; } task;

typedef struct settings {
    long points, steps;
    double rtol, part;
    const char *task, *depths, *ml100k;
    task_list *list;
    dmf_entry *ratings;       /* SHOWN of them, drawn at random */
    dmf_mat measured;         /* the A_i of sensing, of the draw below */
    long measured_draw;
    task *tasks;
} settings;

/* Steps on the axis of the paper's panels. */
static long last_step(const settings *s, const task *t)
{
    static const long paper[2][3] = { { 30000, 15000, 20000 }, { 200000, 40000, 50000 } };
    long steps = s->steps ? s->steps : paper[t->kind == MOVIELENS][t->depth < 3 ? t->depth - 1 : 2];
    return t->kind == MOVIELENS ? (long)ceil(s->part * (double)steps) : steps;
}

static int is_flow(const char *method) { return strcmp(method, "flow") == 0 || strcmp(method, "dp5") == 0; }

/* ---- Data ---- */

/* One number of a line, from 1 on. */
static long read_field(const char *path, int line, const char **text, const char *name, double most, char after)
{
    long number;
    if (!read_whole(text, after, 1, most, &number))
        fail("'%s', line %d: the %s of a rating of MovieLens 100K is a whole number from 1 to %.0f, followed by a %s; "
             "here stands '%.*s'", path, line, name, most, after == '\t' ? "tab" : "line's end",
             (int)strcspn(*text, "\t\n"), *text);
    return number;
}

/* Lines of user, item, rating, timestamp: RATINGS of them, no two of one user and item. */
static void read_movielens(settings *s)
{
    FILE *file = fopen(s->ml100k, "r");
    dmf_entry *all = (dmf_entry *)allocate(RATINGS, sizeof *all);
    char *rated = (char *)allocate((size_t)ITEMS * USERS, 1), line[128];
    dmf_rng rng = dmf_seed((uint64_t)s->list->seed, 1);
    int i;
    if (!file) fail("cannot open '%s': %s", s->ml100k, strerror(errno));
    for (i = 0; fgets(line, sizeof line, file); i++) {
        const char *text = line;
        const int user = (int)read_field(s->ml100k, i + 1, &text, "user", USERS, '\t');
        const int item = (int)read_field(s->ml100k, i + 1, &text, "item", ITEMS, '\t');
        const int value = (int)read_field(s->ml100k, i + 1, &text, "value", 5, '\t');
        read_field(s->ml100k, i + 1, &text, "time", 1e10, '\n');
        if (i == RATINGS) fail("'%s', line %d: MovieLens 100K has %d ratings", s->ml100k, i + 1, RATINGS);
        if (rated[(item - 1) * USERS + user - 1]++)
            fail("'%s', line %d: user %d has rated item %d before", s->ml100k, i + 1, user, item);
        all[i] = (dmf_entry){ item - 1, user - 1, (dmf_real)value };
    }
    if (ferror(file)) fail("cannot read '%s': %s", s->ml100k, strerror(errno));
    if (i < RATINGS) fail("'%s', line %d: the file ends; MovieLens 100K has %d ratings", s->ml100k, i + 1, RATINGS);
    fclose(file);
    free(rated);
    for (i = 0; i < SHOWN; i++) {
        int other = i + (int)dmf_below(&rng, (uint64_t)(RATINGS - i));
        dmf_entry entry = all[i];
        all[i] = all[other];
        all[other] = entry;
    }
    s->ratings = all;
}

/* ---- One curve ---- */

typedef struct panel {
    settings *settings;
    const task *task;
    FILE *csv;
    dmf_ctx *ctx;
    dmf_problem *problem;
    long last_step, drawn;       /* where the axis ends; points drawn so far */
    double drawn_time, scale;    /* of the point drawn last; a size for ||W||_F */
    dmf_mat probes, at[2], then; /* random vectors X, and W X on the way, now, and at the point drawn last */
    dmf_mat w, gradient, u, v;   /* u, v: the singular vectors of the point drawn last, all or TOP of them */
    dmf_real *sigma;
    dmf_mat owned[16];
    int owned_count;
} panel;

static dmf_mat matrix(panel *p, int rows, int cols)
{
    dmf_mat *a = &p->owned[p->owned_count++];
    must(p->ctx, dmf_mat_create(p->ctx, rows, cols, a));
    return *a;
}

static void fill_normal(dmf_rng *rng, dmf_mat a, double deviation)
{
    size_t i;
    for (i = 0; i < (size_t)a.rows * (size_t)a.cols; i++) a.data[i] = (dmf_real)(deviation * dmf_normal(rng));
}

static void observe_entries(panel *p, dmf_rng *rng, dmf_mat w_star)
{
    dmf_entry *entries = (dmf_entry *)allocate(OBSERVED, sizeof *entries);
    must(p->ctx, dmf_observe(p->ctx, w_star, OBSERVED, entries, rng));
    must(p->ctx, dmf_completion(p->ctx, SIZE, SIZE, entries, OBSERVED, &p->problem));
    free(entries);
}

/* Streams of random numbers: 0 the first draw, 1 the ratings, 2 the probes, 3 on the further draws. */
static dmf_rng draw_matrix(const settings *s, long draw, dmf_mat w_star)
{
    dmf_rng rng = dmf_seed((uint64_t)s->list->seed, draw ? 2 + (uint64_t)draw : 0);
    must(NULL, dmf_random_low_rank(NULL, RANK, w_star, &rng));
    return rng;
}

/* The A_i follow W* in the stream. */
static void draw_measured(settings *s, long draw, dmf_rng *rng)
{
    if (!s->measured.data) must(NULL, dmf_mat_create(NULL, OBSERVED, SIZE * SIZE, &s->measured));
    if (s->measured_draw != draw) fill_normal(rng, s->measured, 1.0 / SIZE);
    s->measured_draw = draw;
}

/* Those of the first draw before there are workers, which then share them. */
static void measure_first_draw(settings *s)
{
    dmf_mat w_star;
    dmf_rng rng;
    must(NULL, dmf_mat_create(NULL, SIZE, SIZE, &w_star));
    rng = draw_matrix(s, 0, w_star);
    draw_measured(s, 0, &rng);
    dmf_mat_destroy(&w_star);
}

static void measure(panel *p, dmf_rng *rng, dmf_mat w_star)
{
    settings *s = p->settings;
    dmf_mat y = matrix(p, OBSERVED, 1);
    draw_measured(s, p->task->draw, rng);
    must(p->ctx, dmf_gemm(p->ctx, 0, 0, 1, s->measured, dmf_view(w_star.data, SIZE * SIZE, 1), 0, y));
    must(p->ctx, dmf_sensing(p->ctx, SIZE, SIZE, s->measured, y.data, &p->problem));
}

static void make_problem(panel *p)
{
    const settings *s = p->settings;
    const task *t = p->task;
    if (t->kind == MOVIELENS) must(p->ctx, dmf_completion(p->ctx, ITEMS, USERS, s->ratings, SHOWN, &p->problem));
    else {
        dmf_mat w_star = matrix(p, SIZE, SIZE);
        dmf_rng rng = draw_matrix(s, t->draw, w_star);
        if (t->kind == SENSING) measure(p, &rng, w_star);
        else observe_entries(p, &rng, w_star);
    }
    must(p->ctx, dmf_problem_scale(p->ctx, p->problem, 2.0 / (double)dmf_problem_count(p->problem)));
}

static void make_probes(panel *p, int rows, int cols)
{
    dmf_rng rng = dmf_seed((uint64_t)p->settings->list->seed, 2);
    double sum = 0;
    int i;
    p->probes = matrix(p, cols, PROBES);
    p->at[0] = matrix(p, rows, PROBES);
    p->at[1] = matrix(p, rows, PROBES);
    p->then = matrix(p, rows, PROBES);
    fill_normal(&rng, p->probes, 1);
    for (i = 0; i < SHOWN; i++) sum += (double)p->settings->ratings[i].value * p->settings->ratings[i].value;
    p->scale = sqrt(sum / SHOWN * rows * cols);
}

/* Whether the path has gone far enough from the point drawn last: 4 per cent of the scale, or 5 of the axis. Products
   and decompositions of the large matrices are what takes the time, so the distance is estimated from
   E||D X||_F^2 = PROBES ||D||_F^2, X Gaussian. */
static int worth_drawing(panel *p, const dmf_moment *now)
{
    const dmf_factors *f = now->factors;
    double moved = 0, d, time = now->time, last_time = rate * (double)p->last_step;
    dmf_mat x = p->probes;
    size_t i;
    int j;
    for (j = 0; j < f->depth; j++) {
        dmf_mat next = dmf_block(p->at[j % 2], 0, 0, f->dims[j + 1], PROBES);
        must(now->ctx, dmf_gemm(now->ctx, 0, 0, 1, f->w[j], x, 0, next));
        x = next;
    }
    for (i = 0; i < (size_t)x.rows * PROBES; i++) d = (double)x.data[i] - p->then.data[i], moved += d * d;
    if (time > 0 && time < last_time && sqrt(moved / PROBES) < 0.04 * p->scale &&
        time - p->drawn_time < 0.05 * last_time) return 0;
    memcpy(p->then.data, x.data, (size_t)x.rows * PROBES * sizeof *x.data);
    p->drawn_time = time;
    return 1;
}

/* Descent is looked at after every step; flow at the times that were asked for, if any were. */
static int due(panel *p, const dmf_moment *now)
{
    const task *t = p->task;
    if (t->points == 0) return worth_drawing(p, now);
    return is_flow(t->method) || now->step * t->points >= p->drawn * p->last_step;
}

static double step_of(const panel *p, const dmf_moment *now)
{
    return is_flow(p->task->method) ? now->time / rate : (double)now->step;
}

static void write_value(const panel *p, const dmf_moment *now, const char *quantity, int index, double value)
{
    const task *t = p->task;
    fprintf(p->csv, "%s", kind_names[t->kind]);
    if (t->draw > 0) fprintf(p->csv, "_%ld", t->draw + 1);
    fprintf(p->csv, ",%d,%s,%.6g,%s,%d,%.9g\n", t->depth, t->method, step_of(p, now), quantity, index, value);
}

static void write_alignment(panel *p, const dmf_moment *now)
{
    dmf_alignment a;
    double loss;
    must(now->ctx, dmf_problem_loss(now->ctx, p->problem, p->w, p->gradient, &loss));
    must(now->ctx, dmf_align(now->ctx, p->gradient, p->u, p->v, &a));
    write_value(p, now, "diagonal_mean", 0, a.on_mean);
    write_value(p, now, "diagonal_deviation", 0, a.on_deviation);
    write_value(p, now, "off_diagonal_mean", 0, a.off_mean);
    write_value(p, now, "off_diagonal_deviation", 0, a.off_deviation);
}

/* The alignment goes with all of U and V. Of the large matrices they take the most time, and every other point shows as
   much: what lies between is on a straight line to half a line's width. */
static int is_aligned(const panel *p, const dmf_moment *now)
{
    const int at_end = now->time >= rate * (double)p->last_step;
    return p->task->alignment && (p->task->points > 0 || p->drawn < 4 || p->drawn % 2 == 0 || at_end);
}

static void decompose(panel *p, dmf_ctx *ctx, int all)
{
    const dmf_mat u = dmf_block(p->u, 0, 0, p->u.rows, TOP), v = dmf_block(p->v, 0, 0, p->v.rows, TOP), none = { 0 };
    if (all) must(ctx, dmf_svd(ctx, p->w, p->u, p->sigma, p->v));
    else if (p->task->kind == MOVIELENS) must(ctx, dmf_svd_top(ctx, p->w, 0, u, p->sigma, v, NULL));
    else must(ctx, dmf_svd(ctx, p->w, none, p->sigma, none));
}

static int look(void *user, const dmf_moment *now)
{
    panel *p = (panel *)user;
    int i, aligned;
    if (is_flow(p->task->method) || now->step % 100 == 0) report_progress(step_of(p, now) / (double)p->last_step);
    if (!due(p, now)) return 0;
    aligned = is_aligned(p, now);
    must(now->ctx, dmf_product(now->ctx, now->factors, p->w));
    decompose(p, now->ctx, aligned);
    for (i = 0; i < TOP; i++) write_value(p, now, "sigma", i + 1, p->sigma[i]);
    write_value(p, now, "train_loss", 0, now->loss);
    if (aligned) write_alignment(p, now);
    p->drawn++;
    return 0;
}

static void train(panel *p, dmf_factors *factors)
{
    const settings *s = p->settings;
    const task *t = p->task;
    dmf_motion motion = motion_by_name(t->method, rate);
    dmf_observer observer = { .look = look, .user = p };
    double last_time = rate * (double)p->last_step, *times = (double *)allocate((size_t)t->points, sizeof *times);
    int i;
    set_tolerance(&motion, s->rtol * (t->kind == SYNTHETIC ? 1 : 10));
    for (i = 0; i < t->points; i++) times[i] = last_time * (i + 1) / (double)t->points;
    if (is_flow(t->method)) motion.stop_time = last_time;
    else motion.stop_steps = p->last_step;
    if (is_flow(t->method) && t->points) {
        observer.times = times;
        observer.time_count = (size_t)t->points;
    }
    must(p->ctx, dmf_train(p->ctx, p->problem, factors, &motion, &observer, NULL));
    free(times);
}

static void run_panel(void *user, int index, FILE *csv)
{
    settings *s = (settings *)user;
    const task *t = &s->tasks[index];
    int large = t->kind == MOVIELENS, rows = large ? ITEMS : SIZE, cols = large ? USERS : SIZE;
    int vectors = large && !t->alignment ? TOP : cols;
    dmf_options options = { .threads = large ? (int)s->list->threads : 1 };
    dmf_factors *factors;
    panel p = { .settings = s, .task = t, .csv = csv, .last_step = last_step(s, t) };
    must(NULL, dmf_ctx_create(&options, &p.ctx));
    make_problem(&p);
    if (t->points == 0) make_probes(&p, rows, cols);
    p.w = matrix(&p, rows, cols);
    p.gradient = matrix(&p, rows, cols);
    p.u = matrix(&p, rows, vectors);
    p.v = matrix(&p, cols, vectors);
    p.sigma = matrix(&p, 1, cols).data;
    must(p.ctx, dmf_factors_create(p.ctx, rows, cols, t->depth, NULL, &factors));
    must(p.ctx, dmf_start_identity(p.ctx, factors, alpha));
    train(&p, factors);
    dmf_factors_destroy(factors);
    dmf_problem_destroy(p.problem);
    while (p.owned_count > 0) dmf_mat_destroy(&p.owned[--p.owned_count]);
    dmf_ctx_destroy(p.ctx);
}

/* ---- All curves ---- */

/* Seconds on one core of a 2023 server. */
static double weigh(void *user, int index)
{
    static const double flow[3][3] = { { 0.4, 0.4, 0.5 }, { 3, 5, 10 }, { 2, 30, 65 } };
    static const double step[3][3] = { { 1e-5, 7e-5, 2e-4 }, { 1e-2, 1e-2, 1e-2 }, { 1e-2, 2e-2, 0.1 } };
    const settings *s = (const settings *)user;
    const task *t = &s->tasks[index];
    int column = t->depth < 3 ? t->depth - 1 : 2;
    double deeper = t->depth > 3 ? t->depth / 3.0 : 1;
    if (is_flow(t->method)) return flow[t->kind][column] * deeper * (t->kind == MOVIELENS ? s->part : 1);
    return step[t->kind][column] * deeper * (double)last_step(s, t);
}

static void add(settings *s, panel_kind kind, long draw, int depth, const char *method, long points)
{
    int alignment = depth == 2 && strcmp(method, s->list->method) == 0;
    s->tasks[s->list->count++] = (task){ kind, draw, depth, alignment, method, points };
}

static int next_depth(const char **list)
{
    const char after = strchr(*list, ',') ? ',' : 0;
    long depth;
    if (!read_whole(list, after, 1, DEEPEST, &depth) || (after && !**list))
        fail("--depths takes whole numbers from 1 to %d such as 1,2,3", DEEPEST);
    if (!after) *list = "";
    return (int)depth;
}

static void list_tasks(settings *s)
{
    static const char *const tasks[] = { "completion", "sensing", NULL };
    const char *method = s->list->method, *depths;
    int flow = is_flow(method), sensing = one_of(s->task, tasks, "task");
    long draw;
    one_of(method, method_names, "method");
    if (!*s->depths) fail("--depths names no depth");
    s->tasks = (task *)allocate(3 * strlen(s->depths) * (size_t)s->list->trials, sizeof *s->tasks);
    for (draw = 0; draw < s->list->trials; draw++)
        for (depths = s->depths; *depths; ) {
            int depth = next_depth(&depths);
            add(s, sensing ? SENSING : SYNTHETIC, draw, depth, method, s->points);
            if (flow && !sensing) add(s, SYNTHETIC, draw, depth, "gd", DOTS);
            if (s->ml100k && draw == 0) add(s, MOVIELENS, 0, depth, method, flow ? 0 : DESCENT_POINTS);
        }
}

int main(int argc, char **argv)
{
    settings s = { .points = 150, .rtol = 1e-4, .part = 1, .task = "completion", .depths = "1,2,3",
                   .measured_draw = -1 };
    task_list list = { .header = "panel,depth,method,step,quantity,index,value", .run = run_panel, .weight = weigh,
                       .user = &s, TASK_DEFAULTS, .trials = 1 };
    const option options[] = {
        TASK_OPTIONS(list, "draws of the random matrix and of what is observed", ANY_METHOD),
        { "task", TEXT, &s.task, 0, 0, "completion, or sensing: the twin" },
        { "depths", TEXT, &s.depths, 0, 0, "numbers of factors, separated by commas" },
        { "steps", WHOLE, &s.steps, 0, 1e9, "length of the axis; 0: the paper's, that of depth 3 for deeper" },
        { "points", WHOLE, &s.points, 2, 100000, "points along a curve of the random matrix" },
        { "rtol", REAL, &s.rtol, 1e-12, 0.01, "relative tolerance of the flow; sensing, MovieLens: ten times that" },
        { "ml100k", TEXT, &s.ml100k, 0, 0, "path to u.data of MovieLens 100K, for the bottom row of completion" },
        { "short", REAL, &s.part, 0.01, 1, "part of the bottom row's axis to compute" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Figure 3 of A19: singular values along gradient flow, as CSV.", options, option_count);
    if (s.part != 1 && !s.ml100k) fail("--short is of the bottom row, for which --ml100k gives the data");
    if (s.ml100k && !*s.ml100k) s.ml100k = NULL;  /* as make has it where there are no data */
    if (strcmp(s.task, "sensing") == 0 && s.ml100k) fail("--ml100k is for completion, and --task is sensing");
    s.list = &list;
    list_tasks(&s);
    if (s.ml100k) read_movielens(&s);
    if (strcmp(s.task, "sensing") == 0) measure_first_draw(&s);
    run_tasks(&list, argv[0], options, option_count);
    dmf_mat_destroy(&s.measured);
    free(s.ratings);
    free(s.tasks);
    if (!s.ml100k && strcmp(s.task, "sensing") != 0)
        fprintf(stderr, "fig3: without MovieLens, the top row only; get ml-100k.zip at "
                        "https://grouplens.org/datasets/movielens/100k/ and give the path to its u.data\n");
    return 0;
}
