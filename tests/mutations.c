/*
Reads files with bytes changed at random, each in a process of its own: every one is read, or refused with one line that
names the file. Built with the sanitizers, it finds what they find.
Usage: mutations count file...
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "../examples/example.h"
#include "../examples/table.h"

static const char alphabet[] = "\n\n\r\t ,,;::\"\"'#%-+.eE0123456789aN?\xef\xbb\xbf\xff\\\x7f";

/* Changes, removes, adds or repeats a few bytes. */
static size_t mutate(dmf_rng *rng, char *bytes, size_t size)
{
    int left = 1 + (int)dmf_below(rng, 6);
    for (; left > 0 && size > 1; left--) {
        size_t at = dmf_below(rng, size), span = 1 + dmf_below(rng, 20), what = dmf_below(rng, 5);
        char byte = alphabet[dmf_below(rng, sizeof alphabet)];  /* the zero at the end as well */
        if (span > size - at) span = size - at;
        if (what == 0) bytes[at] = byte;
        if (what == 1) memmove(bytes + at, bytes + at + span, size - at - span), size -= span;
        if (what == 2) memmove(bytes + at + 1, bytes + at, size - at), bytes[at] = byte, size++;
        if (what == 3) memmove(bytes + at + span, bytes + at, size - at), size += span;
        if (what == 4) size = at + 1;
    }
    return size;
}

static void write_bytes(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) fail("cannot write '%s'", path);
}

/* Returns whether the file is read without a word, or refused with one line. */
static int is_sound(const char *path, const char *said, const format *wanted, int *read)
{
    char line[4096];
    size_t size;
    FILE *file = NULL;
    int status;
    pid_t pid = fork();
    if (pid < 0) fail("cannot start a process: %s", strerror(errno));
    if (pid == 0) {
        matrix m;
        if (!freopen(said, "w", stderr)) _exit(3);
        alarm(20);
        m = read_matrix(path, wanted);
        free_matrix(&m);
        exit(0);
    }
    if (waitpid(pid, &status, 0) != pid || !(file = fopen(said, "r"))) fail("cannot wait for a process");
    size = fread(line, 1, sizeof line - 1, file);
    line[size] = 0;
    fclose(file);
    *read += status == 0;
    if (status == 0) return size == 0;
    return WIFEXITED(status) && WEXITSTATUS(status) == 1 && size > 0 && strchr(line, '\n') == line + size - 1 &&
           strstr(line, path);
}

int main(int argc, char **argv)
{
    const char *count = argc > 2 ? argv[1] : "";
    dmf_rng rng = dmf_seed(1, 0);
    char path[64], said[80];
    long each, k;
    int f, read = 0, tried = 0;
    if (!read_whole(&count, 0, 1, 1e6, &each)) fail("usage: mutations count file...");
    snprintf(path, sizeof path, "/tmp/mutation.%ld", (long)getpid());
    snprintf(said, sizeof said, "%s.said", path);
    for (f = 2; f < argc; f++) {
        text original = read_bytes(argv[f]);
        char *bytes = (char *)allocate(original.size + 1000, 1);
        for (k = 0; k < each; k++, tried++) {
            format wanted = { (int)dmf_below(&rng, 4) * (k % 2), 0, 0, 0, (int)dmf_below(&rng, 3) };
            size_t size = original.size;
            memcpy(bytes, original.bytes, size);
            if (k > 0) size = mutate(&rng, bytes, size);
            write_bytes(path, bytes, size);
            if (!is_sound(path, said, &wanted, &read)) fail("%s, mutation %ld: kept in '%s'", argv[f], k, path);
        }
        free(bytes);
        free(original.bytes);
    }
    remove(path);
    remove(said);
    printf("%d files, %d of them read\n", tried, read);
    return 0;
}
