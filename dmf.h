/*
dmf.h - deep matrix factorization: training, implicit bias, and the linear algebra underneath

    W = W_N ... W_2 W_1          gradient flow on the factors, not on W, prefers low rank,
    minimise l(W) over W_j       the more so the larger N. This file computes that.

One file, C99 (or C++11), nothing but libc and libm. It accompanies two papers:

    A19    Implicit Regularization in Deep Matrix Factorization (2019)
    SY26   Implicit Bias and Loss of Plasticity in Matrix Completion:
           Depth Promotes Low-Rankness (2026)

A declaration names the statement that it computes, where it computes one; PAPER_NOTES.md is the index, from the
statements of both papers to functions, tests and pictures.


SYNOPSIS

In exactly one C file, define DMF_IMPLEMENTATION before including; elsewhere just include.

    // Completes a 100 x 100 matrix of rank 5 from 2000 of its entries, by gradient flow at depth 3.
    #define DMF_IMPLEMENTATION
    #include "dmf.h"
    #include <stdio.h>

    enum { n = 100, rank = 5, observed = 2000, depth = 3 };
    static dmf_real truth[n * n];
    static dmf_entry entries[observed];

    int main(void)
    {
        dmf_mat w_star = dmf_view(truth, n, n);
        dmf_rng rng = dmf_seed(1, 0);
        dmf_ctx *ctx = NULL;
        dmf_problem *problem = NULL;
        dmf_factors *factors = NULL;
        dmf_motion flow = { .stop_loss = 1e-6 * observed / 2 };  // a mean squared residual of 1e-6
        dmf_report report = { 0 };
        double error = 0;

        dmf_status s = dmf_ctx_create(NULL, &ctx);
        if (!s) s = dmf_random_low_rank(ctx, rank, w_star, &rng);
        if (!s) s = dmf_observe(ctx, w_star, observed, entries, &rng);
        if (!s) s = dmf_completion(ctx, n, n, entries, observed, &problem);
        if (!s) s = dmf_factors_create(ctx, n, n, depth, NULL, &factors);
        if (!s) s = dmf_start_gaussian(ctx, factors, dmf_deviation(factors, 1e-3), &rng);
        if (!s) s = dmf_train(ctx, problem, factors, &flow, NULL, &report);
        if (!s) s = dmf_reconstruction_error(ctx, factors, w_star, &error);
        if (s) fprintf(stderr, "%s\n", ctx ? dmf_message(ctx) : dmf_strerror(s));
        else printf("%s; mean squared error over all %d entries: %.1e\n", dmf_stop_text(report.reason), n * n, error);

        dmf_factors_destroy(factors);
        dmf_problem_destroy(problem);
        dmf_ctx_destroy(ctx);
        return s != DMF_OK;
    }

    cc -O2 quickstart.c -lm


HOW TO READ IT

Four words carry the whole: a *problem* says what fits, *factors* are what moves, a *motion* says
how, an *observer* looks on. A training run is one call, dmf_train, that takes the four.

Part I is the interface. Part II is the implementation in the same chapters; a chapter calls only
chapters before it.

     1  Ground            status, messages, memory, the context
     2  Random numbers    the same bits on every platform
     3  Matrices          row-major views, loops over every number
     4  GEMM              C = alpha op(A) op(B) + beta C, blocked for every level of cache
     5  SVD               one-sided Jacobi; the largest triples; branches; eigenvalues
     6  Problems          completion, sensing, your own loss
     7  Factorizations    W = W_N ... W_1: starts, product, gradients
     8  Motion            descent step by step, and gradient flow
     9  Diagnostics       ranks, norms, balance, alignment, error
    10  Theory            what the papers predict: the product's own dynamics at any real depth, rates;
                          observations in blocks, how they are coupled, and limits
    11  Minimum nuclear   norm subject to the same data, with a certificate
    12  Files             factors on disk, to the bit
    13  The limit of a    vanishing start: the path of critical points, at any depth
    14  Noisy data        offsets and a factorization, chosen by cross-validation; predictions

A chapter opens with an essay; a section, which has a title such as 5.2, with one on the code that
follows it. These conventions tie the text to the code, and tests/test_book.c holds both to them:

    Formulas      A displayed formula has a number at the right, chapter and count in parentheses.
                  The function or the line that computes it carries the number in a comment; in an
                  essay the number refers to the formula.
    Sources       The two papers are cited as "A19, Theorem 3". Books and articles have keys in
                  brackets, and stand in the list of references at the end of the file.
    Constants     A number that is not a definition says in a comment where it comes from. proved: from
                  which derivation; measured: by which test or benchmark; tuned: against what.
                  defined: marks a definition that might be taken for one of these.
    Shapes        Matrices say theirs where they are declared, rows x cols.
    Figures       A line "Figure: name: caption" stands at the statement that figures/name.png shows.

"make book" sets all of it as one page, build/dmf.html, with the formulas typeset and text beside code.


INDEX

     1  dmf_strerror dmf_version dmf_ctx_create dmf_ctx_destroy dmf_ctx_isa dmf_isa_name dmf_ctx_threads dmf_message
     2  dmf_seed dmf_bits dmf_below dmf_uniform dmf_normal
     3  dmf_view dmf_block dmf_none dmf_mat_create dmf_mat_destroy dmf_copy dmf_transpose dmf_frobenius
     4  dmf_gemm
     5  dmf_svd dmf_svd_top dmf_svd_track dmf_eigen
     6  dmf_completion dmf_sensing dmf_custom dmf_problem_scale dmf_problem_rows dmf_problem_cols dmf_problem_count
        dmf_problem_entries dmf_problem_loss dmf_problem_destroy dmf_random_low_rank dmf_observe
     7  dmf_factors_create dmf_factors_clone dmf_factors_destroy dmf_deviation dmf_start_gaussian dmf_start_uniform
        dmf_start_tied dmf_start_identity dmf_start_orthogonal dmf_start_family dmf_start_balanced dmf_product dmf_loss
     8  dmf_train dmf_stop_text
     9  dmf_summarize dmf_factors_spectrum dmf_schatten dmf_balance dmf_align dmf_reconstruction_error dmf_entry_error
    10  dmf_product_velocity dmf_train_product dmf_singular_rates dmf_vector_rates dmf_one_measurement dmf_block_entries
        dmf_observe_blocks dmf_graph_create dmf_graph_destroy dmf_tangent_kernel dmf_couple dmf_diagonal_conserved
        dmf_diagonal_limit dmf_diagonal_product dmf_block_product
    11  dmf_minimum_nuclear_norm
    12  dmf_factors_save dmf_factors_load
    13  dmf_train_limit dmf_path_text
    14  dmf_fit dmf_model_destroy dmf_model_rows dmf_model_cols dmf_predict dmf_recommend dmf_model_save dmf_model_load


CONVENTIONS

    Everything that can fail returns dmf_status: zero is success. dmf_strerror names the kind of
    error, dmf_message(ctx) is a sentence about the latest one. Arguments are checked before outputs are
    touched; after a later failure (memory, convergence, a result that is not finite) outputs hold
    nothing of use, unless a function says otherwise. Nothing prints, exits, or keeps global state.

    NaN and infinity: a function that returns dmf_status refuses them in its numbers, and says so if
    a result leaves the finite numbers (DMF_ERR_NONFINITE). Only dmf_gemm, dmf_transpose and dmf_copy
    pass them on. A function that returns a number returns NaN for arguments that make no sense.

    Memory: outputs share none with inputs or with each other (DMF_ERR_OVERLAP), inputs may. Blocks
    side by side in one matrix share none.

    Arguments come in this order: context, inputs, outputs, and the random generator last. Counts are
    size_t, sizes of matrices int, indices begin at 0.

    A context (dmf_ctx) holds scratch memory, the choice of instruction set, the threads if there are
    any, and the latest message. Every ctx argument may be NULL: the call then makes and frees its own,
    without threads. One context serves one caller at a time; different contexts are independent.
    Results do not depend on the number of threads, to the bit. They may depend, by rounding, on the
    instruction set, on the size of the caches, and on a compiler that fuses a product and a sum in
    plain C (as with -march=native; -ffp-contract=off forbids it). After fork, the child may use and destroy
    a context that was idle: it works there, without threads.

    Option structs are made to be initialised with { 0 } or designated initialisers: a zero field
    means the default that its comment names.

    Matrix data is dmf_real. Scalars that summarise (loss, time, norms) are double.


COMPILE-TIME OPTIONS, to be defined before including (the same in every file that includes)

    DMF_IMPLEMENTATION      emit the code of Part II here
    DMF_SINGLE              dmf_real is float instead of double
    DMF_NO_SIMD             plain C only, no vector instructions
    DMF_THREADS             products and gradients use several threads (pthreads; compile and link with -pthread)
    DMF_MALLOC, DMF_FREE    replace malloc and free (both or neither)
    DMF_API                 linkage of the public functions, e.g. static inline
    DMF_SELF                this file's name in quotes, if it is not "dmf.h": Part II includes
                            itself to instantiate its loops once per instruction set

The vector path is chosen at run time; no -march flag is needed to get it.

The implementation needs IEEE arithmetic. It does not compile where the compiler says that it keeps none: with
-ffast-math, -Ofast, /fp:fast, or a part of these that gcc tells (clang tells only -ffinite-math-only, Intel's
classic compiler nothing: give them no such option). Files that only include may have them. So may the linker, but
gcc then sets numbers below the normal ones to zero.

Compilers find nothing to say under -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow
-Wdouble-promotion -Wcast-qual -Wundef -Wswitch-default. Comparisons with an exact zero are meant
(-Wfloat-equal), and casts have the only form that C knows (-Wold-style-cast): -isystem instead of -I
silences these too.


NOTATION

    paper              here                     shape
    W, W*              dmf_mat w, w_star        rows x cols = d x d' = d_N x d_0
    W_j, j = 1..N      factors->w[j - 1]        d_j x d_{j-1}
    N                  factors->depth
    d_j                factors->dims[j]         dims[0] = cols, dims[depth] = rows
    l(W)               dmf_problem_loss         1/2 sum of squared residuals (times scale)
    grad l(W)          gradient                 rows x cols
    phi(W_1..W_N)      dmf_loss                 l(W_N ... W_1)
    U, S, V            u, sigma, v              rows x k, k, cols x k; k = min(rows, cols)
    alpha, m           diagonal, ratio          of the factors at the start, to what is off it (SY26)
    K                  dmf_tangent_kernel       entries x entries


VERSION 2.1.0. Against 2.0: chapters 13 and 14, decay in motions, reduce in contexts. Against 1: the generator comes
last, dmf_balance counts from 0, counts are size_t, alpha is the same number in every start, options that a method does
not use are refused, dmf_svd_warm is gone.

MIT Licence. Copyright (c) 2026 the authors of dmf.h

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions: The above copyright notice and
this permission notice shall be included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED
"AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT
HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
*/
#ifndef DMF_H
#define DMF_H

#define DMF_VERSION "2.1.0"

#include <stddef.h>
#include <stdint.h>

#ifndef DMF_API
#define DMF_API extern
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ==== PART I: THE INTERFACE =================================================================== */

/* ---- 1. Ground ------------------------------------------------------------------------------- */

/* The numbers in matrices. */
#ifdef DMF_SINGLE
typedef float dmf_real;
#else
typedef double dmf_real; /* everywhere else */
#endif

typedef enum dmf_status {
    DMF_OK = 0,
    DMF_ERR_ARGUMENT,    /* a NULL pointer, or an option outside its range */
    DMF_ERR_SHAPE,       /* sizes that do not fit together */
    DMF_ERR_INDEX,       /* an entry that lies outside its matrix */
    DMF_ERR_DUPLICATE,   /* an entry that is given twice */
    DMF_ERR_NONFINITE,   /* NaN or infinity in data or result */
    DMF_ERR_OVERLAP,     /* an output that shares memory with an input */
    DMF_ERR_MEMORY,      /* no memory, or a size beyond what memory can be */
    DMF_ERR_CONVERGENCE, /* an iteration that did not converge */
    DMF_ERR_INFEASIBLE,  /* equations that no matrix satisfies */
    DMF_ERR_DIVERGED,    /* a training run that left the finite numbers */
    DMF_ERR_CALLBACK,    /* a callback of yours that returned an error */
    DMF_ERR_FILE         /* a file that cannot be written or read, or does not hold what it should */
} dmf_status;

/* A short description of a status; never NULL. */
DMF_API const char *dmf_strerror(dmf_status);

/* DMF_VERSION of the implementation that is linked. */
DMF_API const char *dmf_version(void);

typedef enum dmf_isa {
    DMF_ISA_BEST = 0,  /* the fastest that this machine has */
    DMF_ISA_PORTABLE,
    DMF_ISA_AVX2,      /* with FMA */
    DMF_ISA_AVX512,
    DMF_ISA_NEON
} dmf_isa;

typedef struct dmf_options {
    int threads;  /* at most so many, 1..1024; 0 = one for each processor that the process may use. Without
                     DMF_THREADS always one */
    dmf_isa isa;

    /* What makes processes one in dmf_train, and in no other call: puts sums over the processes in the place of count
       numbers, the same bits in all of them, and returns 0, or anything else in all of them if it cannot. NULL = there
       is one process. */
    int (*reduce)(void *user, double *numbers, size_t count);
    void *reduce_user;
} dmf_options;

/* Scratch memory, threads, the instruction set, the latest message. */
typedef struct dmf_ctx dmf_ctx;

/* Creates a context; options may be NULL. An instruction set that the machine lacks is an error. */
DMF_API dmf_status dmf_ctx_create(const dmf_options *options, dmf_ctx **out);
DMF_API void dmf_ctx_destroy(dmf_ctx *);

/* The instruction set in use, and its name. */
DMF_API dmf_isa dmf_ctx_isa(const dmf_ctx *);
DMF_API const char *dmf_isa_name(dmf_isa);

/* The number of threads that share the work; 1 without DMF_THREADS. */
DMF_API int dmf_ctx_threads(const dmf_ctx *);

/* What went wrong in the latest call that failed with this context, as a sentence; "" if none did.
   Valid until the next failure. */
DMF_API const char *dmf_message(const dmf_ctx *);

/* ---- 2. Random numbers ----------------------------------------------------------------------- */

/* The state of a generator: a value, which may be copied; all zeros are not a state. */
typedef struct dmf_rng { uint64_t s[4]; } dmf_rng;

/* Equal (seed, stream) give equal numbers on every platform, and different streams of one seed different ones; two
   pairs with different seeds are equal with probability 2^-64. One seed for an experiment, a stream for each trial. */
DMF_API dmf_rng dmf_seed(uint64_t seed, uint64_t stream);

DMF_API uint64_t dmf_bits(dmf_rng *);              /* 64 random bits */
DMF_API uint64_t dmf_below(dmf_rng *, uint64_t n); /* uniform on 0 .. n-1; 0 when n is 0 */
DMF_API double dmf_uniform(dmf_rng *);             /* uniform on [0, 1), a multiple of 2^-53 */
DMF_API double dmf_normal(dmf_rng *);              /* N(0, 1) */

/* ---- 3. Matrices ----------------------------------------------------------------------------- */

/* A row-major view: entry (i, j) is data[(size_t)i*ld + j]. A view owns nothing. */
typedef struct dmf_mat { dmf_real *data; int rows, cols, ld; } dmf_mat;

/* All of an array as a matrix: data holds rows*cols numbers, and the matrix is rows x cols. */
DMF_API dmf_mat dmf_view(dmf_real *data, int rows, int cols);

/* A block of a, rows x cols, from entry (row, col) on. No check: it must lie inside. */
DMF_API dmf_mat dmf_block(dmf_mat a, int row, int col, int rows, int cols);

/* What to pass for an output that is not wanted, where one may be left out: a view whose data is NULL. */
DMF_API dmf_mat dmf_none(void);

/* A matrix with memory of its own, rows x cols, filled with zeros; sizes from 0 on, else DMF_ERR_SHAPE. */
DMF_API dmf_status dmf_mat_create(dmf_ctx *, int rows, int cols, dmf_mat *out);
DMF_API void dmf_mat_destroy(dmf_mat *);

/* to = from, both m x n. */
DMF_API dmf_status dmf_copy(dmf_ctx *, dmf_mat from, dmf_mat to);

/* to = from^T; from is m x n, to is n x m. */
DMF_API dmf_status dmf_transpose(dmf_ctx *, dmf_mat from, dmf_mat to);

/* ||A||_F, A m x n, without overflow or underflow on the way; NaN if A holds one or is a view that cannot be read. */
DMF_API double dmf_frobenius(dmf_mat a);

/* ---- 4. GEMM --------------------------------------------------------------------------------- */

/* C = alpha op(A) op(B) + beta C;  op transposes when its flag is nonzero.

   op(A) is m x k, op(B) is k x n, C is m x n; any of them may be empty or a block of a larger matrix. As in the BLAS,
   beta = 0 means that C is written and not read, alpha = 0 that A and B are not read, and otherwise NaN and infinity
   propagate. Error of entry (i, j): at most (k + 2) eps |alpha| (|A| |B|)_ij + (k/16 + 2) eps |beta C_ij|, where
   neither op(A) op(B) nor C leaves the range of the numbers. */
DMF_API dmf_status dmf_gemm(dmf_ctx *, int trans_a, int trans_b, dmf_real alpha, dmf_mat a, dmf_mat b,
                            dmf_real beta, dmf_mat c);

/* ---- 5. SVD ---------------------------------------------------------------------------------- */

/* A = U diag(sigma) V^T, k = min(rows, cols), sigma descending; A is not changed.

   u: rows x k, v: cols x k, both with columns that are orthonormal to rounding; u.data or v.data NULL = not wanted.
   sigma holds k numbers. Any shape, rank and scale. If A = B D or A = D B with D diagonal, every singular value has a
   relative error of about eps times the condition number of B, whatever D is. That is measured, not proved: by
   tests/test_svd.c, for D over 300 orders of magnitude, down to 1e-278 (DMF_SINGLE: 1e-27) of the largest; smaller
   ones may be 0, and those that are no normal numbers have the digits that such numbers have. An n x n matrix with both
   sets of vectors takes 20 to 25 n^3 flops, most of them in products, and some 10 n^2 numbers of scratch memory; m - n
   more rows or columns take 6 n^2 flops each. NaN or infinity in A, or a singular value too large for dmf_real:
   DMF_ERR_NONFINITE. No convergence in 60 rounds, or of a symmetric eigenproblem on the way: DMF_ERR_CONVERGENCE. On
   error nothing is written. */
DMF_API dmf_status dmf_svd(dmf_ctx *, dmf_mat a, dmf_mat u, dmf_real *sigma, dmf_mat v);

/* The k largest triples: u rows x k, v cols x k, 1 <= k <= min(rows, cols). v comes in with k vectors to start
   from, those of the matrix before; zeros if there is none. A V = U S holds to rounding, and the bound to which
   A^T U = V S holds, ||A^T U - V S||_F, goes to *residual, if that is not NULL: but for rounding, A has k singular
   values that close to these. It is at most sigma_1 times the tolerance or, if that is more, max(rows, cols) eps, the
   rounding of dmf_svd; tolerance 0 = 1e-8 (DMF_SINGLE: 1e-4). sigma holds k numbers. A triple that is orthogonal to
   all that it starts from, and not felt by four random vectors, may be overlooked; dmf_svd overlooks nothing. */
DMF_API dmf_status dmf_svd_top(dmf_ctx *, dmf_mat a, double tolerance, dmf_mat u, dmf_real *sigma, dmf_mat v,
                               double *residual);

/* One step along the analytic singular value decomposition of a path of matrices (A19, Lemma 1). u, rows x k, and v,
   cols x k, k = min(rows, cols), come in with the vectors at the point before and go out with those of the same
   branches at a, rows x cols, beside sigma, k numbers: matched by their vectors and not by size, with the signs of u
   and v kept, so that branches cross, and a sigma may be negative. Where singular values are equal, their vectors are
   those next to the ones before. *overlap, if not NULL, is the least u . u before or v . v before of any branch: 1 for
   a small step, and below 0.7 another vector may be as near: the step was too long to be sure. */
DMF_API dmf_status dmf_svd_track(dmf_ctx *, dmf_mat a, dmf_mat u, dmf_real *sigma, dmf_mat v, double *overlap);

/* A = V diag(lambda) V^T for a symmetric A, n x n, of which the lower triangle is read. lambda holds n numbers,
   descending, with errors of a few n eps max |lambda| at most (measured: tests/test_svd.c); v is n x n, orthogonal to
   rounding, v.data NULL = not wanted. 6 to 9 n^3 flops, 4/3 n^3 without v. DMF_ERR_CONVERGENCE if QL takes more than
   30 n sweeps; otherwise errors as for dmf_svd. */
DMF_API dmf_status dmf_eigen(dmf_ctx *, dmf_mat a, dmf_real *lambda, dmf_mat v);

/* ---- 6. Problems ----------------------------------------------------------------------------- */

/* What fits: a loss l(W) on rows x cols matrices and its gradient. Any number of runs may share a problem; nothing
   changes it but dmf_problem_scale, which is not to be called while another thread uses it. */
typedef struct dmf_problem dmf_problem;

/* W_{row, col} = value. */
typedef struct dmf_entry { int row, col; dmf_real value; } dmf_entry;

/* Matrix completion (A19, section 1): l(W) = 1/2 sum over the entries of (W_ij - value)^2, (6.1).
   The entries are copied. DMF_ERR_INDEX, DMF_ERR_DUPLICATE and DMF_ERR_NONFINITE come with a message that
   names the entry; no entries at all are DMF_ERR_ARGUMENT. */
DMF_API dmf_status dmf_completion(dmf_ctx *, int rows, int cols, const dmf_entry *entries, size_t count,
                                  dmf_problem **out);

/* Matrix sensing (A19, section 2): l(W) = 1/2 sum over i of (<A_i, W> - y_i)^2, (6.2).
   Row i of a, which is m x rows*cols, is A_i row by row; y holds m numbers. Neither is copied: both must
   outlive the problem unchanged. */
DMF_API dmf_status dmf_sensing(dmf_ctx *, int rows, int cols, dmf_mat a, const dmf_real *y, dmf_problem **out);

/* A loss of your own. The callback stores l(w) in *loss and, when gradient.data is not NULL, the
   gradient by every entry in gradient; both matrices are rows x cols, and w is only to be read. Anything
   but DMF_OK ends the call that needed it with DMF_ERR_CALLBACK. */
typedef dmf_status (*dmf_loss_callback)(void *user, dmf_mat w, dmf_mat gradient, double *loss);
DMF_API dmf_status dmf_custom(dmf_ctx *, int rows, int cols, dmf_loss_callback callback, void *user,
                              dmf_problem **out);

/* The loss becomes scale, a positive normal number, times the sums above; 1 until set, each call replaces it. With
   scale 2/m, m the number of entries or measurements, l is the mean squared residual, as in the code published with
   A19: descent with rate eta on the mean is descent with rate 2 eta / m on l. */
DMF_API dmf_status dmf_problem_scale(dmf_ctx *, dmf_problem *, double scale);

/* The shape of W; entries or measurements, 0 for a custom loss. All are 0 for NULL. */
DMF_API int dmf_problem_rows(const dmf_problem *);
DMF_API int dmf_problem_cols(const dmf_problem *);
DMF_API size_t dmf_problem_count(const dmf_problem *);

/* The dmf_problem_count entries of a completion problem, by row and then column; DMF_ERR_ARGUMENT for another. */
DMF_API dmf_status dmf_problem_entries(dmf_ctx *, const dmf_problem *, dmf_entry *entries);

/* At a matrix w, l(w) in *loss, and its gradient (rows x cols; gradient.data NULL = not wanted). A loss or a gradient
   that is not finite is DMF_ERR_NONFINITE. */
DMF_API dmf_status dmf_problem_loss(dmf_ctx *, const dmf_problem *, dmf_mat w, dmf_mat gradient, double *loss);

/* NULL is allowed, as for every destroy. */
DMF_API void dmf_problem_destroy(dmf_problem *);

/* The synthetic tasks of A19. W* = U V^T with U, V Gaussian of the given rank, from 1 to min(rows, cols),
   scaled so that the mean square of its entries is 1; and count entries of w drawn without replacement, in random
   order, so that every prefix is itself a uniform sample. */
DMF_API dmf_status dmf_random_low_rank(dmf_ctx *, int rank, dmf_mat w_star, dmf_rng *);
DMF_API dmf_status dmf_observe(dmf_ctx *, dmf_mat w, size_t count, dmf_entry *entries, dmf_rng *);

/* ---- 7. Factorizations ----------------------------------------------------------------------- */

/* What moves: W = W_N ... W_1, with W_j = w[j - 1] of shape dims[j] x dims[j - 1]. The entries are yours
   to read and write, through w or as one array of size numbers; the rest is read only. */
typedef struct dmf_factors {
    int depth;
    int *dims;        /* depth + 1 of them: dims[0] = cols, ..., dims[depth] = rows */
    dmf_mat *w;
    dmf_real *data;
    size_t size;
} dmf_factors;

/* depth >= 1; hidden holds dims[1] .. dims[depth - 1], NULL for min(rows, cols) each: the
   full-dimensional factorization of A19. Filled with zeros, from where nothing moves at depth 2 and more:
   choose a start. */
DMF_API dmf_status dmf_factors_create(dmf_ctx *, int rows, int cols, int depth, const int *hidden,
                                      dmf_factors **out);
DMF_API dmf_status dmf_factors_clone(dmf_ctx *, const dmf_factors *, dmf_factors **out);
DMF_API void dmf_factors_destroy(dmf_factors *);

/* Starts. alpha is the root mean square of the k nonzero singular values of W, k the narrowest layer:
   ||W||_F = alpha sqrt(k). A start that dmf_real cannot hold, its nonzero numbers too large or all rounded to
   zero, is DMF_ERR_ARGUMENT; a start of zero, which goes nowhere from depth 2 on, may be asked for as 0. */

/* The deviation of the entries of every factor at which E||W||_F^2 = alpha^2 k for a Gaussian or uniform
   start: alpha^(1/N) / sqrt(n) when all is n x n, as in A19's published code. NaN if factors is NULL or
   alpha is not positive and finite. */
DMF_API double dmf_deviation(const dmf_factors *, double alpha);

/* Every entry of every factor independent, mean 0, with the given deviation >= 0. */
DMF_API dmf_status dmf_start_gaussian(dmf_ctx *, dmf_factors *, double deviation, dmf_rng *);
DMF_API dmf_status dmf_start_uniform(dmf_ctx *, dmf_factors *, double deviation, dmf_rng *);

/* Tied: every factor is the upper left part of one Gaussian matrix of the given deviation >= 0, d x d with d the widest
   layer, and so a copy of it where all layers have d (SY26, published code, whose deviation is dmf_deviation). They
   part as soon as they move. */
DMF_API dmf_status dmf_start_tied(dmf_ctx *, dmf_factors *, double deviation, dmf_rng *);

/* Every factor alpha^(1/N) times ones on the first k places of the diagonal, and so W alpha times them:
   alpha I where no layer is narrower than W. Balanced exactly (A19, equation (5)). alpha is finite, and negative only
   for an odd depth; else DMF_ERR_ARGUMENT. */
DMF_API dmf_status dmf_start_identity(dmf_ctx *, dmf_factors *, double alpha);

/* Every factor alpha^(1/N) times a random orthogonal matrix; where the shape is not square, times a partial
   isometry such that the start is balanced to rounding. The k nonzero singular values of W are |alpha|; alpha is
   finite, and negative only for an odd depth. */
DMF_API dmf_status dmf_start_orthogonal(dmf_ctx *, dmf_factors *, double alpha, dmf_rng *);

/* The family of starts of SY26 (its equation (7), as the reviews tell): every factor has `diagonal` on its
   diagonal and diagonal / ratio off it, 1 <= ratio <= INFINITY. Ratio 1 has rank 1, INFINITY is diagonal. The
   paper's letters are alpha and m; here alpha is about diagonal^N. Its published code has dmf_deviation for a diagonal
   and the ratio 100. */
DMF_API dmf_status dmf_start_family(dmf_ctx *, dmf_factors *, double diagonal, double ratio);

/* A balanced start (A19, equation (5)) with product w, rows x cols: W_j = E_j S^(1/N) E_{j-1}^T, where w = E_N S E_0^T
   is its SVD. An error if w has more nonzero singular values than the narrowest layer has room for. */
DMF_API dmf_status dmf_start_balanced(dmf_ctx *, dmf_factors *, dmf_mat w);

/* w = W_N ... W_1, rows x cols (A19, equation (1)). */
DMF_API dmf_status dmf_product(dmf_ctx *, const dmf_factors *, dmf_mat w);

/* phi = l(W_N ... W_1) (A19, equation (3)) in *loss, and d phi / d W_j in gradient, which has the shape of the factors
   and is not them; NULL = not wanted. Results that are not finite are DMF_ERR_NONFINITE. The cost is
   (7.9) in multiplications; for completion W is not formed where that costs less. */
DMF_API dmf_status dmf_loss(dmf_ctx *, const dmf_problem *, const dmf_factors *, dmf_factors *gradient,
                            double *loss);

/* ---- 8. Motion ------------------------------------------------------------------------------- */

typedef enum dmf_method {
    DMF_FLOW = 0,      /* gradient flow: DMF_RKC, or DMF_DP5 if rtol is below 1e-6 */
    DMF_RKC,           /* stabilised explicit Runge-Kutta-Chebyshev: error at the end falls like rtol^(2/3) */
    DMF_DP5,           /* Dormand-Prince 5(4): error at the end falls like rtol */
    DMF_GD,            /* W -= rate g */
    DMF_MOMENTUM,      /* v = momentum v + g;  W -= rate v */
    DMF_SGD,           /* DMF_GD on batches drawn without replacement, reshuffled every epoch; a batch's
                          gradient counts for all entries. stop_loss is looked at once an epoch */
    DMF_GROUP_RMSPROP, /* A19's optimizer: one adaptive rate for all factors together */
    DMF_ADAM
} dmf_method;

/* Zero itself, in momentum, beta, beta1 and epsilon, where 0 means the default. */
#define DMF_ZERO (-1.0)

/* How it moves. Flow is d W_j / dt = - d phi / d W_j (A19, equation (4)). What the method does not use must be 0. */
typedef struct dmf_motion {
    /* The run ends as soon as one of these holds, or when it is stationary: the gradient is zero or, along a flow, no
       larger than rounding makes it where it is zero (at a minimum, or at a saddle that so small a start has come so
       close to). */
    double stop_loss;      /* l <= stop_loss; 0 = never. Flow aims at it, to end little below */
    double stop_time;      /* time >= stop_time; 0 = never. Flow ends there exactly */
    long stop_steps;       /* that many steps; 0 = 1 000 000 */
    long stop_evaluations; /* that many gradients, inside a step too; 0 = 10 000 000 along a flow, else never */
    dmf_method method;
    double decay;          /* lambda >= 0: every loss and gradient is that of l + lambda/2 sum ||W_j||_F^2 */

    /* Flow. The error of a step, in the Frobenius norm over all factors, is kept below
       rtol ||factors|| + atol, and below 30 per cent of the step itself. */
    double rtol;           /* 10 eps .. 0.5; 0 = 3e-3: two to three digits of the singular values at the end */
    double atol;           /* 0 .. 1 */

    /* Step by step. */
    double rate;           /* 0 = 1e-3 for GROUP_RMSPROP and ADAM, else required */
    double momentum;       /* 0 .. 1; 0 = 0.9 (MOMENTUM) */
    double beta;           /* 0 .. 1, memory of squared gradients; 0 = 0.99 (GROUP_RMSPROP), 0.999 (ADAM) */
    double beta1;          /* 0 .. 1, memory of gradients; 0 = 0.9 (ADAM) */
    double epsilon;        /* 0 = 1e-4 (GROUP_RMSPROP), 1e-8 (ADAM) */
    size_t batch;          /* entries or measurements a step (SGD); required */
    uint64_t seed;         /* of the batches (SGD) */
} dmf_motion;

/* What an observer sees. */
typedef struct dmf_moment {
    long step;                   /* steps done */
    double time;                 /* of the flow; step by step: the sum of the rates */
    double loss;
    long evaluations;            /* gradients computed so far, those of batches included */
    const dmf_factors *factors;  /* to be read during the call only */
    dmf_ctx *ctx;                /* to be used for diagnostics during the call */
} dmf_moment;

/* Who looks on. It is called at the start, at the end, and in between: every so many steps or, if times is
   given, at those times. Flow interpolates to a time, with an error like that allowed in a step; step by step, the
   first step at or after it is shown. A nonzero return ends the run, at the end of the step. */
typedef struct dmf_observer {
    int (*look)(void *user, const dmf_moment *);
    void *user;
    long every;            /* 0 = 1; 0 with times */
    const double *times;   /* from 0 on, not decreasing; NULL = look every so many steps */
    size_t time_count;
} dmf_observer;

/* Why a run ended, 0 after an error; and the same in words. DMF_STOP_FAR is DMF_STOP_EVALUATIONS of a flow that
   completes a matrix, where the entries of W are, in the mean square, more than twice as large as those of them that
   are observed: a critical point far out holds it up, or one at infinity, and it may come back (chapter 13). */
typedef enum dmf_stop { DMF_STOP_LOSS = 1, DMF_STOP_TIME, DMF_STOP_STEPS, DMF_STOP_STATIONARY, DMF_STOP_OBSERVER,
                        DMF_STOP_EVALUATIONS, DMF_STOP_FAR } dmf_stop;
DMF_API const char *dmf_stop_text(dmf_stop);

typedef struct dmf_report {
    dmf_stop reason;
    long steps, rejected;     /* rejected: steps of a flow that were tried and not taken */
    long evaluations;         /* gradients computed */
    double time, loss;        /* where it ended; time as in dmf_moment */
    double cpu_seconds;       /* processor time that the run took, all threads together */
} dmf_report;

/* One training run: factors move until the motion stops. observer and report may be NULL. On error,
   factors and report hold the last step done; for a descent that diverges, the one that left the finite
   numbers, and where a callback fails the loss may be NaN; arguments that are refused leave both untouched. After its
   first step a run allocates nothing, but room to hold large modes.

   With dmf_options.reduce the processes that call this together train one problem, of which each has a part of the
   terms and all have the same factors, motion and scale: loss and gradient are sums over the processes, and since every
   decision follows from these, all make the same steps. They are to have the same instruction set and caches, and
   observers that answer alike. A call that one process refuses fails in all, DMF_ERR_CALLBACK in the others, and so
   does one with other factors. DMF_SGD is refused: its batches are drawn from the terms of one process. */
DMF_API dmf_status dmf_train(dmf_ctx *, const dmf_problem *, dmf_factors *, const dmf_motion *,
                             const dmf_observer *, dmf_report *);

/* ---- 9. Diagnostics -------------------------------------------------------------------------- */

/* Summaries of singular values; all are 0 for a zero matrix. */
typedef struct dmf_spectrum {
    double nuclear;         /* sum sigma */
    double frobenius;       /* sqrt(sum sigma^2) */
    double spectral;        /* sigma_1 */
    double effective_rank;  /* exp(entropy of sigma / sum sigma) (Roy and Vetterli; A19, section 2.2) */
    double stable_rank;     /* sum sigma^2 / sigma_1^2 */
    int numerical_rank;     /* number of sigma > k eps sigma_1 */
} dmf_spectrum;

/* Those of k numbers, sigma, in descending order (A19, section 2.2; SY26, Theorems 4.2 and 4.3). NaN, with the
   numerical rank -1, unless sigma_1 >= ... >= sigma_k >= 0 are finite. */
DMF_API dmf_spectrum dmf_summarize(const dmf_real *sigma, int k);

/* The singular values of W = W_N ... W_1 in sigma, min(rows, cols) of them, and their summary in out (as in A19,
   Figures 2 and 3); NULL = not wanted. A product that dmf_real cannot hold is DMF_ERR_NONFINITE; other errors as for
   dmf_svd. */
DMF_API dmf_status dmf_factors_spectrum(dmf_ctx *, const dmf_factors *, dmf_real *sigma, dmf_spectrum *out);

/* sum sigma^p over k numbers, 0 < p < INFINITY: the Schatten-p quasi-norm to the power p (A19, section 2); NaN for
   other p or a negative sigma. */
DMF_API double dmf_schatten(const dmf_real *sigma, int k, double p);

/* w[pair + 1]^T w[pair + 1] - w[pair] w[pair]^T for one 0 <= pair < depth - 1, in out, which is square of order
   dims[pair + 1]. Balanced means zero (A19, equation (5)); gradient flow keeps it constant, so its drift measures an
   integrator. */
DMF_API dmf_status dmf_balance(dmf_ctx *, const dmf_factors *, int pair, dmf_mat out);

/* |U^T G V| at a point of the path, G = grad l(W), W = U S V^T: mean and standard deviation of its
   entries on and off the diagonal (A19, Corollary 1 and Figure 3, right). u: rows x k, v: cols x k. */
typedef struct dmf_alignment { double on_mean, on_deviation, off_mean, off_deviation; } dmf_alignment;
DMF_API dmf_status dmf_align(dmf_ctx *, dmf_mat gradient, dmf_mat u, dmf_mat v, dmf_alignment *out);

/* Mean over all entries of (W - W*)^2, w_star rows x cols: the reconstruction error of A19; and over a list of count
   > 0 entries, for training and test sets, where W is never formed. An error that is not finite is DMF_ERR_NONFINITE.
   */
DMF_API dmf_status dmf_reconstruction_error(dmf_ctx *, const dmf_factors *, dmf_mat w_star, double *error);
DMF_API dmf_status dmf_entry_error(dmf_ctx *, const dmf_factors *, const dmf_entry *entries, size_t count,
                                   double *error);

/* ---- 10. Theory ------------------------------------------------------------------------------ */

/* What A19 predicts for factors that are balanced (equation (5)), from their product alone. The depth N >= 1 need not
   be a whole number. INFINITY is the limit of large N with time running N times as fast. */

/* dW/dt = - sum over j = 1 .. N of (W W^T)^((N-j)/N) G (W^T W)^((j-1)/N), G the gradient of l at W: how W moves when
   its factors follow gradient flow (A19, section 3; [ACH18]). w, gradient and velocity are rows x cols; depth >= 1. A
   velocity that dmf_real cannot hold is DMF_ERR_NONFINITE. */
DMF_API dmf_status dmf_product_velocity(dmf_ctx *, double depth, dmf_mat w, dmf_mat gradient, dmf_mat velocity);

/* Runs W itself, rows x cols, along that velocity (A19, section 3). As dmf_train, from the balanced start whose
   product is w; the factors that the observer sees are W alone, of depth 1. Any method but DMF_SGD; every gradient
   costs a decomposition of W; depth >= 1. Between depth 1 and 2, where singular values come to zero in finite time, a
   flow goes on through zero as sigma with its sign does in equation (11), without waiting there; it moves the power
   2/N - 1 of the singular values, and keeps their relative error where it keeps that of W elsewhere. A start that has
   no such path of its own, because it lacks two ranks or, if it is not square, one, is DMF_ERR_ARGUMENT; other errors
   as for dmf_train. */
DMF_API dmf_status dmf_train_product(dmf_ctx *, const dmf_problem *, double depth, dmf_mat w, const dmf_motion *,
                                     const dmf_observer *, dmf_report *);

/* A19, Theorem 3, equation (7), here (10.4): rates[r] = d sigma_r / dt = - N |sigma_r|^(2 - 2/N) <G, u_r v_r^T>, k of
   them. gradient: rows x cols, u: rows x k, v: cols x k, any k triples of W = U S V^T; sigma, k numbers, may be signed,
   in any order; depth >= 1. A rate that is not finite is DMF_ERR_NONFINITE. */
DMF_API dmf_status dmf_singular_rates(dmf_ctx *, double depth, dmf_mat gradient, dmf_mat u, const dmf_real *sigma,
                                      dmf_mat v, double *rates);

/* A19, Lemma 2, equations (8) and (9), here (10.5): dU/dt and dV/dt, in du and dv (shapes of u and v), with all k =
   min(rows, cols) triples; arguments as above, depth >= 1. The sigma must differ from each other and from zero in
   absolute value; DMF_ERR_ARGUMENT if they do not. */
DMF_API dmf_status dmf_vector_rates(dmf_ctx *, double depth, dmf_mat gradient, dmf_mat u, const dmf_real *sigma,
                                    dmf_mat v, dmf_mat du, dmf_mat dv);

/* A19, equation (11): sigma_1 when the other singular value, sigma_2 > 0, has come to the given size, in a flow that
   fits one measurement with singular vectors at rest. start_1 and start_2 > 0 are where both began, ratio is
   e_1 rho_1 / (e_2 rho_2), the paper's alpha_{1,2}, and depth >= 1. sigma_2 = INFINITY gives the limit. INFINITY where
   sigma_1 leaves all bounds before; NaN for arguments that make no sense. */
DMF_API double dmf_one_measurement(double depth, double ratio, double start_1, double start_2, double sigma_2);

/* Observations in blocks, the coupling between them, and where it leads. This is the setting of SY26 as its abstract
   and reviews tell; their numbers of statements are named where they are known. */

/* Entries of w, rows x cols, inside blocks that go down the diagonal: block b has rows[b] rows and cols[b] columns,
   after those of the blocks before it (SY26, section 3). cols NULL = rows, and rows NULL too = 1 each: entries of the
   diagonal. By block, row, column; entries has room for dmf_block_entries of them, which is 0 where the blocks make
   no sense. Blocks that do not fit are DMF_ERR_SHAPE. */
DMF_API size_t dmf_block_entries(int blocks, const int *rows, const int *cols);
DMF_API dmf_status dmf_observe_blocks(dmf_ctx *, dmf_mat w, int blocks, const int *rows, const int *cols,
                                      dmf_entry *entries);

/* A connected component of the observation graph, which has the rows and columns of W for vertices and an edge for
   each observed entry. */
typedef struct dmf_component {
    int rows, cols;
    size_t entries;
    int complete;              /* all rows x cols entries are observed */
} dmf_component;

/* Components are numbered from 0 by their first row. row[i] and col[j] tell which one row i and column j belong to; -1
   where nothing is observed. */
typedef struct dmf_graph { int count, *row, *col; dmf_component *component; } dmf_graph;

/* The graph of a completion problem (any other is DMF_ERR_ARGUMENT). SY26 calls observations connected or not by it. */
DMF_API dmf_status dmf_graph_create(dmf_ctx *, const dmf_problem *, dmf_graph **out);
DMF_API void dmf_graph_destroy(dmf_graph *);

/* The tangent kernel between entries e and f of W, at (i, j) and (k, l): k_ef = <dW_ij, dW_kl>, the inner product of
   their gradients by all factors; k is count x count. Along the flow, dW_ij/dt is minus the sum of k_ef dl/dW_kl over
   the observed entries f, which is how SY26 defines coupling. An entry outside W is DMF_ERR_INDEX. */
DMF_API dmf_status dmf_tangent_kernel(dmf_ctx *, const dmf_factors *, const dmf_entry *entries, size_t count,
                                      dmf_mat k);

/* How much of the kernel K between all observed entries lies between different components. */
typedef struct dmf_coupling {
    double norm;               /* ||K||_F */
    double between;            /* the norm of what lies between different components */
    double share;              /* between / norm; 0 if K = 0 */
    double rounding;           /* estimate of what between may be off by, if the factors are known to one rounding */
    int decoupled;             /* between <= rounding: no component feels another */
} dmf_coupling;

/* The coupling at a point of the path (SY26, Proposition 3.2: from depth 3 on, almost every start is coupled). K is
   not formed, whatever the number of entries: N (N + 1) rows cols (rows + cols) flops, and twice the products of the
   factors with their Gram matrices. blocks, components x components, gets the norms of the blocks of K, one row and one
   column for each component; blocks.data NULL = not wanted. Parts of a Gram matrix that are 1e-150 (DMF_SINGLE: 1e-18)
   of its norm or smaller count as zero. A problem that is not one of completion is DMF_ERR_ARGUMENT. */
DMF_API dmf_status dmf_couple(dmf_ctx *, const dmf_problem *, const dmf_factors *, dmf_mat blocks,
                              dmf_coupling *out);

/* With the diagonal of a d x d matrix observed and all targets equal, factors that start in dmf_start_family keep two
   eigenvalues each, the same for all: s_1 with (1, ..., 1), and s_2, d - 1 times (SY26, Theorem 3.3). The flow keeps
   this number, the integral of s^(1-N) from s_2 to s_1, which is infinite if it diverges. NaN for a depth below 1 or
   negative eigenvalues. */
DMF_API double dmf_diagonal_conserved(int depth, double s_1, double s_2);

/* Where that flow ends, from the start with this diagonal and ratio (SY26, Theorem 3.3): W has the singular values
   sigma_1 and, d - 1 times, sigma_2 (0 if d = 1). depth >= 2, diagonal > 0, 1 <= ratio <= INFINITY, target > 0.
   Relative errors are below 1e-10, down to 1e-300 (measured: tests/test_plasticity.c); they grow with the logarithms
   of the arguments. Where n complete blocks of s x s are observed instead, the limit has the same n values for d = n,
   (ratio + s - 1) / ratio times the diagonal, the ratio (ratio + s - 1) / s and s times the target (10.26), and beside
   them zeros. DMF_ERR_NONFINITE if sigma_1 is too large for a double. */
typedef struct dmf_limit { double sigma_1, sigma_2, stable_rank; } dmf_limit;
DMF_API dmf_status dmf_diagonal_limit(dmf_ctx *, int depth, int d, double diagonal, double ratio, double target,
                                      dmf_limit *out);

/* The limit W itself, w (d x d), with targets, d numbers > 0, that may differ: where the ratio is 1 or INFINITY, the
   depth is 2, or all targets are equal (SY26, Theorem 3.3, and beyond it). For others there is no closed form, which
   is DMF_ERR_ARGUMENT: dmf_train finds it. */
DMF_API dmf_status dmf_diagonal_product(dmf_ctx *, int depth, double diagonal, double ratio, const dmf_real *targets,
                                        dmf_mat w);

/* The same for complete blocks down the diagonal that fill W, block b with sizes[b] rows and columns and the target
   targets[b] > 0 at all of its places: where the ratio is 1 or INFINITY, the depth is 2, or all blocks are alike.
   Others move like factors of blocks x blocks (10.27), which dmf_train can run; here they are DMF_ERR_ARGUMENT. */
DMF_API dmf_status dmf_block_product(dmf_ctx *, int depth, double diagonal, double ratio, int blocks,
                                     const int *sizes, const dmf_real *targets, dmf_mat w);

/* ---- 11. Minimum nuclear norm ---------------------------------------------------------------- */

/* What is proved of X, lambda and the problem as they are stored, in real arithmetic: what rounding may have done to
   the bounds is counted against them (chapter 11, section 11.3; tests/test_nuclear.c audits them in long double).
   No matrix that fits has a nuclear norm below lower, whatever the solver did. X itself satisfies every equation within
   residual, which is at most eps and what rounding explains: (rows + cols + 4) eps (1 + ||X||_F), in units in which
   ||A_i|| and the y_i are at most 1; a y_i below the range of numbers in these units counts as 0. */
typedef struct dmf_certificate {
    double upper;      /* at least ||X||_* */
    double lower;      /* at most the minimum */
    double gap;        /* (upper - lower) / upper; 0 if X = 0 */
    double residual;   /* at least every |<A_i, X> - y_i| */
    long iterations;   /* decompositions, of X's size or of its Gram matrix */
} dmf_certificate;

/* Options of the search; zero means the default. */
typedef struct dmf_nuclear {
    double eps;              /* every equation holds within eps; 0 = exactly */
    double gap;              /* relative gap to reach; 0 = 1e-6 (DMF_SINGLE: 1e-4) */
    long stop_steps;         /* iterations, about; 0 = 10 000 */
    int (*look)(void *user, const dmf_certificate *);  /* called now and then with the best so far; a nonzero return
                                                          ends the search. May be NULL */
    void *user;
} dmf_nuclear;

/* min ||X||_* subject to |<A_i, X> - y_i| <= eps for the entries or measurements of a problem (A19, section 2.2):
   what implicit regularization was conjectured to do; (11.1), and with its dual (11.2). x: rows x cols. options,
   lambda and certificate may be NULL. The units of the equations do not matter. lambda gets the multiplier behind the
   lower bound, one number per measurement, or per entry in the order of dmf_problem_entries: ||sum lambda_i A_i|| <=
   1 in the spectral norm, and lower is <lambda, y> - eps sum |lambda_i|, rounded down. A gap that is not reached is
   DMF_ERR_CONVERGENCE, with the best x, lambda and certificate so far (if no x has fitted to rounding, they are
   untouched). DMF_ERR_INFEASIBLE is said only with a multiplier at hand that proves it: a matrix that fits would have
   a norm a thousand times that of the nearest one that does not. */
DMF_API dmf_status dmf_minimum_nuclear_norm(dmf_ctx *, const dmf_problem *, const dmf_nuclear *options, dmf_mat x,
                                            dmf_real *lambda, dmf_certificate *certificate);

/* ---- 12. Files ------------------------------------------------------------------------------- */

/* Factors in a file, to the bit. Integers are unsigned and little-endian, numbers IEEE 754 in the same order of bytes:

       8 bytes        "\x89" "DMF\r\n" "\x1a" "\1": what it is, and version 1
       4              bytes per number, 8 or (DMF_SINGLE) 4
       4              depth N
       4 (N + 1)      dims[0] .. dims[N]
       the numbers    W_1, W_2, ..., W_N, each by rows
       8              checksum: FNV-1a, 64 bits, over all bytes before

   A run that is saved between two calls of dmf_train goes on as if it had not been, to the bit. Each call of dmf_train
   begins with an empty memory: with DMF_GD, which has none, two calls also equal one of as many steps; other descent
   methods collect their averages anew, and a flow chooses its first step anew. */

/* Writes beside the path, to path.part0 or the next number that is free, flushes to the disk where the system can, and
   renames: at any moment the path leads to the old factors or the new ones, whole, whoever else saves there. A symbolic
   link stays, as do the permissions of what is replaced. Factors that are not finite are DMF_ERR_NONFINITE; what cannot
   be written, and a path that is a directory, a pipe or a device, is DMF_ERR_FILE. */
DMF_API dmf_status dmf_factors_save(dmf_ctx *, const dmf_factors *, const char *path);

/* Reads such a file of either precision. A file that is not exactly as above, or has a number that dmf_real cannot
   hold without change, is DMF_ERR_FILE. Whatever it says, the memory taken is at most 6 times its length and 64 KB. */
DMF_API dmf_status dmf_factors_load(dmf_ctx *, const char *path, dmf_factors **out);

/* ---- 13. The limit of a vanishing start ------------------------------------------------------ */

/* From a vanishing start the flow visits critical points of rank 0, 1, 2, ... and rests at each for longer the smaller
   the start is (A19, Figure 3; [LLL21]). Here is that path itself, with no start and no time. */

/* A critical point of the path, for the observer: grad l(W) U = 0 and grad l(W)^T V = 0, W = U S V^T of the rank. */
typedef struct dmf_saddle {
    int rank;
    double loss;
    const dmf_factors *factors;  /* W, balanced; to be read during the call only */
    const dmf_real *pull;        /* the singular values of grad l(W), pulls of them: how fast new modes grow */
    int pulls;
    double gap;                  /* 1 - pull[1] / pull[0]: 0 where the next mode, and so the limit, is not unique */
    double stay;                 /* a flow from equal modes alpha stays here for about stay log(1/alpha) at
                                    depth 2, for stay alpha^-(1 - 2/N) or longer at depth N */
    long evaluations;            /* gradients computed so far */
    dmf_ctx *ctx;                /* to be used for diagnostics during the call */
} dmf_saddle;

/* How far the path is followed; zero means the default. */
typedef struct dmf_path {
    double stop_loss;      /* to a critical point with l <= stop_loss; 0 = never */
    int stop_rank;         /* to one of this rank; 0 = the width of the narrowest layer */
    long stop_evaluations; /* that many gradients; 0 = 1 000 000 */
    double stop_growth;    /* until, on the way to the next one, ||W||_F has grown to so many times its size; 0 = 4 */
    double tie;            /* to one with a gap < tie; 0 = 1e-5 (DMF_SINGLE: 1e-3), DMF_ZERO = to none */
    double rest;           /* relative length of the last Newton step, at most 0.1; 0 = 1e-5 (DMF_SINGLE: 1e-3). Pulls
                              that an error of W as large explains are zero */
    double eps;            /* size of a mode as it leaves, below 1, where 1 is the size at which it alone has lowered
                              the loss most; 0 = 0.01 */
    int (*look)(void *user, const dmf_saddle *);  /* called at every critical point, W = 0 the first; a nonzero return
                                                     ends the path. May be NULL */
    void *user;
} dmf_path;

/* Why a path ended, 0 after an error; and the same in words. */
typedef enum dmf_path_end {
    DMF_PATH_LOSS = 1, DMF_PATH_RANK, DMF_PATH_EVALUATIONS, DMF_PATH_OBSERVER,
    DMF_PATH_MINIMUM,      /* the gradient of l is zero */
    DMF_PATH_TIE,          /* the limit is not unique */
    DMF_PATH_FAR,          /* the next critical point lies far out or at infinity */
    DMF_PATH_COARSE        /* eps is too large: the new mode does not see the gradient of the point, or falls back */
} dmf_path_end;
DMF_API const char *dmf_path_text(dmf_path_end);

typedef struct dmf_path_report {
    dmf_path_end reason;
    int rank;              /* of the last critical point, where the factors are */
    double loss, gap;      /* there; and the least gap of those that were left, 1 if none was */
    long evaluations;      /* gradients computed */
    double cpu_seconds;
} dmf_path_report;

/* The path of critical points that the flow takes in the limit alpha -> 0 of its start: from W = 0, and from each out
   along the largest singular pair of -grad l(W) to where the flow of factors just wide enough comes to rest. The
   factors, of any depth >= 2 and at least as wide as the rank that is wanted, come out balanced at the last critical
   point. If they come in as they are created, zero, modes leave by the largest pull: the limit. If they hold a start,
   modes are those to which it grows while the gradient is that of the critical point. path and report may be NULL.
   Errors are those of dmf_train and dmf_svd; the factors then hold nothing of use. Chapter 13 says what is proved. */
DMF_API dmf_status dmf_train_limit(dmf_ctx *, const dmf_problem *, dmf_factors *, const dmf_path *path,
                                   dmf_path_report *);

/* ---- 14. Noisy data -------------------------------------------------------------------------- */

/* How a candidate is fitted. */
typedef enum dmf_fit_method {
    DMF_FIT_BEST = 0,      /* what the folds prefer */
    DMF_FIT_FLOW,          /* from a small start, stopped where entries that are held out are fitted best; any depth */
    DMF_FIT_POSTERIOR      /* the mean over factors that decay, as a prior, and the data make probable; depth 2 */
} dmf_fit_method;

/* What is not left to the folds; { 0 } leaves all to them. */
typedef struct dmf_fit_options {
    dmf_fit_method method;
    int folds;             /* parts into which the entries are cut; 0 = 10; 2 .. count */
    int depth;             /* 1 = offsets alone, 2 .. 100 = a factorization too; 0 = what the folds prefer, to 3 */
    int width;             /* 1 .. min(rows, cols); 0 = what the folds prefer of 5, 13, 29 and 61; of a flow, 29 */
    double decay;          /* lambda of (8.22), for values in their units, 1e-9 .. 1e9; 0 = of a flow none, else the one
                              that the data make probable */
    uint64_t seed;
} dmf_fit_options;

/* What an observer of dmf_fit sees: one candidate on one fold, or on all entries at the end. */
typedef struct dmf_fit_moment {
    dmf_fit_method method;
    int depth, width;
    int fold, folds;       /* fold 0 .. folds - 1; fold = folds is the fit to all entries */
    long step;             /* sweeps done, or steps of a flow */
    double seconds;        /* since the fit began */
    double training_error, held_out_error;  /* root mean squares in the values' units, of what a flow trains on in those
                                               of (14.1); NaN where nothing is held out */
    double share;          /* 0 .. 1: of the work that is done, an estimate */
} dmf_fit_moment;

/* look is called after every sweep, from the thread that called dmf_fit. A nonzero return ends the fit with
   DMF_ERR_CALLBACK: half of the folds are no model. */
typedef struct dmf_fit_observer { int (*look)(void *user, const dmf_fit_moment *); void *user; } dmf_fit_observer;

typedef struct dmf_fit_report {
    double offsets_error;           /* held-out root mean square error of the offsets alone */
    double error, error_deviation;  /* of what was chosen, by cross-validation, and its standard error */
    double expected;                /* the same for the model, which has learned from all entries, (14.12); of flows
                                       nothing more is known */
    dmf_fit_method method;          /* what was chosen; */
    int depth, width;               /* depth 1: offsets alone, there is no structure to be found */
    double decay;                   /* lambda, given or made probable by the data */
    double effective_rank;          /* of the factorization, mean over eight members at most; 0 without one */
    double within_one;              /* share of held-out entries within one predicted deviation */
    size_t residuals[14];           /* how many held-out values less their predictions are, in predicted deviations,
                                       below -3, from -3 to -2.5, ... from 2.5 to 3, above */
    long evaluations;               /* sweeps over the factors, and gradients of flows */
    double seconds, cpu_seconds;
} dmf_fit_report;

/* Offsets and the mean of several factorizations. */
typedef struct dmf_model dmf_model;

/* Fits a rows x cols matrix to entries with noise, chosen by cross-validation among offsets alone and factorizations.
   Columns may have units of their own. Nothing of size rows x cols is formed. Fewer than two entries are
   DMF_ERR_ARGUMENT; other errors as for dmf_completion; options, observer and report may be NULL. With nothing to set:

       dmf_model *model = NULL;
       dmf_status s = dmf_fit(ctx, rows, cols, entries, count, NULL, NULL, NULL, &model);
       if (!s) s = dmf_predict(ctx, model, places, n, prediction, deviation);
       dmf_model_destroy(model);

   The same seed gives the same model, whatever the number of threads. */
DMF_API dmf_status dmf_fit(dmf_ctx *, int rows, int cols, const dmf_entry *entries, size_t count,
                           const dmf_fit_options *options, const dmf_fit_observer *observer, dmf_fit_report *report,
                           dmf_model **out);
DMF_API void dmf_model_destroy(dmf_model *);

/* The shape; 0 for NULL. */
DMF_API int dmf_model_rows(const dmf_model *);
DMF_API int dmf_model_cols(const dmf_model *);

/* prediction[0 .. count-1] at so many places, of which only row and col are read, and deviation[0 .. count-1], the
   standard deviations of what would be observed there; deviation may be NULL. A row or column without entries, or -1
   for one that is not in the matrix, is predicted from what is known of the other. Another place outside the matrix is
   DMF_ERR_INDEX. */
DMF_API dmf_status dmf_predict(dmf_ctx *, const dmf_model *, const dmf_entry *places, size_t count,
                               dmf_real *prediction, dmf_real *deviation);

/* For each of so many rows from `row` on, the columns that were not observed, at most `most` of them, the largest
   predictions first; equal ones by column. A row has room for k = min(most, cols) of them: those of row r begin at
   best[r k], their deviations, which may be NULL, at deviation[r k], and count[r] gets how many there are. Rows that
   are not in the matrix are DMF_ERR_INDEX, but for row = -1 with rows = 1. Many rows in one call are much faster than
   many calls. */
DMF_API dmf_status dmf_recommend(dmf_ctx *, const dmf_model *, int row, int rows, size_t most, dmf_entry *best,
                                 dmf_real *deviation, size_t *count);

/* Models in files, with the guarantees of dmf_factors_save and dmf_factors_load; DMF_ERR_FILE as there. */
DMF_API dmf_status dmf_model_save(dmf_ctx *, const dmf_model *, const char *path);
DMF_API dmf_status dmf_model_load(dmf_ctx *, const char *path, dmf_model **out);

#ifdef __cplusplus
}
#endif
#endif /* DMF_H */

/* ==== PART II: THE IMPLEMENTATION ============================================================= */

#if defined(DMF_IMPLEMENTATION) && !defined(DMF__IMPLEMENTED) && !defined(DMF__ISA)

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ > 0) || defined(_M_FP_FAST) || \
    defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || defined(__NO_SIGNED_ZEROS__)
#error "dmf.h needs IEEE arithmetic: compile the file that defines DMF_IMPLEMENTATION without -ffast-math, -Ofast or \
/fp:fast, or with -fno-fast-math after them (Intel: with -fp-model=precise)"
#endif

#ifndef DMF_SELF
#define DMF_SELF "dmf.h"
#endif

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__unix__) || defined(__APPLE__)
#define DMF__POSIX
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <unistd.h>
#define DMF__PROCESS (int)getpid()
#else
#define DMF__PROCESS 0
#endif
#ifdef DMF_THREADS
#include <pthread.h>
#include <sched.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif
#endif

/* What headers of POSIX hide from a compiler that is asked for ISO C; in parentheses, for some are macros too. */
#if defined(DMF__POSIX) && defined(__STRICT_ANSI__) && !defined(__cplusplus) && !defined(__ANDROID__)
FILE *(fdopen)(int, const char *);
int (fileno)(FILE *);
int (fsync)(int);
int (fchmod)(int, mode_t);
ssize_t (readlink)(const char *, char *, size_t);
long (syscall)(long, ...);
#endif

/* ---- 1. Ground -------------------------------------------------------------------------------

   Three conventions keep the chapters short.

   Scratch memory is a stack in the context. A public function opens a frame, takes what it needs,
   and closes the frame, which gives everything back in one stroke; so there is one way out of every
   function and nothing to leak. Inner functions that are called often mark the stack and give back what
   they took. The chunks behind the stack stay with the context, which is why the second step of a training
   run allocates nothing but room to hold large modes. The frame also supplies a context to callers who passed NULL.

   The context also names the loops that chapter 3 instantiates for its instruction set: the one look ahead.

   Threads belong to the context and wait for work that is cut into tasks. The memory that tasks need is taken
   beforehand, so that only the caller's thread allocates. A thread that runs out of work lingers before it sleeps,
   because the next product of a training step is often only microseconds away.

   Errors are made in one place, dmf__fail, with a sentence, and the context keeps the first one until the door of
   the public function closes. So checks may follow each other without asking how the last one went, and inner
   functions return nothing; they assume checked arguments, and do nothing once something has failed. Every public
   function that takes a context has therefore the same three steps; dmf__enter is dmf__open and dmf__check_args, for
   those who have to look at something before:

       ctx = dmf__enter(&frame, ctx, args, n)   a context, a mark on the stack, and the first thing wrong, if any
       if (!ctx->status) the work               outputs are written last, where that is promised
       return dmf__close(&frame)                the status; what was taken from the stack is back

   Results are the same for every number of threads because no sum is spread over tasks: a number of a result belongs to
   one task, which adds up its terms in an order that the sizes fix. A sum over all, as that of the squares of
   residuals, is made by the caller when the tasks are done.

   Sizes are int on the outside and size_t as soon as they are multiplied. */

/* What each instance of a loop is made of; what many doors call once, of which no door needs a copy; and what only
   some compilers can be told: to fetch a line, and to take a pointer as it is. */
#if defined(__GNUC__)
#define DMF__INLINE static inline __attribute__((always_inline))
#define DMF__CALLED static __attribute__((noinline))
#define DMF__PREFETCH(p, write, locality) __builtin_prefetch(p, write, locality)
#define DMF__OPAQUE(p) __asm__("" : "+r"(p))  /* or gcc 12, vectorizing plain C, reads a row too many */
#else
#define DMF__INLINE static inline
#define DMF__CALLED static
#define DMF__PREFETCH(p, write, locality) (void)(p)
#define DMF__OPAQUE(p) (void)0
#endif
#ifndef DMF_MALLOC
#define DMF_MALLOC(bytes) malloc(bytes)
#define DMF_FREE(p) free(p)
#endif

/* The first of two for double, the second under DMF_SINGLE. */
#ifdef DMF_SINGLE
#define DMF__TYPED(pd, ps) ps
#else
#define DMF__TYPED(pd, ps) pd
#endif
#define DMF__EPS DMF__TYPED(DBL_EPSILON, (double)FLT_EPSILON)
#define DMF__MAX DMF__TYPED(DBL_MAX, (double)FLT_MAX)

enum {
    DMF__LINE = 64,                 /* defined: bytes in a cache line, and of alignment */
    DMF__LINE_REALS = DMF__LINE / (int)sizeof(dmf_real),
    DMF__LARGEST = INT_MAX - 65536, /* defined: the largest size of anything; loops may step past it */
    DMF__MOST_THREADS = 1024        /* defined: in Part I */
};

/* Tasks 0 .. count - 1 of one piece of work, each done by some thread. The results must not depend on which. */
typedef void (*dmf__task)(const void *work, int task);

#ifdef DMF_THREADS

/* Under the lock, always: tasks 0 .. next - 1 have begun, next <= count, and busy of them are under way. task and work
   change only while next = count and busy = 0, so that a thread which is in a task, and counted in busy, may read them
   without the lock. A piece of work is done when its caller, who takes tasks as the workers do, has found next = count
   and then busy = 0. A worker that wakes late finds next = count, or tasks of the next piece: either is right. */
typedef struct dmf__pool {
    pthread_mutex_t lock;
    pthread_cond_t start, done;
    dmf__task task;
    const void *work;
    int next, count, busy, quit;  /* tasks begun, all tasks, tasks under way */
    int process, workers;         /* fork copies the pool, but no worker */
    pthread_t worker[1];
} dmf__pool;

/* Waits with the lock held, a worker for tasks or the end, the caller for the last task: first lets the others have the
   lock, and the processor, for longer than from one product of a training step to the next and than it takes to wake a
   thread; then sleeps. */
static void dmf__wait(dmf__pool *pool, int worker)
{
    int i;
    for (i = 0; worker ? !pool->quit && pool->next == pool->count : pool->busy > 0; i++) {
        if (i < 200) { /* tuned: bench_gemm, two threads */
            pthread_mutex_unlock(&pool->lock);
            sched_yield();
            pthread_mutex_lock(&pool->lock);
        } else pthread_cond_wait(worker ? &pool->start : &pool->done, &pool->lock);
    }
}

/* Takes tasks until none is left, one after another, so that a thread which got a long one takes fewer. The lock is
   held on entry and at the end, but not during a task. Who leaves while none is under way tells the caller. */
static void dmf__take_tasks(dmf__pool *pool)
{
    while (pool->next < pool->count) {
        int task = pool->next++;
        pool->busy++;
        pthread_mutex_unlock(&pool->lock);
        pool->task(pool->work, task);
        pthread_mutex_lock(&pool->lock);
        pool->busy--;
    }
    if (pool->busy == 0) pthread_cond_signal(&pool->done);
}

/* A worker has two states: in dmf__wait, or in dmf__take_tasks. It ends when quit is set, which dmf__end_pool does
   while no work is there. */
static void *dmf__worker(void *user)
{
    dmf__pool *pool = (dmf__pool *)user;
    pthread_mutex_lock(&pool->lock);
    while (!pool->quit) {
        dmf__wait(pool, 1);
        dmf__take_tasks(pool);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* In a process made by fork, where the lock may be held for ever, only memory is left to free: the child has a copy of
   the pool, as it was at some moment, and of the thread that called fork, but none of the workers. Hence the number of
   the process, which tells the copy from the pool. Otherwise all workers are woken, and end before their memory does.
   */
static void dmf__end_pool(dmf__pool *pool)
{
    int i;
    if (pool && pool->process == DMF__PROCESS) {
        pthread_mutex_lock(&pool->lock);
        pool->quit = 1;
        pthread_cond_broadcast(&pool->start);
        pthread_mutex_unlock(&pool->lock);
        for (i = 0; i < pool->workers; i++) pthread_join(pool->worker[i], NULL);
        pthread_cond_destroy(&pool->done);
        pthread_cond_destroy(&pool->start);
        pthread_mutex_destroy(&pool->lock);
    }
    DMF_FREE(pool);
}

/* threads - 1 workers, or as many of them as the system grants. */
static dmf__pool *dmf__start_pool(int threads)
{
    dmf__pool *pool = (dmf__pool *)DMF_MALLOC(sizeof *pool + (size_t)threads * sizeof(pthread_t));
    if (!pool) return NULL;
    memset(pool, 0, sizeof *pool);
    pool->process = DMF__PROCESS;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->start, NULL);
    pthread_cond_init(&pool->done, NULL);
    while (pool->workers < threads - 1 &&
           pthread_create(&pool->worker[pool->workers], NULL, dmf__worker, pool) == 0) pool->workers++;
    return pool;
}

/* Processors that the process may use. Linux answers with a mask, in so many bytes. */
static int dmf__processors(void)
{
    long count = 0;
#if defined(__linux__)
    unsigned char mask[1024] = { 0 };
    long i, bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
    for (i = 0; i < 8 * bytes; i++) count += mask[i / 8] >> i % 8 & 1;
#elif defined(_WIN32)
    count = pthread_num_processors_np();
#endif
#ifdef _SC_NPROCESSORS_ONLN
    if (count < 1) count = sysconf(_SC_NPROCESSORS_ONLN);
#endif
    return count < 1 ? 1 : count > DMF__MOST_THREADS ? DMF__MOST_THREADS : (int)count;
}

#endif

/* Bytes of the two caches that one core has to itself; a common size where the system does not tell. */
typedef struct dmf__caches { size_t l1, l2; } dmf__caches;

/* A system that does not know answers 0 or -1, and a machine that is simulated may answer anything: what is less than
   any cache of today is not believed. The sizes decide about speed and, by the depth of blocks, about last bits. */
static dmf__caches dmf__find_caches(void)
{
    dmf__caches caches = { 32768, 1048576 };
#ifdef _SC_LEVEL1_DCACHE_SIZE
    long l1 = sysconf(_SC_LEVEL1_DCACHE_SIZE), l2 = sysconf(_SC_LEVEL2_CACHE_SIZE);
    if (l1 >= 8192) caches.l1 = (size_t)l1;
    if (l2 >= 65536) caches.l2 = (size_t)l2;
#endif
    return caches;
}

/* WebAssembly has no clock for a process; there it is the time of day. */
static double dmf__cpu_seconds(void)
{
#ifdef __wasi__
    struct timespec now = { 0, 0 };
    timespec_get(&now, TIME_UTC);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec; /* defined: nanoseconds */
#else
    return (double)clock() / CLOCKS_PER_SEC;
#endif
}

/* A chunk of the scratch stack: this head, and from the next cache line on `size` bytes, of which the first `used` are
   taken. */
typedef struct dmf__chunk { struct dmf__chunk *next; size_t size, used; } dmf__chunk;

typedef struct dmf__simd dmf__simd;
static const dmf__simd *dmf__find_simd(dmf_isa isa);

/* All that a call may use beyond its arguments; nothing else outlives a call, and no variable of the file is written.
   */
struct dmf_ctx {
    const dmf__simd *simd;
    dmf__caches caches;
#ifdef DMF_THREADS
    dmf__pool *pool;
#endif
    dmf__chunk *first, *top;  /* the scratch stack; chunks after top are free */
    dmf_status status;        /* the first failure since the latest public function began */
    char message[192];
    dmf_options options;      /* as given, zeros if none were */
};

DMF_API int dmf_ctx_threads(const dmf_ctx *ctx)
{
#ifdef DMF_THREADS
    if (ctx && ctx->pool && ctx->pool->process == DMF__PROCESS) return ctx->pool->workers + 1;
#endif
    (void)ctx;
    return 1;
}

/* Does tasks 0 .. count - 1 and returns when all are done. What one of them writes no other reads or writes, so that
   neither their order nor who does them leaves a trace. Without a pool, with one task, and in a child made by fork,
   where there are no workers, the caller does them in order. */
static void dmf__parallel(dmf_ctx *ctx, int count, dmf__task task, const void *work)
{
    int i;
#ifdef DMF_THREADS
    dmf__pool *pool = ctx->pool;
    if (pool && count > 1 && pool->process == DMF__PROCESS) {
        pthread_mutex_lock(&pool->lock);
        pool->task = task;
        pool->work = work;
        pool->next = 0;
        pool->count = count;
        pthread_cond_broadcast(&pool->start);
        dmf__take_tasks(pool);
        dmf__wait(pool, 0);
        pthread_mutex_unlock(&pool->lock);
        return;
    }
#endif
    (void)ctx;
    for (i = 0; i < count; i++) task(work, i);
}

DMF_API const char *dmf_strerror(dmf_status s)
{
    static const char *const texts[] = {
        "success", "a pointer is NULL or an option outside its range", "sizes do not fit together",
        "an entry lies outside its matrix", "an entry is given twice", "a number is NaN, infinite or too large",
        "an output shares memory with an input", "out of memory", "an iteration did not converge",
        "the equations contradict each other", "training left the finite numbers", "a callback returned an error",
        "a file cannot be written or read, or is damaged" };
    return (unsigned)s < sizeof texts / sizeof *texts ? texts[s] : "unknown status";
}

DMF_API const char *dmf_version(void) { return DMF_VERSION; }

DMF_API const char *dmf_message(const dmf_ctx *ctx) { return ctx ? ctx->message : ""; }

/* The one place where failures are made: returns s, and the first since the door opened stays, with its sentence of at
   most 191 bytes. What fails because something failed before is not told. ctx NULL: only the status. */
#ifdef __GNUC__
__attribute__((format(printf, 3, 4)))
#endif
static dmf_status dmf__fail(dmf_ctx *ctx, dmf_status s, const char *sentence, ...)
{
    va_list args;
    if (ctx && !ctx->status) {
        ctx->status = s;
        va_start(args, sentence);
        vsnprintf(ctx->message, sizeof ctx->message, sentence, args);
        va_end(args);
    }
    return s;
}

static void *dmf__no_memory(dmf_ctx *ctx)
{
    dmf__fail(ctx, DMF_ERR_MEMORY, "out of memory");
    return NULL;
}

/* *product = a b modulo the range of size_t; true if that is a b. Two numbers below 2^32 (half of the bits) have a
   product below 2^64 and need no division; else a b <= SIZE_MAX exactly if b <= floor(SIZE_MAX / a). */
static int dmf__multiply(size_t a, size_t b, size_t *product)
{
    const size_t half = (size_t)1 << (sizeof(size_t) * CHAR_BIT / 2);
    *product = a * b;
    return (a < half && b < half) || a == 0 || b <= SIZE_MAX / a;
}

/* The next cache line. */
static char *dmf__align(const void *p) { return (char *)(((uintptr_t)p + DMF__LINE - 1) / DMF__LINE * DMF__LINE); }

/* DMF_MALLOC promises no alignment to lines, so that a line more is asked for than the head and the bytes need. */
static dmf__chunk *dmf__new_chunk(size_t size, dmf__chunk *next)
{
    const size_t head = sizeof(dmf__chunk) + DMF__LINE;
    dmf__chunk *chunk = size > SIZE_MAX - head ? NULL : (dmf__chunk *)DMF_MALLOC(head + size);
    if (chunk) chunk->next = next, chunk->size = size;
    return chunk;
}

/* Memory until the frame closes, aligned to a cache line; NULL, and a failure, if there is none. Each chunk has twice
   the size of the one before, so a call allocates as often as the logarithm of what it needs, and a second one like it
   never. Near the end of memory a chunk is as small as it can be.

       first                    top
       [ taken, rest ]  ->  [ taken | free ]  ->  [ free ]  ->  NULL       64 KB, 128 KB, 256 KB, ...

   The stack is the list of chunks from first to top, each filled up to `used`; what is in use lies below that, and all
   chunks behind top are free, whatever their `used` says, which is set when top moves on to them. A block takes

       64 floor((bytes + 64) / 64)     bytes, 1 to 64 more than asked for,                                     (1.1)

   so that every block begins at a line, blocks of zero bytes have addresses of their own, and two threads that write to
   two blocks do not share a line. A block never crosses chunks: what is left of one is passed over, as is a free chunk
   that is too small, which stays behind the new one. Chunks begin with 64 KB. tests/test_ground.c,
   a_context_keeps_its_scratch_and_then_gives_it_back, counts what a second call like the first allocates: nothing. */
static void *dmf__scratch(dmf_ctx *ctx, size_t count, size_t bytes_each)
{
    size_t bytes;
    dmf__chunk *chunk = ctx->top;
    if (!dmf__multiply(count, bytes_each, &bytes) || bytes > SIZE_MAX - DMF__LINE) return dmf__no_memory(ctx);
    bytes = (bytes + DMF__LINE) / DMF__LINE * DMF__LINE; /* (1.1) */
    while (!chunk || chunk->size - chunk->used < bytes) {
        dmf__chunk **const next = chunk ? &chunk->next : &ctx->first, *fresh;
        if (!*next || (*next)->size < bytes) {
            const size_t grown = chunk ? 2 * chunk->size : (size_t)1 << 16;
            fresh = dmf__new_chunk(grown > bytes ? grown : bytes, *next);
            if (!fresh) fresh = dmf__new_chunk(bytes, *next);
            if (!fresh) return dmf__no_memory(ctx);
            *next = fresh;
        }
        ctx->top = chunk = *next;
        chunk->used = 0;
    }
    chunk->used += bytes;
    return dmf__align(chunk + 1) + (chunk->used - bytes);
}

/* Scratch for rows x cols numbers; a product that size_t cannot hold asks for more than there is, and fails there. */
static dmf_real *dmf__reals(dmf_ctx *ctx, size_t rows, size_t cols)
{
    size_t count;
    if (!dmf__multiply(rows, cols, &count)) count = SIZE_MAX;
    return (dmf_real *)dmf__scratch(ctx, count, sizeof(dmf_real));
}

/* Inner functions give back their own scratch: all that was taken since the mark. Marks nest as calls do, so that
   giving back is setting top and used to what they were; nothing is freed. A function that returns early because
   something has failed need not give back: the frame of the public function does, from its own mark. */
typedef struct dmf__mark { dmf__chunk *top; size_t used; } dmf__mark;

static dmf__mark dmf__mark_here(const dmf_ctx *ctx)
{
    const dmf__mark mark = { ctx->top, ctx->top ? ctx->top->used : 0 };
    return mark;
}

static void dmf__give_back(dmf_ctx *ctx, dmf__mark mark)
{
    ctx->top = mark.top;
    if (mark.top) mark.top->used = mark.used;
}

static void dmf__free_chunks(dmf_ctx *ctx)
{
    while (ctx->first) {
        dmf__chunk *next = ctx->first->next;
        DMF_FREE(ctx->first);
        ctx->first = next;
    }
    ctx->top = NULL;
}

/* The door of a public function. Frames nest: an observer or a loss of the user's may call with the context that is at
   work. Its call finds a status of its own, takes scratch above what is there, and at its end both are as they were, so
   that neither call sees the other's failure but by what the callback returns. */
typedef struct dmf__frame {
    dmf_ctx *ctx;
    dmf__mark mark;
    dmf_status outer;  /* of the call during which this one is made, by an observer say */
    dmf_ctx local;     /* for a caller without a context */
} dmf__frame;

static void dmf__begin_ctx(dmf_ctx *ctx, const dmf__simd *simd)
{
    memset(ctx, 0, sizeof *ctx);
    ctx->simd = simd;
    ctx->caches = dmf__find_caches();
}

/* The context to work with: the caller's, or one in the frame, which dmf__close empties. */
DMF__CALLED dmf_ctx *dmf__open(dmf__frame *frame, dmf_ctx *ctx)
{
    if (!ctx) dmf__begin_ctx(ctx = &frame->local, dmf__find_simd(DMF_ISA_BEST));
    frame->ctx = ctx;
    frame->mark = dmf__mark_here(ctx);
    frame->outer = ctx->status;
    ctx->status = DMF_OK;
    return ctx;
}

/* The call's own status is the result; the context has that of the outer call again, and all scratch is back. */
DMF__CALLED dmf_status dmf__close(dmf__frame *frame)
{
    dmf_ctx *ctx = frame->ctx;
    const dmf_status s = ctx->status;
    ctx->status = frame->outer;
    dmf__give_back(ctx, frame->mark);
    if (ctx == &frame->local) dmf__free_chunks(ctx);
    return s;
}

/* There is no context yet that could keep a sentence, so the status is all that tells. *out is written last, and only
   if all has gone well; a pool with fewer workers than asked for, which the system has refused, is not an error. */
DMF_API dmf_status dmf_ctx_create(const dmf_options *options, dmf_ctx **out)
{
    const dmf__simd *simd = dmf__find_simd(options ? options->isa : DMF_ISA_BEST);
    int threads = options ? options->threads : 0;
    const uintptr_t in = (uintptr_t)options, to = (uintptr_t)out;
    dmf_ctx *ctx;
    if (!out || !simd || threads < 0 || threads > DMF__MOST_THREADS) return DMF_ERR_ARGUMENT;
    if (options && in < to + sizeof *out && to < in + sizeof *options) return DMF_ERR_OVERLAP;
    ctx = (dmf_ctx *)DMF_MALLOC(sizeof *ctx);
    if (!ctx) return DMF_ERR_MEMORY;
    dmf__begin_ctx(ctx, simd);
    if (options) ctx->options = *options;
#ifdef DMF_THREADS
    if (threads == 0) threads = dmf__processors();
    if (threads > 1 && (ctx->pool = dmf__start_pool(threads)) == NULL) {
        DMF_FREE(ctx);
        return DMF_ERR_MEMORY;
    }
#endif
    *out = ctx;
    return DMF_OK;
}

DMF_API void dmf_ctx_destroy(dmf_ctx *ctx)
{
    if (!ctx) return;
#ifdef DMF_THREADS
    dmf__end_pool(ctx->pool);
#endif
    dmf__free_chunks(ctx);
    DMF_FREE(ctx);
}

DMF_API const char *dmf_isa_name(dmf_isa isa)
{
    static const char *const name[] = { "best", "portable", "avx2", "avx512", "neon" };
    return (unsigned)isa < sizeof name / sizeof *name ? name[isa] : "unknown";
}

/* ---- 2. Random numbers -----------------------------------------------------------------------

   The stream is xoshiro256++ [BV21], seeded by SplitMix64 as its authors ask. Its states but 0 form one cycle of length
   2^256 - 1, on which the pair (seed, stream) chooses one of 2^64 places to begin, another one for each stream of a
   seed. If these lie at random, two of r streams of a seed, each of n numbers, meet with probability r^2 n / 2^256 at
   most: 2^-136 for 2^30 streams of 2^60. Two of r pairs with different seeds begin at one place
   with probability r^2 / 2^65.

   Normal deviates are usually made with log or cos, whose last bits differ between platforms. Karney's algorithm [K16]
   does nothing but compare uniform deviates. It rests on von Neumann's observation about the length n of the run
   x > u_1 > u_2 > ... > u_n before the first ascent:

       P(n >= j) = x^j / j!,     and so     P(n is even) = 1 - x + x^2 / 2! - ... = exp(-x).                   (2.1)

   With such coins:

   1. draw an integer k >= 0 with probability proportional to exp(-k^2 / 2): heads of exp(-1/2) until the first tail
      gives exp(-k/2), kept with k (k - 1) further heads, exp(-k (k - 1) / 2);
   2. draw x uniform on [0, 1), keep it with probability exp(-x (2k + x) / 2), by k + 1 coins of
      exp(-x (2k + x) / (2k + 2)), or start again;
   3. k + x is |normal|; add a sign. Its density is

       exp(-k^2 / 2) exp(-x (2k + x) / 2) = exp(-(k + x)^2 / 2).                                               (2.2)

   With real uniforms this is exact. Here a uniform is a 64-bit integer u for u / 2^64, and k + x is rounded to 53 bits.
   A deviate takes 17.5 of these integers on average, and two thirds of its time are what it costs that no processor
   foresees how coins fall. */

/* The next state, and a number made of it by shifts and odd factors, each of which is a bijection: different states
   give different numbers. */
static uint64_t dmf__splitmix(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* For one seed, different streams give different states. Four states in sequence differ, hence their numbers do, and at
   most one of the four is 0: the state that has no successor but itself cannot come. */
DMF_API dmf_rng dmf_seed(uint64_t seed, uint64_t stream)
{
    dmf_rng rng;
    uint64_t state = seed;
    int i;
    state = dmf__splitmix(&state) ^ stream;
    for (i = 0; i < 4; i++) rng.s[i] = dmf__splitmix(&state);
    return rng;
}

#define DMF__2_53 (1.0 / 9007199254740992.0) /* defined: 2^-53 */

/* x with its 64 bits turned by k to the left, 0 < k < 64. */
static uint64_t dmf__rotl(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

/* xoshiro256++: 64 bits of a state (s_0, s_1, s_2, s_3), which then moves on, linear over the field of two elements:

       result = rotl(s_0 + s_3, 23) + s_0,
       s <- (s_0 ^ s_1 ^ s_3,  s_0 ^ s_1 ^ s_2,  s_0 ^ s_2 ^ (s_1 << 17),  rotl(s_1 ^ s_3, 45)).               (2.3)

   tests/test_random.c, the_generator_is_xoshiro256plusplus, has six numbers that its authors' code gives. */
DMF__INLINE uint64_t dmf__next(dmf_rng *rng)
{
    uint64_t *s = rng->s;
    const uint64_t result = dmf__rotl(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = dmf__rotl(s[3], 45);
    return result;
}

DMF_API uint64_t dmf_bits(dmf_rng *rng) { return rng ? dmf__next(rng) : 0; }

/* Numbers are refused above the last multiple of n, so that each remainder has equally many: fewer than half are, as

       2^64 mod n <= min(n - 1, 2^64 - n) < 2^63.                                                              (2.4)

   So it takes less than two numbers on average, and for n far below 2^64 nearly always one. Those below 2^64 - n are
   kept without a division. */
DMF__INLINE uint64_t dmf__below(dmf_rng *rng, uint64_t n)
{
    uint64_t bits;
    do bits = dmf__next(rng); while (bits > UINT64_MAX - n && bits > UINT64_MAX - (UINT64_MAX % n + 1) % n);
    return bits % n;
}

DMF_API uint64_t dmf_below(dmf_rng *rng, uint64_t n) { return rng && n > 0 ? dmf__below(rng, n) : 0; }

/* The upper 53 bits, an integer below 2^53, times 2^-53: exact, so that 1 cannot come. */
DMF_API double dmf_uniform(dmf_rng *rng) { return rng ? (double)(dmf_bits(rng) >> 11) * DMF__2_53 : (double)NAN; }

/* Heads with probability exp(-1/2): (2.1) with x = 1/2. That (2.1) holds: x > u_1 > ... > u_j is one of the j! orders
   of j numbers that are all below x, which they are with probability x^j; and P(n is even) is the sum over even j of
   P(n >= j) - P(n >= j + 1). The run is sqrt(e) numbers long on average, the last included, (2.1) summed over j. */
DMF__INLINE int dmf__coin_half(dmf_rng *rng)
{
    uint64_t u = UINT64_C(1) << 63, v;
    int n = 0;
    while ((v = dmf__next(rng)) < u) u = v, n++;
    return n % 2 == 0;
}

/* Heads with probability exp(-x (2k + x) / (2k + 2)), by (2.1) thinned: the run also goes on only with probability
   (2k + x) / (2k + 2) each time. A uniform integer f below 2k + 2 decides that: yes below 2k, no at
   2k + 1, and at 2k another uniform against x. With p for that probability, P(n >= j) = (x p)^j / j! and P(n is even) =
   exp(-x p), as in (2.1). */
DMF__INLINE int dmf__coin(dmf_rng *rng, uint64_t k, uint64_t x)
{
    uint64_t u = x, v, f;
    int n = 0;
    while ((v = dmf__next(rng)) < u) {
        f = k ? dmf__below(rng, 2 * k + 2) : dmf__next(rng) >> 63;
        if (f > 2 * k || (f == 2 * k && dmf__next(rng) >= x)) break;
        u = v, n++;
    }
    return n % 2 == 0;
}

/* (2.2), by the steps 1 to 3. The candidate is refused, and all drawn again, where a coin of step 1 or 2 falls tail.
   Before its further heads k is geometric, and above 2 t ln 2 with probability 2^-t: k (k - 1) is far from overflow.
   Of the candidates, by (2.2),

       P(kept) = (1 - exp(-1/2)) integral_0^inf exp(-y^2 / 2) dy = (1 - exp(-1/2)) sqrt(pi / 2) = 0.493,       (2.5)

   so that a deviate takes two of them on average. tests/test_random.c, normals_are_normal, compares counts in bins of
   equal probability, and the first, second and fourth moment, with those of the distribution, and counts the integers.
   The state stays in registers. */
DMF_API double dmf_normal(dmf_rng *rng)
{
    uint64_t k, i, x;
    double size;
    dmf_rng here;
    if (!rng) return (double)NAN;
    here = *rng;
    for (;;) {
        for (k = 0; dmf__coin_half(&here); k++) {}
        for (i = 0; i < k * (k - 1) && dmf__coin_half(&here); i++) {}
        if (i < k * (k - 1)) continue;
        x = dmf__next(&here);
        for (i = 0; i <= k && dmf__coin(&here, k, x); i++) {}
        if (i > k) break;
    }
    size = (double)k + (double)(x >> 11) * DMF__2_53;
    x = dmf__next(&here);
    *rng = here;
    return x >> 63 ? -size : size;
}

#endif /* chapters 1 and 2 */

#if defined(DMF_IMPLEMENTATION) && !defined(DMF__IMPLEMENTED) && !defined(DMF__ISA)

/* ---- 3. Matrices -----------------------------------------------------------------------------

   Nearly all the time goes into a few loops over numbers:

       dot       x . y                        rotate        (x, y) <- (c x - s y, s x + c y)
       combine   y = sum_i c_i x_i            symmetric     y = G x
       sample    y_q = A_i(q) . B_j(q)        gather        y_l = a sum_q c_q A_i(q)
       chase     chains of rotations          transpose
       pack, multiply: the inner loops of chapter 4

   sample computes chosen entries of A B^T from rows of A and B, gather a sparse matrix times A, row by row. All are
   written once, below and in chapter 4, in terms of a vector type DMF__VEC and the operations LOAD, STORE, SPLAT,
   FMA, +, * on it; LOAD_FIRST and STORE_FIRST touch the first few lanes only, LOAD_HALVES(p, q) takes its lower half
   from p and its upper half from q, and INTERLEAVE_LOW and _HIGH shuffle two vectors together, each half by itself:
   with L >= 4 lanes, h = 0 and h = L/2 the first lanes of the halves, and 0 <= j < L/4, the lanes of the result are

       LOW:    z_{h+2j} = a_{h+j},           z_{h+2j+1} = b_{h+j},
       HIGH:   z_{h+2j} = a_{h+L/4+j},       z_{h+2j+1} = b_{h+L/4+j}.                                         (3.1)

   What an instruction set offers, and the tile of chapter 4 that follows from it by (4.2), in double (float):

       set         registers   lanes    the first few lanes         tile
       plain C                 1 (1)    all or none                 4 x 3 numbers
       AVX2, FMA   16          4 (8)    a vector whose signs count  4 x 3 vectors
       AVX-512     32          8 (16)   a register of bits          8 x 3 vectors
       NEON        32          2 (4)    one by one                  8 x 3 vectors

   This file includes itself once for each instruction set with those names defined, and keeps the results in a table,
   dmf__simd, of which the context holds the best that the machine has. So a program compiled with plain -O2 runs
   AVX-512 code where there is AVX-512.

   Each loop is compared with the one that defines it, or with the identity that it serves, in all variants of make
   test: the best instruction set in double and in float, and plain C. test_gemm takes every set that the machine has.

       multiply, pack               tests/test_gemm.c       small_products_are_right, blocked_products_are_right
       transpose                    tests/test_matrices.c   transposing_twice_is_nothing
       sample, gather               tests/test_factors.c    gradients_match_plain_loops
       dot                          tests/test_svd.c        every_shape_decomposes, every_spectrum_decomposes
       combine, rotate, chase,      tests/test_svd.c        loops_match_their_definitions
       symmetric */

enum { DMF__STRIPS = 16 };  /* of A, packed at a time; tuned: bench_gemm, 8 to 64 are alike */
enum { DMF__STRIP = 2 * DMF__LINE_REALS };  /* numbers in a row of the strips that chase turns */

/* One block of a matrix product, C = alpha A B + beta C with A m x k, B k x n: what chapter 4 hands to its inner
   loops, once for each block of B. Entry (i, p) of A is a[i*a_next + p*a_step], and one of the two strides is 1; entry
   (p, j) of B is b[p*b_row + j], or b[j*b_row + p] if trans_b. */
typedef struct dmf__block {
    int m, n, k, trans_b;
    dmf_real alpha, beta;
    const dmf_real *a, *b;
    dmf_real *c;
    size_t a_next, a_step, b_row, c_row;
    dmf_real *a_pack;         /* where the strips of A go, or with packed_a are; NULL: A is read in place */
    dmf_real *b_pack;         /* where the panels of B are, unless b_in_place */
    int packed_a, b_in_place;
} dmf__block;

/* Rows of a matrix in any order: row q is at data + index[q] * stride. */
typedef struct dmf__chosen { const dmf_real *data; size_t stride; const int *index; } dmf__chosen;

struct dmf__simd {
    dmf_isa isa;
    int mr, nr, lanes;        /* a tile of C is at most mr x nr, nr a multiple of lanes */
    dmf_real (*dot)(size_t n, const dmf_real *x, const dmf_real *y);
    void (*rotate)(size_t n, dmf_real s, dmf_real tau, dmf_real *x, dmf_real *y);
    void (*chase)(int sweeps, int lo, int hi, const dmf_real *rotation, size_t stride, const dmf_real *scale,
                  dmf_real *z);
    void (*symmetric)(int first, int n, const dmf_real *g, size_t g_row, const dmf_real *x, dmf_real *y);
    void (*combine)(size_t n, int terms, const dmf_real *c, const dmf_real *const *x, dmf_real *y);
    void (*sample)(size_t count, size_t n, dmf__chosen a, dmf__chosen b, dmf_real *y);
    void (*gather)(size_t lists, const size_t *start, size_t n, dmf__chosen rows, dmf_real a, const dmf_real *c,
                   dmf_real *y, size_t y_row);
    void (*transpose)(int rows, int cols, const dmf_real *from, size_t from_row, dmf_real *to, size_t to_row);
    void (*pack)(const dmf__block *);
    void (*multiply)(const dmf__block *);
};

/* y += a x, n numbers each: 2 n flops, 2 n numbers read and n written. Each y_i is rounded once, twice without FMA. */
static void dmf__axpy(const dmf__simd *simd, size_t n, dmf_real a, const dmf_real *x, dmf_real *y)
{
    const dmf_real c[2] = { 1, a }, *const part[2] = { y, x };
    simd->combine(n, 2, c, part, y);
}

static int dmf__min(int a, int b) { return a < b ? a : b; }
static int dmf__max(int a, int b) { return a > b ? a : b; }
static int dmf__round_up(int x, int multiple) { return (x + multiple - 1) / multiple * multiple; }

/* Fully unrolled, arrays of vectors become registers. */
#if defined(__clang__)
#define DMF__UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__)
#define DMF__UNROLL _Pragma("GCC unroll 32")
#else
#define DMF__UNROLL
#endif

#if !defined(DMF_NO_SIMD) && defined(__GNUC__) && defined(__x86_64__)
#define DMF__X86
#include <immintrin.h>
#elif !defined(DMF_NO_SIMD) && defined(__GNUC__) && defined(__aarch64__) && defined(__ARM_NEON)
#define DMF__ARM
#include <arm_neon.h>
#endif

#define DMF__LANES ((int)(sizeof(DMF__VEC) / sizeof(dmf_real)))
#define DMF__NV 3 /* proved: (4.2) */
#define DMF__NR (DMF__NV * DMF__LANES)

/* Plain C: a vector of one number. */
#define DMF__ISA DMF_ISA_PORTABLE
#define DMF__TARGET
#define DMF__VEC dmf_real
#define DMF__MR 4 /* tuned: bench_gemm without SIMD */
#define DMF__MASK int
#define DMF__FIRST(lanes) ((int)(lanes))
#define DMF__SPLAT(a) (a)
#define DMF__LOAD(p) (*(p))
#define DMF__STORE(p, v) (*(p) = (v))
#define DMF__LOAD_FIRST(p, mask) ((mask) ? *(p) : 0)
#define DMF__STORE_FIRST(p, mask, v) ((mask) ? (void)(*(p) = (v)) : (void)0)
#define DMF__LOAD_HALVES(p, q) ((void)(q), *(p))
#define DMF__INTERLEAVE_LOW(a, b) ((void)(b), (a))
#define DMF__INTERLEAVE_HIGH(a, b) ((void)(a), (b))
#define DMF__FMA(a, b, c) ((a) * (b) + (c))
#include DMF_SELF

#ifdef DMF__X86

/* AVX-512: 32 registers of 8 numbers (16 under DMF_SINGLE); masked loads and stores. Shuffles take the places of
   the numbers in the first operand followed by the second: low and high are (3.1). */
#ifdef DMF_SINGLE
static const int32_t dmf__low[16] = { 0, 16, 1, 17, 2, 18, 3, 19, 8, 24, 9, 25, 10, 26, 11, 27 };
static const int32_t dmf__high[16] = { 4, 20, 5, 21, 6, 22, 7, 23, 12, 28, 13, 29, 14, 30, 15, 31 };
#else
static const int64_t dmf__low[8] = { 0, 8, 1, 9, 4, 12, 5, 13 };
static const int64_t dmf__high[8] = { 2, 10, 3, 11, 6, 14, 7, 15 };
#endif
#define DMF__V(name) DMF__TYPED(_mm512_##name##_pd, _mm512_##name##_ps)
#define DMF__ISA DMF_ISA_AVX512
#define DMF__TARGET __attribute__((target("avx512f")))
#define DMF__VEC DMF__TYPED(__m512d, __m512)
#define DMF__MR 8 /* proved: (4.2) */
#define DMF__MASK DMF__TYPED(__mmask8, __mmask16)
#define DMF__FIRST(lanes) ((DMF__MASK)((1u << (lanes)) - 1))
#define DMF__SPLAT(a) DMF__V(set1)(a)
#define DMF__LOAD(p) DMF__V(loadu)(p)
#define DMF__STORE(p, v) DMF__V(storeu)(p, v)
#define DMF__LOAD_FIRST(p, mask) DMF__V(maskz_loadu)(mask, p)
#define DMF__STORE_FIRST(p, mask, v) DMF__V(mask_storeu)(p, mask, v)
#define DMF__HALF(p) _mm256_loadu_pd((const double *)(const void *)(p))
#define DMF__LOAD_HALVES(p, q) \
    DMF__TYPED(, _mm512_castpd_ps)( \
        _mm512_maskz_insertf64x4(255, _mm512_castpd256_pd512(DMF__HALF(p)), DMF__HALF(q), 1))
#define DMF__INTERLEAVE_LOW(a, b) DMF__V(permutex2var)(a, _mm512_loadu_si512(dmf__low), b)
#define DMF__INTERLEAVE_HIGH(a, b) DMF__V(permutex2var)(a, _mm512_loadu_si512(dmf__high), b)
#define DMF__FMA(a, b, c) DMF__V(fmadd)(a, b, c)
#include DMF_SELF
#undef DMF__V
#undef DMF__HALF

/* AVX2 with FMA: 16 registers of 4 numbers (8); a mask is a vector whose signs count. The mask of the first l lanes is
   a window on eight words of ones and eight of zeros that begins 2 l (l) words before the zeros. Its interleaving
   instructions work on each half by themselves, as ours do; those of AVX-512 work on quarters, so that the tables above
   take their place. */
static const int32_t dmf__mask_source[16] = { -1, -1, -1, -1, -1, -1, -1, -1 };
#define DMF__V(name) DMF__TYPED(_mm256_##name##_pd, _mm256_##name##_ps)
#define DMF__ISA DMF_ISA_AVX2
#define DMF__TARGET __attribute__((target("avx2,fma")))
#define DMF__VEC DMF__TYPED(__m256d, __m256)
#define DMF__MR 4 /* proved: (4.2) */
#define DMF__MASK __m256i
#define DMF__FIRST(lanes) \
    _mm256_loadu_si256((const __m256i *)(const void *)(dmf__mask_source + 8 - DMF__TYPED(2, 1) * (lanes)))
#define DMF__SPLAT(a) DMF__V(set1)(a)
#define DMF__LOAD(p) DMF__V(loadu)(p)
#define DMF__STORE(p, v) DMF__V(storeu)(p, v)
#define DMF__LOAD_FIRST(p, mask) DMF__V(maskload)(p, mask)
#define DMF__STORE_FIRST(p, mask, v) DMF__V(maskstore)(p, mask, v)
#define DMF__HALF(p) DMF__TYPED(_mm_loadu_pd, _mm_loadu_ps)(p)
#define DMF__WIDEN DMF__TYPED(_mm256_castpd128_pd256, _mm256_castps128_ps256)
#define DMF__LOAD_HALVES(p, q) \
    DMF__TYPED(_mm256_insertf128_pd, _mm256_insertf128_ps)(DMF__WIDEN(DMF__HALF(p)), DMF__HALF(q), 1)
#define DMF__INTERLEAVE_LOW(a, b) DMF__V(unpacklo)(a, b)
#define DMF__INTERLEAVE_HIGH(a, b) DMF__V(unpackhi)(a, b)
#define DMF__FMA(a, b, c) DMF__V(fmadd)(a, b, c)
#include DMF_SELF
#undef DMF__V
#undef DMF__HALF
#undef DMF__WIDEN

#endif /* DMF__X86 */

#ifdef DMF__ARM

/* NEON: 32 registers of 2 numbers (4); no masks, so the ragged end goes lane by lane. */
#define DMF__V(name) DMF__TYPED(name##_f64, name##_f32)
#define DMF__ISA DMF_ISA_NEON
#define DMF__TARGET
#define DMF__VEC DMF__TYPED(float64x2_t, float32x4_t)
#define DMF__MR 8 /* proved: (4.2) */
#define DMF__MASK int
#define DMF__FIRST(lanes) ((int)(lanes))
#define DMF__SPLAT(a) DMF__V(vdupq_n)(a)
#define DMF__LOAD(p) DMF__V(vld1q)(p)
#define DMF__STORE(p, v) DMF__V(vst1q)(p, v)
#define DMF__LOAD_FIRST(p, mask) dmf__load_neon(p, mask)
#define DMF__STORE_FIRST(p, mask, v) dmf__store_neon(p, mask, v)
#define DMF__LOAD_HALVES(p, q) DMF__TYPED(vcombine_f64, vcombine_f32)(DMF__HALF(p), DMF__HALF(q))
#define DMF__HALF(p) DMF__TYPED(vld1_f64, vld1_f32)(p)
#define DMF__INTERLEAVE_LOW(a, b) DMF__V(vtrn1q)(a, b)
#define DMF__INTERLEAVE_HIGH(a, b) DMF__V(vtrn2q)(a, b)
#define DMF__FMA(a, b, c) DMF__V(vfmaq)(c, a, b)
DMF__INLINE DMF__VEC dmf__load_neon(const dmf_real *p, int lanes)
{
    dmf_real lane[DMF__LANES] = { 0 };
    memcpy(lane, p, (size_t)lanes * sizeof *p);
    return DMF__LOAD(lane);
}
DMF__INLINE void dmf__store_neon(dmf_real *p, int lanes, DMF__VEC v)
{
    dmf_real lane[DMF__LANES];
    DMF__STORE(lane, v);
    memcpy(p, lane, (size_t)lanes * sizeof *p);
}
#include DMF_SELF
#undef DMF__V
#undef DMF__HALF

#endif /* DMF__ARM */

#endif /* chapter 3, the instantiations */

#ifdef DMF__ISA /* what each of them instantiates */

#define DMF__PASTE_(name, isa) dmf__##name##_##isa
#define DMF__PASTE(name, isa) DMF__PASTE_(name, isa)
#define DMF__(name) DMF__PASTE(name, DMF__ISA)
#define DMF__FEW (DMF__LANES > 4 ? DMF__LANES : 4) /* proved: (4.2); four sums at a time and a whole vector */

/* The sum of the lanes of x: the second half is added to the first until one is left. */
DMF__TARGET DMF__INLINE dmf_real DMF__(lane_sum)(DMF__VEC x)
{
    dmf_real lane[DMF__LANES];
    int half, l;
    DMF__STORE(lane, x);
    DMF__UNROLL for (half = DMF__LANES / 2; half > 0; half /= 2)
        DMF__UNROLL for (l = 0; l < half; l++) lane[l] += lane[l + half];
    return lane[0];
}

/* x . y, both n numbers. A multiply-add here needs two loads, and two is what a core loads in a cycle: one starts in
   each, and takes four. So four partial sums are what keeps it busy. With L lanes there are 4 L sums; the longest has
   n / (4 L) + 3 terms, and 2 + log2(L) additions join them, so that

       |error| <= (n / (4 L) + log2(L) + 6) eps/2 sum_i |x_i y_i|                                              (3.2)

   to first order, a part of what the defining loop may have, n eps/2. Order and lanes depend on the instruction set, so
   the last bits do too. 2 n flops, 2 n numbers read. */
DMF__TARGET static dmf_real DMF__(dot)(size_t n, const dmf_real *x, const dmf_real *y)
{
    DMF__VEC s[4];
    size_t i = 0;
    int l;
    DMF__UNROLL for (l = 0; l < 4; l++) s[l] = DMF__SPLAT(0);
    for (; n - i >= 4 * DMF__LANES; i += 4 * DMF__LANES)
        DMF__UNROLL for (l = 0; l < 4; l++)
            s[l] = DMF__FMA(DMF__LOAD(x + i + l * DMF__LANES), DMF__LOAD(y + i + l * DMF__LANES), s[l]);
    for (; n - i >= DMF__LANES; i += DMF__LANES) s[0] = DMF__FMA(DMF__LOAD(x + i), DMF__LOAD(y + i), s[0]);
    if (i < n) {
        DMF__MASK rest = DMF__FIRST(n - i);
        s[1] = DMF__FMA(DMF__LOAD_FIRST(x + i, rest), DMF__LOAD_FIRST(y + i, rest), s[1]);
    }
    return DMF__(lane_sum)((s[0] + s[1]) + (s[2] + s[3]));
}

/* (x, y) <- (c x - s y, s x + c y) with c^2 + s^2 = 1, given s and tau = s / (1 + c). As 1 - c = s^2 / (1 + c) = s tau,

       c x - s y = x - s (y + tau x),     s x + c y = y + s (x - tau y),                                       (3.3)

   which [R66] computes: a correction, whose rounding errors are eps times its own size and not that of x and y. So long
   products of small rotations stay orthogonal: where c is rounded to 1 as s^2 / 2 is below eps, (c, s) has the length 1
   + s^2 / 2, and n rotations the length 1 + n s^2 / 2; (3.3) has no c, and what it adds to x and y, of size s, has
   relative errors of some eps. tau is at most 1 for |t| <= 1, and nothing overflows where |(x, y)| is below 0.92 of the
   largest number. 8 n flops in 4 n multiply-adds, 2 n numbers read and written. */
DMF__TARGET static void DMF__(rotate)(size_t n, dmf_real s, dmf_real tau, dmf_real *x, dmf_real *y)
{
    DMF__VEC vs = DMF__SPLAT(s), minus = DMF__SPLAT(-s), vt = DMF__SPLAT(tau), minus_t = DMF__SPLAT(-tau), vx, vy;
    size_t i = 0;
    for (; n - i >= DMF__LANES; i += DMF__LANES) {
        vx = DMF__LOAD(x + i);
        vy = DMF__LOAD(y + i);
        DMF__STORE(x + i, DMF__FMA(minus, DMF__FMA(vt, vx, vy), vx)); /* (3.3) */
        DMF__STORE(y + i, DMF__FMA(vs, DMF__FMA(minus_t, vy, vx), vy));
    }
    if (i < n) {
        DMF__MASK rest = DMF__FIRST(n - i);
        vx = DMF__LOAD_FIRST(x + i, rest);
        vy = DMF__LOAD_FIRST(y + i, rest);
        DMF__STORE_FIRST(x + i, rest, DMF__FMA(minus, DMF__FMA(vt, vx, vy), vx));
        DMF__STORE_FIRST(y + i, rest, DMF__FMA(vs, DMF__FMA(minus_t, vy, vx), vy));
    }
}

/* Chains of rotations, as the QL algorithm makes them: a sweep takes rows i and i + 1 of z, for i = hi - 1 down to
   lo, to c z_i - s z_{i+1} and s z_i + c z_{i+1}. Rows that have a factor each, z_i = D_i w_i, take two operations for
   that in place of four [G73]: the factors become c D_i and c D_{i+1}, and

       w_i <- w_i + down w_{i+1},            down = -(s D_{i+1}) / (c D_i),
       w_{i+1} <- w_{i+1} + up w_i,          up = (s D_i) / (c D_{i+1}),                                       (3.4)

   with up = rotation[2 i] and down = rotation[2 i + 1]; those of the next sweep are stride further on. In the end row i
   is multiplied by scale[i]. Errors are those of z: w_i is rounded once, which is eps of z_i however small c is. Rows
   are a cache line or two, which is all that a strip of z is wide. Sweeps come in pairs, the second one a row behind
   the first: so there are rows lo - 1 and hi + 1 too, and identities for rotations lo - 1 and hi.

   In registers: before step i, first is row i after rotations hi, ..., i of the first sweep, and second is row i + 1
   after all of the first sweep that reaches it and rotations hi, ..., i + 1 of the second. A step loads row i - 1,
   makes rotation i - 1 of the first sweep, which ends what that sweep does to row i, and rotation i of the second,
   which ends row i + 1; that is stored. So a row is read once and written once for two sweeps, 8 flops a number. A
   pair stops after DMF__STEPS steps, where the next one follows it as far as two rows behind, and goes on when all
   have come that far: so the rows stay in the first cache however many there are. */
DMF__TARGET static void DMF__(chase)(int sweeps, int lo, int hi, const dmf_real *rotation, size_t stride,
                                     const dmf_real *scale, dmf_real *z)
{
    enum { DMF__WIDE = DMF__STRIP / DMF__LANES, DMF__STEPS = 128 }; /* tuned: bench_svd */
    DMF__VEC first[DMF__WIDE], second[DMF__WIDE], x, y;
    int q, k, i, v;
    for (q = hi; q + sweeps > lo; q -= DMF__STEPS)
        for (k = 0; k < sweeps; k += 2) {
            const int from = dmf__min(hi, q + k), to = dmf__max(lo, q + k - DMF__STEPS + 1);
            const dmf_real *a = rotation + (size_t)k * stride + 2 * dmf__max(from, 0), *b = a + stride;
            dmf_real *row = z + (size_t)dmf__max(from, 0) * DMF__STRIP;
            if (from < to) continue;
            DMF__UNROLL for (v = 0; v < DMF__WIDE; v++) {
                first[v] = DMF__LOAD(row + v * DMF__LANES);
                second[v] = DMF__LOAD(row + DMF__STRIP + v * DMF__LANES);
            }
            for (i = from; i >= to; i--, a -= 2, b -= 2, row -= DMF__STRIP) {
                const DMF__VEC up = DMF__SPLAT(a[-2]), down = DMF__SPLAT(a[-1]);
                const DMF__VEC up2 = DMF__SPLAT(b[0]), down2 = DMF__SPLAT(b[1]);
                DMF__UNROLL for (v = 0; v < DMF__WIDE; v++) {
                    y = DMF__LOAD(row - DMF__STRIP + v * DMF__LANES);
                    x = DMF__FMA(up, y, first[v]);
                    first[v] = DMF__FMA(down, first[v], y);
                    DMF__STORE(row + DMF__STRIP + v * DMF__LANES, DMF__FMA(up2, x, second[v]));
                    second[v] = DMF__FMA(down2, second[v], x);
                }
            }
            DMF__UNROLL for (v = 0; v < DMF__WIDE; v++) {
                DMF__STORE(row + v * DMF__LANES, first[v]);
                DMF__STORE(row + DMF__STRIP + v * DMF__LANES, second[v]);
            }
        }
    for (z += lo * DMF__STRIP, i = lo; i <= hi; i++)
        for (v = 0; v < DMF__STRIP; v += DMF__LANES, z += DMF__LANES)
            DMF__STORE(z, DMF__SPLAT(scale[i]) * DMF__LOAD(z));
}

/* So many columns of four rows as `lanes` says, from column j on: their share of the sums s, if x counts, and y. */
DMF__TARGET DMF__INLINE void DMF__(symmetric_columns)(const int lanes, int counts, const dmf_real *const *row, size_t j,
                                                      const DMF__VEC *c, DMF__VEC *s, const dmf_real *x, dmf_real *y)
{
    const DMF__MASK rest = DMF__FIRST(lanes);
    const int whole = lanes == DMF__LANES;
    DMF__VEC entries, sum = whole ? DMF__LOAD(y + j) : DMF__LOAD_FIRST(y + j, rest);
    DMF__VEC along = !counts ? DMF__SPLAT(0) : whole ? DMF__LOAD(x + j) : DMF__LOAD_FIRST(x + j, rest);
    int k;
    DMF__UNROLL for (k = 0; k < 4; k++) {
        entries = whole ? DMF__LOAD(row[k] + j) : DMF__LOAD_FIRST(row[k] + j, rest);
        s[k] = DMF__FMA(entries, along, s[k]);
        sum = DMF__FMA(entries, c[k], sum);
    }
    if (whole) DMF__STORE(y + j, sum);
    else DMF__STORE_FIRST(y + j, rest, sum);
}

/* y = G x in columns first .. n - 1, G symmetric with row i at g + i * g_row. Blocks of DMF__FEW rows begin at
   multiples of that, and so does first. A block reads the square on its diagonal and what is right of it, once for
   both sums that need it, of its rows and of its columns: 4 flops for a number of the triangle, so that memory
   delivers half of G. Four rows at a time, for x and y to be read less often. */
DMF__TARGET static void DMF__(symmetric)(int first, int n, const dmf_real *g, size_t g_row, const dmf_real *x,
                                         dmf_real *y)
{
    const dmf_real *row[4];
    DMF__VEC s[4], c[4];
    int i, j, k;
    for (i = first; i < n; i++) y[i] = 0;
    for (i = first; i < n; i += 4) {
        const int block = i - i % DMF__FEW, behind = block + DMF__FEW;
        DMF__UNROLL for (k = 0; k < 4; k++) {
            row[k] = g + (size_t)dmf__min(i + k, n - 1) * g_row;
            c[k] = DMF__SPLAT(i + k < n ? x[i + k] : 0);
            s[k] = DMF__SPLAT(0);
        }
        for (j = block; n - j >= DMF__LANES; j += DMF__LANES)
            DMF__(symmetric_columns)(DMF__LANES, j >= behind, row, (size_t)j, c, s, x, y);
        if (j < n) DMF__(symmetric_columns)(n - j, j >= behind, row, (size_t)j, c, s, x, y);
        for (k = 0; k < 4 && i + k < n; k++) y[i + k] += DMF__(lane_sum)(s[k]);
    }
}

/* So many vectors of the columns of y = sum_t c_t x_t, from column i on. */
DMF__TARGET DMF__INLINE void DMF__(combine_columns)(const int vectors, size_t i, int terms, const dmf_real *c,
                                                    const dmf_real *const *x, dmf_real *y)
{
    DMF__VEC sum[4], factor = DMF__SPLAT(c[0]);
    int t, v;
    DMF__UNROLL for (v = 0; v < vectors; v++) sum[v] = factor * DMF__LOAD(x[0] + i + v * DMF__LANES);
    for (t = 1; t < terms; t++) {
        factor = DMF__SPLAT(c[t]);
        DMF__UNROLL for (v = 0; v < vectors; v++)
            sum[v] = DMF__FMA(factor, DMF__LOAD(x[t] + i + v * DMF__LANES), sum[v]);
    }
    DMF__UNROLL for (v = 0; v < vectors; v++) DMF__STORE(y + i + v * DMF__LANES, sum[v]);
}

/* y = sum_t c_t x_t, terms x n numbers, a few vectors of columns after others, each summed up in a register: every x_t
   is read once and y written once, where axpy for each term would read and write y every time. 2 terms n flops. y may
   be one of the x_t, as its columns are stored after they have been read; terms >= 1. */
DMF__TARGET static void DMF__(combine)(size_t n, int terms, const dmf_real *c, const dmf_real *const *x, dmf_real *y)
{
    size_t i = 0;
    int t;
    for (; n - i >= 4 * DMF__LANES; i += 4 * DMF__LANES) DMF__(combine_columns)(4, i, terms, c, x, y);
    for (; n - i >= DMF__LANES; i += DMF__LANES) DMF__(combine_columns)(1, i, terms, c, x, y);
    if (i < n) {
        DMF__MASK rest = DMF__FIRST(n - i);
        DMF__VEC sum = DMF__SPLAT(0);
        for (t = 0; t < terms; t++) sum = DMF__FMA(DMF__SPLAT(c[t]), DMF__LOAD_FIRST(x[t] + i, rest), sum);
        DMF__STORE_FIRST(y + i, rest, sum);
    }
}

/* x = the transpose of L numbers from each of so many rows, in registers. The loads take apart the four quadrants;
   then each round interleaves the first with the second half of the rows of a quadrant, and after log2(DMF__LANES / 2)
   rounds the rows of the quadrant are its columns. With L = 4, where the numbers are named by row and column:

       loaded    00 01 | 20 21     10 11 | 30 31     02 03 | 22 23     12 13 | 32 33
       round 1   00 10 | 20 30     01 11 | 21 31     02 12 | 22 32     03 13 | 23 33

   For every L: let b = log2(L / 2) and row i and column c of a quadrant have the bits i_1 ... i_b and c_1 ... c_b. A
   round moves a number

       from (i_1 i_2 ... i_b, c_1 c_2 ... c_b)     to (i_2 ... i_b c_1, c_2 ... c_b i_1):                      (3.5)

   LOW takes the columns with c_1 = 0 and HIGH those with c_1 = 1 to rows 2 i and 2 i + 1, i without its first bit, and
   i_1, which tells the two operands apart, becomes the last bit of the place. All 2 b bits have turned by one to the
   left; after b rounds, i and c have changed places. L loads and b L shuffles for L^2 numbers. */
DMF__TARGET DMF__INLINE void DMF__(load_columns)(const int rows, const dmf_real *from, size_t from_row, DMF__VEC *x)
{
    const int half = DMF__LANES / 2, quarter = DMF__LANES / 4;
    const dmf_real *low = from, *high = from + (size_t)dmf__min(half, rows - 1) * from_row;
    DMF__VEC y[DMF__LANES];
    int i, g, step;
    DMF__UNROLL for (i = 0; i < half; i++) {
        x[i] = DMF__LOAD_HALVES(low, high);
        x[i + half] = DMF__LOAD_HALVES(low + half, high + half);
        low += i + 1 < rows ? from_row : 0;
        high += i + half + 1 < rows ? from_row : 0;
        DMF__OPAQUE(low);
        DMF__OPAQUE(high);
    }
    DMF__UNROLL for (step = 2; step < DMF__LANES; step *= 2) {
        DMF__UNROLL for (g = 0; g < DMF__LANES; g += half)
            DMF__UNROLL for (i = 0; i < quarter; i++) {
                y[g + 2 * i] = DMF__INTERLEAVE_LOW(x[g + i], x[g + i + quarter]);
                y[g + 2 * i + 1] = DMF__INTERLEAVE_HIGH(x[g + i], x[g + i + quarter]);
            }
        DMF__UNROLL for (i = 0; i < DMF__LANES; i++) x[i] = y[i];
    }
}

/* to[c * to_row + r] = from[r * from_row + c] for r < rows, c < cols: squares of L x L in registers, rows that are left
   by masked stores. Columns that are left go number by number or, where they are more than a quarter of a square, in a
   last square that begins at column cols - L; tuned: bench_gemm, TT. tests/test_matrices.c compares every entry,
   transposing_twice_is_nothing, and tests/test_gemm.c, small_products_are_right, packs every shape up to 40 x 40. */
DMF__TARGET static void DMF__(transpose)(int rows, int cols, const dmf_real *from, size_t from_row,
                                         dmf_real *to, size_t to_row)
{
    DMF__VEC x[DMF__LANES];
    int r, c, i, step;
    for (r = 0; r < rows; r += DMF__LANES) {
        const int left = dmf__min(DMF__LANES, rows - r);
        const DMF__MASK mask = DMF__FIRST(left);
        const dmf_real *block = from + (size_t)r * from_row;
        dmf_real *column = to + r;
        for (c = 0; DMF__LANES > 1 && cols - c >= DMF__LANES; c += step) {
            if (left == DMF__LANES) {
                DMF__(load_columns)(DMF__LANES, block + c, from_row, x);
                DMF__UNROLL for (i = 0; i < DMF__LANES; i++, column += to_row) DMF__STORE(column, x[i]);
            } else {
                DMF__(load_columns)(left, block + c, from_row, x);
                DMF__UNROLL for (i = 0; i < DMF__LANES; i++, column += to_row) DMF__STORE_FIRST(column, mask, x[i]);
            }
            step = 4 * (cols - c) > 5 * DMF__LANES ? dmf__min(cols - c - DMF__LANES, DMF__LANES) : DMF__LANES;
            column -= (size_t)(DMF__LANES - step) * to_row;
        }
        for (; c < cols; c++, column += to_row)
            for (i = 0; i < left; i++) column[i] = block[(size_t)i * from_row + (size_t)c];
    }
}

DMF__INLINE const dmf_real *DMF__(row)(dmf__chosen rows, size_t q)
{
    return rows.data + (size_t)rows.index[q] * rows.stride;
}

/* s_k = x_k . z_k for four rows with n numbers each, each as a vector of L partial sums. shared: all x_k are one row,
   which is then read once for all four. Four, for the additions of one to wait for one another. */
DMF__TARGET DMF__INLINE void DMF__(four_dots)(const int shared, size_t n, const dmf_real *const *x,
                                              const dmf_real *const *z, DMF__VEC *s)
{
    const size_t whole = n / DMF__LANES * DMF__LANES;
    const DMF__MASK rest = DMF__FIRST(n - whole);
    size_t i;
    int k;
    DMF__UNROLL for (k = 0; k < 4; k++) s[k] = DMF__SPLAT(0);
    for (i = 0; i < whole; i += DMF__LANES)
        DMF__UNROLL for (k = 0; k < 4; k++)
            s[k] = DMF__FMA(DMF__LOAD(x[shared ? 0 : k] + i), DMF__LOAD(z[k] + i), s[k]);
    if (i < n)
        DMF__UNROLL for (k = 0; k < 4; k++)
            s[k] = DMF__FMA(DMF__LOAD_FIRST(x[shared ? 0 : k] + i, rest), DMF__LOAD_FIRST(z[k] + i, rest), s[k]);
}

/* The sums of the lanes of s_0, ..., s_{L-1}, in this order, in L - 1 additions of vectors; s is lost. LOW and HIGH of
   s_k and s_{k+h} added up have in each half L/4 sums of two lanes of the first, and between them those of the second;
   h = L/4, L/8, ..., 1 leaves in two vectors L/2 sums each, of their lower and of their upper half. The order is that
   of (3.5): k's bits become the lane's. */
DMF__TARGET DMF__INLINE DMF__VEC DMF__(lane_sums)(DMF__VEC *s)
{
    dmf_real low[2 * DMF__LANES], *const high = low + DMF__LANES / 2;
    int h, g, k;
    DMF__UNROLL for (h = DMF__LANES / 4; h > 0; h /= 2)
        DMF__UNROLL for (g = 0; g < DMF__LANES; g += DMF__LANES / 2)
            DMF__UNROLL for (k = g; k < g + h; k++)
                s[k] = DMF__INTERLEAVE_LOW(s[k], s[k + h]) + DMF__INTERLEAVE_HIGH(s[k], s[k + h]);
    if (DMF__LANES == 1) return s[0];
    DMF__STORE(low, s[0]);
    DMF__STORE(low + DMF__LANES, s[DMF__LANES / 2]);
    return DMF__LOAD_HALVES(low, low + DMF__LANES) + DMF__LOAD_HALVES(high, high + DMF__LANES);
}

/* For DMF__FEW entries, or the few that are left: rows past the last are the last once more, and their results are not
   stored. Of entries in order most fours are of one row of A. */
DMF__TARGET DMF__INLINE void DMF__(sample_few)(const int left, size_t n, dmf__chosen a, dmf__chosen b, dmf_real *y)
{
    DMF__VEC s[DMF__FEW];
    const dmf_real *x[4], *z[4];
    int g, k;
    DMF__UNROLL for (g = 0; g < DMF__FEW; g += 4) {
        DMF__UNROLL for (k = 0; k < 4; k++) {
            x[k] = DMF__(row)(a, (size_t)dmf__min(g + k, left - 1));
            z[k] = DMF__(row)(b, (size_t)dmf__min(g + k, left - 1));
        }
        if (x[0] == x[1] && x[0] == x[2] && x[0] == x[3]) DMF__(four_dots)(1, n, x, z, s + g);
        else DMF__(four_dots)(0, n, x, z, s + g);
    }
    for (g = 0; g < left; g += DMF__LANES)
        DMF__STORE_FIRST(y + g, DMF__FIRST(dmf__min(DMF__LANES, left - g)), DMF__(lane_sums)(s + g));
}

/* The entries of a product at chosen places, A and B with n columns each:

       y_q = sum_p A_{i(q) p} B_{j(q) p},     q = 0, ..., count - 1,                                           (3.6)

   2 n flops and 2 n numbers read for each, so that it runs at the speed of loads; it needs no m x n product for a
   few of its entries. tests/test_factors.c, entry_errors_match_plain_loops and gradients_match_plain_loops, compare
   with this loop over every width of layers. */
DMF__TARGET static void DMF__(sample)(size_t count, size_t n, dmf__chosen a, dmf__chosen b, dmf_real *y)
{
    for (; count >= DMF__FEW; count -= DMF__FEW, a.index += DMF__FEW, b.index += DMF__FEW, y += DMF__FEW)
        DMF__(sample_few)(DMF__FEW, n, a, b, y);
    if (count > 0) DMF__(sample_few)((int)count, n, a, b, y);
}

/* (3.7) for n columns in v vectors, of which the last two may overlap: the last begins at column n - L, so that no mask
   is needed, and columns in both are computed twice, to the same bits. The v <= 8 sums of a list stay in registers over
   all of its rows, one load for a multiply-add; eight are what two of 4 cycles each need, (4.2). */
DMF__TARGET DMF__INLINE void DMF__(gather_columns)(const int v, size_t n, size_t lists, const size_t *start,
                                                   dmf__chosen rows, dmf_real a, const dmf_real *c, dmf_real *y,
                                                   size_t y_row)
{
    const size_t last = n - DMF__LANES;
    DMF__VEC sum[8], factor;
    size_t l, q;
    int i;
    for (l = 0; l < lists; l++, y += y_row) {
        DMF__UNROLL for (i = 0; i < v; i++) sum[i] = DMF__SPLAT(0);
        for (q = start[l]; q < start[l + 1]; q++) {
            const dmf_real *row = DMF__(row)(rows, q);
            factor = DMF__SPLAT(c[q]);
            DMF__UNROLL for (i = 0; i < v - 1; i++) sum[i] = DMF__FMA(factor, DMF__LOAD(row + i * DMF__LANES), sum[i]);
            sum[v - 1] = DMF__FMA(factor, DMF__LOAD(row + last), sum[v - 1]);
        }
        factor = DMF__SPLAT(a);
        DMF__UNROLL for (i = 0; i < v - 1; i++) DMF__STORE(y + i * DMF__LANES, factor * sum[i]);
        DMF__STORE(y + last, factor * sum[v - 1]);
    }
}

/* Rows of a sparse matrix, as lists of its entries c_q, times a dense one, whose rows i(q) have n columns: row l of the
   result, y_row numbers behind the one before, is

       y_l = a sum_q c_q A_{i(q)},     q = start_l, ..., start_{l+1} - 1.                                      (3.7)

   2 n flops for each q and n numbers read; y is written once. As many columns at a time as fit registers, in equal
   parts, of ceil(V / ceil(V / 8)) vectors with V = ceil(n / L); a last part narrower than a vector takes some from the
   one before. tests/test_factors.c, gradients_match_plain_loops, compares with this loop for widths 1 to 40 and about
   the multiples of what a part holds. */
DMF__TARGET static void DMF__(gather)(size_t lists, const size_t *start, size_t n, dmf__chosen rows, dmf_real a,
                                      const dmf_real *c, dmf_real *y, size_t y_row)
{
    const size_t vectors = (n + DMF__LANES - 1) / DMF__LANES, parts = (vectors + 7) / 8;
    const size_t width = (vectors + parts - 1) / parts * DMF__LANES;
    const DMF__MASK all = DMF__FIRST(n < DMF__LANES ? n : 0);
    size_t l, q, wide;
    for (l = 0; l < lists && n < DMF__LANES; l++, y += y_row) {
        DMF__VEC sum = DMF__SPLAT(0);
        for (q = start[l]; q < start[l + 1]; q++)
            sum = DMF__FMA(DMF__SPLAT(c[q]), DMF__LOAD_FIRST(DMF__(row)(rows, q), all), sum);
        DMF__STORE_FIRST(y, all, DMF__SPLAT(a) * sum);
    }
    for (; n >= DMF__LANES; n -= wide, rows.data += wide, y += wide) {
        wide = n <= width ? n : n - width < DMF__LANES ? n - DMF__LANES : width;
        switch ((wide + DMF__LANES - 1) / DMF__LANES) {
        case 1: DMF__(gather_columns)(1, wide, lists, start, rows, a, c, y, y_row); break;
        case 2: DMF__(gather_columns)(2, wide, lists, start, rows, a, c, y, y_row); break;
        case 3: DMF__(gather_columns)(3, wide, lists, start, rows, a, c, y, y_row); break;
        case 4: DMF__(gather_columns)(4, wide, lists, start, rows, a, c, y, y_row); break;
        case 5: DMF__(gather_columns)(5, wide, lists, start, rows, a, c, y, y_row); break;
        case 6: DMF__(gather_columns)(6, wide, lists, start, rows, a, c, y, y_row); break;
        case 7: DMF__(gather_columns)(7, wide, lists, start, rows, a, c, y, y_row); break;
        default: DMF__(gather_columns)(8, wide, lists, start, rows, a, c, y, y_row);
        }
    }
}

#elif defined(DMF_IMPLEMENTATION) && !defined(DMF__IMPLEMENTED)

/* The loops for an instruction set, the first of the list that the machine has if it is DMF_ISA_BEST, or NULL. The
   compiler's question to the processor includes whether the operating system keeps the wide registers. */
static const dmf__simd *dmf__find_simd(dmf_isa isa)
{
    static const dmf__simd *const all[] = {
#ifdef DMF__X86
        &dmf__simd_DMF_ISA_AVX512, &dmf__simd_DMF_ISA_AVX2,
#endif
#ifdef DMF__ARM
        &dmf__simd_DMF_ISA_NEON,
#endif
        &dmf__simd_DMF_ISA_PORTABLE
    };
    size_t i;
    for (i = 0; i < sizeof all / sizeof *all; i++) {
#ifdef DMF__X86
        if (all[i]->isa == DMF_ISA_AVX512 && !__builtin_cpu_supports("avx512f")) continue;
        if (all[i]->isa == DMF_ISA_AVX2 && !(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))) continue;
#endif
        if (isa == DMF_ISA_BEST || isa == all[i]->isa) return all[i];
    }
    return NULL;
}

DMF_API dmf_isa dmf_ctx_isa(const dmf_ctx *ctx) { return ctx ? ctx->simd->isa : dmf__find_simd(DMF_ISA_BEST)->isa; }

DMF_API dmf_mat dmf_view(dmf_real *data, int rows, int cols)
{
    const dmf_mat a = { data, rows, cols, cols };  /* rows x cols */
    return a;
}

DMF_API dmf_mat dmf_none(void) { return dmf_view(NULL, 0, 0); }

/* Where row i begins. i ld is a product in size_t: a matrix may have more numbers than an int can count. */
static dmf_real *dmf__row(dmf_mat a, int i) { return a.data + (size_t)i * (size_t)a.ld; }

/* Matrices in scratch memory, rows x cols, ld = cols; data is NULL if there is none. */
DMF__CALLED dmf_mat dmf__compact(dmf_ctx *ctx, int rows, int cols)
{
    return dmf_view(dmf__reals(ctx, (size_t)rows, (size_t)cols), rows, cols);
}

/* The same with rows that start at cache lines, an odd number of them apart so that a column does not fall into one
   set of the cache:

       ld = L (ceil(cols / L) | 1),     L numbers in a line.                                                   (3.8)

   A cache of 2^s sets keeps line x in set x mod 2^s. An odd step is prime to 2^s, so that 2^s rows in sequence have
   their lines in as many sets; a step of 2^s lines would have them in one. It costs less than two lines a row. */
DMF__CALLED dmf_mat dmf__scratch_mat(dmf_ctx *ctx, int rows, int cols)
{
    const int ld = ((cols + DMF__LINE_REALS - 1) / DMF__LINE_REALS | 1) * DMF__LINE_REALS;
    const dmf_mat a = { dmf__reals(ctx, (size_t)rows, (size_t)ld), rows, cols, ld };  /* rows x cols */
    return a;
}

DMF_API dmf_mat dmf_block(dmf_mat a, int row, int col, int rows, int cols)
{
    const dmf_mat block = { a.data ? dmf__row(a, row) + col : NULL, rows, cols, a.ld };  /* rows x cols */
    return block;
}

/* The door for matrices: sizes are sound, the data is there, rows do not run into each other, and it fits memory. */
DMF__INLINE int dmf__sound(dmf_mat a)
{
    const unsigned rows = (unsigned)a.rows, cols = (unsigned)a.cols, ld = (unsigned)a.ld;
    return rows - 1 < DMF__LARGEST && cols - 1 < ld && ld <= DMF__LARGEST && a.data &&
           (uint64_t)rows * ld <= SIZE_MAX / sizeof(dmf_real);
}

/* Why it says no, as a sentence; empty matrices pass whatever their data and ld are. */
static dmf_status dmf__check(dmf_ctx *ctx, const char *name, dmf_mat a)
{
    if (dmf__sound(a)) return DMF_OK;
    if (a.rows < 0 || a.cols < 0 || a.rows > DMF__LARGEST || a.cols > DMF__LARGEST)
        return dmf__fail(ctx, DMF_ERR_SHAPE, "%s is %d x %d; sizes are 0 to %d", name, a.rows, a.cols, DMF__LARGEST);
    if (a.rows == 0 || a.cols == 0) return DMF_OK;
    if (!a.data) return dmf__fail(ctx, DMF_ERR_ARGUMENT, "%s is %d x %d but has no data", name, a.rows, a.cols);
    if (a.ld < a.cols || a.ld > DMF__LARGEST)
        return dmf__fail(ctx, DMF_ERR_SHAPE, "%s has %d columns and rows %d apart; that must be from %d to %d", name,
                         a.cols, a.ld, a.cols, DMF__LARGEST);
    return dmf__fail(ctx, DMF_ERR_MEMORY, "%s is %d x %d with rows %d apart, more than memory can hold", name, a.rows,
                     a.cols, a.ld);
}

/* Two sound views whose numbers, with all that lies between their rows and behind the last, are apart. */
DMF__INLINE int dmf__apart(dmf_mat a, dmf_mat b)
{
    const size_t a_size = (size_t)((uint64_t)(unsigned)a.rows * (unsigned)a.ld) * sizeof(dmf_real);
    const size_t b_size = (size_t)((uint64_t)(unsigned)b.rows * (unsigned)b.ld) * sizeof(dmf_real);
    const uintptr_t a0 = (uintptr_t)a.data, b0 = (uintptr_t)b.data;
    return a0 < b0 ? b0 - a0 >= a_size : a0 - b0 >= b_size;
}

/* Whether all n numbers are finite. A finite sum of squares settles it at the speed of memory, since squares are not
   negative and a NaN or an infinity stays in the sum; an infinite one may have overflowed, and each number is asked. */
static int dmf__finite_run(const dmf__simd *simd, size_t n, const dmf_real *x)
{
    size_t i;
    if (simd->dot(n, x, x) <= (dmf_real)DMF__MAX) return 1;
    for (i = 0; i < n; i++)
        if (!(fabs((double)x[i]) <= (double)DMF__MAX)) return 0;
    return 1;
}

/* dmf__finite_run of a matrix; in one run if nothing lies between its rows, and what lies there is not looked at. */
static int dmf__all_finite(const dmf__simd *simd, dmf_mat a)
{
    int i, finite = 1;
    if (a.ld == a.cols) return dmf__finite_run(simd, (size_t)a.rows * (size_t)a.cols, a.data);
    for (i = 0; finite && a.cols > 0 && i < a.rows; i++) finite = dmf__finite_run(simd, (size_t)a.cols, dmf__row(a, i));
    return finite;
}

/* What a public function is given, or where its results go: a matrix and the shape that it must have, so many real
   numbers, or memory of any kind. It covers the bytes

       at + r stride + b,     0 <= r < runs,   0 <= b < bytes,                                                 (3.9)

   for a matrix its rows without what lies between them. DMF__IN is input of real numbers, which must be finite, and
   DMF__ANY input of which that is not asked, or of another kind. */
enum { DMF__IN, DMF__ANY, DMF__OUT, DMF__IN_OUT, DMF__OUT_OR_NONE };
typedef struct dmf__arg {
    const char *name;
    int role, is_matrix, rows, cols;
    dmf_mat a;                /* rows x cols */
    uintptr_t at;
    size_t runs, bytes, stride;
} dmf__arg;

DMF__CALLED dmf__arg dmf__memory_arg(int role, const char *name, const void *at, size_t count, size_t bytes_each)
{
    const size_t bytes = count * bytes_each, runs = at && count;
    const dmf__arg arg = { name, role, 0, 0, 0, { NULL, 0, 0, 0 }, (uintptr_t)at, runs, bytes, bytes };
    return arg;
}

DMF__CALLED dmf__arg dmf__mat_arg(int role, const char *name, dmf_mat a, int rows, int cols)
{
    const dmf__arg arg = {
        name, role, 1, rows, cols, a, (uintptr_t)a.data, a.data && a.cols ? (size_t)a.rows : 0,
        (size_t)a.cols * sizeof(dmf_real), (size_t)a.ld * sizeof(dmf_real) };
    return arg;
}

/* 0 only if two sets of bytes (3.9) certainly share none. They share none if one ends before the other begins. Blocks
   side by side in one matrix have runs of one stride: modulo that, the runs of a fill 0 .. a->bytes - 1 and those of b
   shift .. shift + b->bytes - 1, which are apart if a->bytes <= shift and shift + b->bytes <= stride. A single run fits
   any stride that is not shorter. What is left, as two views of different strides, is taken to overlap. Columns 0, 1
   and 2, 3 of a matrix of doubles with ld = 4: runs of 16 bytes, stride 32, shift 16, and 16 <= 16, 16 + 16 <= 32:
   apart. */
static int dmf__overlap(const dmf__arg *a, const dmf__arg *b)
{
    size_t shift, a_stride = a->stride, b_stride = b->stride;
    if (a->runs == 0 || b->runs == 0) return 0;
    if (a->at + (a->runs - 1) * a_stride + a->bytes <= b->at) return 0;
    if (b->at + (b->runs - 1) * b_stride + b->bytes <= a->at) return 0;
    if (a->runs == 1 && a->bytes <= b_stride) a_stride = b_stride;
    if (b->runs == 1 && b->bytes <= a_stride) b_stride = a_stride;
    if (a_stride != b_stride) return 1;
    shift = a->at <= b->at ? (b->at - a->at) % a_stride : (a_stride - (a->at - b->at) % a_stride) % a_stride;
    return shift < a->bytes || shift + b->bytes > a_stride;
}

/* The door: everything is there and has its shape, outputs share no memory with anything, inputs are finite. In this
   order, over all arguments each time, so that no memory is read before it is known to be there, and what is wrong with
   two arguments is told before what is wrong with the numbers of one. The first that is found is told. */
static dmf_status dmf__check_args(dmf_ctx *ctx, const dmf__arg *arg, size_t count)
{
    const dmf__arg *x, *y;
    for (x = arg; x < arg + count && !ctx->status; x++) {
        const int needed = x->is_matrix ? x->rows > 0 && x->cols > 0 : x->bytes > 0;
        if (x->role == DMF__OUT_OR_NONE && !x->at) continue;
        if (needed && !x->at) dmf__fail(ctx, DMF_ERR_ARGUMENT, "%s is NULL", x->name);
        else if (x->is_matrix && (x->a.rows != x->rows || x->a.cols != x->cols))
            dmf__fail(ctx, DMF_ERR_SHAPE, "%s is %d x %d; it must be %d x %d", x->name, x->a.rows, x->a.cols, x->rows,
                      x->cols);
        else if (x->is_matrix) dmf__check(ctx, x->name, x->a);
    }
    for (x = arg; x < arg + count && !ctx->status; x++)
        for (y = arg; y < x && !ctx->status; y++)
            if ((x->role >= DMF__OUT || y->role >= DMF__OUT) && dmf__overlap(x, y))
                dmf__fail(ctx, DMF_ERR_OVERLAP, "%s and %s must not share memory", y->name, x->name);
    for (x = arg; x < arg + count && !ctx->status; x++)
        if ((x->role == DMF__IN || x->role == DMF__IN_OUT) &&
            !(x->is_matrix ? dmf__all_finite(ctx->simd, x->a)
                           : dmf__finite_run(ctx->simd, x->bytes / sizeof(dmf_real), (const dmf_real *)x->at)))
            dmf__fail(ctx, DMF_ERR_NONFINITE, "%s holds a NaN or an infinity", x->name);
    return ctx->status;
}

/* The whole door of a function whose arguments need no other look before. */
DMF__CALLED dmf_ctx *dmf__enter(dmf__frame *frame, dmf_ctx *ctx, const dmf__arg *args, size_t count)
{
    ctx = dmf__open(frame, ctx);
    dmf__check_args(ctx, args, count);
    return ctx;
}

/* The doors for numbers: given ones, and results. */
DMF__CALLED dmf_status dmf__check_finite(dmf_ctx *ctx, const char *name, dmf_mat a)
{
    if (ctx->status || dmf__all_finite(ctx->simd, a)) return ctx->status;
    return dmf__fail(ctx, DMF_ERR_NONFINITE, "%s holds a NaN or an infinity", name);
}

DMF__CALLED void dmf__check_result(dmf_ctx *ctx, const char *name, double x)
{
    if (!ctx->status && !(fabs(x) <= DBL_MAX)) dmf__fail(ctx, DMF_ERR_NONFINITE, "%s is %g", name, x);
}

/* The door for places where results go, options and whatever else has an address. */
DMF__CALLED dmf_status dmf__check_given(dmf_ctx *ctx, const char *name, const void *pointer)
{
    return pointer ? DMF_OK : dmf__fail(ctx, DMF_ERR_ARGUMENT, "%s is NULL", name);
}

/* Zeros that outlive the call; NULL, and a failure, if there is no memory. Sizes are added up in double by the caller,
   where nothing overflows. One byte at least, as the user's allocator may answer NULL to a request for none. */
static void *dmf__take_zeros(dmf_ctx *ctx, double bytes)
{
    const double most = fmin((double)(SIZE_MAX / 2), 1 / DBL_EPSILON); /* defined: what double counts exactly */
    void *memory = !ctx->status && bytes < most ? DMF_MALLOC(bytes > 0 ? (size_t)bytes : 1) : NULL;
    if (memory) memset(memory, 0, (size_t)bytes);
    else dmf__no_memory(ctx);
    return memory;
}

DMF_API dmf_status dmf_mat_create(dmf_ctx *ctx, int rows, int cols, dmf_mat *out)
{
    dmf__frame frame;
    dmf_real *data = NULL;
    ctx = dmf__open(&frame, ctx);
    dmf__check_given(ctx, "the place for the matrix", out);
    if (rows < 0 || cols < 0 || rows > DMF__LARGEST || cols > DMF__LARGEST)
        dmf__fail(ctx, DMF_ERR_SHAPE, "a matrix cannot be %d x %d", rows, cols);
    if (!ctx->status) data = (dmf_real *)dmf__take_zeros(ctx, (double)rows * cols * (double)sizeof *data);
    if (data) *out = dmf_view(data, rows, cols);
    return dmf__close(&frame);
}

DMF_API void dmf_mat_destroy(dmf_mat *a)
{
    if (!a) return;
    DMF_FREE(a->data);
    *a = dmf_view(NULL, 0, 0);
}

DMF__CALLED void dmf__copy(dmf_mat from, dmf_mat to)
{
    int i;
    for (i = 0; i < from.rows && from.cols > 0; i++)
        memcpy(dmf__row(to, i), dmf__row(from, i), (size_t)from.cols * sizeof(dmf_real));
}

DMF__CALLED void dmf__fill(dmf_mat a, dmf_real value)
{
    int i;
    for (i = 0; i < a.cols && a.rows > 0; i++) a.data[i] = value;
    for (i = 1; i < a.rows && a.cols > 0; i++) memcpy(dmf__row(a, i), a.data, (size_t)a.cols * sizeof value);
}

/* to = from^T, m x n to n x m, by blocks, so that the strided side stays in cache: a block of 128 rows reads a line of
   each, 8 KB, and writes as many runs of 128 numbers as a line has numbers. Every number moves once. The hardware does
   not follow so many rows: a block asks for the lines that the block after the next reads, and that the next writes, as
   addresses, since they may lie behind the end; measured: 943 x 943, more than twice as fast. */
static void dmf__transpose(const dmf__simd *simd, dmf_mat from, dmf_mat to)
{
    const int tall = 128, wide = DMF__LINE_REALS;
    const size_t number = sizeof(dmf_real), from_row = (size_t)from.ld * number, to_row = (size_t)to.ld * number;
    int i, j, r;
    for (i = 0; i < from.rows; i += tall)
        for (j = 0; j < from.cols; j += wide) {
            const int rows = dmf__min(tall, from.rows - i), cols = dmf__min(wide, from.cols - j);
            const dmf_real *read = dmf__row(from, i) + j;
            dmf_real *write = dmf__row(to, j) + i;
            for (r = 0; r < rows; r++) {
                const size_t run = (size_t)(wide + r % wide) * to_row, line = (size_t)(r / wide) * DMF__LINE;
                DMF__PREFETCH((const void *)((uintptr_t)read + (size_t)r * from_row + 2 * DMF__LINE), 0, 3);
                DMF__PREFETCH((const void *)((uintptr_t)write + run + line), 1, 3);
            }
            simd->transpose(rows, cols, read, (size_t)from.ld, write, (size_t)to.ld);
        }
}

/* The door of both: to <- from, or its transpose. */
static dmf_status dmf__put(dmf_ctx *ctx, const char *name, int trans, dmf_mat from, dmf_mat to)
{
    const dmf__arg args[2] = {
        dmf__mat_arg(DMF__OUT, name, to, trans ? from.cols : from.rows, trans ? from.rows : from.cols),
        dmf__mat_arg(DMF__ANY, "the matrix", from, from.rows, from.cols) };
    dmf__frame frame;
    ctx = dmf__enter(&frame, ctx, args, 2);
    if (!ctx->status && trans) dmf__transpose(ctx->simd, from, to);
    else if (!ctx->status) dmf__copy(from, to);
    return dmf__close(&frame);
}

DMF_API dmf_status dmf_copy(dmf_ctx *ctx, dmf_mat from, dmf_mat to) { return dmf__put(ctx, "the copy", 0, from, to); }

DMF_API dmf_status dmf_transpose(dmf_ctx *ctx, dmf_mat from, dmf_mat to)
{
    return dmf__put(ctx, "the transpose", 1, from, to);
}

/* A square of a length below this has lost digits to underflow: in chapter 5 such a row counts as zero. proved: a
   product below the normal numbers is wrong by less than DBL_MIN, even where the processor sets it to zero, and n of
   them in a sum by less than n DBL_MIN, which is n eps of a sum above the bound. That is what rounding costs anyway. */
#define DMF__TINY_SQUARE (DMF__TYPED(DBL_MIN, FLT_MIN) / DMF__TYPED(DBL_EPSILON, FLT_EPSILON))

/* The Euclidean length of so many rows of n numbers: by inner products where no square is lost or infinite, else, with
   mu the largest |x_i|, or 1 where that is zero or infinite,

       |x| = mu sqrt(sum_i (x_i / mu)^2):                                                                     (3.10)

   of other x no ratio exceeds 1 and one of them is 1, so that the sum is between 1 and their count; it cannot overflow,
   and a square that underflows is less than eps^2 of it. The relative error is eps times their count at most, of a
   length that is a normal number. NaN if one of them is; infinite if |x| is. Without simd by (3.10), which has the same
   bits on all processors. */
static double dmf__length(const dmf__simd *simd, size_t rows, size_t n, size_t row, const dmf_real *x)
{
    double square = 0, largest = 0, sum = 0, ratio;
    size_t r, i;
    for (r = 0; r < rows && simd; r++) square += (double)simd->dot(n, x + r * row, x + r * row);
    if (square > (double)DMF__TINY_SQUARE && square <= DMF__MAX) return sqrt(square);
    for (r = 0; r < rows; r++)
        for (i = 0; i < n; i++) largest = fmax(largest, fabs((double)x[r * row + i]));
    if (largest == 0 || largest > DBL_MAX) largest = 1;
    for (r = 0; r < rows; r++)
        for (i = 0; i < n; i++) ratio = (double)x[r * row + i] / largest, sum += ratio * ratio;
    return largest * sqrt(sum);
}

static double dmf__frobenius(const dmf__simd *simd, dmf_mat a)
{
    return dmf__length(simd, (size_t)a.rows, (size_t)a.cols, (size_t)a.ld, a.data);
}

DMF_API double dmf_frobenius(dmf_mat a)
{
    return dmf__check(NULL, "", a) ? (double)NAN : a.cols > 0 ? dmf__frobenius(dmf__find_simd(DMF_ISA_BEST), a) : 0;
}

/* ---- 4. GEMM ---------------------------------------------------------------------------------

       C = alpha op(A) op(B) + beta C,     op(A) m x k, op(B) k x n, C m x n                                   (4.1)

   after Goto and van de Geijn [GG08], with the names of BLIS [ZG15].

   The limit. 2 m n k flops touch m k + k n + m n numbers. A core starts two fused multiply-adds of vectors in a
   cycle; in that time it can load two vectors from its first cache, about half of one from its second, and far
   less from memory. To run at the speed of the multipliers, every number must be used many times for each time
   that it moves, on every level. Five loops around a micro-kernel arrange that:

       for i in m by MC                bounds the memory for a packed A
         for p in k by KC
           for j in n by NC            a block of B, KC x NC                        stays in L2
             for ir in MC by MR        a strip of A, MR x KC                        stays in L1
               for jr in NC by NR      a tile of C, MR x NR: strip times panel      stays in registers

   A panel is NR columns of the block of B. Each strip of A meets all panels of the block before the next strip
   comes; the panels stream from L2, the tiles of C from wherever they are. C is stored by rows, and so the
   innermost loop goes along them: the next tile is on the pages that are in use, and in plain view of the
   hardware that fetches ahead. (BLIS, whose C is by columns, has these loops with A and B exchanged.)

   The micro-kernel. A tile is MR rows of NV vectors. Step p loads NV vectors of B, broadcasts MR numbers of A
   and does MR NV multiply-adds, a rank-one update. A multiply-add takes 4 cycles and two start in each, so 8
   sums at least must be under way; and the sums, a row of B and one broadcast number have to fit the registers:

       8 <= MR NV,     MR NV + NV + 1 <= registers.                                                            (4.2)

       AVX-512   8 x 3 vectors   24 + 3 + 1 of 32 registers   24 multiply-adds: 12 cycles, 11 loads
       AVX2      4 x 3 vectors   12 + 3 + 1 of 16 registers   12 multiply-adds:  6 cycles,  7 loads
       NEON      8 x 3 vectors   24 + 3 + 1 of 32 registers   24 multiply-adds: 12 cycles, 11 loads

   There is time for 24, 12 and 24 loads. Near the edges of C tiles are lower or narrower, each shape an instance of
   one text. Where the columns of the last tile do not fill its vectors, the last vector begins L columns before the
   end: columns in two vectors are computed twice, to the same bits. Only a tile narrower than a vector is masked.
   Columns of C beyond whole vectors may be rows of C^T instead, by (4.10).

   The blocks. A strip and a panel fill L1, and a block of B half of L2, which leaves the rest to what passes through:

       KC (MR + NR) = L1,     KC NC = L2 / 2,     in numbers.                                                  (4.3)

   With 48 KB and 2 MB: KC = 192 and NC = 672, in double precision. KC is not made less than that, so that sums break at
   the same places where L1 has 32 KB; measured there, bench_gemm: as fast as with 128, within 2 per cent.

   Packing copies panels and strips into the order in which the micro-kernel reads them. Reads are then
   contiguous, and op() costs nothing beyond the packing, where L x L numbers at a time are transposed in
   registers. It moves k n numbers for 2 m n k flops, which is nothing when m is 1000 and too much when m is 50.
   So a B that fits into half of L2 is read in place, up to 362 x 362 with 2 MB; beyond that its rows, each on
   another page, cost more than the copy. B^T is always packed: its rows are not vectors. A is read number by
   number in either order, and in place by the same rule. A B that is too large and meets no more than two strips
   is used too little to be copied: it streams past, DMF__STREAMS rows side by side.

   Rounding. Entry (i, j) of C is a sum over p in order, broken every KC: each product alpha A_ip B_pj meets KC + k / KC
   + 1 roundings at most, and beta C_ij one for each break. KC is at least 16, hence

       |error| <= (k + 2) eps |alpha| (|A| |B|)_ij + (k/16 + 2) eps |beta C_ij|.                               (4.4)

   The tile, the thread and the packing that it meets do not matter, so it has the same bits for any number of
   threads. tests/test_gemm.c holds it to the bound, against the three defining loops. */

#endif /* chapter 3 */

#ifdef DMF__ISA /* the inner loops */

/* Columns of the next tile when n > 0 are left: whole vectors, NV of them or fewer. With V = ceil(n / L) vectors left
   these are V where V <= NV, 2 where V = NV + 1 = 4, and NV otherwise. Four are 2 + 2 and not 3 + 1, because a tile one
   vector wide has too few sums, by (4.2): at 32 x 32 that is a tenth of the time. A tile is wider than what is left
   only if it is the last. */
static int DMF__(width)(int n)
{
    const int vectors = (int)(((unsigned)n - 1) / DMF__LANES + 1);
    return DMF__LANES * (vectors <= DMF__NV ? vectors : vectors == DMF__NV + 1 ? (DMF__NV + 2) / 2 : DMF__NV);
}

/* Rows of the next strip when m > 0 are left; for the same reason ten are 5 + 5 and not 8 + 2, unless A is packed,
   whose strips begin at multiples of DMF__MR. Where MR = 8, six and seven are 4 + 2 and 4 + 3. Never more than m: there
   is no row of C that is not C's. */
static int DMF__(height)(int m, int packed)
{
    if (DMF__MR == 8 && (m == 5 || ((m == 9 || m == 10) && !packed))) return 5;
    return m >= DMF__MR ? DMF__MR : dmf__min(m, 4);
}

DMF__TARGET DMF__INLINE void DMF__(copy)(int n, const dmf_real *from, dmf_real *to)
{
    int j;
    for (j = 0; n - j >= DMF__LANES; j += DMF__LANES) DMF__STORE(to + j, DMF__LOAD(from + j));
    if (j < n) DMF__STORE_FIRST(to + j, DMF__FIRST(n - j), DMF__LOAD_FIRST(from + j, DMF__FIRST(n - j)));
}

/* k rows of n numbers become panels of width w. Entry (p, j) goes to place

       floor(j / w) w k + p w + (j mod w):                                                                     (4.5)

   a panel holds its rows one after the other, in the order in which the micro-kernel reads them, and panel J begins
   where J of them, w k numbers each, end. A 2 x 5 block with w = 3, its entries named by row and column, becomes

       11 12 13 21 22 23   14 15 -- 24 25 --,

   where nothing is written, nor read, at --. Rows are read whole, across the panels, so that memory is read in order;
   each write is a run of w numbers, in as many places as there are panels. */
DMF__TARGET DMF__INLINE void DMF__(copy_panels)(int k, int n, const int w, const dmf_real *from, size_t from_row,
                                                dmf_real *to)
{
    int p, j;
    for (p = 0; p < k; p++, from += from_row) {
        for (j = 0; n - j >= w; j += w) DMF__(copy)(w, from + j, to + (size_t)j * (size_t)k + (size_t)p * (size_t)w);
        if (j < n) DMF__(copy)(n - j, from + j, to + (size_t)j * (size_t)k + (size_t)p * (size_t)w);
    }
}

/* Packs B into panels as wide as the tiles; one that begins at column j begins at number j k. Of a B that is not
   transposed the panels of NR columns, with which it begins, are filled together, as in (4.5). */
DMF__TARGET static void DMF__(pack)(const dmf__block *x)
{
    int j = 0, w;
    if (!x->trans_b) {
        while (x->n - j >= DMF__NR && DMF__(width)(x->n - j) == DMF__NR) j += DMF__NR;
        DMF__(copy_panels)(x->k, j, DMF__NR, x->b, x->b_row, x->b_pack);
    }
    for (; j < x->n; j += w) {
        const int n = dmf__min(w = DMF__(width)(x->n - j), x->n - j);
        dmf_real *to = x->b_pack + (size_t)j * (size_t)x->k;
        if (x->trans_b) DMF__(transpose)(n, x->k, x->b + (size_t)j * x->b_row, x->b_row, to, (size_t)w);
        else DMF__(copy_panels)(x->k, n, w, x->b + j, x->b_row, to);
    }
}

/* k rank-one updates: row p of B times the numbers of column p of A, sum_iv += a_i b_v. NV loads, MR broadcasts, which
   are loads too, and MR NV multiply-adds, none of which waits for another of the step. Rows of A from the fifth on have
   a pointer of their own, so that a_next, 2 a_next and 3 a_next are all the registers that eight rows need. The largest
   tile asks for a line of C in each of its first 32 steps, four in a row of it, to be there when the sums are done, as
   an address, since the last may lie behind C; tuned: bench_gemm, from 96 up. */
DMF__TARGET DMF__INLINE void DMF__(steps)(const int rows, const int vectors, const int ragged, const dmf__block *x,
                                          const dmf_real *a, size_t a_next, const dmf_real *b, size_t b_row,
                                          const dmf_real *c, int n, DMF__VEC (*sum)[DMF__NV])
{
    DMF__VEC row[DMF__NV], va;
    const size_t a_step = x->a_step;
    const uintptr_t to = (uintptr_t)c;
    const size_t row_bytes = x->c_row * sizeof *c;
    const dmf_real *low = a + 4 * a_next;
    const size_t last = (size_t)(n - DMF__LANES);
    int i, v, p;
    for (p = 0; p < x->k; p++, a += a_step, low += a_step, b += b_row) {
        if (rows == 8 && vectors == DMF__NV && p < 4 * rows)
            DMF__PREFETCH((const void *)(to + (size_t)(p / 4) * row_bytes + (size_t)(p % 4 * DMF__LINE)), 1, 3);
        DMF__UNROLL for (v = 0; v < vectors; v++)
            row[v] = !ragged || v < vectors - 1 ? DMF__LOAD(b + v * DMF__LANES)
                     : vectors == 1 ? DMF__LOAD_FIRST(b, DMF__FIRST(n)) : DMF__LOAD(b + last);
        DMF__UNROLL for (i = 0; i < rows; i++) {
            va = DMF__SPLAT(i < 4 ? a[(size_t)i * a_next] : low[(size_t)(i - 4) * a_next]);
            DMF__UNROLL for (v = 0; v < vectors; v++) sum[i][v] = DMF__FMA(va, row[v], sum[i][v]);
        }
        if (DMF__LANES == 1) DMF__OPAQUE(b);
    }
}

/* The micro-kernel: a tile of C, rows x vectors, of which n columns count, at a, b and c of the block. The tile of A B
   stays in registers for all k steps, and C is read (if beta is not 0) and written once:

       c_ij <- alpha sum_p a_ip b_pj + beta c_ij,     p in order,                                              (4.6)

   with one multiply-add for each p, whatever tile (i, j) is in; so the bits of c_ij do not depend on the shape of
   tiles. k MR NV / 2 cycles at best, beside which MR NR numbers of C move. One vector wide, with columns of A that are
   contiguous, the steps are so short that strides as constants pay; tuned: bench_gemm, 8 x 8, an eighth. Ragged is a
   tile whose n columns do not fill its vectors; what C holds in those that overlap is read before any is written. */
DMF__TARGET DMF__INLINE void DMF__(tile)(const int rows, const int vectors, const int ragged, const dmf__block *x,
                                         const dmf_real *a, const dmf_real *b, size_t b_row, dmf_real *c, int n)
{
    DMF__VEC sum[DMF__MR][DMF__NV], va;
    const size_t c_row = x->c_row;
    const int last = ragged ? n - DMF__LANES : (vectors - 1) * DMF__LANES;
    const DMF__MASK first = DMF__FIRST(ragged && vectors == 1 ? n : 1);
    const int reads = x->beta != 0;
    int i, v;
    DMF__UNROLL for (i = 0; i < rows; i++)
        DMF__UNROLL for (v = 0; v < vectors; v++) sum[i][v] = DMF__SPLAT(0);
    if (!ragged && vectors == 1 && x->a_next == 1) DMF__(steps)(rows, vectors, ragged, x, a, 1, b, b_row, c, n, sum);
    else DMF__(steps)(rows, vectors, ragged, x, a, x->a_next, b, b_row, c, n, sum);
    if (x->alpha != 1) {
        va = DMF__SPLAT(x->alpha);
        DMF__UNROLL for (i = 0; i < rows; i++)
            DMF__UNROLL for (v = 0; v < vectors; v++) sum[i][v] = va * sum[i][v];
    }
    va = DMF__SPLAT(x->beta);
    DMF__UNROLL for (i = 0; i < rows; i++, c += c_row) {
        if (ragged && vectors == 1) {
            if (reads) sum[i][0] = DMF__FMA(va, DMF__LOAD_FIRST(c, first), sum[i][0]);
            DMF__STORE_FIRST(c, first, sum[i][0]);
        } else {
            if (reads) DMF__UNROLL for (v = 0; v < vectors; v++)
                sum[i][v] = DMF__FMA(va, DMF__LOAD(c + (v + 1 < vectors ? v * DMF__LANES : last)), sum[i][v]);
            DMF__UNROLL for (v = 0; v < vectors; v++)
                DMF__STORE(c + (v + 1 < vectors ? v * DMF__LANES : last), sum[i][v]);
        }
        DMF__OPAQUE(c);
    }
}

/* Its instances: tiles of every height and width, whole and ragged. */
#define DMF__TILE(rows, vectors, ragged)                                                                        \
    DMF__TARGET static void DMF__(tile_##rows##_##vectors##_##ragged)(                                          \
        const dmf__block *x, const dmf_real *a, const dmf_real *b, size_t b_row, dmf_real *c, int n)            \
    { DMF__(tile)(rows, vectors, ragged && DMF__LANES > 1, x, a, b, b_row, c, n); }
#define DMF__TILES(rows)                                                                                        \
    DMF__TILE(rows, 1, 0) DMF__TILE(rows, 2, 0) DMF__TILE(rows, 3, 0)                                           \
    DMF__TILE(rows, 1, 1) DMF__TILE(rows, 2, 1) DMF__TILE(rows, 3, 1)
#define DMF__ENTRY(rows)                                                                                        \
    { { DMF__(tile_##rows##_1_0), DMF__(tile_##rows##_2_0), DMF__(tile_##rows##_3_0) },                         \
      { DMF__(tile_##rows##_1_1), DMF__(tile_##rows##_2_1), DMF__(tile_##rows##_3_1) } }
DMF__TILES(1) DMF__TILES(2) DMF__TILES(3) DMF__TILES(4)
#if DMF__MR == 8
DMF__TILES(5) DMF__TILES(8)
#define DMF__TALL DMF__ENTRY(5), DMF__ENTRY(8) /* tuned: 5, 9, 10, 13 x 100 x 100; a third faster than 4 + 1 */
#else
#define DMF__TALL { { NULL } }, { { NULL } }
#endif

/* Packs the next strips of A, up to DMF__STRIPS of them: entry (i, p) goes to

       floor(i / MR) MR k + p MR + (i mod MR),                                                                 (4.7)

   which is (4.5) for A^T. They are packed when they are needed, so that they are in L2 when they are read; one strip at
   a time would read MR numbers of each line of a transposed A, and leave the rest for later. */
DMF__TARGET static void DMF__(pack_strips)(const dmf__block *x, int i)
{
    const int end = dmf__min(i + DMF__MR * DMF__STRIPS, x->m);
    const size_t k = (size_t)x->k;
    if (x->a_next == 1) DMF__(copy_panels)(x->k, end - i, DMF__MR, x->a + i, x->a_step, x->a_pack + (size_t)i * k);
    else for (; i < end; i += DMF__MR)
        DMF__(transpose)(dmf__min(DMF__MR, end - i), x->k, x->a + (size_t)i * x->a_next, x->a_next,
                         x->a_pack + (size_t)i * k, DMF__MR);
}

/* The macro-kernel: strips of A from top to bottom, and in each strip the tiles from left to right. Row i of a packed A
   begins at (i - i mod MR) k + i mod MR by (4.7), also where a strip is cut into lower tiles; its columns are MR
   apart. Tiles of every height and width meet the defining loop in tests/test_gemm.c, small_products_are_right, which
   takes every m, n, k up to 40 in whole numbers, and is exact. */
static void DMF__(multiply)(const dmf__block *x)
{
    typedef void tile(const dmf__block *, const dmf_real *, const dmf_real *, size_t, dmf_real *, int);
    static tile *const tiles[6][2][DMF__NV] = { DMF__ENTRY(1), DMF__ENTRY(2), DMF__ENTRY(3), DMF__ENTRY(4), DMF__TALL };
    const dmf__block *read = x;
    dmf__block packed;
    int i, j, w, rows;
    if (x->a_pack) {
        packed = *x, packed.a_next = 1, packed.a_step = DMF__MR;
        read = &packed;
    }
    for (i = 0; i < x->m; i += rows) {
        const dmf_real *a = x->a + (size_t)i * x->a_next;
        dmf_real *c = x->c + (size_t)i * x->c_row;
        rows = DMF__(height)(x->m - i, x->a_pack != NULL);
        if (x->a_pack) {
            if (!x->packed_a && i % (DMF__MR * DMF__STRIPS) == 0) DMF__(pack_strips)(x, i);
            a = x->a_pack + (size_t)(i - i % DMF__MR) * (size_t)x->k + i % DMF__MR;
        }
        for (j = 0; j < x->n; j += w) {
            const int left = x->n - j;
            const dmf_real *b = x->b + j;
            size_t b_row = x->b_row;
            w = DMF__(width)(left);
            if (!x->b_in_place) b = x->b_pack + (size_t)j * (size_t)x->k, b_row = (size_t)w;
            tiles[rows == 8 ? 5 : rows - 1][left < w][(unsigned)w / DMF__LANES - 1](read, a, b, b_row, c + j, left);
        }
    }
}

static const dmf__simd DMF__(simd) = {
    DMF__ISA, DMF__MR, DMF__NR, DMF__LANES, DMF__(dot), DMF__(rotate), DMF__(chase),
    DMF__(symmetric), DMF__(combine), DMF__(sample), DMF__(gather), DMF__(transpose), DMF__(pack), DMF__(multiply)
};

#undef DMF__ISA
#undef DMF__TARGET
#undef DMF__VEC
#undef DMF__MR
#undef DMF__MASK
#undef DMF__FIRST
#undef DMF__SPLAT
#undef DMF__LOAD
#undef DMF__STORE
#undef DMF__LOAD_FIRST
#undef DMF__STORE_FIRST
#undef DMF__LOAD_HALVES
#undef DMF__INTERLEAVE_LOW
#undef DMF__INTERLEAVE_HIGH
#undef DMF__FMA
#undef DMF__TALL

#elif defined(DMF_IMPLEMENTATION) && !defined(DMF__IMPLEMENTED)
#define DMF__IMPLEMENTED

enum {
    DMF__MC = 4096,                /* tuned: bench_gemm; a packed A takes KC times as many numbers */
    DMF__LEAST_KC = 192,           /* however small the caches, tuned: the same, */
    DMF__MOST_KC = 1024,           /* however narrow the panels, tuned: the same, */
    DMF__MOST_NC = 32768,          /* and however shallow the block; tuned: the same */
    DMF__STREAMS = 16,             /* tuned: 8 x 4000 x 1000; rows that the hardware fetches ahead side by side */
    DMF__WORTH_TURNING = 2048      /* tuned: 36 x 36 x 36 to 100 x 100 x 100, with A^T; numbers of A */
};

/* Multiplications: some tens of microseconds, longer than it takes to wake a thread; tuned: bench_gemm, two threads. */
#define DMF__WORTH_A_THREAD 2097152.0

/* A product, and how it is carried out: task_m x task_n numbers of C by each task, in blocks kc deep, nc wide. */
typedef struct dmf__gemm_plan {
    const dmf__simd *simd;
    const dmf__block *whole;  /* m x k times k x n */
    int kc, nc, a_in_place, b_in_place, task_m, task_n, tasks_across, tasks;
    size_t a_room, b_room;    /* numbers that a task packs, */
    dmf_real *packs;          /* one task behind the other */
} dmf__gemm_plan;

/* The size of parts of x that are about equal, not larger than most, and if they can multiples of unit: x itself if one
   will do, else ceil(x / parts) rounded up to the unit, parts = ceil(x / most). 200 in parts of 192 are two of 112 and
   88, not 192 and 8: a block of 8 steps would load and store as much of C as one of 192. */
static int dmf__even(int x, int most, int unit)
{
    const int parts = (x - 1) / most + 1;
    return parts == 1 ? x : dmf__min(dmf__round_up((x - 1) / parts + 1, unit), most);
}

/* As many tasks as threads, each of which packs what it needs for itself, so that they never wait for one another. One
   task if the product is too small to be worth waking a thread. With T threads as d bands of C by T / d across, a task
   reads (m / d + n d / T) k numbers of A and B. But tasks side by side share a line of C in every row, which the cores
   then take from one another, and their widths are multiples of NR. So m counts more:

       d | T makes  4 m / d + n d / T  least:                                                                  (4.8)

   near d = 2 sqrt(T m / n), bands of rows for up to 4 threads and a square; 4 is measured: two threads, n / m = 1 to
   20. The sides are rounded up to tiles, so that only the last band has lower ones; there may then be fewer tasks than
   threads. */
static void dmf__choose_tasks(dmf__gemm_plan *plan, const dmf_ctx *ctx)
{
    const dmf__block *x = plan->whole;
    const double m = x->m, n = x->n;
    const int threads = m * n * x->k < DMF__WORTH_A_THREAD ? 1 : dmf_ctx_threads(ctx);
    double least = (double)INFINITY, cost;
    int d, down = 1, across = 1;
    for (d = 1; d <= threads; d++) {
        cost = 4 * m / d + n * d / threads;
        if (threads % d == 0 && cost < least) least = cost, down = d, across = threads / d;
    }
    plan->task_m = dmf__min(dmf__round_up((x->m - 1) / down + 1, plan->simd->mr), x->m);
    plan->task_n = dmf__min(dmf__round_up((x->n - 1) / across + 1, plan->simd->nr), x->n);
    plan->tasks_across = (x->n - 1) / plan->task_n + 1;
    plan->tasks = ((x->m - 1) / plan->task_m + 1) * plan->tasks_across;
}

/* (4.3), and what is packed.

       A in place     where the rows of a task fit half of L2, or C has fewer columns than four panels: each number
                      would be read four times at most
       B in place     where it is not transposed and the columns of a task fit half of L2; or where it streams, because
                      no more than two strips of A will meet it
       KC             16 rows if B streams; k if that is at most 192 or fits (4.3); else equal parts that fit (4.3),
                      multiples of 16 where that has room for these
       NC             so many panels that KC NC fits half of L2; at least one

   KC is chosen from k, m, n and the caches, not from the tasks: so the sums of (4.4) break at the same p for every
   number of threads (tests/test_gemm.c, any_number_of_threads_gives_the_same_bits). */
static void dmf__choose_blocks(dmf__gemm_plan *plan, dmf__caches caches)
{
    const dmf__simd *simd = plan->simd;
    const dmf__block *x = plan->whole;
    const size_t size = sizeof(dmf_real), fits = caches.l2 / 2 / size, k = (size_t)x->k;
    const int a_fits = (size_t)plan->task_m * k <= fits, b_fits = (size_t)plan->task_n * k <= fits;
    const int b_streams = !x->trans_b && x->m <= 2 * simd->mr && (size_t)x->n * k > fits;
    plan->kc = x->k;
    plan->nc = plan->task_n;
    plan->a_in_place = a_fits || x->n < 4 * simd->nr;
    plan->b_in_place = !x->trans_b && (b_fits || b_streams);
    if (b_streams) {
        plan->kc = dmf__min(x->k, DMF__STREAMS);
    } else if (x->k > DMF__LEAST_KC) {
        const int width = x->n < simd->nr ? dmf__round_up(x->n, simd->lanes) : simd->nr;
        const size_t kc = caches.l1 / (size * (size_t)(simd->mr + width));
        const int most = kc < DMF__LEAST_KC ? DMF__LEAST_KC : kc > DMF__MOST_KC ? DMF__MOST_KC : (int)kc;
        plan->kc = dmf__even(x->k, most, 16);
    }
    if ((size_t)plan->kc * (size_t)plan->task_n > fits) {
        const int nc = dmf__min((int)(fits / (size_t)plan->kc), DMF__MOST_NC) / simd->nr * simd->nr;
        plan->nc = dmf__even(plan->task_n, dmf__max(nc, simd->nr), simd->nr);
    }
}

/* One block and one task: the common case in a hurry. The conditions are those under which the choices above would come
   out so: k not above the least KC, A and B each in half of L2, and less work than wakes a thread. The bits are those
   of the longer way. */
static int dmf__is_small(const dmf__block *x, dmf__caches caches)
{
    return x->k <= DMF__LEAST_KC &&
           (size_t)x->k * (size_t)dmf__max(x->m, x->n) <= caches.l2 / 2 / sizeof(dmf_real) &&
           (double)x->m * x->n * x->k < DMF__WORTH_A_THREAD;
}

/* Task t: rows top .. bottom and columns left .. right of C, by the loops over i, p and j of the essay. Between memory
   and the caches, where nothing fits these, they move about

       2 m n k / KC   +   m k (2 + n / NC)   +   2 k n m / MC     numbers,                                     (4.9)

   every fraction rounded up: C is read and written for each KC, A is packed once and read for each NC, and B packed for
   each MC. For 1000 x 1000 x 1000 with KC = 192, NC = 672 that is 12 + 4 + 2 million numbers, 144 MB for 2e9 flops. C
   is scaled by beta with the first KC and added to with all others. The strips of A that a block packs are those of the
   next block in the same rows, so that only j = left packs them. Each task has its own memory: B, then A. */
static void dmf__gemm_task(const void *work, int task)
{
    const dmf__gemm_plan *plan = (const dmf__gemm_plan *)work;
    const dmf__block *x = plan->whole;
    const int top = task / plan->tasks_across * plan->task_m, bottom = dmf__min(top + plan->task_m, x->m);
    const int left = task % plan->tasks_across * plan->task_n, right = dmf__min(left + plan->task_n, x->n);
    dmf__block part = *x;
    int i, j, p;
    part.b_in_place = plan->b_in_place;
    part.b_pack = plan->packs + (size_t)task * (plan->a_room + plan->b_room);
    part.a_pack = plan->a_in_place ? NULL : part.b_pack + plan->b_room;
    for (i = top; i < bottom; i += DMF__MC)
        for (p = 0; p < x->k; p += plan->kc)
            for (j = left; j < right; j += plan->nc) {
                part.m = dmf__min(DMF__MC, bottom - i);
                part.n = dmf__min(plan->nc, right - j);
                part.k = dmf__min(plan->kc, x->k - p);
                part.beta = p == 0 ? x->beta : 1;
                part.packed_a = j > left;
                part.a = x->a + (size_t)i * x->a_next + (size_t)p * x->a_step;
                part.b = x->b + (x->trans_b ? (size_t)j * x->b_row + (size_t)p : (size_t)p * x->b_row + (size_t)j);
                part.c = x->c + (size_t)i * x->c_row + j;
                if (!part.b_in_place) plan->simd->pack(&part);
                plan->simd->multiply(&part);
            }
}

/* c <- beta c; beta = 0 sets zeros, whatever c holds, as it does in a product. */
DMF__CALLED void dmf__scale(dmf_mat c, dmf_real beta)
{
    int i, j;
    if (beta == 0) dmf__fill(c, 0);
    else for (i = 0; i < c.rows; i++)
        for (j = 0; j < c.cols; j++) dmf__row(c, i)[j] *= beta;
}

/* Room for what a task packs: KC (rows + MR) numbers of A and KC (NC + L) of B, at most 6.3 MB and 1 MB with the sizes
   above; nothing is packed, and no memory touched, where both are read in place. */
DMF__CALLED void dmf__gemm_in_blocks(dmf_ctx *ctx, const dmf__block *x)
{
    dmf__gemm_plan plan;
    const dmf__mark mark = dmf__mark_here(ctx);
    plan.simd = ctx->simd;
    plan.whole = x;
    dmf__choose_tasks(&plan, ctx);
    dmf__choose_blocks(&plan, ctx->caches);
    plan.a_room = plan.a_in_place ? 0 : (size_t)plan.kc * (size_t)(dmf__min(plan.task_m, DMF__MC) + ctx->simd->mr);
    plan.b_room = plan.b_in_place ? 0 : (size_t)plan.kc * (size_t)(plan.nc + ctx->simd->lanes);
    plan.packs = dmf__reals(ctx, (size_t)plan.tasks, plan.a_room + plan.b_room);
    if (plan.packs) dmf__parallel(ctx, plan.tasks, dmf__gemm_task, &plan);
    dmf__give_back(ctx, mark);
}

/* A small product with B^T, which is always packed. */
DMF__CALLED void dmf__gemm_packed(dmf_ctx *ctx, dmf__block *x)
{
    const dmf__mark mark = dmf__mark_here(ctx);
    x->b_pack = dmf__reals(ctx, (size_t)x->k, (size_t)(x->n + ctx->simd->lanes));
    if (x->b_pack) ctx->simd->pack(x), ctx->simd->multiply(x);
    dmf__give_back(ctx, mark);
}

/* A product as it stands: in blocks, or in one with B in place or B^T packed. */
static void dmf__gemm_direct(dmf_ctx *ctx, dmf__block *x)
{
    if (!dmf__is_small(x, ctx->caches)) dmf__gemm_in_blocks(ctx, x);
    else if (!x->trans_b) ctx->simd->multiply(x);
    else dmf__gemm_packed(ctx, x);
}

/* The columns of C, r fewer than L, that (4.10) makes in less time: r vectors in place of L for each L rows, if they
   are not more than 3 L / 4, or L / 2 - 2 where A has to be packed. Where MR < 8, tiles of one vector have too few
   sums, by (4.2), so that one vector less is a gain only from three on. C is not added to, and a large A neither packed
   nor read twice. Tuned: m = k = 37 to 150, n up to 28 and near 50 and 100, both precisions, AVX-512 and AVX2. */
static int dmf__worth_turning(const dmf_ctx *ctx, const dmf__block *x)
{
    const int lanes = ctx->simd->lanes, ragged = x->n & (lanes - 1), by_rows = x->a_next != 1;
    int most = by_rows ? lanes / 2 - 2 : 3 * lanes / 4;
    if (ragged == 0 || x->beta != 0 || (x->n > lanes && lanes < 8)) return 0;
    if ((x->n > lanes || by_rows) && !dmf__is_small(x, ctx->caches)) return 0;
    if (x->n > lanes && ctx->simd->mr < 8) most = by_rows || x->n < 2 * lanes ? 0 : lanes / 2 + 1;
    return ragged * ((x->m - 1) / lanes + 1) <= x->m / lanes * most ? ragged : 0;
}

/* C = alpha op(A) op(B) in its last `ragged` columns, fewer than a vector has numbers, as

       C^T = alpha op(B)^T op(A)^T,                                                                            (4.10)

   where vectors lie along the rows of op(A)^T, and are full. An A that is not transposed is packed for that, by (4.5).
   The sums of a small product are those of its other columns, and so are its bits. */
DMF__CALLED void dmf__gemm_turned(dmf_ctx *ctx, dmf__block *x, int ragged)
{
    const dmf__mark mark = dmf__mark_here(ctx);
    const size_t from = (size_t)(x->n -= ragged), next = x->trans_b ? x->b_row : 1;
    const dmf_mat to = dmf__scratch_mat(ctx, ragged, x->m);
    dmf__block turned = {
        ragged, x->m, x->k, x->a_next != 1, x->alpha, 0, x->b + from * next, x->a, to.data, next,
        x->trans_b ? 1 : x->b_row, x->a_next * x->a_step, (size_t)to.ld, NULL, NULL, 0, x->a_next == 1
    };
    if (!ctx->status) dmf__gemm_direct(ctx, &turned);
    if (!ctx->status) ctx->simd->transpose(ragged, x->m, to.data, (size_t)to.ld, x->c + from, x->c_row);
    dmf__give_back(ctx, mark);
}

DMF__INLINE dmf__block dmf__gemm_block(int trans_a, int trans_b, dmf_real alpha, dmf_mat a, dmf_mat b, dmf_real beta,
                                       dmf_mat c)
{
    const dmf__block x = {
        c.rows, c.cols, trans_a ? a.rows : a.cols, trans_b != 0, alpha, beta, a.data, b.data, c.data,
        trans_a ? 1 : (size_t)a.ld, trans_a ? (size_t)a.ld : 1, (size_t)b.ld, (size_t)c.ld, NULL, NULL, 0, !trans_b
    };
    return x;
}

/* (4.1), to the accuracy of (4.4). An empty sum, k = 0 or alpha = 0, leaves beta C, and reads neither A nor B: NaN in
   them do not reach C (nan_and_infinity_propagate_but_zeros_shield). */
static void dmf__gemm_run(dmf_ctx *ctx, dmf__block *x)
{
    if (ctx->status || x->m == 0 || x->n == 0) return;
    if (x->k == 0 || x->alpha == 0) {
        const dmf_mat c = { x->c, x->m, x->n, (int)x->c_row };  /* m x n */
        dmf__scale(c, x->beta);
    } else {
        const int ragged = (size_t)x->m * (size_t)x->k < DMF__WORTH_TURNING ? 0 : dmf__worth_turning(ctx, x);
        if (ragged > 0) dmf__gemm_turned(ctx, x, ragged);
        if (x->n > 0 && !ctx->status) dmf__gemm_direct(ctx, x);
    }
}

static void dmf__gemm(dmf_ctx *ctx, int trans_a, int trans_b, dmf_real alpha, dmf_mat a, dmf_mat b, dmf_real beta,
                      dmf_mat c)
{
    dmf__block x = dmf__gemm_block(trans_a, trans_b, alpha, a, b, beta, c);
    dmf__gemm_run(ctx, &x);
}

/* The door in full: of a NULL context, of empty matrices, and of what is wrong. op(A) is m x k_a and op(B) k_b x n. */
DMF__CALLED dmf_status dmf__gemm_checked(dmf_ctx *ctx, int trans_a, int trans_b, dmf_real alpha, dmf_mat a, dmf_mat b,
                                         dmf_real beta, dmf_mat c)
{
    const int k_a = trans_a ? a.rows : a.cols, k_b = trans_b ? b.cols : b.rows;
    const int m = trans_a ? a.cols : a.rows, n = trans_b ? b.rows : b.cols;
    dmf__frame frame;
    const dmf__arg args[3] = { dmf__mat_arg(DMF__ANY, "A", a, a.rows, a.cols),
                               dmf__mat_arg(DMF__ANY, "B", b, b.rows, b.cols), dmf__mat_arg(DMF__OUT, "C", c, m, n) };
    ctx = dmf__open(&frame, ctx);
    if (k_a != k_b)
        dmf__fail(ctx, DMF_ERR_SHAPE, "op(A) is %d x %d and op(B) is %d x %d: the inner sizes differ", m, k_a, k_b, n);
    dmf__check_args(ctx, args, 3);
    dmf__gemm(ctx, trans_a, trans_b, alpha, a, b, beta, c);
    return dmf__close(&frame);
}

/* The tests hold (4.1) to (4.4) entry by entry against the three loops in long double, for every instruction set of the
   machine (tests/test_gemm.c): op, alpha, beta and strides in all_options_are_right, sizes that pass every block in
   blocked_products_are_right, pages without access around the operands in nothing_outside_the_operands_is_touched. */
DMF_API dmf_status dmf_gemm(dmf_ctx *ctx, int trans_a, int trans_b, dmf_real alpha, dmf_mat a, dmf_mat b,
                            dmf_real beta, dmf_mat c)
{
    dmf__block x;
    dmf_status status;
    /* tuned: bench_gemm; at 8 x 8 the whole door is a tenth of the time */
    if (!ctx || ctx->status || (trans_a ? a.rows : a.cols) != (trans_b ? b.cols : b.rows) ||
        c.rows != (trans_a ? a.cols : a.rows) || c.cols != (trans_b ? b.rows : b.cols) || !dmf__sound(a) ||
        !dmf__sound(b) || !dmf__sound(c) || !dmf__apart(a, c) || !dmf__apart(b, c))
        return dmf__gemm_checked(ctx, trans_a, trans_b, alpha, a, b, beta, c);
    x = dmf__gemm_block(trans_a, trans_b, alpha, a, b, beta, c);
    dmf__gemm_run(ctx, &x);
    status = ctx->status;
    ctx->status = DMF_OK;
    return status;
}

/* ---- 5. SVD ----------------------------------------------------------------------------------

   A = U S V^T, U and V with orthonormal columns, S diagonal. Training starts at singular values of 1e-9 and less,
   spread over many orders of magnitude, and their growth is what we want to see. The common way, bidiagonalization,
   has errors of eps times the largest singular value, which drown them; one-sided Jacobi has not. It needs
   eigenvectors of symmetric matrices to be fast, so these come first:

       5.1   The symmetric eigenproblem     reflectors, tridiagonal matrices, QL
       5.2   Jacobi                         all triples, the small ones too
       5.3   The largest triples            a few of them, for a matrix near one that is known
       5.4   Tracking                       triples along a path of matrices, through crossings

   All vectors are stored as rows, which are contiguous. Everything is scaled by a power of two on its way in, which
   costs no digit, and back on its way out. Squares then neither overflow nor, where they count, underflow: 5.2 has its
   largest entry near 2^460 (2^46), and rows keep their digits down to 1e-278 (1e-27) of the largest. */

/* proved: the square of 2^460 (2^46), summed over 2^30 rows and columns, is finite */
enum { DMF__SVD_EXPONENT = DMF__TYPED(460, 46) };

/* By way of double, which a float survives: |x| is exact, and a root that is rounded to 53 bits and then to 24 is the
   root rounded to 24, as 53 >= 2 * 24 + 2. */
static dmf_real dmf__absolute(dmf_real x) { return (dmf_real)fabs((double)x); }
static dmf_real dmf__sqrt(dmf_real x) { return (dmf_real)sqrt((double)x); }

/* b if they cannot be compared: a maximum that is built up in b passes over a NaN in a. */
static dmf_real dmf__larger(dmf_real a, dmf_real b) { return a > b ? a : b; }

/* max |a_ij|, 0 of an empty matrix. Eight partial maxima, or the comparisons wait for one another. */
static dmf_real dmf__largest(dmf_mat a)
{
    dmf_real most[8] = { 0 };
    int i, j;
    for (i = 0; i < a.rows; i++)
        for (j = 0; j < a.cols; j++) most[j % 8] = dmf__larger(dmf__absolute(dmf__row(a, i)[j]), most[j % 8]);
    for (i = 1; i < 8; i++) most[0] = dmf__larger(most[i], most[0]);
    return most[0];
}

static dmf_real dmf__ldexp(dmf_real x, int e) { return (dmf_real)ldexp((double)x, e); }

/* a * 2^e, in two steps because 2^e itself may not be a dmf_real: where the largest entry is the least number above
   zero, 2^-1074 (2^-149), e reaches 460 + 1074 (46 + 149), and no power above 2^1023 (2^127) exists; half of e is
   below both. The first step cannot overflow where the second does not. Exact but for results below the normal
   numbers: tests/test_svd.c, singular_values_are_invariant, wants the same bits on another scale. */
static void dmf__scale_by_two(dmf_mat a, int e)
{
    dmf__scale(a, dmf__ldexp(1, e / 2));
    dmf__scale(a, dmf__ldexp(1, e - e / 2));
}

/* The e for which x lies in [2^(e-1), 2^e); 0 for zero. */
static int dmf__exponent(dmf_real x)
{
    int e;
    frexp((double)x, &e);
    return e;
}

/* order[0 .. n-1] = indices of key in descending order, ties by index: so there is one such order. Shell's sort, with
   the steps 1, 4, 13, ..., (3^s - 1) / 2: at most some n^(3/2) comparisons. */
static void dmf__sort(const dmf_real *key, int n, int *order)
{
    int step = 1, i, at;
    for (i = 0; i < n; i++) order[i] = i;
    while (step < n / 3) step = 3 * step + 1;
    for (; step > 0; step /= 3)
        for (i = step; i < n; i++) {
            const int moved = order[i];
            for (at = i; at >= step; at -= step) {
                const int other = order[at - step];
                if (key[moved] < key[other] || (key[moved] == key[other] && moved > other)) break;
                order[at] = other;
            }
            order[at] = moved;
        }
}

static void dmf__set_identity(dmf_mat a)
{
    int i;
    dmf__fill(a, 0);
    for (i = 0; i < dmf__min(a.rows, a.cols); i++) dmf__row(a, i)[i] = 1;
}

/* g = scale X X^T for X r x n, the lower half by products and the upper by symmetry: a block of b rows, i .. i + b - 1,
   is multiplied with rows 0 .. i + b - 1 only, so that all of them cost r (r + 96) n flops at most, 2 r^2 n up to
   r = 96, and g is symmetric to the bit. */
static void dmf__gram(dmf_ctx *ctx, dmf_real scale, dmf_mat x, dmf_mat g)
{
    const int most = 96;
    int i;
    for (i = 0; i < x.rows; i += most) {
        const int b = dmf__min(most, x.rows - i);
        dmf__gemm(ctx, 0, 1, scale, dmf_block(x, i, 0, b, x.cols), dmf_block(x, 0, 0, i + b, x.cols), 0,
                  dmf_block(g, i, 0, b, i + b));
        dmf__transpose(ctx->simd, dmf_block(g, i, 0, b, i), dmf_block(g, 0, i, i, b));
    }
}

/* a becomes Q a: Q b x b and a b x n, 2 b^2 n flops and scratch of the size of a. */
static void dmf__multiply_rows(dmf_ctx *ctx, dmf_mat q, dmf_mat a)
{
    const dmf__mark mark = dmf__mark_here(ctx);
    dmf_mat product = dmf__scratch_mat(ctx, a.rows, a.cols);  /* as a */
    dmf__gemm(ctx, 0, 0, 1, q, a, 0, product);
    if (!ctx->status) dmf__copy(product, a);
    dmf__give_back(ctx, mark);
}

/* y = x / |x|, n numbers each, and 0 for 0; returns |x|. */
static dmf_real dmf__unit(const dmf__simd *simd, int n, const dmf_real *x, dmf_real *y)
{
    const dmf_real length = dmf__sqrt(simd->dot((size_t)n, x, x)), inverse = length > 0 ? 1 / length : 0;
    simd->combine((size_t)n, 1, &inverse, &x, y);
    return length;
}

/* The door of all decompositions: A with its role, k triples, and a number beside them. The vectors are outputs of the
   given role. */
static dmf_ctx *dmf__enter_triples(dmf__frame *frame, dmf_ctx *ctx, int role_a, dmf_mat a, int k, int role, dmf_mat u,
                                   const dmf_real *sigma, dmf_mat v, const double *beside)
{
    const size_t count = k > 0 ? (size_t)k : 0;
    const dmf__arg args[5] = { dmf__mat_arg(role_a, "A", a, a.rows, a.cols), dmf__mat_arg(role, "U", u, a.rows, k),
                               dmf__mat_arg(role, "V", v, a.cols, k),
                               dmf__memory_arg(DMF__OUT, "the array of values", sigma, count, sizeof *sigma),
                               dmf__memory_arg(DMF__OUT_OR_NONE, "the number beside them", beside, 1, sizeof *beside) };
    return dmf__enter(frame, ctx, args, 5);
}

/* ---- 5.1 The symmetric eigenproblem ----------------------------------------------------------

   G = Z^T D Z with Z orthogonal and D diagonal, the classical way [WR71]. A reflector takes x to a multiple of e_1:

       H = I - tau v v^T,   v = (1, x_2 / (x_1 - beta), ...),   tau = (beta - x_1) / beta,   beta = -+|x|.     (5.1)

   The sign of beta is that of -x_1, so that nothing cancels. Reflectors from both sides make G tridiagonal: with
   p = tau G v and w = p - tau/2 (p . v) v,

       H G H = G - v w^T - w v^T.                                                                              (5.2)

   This goes by panels of 32. Inside one G stays as it is and the pairs v, w are remembered: row k of the current
   matrix, and its product with v, are those of G less what the pairs take off. At the end of the panel a product
   subtracts them all, from one triangle. Of the 4/3 n^3 flops half are in these products, and half in G v, which reads
   that triangle from memory, 4/3 n^3 bytes in all (DMF_SINGLE: 2/3 n^3).

   A panel's reflectors, one below another as the rows of V, multiply up to

       H_1 H_2 ... H_b = I - V^T T V,   T_jj = tau_j,   T_ij = -tau_j sum_{l<j} T_il (v_l . v_j),              (5.3)

   with T upper triangular [SV89], so that applying them is three products: 4/3 n^3 flops for all of Z, whose first
   rows the later blocks leave alone.

   QL then takes the tridiagonal matrix (d, e) to a diagonal: a sweep is a QL step with Wilkinson's shift, the
   eigenvalue nearest to d_l of the leading 2 x 2 block, made of rotations that chase one entry beside the tridiagonal
   from the end of the block to its beginning. In exact arithmetic that converges from any start [P80], and an entry
   e_m counts as zero when |e_m| <= eps (|d_m| + |d_{m+1}|). Some 1.5 n sweeps are the rule; where d falls off over
   many orders of magnitude, the first eigenvalue may take n of them alone. Sweeps are collected, and rotate the
   eigenvectors many at a time, a strip of them that stays in the first cache: 4 flops for each number and rotation,
   3 to 6 n^3 in all, the less the larger n is.

   QL begins with the eigenvalues at the head of d. If entries of G fall off along its diagonal, the small eigenvalues
   at the end keep their digits only if they are found first; so d and e are written from the end. */

/* (5.1): returns tau; x, n numbers, becomes (beta, v_2, ...). An x that counts as zero becomes zero, and H the
   identity. That H does what it should: with beta^2 = |x|^2,

       v . v = 1 + (beta^2 - x_1^2) / (x_1 - beta)^2 = 2 beta / (beta - x_1) = 2 / tau,
       v . x = x_1 + (beta^2 - x_1^2) / (x_1 - beta) = -beta,     tau (v . x) = x_1 - beta,                    (5.4)

   so that H is orthogonal, and H x = x - (x_1 - beta) v = (beta, 0, ..., 0). The sign of beta makes 1 <= tau <= 2 and
   every |v_i| at most 1: what is stored neither overflows nor needs a second scaling. 3 n flops. For x = (3, 4):
   beta = -5, v = (1, 1/2), tau = 8/5, and x - tau (v . x) v = (3, 4) - 8 (1, 1/2) = (-5, 0). */
static dmf_real dmf__reflector(const dmf__simd *simd, int n, dmf_real *x)
{
    dmf_real square = simd->dot((size_t)n, x, x), beta, scale;
    const dmf_real *from = x + 1;
    if (square < DMF__TINY_SQUARE) {
        memset(x, 0, (size_t)n * sizeof *x);
        return 0;
    }
    beta = dmf__sqrt(square);
    if (x[0] > 0) beta = -beta;
    scale = 1 / (x[0] - beta);
    simd->combine((size_t)n - 1, 1, &scale, &from, x + 1);
    scale = (beta - x[0]) / beta;
    x[0] = beta;
    return scale;
}

/* Reflectors in blocks of at most DMF__REFLECTORS: v_k is row k of v, its first nonzero a 1 in column k. With n = 5 and
   blocks of 2 and 1, v and t hold

       v   1 * * * *     t   T_11 0        tau_1     width   2
           0 1 * * *         T_12 T_22     tau_2             0
           0 0 1 * *         T_33          tau_3             1

   so that the rows of a block, from its first 1 on, are the V of (5.3), trapezoidal. QR has as many reflectors as
   columns; the tridiagonal form has n - 1 of length n - 1, as e_1 stays as it is. */
enum { DMF__REFLECTORS = 32 };  /* tuned: bench_svd, 16 to 64 are alike */
typedef struct dmf__reflectors {
    dmf_mat v;                   /* count x n */
    dmf_mat t;                   /* count x DMF__REFLECTORS; T^T of (5.3), in the rows of its block */
    dmf_real *tau;
    int *width;                  /* of the block that starts at k */
} dmf__reflectors;

static dmf__reflectors dmf__reflectors_open(dmf_ctx *ctx, dmf_mat v)
{
    const dmf__reflectors h = { v, dmf__compact(ctx, v.rows, DMF__REFLECTORS), dmf__reals(ctx, (size_t)v.rows, 1),
                                (int *)dmf__scratch(ctx, (size_t)v.rows, sizeof(int)) };
    return h;
}

/* (5.3) for the block of b reflectors from k on, by induction: if the first j - 1 of them multiply to I - V^T T V,
   then times H_j they are

       (I - V^T T V) (I - tau_j v_j v_j^T) = I - V^T T V - tau_j v_j v_j^T + tau_j V^T (T V v_j) v_j^T,        (5.5)

   which is of the same form with a row v_j more in V and a column more in T, -tau_j T V v_j above tau_j. For two of
   them T_12 = -tau_1 tau_2 (v_1 . v_2), the mixed term of the product written out. A column of T is a row of t, the
   combination of the rows before it that V v_j gives, and of tau_j e_j. All V v_j come from one product, V V^T, b x b:
   2 b^2 n flops, and 2 b^3 / 3 for T. */
static void dmf__reflectors_block(dmf_ctx *ctx, dmf__reflectors *h, int k, int b)
{
    const dmf__mark mark = dmf__mark_here(ctx);
    dmf_mat v = dmf_block(h->v, k, k, b, h->v.cols - k);                      /* b x (n - k) */
    dmf_mat t = dmf_block(h->t, k, 0, b, b), dots = dmf__compact(ctx, b, b);  /* b x b */
    const dmf_real *row[DMF__REFLECTORS];
    int j, l;
    dmf__gemm(ctx, 0, 1, 1, v, v, 0, dots);
    if (ctx->status) return;
    dmf__fill(t, 0);
    for (j = 0; j < b; j++) {
        h->width[k + j] = j == 0 ? b : 0;
        row[j] = dmf__row(t, j);
        dmf__row(t, j)[j] = h->tau[k + j];
        for (l = 0; l <= j; l++) dmf__row(dots, j)[l] = l < j ? -h->tau[k + j] * dmf__row(dots, j)[l] : 1;
        ctx->simd->combine((size_t)j + 1, j + 1, dmf__row(dots, j), row, dmf__row(t, j));
    }
    dmf__give_back(ctx, mark);
}

/* Every row y of a becomes H_1 ... H_b y, or H_b ... H_1 y if backwards; the block starts at k. Rows carry the
   transpose of what columns would: with A the r rows and V b x length, T b x b,

       A <- A - ((A V^T) T^T) V,     backwards     A <- A - ((A V^T) T) V,                                     (5.6)

   three products of 2 r b length, 2 r b^2 and 2 r b length flops. Entries before column k stay as they are, since V has
   nothing there. */
static void dmf__reflect_rows(dmf_ctx *ctx, const dmf__reflectors *h, int k, int backwards, dmf_mat a)
{
    const dmf__mark mark = dmf__mark_here(ctx);
    const int b = h->width[k], length = h->v.cols - k;
    dmf_mat v = dmf_block(h->v, k, k, b, length), part = dmf_block(a, 0, k, a.rows, length);  /* ? x length */
    dmf_mat inner = dmf__compact(ctx, a.rows, b), image = dmf__compact(ctx, a.rows, b);       /* a.rows x b */
    dmf__gemm(ctx, 0, 1, 1, part, v, 0, inner);
    dmf__gemm(ctx, 0, backwards, 1, inner, dmf_block(h->t, k, 0, b, b), 0, image);
    dmf__gemm(ctx, 0, 0, -1, image, v, 1, part);
    dmf__give_back(ctx, mark);
}

/* Every row y of a becomes H_1 ... H_count y. Of an identity, a block moves only the rows that reach it: row i has no
   entry from column k on before that block's turn if i < k, as later blocks begin further right and have left it
   alone. So all of Z costs sum_k 4 b (n - k)^2 = 4/3 n^3 flops in place of 2 n^3. */
static void dmf__reflect_all(dmf_ctx *ctx, const dmf__reflectors *h, int identity, dmf_mat a)
{
    int k;
    for (k = h->v.rows - 1; k >= 0 && !ctx->status; k--) {
        const int first = identity ? k : 0;
        if (h->width[k] > 0) dmf__reflect_rows(ctx, h, k, 0, dmf_block(a, first, 0, a.rows - first, a.cols));
    }
}

/* x = scale (x - sum_i ((v_i . y) w_i + (w_i . y) v_i)), of columns `from` on, with v_1, w_1, v_2, w_2 ... the rows of
   pairs, 2 b x (n - 1), and c their products with y: one pass over x for all pairs, as a combination of 2 b + 1
   vectors, at most 65, the last of them x itself. */
static void dmf__subtract_pairs(const dmf__simd *simd, dmf_mat pairs, int from, dmf_real scale, const dmf_real *c,
                                dmf_real *x)
{
    const dmf_real *part[2 * DMF__REFLECTORS + 1];
    dmf_real scaled[2 * DMF__REFLECTORS + 1];
    int i;
    for (i = 0; i < pairs.rows; i++) {
        scaled[i] = -scale * c[i];
        part[i] = dmf__row(pairs, i ^ 1) + from;
    }
    scaled[i] = scale;
    part[i] = x;
    simd->combine((size_t)(pairs.cols - from), i + 1, scaled, part, x);
}

/* Row k of G with the panel's pairs taken off becomes a reflector, and row k of h->v and the next of w their pair,
   by (5.2); the last row has only a diagonal. With i over the pairs that the panel holds so far, the current matrix is
   G - sum_i (v_i w_i^T + w_i v_i^T), of which this needs one row and one product:

       g_k - sum_i (v_ik w_i + w_ik v_i),     p = tau (G v - sum_i ((v_i . v) w_i + (w_i . v) v_i)),           (5.7)

   and w = p - tau/2 (p . v) v as before. All v and w have n - 1 numbers, as their first would be 0, in the columns of G
   from the second on: so loops over both have their lines alike. That (5.2) holds: H G H = G - v p^T - p v^T + tau (p .
   v) v v^T, and v w^T + w v^T = v p^T + p v^T - tau (p . v) v v^T. G v is 2 (n - k)^2 flops on rows that memory
   delivers once; the pairs add 12 (n - k) flops each, on rows that stay in a cache. */
static void dmf__tridiagonal_step(const dmf__simd *simd, dmf_mat g, int panel, int k, dmf_real *d, dmf_real *e,
                                  dmf__reflectors *h, dmf_mat all_pairs)
{
    const int n = g.rows, first = k + 1, known = 2 * (k - panel), before = first % dmf__max(4, simd->lanes);
    const size_t left = (size_t)(n - first);
    const dmf_mat pairs = dmf_block(all_pairs, 0, 0, known, n - 1);  /* 2 b x (n - 1) */
    dmf_real c[2 * DMF__REFLECTORS], *row = dmf__row(g, k) + k, *v = dmf__row(all_pairs, known) + k, *w = v + pairs.ld;
    int i;
    for (i = 0; i < known; i++) c[i] = dmf__row(pairs, i)[k - 1];
    dmf__subtract_pairs(simd, pairs, k - 1, 1, c, row);
    d[n - 1 - k] = row[0];
    if (first == n) return;
    h->tau[k] = dmf__reflector(simd, n - first, row + 1);
    e[n - 1 - first] = row[1];
    row[1] = 1;
    memcpy(v, row + 1, left * sizeof *row);
    memcpy(dmf__row(h->v, k) + k, v, left * sizeof *row);
    memset(v - before, 0, (size_t)before * sizeof *v);
    simd->symmetric(first - before, n, g.data, (size_t)g.ld, v - first, w - first);
    for (i = 0; i < known; i++) c[i] = simd->dot(left, dmf__row(pairs, i) + k, v);
    dmf__subtract_pairs(simd, pairs, k, h->tau[k], c, w);
    dmf__axpy(simd, left, -h->tau[k] / 2 * simd->dot(left, v, w), v, w);
}

/* d and e, n numbers each, become the diagonal and what is beside it, from the end: step k finds entry n - 1 - k of d
   and entry n - 2 - k of e. Before a panel, rows and columns first .. n - 1 of g are the current matrix; after its
   steps the corner is brought up to date by the product of all v, w with all w, v, in blocks of rows and from the
   diagonal on: 2 b tail (tail + 96) flops, 2/3 n^3 in all, beside as many for the G v. Of g only the upper triangle is
   read, and the squares on the diagonal that symmetric reads whole. Destroys g; the reflectors stay in h. */
static void dmf__tridiagonal(dmf_ctx *ctx, dmf_mat g, dmf_real *d, dmf_real *e, dmf__reflectors *h)
{
    const dmf__mark mark = dmf__mark_here(ctx);
    const int n = g.rows, most = 2 * DMF__REFLECTORS;
    dmf_mat pairs = dmf_block(dmf__scratch_mat(ctx, most, n), 0, 1, most, n - 1);     /* v_1, w_1, v_2, .. */
    dmf_mat turned = dmf_block(dmf__scratch_mat(ctx, most, n), 0, 1, most, n - 1);    /* w_1, v_1, w_2, .. */
    int first, k, i;
    if (ctx->status) return;
    dmf__fill(h->v, 0);
    for (first = 0; first < n; first += DMF__REFLECTORS) {
        const int end = dmf__min(first + DMF__REFLECTORS, n), b = dmf__min(end, n - 1) - first;
        for (k = first; k < end; k++) dmf__tridiagonal_step(ctx->simd, g, first, k, d, e, h, pairs);
        if (b > 0) dmf__reflectors_block(ctx, h, first, b);
        for (i = 0; i < 2 * b && end < n; i++)
            dmf__copy(dmf_block(pairs, i ^ 1, end - 1, 1, n - end), dmf_block(turned, i, end - 1, 1, n - end));
        for (i = end; i < n; i += 96)
            dmf__gemm(ctx, 1, 0, -1, dmf_block(pairs, 0, i - 1, 2 * b, dmf__min(96, n - i)),
                      dmf_block(turned, 0, i - 1, 2 * b, n - i), 1, dmf_block(g, i, i, dmf__min(96, n - i), n - i));
    }
    dmf__give_back(ctx, mark);
}

/* One implicit QL sweep with Wilkinson's shift on the unreduced block l .. m. An eigenvalue d_l + x of the leading
   2 x 2 block solves x^2 - 2 z e_l x - e_l^2 = 0, and the root that is nearer to 0, written without cancellation, is

       shift = d_l - e_l / (z + sign(z) sqrt(1 + z^2)),     z = (d_{l+1} - d_l) / (2 e_l).                     (5.8)

   For d = (2, 5) and e = 2, with eigenvalues 1 and 6: z = 3/4, and the shift is 2 - 2 / (3/4 + 5/4) = 1.

   The first rotation is that of the last column of the shifted matrix, (e_{m-1}, d_m - shift), which is what makes the
   sweep a step of QL. Before rotation i, of rows and columns i and i + 1, the matrix is tridiagonal but for f = s e_i
   at (i, i + 2); it has g at (i + 1, i + 2), b = c e_i at (i, i + 1) and D = d_{i+1} - p at (i + 1, i + 1). The
   rotation takes (f, g) to (0, r), and

       q = (d_i - D) s + 2 c b,   p = s q,   d_{i+1} <- D + p,   d_i <- d_i - p,   g <- c q - b                (5.9)

   are the entries of the 2 x 2 block between its two sides; d_i - p waits for the next rotation. Some 20 flops each.
   A rotation of numbers too small to have an angle is none. The code's r is both |(f, g)| and q. A cosine below
   eps / 64 counts as that, which moves nothing by a rounding, and keeps (3.4) finite. Returns the least factor. */
static dmf_real dmf__ql_sweep(dmf_real *d, dmf_real *e, int l, int m, dmf_real *rotation, dmf_real *scale)
{
    const dmf_real least = (dmf_real)DMF__EPS / 64; /* proved: below rounding */
    dmf_real g = (d[l + 1] - d[l]) / (2 * e[l]), r = dmf__sqrt(g * g + 1), s = 1, c = 1, p = 0, lowest = 1, f, b, q;
    int i;
    g = d[m] - d[l] + e[l] / (g + (g < 0 ? -r : r));
    for (i = m - 1; i >= l; i--) {
        f = s * e[i];
        b = c * e[i];
        q = f * f + g * g;
        if (q < DMF__TINY_SQUARE) {
            r = s = 0;
            c = 1;
        } else {
            r = dmf__sqrt(q);
            q = r * (1 / q);
            s = f * q;
            c = dmf__absolute(g * q) < least ? least : g * q;
        }
        e[i + 1] = r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        q = scale[i] / scale[i + 1]; /* (3.4) */
        rotation[2 * i] = s / c * q;
        rotation[2 * i + 1] = -s / c / q;
        scale[i] *= c;
        scale[i + 1] *= c;
        if (dmf__absolute(scale[i + 1]) < lowest) lowest = dmf__absolute(scale[i + 1]);
    }
    d[l] -= p;
    e[l] = g;
    e[m] = 0;
    return dmf__absolute(scale[l]) < lowest ? dmf__absolute(scale[l]) : lowest;
}

/* The QL algorithm: d becomes the eigenvalues of the tridiagonal matrix (d, e), which is of order 1, and the rows of
   the strips rotate with it. Eigenvalues before l are found; from l on the block l .. m is the first that is not
   split, and

       e_m = 0     where     |e_m| <= eps (|d_m| + |d_{m+1}|) + tiny                                          (5.10)

   splits it. That changes the matrix by |e_m| in the 2-norm, and by Weyl's inequality no eigenvalue by more, at most
   2 eps of the largest. tiny: an e whose square has lost digits to underflow is far below any rounding in a matrix of
   order 1. After so many sweeps as `most` it is an error (tests/test_svd.c, sweeps_that_run_out_are_an_error, which
   also finds the trace kept).

   Up to 64 sweeps wait for the strips, fewer if a row's factor in (3.4) has become small: each halves it twice, about,
   and no sweep multiplies it by less than (eps / 64)^2. Rotation i of sweep k, of rows i and i + 1, is at rotation +
   k * stride + 2 * i; i goes from -1, for the ends that chase adds, and where a sweep did not rotate it is the
   identity, zeros. So all begin and end alike, at the least lo and the largest hi, and an odd count is made even by a
   sweep of identities. Then they go over every strip: 4 flops for each rotation and column, with a strip read and
   written once for every two sweeps, from the first cache: a strip is 128 bytes wide, and 250 rows of it fill 32 KB.
   cols: of all strips together, 0 where nothing is to rotate. */
static void dmf__ql(dmf_ctx *ctx, size_t most, int n, dmf_real *d, dmf_real *e, int cols, dmf_real *strips)
{
    const int wait = 64; /* tuned: bench_svd; even */
    const dmf__mark mark = dmf__mark_here(ctx);
    const dmf_real tiny = dmf__sqrt(DMF__TINY_SQUARE);
    const size_t stride = 2 * ((size_t)n + 2), strip = ((size_t)n + 2) * DMF__STRIP;
    dmf_real *rotation = dmf__reals(ctx, (size_t)wait, stride), *scale = dmf__reals(ctx, (size_t)n, 1);
    dmf_real *next, lowest = 1;
    size_t sweeps = 0, i;
    int l = 0, m, lo = n, hi = 0, count = 0;
    if (ctx->status) return;
    for (i = 0; i < (size_t)n; i++) scale[i] = 1;
    next = rotation += 2;
    while (l < n && !ctx->status) {
        for (m = l; m < n - 1; m++)
            if (dmf__absolute(e[m]) <= (dmf_real)DMF__EPS * (dmf__absolute(d[m]) + dmf__absolute(d[m + 1])) +
                                       tiny) break;
        if (m == l) {
            l++;
        } else if (sweeps++ == most) {
            dmf__fail(ctx, DMF_ERR_CONVERGENCE, "QL found %d of %d eigenvalues in %lu sweeps", l, n,
                      (unsigned long)most);
        } else {
            if (count % 2 == 0) memset(next - 2, 0, 2 * stride * sizeof *next);
            lowest = dmf__ql_sweep(d, e, l, m, next, scale);
            lo = dmf__min(lo, l);
            hi = dmf__max(hi, m);
            next = rotation + (size_t)++count * stride;
        }
        if (count < wait && l < n && lowest > DMF__TYPED(1e-150, 1e-15f)) continue; /* proved: the least stays normal */
        for (i = 0; hi > 0 && i < (size_t)cols; i += DMF__STRIP)
            ctx->simd->chase(count + count % 2, lo, hi, rotation, stride, scale,
                             strips + i / DMF__STRIP * strip + DMF__STRIP);
        for (i = (size_t)lo; i <= (size_t)hi; i++) scale[i] = 1;
        next = rotation;
        lowest = 1;
        lo = n;
        hi = count = 0;
    }
    dmf__give_back(ctx, mark);
}

/* Copies row i of z, n x cols, to row k of the strips, or back. A strip has a row of zeros before the first and after
   the last, which the ends of a chase touch, and S = DMF__STRIP numbers in each row: entry (k, j) is number

       floor(j / S) (n + 2) S + (k + 1) S + (j mod S)                                                         (5.11)

   of the strips, so that rows k and k + 1 of a strip are neighbours in memory. The last strip ends in zeros. */
static void dmf__strip_row(dmf_mat z, int i, dmf_real *strips, int k, int back)
{
    int j;
    strips += (size_t)(k + 1) * DMF__STRIP;
    for (j = 0; j < z.cols; j += DMF__STRIP) {
        dmf_real *row = dmf__row(z, i) + j, *part = strips + (size_t)j * (size_t)(z.rows + 2);
        memcpy(back ? row : part, back ? part : row, (size_t)dmf__min(DMF__STRIP, z.cols - j) * sizeof *row);
    }
}

/* Eigenvalues of the symmetric g, descending, and its eigenvectors as rows of z, both n x n: G = Z^T D Z. Without data
   of z, eigenvalues only. Destroys g, whose entries are of order 1. As d is written from its end, row i of Z goes to
   row n - 1 - i of the strips, where the sweeps, whose rotation i is of d_i and d_{i+1}, find it. Against A V = V D and
   the orthogonality of V, for every kind of spectrum: tests/test_svd.c, symmetric_matrices_have_eigenvalues and
   small_blocks_have_eigenvalues. */
static void dmf__eigen(dmf_ctx *ctx, dmf_mat g, dmf_real *values, dmf_mat z)
{
    const int n = g.rows;
    const dmf__mark mark = dmf__mark_here(ctx);
    const size_t strips_rows = (size_t)n + 2, strips_cols = (size_t)dmf__round_up(z.cols, DMF__STRIP);
    dmf_real *d = dmf__reals(ctx, 2, (size_t)n), *strips = dmf__reals(ctx, strips_rows, strips_cols);
    int *order = (int *)dmf__scratch(ctx, (size_t)n, sizeof *order), i;
    dmf__reflectors h = dmf__reflectors_open(ctx, dmf_block(dmf__scratch_mat(ctx, n - 1, n), 0, 1, n - 1, n - 1));
    if (ctx->status) return;
    memset(strips, 0, strips_rows * strips_cols * sizeof *strips);
    dmf__tridiagonal(ctx, g, d, d + n, &h);
    dmf__set_identity(z);
    if (z.data) dmf__reflect_all(ctx, &h, 1, dmf_block(z, 1, 1, n - 1, n - 1));
    for (i = 0; i < z.rows; i++) dmf__strip_row(z, i, strips, n - 1 - i, 0);
    dmf__ql(ctx, 30 * (size_t)n, n, d, d + n, z.cols, strips);
    if (!ctx->status) dmf__sort(d, n, order);
    for (i = 0; i < n && !ctx->status; i++) {
        values[i] = d[order[i]];
        if (z.data) dmf__strip_row(z, i, strips, order[i], 1);
    }
    dmf__give_back(ctx, mark);
}

/* The lower triangle of a, n x n, made a whole matrix of order 1: exact powers of two go in and come out. So the errors
   of the eigenvalues, a few n eps of the largest, are the same on every scale. What is above the diagonal is not read,
   and may be NaN (tests/test_svd.c, symmetric_matrices_have_eigenvalues, fills it with that). lambda and v are written
   last. */
static void dmf__eigen_run(dmf_ctx *ctx, dmf_mat a, dmf_real *lambda, dmf_mat v)
{
    const int n = a.rows;
    dmf_mat g = dmf__scratch_mat(ctx, n, n), z = v.data ? dmf__scratch_mat(ctx, n, n) : dmf_none();  /* n x n */
    dmf_real *values = dmf__reals(ctx, (size_t)n, 1);
    int i, e;
    for (i = 0; i < n && !ctx->status; i++) {
        dmf__copy(dmf_block(a, i, 0, 1, i + 1), dmf_block(g, i, 0, 1, i + 1));
        dmf__transpose(ctx->simd, dmf_block(g, i, 0, 1, i), dmf_block(g, 0, i, i, 1));
    }
    dmf__check_finite(ctx, "the lower triangle of A", g);
    if (ctx->status) return;
    e = dmf__exponent(dmf__largest(g));
    dmf__scale_by_two(g, -e);
    dmf__eigen(ctx, g, values, z);
    if (ctx->status) return;
    dmf__scale_by_two(dmf_view(values, 1, n), e);
    dmf__check_finite(ctx, "the array of eigenvalues", dmf_view(values, 1, n));
    if (ctx->status) return;
    memcpy(lambda, values, (size_t)n * sizeof *lambda);
    if (v.data) dmf__transpose(ctx->simd, z, v);
}

DMF_API dmf_status dmf_eigen(dmf_ctx *ctx, dmf_mat a, dmf_real *lambda, dmf_mat v)
{
    dmf__frame frame;
    ctx = dmf__enter_triples(&frame, ctx, DMF__ANY, a, a.rows, DMF__OUT_OR_NONE, dmf_none(), lambda, v, NULL);
    if (a.cols != a.rows) dmf__fail(ctx, DMF_ERR_SHAPE, "A is %d x %d; a symmetric matrix is square", a.rows, a.cols);
    if (!ctx->status && a.rows > 0) dmf__eigen_run(ctx, a, lambda, v);
    return dmf__close(&frame);
}

/* ---- 5.2 Jacobi ------------------------------------------------------------------------------

   One-sided Jacobi: rotate pairs of rows of a matrix X until all rows are orthogonal. Then X = J^T S Y with J the
   product of the rotations, S the lengths of the rows, Y the rows themselves made unit. Rotations act on two rows at
   a time and their errors are relative to those rows, so scaled rows D B, D any diagonal, cost no accuracy [DV92].

   Why that is: a computed rotation of rows x, y is an exact one of rows that differ from x, y by a few eps |x| and a
   few eps |y|, each row by its own length. Let all that was done amount to D B + F with row i of F at most c eps times
   as long as that of D B. Then F = D F', each row of F' at most c eps as long as that of B and, for a square B that is
   not singular,

       D B + F = D (B + F') = D B (I + B^-1 F'),     ||B^-1 F'|| <= c eps ||B^-1|| ||B||_F.

   A factor I + K changes every singular value by a factor between 1 - ||K|| and 1 + ||K||. So the relative error of
   every one is at most c sqrt(n) eps times the condition number of B, and D has left the bound. Bidiagonalization
   reflects columns too, which mixes rows: its errors are eps times the longest row, in all of them.

   Jacobi converges fast on matrices that are nearly diagonal, so it is preceded by a QR factorization with column
   pivoting, and works on R [DV08]: with m >= n, Q m x n, P a permutation,

       A P = Q R,   R = J^T S Y      =>      A = (Q J^T) S (P Y^T)^T = U S V^T.                               (5.12)

   Rows of A are sorted by size before, which makes the QR accurate for A = D B as well as for B D [CH98]. If m < n,
   A^T is decomposed. Where rows fall into groups of very different lengths, (5.21), a second QR makes those of R' all
   but orthogonal to the rows of other groups:

       R^T P' = Q' R',   R' = J^T S Y      =>      A = (Q P' Y^T) S (P Q' J^T)^T.                             (5.13)

   That is a tenth of the whole time, and matrices that fall off without a gap gain nothing from it; behind a gap, as of
   a matrix of low rank, sweeps in its place take two to four times the whole.

   Rotating pair by pair takes some ten sweeps of up to 9 n^3 flops, none of them in a product. So most of the way
   is made by others, and Jacobi has the last word. Each round computes the Gram matrix G = X X^T, whose entry g_ij is
   zero when rows i and j are orthogonal; to rounding, when |g_ij| <= sqrt(n) eps |x_i| |x_j|. With l_i = |x_i|, the
   tangent that makes two rows orthogonal is [R66]

       t = sign(z) / (|z| + sqrt(1 + z^2)),    z = (l_i^2 - l_j^2) / (2 g_ij),                                (5.14)

   and S, skew, holds those of all pairs. Then

       nothing to do           it is done.
       S is small, and the     all pairs at once: X becomes Q X, Q orthogonal and I + S to first order. That is
       cosines have fallen     a sweep of Jacobi in a few products.
       else, once              the rows of X become combinations by the eigenvectors of G (5.1). G falls off along its
                               diagonal, so that this leaves cosines of about 1e-10 between rows of any length.
       else                    pairs rotate one by one, in a sweep.

   Nearly always it goes: eigenvectors, all pairs at once, done. Sweeps alone converge in exact arithmetic, since no
   angle exceeds 45 degrees and their order is by rows [FH60], but for exchanges of rotations without a common row.
   That the whole does, with rounding, and that eigenvectors cost graded matrices no accuracy, is measured, not proved
   (tests/test_svd.c, over 300 orders of magnitude); 60 rounds are the end. Where sizes differ by hundreds of orders, so
   do the entries of a row, and numbers below the normal ones appear; they cost no time that can be measured.

   All pairs at once. For a skew S

       Q = I + S + S^2 / 2,     Q^T Q = (I + S^2 / 2)^2 - S^2 = I + S^4 / 4,                                  (5.15)

   and where even |S|^2 is below eps, I + S will do. What a larger S leaves goes by Newton's iteration for the nearest
   orthogonal matrix:

       Q <- Q - Q (Q^T Q - I) / 2,   E = Q^T Q - I   =>   E becomes -3/4 E^2 + E^3 / 4,                       (5.16)

   so that a norm below 1 is at least squared. Of two rows, S = [0 -t; t 0] has S^2 = -t^2 I, Q the columns
   (1 - t^2 / 2, t) and (-t, 1 - t^2 / 2), and Q^T Q = (1 + t^4 / 4) I. How often follows from a bound on the spectral
   norm of S, ||S||_F / sqrt 2: singular values of a skew matrix come in pairs.

   What is left after it. Let D hold the l_i^2 and E the g_ij off the diagonal, so that G = D + E. The tangents of small
   angles solve S D - D S = -E, and with Q = exp S to second order

       Q G Q^T = D + (E + S D - D S) + (S E - E S + (S (S D - D S) - (S D - D S) S) / 2) = D + (S E - E S) / 2.

   Entry (i, j) in units of l_i l_j, a cosine, is half the sum over k of t_ik c_kj + t_jk c_ki: t_ik = S_ik l_k / l_i
   is how far row i moves along row k in units of its own length, and c are the cosines that were. Let T be the largest
   length of a row of max(|t_ik|, |t_ki|), which is none shorter than the rows and the columns of t. By Cauchy's
   inequality, with I + S alone, which leaves out (S^2 D + D S^2) / 2, on the right,

       |cosine| <= T max_i |c_i|,     <= T max_i |c_i| + T^2.                                                 (5.17)

   Four times that leaves room for the third order: if it is below the tolerance, no other G is asked. Rows are computed
   from X throughout, never from G.

   The thresholds, in one place:

       a cosine counts as zero      sqrt(n) eps: what the rounding of n products leaves of a sum, its signs at random
       a row counts as zero         square below DMF__TINY_SQUARE: it has lost digits
       a panel of QR ends           square of the pivot below a quarter of the longest below it: (5.19)
       a square is computed again   below sqrt(eps) of the last such, (5.18)
       a new group of rows          by (5.21), in ratios of squares; with the second of them, a second QR
       all pairs at once            ||S|| <= 1/2, so that (5.16) converges, and ||S|| has fallen
       one by one all the same      n^2/12 pairs or fewer: fewer flops than all at once
       S is a quotient              |g_ij| below 1/64 of the difference of squares: (5.20), equal to second order
       done without another G       four times the bound (5.17) below sqrt(n) eps

   Cost, for n x n and all vectors: 4/3 n^3 flops for QR, nearly all in products; 4/3 n^3 for the tridiagonal matrix,
   half of them slow; 4/3 n^3 for its vectors; 3 to 6 n^3 of rotations; n^3 for each of two G, and 2 n^3 for each of
   four products: the eigenvectors with X, Q with X and with J, and J with the reflectors of Q. */

/* A row of A^T: the squared length of what is not reflected of it, updated by (5.18), and as it was when computed,
   which tells how much has cancelled since; its column of A. */
typedef struct dmf__qr_row { dmf_real below, fresh; int col; } dmf__qr_row;

/* A P = Q R for an m x n A, on the rows of A^T. */
typedef struct dmf__qr {
    dmf_ctx *ctx;
    dmf__reflectors h;           /* h.v, n x m: A^T, then the reflectors of Q */
    dmf__qr_row *row;
    int *col_of;                 /* row j of A^T is column col_of[j] of A */
} dmf__qr;

/* The longest of the rows k .. end-1 becomes row k. */
static void dmf__qr_pivot(dmf__qr *d, int k, int end)
{
    dmf__qr_row *row = d->row, moved = row[k];
    dmf_real *x = dmf__row(d->h.v, k), *y, entry;
    int pivot = k, j;
    for (j = k + 1; j < end; j++)
        if (row[j].below > row[pivot].below) pivot = j;
    row[k] = row[pivot];
    row[pivot] = moved;
    y = dmf__row(d->h.v, pivot);
    for (j = 0; j < d->h.v.cols && pivot != k; j++) entry = x[j], x[j] = y[j], y[j] = entry;
}

/* Reflects rows k0 .. rows-1 one by one, the longest first, until row end or a square below bound; returns the row
   where it stopped. H takes row y to y - tau (v . y) v and keeps its length, so that what is left of it behind the
   entry that becomes R's is

       |y_{k+1}, ..., y_m|^2 = |y_k, ..., y_m|^2 - y_k^2.                                                     (5.18)

   Each such step adds an error of some eps times the square as it was when computed. While a square is above
   sqrt(eps) of that, half of its digits hold, which is plenty to choose a pivot by; below, it is computed again from
   the row: of y = (1, 1e-9) the square is 1, and 1 - 1 is 0, where 1e-18 is right. A reflection costs 4 (m - k) flops a
   row, this update 2 in place of 2 (m - k). */
static int dmf__qr_panel(dmf__qr *d, int k0, int end, int rows, dmf_real bound)
{
    const dmf__simd *simd = d->ctx->simd;
    const dmf_real cancelled = dmf__sqrt(DMF__EPS);
    int j, k;
    for (k = k0; k < end; k++) {
        const int length = d->h.v.cols - k;
        dmf_real *v = dmf__row(d->h.v, k) + k;  /* m - k numbers, the first of them entry (k, k) of R */
        dmf__qr_pivot(d, k, rows);
        if (k > k0 && d->row[k].below < bound) break;
        d->h.tau[k] = dmf__reflector(simd, length, v);
        for (j = k + 1; j < rows; j++) {
            dmf__qr_row *row = &d->row[j];
            dmf_real *y = dmf__row(d->h.v, j) + k;
            const size_t others = (size_t)length - 1;
            const dmf_real along = d->h.tau[k] * (y[0] + simd->dot(others, v + 1, y + 1));
            y[0] -= along;
            dmf__axpy(simd, others, -along, v + 1, y + 1);
            row->below -= y[0] * y[0]; /* (5.18) */
            if (!(row->below > row->fresh * cancelled)) row->below = row->fresh = simd->dot(others, y + 1, y + 1);
        }
    }
    return k;
}

/* The part of R that rows first .. next-1 hold goes to r, n x n: row j of A^T has column j of R in entries 0 .. j, and
   entries from j on are v_j, whose first is 1 and need not be stored until R has gone. So they share a row, and here
   part: columns first .. next-1 of R are written, zeros below the diagonal with them, and zeros before each v_j. */
static void dmf__qr_take(dmf__qr *d, int first, int next, dmf_mat r)
{
    int i;
    dmf__transpose(d->ctx->simd, dmf_block(d->h.v, first, 0, next - first, next),
                   dmf_block(r, 0, first, next, next - first));
    for (i = first; i < next; i++) {
        memset(dmf__row(r, i) + first, 0, (size_t)(i - first) * sizeof(dmf_real));
        memset(dmf__row(d->h.v, i), 0, (size_t)i * sizeof(dmf_real));
        dmf__row(d->h.v, i)[i] = 1;
    }
}

/* The longest rows make a panel; what the panel does to the others is done by products. A pivot is never shorter than
   half of the longest row below: if it were, the panel ends. Lengths of other rows only fall within a panel, by (5.18),
   and their longest at its beginning bounds them, so that, but for rounding, for all j > k

       4 R_kk^2 >= sum_{i=k..j} R_ij^2,                                                                       (5.19)

   where choosing a pivot for every row, which needs all rows at every step, has 1 in place of 4. Where panels are
   short again and again, because rows fall off as fast as the pivots, all rows belong to the next. The whole is
   2 m n^2 - 2/3 n^3 flops. a, n x m, comes in as A^T and becomes the reflectors; the rest of d is memory. */
static void dmf__qr_run(dmf_ctx *ctx, dmf__qr *d, dmf_mat a, dmf_mat r)
{
    const int few = 8, often = 2, n = r.rows; /* tuned: bench_svd */
    int j, k, i, next, shorts = 0, all = 0;
    d->ctx = ctx;
    d->h = dmf__reflectors_open(ctx, a);
    d->row = (dmf__qr_row *)dmf__scratch(ctx, (size_t)n, sizeof *d->row);
    d->col_of = (int *)dmf__scratch(ctx, (size_t)n, sizeof *d->col_of);
    if (ctx->status) return;
    dmf__fill(r, 0);
    for (j = 0; j < n; j++) d->row[j].col = j;
    for (k = 0; k < n && !ctx->status; k = next) {
        const int end = dmf__min(k + DMF__REFLECTORS, n), rows = all ? n : end;
        dmf_real longest = 0;
        for (j = k; j < n; j++) {
            const dmf_real *y = dmf__row(a, j) + k;
            d->row[j].below = d->row[j].fresh = ctx->simd->dot((size_t)(a.cols - k), y, y);
        }
        for (i = k; i < end && !all; i++) dmf__qr_pivot(d, i, n);
        for (j = rows; j < n; j++) longest = dmf__larger(d->row[j].below, longest);
        next = dmf__qr_panel(d, k, end, rows, longest / 4);
        dmf__qr_take(d, k, next, r);
        dmf__reflectors_block(ctx, &d->h, k, next - k);
        dmf__reflect_rows(ctx, &d->h, k, 1, dmf_block(a, rows, 0, n - rows, a.cols));
        shorts = all ? often - 1 : next - k < few ? shorts + 1 : 0;
        all = shorts == often;
    }
    for (j = 0; j < n; j++) d->col_of[j] = d->row[j].col;
}

/* Of a row of X: 1 / length, but 0 for 0, and sums over the others of the squares of S, of cosines, and of t (5.17). */
typedef struct dmf__svd_row { dmf_real inverse, turns, cosines, moved; } dmf__svd_row;

/* A matrix on its way through the decomposition, as rows. */
typedef struct dmf__svd {
    dmf_ctx *ctx;
    int n, turned;               /* whether j is more than the identity */
    dmf_mat x;                   /* n x n, R or R': the rows that become orthogonal */
    dmf_mat j;                   /* n x n; no data if it is not wanted */
    dmf_mat g, s;                /* n x n: X X^T and S of (5.14), or the eigenvectors of G */
    dmf_real *square;            /* of the rows of x: squared lengths */
    dmf__svd_row *row;
} dmf__svd;

/* square[p] = |x_p|^2 from the rows themselves: nothing that was updated outlives a round. 2 n^2 flops. */
static void dmf__svd_measure(dmf__svd *d)
{
    int p;
    for (p = 0; p < d->n; p++) {
        dmf_real *row = dmf__row(d->x, p);
        d->square[p] = d->ctx->simd->dot((size_t)d->n, row, row);
        if (d->square[p] < DMF__TINY_SQUARE) {
            memset(row, 0, (size_t)d->n * sizeof *row);
            d->square[p] = 0;
        }
    }
}

/* (5.14): tan of the angle whose double has the cotangent z; at most 1. Of the roots of t^2 + 2 z t - 1 = 0, whose
   product is -1, it is the one that is not larger than 1, in the form that does not subtract. From z = 1/eps on, 1 +
   z^2 is z^2 to rounding, and from 1e154 (1e19) on it would overflow. */
static dmf_real dmf__tangent(dmf_real z)
{
    if (dmf__absolute(z) > 1 / (dmf_real)DMF__EPS) return 1 / (2 * z);
    return 1 / (z + (z < 0 ? -1 : 1) * dmf__sqrt(1 + z * z));
}

/* A sweep over the pairs that S names, by rows: (0, 1), (0, 2), ..., (1, 2), ..., the order of [FH60]. Rows x and y
   rotate if |x . y| > tolerance |x| |y|. With c = cos, s = c t, x <- c x - s y and y <- s x + c y have the product c s
   (|x|^2 - |y|^2) + (c^2 - s^2) x . y, which is 0 for the t of (5.14) with z = (|y|^2 - |x|^2) / (2 x . y). For x = (3,
   0), y = (4, 5), whose products are 9, 41 and 12: z = 32/24 = 4/3, t = 1 / (4/3 + 5/3) = 1/3, and the rows become (5,
   -5) / sqrt(10) and (15, 15) / sqrt(10), of the lengths sqrt(5) and 3 sqrt(5), which are the singular values.
   simd->rotate takes s and tau = s / (1 + c), (3.3). A pair costs 22 n flops with its rows of J; the dot product, which
   may say that there is nothing to do, has 2 n of them. True if a pair rotated; a sweep without one has tested every
   pair that counts. */
static int dmf__svd_sweep(dmf__svd *d, dmf_real tolerance)
{
    const dmf__simd *simd = d->ctx->simd;
    const size_t n = (size_t)d->n;
    dmf_real *square = d->square, xy, t, c, tau;
    int p, q, rotated = 0;
    for (p = 0; p < d->n; p++)
        for (q = p + 1; q < d->n; q++) {
            dmf_real *x = dmf__row(d->x, p), *y = dmf__row(d->x, q);
            if (dmf__row(d->s, p)[q] == 0) continue;
            xy = simd->dot(n, x, y);
            if (dmf__absolute(xy) <= tolerance * dmf__sqrt(square[p]) * dmf__sqrt(square[q])) continue;
            t = dmf__tangent((square[q] - square[p]) / (2 * xy));
            c = 1 / dmf__sqrt(1 + t * t);
            tau = c * t / (1 + c);
            simd->rotate(n, c * t, tau, x, y);
            if (d->j.data) simd->rotate(n, c * t, tau, dmf__row(d->j, p), dmf__row(d->j, q));
            square[p] = simd->dot(n, x, x);
            square[q] = simd->dot(n, y, y);
            rotated = 1;
        }
    return rotated;
}

/* Rows first, first + 1, ... of x, and those of j, become Q times them, Q b x b. While j is the identity, the product
   is Q itself; groups of rows that turn one after another then each find theirs untouched. */
static void dmf__svd_multiply(dmf__svd *d, dmf_mat q, int first)
{
    dmf__multiply_rows(d->ctx, q, dmf_block(d->x, first, 0, q.rows, d->n));
    if (d->j.data && d->turned) dmf__multiply_rows(d->ctx, q, dmf_block(d->j, first, 0, q.rows, d->n));
    else if (d->j.data) dmf__copy(q, dmf_block(d->j, first, first, q.rows, q.rows));
}

/* What the Gram matrix says: how many pairs of rows are not orthogonal, the bound on the norm of S, and (5.17) on the
   cosines when all have turned. */
typedef struct dmf__angles { double pairs, norm, left; } dmf__angles;

/* S by (5.14), and its bounds, from G in one pass. Where |g| < |l_i^2 - l_j^2| / 64, S is the quotient

       S_ij = g_ij / (l_i^2 - l_j^2),                                                                         (5.20)

   which is the solution of S D - D S = -E above; the tangent differs from it by a part 1 / (4 z^2) < 1/4096 only, of
   third order, and would cost a root. As S is skew, a pair is looked at once and counts in both of its rows; |t_ij| and
   |t_ji| are |S_ij| l_j / l_i and |S_ij| l_i / l_j, and `steepest` is T^2 of (5.17). ||S||_F^2 counts every pair twice:
   half of it bounds ||S||_2^2. `pairs` does too, as (i, j) and (j, i). */
static dmf__angles dmf__svd_angles(dmf__svd *d, dmf_real tolerance)
{
    dmf__angles found = { 0, 0, 0 };
    double longest = 0, steepest = 0;
    int i, j;
    memset(d->row, 0, (size_t)d->n * sizeof *d->row);
    for (i = 0; i < d->n; i++) d->row[i].inverse = d->square[i] > 0 ? 1 / dmf__sqrt(d->square[i]) : 0;
    for (i = 0; i < d->n; i++) {
        const dmf_real *g = dmf__row(d->g, i), square = d->square[i];
        dmf__svd_row *row = &d->row[i], *other = row;
        dmf__row(d->s, i)[i] = 0;
        for (j = i + 1; j < d->n; j++) {
            const dmf_real unit = row->inverse * (++other)->inverse, c = g[j] * unit, gap = square - d->square[j];
            dmf_real *s_ij = dmf__row(d->s, i) + j, *s_ji = dmf__row(d->s, j) + i, t;
            *s_ij = *s_ji = 0;
            if (dmf__absolute(c) <= tolerance) continue;
            if (dmf__absolute(g[j]) < dmf__absolute(gap) / 64) t = g[j] / gap; /* (5.20) */
            else t = gap == 0 ? 1 : dmf__tangent(gap / (2 * g[j]));
            *s_ij = t, *s_ji = -t;
            found.pairs += 2;
            row->turns += t * t, other->turns += t * t;
            row->cosines += c * c, other->cosines += c * c;
            t *= unit * dmf__larger(d->square[j], square);
            row->moved += t * t, other->moved += t * t;
        }
        found.norm += (double)row->turns;
        longest = fmax(longest, (double)row->cosines);
        steepest = fmax(steepest, (double)row->moved);
    }
    found.left = sqrt(steepest * longest) + (found.norm / 2 < DMF__EPS ? steepest : 0);
    found.norm = sqrt(found.norm / 2);
    return found;
}

/* All pairs at once, by (5.15) and (5.16). excess bounds ||Q^T Q - I||: ||S||^4 / 4 at first, and squared by each
   iteration. From ||S|| = 1/2 it goes 2e-2, 2e-4, 6e-8, 4e-15, 1e-29: four iterations (DMF_SINGLE: two) of two
   products; from ||S|| = 1e-4 (2e-2) on there are none, and where S^2 is below eps not even S^2 is formed. Here s is S,
   then Q; Q Q^T serves as well as Q^T Q, since both equal I + S^4 / 4, and Q <- (3/2 I - Q Q^T / 2) Q is (5.16). */
static void dmf__svd_correct(dmf__svd *d, double norm)
{
    double excess = norm * norm < DMF__EPS ? 0 : pow(norm, 4) / 4; /* proved: (5.15) */
    int i;
    if (excess > 0) {
        dmf__gram(d->ctx, (dmf_real)-0.5, d->s, d->g); /* S^2 = -S S^T */
        for (i = 0; i < d->n; i++) dmf__axpy(d->ctx->simd, (size_t)d->n, 1, dmf__row(d->g, i), dmf__row(d->s, i));
    }
    for (i = 0; i < d->n; i++) dmf__row(d->s, i)[i] += 1;
    for (; excess > DMF__EPS; excess *= excess) {
        dmf__gram(d->ctx, (dmf_real)-0.5, d->s, d->g);
        for (i = 0; i < d->n; i++) dmf__row(d->g, i)[i] += (dmf_real)1.5; /* defined: (5.16) */
        dmf__multiply_rows(d->ctx, d->g, d->s);
    }
    dmf__svd_multiply(d, d->s, 0);
}

/* Rows form groups: a new one begins where they are shorter than the squares of their entries can tell, and at a gap,
   behind which the eigenvalues, in a matrix of low rank rounding errors, would drown in those of the long rows. With f
   the first row of a group, row p belongs to it as long as

       l_p^2 > l_f^2 / 1e90 (1e10),     l_p^2 > 64 eps l_{p-1}^2.                                             (5.21)

   By the first, entries of G and their squares, down to 1e-180 (1e-20) of a largest near 1, are normal numbers far
   above DMF__TINY_SQUARE. By the second, squares behind a gap are below 64 eps of those before it. Eigenvalues have
   errors of some eps of the largest, so that one eigenproblem for both would tell little of what is behind. Squares of
   1, 1e-5, 1e-30, 1e-31 make two groups of two rows. Rows that vanish come last and belong to none: returns where the
   group ends that begins at `first`, and n if there is none. */
static int dmf__svd_group(const dmf__svd *d, int first)
{
    const dmf_real range = DMF__TYPED(1e90, 1e10f); /* tuned: tests/test_svd.c, graded matrices */
    const dmf_real gap = 64 * (dmf_real)DMF__EPS;   /* tuned: bench_svd, low rank; 1 to 1000 eps are alike */
    const dmf_real *l2 = d->square;
    int end = first + 1;
    while (end < d->n && l2[end] > l2[first] / range && l2[end] > gap * l2[end - 1]) end++;
    return end;
}

/* The rows become combinations by the eigenvectors of their Gram matrix, group by group, which pivoting or the second
   QR has put in order for it. A group of b rows costs 6 to 9 b^3 for its eigenvectors, and 2 b^2 n for X. */
static void dmf__svd_precondition(dmf__svd *d)
{
    const dmf__mark mark = dmf__mark_here(d->ctx);
    dmf_real *values = dmf__reals(d->ctx, (size_t)d->n, 1);
    int first, end;
    for (first = 0; first < d->n && d->square[first] > 0 && !d->ctx->status; first = end) {
        const int count = (end = dmf__svd_group(d, first)) - first;
        const dmf_mat g = dmf_block(d->g, 0, 0, count, count), z = dmf_block(d->s, 0, 0, count, count);
        const int e = dmf__exponent(dmf__largest(dmf_view(d->square + first, 1, count)));
        dmf__gram(d->ctx, dmf__ldexp(1, -e), dmf_block(d->x, first, 0, count, d->n), g);
        dmf__eigen(d->ctx, g, values, z);
        dmf__svd_multiply(d, z, first);
    }
    dmf__give_back(d->ctx, mark);
}

/* The rounds of the table above. S of the last Gram matrix serves all three. On entry to a round the rows of x are J
   times those of R, to rounding, with J the product of all that was done. It ends in one of three ways: no pair of rows
   has a cosine above sqrt(n) eps in a Gram matrix, or in a sweep, or by (5.17) without looking.

   Who acts is a matter of flops. A pair costs 22 n one by one and all pairs cost 4 n^3 in products, several times as
   fast: n^2/12 pairs (found.pairs is twice that) are some 2 n^3. Before rows are close a sweep is worth its price only
   for n/2 pairs or fewer, or when the eigenvectors have had their turn. close: ||S|| <= 1/2, so that (5.16) converges,
   and ||S|| fell in the last round, so that a matrix which corrections do not help goes to the sweeps, which need no
   help. */
static void dmf__svd_jacobi(dmf__svd *d)
{
    const int rounds = 60, n = d->n;
    const dmf_real tolerance = (dmf_real)DMF__EPS * dmf__sqrt((dmf_real)n);
    dmf__angles found = { 0, DBL_MAX, 0 };
    int round, close = 0, preconditioned = 0;
    for (round = 0; round < rounds && !d->ctx->status; round++) {
        const double before = found.norm;
        dmf__svd_measure(d);
        if (close && 4 * found.left < (double)tolerance) return; /* proved: (5.17) */
        dmf__gram(d->ctx, 1, d->x, d->g);
        found = dmf__svd_angles(d, tolerance);
        if (found.pairs == 0) return;
        close = found.norm <= 0.5 && found.norm < before; /* tuned: (5.16) converges below 1 */
        if (found.pairs <= (close ? (double)n * n / 6 : n) || (preconditioned && !close)) { /* tuned: bench_svd */
            if (!dmf__svd_sweep(d, tolerance)) return;
        } else if (close) {
            dmf__svd_correct(d, found.norm);
        } else {
            dmf__svd_precondition(d);
            preconditioned = 1;
        }
        d->turned = 1;
    }
    dmf__fail(d->ctx, DMF_ERR_CONVERGENCE, "Jacobi's rotations did not converge in %d rounds", rounds);
}

/* Makes row i of a a unit vector orthogonal to the rows before it, starting from what it holds or, if that depends on
   the others to rounding, from a random vector, which does so with probability zero. A pass is

       x <- x - (a_k . x) a_k,     k = 0, ..., i - 1,                                                         (5.22)

   4 i n flops. It leaves components of eps times the length before; where that is more than twice the length after, a
   second pass removes these [P80]. A length below sqrt eps of what it was is taken for dependence: half of the digits
   and more are then rounding. */
static void dmf__orthonormalize(const dmf__simd *simd, dmf_mat a, int i, dmf_rng *rng)
{
    const size_t n = (size_t)a.cols;
    dmf_real *x = dmf__row(a, i);
    int k, attempt;
    for (attempt = 0; attempt < 3; attempt++) {
        const dmf_real before = simd->dot(n, x, x);
        for (k = 0; k < 2 * i && (k != i || 4 * simd->dot(n, x, x) < before); k++) /* (5.22) */
            dmf__axpy(simd, n, -simd->dot(n, dmf__row(a, k % i), x), dmf__row(a, k % i), x);
        if (simd->dot(n, x, x) > before * (dmf_real)DMF__EPS + DMF__TINY_SQUARE) {
            dmf__unit(simd, a.cols, x, x);
            return;
        }
        for (k = 0; k < a.cols; k++) x[k] = (dmf_real)dmf_normal(rng);
    }
}

/* In every row of a, entry p becomes entry index[p]; or entry index[p] entry p, if back. One undoes the other. On rows
   that hold vectors, this is P times the vector, or P^T times it. */
static void dmf__permute(dmf_ctx *ctx, dmf_mat a, const int *index, int back)
{
    const dmf__mark mark = dmf__mark_here(ctx);
    dmf_real *buffer = dmf__reals(ctx, (size_t)a.cols, 1);
    int i, p;
    for (i = 0; i < a.rows && !ctx->status; i++) {
        dmf_real *row = dmf__row(a, i);
        memcpy(buffer, row, (size_t)a.cols * sizeof *row);
        for (p = 0; p < a.cols; p++) row[back ? p : index[p]] = buffer[back ? index[p] : p];
    }
    dmf__give_back(ctx, mark);
}

/* The rows of A^T, n x m, or of A if trans, times 2^e, their entries in descending order of the largest in a column:
   entry p was entry order[p]. Sorted so, A = D B with a D that falls off loses nothing in QR [CH98]; sorting by the
   largest entry instead of the length saves squares, and differs from it by sqrt(n) at most. */
static void dmf__svd_load(dmf_ctx *ctx, int trans, dmf_mat a, int e, int *order, dmf_mat to)
{
    dmf_mat size = dmf__compact(ctx, 1, to.cols);  /* 1 x to.cols */
    int i, p;
    if (ctx->status) return;
    if (trans) dmf__copy(a, to);
    else dmf__transpose(ctx->simd, a, to);
    dmf__fill(size, 0);
    for (i = 0; i < to.rows; i++)
        for (p = 0; p < to.cols; p++) size.data[p] = dmf__larger(dmf__absolute(dmf__row(to, i)[p]), size.data[p]);
    dmf__sort(size.data, to.cols, order);
    dmf__permute(ctx, to, order, 1);
    dmf__scale_by_two(to, e);
}

/* The rows of U^T and of (P^T V)^T: J Q^T and Y by (5.12), or with a second QR Y P'^T Q^T and J Q'^T by (5.13), as many
   as ut, k x m, and vt, k x n, have. Row i of J Q^T is Q times row i of J, which has n numbers, with m - n zeros behind
   them: so it is copied to the head of row i of ut, and reflected there by H_1 ... H_n = Q. P'^T before Q^T is an
   exchange of the columns of Y, and P, of vt, is made last. Rows go in the order of sizes from the beginning. Rows of X
   that vanished come last in that order, when all that the rows of Y in their place must be orthogonal to is there; any
   will do, and the generator begins at the same place each time, so that results are reproduced (tests/test_svd.c,
   degenerate_matrices_decompose: zero, one entry, rank 1, columns of zeros). */
static void dmf__svd_vectors(dmf__svd *d, const dmf__qr *first, const dmf__qr *second, const int *order, dmf_mat ut,
                             dmf_mat vt)
{
    const dmf_mat head = dmf_block(ut, 0, 0, ut.rows, dmf__min(ut.cols, d->n));  /* k x n */
    const dmf_mat y = second ? head : vt, j = second ? vt : head;                /* k x n */
    dmf_rng rng = dmf_seed(0, 0);
    int i;
    dmf__fill(ut, 0);
    for (i = 0; i < j.rows; i++)
        memcpy(dmf__row(j, i), dmf__row(d->j, order[i]), (size_t)d->n * sizeof(dmf_real));
    for (i = 0; i < y.rows; i++)
        if (dmf__unit(d->ctx->simd, d->n, dmf__row(d->x, order[i]), dmf__row(y, i)) == 0)
            dmf__orthonormalize(d->ctx->simd, y, i, &rng);
    if (second) {
        dmf__permute(d->ctx, y, second->col_of, 0);
        dmf__reflect_all(d->ctx, &second->h, 0, j);
    }
    dmf__reflect_all(d->ctx, &first->h, 0, ut);
    dmf__permute(d->ctx, vt, first->col_of, 0);
}

/* The whole way: a is rows x cols, m the larger and n the smaller of the two; u, v as in Part I, either without data or
   with k < n columns, for the largest. sigma holds n numbers. Scratch: up to 6 n^2 + 2 m n numbers, and 2 n^2 more
   while eigenvectors are made. J is needed for one side only: for (Q J^T) without a second QR, which is the side of m,
   and for Q' J^T with it, the side of n; where that side is not wanted, no J is kept. Outputs are written last, when
   nothing can fail any more. The triples are checked against A V = U S, orthogonality and known spectra by
   tests/test_svd.c: every_shape_decomposes, every_spectrum_decomposes, references_are_met; small singular values by
   graded_matrices_keep_small_singular_values. */
static void dmf__svd_run(dmf_ctx *ctx, dmf_mat a, dmf_mat u, dmf_real *sigma, dmf_mat v)
{
    const int wide = a.rows < a.cols, m = dmf__max(a.rows, a.cols), n = dmf__min(a.rows, a.cols);
    const int e = DMF__SVD_EXPONENT - dmf__exponent(dmf__largest(a));
    const dmf_mat left = wide ? v : u, right = wide ? u : v;                       /* m x k, n x k */
    dmf_mat ut = left.data ? dmf__scratch_mat(ctx, left.cols, m) : dmf_none();     /* k x m */
    dmf_mat vt = right.data ? dmf__scratch_mat(ctx, right.cols, n) : dmf_none();   /* k x n */
    int *row_of = (int *)dmf__scratch(ctx, (size_t)m, sizeof *row_of);
    int *order = (int *)dmf__scratch(ctx, (size_t)n, sizeof *order), i, again;
    dmf__qr first, second;
    dmf__svd d = { ctx, n, 0, dmf__scratch_mat(ctx, n, n), dmf__scratch_mat(ctx, n, n), dmf__scratch_mat(ctx, n, n),
                   dmf__scratch_mat(ctx, n, n), dmf__reals(ctx, (size_t)n, 1),
                   (dmf__svd_row *)dmf__scratch(ctx, (size_t)n, sizeof(dmf__svd_row)) };
    dmf_mat from = dmf__scratch_mat(ctx, n, m);  /* A^T, n x m; then R, which is the transpose of R^T, n x n */
    dmf__svd_load(ctx, wide, a, e, row_of, from);
    dmf__qr_run(ctx, &first, from, d.x);
    if (ctx->status || n == 0) return;
    dmf__svd_measure(&d);
    again = dmf__svd_group(&d, 0);
    again = again < n && d.square[again] > 0;
    if (again) {
        from = dmf__scratch_mat(ctx, n, n);
        if (!ctx->status) dmf__copy(d.x, from);
        dmf__qr_run(ctx, &second, from, d.x);
    }
    if ((again ? vt : ut).data) dmf__set_identity(d.j);
    else d.j.data = NULL;
    dmf__svd_jacobi(&d);
    if (ctx->status) return;
    dmf__sort(d.square, n, order);
    dmf__check_result(ctx, "the largest singular value", (double)dmf__ldexp(dmf__sqrt(d.square[order[0]]), -e));
    dmf__svd_vectors(&d, &first, again ? &second : NULL, order, ut, vt);
    dmf__permute(ctx, ut, row_of, 0);
    if (ctx->status) return;
    dmf__transpose(ctx->simd, ut, left);
    dmf__transpose(ctx->simd, vt, right);
    for (i = 0; i < n; i++) sigma[i] = dmf__ldexp(dmf__sqrt(d.square[order[i]]), -e);
}

/* A singular value decomposition in scratch: u rows x k, v cols x k. */
typedef struct dmf__triples { dmf_mat u, v; dmf_real *sigma; } dmf__triples;

static dmf__triples dmf__room_for_triples(dmf_ctx *ctx, int rows, int cols)
{
    const int k = dmf__min(rows, cols);
    const dmf__triples t = { dmf__scratch_mat(ctx, rows, k), dmf__scratch_mat(ctx, cols, k),
                             dmf__reals(ctx, (size_t)k, 1) };
    return t;
}

static dmf__triples dmf__svd_of(dmf_ctx *ctx, dmf_mat a)
{
    const dmf__triples t = dmf__room_for_triples(ctx, a.rows, a.cols);
    if (!ctx->status) dmf__svd_run(ctx, a, t.u, t.sigma, t.v);
    return t;
}

/* to = U diag(d) V^T, d of as many numbers as U and V have columns; 2 rows cols k flops. */
static void dmf__compose(dmf_ctx *ctx, dmf_mat u, const dmf_real *d, dmf_mat v, dmf_mat to)
{
    dmf_mat scaled = dmf__compact(ctx, u.rows, u.cols);
    int i, j;
    for (i = 0; i < u.rows && !ctx->status; i++)
        for (j = 0; j < u.cols; j++) dmf__row(scaled, i)[j] = dmf__row(u, i)[j] * d[j];
    dmf__gemm(ctx, 0, 1, 1, scaled, v, 0, to);
}

DMF_API dmf_status dmf_svd(dmf_ctx *ctx, dmf_mat a, dmf_mat u, dmf_real *sigma, dmf_mat v)
{
    const int k = dmf__min(a.rows, a.cols);
    dmf__frame frame;
    ctx = dmf__enter_triples(&frame, ctx, DMF__IN, a, k, DMF__OUT_OR_NONE, u, sigma, v, NULL);
    if (!ctx->status && k > 0) dmf__svd_run(ctx, a, u, sigma, v);
    return dmf__close(&frame);
}

/* ---- 5.3 The largest triples -----------------------------------------------------------------

   A block method in the manner of Davidson [D75]. The rows of Q are an orthonormal basis of a space of right vectors,
   P = A Q^T are its images. With the eigenvectors Z of the Gram matrix of the images,

       P^T P = Z^T D Z,     Q <- Z Q,     P <- P Z^T = U S,                                                   (5.23)

   the first k columns of P are the best triples in that space, the largest first: A V = U S to rounding, V^T the
   first rows of Q. No k orthonormal vectors of the space have images with a larger sum of squares (Ky Fan's maximum
   principle for P^T P), which is what makes them the best. What they leave,

       R = A^T U - V S,                                                                                       (5.24)

   is orthogonal to the space, as Q A^T U = P^T U = S in its first rows. Made orthonormal it extends the space, but for
   what triples leave that have come near enough; when the space has grown to 6 k + 4, the best 2 k of it go on: the
   directions along which R would send the next rounds too.

   The bound. In orthonormal bases that begin with U and V, A is

       [S E; 0 C],     E = R^T V_o,     ||E||_F = ||R||_F,

   V_o the rest of the basis: the zero is A V = U S, and R has no part along V. By Weyl's inequality the singular values
   of that are in order within ||E||_2 of those of [S 0; 0 C], and these include S. So A has k singular values, counted
   with their multiplicities, within ||R||_F of those of S, as for symmetric matrices [P80]. That they are the largest
   is not proved by any residual.

   The start is the V that comes in with four random vectors. A triple that is felt by none of these may be
   overlooked, which is why one round at least follows the first. The end is the SVD of the k images, which owes
   nothing to a Gram matrix. All triples are cheaper where k is not small beside n, or the spectrum is flat: the search
   ends when the rounds that are left, at the pace of the last two, would cost more. A round with b <= 6 k + 4 vectors
   in the basis costs at most

       4 m n k             flops for two products with A: what the best triples leave, and images of new vectors
       2 b^2 m             for the Gram matrix
       6 to 9 b^3         for its eigenvectors
       2 b^2 (m + n)       for the new basis and its images
       4 b k n             to make what they leave orthonormal, and 4 k^2 m the images of the best,

   of which the first is the largest where k is less than some n / 60. */

enum { DMF__GUARDS = 4 }; /* tuned: tests/test_svd.c; random vectors that are added to those from before */

/* (5.23), for a basis of b vectors in the rows of q, b x cols, and its images, p, b x rows; these are turned and not
   computed again. S is taken from the lengths of the images and not from the eigenvalues, whose roots have lost half of
   their digits; U^T goes to left, k x rows, each orthogonal to those before it: an image has errors of some eps sigma_1
   along them, which (5.24) would multiply by sigma_1 / sigma_j. */
static void dmf__top_improve(dmf_ctx *ctx, dmf_mat q, dmf_mat p, dmf_real *values, dmf_mat left)
{
    const dmf__mark mark = dmf__mark_here(ctx);
    dmf_mat gram = dmf__scratch_mat(ctx, q.rows, q.rows), z = dmf__scratch_mat(ctx, q.rows, q.rows);  /* b x b */
    dmf_rng rng = dmf_seed(0, 0);
    int j;
    dmf__gram(ctx, 1, p, gram);
    dmf__eigen(ctx, gram, values, z);
    dmf__multiply_rows(ctx, z, q);
    dmf__multiply_rows(ctx, z, p);
    for (j = 0; j < left.rows && !ctx->status; j++) {
        values[j] = dmf__unit(ctx->simd, p.cols, dmf__row(p, j), dmf__row(left, j));
        dmf__orthonormalize(ctx->simd, left, j, &rng);
    }
    dmf__give_back(ctx, mark);
}

/* (5.24): its Frobenius norm, for U^T in left, k x rows, and V^T in the first rows of right. 2 rows cols k flops; R^T =
   U^T A - S V^T stays in rest, k x cols, and is what the basis grows by. */
static double dmf__top_residual(dmf_ctx *ctx, dmf_mat a, dmf_mat left, const dmf_real *values, dmf_mat right,
                                dmf_mat rest)
{
    int j;
    dmf__gemm(ctx, 0, 0, 1, left, a, 0, rest);
    for (j = 0; j < rest.rows && !ctx->status; j++)
        dmf__axpy(ctx->simd, (size_t)a.cols, -values[j], dmf__row(right, j), dmf__row(rest, j));
    return ctx->status ? 0 : dmf__frobenius(ctx->simd, rest);
}

/* True if the space came to hold k triples that leave no more than the tolerance. They go to u, rows x k, values and v,
   cols x k, from whose columns the search starts. The basis has k + 4 vectors at first and up to k more after each
   round, until k more would pass 6 k + 4; then 2 k go on. A triple that leaves aim / (2 sqrt(k)) or less adds nothing:
   all such leave half of the aim at most. The search is given up when more rounds than `worth` are behind it, or before
   it at the pace of the last two, 1.5 and not 2 of them as a search becomes faster, 30 at most for flat spectra: so
   many take the time of all triples. In units of a multiplication in products with A, a round takes m n k, b^2 (m + n)
   / 3 for the Gram matrix and the new basis, and b^3 for the eigenvectors, b being about 4 k, and all triples take 1.6
   m n min(m, n) (measured: bench_svd cold). The columns of v need be neither orthonormal nor independent: each new row
   of q is made orthogonal to those before, and zeros become random vectors. In the end the k best of the space come
   from the SVD of their images; where these are so small that the Gram matrix knew little of them, what they leave is
   computed again. Memory: (7 k + 4) (rows + cols) numbers, and rows cols where A is no larger than four times L2: there
   A^T, made once, saves each round the packing of A; two such matrices that are larger take each other's place in the
   caches (tuned: n = 100 to 1400, cold and warm, both precisions: up to 0.3 of the time less). tests/test_svd.c
   compares triples and bound with those of dmf_svd and with (5.24) summed up: the_largest_triples_are_found,
   hard_spectra_have_largest_triples. */
static int dmf__top_search(dmf_ctx *ctx, dmf_mat a, double tolerance, dmf_mat u, dmf_real *values, dmf_mat v,
                           double *norm)
{
    const int k = v.cols, most = 6 * k + DMF__GUARDS;
    dmf_mat q = dmf__scratch_mat(ctx, most, a.cols), p = dmf__scratch_mat(ctx, most, a.rows);  /* bases, images */
    dmf_mat left = dmf__scratch_mat(ctx, k, a.rows), rest = dmf__scratch_mat(ctx, k, a.cols);  /* k x rows, k x cols */
    dmf_mat z = dmf__compact(ctx, k, k), right = dmf_block(q, k, 0, k, a.cols);                /* k x k, k x cols */
    const int fits = (size_t)a.rows * (size_t)a.cols <= 4 * ctx->caches.l2 / sizeof(dmf_real);
    const dmf_mat turned = fits ? dmf__scratch_mat(ctx, a.cols, a.rows) : dmf_none();          /* A^T, cols x rows */
    dmf_rng rng = dmf_seed(0, 0);
    const double m = a.rows, n = a.cols, b = 4.0 * k;
    const double worth = 1.6 * m * n * fmin(m, n) / (m * n * k + b * b * (m + n) / 3 + b * b * b);
    double aim, to_go = 0, before[2] = { 0, 0 }; /* norms of the last two rounds, the latest first */
    int size = k + DMF__GUARDS, first = 0, round = 0, i;
    if (ctx->status) return 0;
    dmf__fill(q, 0);
    dmf__transpose(ctx->simd, v, dmf_block(q, 0, 0, k, a.cols));
    if (fits) dmf__transpose(ctx->simd, a, turned);
    do {
        if (ctx->status || round++ > worth) return 0;
        q.rows = p.rows = size;
        for (i = first; i < size; i++) dmf__orthonormalize(ctx->simd, q, i, &rng);
        dmf__gemm(ctx, 0, !fits, 1, dmf_block(q, first, 0, size - first, a.cols), fits ? turned : a, 0,
                  dmf_block(p, first, 0, size - first, a.rows)); /* P^T = A Q^T */
        dmf__top_improve(ctx, q, p, values, left);
        *norm = dmf__top_residual(ctx, a, left, values, q, rest);
        aim = tolerance * (double)values[0];
        if (round > 2 && *norm > aim) to_go = fmin(1.5 * log(*norm / aim) / log(fmax(before[1] / *norm, 1)), 30);
        if (to_go > worth) return 0;
        before[1] = before[0], before[0] = *norm;
        first = size = size + k > most ? 2 * k : size;
        for (i = 0; i < k && !ctx->status; i++)
            if ((double)dmf__unit(ctx->simd, a.cols, dmf__row(rest, i), dmf__row(q, size)) > aim / (2 * sqrt(k)) ||
                round == 1) size++;
    } while (round == 1 || !(*norm <= aim));
    dmf__svd_run(ctx, dmf_block(p, 0, 0, k, a.rows), z, values, u);
    dmf__gemm(ctx, 1, 0, 1, z, dmf_block(q, 0, 0, k, a.cols), 0, right);
    if (ctx->status) return 0;
    dmf__transpose(ctx->simd, right, v);
    if (values[k - 1] < 8 * dmf__sqrt(DMF__EPS) * values[0]) { /* proved: squares lose half of the digits */
        dmf__transpose(ctx->simd, u, left);
        *norm = dmf__top_residual(ctx, a, left, values, right, rest);
    }
    return 1;
}

/* A norm within 2^115 (2^11) of 1 needs no scaling, and no copy: squares of it, and of what is left at the end, are in
   range, and `tiny` of (5.10) is far below any rounding of the Gram matrix. The tolerance is relative, so that it does
   not scale, and the bound does. k is small beside n where 8 k + 64 < n (tuned: bench_svd): else the basis would be
   most of the space. Where it is not, or the search gives up, all triples are found, of which the vectors of k are
   made, and the rounding of dmf_svd is the bound: the search need not come below it. */
static void dmf__svd_top(dmf_ctx *ctx, dmf_mat a, double tolerance, dmf_mat u, dmf_real *sigma, dmf_mat v,
                         double *residual)
{
    const int k = v.cols, exponent = dmf__exponent((dmf_real)fmin(DMF__MAX, dmf__frobenius(ctx->simd, a)));
    const int e = abs(exponent) < DMF__SVD_EXPONENT / 4 ? 0 : exponent, n = dmf__min(a.rows, a.cols);
    dmf_mat scaled = e == 0 ? a : dmf__compact(ctx, a.rows, a.cols);  /* rows x cols */
    dmf_real *values = dmf__reals(ctx, (size_t)n, 1);
    const double rounding = dmf__max(a.rows, a.cols) * DMF__EPS;
    const dmf__mark mark = dmf__mark_here(ctx);
    double norm = 0;
    if (ctx->status) return;
    if (e != 0) dmf__copy(a, scaled), dmf__scale_by_two(scaled, -e);
    if (8 * k + 64 >= n || !dmf__top_search(ctx, scaled, fmax(tolerance, rounding), u, values, v, &norm)) {
        dmf__give_back(ctx, mark);
        dmf__svd_run(ctx, scaled, u, values, v);
        if (ctx->status) return;
        norm = (double)values[0] * rounding;
    }
    dmf__scale_by_two(dmf_view(values, 1, k), e);
    dmf__check_result(ctx, "the largest singular value", (double)values[0]);
    dmf__check_result(ctx, "the bound of what the triples leave", ldexp(norm, e));
    if (ctx->status) return;
    memcpy(sigma, values, (size_t)k * sizeof *sigma);
    if (residual) *residual = ldexp(norm, e);
}

DMF_API dmf_status dmf_svd_top(dmf_ctx *ctx, dmf_mat a, double tolerance, dmf_mat u, dmf_real *sigma, dmf_mat v,
                               double *residual)
{
    dmf__frame frame;
    ctx = dmf__enter_triples(&frame, ctx, DMF__IN, a, v.cols, DMF__OUT, u, sigma, v, residual);
    if (v.cols < 1 || v.cols > dmf__min(a.rows, a.cols))
        dmf__fail(ctx, DMF_ERR_SHAPE, "%d triples are asked of a %d x %d matrix", v.cols, a.rows, a.cols);
    if (!(tolerance >= 0 && tolerance <= DBL_MAX))
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "the tolerance is %g; it must be finite and not negative", tolerance);
    dmf__check_finite(ctx, "V", v);
    if (tolerance == 0) tolerance = DMF__TYPED(1e-8, 1e-4); /* defined: in Part I */
    if (!ctx->status) dmf__svd_top(ctx, a, tolerance, u, sigma, v, residual);
    return dmf__close(&frame);
}

/* ---- 5.4 Tracking ----------------------------------------------------------------------------

   Along an analytic path of matrices there are analytic branches u(t), sigma(t), v(t) (A19, Lemma 1): they cross, and
   sigma changes its sign where a branch passes through zero. Given the branches U', S', V' at the point before, and
   the triples U, S, V of A in descending order, those of equal size form a cluster, equal to 4 max(m, n) eps sigma_1.
   A branch belongs to the cluster C in which its vectors lie for the most part,

       weight of branch j in C = sum_{i in C} ((u_i . u'_j)^2 + (v_i . v'_j)^2) / 2,                          (5.25)

   and a cluster takes as many as it has triples, those of the largest weight.

   In a cluster any orthogonal Z gives triples as good, U Z D and V Z, D the signs of sigma. The nearest to those before
   minimise ||U Z D - U'||_F^2 + ||V Z - V'||_F^2: the polar factor

       Z = polar(V^T V' + U^T U' D),      polar(A S B^T) = A B^T.                                             (5.26)

   Squared out, the lengths of U Z D, U', V Z and V' do not depend on Z, so that what is left to maximise is

       tr(Z^T H),     H = V^T V' + U^T U' D = A S B^T,     tr(Z^T H) = tr(S (A^T Z B)^T) <= tr S,

   since no entry on the diagonal of the orthogonal A^T Z B exceeds 1; Z = A B^T has them all equal to 1, and is the
   only one where H is not singular.

   Of two equal triples, let V' be V turned by the angle a and U' be U turned by b in their planes, D = I. Then V^T V'
   and U^T U' are rotations by a and b, their sum is 2 cos((a - b) / 2) times the rotation by (a + b) / 2, and Z is
   this: the two sides, which must turn together, meet half way.

   The two sides tell the sign: of a branch that has turned little, U_C^T u' and V_C^T v' are nearly the same vector, or
   one is nearly the negative of the other, so that

       d_j = sign(sum_{i in C} (u_i . u'_j) (v_i . v'_j)),                                                    (5.27)

   which does not depend on the vectors that were computed for a cluster. So any number of branches may pass through
   zero in one step.

   Where sigma is zero, the vectors on each side are any that are orthogonal to the others, U_o, and each side has its
   own: polar(U' - U_o U_o^T U'), the nearest. */

/* Triples have numbers by size, branches those that they had before. Triple i belongs to branch[i] once its cluster has
   chosen; before[] has its rows in the order of branches, next[] in that of triples. */
typedef struct dmf__track {
    dmf_ctx *ctx;
    int k;
    dmf_mat now[2];               /* U and V of A: rows x k and cols x k */
    dmf_mat before[2], next[2];   /* branches as rows, U'^T and V'^T, and those at A: k x rows and k x cols */
    dmf_mat along[2];             /* k x k: U^T U', V^T V' */
    dmf_real *size, *sigma;       /* S, and the branches' at A */
    dmf_real *weight, *sign;      /* (5.25) and (5.27) of all branches, for one cluster */
    int *branch;
} dmf__track;

/* Triples first .. end - 1 are a cluster, and take those of the branches left that have the largest weights in it. The
   weights (5.25) of a branch add up to at most 1, as the u_i are orthonormal and u'_j is a unit vector, and to 1 where
   these span it; those of all branches in C to at most |C|. If every branch has more than half of its weight in the
   cluster to which it belongs, which is so if no vector has turned by 45 degrees, it has less in any other: so that
   each cluster takes its own, in whatever order. Two vectors of either side that have turned by 30 degrees in their
   plane have weights 3/4 and 1/4 in what was theirs and the other's; by 50 degrees, 0.41 and 0.59, and they exchange
   branches: the step was too long. As many branches as triples: so branch[] is a permutation. Some 8 k^2 operations for
   all clusters. */
static void dmf__track_choose(dmf__track *t, int first, int end)
{
    int i, j, best;
    for (j = 0; j < t->k; j++) {
        t->weight[j] = t->sign[j] = 0;
        for (i = first; i < end; i++) {
            const dmf_real x = dmf__row(t->along[0], i)[j], y = dmf__row(t->along[1], i)[j];
            t->weight[j] += (x * x + y * y) / 2;
            t->sign[j] += x * y;
        }
    }
    for (i = first; i < end; i++) {
        for (best = j = i; j < t->k; j++)
            if (t->weight[t->branch[j]] > t->weight[t->branch[best]]) best = j;
        j = t->branch[best];
        t->branch[best] = t->branch[i];
        t->branch[i] = j;
    }
}

/* polar(h) of (5.26) in place of h, m x n: A, m x k, and B, n x k, k the smaller, are those of an SVD, whose triples of
   size zero are completed to orthonormal ones. So the result has orthonormal columns or rows for every h. */
static void dmf__polar(dmf_ctx *ctx, dmf_mat h)
{
    const int k = dmf__min(h.rows, h.cols);
    dmf_mat a = dmf__compact(ctx, h.rows, k), b = dmf__compact(ctx, h.cols, k);  /* m x k, n x k */
    dmf_real *s = dmf__reals(ctx, (size_t)k, 1);
    if (!ctx->status) dmf__svd_run(ctx, h, a, s, b);
    dmf__gemm(ctx, 0, 1, 1, a, b, 0, h);
}

/* The vectors nearest to those before that are orthogonal to the first columns of now, U_o, on each side by itself:

       next <- polar((I - U_o U_o^T) U').                                                                     (5.28)

   Among orthonormal X with U_o^T X = 0, ||X - U'||_F^2 = const - 2 tr(X^T (I - U_o U_o^T) U'), which the polar factor
   makes least, as it does in (5.26). Where what is left of U' is singular, or rounding, a factor has parts in the space
   of U_o, and is made orthogonal to that: the other branches, which come first in `next`, span it. Where sigma is zero
   nothing couples the sides. */
static void dmf__track_kernel(dmf__track *t, int first)
{
    const int n = t->k - first;
    dmf_rng rng = dmf_seed(0, 0);
    int side, i;
    for (side = 0; side < 2; side++) {
        const int length = t->now[side].rows;  /* rows or cols */
        const dmf_mat others = dmf_block(t->now[side], 0, 0, length, first), before = t->before[side];  /* U_o; U'^T */
        const dmf_mat next = dmf_block(t->next[side], first, 0, n, length);                             /* n x length */
        dmf_mat along = dmf__compact(t->ctx, n, first);                                                 /* U'^T U_o */
        for (i = 0; i < n; i++)
            memcpy(dmf__row(next, i), dmf__row(before, t->branch[first + i]), (size_t)length * sizeof(dmf_real));
        dmf__gemm(t->ctx, 0, 0, 1, next, others, 0, along);
        dmf__gemm(t->ctx, 0, 1, -1, along, others, 1, next);
        dmf__polar(t->ctx, next);
        for (i = first; i < t->k && !t->ctx->status; i++) dmf__orthonormalize(t->ctx->simd, t->next[side], i, &rng);
    }
    for (i = 0; i < n; i++) t->sigma[t->branch[first + i]] = 0;
}

/* (5.26) for the n triples from `first` on. Their sizes are equal to rounding, and that of branch j is the j-th on the
   diagonal of Z^T S Z with its sign, d_j sum_i Z_ij^2 sigma_i: a mean of the computed ones, weighted by how much of
   each the branch takes. A cluster of one costs nothing but its sign. */
static void dmf__track_cluster(dmf__track *t, int first, int n)
{
    dmf_mat z = dmf__compact(t->ctx, n, n);  /* n x n */
    int side, i, j;
    for (j = 0; j < n && !t->ctx->status; j++) {
        const int branch = t->branch[first + j];
        t->sign[branch] = (dmf_real)(t->sign[branch] < 0 ? -1 : 1);
        for (i = 0; i < n; i++)
            dmf__row(z, i)[j] = dmf__row(t->along[1], first + i)[branch] +
                                t->sign[branch] * dmf__row(t->along[0], first + i)[branch];
    }
    dmf__polar(t->ctx, z);
    for (side = 0; side < 2; side++)
        dmf__gemm(t->ctx, 1, 1, 1, z, dmf_block(t->now[side], 0, first, t->now[side].rows, n), 0,
                  dmf_block(t->next[side], first, 0, n, t->now[side].rows));
    for (j = 0; j < n && !t->ctx->status; j++) {
        const int branch = t->branch[first + j];
        dmf_real mean = 0;
        for (i = 0; i < n; i++) mean += dmf__row(z, i)[j] * dmf__row(z, i)[j] * t->size[first + i];
        t->sigma[branch] = t->sign[branch] * mean;
        dmf__scale(dmf_block(t->next[0], first + j, 0, 1, t->next[0].cols), t->sign[branch]);
    }
}

/* k = min(rows, cols). One SVD of a, then 2 k^2 (rows + cols) flops to compare its vectors with those before, and as
   many to turn them. Triples i - 1 and i are in one cluster where

       sigma_{i-1} - sigma_i <= 4 max(m, n) eps sigma_1,                                                      (5.29)

   so that a chain of close ones is one cluster; the last cluster is the kernel if it is zero to rounding. u, v and
   sigma come in as the point before and are written last. Crossings, near crossings, kernels and branches that stand:
   tests/test_svd.c, branches_cross, branches_pass_near_crossings, branches_leave_and_enter_degeneracy and
   standing_branches_stay, each along a path whose branches are known. */
static void dmf__svd_track(dmf_ctx *ctx, dmf_mat a, dmf_mat u, dmf_real *sigma, dmf_mat v, double *overlap)
{
    const dmf_mat given[2] = { u, v };  /* rows x k, cols x k */
    const int k = u.cols;
    dmf__track t = { ctx, k, { dmf__compact(ctx, a.rows, k), dmf__compact(ctx, a.cols, k) },
                     { dmf__compact(ctx, k, a.rows), dmf__compact(ctx, k, a.cols) },
                     { dmf__compact(ctx, k, a.rows), dmf__compact(ctx, k, a.cols) },
                     { dmf__compact(ctx, k, k), dmf__compact(ctx, k, k) },
                     dmf__reals(ctx, (size_t)k, 1), dmf__reals(ctx, (size_t)k, 1), dmf__reals(ctx, (size_t)k, 1),
                     dmf__reals(ctx, (size_t)k, 1), (int *)dmf__scratch(ctx, (size_t)k, sizeof(int)) };
    dmf_real equal = (dmf_real)(4 * DMF__EPS * dmf__max(a.rows, a.cols)); /* tuned: tests/test_svd.c */
    double least = 1;
    int side, first, end, i;
    if (!ctx->status) dmf__svd_run(ctx, a, t.now[0], t.size, t.now[1]);
    for (side = 0; side < 2; side++) dmf__gemm(ctx, 1, 0, 1, t.now[side], given[side], 0, t.along[side]);
    if (ctx->status) return;
    for (side = 0; side < 2; side++) dmf__transpose(ctx->simd, given[side], t.before[side]);
    for (i = 0; i < k; i++) t.branch[i] = i;
    equal *= dmf__largest(dmf_view(t.size, 1, k));
    for (first = 0; first < k; first = end) {
        const dmf__mark mark = dmf__mark_here(ctx);
        for (end = first + 1; end < k && t.size[end - 1] - t.size[end] <= equal; end++) continue; /* (5.29) */
        dmf__track_choose(&t, first, end);
        if (t.size[first] <= equal) dmf__track_kernel(&t, first);
        else dmf__track_cluster(&t, first, end - first);
        dmf__give_back(ctx, mark);
    }
    for (side = 0; side < 2 && !ctx->status; side++) {
        for (i = 0; i < k; i++) {
            dmf_real *before = dmf__row(t.before[side], t.branch[i]), *next = dmf__row(t.next[side], i);
            least = fmin(least, (double)ctx->simd->dot((size_t)given[side].rows, before, next));
            memcpy(before, next, (size_t)given[side].rows * sizeof *next);
        }
        dmf__transpose(ctx->simd, t.before[side], given[side]);
    }
    if (ctx->status) return;
    memcpy(sigma, t.sigma, (size_t)k * sizeof *sigma);
    if (overlap) *overlap = least;
}

DMF_API dmf_status dmf_svd_track(dmf_ctx *ctx, dmf_mat a, dmf_mat u, dmf_real *sigma, dmf_mat v, double *overlap)
{
    const int k = dmf__min(a.rows, a.cols);
    dmf__frame frame;
    ctx = dmf__enter_triples(&frame, ctx, DMF__IN, a, k, DMF__IN_OUT, u, sigma, v, overlap);
    if (!ctx->status) dmf__svd_track(ctx, a, u, sigma, v, overlap);
    return dmf__close(&frame);
}

/* ---- 6. Problems -----------------------------------------------------------------------------

   A problem is l(W) = scale times one of

       1/2 sum_e (W_{i_e j_e} - y_e)^2       completion, with the gradient r_e at (i_e, j_e), 0 elsewhere      (6.1)
       1/2 sum_i (<A_i, W> - y_i)^2          sensing, with the gradient sum_i r_i A_i                          (6.2)

   where r is the residual, or what a callback says. Completion is the one whose gradient is sparse. That matters more
   than anything else for speed: with m entries on n x n matrices the gradient has m numbers, not n^2, and W itself is
   needed only there. So entries are kept as sorted lists and never as a matrix, by rows for products with the gradient
   and by columns for products with its transpose; chapter 7 multiplies by them. A list by rows alone would do for G T,
   each row a sum; in G^T A its terms are scattered over the result, and threads would meet there. The second list
   costs an index and a row number for each entry, 28 bytes in all with the value (24 under DMF_SINGLE).

   The other two are dense: they take W whole. Sensing reads m d d' numbers for 4 m d d' flops, and waits for memory;
   each A_i is therefore read once for both of its uses.

   Lists are sorted by counting, which takes m + d + d' steps where a comparison sort takes m log m. They depend on the
   set of entries and not on their order, and so does every bit that is computed from them. */

typedef enum dmf__kind { DMF__COMPLETION, DMF__SENSING, DMF__CUSTOM } dmf__kind;

/* Entry e is at (row[e], col[e]), by row and then column; those of row i are row_start[i] .. row_start[i + 1] - 1. In
   the order by column and then row it has place[e], and places have their rows in row_at, columns in col_start. */
typedef struct dmf__entries {
    int *row, *col, *row_at;
    size_t *row_start, *col_start, *place;
} dmf__entries;

struct dmf_problem {
    dmf__kind kind;
    int rows, cols;
    double scale;
    size_t count;
    dmf__entries e;           /* completion */
    dmf_mat a;                /* sensing: m x rows*cols, the caller's */
    const dmf_real *y;        /* of both: what the entries or measurements are; of sensing, the caller's */
    dmf_loss_callback callback;
    void *user;
};

static void dmf__check_size(dmf_ctx *ctx, int rows, int cols)
{
    if (rows < 1 || cols < 1 || rows > DMF__LARGEST || cols > DMF__LARGEST)
        dmf__fail(ctx, DMF_ERR_SHAPE, "W cannot be %d x %d; sizes go from 1 to %d", rows, cols, DMF__LARGEST);
}

/* Behind the struct comes memory for lists, of so many bytes. */
static dmf_problem *dmf__new_problem(dmf_ctx *ctx, dmf__kind kind, int rows, int cols, size_t count, double lists)
{
    dmf_problem *p = (dmf_problem *)dmf__take_zeros(ctx, (double)sizeof *p + lists);
    if (!p) return NULL;
    p->kind = kind;
    p->rows = rows;
    p->cols = cols;
    p->count = count;
    p->scale = 1;
    return p;
}

DMF_API void dmf_problem_destroy(dmf_problem *p) { DMF_FREE(p); }

/* Every entry lies inside, and is a number that dmf_real holds; the first that is not is named. m comparisons, before
   anything is sorted: the sort indexes by row and column. */
static void dmf__check_entries(dmf_ctx *ctx, int rows, int cols, const dmf_entry *entries, size_t count)
{
    size_t e;
    if (count == 0) dmf__fail(ctx, DMF_ERR_ARGUMENT, "there are no entries");
    for (e = 0; e < count && !ctx->status; e++) {
        const dmf_entry *entry = &entries[e];
        if (entry->row < 0 || entry->row >= rows || entry->col < 0 || entry->col >= cols)
            dmf__fail(ctx, DMF_ERR_INDEX, "entry %lu is at row %d, column %d, outside the %d x %d matrix",
                      (unsigned long)e, entry->row, entry->col, rows, cols);
        else if (!(fabs((double)entry->value) <= DMF__MAX))
            dmf__fail(ctx, DMF_ERR_NONFINITE, "entry %lu (row %d, column %d) has the value %g", (unsigned long)e,
                      entry->row, entry->col, (double)entry->value);
    }
}

/* A counting sort: place[e] = where number e, from 0 to kinds - 1, goes in ascending order, equal ones in the order in
   which they come, and start[k] = how many are below k, 0 <= k <= kinds. Before the last loop start[k + 1] is how many
   are below k, which is where the first k goes; each k moves it on by one, and so in the end it counts those below
   k + 1. For that start has kinds + 2 places. Two passes over the numbers and one over the kinds; equal numbers keep
   their order (the sort is stable), which is what makes two sorts by one number each a sort by two. */
static void dmf__count_sort(const int *number, size_t count, int kinds, size_t *start, size_t *place)
{
    size_t e;
    int k;
    for (k = 0; k <= kinds + 1; k++) start[k] = 0;
    for (e = 0; e < count; e++) start[number[e] + 2]++;
    for (k = 1; k <= kinds; k++) start[k + 1] += start[k];
    for (e = 0; e < count; e++) place[e] = start[number[e] + 1]++;
}

/* By column, then, as sorts are stable, by row; and back to columns. The lists lie behind the struct, those of size_t
   first: place (m numbers), row_start (rows + 2), col_start (cols + 2), row, col and row_at (m each), and, on a cache
   line, y (m). On the way by_col holds the entries' numbers by column and order those by row and then column; equal
   neighbours in that order are the duplicates. With them found, the third sort starts from row-major order, and place
   leads from there to column-major order: what dmf__waist_rows writes by rows and dmf__waist_cols reads by columns.
   That no bit depends on the order given is compared in test_problems.c, the_order_of_entries_does_not_matter. */
static void dmf__sort_entries(dmf_ctx *ctx, dmf_problem *p, const dmf_entry *entries)
{
    const size_t count = p->count;
    size_t *by_col = (size_t *)dmf__scratch(ctx, count, sizeof *by_col);
    size_t *order = (size_t *)dmf__scratch(ctx, count, sizeof *order), i;
    dmf__entries *e = &p->e;
    dmf_real *y;
    if (ctx->status) return;
    e->place = (size_t *)(void *)(p + 1);
    e->row_start = e->place + count;
    e->col_start = e->row_start + p->rows + 2;
    e->row = (int *)(void *)(e->col_start + p->cols + 2);
    e->col = e->row + count;
    e->row_at = e->col + count;
    p->y = y = (dmf_real *)(void *)dmf__align(e->row_at + count);
    for (i = 0; i < count; i++) e->col[i] = entries[i].col;
    dmf__count_sort(e->col, count, p->cols, e->col_start, e->place);
    for (i = 0; i < count; i++) by_col[e->place[i]] = i;
    for (i = 0; i < count; i++) e->row[i] = entries[by_col[i]].row;
    dmf__count_sort(e->row, count, p->rows, e->row_start, e->place);
    for (i = 0; i < count; i++) order[e->place[i]] = by_col[i];
    for (i = 0; i < count; i++) {
        e->row[i] = entries[order[i]].row;
        e->col[i] = entries[order[i]].col;
        y[i] = entries[order[i]].value;
        if (i > 0 && e->row[i] == e->row[i - 1] && e->col[i] == e->col[i - 1])
            dmf__fail(ctx, DMF_ERR_DUPLICATE, "entries %lu and %lu are both at row %d, column %d",
                      (unsigned long)order[i - 1], (unsigned long)order[i], e->row[i], e->col[i]);
    }
    dmf__count_sort(e->col, count, p->cols, e->col_start, e->place);
    for (i = 0; i < count; i++) e->row_at[e->place[i]] = e->row[i];
}

/* (6.1). More entries than places are refused before memory is taken for them, by a quotient, which does not overflow;
   the few more that it lets pass, less than one for each row, repeat one another and are found in the sort. */
DMF_API dmf_status dmf_completion(dmf_ctx *ctx, int rows, int cols, const dmf_entry *entries, size_t count,
                                  dmf_problem **out)
{
    const dmf__arg args[2] = { dmf__memory_arg(DMF__OUT, "the place for the problem", out, 1, sizeof *out),
                               dmf__memory_arg(DMF__ANY, "the array of entries", entries, count, sizeof *entries) };
    const double each = 3 * sizeof(int) + sizeof(size_t) + sizeof(dmf_real), starts = (double)rows + cols + 4;
    dmf_problem *p;
    dmf__frame frame;
    ctx = dmf__open(&frame, ctx);
    dmf__check_size(ctx, rows, cols);
    if (!ctx->status && count / (size_t)rows > (size_t)cols)
        dmf__fail(ctx, DMF_ERR_DUPLICATE, "a %d x %d matrix does not have %lu entries", rows, cols,
                  (unsigned long)count);
    dmf__check_args(ctx, args, 2);
    p = dmf__new_problem(ctx, DMF__COMPLETION, rows, cols, count,
                         each * (double)count + starts * sizeof(size_t) + (double)DMF__LINE);
    dmf__check_entries(ctx, rows, cols, entries, count);
    if (p) dmf__sort_entries(ctx, p, entries);
    if (ctx->status) dmf_problem_destroy(p);
    else *out = p;
    return dmf__close(&frame);
}

/* (6.2). a is m x rows*cols, so that <A_i, W> is the product of row i with W written row by row; a row has a length
   of type int, which bounds rows cols. m d d' numbers are not copied. */
DMF_API dmf_status dmf_sensing(dmf_ctx *ctx, int rows, int cols, dmf_mat a, const dmf_real *y, dmf_problem **out)
{
    const int length = rows > 0 && cols > 0 && rows <= INT_MAX / cols ? rows * cols : -1;
    const dmf__arg args[3] = { dmf__memory_arg(DMF__OUT, "the place for the problem", out, 1, sizeof *out),
                               dmf__mat_arg(DMF__IN, "the matrix of measurements", a, a.rows, length),
                               dmf__memory_arg(DMF__IN, "y", y, a.rows > 0 ? (size_t)a.rows : 1, sizeof *y) };
    dmf_problem *p;
    dmf__frame frame;
    ctx = dmf__open(&frame, ctx);
    dmf__check_size(ctx, rows, cols);
    if (length < 0)
        dmf__fail(ctx, DMF_ERR_SHAPE, "a measurement of a %d x %d matrix is too long for a row", rows, cols);
    if (a.rows < 1) dmf__fail(ctx, DMF_ERR_ARGUMENT, "there are no measurements");
    dmf__check_args(ctx, args, 3);
    p = dmf__new_problem(ctx, DMF__SENSING, rows, cols, (size_t)a.rows, 0);
    if (p) p->a = a, p->y = y, *out = p;
    return dmf__close(&frame);
}

DMF_API dmf_status dmf_custom(dmf_ctx *ctx, int rows, int cols, dmf_loss_callback callback, void *user,
                              dmf_problem **out)
{
    dmf_problem *p;
    dmf__frame frame;
    ctx = dmf__open(&frame, ctx);
    dmf__check_size(ctx, rows, cols);
    dmf__check_given(ctx, "the place for the problem", out);
    if (!callback) dmf__fail(ctx, DMF_ERR_ARGUMENT, "the loss is NULL");
    p = dmf__new_problem(ctx, DMF__CUSTOM, rows, cols, 0, 0);
    if (p) p->callback = callback, p->user = user, *out = p;
    return dmf__close(&frame);
}

DMF_API dmf_status dmf_problem_scale(dmf_ctx *ctx, dmf_problem *p, double scale)
{
    dmf__frame frame;
    ctx = dmf__open(&frame, ctx);
    dmf__check_given(ctx, "the problem", p);
    if (!(scale >= (double)DMF__TYPED(DBL_MIN, FLT_MIN) && scale <= (double)DMF__MAX))
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "the scale is %g; it must be a positive normal number of dmf_real", scale);
    if (!ctx->status) p->scale = scale;
    return dmf__close(&frame);
}

DMF_API int dmf_problem_rows(const dmf_problem *p) { return p ? p->rows : 0; }
DMF_API int dmf_problem_cols(const dmf_problem *p) { return p ? p->cols : 0; }
DMF_API size_t dmf_problem_count(const dmf_problem *p) { return p ? p->count : 0; }

static void dmf__check_completion(dmf_ctx *ctx, const dmf_problem *p)
{
    if (!dmf__check_given(ctx, "the problem", p) && p->kind != DMF__COMPLETION)
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "only a completion problem has observed entries");
}

/* The entries as they are kept, by row and then column: a problem made of them has the same bits. A multiplier of
   chapter 11 has its numbers in this order. */
DMF_API dmf_status dmf_problem_entries(dmf_ctx *ctx, const dmf_problem *p, dmf_entry *entries)
{
    dmf__frame frame;
    size_t e;
    ctx = dmf__open(&frame, ctx);
    dmf__check_completion(ctx, p);
    dmf__check_given(ctx, "the place for the entries", entries);
    for (e = 0; !ctx->status && e < p->count; e++) {
        const dmf_entry entry = { p->e.row[e], p->e.col[e], p->y[e] };
        entries[e] = entry;
    }
    return dmf__close(&frame);
}

/* What a problem borrows. */
#define DMF__PROBLEM_ARGS(p) \
    dmf__mat_arg(DMF__ANY, "the measurements", (p)->a, (p)->a.rows, (p)->a.cols), \
    dmf__memory_arg(DMF__ANY, "y", (p)->y, (p)->count, sizeof(dmf_real))

/* How many entries of W the loss depends on; 0 = all of them, or it is not known. */
static size_t dmf__sampled(const dmf_problem *p) { return p->kind == DMF__COMPLETION ? p->count : 0; }

/* Which terms of the sum take part: all, or a batch B of b among the m. Drawn without replacement, each term is in B
   with the probability b / m, so that

       l_B(W) = scale (m / b) sum_{e in B} r_e^2 / 2     has     E l_B = l,     E grad l_B = grad l.           (6.3)

   A loss of the user's own has no terms, and no batch of it passes the door of chapter 8. */
typedef struct dmf__batch { const size_t *chosen; size_t count; } dmf__batch;

static dmf__batch dmf__everything(const dmf_problem *p)
{
    const dmf__batch all = { NULL, p->count };
    return all;
}

/* The factor before the sum of (6.3); that of the whole if nothing is chosen. */
static double dmf__batch_scale(const dmf_problem *p, dmf__batch batch)
{
    return batch.chosen ? p->scale * ((double)p->count / (double)batch.count) : p->scale;
}

/* <A, W> = sum_ij A_ij W_ij, where a holds A row by row. A matrix without gaps between its rows is one long row. 2 d d'
   flops, for d d' numbers of A that come from memory: at two flops for each of them memory sets the pace. */
static double dmf__dot_matrix(const dmf__simd *simd, const dmf_real *a, dmf_mat w)
{
    const size_t cols = (size_t)w.cols;
    double sum = 0;
    int i;
    if (w.ld == w.cols) return (double)simd->dot((size_t)w.rows * cols, a, w.data);
    for (i = 0; i < w.rows; i++, a += cols) sum += (double)simd->dot(cols, a, dmf__row(w, i));
    return sum;
}

/* W += c A, a holding A row by row. After dmf__dot_matrix with the same A its numbers are still in cache, as long as a
   row of a fits there. */
static void dmf__add_matrix(const dmf__simd *simd, double c, const dmf_real *a, dmf_mat w)
{
    const size_t cols = (size_t)w.cols;
    int i;
    if (w.ld == w.cols) dmf__axpy(simd, (size_t)w.rows * cols, (dmf_real)c, a, w.data);
    else for (i = 0; i < w.rows; i++, a += cols) dmf__axpy(simd, cols, (dmf_real)c, a, dmf__row(w, i));
}

/* l and its gradient at a dense W, both rows x cols: (6.1) or (6.2), or (6.3) for a batch. Each A_i is used twice while
   it is in cache: for its residual, and for its share of the gradient. Entries are different places, so that an entry's
   share of the gradient is stored where a measurement's is added. Residuals and their squares are summed in double, in
   the order of the terms. Before a callback the loss is NaN, so that one that forgets it is told from one that computes
   it; g is without data if only the loss is wanted. The three kinds are compared with plain sums in test_problems.c,
   completion_is_half_the_sum_of_squares, and with each other in three_ways_to_say_the_same_agree. */
static void dmf__loss_at(dmf_ctx *ctx, const dmf_problem *p, dmf__batch batch, dmf_mat w, dmf_mat g, double *loss)
{
    const double scale = dmf__batch_scale(p, batch);
    double sum = 0, r;
    size_t t;
    if (p->kind == DMF__CUSTOM) {
        dmf_status s;
        *loss = (double)NAN;
        s = p->callback(p->user, w, g, loss);
        if (s) dmf__fail(ctx, DMF_ERR_CALLBACK, "the loss callback returned %d (%s)", (int)s, dmf_strerror(s));
        *loss *= p->scale;
        if (!s && g.data && p->scale != 1) dmf__scale(g, (dmf_real)p->scale);
        return;
    }
    if (g.data) dmf__fill(g, 0);
    for (t = 0; p->kind == DMF__COMPLETION && t < batch.count; t++) {
        const size_t e = batch.chosen ? batch.chosen[t] : t;
        r = (double)dmf__row(w, p->e.row[e])[p->e.col[e]] - (double)p->y[e];
        sum += r * r;
        if (g.data) dmf__row(g, p->e.row[e])[p->e.col[e]] = (dmf_real)(scale * r);
    }
    for (t = 0; p->kind == DMF__SENSING && t < batch.count; t++) {
        const size_t e = batch.chosen ? batch.chosen[t] : t;
        r = dmf__dot_matrix(ctx->simd, dmf__row(p->a, (int)e), w) - (double)p->y[e];
        sum += r * r;
        if (g.data) dmf__add_matrix(ctx->simd, scale * r, dmf__row(p->a, (int)e), g);
    }
    *loss = scale * sum / 2;
}

/* (6.1) or (6.2) with the scale, or what the callback says. At factors of depth 1 dmf_loss computes the same. */
DMF_API dmf_status dmf_problem_loss(dmf_ctx *ctx, const dmf_problem *p, dmf_mat w, dmf_mat gradient, double *loss)
{
    dmf__frame frame;
    ctx = dmf__open(&frame, ctx);
    dmf__check_given(ctx, "the problem", p);
    if (!ctx->status) {
        const dmf__arg args[5] = { dmf__mat_arg(DMF__OUT_OR_NONE, "the gradient", gradient, p->rows, p->cols),
                                   dmf__memory_arg(DMF__OUT, "the place for the loss", loss, 1, sizeof *loss),
                                   dmf__mat_arg(DMF__IN, "W", w, p->rows, p->cols), DMF__PROBLEM_ARGS(p) };
        dmf__check_args(ctx, args, 5);
    }
    if (!ctx->status) {
        dmf__loss_at(ctx, p, dmf__everything(p), w, gradient, loss);
        dmf__check_result(ctx, "the loss", *loss);
        if (gradient.data) dmf__check_finite(ctx, "the gradient", gradient);
    }
    return dmf__close(&frame);
}

#define DMF__RNG_ARG(rng) dmf__memory_arg(DMF__OUT, "the generator", rng, 1, sizeof *(rng))

/* N(0, 1), by rows, whatever the gaps between them: a view draws the numbers that a matrix without gaps would. */
static void dmf__random_numbers(dmf_mat a, dmf_rng *rng)
{
    int i, j;
    for (i = 0; i < a.rows; i++)
        for (j = 0; j < a.cols; j++) dmf__row(a, i)[j] = (dmf_real)dmf_normal(rng);
}

/* With U, d x r, and V, d' x r, of independent N(0, 1) entries,

       W* = sqrt(d d') (U V^T) / ||U V^T||_F.                                                                  (6.4)

   For a rank r well below both sizes, U^T U and V^T V are near d I and d' I. The scaling makes ||W*||_F^2 = d d'
   exactly, and so the r singular values of W* are all near sqrt(d d' / r), to within about sqrt(r / d) + sqrt(r / d')
   of themselves: of sqrt(d) I, the singular values of U lie sqrt(r) away. The rank and the size are checked in
   test_problems.c, random_matrices_have_the_rank_and_size_asked_for. */
DMF_API dmf_status dmf_random_low_rank(dmf_ctx *ctx, int rank, dmf_mat w, dmf_rng *rng)
{
    const dmf__arg args[2] = { dmf__mat_arg(DMF__OUT, "W*", w, w.rows, w.cols), DMF__RNG_ARG(rng) };
    dmf__frame frame;
    ctx = dmf__enter(&frame, ctx, args, 2);
    dmf__check_size(ctx, w.rows, w.cols);
    if (rank < 1 || rank > dmf__min(w.rows, w.cols))
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "the rank is %d; it must be from 1 to %d", rank, dmf__min(w.rows, w.cols));
    if (!ctx->status) {
        dmf_mat u = dmf__compact(ctx, w.rows, rank), v = dmf__compact(ctx, w.cols, rank);  /* rows and cols x rank */
        if (!ctx->status) dmf__random_numbers(u, rng), dmf__random_numbers(v, rng);
        dmf__gemm(ctx, 0, 1, 1, u, v, 0, w);
        if (!ctx->status) dmf__scale(w, (dmf_real)(sqrt((double)w.rows * w.cols) / dmf__frobenius(NULL, w)));
    }
    return dmf__close(&frame);
}

/* Selection sampling [K97], Algorithm 3.4.2S, then a shuffle. With k of the entries still to be taken and l still to
   come, the next is taken with probability k / l, and passed over with probability (l - k) / l. Along the way to a
   given set of m out of n, the l are n, n-1, .., 1, the k of entries taken are m, .., 1, and l - k for the others n-m,
   .., 1, so that each set has the same probability,

       (m! (n-m)!) / n! = 1 / binomial(n, m).                                                                 (6.5)

   It takes a random number for each entry of w and no memory, where drawing places until m different ones are
   found needs to know those it has, and ever more draws as m nears n. Row by row, the order of the entries tells where
   they are; shuffled, each order of a set is as likely as the others, for the last place is filled by each of its e
   candidates with probability 1 / e, and so on down. So each prefix is a uniform sample itself, and one draw gives a
   nested family of observations. Counts over many draws are compared with it in test_problems.c,
   observations_are_distinct_uniform_and_true. */
DMF_API dmf_status dmf_observe(dmf_ctx *ctx, dmf_mat w, size_t count, dmf_entry *entries, dmf_rng *rng)
{
    const dmf__arg args[3] = { dmf__memory_arg(DMF__OUT, "the place for the entries", entries, count, sizeof *entries),
                               DMF__RNG_ARG(rng), dmf__mat_arg(DMF__IN, "W", w, w.rows, w.cols) };
    dmf__frame frame;
    size_t taken = 0, e;
    int i, j;
    ctx = dmf__open(&frame, ctx);
    if ((double)count > (double)w.rows * w.cols)
        dmf__fail(ctx, DMF_ERR_SHAPE, "a %d x %d matrix does not have %lu entries", w.rows, w.cols,
                  (unsigned long)count);
    if (dmf__check_args(ctx, args, 3)) count = 0;
    for (i = 0; taken < count; i++)
        for (j = 0; j < w.cols && taken < count; j++) {
            const size_t left = (size_t)(w.rows - i) * (size_t)w.cols - (size_t)j;
            const dmf_entry entry = { i, j, dmf__row(w, i)[j] };
            if (dmf_below(rng, left) < count - taken) entries[taken++] = entry;
        }
    for (e = count; e > 1; e--) {
        const size_t other = (size_t)dmf_below(rng, e);
        const dmf_entry entry = entries[e - 1];
        entries[e - 1] = entries[other];
        entries[other] = entry;
    }
    return dmf__close(&frame);
}

/* ---- 7. Factorizations -----------------------------------------------------------------------

   A deep linear network is a matrix written as a product, W = W_N ... W_1, and what moves are the factors:

       phi(W_1, ..., W_N) = l(W_N ... W_1)                                        (A19, equation (3))        (7.1)

   The factors lie one after another in one array, a point x of parameter space, so that chapter 8 moves all of them by
   one combination of vectors. W_j is d_j x d_{j-1}; a layer of width d_j lies between W_j and W_{j+1}. Views have no
   gaps between rows, and one formula finds W_j in any array of that layout: the point, a gradient, a stage of an
   integrator. */

/* One piece of memory. */
DMF_API void dmf_factors_destroy(dmf_factors *f) { DMF_FREE(f); }

/* W_j at a point x of parameter space, laid out as f->data is. */
static dmf_mat dmf__factor(const dmf_factors *f, const dmf_real *x, int j)
{
    return dmf_view((dmf_real *)(uintptr_t)x + (f->w[j - 1].data - f->data), f->dims[j], f->dims[j - 1]);
}

static dmf__arg dmf__factors_arg(int role, const char *name, const dmf_factors *f)
{
    return dmf__memory_arg(role, name, f ? f->data : NULL, f ? f->size : role != DMF__OUT_OR_NONE, sizeof(dmf_real));
}

/* A matrix of the shape of W; the factors come before it among the arguments, and are told first if they are missing.
   */
static dmf__arg dmf__product_arg(int role, const char *name, dmf_mat w, const dmf_factors *f)
{
    return dmf__mat_arg(role, name, w, f ? f->dims[f->depth] : 0, f ? f->dims[0] : 0);
}

/* Names the first factor that holds what is no number; reads size numbers. */
static void dmf__check_finite_factors(dmf_ctx *ctx, const dmf_factors *f)
{
    int j;
    for (j = 0; j < f->depth && !ctx->status; j++)
        if (!dmf__all_finite(ctx->simd, f->w[j]))
            dmf__fail(ctx, DMF_ERR_NONFINITE, "factor w[%d] holds a NaN or an infinity", j);
}

/* Checked factors of zeros; NULL, and a failure, if there is no memory. Behind the struct come w, dims and, from a
   cache line on, data. */
static dmf_factors *dmf__new_factors(dmf_ctx *ctx, int depth, const int *dims)
{
    double bytes = sizeof(dmf_factors) + DMF__LINE + (depth + 1.0) * (sizeof(dmf_mat) + sizeof(int));
    dmf_factors *f;
    int j;
    for (j = 1; j <= depth; j++) bytes += (double)sizeof(dmf_real) * dims[j] * dims[j - 1];
    f = (dmf_factors *)dmf__take_zeros(ctx, bytes);
    if (!f) return NULL;
    f->depth = depth;
    f->w = (dmf_mat *)(void *)(f + 1);
    f->dims = (int *)(void *)(f->w + depth);
    f->data = (dmf_real *)(void *)dmf__align(f->dims + depth + 1);
    memcpy(f->dims, dims, ((size_t)depth + 1) * sizeof *dims);
    for (j = 1; j <= depth; j++) {
        f->w[j - 1] = dmf_view(f->data + f->size, f->dims[j], f->dims[j - 1]);
        f->size += (size_t)f->dims[j] * (size_t)f->dims[j - 1];
    }
    return f;
}

/* sum_j d_j d_{j-1} zeros. At zero (7.4) has a factor W_k = 0 in every gradient from depth 2 on: a critical point. */
DMF_API dmf_status dmf_factors_create(dmf_ctx *ctx, int rows, int cols, int depth, const int *hidden,
                                      dmf_factors **out)
{
    const size_t layers = hidden && depth > 1 ? (size_t)depth - 1 : 0;
    const dmf__arg args[2] = { dmf__memory_arg(DMF__OUT, "the place for the factors", out, 1, sizeof *out),
                               dmf__memory_arg(DMF__ANY, "the array of hidden widths", hidden, layers, sizeof(int)) };
    dmf__frame frame;
    dmf_factors *f = NULL;
    int *dims = NULL, j;
    ctx = dmf__open(&frame, ctx);
    dmf__check_size(ctx, rows, cols);
    if (depth < 1 || depth > DMF__LARGEST)
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "the depth is %d; it must be from 1 to %d", depth, DMF__LARGEST);
    dmf__check_args(ctx, args, 2);
    if (!ctx->status) dims = (int *)dmf__scratch(ctx, (size_t)depth + 1, sizeof *dims);
    for (j = 0; !ctx->status && j <= depth; j++) {
        dims[j] = j == 0 ? cols : j == depth ? rows : hidden ? hidden[j - 1] : dmf__min(rows, cols);
        if (dims[j] < 1 || dims[j] > DMF__LARGEST)
            dmf__fail(ctx, DMF_ERR_SHAPE, "hidden width %d is %d; it must be from 1 to %d", j, dims[j], DMF__LARGEST);
    }
    if (!ctx->status) f = dmf__new_factors(ctx, depth, dims);
    if (f) *out = f;
    return dmf__close(&frame);
}

DMF_API dmf_status dmf_factors_clone(dmf_ctx *ctx, const dmf_factors *f, dmf_factors **out)
{
    const dmf__arg args[2] = { dmf__memory_arg(DMF__OUT, "the place for the factors", out, 1, sizeof *out),
                               dmf__factors_arg(DMF__IN, "the array of factors", f) };
    dmf__frame frame;
    dmf_factors *copy = NULL;
    ctx = dmf__enter(&frame, ctx, args, 2);
    if (!ctx->status) copy = dmf__new_factors(ctx, f->depth, f->dims);
    if (copy) {
        memcpy(copy->data, f->data, f->size * sizeof *f->data);
        *out = copy;
    }
    return dmf__close(&frame);
}

static int dmf__narrowest(const dmf_factors *f)
{
    int j, narrowest = f->dims[0];
    for (j = 1; j <= f->depth; j++) narrowest = dmf__min(narrowest, f->dims[j]);
    return narrowest;
}

static int dmf__widest(const dmf_factors *f, int from, int to)
{
    int j, widest = 1;
    for (j = from; j <= to; j++) widest = dmf__max(widest, f->dims[j]);
    return widest;
}

/* ---- 7.1 Starts ------------------------------------------------------------------------------

   alpha is the root mean square of the k singular values that W can have, k the narrowest layer. Random entries of
   mean 0 and deviation s give, layer by layer, E ||W_j X||_F^2 = s^2 d_j ||X||_F^2, as each of the d_j rows of W_j has
   E (w . x)^2 = s^2 |x|^2 with every column x of X. From X = I of order d_0, whose square is d_0, on,

       E ||W||_F^2 = s^(2N) d_0 d_1 ... d_N = alpha^2 k.                                                       (7.2)

   The other starts are balanced (A19, equation (5)): with E_j of shape d_j x k and orthonormal columns,

       W_j = E_j S^(1/N) E_{j-1}^T     =>     W_{j+1}^T W_{j+1} = E_j S^(2/N) E_j^T = W_j W_j^T                 (7.3)

   and W = E_N S E_0^T. S is alpha I, and the E_j are the first columns of identities or random; or E_N S E_0^T is the
   decomposition of a given product, and the E_j between are columns of identities. Random columns are Gaussian ones
   made orthonormal: a Gaussian matrix has the same distribution after any rotation, and so have its orthonormal
   columns.

   The family of SY26 has factors alpha ((1 - 1/m) I + (1/m) 1 1^T), with alpha the diagonal and m the ratio. For d x d
   these are symmetric and commute: on the vector 1 each is alpha (m + d - 1) / m, on its complement alpha (m - 1) / m.
   So the start is balanced, and its product has these numbers to the power N; chapter 10 starts from them. */

/* (7.2), solved for s in logarithms: a product of widths leaves the range of a double where s does not. Means over
   draws are compared with alpha^2 k in test_factors.c, random_starts_have_the_product_scale_asked_for. */
DMF_API double dmf_deviation(const dmf_factors *f, double alpha)
{
    double log_square;
    int j;
    if (!f || !(alpha > 0 && alpha <= DBL_MAX)) return (double)NAN;
    log_square = 2 * log(alpha) + log((double)dmf__narrowest(f));
    for (j = 0; j <= f->depth; j++) log_square -= log((double)f->dims[j]);
    return exp(log_square / (2 * f->depth));
}

/* The real N-th root, also of a negative x when N is odd. */
static double dmf__root(double x, int n) { return x < 0 ? -pow(-x, 1.0 / n) : pow(x, 1.0 / n); }

/* What n equal numbers, as dmf_real holds them, have as their product. */
static dmf_real dmf__start_number(dmf_ctx *ctx, const char *name, double product, int n)
{
    const double most = DMF__MAX / 65536; /* defined: room for the tail of a Gaussian */
    const dmf_real number = fabs(product) <= most ? (dmf_real)dmf__root(product, n) : 0;
    if (!(fabs(product) <= most))
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "%s is %g; it must be at most %g in size", name, product, most);
    else if (product < 0 && n % 2 == 0)
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "%s is %g, and %d equal factors have no negative product", name, product, n);
    else if (product != 0 && number == 0)
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "%s is %g, of which dmf_real makes 0", name, product);
    return number;
}

/* (7.3) with c = alpha^(1/N); the E_j are kept as rows. Two of them at a time: row i of E_j^T is made orthonormal to
   those above it, and W_j = c E_j E_{j-1}^T costs 2 k d_j d_{j-1} flops. The meaning of alpha is checked in
   test_factors.c, alpha_is_the_same_in_every_start. */
static void dmf__start_orthogonal(dmf_ctx *ctx, dmf_factors *f, dmf_real c, dmf_rng *rng)
{
    const int k = dmf__narrowest(f), widest = dmf__widest(f, 0, f->depth);
    const dmf_mat memory[2] = { dmf__compact(ctx, k, widest), dmf__compact(ctx, k, widest) };
    dmf_mat now, before = dmf_none(); /* E_j^T and E_{j-1}^T, k x d_j and k x d_{j-1} */
    int j, i;
    for (j = 0; !ctx->status && j <= f->depth; j++, before = now) {
        now = dmf_view(memory[j % 2].data, k, f->dims[j]);
        dmf__random_numbers(now, rng);
        for (i = 0; i < k; i++) dmf__orthonormalize(ctx->simd, now, i, rng);
        if (j > 0) dmf__gemm(ctx, 1, 0, c, now, before, 0, f->w[j - 1]);
    }
}

/* W_j is the upper left part of G, d x d, which is drawn by rows, for every factor anew from the same state. */
static void dmf__start_tied(dmf_factors *f, double deviation, dmf_rng *rng)
{
    const int d = dmf__widest(f, 0, f->depth);
    const dmf_rng start = *rng;
    int j, i, k;
    for (j = 0; j < f->depth; j++) {
        *rng = start;
        for (i = 0; i < d; i++)
            for (k = 0; k < d; k++) {
                const double number = deviation * dmf_normal(rng);
                if (i < f->w[j].rows && k < f->w[j].cols) dmf__row(f->w[j], i)[k] = (dmf_real)number;
            }
    }
}

enum { DMF__GAUSSIAN, DMF__UNIFORM, DMF__TIED, DMF__ORTHOGONAL };

/* size is the deviation, or alpha. Gaussian or uniform: u from 0 to 1 has the variance 1/12, so that sqrt(3) s (2 u -
   1) has s^2. Numbers are drawn in the order of the array, W_1 by rows, then W_2, ..., which fixes a start by its seed
   on every platform. */
static dmf_status dmf__start_random(dmf_ctx *ctx, dmf_factors *f, int kind, double size, dmf_rng *rng)
{
    const dmf__arg args[2] = { dmf__factors_arg(DMF__OUT, "the array of factors", f), DMF__RNG_ARG(rng) };
    const char *name = kind == DMF__ORTHOGONAL ? "alpha" : "the deviation";
    dmf__frame frame;
    dmf_real number;
    size_t i;
    ctx = dmf__enter(&frame, ctx, args, 2);
    number = dmf__start_number(ctx, name, size, f && kind == DMF__ORTHOGONAL ? f->depth : 1);
    if (size < 0 && kind != DMF__ORTHOGONAL)
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "%s is %g; it must not be negative", name, size);
    if (!ctx->status && kind == DMF__ORTHOGONAL) dmf__start_orthogonal(ctx, f, number, rng);
    if (!ctx->status && kind == DMF__TIED) dmf__start_tied(f, size, rng);
    for (i = 0; !ctx->status && kind <= DMF__UNIFORM && i < f->size; i++)
        f->data[i] = (dmf_real)(kind == DMF__GAUSSIAN ? size * dmf_normal(rng)
                                                      : size * sqrt(3.0) * (2 * dmf_uniform(rng) - 1));
    return dmf__close(&frame);
}

DMF_API dmf_status dmf_start_gaussian(dmf_ctx *ctx, dmf_factors *f, double deviation, dmf_rng *rng)
{
    return dmf__start_random(ctx, f, DMF__GAUSSIAN, deviation, rng);
}

DMF_API dmf_status dmf_start_uniform(dmf_ctx *ctx, dmf_factors *f, double deviation, dmf_rng *rng)
{
    return dmf__start_random(ctx, f, DMF__UNIFORM, deviation, rng);
}

DMF_API dmf_status dmf_start_tied(dmf_ctx *ctx, dmf_factors *f, double deviation, dmf_rng *rng)
{
    return dmf__start_random(ctx, f, DMF__TIED, deviation, rng);
}

DMF_API dmf_status dmf_start_orthogonal(dmf_ctx *ctx, dmf_factors *f, double alpha, dmf_rng *rng)
{
    return dmf__start_random(ctx, f, DMF__ORTHOGONAL, alpha, rng);
}

/* Every factor with on, the n-th root of power, in the first places of the diagonal, and power / ratio off it, which is
   0 for an infinite ratio. A quotient that is not 0 but is rounded to it would make a coupled start a decoupled one,
   and is refused. */
static dmf_status dmf__start_diagonal(dmf_ctx *ctx, dmf_factors *f, const char *name, double power, int n, double ratio,
                                      int places)
{
    const dmf__arg args[1] = { dmf__factors_arg(DMF__OUT, "the array of factors", f) };
    const dmf_real off = (dmf_real)(power / ratio);
    dmf__frame frame;
    dmf_real on;
    int i, j;
    ctx = dmf__enter(&frame, ctx, args, 1);
    on = dmf__start_number(ctx, name, power, n);
    if (!(ratio >= 1))
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "the ratio is %g; it must be from 1 to infinity", ratio);
    if (on != 0 && off == 0 && ratio <= DBL_MAX)
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "diagonal / ratio is %g / %g, which dmf_real rounds to 0", power, ratio);
    for (j = 0; !ctx->status && j < f->depth; j++) {
        dmf__fill(f->w[j], off);
        for (i = 0; i < dmf__min(places, dmf__min(f->w[j].rows, f->w[j].cols)); i++) dmf__row(f->w[j], i)[i] = on;
    }
    return dmf__close(&frame);
}

/* (7.3) with the first k columns of identities for E_j and S = alpha I: ones on k places of the diagonal, times
   alpha^(1/N). Product and balance are checked in test_factors.c, deterministic_starts_are_what_they_say. */
DMF_API dmf_status dmf_start_identity(dmf_ctx *ctx, dmf_factors *f, double alpha)
{
    return dmf__start_diagonal(ctx, f, "alpha", alpha, f ? f->depth : 1, (double)INFINITY, f ? dmf__narrowest(f) : 0);
}

/* The factors of SY26 above. */
DMF_API dmf_status dmf_start_family(dmf_ctx *ctx, dmf_factors *f, double diagonal, double ratio)
{
    return dmf__start_diagonal(ctx, f, "the diagonal", diagonal, 1, ratio, INT_MAX);
}

/* (7.3) with E_0 = V and E_N = U, depth 2 and more: the first k columns of u, rows x k or wider, and v, cols x k. So
   W_1 = S^(1/N) V^T in its first k rows, W_N = U S^(1/N) in its first k columns, and S^(1/N) in the corner of those
   between; all else is 0, and stays so along the flow, as no gradient reaches a hidden unit that is cut off. */
static void dmf__fill_balanced(dmf_factors *f, dmf_mat u, const dmf_real *sigma, dmf_mat v, int k)
{
    int i, j, r;
    memset(f->data, 0, f->size * sizeof *f->data);
    for (r = 0; r < k; r++) {
        const dmf_real root = (dmf_real)dmf__root((double)sigma[r], f->depth);
        for (i = 0; i < v.rows; i++) dmf__row(f->w[0], r)[i] = root * dmf__row(v, i)[r];
        for (j = 1; j < f->depth - 1; j++) dmf__row(f->w[j], r)[r] = root;
        for (i = 0; i < u.rows; i++) dmf__row(f->w[f->depth - 1], i)[r] = root * dmf__row(u, i)[r];
    }
}

/* From the decomposition of w, rows x cols. What is below eps max(rows, cols) of the largest singular value may be
   rounding of a w that has less than full rank, and is no reason to refuse a narrow layer; it is left out there. The
   product and the balance of the result are checked in test_factors.c, balanced_starts_have_the_product_given. */
DMF_API dmf_status dmf_start_balanced(dmf_ctx *ctx, dmf_factors *f, dmf_mat w)
{
    const dmf__arg args[2] = { dmf__factors_arg(DMF__OUT, "the array of factors", f),
                               dmf__product_arg(DMF__IN, "the product", w, f) };
    const int n = dmf__min(w.rows, w.cols), room = f ? dmf__narrowest(f) : 0;
    dmf__frame frame;
    dmf__triples t;
    ctx = dmf__enter(&frame, ctx, args, 2);
    if (!ctx->status && f->depth == 1) dmf__copy(w, f->w[0]);
    if (ctx->status || f->depth == 1) return dmf__close(&frame);
    t = dmf__svd_of(ctx, w);
    if (!ctx->status && room < n && (double)t.sigma[room] > (double)t.sigma[0] * DMF__EPS * dmf__max(w.rows, w.cols))
        dmf__fail(ctx, DMF_ERR_SHAPE, "singular value %d is %g, and the narrowest layer has room for %d", room + 1,
                  (double)t.sigma[room], room);
    if (!ctx->status) dmf__fill_balanced(f, t.u, t.sigma, t.v, room);
    return dmf__close(&frame);
}

/* ---- 7.2 The gradient ------------------------------------------------------------------------

   With G = grad l(W), moving W_j by X moves W by A X B, A and B the products at its left and right, and l by <G, A X B>
   = <A^T G B^T, X> to first order. So

       d phi / d W_j = (W_N ... W_{j+1})^T G (W_{j-1} ... W_1)^T.                                             (7.4)

   Term by term this would take about N products for each of N factors. Partial products serve all j. They start from
   both ends and meet at the waist, a layer m from 1 to N - 1:

       T_j = (W_j ... W_1)^T = T_{j-1} W_j^T      j = 1..m       d_0 x d_j        from the right
       A_j = W_N ... W_{j+1} = A_{j+1} W_{j+1}    j = N-1..m     d_N x d_j        from the left               (7.5)

   so that W = A_m T_m^T. There G is multiplied by both, and the gradient goes back the way the products came:

       P_m = G T_m       d phi / d W_j = A_j^T P_{j-1}      P_j = P_{j-1} W_j^T      j = m+1..N
       C_m = G^T A_m     d phi / d W_j = C_j^T T_{j-1}      C_{j-1} = C_j W_j        j = m..1                 (7.6)

   For instance, at depth 3 with m = 2: T_1 = W_1^T, T_2 = T_1 W_2^T, A_2 = W_3; P_2 = G T_2 = G (W_2 W_1)^T is the
   gradient by W_3, and from C_2 = G^T W_3 come the one by W_2, C_2^T T_1 = W_3^T G W_1^T, and that by W_1, which is
   C_1^T with C_1 = C_2 W_2, (W_3 W_2)^T G: all three as in (7.4), and five products besides W and G.

   At the ends nothing is multiplied: A_{N-1} is W_N, P_{N-1} is d phi / d W_N, and T_1 and C_1 are transposes of W_1
   and d phi / d W_1. Where m > 1 neither is formed: T_2 is W_1^T W_2^T and d phi / d W_1 is W_2^T C_2^T, and products
   take their operands either way. On its way back P_j takes the place of A_j, and C_j that of T_j, which were needed
   just before.

   What is done at the waist depends on l. Where W and G are dense it is three products of the size d_N x d_0 x d_m.
   For completion, an entry e at (i_e, j_e) needs one row of A_m and one of T_m, a_i and t_j: their inner product is
   W_ij, and multiples of them are its shares of C_m and P_m, whose rows are p_i and c_j:

       r_e = a_{i_e} . t_{j_e} - y_e,     l = scale sum_e r_e^2 / 2,
       p_i = scale sum_{e in row i} r_e t_{j_e},     c_j = scale sum_{e in column j} r_e a_{i_e}.              (7.7)

   So the entries cost 6 d_m flops each, and nothing of the size of W is ever formed. Tasks share them out by whole
   rows, and then by whole columns: task k of K takes the rows

       floor(d_N k / K) <= i < floor(d_N (k + 1) / K)     for r_e and p_i,                                     (7.8)

   and the columns with d_0 in place of d_N for c_j. No two tasks add to the same row, each row is summed in the order
   of its entries, and the squares are summed after all are done: K, and the number of threads, change no bit. By
   rows, a_i and p_i stay in the first level of cache while rows of T_m come and go; by columns c_j does, while those
   of A_m come.

   Cost. In multiplications, with those of an entry counted DMF__SPARSE times: let e = d_N d_0 where G is dense and
   e = DMF__SPARSE times the number of entries where it is sparse. Then

       3 (e d_m + d_0 sum_{1 < j <= m} d_j d_{j-1} + d_N sum_{m < j < N} d_j d_{j-1}).                         (7.9)

   Each product on the way to the waist, T_j of the size d_0 x d_j x d_{j-1} or A_j of the size d_N x d_{j+1} x d_j, is
   followed on the way back by two of the same size, one for the gradient by a factor and one to go on; at the waist W,
   P_m and C_m are three of the size d_N x d_0 x d_m. Hence the 3. The waist is where (7.9) is least.

   Backpropagation as usual starts from one side only, as if m were 0 or N. With N layers all d wide that is 3 (N-1)
   d^3, and the dense waist costs the same wherever it is. There is more to win in two cases. At a narrow layer the
   three products of the waist are cheap. And a sparse G is never multiplied out: 3 (e d + (N-2) d^3), which at depth 2
   has no d^3 in it, for 2000 entries at n = 100 a fifth of the multiplications, and with DMF__SPARSE three fifths.

   An entry is dearer than its multiplications, for it waits for rows from the second
   level of cache and uses each number once; with all d_j equal the sparse way wins up to a third of the entries. */

/* What evaluating phi and its gradient needs, allocated once. Nothing is needed for N = 1. */
typedef struct dmf__plan {
    dmf_ctx *ctx;
    const dmf_problem *problem;  /* NULL: only products are wanted */
    const dmf_factors *shape;
    int waist, sparse;
    int tasks;                   /* into which rows of W are cut, and then its columns, where it is sparse */
    dmf_mat *right, *left;       /* T_j, d_0 x d_j, and A_j, d_N x d_j; left[N-1] has no memory of its own */
    dmf_mat c, p;                /* C_m, d_0 x d_m, and P_m, d_N x d_m; p without data: only the loss is wanted */
    dmf_mat p_own;               /* d_N x d_m, the memory of P_m, unless P_m is d phi / d W_N */
    dmf_mat last;                /* d_N x d_{N-1}, W_N with rows from lines on, where it is small; or no data */
    dmf_mat w, g;                /* W and G, d_N x d_0, where they are dense */
    dmf_real *residual, *residual_at; /* of the entries by rows, and in their places by columns */
} dmf__plan;

enum { DMF__SPARSE = 3 };  /* measured: bench_solve, step; n = 100, depth 2, one third of the entries */

/* entries = how many of W are wanted; 0 = all of W. Of equal costs the last m wins: at m = N - 1 the product P_m is
   d phi / d W_N and needs no place of its own. That times follow (7.9), and that the sparse way is left where it stops
   paying, is measured in test_factors.c, the_cost_is_as_modelled. */
static void dmf__choose_waist(dmf__plan *plan, size_t entries)
{
    const dmf_factors *f = plan->shape;
    const double rows = f->dims[f->depth], cols = f->dims[0], sparse = (double)DMF__SPARSE * (double)entries;
    double least = (double)INFINITY, cost, products = 0; /* products: of partial products, on both sides */
    int j, m;
    plan->sparse = entries > 0 && (!plan->problem || sparse < rows * cols);
    for (j = 2; j < f->depth; j++) products += rows * f->dims[j] * f->dims[j - 1];
    for (m = 1; m < f->depth; m++) {
        if (m > 1) products += (cols - rows) * f->dims[m] * f->dims[m - 1];
        cost = (plan->sparse ? sparse : rows * cols) * f->dims[m] + products; /* a third of (7.9) */
        if (cost <= least) plan->waist = m, least = cost;
    }
}

/* Memory for (7.5) and (7.6), which share it: m - 1 matrices of d_0 rows (1 where m = 1) and N - 1 - m of d_N rows, and
   the waist's own, C_m and P_m; beside it two numbers an entry, or W and G. */
static void dmf__plan_open(dmf__plan *plan, dmf_ctx *ctx, const dmf_problem *problem, const dmf_factors *f,
                           size_t entries)
{
    const int n = f->depth, rows = f->dims[n], cols = f->dims[0];
    int j;
    memset(plan, 0, sizeof *plan);
    plan->ctx = ctx;
    plan->problem = problem;
    plan->shape = f;
    if (n == 1) return;
    dmf__choose_waist(plan, entries);
    plan->right = (dmf_mat *)dmf__scratch(ctx, 2 * (size_t)n, sizeof(dmf_mat));
    if (ctx->status) return;
    plan->left = plan->right + n;
    for (j = dmf__min(plan->waist, 2); j <= plan->waist; j++)
        plan->right[j] = dmf__scratch_mat(ctx, cols, f->dims[j]);
    for (j = plan->waist; j < n - 1; j++) plan->left[j] = dmf__scratch_mat(ctx, rows, f->dims[j]);
    if (!problem) return;
    plan->c = dmf__scratch_mat(ctx, cols, f->dims[plan->waist]);
    plan->p_own = dmf__scratch_mat(ctx, rows, f->dims[plan->waist]);
    if (plan->sparse) {
        if (plan->waist == n - 1 && (size_t)rows * (size_t)f->dims[n - 1] <= ctx->caches.l2 / 2 / sizeof(dmf_real))
            plan->last = dmf__scratch_mat(ctx, rows, f->dims[n - 1]);
        /* measured: bench_solve, growth; less than 1e6 is not worth waking the threads. 16: of the rows and of the
           columns of MovieLens each of 32 threads gets at most 1.1 of its share */
        plan->tasks = (double)entries * f->dims[plan->waist] > 1e6 ? 16 * dmf_ctx_threads(ctx) : 1;
        plan->residual = dmf__reals(ctx, entries, 1);
        plan->residual_at = dmf__reals(ctx, entries, 1);
    } else {
        plan->w = dmf__compact(ctx, rows, cols);
        plan->g = dmf__compact(ctx, rows, cols);
    }
}

/* (7.5): T_1 by transposition if it is the waist, else T_2 .. T_m from the right, and A_{N-2} .. A_m from the left. The
   product of size d_0 x d_j x d_{j-1} costs 2 d_0 d_j d_{j-1} flops, of which (7.9) counts the multiplications.
   Transposes are taken by dmf__gemm as it packs, at no cost. */
static void dmf__forward(const dmf__plan *plan, const dmf_real *x)
{
    const dmf_factors *f = plan->shape;
    dmf_mat *t = plan->right, *a = plan->left;  /* T_j: d_0 x d_j, A_j: d_N x d_j */
    int j;
    a[f->depth - 1] = dmf__factor(f, x, f->depth);
    if (plan->last.data) dmf__copy(a[f->depth - 1], plan->last), a[f->depth - 1] = plan->last;
    if (plan->waist == 1) dmf__transpose(plan->ctx->simd, dmf__factor(f, x, 1), t[1]);
    for (j = 2; j <= plan->waist; j++)
        dmf__gemm(plan->ctx, j == 2, 1, 1, j == 2 ? dmf__factor(f, x, 1) : t[j - 1], dmf__factor(f, x, j), 0, t[j]);
    for (j = f->depth - 2; j >= plan->waist; j--)
        dmf__gemm(plan->ctx, 0, 0, 1, a[j + 1], dmf__factor(f, x, j + 1), 0, a[j]);
}

/* W = A_m T_m^T, after dmf__forward. */
static void dmf__product(const dmf__plan *plan, dmf_mat w)
{
    dmf__gemm(plan->ctx, 0, 1, 1, plan->left[plan->waist], plan->right[plan->waist], 0, w);
}

/* The rows of a that a list of indices picks, one after another. */
static dmf__chosen dmf__choose(dmf_mat a, const int *index)
{
    const dmf__chosen rows = { a.data, (size_t)a.ld, index };
    return rows;
}

/* Of so many lists, the first of a task (7.8). 64 bits hold the product. */
static int dmf__first_list(const dmf__plan *plan, int lists, int task)
{
    return (int)((int64_t)lists * task / plan->tasks);
}

/* r_e and p_i of (7.7) for the rows of a task: 4 d_m flops an entry. sample takes the inner products of one row of A_m
   with many of T_m, gather the sum of many rows of T_m into one of P_m. The residuals are left in the order of columns
   too, where the next pass reads them in sequence. Every width and way is compared with the sums of (7.4) in plain
   loops in test_factors.c, gradients_match_plain_loops; threads in test_motion.c,
   any_number_of_threads_takes_the_same_steps. */
static void dmf__waist_rows(const void *work, int task)
{
    const dmf__plan *plan = (const dmf__plan *)work;
    const dmf_mat a = plan->left[plan->waist], t = plan->right[plan->waist];  /* d_N x d_m, d_0 x d_m */
    const dmf_problem *p = plan->problem;
    const dmf__entries *e = &p->e;
    const int first = dmf__first_list(plan, p->rows, task), last = dmf__first_list(plan, p->rows, task + 1);
    const size_t begin = e->row_start[first], end = e->row_start[last], width = (size_t)a.cols;
    dmf_real *r = plan->residual;
    size_t k;
    plan->ctx->simd->sample(end - begin, width, dmf__choose(a, e->row + begin), dmf__choose(t, e->col + begin),
                            r + begin);
    dmf__axpy(plan->ctx->simd, end - begin, -1, p->y + begin, r + begin);
    if (!plan->p.data) return;
    for (k = begin; k < end; k++) plan->residual_at[e->place[k]] = r[k];
    plan->ctx->simd->gather((size_t)(last - first), e->row_start + first, width, dmf__choose(t, e->col),
                            (dmf_real)p->scale, r, dmf__row(plan->p, first), (size_t)plan->p.ld);
}

/* c_j of (7.7) for the columns of a task: 2 d_m flops an entry. */
static void dmf__waist_cols(const void *work, int task)
{
    const dmf__plan *plan = (const dmf__plan *)work;
    const dmf_mat a = plan->left[plan->waist];  /* d_N x d_m */
    const dmf_problem *p = plan->problem;
    const dmf__entries *e = &p->e;
    const int first = dmf__first_list(plan, p->cols, task), last = dmf__first_list(plan, p->cols, task + 1);
    plan->ctx->simd->gather((size_t)(last - first), e->col_start + first, (size_t)a.cols, dmf__choose(a, e->row_at),
                            (dmf_real)p->scale, plan->residual_at, dmf__row(plan->c, first), (size_t)plan->c.ld);
}

/* x . y in double, from sums of a thousand: under DMF_SINGLE a sum over all entries of a large problem would lose
   digits that a thousand terms do not cost. Where all terms are positive, as in x . x, the relative error is at most
   1024 roundings, and in double n / 1024 more. */
static double dmf__long_dot(const dmf__simd *simd, size_t n, const dmf_real *x, const dmf_real *y)
{
    double sum = 0;
    for (; n > 1024; n -= 1024, x += 1024, y += 1024) sum += (double)simd->dot(1024, x, y);
    return sum + (double)simd->dot(n, x, y);
}

/* (7.7) with the scale of (6.3): the loss of a batch and, unless p has no data, its P_m and C_m. The batch is in random
   order, so that rows of both come and go; it is small, and one thread takes all of it. */
static double dmf__waist_batch(const dmf__plan *plan, dmf__batch batch)
{
    const dmf_mat a = plan->left[plan->waist], t = plan->right[plan->waist];  /* d_N x d_m, d_0 x d_m */
    const dmf__simd *simd = plan->ctx->simd;
    const dmf_problem *p = plan->problem;
    const double scale = dmf__batch_scale(p, batch);
    const size_t width = (size_t)a.cols;
    double sum = 0, r;
    size_t i;
    if (plan->p.data) dmf__fill(plan->p, 0), dmf__fill(plan->c, 0);
    for (i = 0; i < batch.count; i++) {
        const size_t e = batch.chosen[i];
        const int row = p->e.row[e], col = p->e.col[e];
        r = (double)simd->dot(width, dmf__row(a, row), dmf__row(t, col)) - (double)p->y[e];
        sum += r * r;
        if (!plan->p.data) continue;
        dmf__axpy(simd, width, (dmf_real)(scale * r), dmf__row(t, col), dmf__row(plan->p, row));
        dmf__axpy(simd, width, (dmf_real)(scale * r), dmf__row(a, row), dmf__row(plan->c, col));
    }
    return scale * sum / 2;
}

/* The loss and, unless p has no data, P_m and C_m: (7.7) where G is sparse, else W = A_m T_m^T, G = grad l(W), P_m = G
   T_m and C_m = G^T A_m, three products of 2 d_N d_0 d_m flops. */
static void dmf__at_waist(const dmf__plan *plan, dmf__batch batch, double *loss)
{
    const dmf_problem *p = plan->problem;
    dmf_ctx *ctx = plan->ctx;
    if (plan->sparse && batch.chosen) *loss = dmf__waist_batch(plan, batch);
    else if (plan->sparse) {
        dmf__parallel(ctx, plan->tasks, dmf__waist_rows, plan);
        if (plan->p.data) dmf__parallel(ctx, plan->tasks, dmf__waist_cols, plan);
        *loss = p->scale / 2 * dmf__long_dot(ctx->simd, p->count, plan->residual, plan->residual);
    } else {
        dmf__product(plan, plan->w);
        dmf__loss_at(ctx, p, batch, plan->w, plan->p.data ? plan->g : dmf_none(), loss);
        if (!plan->p.data) return;
        dmf__gemm(ctx, 0, 0, 1, plan->g, plan->right[plan->waist], 0, plan->p);
        dmf__gemm(ctx, 1, 0, 1, plan->g, plan->left[plan->waist], 0, plan->c);
    }
}

/* (7.6), from P_m and C_m on. In each pass of the first loop c is C_j and `to` still holds T_{j-1}: it is used for the
   gradient, and then C_{j-1} takes its place. In the last pass W_1 stands for T_1, and d phi / d W_1 for C_1, both
   transposed. In the second loop p is P_{j-1} and left[j] still A_j, whose place P_j takes; the last P_j is d phi / d
   W_N and goes where that belongs. Against plain loops: gradients_match_plain_loops; against differences of phi:
   gradients_match_finite_differences (test_factors.c). */
static void dmf__backward(const dmf__plan *plan, const dmf_real *x, dmf_real *g)
{
    const dmf_factors *f = plan->shape;
    dmf_mat c = plan->c, p = plan->p;  /* C_j, d_0 x d_j, and P_{j-1}, d_N x d_{j-1} */
    dmf_mat to;                        /* C_{j-1}, d_0 x d_{j-1}, or P_j, d_N x d_j */
    int j;
    for (j = plan->waist; j >= 2; j--, c = to) {
        to = j == 2 ? dmf__factor(f, x, 1) : plan->right[j - 1];
        dmf__gemm(plan->ctx, 1, j == 2, 1, c, to, 0, dmf__factor(f, g, j));
        if (j == 2) dmf__gemm(plan->ctx, 1, 1, 1, dmf__factor(f, x, 2), c, 0, dmf__factor(f, g, 1));
        else dmf__gemm(plan->ctx, 0, 0, 1, c, dmf__factor(f, x, j), 0, to);
    }
    if (plan->waist == 1) dmf__transpose(plan->ctx->simd, c, dmf__factor(f, g, 1));
    for (j = plan->waist + 1; j < f->depth; j++, p = to) {
        to = j == f->depth - 1 ? dmf__factor(f, g, f->depth) : plan->left[j];
        dmf__gemm(plan->ctx, 1, 0, 1, plan->left[j], p, 0, dmf__factor(f, g, j));
        dmf__gemm(plan->ctx, 0, 1, 1, p, dmf__factor(f, x, j), 0, to);
    }
}

/* phi at the point x of parameter space (7.1) and, unless g is NULL, its gradient there (7.4). */
static void dmf__evaluate(dmf__plan *plan, dmf__batch batch, const dmf_real *x, dmf_real *g, double *loss)
{
    const dmf_factors *f = plan->shape;
    if (plan->ctx->status) return;
    plan->p = !g ? dmf_none() : plan->waist == f->depth - 1 ? dmf__factor(f, g, f->depth) : plan->p_own;
    if (f->depth == 1) dmf__loss_at(plan->ctx, plan->problem, batch, dmf__factor(f, x, 1), plan->p, loss);
    else {
        dmf__forward(plan, x);
        dmf__at_waist(plan, batch, loss);
        if (g && !plan->ctx->status) dmf__backward(plan, x, g);
    }
}

/* The door for a problem and its factors together. */
static dmf_status dmf__check_pair(dmf_ctx *ctx, const dmf_problem *p, const dmf_factors *f)
{
    dmf__check_given(ctx, "the factors", f);
    dmf__check_given(ctx, "the problem", p);
    if (!ctx->status && (p->rows != f->dims[f->depth] || p->cols != f->dims[0]))
        dmf__fail(ctx, DMF_ERR_SHAPE, "the problem is %d x %d and the product of the factors %d x %d", p->rows,
                  p->cols, f->dims[f->depth], f->dims[0]);
    return ctx->status;
}

/* W = W_N ... W_1, rows x cols, by (7.5) from both ends: with a narrow layer the last product is the thin one. */
static void dmf__product_of(dmf_ctx *ctx, const dmf_factors *f, dmf_mat w)
{
    dmf__plan plan;
    dmf__plan_open(&plan, ctx, NULL, f, 0);
    if (ctx->status) return;
    if (f->depth == 1) dmf__copy(f->w[0], w);
    else dmf__forward(&plan, f->data), dmf__product(&plan, w);
}

static dmf_mat dmf__formed(dmf_ctx *ctx, const dmf_factors *f)
{
    dmf_mat w = dmf__compact(ctx, f->dims[f->depth], f->dims[0]);  /* rows x cols */
    dmf__product_of(ctx, f, w);
    return w;
}

/* W by (7.5). Against products one factor at a time in test_factors.c, gradients_match_plain_loops, and a reference. */
DMF_API dmf_status dmf_product(dmf_ctx *ctx, const dmf_factors *f, dmf_mat w)
{
    const dmf__arg args[2] = { dmf__factors_arg(DMF__IN, "the array of factors", f),
                               dmf__product_arg(DMF__OUT, "the product", w, f) };
    dmf__frame frame;
    ctx = dmf__enter(&frame, ctx, args, 2);
    if (!ctx->status) dmf__product_of(ctx, f, w);
    dmf__check_finite(ctx, "the product", w);
    return dmf__close(&frame);
}

/* phi (7.1) and its gradient (7.4), of all terms. In test_factors.c against a reference
   (the_reference_gradient_is_met), plain loops over all shapes, ways and instruction sets
   (gradients_match_plain_loops), differences of phi for all three kinds of loss (gradients_match_finite_differences),
   and the same problem transposed, for which the ends meet elsewhere (transposition_commutes_with_the_gradient). */
DMF_API dmf_status dmf_loss(dmf_ctx *ctx, const dmf_problem *p, const dmf_factors *f, dmf_factors *gradient,
                            double *loss)
{
    dmf__frame frame;
    dmf__plan plan;
    ctx = dmf__open(&frame, ctx);
    dmf__check_pair(ctx, p, f);
    if (!ctx->status && gradient && (f->depth != gradient->depth ||
                                     memcmp(f->dims, gradient->dims, ((size_t)f->depth + 1) * sizeof *f->dims) != 0))
        dmf__fail(ctx, DMF_ERR_SHAPE, "the gradient does not have the shape of the factors");
    if (!ctx->status) {
        const dmf__arg args[5] = { dmf__factors_arg(DMF__OUT_OR_NONE, "the gradient", gradient),
                                   dmf__memory_arg(DMF__OUT, "the place for the loss", loss, 1, sizeof *loss),
                                   dmf__factors_arg(DMF__IN, "the array of factors", f), DMF__PROBLEM_ARGS(p) };
        dmf__check_args(ctx, args, 5);
        dmf__plan_open(&plan, ctx, p, f, dmf__sampled(p));
    }
    if (!ctx->status) {
        dmf__evaluate(&plan, dmf__everything(p), f->data, gradient ? gradient->data : NULL, loss);
        dmf__check_result(ctx, "the loss", *loss);
        if (gradient) dmf__check_finite_factors(ctx, gradient);
    }
    return dmf__close(&frame);
}

/* ---- 8. Motion -------------------------------------------------------------------------------

   A19 analyses gradient flow, x all factors together (equation (4)),

       x' = -grad phi(x),                                                                                     (8.1)

   and approximates it by descent with a small rate: tens of thousands of steps. Integrating the flow itself takes
   hundreds of gradients, because a step may be as long as accuracy allows. Along it

       phi' = <grad phi, x'> = - ||grad phi||^2:                                                              (8.2)

   the loss falls until nothing moves, and a step across which it does not is no step along the flow. Flow and descent
   share what a run is, who looks on, how it may end, and the loop in 8.6; they differ in the step.

   Nearly all of the cost is gradients. Besides one, a stage combines five vectors: five multiplications for a number
   of x, where (7.9) has about 3 d of them with layers of width d. RKC keeps four vectors of the length of x besides x
   and g, Dormand and Prince seven, momentum one and Adam two. */

enum { DMF__VECTORS = 7 };  /* defined: six slopes and a point of Dormand and Prince; others need fewer */

/* A run. Its vectors have the length of x; what is in v depends on the method:

       RKC        v[0], v[1]       Y_{j-1} and Y_{j-2}, by turns, and the estimate e in the end
                  v[2], v[3]       -F_{j-1}, and the direction of the power iteration
       DP5        v[0] .. v[5]     -k_2 .. -k_7, and e in the place of the first
                  v[6]             the point at which a slope is taken, and where the step leads
       MOMENTUM   v[0]             v of (8.19)
       ADAM       v[0], v[1]       m and v of (8.21)

   x_new and g_new lie among them and are valid until the next step, and so for what is seen inside a step. Between
   steps v[0] to v[3] of a flow serve the noise, the short steps and the power iteration. */
typedef struct dmf__run {
    dmf_ctx *ctx;
    dmf__plan plan;
    const dmf_problem *problem;
    dmf_motion motion;            /* with its defaults filled in */
    const dmf_observer *observer;
    dmf_report now;
    size_t n;                     /* length of x */
    dmf_real *x, *g;              /* where we are (the memory of the factors), and the gradient there */
    dmf_real *v[DMF__VECTORS];    /* whatever the method needs */
    int together;                 /* with other processes */
    double *sums;                 /* NULL, or room for what is added up over processes: n + 2 numbers */
    dmf__batch batch;             /* the terms of which gradients are taken: all, but inside a step of SGD */
    dmf_rng rng;                  /* of the batches, and of roundings that are made on purpose */

    dmf_real *begun;              /* x at the start of a step, while an observer sees between steps */
    long looked;                  /* the latest step that was looked at, -1 before the first */
    size_t next_time;             /* the next of observer->times */

    /* Flow */
    double time_low;              /* the time is now.time + time_low */
    double h, left;               /* of the step to be tried, and of what is left until stop_time */
    double error, loss_new;       /* of the step being tried: error over what is allowed, and the loss behind it */
    dmf_real *x_new, *g_new;
    double before_h, before_error;  /* of the step before; 0 at first */
    double decay;                 /* of log loss, in that step */
    double rho;                   /* 0 until it is first estimated */
    long rho_checked;             /* evaluations at the latest check of rho */
    int relaxing;                 /* the step is one of (8.13) */
    double went, slope_before;    /* ||x_new - x|| of the step tried; the slope before the one that was taken */
    dmf_mat *from, *to;           /* NULL, or room for A_j^T and B_j^T of (8.14), d_w x d_j */
    int held;                     /* how many are; 0 = all of x moves */
    long ask_again;               /* evaluations before which none will be held */
    double left_out, left_sum;    /* ||Q grad phi|| at the latest gradient; its integral while modes are held */
    double bound, rho_all;        /* what (8.6) allows in the step tried; rho of all of x while modes are held */
    int idle;                     /* steps that have not lowered the loss */
    double lowest;                /* loss so far */
    long asked;                   /* evaluations before which rest will not be asked for again */

    /* Step by step */
    double slope, second;         /* ||g|| in the latest survey, and memory of squares of it */
    size_t *shuffled, used;       /* of this epoch */
    int moved, resting;           /* some batch of this epoch had a gradient; surveys in a row that found none */
} dmf__run;

static int dmf__flows(const dmf__run *run) { return run->motion.method <= DMF_DP5; }
static int dmf__over(const dmf__run *run) { return run->now.reason != 0 || run->ctx->status != DMF_OK; }

static double dmf__norm(const dmf__run *run, const dmf_real *x) { return dmf__length(run->ctx->simd, 1, run->n, 0, x); }

/* y = sum_i c_i x_i; y may be one of the x_i. 2 terms - 1 flops for a number, and terms + 1 vectors of memory, once
   each: what a stage costs besides its gradient. */
static void dmf__combine(const dmf__run *run, int terms, const double *c, const dmf_real *const *x, dmf_real *y)
{
    dmf_real coefficients[8];
    int i;
    for (i = 0; i < terms; i++) coefficients[i] = (dmf_real)c[i];
    run->ctx->simd->combine(run->n, terms, coefficients, x, y);
}

static void dmf__combine2(const dmf__run *run, double a, const dmf_real *x, double b, const dmf_real *y,
                          dmf_real *out)
{
    const double c[2] = { a, b };
    const dmf_real *const from[2] = { x, y };
    dmf__combine(run, 2, c, from, out);
}

/* Adds up numbers over the processes. The first is not 0 where a process has failed: then all fail. */
static void dmf__add_up(dmf_ctx *ctx, double *numbers, size_t count)
{
    int status;
    numbers[0] = ctx->status != DMF_OK;
    status = ctx->options.reduce(ctx->options.reduce_user, numbers, count);
    if (status) dmf__fail(ctx, DMF_ERR_CALLBACK, "the sum over processes returned %d", status);
    else if (numbers[0] != 0) dmf__fail(ctx, DMF_ERR_CALLBACK, "the call has failed in another process");
}

/* Processes begin together or not at all, and with the same factors. A number h is the same in all of them where the
   square of its sum is the sum of its squares times the number of processes, by Cauchy and Schwarz nowhere else; of a
   checksum (FNV-1a) h has 16 bits, so that this is exact. In test_motion.c, processes_train_one_problem and
   processes_fail_together. */
static void dmf__begin_together(const dmf__run *run)
{
    const unsigned char *bytes = (const unsigned char *)run->x;
    const size_t size = run->ctx->status ? 0 : run->n * sizeof *run->x;
    double numbers[4] = { 0, 1, 0, 0 };
    uint32_t sum = 0x811c9dc5u;
    size_t i;
    for (i = 0; i < size; i++) sum = (sum ^ bytes[i]) * 16777619u;
    numbers[2] = (double)(sum >> 16);
    numbers[3] = numbers[2] * numbers[2];
    dmf__add_up(run->ctx, numbers, 4);
    if (numbers[1] * numbers[3] != numbers[2] * numbers[2])
        dmf__fail(run->ctx, DMF_ERR_CALLBACK, "the factors are not the same in all processes");
}

/* Loss and gradient are sums over terms, so that they are sums over processes. n + 2 numbers go round: whether one has
   failed, the loss, and the gradient unless g is NULL. */
static void dmf__sum_terms(const dmf__run *run, dmf_real *g, double *loss)
{
    double *sums = run->sums;
    const size_t n = g ? run->n : 0;
    size_t i;
    sums[1] = run->ctx->status ? 0 : *loss;
    for (i = 0; i < n; i++) sums[i + 2] = run->ctx->status ? 0 : (double)g[i];
    dmf__add_up(run->ctx, sums, n + 2);
    *loss = sums[1];
    for (i = 0; i < n; i++) g[i] = (dmf_real)sums[i + 2];
}

/* (8.14): what is left of the gradient g while large modes are held, and the norm of the rest. */
static double dmf__leave_out(const dmf__run *run, dmf_real *g)
{
    const dmf_factors *f = run->plan.shape;
    const dmf__mark mark = dmf__mark_here(run->ctx);
    const double all = dmf__norm(run, g);
    const int r = run->held;
    double kept;
    int j;
    for (j = 1; j <= f->depth; j++) {
        const dmf_mat m = dmf__factor(f, g, j);  /* d_j x d_{j-1} */
        const dmf_mat b = dmf_block(run->to[j], 0, 0, r, m.rows);        /* r x d_j, B^T */
        const dmf_mat a = dmf_block(run->from[j - 1], 0, 0, r, m.cols);  /* r x d_{j-1}, A^T */
        dmf_mat bm = dmf__compact(run->ctx, r, m.cols), ma = dmf__compact(run->ctx, m.rows, r);  /* B^T M, M A */
        dmf__gemm(run->ctx, 0, 0, 1, b, m, 0, bm);
        dmf__gemm(run->ctx, 1, 0, -1, b, bm, 1, m);
        dmf__gemm(run->ctx, 0, 1, 1, m, a, 0, ma);
        dmf__gemm(run->ctx, 0, 0, -1, ma, a, 1, m);
    }
    dmf__give_back(run->ctx, mark);
    kept = dmf__norm(run, g);
    return kept < all ? sqrt((all - kept) * (all + kept)) : 0;
}

/* phi at x, of all terms or of those of a batch, and decay (8.22), of which a batch has all; and the gradient unless g
   is NULL. Nothing if the run is over, or is so now because gradients have run out. */
static void dmf__gradient(dmf__run *run, const dmf_real *x, dmf_real *g, double *loss)
{
    const dmf_motion *m = &run->motion;
    if (dmf__over(run)) return;
    if (g && m->stop_evaluations > 0 && run->now.evaluations >= m->stop_evaluations) {
        run->now.reason = DMF_STOP_EVALUATIONS;
        return;
    }
    run->now.evaluations += g != NULL;
    dmf__evaluate(&run->plan, run->batch, x, g, loss);
    if (run->sums) dmf__sum_terms(run, g, loss);
    if (run->ctx->status) return;
    if (m->decay > 0) *loss += m->decay / 2 * dmf__long_dot(run->ctx->simd, run->n, x, x);
    if (m->decay > 0 && g) dmf__axpy(run->ctx->simd, run->n, (dmf_real)m->decay, x, g);
    if (run->held && g) run->left_out = dmf__leave_out(run, g);
}

/* Loss and gradient where we are must be finite. Where a constant rate minimises squares, which have a minimum, it is
   the rate that has led elsewhere. */
static void dmf__check_number(const dmf__run *run, const char *what, double value)
{
    const dmf_method method = run->motion.method;
    if (dmf__over(run) || fabs(value) <= DBL_MAX) return;
    if (run->now.steps == 0) dmf__fail(run->ctx, DMF_ERR_DIVERGED, "%s at the start is %g", what, value);
    if (run->problem->kind != DMF__CUSTOM && (method == DMF_GD || method == DMF_MOMENTUM || method == DMF_SGD))
        dmf__fail(run->ctx, DMF_ERR_DIVERGED, "after step %ld %s is %g: the rate %g is too large", run->now.steps, what,
                  value, run->motion.rate);
    dmf__fail(run->ctx, DMF_ERR_DIVERGED, "after step %ld %s is %g", run->now.steps, what, value);
}

static void dmf__look(dmf__run *run, double time, double loss)
{
    const dmf_moment moment = { run->now.steps, time, loss, run->now.evaluations, run->plan.shape, run->ctx };
    run->looked = run->now.steps;
    if (run->observer->look(run->observer->user, &moment) && !run->now.reason) run->now.reason = DMF_STOP_OBSERVER;
}

/* Whether the next of the observer's times comes before the given one, or is it. */
static int dmf__time_due(const dmf__run *run, double time)
{
    const dmf_observer *o = run->observer;
    return o && o->times && run->next_time < o->time_count && o->times[run->next_time] <= time;
}

/* Whether the observer wants to see where we are: always at the start, then every so many steps, or where one of its
   times has come. Those inside a step of a flow have been shown by dmf__look_between. */
static int dmf__due(const dmf__run *run)
{
    const dmf_observer *o = run->observer;
    return o && (run->now.steps == 0 || (o->times ? dmf__time_due(run, run->now.time)
                                                  : run->now.steps % (o->every > 0 ? o->every : 1) == 0));
}

/* Why to stop here; 0 = go on. Where several reasons hold the first of these is told: what was asked for before what
   was only allowed. */
static dmf_stop dmf__stop_reason(const dmf__run *run)
{
    const dmf_motion *m = &run->motion;
    if (m->stop_loss > 0 && run->used == 0 && run->now.loss <= m->stop_loss) return DMF_STOP_LOSS;
    if (m->stop_time > 0 && run->now.time >= m->stop_time) return DMF_STOP_TIME;
    if (run->now.steps >= m->stop_steps) return DMF_STOP_STEPS;
    if (m->stop_evaluations > 0 && run->now.evaluations >= m->stop_evaluations) return DMF_STOP_EVALUATIONS;
    return (dmf_stop)0;
}

/* ---- 8.1 Gradient flow -----------------------------------------------------------------------

   What stands in the way is stiffness. Near a solution the Hessian has eigenvalues from 0 to rho. A classical
   explicit method must keep h rho below about 3, while the slow modes could take steps a thousand times longer.
   But the Jacobian of a gradient flow is symmetric, so its spectrum is real, and for such problems the
   Runge-Kutta-Chebyshev method (RKC) [SSV98] spends its s stages on stability instead of order. On y' = lambda y,
   z = h lambda, stage j is a polynomial in z made from the Chebyshev polynomial T_j,

       Y_j / Y_0 = a_j + b_j T_j(w_0 + w_1 z),     a_j = 1 - b_j T_j(w_0),     b_j = T_j'' / T_j'^2 at w_0,   (8.3)

   with w_1 = T_s'(w_0) / T_s''(w_0): at z = 0 the last one, its first and its second derivative are a_s + b_s
   T_s(w_0), b_s w_1 T_s'(w_0) and b_s w_1^2 T_s''(w_0), all of them 1, which is order 2. The recurrence of the T_j
   becomes that of the stages, F_j = -grad phi(Y_j):

       Y_j = (1 - mu - nu) Y_0 + mu Y_{j-1} + nu Y_{j-2} + (w_1 / w_0) mu h (F_{j-1} - a_{j-1} F_0),          (8.4)

   mu = 2 w_0 b_j / b_{j-1}, nu = -b_j / b_{j-2}, b_0 = b_1 = b_2, and Y_1 = Y_0 + b_1 w_1 h F_0. For b_j times T_j = 2
   (w_0 + w_1 z) T_{j-1} - T_{j-2} is mu (1 + w_1 z / w_0) b_{j-1} T_{j-1} + nu b_{j-2} T_{j-2}. There b_i T_i is Y_i
   / Y_0 - a_i by (8.3), and z Y_i is h F_i; of the constants, a_j - mu a_{j-1} - nu a_{j-2} is 1 - mu - nu, as at z =
   0 both sides are b_j T_j(w_0). On an equation that is not linear the stages are what (8.4) makes of it. The
   conditions for order 2 are two, and both show on the linear one. The argument of T_s stays between -1 and w_0, where
   |T_s| <= T_s(w_0), as long as

       h rho <= (w_0 + 1) / w_1.                                                                              (8.5)

   How far is that? Take w_0 = 1 + c^2 / (2 s^2), which is cosh(c / s) to second order. For many stages T_s(w_0) tends
   to cosh c and T_s' / s^2 to sinh c / c, and the differential equation (1 - x^2) T_s'' - x T_s' + s^2 T_s = 0 gives
   T_s'' / s^4 = (cosh c - sinh c / c) / c^2. So (w_0 + 1) / w_1 tends to 2 s^2 (c coth c - 1) / c^2, b_s to (cosh c -
   sinh c / c) / sinh^2 c, and a_s to 1 - b_s cosh c. With w_0 = 1 + 1/s^2, c^2 = 2, the first is 0.5918 s^2. Divided
   by s^2 - 1 it falls from 0.6 at s = 2 to that limit, so h rho may be 0.59 (s^2 - 1) at every s: s stages go as far
   as s^2/5 steps of a classical method. Their number follows from h, which the error controls, and from rho, which is
   estimated by a power method on differences of gradients. Over the interval of stability (8.3) swings between a_s -
   b_s and a_s + b_s, a_s = 0.53 and b_s = 0.22 in the limit. What the swings cost is damping; c = 0, none, would reach
   2/3 s^2. The authors damp less, w_0 = 1 + 2/(13 s^2), where they are 0.64 and 0.31: h rho may reach 0.65 s^2, but a
   mode that should have died out keeps a third to all of itself, and the error sees it for many steps more. After each
   singular value that has risen, this problem has plenty of such modes.

   The flow of a product (10.1) is x' = -M(x) grad l(x) with M symmetric and positive semidefinite. Its Jacobian -M H -
   (DM) grad l, H the Hessian, is not symmetric. Where grad l vanishes only the first term is left, which has the
   eigenvalues of the symmetric -M^(1/2) H M^(1/2), 0 or less at a minimum. Elsewhere nothing is proved of them, and it
   is the control of the error that keeps steps stable. The loss falls there too, by <grad l, M grad l>.

   For high accuracy a method of high order is better: Dormand and Prince, order 5 [DP80].

   Both estimate the error e of each step and accept it if the loss has not grown, which no gradient flow lets it do,
   and

       ||e|| <= min(rtol ||x|| + atol, max(0.3 ||x_new - x||, 300 eps ||x||)).                                (8.6)

   The first bound is the usual one. The second is for small starts, where what matters, the modes that grow out of
   almost nothing, is far below rtol ||x||: left to the first, steps jump over their growth, come out anywhere, and are
   rejected ten in a row when the modes have become large. Where a step's error must be below 30 per cent of the step,
   a mode that grows is followed for as long as nothing larger moves, whatever its size. The least that can be asked
   for is what rounding of x leaves of a step, some eps ||x||: the differences that e is made of are not known better.

   The norm is Frobenius's over all factors: the flow does not change under rotations W_j -> R_j W_j R_{j-1}^T (R_0 and
   R_N acting on the data), and neither do the steps. A norm by entries, as libraries of integrators have it, would tie
   steps to the axes. The error of a step of length h is C h^(p+1), p = 2 and 4 the orders of the estimates. If C grows
   from this step to the next by the same factor as from the last one to this, C_n = e_n / h_n^(p+1), then the h at
   which C_{n+1} h^(p+1) = 1 is that of Gustafsson's predictive controller [G94],

       h_new = 0.8 h (1 / e_n)^(1/(p+1)) (h_n / h_{n-1}) (e_{n-1} / e_n)^(1/(p+1)),                           (8.7)

   h = h_n, e_n the left side of (8.6) over the right, and 0.8 for safety. Leaving a saddle C grows by a factor in
   every step; a controller without memory is rejected again and again. Nothing depends on the time, so steps may be
   shorter than its last digit: it is kept to twice the digits of a double. */

/* The spectral radius rho of the Hessian H at x, by power iteration on

       (grad phi(x + d) - grad phi(x)) / |d| = (H d) / |d| + O(|d|),     |d| = sqrt(eps) ||x||,               (8.8)

   from the direction in v[3], where the last one ended, until it changes by less than a tenth. What (8.8) leaves
   out is of the size of |d|, and rounding, some eps rho ||x||, is divided by |d|: each is about sqrt(eps) of the whole.
   Iteration k finds radius_k = |H^k d| / |H^(k-1) d|. With q_i = |lambda_i| / rho for the eigenvalues of H and d =
   sum_i c_i e_i in its eigenvectors,

       1 - (radius_k / rho)^2 = (sum_i (1 - q_i^2) q_i^(2k-2) c_i^2) / (sum_i q_i^(2k-2) c_i^2)
                              <= max_q (1 - q^2) q^(2k-2) tan^2 theta <= (tan^2 theta) / (e (k - 1)),         (8.9)

   theta the angle between d and the eigenvectors with q_i = 1: the largest value is at q^2 = 1 - 1/k. So an estimate is
   never too large but for (8.8), and close eigenvalues do not delay it. For 1.1 radius_k to be rho or more, 1 - 1 /
   1.21 = 0.17 is enough at the right: four iterations from 45 degrees. As rho changes slowly, the first iteration is
   compared with what it was; most often that is enough. tuned: bench_solve, its problem, five draws; 1.05 to 1.25 for
   1.1, 0.05 to 0.2 for the tenth and 20 to 80 gradients between two estimates change their number by at most 10 per
   cent. */
static void dmf__update_rho(dmf__run *run)
{
    dmf_real *point = run->v[0], *d = run->v[3];
    double size = dmf__norm(run, run->x) * sqrt((double)DMF__EPS), length, last, radius = run->rho / 1.1, ignored;
    int i;
    if (run->rho == 0) memcpy(d, run->g, run->n * sizeof *d);
    length = dmf__norm(run, d);
    if (size == 0) size = sqrt((double)DMF__EPS);
    for (i = 0; i < 50 && length > 0 && !dmf__over(run); i++) {
        dmf__combine2(run, 1, run->x, size / length, d, point);
        dmf__gradient(run, point, d, &ignored);
        dmf__combine2(run, 1, d, -1, run->g, d);
        length = dmf__norm(run, d);
        last = radius;
        radius = length / size;
        if (fabs(radius - last) <= 0.1 * radius) break; /* tuned: as above */
    }
    run->rho = length > 0 && radius <= DBL_MAX ? 1.1 * radius : 0; /* 0: from g again */
    run->rho_checked = run->now.evaluations;
}

/* Both kinds of step leave where they lead, the slope and the loss there, valid until the next step, and return the
   estimate e, which does not survive. */

/* Of steps that relax, (8.13). tuned: test_motion.c, plateaus_cost_the_same_at_any_length; 2.5 to 4 are alike within 10
   per cent. measured: |R(z) - e^z| / (1 - R(z)) on a fine grid of z < 0 is largest at z = -2.15, 0.1509 */
static const double dmf__damping = 3, dmf__unrelaxed = 0.151;

/* Whether the next step is one of (8.13): 7 stages and more, all that is seen to move decays, and what is still to go,
   in the ratio in which the slope has fallen, or in a step like the last, is within the tolerance. An observer's time
   in between is not reached so, nor stop_loss: steps of order 2 end closer to it, and follow poorly upon these. tuned:
   as above; 15 to 60 for 30 */
static int dmf__may_relax(const dmf__run *run)
{
    const double fall = dmf__norm(run, run->g) / run->slope_before;
    const double left = run->relaxing ? run->went : run->went * fall / (1 - fall);
    if (run->held || run->error > 1) return 0;
    if (!(run->h * run->rho > 30) || !(fall < 0.8)) return 0; /* tuned: above */
    if (dmf__time_due(run, run->now.time + run->h)) return 0;
    if (run->motion.stop_loss > run->now.loss * exp(-(run->relaxing ? 2 : 6) * run->decay * run->h)) return 0;
    return dmf__unrelaxed * left <= run->motion.rtol * dmf__norm(run, run->x);
}

/* A step of s stages, (8.3) and (8.4), or (8.13) if it is to relax. t, dt and ddt are T_j, T_j' and T_j'' at w_0, from
   T_j = 2 w_0 T_{j-1} - T_{j-2} and its derivatives, with 1 and 2 behind them for j - 1 and j - 2; w_1 comes from T_s =
   cosh(arg), T_s' = s sinh(arg) / root and the differential equation of T_s, in which root^2 = w_0^2 - 1. Before pass
   j, now is Y_{j-1} and last Y_{j-2}, whose place Y_j takes; slope is -F_{j-1}, run->g is -F_0, and the terms of c are
   those of (8.4) in its order. The error is estimated as the authors do,

       e = 0.8 (x - x_new) + 0.4 h (F_0 + F_s),     h^3 x''' / 15 + O(h^4) along a solution.                 (8.10)

   defined: [SSV98]. s gradients, the last of which is the first of the next step, and s + 1 combinations. Against a
   path computed to many digits, the_flow_meets_its_reference; against (8.3), one step at a time,
   steps_are_the_polynomials_of_their_stages; the order of the error, errors_fall_with_the_tolerance (test_motion.c). */
static dmf_real *dmf__rkc_stages(dmf__run *run, int s)
{
    const int first = run->relaxing;
    double damping = (first ? dmf__damping * dmf__damping / 2 : 1) / ((double)s * s), h = run->h;
    double w0 = 1 + damping, root = sqrt(damping * (2 + damping));
    double arg = s * log(w0 + root); /* T_s(w0) = cosh(arg), and root^2 = w0^2 - 1 */
    double w1 = first ? cosh(arg) * root / (s * sinh(arg))
                      : sinh(arg) * root * root / (cosh(arg) * s * root - w0 * sinh(arg));
    double t1 = w0, t2 = 1, dt1 = 1, dt2 = 0, ddt1 = 0, ddt2 = 0, loss;
    double b1 = first ? 1 / w0 : 1 / (4 * w0 * w0), b2 = first ? 1 : b1;
    dmf_real *now = run->v[0], *last = run->v[1], *slope = run->v[2], *swap;
    int j;
    memcpy(last, run->x, run->n * sizeof *last);
    dmf__combine2(run, 1, run->x, -w1 * b1 * h, run->g, now);
    for (j = 2; j <= s && !dmf__over(run); j++) {
        double t = 2 * w0 * t1 - t2, dt = 2 * w0 * dt1 - dt2 + 2 * t1, ddt = 2 * w0 * ddt1 - ddt2 + 4 * dt1;
        double b = first ? 1 / t : ddt / (dt * dt), a = 1 - t1 * b1;
        double mu = 2 * w0 * b / b1, nu = -b / b2, step = mu * w1 / w0 * h;
        const double c[5] = { 1 - mu - nu, mu, nu, -step, step * a };
        const dmf_real *const from[5] = { run->x, now, last, slope, run->g };
        dmf__gradient(run, now, slope, &loss);
        dmf__combine(run, 5, c, from, last);
        swap = last, last = now, now = swap;
        t2 = t1, t1 = t, dt2 = dt1, dt1 = dt, ddt2 = ddt1, ddt1 = ddt, b2 = b1, b1 = b;
    }
    dmf__gradient(run, now, slope, &run->loss_new);
    {
        const double c[4] = { 0.8, -0.8, -0.4 * h, -0.4 * h };
        const dmf_real *const from[4] = { run->x, now, run->g, slope };
        dmf__combine(run, 4, c, from, last);
    }
    if (first) dmf__combine2(run, dmf__unrelaxed, now, -dmf__unrelaxed, run->x, last);
    run->x_new = now;
    run->g_new = slope;
    return last;
}

/* Chooses the stages for h, the least s of 2 or more for which h rho <= bound (s^2 - 1), or a smaller h if they were
   more than 1000, or so many that rounding might reach a tenth of the tolerance. measured: of linear equations in float
   a step rounds by 0.1 s^2 eps ||x|| at 5 stages, 0.03 at 10, 0.005 at 40. defined: 1000, [SSV98]. Where rho is really
   1 + d times the estimate, T_s multiplies the steepest mode by about cosh(2 s sqrt(d)): few stages bear what changes
   between two estimates, many do not, and get a sixteenth more. tuned: bench_solve, small starts; a twelfth to a
   twentieth are alike */
static dmf_real *dmf__rkc_step(dmf__run *run)
{
    const int relaxed = run->relaxing;
    double most = sqrt(run->motion.rtol / (2 * (double)DMF__EPS)), bound, stages; /* measured: above */
    if (run->rho == 0 || run->now.evaluations >= run->rho_checked + 40) dmf__update_rho(run);
    run->relaxing = dmf__may_relax(run);
    if (relaxed && !run->relaxing) run->before_error = 0;
    bound = run->relaxing ? 0.66 : 0.59; /* proved: (8.13) and (8.5), h rho <= bound (s^2 - 1) */
    most = most < 3 ? 3 : most > 1000 ? 1000 : most;
    stages = 1 + floor(sqrt(1 + run->h * run->rho / bound));
    stages += floor(stages / 16);
    if (stages > most) {
        run->h *= floor(most) * floor(most) / (stages * stages);
        stages = floor(most);
    }
    return dmf__rkc_stages(run, stages >= 2 ? (int)stages : 2);
}

/* Weights of the slopes k_1 .. k_7 in the error. defined: [DP80] */
static const double dmf__dp5_error[7] = {
    71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40 };

/* Slope i is taken at x + h sum_{j<i} a_ij k_j. The rows of a sum to 0, 1/5, 3/10, 4/5, 8/9, 1 and 1, where in the
   step these points lie; the last row is the step of order 5 itself, so that k_7 is the k_1 of the next: six
   gradients a step. Minus k_1 is g; minus k_2 .. k_7 go to v[0] .. v[5], and at last the error, of order 5 less that
   of order 4, to the place of k_2, whose weight is 0. The order is measured in test_motion.c,
   errors_fall_with_the_tolerance. */
static dmf_real *dmf__dp5_step(dmf__run *run)
{
    static const double a[7][7] = { /* defined: [DP80] */
        { 0 },
        { 1.0 / 5 },
        { 3.0 / 40, 9.0 / 40 },
        { 44.0 / 45, -56.0 / 15, 32.0 / 9 },
        { 19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729 },
        { 9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656 },
        { 35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84 } };
    dmf_real *point = run->v[6];
    const dmf_real *k[7] = { run->g };
    double c[7];
    int i, j;
    for (i = 1; i < 7; i++) {
        for (j = 0; j < i; j++) c[j] = -run->h * a[i][j];
        c[i] = 1, k[i] = run->x;
        dmf__combine(run, i + 1, c, k, point);
        dmf__gradient(run, point, run->v[i - 1], &run->loss_new);
        k[i] = run->v[i - 1];
    }
    for (i = 0; i < 7; i++) c[i] = run->h * dmf__dp5_error[i];
    dmf__combine(run, 7, c, k, run->v[0]);
    run->x_new = point;
    run->g_new = run->v[5];
    return run->v[0];
}

/* ---- 8.2 Inside a step -----------------------------------------------------------------------

   The cubic through both ends of a step with their slopes (Hermite) is of order 3: enough for RKC. With the slopes
   F_0 at the left end and F_1 at the right, and theta from 0 to 1 between,

       cubic(theta) = (1 - theta)^2 (1 + 2 theta) x + theta^2 (3 - 2 theta) x_new
                      + theta (1 - theta) h ((1 - theta) F_0 - theta F_1).                                   (8.11)

   The slopes of Dormand and Prince allow order 4, with a term that vanishes at the ends together with its derivative:

       x(theta) = cubic(theta) + theta^2 (1 - theta)^2 h sum_i d_i k_i.                                      (8.12)

   The eight conditions of order 4, sum_i b_i(theta) Phi_i = theta^r / gamma for every tree of r <= 4 nodes, solved in
   fractions, leave d free up to a multiple of the error's weights. Here it is the multiple for which the nine
   coefficients of order 5, each divided by the symmetry of its tree, are least in the mean square over the step: the
   interpolation of the code DOPRI5 [HNW93], to the last digit. */

/* (8.11), and for Dormand and Prince (8.12), one combination; slopes in memory have the other sign. The eighth vector
   is k_6, k_2 has no weight. The order is measured in test_motion.c, interpolation_has_the_order_of_the_method. */
static void dmf__interpolate(const dmf__run *run, double theta, dmf_real *out)
{
    static const double d[7] = { /* proved: order 4 */
        -1163.0 / 1152, 0, 7580.0 / 3339, -415.0 / 192, -8991.0 / 6784, 187.0 / 84, 0 };
    const double best = 40 * 2.382468931778144; /* proved: least coefficients of order 5 */
    static const int slope[6] = { 0, 6, 2, 3, 4, 5 };
    const double u = 1 - theta, h = run->h, bump = run->motion.method == DMF_DP5 ? theta * theta * u * u * h : 0;
    const dmf_real *const from[8] = { run->begun, run->x_new, run->g, run->g_new, run->v[1], run->v[2], run->v[3],
                                      run->v[4] };
    double c[8] = { u * u * (1 + 2 * theta), theta * theta * (3 - 2 * theta), -h * theta * u * u,
                    h * theta * theta * u };
    int i;
    for (i = 0; i < 6; i++) c[2 + i] -= bump * (d[slope[i]] - best * dmf__dp5_error[slope[i]]);
    dmf__combine(run, bump > 0 ? 8 : 4, c, from, out);
}

/* Shows the times inside the step just accepted, with the factors where they are then. */
static void dmf__look_between(dmf__run *run)
{
    const dmf_observer *o = run->observer;
    double since, loss;
    if (run->begun) memcpy(run->begun, run->x, run->n * sizeof *run->x);
    for (; run->begun && run->next_time < o->time_count && !dmf__over(run); run->next_time++) {
        since = (o->times[run->next_time] - run->now.time) - run->time_low;
        if (!(since < run->h)) return;
        dmf__interpolate(run, since / run->h, run->x);
        dmf__gradient(run, run->x, NULL, &loss);
        if (!run->ctx->status) dmf__look(run, o->times[run->next_time], loss);
    }
}

/* ---- 8.3 Plateaus ----------------------------------------------------------------------------

   From a small start the flow comes to rest near one saddle after another, and stays the longer the smaller the start
   is (chapter 13). What has risen relaxes, and what is small grows, so slowly that steps are long; an explicit method
   then pays sqrt(h rho) stages for large modes that do not move. Two means make a plateau cost about the same at any
   length.

   Steps that relax. By (8.3) a step leaves a quarter to three quarters of every stiff mode, because it is of order 2.
   With b_j = 1 / T_j(w_0), a_j = 0 and w_1 = T_s / T_s' it is of order 1. With w_0 = 1 + c^2 / (2 s^2) and many stages

       R(z) = T_s(w_0 + w_1 z) / T_s(w_0) -> cosh(sqrt(c^2 + 2 c z / tanh c)) / cosh c,                       (8.13)

   a cosine where the root is imaginary, which it is down to h rho = 2 s^2 tanh c / c: for c = 3, 0.66 s^2. There no
   more than a tenth of a stiff mode is left, and for slow ones R(z) is near e^z, the nearer the larger c is. For every
   z < 0 |R(z) - e^z| is at most 0.151 (1 - R(z)), or 0.158 with 7 stages. So where all that moves decays, the error of
   such a step is at most 0.151 of its length, whatever h is: half of what (8.6) allows, as long as that length is
   within rtol ||x|| / 0.151. Each takes 1.7 times as long as the one before. Where the Hessian changes or has modes
   that grow nothing is proved, and a step across which the slope doubles is rejected, as one is across which the loss
   grows.

   Modes that are held. Let W have r large singular values, U S V^T, and others that are a thousandth of them or less.
   A_j is an orthonormal basis of the columns of W_j ... W_1 V, and B_j of those of (W_N ... W_{j+1})^T U, A_0 = V and
   B_N = U. A motion

       P M:     M_j -> (I - B_j B_j^T) M_j (I - A_{j-1} A_{j-1}^T)     for every j                            (8.14)

   of the factors changes neither U^T W nor W V to first order, since U^T W_N ... W_{j+1} is a multiple of B_j^T, and
   W_{j-1} ... W_1 V of A_{j-1}. What it changes of W has small factors at both sides, so that the Hessian is small for
   all such motions. Then

       x' = -P grad phi(x),                                                                                   (8.15)

   the gradient flow of phi where U^T W and W V are held, is not stiff, and steps of two stages follow the small modes
   as they grow. It leaves out Q grad phi = (I - P) grad phi, and with it at most h ||Q grad phi|| in a step. Modes are
   held for as long as (8.6) allows that, or their sum over all such steps is within rtol ||x||; then, or when four
   stages do for all of x, everything moves again. A mode that grows and is large already is in Q and cannot be held,
   and neither can modes that go to infinity.

   Cost. A gradient is projected by 8 r d^2 flops for a factor of d x d. The search for U is a product of the factors,
   from the narrowest layer on. measured: rank 5, 2000 of 100 x 100 entries, gradients with and without all this,
   medians of five: depth 3 from alpha = 1e-12 1870 and 6940, depth 4 from 1e-6 1320 and 2580, from 1e-3 546 and 544. */

/* From one layer to the next: r rows of x, of a basis, times W_j^T, or W_j if back. */
static void dmf__carry(const dmf__run *run, int r, int back, int j, dmf_mat x, dmf_mat out)
{
    dmf__gemm(run->ctx, 0, !back, 1, dmf_block(x, 0, 0, r, x.cols), run->plan.shape->w[j - 1], 0,
              dmf_block(out, 0, 0, r, out.cols));
}

static void dmf__make_basis(const dmf__run *run, int r, dmf_mat basis)
{
    dmf_rng rng = dmf_seed(0, 0);
    int i;
    for (i = 0; i < r && !run->ctx->status; i++) dmf__orthonormalize(run->ctx->simd, basis, i, &rng);
}

/* The first of the narrowest layers but the last. */
static int dmf__narrow_layer(const dmf_factors *f)
{
    int j, w = 0;
    for (j = 1; j < f->depth; j++)
        if (f->dims[j] < f->dims[w]) w = j;
    return w;
}

/* r, and U^T in to[N]: of the columns of W_N ... W_{w+1}, w < N the narrowest layer, the longest, what is orthogonal to
   it of the longest then, and so on. Columns, and not random vectors, because they have the zeros of the factors: what
   no observation connects stays apart to the last bit (test_motion.c, plateaus_keep_the_blocks_apart). The next has
   hardly a part that is orthogonal when there are as many as large modes. 0 if no mode is large, or all may be. */
static int dmf__large_modes(dmf__run *run)
{
    const dmf_factors *f = run->plan.shape;
    const dmf__simd *simd = run->ctx->simd;
    const dmf_mat images = run->from[f->depth], u = run->to[f->depth];  /* both d_w x d_N */
    const int w = dmf__narrow_layer(f), most = dmf__narrowest(f);
    /* tuned: a thousandth of W, squared; from a start of 1e-3 no mode is that small */
    const double least = pow(1e-6, (double)(f->depth - w) / f->depth);
    dmf_rng rng = dmf_seed(0, 0);
    double square, longest, first = 0;
    int i, j, r, next;
    dmf__set_identity(run->from[w]);
    for (j = w + 1; j <= f->depth; j++) dmf__carry(run, u.rows, 0, j, run->from[j - 1], run->from[j]);
    for (r = 0; r < most && !run->ctx->status; r++) {
        for (i = next = 0, longest = 0; i < u.rows; i++) {
            square = (double)simd->dot((size_t)u.cols, dmf__row(images, i), dmf__row(images, i));
            if (square > longest) longest = square, next = i;
        }
        if (r == 0) first = longest;
        if (!(longest > least * first)) return r;
        memcpy(dmf__row(u, r), dmf__row(images, next), (size_t)u.cols * sizeof *u.data);
        dmf__orthonormalize(simd, u, r, &rng);
        for (i = 0; i < u.rows; i++)
            dmf__axpy(simd, (size_t)u.cols, -simd->dot((size_t)u.cols, dmf__row(u, r), dmf__row(images, i)),
                      dmf__row(u, r), dmf__row(images, i));
    }
    return 0;
}

/* The bases of (8.14) from U on: down to V with the B_j, and up again with the A_j. */
static void dmf__large_bases(dmf__run *run, int r)
{
    const int depth = run->plan.shape->depth;
    int j;
    for (j = depth; j >= 1; j--) {
        dmf__carry(run, r, 1, j, run->to[j], run->to[j - 1]);
        dmf__make_basis(run, r, run->to[j - 1]);
    }
    if (!run->ctx->status) dmf__copy(run->to[0], run->from[0]);
    for (j = 1; j < depth; j++) {
        dmf__carry(run, r, 0, j, run->from[j - 1], run->from[j]);
        dmf__make_basis(run, r, run->from[j]);
    }
}

/* Everything moves again. */
static void dmf__release(dmf__run *run)
{
    double ignored;
    run->held = 0;
    run->ask_again = run->now.evaluations + 20; /* defined: seldom enough */
    run->rho = run->rho_all;
    dmf__gradient(run, run->x, run->g, &ignored);
    memcpy(run->v[3], run->g, run->n * sizeof *run->g);
}

/* Holds the large modes, if there are any and they are so near to rest that the slope p of (8.15) is most of the slope,
   or that what is left out will be within the tolerance when the small part of x, px, has doubled. tuned: halves, so
   that they stay held for some time; 1.4 to 4 for 2 are alike */
static void dmf__hold(dmf__run *run)
{
    dmf_real *p = run->v[2], *px = run->v[1];
    const int r = dmf__large_modes(run);
    double half, allowed;
    run->ask_again = run->now.evaluations + (r == 0 ? 200 : 10); /* defined: seldom enough */
    if (r == 0) return;
    dmf__large_bases(run, r);
    run->held = r;
    memcpy(p, run->g, run->n * sizeof *p);
    memcpy(px, run->x, run->n * sizeof *px);
    dmf__leave_out(run, px);
    run->left_out = dmf__leave_out(run, p);
    half = dmf__norm(run, p) / 2, allowed = run->motion.rtol * dmf__norm(run, run->x);
    if (run->ctx->status || !(run->left_out <= half || run->left_out * dmf__norm(run, px) <= allowed * half)) {
        run->held = 0;
        return;
    }
    memcpy(run->g, p, run->n * sizeof *p);
    run->left_sum = 0;
    run->rho_all = run->rho;
    run->rho = 0;
}

/* What the search for modes needs, of every layer: bases, one vector a row. */
static void dmf__bases_open(dmf__run *run, const dmf_factors *f)
{
    const size_t layers = (size_t)f->depth + 1;
    const int most = f->dims[dmf__narrow_layer(f)];
    int j;
    run->from = (dmf_mat *)dmf__scratch(run->ctx, layers, sizeof *run->from);
    run->to = (dmf_mat *)dmf__scratch(run->ctx, layers, sizeof *run->to);
    for (j = 0; j <= f->depth && !run->ctx->status; j++) {
        run->from[j] = dmf__compact(run->ctx, most, f->dims[j]);
        run->to[j] = dmf__compact(run->ctx, most, f->dims[j]);
    }
}

/* ---- 8.4 Rest --------------------------------------------------------------------------------

   What is left of the slope at rest is rounding, which moves every number of x by about eps of itself. How much of a
   slope that makes is measured, with x moved so on purpose, up or down at random:

       noise = ||grad phi(x o (1 +- eps)) - grad phi(x)||,     at rest ||grad phi(x)|| <= 32 noise.          (8.16)

   With the Hessian H this is ||H (eps x o +-1)||, in the mean square eps^2 sum_i x_i^2 ||H e_i||^2, e_i the axes: what
   storing x in dmf_real does to the slope, for one gradient and with no knowledge of H. The bound eps rho ||x|| is
   cheaper and would not do. It is attained only where x lies along the steepest direction, of which there are few;
   elsewhere a slope that drives the flow away from a saddle is below the bound long before it drowns in the noise.

   (8.16) holds for every loss and depth, at a minimum and at a saddle: a saddle is left for as long as its slope can be
   told from zero. A step adds more than that, s^2 eps in RKC, and with Dormand and Prince stiff modes swing at the
   boundary of stability. So when the loss has not fallen for some steps, or the slope is below eps rho ||x||, which
   bounds the noise, short steps are tried on the side, of Euler's method and of length 1 / rho: each is one gradient,
   multiplies a mode with the eigenvalue lambda by 1 - lambda / rho, from 0 to 1, and so ends what stiff modes have
   left. Either the slope falls, to the noise in the end, and then the flow is at rest where they lead; or it does not,
   and the run goes on from where it was. */

/* (8.16), for one gradient. Nothing counts as rounding where the gradient is not finite next to x. */
static double dmf__noise(dmf__run *run)
{
    dmf_real *nearby = run->v[0], *there = run->v[1];
    double noise, ignored;
    size_t i;
    for (i = 0; i < run->n; i++)
        nearby[i] = run->x[i] * (dmf_real)(dmf_uniform(&run->rng) < 0.5 ? 1 - DMF__EPS : 1 + DMF__EPS);
    dmf__gradient(run, nearby, there, &ignored);
    dmf__combine2(run, 1, there, -1, run->g, there);
    noise = dmf__norm(run, there);
    return noise <= DBL_MAX ? noise : 0;
}

/* The short steps: whether they lead to a slope that is noise, and then where they end is where we are. They are over
   when the slope has not halved in four of them, or after forty. */
static int dmf__settles(dmf__run *run)
{
    const double noise = 32 * dmf__noise(run), before = dmf__norm(run, run->g);
    dmf_real *x = run->v[1], *g = run->v[2];
    double slope = before, loss = run->now.loss;
    int i;
    if (slope > noise) dmf__update_rho(run);
    memcpy(x, run->x, run->n * sizeof *x);
    memcpy(g, run->g, run->n * sizeof *g);
    for (i = 0; i < 40 && run->rho > 0 && slope > noise && !(i == 4 && slope > before / 2) && !dmf__over(run); i++) {
        dmf__combine2(run, 1, x, -1 / run->rho, g, x);
        dmf__gradient(run, x, g, &loss);
        slope = dmf__norm(run, g);
    }
    if (!(slope <= noise) || dmf__over(run)) return 0;
    memcpy(run->x, x, run->n * sizeof *x);
    memcpy(run->g, g, run->n * sizeof *g);
    run->now.loss = loss;
    run->looked = -1;
    return 1;
}

/* Rest is asked for when the loss has not been lowered, by more than 8 roundings, for eight steps, or the slope is
   below the bound; and seldom where the answer has been no: what asking costs is a sixteenth of what goes before the
   next time. tuned: runs to rest of 36 problems; 4 to 16 steps for 8, and 16 to 100 for the 32 of (8.16) and of here,
   change the number of gradients by at most a third. In test_motion.c minima are ends (flows_come_to_rest), saddles and
   plateaus are not (saddles_are_left, random_saddles_are_left, a_plateau_is_not_rest). */
static int dmf__at_rest(dmf__run *run)
{
    const long asked = run->now.evaluations;
    double slope = dmf__norm(run, run->g), rate = run->motion.method == DMF_RKC ? run->rho : 1 / run->before_h;
    if (slope == 0 && run->held) dmf__release(run), slope = dmf__norm(run, run->g);
    if (slope == 0) return !dmf__over(run);
    run->idle++;
    if (run->now.steps == 0 || run->now.loss < run->lowest - 8 * (double)DMF__EPS * fabs(run->lowest)) {
        run->idle = 0;
        run->lowest = run->now.loss;
    }
    if (run->now.steps == 0 || asked < run->asked) return 0;
    if (run->idle < 8 && slope > 32 * DMF__EPS * rate * dmf__norm(run, run->x)) return 0;
    if (run->held) dmf__release(run);
    if (dmf__settles(run)) return 1;
    run->asked = run->now.evaluations + 16 * (run->now.evaluations - asked);
    return 0;
}

/* Makes a step and measures its error, (8.6); returns what its first bound allows. Where modes are held steps are
   cheap, and the small modes are all that moves: 0.1 for 0.3. tuned: bench_solve, as above; 0.2 to 0.5 for 0.3 are
   alike within 7 per cent, and in runs to rest 100 to 1000 for 300 within 20; for 0.1 test_limit.c,
   stays_are_those_of_a_flow */
static double dmf__step(dmf__run *run)
{
    const double x = dmf__norm(run, run->x), rounding = 300 * (double)DMF__EPS * x;
    dmf_real *e = run->motion.method == DMF_RKC ? dmf__rkc_step(run) : dmf__dp5_step(run);
    const double allowed = run->motion.rtol * fmax(x, dmf__norm(run, run->x_new)) + run->motion.atol;
    run->error = dmf__norm(run, e);
    dmf__combine2(run, 1, run->x_new, -1, run->x, e);
    run->went = dmf__norm(run, e);
    run->bound = fmin(allowed, fmax(0.3 * run->went, rounding));
    run->error /= run->held ? fmin(allowed, fmax(0.1 * run->went, rounding)) : run->bound; /* tuned: above */
    return allowed;
}

/* One try at a step, no longer than what stop_loss or stop_time leave of it. An error (8.6) above 1 asks for a shorter
   one. A step that is to end the run at stop_loss should not go far beyond: it has 1.05 times the
   time that is left if the loss goes on falling as in the step before, exponentially, l(t + h) = l(t) e^(-decay h).
   measured: test_motion, ends are within 15 per cent of the loss.

   By (8.2) the loss never grows along the flow. A step across which it does is wrong, whatever the estimate says,
   unless the allowed error e explains it: with the slope and the curvature at the start of the step,

       phi(x + e) <= phi(x) + ||grad phi|| |e| + (rho / 2) |e|^2.                                            (8.17)

   A step of (8.13) after which the slope is twice what it was has met what does not decay. One of (8.15) that would be
   taken, but leaves out too much, is made again with everything. */
static void dmf__try(dmf__run *run)
{
    const dmf_motion *m = &run->motion;
    const double g = dmf__norm(run, run->g), loss = run->now.loss;
    double allowed, most, out;
    int wrong;
    if (m->stop_loss > 0 && run->decay > 0)
        run->h = fmin(run->h, fmax(1.05 * log(loss / m->stop_loss) / run->decay, run->h / 100));
    run->left = m->stop_time > 0 ? (m->stop_time - run->now.time) - run->time_low : (double)INFINITY;
    run->h = fmin(run->h, fmin(run->left, DBL_MAX));
    allowed = dmf__step(run);
    out = run->h * run->left_out;
    if (run->held && run->error <= 1 && out > run->bound && run->left_sum + out > m->rtol * dmf__norm(run, run->x)) {
        dmf__release(run);
        allowed = dmf__step(run);
    }
    most = loss + allowed * g + run->rho * allowed * allowed / 2 + 8 * DMF__EPS * fabs(loss); /* (8.17), roundings */
    wrong = run->loss_new > most || (run->relaxing && dmf__norm(run, run->g_new) > 2 * g);
    if (!(fabs(run->loss_new) <= DBL_MAX)) run->error = (double)NAN;
    else if (run->error <= 1 && wrong) run->error = 8; /* about halves h */
}

/* (8.7) over h, and without memory where the step has failed; at least 0.1. Where many stages would be lost a step is
   at most twice as long: behind a plateau lies a cliff. defined: 0.8 and 0.1, [SSV98] */
static double dmf__growth(const dmf__run *run)
{
    const int rkc = run->motion.method == DMF_RKC;
    double error = run->error, k = rkc ? 1.0 / 3 : 1.0 / 5, most = rkc ? 2 : 10; /* k = 1 / (p + 1) */
    double factor = error == 0 ? 10 : 0.8 / pow(error, k); /* NaN where the error is */
    if (run->relaxing && error <= 1) return 1.7; /* tuned: bench_solve, small starts; 1.5 to 2 are alike */
    if (run->before_error > 0 && error > 0 && error <= 1)
        factor *= run->h / run->before_h * pow(run->before_error / error, k);
    return fmin(most, fmax(0.1, factor));
}

/* A shorter h, but none so short that x stays where it is, to the last digit, and so does the gradient. */
static void dmf__reject(dmf__run *run)
{
    run->h *= dmf__growth(run);
    run->now.rejected++;
    if (run->h * dmf__norm(run, run->g) > (double)DMF__EPS * dmf__norm(run, run->x)) return;
    if (run->rho == 0) dmf__update_rho(run);
    if (run->h * run->rho > 1 && run->rho <= DBL_MAX) return;
    if (run->error <= DBL_MAX)
        dmf__fail(run->ctx, DMF_ERR_CONVERGENCE, "at time %g no step is short enough for rtol %g: the loss or "
                          "its gradient jumps", run->now.time, run->motion.rtol);
    else dmf__fail(run->ctx, DMF_ERR_DIVERGED, "at time %g, after step %ld, the loss is %g, and a rounding further on "
                   "it is not finite", run->now.time, run->now.steps, run->now.loss);
}

/* (8.1), a step on: what it has tried becomes where we are. The time is h later, or stop_time itself. What a sum in
   double loses is known exactly, whichever of the two is larger: of before + gain = sum it is (before - (sum - kept)) +
   (gain - kept) with kept = sum - before ([K97], section 4.2.2), and the next gain has it. The first h to be tried is
   the time in which x would change by as much as itself,

       h = ||x|| / ||grad phi(x)||,     or 1 / ||grad phi(x)|| where x = 0,                                  (8.18)

   a guess, which costs no gradient, and which the next steps correct. */
static void dmf__flow_on(dmf__run *run)
{
    double h = dmf__norm(run, run->x), before = run->now.time, gain, sum, kept;
    if (run->now.steps == 0) run->h = (h > 0 ? h : 1) / dmf__norm(run, run->g); /* (8.18) */
    if (run->held && run->h * run->rho_all < 8) dmf__release(run); /* which costs little; tuned: as in 8.1, 4 to 12 */
    if (!run->held && run->to && run->now.evaluations >= run->ask_again && run->h * run->rho > 60)
        dmf__hold(run); /* which may save much; tuned: as in 8.1, 30 to 60 */
    for (dmf__try(run); !dmf__over(run) && !(run->error <= 1); dmf__try(run)) dmf__reject(run);
    if (dmf__over(run)) return;
    dmf__look_between(run);
    run->slope_before = dmf__norm(run, run->g);
    run->left_sum += run->h * run->left_out;
    h = run->h, gain = h + run->time_low, sum = before + gain, kept = sum - before;
    run->now.time = h < run->left ? sum : run->motion.stop_time;
    run->time_low = h < run->left ? (before - (sum - kept)) + (gain - kept) : 0;
    run->h = h * dmf__growth(run);
    run->decay = log(run->now.loss / run->loss_new) / h;
    run->before_h = h;
    run->before_error = run->error;
    memcpy(run->x, run->x_new, run->n * sizeof *run->x);
    memcpy(run->g, run->g_new, run->n * sizeof *run->g);
    run->now.loss = run->loss_new;
    run->now.steps++;
    dmf__check_number(run, "the time", run->now.time);
}

/* ---- 8.5 Step by step ------------------------------------------------------------------------

   Descent methods share everything but the update. A plain step x -= rate g is a step of Euler's method along the
   flow: where the Hessian has the eigenvalue lambda, it multiplies the distance to a minimum by 1 - rate lambda, and is
   stable as long as rate rho < 2. With momentum the distances follow z_{t+1} = (1 + momentum - rate lambda) z_t -
   momentum z_{t-1}, whose solutions die out as long as rate rho < 2 (1 + momentum). With the small rates of A19 it is
   the flow, in many steps. With g the gradient, of everything or of a batch, v and m from 0, the step is that, or

       MOMENTUM         v = momentum v + g,   x -= rate v,                                                   (8.19)

       GROUP_RMSPROP    v = beta v + (1 - beta) ||g||^2,
                        x -= rate g / (sqrt(v / (1 - beta^t)) + epsilon),                                     (8.20)

   or, entry by entry, Adam [KB15]:

       m = beta1 m + (1 - beta1) g,     v = beta v + (1 - beta) g^2,
       x -= rate m / (1 - beta1^t) / (sqrt(v / (1 - beta^t)) + epsilon).                                      (8.21)

   Where epsilon is zero and so is v, nothing moves. With decay, flow and descent alike go down

       phi(x) + lambda/2 ||x||^2                                                                              (8.22)

   in place of phi. At depth 2 the least sum of squares among all factors of W is twice its nuclear norm: decay is a
   price on that norm.

   v after t steps is (1 - beta) sum_i beta^(t-i) ||g_i||^2, with weights that sum to 1 - beta^t: the division makes it
   a mean from the first step on. (8.20) has one rate for all factors. So with small rates it goes where plain descent
   goes, at another pace, and like the flow does not change under rotations between the factors; its time, the sum of
   its rates, is comparable to the flow's. (8.21) has a rate for each entry of each factor, which depends on the axes:
   what A19 proves of the flow says nothing of it. In (8.19) v tends to g / (1 - momentum) where g is constant, so x
   moves that much faster than its time, again the sum of the rates, tells.

   A batch is drawn without replacement: all terms are shuffled, the next few are taken, and what is left over in the
   end is dropped. The gradient of a batch is multiplied by all / chosen, so that its expectation is g. */

/* The gradient of the next batch (6.3); where an epoch begins, and none is used, the terms are shuffled first, from
   the last place down, each of the i that are left with the probability 1 / i. In test_motion.c,
   batches_cover_every_entry_once_an_epoch. */
static void dmf__batch_gradient(dmf__run *run)
{
    const dmf__batch next = { run->shuffled + run->used, run->motion.batch };
    double ignored, slope;
    size_t i;
    if (run->used == 0)
        for (i = run->problem->count, run->moved = 0; i > 1; i--) {
            size_t other = (size_t)dmf_below(&run->rng, i), t = run->shuffled[i - 1];
            run->shuffled[i - 1] = run->shuffled[other];
            run->shuffled[other] = t;
        }
    run->used += next.count;
    if (run->used + next.count > run->problem->count) run->used = 0;
    run->batch = next;
    dmf__gradient(run, run->x, run->g, &ignored);
    run->batch = dmf__everything(run->problem);
    slope = dmf__norm(run, run->g);
    run->moved |= slope != 0;
    dmf__check_number(run, "the norm of the gradient", slope);
}

/* (8.21), entry by entry in double; first is m, second v. Reads four vectors and writes three. */
static void dmf__adam_update(dmf__run *run)
{
    const dmf_motion *m = &run->motion;
    dmf_real *first = run->v[0], *second = run->v[1];
    const double t = (double)run->now.steps, rate = m->rate / (1 - pow(m->beta1, t)), all = 1 - pow(m->beta, t);
    double g, root;
    size_t i;
    for (i = 0; i < run->n; i++) {
        g = (double)run->g[i];
        first[i] = (dmf_real)(m->beta1 * (double)first[i] + (1 - m->beta1) * g);
        second[i] = (dmf_real)(m->beta * (double)second[i] + (1 - m->beta) * g * g);
        root = sqrt((double)second[i] / all) + m->epsilon;
        if (root > 0) run->x[i] -= (dmf_real)(rate * (double)first[i] / root);
    }
}

/* (8.19), (8.20) or (8.21); time is a product where the rate is constant, so that it does not drift.
   Every rule is compared with itself written out for one entry in test_motion.c, optimizers_follow_their_rules; whole
   paths in gradient_descent_meets_its_reference and group_rmsprop_meets_its_reference. */
static void dmf__update(dmf__run *run)
{
    const dmf_motion *m = &run->motion;
    double rate = m->rate, root;
    run->now.steps++;
    if (m->method == DMF_GROUP_RMSPROP) {
        run->second = m->beta * run->second + (1 - m->beta) * run->slope * run->slope;
        root = sqrt(run->second / (1 - pow(m->beta, (double)run->now.steps))) + m->epsilon;
        rate = root > 0 ? m->rate / root : 0;
        run->now.time += rate;
    } else run->now.time = rate * (double)run->now.steps;
    if (m->method == DMF_MOMENTUM) dmf__combine2(run, m->momentum, run->v[0], 1, run->g, run->v[0]);
    if (m->method == DMF_ADAM) dmf__adam_update(run);
    else dmf__axpy(run->ctx->simd, run->n, (dmf_real)-rate, m->method == DMF_MOMENTUM ? run->v[0] : run->g, run->x);
}

/* The loss where we are, and the gradient of everything; a flow has them from its last step. SGD has them computed
   only for an observer or an end, and between epochs; an epoch without any gradient, or the start, may be rest, which
   takes the gradient to see. Without a gradient, what is remembered of earlier ones may still move x, to where there is
   one again; if there is none after the next step either, it is rest. */
static void dmf__survey(dmf__run *run)
{
    const int sgd = run->motion.method == DMF_SGD, whole = !sgd || (run->used == 0 && !run->moved);
    if (dmf__flows(run) && run->now.steps > 0) return;
    if (!whole && run->used > 0 && !dmf__due(run) && !dmf__stop_reason(run)) return;
    dmf__gradient(run, run->x, whole ? run->g : NULL, &run->now.loss);
    run->slope = whole ? dmf__norm(run, run->g) : 1;
    dmf__check_number(run, "the loss", run->now.loss);
    dmf__check_number(run, "the norm of the gradient", run->slope);
    run->resting = run->slope == 0 ? run->resting + 1 : 0;
}

/* ---- 8.6 The one call ------------------------------------------------------------------------

   Every method goes through one loop: what is known where we are is computed, the observer looks on, the run may end,
   and if it does not a step is made. So a flow and a descent that start alike show their observer the same first
   moment, stop for the same reasons in the same order, and count gradients alike.

   What may be set of a motion, and how, stands in one table: who uses it, what it is if it is not set, and where it
   must lie. Defaults and refusals follow from the table. All memory is taken before the first step: after it scratch
   memory is only marked and given back. */

/* Where we are is looked at, and may be the end. If it is not, a step on. After the survey the loss
   and the gradient at x are known, those of SGD where they are needed. An observer that asks for the end is told before
   any other reason, and rest is asked about last, because that may cost a gradient. */
static void dmf__move(dmf__run *run)
{
    while (!dmf__over(run)) {
        dmf__survey(run);
        if (dmf__over(run)) return;
        if (dmf__due(run)) dmf__look(run, run->now.time, run->now.loss);
        while (dmf__time_due(run, run->now.time)) run->next_time++;
        if (!run->now.reason) run->now.reason = dmf__stop_reason(run);
        if (!run->now.reason && (dmf__flows(run) ? dmf__at_rest(run) : run->resting > (run->v[0] && run->now.steps)))
            run->now.reason = DMF_STOP_STATIONARY;
        if (dmf__over(run)) return;
        if (dmf__flows(run)) dmf__flow_on(run);
        else if (run->motion.method == DMF_SGD) dmf__batch_gradient(run);
        if (!dmf__flows(run) && !dmf__over(run)) dmf__update(run);
    }
}

enum {
    DMF__FLOWS = 1 << DMF_FLOW | 1 << DMF_RKC | 1 << DMF_DP5,
    DMF__ADAPTIVE = 1 << DMF_GROUP_RMSPROP | 1 << DMF_ADAM,
    DMF__DESCENTS = 1 << DMF_GD | 1 << DMF_MOMENTUM | 1 << DMF_SGD | DMF__ADAPTIVE
};

/* A number in dmf_motion: the methods that use it, its defaults (for GroupRMSprop, for Adam, for the others; 0 =
   none), and where it must lie, at least low and less than high. */
typedef struct dmf__option {
    const char *name;
    size_t place;
    int methods;
    double of_group, of_adam, of_others, low, high;
} dmf__option;

/* defined: as in the code published with A19, in [KB15], and as usual; measured: 3e-3, bench_solve */
static const dmf__option dmf__options[] = {
    { "stop_loss", offsetof(dmf_motion, stop_loss), DMF__FLOWS | DMF__DESCENTS, 0, 0, 0, 0, DBL_MAX },
    { "stop_time", offsetof(dmf_motion, stop_time), DMF__FLOWS | DMF__DESCENTS, 0, 0, 0, 0, DBL_MAX },
    { "decay", offsetof(dmf_motion, decay), DMF__FLOWS | DMF__DESCENTS, 0, 0, 0, 0, DMF__MAX },
    { "rtol", offsetof(dmf_motion, rtol), DMF__FLOWS, 0, 0, 3e-3, 10 * (double)DMF__EPS, 0.5 },
    { "atol", offsetof(dmf_motion, atol), DMF__FLOWS, 0, 0, 0, 0, 1 },
    { "rate", offsetof(dmf_motion, rate), DMF__DESCENTS, 1e-3, 1e-3, 0, DBL_MIN, DMF__MAX },
    { "momentum", offsetof(dmf_motion, momentum), 1 << DMF_MOMENTUM, 0, 0, 0.9, 0, 1 },
    { "beta", offsetof(dmf_motion, beta), DMF__ADAPTIVE, 0.99, 0.999, 0, 0, 1 },
    { "beta1", offsetof(dmf_motion, beta1), 1 << DMF_ADAM, 0, 0.9, 0, 0, 1 },
    { "epsilon", offsetof(dmf_motion, epsilon), DMF__ADAPTIVE, 1e-4, 1e-8, 0, 0, DMF__MAX } };

/* What a method does not use must be 0, and 0 is the default of what it uses; DMF_ZERO is 0 itself where the default is
   another number and 0 is allowed. In test_motion.c, options_are_used_or_refused and zero_can_be_asked_for. */
static void dmf__check_option(dmf_ctx *ctx, const dmf__option *o, dmf_method method, void *options)
{
    static const char *const methods[] = { "gradient flow", "RKC", "DP5", "gradient descent", "momentum", "SGD",
                                           "GroupRMSprop", "Adam" };
    const double usual = method == DMF_GROUP_RMSPROP ? o->of_group : method == DMF_ADAM ? o->of_adam : o->of_others;
    const int used = o->methods >> method & 1;
    double *value = (double *)(void *)((char *)options + o->place);
    if (!used && *value != 0)
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "%s is %g, but %s does not use it: leave it 0", o->name, *value,
                  methods[method]);
    if (*value == 0) *value = usual;
    else if (*value == DMF_ZERO && usual != 0 && o->low == 0) *value = 0;
    if (used && !(*value >= o->low && *value < o->high))
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "%s is %g; it must be at least %g and less than %g", o->name, *value, o->low,
                  o->high);
}

/* The door for a motion, which gets its defaults. */
static dmf_status dmf__check_motion(dmf_ctx *ctx, dmf_motion *m, const dmf_problem *p)
{
    size_t i;
    if ((int)m->method < DMF_FLOW || (int)m->method > DMF_ADAM)
        return dmf__fail(ctx, DMF_ERR_ARGUMENT, "there is no method %d", (int)m->method);
    for (i = 0; i < sizeof dmf__options / sizeof *dmf__options; i++)
        dmf__check_option(ctx, &dmf__options[i], m->method, m);
    if (m->stop_steps < 0 || m->stop_evaluations < 0)
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "stop_steps is %ld and stop_evaluations %ld; they must not be negative",
                  m->stop_steps, m->stop_evaluations);
    if (m->method != DMF_SGD && (m->batch || m->seed))
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "only SGD uses batch and seed: leave them 0");
    if (m->method == DMF_SGD && (m->batch < 1 || m->batch > p->count))
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "the batch is %lu; it must be from 1 to the %lu entries or measurements of "
                  "the problem", (unsigned long)m->batch, (unsigned long)p->count);
    if (m->method == DMF_SGD && ctx->options.reduce)
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "SGD draws batches from the terms of one process: it cannot reduce");
    if (m->stop_steps == 0) m->stop_steps = 1000000;
    if (m->stop_evaluations == 0 && m->method <= DMF_DP5) m->stop_evaluations = 10000000;
    if (m->method == DMF_FLOW) m->method = m->rtol < 1e-6 ? DMF_DP5 : DMF_RKC; /* tuned: bench_solve */
    return ctx->status;
}

static void dmf__check_observer(dmf_ctx *ctx, const dmf_observer *o)
{
    size_t i;
    if (!o) return;
    if (!o->look) dmf__fail(ctx, DMF_ERR_ARGUMENT, "the observer has no function to look");
    if (o->every < 0 || (o->every > 0 && o->times))
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "the observer's every is %ld; it must not be negative, and 0 with times",
                  o->every);
    for (i = 0; i < o->time_count && !ctx->status; i++)
        if (!(o->times[i] <= DBL_MAX) || !(o->times[i] >= (i ? o->times[i - 1] : 0)))
            dmf__fail(ctx, DMF_ERR_ARGUMENT, "the observer's time %lu is %g; times must ascend from 0",
                      (unsigned long)i, o->times[i]);
}

DMF_API const char *dmf_stop_text(dmf_stop reason)
{
    static const char *const texts[] = {
        "the run has failed", "the loss is as small as asked for", "the time is over", "the steps have run out",
        "the gradient is zero, to rounding", "the observer has ended the run", "the gradients have run out",
        "the gradients have run out far out: W is large where nothing is observed" };
    return texts[(int)reason > 0 && reason <= DMF_STOP_FAR ? reason : 0];
}

/* All memory that the run will need: the plan's, g, and so many vectors of the length of x as the method keeps. That
   none is taken later is counted in test_motion.c, nothing_is_allocated_after_the_first_step. */
static void dmf__run_open(dmf__run *run, dmf_factors *f)
{
    static const int vectors[] = { 0, 4, 7, 0, 1, 0, 0, 2 }; /* by method */
    dmf_ctx *ctx = run->ctx;
    const size_t count = run->problem->count;
    size_t i;
    int j;
    dmf__plan_open(&run->plan, ctx, run->problem, f, dmf__sampled(run->problem));
    run->n = f->size;
    run->x = f->data;
    run->looked = -1;
    run->rng = dmf_seed(run->motion.seed, 0);
    run->batch = dmf__everything(run->problem);
    run->g = dmf__reals(ctx, f->size, 1);
    for (j = 0; j < vectors[run->motion.method]; j++) {
        run->v[j] = dmf__reals(ctx, f->size, 1);
        if (run->v[j]) memset(run->v[j], 0, f->size * sizeof(dmf_real));
    }
    if (run->motion.method == DMF_RKC && f->depth > 1) dmf__bases_open(run, f);
    if (dmf__flows(run) && run->observer && run->observer->times) run->begun = dmf__reals(ctx, f->size, 1);
    if (run->together) run->sums = (double *)dmf__scratch(ctx, f->size + 2, sizeof *run->sums);
    if (run->motion.method == DMF_SGD) {
        run->shuffled = (size_t *)dmf__scratch(ctx, count, sizeof *run->shuffled);
        for (i = 0; i < count && !ctx->status; i++) run->shuffled[i] = i;
    }
}

/* The door for a run: moved is what moves. */
static void dmf__check_train(dmf__run *run, dmf__arg moved, const dmf_motion *motion, const dmf_report *report)
{
    dmf_ctx *ctx = run->ctx;
    const dmf_observer *o = run->observer;
    const dmf__arg args[7] = {
        moved, dmf__memory_arg(DMF__OUT_OR_NONE, "the report", report, 1, sizeof *report),
        dmf__memory_arg(DMF__ANY, "the motion", motion, 1, sizeof *motion),
        dmf__memory_arg(DMF__ANY, "the observer", o, o != NULL, sizeof *o),
        dmf__memory_arg(DMF__ANY, "the observer's times", o ? o->times : NULL, o ? o->time_count : 0,
                        sizeof(double)), DMF__PROBLEM_ARGS(run->problem) };
    if (dmf__check_args(ctx, args, 7)) return;
    run->motion = *motion;
    dmf__check_motion(ctx, &run->motion, run->problem);
    dmf__check_observer(ctx, o);
}

/* A run whose arguments have been checked, from its memory to its report. Processes that share a problem meet in
   dmf__begin_together even where one of them has refused its arguments, so that none waits for it. */
static void dmf__train(dmf__run *run, dmf_factors *f, dmf_report *report)
{
    const double begun = dmf__cpu_seconds();
    dmf_ctx *ctx = run->ctx;
    const dmf_status refused = ctx->status;
    if (!refused) dmf__run_open(run, f);
    if (run->together) dmf__begin_together(run);
    if (refused) return;
    dmf__move(run);
    if (!ctx->status) dmf__check_finite_factors(ctx, f);
    if (ctx->status) run->now.reason = (dmf_stop)0;
    if (run->now.reason && run->now.reason != DMF_STOP_OBSERVER && run->observer && run->looked != run->now.steps)
        dmf__look(run, run->now.time, run->now.loss);
    run->now.cpu_seconds = dmf__cpu_seconds() - begun;
    if (report) *report = run->now;
}

/* A flow within another call, which look watches; what its motion sets is in run already. */
static void dmf__watch_flow(dmf__run *run, dmf_ctx *ctx, const dmf_problem *p, dmf_factors *f,
                            int (*look)(void *, const dmf_moment *), void *user)
{
    const dmf_observer observer = { look, user, 0, NULL, 0 };
    run->ctx = ctx;
    run->problem = p;
    run->observer = &observer;
    dmf__check_motion(ctx, &run->motion, p);
    dmf__train(run, f, NULL);
    run->observer = NULL;
}

/* DMF_STOP_FAR, row by row. When a run turns off from such a way is not known before: on the problem of A19 it may have
   five times the mean square of what is observed and arrive (measured: PAPER_NOTES.md, what a small start costs). */
static int dmf__is_far(const dmf__run *run)
{
    const dmf__plan *plan = &run->plan;
    const dmf_problem *p = run->problem;
    dmf_mat row = dmf_view(run->v[0], 1, p->cols);
    double all = 0, seen = 0;
    size_t k;
    int i;
    if (!dmf__flows(run) || p->kind != DMF__COMPLETION || run->sums || plan->shape->depth == 1) return 0;
    dmf__forward(plan, run->x);
    for (i = 0; i < p->rows; i++) {
        const dmf_mat left = plan->left[plan->waist];  /* rows x d_m */
        dmf__gemm(run->ctx, 0, 1, 1, dmf_block(left, i, 0, 1, left.cols), plan->right[plan->waist], 0, row);
        all += (double)run->ctx->simd->dot((size_t)p->cols, row.data, row.data);
        for (k = p->e.row_start[i]; k < p->e.row_start[i + 1]; k++) seen += pow((double)row.data[p->e.col[k]], 2);
    }
    return all / p->rows / p->cols > 2 * seen / (double)p->count;
}

/* That a run ends where it should, and for which reason, is checked in test_motion.c, runs_stop_where_they_should; that
   equal runs have equal bits, in equal_runs_are_equal_to_the_last_bit. */
DMF_API dmf_status dmf_train(dmf_ctx *ctx, const dmf_problem *p, dmf_factors *f, const dmf_motion *motion,
                             const dmf_observer *observer, dmf_report *report)
{
    dmf__frame frame;
    dmf__run run;
    memset(&run, 0, sizeof run);
    run.ctx = ctx = dmf__open(&frame, ctx);
    run.problem = p;
    run.observer = observer;
    run.together = ctx->options.reduce != NULL;
    if (!dmf__check_pair(ctx, p, f))
        dmf__check_train(&run, dmf__factors_arg(DMF__IN_OUT, "the array of factors", f), motion, report);
    dmf__train(&run, f, report);
    if (!ctx->status && report && report->reason == DMF_STOP_EVALUATIONS && dmf__is_far(&run))
        report->reason = DMF_STOP_FAR;
    return dmf__close(&frame);
}

/* ---- 9. Diagnostics --------------------------------------------------------------------------

   What A19 and SY26 look at along a path. Ranks are computed from t_r = sigma_r / sigma_1, so that nothing overflows
   and scaling by a power of two changes nothing:

       effective rank = exp(- sum_r p_r log p_r),   p_r = t_r / sum_s t_s        (9.1)
       stable rank = sum_r t_r^2                                                 (9.2)

   Both are 1 for one singular value and k for k equal ones [RV07], and in between

       stable rank <= ||W||_* / ||W||_2 <= effective rank <= rank,               (9.3)

   for sum t^2 <= sum t, as t <= 1; the entropy is the mean of log(1 / p_r), and no 1 / p_r is less than 1 / p_1 = sum
   t; and among distributions on a number of places the even one has the largest entropy. Beside r equal ones, m of
   relative size t add m t (1 + log(1/t)) to the first, to first order, for r + m t = sum_s t_s and the entropy is
   log(r + m t) + m t log(1/t) / (r + m t); to the second they add m t^2. So the effective rank tells how clean a low
   rank is: at n = 100 a tail of 95 values of 1e-3 adds 0.75 to it, and 1e-4 to the stable rank. Both are continuous
   where sigma is not 0. The numerical rank is not: it counts what is above k eps sigma_1, about the size of the errors
   with which singular values are computed.

   Balance and alignment are the two matrices that the theory of the next chapter asks about:

       W_{j+1}^T W_{j+1} - W_j W_j^T                                             (9.4)
       U^T G V,   G = grad l(W),   W = U S V^T                                   (9.5)

   The first does not change along the flow: d phi / d W_j = A_j^T G B_j^T, A_j = W_N ... W_{j+1}, B_j = W_{j-1} ...
   W_1, so that W_{j+1}^T (d phi / d W_{j+1}) = A_j^T G B_{j+1}^T = (d phi / d W_j) W_j^T, and the same for the
   transposes. A step of descent, W_j - eta D_j with D_j = d phi / d W_j, changes it by

       eta^2 (D_{j+1}^T D_{j+1} - D_j D_j^T),                                    (9.6)

   as the terms in eta cancel for the same reason, so that its drift tells how far a run is from the flow. The second is
   diagonal where singular vectors are at rest (A19, Corollary 1): by (10.2) and (10.5) u_r and u_s turn into each other
   by a combination of P_rs and P_sr, and v_r and v_s by another, and both vanish only with P_rs and P_sr.

   Errors are means of squares, over all entries of a known W* or over a list of n of them,

       ||W - W*||_F^2 / (d_N d_0)     or     sum_e (W_{i_e j_e} - y_e)^2 / n,    (9.7)

   the second from the partial products of chapter 7, without W. */

/* (9.1) and (9.2) from k numbers in one pass: with S = sum_s t_s the entropy is log S + (sum_r t_r log(1 / t_r)) / S,
   of terms that are not negative. t_r = 0 adds nothing, the limit of - t log t. All sums are of t_r <= 1 in double;
   norms are scaled back at the end. Against a reference in test_diagnostics.c, the_reference_is_met; (9.3) and the
   tail's share in ranks_bound_each_other. */
DMF_API dmf_spectrum dmf_summarize(const dmf_real *sigma, int k)
{
    const double none = (double)NAN, largest = k > 0 && sigma ? (double)sigma[0] : 0, unit = largest > 0 ? largest : 1;
    const dmf_spectrum unsound = { none, none, none, none, none, -1 };
    dmf_spectrum out = { 0, 0, largest, 0, 0, 0 };
    double before = 1, sum = 0, entropy = 0;
    int i;
    if (k < 0 || (k > 0 && !sigma)) return unsound;
    for (i = 0; i < k; i++) {
        const double t = (double)sigma[i] / unit;
        if (!(t >= 0 && t <= before)) return unsound;
        before = t;
        sum += t;
        out.stable_rank += t * t;  /* (9.2) */
        if (t > 0) entropy -= t * log(t);
        if (t > k * DMF__EPS) out.numerical_rank++;
    }
    out.nuclear = sum * largest;
    out.frobenius = sqrt(out.stable_rank) * largest;
    if (sum > 0) out.effective_rank = sum * exp(entropy / sum);  /* (9.1), from nuclear / spectral on (9.3) */
    return out;
}

/* sum_r sigma_r^p: the nuclear norm at p = 1, the square of Frobenius's at p = 2, and the rank in the limit of p = 0.
   Below p = 1 it is no norm, but what A19's Proposition 1 compares. */
DMF_API double dmf_schatten(const dmf_real *sigma, int k, double p)
{
    double sum = 0;
    int i;
    if (!(p > 0 && p <= DBL_MAX) || k < 0 || (!sigma && k > 0)) return (double)NAN;
    for (i = 0; i < k; i++) sum += sigma[i] >= 0 ? pow((double)sigma[i], p) : (double)NAN;
    return sum;
}

/* Forms W, rows x cols, by (7.5), and takes a decomposition without vectors: to the bit what dmf_product and dmf_svd
   give, in test_diagnostics.c, the_spectrum_of_factors_is_that_of_their_product. */
DMF_API dmf_status dmf_factors_spectrum(dmf_ctx *ctx, const dmf_factors *f, dmf_real *sigma, dmf_spectrum *out)
{
    const int k = f ? dmf__min(f->dims[f->depth], f->dims[0]) : 0;
    const dmf__arg args[3] = { dmf__memory_arg(DMF__OUT_OR_NONE, "sigma", sigma, (size_t)k, sizeof *sigma),
                               dmf__memory_arg(DMF__OUT_OR_NONE, "the spectrum", out, 1, sizeof *out),
                               dmf__factors_arg(DMF__IN, "the array of factors", f) };
    dmf__frame frame;
    ctx = dmf__enter(&frame, ctx, args, 3);
    if (!ctx->status) {
        dmf_mat w = dmf__formed(ctx, f);  /* rows x cols */
        dmf_real *values = sigma ? sigma : dmf__reals(ctx, (size_t)k, 1);
        dmf__check_finite(ctx, "the product of the factors", w);
        if (!ctx->status) dmf__svd_run(ctx, w, dmf_none(), values, dmf_none());
        if (!ctx->status && out) *out = dmf_summarize(values, k);
        if (out) dmf__check_result(ctx, "the nuclear norm", out->nuclear);
    }
    return dmf__close(&frame);
}

/* (9.4), whose drift along descent is (9.6). 2 d_j^2 (d_{j+1} + d_{j-1}) flops for the layer between w[j] and w[j - 1],
   numbered from 1. Against its definition in test_diagnostics.c, balance_is_what_it_says; that the flow keeps it in
   test_motion.c, the_flow_conserves_balance_and_loses_loss. */
DMF_API dmf_status dmf_balance(dmf_ctx *ctx, const dmf_factors *f, int pair, dmf_mat out)
{
    const int order = f && pair >= 0 && pair < f->depth - 1 ? f->dims[pair + 1] : 0;
    const dmf__arg args[2] = { dmf__factors_arg(DMF__IN, "the array of factors", f),
                               dmf__mat_arg(DMF__OUT, "the balance", out, order, order) };
    dmf__frame frame;
    ctx = dmf__open(&frame, ctx);
    if (f && order == 0)
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "pair %d of %d factors; pairs count from 0 to depth - 2", pair, f->depth);
    if (!dmf__check_args(ctx, args, 2)) {
        dmf__gemm(ctx, 1, 0, 1, f->w[pair + 1], f->w[pair + 1], 0, out);
        dmf__gemm(ctx, 0, 1, -1, f->w[pair], f->w[pair], 1, out);
        dmf__check_finite(ctx, "the balance", out);
    }
    return dmf__close(&frame);
}

/* Mean and deviation of |p_ij| on the diagonal of p, k x k, and off it. Two passes: a mean of squares less the square
   of a mean would lose the deviation of numbers that are close. [1] is the diagonal's, [0] the others'; with k = 1
   there are no others, and 0 stands for them. */
static dmf_alignment dmf__moments(dmf_mat p)
{
    const double k = p.rows, count[2] = { fmax(k * (k - 1), 1), fmax(k, 1) };
    const double unit = fmax((double)dmf__largest(p), DBL_MIN); /* its square may be out of range */
    double mean[2] = { 0, 0 }, squares[2] = { 0, 0 }, x;
    int i, j;
    for (i = 0; i < p.rows; i++)
        for (j = 0; j < p.cols; j++) mean[i == j] += fabs((double)dmf__row(p, i)[j]) / count[i == j];
    for (i = 0; i < p.rows; i++)
        for (j = 0; j < p.cols; j++)
            x = (fabs((double)dmf__row(p, i)[j]) - mean[i == j]) / unit, squares[i == j] += x * x / count[i == j];
    {
        const dmf_alignment out = { mean[1], sqrt(squares[1]) * unit, mean[0], sqrt(squares[0]) * unit };
        return out;
    }
}

/* G, rows x cols, with k vectors on each side of it. */
#define DMF__TURNED_ARGS(g, u, v) \
    dmf__mat_arg(DMF__IN, "the gradient", g, (g).rows, (g).cols), \
    dmf__mat_arg(DMF__IN, "U", u, (g).rows, (u).cols), dmf__mat_arg(DMF__IN, "V", v, (g).cols, (u).cols)

/* (9.5): U^T G V, k x k, by way of the image of G that has more rows: G V, rows x k, or else G^T U, cols x k. The image
   is kept for chapter 10, where what of it lies outside of U or V counts too. 2 rows cols k flops for the image, and
   2 max(rows, cols) k^2. */
static dmf_mat dmf__turned(dmf_ctx *ctx, dmf_mat g, dmf_mat u, dmf_mat v, dmf_mat *image)
{
    const int wide = g.rows < g.cols;
    dmf_mat p = dmf__compact(ctx, u.cols, u.cols);
    *image = dmf__compact(ctx, wide ? g.cols : g.rows, u.cols);
    dmf__gemm(ctx, wide, 0, 1, g, wide ? u : v, 0, *image);
    dmf__gemm(ctx, 1, 0, 1, wide ? *image : u, wide ? v : *image, 0, p);
    return p;
}

/* The moments of |(9.5)|. Against matrices with a prescribed U^T G V in test_diagnostics.c,
   alignment_sees_the_matrix_between. */
DMF_API dmf_status dmf_align(dmf_ctx *ctx, dmf_mat gradient, dmf_mat u, dmf_mat v, dmf_alignment *out)
{
    const dmf__arg args[4] = { dmf__memory_arg(DMF__OUT, "the place for the alignment", out, 1, sizeof *out),
                               DMF__TURNED_ARGS(gradient, u, v) };
    dmf__frame frame;
    ctx = dmf__enter(&frame, ctx, args, 4);
    if (!ctx->status) {
        dmf_mat image, p = dmf__turned(ctx, gradient, u, v, &image);  /* of gradient, and k x k */
        if (ctx->status) return dmf__close(&frame);
        *out = dmf__moments(p);
        dmf__check_result(ctx, "a deviation of U^T G V", out->on_deviation + out->off_deviation);
    }
    return dmf__close(&frame);
}

/* (9.7), at the left, with W formed; in double, whatever dmf_real is. */
DMF_API dmf_status dmf_reconstruction_error(dmf_ctx *ctx, const dmf_factors *f, dmf_mat w_star, double *error)
{
    const dmf__arg args[3] = { dmf__factors_arg(DMF__IN, "the array of factors", f),
                               dmf__memory_arg(DMF__OUT, "the place for the error", error, 1, sizeof *error),
                               dmf__product_arg(DMF__IN, "W*", w_star, f) };
    dmf__frame frame;
    double sum = 0, r;
    int i, j;
    ctx = dmf__enter(&frame, ctx, args, 3);
    if (!ctx->status) {
        const dmf_mat w = dmf__formed(ctx, f);  /* rows x cols */
        for (i = 0; i < w.rows && !ctx->status; i++)
            for (j = 0; j < w.cols; j++) r = (double)dmf__row(w, i)[j] - (double)dmf__row(w_star, i)[j], sum += r * r;
        dmf__check_result(ctx, "the sum of squared errors", sum);
        if (!ctx->status) *error = sum / ((double)w.rows * w.cols);
    }
    return dmf__close(&frame);
}

/* (9.7), at the right: W_ij is the inner product of a row of A_m and one of T_m (7.5), 2 d_m flops an entry after the
   partial products. Against sums over W in test_diagnostics.c, errors_are_means_of_squares, and, for every way that the
   ends can meet, in test_factors.c, entry_errors_match_plain_loops. */
DMF_API dmf_status dmf_entry_error(dmf_ctx *ctx, const dmf_factors *f, const dmf_entry *entries, size_t count,
                                   double *error)
{
    const dmf__arg args[3] = { dmf__memory_arg(DMF__OUT, "the place for the error", error, 1, sizeof *error),
                               dmf__memory_arg(DMF__ANY, "the array of entries", entries, count, sizeof *entries),
                               dmf__factors_arg(DMF__IN, "the array of factors", f) };
    dmf__frame frame;
    dmf__plan plan;
    double sum = 0, r;
    size_t e;
    ctx = dmf__enter(&frame, ctx, args, 3);
    if (!ctx->status) dmf__check_entries(ctx, f->dims[f->depth], f->dims[0], entries, count);
    if (!ctx->status) dmf__plan_open(&plan, ctx, NULL, f, count);
    if (!ctx->status && f->depth > 1) dmf__forward(&plan, f->data);
    for (e = 0; e < count && !ctx->status; e++) {
        const int i = entries[e].row, j = entries[e].col;
        if (f->depth == 1) r = (double)dmf__row(f->w[0], i)[j];
        else r = (double)ctx->simd->dot((size_t)f->dims[plan.waist], dmf__row(plan.left[plan.waist], i),
                                        dmf__row(plan.right[plan.waist], j));
        r -= (double)entries[e].value;
        sum += r * r;
    }
    dmf__check_result(ctx, "the sum of squared errors", sum);
    if (!ctx->status) *error = sum / (double)count;
    return dmf__close(&frame);
}

/* ---- 10. Theory ------------------------------------------------------------------------------

   What the two papers predict, computed from their formulas and not by training: how the product of balanced factors
   moves, where one measurement leads, how observations in blocks are coupled, and where those on the diagonal lead.
   */

/* ---- 10.1 The flow of the product ------------------------------------------------------------

   Figure: theorem3: Measured rates of singular values and vectors on the predicted ones.

   Balanced factors share their singular vectors, W_j = E_j S^(1/N) E_{j-1}^T (7.3). So A_j = W_N ... W_{j+1} has
   A_j A_j^T = (W W^T)^((N-j)/N), B_j = W_{j-1} ... W_1 has B_j^T B_j = (W^T W)^((j-1)/N), and gradient flow
   W_j' = - A_j^T G B_j^T becomes an equation for W alone [ACH18]:

       W' = sum_j A_j W_j' B_j = - sum_{j=1..N} (W W^T)^((N-j)/N) G (W^T W)^((j-1)/N).                        (10.1)

   With W = U S V^T, P = U^T G V and a_r = |sigma_r|^(2/N), the sum is a geometric one, entry by entry:

       (U^T W' V)_rs = - K_rs P_rs,     K_rs = (a_r^N - a_s^N) / (a_r - a_s),     K_rr = N a_r^(N-1).         (10.2)

   At depth 2, a_r = sigma_r and K_rs = sigma_r + sigma_s: W' = - (W W^T)^(1/2) G - G (W^T W)^(1/2). With a_s = 0 one
   term is left, K_r0 = a_r^(N-1), and K_00 = 0 beyond depth 1: what has no singular value yet does not move by itself.

   K makes sense for every real N >= 1: N = 1 gives K = 1 and W' = -G, and K / N tends to

       (sigma_r^2 - sigma_s^2) / (log sigma_r^2 - log sigma_s^2),     sigma_r^2 on the diagonal,              (10.3)

   the logarithmic mean of sigma_r^2 and sigma_s^2. So depth becomes a continuous parameter that ends at infinity.

   The diagonal of (10.2) is Theorem 3 (A19, equation (7)). Let u_r and v_r be columns of U and V. In u_r^T W' v_r with
   W' = U' S V^T + U S' V^T + U S V'^T the first and the last term have u_r^T u_r' = v_r^T v_r' = 0, for lengths stay 1:

       sigma_r' = u_r^T W' v_r = - N |sigma_r|^(2-2/N) <G, u_r v_r^T>.                                        (10.4)

   With M = U^T W' V, the singular vectors turn, as those of any W that moves, by

       U' = U (F o [M S + S M^T]) + (I - U U^T) W' V S^-1,     F_rs = 1 / (sigma_s^2 - sigma_r^2),            (10.5)

   and V' the same with M^T and W'^T U. For W' = U' S V^T + U S' V^T + U S V'^T; with the antisymmetric X = U^T U'
   and Y = V^T V' that is M = X S + S' - S Y, and in M S + S M^T the two terms with Y cancel: off the diagonal X S^2
   - S^2 X is left, X_rs (sigma_s^2 - sigma_r^2). Outside of U only the first term of W' counts. With M from (10.2),
   and sigma^2 = a^N, this is Lemma 2, for sigma >= 0: X_rs = (sigma_s P_rs + sigma_r P_sr) / (a_r - a_s).

   As it stands (10.2) loses its digits where sigma_r and sigma_s are close. With sigma_r the larger, and b =
   log(sigma_s / sigma_r) <= 0, so that a_s / a_r = e^(2b/N), only functions are left that are exact near 0:

       K_rs = a_r^(N-1) (1 - (a_s/a_r)^N) / (1 - a_s/a_r) = sigma_r^(2-2/N) expm1(2 b) / expm1(2 b / N).      (10.6)

   If W is not square, one side has vectors outside the basis, for which sigma_s is 0: there G V or G^T U counts,
   with K_r0 = sigma_r^(2-2/N). A velocity costs a decomposition of W and four or five products. The flow is run by
   chapter 8, as a loss whose gradient is minus the velocity. Along it the loss falls,

       l' = <G, W'> = - sum_rs K_rs P_rs^2 - sum_r K_r0 |(I - U U^T) G v_r|^2 <= 0                            (10.7)

   (or |(I - V V^T) G^T u_r|^2, if W has more columns than rows): no K_rs is negative, as a^N rises with a. It rests
   where P_rs = 0 wherever K_rs > 0, so beyond depth 1 a W without full rank may rest with G not 0. What the methods
   there ask of its spectrum, and what they get, is said in 8.1; the M of that place is the multiplication by K, which
   is symmetric, and positive semidefinite because no K_rs is negative.

   Through zero. Theorem 3 has sigma' = - N |sigma|^(2-2/N) p. From N = 2 on the right side is Lipschitz and no sigma
   changes its sign: at N = 2 zero is approached exponentially, beyond more slowly. For 1 < N < 2 zero is reached in
   finite time, and W does not determine what follows: sigma may wait there. In z = |sigma|^q with the sign of
   sigma, q = 2/N - 1, there is no such place, since z' = - q N p. The path on which z goes on is the one of equation
   (11) with signed sigma; in one dimension it is also the one that a little noise selects [BB82]. So a flow moves

       Z = U S^q V^T,     (U^T Z' V)_rs = - k (c_+ P_rs + c_- P_sr),     k = expm1(2 b) / expm1(2 b / N),
                          c_+- = (expm1(q b) / expm1(b) +- (1 + e^(q b)) / (1 + e^b)) / 2                     (10.8)

   and - (I - U U^T) G V outside the basis. For the derivative of an odd function f of the singular values multiplies
   the symmetric part of U^T W' V by (f_r - f_s) / (sigma_r - sigma_s) and the other part by (f_r + f_s) / (sigma_r +
   sigma_s), and the powers of sigma_r cancel. With q = 1 it is c_+ = 1, c_- = 0, and (10.8) times the power of
   sigma_r is (10.2). All this is continuous unless two singular values are zero at once. The tolerance is q times
   what was asked for, because z = 1 + q log |sigma| + ...: so it is that of log |sigma|. */

/* out = start + c (a o b), all rows x cols of out, o entry by entry; a start without data is 0, and start may be
   out. */
static void dmf__add_products(dmf_mat start, double c, dmf_mat a, dmf_mat b, dmf_mat out)
{
    int i, j;
    for (i = 0; i < out.rows; i++)
        for (j = 0; j < out.cols; j++)
            dmf__row(out, i)[j] = (start.data ? dmf__row(start, i)[j] : 0) +
                                  (dmf_real)c * (dmf__row(a, i)[j] * dmf__row(b, i)[j]);
}

/* log(a / b) for positive a and b: no quotient overflows, and close numbers lose no digits. */
static double dmf__log_ratio(double a, double b)
{
    double ratio = a / b;
    if (ratio > 0.5 && ratio < 2) return log1p((a - b) / b);
    return ratio >= DBL_MIN && ratio <= DBL_MAX ? log(ratio) : log(a) - log(b);
}

/* (10.8): what -Z'_rs has of P_rs and, in *other, of P_sr, for singular values x and y of Z. For power 1 it is K_rs of
   (10.6), with signs that do not matter, and 0; of (10.3), with time divided by N, where N is infinite. b comes from
   z = sigma^q, whose logarithm is q times as long. Where b = 0, so that (10.6) is 0 / 0, it has the limit N
   sigma^(2-2/N); where the smaller value is 0, b is -infinity, both expm1 are -1, and K_r0 is left. For an infinite N
   expm1(2 b / N) is 2 b / N, and N cancels. */
static double dmf__mobility(double depth, double power, double x, double y, double *other)
{
    const double large = fmax(fabs(x), fabs(y)), less = fmin(fabs(x), fabs(y));
    const double b = less < large ? dmf__log_ratio(less, large) / power : 0;
    const double down = isinf(depth) ? 2 * b : expm1(2 * b / depth);
    const double top = power < 1 ? 1 : isinf(depth) ? large * large : pow(large, 2 - 2 / depth);
    const double k = down == 0 ? (isinf(depth) ? top : depth * top) : top * expm1(2 * b) / down;
    double difference, sum;
    *other = 0;
    if (power == 1) return k;
    difference = b == 0 ? power : expm1(power * b) / expm1(b);
    sum = (1 + exp(power * b)) / (1 + exp(b));
    *other = k * ((difference - sum) / 2);
    return k * ((difference + sum) / 2);
}

static void dmf__check_depth(dmf_ctx *ctx, double depth)
{
    if (!(depth >= 1)) dmf__fail(ctx, DMF_ERR_ARGUMENT, "the depth is %g; it must be at least 1", depth);
}

/* Minus U^T Z' V for Z = U diag(sigma) V^T, k x k with k = min(rows, cols): (10.8), or (10.2) for power 1, where sigma
   may be signed and in any order. And minus what lies outside the basis, times V, rows x k, or its transpose times U,
   cols x k, whichever is larger: 0 x 0 if W is square. That is (I - U U^T) G V = G V - U P, in place of the image G
   V, with column r times K_r0. P_rs and P_sr are read before either is replaced; k^2 / 2 evaluations of (10.6) or
   (10.8). */
static dmf_mat dmf__turned_descent(dmf_ctx *ctx, double depth, double power, dmf_mat u, const dmf_real *sigma,
                                   dmf_mat v, dmf_mat g, dmf_mat *outside)
{
    const int wide = g.rows < g.cols;
    dmf_mat p = dmf__turned(ctx, g, u, v, outside);  /* k x k */
    double same, other;
    int i, j;
    if (g.rows == g.cols) *outside = dmf_view(NULL, 0, 0);
    else dmf__gemm(ctx, 0, wide, -1, wide ? v : u, p, 1, *outside);
    for (i = 0; i < p.rows && !ctx->status; i++) {
        same = dmf__mobility(depth, power, (double)sigma[i], 0, &other);
        for (j = 0; j < outside->rows; j++) dmf__row(*outside, j)[i] *= (dmf_real)same;
        for (j = i; j < p.cols; j++) {
            const double ij = (double)dmf__row(p, i)[j], ji = (double)dmf__row(p, j)[i];
            same = dmf__mobility(depth, power, (double)sigma[i], (double)sigma[j], &other);
            dmf__row(p, i)[j] = (dmf_real)(same * ij + other * ji);
            dmf__row(p, j)[i] = (dmf_real)(same * ji + other * ij);
        }
    }
    return p;
}

/* sign Z', rows x cols; (10.1) for power 1. U (U^T Z' V) V^T, and what lies outside: at one side only, because k is the
   smaller size. 2 k^2 cols + 2 rows k cols flops, and the last again if W is not square. */
static void dmf__velocity(dmf_ctx *ctx, double sign, double depth, double power, dmf__triples t, dmf_mat g, dmf_mat out)
{
    dmf_mat outside, p = dmf__turned_descent(ctx, depth, power, t.u, t.sigma, t.v, g, &outside);  /* k x k */
    dmf_mat right = dmf__compact(ctx, p.rows, g.cols);  /* k x cols */
    dmf__gemm(ctx, 0, 1, 1, p, t.v, 0, right);
    dmf__gemm(ctx, 0, 0, (dmf_real)-sign, t.u, right, 0, out);
    if (g.rows > g.cols) dmf__gemm(ctx, 0, 1, (dmf_real)-sign, outside, t.v, 1, out);
    if (g.cols > g.rows) dmf__gemm(ctx, 0, 1, (dmf_real)-sign, t.u, outside, 1, out);
}

/* (10.1) by (10.2). In test_dynamics.c, balanced_factors_move_their_product_so compares it with the product rule, sum_j
   A_j W_j' B_j, from balanced factors and their own gradients, and large_depth_has_a_limit with (10.3). */
DMF_API dmf_status dmf_product_velocity(dmf_ctx *ctx, double depth, dmf_mat w, dmf_mat gradient, dmf_mat velocity)
{
    const dmf__arg args[3] = { dmf__mat_arg(DMF__OUT, "the velocity", velocity, w.rows, w.cols),
                               dmf__mat_arg(DMF__IN, "the gradient", gradient, w.rows, w.cols),
                               dmf__mat_arg(DMF__IN, "W", w, w.rows, w.cols) };
    dmf__frame frame;
    ctx = dmf__enter(&frame, ctx, args, 3);
    dmf__check_depth(ctx, depth);
    if (!ctx->status && w.rows > 0 && w.cols > 0) {
        const dmf__triples t = dmf__svd_of(ctx, w);
        dmf__velocity(ctx, 1, depth, 1, t, gradient, velocity);
        dmf__check_finite(ctx, "the velocity", velocity);
    }
    return dmf__close(&frame);
}

/* A run of W as one of Z = U S^power V^T, whose loss is that of W and whose gradient is minus the velocity of Z: not
   the derivative of that loss by Z, unless N = 1, but what chapter 8 goes against. */
typedef struct dmf__product_flow {
    dmf_ctx *ctx;
    const dmf_problem *problem;
    double depth, power;
    dmf_factors *shown;            /* W, rows x cols, for the latest loss or look */
    const dmf_observer *observer;
} dmf__product_flow;

/* to = U diag(sigma^power) V^T for from = U diag(sigma) V^T, both rows x cols, whose triples are returned. Computed
   singular values have no sign: a branch that has passed through zero goes on with its vector turned round, which
   leaves to the same matrix, as the power is odd in sigma. */
static dmf__triples dmf__matrix_power(dmf_ctx *ctx, dmf_mat from, double power, dmf_mat to)
{
    const dmf__triples t = dmf__svd_of(ctx, from);
    dmf_real *scale = dmf__reals(ctx, (size_t)t.u.cols, 1);
    int j;
    if (power == 1) dmf__copy(from, to);
    if (ctx->status || power == 1) return t;
    for (j = 0; j < t.u.cols; j++) scale[j] = (dmf_real)pow((double)t.sigma[j], power);
    dmf__compose(ctx, t.u, scale, t.v, to);
    return t;
}

/* The callback: W from Z, l and G = grad l there, and -Z' (10.8), all rows x cols. By (10.7) the loss falls along Z',
   as chapter 8 asks of every accepted step. The loss is NaN, and so is the gradient, at a trial step that has left the
   finite numbers. One decomposition serves for W and for -Z'. */
static dmf_status dmf__product_loss(void *user, dmf_mat z, dmf_mat out, double *loss)
{
    const dmf__product_flow *flow = (const dmf__product_flow *)user;
    dmf_ctx *ctx = flow->ctx;
    const dmf__mark mark = dmf__mark_here(ctx);
    const dmf_mat w = flow->shown->w[0], g = out.data ? dmf__compact(ctx, z.rows, z.cols) : out;  /* rows x cols */
    if (out.data) dmf__fill(out, (dmf_real)NAN);
    if (!ctx->status && dmf__all_finite(ctx->simd, z)) {
        const dmf__triples t = dmf__matrix_power(ctx, z, 1 / flow->power, w);
        if (!ctx->status && dmf__all_finite(ctx->simd, w))
            dmf__loss_at(ctx, flow->problem, dmf__everything(flow->problem), w, g, loss);
        if (!ctx->status && out.data && fabs(*loss) <= DBL_MAX)
            dmf__velocity(ctx, -1, flow->depth, flow->power, t, g, out);
    }
    dmf__give_back(ctx, mark);
    return ctx->status;
}

/* The observer is shown W, not Z: one decomposition more for each look. */
static int dmf__look_at_product(void *user, const dmf_moment *now)
{
    const dmf__product_flow *flow = (const dmf__product_flow *)user;
    const dmf__mark mark = dmf__mark_here(flow->ctx);
    dmf_moment moment = *now;
    dmf__matrix_power(flow->ctx, now->factors->w[0], 1 / flow->power, flow->shown->w[0]);
    dmf__give_back(flow->ctx, mark);
    moment.factors = flow->shown;
    return flow->ctx->status ? 1 : flow->observer->look(flow->observer->user, &moment);
}

/* Z at the start. It has a path of its own only if no two of its singular values are zero, and none if it is not
   square. w, z: rows x cols. */
static void dmf__start_through_zero(const dmf__product_flow *flow, dmf_mat w, dmf_mat z)
{
    const dmf__triples t = dmf__matrix_power(flow->ctx, w, flow->power, z);  /* of w */
    const int needed = t.u.cols - (w.rows == w.cols);
    if (!flow->ctx->status && needed > 0 &&
        (double)t.sigma[needed - 1] <= dmf__max(w.rows, w.cols) * DMF__EPS * (double)t.sigma[0])
        dmf__fail(flow->ctx, DMF_ERR_ARGUMENT, "W has a rank below %d: its path at depth %g is not unique", needed,
                  flow->depth);
}

/* A problem with a loss of this file's. */
static dmf_problem dmf__problem_with(int rows, int cols, dmf_loss_callback callback, void *user)
{
    const dmf_problem p = { DMF__CUSTOM, rows, cols, 1, 0, { NULL, NULL, NULL, NULL, NULL, NULL }, { NULL, 0, 0, 0 },
                            NULL, callback, user };
    return p;
}

/* W along (10.1), by chapter 8 on a problem, itself, whose loss is dmf__product_loss; seen is the observer that W is
   shown to. In test_dynamics.c the path is compared with that of factors (the_product_meets_its_factors), with fits at
   depths that are no whole numbers (any_real_depth_fits), and through zero with equation (11)
   (singular_values_pass_through_zero). */
DMF_API dmf_status dmf_train_product(dmf_ctx *ctx, const dmf_problem *p, double depth, dmf_mat w,
                                     const dmf_motion *motion, const dmf_observer *observer, dmf_report *report)
{
    const int dims[2] = { w.cols, w.rows };
    dmf__product_flow flow = { NULL, p, depth, 1, NULL, observer };
    const dmf_problem itself = dmf__problem_with(w.rows, w.cols, dmf__product_loss, &flow);
    dmf__frame frame;
    dmf__run run;
    dmf_observer seen;
    dmf_factors *f;
    memset(&run, 0, sizeof run);
    run.ctx = flow.ctx = ctx = dmf__open(&frame, ctx);
    run.problem = p;
    run.observer = observer;
    dmf__check_depth(ctx, depth);
    if (!dmf__check_given(ctx, "the problem", p))
        dmf__check_train(&run, dmf__mat_arg(DMF__IN_OUT, "W", w, p->rows, p->cols), motion, report);
    if (!ctx->status && (motion->decay != 0 || motion->method == DMF_SGD))
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "decay is of factors and SGD of terms; the path of a product has neither");
    if (ctx->status) return dmf__close(&frame);
    if (depth > 1 && depth < 2 && run.motion.method <= DMF_DP5) flow.power = (2 - depth) / depth;
    flow.shown = dmf__new_factors(ctx, 1, dims);
    f = dmf__new_factors(ctx, 1, dims);  /* Z */
    run.problem = &itself;
    if (flow.power == 1 && !ctx->status) dmf__copy(w, f->w[0]);
    if (flow.power < 1 && !ctx->status) {
        dmf__start_through_zero(&flow, w, f->w[0]);
        run.motion.rtol = fmax(flow.power * run.motion.rtol, 10 * DMF__EPS);  /* defined: the least of chapter 8 */
        if (observer) seen = *observer, seen.look = dmf__look_at_product, seen.user = &flow, run.observer = &seen;
    }
    dmf__train(&run, f, report);
    if (!ctx->status && flow.power == 1) dmf__copy(f->w[0], w);
    else if (!ctx->status) dmf__matrix_power(ctx, f->w[0], 1 / flow.power, w);
    dmf_factors_destroy(flow.shown);
    dmf_factors_destroy(f);
    return dmf__close(&frame);
}

#define DMF__RATES_ARGS(g, u, sigma, v) DMF__TURNED_ARGS(g, u, v), \
    dmf__memory_arg(DMF__IN, "sigma", sigma, (u).cols > 0 ? (size_t)(u).cols : 0, sizeof *sigma)

/* Theorem 3: (10.4) for k columns of U, rows x k, and V, cols x k. Of P = U^T G V only the diagonal is needed, <G, u_r
   v_r^T> = u_r . (G v_r): one product, 2 rows cols k flops, and k inner products in double. N |sigma_r|^(2-2/N) is the
   mobility of sigma_r with itself, K_rr of (10.2). In test_dynamics.c, theorem_3_and_lemma_2_are_derivatives compares
   the rates with differences of the singular values of W +- h W'. */
DMF_API dmf_status dmf_singular_rates(dmf_ctx *ctx, double depth, dmf_mat gradient, dmf_mat u, const dmf_real *sigma,
                                      dmf_mat v, double *rates)
{
    const dmf__arg args[5] = { dmf__memory_arg(DMF__OUT, "the place for the rates", rates,
                                               u.cols > 0 ? (size_t)u.cols : 0, sizeof *rates),
                               DMF__RATES_ARGS(gradient, u, sigma, v) };
    dmf__frame frame;
    int i, r;
    ctx = dmf__enter(&frame, ctx, args, 5);
    dmf__check_depth(ctx, depth);
    if (!ctx->status) {
        dmf_mat gv = dmf__compact(ctx, gradient.rows, u.cols);  /* rows x k */
        dmf__gemm(ctx, 0, 0, 1, gradient, v, 0, gv);
        for (r = 0; r < u.cols && !ctx->status; r++) {
            const double root = pow(fabs((double)sigma[r]), 1 - 1 / depth); /* twice, not to leave the range */
            for (rates[r] = 0, i = 0; i < u.rows; i++)
                rates[r] += (double)dmf__row(u, i)[r] * (double)dmf__row(gv, i)[r];
            rates[r] = -(isinf(depth) ? 1 : depth) * (root * (root * rates[r]));
            dmf__check_result(ctx, "a rate", rates[r]);
        }
    }
    return dmf__close(&frame);
}

/* (10.5) for Q = U, or Q = V with the transpose of M; m is -M, k x k, and outside minus what lies outside the basis, as
   Q, if there is anything. turn is -X, antisymmetric up to rounding: X_rs = (M S + S M^T)_rs / ((sigma_s - sigma_r)
   (sigma_s + sigma_r)), by two quotients, so that neither a square overflows nor digits of a difference of squares are
   lost. 2 rows k^2 flops. */
static void dmf__vector_rates(dmf_ctx *ctx, dmf_mat q, int transposed, dmf_mat m, const dmf_real *sigma,
                              dmf_mat outside, dmf_mat out)
{
    dmf_mat turn = dmf__compact(ctx, m.rows, m.cols);
    int r, c;
    for (r = 0; r < m.rows && !ctx->status; r++)
        for (c = 0; c < m.cols; c++) {
            const double s_r = (double)sigma[r], s_c = (double)sigma[c];
            const double rc = (double)dmf__row(m, r)[c], cr = (double)dmf__row(m, c)[r];
            const double both = transposed ? cr * s_c + rc * s_r : rc * s_c + cr * s_r;
            dmf__row(turn, r)[c] = (dmf_real)(r == c ? 0 : both / (s_c - s_r) / (s_c + s_r));
        }
    dmf__gemm(ctx, 0, 0, -1, q, turn, 0, out);
    for (r = 0; r < q.rows && q.rows > q.cols && !ctx->status; r++)
        for (c = 0; c < q.cols; c++) dmf__row(out, r)[c] -= dmf__row(outside, r)[c] / sigma[c];
    dmf__check_finite(ctx, "a rate of the singular vectors", out);
}

/* Lemma 2: (10.5) with M from (10.2). In test_dynamics.c against differences of tracked singular vectors,
   theorem_3_and_lemma_2_are_derivatives, and against Lemma 2 in long double for singular values that are far apart,
   small_singular_values_turn_as_they_should. */
DMF_API dmf_status dmf_vector_rates(dmf_ctx *ctx, double depth, dmf_mat gradient, dmf_mat u, const dmf_real *sigma,
                                    dmf_mat v, dmf_mat du, dmf_mat dv)
{
    const dmf__arg args[6] = { dmf__mat_arg(DMF__OUT, "dU", du, u.rows, u.cols),
                               dmf__mat_arg(DMF__OUT, "dV", dv, v.rows, v.cols),
                               DMF__RATES_ARGS(gradient, u, sigma, v) };
    const int k = dmf__min(gradient.rows, gradient.cols);
    dmf__frame frame;
    int r, c;
    ctx = dmf__open(&frame, ctx);
    dmf__check_depth(ctx, depth);
    if (u.cols != k)
        dmf__fail(ctx, DMF_ERR_SHAPE, "there are %d singular vectors; the rates take all %d", u.cols, k);
    dmf__check_args(ctx, args, 6);
    for (r = 0; r < u.cols && !ctx->status; r++)
        for (c = 0; c <= r; c++)
            if (sigma[r] == 0 || (c < r && fabs((double)sigma[r]) == fabs((double)sigma[c])))
                dmf__fail(ctx, DMF_ERR_ARGUMENT, "sigma %d is zero or equal to sigma %d: its vectors have no rate of "
                          "their own", r, c);
    if (!ctx->status) {
        dmf_mat outside, m = dmf__turned_descent(ctx, depth, 1, u, sigma, v, gradient, &outside);  /* k x k */
        dmf__vector_rates(ctx, u, 0, m, sigma, outside, du);
        dmf__vector_rates(ctx, v, 1, m, sigma, outside, dv);
    }
    return dmf__close(&frame);
}

/* ---- 10.2 One measurement --------------------------------------------------------------------

   Figure: equation11: One singular value as a function of another, at depth 1 to 6.

   With one measurement, G = e A with a number e that depends on the time, and singular vectors at rest, (10.4) gives
   every sigma_r the rate c_r |sigma_r|^(2-2/N), c_r = - N e <A, u_r v_r^T>, and c_1 / c_2 is a constant, the ratio
   (A19, equation (10)). Divided by its power, each rate is the derivative of sigma^q / q with q = 2/N - 1, as q - 1 =
   -(2 - 2/N), so

       sigma_1^q - start_1^q = ratio (sigma_2^q - start_2^q):                                                 (10.9)

   A19, equation (11), for every depth at once, with logarithms as its limit at N = 2. Below N = 2, where sigma_1 may
   arrive at zero, it goes on through it; beyond, it may leave all bounds in finite time. It is computed as

       log |sigma_1 / start_1| = log |1 + ratio (start_2 / start_1)^q ((sigma_2 / start_2)^q - 1)| / q       (10.10)

   from the logarithm of the product at the right, because near N = 2 all powers are close to 1, and far from it any
   of them may leave the range of a double where sigma_1 does not. */

/* log(e^a + e^b), by the larger of the two, so that neither exponential overflows. */
static double dmf__log_add(double a, double b)
{
    double large = a > b ? a : b, less = a > b ? b : a;
    return isinf(large) ? large : large + log1p(exp(less - large));
}

/* log |e^a - 1| = max(a, 0) + log(1 - e^-|a|). Near 0 the last is the logarithm of a small difference, which expm1
   has to its last digit; far from it, that of a number near 1, for which log1p is made. */
static double dmf__log_gap(double a)
{
    const double below = -fabs(a);
    return (a > 0 ? a : 0) + (below > -0.5 ? log(-expm1(below)) : log1p(-exp(below)));
}

/* s e^a = s e^(a - k log 2) 2^k with k = floor(a / log 2): the exponential is from 1 to 2, the mantissa of s from 1/2
   to 1, and exponents are added as whole numbers. Nothing between leaves the range if the result does not. */
static double dmf__grow(double s, double a)
{
    const double octave = log(2.0), clipped = a < -3000 ? -3000 : a > 3000 ? 3000 : a;
    int e, octaves = (int)floor(clipped / octave);
    double mantissa = frexp(s, &e);
    return ldexp(mantissa * exp(clipped - octaves * octave), e + octaves);
}

/* (10.9) by (10.10). The product at the right of (10.10) has the logarithm term and the sign of ratio (q x), x =
   log(sigma_2 / start_2). It adds to the 1 (rises), or takes from it; where it takes more than 1, sigma_1^q has gone
   through zero: sigma_1 with it and out at the other side, if q > 0, or out of all bounds, if q < 0. q = 1 and q = 0,
   depth 1 and 2, are their own formulas. In test_theory.c: the differential equation
   (sigma_1_obeys_its_differential_equation), A19's formulas (whole_depths_are_the_papers_formulas), (10.9) in long
   double over the range of a double (one_measurement_is_right_at_the_ends_of_the_range), and dmf_train itself
   (factors_follow_the_formula). */
DMF_API double dmf_one_measurement(double depth, double ratio, double start_1, double start_2, double sigma_2)
{
    const double q = isinf(depth) ? -1 : (2 - depth) / depth;
    double x, term, grown;
    int rises, through;       /* the product in (10.10) is positive; it is below -1 */
    if (!(depth >= 1) || !(fabs(ratio) <= DBL_MAX) || !(sigma_2 > 0)) return (double)NAN;
    if (!(start_1 > 0 && start_1 <= DBL_MAX) || !(start_2 > 0 && start_2 <= DBL_MAX)) return (double)NAN;
    if (ratio == 0 || sigma_2 == start_2) return start_1;
    if (depth == 1) return start_1 + ratio * (sigma_2 - start_2); /* (10.9) */
    x = dmf__log_ratio(sigma_2, start_2);
    if (depth == 2) return dmf__grow(start_1, ratio * x);
    term = log(fabs(ratio)) + q * dmf__log_ratio(start_2, start_1) + dmf__log_gap(q * x);
    rises = (ratio > 0) == (q * x > 0);
    through = !rises && term >= 0;
    if (through && q < 0) return (double)INFINITY;
    grown = dmf__grow(start_1, (rises ? dmf__log_add(0, term) : dmf__log_gap(term)) / q);
    return through ? -grown : grown;
}

/* ---- 10.3 Blocks, and how they are coupled ---------------------------------------------------

   Figure: coupling: The share of the kernel that lies between blocks, along the flow.

   Components. All rows of one column belong together. So each row points to one above it in its component, at first
   to itself, and a column makes the first rows of two components point to the same. Where a search halves its own
   path, m entries take of the order of m log(rows) steps at most [TL84]; and as a row points upwards, one pass down
   the rows turns what they point to into numbers of components.

   The tangent kernel. W_ij depends on W_p through row i of A_p = W_N ... W_{p+1} and column j of B_p = W_{p-1} ...
   W_1:

       K_{(ij),(kl)} = sum_{p=1..N} (L_p)_ik (R_p)_jl,     L_p = A_p A_p^T,     R_p = B_p^T B_p,             (10.11)

   with L_N = R_1 = I: d W_ij / d W_p is the outer product of that row and that column, and the inner product of two
   such is the product of the inner products of their rows and columns. K is a sum of N products, entry by entry, of
   Gram matrices, and so positive semidefinite. Factors of a size t make it t^(2N-2), soon out of the range of any
   number; A_p and B_p are kept with a largest entry near 1, beside a power of two.

   An entry's row decides its component, so the squares of K between rows i and k all belong to one pair of
   components. The square of (10.11) is a sum over p and q of (L_p o L_q)_ik (R_p o R_q)_jl, o for products entry by
   entry. With O the rows x cols matrix that has ones at the observed entries, the sum over the j observed in row i and
   the l in row k is

       sum_{p,q} (L_p o L_q)_ik S_ik,     S = O (R_p o R_q) O^T,                                              (10.12)

   two products of matrices instead of the m^2 entries of K. The block of K between components C and D, and what lies
   between different ones, have the norms

       ||K_CD||_F^2 = sum of (10.12) over i in C and k in D,     between^2 = sum_{C != D} ||K_CD||_F^2.      (10.13)

   What is between components is summed by itself; a difference of large numbers would lose half the digits.

   The blocks of K. Entries of different components share neither row nor column, i != k and j != l. Between them the
   terms p = 1 and p = N of (10.11), with R_1 = I and L_N = I, are zero whatever the factors are. So depth 1 and 2 are
   always decoupled, and from depth 3 on the terms 1 < p < N couple by products (L_p)_ik (R_p)_jl of what A_p A_p^T
   has between the rows of two components and B_p^T B_p between their columns: none, if the factors are
   block-diagonal in these rows and columns, and then the flow keeps them so, as G is, and A_p^T G B_p^T with it.

   At depth 3 the one term is (W_3 W_3^T)_ik (W_1^T W_1)_jl: W_2 has no say in the coupling at that moment, only in
   what W_3 and W_1 become. In the start family all W_j = F have the eigenvalues alpha (1 + (d-1) / m) on the vector 1
   and alpha (1 - 1/m) on what is orthogonal to it, so that L_p = F^(2N-2p), R_p = F^(2p-2), and off the diagonal

       (F^q)_ik = alpha^q ((1 + (d-1) / m)^q - (1 - 1/m)^q) / d > 0     for i != k, q >= 1, m < infinity.   (10.14)

   So from depth 3 on the family is coupled between entries of the diagonal, by the order of alpha^(2N-2) / m^2 for
   large m, and uncoupled for m = infinity only: the case that SY26's Proposition 3.2, which is of random starts, does
   not speak of.

   Zeros are exact where the factors have them, and both sides of such a product may be small. So their rounding is
   seen for itself, entry by entry, as variances of independent errors. The sum of d products of a size t has partial
   sums of up to k t, k = 1 .. d, with roundings of up to u k t, u = eps / 2, and so the variance

       sum_k (u k t)^2 / 3 = c_d u^2 (d t^2),     c_d = d^2 / 9,                                              (10.15)

   to first order in 1/d: c_d u^2 times the sum of the squares. With one rounding in every entry of the factors as
   well, the product of A, which has d columns, and W, and the Gram matrix of A, have the variances

       var(A W) = (var A + (1 + c_d) u^2 A o A) (W o W)                                                       (10.16)
       var(A A^T) = M (A o A)^T + (A o A) M^T,     M = var A + (c_d / 2) u^2 A o A.                           (10.17)

   For the error of (A W)_ij is sum_k dA_ik W_kj + A_ik dW_kj, dW_kj one rounding of W_kj, and that of its own sum,
   (10.15); the error of (A A^T)_ij is sum_k dA_ik A_jk + A_ik dA_jk and that of its sum, half of which is counted
   with each M. Variances of independent errors add up, with the squares of what multiplies them.

   With dL_p and dR_p eight deviations of what lies between components, and norms of that part too, K may be off
   there by

       sum_p (dL_p ||R_p|| + ||L_p|| dR_p + dL_p dR_p)                                                        (10.18)

   and by what (10.12) is rounded to. In the sum over p and q terms may cancel; its error is at most gamma sum_pq
   |..| <= gamma N sum_p (the term with p = q), gamma = eps times the number of roundings in a term. */

/* Block b is height x width; how many entries it has, 0 if these make no sense. */
static size_t dmf__block_size(const int *rows, const int *cols, int b, int *height, int *width)
{
    size_t count;
    *height = rows ? rows[b] : 1;
    *width = cols ? cols[b] : *height;
    if ((cols && !rows) || *height < 1 || *width < 1) return 0;
    return dmf__multiply((size_t)*height, (size_t)*width, &count) ? count : 0;
}

/* sum_b rows_b cols_b; 0 where a block makes no sense or the sum is no size_t. */
DMF_API size_t dmf_block_entries(int blocks, const int *rows, const int *cols)
{
    size_t sum = 0, count;
    int b, height, width;
    for (b = 0; b < blocks; b++, sum += count) {
        count = dmf__block_size(rows, cols, b, &height, &width);
        if (count == 0 || count > SIZE_MAX - sum) return 0;
    }
    return sum;
}

static void dmf__check_blocks(dmf_ctx *ctx, dmf_mat w, int blocks, const int *rows, const int *cols)
{
    int b, height, width, top = 0, left = 0;
    if (blocks < 1) dmf__fail(ctx, DMF_ERR_ARGUMENT, "there are no blocks");
    if (cols && !rows) dmf__fail(ctx, DMF_ERR_ARGUMENT, "the rows of the blocks are NULL, their columns are not");
    for (b = 0; !ctx->status && b < blocks; b++)
        if (!dmf__block_size(rows, cols, b, &height, &width) || height > w.rows - top || width > w.cols - left)
            dmf__fail(ctx, DMF_ERR_SHAPE, "block %d is %d x %d and does not fit at row %d, column %d of a %d x %d "
                      "matrix", b, height, width, top, left, w.rows, w.cols);
        else top += height, left += width;
}

/* Block b begins at row top = sum_{a<b} rows_a and column left = sum_{a<b} cols_a. Each is a complete component of
   the graph of the entries: test_plasticity.c, blocks_are_complete_components. */
DMF_API dmf_status dmf_observe_blocks(dmf_ctx *ctx, dmf_mat w, int blocks, const int *rows, const int *cols,
                                      dmf_entry *entries)
{
    dmf__frame frame;
    int b, i, j, height, width, top = 0, left = 0;
    ctx = dmf__open(&frame, ctx);
    dmf__check_blocks(ctx, w, blocks, rows, cols);
    if (!ctx->status) {
        const size_t count = dmf_block_entries(blocks, rows, cols);
        const dmf__arg args[4] = {
            dmf__memory_arg(DMF__OUT, "the place for the entries", entries, count, sizeof *entries),
            dmf__mat_arg(DMF__IN, "W", w, w.rows, w.cols),
            dmf__memory_arg(DMF__ANY, "the rows of the blocks", rows, rows ? (size_t)blocks : 0, sizeof *rows),
            dmf__memory_arg(DMF__ANY, "the columns of the blocks", cols, cols ? (size_t)blocks : 0, sizeof *cols) };
        dmf__check_args(ctx, args, 4);
    }
    for (b = 0; !ctx->status && b < blocks; b++, top += height, left += width) {
        dmf__block_size(rows, cols, b, &height, &width);
        for (i = top; i < top + height; i++)
            for (j = left; j < left + width; j++) {
                const dmf_entry entry = { i, j, dmf__row(w, i)[j] };
                *entries++ = entry;
            }
    }
    return dmf__close(&frame);
}

/* The first row of the component so far; looking for it halves the way there: each row that is passed then points to
   the one above the one above it. */
static int dmf__first_row(int *row, int i)
{
    for (; row[i] != i; i = row[i]) row[i] = row[row[i]];
    return i;
}

/* The components of rows and columns, and how many there are. After column j, two rows have the same first row exactly
   if a path through columns up to j joins them. Each row points to one above it in its component, or to itself, and is
   named by the row that it points to, which has its number before. Against a search that labels until nothing changes
   in test_plasticity.c, the_graph_is_what_a_naive_search_finds. */
static int dmf__components(const dmf_problem *p, int *row, int *col)
{
    const dmf__entries *e = &p->e;
    int i, j, a, b, count = 0;
    size_t k;
    for (i = 0; i < p->rows; i++) row[i] = i;
    for (j = 0; j < p->cols; j++)
        for (k = e->col_start[j]; k < e->col_start[j + 1]; k++) {
            a = dmf__first_row(row, e->row_at[e->col_start[j]]);
            b = dmf__first_row(row, e->row_at[k]);
            row[dmf__max(a, b)] = dmf__min(a, b);
        }
    for (i = 0; i < p->rows; i++)
        row[i] = e->row_start[i] == e->row_start[i + 1] ? -1 : row[i] == i ? count++ : row[row[i]];
    for (j = 0; j < p->cols; j++)
        col[j] = e->col_start[j] == e->col_start[j + 1] ? -1 : row[e->row_at[e->col_start[j]]];
    return count;
}

/* One piece of memory. */
DMF_API void dmf_graph_destroy(dmf_graph *g) { DMF_FREE(g); }

/* The components with their sizes. One is complete if it has as many entries as places: entries are different. */
DMF_API dmf_status dmf_graph_create(dmf_ctx *ctx, const dmf_problem *p, dmf_graph **out)
{
    dmf__frame frame;
    dmf_graph *g = NULL;
    dmf_component *c;
    int i;
    ctx = dmf__open(&frame, ctx);
    dmf__check_completion(ctx, p);
    dmf__check_given(ctx, "the place for the graph", out);
    if (!ctx->status)
        g = (dmf_graph *)dmf__take_zeros(ctx, sizeof *g + ((double)p->rows + p->cols) * (sizeof *c + sizeof(int)));
    if (!g) return dmf__close(&frame);
    c = g->component = (dmf_component *)(void *)(g + 1);
    g->row = (int *)(void *)(c + p->rows + p->cols);
    g->col = g->row + p->rows;
    g->count = dmf__components(p, g->row, g->col);
    for (i = 0; i < p->rows; i++) {
        if (g->row[i] < 0) continue;
        c[g->row[i]].rows++;
        c[g->row[i]].entries += p->e.row_start[i + 1] - p->e.row_start[i];
    }
    for (i = 0; i < p->cols; i++)
        if (g->col[i] >= 0) c[g->col[i]].cols++;
    for (i = 0; i < g->count; i++) c[i].complete = c[i].entries == (size_t)c[i].rows * (size_t)c[i].cols;
    *out = g;
    return dmf__close(&frame);
}

/* For one p, X = A_p or B_p^T divided by 2^exponent, order x d, and X X^T; in the same units, the norm of what that has
   between components, and how much of it may be rounding. */
typedef struct dmf__side { dmf_mat x, gram; double exponent, between, error; } dmf__side;

/* The factor that comes as number k, d_j x d_{j-1}, from the left end of W or, to be transposed, from the right. */
static dmf_mat dmf__factor_from(const dmf_factors *f, int right, int k) { return f->w[right ? k - 1 : f->depth - k]; }

/* a := a / 2^e with a largest entry from 1/2 to 1; returns e. */
static int dmf__normalize(dmf_mat a)
{
    const int e = dmf__exponent(dmf__largest(a));
    dmf__scale_by_two(a, -e);
    return e;
}

/* 2^e, where e may be beyond all exponents. */
static double dmf__power_of_two(double e) { return ldexp(1, e > 9999 ? 9999 : e < -9999 ? -9999 : (int)e); }

/* L_p or, from the right, R_p, at p - 1 for p = 1 .. N: of all rows (columns) of W, or of those in a list. From each
   end the matrices of (10.11) follow from those before,

       A_{p-1} = A_p W_p,  p = N .. 2,     B_{p+1} = W_p B_p,  p = 1 .. N-1,     A_N = B_1 = I,              (10.19)

   and are kept as X = A_p 2^-e or B_p^T 2^-e, order x d, with a largest entry from 1/2 to 1; X X^T is L_p or R_p times
   2^-2e. Before pass k x is the X of pass k - 1; pass 0 has the identity, which for a list means ones where two of its
   entries name the same row, and pass 1 copies the outermost factor's rows (columns). Each pass costs 2 order d_j
   d_{j-1} + order^2 d_j flops. */
static dmf__side *dmf__sides(dmf_ctx *ctx, const dmf_factors *f, int right, const int *list, int order)
{
    const int n = f->depth;
    dmf__side *side = (dmf__side *)dmf__scratch(ctx, (size_t)n, sizeof *side), *s = NULL;
    dmf_mat x = dmf_none(), w;  /* order x d_j of one side of w and then of the other, d_j x d_{j-1} */
    int k, i, j;
    for (k = 0; k < n && !ctx->status; k++) {
        const double exponent = k > 1 ? s->exponent : 0;
        s = &side[right ? k : n - 1 - k];
        memset(s, 0, sizeof *s);
        s->gram = dmf__compact(ctx, order, order);
        s->x = dmf__compact(ctx, order, f->dims[right ? k : n - k]);
        if (ctx->status) break;
        for (i = 0; i < order && k == 0; i++)
            for (j = 0; j < order; j++) dmf__row(s->gram, i)[j] = (dmf_real)(list ? list[i] == list[j] : i == j);
        if (k == 0) continue;
        w = dmf__factor_from(f, right, k);
        for (i = 0; i < order && k == 1; i++)
            for (j = 0; j < s->x.cols; j++)
                dmf__row(s->x, i)[j] = right ? dmf__row(w, j)[list ? list[i] : i] : dmf__row(w, list ? list[i] : i)[j];
        if (k > 1) dmf__gemm(ctx, 0, right, 1, x, w, 0, s->x);
        s->exponent = exponent + dmf__normalize(s->x);
        dmf__gram(ctx, 1, s->x, s->gram);
        x = s->x;
    }
    return side;
}

/* Divides the terms of (10.11), on their left sides, by the unit of the largest, 2^e, and returns e. Term p has the
   unit 2^(2 e_L + 2 e_R), or none if one of its sides is 0; those far below the largest underflow to 0, where the sum
   would have lost them too. */
static double dmf__common_unit(dmf__side *left, const dmf__side *right, int n)
{
    double most = -DBL_MAX, size;
    int p;
    for (p = 0; p < n; p++)
        if (dmf__largest(left[p].gram) > 0 && dmf__largest(right[p].gram) > 0)
            most = fmax(most, 2 * (left[p].exponent + right[p].exponent));
    for (p = 0; p < n; p++) {
        size = fmin(1, dmf__power_of_two(2 * (left[p].exponent + right[p].exponent) - most));
        dmf__scale(left[p].gram, (dmf_real)size);
        left[p].between *= size;
        left[p].error *= size;
    }
    return most;
}

/* (10.11) between the entries, from rows of A_p and columns of B_p, all of them or those of the entries; k is m x m.
   After the Gram matrices 2 N m^2 flops. In test_plasticity.c, the_kernel_is_the_product_of_derivatives compares it
   with sums over all numbers of the factors of the derivatives of W_ij and W_kl, from differences, which are exact. */
static void dmf__tangent_kernel(dmf_ctx *ctx, const dmf_factors *f, const dmf_entry *entries, dmf_mat k)
{
    const int n = f->depth, m = k.rows, rows = f->dims[n], cols = f->dims[0];
    int *row = (int *)dmf__scratch(ctx, (size_t)m, sizeof(int));
    int *col = (int *)dmf__scratch(ctx, (size_t)m, sizeof(int));
    dmf__side *left, *right;
    double unit;
    int p, a, b;
    for (a = 0; a < m && !ctx->status; a++) row[a] = entries[a].row, col[a] = entries[a].col;
    left = dmf__sides(ctx, f, 0, m < rows ? row : NULL, dmf__min(m, rows));
    right = dmf__sides(ctx, f, 1, m < cols ? col : NULL, dmf__min(m, cols));
    if (ctx->status) return;
    unit = dmf__common_unit(left, right, n);
    for (a = 0; a < m; a++) row[a] = m < rows ? a : row[a], col[a] = m < cols ? a : col[a];
    dmf__fill(k, 0);
    for (p = 0; p < n; p++)
        for (a = 0; a < m; a++) {
            const dmf_real *l = dmf__row(left[p].gram, row[a]), *r = dmf__row(right[p].gram, col[a]);
            for (b = 0; b < m; b++) dmf__row(k, a)[b] += l[row[b]] * r[col[b]];
        }
    dmf__scale(k, (dmf_real)dmf__power_of_two(unit));
}

/* (10.11) for m = count entries, which may repeat: k is m x m, symmetric, and 0 only where the sum is, or
   is out of range beside the largest. */
DMF_API dmf_status dmf_tangent_kernel(dmf_ctx *ctx, const dmf_factors *f, const dmf_entry *entries, size_t count,
                                      dmf_mat k)
{
    const dmf__arg args[3] = { dmf__mat_arg(DMF__OUT, "the kernel", k, k.rows, k.rows),
                               dmf__memory_arg(DMF__ANY, "the array of entries", entries, count, sizeof *entries),
                               dmf__factors_arg(DMF__IN, "the array of factors", f) };
    dmf__frame frame;
    ctx = dmf__open(&frame, ctx);
    if (count == 0) dmf__fail(ctx, DMF_ERR_ARGUMENT, "there are no entries");
    if (count != (size_t)k.rows)
        dmf__fail(ctx, DMF_ERR_SHAPE, "the kernel is %d x %d, for %lu entries", k.rows, k.cols, (unsigned long)count);
    if (!dmf__check_args(ctx, args, 3)) dmf__check_entries(ctx, f->dims[f->depth], f->dims[0], entries, count);
    if (!ctx->status) dmf__tangent_kernel(ctx, f, entries, k);
    dmf__check_finite(ctx, "the kernel", k);
    return dmf__close(&frame);
}

/* c_d of (10.15) */
static double dmf__sum_variance(int d) { return (double)d * d / 9; } /* proved: (10.15) */

/* What lies between components on one side, and eight deviations of its rounding: norms over the i and j of different
   components. var, order x d, is the variance of X in units of u^2, carried from factor to factor by (10.16), where
   square is W o W; it starts as X o X, the one rounding of every entry of the outermost factor. W is divided by 2^e
   before it is squared, and X by what normalised it; the variance is put right afterwards. sum is M of (10.17), gram
   = 2 M (X o X)^T, which summed over i and j and over j and i is what (10.17) sums to. */
static void dmf__side_rounding(dmf_ctx *ctx, const dmf_factors *f, int right, const int *component, dmf__side *side)
{
    const int n = f->depth, order = side->gram.rows, widest = dmf__widest(f, 0, n);
    dmf_mat var = dmf__compact(ctx, order, widest), sum = dmf__compact(ctx, order, widest);
    dmf_mat square = dmf__compact(ctx, dmf__max(order, widest), widest), gram = dmf__compact(ctx, order, order);
    int k, e, i, j;
    for (k = 1; k < n && !ctx->status; k++) {
        double between = 0, variance = 0;
        dmf__side *s = &side[right ? k : n - 1 - k], *before = &side[right ? k - 1 : n - k];
        const dmf_mat w = dmf__factor_from(f, right, k), x = s->x, y = before->x;  /* order x d_j of both sides of w */
        var = dmf_block(var, 0, 0, order, x.cols);
        if (k == 1) dmf__add_products(dmf_none(), 1, x, x, var);
        else { /* (10.16) */
            sum = dmf_block(sum, 0, 0, order, y.cols);
            square = dmf_block(square, 0, 0, w.rows, w.cols);
            dmf__add_products(dmf_block(var, 0, 0, order, y.cols), 1 + dmf__sum_variance(y.cols), y, y, sum);
            dmf__copy(w, square);
            e = dmf__normalize(square);
            dmf__add_products(dmf_none(), 1, square, square, square);
            dmf__gemm(ctx, 0, right, 1, sum, square, 0, var);
            dmf__scale(var, dmf__ldexp(1, 2 * (e + (int)(before->exponent - s->exponent))));
        }
        sum = dmf_block(sum, 0, 0, order, x.cols);
        square = dmf_block(square, 0, 0, order, x.cols);
        dmf__add_products(dmf_none(), 1, x, x, square);
        dmf__add_products(var, dmf__sum_variance(x.cols) / 2, x, x, sum);
        dmf__gemm(ctx, 0, 1, 2, sum, square, 0, gram); /* (10.17), but for transposition */
        for (i = 0; i < order; i++)
            for (j = 0; j < order; j++) {
                if (component[i] < 0 || component[j] < 0 || component[i] == component[j]) continue;
                between += (double)dmf__row(s->gram, i)[j] * (double)dmf__row(s->gram, i)[j];
                variance += (double)dmf__row(gram, i)[j];
            }
        s->between = sqrt(between);
        s->error = 8 * (DMF__EPS / 2) * sqrt(variance); /* tuned: in tests/test_plasticity.c rounding is at most half of
                                                           it, and coupling at least four times */
    }
}

typedef struct dmf__couple {
    dmf_graph *graph;
    dmf__side *left, *right;
    dmf_mat o, x, t, s;       /* O, rows x cols; X, cols x cols; O X, rows x cols; S, rows x rows */
    double *square, between;  /* of the norms of the blocks of K, count x count; of what lies between components */
} dmf__couple;

/* (10.12) and (10.13): adds the terms with (p, q) to all squares, twice if p != q, for (q, p). 2 rows cols (rows +
   cols) flops for the two products. */
static void dmf__couple_pair(dmf__couple *c, dmf_ctx *ctx, int p, int q)
{
    const dmf_mat a = c->left[p].gram, b = c->left[q].gram;  /* rows x rows */
    const int *row = c->graph->row;
    int i, k;
    dmf__add_products(dmf_none(), p == q ? 1 : 2, c->right[p].gram, c->right[q].gram, c->x);
    dmf__gemm(ctx, 0, 0, 1, c->o, c->x, 0, c->t);
    dmf__gemm(ctx, 0, 1, 1, c->t, c->o, 0, c->s);
    for (k = 0; k < c->s.rows && !ctx->status; k++)
        for (i = 0; i < c->s.rows; i++) {
            const double term = (double)dmf__row(a, k)[i] * (double)dmf__row(b, k)[i] * (double)dmf__row(c->s, k)[i];
            if (row[i] < 0 || row[k] < 0) continue;
            c->square[(size_t)row[k] * (size_t)c->graph->count + (size_t)row[i]] += term;
            if (row[i] != row[k]) c->between += term;
        }
}

/* The sums over p and q, N (N + 1) / 2 pairs; returns what between may be off by, which is (10.18) and the rounding
   of the sum. lost bounds the error of the sum of squares by N times its terms with p = q, which are those summed
   first; of a square that is off by lost the root is off by at most sqrt(lost), and by lost over the root. In
   test_plasticity.c sums over the whole kernel are met in the_coupling_sums_the_kernel, and zeros are told from
   coupling in rounding_is_told_from_coupling and the_family_is_coupled_however_diagonal_it_is. */
static double dmf__couple_sum(dmf__couple *c, dmf_ctx *ctx, int n)
{
    double error = 0, lost;
    int p, q;
    c->between = 0;
    for (p = 0; p < n; p++) {
        const dmf__side *l = &c->left[p], *r = &c->right[p];
        dmf__couple_pair(c, ctx, p, p);
        error += l->error * r->between + l->between * r->error + l->error * r->error;
    }
    lost = (2.0 * c->o.cols + 12) * DMF__EPS * n * c->between; /* proved: two products, eight operations */
    for (p = 0; p < n; p++)
        for (q = 0; q < p; q++) dmf__couple_pair(c, ctx, p, q);
    c->between = sqrt(fmax(c->between, 0));
    return error + (lost > 0 ? fmin(sqrt(lost), lost / c->between) : 0);
}

/* c: with its graph. blocks: components x components. */
static void dmf__run_couple(dmf_ctx *ctx, const dmf_problem *p, const dmf_factors *f, dmf__couple *c, dmf_mat blocks,
                            dmf_coupling *out)
{
    const size_t count = (size_t)c->graph->count;
    double error, unit, all = 0;
    size_t e;
    c->o = dmf__compact(ctx, p->rows, p->cols);
    c->x = dmf__compact(ctx, p->cols, p->cols);
    c->t = dmf__compact(ctx, p->rows, p->cols);
    c->s = dmf__compact(ctx, p->rows, p->rows);
    c->square = (double *)dmf__scratch(ctx, count * count, sizeof(double));
    c->left = dmf__sides(ctx, f, 0, NULL, p->rows);
    c->right = dmf__sides(ctx, f, 1, NULL, p->cols);
    if (!ctx->status) dmf__side_rounding(ctx, f, 0, c->graph->row, c->left);
    if (!ctx->status) dmf__side_rounding(ctx, f, 1, c->graph->col, c->right);
    if (ctx->status) return;
    unit = dmf__power_of_two(dmf__common_unit(c->left, c->right, f->depth));
    dmf__fill(c->o, 0);
    for (e = 0; e < p->count; e++) dmf__row(c->o, p->e.row[e])[p->e.col[e]] = 1;
    memset(c->square, 0, count * count * sizeof(double));
    error = dmf__couple_sum(c, ctx, f->depth);
    for (e = 0; e < count * count; e++) {
        all += c->square[e];
        if (blocks.data) dmf__row(blocks, (int)(e / count))[e % count] = (dmf_real)(unit * sqrt(fmax(c->square[e], 0)));
    }
    all = sqrt(all);
    dmf__check_result(ctx, "the norm of the kernel", unit * all);
    if (blocks.data) dmf__check_finite(ctx, "the norms of the blocks", blocks);
    if (ctx->status) return;
    out->norm = unit * all;
    out->between = unit * c->between;
    out->share = all > 0 ? c->between / all : 0;
    out->rounding = unit * error;
    out->decoupled = c->between <= error;
}

/* (10.13) and what of it may be rounding (10.18). Nothing of the size of K is formed. For the start family the value
   is known from (10.14), and is met to some roundings for ratios up to 1e30 in test_plasticity.c,
   the_family_is_coupled_however_diagonal_it_is. */
DMF_API dmf_status dmf_couple(dmf_ctx *ctx, const dmf_problem *p, const dmf_factors *f, dmf_mat blocks,
                              dmf_coupling *out)
{
    dmf__frame frame;
    dmf__couple c;
    ctx = dmf__open(&frame, ctx);
    c.graph = NULL;
    if (!dmf__check_pair(ctx, p, f)) ctx->status = dmf_graph_create(ctx, p, &c.graph);
    if (!ctx->status) {
        const int count = c.graph->count;
        const dmf__arg args[3] = { dmf__mat_arg(DMF__OUT_OR_NONE, "the blocks", blocks, count, count),
                                   dmf__memory_arg(DMF__OUT, "the place for the coupling", out, 1, sizeof *out),
                                   dmf__factors_arg(DMF__IN, "the array of factors", f) };
        dmf__check_args(ctx, args, 3);
    }
    if (!ctx->status) dmf__run_couple(ctx, p, f, &c, blocks, out);
    dmf_graph_destroy(c.graph);
    return dmf__close(&frame);
}

/* ---- 10.4 Where observations on the diagonal lead --------------------------------------------

   Figure: rank1: The second singular value of the limit over the first, against the scale of the start.

   Figure: menon: Where flows end that fit two entries of a 2 x 2 matrix.

   Let d targets w be equal and every W_j have the eigenvalues s_1 with (1, ..., 1) and s_2 with what is orthogonal
   to it. G is (W_ii - w) I, so W_j keeps that form, and

       s_k' = (w - W_ii) s_k^(N-1),     W_ii = (s_1^N + (d-1) s_2^N) / d.                                     (10.20)

   So ds_1 / s_1^(N-1) = ds_2 / s_2^(N-1). Both rise as long as W_ii < w, or fall as long as it is larger, and W_ii
   with them, towards w and not beyond, so that s_1 stays away from 0 and they rest where W_ii = w and nowhere else.
   What never changes is

       C = integral of s^(1-N) from s_2 to s_1 = (s_2^(2-N) - s_1^(2-N)) / (N - 2),                           (10.21)

   log(s_1 / s_2) at N = 2. From s_1 = alpha (m + d - 1) / m and s_2 = alpha (m - 1) / m the limit is

       N = 2      s_1 / s_2 = (m + d - 1) / (m - 1), as at the start, whatever alpha is;
       N >= 3     s_2^(2-N) = s_1^(2-N) + (N - 2) C,
                  (N - 2) C = (alpha (m - 1) / m)^(2-N) (1 - ((m - 1) / (m + d - 1))^(N-2)).                 (10.22)

   As (N - 2) C grows like alpha^(2-N), s_2 -> 0 with alpha from depth 3 on, unless m is infinite and C = 0: depth
   promotes rank 1 where the start is coupled. W itself has the eigenvalues s_1^N and s_2^N, so that

       W = s_2^N I + ((s_1^N - s_2^N) / d) 1 1^T,     stable rank = 1 + (d - 1) (s_2 / s_1)^(2N).            (10.23)

   The limit is unique: on the curve of a given C, ds_2 / ds_1 = (s_2 / s_1)^(N-1) >= 0, so that s_1^N + (d-1) s_2^N
   rises with s_1, from at most d w where s_1^N = w (as s_2 <= s_1, for m >= 1) to at least that where s_1^N = d w.
   It is found in units where w = 1: x = log s_1 between 0 and log(d) / N by bisection of

       N x + log(1 + (d-1) e^(N (y - x))) = log d,
       y = log s_2 = - log(e^((2-N) x) + (N - 2) C) / (N - 2).                                                (10.24)

   Logarithms neither overflow nor underflow for any alpha and m.

   Targets that differ. At depth 2, row a_i of W_2 and column b_i of W_1 follow a_i' = r_i b_i and b_i' = r_i a_i
   with r_i = w_i - a_i . b_i, whatever the others do. From a_i = b_i they only grow or shrink, so that

       W_ij = sqrt(w_i w_j) cos(a_i, a_j),     cos(a_i, a_j) = (2 m + d - 2) / (m^2 + d - 1) for i != j,      (10.25)

   the cosine as at the start: a_i has alpha at place i and alpha / m elsewhere, so |a_i|^2 = alpha^2 (1 + (d-1) /
   m^2) and a_i . a_j = alpha^2 (2 / m + (d-2) / m^2). The same formula holds at every depth for m = INFINITY, where
   factors stay diagonal and W_ij = 0, and for m = 1, where W_1 = 1 b^T, W_N = b 1^T and W_j = c_j 1 1^T between them,
   so that W is a multiple of b b^T.

   From other starts at depth 2, a_i + b_i only grows and a_i - b_i only shrinks, by the same factor. So a start that
   vanishes leads to W_ij = sqrt(w_i w_j) cos(a_i + b_i, a_j + b_j), as at the start, whether it is balanced or not
   (test_plasticity.c, vanishing_starts_end_at_cosines).

   Blocks. Let n blocks of s x s be observed, all targets w, d = n s. Three projections commute: on the vector 1, on
   what is constant in each block and orthogonal to 1, and on what sums to 0 in every block. The family's start is a
   combination of them, with s_1 = alpha (m + n s - 1) / m and s_2 = s_3 = alpha (m - 1) / m. Then so is G: of a block
   of W it has the part (s_1^N + (n-1) s_2^N) / (n s) with 1 1^T, less w, and s_3^N with the third projection. As 1
   1^T in every block is s times the first two projections,

       s_k' = (s w - (s_1^N + (n-1) s_2^N) / n) s_k^(N-1),  k = 1, 2,     s_3' = - s_3^(2N-1).               (10.26)

   s_3 falls to 0, but slowly: s_3^(2-2N) grows by 2 N - 2 a unit of time. The others follow (10.20) with n in place
   of d and s w in place of w, from the start whose diagonal is alpha (m + s - 1) / m and whose ratio is (m + s - 1) /
   s.

   Blocks that differ, with s_a rows and columns and the target w_a, keep factors constant between two of them, and
   within one but for a multiple of the identity on what sums to 0 there, which falls as above. On the unit vectors
   1_a / sqrt(s_a) the factors are n x n and start as

       Q = alpha ((1 - 1/m) I + r r^T / m),  r_a = sqrt(s_a);     observed are the (a, a), targets s_a w_a;   (10.27)

   W_ij is their product's entry (a, b) over sqrt(s_a s_b). So what holds for the diagonal holds for blocks. At depth 2
   row a of Q keeps its direction, and between two blocks

       W_ij = sqrt(w_a w_b s_a s_b) (2 m + d - 2) / (l_a l_b),  l_a^2 = (m + s_a - 1)^2 + s_a (d - s_a),   (10.28)

   which is (10.25) if all are 1 x 1, 0 for m = INFINITY and sqrt(w_a w_b) for m = 1; these two at every depth. */

/* (10.21), of what (10.20) keeps; s_1^(2-N) and s_2^(2-N) may be close, and out of range. With k = N - 2 and c =
   log(high / low) it is low^-k (1 - e^(-k c)) / k, where expm1 keeps the digits of the difference, and low^-k comes as
   the square of a root, of which one half meets the small number before the other is multiplied. Against (10.21) in
   long double in test_theory.c, conserved_is_right_at_the_ends_of_the_range; its drift along flows in
   test_plasticity.c. */
DMF_API double dmf_diagonal_conserved(int depth, double s_1, double s_2)
{
    const double k = depth - 2.0, low = fabs(s_1 < s_2 ? s_1 : s_2), high = s_1 < s_2 ? s_2 : s_1;
    double root, c;
    if (depth < 1 || !(s_1 >= 0) || !(s_2 >= 0)) return (double)NAN;
    if (s_1 == s_2) return 0;
    if (depth == 1) return s_1 - s_2;
    c = dmf__log_ratio(high, low);
    root = pow(low, -k / 2);
    if (depth > 2) c = root * (-expm1(-k * c) / k) * root;
    return s_1 > s_2 ? c : -c;
}

static void dmf__check_family(dmf_ctx *ctx, int depth, double diagonal, double ratio)
{
    if (depth < 2) dmf__fail(ctx, DMF_ERR_ARGUMENT, "the depth is %d; the limit is known from depth 2 on", depth);
    if (!(diagonal > 0 && diagonal <= DBL_MAX))
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "the diagonal is %g; it must be positive and finite", diagonal);
    if (!(ratio >= 1))
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "the ratio is %g; it must be from 1 to infinity, or the start has eigenvalues "
                  "below zero", ratio);
}

/* log((m - 1) / (m - 1 + k)), m >= 1: with k = 1, log(s_2 / alpha) at the start, with k = d, log(s_2 / s_1). */
static double dmf__log_share(double m, double k)
{
    if (isinf(m)) return 0;
    return m - 1 < k ? log((m - 1) / (m - 1 + k)) : log1p(-k / (m - 1 + k));
}

/* x = log s_1 and y = log s_2 in the limit, in units where the target is 1, by (10.24), with C from (10.22). The left
   side of (10.24) rises with x, so that halving keeps its solution between low and high. For m = 1, s_2 = 0 from the
   start on, and infinities carry that through: c is infinite and y its negative. In test_plasticity.c: reference values
   (the_limits_are_the_reference), (10.20) and (10.21) themselves (the_limits_solve_their_equations), long double
   (the_limits_have_the_digits_they_promise), flows (the_flow_ends_at_the_limit). */
static void dmf__diagonal_logs(int depth, int d, double log_diagonal, double ratio, double log_target, double *x,
                               double *y)
{
    const double n = depth, start = dmf__log_share(ratio, d);  /* log(s_2 / s_1) at the start */
    const double s_2 = log_diagonal + dmf__log_share(ratio, 1) - log_target / n;  /* its logarithm at the start */
    const double c = log(-expm1((n - 2) * start)) + (2 - n) * s_2;  /* log((N - 2) C) */
    double low = 0, high = log((double)d) / n;
    int i;
    for (i = 0; i <= 100; i++) { /* proved: 2^-100 log(d) / N is below rounding */
        *x = low + (high - low) / 2;
        *y = depth == 2 ? *x + start : *x - dmf__log_add(0, c + (n - 2) * *x) / (n - 2);
        if (n * *x + log1p((d - 1.0) * exp(n * (*y - *x))) < log((double)d)) low = *x;
        else high = *x;
    }
}

/* sigma_1 = w s_1^N, sigma_2 = w s_2^N and the stable rank (10.23); of blocks too, with the arguments below (10.26),
   as flows confirm in test_plasticity.c, blocks_end_where_a_diagonal_does. All from logarithms, in which their
   quotient is exact however small sigma_2 is. */
DMF_API dmf_status dmf_diagonal_limit(dmf_ctx *ctx, int depth, int d, double diagonal, double ratio, double target,
                                      dmf_limit *out)
{
    dmf__frame frame;
    dmf_limit limit;
    double x, y;
    ctx = dmf__open(&frame, ctx);
    dmf__check_family(ctx, depth, diagonal, ratio);
    if (d < 1) dmf__fail(ctx, DMF_ERR_SHAPE, "the diagonal has %d places; it must have at least 1", d);
    if (!(target > 0 && target <= DBL_MAX))
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "the target is %g; it must be positive and finite", target);
    dmf__check_given(ctx, "the place for the limit", out);
    if (!ctx->status) {
        dmf__diagonal_logs(depth, d, log(diagonal), ratio, log(target), &x, &y);
        limit.sigma_1 = dmf__grow(target, depth * x);
        limit.sigma_2 = d == 1 ? 0 : dmf__grow(target, depth * y);
        limit.stable_rank = 1 + (d - 1.0) * exp(2.0 * depth * (y - x));
        dmf__check_result(ctx, "sigma_1", limit.sigma_1);
        if (!ctx->status) *out = limit;
    }
    return dmf__close(&frame);
}

/* W_ij over sqrt(w_a w_b) between blocks of s_a and s_b rows: (10.28), divided through by m^2, which may overflow. */
static double dmf__block_cosine(double m, double d, double s_a, double s_b)
{
    const double a = pow(1 + (s_a - 1) / m, 2) + s_a * (d - s_a) / m / m;
    const double b = pow(1 + (s_b - 1) / m, 2) + s_b * (d - s_b) / m / m;
    return sqrt(s_a * s_b) * (2 / m + (d - 2) / m / m) / sqrt(a * b);
}

/* The same between all of n blocks that are alike: what it has to be for the W of (10.24), an entry off the diagonal
   over the target, (s_1^N - s_2^N) / n in the units there (10.23), from the start that belongs to blocks (10.26). */
static double dmf__alike_cosine(int depth, int n, double s, double diagonal, double ratio, double target)
{
    double x, y;
    dmf__diagonal_logs(depth, n, log(diagonal) + log1p((s - 1) / ratio), isinf(ratio) ? ratio : (ratio + s - 1) / s,
                       log(target) + log(s), &x, &y);
    return -exp(depth * x) * expm1(depth * (y - x)) / n;
}

/* Whether blocks have the same sizes, 1 where these are NULL, and the same targets, which must be fit for one. */
static int dmf__alike(dmf_ctx *ctx, int blocks, const int *sizes, const dmf_real *targets)
{
    int b, alike = 1;
    for (b = 0; b < blocks && !ctx->status; b++) {
        if (!(targets[b] > 0 && (double)targets[b] <= DMF__MAX))
            dmf__fail(ctx, DMF_ERR_ARGUMENT, "target %d is %g; targets must be positive and finite", b,
                      (double)targets[b]);
        alike &= targets[b] == targets[0] && (!sizes || sizes[b] == sizes[0]);
    }
    return alike;
}

/* By rectangles: the targets in blocks, where the flow has fitted them, and between two of them a cosine. */
static void dmf__block_product(dmf_ctx *ctx, int depth, double diagonal, double ratio, int blocks, const int *sizes,
                               const dmf_real *targets, dmf_mat w)
{
    const int direct = depth == 2 || ratio == 1 || isinf(ratio), alike = dmf__alike(ctx, blocks, sizes, targets);
    int a, b, top, left;
    double cosine = 0;
    if (!direct && !alike)
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "unequal blocks or targets have a closed form at depth 2 or with ratio 1 or "
                  "INFINITY; this is depth %d with ratio %g", depth, ratio);
    if (ctx->status) return;
    if (!direct) cosine = dmf__alike_cosine(depth, blocks, sizes ? sizes[0] : 1, diagonal, ratio, (double)targets[0]);
    for (a = top = 0; a < blocks; top += sizes ? sizes[a] : 1, a++)
        for (b = left = 0; b < blocks; left += sizes ? sizes[b] : 1, b++) {
            const int s_a = sizes ? sizes[a] : 1, s_b = sizes ? sizes[b] : 1;
            if (direct) cosine = dmf__block_cosine(ratio, w.rows, s_a, s_b);
            dmf__fill(dmf_block(w, top, left, s_a, s_b), a == b ? targets[a]
                      : (dmf_real)(cosine * sqrt((double)targets[a]) * sqrt((double)targets[b])));
        }
}

/* (10.25). Flows end there in test_plasticity.c: the_flow_ends_at_the_limit,
   unequal_targets_have_a_limit_where_they_decouple. */
DMF_API dmf_status dmf_diagonal_product(dmf_ctx *ctx, int depth, double diagonal, double ratio, const dmf_real *targets,
                                        dmf_mat w)
{
    const dmf__arg args[2] = { dmf__mat_arg(DMF__OUT, "W", w, w.rows, w.rows),
                               dmf__memory_arg(DMF__IN, "the targets", targets, w.rows > 0 ? (size_t)w.rows : 1,
                                               sizeof *targets) };
    dmf__frame frame;
    ctx = dmf__enter(&frame, ctx, args, 2);
    dmf__check_family(ctx, depth, diagonal, ratio);
    if (!ctx->status) dmf__block_product(ctx, depth, diagonal, ratio, w.rows, NULL, targets, w);
    return dmf__close(&frame);
}

/* (10.28) and, for blocks that are alike, (10.26). Flows end there, and those of others are (10.27)'s, in
   test_plasticity.c: blocks_have_a_limit_where_they_reduce. */
DMF_API dmf_status dmf_block_product(dmf_ctx *ctx, int depth, double diagonal, double ratio, int blocks,
                                     const int *sizes, const dmf_real *targets, dmf_mat w)
{
    const size_t count = blocks > 0 ? (size_t)blocks : 0;
    const dmf__arg args[3] = { dmf__mat_arg(DMF__OUT, "W", w, w.rows, w.rows),
                               dmf__memory_arg(DMF__IN, "the targets", targets, count, sizeof *targets),
                               dmf__memory_arg(DMF__ANY, "the sizes", sizes, count, sizeof *sizes) };
    dmf__frame frame;
    int b, rows = 0;
    ctx = dmf__enter(&frame, ctx, args, 3);
    dmf__check_family(ctx, depth, diagonal, ratio);
    if (!ctx->status) dmf__check_blocks(ctx, w, blocks, sizes, NULL);
    for (b = 0; b < blocks && !ctx->status; b++) rows += sizes[b];
    if (rows != w.rows) dmf__fail(ctx, DMF_ERR_SHAPE, "the blocks have %d rows, W has %d", rows, w.rows);
    if (!ctx->status) dmf__block_product(ctx, depth, diagonal, ratio, blocks, sizes, targets, w);
    return dmf__close(&frame);
}

/* ---- 11. Minimum nuclear norm ----------------------------------------------------------------

       min ||X||_*     subject to  |<A_i, X> - y_i| <= eps_i,  i = 1..m                                       (11.1)
       max N(lambda) = <lambda, y> - sum_i eps_i |lambda_i|     subject to  ||A*(lambda)|| <= 1               (11.2)

   with A(X)_i = <A_i, X>, A*(lambda) = sum_i lambda_i A_i and the spectral norm are dual to each other: if X fits,

       N(lambda) <= <lambda, A(X)> = <A*(lambda), X> <= ||A*(lambda)|| ||X||_*.                               (11.3)

   For lambda_i (y_i - <A_i, X>) is at most |lambda_i| eps_i, and with X = sum_r sigma_r u_r v_r^T any B has <B, X> =
   sum_r sigma_r u_r^T B v_r, at most ||B|| sum_r sigma_r. So any lambda proves a lower bound and any X that fits an
   upper one. If anything fits the two meet, as the constraints are linear. The result carries both, and that they
   meet does not rest on the solver. For instance, of all X with X_11 = y within eps < |y| the least is (|y| - eps)
   sign y at that place and 0 elsewhere, and lambda = sign y has N(lambda) = |y| - eps and ||A*(lambda)|| = 1
   (test_nuclear.c, closed_forms_are_met).

   First-order methods (ADMM, Douglas-Rachford) take one decomposition of X an iteration and, well tuned, some 300 of
   them to a gap of 1e-6, ten times that where the penalty is off. What converges fast instead is the proximal point
   algorithm, if its steps are found by Newton's method [JST14]: 66 decompositions and 542 iterations of conjugate
   residuals at 100 x 100 with 2000 entries (measured: tests/test_nuclear.c, references_are_met). */

typedef struct dmf__search {
    dmf_ctx *ctx;
    const dmf_problem *p;
    dmf_nuclear want;
    size_t m;
    int rows, cols, k;            /* of X; k = min(rows, cols) */
    const int *row, *col;         /* where entry i is; NULL: measurements */
    int exponent, *unit;          /* X is divided by 2^exponent, equation i by 2^(exponent + unit[i]) */
    dmf_real *y;                  /* m numbers; so have all vectors below without another size */
    double *eps, *give;
    dmf_mat factor;               /* L, m x m; no data where M = I */
    int independent;              /* L has found each equation to say something new */
    double rho, damping, phi, moved;  /* moved: ||X' - X|| of the step before */
    dmf_mat x, next;              /* rows x cols: the centre X, and D(Z) at Z = X + rho A*(lambda) */
    dmf_real *slack, *next_slack, *lambda, *gradient;
    dmf__triples z;               /* the latest decomposition: rows x k, cols x k, k numbers; */
    int rank;                     /* r: how many of them are above rho, */
    dmf_mat lowered;              /* rows x k, the first r columns used: U_r diag(d) */
    double *share, *same, *other; /* in a Newton step, r, k r, k r numbers: C, a and b of (11.9) */
    dmf_mat left, right;          /* and rows x 2 r, cols x 2 r: D'(H) = left right^T */
    dmf_mat best_x;               /* rows x cols */
    dmf_real *best_lambda;
    dmf_certificate best;
} dmf__search;

/* ---- 11.1 The equations ----------------------------------------------------------------------

   Whoever multiplies an equation by a number asks for the same X. So each is divided by a power of two next to ||A_i||,
   and all by one next to the largest y_i, which is exact but for what leaves the range. Whoever adds one equation to
   another asks for the same X, too. So distances are measured among matrices: a residual r by the norm of the least C
   with A(C) = r, which is A*(M^-1 r), and a multiplier by that of A*(lambda). These are

       <r, M^-1 r>^(1/2)  and  <lambda, M lambda>^(1/2),     M = A A* = L L^T.                                (11.4)

   Entries have M = I. Measurements that nearly depend on each other are as good as others in this metric, as long as
   M, computed, knows them apart: as long as an equation makes an angle of more than some sqrt(m eps) with the space
   of those before it. At smaller angles the pivot of Cholesky's algorithm is rounding, and 2 takes its place, which
   no other pivot reaches. The columns of L^-T at such places span the null space of A*.

   M costs as much as m / 2 evaluations of A, and is left out (M = I) where it would take much more memory than the
   measurements themselves do. */

/* out = A(X): m entries, or m inner products of 2 rows cols flops. x is rows x cols. */
static void dmf__measure(const dmf__search *d, dmf_mat x, dmf_real *out)
{
    size_t i;
    for (i = 0; i < d->m; i++)
        out[i] = d->row ? dmf__row(x, d->row[i])[d->col[i]]
                        : (dmf_real)ldexp(dmf__dot_matrix(d->ctx->simd, dmf__row(d->p->a, (int)i), x), -d->unit[i]);
}

/* out = A*(lambda), rows x cols, the adjoint of dmf__measure: <A(X), lambda> = <X, A*(lambda)>. */
static void dmf__spread(const dmf__search *d, const dmf_real *lambda, dmf_mat out)
{
    size_t i;
    dmf__fill(out, 0);
    for (i = 0; i < d->m; i++)
        if (d->row) dmf__row(out, d->row[i])[d->col[i]] = lambda[i];
        else dmf__add_matrix(d->ctx->simd, ldexp((double)lambda[i], -d->unit[i]), dmf__row(d->p->a, (int)i), out);
}

/* p = H x, rows x r, and q = H^T y, cols x r, with H = A*(lambda). For entries H is sparse and is not formed: 4 r flops
   an entry, by rows with lambda in its order, and by columns. */
static void dmf__spread_both(const dmf__search *d, const dmf_real *lambda, dmf_mat x, dmf_mat y, dmf_mat p, dmf_mat q)
{
    const dmf__simd *simd = d->ctx->simd;
    const dmf__entries *e = &d->p->e;
    const dmf_mat h = d->row ? x : dmf__compact(d->ctx, d->rows, d->cols);
    dmf_real *by_column = dmf__reals(d->ctx, d->m, 1);
    size_t i;
    if (d->ctx->status || x.cols == 0) return;
    if (!d->row) {
        dmf__spread(d, lambda, h);
        dmf__gemm(d->ctx, 0, 0, 1, h, x, 0, p);
        dmf__gemm(d->ctx, 1, 0, 1, h, y, 0, q);
        return;
    }
    for (i = 0; i < d->m; i++) by_column[e->place[i]] = lambda[i];
    simd->gather((size_t)d->rows, e->row_start, (size_t)x.cols, dmf__choose(x, e->col), 1, lambda, p.data,
                 (size_t)p.ld);
    simd->gather((size_t)d->cols, e->col_start, (size_t)x.cols, dmf__choose(y, e->row_at), 1, by_column, q.data,
                 (size_t)q.ld);
}

/* out = A(left right^T); left is rows x r, right cols x r. For entries m inner products of length r. */
static void dmf__measure_product(const dmf__search *d, dmf_mat left, dmf_mat right, dmf_real *out)
{
    const dmf_mat x = d->row ? left : dmf__compact(d->ctx, d->rows, d->cols);
    if (d->ctx->status) return;
    if (!d->row) dmf__gemm(d->ctx, 0, 1, 1, left, right, 0, x), dmf__measure(d, x, out);
    else d->ctx->simd->sample(d->m, (size_t)left.cols, dmf__choose(left, d->row), dmf__choose(right, d->col), out);
}

/* <a, b> of m numbers, in double from sums of a thousand. */
static double dmf__inner(const dmf__search *d, const dmf_real *a, const dmf_real *b)
{
    return dmf__long_dot(d->ctx->simd, d->m, a, b);
}

/* b += c a, m numbers. */
static void dmf__add(const dmf__search *d, double c, const dmf_real *a, dmf_real *b)
{
    dmf__axpy(d->ctx->simd, d->m, (dmf_real)c, a, b);
}

/* The lower triangle of G, m x m, becomes L with L L^T = G, column by column:

       L_ij = (G_ij - sum_{k<j} L_ik L_jk) / L_jj  for i > j,     L_jj = (G_jj - sum_{k<j} L_jk^2)^(1/2).     (11.5)

   Sums over the columns of a group of 64 are taken here; those over earlier groups have been subtracted from what lies
   below and at the right by one product for each group. That product takes the upper triangle with it, 2 m^3 / 3
   flops in place of m^3 / 3, which its speed repays. Returns whether all pivots, the squares in (11.5), were more
   than the least; 2 is in the place of others. */
static int dmf__cholesky(dmf_ctx *ctx, dmf_mat g, dmf_real least)
{
    const int most = 64, n = g.rows; /* defined: rows of as many columns stay in L1 */
    int i, j, k, sound = 1;
    for (k = 0; k < n; k += most) {
        const int end = dmf__min(k + most, n);
        const dmf_mat below = dmf_block(g, end, k, n - end, end - k);
        for (i = k; i < n; i++)
            for (j = k; j < dmf__min(end, i + 1); j++) {
                const dmf_real *a = dmf__row(g, i), *b = dmf__row(g, j);
                const dmf_real x = a[j] - ctx->simd->dot((size_t)(j - k), a + k, b + k);
                dmf__row(g, i)[j] = j < i ? x / b[j] : x > least ? dmf__sqrt(x) : 2;
                sound &= j < i || x > least;
            }
        if (end < n) dmf__gemm(ctx, 0, 1, -1, below, below, 1, dmf_block(g, end, end, n - end, n - end));
    }
    return sound;
}

/* M = A A*, of the scaled A_i, and its L (11.4). Diagonal entries of M are from 1/4 to 1. Sums of rows cols products
   and then of up to m of them round by less than least, so that a pivot above it is more than rounding. */
static void dmf__metric_open(dmf__search *d)
{
    const int m = d->p->a.rows;
    double least;
    int i, j;
    if (d->row || m - 1000 > d->p->a.cols) return; /* defined: much more memory */
    d->factor = dmf__compact(d->ctx, m, m);
    if (d->ctx->status) return;
    dmf__gram(d->ctx, 1, d->p->a, d->factor);
    for (i = 0; i < m; i++)
        for (j = 0; j <= i; j++)
            dmf__row(d->factor, i)[j] = dmf__ldexp(dmf__row(d->factor, i)[j], -d->unit[i] - d->unit[j]);
    least = (m + 2 + d->p->a.cols) * DMF__EPS; /* proved: (4.4), sums of m */
    d->independent = dmf__cholesky(d->ctx, d->factor, (dmf_real)least);
}

/* z = M^-1 r = L^-T L^-1 r (11.4). L is read by rows in both directions, m^2 numbers in all. z = r for entries, and if
   plain. */
static void dmf__solve(const dmf__search *d, int plain, const dmf_real *r, dmf_real *z)
{
    const dmf_mat l = d->factor;  /* m x m */
    int i;
    memcpy(z, r, d->m * sizeof *z);
    if (plain || !l.data) return;
    for (i = 0; i < l.rows; i++)
        z[i] = (z[i] - d->ctx->simd->dot((size_t)i, dmf__row(l, i), z)) / dmf__row(l, i)[i];
    for (i = l.rows - 1; i >= 0; i--) {
        z[i] /= dmf__row(l, i)[i];
        dmf__axpy(d->ctx->simd, (size_t)i, -z[i], dmf__row(l, i), z);
    }
}

/* ---- 11.2 The proximal step ------------------------------------------------------------------

   Let s be the residual A(X) - y. A step goes from X and s to

       argmin ||X'||_* + ||X' - X||^2 / (2 rho) + sum_i (s'_i - s_i)^2 / (2 g_i rho)                          (11.6)

   over A(X') - y = s', |s'_i| <= eps_i. Its dual comes from adding <lambda, y + s' - A(X')> and minimising over X' and
   s' separately. Over X', the square is completed with Z = X + rho A*(lambda): what is left is to minimise ||X'||_* +
   ||X' - Z||^2 / (2 rho), and (||X||^2 - ||Z||^2) / (2 rho). For a single sigma the least value of x + (x - sigma)^2 /
   (2 rho), x >= 0, is (sigma^2 - d^2) / (2 rho), at x = d = max(sigma - rho, 0). So X' = D(Z), which is Z with d for
   sigma, and the two together are (||X||^2 - ||D(Z)||^2) / (2 rho). Over s', in the same way, s' = clip t. Without
   constants, ||X||^2 and the s_i^2, and with its sign turned, the dual is to minimise, without constraints, the convex
   function

       phi(lambda) = ||D(Z)||^2 / (2 rho) + sum_i (t_i^2 - (t_i - clip t_i)^2) / (2 g_i rho) - <lambda, y>,   (11.7)
       Z = X + rho A*(lambda),     t_i = s_i - g_i rho lambda_i,     clip: to [-eps_i, eps_i],

   whose gradient, A(D(Z)) - y - clip t, is by how much X' and s' miss their equation. Where eps_i = 0 nothing is
   left of t_i and g_i. phi is differentiable once: its gradient F has kinks, where a singular value of Z passes rho
   or a t_i passes eps_i. J, its derivative elsewhere and one of the limits of that at a kink, is

       rho (A D' A* + diag(g_i where |t_i| < eps_i)).                                                         (11.8)

   Newton's method converges fast all the same. A step leaves the error J^-1 (J (lambda - lambda_*) - F(lambda) +
   F(lambda_*)), J at lambda. If F is smooth, the parentheses are O(|lambda - lambda_*|^2). If F is max(x, 0) and x_*
   = 0 the kink, they are 0, since J is taken at x, on whose side of the kink F is the line J x. Clip and D are made
   of such functions and smooth ones (they are strongly semismooth [JST14]), so that steps square the error as soon
   as J, in the limit, is not singular. Where it is, damping keeps them finite, and fewer digits are won by each.

   D' is known from Z = U S V^T. As d(sigma) = max(sigma - rho, 0) is continued as an odd function, in that basis it
   multiplies the symmetric part of a direction H by (d_i - d_j) / (sigma_i - sigma_j), and the other part by
   (d_i + d_j) / (sigma_i + sigma_j). With half the sum of these for a_ij and half the difference for b_ij,

       D'(H) = U (a o T + b o T^T) V^T + (I - U U^T) H V C V^T + U C U^T H (I - V V^T),                       (11.9)
       T = U^T H V,     C = diag(d_j / sigma_j),

   where U or V is square and one of the last terms 0. Only the first r rows and columns of T matter, those of sigma
   > rho. Newton's system is damped by a multiple of M, in proportion to the gradient, and more after steps that had to
   be cut:

       (J + delta M) p = F,     delta = damping rho min(1, 10 <F, M^-1 F>^(1/2) / |y|).                      (11.10)

   It is solved by conjugate residuals with M for preconditioner, and each iteration costs products as thin as r in
   place of a decomposition. Of all p in the span of z, (M^-1 P) z, (M^-1 P)^2 z .. they find the one with the least
   residual b = F - P p, P = J + delta M, in the norm of (11.4). With z = M^-1 b and q being the next direction,

       c = <z, P z> / <P q, M^-1 P q>,     p += c q,     b -= c P q,
       q <- z + (<z, P z> / <z, P z>_before) q,     P q <- P z + (the same) P q.                             (11.11)

   Their relative, conjugate gradients, would take as many products; but these go on, to the nearest solution in that
   norm, where P is singular and b not in its range, as M is and r may be in 11.3. D is the gradient of a convex
   function and does not lengthen distances, so D' is symmetric with a spectrum from 0 to 1. So where all eps_i are 0
   and M is not left out, that of M^-1 J lies between 0 and rho, whatever the measurements are: the number of iterations
   depends on delta / rho alone, by its root. Then lambda moves to lambda - c p, where phi must fall by a share of what
   its slope promises (Armijo's rule), c = 1 being tried first:

       phi(lambda - c p) <= phi(lambda) - c <F, p> / 10^4.                                                   (11.12)

   If it does not, the parabola through phi(lambda), the slope -<F, p> there and the value tried has its minimum at

       c^2 <F, p> / (2 (phi(lambda - c p) - phi(lambda) + c <F, p>)),                                        (11.13)

   which is the next c, but kept from c / 50 to c / 2. <F, p> > 0, as J + delta M is positive definite, so that some c
   is short enough until rounding hides the difference. */

/* The triples of a, rows x cols. Every decomposition of the search passes here and is counted. If near, in less than
   two thirds of the time by eigenvectors of A^T A or A A^T, as in (5.23): these are exact for a matrix a few n eps
   sigma_1^2 away, and D(Z) = Z f(Z^T Z) with f(t) = max(1 - rho / t^(1/2), 0), whose slope is at most 1 / (2 rho^2). So
   D(Z) errs by a few n eps sigma_1^3 / rho^2, which is little where sigma_1 is not many times rho, and that is the
   rule. Of a small sigma, u (or v) may be rounding; (11.9) gives it weights as small. */
static void dmf__decompose(dmf__search *d, dmf_mat a, int near_rho)
{
    dmf_ctx *ctx = d->ctx;
    const dmf__mark mark = dmf__mark_here(ctx);
    const int wide = d->rows < d->cols, k = d->k, n = dmf__max(d->rows, d->cols);
    dmf_mat q = dmf__scratch_mat(ctx, k, k), p = dmf__scratch_mat(ctx, k, n), g = dmf__scratch_mat(ctx, k, k);
    int j;
    d->best.iterations++;
    if (!near_rho) dmf__svd_run(ctx, a, d->z.u, d->z.sigma, d->z.v);
    if (!ctx->status && near_rho) {
        if (wide) dmf__copy(a, p);
        else dmf__transpose(ctx->simd, a, p);
        dmf__gram(ctx, 1, p, g);
        dmf__eigen(ctx, g, d->z.sigma, q);
        dmf__multiply_rows(ctx, q, p);
        for (j = 0; j < k && !ctx->status; j++)
            d->z.sigma[j] = dmf__unit(ctx->simd, n, dmf__row(p, j), dmf__row(p, j));
        dmf__transpose(ctx->simd, q, wide ? d->z.u : d->z.v);
        dmf__transpose(ctx->simd, p, wide ? d->z.v : d->z.u);
    }
    dmf__give_back(ctx, mark);
}

/* From the decomposition of Z, r and U_r diag(d), rows x r, for D(Z) = U_r diag(d) V_r^T, d_j = sigma_j - rho; returns
   ||D(Z)||^2 = sum_j d_j^2. */
static double dmf__lower(dmf__search *d, double rho)
{
    double sum = 0;
    int i, j;
    for (d->rank = 0; d->rank < d->k && (double)d->z.sigma[d->rank] > rho; d->rank++)
        sum += ((double)d->z.sigma[d->rank] - rho) * ((double)d->z.sigma[d->rank] - rho);
    for (i = 0; i < d->rows; i++)
        for (j = 0; j < d->rank; j++)
            dmf__row(d->lowered, i)[j] = (dmf_real)((double)dmf__row(d->z.u, i)[j] * ((double)d->z.sigma[j] - rho));
    return sum;
}

/* The nearest number to x from -eps to eps. */
static double dmf__clip(double x, double eps) { return x > eps ? eps : x < -eps ? -eps : x; }

/* phi and its gradient F at lambda (11.7), with next, D(Z), and next_slack, clip t, on the way. One decomposition, one
   A*, one A, and a product of 2 rows cols r flops. sum gathers both squares of (11.7), times 2 rho. */
static void dmf__prox(dmf__search *d, const dmf_real *lambda)
{
    const dmf__mark mark = dmf__mark_here(d->ctx);
    dmf_mat z = dmf__compact(d->ctx, d->rows, d->cols);
    double sum, spread;
    size_t i;
    if (d->ctx->status) return;
    dmf__spread(d, lambda, z);
    dmf__scale(z, (dmf_real)d->rho);
    dmf__add_matrix(d->ctx->simd, 1, d->x.data, z);
    spread = (double)d->z.sigma[0] / d->rho;
    dmf__decompose(d, z, DMF__EPS * spread * spread < d->want.gap / 1000); /* defined: far below the gap */
    dmf__give_back(d->ctx, mark);
    if (d->ctx->status) return;
    sum = dmf__lower(d, d->rho);
    dmf__gemm(d->ctx, 0, 1, 1, dmf_block(d->lowered, 0, 0, d->rows, d->rank),
              dmf_block(d->z.v, 0, 0, d->cols, d->rank), 0, d->next);
    dmf__measure(d, d->next, d->gradient);
    for (i = 0; i < d->m; i++) {
        const double t = (double)d->slack[i] - d->rho * d->give[i] * (double)lambda[i];
        const double clipped = dmf__clip(t, d->eps[i]);
        d->next_slack[i] = (dmf_real)clipped;
        d->gradient[i] -= (dmf_real)((double)d->y[i] + clipped);
        sum += (t * t - (t - clipped) * (t - clipped)) / d->give[i];
    }
    d->phi = sum / (2 * d->rho) - dmf__inner(d, lambda, d->y);
}

/* What all directions at one decomposition have in common: the weights of (11.9), and the halves of left and right that
   are U_r and V_r. Where both values are above rho the symmetric part has the factor 1, so that a = 1 - b and b = rho /
   (sigma_i + sigma_j); where only sigma_j is, a : b = sigma_j : sigma_i. That a wrong weight costs digits is seen in
   test_nuclear.c, newtons_steps_square_the_error. */
static void dmf__weigh(dmf__search *d)
{
    const int r = d->rank;
    const size_t numbers = (size_t)d->k * (size_t)r;
    int i, j;
    d->left = dmf__scratch_mat(d->ctx, d->rows, 2 * r);
    d->right = dmf__scratch_mat(d->ctx, d->cols, 2 * r);
    d->share = (double *)dmf__scratch(d->ctx, 2 * numbers + (size_t)r, sizeof(double));
    if (d->ctx->status) return;
    d->same = d->share + r;
    d->other = d->same + numbers;
    for (j = 0; j < r; j++) {
        const double sj = (double)d->z.sigma[j], dj = sj - d->rho;
        d->share[j] = dj / sj;
        for (i = 0; i < d->k; i++) {
            const double si = (double)d->z.sigma[i], part = (i < r ? d->rho : dj / (sj - si)) / (si + sj);
            const size_t at = (size_t)i * (size_t)r + (size_t)j;
            d->same[at] = i < r ? 1 - part : part * sj;
            d->other[at] = i < r ? part : part * si;
        }
    }
    dmf__copy(dmf_block(d->z.u, 0, 0, d->rows, r), dmf_block(d->left, 0, r, d->rows, r));
    dmf__copy(dmf_block(d->z.v, 0, 0, d->cols, r), dmf_block(d->right, 0, 0, d->cols, r));
}

/* a = a diag(c), for so many numbers c as a has columns. */
static void dmf__scale_columns(dmf_mat a, const double *c)
{
    int i, j;
    for (i = 0; i < a.rows; i++)
        for (j = 0; j < a.cols; j++) dmf__row(a, i)[j] *= (dmf_real)c[j];
}

/* out = (11.8) q. D'(H) = left right^T with left = [ H V_r C + U X, U_r ], right = [ V_r, H^T U_r C + V Y ], C =
   diag(d / sigma), for X = U^T H V_r, the first r columns of T, and Y = V^T H^T U_r, those of T^T, both k x r,
   weighed as in (11.9) and without what is in the others: X has both parts of the upper r x r block. Where H V_r is
   not multiplied by I - U U^T, as in (11.9), its part inside U, U X C, is in the sum already: hence the share that is
   subtracted from a. For n x n matrices and entries 8 r (m + n^2) flops, where a decomposition takes tens of n^3. */
static void dmf__derivative(const dmf__search *d, const dmf_real *q, dmf_real *out)
{
    const dmf__mark mark = dmf__mark_here(d->ctx);
    const int r = d->rank, k = d->k;
    const dmf_mat u_r = dmf_block(d->z.u, 0, 0, d->rows, r), v_r = dmf_block(d->z.v, 0, 0, d->cols, r);
    const dmf_mat hv = dmf_block(d->left, 0, 0, d->rows, r), hu = dmf_block(d->right, 0, r, d->cols, r);
    dmf_mat x = dmf__compact(d->ctx, k, r), y = dmf__compact(d->ctx, k, r);
    size_t e;
    int i, j;
    if (d->ctx->status) return;
    dmf__spread_both(d, q, v_r, u_r, hv, hu);
    dmf__gemm(d->ctx, 1, 0, 1, d->z.u, hv, 0, x);
    dmf__gemm(d->ctx, 1, 0, 1, d->z.v, hu, 0, y);
    for (i = 0; i < k; i++)
        for (j = 0; j < r; j++) {
            const size_t at = (size_t)i * (size_t)r + (size_t)j;
            const double a = d->same[at], b = d->other[at], share = d->share[j];
            const double xij = (double)dmf__row(x, i)[j], yij = (double)dmf__row(y, i)[j];
            dmf__row(x, i)[j] = (dmf_real)((a - share) * xij + b * yij);
            dmf__row(y, i)[j] = (dmf_real)((i < r ? 0 : a * yij + b * xij) - share * yij);
        }
    dmf__scale_columns(hv, d->share);
    dmf__scale_columns(hu, d->share);
    dmf__gemm(d->ctx, 0, 0, 1, d->z.u, x, 1, hv);
    dmf__gemm(d->ctx, 0, 0, 1, d->z.v, y, 1, hu);
    dmf__measure_product(d, d->left, d->right, out);
    for (e = 0; e < d->m; e++) {
        const double inside = fabs((double)d->next_slack[e]) < d->eps[e] ? d->give[e] : 0;
        out[e] = (dmf_real)(d->rho * ((double)out[e] + inside * (double)q[e]));
    }
    dmf__give_back(d->ctx, mark);
}

/* x brings P x near b, which becomes what is left of it, b - P x; P is J + damping M (11.10) or, for a damping of 0, M
   itself. (11.11): z = M^-1 b; direction is q, image P q and solved M^-1 P q. As M z = b, damping costs no product.
   It ends where <b, z> has fallen by tolerance^2, or where <z, P z> is rounding: what is left of b is not in the range
   of P. Of a Newton step a tenth is left: of the gradient too, then, and the next step has a new J. */
static void dmf__conjugate_residuals(const dmf__search *d, double damping, double tolerance, dmf_real *b, dmf_real *x)
{
    const dmf__mark mark = dmf__mark_here(d->ctx);
    const size_t m = d->m;
    const int plain = damping == 0 && !d->independent;
    dmf_mat c = dmf__compact(d->ctx, d->rows, d->cols);
    dmf_real *z = dmf__reals(d->ctx, m, 5), *z_image = z + m, *direction = z_image + m, *image = direction + m;
    dmf_real *solved = image + m;
    const double rounding = ((double)m + 2) * DMF__EPS; /* proved: of A*(b), a sum of m */
    double first, left, curvature, last = 1, step;
    size_t i, steps;
    if (d->ctx->status) return;
    for (i = 0; i < m; i++) x[i] = direction[i] = image[i] = 0;
    dmf__solve(d, plain, b, z);
    first = left = dmf__inner(d, b, z);
    /* tuned: references_are_met; 300 to 1000 are alike. defined: 2 m + 50, time */
    for (steps = 0; steps < (damping > 0 ? 500 : 2 * m + 50) && left > tolerance * tolerance * first; steps++) {
        if (damping > 0) dmf__derivative(d, z, z_image), dmf__add(d, damping, b, z_image);
        else dmf__spread(d, z, c), dmf__measure(d, c, z_image);
        curvature = dmf__inner(d, z, z_image);
        if (d->ctx->status || !(curvature > rounding * rounding * left)) break;
        for (i = 0; i < m; i++) {
            direction[i] = z[i] + (dmf_real)(curvature / last) * direction[i];
            image[i] = z_image[i] + (dmf_real)(curvature / last) * image[i];
        }
        dmf__solve(d, plain, image, solved);
        step = curvature / dmf__inner(d, image, solved);
        dmf__add(d, step, direction, x);
        dmf__add(d, -step, image, b);
        dmf__add(d, -step, solved, z);
        left = dmf__inner(d, b, z);
        last = curvature;
    }
    dmf__give_back(d->ctx, mark);
}

/* From lambda against step, p, until phi falls as (11.12) says, or by nothing that rounding would not hide: phi is the
   difference of two numbers, of which 16 roundings are granted. A step that is too long is cut as (11.13) says;
   promised is -<F, p>. Each trial is a decomposition. Returns 0 if none is short enough, with phi and its gradient at
   lambda again. */
static int dmf__descend_phi(dmf__search *d, const dmf_real *step)
{
    const dmf__mark mark = dmf__mark_here(d->ctx);
    const double before = d->phi, promised = -dmf__inner(d, d->gradient, step);
    const double hidden = 16 * DMF__EPS * (fabs(before) + fabs(dmf__inner(d, d->lambda, d->y))); /* defined: rounding */
    dmf_real *trial = dmf__reals(d->ctx, d->m, 1);
    double c = 1, least;
    int cuts, found = 0;
    for (cuts = 0; cuts < 20 && !found && !d->ctx->status; cuts++) { /* tuned: references_are_met, as below */
        memcpy(trial, d->lambda, d->m * sizeof *trial);
        dmf__add(d, -c, step, trial);
        dmf__prox(d, trial);
        found = d->phi <= before + 1e-4 * c * promised + hidden; /* defined: the usual share of Armijo's rule */
        least = -promised * c * c / (2 * (d->phi - before - promised * c));
        c = least > c / 2 ? c / 2 : least > c / 50 ? least : c / 50;
    }
    if (found) memcpy(d->lambda, trial, d->m * sizeof *trial);
    else dmf__prox(d, d->lambda);
    if (cuts > 1) d->damping = d->damping > 10 ? 100 : d->damping * 10;
    else if (d->damping > 2e-3) d->damping /= 2; /* tuned: as above */
    dmf__give_back(d->ctx, mark);
    return found;
}

/* ---- 11.3 What is proved ---------------------------------------------------------------------

   Bounds hold in exact arithmetic for the numbers that the caller gives and gets. They are computed in double from
   those numbers, and what rounding may have done is counted against them: a sum of n products, in any order, errs by
   less than n DBL_EPSILON times the sum of their sizes, which is twice what is known [H02], so that terms of second
   order are covered too. All ||A_i|| are below 1 here, and all |y_i|.

   Norm of A*(lambda). Computed, the matrix is off by e in Frobenius's norm at most: m DBL_EPSILON ||lambda||_1, and
   0 for entries. Let n >= k be its sides, and G its product with its transpose, k x k. If Cholesky's algorithm comes
   to its end with c I - G, that matrix is positive definite but for (k + 1) DBL_EPSILON / 2 times its trace [R06]; G
   errs by n DBL_EPSILON / 2 times its own, and both traces are below k. So the computed matrix has a norm below
   sqrt(c + DBL_EPSILON k (n + k + 4)), which is at most 1 - e, and ||A*(lambda)|| <= 1 is proved, by

       c = 1 - 2 e - DBL_EPSILON k (n + k + 4).                                                              (11.14)

   Norm of X. For any P and Q with r columns, by the inequalities of the triangle and of Cauchy and Schwarz,

       ||X||_* <= sum_j |p_j| |q_j| + sqrt(k) ||X - P Q^T||_F.                                               (11.15)

   P Q^T is D(Z), which X was before it was moved to fit; this costs no decomposition. In the end it is U S V^T.

   Equations without solution. If A*(z) is zero to rounding and N(z) = <z, y> - sum_i eps_i |z_i| is not, (11.3) says

       ||X||_* >= N(z) / ||A*(z)||                                                                           (11.16)

   of all X that fit. The equations contradict each other, within the digits that their numbers have, if that is more
   than a thousand times the nuclear norm of the X that comes nearest. */

/* Moves x, rows x cols, into the set of those that fit; r becomes how far it still is:

       r = clip(A(X) - y) - (A(X) - y),     X += A*(M^-1 r),                                                 (11.17)

   the least movement, in Frobenius's norm, that brings every <A_i, X> to the nearest value allowed. z is found by
   (11.11) with M for P. If L has found dependent equations, the nearest value is meant by equations, with no M in its
   norm: where projections onto the box of the values and onto the range of A take turns, both must mean the same. The
   second round corrects the first one's rounding, and more follow as projections need them. */
static void dmf__fit(const dmf__search *d, dmf_mat x, dmf_real *r)
{
    const dmf__mark mark = dmf__mark_here(d->ctx);
    dmf_mat c = dmf__compact(d->ctx, d->rows, d->cols);
    dmf_real *z = dmf__reals(d->ctx, d->m, 1);
    double worst, off, rounding;
    size_t i;
    int round;
    for (round = 0; !d->ctx->status; round++) {
        dmf__measure(d, x, r);
        for (worst = 0, i = 0; i < d->m; i++) {
            off = (double)r[i] - (double)d->y[i];
            r[i] = (dmf_real)(dmf__clip(off, d->eps[i]) - off);
            worst = fmax(worst, fabs((double)r[i]));
        }
        rounding = (d->rows + d->cols) * DMF__EPS * (1 + dmf__frobenius(d->ctx->simd, x)); /* proved: 11.3 */
        if (worst == 0 || round == 100 || (round >= 2 && worst <= rounding)) break; /* defined: 100, as if for ever */
        dmf__conjugate_residuals(d, 0, DMF__EPS, r, z);
        dmf__spread(d, z, c);
        dmf__add_matrix(d->ctx->simd, 1, c.data, x);
    }
    dmf__give_back(d->ctx, mark);
}

/* out = A*(lambda), or if it has fewer rows than columns its transpose, in double; returns its error e. */
static double dmf__spread_double(const dmf__search *d, const dmf_real *lambda, double *out)
{
    const size_t rows = (size_t)d->rows, cols = (size_t)d->cols;
    const size_t down = rows < cols ? 1 : cols, along = rows < cols ? rows : 1; /* from entry to entry of X in out */
    double sum = 0;
    size_t e, i, j;
    for (i = 0; i < rows * cols; i++) out[i] = 0;
    for (e = 0; e < d->m; e++) {
        const dmf_real *a = d->row ? NULL : dmf__row(d->p->a, (int)e);
        const double c = ldexp((double)lambda[e], -d->unit[e]);
        if (!a) out[(size_t)d->row[e] * down + (size_t)d->col[e] * along] = c;
        for (i = 0; a && i < rows; i++)
            for (j = 0; j < cols; j++) out[i * down + j * along] += c * (double)*a++;
        if (a) sum += fabs((double)lambda[e]);
    }
    return ((double)d->m + 2) * DBL_EPSILON * sum; /* proved: 2 more, for the sum of sizes itself */
}

/* N(lambda) of (11.2), rounded down: by (11.3) a bound for ||X||_* of all X that fit, once ||A*(lambda)|| <= 1 is
   proved. test_nuclear.c computes it again in long double, in audit(), for every problem of
   references_are_met and certificates_hold_for_every_shape, and lower is not above it. */
static double dmf__dual_value(const dmf__search *d, const dmf_real *lambda)
{
    double sum = 0, sizes = 0;
    size_t i;
    for (i = 0; i < d->m; i++) {
        const double gain = (double)lambda[i] * (double)d->y[i], price = d->eps[i] * fabs((double)lambda[i]);
        sum += gain - price;
        sizes += fabs(gain) + price;
    }
    return sum - ((double)d->m + 4) * DBL_EPSILON * sizes; /* proved: 4 more, for products and differences */
}

/* A*(lambda), n x k, is left in dual, and the upper triangle of its product with its transpose, k x k, in gram; returns
   its error e. Most entries are zero where few are observed. Plain loops in double, here and in the next function, so
   that what is known of their rounding holds: at most n k^2 flops. */
static double dmf__square(const dmf__search *d, const dmf_real *lambda, double *dual, double *gram)
{
    const size_t k = (size_t)d->k, rows = (size_t)dmf__max(d->rows, d->cols);
    const double error = dmf__spread_double(d, lambda, dual), *a;
    size_t i, j;
    for (i = 0; i < k * k; i++) gram[i] = 0;
    for (a = dual; a < dual + rows * k; a += k)
        for (i = 0; i < k; i++)
            for (j = i; j < k && a[i] != 0; j++) gram[i * k + j] += a[i] * a[j];
    return error;
}

/* Whether Cholesky's algorithm (11.5) comes to its end with c I - G, G in the upper triangle of g, which becomes L^T,
   row by row: n^3 / 3 flops. */
static int dmf__is_bounded(size_t n, double c, double *g)
{
    size_t i, j, k;
    for (i = 0; i < n; i++)
        for (j = i; j < n; j++) g[i * n + j] = (i == j ? c : 0) - g[i * n + j];
    for (i = 0; i < n; i++) {
        const double pivot = g[i * n + i];
        if (!(pivot > 0)) return 0;
        for (j = i; j < n; j++) g[i * n + j] /= sqrt(pivot);
        for (j = i + 1; j < n; j++)
            for (k = j; k < n; k++) g[j * n + k] -= g[i * n + j] * g[i * n + k];
    }
    return 1;
}

/* A lower bound, from lambda / ||A*(lambda)||, which satisfies (11.2). The norm by an eigenvalue is only a guess: it is
   raised by 4, 16, 64 .. roundings until (11.14) proves it. The multiplier is rounded first to what the caller
   will get, so that the proof is of those numbers. test_nuclear.c, audit(), bounds ||A*(lambda)|| from below in long
   double. */
static void dmf__prove_lower(dmf__search *d, const dmf_real *lambda)
{
    const dmf__mark mark = dmf__mark_here(d->ctx);
    const size_t k = (size_t)d->k, size = (size_t)d->rows * (size_t)d->cols;
    const double lost = DBL_EPSILON * d->k * ((double)d->rows + d->cols + 4); /* proved: (11.14) */
    dmf_real *values = dmf__reals(d->ctx, k, 1), *trial = dmf__reals(d->ctx, d->m, 1);
    dmf_mat lower = dmf__compact(d->ctx, d->k, d->k);
    double *dual = (double *)dmf__scratch(d->ctx, size, sizeof(double));
    double *gram = (double *)dmf__scratch(d->ctx, k * k, sizeof(double)), norm, error, value = 0;
    size_t i;
    int tries;
    if (d->ctx->status) return;
    norm = dmf__square(d, lambda, dual, gram);
    for (i = 0; i < k * k; i++) lower.data[i % k * k + i / k] = (dmf_real)gram[i];
    dmf__eigen_run(d->ctx, lower, values, dmf_none());
    if (d->ctx->status) return;
    d->best.iterations++;
    norm += sqrt(fmax((double)values[0], 0)) * (1 + lost);
    for (tries = 1; tries < 8 && norm > 0 && value == 0; tries++) { /* defined: up to 16 000 roundings */
        norm *= 1 + ldexp(DMF__EPS, 2 * tries);
        for (i = 0; i < d->m; i++)
            trial[i] = dmf__ldexp(dmf__ldexp((dmf_real)((double)lambda[i] / norm), -d->unit[i]), d->unit[i]);
        error = dmf__square(d, trial, dual, gram);
        if (dmf__is_bounded(k, 1 - 2 * error - lost, gram)) value = dmf__dual_value(d, trial);
    }
    if (value > d->best.lower) {
        d->best.lower = value;
        memcpy(d->best_lambda, trial, d->m * sizeof *trial);
    }
    dmf__give_back(d->ctx, mark);
}

/* x . y in double */
static double dmf__dot_double(const dmf__simd *simd, int n, const dmf_real *x, const dmf_real *y)
{
    double sum = 0;
    int i;
    if (sizeof *x == sizeof sum) return (double)simd->dot((size_t)n, x, y);
    for (i = 0; i < n; i++) sum += (double)x[i] * (double)y[i];
    return sum;
}

/* The largest |<A_i, X> - y_i|, rounded up; DBL_MAX where it exceeds eps_i by more than rounding. x is rows x cols;
   norm is ||X||_F, and with ||A_i|| <= 1 bounds the sum of the sizes in <A_i, X>. */
static double dmf__misfit(const dmf__search *d, dmf_mat x, double norm)
{
    const double sizes = ((double)d->rows + d->cols + 4) * (norm + 1); /* proved: a sum of sums of rows */
    double worst = 0, off;
    size_t e;
    int i;
    for (e = 0; e < d->m; e++) {
        const dmf_real *a = d->row ? NULL : dmf__row(d->p->a, (int)e);
        double value = a ? 0 : (double)dmf__row(x, d->row[e])[d->col[e]];
        for (i = 0; a && i < x.rows; i++, a += x.cols)
            value += dmf__dot_double(d->ctx->simd, x.cols, a, dmf__row(x, i));
        off = fabs((a ? ldexp(value, -d->unit[e]) : value) - (double)d->y[e]) * (1 + DBL_EPSILON);
        if (!(off <= d->eps[e] + sizes * DMF__EPS)) return DBL_MAX;
        worst = fmax(worst, a ? ldexp(off + sizes * DBL_EPSILON, d->unit[e]) : off);
    }
    return worst;
}

/* An upper bound from x, which is near P Q^T, P = lowered, rows x r, and Q = right, cols x r (11.15). An entry of P
   Q^T, computed, errs by r roundings of sum_j |p_ij| |q_ij|, and those sums have a Frobenius norm of at most sum_j
   |p_j| |q_j|: that is what (r + 2) DBL_EPSILON multiplies. 2 rows cols r flops. It counts only if x fits. */
static void dmf__prove_upper(dmf__search *d, dmf_mat x)
{
    const int r = d->rank;
    double sum = 0, squares = 0, rest = 0, upper, misfit;
    int i, j;
    for (j = 0; j < r; j++) {
        double p = 0, q = 0, at;
        for (i = 0; i < d->rows; i++) at = (double)dmf__row(d->lowered, i)[j], p += at * at;
        for (i = 0; i < d->cols; i++) at = (double)dmf__row(d->z.v, i)[j], q += at * at;
        sum += sqrt(p) * sqrt(q);
    }
    for (i = 0; i < d->rows; i++) {
        double row = 0, row_rest = 0;
        for (j = 0; j < d->cols; j++) {
            const double at = (double)dmf__row(x, i)[j];
            const double off = at - dmf__dot_double(d->ctx->simd, r, dmf__row(d->lowered, i), dmf__row(d->z.v, j));
            row += at * at;
            row_rest += off * off;
        }
        squares += row, rest += row_rest;
    }
    upper = sum + sqrt((double)d->k) * (sqrt(rest) + (r + 2) * DBL_EPSILON * (sum + sqrt(squares))); /* proved: */
    upper *= 1 + ((double)d->rows + d->cols + r + 8) * DBL_EPSILON; /* proved: the sums above are shorter */
    if (!(upper < d->best.upper) || (misfit = dmf__misfit(d, x, sqrt(squares))) == DBL_MAX) return;
    d->best.upper = upper;
    d->best.residual = misfit;
    if (x.data != d->best_x.data) dmf__copy(x, d->best_x);
}

/* The same from the decomposition of x, where P = U S is exact to rounding and the second term of (11.15) as small. */
static void dmf__prove_decomposed(dmf__search *d, dmf_mat x)
{
    dmf__decompose(d, x, 0);
    if (d->ctx->status) return;
    dmf__lower(d, 0);
    dmf__prove_upper(d, x);
}

/* DMF_ERR_INFEASIBLE if r, by which x, the nearest, does not fit, proves it (11.16). With what a last (11.11) leaves of
   it A*(r) is zero to rounding of r itself, which may be small. In test_nuclear.c, contradictions_are_proved. */
static void dmf__contradiction(dmf__search *d, dmf_real *r, dmf_mat x)
{
    const dmf__mark mark = dmf__mark_here(d->ctx);
    const size_t size = (size_t)d->rows * (size_t)d->cols;
    const double nearest = sqrt((double)d->k) * (1 + dmf__frobenius(d->ctx->simd, x)); /* at least ||x||_* */
    double *dual = (double *)dmf__scratch(d->ctx, size, sizeof(double));
    dmf_real *ignored = dmf__reals(d->ctx, d->m, 1);
    double norm = 0, sum = 0, reach = 0, gain = 0, error;
    size_t i;
    if (d->ctx->status) return;
    dmf__conjugate_residuals(d, 0, DMF__EPS, r, ignored);
    for (i = 0; i < d->m; i++) {
        sum += fabs((double)r[i]);
        gain += (double)r[i] * (double)d->y[i];
        reach += ldexp(fabs((double)r[i]), -d->unit[i]);
    }
    error = dmf__spread_double(d, r, dual);
    for (i = 0; i < size; i++) norm += dual[i] * dual[i];
    norm = sqrt(norm) + error;
    if (norm <= 4 * ((double)d->m + 2) * DMF__EPS * sum && dmf__dual_value(d, r) > 1000 * norm * nearest) /* defined: */
        dmf__fail(d->ctx, DMF_ERR_INFEASIBLE, "the equations contradict each other: every matrix misses one of them by "
                  "%g or more", ldexp(gain / reach, d->exponent));
    else dmf__prove_lower(d, r);
    dmf__give_back(d->ctx, mark);
}

/* ---- 11.4 The search -------------------------------------------------------------------------

   A step ends where its slope, the distance of X' from those that fit, is small beside the movement of X, and what
   it can do to ||X'||_*, which is sqrt(k) times as much (11.15), beside the gap:

       <F, M^-1 F>^(1/2) <= ||(X', s') - (X, s)|| / 10     and
       sqrt(k) <F, M^-1 F>^(1/2) <= (upper - lower) / 2.                                                     (11.18)

   For A*(M^-1 F) is the least matrix whose subtraction from X' makes it fit (11.4). More digits in one step are of no
   use to the next, which begins from another X.

   Why lambda then comes to satisfy (11.2): with Y = (Z - D(Z)) / rho, which has the singular values min(sigma_j /
   rho, 1) and the vectors of X' where they are 1, Z = X' + rho Y. So, where eps = 0 and the step has been found
   exactly,

       A*(lambda) = Y + (X' - X) / rho,     ||A*(lambda)|| <= 1 + ||X' - X|| / rho,
       N(lambda) = <A*(lambda), X'> = ||X'||_* + <X' - X, X'> / rho.                                        (11.19)

   Divided by that norm, lambda proves a bound from which ||X'||_* is at most 2 ||X' - X|| / rho of itself away. The
   larger rho, the fewer steps, and the harder each of them: phi is smooth on lengths of d_i / rho only, where d_i is
   the least singular value that matters. 24 x 24 entries near 1000 that differ by 0.01 have singular values a
   million times apart, and Newton's method does not find its way at a rho that suits the largest. So rho grows by a
   third after a step that was easy, and where it is not, the step is taken back to a rho eight times smaller, from
   the lambda that it has reached.

   As long as movements do not halve from step to step, X goes farther than X', by c = 5/4 of the way. If P takes X to
   X', N = 2 P - 1 does not lengthen distances, as P is the proximal map of a convex function, and solutions stay where
   they are. So X + c (X' - X) = (1 - c/2) X + c/2 N(X) is no farther from any of them than X was, if c < 2 [EB92]. */

/* X and s move to X + share (X' - X) and s + share (s' - s); returns ||(X', s') - (X, s)||. */
static double dmf__approach(dmf__search *d, double share)
{
    const size_t size = (size_t)d->rows * (size_t)d->cols;
    double sum = 0;
    size_t i;
    for (i = 0; i < size + d->m; i++) {
        dmf_real *at = i < size ? d->x.data + i : d->slack + (i - size);
        const double by = (double)(i < size ? d->next.data[i] : d->next_slack[i - size]) - (double)*at;
        *at += (dmf_real)(share * by);
        sum += by * by;
    }
    return sqrt(sum);
}

/* (11.6): Newton's steps (11.10) on (11.7), each cut by (11.12), until (11.18) or until the slope is rounding of Z.
   Every ninth takes rho down, as above; prox then computes phi anew from the lambda that has been reached. In the end
   X and s move. */
static void dmf__proximal_step(dmf__search *d)
{
    const dmf__mark mark = dmf__mark_here(d->ctx);
    const double y_norm = sqrt(dmf__inner(d, d->y, d->y));
    dmf_real *step = dmf__reals(d->ctx, d->m, 1), *z = dmf__reals(d->ctx, d->m, 1);
    const dmf__mark weights = dmf__mark_here(d->ctx);
    double moved;
    int steps;
    dmf__prox(d, d->lambda);
    for (steps = 0; steps < 60 && !d->ctx->status; steps++) { /* tuned: references_are_met, large_means, as below */
        /* tuned: fig1 in float */
        const double rounding = 8 * DMF__EPS * dmf__frobenius(d->ctx->simd, dmf_view(d->z.sigma, 1, d->k));
        double slope, relative;
        dmf__solve(d, 0, d->gradient, z);
        slope = sqrt(dmf__inner(d, d->gradient, z));
        relative = fmin(1, 10 * slope / y_norm);
        if ((slope <= 0.1 * dmf__approach(d, 0) && /* tuned: the same; so are 1/2 and 4/3 */
             sqrt((double)d->k) * slope <= 0.5 * (d->best.upper - d->best.lower)) ||
            slope <= rounding || d->best.iterations >= d->want.stop_steps) break;
        if (steps % 9 == 8) {
            d->rho /= 8;
            dmf__prox(d, d->lambda);
            continue;
        }
        memcpy(z, d->gradient, d->m * sizeof *z);
        dmf__weigh(d);
        /* tuned: references_are_met; 0.05 to 0.15 are alike */
        dmf__conjugate_residuals(d, d->damping * d->rho * relative, 0.1, z, step);
        dmf__give_back(d->ctx, weights);
        if (!dmf__descend_phi(d, step)) break;
    }
    if (d->ctx->status) return;
    if (steps <= 4) d->rho *= 4.0 / 3; /* tuned: as above */
    moved = dmf__approach(d, 0);
    dmf__approach(d, moved > d->moved / 2 ? 1.25 : 1); /* tuned: as above; 1.15 to 1.35 are alike */
    d->moved = moved;
    dmf__give_back(d->ctx, mark);
}

/* (upper - lower) / upper, 0 where the bounds meet at 0. */
static double dmf__gap(const dmf__search *d)
{
    return d->best.upper > 0 ? (d->best.upper - d->best.lower) / d->best.upper : 0;
}

/* Bounds from X, moved to fit, and lambda, divided by what its ||A*(lambda)|| is above 1 (11.19). X comes from prox;
   the first X, which does not, is moved itself. */
static void dmf__certify(dmf__search *d, int first)
{
    const dmf__mark mark = dmf__mark_here(d->ctx);
    dmf_mat x = dmf__compact(d->ctx, d->rows, d->cols);
    dmf_real *r = dmf__reals(d->ctx, d->m, 1);
    if (d->ctx->status) return;
    dmf__copy(first ? d->x : d->next, x);
    dmf__fit(d, x, r);
    dmf__scale_by_two(x, d->exponent); /* the numbers that the caller will get */
    dmf__scale_by_two(x, -d->exponent);
    if (first) dmf__copy(x, d->x), dmf__prove_decomposed(d, x);
    else dmf__prove_upper(d, x);
    if (!d->ctx->status && d->best.upper == DBL_MAX) dmf__contradiction(d, r, x);
    if (!d->ctx->status) dmf__prove_lower(d, d->lambda);
    dmf__give_back(d->ctx, mark);
}

/* In the units of the problem. What is below DBL_MIN there is rounded, and then goes outwards by the least number. */
static dmf_certificate dmf__certificate(const dmf__search *d)
{
    const double least = DBL_MIN * DBL_EPSILON;
    dmf_certificate c = d->best;
    c.upper = ldexp(c.upper, d->exponent) + (c.upper > 0 ? least : 0);
    c.lower = ldexp(c.lower, d->exponent) - (c.lower > 0 ? least : 0);
    c.residual = ldexp(c.residual, d->exponent) + (c.residual > 0 ? least : 0);
    c.gap = dmf__gap(d);
    return c;
}

/* The caller sees the best bounds so far, in his units; a nonzero answer ends the search. */
static int dmf__show_certificate(const dmf__search *d)
{
    const dmf_certificate c = dmf__certificate(d);
    return d->want.look && d->want.look(d->want.user, &c);
}

/* From the least X that fits, A*(M^-1 y) in Frobenius's norm, and the lambda that makes it. As long as the gap is
   wide, every other step is certified: a certificate costs eigenvalues and a proof of cubic cost. The gap never
   grows, as the best of each bound is kept. Returns whether the search came to its end, or the caller's. The ends
   that it comes to are compared with a conic solver's norms in test_nuclear.c, references_are_met, and with formulas
   in closed_forms_are_met and sensing_is_solved. */
static int dmf__search_run(dmf__search *d)
{
    double last = DBL_MAX, gap;
    int idle = 0, step;
    size_t i;
    dmf__fill(d->x, 0);
    dmf__solve(d, 0, d->y, d->lambda);
    dmf__certify(d, 1);
    if (d->ctx->status || (d->best.upper == DBL_MAX && d->want.eps == 0)) return 0;
    dmf__measure(d, d->x, d->slack);
    for (i = 0; i < d->m; i++) {
        d->slack[i] = (dmf_real)dmf__clip((double)d->slack[i] - (double)d->y[i], d->eps[i]);
        d->lambda[i] = d->best_lambda[i];
    }
    d->rho = (double)d->z.sigma[0] / 2;
    d->damping = 0.01; /* tuned: references_are_met, as below */
    while (!d->ctx->status && (gap = dmf__gap(d)) > d->want.gap) {
        if (dmf__show_certificate(d)) return 1;
        idle = gap > 0.9 * last ? idle + 1 : 0; /* tuned: large_means */
        if (idle == 0) last = gap;
        if (idle == 25 || d->best.iterations >= d->want.stop_steps) return 0;
        for (step = 0; step < (gap > 100 * d->want.gap ? 2 : 1); step++) if (!d->ctx->status) dmf__proximal_step(d);
        if (!d->ctx->status) dmf__certify(d, 0);
    }
    return 1;
}

/* Equation i is divided by a power of two next to ||A_i||, and all by one next to the largest y_i: ||A_i|| is then from
   1/2 to 1, and so is the largest |y_i|. Powers of two change no digit of a normal number. That multiplying equations
   by numbers changes nothing is compared in test_nuclear.c, units_of_equations_do_not_matter. */
static void dmf__scale_equations(dmf__search *d)
{
    const double largest_norm = sizeof(dmf_real) == 8 ? 1e100 : 1e12; /* proved: their squares are normal */
    const dmf_problem *p = d->p;
    double largest = 0, norm;
    size_t i;
    for (i = 0; i < d->m; i++) {
        d->unit[i] = 0;
        if (!d->row) {
            norm = dmf__frobenius(d->ctx->simd, dmf_view(dmf__row(p->a, (int)i), 1, p->a.cols));
            frexp(norm, &d->unit[i]);
            if (!(norm == 0 || (norm > 1 / largest_norm && norm < largest_norm)))
                dmf__fail(d->ctx, DMF_ERR_ARGUMENT, "the norm of measurement %lu is %g; it must be between %g and %g",
                          (unsigned long)i, norm, 1 / largest_norm, largest_norm);
        }
        largest = fmax(largest, ldexp(fabs((double)p->y[i]), -d->unit[i]));
    }
    frexp(largest, &d->exponent);
    for (i = 0; i < d->m; i++) {
        const int unit = d->exponent + d->unit[i];
        d->y[i] = dmf__ldexp(p->y[i], -unit);
        d->eps[i] = ldexp(d->want.eps, -unit);
    }
    norm = sqrt(dmf__inner(d, d->y, d->y));
    for (i = 0; i < d->m; i++) /* tuned: references_are_met, within eps */
        d->give[i] = d->eps[i] > 0 ? 0.3 * sqrt(d->eps[i] * sqrt((double)d->m) / norm) : 1;
}

/* All memory that is not given back before the end: three matrices of the size of X, three with k columns, six
   vectors of m numbers and two in double, and L. */
static void dmf__search_open(dmf__search *d)
{
    dmf_ctx *ctx = d->ctx;
    const dmf_problem *p = d->p;
    dmf_mat *mats[] = { &d->x, &d->next, &d->best_x };  /* rows x cols */
    dmf_real **vectors[] = { &d->y, &d->slack, &d->next_slack, &d->lambda, &d->gradient, &d->best_lambda };
    size_t i;
    d->m = p->count;
    d->rows = p->rows;
    d->cols = p->cols;
    d->k = dmf__min(p->rows, p->cols);
    d->row = p->e.row;
    d->col = p->e.col;
    for (i = 0; i < sizeof mats / sizeof *mats; i++) *mats[i] = dmf__compact(ctx, d->rows, d->cols);
    for (i = 0; i < sizeof vectors / sizeof *vectors; i++) *vectors[i] = dmf__reals(ctx, d->m, 1);
    d->z = dmf__room_for_triples(ctx, d->rows, d->cols);
    d->lowered = dmf__compact(ctx, d->rows, d->k);
    d->eps = (double *)dmf__scratch(ctx, d->m, sizeof(double));
    d->give = (double *)dmf__scratch(ctx, d->m, sizeof(double));
    d->unit = (int *)dmf__scratch(ctx, d->m, sizeof(int));
    if (ctx->status) return;
    for (i = 0; i < d->m; i++) d->best_lambda[i] = 0;
    d->best.upper = DBL_MAX;
    dmf__scale_equations(d);
    if (!ctx->status) dmf__metric_open(d);
}

/* x, lambda and the certificate, if there is an X. */
static void dmf__search_close(dmf__search *d, int done, dmf_mat x, dmf_real *lambda, dmf_certificate *certificate)
{
    size_t e;
    if (d->best.upper == DBL_MAX)
        dmf__fail(d->ctx, DMF_ERR_CONVERGENCE, "no matrix that fits to rounding was found; one that fits has a nuclear "
                  "norm of %g or more", ldexp(d->best.lower, d->exponent));
    else if (d->best.upper > 0) dmf__prove_decomposed(d, d->best_x);
    dmf__check_result(d->ctx, "the least nuclear norm", dmf__certificate(d).upper);
    if (d->ctx->status) return;
    if (dmf__gap(d) <= d->want.gap) dmf__show_certificate(d), done = 1;
    dmf__copy(d->best_x, x);
    dmf__scale_by_two(x, d->exponent);
    for (e = 0; e < d->m && lambda; e++)
        lambda[e] = dmf__ldexp(d->best_lambda[e], -d->unit[e]);
    if (certificate) *certificate = dmf__certificate(d);
    if (!done)
        dmf__fail(d->ctx, DMF_ERR_CONVERGENCE, "after %ld decompositions the gap is %.2g, more than %.2g",
                  d->best.iterations, dmf__gap(d), d->want.gap);
}

static void dmf__check_nuclear(dmf_ctx *ctx, const dmf_problem *p, const dmf_nuclear *options, dmf_nuclear *want,
                               dmf_mat x, dmf_real *lambda, dmf_certificate *certificate)
{
    dmf__check_given(ctx, "the problem", p);
    if (ctx->status) return;
    if (p->kind == DMF__CUSTOM) dmf__fail(ctx, DMF_ERR_ARGUMENT, "a loss of your own has no equations to satisfy");
    if (!(want->eps >= 0 && want->eps <= DBL_MAX) || !(want->gap >= 0 && want->gap < 1) || want->stop_steps < 0)
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "eps is %g, gap %g, stop_steps %ld; none may be negative, and the "
                  "gap must be below 1", want->eps, want->gap, want->stop_steps);
    if (!ctx->status) {
        const dmf__arg args[6] = {
            dmf__mat_arg(DMF__OUT, "X", x, p->rows, p->cols),
            dmf__memory_arg(DMF__OUT_OR_NONE, "lambda", lambda, p->count, sizeof *lambda),
            dmf__memory_arg(DMF__OUT_OR_NONE, "the certificate", certificate, 1, sizeof *certificate),
            dmf__memory_arg(DMF__ANY, "the options", options, options != NULL, sizeof *options), DMF__PROBLEM_ARGS(p) };
        dmf__check_args(ctx, args, 6);
    }
    if (want->gap == 0) want->gap = sizeof(dmf_real) == 8 ? 1e-6 : 1e-4; /* defined: Part I */
    if (want->stop_steps == 0) want->stop_steps = 10000;
}

/* (11.1), and (11.2) beside it. */
DMF_API dmf_status dmf_minimum_nuclear_norm(dmf_ctx *ctx, const dmf_problem *p, const dmf_nuclear *options, dmf_mat x,
                                            dmf_real *lambda, dmf_certificate *certificate)
{
    dmf__frame frame;
    dmf__search d;
    int done = 0;
    memset(&d, 0, sizeof d);
    if (options) d.want = *options;
    d.ctx = ctx = dmf__open(&frame, ctx);
    d.p = p;
    dmf__check_nuclear(ctx, p, options, &d.want, x, lambda, certificate);
    if (!ctx->status) dmf__search_open(&d);
    if (!ctx->status) done = dmf__search_run(&d);
    if (!ctx->status) dmf__search_close(&d, done, x, lambda, certificate);
    return dmf__close(&frame);
}

/* ---- 12. Files -------------------------------------------------------------------------------

   Saving. The new file is written beside the old one, flushed to the disk, and renamed. A rename happens or does not,
   so that at any moment, and after a crash, the path holds the old factors or the new ones, whole. Until then the
   file has the first of the names path.part0, path.part1, ... that is free. To find that a name is free and to create
   the file is one step too (O_EXCL): writers to one path do not write to one file, and the last to rename it wins.
   Where the path is a symbolic link, what it leads to is replaced. A rename replaces what has the name: in POSIX by
   definition, and elsewhere too but on Windows, whose own function is asked there.

   Loading. The head of a file tells its length. The two are compared before anything is allocated that the head asks
   for, so that a damaged head cannot ask for more than the file holds.

   Layout. With w bytes per number, N the depth, d_j = dims[j] and P = sum_j d_j d_{j-1} numbers, a file is

       from byte           bytes       what
       0                   8           89 44 4D 46 0D 0A 1A 01 in base 16; the last is the version
       8                   4           w, 4 or 8
       12                  4           N
       16                  4 (N + 1)   d_0, ..., d_N, each 1 to DMF__LARGEST
       20 + 4 N            w P         W_1 by rows, W_2 by rows, ..., W_N by rows
       20 + 4 N + w P      8           the checksum of all bytes before

       length = 28 + 4 N + w P,     entry (i, k) of W_j at 20 + 4 N + w (s_j + i d_{j-1} + k),                (12.1)

   s_j = d_1 d_0 + ... + d_{j-1} d_{j-2}, indices from 0.

   The first byte is no text in any code of 7 bits, and one that has lost its highest bit on the way is found there; CR
   LF is what a transfer that turns ends of lines would change, and 1A ends a text on systems where it is listed by
   mistake. The smallest file, one number at depth 1, has 36 or 40 bytes. Numbers are taken apart into bytes by shifts,
   which is right on machines of either byte order. tests/test_files.c writes such a file byte by byte and compares:
   the_format_is_what_the_interface_says. One factor of one number, W_1 = (1), in double precision is

       89 44 4D 46 0D 0A 1A 01   08 00 00 00 01 00 00 00   01 00 00 00 01 00 00 00   00 00 00 00 00 00 F0 3F
       E9 A2 8F 9D 7E 9A 49 71

   The checksum is FNV-1a: over the bytes b_1, ..., b_n,

       h_0 = 14695981039346656037,     h_i = (h_{i-1} xor b_i) (2^40 + 2^8 + 179) mod 2^64.                   (12.2)

   Exclusive or with a byte and multiplication by an odd number modulo 2^64 are bijections of h. So two files that
   differ in one byte have different h from there on, and no change of a single byte escapes; nor does one of the
   checksum itself. Other damage escapes with probability 2^-64 or so. It is a guard against accidents, not against
   intent: tests/test_files.c, damaged_files_are_refused, turns every bit and tries every shorter length.

   What a power cut can leave. Each step of saving has done its work before the next begins:

       after                                  the path leads to       beside it
       the part is created, O_EXCL            the old factors         an empty part
       its bytes are written                  the old factors         a part of any length
       fflush and fsync of the part           the old factors         a whole part
       rename                                 the old or the new      nothing, or a whole part
       fsync of the folder                    the new factors         nothing

   The bytes are on the disk before the name is, so no order in which the system writes its own tables can show a name
   without its bytes. A part that is left over is read by nobody; the next save takes the next name. */

enum { DMF__LINKS = 40, DMF__PARTS = 1000 }; /* defined: links to follow, as Linux does, and names to try */

/* The first bytes of (12.1) as an integer; the last of them, its highest, is the version of the format. Chapter 14 has
   files with another magic. */
#define DMF__MAGIC UINT64_C(0x011a0a0d464d4489) /* defined: (12.1) */

typedef struct dmf__file {
    dmf_ctx *ctx;
    const char *path;     /* as the caller names it */
    char *target, *part;  /* what is to be replaced, and what will replace it */
    FILE *stream;
    uint64_t sum;         /* over the bytes so far */
    uint64_t length;      /* of a file that is read; and */
    int width;            /* the bytes of its numbers */
} dmf__file;

/* One byte more: (12.2). */
static uint64_t dmf__sum(uint64_t sum, unsigned char byte) { return (sum ^ byte) * UINT64_C(0x100000001b3); }

/* number = sum_i byte_i 2^(8 i), i from 0: the lowest byte first. The stream remembers what has failed: dmf__save asks
   once, at the end. */
static void dmf__write_integer(dmf__file *file, uint64_t number, int count)
{
    unsigned char bytes[8];
    int i;
    for (i = 0; i < count; i++) file->sum = dmf__sum(file->sum, bytes[i] = (unsigned char)(number >> 8 * i & 255));
    fwrite(bytes, 1, (size_t)count, file->stream);
}

/* 0 where something has failed before. */
static uint64_t dmf__read_integer(dmf__file *file, int count)
{
    unsigned char bytes[8] = { 0 };
    uint64_t number = 0;
    int i;
    if (!file->ctx->status && fread(bytes, 1, (size_t)count, file->stream) != (size_t)count)
        dmf__fail(file->ctx, DMF_ERR_FILE, "'%.100s' is too short, or cannot be read", file->path);
    for (i = 0; i < count; i++) {
        file->sum = dmf__sum(file->sum, bytes[i]);
        number |= (uint64_t)bytes[i] << 8 * i;
    }
    return number;
}

/* The bits of a number as an integer of the same size: sign, exponent, fraction, the sign highest. */
static uint64_t dmf__bits_of(dmf_real x)
{
    DMF__TYPED(uint64_t, uint32_t) bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* A number of 4 or 8 bytes, exact in double. */
static double dmf__number_of(uint64_t bits, int width)
{
    const uint32_t half = (uint32_t)bits;
    double wide;
    float narrow;
    memcpy(&wide, &bits, sizeof wide);
    memcpy(&narrow, &half, sizeof narrow);
    return width == 8 ? wide : (double)narrow;
}

/* (12.1), from behind the bytes per number to the checksum. */
static void dmf__write_factors(dmf__file *file, const void *what)
{
    const dmf_factors *f = (const dmf_factors *)what;
    size_t i;
    int j;
    dmf__write_integer(file, (uint64_t)f->depth, 4);
    for (j = 0; j <= f->depth; j++) dmf__write_integer(file, (uint64_t)f->dims[j], 4);
    for (i = 0; i < f->size; i++) dmf__write_integer(file, dmf__bits_of(f->data[i]), (int)sizeof(dmf_real));
}

/* -- names -- */

/* A path in scratch memory: so many bytes of a folder, then a name, with room for a number behind it. */
static char *dmf__path(dmf__file *file, const char *folder, size_t bytes, const char *name)
{
    const size_t more = strlen(name) + 1;
    char *path = (char *)dmf__scratch(file->ctx, bytes + more + 20, 1);
    if (!path) return NULL;
    memcpy(path, folder, bytes);
    memcpy(path + bytes, name, more);
    return path;
}

#ifdef DMF__POSIX

/* Where the path leads through symbolic links, whether there is a file or not. A link that does not begin at the root
   is meant from the folder in which the link is: so that much of the path stays before it. Only the last name is
   followed here; folders on the way the system follows by itself. If a/f is a link to ../b/g, then a/f leads to
   a/../b/g, and the part is a/../b/g.part0: in the folder of what is replaced, since a rename does not cross file
   systems. */
static char *dmf__follow(dmf__file *file)
{
    char where[4096], *path = dmf__path(file, "", 0, file->path);
    int links;
    for (links = 0; path && links <= DMF__LINKS; links++) {
        const char *slash = strrchr(path, '/');
        const ssize_t bytes = readlink(path, where, sizeof where - 1);
        if (bytes < 0) return path;
        where[bytes] = 0;
        path = dmf__path(file, path, slash && where[0] != '/' ? (size_t)(slash + 1 - path) : 0, where);
    }
    dmf__fail(file->ctx, DMF_ERR_FILE, "'%.100s' leads through more than %d symbolic links", file->path, DMF__LINKS);
    return NULL;
}

/* An ordinary file: it has a length, can be replaced, and makes nobody wait. */
static FILE *dmf__open_to_read(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISREG(found.st_mode) ? fopen(path, "rb") : NULL;
}

/* Creates the part, for those to read and write for whom the target is: open subtracts the process's mask from the
   mode, fchmod does not. A name that exists is passed over; any other error ends the search. */
static void dmf__create(dmf__file *file)
{
    const size_t length = strlen(file->target);
    struct stat old;
    const int replaces = stat(file->target, &old) == 0;
    int k, fd = -1;
    if (replaces && !S_ISREG(old.st_mode))
        dmf__fail(file->ctx, DMF_ERR_FILE, "'%.100s' is not an ordinary file", file->path);
    for (k = 0; !file->ctx->status && fd < 0 && k < DMF__PARTS && (k == 0 || errno == EEXIST); k++) {
        snprintf(file->part + length, 20, ".part%d", k);
        fd = open(file->part, O_WRONLY | O_CREAT | O_EXCL, replaces ? old.st_mode & 0777 : 0666);
    }
    if (fd < 0) return;
    if (replaces) fchmod(fd, old.st_mode & 0777);
    file->stream = fdopen(fd, "wb");
    if (!file->stream) close(fd), remove(file->part);
}

static int dmf__reach_disk(FILE *stream) { return fflush(stream) == 0 && fsync(fileno(stream)) == 0; }

/* The new name reaches the disk with its folder, where folders can be flushed. */
static int dmf__replace(dmf__file *file)
{
    char *slash = strrchr(file->target, '/');
    int folder;
    if (rename(file->part, file->target) != 0) return 0;
    if (slash) slash[slash == file->target] = 0;
    folder = open(slash ? file->target : ".", O_RDONLY);
    if (folder >= 0) fsync(folder), close(folder);
    return 1;
}

#else

static char *dmf__follow(dmf__file *file) { return dmf__path(file, "", 0, file->path); }
static FILE *dmf__open_to_read(const char *path) { return fopen(path, "rb"); }
static int dmf__reach_disk(FILE *stream) { return fflush(stream) == 0; }

/* ISO C can tell no more of a name than whether it can be opened. */
static void dmf__create(dmf__file *file)
{
    const size_t length = strlen(file->target);
    FILE *taken = NULL;
    int k;
    for (k = 0; k < DMF__PARTS; k++) {
        snprintf(file->part + length, 20, ".part%d", k);
        taken = fopen(file->part, "rb");
        if (!taken) break;
        fclose(taken);
    }
    if (!taken) file->stream = fopen(file->part, "wb");
}

/* The name is there when the call is back. The function is declared as the system's own header does it. */
#ifdef _WIN32
__declspec(dllimport) int __stdcall MoveFileExA(const char *, const char *, unsigned long);
static int dmf__replace(dmf__file *file) { return MoveFileExA(file->part, file->target, 1 | 8) != 0; }
#else
static int dmf__replace(dmf__file *file) { return rename(file->part, file->target) == 0; }
#endif

#endif

/* -- saving and loading -- */

/* Nothing written or read. */
#define DMF__FILE(ctx, path) \
    { ctx, path, NULL, NULL, NULL, UINT64_C(0xcbf29ce484222325) /* defined: h_0 of (12.2), in base 16 */, 0, 0 }

/* The door of saving, and the steps of the table above, in its order, for any kind of file: `write` knows what is
   between the bytes per number and the checksum; what is said of factors holds for all that comes through here. fclose
   comes before the rename, as it may be the first to tell that the disk is full; where anything has failed, the part
   goes and the path has not been touched (tests/test_files.c, a_file_that_cannot_be_finished_replaces_nothing,
   files_and_folders_reach_the_disk). */
static void dmf__save(dmf_ctx *ctx, const char *path, uint64_t magic, void (*write)(dmf__file *, const void *),
                      const void *what)
{
    dmf__file file = DMF__FILE(ctx, path);
    int whole;
    if (!dmf__check_given(ctx, "the path", path) && !ctx->status) file.target = dmf__follow(&file);
    if (file.target) file.part = dmf__path(&file, file.target, strlen(file.target), "");
    if (file.part) dmf__create(&file);
    if (!file.stream) {
        dmf__fail(ctx, DMF_ERR_FILE, "nothing can be created beside '%.100s'", path);
        return;
    }
    dmf__write_integer(&file, magic, 8);
    dmf__write_integer(&file, sizeof(dmf_real), 4);
    write(&file, what);
    dmf__write_integer(&file, file.sum, 8);
    whole = !ferror(file.stream) && dmf__reach_disk(file.stream);
    whole = fclose(file.stream) == 0 && whole;
    if (!whole) dmf__fail(ctx, DMF_ERR_FILE, "'%.100s' cannot be written to its end", file.part);
    else if (!dmf__replace(&file)) dmf__fail(ctx, DMF_ERR_FILE, "'%.100s' cannot be replaced", path);
    if (ctx->status) remove(file.part);
}

DMF_API dmf_status dmf_factors_save(dmf_ctx *ctx, const dmf_factors *f, const char *path)
{
    dmf__frame frame;
    ctx = dmf__open(&frame, ctx);
    if (!dmf__check_given(ctx, "the factors", f)) dmf__check_finite_factors(ctx, f);
    dmf__save(ctx, path, DMF__MAGIC, dmf__write_factors, f);
    return dmf__close(&frame);
}

/* A size from 1 to DMF__LARGEST, or a failure and 1. */
static int dmf__read_size(dmf__file *file, const char *what)
{
    const uint64_t size = dmf__read_integer(file, 4);
    if (size >= 1 && size <= (uint64_t)DMF__LARGEST) return (int)size;
    dmf__fail(file->ctx, DMF_ERR_FILE, "'%.100s' has %s %lu; it must be from 1 to %d", file->path, what,
              (unsigned long)size, DMF__LARGEST);
    return 1;
}

/* The length of the file, and its head as far as the bytes per number. */
static void dmf__read_head(dmf__file *file, uint64_t magic, const char *what)
{
    const long length = fseek(file->stream, 0, SEEK_END) == 0 ? ftell(file->stream) : -1;
    if (length < 0 || fseek(file->stream, 0, SEEK_SET) != 0)
        dmf__fail(file->ctx, DMF_ERR_FILE, "'%.100s' has no length", file->path);
    file->length = (uint64_t)length;
    if (dmf__read_integer(file, 8) != magic)
        dmf__fail(file->ctx, DMF_ERR_FILE, "'%.100s' does not hold %s in format 1", file->path, what);
    file->width = (int)dmf__read_integer(file, 4);
    if (file->width != 4 && file->width != 8)
        dmf__fail(file->ctx, DMF_ERR_FILE, "'%.100s' has numbers of %u bytes; 4 or 8 are known", file->path,
                  (unsigned)file->width);
}

/* Whether the length is what the head asks for. */
static void dmf__check_length(dmf__file *file, int fits)
{
    if (!fits)
        dmf__fail(file->ctx, DMF_ERR_FILE, "'%.100s' has a length of %lu bytes, which is not what its head tells",
                  file->path, (unsigned long)file->length);
}

/* The dimensions, and whether the length that they tell (12.1) is that of the file; in double, which is exact as far as
   files go. The memory for the dimensions, 4 (N + 1) bytes, is asked for only when the file is at least that long. */
static int *dmf__read_dims(dmf__file *file, int depth)
{
    double told = 28 + 4.0 * depth;
    int *dims = NULL, j;
    dmf__check_length(file, told <= (double)file->length);
    if (!file->ctx->status) dims = (int *)dmf__scratch(file->ctx, (size_t)depth + 1, sizeof *dims);
    for (j = 0; !file->ctx->status && j <= depth; j++) {
        dims[j] = dmf__read_size(file, "a layer of width");
        if (j > 0) told += (double)file->width * dims[j] * dims[j - 1];
    }
    dmf__check_length(file, told == (double)file->length);
    return dims;
}

/* So many numbers and the checksum. A number is taken if it is finite and survives the way to dmf_real and back; one
   that is not is told only if the checksum fits, since otherwise the file is damaged and the number means nothing. */
static void dmf__read_numbers(dmf__file *file, size_t count, dmf_real *numbers)
{
    size_t i, bad = count;
    uint64_t sum;
    for (i = 0; i < count; i++) {
        const double x = dmf__number_of(dmf__read_integer(file, file->width), file->width);
        const int fits = fabs(x) <= DMF__MAX && (double)(dmf_real)x == x;
        if (fits) numbers[i] = (dmf_real)x;
        else if (bad == count) bad = i;
    }
    sum = file->sum;
    if (dmf__read_integer(file, 8) != sum)
        dmf__fail(file->ctx, DMF_ERR_FILE, "'%.100s' is damaged: its checksum does not fit", file->path);
    if (bad < count)
        dmf__fail(file->ctx, DMF_ERR_FILE, "'%.100s': number %lu is not finite or has more digits than dmf_real",
                  file->path, (unsigned long)bad);
}

/* The factors of a file, or NULL and a failure. Nothing is allocated for the numbers before the length of the file has
   vouched for them: tests/test_files.c, memory_follows_the_length_of_the_file. */
static void *dmf__read_factors(dmf__file *file)
{
    dmf_factors *f = NULL;
    int depth, *dims = NULL;
    dmf__read_head(file, DMF__MAGIC, "factors");
    depth = dmf__read_size(file, "depth");
    if (!file->ctx->status) dims = dmf__read_dims(file, depth);
    if (!file->ctx->status) f = dmf__new_factors(file->ctx, depth, dims);
    if (f) dmf__read_numbers(file, f->size, f->data);
    return f;
}

/* The door of loading, for any kind of file. *out is written only if the file is right to its last byte; what was made
   before that was known is freed, being one piece of memory. */
static dmf_status dmf__load(dmf_ctx *ctx, const char *path, void *out, void *(*read)(dmf__file *))
{
    const dmf__arg args[2] = { dmf__memory_arg(DMF__ANY, "the path", path, path ? strlen(path) + 1 : 1, 1),
                               dmf__memory_arg(DMF__OUT, "the place for what is loaded", out, 1, sizeof(void *)) };
    dmf__file file = DMF__FILE(NULL, path);
    dmf__frame frame;
    void *loaded = NULL;
    file.ctx = ctx = dmf__enter(&frame, ctx, args, 2);
    if (!ctx->status) file.stream = dmf__open_to_read(path);
    if (file.stream) {
        loaded = read(&file);
        fclose(file.stream);
    } else dmf__fail(ctx, DMF_ERR_FILE, "'%.100s' cannot be opened, or is not an ordinary file", path);
    if (ctx->status) DMF_FREE(loaded);
    else memcpy(out, &loaded, sizeof loaded);
    return dmf__close(&frame);
}

DMF_API dmf_status dmf_factors_load(dmf_ctx *ctx, const char *path, dmf_factors **out)
{
    return dmf__load(ctx, path, out, dmf__read_factors);
}

/* ---- 13. The limit of a vanishing start ------------------------------------------------------

   Figure: limit: Small starts beside their limit: singular values over time, ends over alpha, recovery over entries.

   Figure: escape: The ends of the same flows over the time at which they leave W = 0, in place of alpha.

   Li, Luo and Lyu [LLL21] describe what gradient flow does as its start goes to zero: greedy low-rank learning. It
   visits critical points of rank 0, 1, 2, ..., one after another, and leaves each along the largest singular pair of
   -grad l. They prove it at depth 2 under assumptions on the points visited, and extend it to deeper factorizations.
   This chapter computes the path for any loss and depth without starting small: factors of width r + 1 hold a point of
   rank r and one mode more, so that a gradient costs microseconds.

   What is visited. If W = U S V^T of rank r is the product of balanced factors of width r, every partial product in
   (7.4) has rank r, and the gradients by W_N and W_1 vanish if and only if

       G V = 0,     G^T U = 0,     G = grad l(W).                                                             (13.1)

   Then all others vanish too. The condition is the same for every depth N >= 2, and so are the points that may be
   visited. Which of them is, N may decide; on the problem of A19 it does not (measured: tests/test_limit.c).

   How a point is left. By (13.1) the singular pairs of G lie outside those of W. A mode of size s along the pair with
   the value g, so small that G does not feel it, grows by A19, equation (7), as s' = N g s^(2-2/N), which is

       log s = log alpha + 2 g t     or     s^(2/N-1) = alpha^(2/N-1) - (N - 2) g t                           (13.2)

   at depth 2 or more. With L = log(1/alpha) or alpha^(2/N-1), all modes begin L from the end, and mode k comes nearer
   by c g_k in unit time, c = 2 or N - 2. So a point is left after a stay of z_1 L / (c g_1), where z_k L is what mode
   k has still to go: z_k = 1 at W = 0, and then

       z_k <- z_(k+1) - z_1 g_(k+1) / g_1.                                                                    (13.3)

   This takes modes to stay with their pairs. At depth 2 small factors grow linearly, and from almost every start the
   exponent of their k-th exterior power is the sum of the k largest g: (13.3) holds to leading order. At greater depth
   the stay is a lower bound if z_1 is that of the largest mode, for no singular value grows faster than with g_1; it
   is exact at W = 0 if the start has the singular vectors of G.

   Which mode leaves. Next to factors that all have the size c along pair 1, what W_1 and W_N have of pair 2 grows at
   the rate c^(N-2) g_2, and c at c^(N-2) g_1. From a start of size alpha, when the mode has the size s,

       the share of pair 2 is about (alpha / s)^((1 - g_2/g_1) / N).                                          (13.4)

   So at every depth almost every start leaves along the largest pair as alpha -> 0. But slowly: with g_2 = 0.9 g_1
   and N = 3, a thousandth of alpha takes a fifth off that share, and from any alpha that can be run the shape of the
   start decides too. Hence both: factors of zero, for the limit, and a start, for what it does itself. That is followed
   along the frozen gradient, l(W) = <G, W>, at every critical point, and loses the mode that leaves; what is left goes
   on at the next one, for at depth 3 and more the way there takes no time beside the stay.

   How the next point is found. The flow is followed from eps on until it is past its steepest. From there the rest is
   found by Newton's method in section 13.1. No step is longer than a tenth of the factors, and the loss never grows.
   That this is the basin in which the flow was is not proved (measured: tests/test_limit.c, the flow alone comes to
   the same points).

   Cost. At width k a gradient of completion takes about 6 k flops for an entry, and the products of narrow factors
   little beside it; every point adds one decomposition of the whole gradient. The path to rank 5 on the problem of A19
   takes some 1000, 1200 and 1400 gradients at depth 2, 3 and 4, 0.03 to 0.04 s, where a flow from alpha = 1e-6 takes
   311, 819 and 1320 gradients of the full width.

   What may go wrong. With two equal pulls the limit depends on how the start breaks the tie. Near the information
   limit a critical point may lie far out, or the loss falls along a path to infinity; a flow from a positive alpha
   turns off from such a path when the next mode has grown, and the limit does not. */

typedef struct dmf__limit {
    dmf_ctx *ctx;
    const dmf_problem *problem;
    dmf_path want;                /* with its defaults filled in */
    dmf_path_report now;
    dmf_factors *shown;           /* the caller's */
    dmf_factors *start;           /* what is left of the start that came in; NULL if it was zero */
    int n;                        /* min(rows, cols) */
    dmf__triples own;             /* n: of W, and then of the mode that leaves */
    dmf_mat w, gradient;          /* rows x cols */
    dmf__triples pulls;           /* n: of the gradient */
    double *z;                    /* n, (13.3) */
    double first;                 /* the largest pull at W = 0 */
    double reach, bend;           /* of the mode that left: its size 1, and the pull that it loses per size */
    double time, loss, steepest;  /* of the flow that is watched; steepest is that of the loss */
} dmf__limit;

static int dmf__ended(const dmf__limit *path) { return path->now.reason != 0 || path->ctx->status != DMF_OK; }

/* The gradient at W = U S V^T, and its pairs. */
static void dmf__survey_saddle(dmf__limit *path)
{
    const int rank = path->now.rank;
    const dmf__mark mark = dmf__mark_here(path->ctx);
    dmf__compose(path->ctx, dmf_block(path->own.u, 0, 0, path->w.rows, rank), path->own.sigma,
                 dmf_block(path->own.v, 0, 0, path->w.cols, rank), path->w);
    if (!path->ctx->status)
        dmf__loss_at(path->ctx, path->problem, dmf__everything(path->problem), path->w, path->gradient,
                     &path->now.loss);
    path->now.evaluations++;
    dmf__check_result(path->ctx, "the loss", path->now.loss);
    dmf__check_finite(path->ctx, "the gradient", path->gradient);
    if (!path->ctx->status) dmf__svd_run(path->ctx, path->gradient, path->pulls.u, path->pulls.sigma, path->pulls.v);
    dmf__give_back(path->ctx, mark);
}

/* -<G, u v^T> for the mode that leaves. */
static double dmf__pull_of(const dmf__limit *path, dmf_mat g)
{
    const int k = path->now.rank;
    dmf_mat image, p = dmf__turned(path->ctx, g, dmf_block(path->own.u, 0, k, g.rows, 1),
                                   dmf_block(path->own.v, 0, k, g.cols, 1), &image);  /* 1 x 1 */
    return path->ctx->status ? 0 : -(double)p.data[0];
}

/* The same at W + size u v^T. */
static double dmf__pull_at(dmf__limit *path, double size)
{
    const int k = path->now.rank, rows = path->w.rows, cols = path->w.cols;
    const dmf__mark mark = dmf__mark_here(path->ctx);
    dmf_mat w = dmf__compact(path->ctx, rows, cols), g = dmf__compact(path->ctx, rows, cols);
    double pull, ignored;
    if (!path->ctx->status) dmf__copy(path->w, w);
    dmf__gemm(path->ctx, 0, 1, (dmf_real)size, dmf_block(path->own.u, 0, k, rows, 1),
              dmf_block(path->own.v, 0, k, cols, 1), 1, w);
    if (!path->ctx->status) dmf__loss_at(path->ctx, path->problem, dmf__everything(path->problem), w, g, &ignored);
    path->now.evaluations++;
    pull = dmf__pull_of(path, g);
    dmf__give_back(path->ctx, mark);
    return pull;
}

/* The size at which a mode would have no pull left: the zero of the pull along W + size u v^T, by secants from
   size 0, whose pull is known. For squares the pull is linear in the size, and one secant is exact once the drop
   is of the order of the pull, so that rounding does not decide it; otherwise the size goes where the secant
   points. INFINITY if there is none: the loss falls without end along this mode. */
static double dmf__reach(dmf__limit *path, double pull)
{
    double size = path->now.rank > 0 ? dmf__frobenius(path->ctx->simd, path->w) : 1;
    int i;
    for (i = 0; i < 200 && size <= sqrt(DMF__MAX) && !path->ctx->status; i++) { /* defined: enough */
        const double drop = pull - dmf__pull_at(path, size);
        if (drop >= pull / 8 && drop <= 2 * pull) return size * pull / drop;
        size *= drop > 0 ? pull / drop : 16;
    }
    return (double)INFINITY;
}

/* The next mode goes behind those of W, with its size. */
static void dmf__add_mode(dmf__limit *path)
{
    const int k = path->now.rank;
    double pull;
    int i;
    for (i = 0; i < path->own.u.rows; i++) dmf__row(path->own.u, i)[k] = -dmf__row(path->pulls.u, i)[0];
    for (i = 0; i < path->own.v.rows; i++) dmf__row(path->own.v, i)[k] = dmf__row(path->pulls.v, i)[0];
    pull = dmf__pull_of(path, path->gradient);
    path->reach = dmf__reach(path, pull);
    path->bend = pull / path->reach;
    if (path->ctx->status) return;
    if (!(path->reach <= DMF__MAX)) path->now.reason = DMF_PATH_FAR;
    else if (!(dmf__pull_at(path, path->want.eps * path->reach) >= pull / 2)) path->now.reason = DMF_PATH_COARSE;
    else path->own.sigma[k] = (dmf_real)(path->want.eps * path->reach);
}

/* Past the steepest: the slope of the loss is a tenth of what it was, and half of what the mode alone would gain is
   gained. tuned: tests/test_limit.c, its ten draws; 0.01 to 0.25 for the tenth lead to the same points */
static int dmf__settled(void *user, const dmf_moment *now)
{
    dmf__limit *path = (dmf__limit *)user;
    const double slope = (path->loss - now->loss) / (now->time - path->time);
    const double half = path->now.loss - (double)path->pulls.sigma[0] * path->reach / 4;
    path->time = now->time;
    path->loss = now->loss;
    if (now->step == 0) path->steepest = 0;
    if (now->step > 0 && slope > path->steepest) path->steepest = slope;
    return now->step > 0 && slope <= path->steepest / 10 && now->loss <= half;
}

/* Flow until the observer ends it, within the gradients that are left; true if it did. */
static int dmf__flow_until(dmf__limit *path, dmf__run *run, const dmf_problem *problem, dmf_factors *f,
                           int (*look)(void *, const dmf_moment *))
{
    memset(run, 0, sizeof *run);
    run->motion.stop_evaluations = path->want.stop_evaluations - path->now.evaluations;
    if (run->motion.stop_evaluations <= 0) path->now.reason = DMF_PATH_EVALUATIONS;
    if (dmf__ended(path)) return 0;
    dmf__watch_flow(run, path->ctx, problem, f, look, path);
    path->now.evaluations += run->now.evaluations;
    if (run->now.reason == DMF_STOP_EVALUATIONS) path->now.reason = DMF_PATH_EVALUATIONS;
    return run->now.reason == DMF_STOP_OBSERVER;
}

/* ---- 13.1 Rest -------------------------------------------------------------------------------

   With H the Hessian of phi at x, a step d of Newton's method lowers the model of phi

       phi(x) + g . d + 1/2 d . H d,     ||d|| <= radius ||x||,                                               (13.5)

   by conjugate gradients from d = 0, along directions p, until the residual -g - H d is a fifth of g, or d comes to the
   radius, or p . H p <= 0 tells of a saddle nearby and p is followed to the radius [S83]. Short steps go down the
   gradient, as the flow does, and the last ones converge as Newton's do. H is never formed: H p is a difference of
   gradients. The radius shrinks where the model promises four times what is gained, and grows back where it keeps its
   word. Rest is a step that does not come to the radius and is short. Directions that change the factors but not W have
   H p = 0 there; g has no part in them, and so neither has d. */

typedef struct dmf__rest {
    dmf__limit *path;
    dmf__run run;                             /* that has come here; its x, g and loss are where we are */
    dmf_real *d, *r, *p, *bent, *point;
    double size, radius;                      /* size = ||x|| */
    double norm;                              /* ||W||_F at first */
} dmf__rest;

static const double dmf__longest = 0.1; /* tuned: tests/test_limit.c; a twentieth to a fifth lead to the same points */

static double dmf__rest_dot(const dmf__rest *rest, const dmf_real *x, const dmf_real *y)
{
    return (double)rest->path->ctx->simd->dot(rest->run.n, x, y);
}

/* bent = H p, a difference of gradients over sqrt(eps) of the factors' size: its errors by rounding, eps ||H||
   ||x|| / length, and by the third derivatives, of the order of the length, are then alike. */
static void dmf__bend(dmf__rest *rest)
{
    const double length = sqrt((double)DMF__EPS) * rest->size / dmf__norm(&rest->run, rest->p);
    dmf__run *run = &rest->run;
    double ignored;
    dmf__combine2(run, 1, run->x, length, rest->p, rest->point);
    dmf__gradient(run, rest->point, rest->bent, &ignored);
    dmf__combine2(run, 1 / length, rest->bent, -1 / length, run->g, rest->bent);
}

/* (13.5): d, and what the model promises of it. With the residual r = -g - H d the fall of the model, -(g . d + 1/2 d .
   H d), is (r . d - g . d) / 2, and needs no product with H. A step to the radius goes along p by the positive root of
   ||d + along p|| = most, and conjugate gradients from 0 lengthen d with every step, so that once outside they do not
   come back [S83]. d, r and p are in units of the gradient, a power of two, which keeps their squares in range. The
   cost is a gradient and some ten passes over the factors for every direction. */
static double dmf__newton(dmf__rest *rest, int *bounded)
{
    const double unit = ldexp(1, ilogb(dmf__norm(&rest->run, rest->run.g))), most = rest->radius * rest->size / unit;
    const double enough = 0.04; /* tuned: a fifth, squared; 0.05 to 0.3 are alike */
    dmf_real *d = rest->d, *r = rest->r, *p = rest->p;
    dmf__run *run = &rest->run;
    double rr, next, first, dd = 0;
    size_t k;
    dmf__combine2(run, -1 / unit, run->g, 0, run->g, r);
    memcpy(p, r, run->n * sizeof *p);
    memset(d, 0, run->n * sizeof *d);
    first = rr = dmf__rest_dot(rest, r, r);
    *bounded = 0;
    for (k = 0; k < run->n && !*bounded && rr > enough * first; k++, rr = next) {
        double pp = dmf__rest_dot(rest, p, p), dp = dmf__rest_dot(rest, d, p), bend, along;
        dmf__bend(rest);
        if (dmf__over(run)) return 0;
        bend = dmf__rest_dot(rest, p, rest->bent);
        along = rr / bend;
        *bounded = !(bend > 0) || dd + along * (2 * dp + along * pp) > most * most;
        if (*bounded) along = (sqrt(dp * dp + pp * (most * most - dd)) - dp) / pp;
        dmf__combine2(run, 1, d, along, p, d);
        dmf__combine2(run, 1, r, -along, rest->bent, r);
        dd = dmf__rest_dot(rest, d, d);
        next = dmf__rest_dot(rest, r, r);
        dmf__combine2(run, 1, r, next / rr, p, p);
    }
    dmf__combine2(run, unit, d, 0, d, d);
    return (unit * dmf__rest_dot(rest, r, d) - dmf__rest_dot(rest, run->g, d)) / 2;
}

/* Takes the step if it lowers the loss, or is too short to tell: where the model promises less than rounding makes
   of the loss, it is believed, since the difference of two losses says nothing. True at a step that came to rest
   inside the radius and is short. In test_limit.c, steps_uphill_are_not_taken. */
static int dmf__take_step(dmf__rest *rest, double promised, int bounded)
{
    dmf__run *run = &rest->run;
    const double length = dmf__norm(run, rest->d) / rest->size;
    const double rounding = 64 * (double)DMF__EPS * fabs(run->now.loss); /* defined: some roundings */
    double loss = run->now.loss, gained;
    dmf__combine2(run, 1, run->x, 1, rest->d, rest->point);
    dmf__gradient(run, rest->point, rest->bent, &loss);
    if (dmf__over(run)) return 0;
    gained = promised > rounding ? run->now.loss - loss : promised;
    if (!(gained >= promised / 4)) rest->radius = length / 4;
    else if (bounded && gained >= promised * 3 / 4) rest->radius = fmin(2 * rest->radius, dmf__longest);
    if (!(gained > 0)) return 0;
    memcpy(run->x, rest->point, run->n * sizeof *run->x);
    memcpy(run->g, rest->bent, run->n * sizeof *run->g);
    run->now.loss = loss;
    rest->size = dmf__norm(run, run->x);
    return !bounded && length <= rest->path->want.rest;
}

/* ||W||_F, from the partial products of chapter 7. */
static double dmf__rest_norm(dmf__rest *rest)
{
    const dmf_mat w = rest->path->w;  /* rows x cols */
    dmf__forward(&rest->run.plan, rest->run.x);
    dmf__product(&rest->run.plan, w);
    return dmf__frobenius(rest->path->ctx->simd, w);
}

/* (13.1), to the length of the last step and to the same part of the slope that Newton's method began with. The
   loss never grows, and a run that is led far out is seen by the growth of ||W||_F. */
static void dmf__come_to_rest(dmf__rest *rest)
{
    const dmf_path *want = &rest->path->want;
    dmf__run *run = &rest->run;
    int bounded, at_rest = 0;
    double promised, slope, first = 0;
    while (!dmf__over(run) && !dmf__ended(rest->path)) {
        slope = dmf__norm(run, run->g);
        dmf__check_result(run->ctx, "the gradient", slope);
        if (first == 0) first = slope;
        if (slope == 0 || (at_rest && slope <= want->rest * first) || dmf__over(run)) return;
        promised = dmf__newton(rest, &bounded);
        if (dmf__over(run)) return;
        at_rest = dmf__take_step(rest, promised, bounded);
        if (dmf__rest_norm(rest) > want->stop_growth * rest->norm) rest->path->now.reason = DMF_PATH_FAR;
    }
}

/* U, S and V of the product A T^T, by the decompositions of A and of what then stands beside its U: A = U_a S_a
   V_a^T, and S_a V_a^T T^T = U_m S V^T, of k rows, gives A T^T = (U_a U_m) S V^T. That is two decompositions of k
   columns in place of one of the whole matrix, (rows + cols) k^2 in place of rows cols min(rows, cols). */
static void dmf__split(dmf__rest *rest)
{
    dmf__limit *path = rest->path;
    dmf_ctx *ctx = path->ctx;
    const dmf__plan *plan = &rest->run.plan;
    const dmf_mat a = plan->left[plan->waist], t = plan->right[plan->waist];  /* rows, cols x k */
    const int k = a.cols;
    dmf_mat ua = dmf__compact(ctx, a.rows, k), va = dmf__compact(ctx, k, k), middle = dmf__compact(ctx, k, t.rows);
    dmf_mat turn = dmf__compact(ctx, k, k);  /* k x k */
    int i, j;
    if (!ctx->status) dmf__forward(plan, rest->run.x);
    if (!ctx->status) dmf__svd_run(ctx, a, ua, path->own.sigma, va);
    for (i = 0; i < k && !ctx->status; i++)
        for (j = 0; j < k; j++) dmf__row(va, i)[j] *= path->own.sigma[j];
    dmf__gemm(ctx, 1, 1, 1, va, t, 0, middle);
    if (!ctx->status) dmf__svd_run(ctx, middle, turn, path->own.sigma, dmf_block(path->own.v, 0, 0, t.rows, k));
    dmf__gemm(ctx, 0, 0, 1, ua, turn, 0, dmf_block(path->own.u, 0, 0, a.rows, k));
}

/* The run that has come here goes on, with its own vectors and one more. */
static void dmf__rest_open(dmf__rest *rest, dmf__limit *path)
{
    dmf_real *const *v = rest->run.v;
    rest->path = path;
    rest->d = v[0], rest->r = v[1], rest->p = v[2], rest->bent = v[3];
    rest->point = dmf__reals(path->ctx, rest->run.n, 1);
    if (path->ctx->status) return;
    rest->run.now.reason = (dmf_stop)0;
    rest->radius = dmf__longest;
    rest->size = dmf__norm(&rest->run, rest->run.x);
    rest->norm = dmf__rest_norm(rest);
}

/* ---- 13.2 The path ---------------------------------------------------------------------------

   A stage goes from one critical point to the next, in factors one wider than its rank. What is shown are the caller's
   factors, into which every critical point is written. */

/* From the critical point and the mode that leaves to the next critical point. */
static void dmf__stage(dmf__limit *path)
{
    const int depth = path->shown->depth, width = path->now.rank + 1;
    const long before = path->now.evaluations;
    const dmf__mark mark = dmf__mark_here(path->ctx);
    int *dims = (int *)dmf__scratch(path->ctx, (size_t)depth + 1, sizeof *dims), j;
    dmf_factors *f = NULL;
    dmf__rest rest;
    for (j = 0; j <= depth && !path->ctx->status; j++)
        dims[j] = j == 0 ? path->w.cols : j == depth ? path->w.rows : width;
    if (!path->ctx->status) f = dmf__new_factors(path->ctx, depth, dims);
    if (f) {
        dmf__fill_balanced(f, path->own.u, path->own.sigma, path->own.v, width);
        dmf__flow_until(path, &rest.run, path->problem, f, dmf__settled);
        if (!dmf__ended(path)) {
            dmf__rest_open(&rest, path);
            dmf__come_to_rest(&rest);
            path->now.evaluations = before + rest.run.now.evaluations;
            if (rest.run.now.reason) path->now.reason = DMF_PATH_EVALUATIONS;
        }
        if (!dmf__ended(path)) dmf__split(&rest);
        if (!dmf__ended(path) && !((double)path->own.sigma[width - 1] > path->want.eps * path->reach))
            path->now.reason = DMF_PATH_COARSE;
    }
    dmf_factors_destroy(f);
    dmf__give_back(path->ctx, mark);
    if (!dmf__ended(path)) path->now.rank = width;
}

/* Why the path ends at a critical point; 0 = it goes on. An error of W of the relative size rest bends the
   gradient by as much of the second derivatives along it: pulls below that cannot be told from zero, which is a
   minimum. */
static dmf_path_end dmf__path_end(const dmf__limit *path, double gap)
{
    const dmf_path *want = &path->want;
    if (want->stop_loss > 0 && path->now.loss <= want->stop_loss) return DMF_PATH_LOSS;
    if ((double)path->pulls.sigma[0] <=
        want->rest * (path->first + path->bend * dmf__frobenius(path->ctx->simd, path->w))) return DMF_PATH_MINIMUM;
    if (path->now.rank >= want->stop_rank) return DMF_PATH_RANK;
    if (gap < want->tie) return DMF_PATH_TIE;
    return path->now.evaluations >= want->stop_evaluations ? DMF_PATH_EVALUATIONS : (dmf_path_end)0;
}

/* A critical point: it is looked at, and may be the last. The stay is (13.2) from alpha to where L has no part. */
static void dmf__arrive_at_saddle(dmf__limit *path)
{
    const double largest = (double)path->pulls.sigma[0];
    const double gap = path->n > 1 && largest > 0 ? 1 - (double)path->pulls.sigma[1] / largest : 1;
    const int depth = path->shown->depth;
    const dmf_saddle saddle = {
        path->now.rank, path->now.loss, path->shown, path->pulls.sigma, path->n, gap,
        path->z[0] / (largest * (depth == 2 ? 2 : depth - 2)), path->now.evaluations, path->ctx };
    dmf__fill_balanced(path->shown, path->own.u, path->own.sigma, path->own.v, path->now.rank);
    if (path->want.look && path->want.look(path->want.user, &saddle)) path->now.reason = DMF_PATH_OBSERVER;
    else path->now.reason = dmf__path_end(path, path->start ? 1 : gap);
    if (!dmf__ended(path) && gap < path->now.gap) path->now.gap = gap;
}

/* l(W) = <G, W> with G the gradient at the critical point. */
static dmf_status dmf__frozen_loss(void *user, dmf_mat w, dmf_mat gradient, double *loss)
{
    const dmf__limit *path = (const dmf__limit *)user;
    *loss = dmf__dot_matrix(path->ctx->simd, path->gradient.data, w);
    if (gradient.data) dmf__copy(path->gradient, gradient);
    return DMF_OK;
}

static int dmf__grown(void *user, const dmf_moment *now)
{
    const dmf__limit *path = (const dmf__limit *)user;
    return now->loss <= -path->want.eps * path->reach * (double)path->pulls.sigma[0];
}

/* The mode with the right vector v, cols x 1, leaves the start: W_j h_(j-1) is along h_j, h_0 = v, and no factor keeps
   a part along these vectors of the hidden layers. What rounding leaves of it is of a start of size eps^N. */
static void dmf__let_go(dmf_ctx *ctx, dmf_factors *f, dmf_mat v)
{
    dmf_mat h = dmf__compact(ctx, v.rows, 1), next, sum;  /* h_(j-1), d_{j-1} x 1; h_j, d_j x 1; d_{j-1} x 1 */
    double length;
    int i, j;
    if (!ctx->status) dmf__copy(v, h);
    for (j = 1; j <= f->depth && !ctx->status; j++, h = next) {
        const dmf_mat w = f->w[j - 1];  /* d_j x d_{j-1} */
        next = dmf__compact(ctx, w.rows, 1);
        sum = dmf__compact(ctx, w.cols, 1);
        dmf__gemm(ctx, 0, 0, 1, w, h, 0, next);
        if (j > 1) dmf__gemm(ctx, 0, 1, -1, next, h, 1, w);
        if (j == f->depth || ctx->status) return;
        length = dmf__length(ctx->simd, 1, (size_t)w.rows, 0, next.data);
        for (i = 0; i < w.rows && length > 0; i++) next.data[i] = (dmf_real)((double)next.data[i] / length);
        dmf__gemm(ctx, 1, 0, 1, w, next, 0, sum);
        dmf__gemm(ctx, 0, 1, -1, next, sum, 1, w);
    }
}

/* Where the start goes while the path rests: its largest pair, with what (13.4) leaves of others when it has grown to
   the size of a mode that leaves, in place of that of the gradient. A start that does not grow gives way to it. */
static void dmf__grow_start(dmf__limit *path)
{
    dmf_ctx *ctx = path->ctx;
    const int rows = path->w.rows, cols = path->w.cols;
    const dmf_problem frozen = dmf__problem_with(rows, cols, dmf__frozen_loss, path);
    const dmf__mark mark = dmf__mark_here(ctx);
    dmf_mat w = dmf__compact(ctx, rows, cols);
    dmf__run run;
    int grown = 0;
    dmf__add_mode(path);
    if (!dmf__ended(path)) grown = dmf__flow_until(path, &run, &frozen, path->start, dmf__grown);
    if (grown && !dmf__ended(path)) {
        dmf__triples t;
        dmf__product_of(ctx, path->start, w);
        t = dmf__svd_of(ctx, w);
        if (!ctx->status) {
            dmf__copy(dmf_block(t.u, 0, 0, rows, 1), dmf_block(path->pulls.u, 0, 0, rows, 1));
            dmf__scale(dmf_block(path->pulls.u, 0, 0, rows, 1), -1);
            dmf__copy(dmf_block(t.v, 0, 0, cols, 1), dmf_block(path->pulls.v, 0, 0, cols, 1));
            dmf__let_go(ctx, path->start, dmf_block(t.v, 0, 0, cols, 1));
        }
    }
    dmf__give_back(ctx, mark);
}

static void dmf__follow_saddles(dmf__limit *path)
{
    double nearer;
    int k;
    dmf__survey_saddle(path);
    path->first = path->ctx->status ? 0 : (double)path->pulls.sigma[0];
    while (!dmf__ended(path)) {
        dmf__arrive_at_saddle(path);
        if (!dmf__ended(path) && path->start) dmf__grow_start(path);
        if (dmf__ended(path)) return;
        dmf__add_mode(path);
        nearer = path->z[0] / (double)path->pulls.sigma[0]; /* (13.3) */
        for (k = 0; k + 1 < path->n; k++) path->z[k] = path->z[k + 1] - nearer * (double)path->pulls.sigma[k + 1];
        if (!dmf__ended(path)) dmf__stage(path);
        if (!dmf__ended(path)) dmf__survey_saddle(path);
    }
}

DMF_API const char *dmf_path_text(dmf_path_end reason)
{
    static const char *const texts[] = {
        "the path has failed", "the loss is as small as asked for", "the rank is that asked for",
        "the gradients have run out", "the observer has ended the path", "the gradient of the loss is zero",
        "the limit is not unique: the largest pulls are equal", "the next critical point lies far out or at infinity",
        "eps is too large: the new mode does not leave with the pull that it is given" };
    return texts[(int)reason > 0 && reason <= DMF_PATH_COARSE ? reason : 0];
}

/* The numbers of dmf_path, which go through the door of chapter 8 as if one method used all. */
static const dmf__option dmf__path_options[] = { /* tuned: eps, tests/test_limit.c; 0.001 to 0.1 are
                                                    alike. defined: the others, in Part I */
    { "stop_loss", offsetof(dmf_path, stop_loss), 1, 0, 0, 0, 0, DBL_MAX },
    { "stop_growth", offsetof(dmf_path, stop_growth), 1, 0, 0, 4, DBL_MIN, DBL_MAX },
    { "tie", offsetof(dmf_path, tie), 1, 0, 0, DMF__TYPED(1e-5, 1e-3), 0, 1 },
    { "rest", offsetof(dmf_path, rest), 1, 0, 0, DMF__TYPED(1e-5, 1e-3), DBL_MIN, 0.1 + DBL_EPSILON / 16 },
    { "eps", offsetof(dmf_path, eps), 1, 0, 0, 0.01, DBL_MIN, 1 } };

/* The door, which fills in defaults. */
static void dmf__check_path(dmf__limit *path, const dmf_problem *p, dmf_factors *f, const dmf_path *options,
                            const dmf_path_report *report)
{
    dmf_path *want = &path->want;
    size_t i;
    if (dmf__check_pair(path->ctx, p, f)) return;
    {
        const dmf__arg args[5] = {
            dmf__factors_arg(DMF__IN_OUT, "the array of factors", f),
            dmf__memory_arg(DMF__OUT_OR_NONE, "the report", report, 1, sizeof *report),
            dmf__memory_arg(DMF__ANY, "the options", options, options != NULL, sizeof *options), DMF__PROBLEM_ARGS(p) };
        if (dmf__check_args(path->ctx, args, 5)) return;
    }
    if (f->depth < 2) dmf__fail(path->ctx, DMF_ERR_ARGUMENT, "the depth is 1; nothing rests at W = 0 there");
    for (i = 0; i < sizeof dmf__path_options / sizeof *dmf__path_options; i++)
        dmf__check_option(path->ctx, &dmf__path_options[i], DMF_FLOW, want);
    if (want->stop_rank == 0) want->stop_rank = dmf__narrowest(f);
    if (want->stop_evaluations == 0) want->stop_evaluations = 1000000;
    if (want->stop_evaluations < 0 || want->stop_rank < 0 || want->stop_rank > dmf__narrowest(f))
        dmf__fail(path->ctx, DMF_ERR_ARGUMENT, "stop_evaluations is %ld, stop_rank %d; none may be negative, and the "
                  "factors have room for a rank of %d", want->stop_evaluations, want->stop_rank, dmf__narrowest(f));
}

static void dmf__path_open(dmf__limit *path, const dmf_problem *p, dmf_factors *f)
{
    dmf_ctx *ctx = path->ctx;
    const int rows = p->rows, cols = p->cols, n = dmf__min(rows, cols);
    int k, started;
    path->problem = p;
    path->shown = f;
    path->n = n;
    path->now.gap = 1;
    path->own = dmf__room_for_triples(ctx, rows, cols);
    path->pulls = dmf__room_for_triples(ctx, rows, cols);
    path->w = dmf__compact(ctx, rows, cols);
    path->gradient = dmf__compact(ctx, rows, cols);
    path->z = (double *)dmf__scratch(ctx, (size_t)n, sizeof *path->z);
    for (k = 0; k < n && !ctx->status; k++) path->z[k] = 1;
    for (k = 0, started = 0; k < f->depth; k++) started |= dmf__largest(f->w[k]) > 0;
    if (started && !ctx->status) ctx->status = dmf_factors_clone(ctx, f, &path->start);
}

DMF_API dmf_status dmf_train_limit(dmf_ctx *ctx, const dmf_problem *p, dmf_factors *f, const dmf_path *options,
                                   dmf_path_report *report)
{
    const double begun = dmf__cpu_seconds();
    dmf__frame frame;
    dmf__limit path;
    memset(&path, 0, sizeof path);
    if (options) path.want = *options;
    path.ctx = ctx = dmf__open(&frame, ctx);
    dmf__check_path(&path, p, f, options, report);
    if (!ctx->status) dmf__path_open(&path, p, f);
    if (!ctx->status) dmf__follow_saddles(&path);
    dmf_factors_destroy(path.start);
    path.now.cpu_seconds = dmf__cpu_seconds() - begun;
    if (!ctx->status && report) *report = path.now;
    return dmf__close(&frame);
}


/* ---- 14. Noisy data --------------------------------------------------------------------------

   Numbers that were measured do not fit a low-rank matrix: training to the end fits the noise. What is fitted here
   is

       W_ij = overall + unit_j (b_i + c_j + x_i . z_j),                                                       (14.1)

   offsets b and c by row and by column and a factorization of what they leave, x_i and z_j short vectors.

   Two remedies are known, to stop early and decay. A flow from a small start takes up what is large first, and what is
   noise last; it is stopped where entries that it has not seen are fitted best. That can be done at any depth, and is
   one kind of candidate.

   Decay is the other. Where it is chosen, exp(-(phi + lambda/2 ||x||^2) / variance), from (8.22), is
   the density of the factors given the data, for noise of that variance and factors that are normal before: its
   maximum is what a decayed flow comes to. The mean of W under this density errs less than its maximum, has no rate,
   no end to be found and no lambda, for that is found with the rest, and its spread says how far to trust it [SM08].
   It costs what alternating least squares does, d^2 flops for an entry and d^3 / 3 for a row or column in a sweep, and
   nothing of size rows x cols.

   Folds decide what is left: whether there is structure at all, of which kind, and how wide it is.

   Decay is for depth 2. From depth 3 on it makes zero a strict minimum: a mode of size s lowers the loss by the order
   of s, and costs N/2 lambda s^(2/N), which is more where s is small. A small start never leaves it.
   Without decay depth 3 does worse than depth 2 on ratings (measured: examples/ratings.c): there noise hides all but
   the largest singular values, and to leave the others at zero is to lose what they say. Where noise is small depth
   pays, beside a flow of depth 2; figure noise shows both. */

/* Seconds since some time; where the system does not tell, those of the processor. */
static double dmf__seconds(void)
{
#ifdef DMF__POSIX
    struct timeval now;
    if (gettimeofday(&now, NULL) == 0) return (double)now.tv_sec + (double)now.tv_usec / 1000000;
#endif
    return dmf__cpu_seconds();
}

/* ---- 14.1 Units ------------------------------------------------------------------------------

   Columns of a table may be in thousands and in thousandths. A column's values are measured in units of its own
   deviation, and entries of few columns say little of it: estimates are drawn to what the columns have in common, as
   much as their scatter warrants. With n degrees of freedom and a sum of squares s, the estimate and its weight are

       log (s/n) + 1/n + 1/(3 n^2),     w = n^2 / (2 n + 2).                                                  (14.2)

   For s / sigma^2 is chi-square with n degrees of freedom, whose logarithm has the mean psi(n/2) + log 2 and the
   variance psi'(n/2), psi the digamma function. With psi(x) = log x - 1 / (2 x) - 1 / (12 x^2) - ... the mean of
   log (s/n) is log sigma^2 - 1/n - 1/(3 n^2), and with psi'(x) = 1/x + 1 / (2 x^2) + ... its variance is 2/n + 2/n^2,
   whose inverse is w. Variances are compared as logarithms because their errors are then about normal and do not
   depend on their size: a column in thousands has no more say than one in thousandths.

   Numbers x with weights w scatter about their mean m by tau beyond what the weights explain [DL86],

       tau^2 = max(0, sum w (x - m)^2 - (k - 1)) / (sum w - sum w^2 / sum w),                                 (14.3)

   k of them. For if x_k = m + t_k + e_k, t_k of variance tau^2 and e_k of variance 1 / w_k, then sum w (x - m)^2 has
   the expectation k - 1 + tau^2 (sum w - sum w^2 / sum w), m being the mean with weights w. They are drawn to m,

       (w tau^2 x + m) / (w tau^2 + 1),                                                                       (14.4)

   which is the mean of a normal number that lies at m +- tau before, and that is then seen at x +- w^(-1/2): where
   there is no scatter all are m, and where w tau^2 is large each stands by itself. The same three formulas give the
   units of the columns and, in section 14.2, the noise of rows and of columns.

   The units tell nothing of where in its column a value lies, and the value that fits measure from is one number: all
   entries have a say in them, held out or not. */

/* Of every column, and as the last one of a column that was never seen; what is fitted is (value - overall) / unit. */
typedef struct dmf__units { double overall, typical, *unit; } dmf__units;

static double dmf__in_column(const size_t *start, int j) { return (double)(start[j + 1] - start[j]); }

/* (14.3): the mean of numbers x with weights, and the variance of what they scatter around. A weight of 0
   is no number. */
static double dmf__scatter(int count, const double *x, const double *weight, double *mean)
{
    double sum = 0, squares = 0, total = 0, excess = 1;
    int k;
    for (k = 0; k < count; k++) total += weight[k], squares += weight[k] * weight[k], sum += weight[k] * x[k];
    *mean = total > 0 ? sum / total : 0;
    for (k = 0; k < count; k++)
        if (weight[k] > 0) excess += weight[k] * (x[k] - *mean) * (x[k] - *mean) - 1;
    return excess > 0 && total * total > squares ? excess * total / (total * total - squares) : 0;
}

/* The logarithm of a variance from a sum of squares with n degrees of freedom, free of bias, and its weight: one over
   the variance of this estimate (14.2). */
static double dmf__log_variance(double square, double n, double *weight)
{
    *weight = square > 0 && n > 0 ? n * n / (2 * n + 2) : 0;
    return *weight > 0 ? log(square / n) + 1 / n + 1 / (3 * n * n) : 0;
}

/* (14.4): estimates drawn to their mean. */
static double dmf__shrunk(double x, double weight, double mean, double between)
{
    return (weight * between * x + mean) / (weight * between + 1);
}

/* Units from (14.2) to (14.4), from sums of squares about the means of the columns, 0 where there is none beyond
   rounding. And the value that fits measure from: the mean of those means, each weighted by the number of its entries
   over the square of its unit, which is how well it is known. A column without entries has the typical unit. */
static void dmf__find_units(dmf_ctx *ctx, const dmf_problem *p, dmf__units *u)
{
    const dmf__mark mark = dmf__mark_here(ctx);
    const size_t *start = p->e.col_start;
    double *mean = (double *)dmf__scratch(ctx, 3 * (size_t)p->cols, sizeof *mean);
    double *x = mean + p->cols, *weight = x + p->cols, middle, between, all = 0, square = 0;
    size_t e;
    int j;
    if (ctx->status) return;
    for (j = 0; j < p->cols; j++) mean[j] = x[j] = 0;
    for (e = 0; e < p->count; e++) mean[p->e.col[e]] += (double)p->y[e] / dmf__in_column(start, p->e.col[e]);
    for (e = 0; e < p->count; e++) {
        const double off = (double)p->y[e] - mean[p->e.col[e]];
        x[p->e.col[e]] += off * off;
    }
    for (j = 0; j < p->cols; j++) {
        const double n = dmf__in_column(start, j), rounding = 4 * DMF__EPS * mean[j]; /* defined: some roundings */
        x[j] = dmf__log_variance(x[j] > n * rounding * rounding ? x[j] : 0, n - 1, &weight[j]);
    }
    between = dmf__scatter(p->cols, x, weight, &middle);
    if (middle == 0 && between == 0) { /* no column has scatter: all values together, or their rounding */
        for (e = 0; e < p->count; e++) all += (double)p->y[e] / (double)p->count;
        for (e = 0; e < p->count; e++) square += ((double)p->y[e] - all) * ((double)p->y[e] - all) / (double)p->count;
        middle = 2 * log(fmax(fmax(sqrt(square), DMF__EPS * fabs(all)), DMF__TYPED(1e-100, 1e-37))); /* defined: tiny */
    }
    for (j = 0; j < p->cols; j++) u->unit[j] = exp(dmf__shrunk(x[j], weight[j], middle, between) / 2);
    u->typical = exp(middle / 2);
    for (j = 0; j < p->cols; j++) weight[j] = dmf__in_column(start, j) / (u->unit[j] * u->unit[j]);
    dmf__scatter(p->cols, mean, weight, &u->overall);
    dmf__give_back(ctx, mark);
}

/* ---- 14.2 The posterior ----------------------------------------------------------------------

   Let p_i = (b_i, 1, x_i) and q_j = (1, c_j, z_j), so that y_ij, the value in its unit, is p_i . q_j and noise. The
   noise has variance v n_i m_j: some people rate at random, some columns are hard to measure. Given the columns, the
   rows are independent and normal,

       p_i ~ N(A^-1 h, v n_i A^-1),     A = sum_j (q_j q_j^T) / m_j + v n_i diag(lambda),                     (14.5)
       h = sum_j (q_j y_ij) / m_j,

   but for the coordinate that is held at 1, which goes to the right side; and so are the columns, given the rows. That
   is the square completed: as a function of p_i alone, minus the logarithm of the density is

       sum_j (y_ij - p_i . q_j)^2 / (2 v n_i m_j) + 1/2 sum_k lambda_k p_ik^2
           = (p_i^T A p_i - 2 h . p_i) / (2 v n_i) + a constant.                                              (14.6)

   Its minimum, A^-1 h, is one step of alternating least squares with the ridge lambda; the draw adds to it a number of
   the width of the valley. Alternating draws from conditional densities leave the joint density as it is, whatever
   they start from, which is what makes the mean over sweeps a mean over the posterior. A sweep draws all rows, then
   all columns: with A = L L^T the vector L^-T x, x of independent normal numbers of variance v n_i, has the covariance
   v n_i L^-T L^-1 = v n_i A^-1. Then it sets

       lambda_k = (count + 1) / (sum of squares of coordinate k + v),                                         (14.7)

       v = mean of (y_ij - p_i . q_j)^2 / (n_i m_j).                                                          (14.8)

   The first is the mean of the precision of normal numbers, count of them with that sum of squares, after one more of
   the size sqrt(v) has been counted with them, so that a unit without any entries has a finite one. A draw in place of
   the mean would differ from it by a part in sqrt(count / 2), and count is that of all rows and columns. There is one
   lambda for each offset and one for each hidden unit, for both of its sides, as along a balanced flow. It grows where
   a unit has nothing to explain: superfluous width is switched off. A decay that is given holds those of the hidden
   units at decay / v instead. n_i and m_j come from the residuals by (14.2) to (14.4). The offsets of columns are small
   in the units of the values, not in those of the column, or else its mean would count as large where its deviation is
   small.

   A member of the model is the means of all rows beside a sample of the columns: exact in the mean, and with half
   the noise of samples on both sides. For the mean of p_i . q_j over the posterior is that over the columns of
   (A^-1 h) . q_j, and its variance, by the law of total variance,

       var(p_i . q_j) = var((A^-1 h) . q_j) + v n_i mean(q_j^T A^-1 q_j),                                     (14.9)

   of which the first term is the spread over the members, and the second, what the rows' own spread adds, is
   averaged over the columns and kept by row: x^T M x for the noise x that is drawn and M the mean of q q^T. Each
   vector has random numbers of its own, and sums are over parts of fixed number: threads change no bit. */

enum {
    DMF__AT_ONCE = 128,           /* entries whose squares are summed in one product; tuned: they fit the first cache */
    DMF__FIT_TASKS = 32,          /* parts of a side; proved: their number, not that of the threads, decides sums */
    DMF__FOLD_MEMBERS = 50,       /* of a fold's model; tuned: MovieLens, 100 gain 0.001 */
    DMF__ENOUGH = 500             /* tuned: entries without which candidates are not told apart */
};
#define DMF__LEAST_VARIANCE (256 * DMF__EPS)  /* tuned: 40 draws without noise; below, rounding rules the equations */

/* The rows or the columns: a sample of their vectors, and the means around which it was drawn, count x stride. */
typedef struct dmf__vectors {
    int count, seen, held, own;   /* held: the coordinate that is 1; own: the one of the offset */
    const size_t *start;          /* of each, among the entries in its order */
    const int *other;
    dmf_real *y;
    dmf_mat x, mean, moment;      /* moment: d x d, the mean of x x^T */
    dmf_mat weighted;             /* count x stride: (x, 1) over the root of noise */
    double *spread;               /* mean square of what x adds to a prediction beyond its mean */
    double *noise, *noise_sum;    /* variance of the residuals of each over what is usual, and its sum over members */
    double *square, *trust;       /* of residuals over the other side's noise; room for weights */
} dmf__vectors;

typedef struct dmf__posterior {
    dmf_ctx *ctx;
    const dmf_problem *p;
    dmf__vectors side[2];
    int d, stride, turn, counts;   /* counts: sweeps that have counted in what is summed over members */
    double *precision, variance, decay; /* decay: that of the hidden units, if it is given; or 0 */
    double training;              /* mean square of the residuals in the values' units */
    const dmf__units *units;
    uint64_t seed;                /* of the draws of this turn */
    int *order;                   /* 0, 1, ... d - 1 */
    dmf_real *room;               /* for each task room_each: entries, and normal equations */
    size_t room_each;
    double *sums;                 /* of each task */
    dmf_rng rng;
} dmf__posterior;

/* As many entries as are left, but not more than fit. */
static int dmf__at_once(size_t left) { return left < DMF__AT_ONCE ? (int)left : DMF__AT_ONCE; }

/* On and above the diagonal the sum over the entries of number i of (q, y) (q, y)^T, q the vectors of the other side:
   (14.5) without its priors, the right side as column d. c is stride x stride. Vectors are gathered as rows and
   multiplied by the inner loops of chapter 4, 128 at a time, so that they are in the first cache when they are read
   again, and in strips of a cache line of rows, which leave out what is below: d^2 flops for an entry, at the speed of
   GEMM. */
static void dmf__normal_equations(const dmf__posterior *g, int i, dmf_real *rows, dmf_real *c)
{
    const dmf__vectors *s = &g->side[g->turn];
    const dmf_mat from = g->side[1 - g->turn].weighted;  /* count x stride */
    const size_t stride = (size_t)g->stride;
    dmf__block x = { DMF__LINE_REALS, 0, 0, 0, 1, 0, NULL, NULL, NULL, 1, stride, stride, stride, NULL, NULL, 0, 1 };
    size_t at, q, k;
    for (at = s->start[i]; at < s->start[i + 1]; at += (size_t)x.k) {
        x.k = dmf__at_once(s->start[i + 1] - at);
        for (q = 0; q < (size_t)x.k; q++) {
            const dmf_real *row = dmf__row(from, s->other[at + q]);
            for (k = 0; k < stride; k += DMF__LINE_REALS) memcpy(rows + q * stride + k, row + k, DMF__LINE);
            rows[q * stride + (size_t)g->d] *= s->y[at + q];
        }
        for (k = 0; k < (size_t)g->d; k += DMF__LINE_REALS) {
            x.a = x.b = rows + k;
            x.c = c + k * stride + k;
            x.n = g->stride - (int)k;
            g->ctx->simd->multiply(&x);
        }
        x.beta = 1;
    }
}

/* By which the precision of coordinate k of vector i differs from the usual one. */
static double dmf__weight(const dmf__posterior *g, const dmf__vectors *s, int i, int k)
{
    if (k != s->own || s == &g->side[0]) return 1;
    return g->units->unit[i] * g->units->unit[i] / (g->units->typical * g->units->typical);
}

/* Adds the priors, takes out the coordinate that is held, and eliminates: A = U^T D^-1 U, D the diagonal of U, is left
   as U and D^-1, and the right side as D U^-T h. Row k of U is that of A less what the rows above have
   of it: a sum of rows, of which gather keeps the columns in registers. A number of D is at least the prior that was
   added to it, for what a sum of squares leaves is not negative; where rounding, of the order d eps A_kk, hides more
   than that, units say the same of all entries, and it is held above rounding. */
static void dmf__eliminate(const dmf__posterior *g, int i, dmf_real *c, dmf_real *inverse, dmf_real *factor)
{
    const dmf__vectors *s = &g->side[g->turn];
    dmf__chosen rows = { NULL, (size_t)g->stride, g->order };
    const int d = g->d, stride = g->stride;
    size_t span[2] = { 0, 0 };
    int k, t;
    for (k = 0; k < d; k++) {
        dmf_real *held = c + dmf__min(k, s->held) * stride + dmf__max(k, s->held);
        c[k * stride + d] -= *held;
        *held = 0;
        inverse[k] = (dmf_real)(g->variance * s->noise[i] * (g->precision[k] * dmf__weight(g, s, i, k)));
        c[k * stride + k] += inverse[k];
    }
    inverse[s->held] = 0;
    c[s->held * stride + s->held] = c[s->held * stride + d] = 1;
    for (k = 0; k < d; k++) {
        dmf_real *row = c + k * stride;
        const dmf_real rounding = row[k] * (dmf_real)(4 * d * DMF__EPS);  /* proved: [H02], but for the factor */
        const int from = k - k % DMF__LINE_REALS;
        for (t = 0; t < k; t++) factor[t] = -c[t * stride + k] * inverse[t];
        factor[k] = 1;
        rows.data = c + from;
        span[1] = (size_t)k + 1;
        g->ctx->simd->gather(1, span, (size_t)(stride - from), rows, 1, factor, row + from, 0);
        row[k] = dmf__larger(row[k], dmf__larger(inverse[k], rounding));
        inverse[k] = 1 / row[k];
    }
}

/* x = U^-1 x and mean = U^-1 mean, column by column, so that no sum waits for itself. */
static void dmf__solve_back(const dmf__posterior *g, const dmf_real *c, const dmf_real *inverse, dmf_real *mean,
                            dmf_real *x)
{
    int j, k;
    for (k = g->d - 1; k >= 0; k--) {
        mean[k] *= inverse[k];
        x[k] *= inverse[k];
        for (j = 0; j < k; j++) {
            mean[j] -= c[j * g->stride + k] * mean[k];
            x[j] -= c[j * g->stride + k] * x[k];
        }
    }
}

/* Two independent normal numbers: a point that is uniform in the unit disk has a direction, and the square s of its
   radius, uniform too and independent of it; -2 log s is the square of the radius of two normal numbers [K97, 3.4.1].
   Bits may differ between platforms, as those of the fit do anyway, and it takes a seventh of the time of
   chapter 2. */
static void dmf__two_normals(dmf_rng *rng, double *x)
{
    double s, factor;
    do {
        x[0] = 2 * dmf_uniform(rng) - 1;
        x[1] = 2 * dmf_uniform(rng) - 1;
        s = x[0] * x[0] + x[1] * x[1];
    } while (s >= 1 || s == 0);
    factor = sqrt(-2 * log(s) / s);
    x[0] *= factor;
    x[1] *= factor;
}

/* One vector from (14.5), which is (14.6) at its minimum and a number of its width: U^-1 D^(1/2) times normal numbers
   has the covariance A^-1. What it adds to a prediction is kept for (14.9). A vector p without entries stays 0; by its
   prior, of precisions lambda_k, the variance of p . q is the sum over k of M_kk / lambda_k, M the mean of q q^T. */
static void dmf__draw_vector(const dmf__posterior *g, int i, dmf_real *room)
{
    const dmf__vectors *s = &g->side[g->turn];
    const dmf_mat moment = g->side[1 - g->turn].moment;  /* d x d */
    const size_t d = (size_t)g->d, stride = (size_t)g->stride;
    dmf_real *c = room + DMF__AT_ONCE * stride, *inverse = c + stride * stride, *rest = inverse + stride;
    dmf_real *mean = dmf__row(s->mean, i), *x = dmf__row(s->x, i);
    dmf_rng rng = dmf_seed(g->seed, (uint64_t)i);
    double normal[2];
    size_t k;
    if (s->start[i] == s->start[i + 1]) {
        for (k = 0; k < d && g->counts; k++)
            if ((int)k != s->held)
                s->spread[i] += (double)dmf__row(moment, (int)k)[k] / (g->precision[k] * dmf__weight(g, s, i, (int)k));
        return;
    }
    dmf__normal_equations(g, i, room, c);
    dmf__eliminate(g, i, c, inverse, rest);
    for (k = 0; k < d; k++) {
        if (k % 2 == 0) dmf__two_normals(&rng, normal);
        mean[k] = c[k * stride + d];
        x[k] = (dmf_real)(sqrt(g->variance * s->noise[i] * (double)c[k * stride + k]) * normal[k % 2]);
    }
    x[s->held] = 0;
    dmf__solve_back(g, c, inverse, mean, x);
    if (g->turn == 0 && g->counts) {
        const size_t span[2] = { 0, d };
        g->ctx->simd->gather(1, span, d, dmf__choose(moment, g->order), 1, x, rest, 0);
        s->spread[i] += fmax((double)g->ctx->simd->dot(d, rest, x), 0); /* not negative, but for rounding */
    }
    for (k = 0; k < d; k++) x[k] += mean[k];
}

/* Where a task begins among count. */
static int dmf__part_start(int count, int task) { return (int)((int64_t)count * task / DMF__FIT_TASKS); }

static void dmf__draw_task(const void *work, int task)
{
    const dmf__posterior *g = (const dmf__posterior *)work;
    const int count = g->side[g->turn].count;
    int i;
    for (i = dmf__part_start(count, task); i < dmf__part_start(count, task + 1); i++)
        dmf__draw_vector(g, i, g->room + (size_t)task * g->room_each);
}

/* The squares of the residuals of a side, over the noise of the other; and in the units of the values, for each
   task. */
static void dmf__residuals(const void *work, int task)
{
    const dmf__posterior *g = (const dmf__posterior *)work;
    const dmf__vectors *s = &g->side[g->turn], *o = &g->side[1 - g->turn];
    dmf__chosen row = { NULL, 0, NULL };  /* the same one, whatever the index */
    dmf_real w[DMF__AT_ONCE];
    double sum = 0, square;
    size_t at;
    int i, q, count;
    for (i = dmf__part_start(s->count, task); i < dmf__part_start(s->count, task + 1); i++) {
        square = 0;
        row.data = dmf__row(s->x, i);
        for (at = s->start[i]; at < s->start[i + 1]; at += (size_t)count) {
            count = dmf__at_once(s->start[i + 1] - at);
            row.index = s->other + at;
            g->ctx->simd->sample((size_t)count, (size_t)g->d, row, dmf__choose(o->x, row.index), w);
            for (q = 0; q < count; q++) {
                const int other = s->other[at + (size_t)q];
                const double r = (double)(w[q] - s->y[at + (size_t)q]), unit = g->units->unit[g->turn ? i : other];
                square += r * r / o->noise[other];
                sum += unit * unit * r * r;
            }
        }
        s->square[i] = square;
    }
    g->sums[task] = sum;
}

/* (14.4), of what the squares of the residuals say. */
static void dmf__update_noise(dmf__vectors *s, int counts)
{
    double *x = s->noise, middle, between;
    int i;
    for (i = 0; i < s->count; i++) {
        const double n = dmf__in_column(s->start, i);
        x[i] = dmf__log_variance(s->square[i] + n * DMF__EPS, n, &s->trust[i]);
    }
    between = dmf__scatter(s->count, x, s->trust, &middle);
    for (i = 0; i < s->count; i++) {
        x[i] = exp(dmf__shrunk(x[i], s->trust[i], middle, between) - middle);
        if (counts) s->noise_sum[i] += x[i];
    }
}

/* (14.7) and (14.8) */
static void dmf__update_variances(dmf__posterior *g)
{
    const dmf__vectors *cols = &g->side[1];
    double fitted = 0, own = 0;
    int k, i, t;
    for (k = 0; k < g->d; k++) {
        double count = 1, square = g->variance;
        for (t = 0; t < 2; t++) {
            const dmf__vectors *s = &g->side[t];
            if (k == s->held) continue;
            count += s->seen;
            for (i = 0; i < s->count; i++) {
                const double x = (double)dmf__row(s->x, i)[k];
                square += dmf__weight(g, s, i, k) * x * x;
            }
        }
        g->precision[k] = count / square;
    }
    for (g->turn = 0; g->turn < 2; g->turn++) {
        dmf__parallel(g->ctx, DMF__FIT_TASKS, dmf__residuals, g);
        dmf__update_noise(&g->side[g->turn], g->counts);
    }
    for (k = 0; k < cols->count; k++) fitted += cols->square[k] / cols->noise[k];
    for (k = 0; k < DMF__FIT_TASKS; k++) own += g->sums[k];
    g->variance = fitted / (double)g->p->count + DMF__LEAST_VARIANCE;
    for (k = 2; k < g->d && g->decay > 0; k++) g->precision[k] = g->decay / g->variance;
    g->training = own / (double)g->p->count;
}

/* New vectors for one side, given the other. */
static void dmf__draw_side(dmf__posterior *g, int turn)
{
    const dmf__vectors *o = &g->side[1 - turn];
    const dmf_mat x = dmf_block(o->x, 0, 0, o->count, g->d);  /* count x d */
    int i, k;
    dmf__gemm(g->ctx, 1, 0, (dmf_real)(1.0 / dmf__max(1, o->seen)), x, x, 0, o->moment);
    if (g->ctx->status) return;
    dmf__row(o->moment, o->held)[o->held] = 1;
    for (i = 0; i < o->count; i++) {
        const dmf_real scale = (dmf_real)(1 / sqrt(o->noise[i]));
        for (k = 0; k < g->d; k++) dmf__row(o->weighted, i)[k] = scale * dmf__row(o->x, i)[k];
        dmf__row(o->weighted, i)[g->d] = scale;
    }
    g->turn = turn;
    g->seed = dmf_bits(&g->rng);
    dmf__parallel(g->ctx, DMF__FIT_TASKS, dmf__draw_task, g);
}

/* Memory for one side of p, d coordinates each; values in the side's order. Vectors are at zero but for what is held
   and, of columns, whose turn is second, their means and small random numbers. */
static void dmf__open_side(dmf__posterior *g, int turn)
{
    const dmf_problem *p = g->p;
    dmf__vectors *s = &g->side[turn];
    double square = 1;
    size_t e;
    int i, k;
    s->count = turn ? p->cols : p->rows;
    s->held = 1 - turn;
    s->own = turn;
    s->start = turn ? p->e.col_start : p->e.row_start;
    s->other = turn ? p->e.row_at : p->e.col;
    s->y = dmf__reals(g->ctx, p->count, 1);
    s->x = dmf__compact(g->ctx, s->count, g->stride);     /* count x stride */
    s->mean = dmf__compact(g->ctx, s->count, g->stride);
    s->moment = dmf__compact(g->ctx, g->d, g->d);         /* d x d */
    s->weighted = dmf__compact(g->ctx, s->count, g->stride);
    s->spread = (double *)dmf__scratch(g->ctx, 5 * (size_t)s->count, sizeof *s->spread);
    if (g->ctx->status) return;
    dmf__fill(s->x, 0);
    dmf__fill(s->mean, 0);
    dmf__fill(s->weighted, 0);
    memset(s->spread, 0, 2 * (size_t)s->count * sizeof *s->spread);
    for (e = 0; e < p->count; e++) s->y[turn ? p->e.place[e] : e] = p->y[e];
    s->noise_sum = s->spread + s->count;
    s->noise = s->noise_sum + s->count;
    s->square = s->noise + s->count;
    s->trust = s->square + s->count;
    for (i = 0; i < s->count; i++) {
        const double n = dmf__in_column(s->start, i);
        dmf_real *x = dmf__row(s->x, i);
        x[s->held] = dmf__row(s->mean, i)[s->held] = 1;
        s->noise[i] = 1;
        s->seen += n > 0;
        if (!turn || n == 0) continue;
        for (e = s->start[i]; e < s->start[i + 1]; e++) x[1] += s->y[e] / (dmf_real)n;
        for (k = 2; k < g->d; k++) x[k] = (dmf_real)(0.1 * dmf_normal(&g->rng)); /* tuned: as the precision below */
        square += dmf__weight(g, s, i, 1) * (double)(x[1] * x[1]);
    }
    if (turn) g->precision[1] = (s->seen + 1) / square;
}

static void dmf__open_posterior(dmf__posterior *g, dmf_ctx *ctx, const dmf_problem *p, const dmf__units *u, int width,
                                uint64_t seed)
{
    int k;
    memset(g, 0, sizeof *g);
    g->ctx = ctx;
    g->p = p;
    g->d = width + 2;
    g->stride = dmf__round_up(g->d + 1, DMF__LINE_REALS);
    g->units = u;
    g->rng = dmf_seed(seed, 0);
    g->room_each = (size_t)g->stride * (size_t)(DMF__AT_ONCE + g->stride + 2);
    g->room = dmf__reals(ctx, (size_t)DMF__FIT_TASKS, g->room_each);
    g->sums = (double *)dmf__scratch(ctx, (size_t)DMF__FIT_TASKS, sizeof *g->sums);
    g->precision = (double *)dmf__scratch(ctx, (size_t)g->d, sizeof *g->precision);
    g->order = (int *)dmf__scratch(ctx, (size_t)g->d, sizeof *g->order);
    if (ctx->status) return;
    /* tuned: MovieLens; in the first sweep, what comes of it is the same from 1 to 100 */
    for (k = 0; k < g->d; k++) g->precision[k] = k < 2 ? 1 : 10.0, g->order[k] = k;
    g->variance = 1;
    dmf__open_side(g, 0);
    dmf__open_side(g, 1);
}

/* ---- 14.3 Models -----------------------------------------------------------------------------

   A prediction is the mean of (14.1) over members, and the variance of an observation is

       inflation (v n_i m_j + spread over the members + s_i + s_j),                                           (14.10)

   s_i what the members leave out of row i (14.9), and inflation set such that residuals held out, over (14.10), have
   mean square 1; of few residuals the sum of squares is set to that of (14.10), so that a fold whose equations fit it
   exactly does not rule alone. So the deviations are right on average even if the model is not. An inflation below 1 is
   that of noise: it does not touch the s_i and s_j of rows and columns without entries. Sums over members are
   Welford's [W62], which need one pass and do not cancel: with the mean m_k of the first k numbers w,

       m_k = m_(k-1) + (w_k - m_(k-1)) / k,     S_k = S_(k-1) + (w_k - m_(k-1)) (w_k - m_k).                  (14.11)

   One more row and one more column, without entries, stand for those that were never seen: their vectors are 0, and
   their spread is what (14.7) says of vectors in general. Of such a row the members say nothing, so that (14.1) is the
   offset of the column, the best that is known; its spread is then all that rows differ by, and the deviation says so.
   For a new row of an old column that is about the deviation of the column's values, as it should be. */

struct dmf_model {
    int rows, cols, members, d;   /* a member is left right^T, with (rows + 1) x d and (cols + 1) x d; members stand
                                     side by side, so that their sum is one product */
    dmf_real *numbers;            /* overall, noise, inflation, and all that follow; size of them */
    size_t size;
    dmf_real *unit, *left, *right;
    dmf_real *own_noise[2], *spread[2];  /* of rows and columns: n_i and m_j, s_i and s_j of (14.10) */
    size_t count, *start;         /* observed entries of row i: col[start[i]] .. */
    int *col;
};

/* In front of the numbers: the value that fits measure from; the variance of the residuals, in units; and by how much
   the folds find all variances too small. */
enum { DMF__OVERALL, DMF__NOISE, DMF__INFLATION, DMF__FRONT };

/* How many numbers a model holds. */
static double dmf__model_size(int rows, int cols, int members, int d)
{
    return (double)DMF__FRONT + 2.0 * rows + 3.0 * cols + 5 + ((double)rows + cols + 2) * members * d;
}

/* One piece of memory. */
DMF_API void dmf_model_destroy(dmf_model *m) { DMF_FREE(m); }

/* Behind the struct come start, the numbers and col; NULL, and a failure, if there is no memory. */
static dmf_model *dmf__new_model(dmf_ctx *ctx, int rows, int cols, int members, int d, size_t count)
{
    const size_t r = (size_t)rows + 1, c = (size_t)cols + 1;
    const double size = dmf__model_size(rows, cols, members, d);
    dmf_model *m = NULL;
    if ((double)members * d > (double)DMF__LARGEST) dmf__no_memory(ctx);
    else m = (dmf_model *)dmf__take_zeros(ctx, sizeof *m + (double)r * sizeof *m->start + size * sizeof(dmf_real) +
                                               (double)count * sizeof *m->col);
    if (!m) return NULL;
    m->rows = rows;
    m->cols = cols;
    m->members = members;
    m->d = d;
    m->count = count;
    m->size = (size_t)size;
    m->start = (size_t *)(void *)(m + 1);
    m->numbers = (dmf_real *)(void *)(m->start + r);
    m->col = (int *)(void *)(m->numbers + m->size);
    m->unit = m->numbers + DMF__FRONT;
    m->own_noise[0] = m->unit + c;
    m->own_noise[1] = m->own_noise[0] + r;
    m->spread[0] = m->own_noise[1] + c;
    m->spread[1] = m->spread[0] + r;
    m->left = m->spread[1] + c;
    m->right = m->left + (size_t)members * r * (size_t)d;
    return m;
}

/* One side of some members of (14.1), side by side. */
static dmf_mat dmf__members(const dmf_model *m, int right, int first, int count)
{
    const dmf_mat all = dmf_view(right ? m->right : m->left, (right ? m->cols : m->rows) + 1, m->members * m->d);
    return dmf_block(all, 0, first * m->d, all.rows, count * m->d);
}

/* Where predictions are wanted, and what members say there so far. */
typedef struct dmf__held {
    size_t count;
    const dmf_entry *place;
    double *mean, *square;        /* square: sum of squared deviations from the mean */
} dmf__held;

/* -1 stands for the row or column behind the last. */
static int dmf__place_of(int index, int count) { return index < 0 ? count - 1 : index; }

/* A member's products with the vectors of places, and their sums (14.11). */
static void dmf__add_member(const dmf_ctx *ctx, dmf_mat left, dmf_mat right, int d, int members, const dmf__held *h)
{
    int row[DMF__AT_ONCE], col[DMF__AT_ONCE];
    dmf_real w[DMF__AT_ONCE];
    size_t at, q, count;
    for (at = 0; at < h->count; at += count) {
        count = (size_t)dmf__at_once(h->count - at);
        for (q = 0; q < count; q++) {
            row[q] = dmf__place_of(h->place[at + q].row, left.rows);
            col[q] = dmf__place_of(h->place[at + q].col, right.rows);
        }
        ctx->simd->sample(count, (size_t)d, dmf__choose(left, row), dmf__choose(right, col), w);
        for (q = 0; q < count; q++) {
            double *mean = &h->mean[at + q], off = (double)w[q] - *mean;
            *mean += off / members;
            h->square[at + q] += off * ((double)w[q] - *mean);
        }
    }
}

/* (14.10) but for inflation, from (14.11) for all members. */
static double dmf__variance(const dmf_model *m, const dmf_entry *place, double square)
{
    const int i = dmf__place_of(place->row, m->rows + 1), j = dmf__place_of(place->col, m->cols + 1);
    return (double)m->numbers[DMF__NOISE] * (double)(m->own_noise[0][i] * m->own_noise[1][j]) +
           square / dmf__max(1, m->members - 1) + (double)(m->spread[0][i] + m->spread[1][j]);
}

/* Part by part, so that memory does not grow with the list. A place costs members times d multiplications, a few
   microseconds. */
static void dmf__predict(const dmf_ctx *ctx, const dmf_model *m, const dmf_entry *places, size_t count,
                         dmf_real *prediction, dmf_real *deviation)
{
    double sums[2][DMF__AT_ONCE];
    dmf__held h = { 0, NULL, sums[0], sums[1] };
    size_t at, q;
    int k;
    for (at = 0; at < count; at += h.count) {
        h.count = (size_t)dmf__at_once(count - at);
        h.place = places + at;
        memset(sums, 0, sizeof sums);
        for (k = 0; k < m->members; k++)
            dmf__add_member(ctx, dmf__members(m, 0, k, 1), dmf__members(m, 1, k, 1), m->d, k + 1, &h);
        for (q = 0; q < h.count; q++) {
            const double unit = (double)m->unit[dmf__place_of(h.place[q].col, m->cols + 1)];
            const double variance = (double)m->numbers[DMF__INFLATION] * dmf__variance(m, &h.place[q], h.square[q]);
            prediction[at + q] = (dmf_real)((double)m->numbers[DMF__OVERALL] + unit * h.mean[q]);
            if (deviation) deviation[at + q] = (dmf_real)(unit * sqrt(variance));
        }
    }
}

/* ---- 14.4 Trials -----------------------------------------------------------------------------

   A trial fits one candidate to some of the entries: by the posterior, or by a flow (8.1) from a small start on what
   the offsets leave. The flow does not know when to stop, but entries that are held out do: it is stopped where they
   are fitted best, and ended when that has not improved for half as many gradients as it took, and a few more. To judge
   it by the same entries would be to let it choose its own marks. So each half of them stops the flow for the other: a
   prediction at an entry of one half is that of the moment when the other half is fitted best.

   What the folds prefer is fitted to all entries in the end: the posterior at once, and the flow fold by fold, as each
   has to be stopped by something; its members are the products where each fold is fitted best, from a start of its own.
   The noise that the offsets leave is then v times the share that the flow leaves of it. */

typedef struct dmf__candidate {
    dmf_fit_method method;
    int depth, width, dropped;    /* depth 1, width 0: offsets alone */
    double *residual, *variance;  /* of every held-out entry so far, in units; (14.10) but for inflation */
} dmf__candidate;

enum { DMF__MOST_CANDIDATES = 7 };  /* defined: offsets, four widths, two flows */

typedef struct dmf__fitting {
    dmf_ctx *ctx;
    dmf_fit_options options;
    const dmf_fit_observer *observer;
    dmf_fit_report report;
    double began, cpu_began;
    dmf_problem *p;               /* all entries, (rows + 1) x (cols + 1), as (value - overall) / unit */
    dmf__units units;
    int *fold;                    /* of each entry */
    double work;                  /* done so far, in some unit */
    int runs, candidates;
    int at;                       /* the fold that is held out; from their number on, a part of the fit to all */
    size_t judged, most_judged;   /* held-out entries so far, and of all folds that are run */
    double *unit;                 /* of their columns; then room for twice as many numbers for each candidate */
    dmf__candidate candidate[DMF__MOST_CANDIDATES];
} dmf__fitting;

/* One candidate on one part of the entries. */
typedef struct dmf__trial {
    dmf__fitting *fit;
    const dmf__candidate *candidate;
    const dmf_problem *p;
    dmf__held *held;              /* NULL if no entry is held out */
    dmf_model *model;
    int wanted, stores, members;  /* members to be taken; whether the model has room for them; how many are taken */
    dmf_mat offset[2];            /* count x (width + 2): where the mean of offsets is wanted */
    double decay;
} dmf__trial;

static double dmf__work_of(const dmf__candidate *c) { return (c->width + 3.0) * (c->width + 3.0); }

/* Shows how far it is, held being what is predicted so far; share is that of this trial. */
static void dmf__look_at_trial(const dmf__trial *t, const dmf__held *held, long step, double training, double share)
{
    dmf__fitting *fit = t->fit;
    const dmf__candidate *c = t->candidate;
    dmf_fit_moment m = { c->method, c->depth, c->width, dmf__min(fit->at, fit->options.folds), fit->options.folds, step,
                         dmf__seconds() - fit->began, training, 0, 0 };
    const double done = fit->work + dmf__work_of(c) * share;
    double left = dmf__work_of(c) * (1 - share);
    size_t q;
    int k;
    if (!fit->observer) return;
    for (k = 0; k < fit->candidates && m.fold < m.folds; k++)
        if (!fit->candidate[k].dropped) left += (fit->runs + 1 - m.fold) * dmf__work_of(&fit->candidate[k]);
    m.share = done / (done + left);
    for (q = 0; held && q < held->count; q++) {
        const double r = fit->units.unit[held->place[q].col] * ((double)held->place[q].value - held->mean[q]);
        m.held_out_error += r * r / (double)held->count;
    }
    m.held_out_error = held && m.fold < m.folds ? sqrt(m.held_out_error) : (double)NAN;
    if (fit->observer->look(fit->observer->user, &m))
        dmf__fail(fit->ctx, DMF_ERR_CALLBACK, "the observer ended the fit");
}

/* The first coordinates of vectors that are a member, where members are kept; their offsets, where these are. */
static void dmf__keep_member(dmf__trial *t, dmf_mat left, dmf_mat right)
{
    const dmf_mat side[2] = { left, right };  /* count x (d or more) */
    int k, i;
    for (k = 0; k < 2; k++) {
        if (t->stores)
            dmf__copy(dmf_block(side[k], 0, 0, side[k].rows, t->model->d), dmf__members(t->model, k, t->members, 1));
        for (i = 0; i < t->offset[k].rows; i++)
            dmf__row(t->offset[k], i)[k] += dmf__row(side[k], i)[k] / (dmf_real)t->wanted;
    }
    t->members++;
}

/* Sweeps until the residuals have come to rest, as many again, and then a member from each. At rest the mean square has
   not fallen by a fiftieth in five sweeps, of at least 10 and, for what has no noise, at most 300. Members are taken
   between the two halves of a sweep, where the means of the rows are those given the columns beside them. What
   sweeps add up, spread and noise, is divided by the number of those that counted; lambda of (8.22) is v times the
   mean precision of the hidden units. */
static void dmf__run_posterior(dmf__trial *t)
{
    dmf__fitting *fit = t->fit;
    dmf_ctx *ctx = fit->ctx;
    dmf__posterior g;
    double before[5] = { 0, 0, 0, 0, 0 }, noise = 0;
    int sweep, settled, rest = 0, burnt = 0, k, i;
    dmf__open_posterior(&g, ctx, t->p, &fit->units, t->candidate->width, fit->options.seed + (uint64_t)fit->at);
    g.decay = fit->options.decay;
    for (sweep = 0; !ctx->status && t->members < t->wanted; sweep++) {
        g.counts += burnt;
        dmf__draw_side(&g, 0);
        if (burnt && !ctx->status) {
            dmf__keep_member(t, g.side[0].mean, g.side[1].x);
            if (t->held) dmf__add_member(ctx, g.side[0].mean, g.side[1].x, g.d, t->members, t->held);
            noise += g.variance / t->wanted;
        }
        dmf__draw_side(&g, 1);
        if (!ctx->status) dmf__update_variances(&g);
        dmf__check_result(ctx, "the variance of draws that ran away, too wide or too little decayed,", g.variance);
        settled = sweep >= 300 || (sweep >= 10 && g.variance >= 0.98 * before[sweep % 5]); /* tuned: MovieLens */
        before[sweep % 5] = g.variance;
        if (rest == 0 && settled) rest = sweep + 1;
        burnt = rest > 0 && sweep + 1 >= 2 * rest;
        fit->report.evaluations++;
        if (!ctx->status)
            dmf__look_at_trial(t, t->members ? t->held : NULL, sweep + 1, sqrt(g.training),
                               (double)(t->members + 1) / (t->wanted + 1));
    }
    if (ctx->status) return;
    t->model->numbers[DMF__NOISE] = (dmf_real)noise;
    for (k = 2; k < g.d; k++) t->decay += g.variance * g.precision[k] / (g.d - 2);
    for (k = 0; k < 2; k++)
        for (i = 0; i < g.side[k].count; i++) {
            t->model->spread[k][i] = (dmf_real)(g.side[k].spread[i] / g.counts);
            t->model->own_noise[k][i] = (dmf_real)(g.side[k].noise_sum[i] / g.counts);
        }
}

/* A flow, and where it was best. */
typedef struct dmf__stopping {
    dmf__trial *t;
    dmf__held now;                /* what it says of the entries held out */
    dmf_mat side[2];              /* count x (width + 2): its vectors, with the offsets */
    dmf_mat best[2];              /* count x (width + 2): those where it is best */
    double first, least[3];       /* sums of squares there: at the start; least so far, of each half, and of all */
    long since;                   /* gradients when one of these was found */
} dmf__stopping;

/* The product in two halves (7.5) and, where it is better than before, what a half of the entries chooses for the
   other, and all of them for the model. */
static int dmf__look_at_flow(void *user, const dmf_moment *now)
{
    dmf__stopping *s = (dmf__stopping *)user;
    dmf_ctx *ctx = now->ctx;
    const dmf__mark mark = dmf__mark_here(ctx);
    const int width = s->t->candidate->width;
    double sum[3] = { 0, 0, 0 };
    dmf__plan plan;
    size_t q;
    int k;
    dmf__plan_open(&plan, ctx, NULL, now->factors, 0);
    if (ctx->status) return 1;
    dmf__forward(&plan, now->factors->data);
    for (k = 0; k < 2; k++)
        dmf__copy((k ? plan.right : plan.left)[plan.waist], dmf_block(s->side[k], 0, 2, s->side[k].rows, width));
    dmf__give_back(ctx, mark);
    memset(s->now.mean, 0, s->now.count * sizeof *s->now.mean);
    dmf__add_member(ctx, s->side[0], s->side[1], width + 2, 1, &s->now);
    for (q = 0; q < s->now.count; q++) {
        const double r = (double)s->now.place[q].value - s->now.mean[q];
        sum[q % 2] += r * r;
        sum[2] += r * r;
    }
    if (now->step == 0) s->first = sum[2];
    for (k = 0; k < 3; k++) {
        if (!(sum[k] < s->least[k])) continue;
        s->least[k] = sum[k];
        s->since = now->evaluations;
        for (q = 1 - (size_t)k; k < 2 && q < s->now.count; q += 2) s->t->held->mean[q] = s->now.mean[q];
        if (k == 2) dmf__copy(s->side[0], s->best[0]), dmf__copy(s->side[1], s->best[1]);
    }
    dmf__look_at_trial(s->t, &s->now, now->step, sqrt(2 * now->loss / (double)s->t->p->count),
                       1 - 1 / (1 + (double)now->evaluations / 100));
    return ctx->status != 0 || now->evaluations > s->since + s->since / 2 + 50; /* tuned: figure noise */
}

/* Offsets by the posterior of width 0, and what they leave of the entries. */
static void dmf__take_offsets(dmf__trial *t, dmf__stopping *s, dmf_problem *rest)
{
    const dmf_problem *p = t->p;
    dmf__trial alone = { t->fit, t->fit->candidate, p, NULL, t->model, DMF__FOLD_MEMBERS, 0, 0,
                         { s->side[0], s->side[1] }, 0 };
    dmf_real *y = dmf__reals(t->fit->ctx, p->count, 1);
    size_t e;
    int k, i;
    if (t->fit->ctx->status) return;
    for (k = 0; k < 2; k++) {
        dmf__fill(s->side[k], 0);
        for (i = 0; i < s->side[k].rows; i++) dmf__row(s->side[k], i)[1 - k] = 1;
    }
    dmf__run_posterior(&alone);
    for (e = 0; e < p->count; e++)
        y[e] = p->y[e] - dmf__row(s->side[0], p->e.row[e])[0] - dmf__row(s->side[1], p->e.col[e])[1];
    *rest = *p;
    rest->y = y;
}

/* The flow itself, of at most 1000 gradients, and fewer where entries are many and nobody has asked for it. What has no
   entries starts at 0, and stays there. A flow that leaves the finite numbers has been where it was best. */
static void dmf__flow(dmf__trial *t, dmf__stopping *s, const dmf_problem *rest, dmf_factors *f)
{
    const dmf_fit_options *o = &t->fit->options;
    dmf_ctx *ctx = t->fit->ctx;
    const double most = 5e9 / ((double)rest->count * t->candidate->width); /* tuned: 1e6 entries in a minute */
    dmf_rng rng = dmf_seed(o->seed + (uint64_t)t->fit->at, 2);
    dmf__run run;
    int i, k;
    memset(&run, 0, sizeof run);
    run.motion.stop_loss = DMF__LEAST_VARIANCE * (double)rest->count / 2;
    run.motion.stop_evaluations = o->method || o->depth ? 1000 : (long)fmin(1000, 1 + most);
    run.motion.decay = o->decay;
    /* tuned: figure noise; depth 2 leaves so small a start about as soon as depth 3 the other */
    ctx->status = dmf_start_gaussian(ctx, f, dmf_deviation(f, f->depth == 2 ? 1e-6 : 1e-3), &rng);
    for (k = 0; k < t->candidate->width; k++) {
        for (i = 0; i < rest->rows; i++)
            if (rest->e.row_start[i] == rest->e.row_start[i + 1]) dmf__row(f->w[f->depth - 1], i)[k] = 0;
        for (i = 0; i < rest->cols; i++)
            if (rest->e.col_start[i] == rest->e.col_start[i + 1]) dmf__row(f->w[0], k)[i] = 0;
    }
    if (ctx->status) return;
    dmf__watch_flow(&run, ctx, rest, f, dmf__look_at_flow, s);
    if (ctx->status == DMF_ERR_DIVERGED) ctx->status = DMF_OK;
    t->fit->report.evaluations += run.now.evaluations;
}

/* On a fold that is held out. */
static void dmf__run_flow(dmf__trial *t)
{
    dmf_ctx *ctx = t->fit->ctx;
    const int depth = t->candidate->depth;
    int *hidden = (int *)dmf__scratch(ctx, (size_t)depth, sizeof *hidden), k, i;
    dmf_real *noise = &t->model->numbers[DMF__NOISE];
    dmf_factors *f = NULL;
    const double most = (double)INFINITY;
    dmf__stopping s = { t, *t->held, { dmf_none(), dmf_none() }, { dmf_none(), dmf_none() }, 0,
                        { most, most, most }, 0 };
    dmf_problem rest;
    double left;
    s.now.mean = (double *)dmf__scratch(ctx, 2 * s.now.count, sizeof(double));
    for (k = 0; k < 2; k++) {
        s.side[k] = dmf__compact(ctx, k ? t->p->cols : t->p->rows, t->candidate->width + 2);  /* count x (width + 2) */
        s.best[k] = dmf__compact(ctx, s.side[k].rows, s.side[k].cols);
    }
    if (ctx->status) return;
    s.now.square = s.now.mean + s.now.count;
    for (k = 0; k < depth; k++) hidden[k] = t->candidate->width;
    dmf__take_offsets(t, &s, &rest);
    if (!ctx->status) ctx->status = dmf_factors_create(ctx, t->p->rows, t->p->cols, depth, hidden, &f);
    if (!ctx->status) dmf__flow(t, &s, &rest, f);
    dmf_factors_destroy(f);
    if (ctx->status) return;
    dmf__keep_member(t, s.best[0], s.best[1]);
    left = s.first > 0 ? s.least[2] / s.first : 1;
    for (k = 0; k < 2; k++) {
        const size_t *start = k ? t->p->e.col_start : t->p->e.row_start;
        for (i = 0; i < s.side[k].rows; i++)
            if (start[i] == start[i + 1]) t->model->spread[k][i] += *noise * (dmf_real)(1 - left);
    }
    *noise *= (dmf_real)left;
}

/* ---- 14.5 Folds ------------------------------------------------------------------------------

   The entries are cut into folds at random. Each fold is held out once while the candidates are fitted to the others:
   the offsets alone; factorizations by the posterior, of widths that grow as long as the first fold finds them clearly
   better, by two deviations of the difference; and flows of depth 2 and 3. In the end the best must be as clearly
   better than the offsets alone, or there is no structure to be found. The difference is taken entry by entry, d_e =
   r_e^2 of the one less r_e^2 of the other, and its sum over held-out entries has the deviation (sum d_e^2)^(1/2): what
   is hard to predict for both cancels, and much smaller differences are told apart than by the two errors and their own
   deviations. Large data need not be held out in full: folds are run until 100 000 entries have been, which tells the
   error to a quarter of a per cent if residuals are about normal.

   The error is a root of a mean square, e = (sum r^2 / n)^(1/2). Its own deviation is that of the mean square
   over 2 e, to first order. It is that of models which have not seen a fold, and the model has seen all: by the
   posterior its variances are less, and so is what is expected of it,

       expected^2 = e^2 (sum of (14.10) by the model) / (sum of (14.10) by the folds),                        (14.12)

   sums over the held-out entries. An entry that the model has seen has told it of itself: precisions add, and the
   variance s over the members, without it, comes from s' with it and the noise n by

       1/s = 1/s' - 1/n,     s = s' / (1 - s'/n).                                                             (14.13)

   On MovieLens that is 0.003 too little on average (measured: PAPER_NOTES.md).

   What is expected at other places, which may be easier or harder, is likewise the root of the mean of their variances.
   A test of n entries scatters about that by e (kurtosis - 1)^(1/2) / (2 n^(1/2)), which no prediction takes away. If
   it is a share q of a lot of which the others are learned from, these lack what the test has of the hard ones: its
   mean is off by (1 - q)^(1/2) as much, theirs by q / (1 - q) of that to the other side, and the difference scatters (1
   - q)^(-1/2) times as much.

   The mean of the members of flows errs less than each does, and what the folds tell is of each: their expected error
   is that of the folds, and it and their deviations are on the safe side.

   Cost. A sweep takes d^2 flops for an entry and side, d^3 / 3 for each row and column: for 100 000 entries of
   1000 x 1700 and width 13, 45 and 3 million, which take four milliseconds; what is read and drawn beside takes the
   same. Ten folds of 60 sweeps, for two widths and the offsets alone, are some 2000 sweeps. Memory is that of the
   entries, three times, and of the members. */

/* The entries of a fold go to held, and the others to a problem, which is NULL after a failure. */
static dmf_problem *dmf__hold_out(dmf__fitting *fit, int fold, dmf__held *held)
{
    const dmf_problem *p = fit->p;
    dmf_ctx *ctx = fit->ctx;
    dmf_problem *part = NULL;
    dmf_entry *entries = (dmf_entry *)dmf__scratch(ctx, p->count, sizeof *entries);
    size_t e, kept = 0, end = p->count;
    for (e = 0; e < p->count && !ctx->status; e++) {
        const dmf_entry entry = { p->e.row[e], p->e.col[e], p->y[e] };
        entries[fit->fold[e] == fold ? --end : kept++] = entry;
    }
    held->count = p->count - end;
    held->place = entries + end;
    held->mean = (double *)dmf__scratch(ctx, 2 * held->count, sizeof(double));
    held->square = held->mean + held->count;
    if (!ctx->status) ctx->status = dmf_completion(ctx, p->rows, p->cols, entries, kept, &part);
    return part;
}

/* What the entries of a fold say of a candidate that has not seen them. */
static void dmf__try_candidate(dmf__fitting *fit, dmf__candidate *c, const dmf_problem *part, dmf__held *held)
{
    const dmf__mark mark = dmf__mark_here(fit->ctx);
    dmf__trial t = { fit, c, part, held, NULL, DMF__FOLD_MEMBERS, 0, 0, { dmf_none(), dmf_none() }, 0 };
    size_t q;
    t.model = dmf__new_model(fit->ctx, part->rows - 1, part->cols - 1, 0, 2, 0);
    if (!t.model) return;
    memset(held->mean, 0, 2 * held->count * sizeof *held->mean);
    if (c->method == DMF_FIT_FLOW) dmf__run_flow(&t);
    else dmf__run_posterior(&t);
    t.model->members = t.members;
    for (q = 0; q < held->count && !fit->ctx->status; q++) {
        fit->unit[fit->judged + q] = fit->units.unit[held->place[q].col];
        c->residual[fit->judged + q] = (double)held->place[q].value - held->mean[q];
        c->variance[fit->judged + q] = dmf__variance(t.model, &held->place[q], held->square[q]);
    }
    fit->work += dmf__work_of(c);
    dmf_model_destroy(t.model);
    dmf__give_back(fit->ctx, mark);
}

/* How much better b is than a at the judged entries, in deviations of the sum. */
static double dmf__advantage(size_t count, const dmf__candidate *a, const dmf__candidate *b)
{
    double sum = 0, squares = 0;
    size_t q;
    for (q = 0; q < count; q++) {
        const double better = a->residual[q] * a->residual[q] - b->residual[q] * b->residual[q];
        sum += better;
        squares += better * better;
    }
    return squares > 0 ? sum / sqrt(squares) : 0;
}

/* A new candidate, on the first fold. */
static dmf__candidate *dmf__try_new(dmf__fitting *fit, dmf_fit_method method, int depth, int width,
                                    const dmf_problem *part, dmf__held *held)
{
    double *residual = fit->unit + (2 * (size_t)fit->candidates + 1) * fit->most_judged;
    const dmf__candidate fresh = { method, depth, width, 0, residual, residual + fit->most_judged };
    dmf__candidate *c = &fit->candidate[fit->candidates++];
    *c = fresh;
    if (!fit->ctx->status) dmf__try_candidate(fit, c, part, held);
    return c;
}

/* The widths to be tried: 5, 13, 29, 61, with which a vector, its offset, the 1 and a value fill whole cache lines, as
   long as folds prefer them, and in place of the first that would have more numbers to be found than there are entries,
   or more than the shape has room for, the largest that has not. */
static int dmf__next_width(const dmf__fitting *fit, int width)
{
    const dmf_problem *p = fit->p;
    const double most = (double)p->count / ((double)p->rows + p->cols);
    const int shape = dmf__min(p->rows, p->cols) - 1, next = width ? 2 * width + 3 : 5;
    const int allowed = most < shape ? dmf__max(1, (int)most) : shape;
    if (fit->options.width) return width ? 0 : fit->options.width;
    if (width == 61) return 0; /* defined: in Part I */
    return next <= allowed ? next : width < allowed ? allowed : 0;
}

/* The first fold tries the offsets alone and then wider and wider factorizations, each twice as wide as the one
   before and up to four times as dear, and stops at the first that is not clearly better than the one before. That
   one goes on to the other folds if it is better at all, and so do the one before and the offsets. Then come flows, by
   depth. */
static void dmf__first_fold(dmf__fitting *fit, const dmf_problem *part, dmf__held *held)
{
    const dmf_fit_options *o = &fit->options;
    dmf__candidate *c, *before = dmf__try_new(fit, DMF_FIT_POSTERIOR, 1, 0, part, held);
    int width = 0, better = o->depth != 1 && o->depth <= 2 && o->method != DMF_FIT_FLOW;
    int depth = o->depth ? o->depth : 2, deepest = o->depth ? o->depth : 3;
    while (better && !fit->ctx->status && (width = dmf__next_width(fit, width)) > 0) {
        c = dmf__try_new(fit, DMF_FIT_POSTERIOR, 2, width, part, held);
        better = !fit->ctx->status && dmf__advantage(held->count, before, c) > 2;
        if (better) before->dropped = before != &fit->candidate[0];
        before = c;
    }
    width = o->width ? o->width : dmf__min(29, dmf__min(part->rows, part->cols) - 1); /* tuned: MovieLens */
    for (; o->method != DMF_FIT_POSTERIOR && o->depth != 1 && depth <= deepest; depth++)
        dmf__try_new(fit, DMF_FIT_FLOW, depth, width, part, held);
}

/* The best factorization by the sum of squared residuals in the columns' units, so that no unit decides; the offsets
   if there is none. */
static dmf__candidate *dmf__best(dmf__fitting *fit)
{
    dmf__candidate *c, *best = NULL;
    for (c = fit->candidate + 1; c < fit->candidate + fit->candidates; c++)
        if (!c->dropped && (!best || dmf__advantage(fit->judged, best, c) > 0)) best = c;
    return best ? best : fit->candidate;
}

/* After each fold a candidate that is clearly worse than the best is tried no more, and one that comes later has to be
   better: it is wider or of another kind. The offsets alone stay, for comparison. */
static void dmf__run_folds(dmf__fitting *fit)
{
    dmf__candidate *best, *c;
    for (; fit->at < fit->runs && !fit->ctx->status; fit->at++) {
        const dmf__mark mark = dmf__mark_here(fit->ctx);
        dmf__held held;
        dmf_problem *part = dmf__hold_out(fit, fit->at, &held);
        if (fit->at == 0 && part) dmf__first_fold(fit, part, &held);
        for (c = fit->candidate; fit->at > 0 && part && c < fit->candidate + fit->candidates; c++)
            if (!c->dropped && !fit->ctx->status) dmf__try_candidate(fit, c, part, &held);
        dmf_problem_destroy(part);
        if (fit->ctx->status) return;
        fit->judged += held.count;
        best = dmf__best(fit);
        for (c = fit->candidate + 1; c < fit->candidate + fit->candidates && fit->judged >= DMF__ENOUGH; c++)
            if (c > best || dmf__advantage(fit->judged, c, best) > 2) c->dropped = 1;
        dmf__give_back(fit->ctx, mark);
    }
}

/* ---- 14.6 The fit ---------------------------------------------------------------------------- */

/* The members of a model, from all entries: inflation is what the folds have found for the candidate. */
static void dmf__fill_model(dmf__fitting *fit, const dmf__candidate *c, dmf_model *m)
{
    const dmf_problem *p = fit->p;
    const int flows = c->method == DMF_FIT_FLOW;
    dmf__trial t = { fit, c, p, NULL, m, m->members, 1, 0, { dmf_none(), dmf_none() }, 0 };
    double sum = 0, squares = 0, variances = 0, less;
    size_t q;
    int k;
    for (k = 0; flows && k < fit->runs && !fit->ctx->status; k++) {
        const dmf__mark mark = dmf__mark_here(fit->ctx);
        dmf__held held;
        dmf_problem *part = dmf__hold_out(fit, k, &held);
        t.held = &held;
        t.p = part;
        fit->at = fit->options.folds + k;
        if (part) dmf__run_flow(&t);
        dmf_problem_destroy(part);
        dmf__give_back(fit->ctx, mark);
    }
    fit->at = fit->options.folds;
    if (!flows) dmf__run_posterior(&t);
    if (fit->ctx->status) return;
    for (q = 0; q < fit->judged; q++) {
        sum += c->residual[q] * c->residual[q] / c->variance[q];
        squares += c->residual[q] * c->residual[q];
        variances += c->variance[q];
    }
    fit->report.decay = flows ? fit->options.decay : t.decay;
    m->numbers[DMF__OVERALL] = (dmf_real)fit->units.overall;
    m->numbers[DMF__INFLATION] = (dmf_real)(fit->judged < DMF__ENOUGH ? squares / variances
                                                                        : sum / (double)fit->judged);
    less = m->numbers[DMF__INFLATION] > 0 ? fmin(1, (double)m->numbers[DMF__INFLATION]) : 1;
    for (k = 0; k < p->cols; k++) m->unit[k] = (dmf_real)fit->units.unit[k];
    for (k = 0; k < p->rows; k++) if (dmf__in_column(p->e.row_start, k) == 0) m->spread[0][k] /= (dmf_real)less;
    for (k = 0; k < p->cols; k++) if (dmf__in_column(p->e.col_start, k) == 0) m->spread[1][k] /= (dmf_real)less;
    for (q = 0; q < m->size; q++) dmf__check_result(fit->ctx, "a number of the model", (double)m->numbers[q]);
    memcpy(m->start, p->e.row_start, (size_t)p->rows * sizeof *m->start);
    memcpy(m->col, p->e.col, p->count * sizeof *m->col);
}

/* The effective rank of the hidden part of a member, X Z^T. With X = U S V^T its singular values are those of
   Z V S V^T. */
static double dmf__member_rank(dmf_ctx *ctx, const dmf_model *m, int member)
{
    const int k = m->d - 2;
    const dmf_mat x = dmf_block(dmf__members(m, 0, member, 1), 0, 2, m->rows, k);  /* rows x k */
    const dmf_mat z = dmf_block(dmf__members(m, 1, member, 1), 0, 2, m->cols, k);  /* cols x k */
    const dmf_mat root = dmf__compact(ctx, k, k), b = dmf__compact(ctx, m->cols, k);  /* V S V^T, k x k; cols x k */
    const dmf__triples t = dmf__svd_of(ctx, x);
    dmf__compose(ctx, t.v, t.sigma, t.v, root);
    dmf__gemm(ctx, 0, 0, 1, z, root, 0, b);
    if (!ctx->status) dmf__svd_run(ctx, b, dmf_none(), t.sigma, dmf_none());
    return ctx->status ? 0 : dmf_summarize(t.sigma, k).effective_rank;
}

/* (14.12), where there are variances, with (14.13). */
static double dmf__expected(const dmf__fitting *fit, double square, double variances, const dmf_model *m)
{
    double sum = 0;
    size_t e;
    int k;
    for (e = 0; e < fit->p->count; e++) {
        const dmf_entry place = { fit->p->e.row[e], fit->p->e.col[e], 0 };
        const double unit = (double)m->unit[place.col], other = dmf__variance(m, &place, 0);
        const double noise = other - (double)(m->spread[0][place.row] + m->spread[1][place.col]);
        double sums[2] = { 0, 0 }, seen;
        const dmf__held h = { 1, &place, &sums[0], &sums[1] };
        if (fit->fold[e] >= fit->runs) continue;
        for (k = 0; k < m->members; k++)
            dmf__add_member(fit->ctx, dmf__members(m, 0, k, 1), dmf__members(m, 1, k, 1), m->d, k + 1, &h);
        seen = dmf__variance(m, &place, sums[1]) - other;
        sum += unit * unit * (other + seen / fmax(1 - seen / noise, 0.5));  /* defined: at most twice as much */
    }
    return sqrt(square * sum / variances);
}

static void dmf__fill_report(dmf__fitting *fit, const dmf__candidate *c, const dmf_model *m)
{
    dmf_fit_report *r = &fit->report;
    const double n = (double)fit->judged, inflation = (double)m->numbers[DMF__INFLATION];
    const int some = m->d > 2 ? dmf__min(m->members, 8) : 0;
    const double size = ldexp(1, dmf__exponent((dmf_real)fit->units.typical)); /* keeps fourth powers in range */
    double square = 0, squares = 0, of_offsets = 0, variances = 0, within = 0;
    size_t q;
    int k;
    for (q = 0; q < fit->judged; q++) {
        const double unit = fit->unit[q] / size * fit->unit[q] / size, own = unit * c->residual[q] * c->residual[q];
        const double z = inflation > 0 ? c->residual[q] / sqrt(inflation * c->variance[q]) : 0;
        square += own / n;
        squares += own * own / n;
        of_offsets += unit * fit->candidate[0].residual[q] * fit->candidate[0].residual[q] / n;
        variances += unit * c->variance[q];
        within += fabs(z) <= 1;
        r->residuals[z >= 3 ? 13 : z >= -3 ? 1 + (int)(2 * (z + 3)) : 0]++;
    }
    r->offsets_error = size * sqrt(of_offsets);
    r->error = r->expected = size * sqrt(square);
    if (c->method == DMF_FIT_POSTERIOR && fit->judged >= 100 && inflation * variances > 0) /* defined: some */
        r->expected = dmf__expected(fit, square, variances, m);
    r->error_deviation = square > 0 ? size * sqrt(fmax(squares - square * square, 0) / n / square) / 2 : 0;
    r->method = c->method;
    r->depth = c->depth;
    r->width = c->width;
    r->within_one = within / n;
    for (k = 0; k < some; k++) r->effective_rank += dmf__member_rank(fit->ctx, m, k) / some;
    dmf__check_result(fit->ctx, "an error", r->offsets_error + r->error + r->error_deviation + r->expected);
    r->seconds = dmf__seconds() - fit->began;
    r->cpu_seconds = dmf__cpu_seconds() - fit->cpu_began;
}

static void dmf__check_fit(dmf_ctx *ctx, int rows, int cols, size_t count, const dmf_fit_options *o)
{
    dmf__check_size(ctx, rows, cols);
    if (!ctx->status && count / (size_t)rows > (size_t)cols)
        dmf__fail(ctx, DMF_ERR_DUPLICATE, "a %d x %d matrix does not have %lu entries", rows, cols,
                  (unsigned long)count);
    else if (count < 2) dmf__fail(ctx, DMF_ERR_ARGUMENT, "a fit needs two entries at least, to hold one out");
    else if (o->method < DMF_FIT_BEST || o->method > DMF_FIT_POSTERIOR)
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "there is no method %d", (int)o->method);
    else if (o->folds < 0 || o->folds == 1 || (size_t)o->folds > count)
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "there cannot be %d folds of %lu entries", o->folds, (unsigned long)count);
    else if (o->depth < 0 || o->depth > (o->method == DMF_FIT_POSTERIOR ? 2 : 100)) /* defined: in Part I */
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "the depth is %d; it must be 0 to 100, 2 at most for a posterior", o->depth);
    else if (o->depth == 1 && (o->width || o->decay != 0 || o->method == DMF_FIT_FLOW))
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "offsets alone, depth 1, have no width (%d), no decay (%g) and no flow",
                  o->width, o->decay);
    else if (o->decay != 0 && !(o->decay >= 1e-9 && o->decay <= 1e9)) /* defined: in Part I */
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "the decay is %g; it must be 0, or from 1e-9 to 1e9", o->decay);
    else if (o->width < 0 || o->width > dmf__min(rows, cols))
        dmf__fail(ctx, DMF_ERR_ARGUMENT, "the width is %d; it must be from 0 to %d", o->width, dmf__min(rows, cols));
}

/* Units, values in these units, and to which fold each entry belongs: equal numbers of entries, in an order drawn at
   random. */
static void dmf__open_fit(dmf__fitting *fit)
{
    dmf_ctx *ctx = fit->ctx;
    const dmf_problem *p = fit->p;
    dmf_real *y = (dmf_real *)(uintptr_t)p->y;
    dmf_rng rng = dmf_seed(fit->options.seed, 1);
    size_t e;
    int *fold = fit->fold = (int *)dmf__scratch(ctx, p->count, sizeof *fold);
    fit->units.unit = (double *)dmf__scratch(ctx, (size_t)p->cols, sizeof(double));
    if (fit->options.folds == 0) fit->options.folds = p->count < 10 ? (int)p->count : 10;
    /* tuned: 100 000 entries that are held out give the error within half a per cent */
    fit->runs = (int)fmin(fit->options.folds, 1 + 1e5 * fit->options.folds / (double)p->count);
    fit->most_judged = (size_t)fit->runs * (p->count / (size_t)fit->options.folds + 1);
    fit->unit = (double *)dmf__scratch(ctx, (2 * DMF__MOST_CANDIDATES + 1) * fit->most_judged, sizeof(double));
    if (ctx->status) return;
    dmf__find_units(ctx, p, &fit->units);
    if (ctx->status) return;
    for (e = 0; e < p->count; e++) {
        y[e] = (dmf_real)(((double)y[e] - fit->units.overall) / fit->units.unit[p->e.col[e]]);
        dmf__check_result(ctx, "an entry in its unit", (double)y[e]);
        fold[e] = (int)(e % (size_t)fit->options.folds);
    }
    for (e = p->count; e > 1; e--) {
        const size_t other = (size_t)dmf_below(&rng, e);
        const int swapped = fold[e - 1];
        fold[e - 1] = fold[other];
        fold[other] = swapped;
    }
}

/* The best, unless it is not clearly better than the offsets alone, fitted to all entries: of matrices without any
   structure about one in forty is given some, and the report says how little. NULL after a failure. */
static dmf_model *dmf__fit_all(dmf__fitting *fit)
{
    const dmf_problem *p = fit->p;
    const dmf__candidate *c;
    dmf_model *m;
    double members;
    dmf__open_fit(fit);
    if (!fit->ctx->status) dmf__run_folds(fit);
    if (fit->ctx->status) return NULL;
    c = dmf__best(fit);
    if (fit->options.depth < 2 && dmf__advantage(fit->judged, fit->candidate, c) <= 2) c = fit->candidate;
    /* defined: 2^25 numbers, 256 MB, or eight members; tuned: MovieLens, 200 members in place of 100 gain 0.0005 */
    members = fmin(100, 33554432 / (((double)p->rows + p->cols) * (c->width + 2)));
    members = c->method == DMF_FIT_FLOW ? fit->runs : fmax(8, members);
    m = dmf__new_model(fit->ctx, p->rows - 1, p->cols - 1, (int)members, c->width + 2, p->count);
    if (m) dmf__fill_model(fit, c, m);
    if (!fit->ctx->status) dmf__fill_report(fit, c, m);
    if (!fit->ctx->status) return m;
    dmf_model_destroy(m);
    return NULL;
}

DMF_API dmf_status dmf_fit(dmf_ctx *ctx, int rows, int cols, const dmf_entry *entries, size_t count,
                           const dmf_fit_options *options, const dmf_fit_observer *observer, dmf_fit_report *report,
                           dmf_model **out)
{
    const dmf__arg args[5] = { dmf__memory_arg(DMF__OUT, "the place for the model", out, 1, sizeof *out),
                               dmf__memory_arg(DMF__OUT_OR_NONE, "the report", report, 1, sizeof *report),
                               dmf__memory_arg(DMF__ANY, "the array of entries", entries, count, sizeof *entries),
                               dmf__memory_arg(DMF__ANY, "the options", options, options != NULL, sizeof *options),
                               dmf__memory_arg(DMF__ANY, "the observer", observer, observer != NULL,
                                               sizeof *observer) };
    dmf_model *m = NULL;
    dmf__frame frame;
    dmf__fitting fit;
    memset(&fit, 0, sizeof fit);
    fit.ctx = ctx = dmf__open(&frame, ctx);
    fit.began = dmf__seconds();
    fit.cpu_began = dmf__cpu_seconds();
    if (options) fit.options = *options;
    if (observer && observer->look) fit.observer = observer;
    dmf__check_fit(ctx, rows, cols, count, &fit.options);
    dmf__check_args(ctx, args, 5);
    if (!ctx->status) dmf__check_entries(ctx, rows, cols, entries, count);
    if (!ctx->status) ctx->status = dmf_completion(ctx, rows + 1, cols + 1, entries, count, &fit.p);
    if (!ctx->status) m = dmf__fit_all(&fit);
    dmf_problem_destroy(fit.p);
    if (!ctx->status) *out = m;
    if (!ctx->status && report) *report = fit.report;
    return dmf__close(&frame);
}

DMF_API int dmf_model_rows(const dmf_model *m) { return m ? m->rows : 0; }
DMF_API int dmf_model_cols(const dmf_model *m) { return m ? m->cols : 0; }

DMF_API dmf_status dmf_predict(dmf_ctx *ctx, const dmf_model *m, const dmf_entry *places, size_t count,
                               dmf_real *prediction, dmf_real *deviation)
{
    const dmf__arg args[3] = { dmf__memory_arg(DMF__OUT, "the predictions", prediction, count, sizeof *prediction),
                               dmf__memory_arg(DMF__OUT_OR_NONE, "the deviations", deviation, count, sizeof *deviation),
                               dmf__memory_arg(DMF__ANY, "the array of places", places, count, sizeof *places) };
    dmf__frame frame;
    size_t q;
    ctx = dmf__enter(&frame, ctx, args, 3);
    dmf__check_given(ctx, "the model", m);
    for (q = 0; q < count && !ctx->status; q++)
        if (places[q].row < -1 || places[q].row >= m->rows || places[q].col < -1 || places[q].col >= m->cols)
            dmf__fail(ctx, DMF_ERR_INDEX, "place %lu is at row %d, column %d, outside the %d x %d matrix",
                      (unsigned long)q, places[q].row, places[q].col, m->rows, m->cols);
    if (!ctx->status) dmf__predict(ctx, m, places, count, prediction, deviation);
    for (q = 0; q < count && !ctx->status; q++)
        dmf__check_result(ctx, "a prediction", (double)prediction[q] + (deviation ? (double)deviation[q] : 0));
    return dmf__close(&frame);
}

/* The larger value first; of equal ones, the lower column. */
static int dmf__by_value(const void *x, const void *y)
{
    const dmf_entry *a = (const dmf_entry *)x, *b = (const dmf_entry *)y;
    if (a->value != b->value) return a->value > b->value ? -1 : 1;
    return a->col < b->col ? -1 : a->col > b->col;
}

/* Some rows, of which the members' products are known: rows x cols. */
typedef struct dmf__ranking {
    const dmf_ctx *ctx;
    const dmf_model *m;
    int first, row;               /* of all rows that are asked for, and of these */
    size_t most;
    dmf_mat w;                    /* rows x cols: mean of the members, in the columns' units */
    dmf_entry *place, *best;      /* place: room for all columns of each row */
    dmf_real *deviation;
    size_t *count;
} dmf__ranking;

/* The columns between those of the row's entries, which ascend, with what is predicted there. */
static size_t dmf__unseen_columns(const dmf_model *m, int row, const dmf_real *w, dmf_entry *place)
{
    const size_t end = row < 0 ? 0 : m->start[row + 1];
    size_t e = row < 0 ? 0 : m->start[row], count = 0;
    int j;
    for (j = 0; j < m->cols; j++) {
        const dmf_entry entry = { row, j, m->numbers[DMF__OVERALL] + m->unit[j] * w[j] };
        if (e < end && m->col[e] == j) e++;
        else place[count++] = entry;
    }
    return count;
}

/* Of one row the unseen columns are sorted; then the best get the value that dmf_predict has, to the bit, by which they
   are sorted again, and their deviations. */
static void dmf__rank_row(const void *work, int r)
{
    const dmf__ranking *b = (const dmf__ranking *)work;
    const size_t at = (size_t)(b->row - b->first + r);
    dmf_real *value = dmf__row(b->w, r);
    dmf_entry *place = b->place + (size_t)r * (size_t)b->m->cols;
    size_t found = dmf__unseen_columns(b->m, b->row < 0 ? -1 : b->row + r, value, place), q;
    qsort(place, found, sizeof *place, dmf__by_value);
    if (found > b->most) found = b->most;
    dmf__predict(b->ctx, b->m, place, found, value, NULL);
    for (q = 0; q < found; q++) place[q].value = value[q];
    qsort(place, found, sizeof *place, dmf__by_value);
    if (b->deviation) dmf__predict(b->ctx, b->m, place, found, value, b->deviation + at * b->most);
    if (found > 0) memcpy(b->best + at * b->most, place, found * sizeof *place);
    b->count[at] = found;
}

/* The sum over the members of left right^T is one product, members d deep, so that all columns of some rows cost what
   GEMM does: of 6000 x 4000 with 100 members and d = 15, 72 Gflop. Rows are done some at a time, 2^20 places or 24 MB
   at most, in numbers that do not depend on the threads. */
static void dmf__recommend(dmf_ctx *ctx, const dmf_model *m, int row, int rows, dmf__ranking *b)
{
    const int some = dmf__max(1, dmf__min(dmf__min(rows, 128), 1048576 / m->cols));
    const dmf_mat right = dmf__members(m, 1, 0, m->members), left = dmf__members(m, 0, 0, m->members); /* sides x all */
    const dmf_mat w = dmf__compact(ctx, some, m->cols);                    /* some x cols */
    int done, now;
    b->place = (dmf_entry *)dmf__scratch(ctx, (size_t)some * (size_t)m->cols, sizeof *b->place);
    for (done = 0; done < rows && !ctx->status; done += now) {
        now = dmf__min(some, rows - done);
        b->row = row + done;
        b->w = dmf_block(w, 0, 0, now, m->cols);
        dmf__gemm(ctx, 0, 1, 1 / (dmf_real)m->members, dmf_block(left, row < 0 ? m->rows : b->row, 0, now, left.cols),
                  dmf_block(right, 0, 0, m->cols, right.cols), 0, b->w);
        if (!ctx->status) dmf__parallel(ctx, now, dmf__rank_row, b);
    }
}

DMF_API dmf_status dmf_recommend(dmf_ctx *ctx, const dmf_model *m, int row, int rows, size_t most, dmf_entry *best,
                                 dmf_real *deviation, size_t *count)
{
    const size_t times = rows > 0 ? (size_t)rows : 1, each = !m || (size_t)m->cols > most ? most : (size_t)m->cols;
    const size_t room = each > SIZE_MAX / times ? SIZE_MAX : times * each;
    const dmf__arg args[3] = { dmf__memory_arg(DMF__OUT, "the place for entries", best, room, sizeof *best),
                               dmf__memory_arg(DMF__OUT_OR_NONE, "the deviations", deviation, room, sizeof *deviation),
                               dmf__memory_arg(DMF__OUT, "the place for numbers", count, times, sizeof *count) };
    dmf__ranking b = { NULL, m, row, row, each, dmf_none(), NULL, best, deviation, count };
    dmf__frame frame;
    b.ctx = ctx = dmf__enter(&frame, ctx, args, 3);
    dmf__check_given(ctx, "the model", m);
    if (!ctx->status && (rows < 1 || row < -1 || (row < 0 ? rows > 1 : rows > m->rows - row)))
        dmf__fail(ctx, DMF_ERR_INDEX, "%d rows from row %d on are not in %d x %d", rows, row, m->rows, m->cols);
    if (!ctx->status) dmf__recommend(ctx, m, row, rows, &b);
    return dmf__close(&frame);
}

/* ---- 14.7 Models on disk ---------------------------------------------------------------------

   Through the door of chapter 12: an integer is unsigned and little-endian, a number has the precision that the head
   tells.

       8 bytes        "\x89" "DMM\r\n" "\x1a" "\1"
       4              bytes per number, 8 or 4
       4 each         rows, cols, members, and the length d of their vectors
       8              observed entries
       4 rows         how many of them each row has, and
       4 each         their columns, ascending in a row
       the numbers    in the order of dmf__new_model
       8              checksum */

#define DMF__MODEL_MAGIC UINT64_C(0x011a0a0d4d4d4489) /* defined: the first 8 bytes, as there */

static void dmf__write_model(dmf__file *file, const void *what)
{
    const dmf_model *m = (const dmf_model *)what;
    const int sizes[4] = { m->rows, m->cols, m->members, m->d };
    size_t e;
    int k;
    for (k = 0; k < 4; k++) dmf__write_integer(file, (uint64_t)sizes[k], 4);
    dmf__write_integer(file, m->count, 8);
    for (k = 0; k < m->rows; k++) dmf__write_integer(file, m->start[k + 1] - m->start[k], 4);
    for (e = 0; e < m->count; e++) dmf__write_integer(file, (uint64_t)m->col[e], 4);
    for (e = 0; e < m->size; e++) dmf__write_integer(file, dmf__bits_of(m->numbers[e]), (int)sizeof(dmf_real));
}

DMF_API dmf_status dmf_model_save(dmf_ctx *ctx, const dmf_model *m, const char *path)
{
    dmf__frame frame;
    ctx = dmf__open(&frame, ctx);
    dmf__check_given(ctx, "the model", m);
    dmf__save(ctx, path, DMF__MODEL_MAGIC, dmf__write_model, m);
    return dmf__close(&frame);
}

/* Entries that are where entries can be, and variances that are some. The checksum has told damage; this tells a file
   that was made to be wrong. */
static int dmf__model_makes_sense(const dmf_model *m)
{
    const dmf_real *x;
    size_t e;
    int i;
    for (i = 0; i < m->rows; i++)
        for (e = m->start[i]; e < m->start[i + 1]; e++)
            if (m->col[e] < 0 || m->col[e] >= m->cols || (e > m->start[i] && m->col[e] <= m->col[e - 1])) return 0;
    for (x = m->numbers + DMF__NOISE; x < m->left; x++)
        if (!(*x >= 0)) return 0;
    return m->start[m->rows] == m->count;
}

/* Nothing is allocated before the length of the file has vouched for the sizes. */
static void *dmf__read_model(dmf__file *file)
{
    int size[4], i;
    uint64_t count;
    double told;
    dmf_model *m;
    size_t e;
    dmf__read_head(file, DMF__MODEL_MAGIC, "a model");
    for (i = 0; i < 4; i++) size[i] = dmf__read_size(file, "a size");
    count = dmf__read_integer(file, 8);
    told = 44 + 4 * ((double)size[0] + (double)count) +
           file->width * dmf__model_size(size[0], size[1], size[2], size[3]);
    dmf__check_length(file, size[0] < DMF__LARGEST && size[1] < DMF__LARGEST && size[3] >= 2 &&
                            told == (double)file->length);
    m = dmf__new_model(file->ctx, size[0], size[1], size[2], size[3], (size_t)count);
    if (!m) return NULL;
    for (i = 0; i < m->rows; i++) {
        const size_t more = (size_t)dmf__read_integer(file, 4), left = m->count - m->start[i];
        m->start[i + 1] = m->start[i] + (more < left ? more : left);
    }
    for (e = 0; e < m->count; e++) m->col[e] = (int)(dmf__read_integer(file, 4) & INT_MAX);
    dmf__read_numbers(file, m->size, m->numbers);
    if (!file->ctx->status && !dmf__model_makes_sense(m))
        dmf__fail(file->ctx, DMF_ERR_FILE, "'%.100s' does not hold a model", file->path);
    return m;
}

DMF_API dmf_status dmf_model_load(dmf_ctx *ctx, const char *path, dmf_model **out)
{
    return dmf__load(ctx, path, out, dmf__read_model);
}

#endif /* DMF_IMPLEMENTATION */

/* ---- References ------------------------------------------------------------------------------

   [ACH18]  S. Arora, N. Cohen, E. Hazan, On the optimization of deep networks: implicit acceleration by
            overparameterization, Int. Conf. on Machine Learning, 2018
   [BB82]   R. Bafico, P. Baldi, Small random perturbations of Peano phenomena, Stochastics 6, 1982
   [BV21]   D. Blackman, S. Vigna, Scrambled linear pseudorandom number generators, ACM TOMS 47, 2021
   [CH98]   A. J. Cox, N. J. Higham, Stability of Householder QR factorization for weighted least squares problems,
            Numerical Analysis 1997, Longman, 1998
   [D75]    E. R. Davidson, The iterative calculation of a few of the lowest eigenvalues and corresponding eigenvectors
            of large real-symmetric matrices, J. Comput. Phys. 17, 1975
   [DL86]   R. DerSimonian, N. Laird, Meta-analysis in clinical trials, Controlled Clinical Trials 7, 1986
   [DP80]   J. R. Dormand, P. J. Prince, A family of embedded Runge-Kutta formulae, J. Comput. Appl. Math. 6, 1980
   [DV92]   J. Demmel, K. Veselic, Jacobi's method is more accurate than QR, SIAM J. Matrix Anal. Appl. 13, 1992
   [DV08]   Z. Drmac, K. Veselic, New fast and accurate Jacobi SVD algorithm, I and II, SIAM J. Matrix Anal. Appl. 29,
            2008
   [EB92]   J. Eckstein, D. P. Bertsekas, On the Douglas-Rachford splitting method and the proximal point algorithm for
            maximal monotone operators, Math. Prog. 55, 1992
   [FH60]   G. E. Forsythe, P. Henrici, The cyclic Jacobi method for computing the principal values of a complex
            matrix, Trans. Amer. Math. Soc. 94, 1960
   [G73]    W. M. Gentleman, Least squares computations by Givens transformations without square roots, J. Inst. Maths.
            Applics. 12, 1973
   [G94]    K. Gustafsson, Control-theoretic techniques for stepsize selection in implicit Runge-Kutta methods,
            ACM TOMS 20, 1994
   [GG08]   K. Goto, R. A. van de Geijn, Anatomy of high-performance matrix multiplication, ACM TOMS 34, 2008
   [HNW93]  E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, 2nd edition, Springer, 1993
   [H02]    N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, SIAM, 2002
   [JST14]  K. Jiang, D. Sun, K.-C. Toh, A partial proximal point algorithm for nuclear norm regularized matrix least
            squares problems, Math. Prog. Comp. 6, 2014
   [KB15]   D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, Int. Conf. on Learning Representations,
            2015
   [K97]    D. E. Knuth, The Art of Computer Programming 2: Seminumerical Algorithms, 3rd edition, Addison-Wesley, 1997
   [K16]    C. F. F. Karney, Sampling exactly from the normal distribution, ACM TOMS 42, 2016
   [LLL21]  Z. Li, Y. Luo, K. Lyu, Towards resolving the implicit bias of gradient descent for matrix factorization:
            greedy low-rank learning, Int. Conf. on Learning Representations, 2021
   [P80]    B. N. Parlett, The Symmetric Eigenvalue Problem, Prentice-Hall, 1980
   [R06]    S. M. Rump, Verification of positive definiteness, BIT 46, 2006
   [R66]    H. Rutishauser, The Jacobi method for real symmetric matrices, Numer. Math. 9, 1966
   [RV07]   O. Roy, M. Vetterli, The effective rank: a measure of effective dimensionality, EUSIPCO, 2007
   [S83]    T. Steihaug, The conjugate gradient method and trust regions in large scale optimization, SIAM J. Numer.
            Anal. 20, 1983
   [SM08]   R. Salakhutdinov, A. Mnih, Bayesian probabilistic matrix factorization using Markov chain Monte Carlo,
            Int. Conf. on Machine Learning, 2008
   [SSV98]  B. P. Sommeijer, L. F. Shampine, J. G. Verwer, RKC: an explicit solver for parabolic PDEs,
            J. Comput. Appl. Math. 88, 1998
   [SV89]   R. Schreiber, C. Van Loan, A storage-efficient WY representation for products of Householder
            transformations, SIAM J. Sci. Stat. Comput. 10, 1989
   [TL84]   R. E. Tarjan, J. van Leeuwen, Worst-case analysis of set union algorithms, J. ACM 31, 1984
   [W62]    B. P. Welford, Note on a method for calculating corrected sums of squares and products, Technometrics 4,
            1962
   [WR71]   J. H. Wilkinson, C. Reinsch, Handbook for Automatic Computation II: Linear Algebra, Springer, 1971
   [ZG15]   F. G. Van Zee, R. A. van de Geijn, BLIS: a framework for rapidly instantiating BLAS functionality,
            ACM TOMS 41, 2015 */
