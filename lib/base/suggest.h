/* suggest - finds the word that a mistyped one may mean */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

enum { SUGGEST_FAR = 1000 };

/*
 * How many typing mistakes (a letter left out, added or replaced, two letters exchanged; case does
 * not count) make `written` of `word`; SUGGEST_FAR if the two are not similar.
 */
int suggest_distance(const char *written, const char *word);

#endif
