/*
Hostile calls of every public function.

tests/campaign.h is a table: a row makes one valid call and describes its arguments. From that follow the calls which
are made here: every allocation failing in turn; every pointer NULL; every size and number at and beyond the ends of its
range; every two arguments in the same memory. What must hold of each call: it returns, with a status that fits; after a
failure the context has a sentence, and works on; what is no output stays as it was, and after a failure outputs do too;
nothing leaks; what comes with success is finite and the same for the same numbers, wherever they lie.

    test_campaign [all]        all: every complaint, not only the first three of a row
*/
#define _POSIX_C_SOURCE 200809L
#include "test.h"
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#if defined(__unix__) || defined(__APPLE__)
#include <signal.h>
#include <unistd.h>
#define CLOCKED
#endif
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define FORBID(at, bytes) __asan_poison_memory_region(at, bytes)
#define PERMIT(at, bytes) __asan_unpoison_memory_region(at, bytes)
#else
#define FORBID(at, bytes) ((void)(at))
#define PERMIT(at, bytes) ((void)(at))
#endif

/* ---- What a row says ---- */

/* The shape of every W, its singular values, the entries or measurements of a problem, the layers of the factors. */
enum { ROWS = 5, COLS = 4, RANK = 4, OBSERVED = 8, MEASURED = 6, DEPTH = 3 };

typedef enum type { INT, LONG, SIZE, WORD, REAL, DOUBLE, SECONDS, FUNCTION, NO_NUMBER } type;

/* A number in memory: sound from least to most. */
typedef struct field {
    const char *name;
    type type;
    size_t offset;
    double least, most;
    int also;       /* 1: -1 is sound, it asks for zero where 0 means the default; 2: the length of an array */
} field;

typedef enum kind { CONTEXT, GENERATOR, MATRIX, ARRAY, STRUCT, FACTORS, PROBLEM, HANDLE, PATH, NUMBER } kind;

enum {
    IN = 1, OUT = 2,
    OPTIONAL = 4,                 /* may be NULL */
    ANY_ROWS = 8, ANY_COLS = 16,  /* no other argument says how many they are */
    EMPTY = 32,                   /* may be without entries */
    PASSES = 64,                  /* NaN and infinity are passed on */
    PARTIAL = 128,                /* may be written before a failure */
    LENGTH = 256,                 /* of an array: if it is too large, nobody can tell */
    BORROWED = 512,               /* by the problem before it */
    LINKED = 1024,                /* the struct before it has the pointer */
    CALLED = 2048                 /* the loss of the problem is computed */
};

typedef enum fill { BLANK, NORMAL, FALLING, ORTHONORMAL } fill;

typedef struct arg {
    kind kind;
    const char *name;
    unsigned flags;
    int rows, cols;               /* of a matrix; everything else has rows elements */
    size_t size;                  /* of an element, and what numbers are in it */
    const field *fields;
    int field_count;
    fill fill;
    const void *initial;
    const char *used;             /* STRUCT: fields that are used; the others must be 0. NULL = all are */
    size_t link;                  /* LINKED: where the pointer is */
    field number;                 /* NUMBER */
    double value;
    dmf_problem *(*problem)(int rows, dmf_mat a, const dmf_real *y);
    double (*close)(void *place); /* HANDLE: destroys what is there, and returns a number that tells what it was */
} arg;

typedef struct value { void *p; dmf_mat m; int i; size_t n; uint64_t w; double d; dmf_real r; } value;

typedef enum returns { STATUS, NAN_OR_NUMBER, ANYTHING } returns;

typedef struct row {
    const char *function, *variant;
    returns returns;
    double (*call)(const value *);
    const arg *args;
    int count;
} row;

/* ---- Words of the table ---- */

#define TINIEST 4.9406564584124654e-324
#define REAL_MAX (sizeof(dmf_real) == 4 ? (double)FLT_MAX : DBL_MAX)
#define MEMBER_(structure, member, type, least, most, also) \
    { #member, type, offsetof(structure, member), least, most, also }
#define MEMBER(structure, member, type, least, most) MEMBER_(structure, member, type, least, most, 0)
#define MEMBER_OR_ZERO(structure, member, type, least, most) MEMBER_(structure, member, type, least, most, 1)
#define MEMBER_LENGTH(structure, member, type, least, most) MEMBER_(structure, member, type, least, most, 2)
#define COUNT_OF(array) ((int)(sizeof(array) / sizeof *(array)))

static const field any_real[] = { { "", REAL, 0, -DBL_MAX, DBL_MAX, 0 } };
static const field positive_real[] = { { "", REAL, 0, TINIEST, DBL_MAX, 0 } };
static const field any_double[] = { { "", DOUBLE, 0, -DBL_MAX, DBL_MAX, 0 } };
static const field time_double[] = { { "", DOUBLE, 0, 0, DBL_MAX, 0 } };
static const field positive_int[] = { { "", INT, 0, 1, INT_MAX - 65536, 0 } };
static const field entry_fields[] = {
    MEMBER(dmf_entry, row, INT, 0, ROWS - 1), MEMBER(dmf_entry, col, INT, 0, COLS - 1),
    MEMBER(dmf_entry, value, REAL, -DBL_MAX, DBL_MAX)
};
static const field options_fields[] = {
    MEMBER(dmf_options, threads, INT, 0, 1024), MEMBER(dmf_options, isa, INT, 0, DMF_ISA_NEON)
};
static const field motion_fields[] = {
    MEMBER(dmf_motion, method, INT, 0, DMF_ADAM),
    MEMBER(dmf_motion, stop_loss, DOUBLE, 0, DBL_MAX), MEMBER(dmf_motion, stop_time, DOUBLE, 0, DBL_MAX),
    MEMBER(dmf_motion, stop_steps, LONG, 0, (double)LONG_MAX),
    MEMBER(dmf_motion, stop_evaluations, LONG, 0, (double)LONG_MAX),
    MEMBER(dmf_motion, decay, DOUBLE, 0, DBL_MAX), MEMBER(dmf_motion, rtol, DOUBLE, 0, 0.5), MEMBER(dmf_motion, atol, DOUBLE, 0, 1),
    MEMBER(dmf_motion, rate, DOUBLE, 0, DBL_MAX), MEMBER_OR_ZERO(dmf_motion, momentum, DOUBLE, 0, 0.9999999),
    MEMBER_OR_ZERO(dmf_motion, beta, DOUBLE, 0, 0.9999999), MEMBER_OR_ZERO(dmf_motion, beta1, DOUBLE, 0, 0.9999999),
    MEMBER_OR_ZERO(dmf_motion, epsilon, DOUBLE, 0, DBL_MAX), MEMBER(dmf_motion, batch, SIZE, 0, OBSERVED),
    MEMBER(dmf_motion, seed, WORD, 0, 1e20)
};
static const field observer_fields[] = {
    MEMBER(dmf_observer, look, FUNCTION, 1, 0), MEMBER(dmf_observer, every, LONG, 0, (double)LONG_MAX),
    MEMBER_LENGTH(dmf_observer, time_count, SIZE, 0, 1e20)
};
static const field report_fields[] = {
    MEMBER(dmf_report, reason, INT, 0, 0), MEMBER(dmf_report, steps, LONG, 0, 0),
    MEMBER(dmf_report, rejected, LONG, 0, 0), MEMBER(dmf_report, evaluations, LONG, 0, 0),
    MEMBER(dmf_report, time, DOUBLE, 0, 0), MEMBER(dmf_report, loss, DOUBLE, 0, 0),
    MEMBER(dmf_report, cpu_seconds, SECONDS, 0, 0)
};
static const field spectrum_fields[] = {
    MEMBER(dmf_spectrum, nuclear, DOUBLE, 0, 0), MEMBER(dmf_spectrum, frobenius, DOUBLE, 0, 0),
    MEMBER(dmf_spectrum, spectral, DOUBLE, 0, 0), MEMBER(dmf_spectrum, effective_rank, DOUBLE, 0, 0),
    MEMBER(dmf_spectrum, stable_rank, DOUBLE, 0, 0), MEMBER(dmf_spectrum, numerical_rank, INT, 0, 0)
};
static const field alignment_fields[] = {
    MEMBER(dmf_alignment, on_mean, DOUBLE, 0, 0), MEMBER(dmf_alignment, on_deviation, DOUBLE, 0, 0),
    MEMBER(dmf_alignment, off_mean, DOUBLE, 0, 0), MEMBER(dmf_alignment, off_deviation, DOUBLE, 0, 0)
};
static const field coupling_fields[] = {
    MEMBER(dmf_coupling, norm, DOUBLE, 0, 0), MEMBER(dmf_coupling, between, DOUBLE, 0, 0),
    MEMBER(dmf_coupling, share, DOUBLE, 0, 0), MEMBER(dmf_coupling, rounding, DOUBLE, 0, 0),
    MEMBER(dmf_coupling, decoupled, INT, 0, 0)
};
static const field limit_fields[] = {
    MEMBER(dmf_limit, sigma_1, DOUBLE, 0, 0), MEMBER(dmf_limit, sigma_2, DOUBLE, 0, 0),
    MEMBER(dmf_limit, stable_rank, DOUBLE, 0, 0)
};
static const field nuclear_fields[] = {
    MEMBER(dmf_nuclear, eps, DOUBLE, 0, DBL_MAX), MEMBER(dmf_nuclear, gap, DOUBLE, 0, 0.9999999),
    MEMBER(dmf_nuclear, stop_steps, LONG, 0, (double)LONG_MAX), MEMBER(dmf_nuclear, look, FUNCTION, 0, 0)
};
static const field certificate_fields[] = {
    MEMBER(dmf_certificate, upper, DOUBLE, 0, 0), MEMBER(dmf_certificate, lower, DOUBLE, 0, 0),
    MEMBER(dmf_certificate, gap, DOUBLE, 0, 0), MEMBER(dmf_certificate, residual, DOUBLE, 0, 0),
    MEMBER(dmf_certificate, iterations, LONG, 0, 0)
};
static const field path_fields[] = {
    MEMBER(dmf_path, stop_loss, DOUBLE, 0, DBL_MAX), MEMBER(dmf_path, stop_rank, INT, 0, RANK),
    MEMBER(dmf_path, stop_evaluations, LONG, 0, (double)LONG_MAX),
    MEMBER(dmf_path, stop_growth, DOUBLE, 0, DBL_MAX),
    MEMBER_OR_ZERO(dmf_path, tie, DOUBLE, 0, 0.9999999), MEMBER(dmf_path, rest, DOUBLE, 0, 0.1),
    MEMBER(dmf_path, eps, DOUBLE, 0, 0.9999999), MEMBER(dmf_path, look, FUNCTION, 0, 0)
};
static const field path_report_fields[] = {
    MEMBER(dmf_path_report, reason, INT, 0, 0), MEMBER(dmf_path_report, rank, INT, 0, 0),
    MEMBER(dmf_path_report, loss, DOUBLE, 0, 0), MEMBER(dmf_path_report, gap, DOUBLE, 0, 0),
    MEMBER(dmf_path_report, evaluations, LONG, 0, 0), MEMBER(dmf_path_report, cpu_seconds, SECONDS, 0, 0)
};

static const field fit_options_fields[] = {
    MEMBER(dmf_fit_options, method, INT, 0, DMF_FIT_POSTERIOR), MEMBER(dmf_fit_options, folds, INT, 0, OBSERVED),
    MEMBER(dmf_fit_options, depth, INT, 0, 100), MEMBER(dmf_fit_options, width, INT, 0, RANK),
    MEMBER(dmf_fit_options, decay, DOUBLE, 0, 1e9), MEMBER(dmf_fit_options, seed, WORD, 0, 1e20)
};
static const field fit_report_fields[] = {
    MEMBER(dmf_fit_report, offsets_error, DOUBLE, 0, 0), MEMBER(dmf_fit_report, error, DOUBLE, 0, 0),
    MEMBER(dmf_fit_report, error_deviation, DOUBLE, 0, 0), MEMBER(dmf_fit_report, expected, DOUBLE, 0, 0),
    MEMBER(dmf_fit_report, decay, DOUBLE, 0, 0),
    MEMBER(dmf_fit_report, effective_rank, DOUBLE, 0, 0), MEMBER(dmf_fit_report, within_one, DOUBLE, 0, 0),
    MEMBER(dmf_fit_report, evaluations, LONG, 0, 0), MEMBER(dmf_fit_report, seconds, SECONDS, 0, 0),
    MEMBER(dmf_fit_report, cpu_seconds, SECONDS, 0, 0)
};
static const field place_fields[] = {
    MEMBER(dmf_entry, row, INT, -1, ROWS - 1), MEMBER(dmf_entry, col, INT, -1, COLS - 1)
};
static const field size_field[] = { { "", SIZE, 0, 0, 1e20, 0 } };

#define CTX { .kind = CONTEXT, .name = "context", .flags = OPTIONAL }
#define RNG { .kind = GENERATOR, .name = "generator", .flags = IN | OUT, .rows = 1, .cols = 1, .size = sizeof(dmf_rng) }
#define SPREAD(kind_, name_, flags_, rows_, cols_, element, fields_) .kind = kind_, .name = name_, .flags = flags_, \
    .rows = rows_, .cols = cols_, .size = sizeof(element), .fields = fields_, .field_count = COUNT_OF(fields_)
#define MAT(name, rows, cols, filling, flags) \
    { SPREAD(MATRIX, name, flags, rows, cols, dmf_real, any_real), .fill = filling }
#define REALS(name, count, filling, flags) { SPREAD(ARRAY, name, flags, count, 1, dmf_real, any_real), .fill = filling }
#define POSITIVES(name, count, flags) { SPREAD(ARRAY, name, flags, count, 1, dmf_real, positive_real), .fill = FALLING }
#define DOUBLES(name, count, flags) { SPREAD(ARRAY, name, flags, count, 1, double, any_double) }
#define ENTRIES(name, count, flags) { SPREAD(ARRAY, name, flags, count, 1, dmf_entry, entry_fields), .fill = NORMAL }
#define TRUSTED_MAT(name, rows, cols) MAT(name, rows, cols, NORMAL, IN | BORROWED)
#define INTS(name, count, flags, ...) \
    { SPREAD(ARRAY, name, flags, count, 1, int, positive_int), .initial = (const int[]){ __VA_ARGS__ } }
#define TIMES(name, count, owner, member, ...) \
    { SPREAD(ARRAY, name, IN | LINKED, count, 1, double, time_double), .initial = (const double[]){ __VA_ARGS__ }, \
      .link = offsetof(owner, member) }
#define STRUCTURE(name, structure, fields, flags, ...) \
    { SPREAD(STRUCT, name, flags, 1, 1, structure, fields), .initial = &(const structure){ __VA_ARGS__ } }
#define RESULT(name, structure, fields, flags) { SPREAD(STRUCT, name, OUT | flags, 1, 1, structure, fields) }
#define MOTION(uses, ...) { SPREAD(STRUCT, "motion", IN, 1, 1, dmf_motion, motion_fields), .used = uses, \
    .initial = &(const dmf_motion){ __VA_ARGS__ } }
#define OBSERVER(...) STRUCTURE("observer", dmf_observer, observer_fields, IN | OPTIONAL, look_on, NULL, __VA_ARGS__)
#define FACTORIZATION(name, flags) { SPREAD(FACTORS, name, flags, 1, 1, dmf_real, any_real) }
#define A_PROBLEM(opened, flags_) { .kind = PROBLEM, .name = "problem", .flags = IN | (flags_), .problem = opened }
#define MEASUREMENTS MAT("the sensing matrix", MEASURED, ROWS * COLS, NORMAL, IN | BORROWED), \
    REALS("y", MEASURED, NORMAL, IN | BORROWED)
#define MADE(name_, closed) { .kind = HANDLE, .name = name_, .flags = OUT, .rows = 1, .cols = 1, \
    .size = sizeof(void *), .close = closed }
#define MADE_MAT(name_) { .kind = HANDLE, .name = name_, .flags = OUT, .rows = 1, .cols = 1, .size = sizeof(dmf_mat), \
    .close = close_mat }
#define FILE_AT(name_) { .kind = PATH, .name = name_, .flags = IN, .rows = 1, .cols = 1 }
#define OF_TYPE(name_, type_, member, value_, least, most, flags_) { .kind = NUMBER, .name = name_, .flags = flags_, \
    .value = value_, .number = { "", type_, offsetof(value, member), least, most, 0 } }
#define WHOLE(name, value, least, most, flags) OF_TYPE(name, INT, i, value, least, most, flags)
#define COUNT(name, value, least, most, flags) OF_TYPE(name, SIZE, n, value, least, most, flags)
#define NUMBER_(name, value, least, most) OF_TYPE(name, DOUBLE, d, value, least, most, 0)
#define REAL_(name, value, flags) OF_TYPE(name, REAL, r, value, -DBL_MAX, DBL_MAX, flags)
#define BITS(name, value) OF_TYPE(name, WORD, w, value, 0, 1e20, 0)
#define ALONE { .kind = NUMBER, .name = "nothing", .number = { "", NO_NUMBER, 0, 0, 0, 0 } }
#define LARGEST (INT_MAX - 65536)

#define P(k) v[k].p
#define M(k) v[k].m
#define I(k) v[k].i
#define N(k) v[k].n
#define W(k) v[k].w
#define D(k) v[k].d
#define R(k) v[k].r

/* ---- What the calls are given ---- */

static dmf_entry entry_number(int e)
{
    dmf_entry entry;
    entry.row = e % ROWS;
    entry.col = (e + e / ROWS) % COLS;
    entry.value = (dmf_real)(1 + 0.25 * e);
    return entry;
}

/* A problem of ROWS x COLS or, to be unfit, another number of rows. */
static dmf_problem *completion(int rows, dmf_mat a, const dmf_real *y)
{
    dmf_entry entries[OBSERVED];
    dmf_problem *p = NULL;
    int e;
    (void)a, (void)y;
    for (e = 0; e < OBSERVED; e++) entries[e] = entry_number(e);
    OK(dmf_completion(NULL, rows, COLS, entries, OBSERVED, &p));
    return p;
}

static dmf_problem *sensing(int rows, dmf_mat a, const dmf_real *y)
{
    dmf_problem *p = NULL;
    if (rows != ROWS) return completion(rows, a, y);
    OK(dmf_sensing(NULL, rows, COLS, a, y, &p));
    return p;
}

/* Losses of one's own: the sum of squares, and what goes wrong with it. */
typedef enum wrong { SOUND, REFUSES, NAN_LOSS, INFINITE_LOSS, MINUS_INFINITY, NAN_GRADIENT, WRONGS } wrong;
static wrong wrongs[WRONGS] = { SOUND, REFUSES, NAN_LOSS, INFINITE_LOSS, MINUS_INFINITY, NAN_GRADIENT };
static const char *const wrong_names[WRONGS] = { "", "a loss that fails", "a loss of NaN", "a loss of infinity",
                                                 "a loss of -infinity", "a gradient of NaN" };

static dmf_status squares(void *user, dmf_mat w, dmf_mat gradient, double *loss)
{
    const wrong how = *(const wrong *)user;
    int i, j;
    *loss = 0;
    for (i = 0; i < w.rows; i++)
        for (j = 0; j < w.cols; j++) {
            double off = (double)*at(w, i, j) - 1;
            *loss += off * off / 2;
            if (gradient.data) *at(gradient, i, j) = how == NAN_GRADIENT ? (dmf_real)NAN : (dmf_real)off;
        }
    if (how == NAN_LOSS) *loss = NAN;
    if (how == INFINITE_LOSS) *loss = INFINITY;
    if (how == MINUS_INFINITY) *loss = -INFINITY;
    return how == REFUSES ? DMF_ERR_FILE : DMF_OK;
}

static dmf_problem *custom(int rows, dmf_mat a, const dmf_real *y)
{
    dmf_problem *p = NULL;
    (void)a, (void)y;
    OK(dmf_custom(NULL, rows, COLS, squares, &wrongs[SOUND], &p));
    return p;
}

/* Ends runs that would be long. */
static int look_on(void *user, const dmf_moment *moment)
{
    (void)user;
    return moment->step > 300 || moment->evaluations > 3000;
}

static int look_at_certificate(void *user, const dmf_certificate *best)
{
    (void)user;
    return best->iterations > 2000;
}

static int look_at_saddle(void *user, const dmf_saddle *now)
{
    (void)user;
    return now->evaluations > 3000;
}

static double close_ctx(void *place)
{
    dmf_ctx *ctx = *(dmf_ctx **)place;
    double threads = dmf_ctx_threads(ctx);
    dmf_ctx_destroy(ctx);
    return threads;
}

static double close_mat(void *place)
{
    dmf_mat *a = (dmf_mat *)place;
    double norm = a->rows > 0 && a->cols > 0 ? dmf_frobenius(*a) + a->rows + a->cols : 0;
    dmf_mat_destroy(a);
    return norm;
}

static double close_problem(void *place)
{
    dmf_problem *p = *(dmf_problem **)place;
    double count = (double)dmf_problem_count(p);
    dmf_problem_destroy(p);
    return count;
}

/* Calls with a model of their own. */
static dmf_status fit_some(dmf_ctx *ctx, dmf_model **m)
{
    const dmf_fit_options o = { .folds = 2, .depth = 1 };
    dmf_entry entries[OBSERVED];
    int e;
    for (e = 0; e < OBSERVED; e++) entries[e] = entry_number(e);
    *m = NULL;
    return dmf_fit(ctx, ROWS, COLS, entries, OBSERVED, &o, NULL, NULL, m);
}

static dmf_status predict(dmf_ctx *ctx, const dmf_entry *places, size_t count, dmf_real *prediction,
                          dmf_real *deviation)
{
    dmf_model *m;
    dmf_status s = fit_some(ctx, &m);
    if (!s) s = dmf_predict(ctx, m, places, count, prediction, deviation);
    dmf_model_destroy(m);
    return s;
}

static dmf_status recommend(dmf_ctx *ctx, int row, dmf_entry *best, dmf_real *deviation, size_t *count)
{
    dmf_model *m;
    dmf_status s = fit_some(ctx, &m);
    size_t q;
    if (!s) s = dmf_recommend(ctx, m, row, 1, COLS, best, deviation, count);
    for (q = s ? COLS : *count; q < COLS; q++) {  /* nothing is written there */
        best[q] = entry_number(0);
        if (deviation) deviation[q] = 0;
    }
    dmf_model_destroy(m);
    return s;
}

static dmf_status save_model(dmf_ctx *ctx, const char *path)
{
    dmf_model *m;
    dmf_status s = fit_some(ctx, &m);
    if (!s) s = dmf_model_save(ctx, m, path);
    dmf_model_destroy(m);
    return s;
}

static dmf_status load_model(dmf_ctx *ctx, const char *path, dmf_model **out)
{
    dmf_status s = save_model(ctx, path);
    return s ? s : dmf_model_load(ctx, path, out);
}

static double close_model(void *place)
{
    dmf_model *m = *(dmf_model **)place;
    const dmf_entry all = { -1, -1, 0 };
    dmf_real prediction = 0;
    OK(dmf_predict(NULL, m, &all, 1, &prediction, NULL));
    dmf_model_destroy(m);
    return (double)prediction;
}

static double close_factors(void *place)
{
    dmf_factors *f = *(dmf_factors **)place;
    double sum = 0;
    size_t i;
    for (i = 0; i < f->size; i++) sum += (double)f->data[i] * (double)(i + 1);
    dmf_factors_destroy(f);
    return sum;
}

static double close_graph(void *place)
{
    dmf_graph *graph = *(dmf_graph **)place;
    double count = graph->count;
    dmf_graph_destroy(graph);
    return count;
}

/* All of the summary, or NaN if all of it is. */
static double all_of(dmf_spectrum s)
{
    if (s.nuclear != s.nuclear && s.frobenius != s.frobenius && s.spectral != s.spectral &&
        s.effective_rank != s.effective_rank && s.stable_rank != s.stable_rank) return NAN;
    return s.nuclear + s.frobenius + s.spectral + s.effective_rank + s.stable_rank == 0 ? 0 : 1;
}

static char path[1024];  /* a file of factors, beside the program, so that variants do not meet */

/* ---- The table ---- */

#define GLUE_(a, b) a##b
#define GLUE(a, b) GLUE_(a, b)
#define ROW(returns, function, variant, calls, ...) \
    static double GLUE(call_, __LINE__)(const value *v) { (void)v; return (double)(calls); } \
    static const arg GLUE(args_, __LINE__)[] = { __VA_ARGS__ };
#include "campaign.h"
#undef ROW
#define ROW(returns, function, variant, calls, ...) \
    { #function, variant, returns, GLUE(call_, __LINE__), GLUE(args_, __LINE__), COUNT_OF(GLUE(args_, __LINE__)) },
static const row table[] = {
#include "campaign.h"
};

/* ---- Memory of a call: a slot for each argument, with what it needs in the middle ---- */

enum { BLANK_BYTE = 0x5a, ROOM = 1280, SLOT = 3 * ROOM, MOST = 12, WIDE = 8192, ARENA = WIDE + MOST * SLOT };

static char *arena, *before, *base;  /* now, before the call, and of the valid call */
static value v[MOST], base_v[MOST];
static dmf_problem *other_problem;   /* in place of the row's own, until the call is over */
static const row *of;                /* the row under test */
static char label[200];              /* what is done to the call */
static int with_context, show_all, complaints;

static int takes_context(void)
{
    int k, takes = 0;
    for (k = 0; k < of->count; k++) takes |= of->args[k].kind == CONTEXT;
    return takes;
}

static void complain(const char *sentence, ...)
{
    va_list args;
    checks_failed++;
    if (complaints++ >= 3 && !show_all) return;
    printf("%s%s%s, %s%s: ", of->function, *of->variant ? ", " : "", of->variant, label,
           with_context || !takes_context() ? "" : ", context NULL");
    va_start(args, sentence);
    vprintf(sentence, args);
    va_end(args);
    printf("\n");
}

static char *slot(int k) { return arena + WIDE + k * SLOT + ROOM; }

static size_t arena_used(void) { return WIDE + (size_t)of->count * SLOT; }

/* Depth 3, of which the ends may be unfit; the struct, its sizes and its views stand in the slot, data anywhere. */
static void lay_factors(char *here, int rows, int cols, char *data)
{
    dmf_factors *f = (dmf_factors *)(void *)here;
    int j;
    memset(f, 0, sizeof *f);
    f->depth = DEPTH;
    f->dims = (int *)(void *)(here + 64);
    f->w = (dmf_mat *)(void *)(here + 128);
    f->data = (dmf_real *)(void *)data;
    f->dims[0] = cols;
    f->dims[1] = ROWS;
    f->dims[2] = RANK;
    f->dims[3] = rows;
    for (j = 0; j < DEPTH; j++) {
        f->w[j] = dmf_view(f->data + f->size, f->dims[j + 1], f->dims[j]);
        f->size += (size_t)f->dims[j + 1] * (size_t)f->dims[j];
    }
}

static void move(int k, char *to)
{
    const arg *a = &of->args[k];
    if (a->kind == FACTORS) lay_factors(slot(k), ROWS, COLS, to);
    else if (a->kind == MATRIX) v[k].m.data = (dmf_real *)(void *)to;
    else v[k].p = to;
    if (a->flags & LINKED) {
        int owner = k - 1;
        while (of->args[owner].flags & LINKED) owner--;
        memcpy(slot(owner) + a->link, &v[k].p, sizeof v[k].p);
    }
}

/* The memory of an argument: so many runs of bytes. Factors have their struct, sizes and views besides. */
typedef struct span { char *at; size_t runs, bytes, stride; } span;

static int spans(int k, span *out)
{
    const arg *a = &of->args[k];
    const dmf_mat m = v[k].m;
    const span none_of_it = { NULL, 0, 0, 0 };
    const dmf_factors *f = (const dmf_factors *)v[k].p;
    out[0] = none_of_it;
    out[0].at = a->kind == MATRIX ? (char *)m.data : a->kind == FACTORS && f ? (char *)f->data : (char *)v[k].p;
    if (!out[0].at || a->kind == CONTEXT || a->kind == PROBLEM || a->kind == NUMBER) return 0;
    out[0].runs = 1;
    out[0].bytes = (size_t)a->rows * (size_t)a->cols * a->size;
    if (a->kind == PATH) out[0].bytes = strlen((char *)v[k].p) + 1;
    if (a->kind == MATRIX) {
        if (m.rows < 0 || m.cols < 0 || m.rows > 64 || m.cols > 64 || m.ld < 0 || m.ld > 1024) return 0;
        out[0].runs = (size_t)m.rows;
        out[0].bytes = (size_t)m.cols * sizeof(dmf_real);
        out[0].stride = (size_t)m.ld * sizeof(dmf_real);
    }
    if (a->kind != FACTORS) return 1;
    out[0].bytes = f->size * sizeof(dmf_real);
    out[1] = out[2] = out[3] = out[0];
    out[1].at = (char *)v[k].p;
    out[1].bytes = sizeof *f;
    out[2].at = (char *)f->dims;
    out[2].bytes = (DEPTH + 1) * sizeof(int);
    out[3].at = (char *)f->w;
    out[3].bytes = DEPTH * sizeof(dmf_mat);
    return 4;
}

/* Element e of an argument. */
static char *element(int k, int e)
{
    const arg *a = &of->args[k];
    if (a->kind == MATRIX) return (char *)at(v[k].m, e / v[k].m.cols, e % v[k].m.cols);
    if (a->kind == FACTORS) return (char *)(((dmf_factors *)v[k].p)->data + e);
    return (char *)v[k].p + (size_t)e * a->size;
}

static int elements(int k)
{
    const arg *a = &of->args[k];
    if (a->kind == MATRIX) return v[k].m.data ? v[k].m.rows * v[k].m.cols : 0;
    if (a->kind == FACTORS) return v[k].p ? (int)((dmf_factors *)v[k].p)->size : 0;
    return v[k].p ? a->rows * a->cols : 0;
}

static dmf_real filling(fill how, int i, int j, dmf_rng *rng)
{
    switch (how) {
    case NORMAL: return (dmf_real)dmf_normal(rng);
    case FALLING: return (dmf_real)(3.0 / (i + j + 1));
    case ORTHONORMAL: return (dmf_real)(i == j);
    case BLANK: break;
    }
    return 0;
}

/* What an input holds; outputs hold bytes that nothing computes. */
static void fill_in(int k)
{
    const arg *a = &of->args[k];
    dmf_rng rng = dmf_seed(7, (uint64_t)k);
    int e, cols = a->kind == MATRIX ? v[k].m.cols : 1;
    for (e = 0; e < elements(k); e++) {
        void *to = element(k, e);
        if (a->kind == HANDLE || !(a->flags & IN)) memset(to, BLANK_BYTE, a->size);
        else if (a->kind == GENERATOR) memcpy(to, &rng, sizeof rng);
        else if (a->initial) memcpy(to, (const char *)a->initial + (size_t)e * a->size, a->size);
        else if (a->size == sizeof(dmf_entry) && a->fields == entry_fields) *(dmf_entry *)to = entry_number(e);
        else if (a->kind == FACTORS) *(dmf_real *)to = (dmf_real)(dmf_normal(&rng) * 0.6);
        else *(dmf_real *)to = filling(a->fill, e / cols, e % cols, &rng);
    }
}

static size_t size_of(type t)
{
    return t == INT ? sizeof(int) : t == LONG ? sizeof(long) : t == SIZE ? sizeof(size_t) :
           t == WORD ? sizeof(uint64_t) : t == REAL ? sizeof(dmf_real) : sizeof(double);
}

static void number_at(void *to, const field *f, double number)
{
    union { int i; long l; size_t n; uint64_t w; dmf_real r; double d; } u;
    switch (f->type) {
    case INT: u.i = (int)number; break;
    case LONG: u.l = number >= (double)LONG_MAX ? LONG_MAX : (long)number; break;
    case SIZE: u.n = number >= (double)SIZE_MAX ? SIZE_MAX : (size_t)number; break;
    case WORD: u.w = number >= (double)UINT64_MAX ? UINT64_MAX : (uint64_t)number; break;
    case REAL: u.r = (dmf_real)number; break;
    default: u.d = number; break;
    }
    memcpy((char *)to + f->offset, &u, size_of(f->type));
}

static double number_in(const void *from, const field *f)
{
    union { int i; long l; size_t n; uint64_t w; dmf_real r; double d; } u;
    memcpy(&u, (const char *)from + f->offset, size_of(f->type));
    switch (f->type) {
    case INT: return u.i;
    case LONG: return (double)u.l;
    case SIZE: return (double)u.n;
    case WORD: return (double)u.w;
    case REAL: return (double)u.r;
    default: return u.d;
    }
}

/* The valid call. */
static void build(void)
{
    int k;
    memset(arena, 0, arena_used());
    memset(v, 0, sizeof v);
    for (k = 0; k < of->count; k++) {
        const arg *a = &of->args[k];
        if (a->kind == CONTEXT || a->kind == PROBLEM) continue;
        if (a->kind == NUMBER) {
            number_at(&v[k], &a->number, a->value);
            continue;
        }
        v[k].p = slot(k);
        v[k].m.rows = a->rows;
        v[k].m.cols = a->cols;
        v[k].m.ld = a->cols + 2;
        move(k, a->kind == FACTORS ? slot(k) + 512 : slot(k));
        if (a->kind == PATH) strcpy(slot(k), path);
        else fill_in(k);
    }
    for (k = 0; k < of->count; k++)
        if (of->args[k].problem)
            v[k].p = of->args[k].problem(ROWS, k + 1 < of->count ? v[k + 1].m : none,
                                         k + 2 < of->count ? (const dmf_real *)v[k + 2].p : NULL);
    memcpy(base, arena, arena_used());
    memcpy(base_v, v, sizeof v);
}

static void restore(void)
{
    memcpy(arena, base, arena_used());
    memcpy(v, base_v, sizeof v);
}

/* ---- One call, and what must hold of it ---- */

/* What is expected: success, a failure with one of the statuses, or either. */
typedef enum wish { EITHER, SUCCESS, FAILURE } wish;
typedef struct verdict { wish wish; unsigned allowed; } verdict;

#define ONE(status) (1u << (status))
enum {
    ANY_STATUS = (1 << (DMF_ERR_FILE + 1)) - 2,
    BAD_NUMBER = 1 << DMF_ERR_ARGUMENT | 1 << DMF_ERR_SHAPE | 1 << DMF_ERR_INDEX | 1 << DMF_ERR_DUPLICATE |
                 1 << DMF_ERR_NONFINITE | 1 << DMF_ERR_MEMORY,
    BAD_SHAPE = 1 << DMF_ERR_ARGUMENT | 1 << DMF_ERR_SHAPE | 1 << DMF_ERR_INDEX | 1 << DMF_ERR_MEMORY
};
static const verdict must_work = { SUCCESS, 0 };
static const verdict may_fail = { EITHER, ANY_STATUS & ~(1u << DMF_ERR_OVERLAP | 1u << DMF_ERR_CALLBACK) };
static verdict must_fail(unsigned allowed)
{
    verdict want;
    want.wish = FAILURE;
    want.allowed = allowed;
    return want;
}

/* Under the address sanitizer a call sees the memory of its arguments and nothing else. */
static void forbid_the_rest(void)
{
    span s[4 * MOST];
    int k, count = 0;
    size_t run;
    for (k = 0; k < of->count; k++) count += spans(k, s + count);
    FORBID(arena, arena_used());
    for (k = 0; k < count; k++)
        for (run = 0; run < s[k].runs; run++) PERMIT(s[k].at + run * s[k].stride, s[k].bytes);
}

/* Arguments that are refused leave everything as it was; a result that is not finite may have been written. What may
   change is made the same before as after; then nothing else may differ. */
static void check_untouched(int failed, int status, int refused)
{
    const unsigned after = ONE(DMF_ERR_DIVERGED) | ONE(DMF_ERR_CALLBACK) | ONE(DMF_ERR_CONVERGENCE) |
                           ONE(DMF_ERR_MEMORY) | ONE(DMF_ERR_NONFINITE);
    const int partial = (after & ONE(status)) != 0;
    const int result = !refused && (status == DMF_ERR_NONFINITE || status == DMF_ERR_CALLBACK);
    int k;
    size_t run;
    for (k = 0; k < of->count; k++) {
        span s[4];
        if (!(of->args[k].flags & OUT) || !spans(k, s)) continue;
        if (failed && !result && !(partial && (of->args[k].flags & PARTIAL))) continue;
        for (run = 0; run < s[0].runs; run++)
            memcpy(before + (s[0].at - arena) + run * s[0].stride, s[0].at + run * s[0].stride, s[0].bytes);
    }
    if (memcmp(arena, before, arena_used()) == 0) return;
    for (k = 0; k < of->count; k++)
        if (memcmp(slot(k) - ROOM, before + (slot(k) - ROOM - arena), SLOT) != 0) {
            complain("%s has changed%s", of->args[k].name, failed ? " though the call failed" : "");
            return;
        }
    complain("memory between the arguments has changed");
}

/* Success has written every number of every output (of a valid call), and all are finite. Copies them, to be compared
   with those of other calls. */
static size_t look_at_outputs(double *copy, int valid)
{
    size_t used = 0;
    int k, e, i;
    for (k = 0; k < of->count; k++) {
        const arg *a = &of->args[k];
        if (!(a->flags & OUT)) continue;
        for (e = 0; e < elements(k); e++)
            for (i = 0; i < a->field_count; i++) {
                const field *f = &a->fields[i];
                const char blank[sizeof(double)] = { BLANK_BYTE, BLANK_BYTE, BLANK_BYTE, BLANK_BYTE,
                                                     BLANK_BYTE, BLANK_BYTE, BLANK_BYTE, BLANK_BYTE };
                double number = number_in(element(k, e), f);
                if (!(fabs(number) <= DBL_MAX) && !(a->flags & PASSES))
                    complain("success brings %g in %s%s%s", number, a->name, *f->name ? "." : "", f->name);
                if (valid && !(a->flags & IN) && memcmp(element(k, e) + f->offset, blank, size_of(f->type)) == 0)
                    complain("success leaves a number of %s unwritten", a->name);
                if (f->type == SECONDS) number = 0;
                copy[used++] = number;
            }
    }
    return used;
}

static double close_handles(void)
{
    double sum = 0;
    int k;
    for (k = 0; k < of->count; k++)
        if (of->args[k].kind == HANDLE) sum += of->args[k].close(v[k].p);
    return sum;
}

static void check_status(int status, dmf_ctx *ctx, verdict want)
{
    const char *sentence = ctx ? dmf_message(ctx) : "";
    if (status < 0 || status > DMF_ERR_FILE) complain("the status is %d", status);
    else if (status == DMF_OK && want.wish == FAILURE) complain("it succeeds");
    else if (status && want.wish == SUCCESS)
        complain("it fails: %s", ctx ? sentence : dmf_strerror((dmf_status)status));
    else if (status && !(want.allowed & ONE(status)))
        complain("it fails otherwise than it should: %s (%s)", dmf_strerror((dmf_status)status), sentence);
    if (ctx && status && !*sentence) complain("no sentence says why it fails");
}

static double expected[2048], found[2048];     /* outputs of the valid call, and of this one */
static size_t expected_size;
static double expected_result;
static long starve, allocations;               /* which allocation fails, 0 = none; the most of any call so far */

/* Layouts may change the order of sums: LAYOUT allows their rounding, SAME nothing. */
enum { SAME = 1, LAYOUT };
static int is_near(const void *one, const void *other, size_t count, int how)
{
    const double *a = (const double *)one, *b = (const double *)other;
    size_t i;
    for (i = 0; i < count; i++)
        if (!(a[i] == b[i] || (how == LAYOUT && fabs(a[i] - b[i]) <= 1000 * EPS * (1 + fabs(b[i]))))) return 0;
    return 1;
}

/* The call in v, which may be one that must bring what the valid call brings. Returns its status. */
static int make_call(dmf_ctx *ctx, verdict want, int same)
{
    const long live = memory_live, before_call = memory_allocations;
    double result;
    int k, failed;
    size_t size;
    for (k = 0; k < of->count; k++)
        if (of->args[k].kind == CONTEXT) v[k].p = ctx;
    memcpy(before, arena, arena_used());
    forbid_the_rest();
    memory_fail_at = starve;
    result = of->call(v);
    memory_fail_at = 0;
    if (memory_allocations - before_call > allocations) allocations = memory_allocations - before_call;
    PERMIT(arena, arena_used());
    failed = of->returns == STATUS ? result != 0 : of->returns == NAN_OR_NUMBER && result != result;
    check_untouched(failed, of->returns == STATUS ? (int)result : 0,
                    want.wish == FAILURE && want.allowed != ANY_STATUS);
    if (of->returns == STATUS) check_status((int)result, ctx, want);
    if (of->returns == NAN_OR_NUMBER && want.wish == FAILURE && !failed) complain("it returns %g, not NaN", result);
    if (of->returns == NAN_OR_NUMBER && want.wish == SUCCESS && failed) complain("it returns NaN");
    if (!failed) {
        size = look_at_outputs(found, same);
        result += close_handles();
        if (same && expected_size == (size_t)-1) {
            memcpy(expected, found, sizeof expected);
            expected_size = size;
            expected_result = result;
        }
        if (same && !(size == expected_size && is_near(found, expected, size, same) &&
                      is_near(&result, &expected_result, 1, same))) complain("it brings other numbers");
    }
    if (ctx == NULL && memory_live != live) complain("%ld blocks leak", memory_live - live);
    return failed ? (int)result : 0;
}

/* What was put into v and the arena, without a context and with one; a context works on after a failure. */
static void attempt(verdict want, int same)
{
    static char hostile[ARENA];
    value hostile_v[MOST];
    const long live = memory_live;
    memcpy(hostile, arena, arena_used());
    memcpy(hostile_v, v, sizeof v);
    for (with_context = 0; with_context <= takes_context(); with_context++) {
        dmf_ctx *ctx = NULL;
        if (with_context) OK(dmf_ctx_create(NULL, &ctx));
        if (make_call(ctx, want, same) && with_context) {
            const long starved = starve;
            starve = 0;
            restore();
            strcat(label, ", then the valid call");
            make_call(ctx, must_work, SAME);
            starve = starved;
        }
        dmf_ctx_destroy(ctx);
        memcpy(arena, hostile, arena_used());
        memcpy(v, hostile_v, sizeof v);
    }
    if (memory_live != live) complain("%ld blocks leak", memory_live - live);
    dmf_problem_destroy(other_problem);
    other_problem = NULL;
    restore();
}

/* ---- The calls ---- */

static int sound(const field *f, double number)
{
    return (number >= f->least && number <= f->most) || (f->also == 1 && number == -1);
}

/* What the n-th hostile number is; returns 0 if there are no more. */
static int hostile_number(const field *f, double valid, int n, double *number)
{
    const double reals[] = { NAN, INFINITY, -INFINITY, TINIEST, -TINIEST, DBL_MIN, 0, -0.0, -1, REAL_MAX, -REAL_MAX,
                             sizeof(dmf_real) == 4 ? FLT_MIN / 8 : DBL_MIN / 8, 1e-300, 1e300, DBL_MAX };
    const double ints[] = { INT_MIN, -1, 0, valid - 1, valid + 1, INT_MAX };
    const double longs[] = { (double)LONG_MIN, -1, 0, valid - 1, valid + 1, (double)LONG_MAX };
    const double sizes[] = { 0, valid ? valid - 1 : 0, valid + 1, (double)(SIZE_MAX / 32), (double)SIZE_MAX };
    const double words[] = { 0, valid + 1, 1.8446744073709552e19 };
    const double *list = reals;
    int count = COUNT_OF(reals);
    if (f->type == INT) list = ints, count = COUNT_OF(ints);
    if (f->type == LONG) list = longs, count = COUNT_OF(longs);
    if (f->type == SIZE) list = sizes, count = COUNT_OF(sizes);
    if (f->type == WORD) list = words, count = COUNT_OF(words);
    if (f->type == SECONDS || f->type == FUNCTION || f->type == NO_NUMBER || n >= count) return 0;
    *number = list[n];
    if (f->type == REAL) *number = (double)(dmf_real)*number;
    return 1;
}

/* A number that is an argument itself, of argument k. */
static void try_arguments(int k)
{
    const arg *a = &of->args[k];
    double number;
    int n;
    for (n = 0; hostile_number(&a->number, a->value, n, &number); n++) {
        verdict want = may_fail;
        if (a->flags & PASSES) want = must_work;
        else if (!sound(&a->number, number)) want = must_fail(BAD_NUMBER);
        else if ((a->flags & LENGTH) && number > a->value) continue;
        number_at(&v[k], &a->number, number);
        sprintf(label, "%s = %g", a->name, number);
        attempt(want, 0);
    }
}

static int is_used(const arg *a, const char *name)
{
    const char *found_at = a->used ? strstr(a->used, name) : NULL;
    size_t length = strlen(name);
    if (!a->used) return 1;
    for (; found_at; found_at = strstr(found_at + 1, name))
        if ((found_at == a->used || found_at[-1] == ' ') && (found_at[length] == ' ' || !found_at[length])) return 1;
    return 0;
}

/* The numbers in the memory of argument k: the first element and the last. */
static void try_contents(int k)
{
    const arg *a = &of->args[k];
    const int last = elements(k) - 1;
    int e, i, n;
    if (!(a->flags & IN) || (a->flags & BORROWED)) return;
    for (e = 0; e <= last; e += last ? last : 1)
        for (i = 0; i < a->field_count; i++) {
            const field *f = &a->fields[i];
            double number, valid = number_in(element(k, e), f);
            for (n = 0; hostile_number(f, valid, n, &number); n++) {
                const int finite = fabs(number) <= DBL_MAX;
                verdict want = may_fail;
                if ((f->also == 2 || (a->flags & LENGTH)) && number > valid && sound(f, number)) continue;
                if (a->flags & PASSES) want = of->returns == STATUS ? must_work : may_fail;
                else if (of->returns != STATUS && !(number != number)) want = may_fail;
                else if (!is_used(a, f->name) && number != 0) want = must_fail(BAD_NUMBER);
                else if (!finite && f->type == REAL && f->least < 0) want = must_fail(ONE(DMF_ERR_NONFINITE));
                else if (!finite || !sound(f, number)) want = must_fail(BAD_NUMBER);
                number_at(element(k, e), f, number);
                if (a->kind == STRUCT) sprintf(label, "%s.%s = %g", a->name, f->name, number);
                else sprintf(label, "%s[%d]%s%s = %g", a->name, e, *f->name ? "." : "", f->name, number);
                attempt(want, 0);
            }
            if (f->type == FUNCTION) {
                memset(element(k, e) + f->offset, 0, sizeof(void (*)(void)));
                sprintf(label, "%s.%s = NULL", a->name, f->name);
                attempt(f->least > 0 ? must_fail(ONE(DMF_ERR_ARGUMENT)) : may_fail, 0);
            }
        }
}

static void try_null(int k)
{
    const arg *a = &of->args[k];
    if (a->kind == NUMBER || a->kind == CONTEXT || (a->flags & BORROWED)) return;
    if (a->kind == MATRIX) v[k].m.data = NULL;
    else move(k, NULL);
    if (a->kind == FACTORS) v[k].p = NULL;
    sprintf(label, "%s is NULL", a->name);
    attempt(a->flags & OPTIONAL ? must_work : must_fail(ONE(DMF_ERR_ARGUMENT)), 0);
}

/* Rows, columns and what lies between rows, of a view. */
static void try_sizes(int k)
{
    const arg *a = &of->args[k];
    int which, n;
    if (a->kind != MATRIX || (a->flags & BORROWED)) return;
    for (which = 0; which < 3; which++)
        for (n = 0; n < 6; n++) {
            int *size = which == 0 ? &v[k].m.rows : which == 1 ? &v[k].m.cols : &v[k].m.ld;
            const int valid = which == 2 ? a->cols : *size;
            const int sizes[] = { INT_MIN, -1, 0, valid - 1, valid + 1, INT_MAX };
            const int any = a->flags & (which == 0 ? ANY_ROWS : ANY_COLS);
            verdict want = must_fail(BAD_SHAPE);
            if (any && (a->flags & LENGTH) && n == 4) continue;
            *size = sizes[n];
            if (which < 2 && any && (sizes[n] > 0 || (sizes[n] == 0 && (a->flags & EMPTY))) && n < 5) want = may_fail;
            if (which == 2 && n == 4) want = must_work;
            if (want.wish == EITHER || (which == 2 && n == 4)) fill_in(k);
            sprintf(label, "%s is %d x %d, ld %d", a->name, v[k].m.rows, v[k].m.cols, v[k].m.ld);
            attempt(want, 0);
        }
    if (a->rows == a->cols || ((a->flags & ANY_ROWS) && (a->flags & ANY_COLS))) return;
    v[k].m.rows = a->cols;
    v[k].m.cols = a->rows;
    fill_in(k);
    sprintf(label, "%s is transposed", a->name);
    attempt(must_fail(BAD_SHAPE), 0);
}

/* Problems and factors of another shape, and losses that go wrong. */
static void try_unfit(int k)
{
    const arg *a = &of->args[k];
    int rows, n;
    for (rows = ROWS - 1; rows <= ROWS + 1; rows += 2) {
        const verdict want = a->flags & ANY_ROWS ? may_fail : must_fail(BAD_SHAPE);
        sprintf(label, "%s has %d rows", a->name, rows);
        if (a->kind == FACTORS) {
            lay_factors(slot(k), rows, COLS, slot(k) + 512);
            fill_in(k);
            attempt(want, 0);
        }
        if (a->kind == PROBLEM && rows > ROWS) {
            other_problem = a->problem(rows, none, NULL);
            v[k].p = other_problem;
            attempt(want, 0);
        }
    }
    for (n = SOUND + 1; n < WRONGS && (a->flags & CALLED); n++) {
        OK(dmf_custom(NULL, ROWS, COLS, squares, &wrongs[n], &other_problem));
        v[k].p = other_problem;
        sprintf(label, "%s has %s", a->name, wrong_names[n]);
        attempt(must_fail(ANY_STATUS), 0);
    }
}

static void try_paths(int k)
{
    static char endless[900];
    const char *const paths[] = { "", "/", "no/such/folder/file", endless };
    int n;
    if (of->args[k].kind != PATH) return;
    memset(endless, 'a', sizeof endless - 1);
    for (n = 0; n < COUNT_OF(paths); n++) {
        strcpy((char *)v[k].p, paths[n]);
        sprintf(label, "%s is '%.20s'", of->args[k].name, paths[n]);
        attempt(must_fail(ONE(DMF_ERR_ARGUMENT) | ONE(DMF_ERR_FILE)), 0);
    }
}

/* Argument i over argument k, from its first byte, onto its last number, and up to its first; and right behind it, which
   is no overlap. */
static void try_overlap(int i, int k)
{
    span mine[4], theirs[4];
    const int count = spans(k, theirs);
    int where;
    if (i == k || !spans(i, mine) || !count || !(of->args[i].flags & OUT)) return;
    for (where = 0; where < 4; where++) {
        const size_t unit = of->args[i].kind == MATRIX || of->args[i].kind == FACTORS ? sizeof(dmf_real) : 8;
        const size_t extent = (theirs->runs - 1) * theirs->stride + theirs->bytes;
        const size_t reach = (mine->runs - 1) * mine->stride + mine->bytes;
        const size_t last = (extent - 1) / unit * unit, back = (reach - 1) / unit * unit;
        if (where == 3 && (of->args[k].kind == FACTORS || extent + reach > ROOM)) continue;
        move(i, where == 0 ? theirs->at : where == 1 ? theirs->at + last : where == 2 ? theirs->at - back
                           : theirs->at + (extent + 7) / 8 * 8);
        sprintf(label, "%s over %s, %s", of->args[i].name, of->args[k].name,
                where == 0 ? "from its beginning" : where == 1 ? "at its end" : where == 2 ? "to its beginning" : "right behind");
        if (where == 3) fill_in(i);
        attempt(where == 3 ? must_work : must_fail(ONE(DMF_ERR_OVERLAP)), where == 3 ? LAYOUT : 0);
    }
}

/* Two inputs in one place: no overlap. */
static void try_sharing(int i, int k)
{
    const arg *a = &of->args[i], *b = &of->args[k];
    span s[4];
    if (i == k || ((a->flags | b->flags) & (OUT | BORROWED)) || !spans(i, s) || !spans(k, s)) return;
    if ((a->kind != MATRIX && a->kind != ARRAY) || b->kind == STRUCT || a->size != b->size || !b->fields) return;
    move(i, s[0].at);
    fill_in(i);
    sprintf(label, "%s is in the memory of %s", a->name, b->name);
    attempt(may_fail, 0);
}

static void try_memory(void)
{
    const verdict want = { EITHER, ONE(DMF_ERR_MEMORY) };
    long n, count;
    strcpy(label, "the valid call");
    allocations = 0;
    attempt(must_work, SAME);
    count = allocations;
    for (n = 1; n <= count; n++) {
        sprintf(label, "allocation %ld of %ld fails", n, count);
        starve = n;
        attempt(want, 0);
    }
    starve = 0;
}

/* The valid call again, with views that are tight and with views that are side by side in one matrix. */
static void try_layouts(void)
{
    int k, wide;
    for (wide = 0; wide < 2; wide++) {
        int cols = 0, offset = 1;
        for (k = 0; k < of->count; k++) cols += of->args[k].kind == MATRIX ? of->args[k].cols + 1 : 0;
        if (!cols) return;
        for (k = 0; k < of->count; k++) {
            if (of->args[k].kind != MATRIX || (of->args[k].flags & BORROWED)) continue;
            v[k].m.ld = wide ? cols : of->args[k].cols;
            if (wide) move(k, arena + (size_t)offset * sizeof(dmf_real));
            fill_in(k);
            offset += of->args[k].cols + (k % 2);
        }
        strcpy(label, wide ? "matrices side by side in one" : "matrices without gaps");
        attempt(must_work, LAYOUT);
    }
}

static void campaign(void)
{
    int i, k;
    complaints = 0;
    expected_size = (size_t)-1;
    build();
    try_memory();
    try_layouts();
    for (k = 0; k < of->count; k++) {
        if (of->args[k].kind == NUMBER) try_arguments(k);
        try_contents(k);
        try_null(k);
        try_sizes(k);
        try_paths(k);
        if (of->args[k].kind == FACTORS || of->args[k].kind == PROBLEM) try_unfit(k);
        for (i = 0; i < of->count; i++) {
            try_overlap(i, k);
            try_sharing(i, k);
        }
    }
    for (k = 0; k < of->count; k++)
        if (of->args[k].problem) dmf_problem_destroy((dmf_problem *)base_v[k].p);
    if (complaints > 3 && !show_all) printf("%s: %d more complaints\n", of->function, complaints - 3);
}

/* ---- Every public function has a row ---- */

static void no_function_is_missing(void)
{
    char *header = (char *)calloc(1 << 20, 1), *from = header;
    FILE *file = fopen("dmf.h", "rb");
    int functions = 0, k;
    if (CHECK(header && file)) CHECK(fread(header, 1, (1 << 20) - 1, file) > 0);
    if (file) fclose(file);
    if (CHECK(strstr(header, "PART II") != NULL)) *strstr(header, "PART II") = 0;
    while ((from = strstr(from, "\nDMF_API ")) != NULL) {
        char *open = strchr(from, '('), *name = open;
        while (name[-1] == '_' || (name[-1] >= 'a' && name[-1] <= 'z')) name--;
        for (k = 0; k < COUNT_OF(table); k++)
            if (strlen(table[k].function) == (size_t)(open - name) &&
                strncmp(table[k].function, name, (size_t)(open - name)) == 0) break;
        if (!CHECK(k < COUNT_OF(table))) printf("    %.*s is not in tests/campaign.h\n", (int)(open - name), name);
        functions++;
        from = open;
    }
    CHECK(functions > 70);
    free(header);
}

#ifdef CLOCKED
static void hangs(int signal_number)
{
    static char text[400];
    (void)signal_number;
    snprintf(text, sizeof text, "%s, %s: %s%s does not return\n", of->function, of->variant, label,
             with_context ? "" : ", context NULL");
    if (write(1, text, strlen(text)) >= 0) _exit(1);
    _exit(2);
}
#endif

static void write_factors(void)
{
    dmf_factors *f = NULL;
    OK(dmf_factors_create(NULL, ROWS, COLS, DEPTH, NULL, &f));
    OK(dmf_factors_save(NULL, f, path));
    dmf_factors_destroy(f);
}

int main(int argc, char **argv)
{
    int k;
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    show_all = argc > 1 && strcmp(argv[1], "all") == 0;
    snprintf(path, sizeof path, "%.800s.factors", argv[0]);
    arena = (char *)calloc(3, ARENA);
    if (!CHECK(arena != NULL)) return finish();
    before = arena + ARENA;
    base = before + ARENA;
    memory_most = (size_t)1 << 26;
    write_factors();
    RUN(no_function_is_missing);
    for (k = 0; k < COUNT_OF(table); k++) {
        of = &table[k];
        if (argc > 2 && strcmp(argv[2], of->function) != 0) continue;
#ifdef CLOCKED
        signal(SIGALRM, hangs);
        alarm(60);
#endif
        run_test(campaign, of->function);
    }
    remove(path);
    free(arena);
    return finish();
}
