/* name - the names of tasks, agents, engines and notifiers */
#ifndef BASE_NAME_H
#define BASE_NAME_H

enum { NAME_SIZE = 65 }; /* with its NUL */

/* Whether it is [a-z0-9-]{1,64} with no '-' at either end. */
int name_ok(const char *name);

#endif
