/* choice - which of the tasks of a roster are shown, and in which order */
#ifndef LIST_CHOICE_H
#define LIST_CHOICE_H

#include "list/roster.h"

enum { CHOICE_LAST = 10 }; /* of those that ended */

/* A status, "broken", or "attention", "living" or "ended", for want; 0: another word. */
unsigned choice_word(const char *word);

/* 1 if the entry is one of those that are wanted, or may be for all that is known of it by now. */
int choice_wants(const struct roster *r, const struct entry *e);

/* For people: reads what decides on the kind of tasks that have not ended. */
void choice_judge(struct roster *r);

/* Makes shown, count, hidden and the sums of all. */
void choice_make(struct roster *r);

#endif
