#define _XOPEN_SOURCE 700  /* of POSIX, for the tests of files that are not ordinary */
#include "small.h"
#if defined(__unix__) || defined(__APPLE__)
#define POSIX
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#ifdef POSIX
static int files_flushed, folders_flushed, flushing_fails;

/* In place of the system's, which takes its time. */
int fsync(int descriptor)
{
    struct stat found;
    if (flushing_fails || fstat(descriptor, &found) != 0) return -1;
    if (S_ISREG(found.st_mode)) files_flushed++;
    if (S_ISDIR(found.st_mode)) folders_flushed++;
    return 0;
}
#endif

static char path[512], beside[520];  /* beside the program, so that variants do not meet */

static const int single = sizeof(dmf_real) == 4;

enum { MOST = 1 << 16, WIDTH = sizeof(dmf_real) };

static size_t read_bytes(unsigned char *bytes)
{
    FILE *file = fopen(path, "rb");
    size_t count = 0;
    if (CHECK(file != NULL)) count = fread(bytes, 1, MOST, file), fclose(file);
    return count;
}

static void write_bytes(const unsigned char *bytes, size_t count)
{
    FILE *file = fopen(path, "wb");
    if (!CHECK(file != NULL)) return;
    CHECK(fwrite(bytes, 1, count, file) == count);
    fclose(file);
}

/* The checksum of the format, from its definition. */
static void seal(unsigned char *bytes, size_t count)
{
    uint64_t sum = UINT64_C(14695981039346656037);
    size_t i;
    for (i = 0; i < count - 8; i++) sum = (sum ^ bytes[i]) * UINT64_C(1099511628211);
    for (i = 0; i < 8; i++) bytes[count - 8 + i] = (unsigned char)(sum >> 8 * i);
}

static void put_integer(unsigned char *bytes, unsigned long number)
{
    int i;
    for (i = 0; i < 4; i++) bytes[i] = (unsigned char)(number >> 8 * i);
}

static int same_bits(const dmf_factors *f, const dmf_factors *g)
{
    return f->depth == g->depth && memcmp(f->dims, g->dims, ((size_t)f->depth + 1) * sizeof(int)) == 0 &&
           memcmp(f->data, g->data, f->size * sizeof(dmf_real)) == 0;
}

/* No file is beside the path that saving made. */
static void nothing_is_left(void)
{
    int k;
    for (k = 0; k < 4; k++) {
        snprintf(beside, sizeof beside, "%s.part%d", path, k);
        CHECK(remove(beside) != 0);
    }
}

static dmf_factors *reload(const dmf_factors *f)
{
    dmf_factors *g = NULL;
    OK(dmf_factors_save(NULL, f, path));
    OK(dmf_factors_load(NULL, path, &g));
    return g;
}

static void what_is_loaded_is_what_was_saved(void)
{
    static const int hidden[4] = { 3, 1, 900, 4 };
    dmf_rng rng = dmf_seed(1, 0);
    int depth;
    for (depth = 1; depth <= 5; depth++) {
        dmf_factors *f = NULL, *g;
        OK(dmf_factors_create(NULL, 7, 5, depth, hidden, &f));
        OK(dmf_start_gaussian(NULL, f, 1, &rng));
        f->data[0] = (dmf_real)-0.0;
        f->data[1] = single ? FLT_MAX : (dmf_real)DBL_MAX;
        f->data[2] = (dmf_real)(single ? FLT_MIN / 8 : DBL_MIN / 8);
        g = reload(f);
        CHECK(same_bits(f, g));
        dmf_factors_destroy(f);
        dmf_factors_destroy(g);
    }
    nothing_is_left();
}

/* The bytes of a 1 x 2 factor (1, -2.5) in both precisions, written out. */
static void the_format_is_what_the_interface_says(void)
{
    static const unsigned char head[] = { 0x89, 'D', 'M', 'F', '\r', '\n', 0x1a, 1, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0,
                                          1, 0, 0, 0 };
    unsigned char bytes[48] = { 0 }, found[MOST];
    dmf_factors *f = NULL;
    int width;
    for (width = 4; width <= 8; width += 4) {
        const size_t count = sizeof head + 2 * (size_t)width + 8;
        memset(bytes, 0, sizeof bytes);
        memcpy(bytes, head, sizeof head);
        bytes[8] = (unsigned char)width;
        memcpy(bytes + 24 + width - 2, width == 4 ? "\x80\x3f" : "\xf0\x3f", 2);
        memcpy(bytes + 24 + 2 * width - 2, width == 4 ? "\x20\xc0" : "\x04\xc0", 2);
        seal(bytes, count);
        write_bytes(bytes, count);
        OK(dmf_factors_load(NULL, path, &f));
        if (!f) return;
        CHECK(f->depth == 1 && f->dims[0] == 2 && f->dims[1] == 1 && f->data[0] == 1 && f->data[1] == (dmf_real)-2.5);
        if (width == WIDTH) {
            OK(dmf_factors_save(NULL, f, path));
            CHECK(read_bytes(found) == count && memcmp(found, bytes, count) == 0);
        }
        dmf_factors_destroy(f);
    }
}

/* A double of more digits than float has goes into a double build alone. */
static void no_number_is_changed(void)
{
    static const double third = 1.0 / 3, huge = 1e300, whole = 0.75;
    const double *numbers[3] = { &third, &huge, &whole };
    unsigned char bytes[40] = { 0x89, 'D', 'M', 'F', '\r', '\n', 0x1a, 1, 8, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1 };
    int i, k;
    for (i = 0; i < 3; i++) {
        dmf_factors *f = NULL;
        uint64_t bits;
        memcpy(&bits, numbers[i], 8);
        for (k = 0; k < 8; k++) bytes[24 + k] = (unsigned char)(bits >> 8 * k);
        seal(bytes, 40);
        write_bytes(bytes, 40);
        if (single && i < 2) CHECK(dmf_factors_load(NULL, path, &f) == DMF_ERR_FILE && !f);
        else OK(dmf_factors_load(NULL, path, &f));
        if (f) CHECK((double)f->data[0] == *numbers[i]);
        dmf_factors_destroy(f);
    }
}

static void expect(dmf_ctx *ctx, const unsigned char *bytes, size_t count, const char *words)
{
    dmf_factors *f = NULL;
    const long live = memory_live;
    write_bytes(bytes, count);
    CHECK(dmf_factors_load(ctx, path, &f) == DMF_ERR_FILE && f == NULL);
    if (!CHECK(strstr(dmf_message(ctx), words) != NULL)) printf("    \"%s\" lacks \"%s\"\n", dmf_message(ctx), words);
    CHECK(memory_live <= live + 2); /* scratch memory may have grown */
}

static void damaged_files_are_refused(void)
{
    static const unsigned long sizes[] = { 0, 1, 3, 5, 1000, 65536, 0x7fffffff, 0x80000000, 0xffffffff };
    dmf_rng rng = dmf_seed(2, 0);
    dmf_ctx *ctx = NULL;
    dmf_factors *f = NULL, *g = NULL;
    unsigned char good[MOST], bad[MOST];
    size_t count, i, at, width = WIDTH;
    int bit;
    OK(dmf_ctx_create(NULL, &ctx));
    OK(dmf_factors_create(NULL, 4, 3, 2, NULL, &f));
    OK(dmf_start_gaussian(NULL, f, 1, &rng));
    OK(dmf_factors_save(NULL, f, path));
    count = read_bytes(good);
    CHECK(count == 16 + 12 + f->size * width + 8);
    for (i = 0; i < count; i++) expect(ctx, good, i, ""); /* every length, and every bit */
    for (i = 0; i < count; i++)
        for (bit = 0; bit < 8; bit++) {
            memcpy(bad, good, count);
            bad[i] ^= (unsigned char)(1 << bit);
            expect(ctx, bad, count, "");
        }
    for (at = 8; at < 28; at += 4) /* every size, with a checksum that fits */
        for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            memcpy(bad, good, count);
            put_integer(bad + at, sizes[i]);
            seal(bad, count);
            if (memcmp(bad, good, count)) expect(ctx, bad, count, "");
        }
    memcpy(bad, good, count + 4);
    expect(ctx, bad, count + 3, "length of");
    expect(ctx, good, 10, "too short");
    expect(ctx, good, count - 9, "length of");
    expect(ctx, (const unsigned char *)"row,col,value\n", 14, "does not hold factors");
    memcpy(bad, good, count), bad[7] = 2, seal(bad, count);
    expect(ctx, bad, count, "format 1");
    memcpy(bad, good, count), bad[8] = 16, seal(bad, count);
    expect(ctx, bad, count, "numbers of 16 bytes");
    memcpy(bad, good, count), memset(bad + 8, 255, 4), seal(bad, count);
    expect(ctx, bad, count, "numbers of 4294967295 bytes");
    memcpy(bad, good, count), put_integer(bad + 20, 0), seal(bad, count);
    expect(ctx, bad, count, "layer of width 0");
    memcpy(bad, good, count), put_integer(bad + 12, 1000000), seal(bad, count);
    expect(ctx, bad, count, "length of");
    memcpy(bad, good, count), bad[40] ^= 1;
    expect(ctx, bad, count, "checksum");
    memcpy(bad, good, count), memset(bad + 28 + width, 0xff, width), seal(bad, count);
    expect(ctx, bad, count, "number 1 is not finite");
    write_bytes(good, count);
    OK(dmf_factors_load(ctx, path, &g));
    if (g) CHECK(same_bits(f, g));
    dmf_factors_destroy(f);
    dmf_factors_destroy(g);
    dmf_ctx_destroy(ctx);
}

static void what_cannot_be_done_is_said(void)
{
    dmf_ctx *ctx = NULL;
    dmf_factors *f = NULL, *g = NULL;
    unsigned char before[MOST], after[MOST];
    size_t count;
    OK(dmf_ctx_create(NULL, &ctx));
    OK(dmf_factors_create(NULL, 2, 2, 2, NULL, &f));
    OK(dmf_factors_save(ctx, f, path));
    count = read_bytes(before);
    f->data[5] = (dmf_real)NAN;
    CHECK(dmf_factors_save(ctx, f, path) == DMF_ERR_NONFINITE && strstr(dmf_message(ctx), "w[1]"));
    CHECK(read_bytes(after) == count && memcmp(before, after, count) == 0);
    f->data[5] = 0;
    CHECK(dmf_factors_save(ctx, NULL, path) == DMF_ERR_ARGUMENT && dmf_factors_save(ctx, f, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_factors_save(ctx, f, "no/such/folder/f.dmf") == DMF_ERR_FILE && strstr(dmf_message(ctx), "no/such"));
    CHECK(dmf_factors_load(ctx, "no/such/folder/f.dmf", &g) == DMF_ERR_FILE && strstr(dmf_message(ctx), "opened"));
    CHECK(dmf_factors_load(ctx, NULL, &g) == DMF_ERR_ARGUMENT && dmf_factors_load(ctx, path, NULL) == DMF_ERR_ARGUMENT);
    CHECK(g == NULL);
    dmf_factors_destroy(f);
    dmf_ctx_destroy(ctx);
}

/* first steps, then, through a file or not, the rest. */
static dmf_factors *run_in_two(dmf_method method, long first, long rest, int through_file)
{
    dmf_problem *p = small_problem();
    dmf_factors *f = small_factors("w0"), *g;
    dmf_motion m;
    memset(&m, 0, sizeof m);
    m.method = method;
    m.rate = method == DMF_GD || method == DMF_MOMENTUM ? 1e-3 : 0;
    m.stop_steps = first;
    OK(dmf_train(NULL, p, f, &m, NULL, NULL));
    if (through_file) {
        g = reload(f);
        dmf_factors_destroy(f);
        f = g;
    }
    m.stop_steps = rest;
    if (rest) OK(dmf_train(NULL, p, f, &m, NULL, NULL));
    dmf_problem_destroy(p);
    return f;
}

static void a_run_goes_on_as_if_it_had_not_been_saved(void)
{
    static const dmf_method methods[] = { DMF_GD, DMF_MOMENTUM, DMF_GROUP_RMSPROP, DMF_FLOW };
    size_t i;
    for (i = 0; i < sizeof methods / sizeof *methods; i++) {
        dmf_factors *kept = run_in_two(methods[i], 20, 30, 0), *saved = run_in_two(methods[i], 20, 30, 1);
        dmf_factors *whole = run_in_two(methods[i], 50, 0, 0);
        CHECK(same_bits(kept, saved));
        CHECK(same_bits(whole, saved) == (methods[i] == DMF_GD));
        dmf_factors_destroy(kept);
        dmf_factors_destroy(saved);
        dmf_factors_destroy(whole);
    }
}

static dmf_status save_and_load(void *user)
{
    dmf_factors *g = NULL;
    dmf_status s = dmf_factors_save(NULL, (const dmf_factors *)user, path);
    if (!s) s = dmf_factors_load(NULL, path, &g);
    dmf_factors_destroy(g);
    return s;
}

/* 100 000 layers of one number: the worst case, 40 bytes and the number for each layer of 4 bytes and the number. */
static void memory_follows_the_length_of_the_file(void)
{
    enum { LAYERS = 100000 };
    const long length = 24 + 4 * (LAYERS + 1) + LAYERS * WIDTH;
    int *hidden = (int *)malloc(LAYERS * sizeof *hidden), j;
    dmf_factors *f = NULL, *g = NULL;
    long asked;
    for (j = 0; j < LAYERS; j++) hidden[j] = 1;
    OK(dmf_factors_create(NULL, 1, 1, LAYERS, hidden, &f));
    OK(dmf_factors_save(NULL, f, path));
    asked = memory_bytes;
    OK(dmf_factors_load(NULL, path, &g));
    asked = memory_bytes - asked;
    CHECK(asked <= 6 * length + 65536);
    CHECK(g && same_bits(f, g));
    free(hidden);
    dmf_factors_destroy(f);
    dmf_factors_destroy(g);
}

#ifdef POSIX

static dmf_factors *one_number(double value)
{
    dmf_factors *f = NULL;
    OK(dmf_factors_create(NULL, 1, 1, 1, NULL, &f));
    f->data[0] = (dmf_real)value;
    return f;
}

static dmf_status save_number(const char *to, double value)
{
    dmf_factors *f = one_number(value);
    const dmf_status s = dmf_factors_save(NULL, f, to);
    dmf_factors_destroy(f);
    return s;
}

/* NaN if there are no factors of one number. */
static double load_number(const char *from)
{
    dmf_factors *f = NULL;
    const double value = !dmf_factors_load(NULL, from, &f) && f->size == 1 ? (double)f->data[0] : NAN;
    dmf_factors_destroy(f);
    return value;
}

static int mode_of(const char *name)
{
    struct stat found;
    return stat(name, &found) == 0 ? (int)(found.st_mode & 07777) : -1;
}

static void what_is_replaced_keeps_its_mode(void)
{
    static const int modes[] = { 0600, 0640, 0444, 0666, 0755 };
    const mode_t mask = umask(027);
    size_t i;
    remove(path);
    OK(save_number(path, 1));
    CHECK(mode_of(path) == 0640); /* as any program creates a file */
    for (i = 0; i < sizeof modes / sizeof *modes; i++) {
        CHECK(chmod(path, (mode_t)modes[i]) == 0);
        OK(save_number(path, (double)i));
        CHECK(mode_of(path) == modes[i] && load_number(path) == (double)i);
    }
    umask(mask);
}

static int is_link(const char *name)
{
    struct stat found;
    return lstat(name, &found) == 0 && S_ISLNK(found.st_mode);
}

/* A link, a chain of them that leads out of a folder and to nothing yet, and one in the place of the new file. */
static void links_lead_to_what_is_replaced(void)
{
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    char first[560], second[560], folder[560], up[600];
    snprintf(first, sizeof first, "%s.link", path);
    snprintf(folder, sizeof folder, "%s.folder", path);
    snprintf(second, sizeof second, "%s.folder/link", path);
    snprintf(up, sizeof up, "../%s", name);
    remove(first), remove(second), rmdir(folder);
    OK(save_number(path, 1));
    CHECK(symlink(name, first) == 0 && mkdir(folder, 0777) == 0 && symlink(up, second) == 0);
    OK(save_number(first, 2));
    CHECK(is_link(first) && !is_link(path) && load_number(path) == 2);
    OK(save_number(second, 3));
    CHECK(is_link(second) && load_number(path) == 3);
    remove(path);
    OK(save_number(second, 4));
    CHECK(is_link(second) && load_number(path) == 4);
    snprintf(beside, sizeof beside, "%s.part0", path);
    remove(first);
    CHECK(symlink(name, beside) == 0 && symlink(strrchr(first, '/') ? strrchr(first, '/') + 1 : first, first) == 0);
    snprintf(up, sizeof up, "%s.victim", path);
    OK(save_number(up, 5));
    remove(beside);
    CHECK(symlink(strrchr(up, '/') ? strrchr(up, '/') + 1 : up, beside) == 0);
    OK(save_number(path, 6));
    CHECK(load_number(path) == 6 && load_number(up) == 5 && is_link(beside));
    CHECK(save_number(first, 7) == DMF_ERR_FILE); /* a link to itself */
    remove(beside), remove(up), remove(first), remove(second), rmdir(folder);
    nothing_is_left();
}

/* As many links one after another as Linux follows, and one more. */
static void forty_links_are_followed(void)
{
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    char link[41][560], to[560];
    int i;
    for (i = 0; i < 41; i++) {
        snprintf(link[i], sizeof link[i], "%s.link%d", path, i);
        snprintf(to, sizeof to, i ? "%s.link%d" : "%s", name, i - 1);
        remove(link[i]);
        CHECK(symlink(to, link[i]) == 0);
    }
    OK(save_number(link[39], 8));
    CHECK(is_link(link[39]) && load_number(path) == 8 && load_number(link[39]) == 8);
    CHECK(save_number(link[40], 9) == DMF_ERR_FILE);
    for (i = 0; i < 41; i++) remove(link[i]);
    nothing_is_left();
}

static void only_ordinary_files_are_touched(void)
{
    char folder[560], pipe_name[560];
    dmf_factors *f = NULL;
    snprintf(folder, sizeof folder, "%s.folder", path);
    snprintf(pipe_name, sizeof pipe_name, "%s.pipe", path);
    rmdir(folder), remove(pipe_name);
    CHECK(mkdir(folder, 0777) == 0 && mkfifo(pipe_name, 0600) == 0);
    alarm(60); /* a pipe that is opened waits for ever */
    CHECK(save_number(folder, 1) == DMF_ERR_FILE && dmf_factors_load(NULL, folder, &f) == DMF_ERR_FILE);
    CHECK(save_number(pipe_name, 1) == DMF_ERR_FILE && dmf_factors_load(NULL, pipe_name, &f) == DMF_ERR_FILE);
    CHECK(dmf_factors_load(NULL, "/dev/zero", &f) == DMF_ERR_FILE); /* nothing is saved there: it might succeed */
    alarm(0);
    CHECK(rmdir(folder) == 0 && remove(pipe_name) == 0);
    CHECK(f == NULL);
}

static void a_file_that_cannot_be_finished_replaces_nothing(void)
{
    struct rlimit limit, small;
    dmf_factors *f = NULL;
    dmf_ctx *ctx = NULL;
    OK(dmf_ctx_create(NULL, &ctx));
    OK(dmf_factors_create(NULL, 50, 50, 2, NULL, &f));
    OK(save_number(path, 1));
    signal(SIGXFSZ, SIG_IGN);
    CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    small = limit;
    small.rlim_cur = 1000;
    if (CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0)) {
        CHECK(dmf_factors_save(ctx, f, path) == DMF_ERR_FILE && strstr(dmf_message(ctx), "to its end"));
        CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    }
    flushing_fails = 1;
    CHECK(dmf_factors_save(ctx, f, path) == DMF_ERR_FILE && strstr(dmf_message(ctx), "to its end"));
    flushing_fails = 0;
    CHECK(load_number(path) == 1);
    nothing_is_left();
    dmf_factors_destroy(f);
    dmf_ctx_destroy(ctx);
}

static void files_and_folders_reach_the_disk(void)
{
    const int files = files_flushed, folders = folders_flushed;
    OK(save_number(path, 1));
    OK(save_number("test_files.dmf", 1));
    remove("test_files.dmf");
    CHECK(files_flushed == files + 2 && folders_flushed == folders + 2);
}

/* Whoever looks finds the file of one of two writers, whole. */
static void writers_to_one_path_lose_nothing(void)
{
    int writer, k, status = 0, looks = 0;
    pid_t child[2];
    OK(save_number(path, 0));
    for (writer = 0; writer < 2; writer++)
        if ((child[writer] = fork()) == 0) {
            for (k = 0; k < 100 && !save_number(path, writer); k++) {}
            _exit(k < 100);
        }
    for (writer = 0; writer < 2; writer++) {
        do {
            const double value = load_number(path);
            CHECK(value == 0 || value == 1);
            looks++;
        } while (waitpid(child[writer], &status, WNOHANG) == 0);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    CHECK(looks > 2);
    nothing_is_left();
}

#endif

static void memory_may_run_out(void)
{
    dmf_factors *f = NULL;
    OK(dmf_factors_create(NULL, 5, 4, 3, NULL, &f));
    survive_without_memory(save_and_load, f);
    dmf_factors_destroy(f);
}

int main(int argc, char **argv)
{
    snprintf(path, sizeof path, "%s.dmf", argc > 0 ? argv[0] : "test_files");
    RUN(what_is_loaded_is_what_was_saved);
    RUN(the_format_is_what_the_interface_says);
    RUN(no_number_is_changed);
    RUN(damaged_files_are_refused);
    RUN(what_cannot_be_done_is_said);
    RUN(a_run_goes_on_as_if_it_had_not_been_saved);
    RUN(memory_may_run_out);
    RUN(memory_follows_the_length_of_the_file);
#ifdef POSIX
    RUN(what_is_replaced_keeps_its_mode);
    RUN(links_lead_to_what_is_replaced);
    RUN(forty_links_are_followed);
    RUN(only_ordinary_files_are_touched);
    RUN(a_file_that_cannot_be_finished_replaces_nothing);
    RUN(files_and_folders_reach_the_disk);
    RUN(writers_to_one_path_lose_nothing);
#endif
    remove(path);
    return finish();
}
