/* uuid - unique names */
#ifndef BASE_UUID_H
#define BASE_UUID_H

enum { UUID_TEXT = 37 };

/* A random (version 4) UUID as text. 0; -1 with errno. */
int uuid_random(char buf[UUID_TEXT]);

#endif
