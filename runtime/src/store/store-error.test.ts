import { describe, expect, it } from "vitest";
import { StoreError, type StoreErrorReason, toStoreError } from "./store-error.ts";

const sqlite = (errcode: number) => Object.assign(new Error("from SQLite"), { code: "ERR_SQLITE_ERROR", errcode });
const system = (code: string) => Object.assign(new Error("from the system"), { code });

describe("toStoreError", () => {
  it.each<[string, unknown, StoreErrorReason]>([
    ["a locked database", sqlite(5), "busy"],
    ["a write to a read-only file", sqlite(8), "read_only"],
    ["an I/O error, by an extended code", sqlite(10 | (12 << 8)), "io"],
    ["a damaged file", sqlite(11), "corrupt"],
    ["a full disk", sqlite(13), "full"],
    ["a file that cannot be opened", sqlite(14), "cannot_open"],
    ["a broken constraint", sqlite(19), "query"],
    ["a folder without permission", system("EACCES"), "read_only"],
    ["a read-only mount", system("EROFS"), "read_only"],
    ["a full disk, by the system", system("ENOSPC"), "full"],
    ["a path through a file", system("ENOTDIR"), "cannot_open"],
    ["a programming error", new TypeError("undefined is not a function"), "query"],
  ])("tells %s apart and names the file", (_name, error, reason) => {
    const found = toStoreError(error, "/data/toolspec.db");
    expect(found.reason).toBe(reason);
    expect(found.message).toContain("/data/toolspec.db");
    expect(found.cause).toBe(error);
  });

  it("passes its own errors on as they are", () => {
    const error = new StoreError("newer", "tables of version 9");
    expect(toStoreError(error, "x")).toBe(error);
  });
});
