/* suggest - which word may have been meant by one that there is not */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

/*
 * How many letters differ between what was written and a word that there is: letters left out, put
 * in, put for another, or two exchanged; case does not count. SUGGEST_FAR for words that nobody
 * would take for each other.
 */
enum { SUGGEST_FAR = 1000 };
int suggest_distance(const char *written, const char *word);

#endif
