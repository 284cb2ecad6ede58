/*
PAPER_NOTES.md as claims. A block is a paragraph, an item of a list, or a table; headings and lines set off by four
spaces are none. A block that states something ends its sentence, or the first cell of its table, with a tag such as
[c:fig1]. What it states are its tokens, in order: numbers, also as words from two to twelve, and the words of
claim_words. What stands between back-quotes is a name, and states
nothing; nor does the number of a formula, (10.2).
*/
#ifndef NOTES_H
#define NOTES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct notes_block { const char *start, *end; int line; char tag[40]; } notes_block;

/* Stems: "recover" stands for recovers and recovered too. */
static const char *const claim_words[] = { "above", "below", "recover", "miss", "agree" };
static const char *const number_words[] = { "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
                                            "eleven", "twelve" };

static const char digits[] = "0123456789";

static int notes_digit(char c) { return c >= '0' && c <= '9'; }
static int notes_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/* The length of a number at s: digits, groups of three after blanks, a fraction, an exponent. */
static size_t number_length(const char *s)
{
    size_t n = strspn(s, digits), k, grouped = n <= 3;
    while (grouped && s[n] == ' ' && strspn(s + n + 1, digits) == 3) n += 4;
    if (s[n] == '.' && notes_digit(s[n + 1]))
        n += 1 + strspn(s + n + 1, digits);
    k = s[n] == 'e' ? n + 1 + strspn(s + n + 1, "+-") : n;
    return k > n && notes_digit(s[k]) ? k + strspn(s + k, digits) : n;
}

/* The length of a formula's number at s, as (10.2), else 0: chapter and count, neither with a zero in front. */
static size_t formula_length(const char *s)
{
    size_t chapter = *s == '(' ? strspn(s + 1, digits) : 0, count;
    if (chapter == 0 || chapter > 2 || s[1] == '0' || s[1 + chapter] != '.' || s[2 + chapter] == '0') return 0;
    count = strspn(s + 2 + chapter, digits);
    return count > 0 && count < 3 && s[2 + chapter + count] == ')' ? 3 + chapter + count : 0;
}

/* The next token of a block from *at on goes to token, of 40 characters; returns 0 where there is none. */
static int next_token(const char **at, const char *end, char *token)
{
    const char *s = *at;
    size_t i, n;
    while (s < end) {
        if (*s == '`' || strncmp(s, "[c:", 3) == 0) {
            const char *close = strchr(s + 1, *s == '`' ? '`' : ']');
            s = close && close < end ? close + 1 : end;
        } else if (formula_length(s)) {
            s += formula_length(s);
        } else if (notes_digit(*s)) {
            n = number_length(s);
            for (i = 0, *at = s + n; s < *at && i < 38; s++)
                if (*s != ' ') token[i++] = *s;
            token[i] = 0;
            if (!notes_letter(*s)) return 1;
        } else if (notes_letter(*s)) {
            for (n = 0; notes_letter(s[n]) || notes_digit(s[n]); n++) {}
            *at = s + n;
            for (i = 0; i < sizeof number_words / sizeof *number_words; i++)
                if (strlen(number_words[i]) == n && strncmp(s + 1, number_words[i] + 1, n - 1) == 0 &&
                    (*s | 32) == *number_words[i]) {
                    sprintf(token, "%d", (int)i + 2);
                    return 1;
                }
            for (i = 0; i < sizeof claim_words / sizeof *claim_words; i++)
                if (strncmp(s, claim_words[i], strlen(claim_words[i])) == 0) {
                    strcpy(token, claim_words[i]);
                    return 1;
                }
            s = *at;
        } else s++;
    }
    return 0;
}

/* The next block from *at on, which begins with a line; returns 0 where there is none. */
static int next_block(const char **at, int *line, notes_block *b)
{
    const char *s = *at, *tag;
    memset(b, 0, sizeof *b);
    for (; *s; s = strchr(s, '\n') + 1, ++*line) {
        int plain = *s != '\n' && *s != '#' && strncmp(s, "    ", 4) != 0;
        int begins = !plain || !b->start || strncmp(s, "- ", 2) == 0 || (*s == '|') != (*b->start == '|');
        if (b->start && begins) break;
        if (plain && !b->start) b->start = s, b->line = *line;
    }
    *at = b->end = s;
    if (!b->start) return 0;
    for (tag = b->start; (tag = strstr(tag, "[c:")) != NULL && tag[-1] == '`'; tag++) {}
    if (tag && tag < b->end && strcspn(tag, "]") < sizeof b->tag) strncpy(b->tag, tag + 3, strcspn(tag, "]") - 3);
    return 1;
}

#endif
