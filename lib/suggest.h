/* suggest - which word may have been meant by one that there is not */
#ifndef SUGGEST_H
#define SUGGEST_H

/*
 * How many letters differ between what was written and a word that there is: letters left out, put
 * in, put for another, or two exchanged; case does not count. SUGGEST_FAR for words that nobody
 * would take for each other.
 */
enum { SUGGEST_FAR = 1000 };
int suggest_distance(const char *written, const char *word);

#endif
