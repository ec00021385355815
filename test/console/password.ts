/** scrypt takes a second of a busy machine: tests share one hash. */
export const password = "correct horse battery";

/** Of that password, as `toolspec operators create` stores it. */
export const passwordHash = "scrypt$32768$8$3$WEQ9Qut5TY7VKKyCxQuqQw$cJE2fK-4h5VLKZGHhaoPA2ZjOLg812aODKUTN8FHrEk";
