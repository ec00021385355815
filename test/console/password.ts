/** scrypt takes a second of a busy machine: tests share one hash, at a ten-thousandth of its cost. What signing in does is the same. */
export const password = "correct horse battery";

/** Of that password, in the form in which `toolspec operators create` stores it. */
export const passwordHash = "scrypt$16$1$1$c2FsdCBvZiB0aGUgdGVzdHM$UxJKhiE777BNylQQCypQ25AjcdnbR0z9cSoxMlGRnNg";
