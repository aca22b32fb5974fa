/* uuid - names nobody else has */
#ifndef BASE_UUID_H
#define BASE_UUID_H

enum { UUID_TEXT = 37 };

/* A version 4 UUID in text. 0, -1 with errno. */
int uuid_random(char buf[UUID_TEXT]);

#endif
