/* verdict - the five words that say how a task is doing */
#ifndef NOTICE_VERDICT_H
#define NOTICE_VERDICT_H

enum verdict { FINE, NEEDS_NUDGE, STUCK, DONE, ESCALATE, VERDICT_LAST };

/* "" for VERDICT_LAST. */
const char *verdict_word(enum verdict v);
/* VERDICT_LAST if word is not one of them. */
enum verdict verdict_parse(const char *word);

#endif
