/* random - names nobody else has */
#ifndef RANDOM_H
#define RANDOM_H

enum { RANDOM_UUID = 37 };

/* A version 4 UUID in text. 0, -1 with errno. */
int random_uuid(char buf[RANDOM_UUID]);

#endif
