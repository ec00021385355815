/** `toolspec serve --workers`: what one worker does holds for all, and none is missed for long. */
import { once } from "node:events";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { childrenOf, serve, startWorkers, until } from "./system.ts";

/** Milliseconds for tests that start processes on a busy machine. */
const patience = 90_000;

const workers = 3;
const many = Array.from({ length: 12 }, (_, index) => `g${index}`);

describe("three workers", () => {
  let system: Awaited<ReturnType<typeof startWorkers>>;
  beforeAll(async () => {
    system = await startWorkers(workers);
  }, patience);
  afterAll(() => system.close());

  it("share the work", async () => {
    const { key } = await system.makeKey();
    // Who is idle takes the next: with many at a time, each has its part.
    await until("each worker has called the upstream", async () => {
      const replies = await Promise.all(many.map((id) => system.call(key, "read_gift", id)));
      expect(replies.map(({ status }) => status)).toEqual(many.map(() => 200));
      return system.upstream.ports.size >= workers || undefined;
    });
    expect(childrenOf(system.primary)).toHaveLength(workers);
  });

  it("run each approved call once, whoever parked it, and one of two operators wins", {
    timeout: patience,
  }, async () => {
    const { key } = await system.makeKey();
    const parked = await Promise.all(many.map((id) => system.call(key, "send_gift", id)));
    const ids = parked.map(({ inner }) => inner.approval_id as string);
    // The same call again, at another worker, is the same approval.
    expect((await system.call(key, "send_gift", "g0")).inner.approval_id).toBe(ids[0]);
    expect(new Set(ids).size).toBe(many.length);
    const decisions = await Promise.allSettled(
      ids.flatMap((id) => ["ana", "bob"].map((name) => system.desk.approve(id, { name }))),
    );
    expect(decisions.filter(({ status }) => status === "fulfilled")).toHaveLength(many.length);
    await until("all are executed", async () => {
      const { executed = 0 } = await system.store.approvals.count({ server: "gifts" });
      return executed === many.length ? true : undefined;
    });
    for (const id of many) expect(system.upstream.counts.get(`/send_gift/${id}`)).toBe(1);
  });

  it("take a person's yes once, though all hear it at the same time", async () => {
    const { key } = await system.makeKey();
    const asked = await system.call(key, "give_points", "one");
    expect(asked.result).toMatchObject({ resultType: "input_required" });
    const { requestState } = asked.result;
    const yes = { action: "accept", content: { confirm: true } };
    const answer = { requestState, inputResponses: { confirm: yes } };
    const replies = await Promise.all(many.map(() => system.call(key, "give_points", "one", answer)));
    const refused = replies.filter(({ result }) => result.isError);
    expect(refused.map(({ inner }) => inner.error.reason)).toEqual(Array(many.length - 1).fill("used"));
    expect(system.upstream.counts.get("/give_points/one")).toBe(1);
  });

  it("all refuse a key within a second of its end", async () => {
    const { key, id } = await system.makeKey();
    const call = () => Promise.all(many.map(() => system.call(key, "read_gift", "g0")));
    expect((await call()).map(({ status }) => status)).toEqual(many.map(() => 200));
    expect(await system.store.keys.revoke(id, Date.now())).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await call()).map(({ status }) => status)).toEqual(many.map(() => 401));
  });
});

describe("workers that die", () => {
  it("are replaced, even all at once; and SIGTERM lets what runs end", { timeout: patience }, async () => {
    const system = await startWorkers(workers);
    onTestFinished(() => system.close());
    const { key } = await system.makeKey();
    const answered = () =>
      system.call(key, "read_gift", "g0").then(
        ({ status }) => status === 200 || undefined,
        // Nobody listens, or who does dies just now. Silence is neither.
        (error: NodeJS.ErrnoException) => {
          if (error.code !== "ECONNREFUSED" && error.code !== "ECONNRESET") throw error;
          return undefined;
        },
      );
    const killed: number[] = [];
    const kill = (pids: readonly number[]) => {
      for (const pid of pids) process.kill(pid, "SIGKILL");
      killed.push(...pids);
    };
    const areFresh = () => {
      const now = childrenOf(system.primary);
      return (now.length === workers && now.every((pid) => !killed.includes(pid))) || undefined;
    };

    kill(childrenOf(system.primary).slice(0, 1));
    await until("it is served by the others", answered);
    await until("the dead one is replaced", areFresh);
    kill(childrenOf(system.primary));
    await until("all are replaced", areFresh);
    await until("it is served on the same port", answered);
    expect(system.primary.logged().match(/another takes its place/g)).toHaveLength(1 + workers);
    expect(system.primary.logged()).toContain('"signal":"SIGKILL"');

    const sent = system.upstream.counts.get("/gifts/slow") ?? 0;
    const slow = system.call(key, "read_gift", "slow");
    await until("it is under way", () => (system.upstream.counts.get("/gifts/slow") ?? 0) > sent || undefined);
    const left = childrenOf(system.primary);
    const ended = once(system.primary, "close");
    system.primary.kill("SIGTERM");
    expect(await slow).toMatchObject({ status: 200, inner: { url: "/gifts/slow" } });
    expect(await ended).toEqual([0, null]);
    for (const pid of left) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});

describe("serve --workers refuses", () => {
  async function run(args: readonly string[]) {
    const child = serve(["--workers", "2", ...args]);
    onTestFinished(() => void child.kill("SIGKILL"));
    const [code] = await once(child, "close");
    return { code, text: child.logged() };
  }

  it("a store that nobody can share", async () => {
    const { code, text } = await run(["--port", "0", "--data", ":memory:"]);
    expect(code).toBe(3);
    expect(text).toBe(
      "error: --data :memory: is a store of one process alone, and --workers share one. Name a file, or leave --workers away.\n",
    );
  });

  it("a port that is in use, once", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const { code, text } = await run(["--port", String(port), "--data", "/tmp/toolspec-workers-unused/t.sqlite"]);
    expect(code).toBe(4);
    expect(text.match(/is in use/g)).toHaveLength(1);
  });

  it("a number that is none", async () => {
    const { code, text } = await run(["--workers", "0"]);
    expect(code).toBe(3);
    expect(text).toContain("--workers must be a whole number from 1 to 256");
  });
});
