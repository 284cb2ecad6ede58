/* A program of many short tasks of unequal length, to try the runner of the examples with. */
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "../examples/example.h"

typedef struct settings { long count, pause; const char *needs; const task_list *list; } settings;

static double task_weight(void *user, int task)
{
    (void)user;
    return 1 + task * 31 % 17;
}

/* Every third task writes nothing. */
static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    int lines = (int)task_weight(user, task), i;
    struct timespec pause = { 0, s->pause * 100000 };
    if (s->needs && task == s->count / 2 && access(s->needs, F_OK) != 0) fail("task %d needs '%s'", task, s->needs);
    for (i = 0; i < lines; i++) {
        if (pause.tv_nsec) nanosleep(&pause, NULL);
        report_progress((double)i / lines);
        if (task % 3) fprintf(csv, "%d,%d,%ld\n", task, i, (s->list->seed + task) * 7919 % 1000 + i);
    }
}

int main(int argc, char **argv)
{
    settings s = { .count = 40 };
    task_list list = { .header = "task,line,value", .run = run_task, .weight = task_weight, .user = &s,
                       TASK_DEFAULTS, .trials = 1 };
    const option options[] = {
        TASK_OPTIONS(list, "unused", "unused"),
        { "count", WHOLE, &s.count, 0, 1e6, "tasks" },
        { "pause", WHOLE, &s.pause, 0, 1e3, "tenths of a millisecond before each line" },
        { "needs", TEXT, &s.needs, 0, 0, "a file without which the middle task fails" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Many short tasks.", options, option_count);
    list.count = (int)s.count;
    s.list = &list;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
