/** Specs as a git revision has them: read from git's objects, nothing is checked out and no shell is started. */
import { spawnSync } from "node:child_process";
import type { ReadResult, SpecHost } from "../spec/host.ts";

/** What git could not do, in words for whoever asked for it. */
export class GitProblem extends Error {}

export interface Revision {
  /** As it was asked for: `HEAD`, `v1.2.0`, `main~3`. */
  readonly name: string;
  /** Hexadecimal id of the commit. */
  readonly commit: string;
  /** Paths of all files below the working directory's root, relative to it. */
  readonly paths: readonly string[];
  readonly host: SpecHost;
}

/** Bytes that git may answer with: the largest contract is 32 MiB, and a repository's list of files is far smaller. */
const answerMaxBytes = 256 * 1024 * 1024;

/**
 * Open a revision of the repository that holds `root`, with paths relative to `root`.
 *
 * @throws GitProblem where there is no git, no repository, or no such revision.
 */
export function openRevision(root: string, name: string): Revision {
  const commit = commitOf(root, name);
  // Paths below `root`, relative to it: git answers so where it is started there.
  const listed = git(root, ["ls-tree", "-r", "-z", "-l", commit]).toString("utf8");
  const entries = new Map(listed.split("\0").filter(Boolean).map(toEntry));
  return { name, commit, paths: [...entries.keys()], host: treeHost(root, entries) };
}

/** The last commit that touched a file; undefined where none did. */
export function lastCommitOf(root: string, path: string): string | undefined {
  const text = git(root, ["log", "-1", "--format=%H", "--", path]).toString("utf8").trim();
  return text === "" ? undefined : text;
}

/** The folder of the repository that holds this one. */
export function topOf(folder: string): string {
  // Said as `commitOf` says it where there is none.
  commitOf(folder, "HEAD");
  return git(folder, ["rev-parse", "--show-toplevel"]).toString("utf8").trim();
}

function commitOf(root: string, name: string): string {
  const { status, stdout, error } = run(root, [
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${name}^{commit}`,
  ]);
  if (error !== undefined) throw new GitProblem("git is not installed: diff reads the old specs from it");
  if (status === 0) return stdout.toString("utf8").trim();
  if (run(root, ["rev-parse", "--git-dir"]).status !== 0)
    throw new GitProblem(
      `${root} is in no git repository: the old specs are read from one; begin with \`git init\` and a commit`,
    );
  const mend =
    name === "HEAD" ? "commit the specs first" : "name a branch, a tag or a commit; in a CI job, fetch it first";
  throw new GitProblem(`git knows no revision ${JSON.stringify(name)}: ${mend}`);
}

function git(root: string, args: readonly string[], input?: string): Buffer {
  const { status, stdout, stderr, error } = run(root, args, input);
  if (status === 0) return stdout;
  const why = error?.message ?? stderr.toString("utf8").trim();
  throw new GitProblem(`git ${args[0]} failed: ${why}`);
}

function run(root: string, args: readonly string[], input = "") {
  // It must neither ask for a password nor fetch what a partial clone lacks.
  const env = { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_NO_LAZY_FETCH: "1", GIT_OPTIONAL_LOCKS: "0" };
  return spawnSync("git", ["-C", root, ...args], { env, input, maxBuffer: answerMaxBytes, stdio: "pipe" });
}

interface Entry {
  readonly mode: string;
  readonly id: string;
  readonly bytes: number;
}

/** `100644 blob <id>  <bytes>\t<path>` */
function toEntry(line: string): readonly [string, Entry] {
  const tab = line.indexOf("\t");
  const [mode = "", , id = "", bytes = "0"] = line.slice(0, tab).split(/ +/);
  return [line.slice(tab + 1), { mode, id, bytes: Number(bytes) || 0 }];
}

function treeHost(root: string, entries: ReadonlyMap<string, Entry>): SpecHost {
  const folders = new Map<string, Set<string>>();
  for (const path of entries.keys()) {
    const steps = path.split("/");
    for (let depth = 0; depth < steps.length; depth++) {
      const folder = steps.slice(0, depth).join("/");
      const names = folders.get(folder) ?? new Set();
      folders.set(folder, names.add(`${steps[depth]}${depth < steps.length - 1 ? "/" : ""}`));
    }
  }
  const blobs = new Map<string, Buffer>();
  return {
    list: async (folder) => {
      const names = folders.get(normal(folder));
      return names === undefined ? undefined : [...names];
    },
    read: async (path, maxBytes) => {
      const entry = entries.get(normal(path));
      if (entry === undefined) return { kind: "missing" };
      if (!entry.mode.startsWith("100")) return { kind: "unreadable", reason: "it is no regular file" };
      if (entry.bytes > maxBytes) return { kind: "too-large", bytes: entry.bytes };
      if (!blobs.has(entry.id)) readFolder(root, path, entries, blobs);
      return decode(blobs.get(entry.id) ?? Buffer.alloc(0));
    },
  };
}

function normal(path: string): string {
  return path === "." ? "" : path.replace(/^\.\//, "").replace(/\/$/, "");
}

/** Bytes of other files of a folder that are read along: they will be asked for next. */
const alongMaxBytes = 1024 * 1024;

/** Read a file and its neighbours by one `git cat-file`: one process a file takes seconds for a thousand tools. */
function readFolder(root: string, path: string, entries: ReadonlyMap<string, Entry>, blobs: Map<string, Buffer>): void {
  const folder = normal(path).split("/").slice(0, -1).join("/");
  const isAsked = (other: string) => other === normal(path);
  const wanted = [...entries].filter(
    ([other, { mode, bytes }]) =>
      isAsked(other) ||
      (other.startsWith(`${folder}/`) && mode.startsWith("100") && bytes <= alongMaxBytes && /\.ya?ml$/.test(other)),
  );
  const ids = [...new Set(wanted.map(([, { id }]) => id))];
  const answer = git(root, ["cat-file", "--batch"], `${ids.join("\n")}\n`);
  let at = 0;
  for (const id of ids) {
    // `<id> blob <bytes>\n<contents>\n`
    const end = answer.indexOf(10, at);
    const bytes = Number(answer.subarray(at, end).toString("latin1").split(" ")[2]);
    if (!Number.isSafeInteger(bytes)) throw new GitProblem(`git has no object ${id}: fetch all of the revision first`);
    blobs.set(id, answer.subarray(end + 1, end + 1 + bytes));
    at = end + 1 + bytes + 1;
  }
}

function decode(bytes: Uint8Array): ReadResult {
  try {
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { kind: "unreadable", reason: "it is not UTF-8 text" };
  }
}
