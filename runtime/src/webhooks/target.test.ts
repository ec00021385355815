import { createSocket } from "node:dgram";
import type { LookupAddress } from "node:dns";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { reachOf } from "./address.ts";
import { post } from "./post.ts";
import { createDnsResolve, type Resolve, resolveBySystem } from "./resolve.ts";
import { TargetError, toTarget } from "./target.ts";

/** Addresses that must never be sent to, whoever gives them. */
const attacks: readonly string[] = [
  // Other schemes, and none.
  "http://example.com/hook",
  "file:///etc/passwd",
  "ftp://example.com/",
  "gopher://example.com:6379/_FLUSHALL",
  "data:text/plain,x",
  "javascript:alert(1)",
  "//example.com/hook",
  "example.com/hook",
  "",
  // What a reader and a parser understand differently.
  "https:example.com",
  "https:///example.com/",
  "https:\\\\example.com\\hook",
  "https://example.com\\@127.0.0.1/",
  "https://exam\tple.com/",
  "https://example.com/\r\nX-Injected: 1",
  " https://example.com/",
  "https://example.com/#@127.0.0.1/",
  // Users and passwords.
  "https://user:password@example.com/",
  "https://example.com@127.0.0.1/",
  "https://@example.com/",
  // This machine.
  "https://localhost/",
  "https://LOCALHOST./",
  "https://anything.localhost/",
  "https://127.0.0.1/",
  "https://127.1/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0177.0.0.1/",
  "https://%31%32%37.0.0.1/",
  "https://１２７.０.０.１/",
  "https://0.0.0.0/",
  "https://[::1]/",
  "https://[::]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::127.0.0.1]/",
  "https://[64:ff9b::127.0.0.1]/",
  // Its networks.
  "https://10.0.0.1/",
  "https://172.16.0.1/",
  "https://172.31.255.255/",
  "https://192.168.1.1/",
  "https://100.64.0.1/",
  "https://[fd00::1]/",
  "https://[fe80::1]/",
  "https://[::ffff:c0a8:101]/",
  "https://intranet/",
  "https://db.internal/",
  "https://printer.local/",
  // Cloud metadata.
  "https://169.254.169.254/latest/meta-data/",
  "https://0xa9fea9fe/",
  "https://[::ffff:169.254.169.254]/",
  "https://[64:ff9b::a9fe:a9fe]/",
  "https://metadata.google.internal/",
  // Reserved, multicast, documentation; tunnels to any of these.
  "https://192.0.2.1/",
  "https://198.18.0.1/",
  "https://224.0.0.1/",
  "https://255.255.255.255/",
  "https://[ff02::1]/",
  "https://[2001:db8::1]/",
  "https://[2002:7f00:1::]/",
  "https://[2001:0:4136:e378::1]/",
];

const refused = (url: string, allowPrivate = false) => {
  try {
    toTarget(url, { allowPrivate });
    return undefined;
  } catch (error) {
    return error;
  }
};

const resolveTo =
  (...addresses: readonly string[]): Resolve =>
  (_name, callback) =>
    callback(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 })),
    );

const message = { allowPrivate: false, headers: {}, body: "{}" };

describe("an endpoint's address", () => {
  it.each(attacks)("is refused before any look-up: %j", async (url) => {
    expect(refused(url)).toBeInstanceOf(TargetError);
    let looked = false;
    const resolve: Resolve = (_name, callback) => {
      looked = true;
      callback(null, [{ address: "203.0.113.1", family: 4 }]);
    };
    expect(await post({ ...message, url }, { resolve, timeoutMs: 2000 })).toEqual({ error: expect.any(String) });
    expect(looked).toBe(false);
  });

  it.each([
    "https://example.com/hook?token=a%20b",
    "https://example.com:8443/",
    "https://93.184.215.14/",
    "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
    "https://localhost.example.com/",
    "https://bücher.example/",
  ])("may be %s", (url) => expect(refused(url)).toBeUndefined());

  it("may be on a private network where that is allowed, but never where a cloud keeps credentials", () => {
    for (const url of ["http://localhost:9000/", "http://10.0.0.1/", "https://[fd00::1]/", "http://queue/"])
      expect(refused(url, true)).toBeUndefined();
    for (const url of ["http://169.254.169.254/", "http://[fe80::1]/", "http://0.0.0.0/", "http://224.0.0.1/"])
      expect(refused(url, true)).toBeInstanceOf(TargetError);
  });

  it("is refused in a sentence that says how to mend it", () => {
    expect(refused("https://10.0.0.1/")).toMatchObject({
      message: "10.0.0.1 is on a private network. --allow-private allows it.",
    });
  });
});

describe("a name", () => {
  it.each([
    ["127.0.0.1"],
    ["10.0.0.1"],
    ["169.254.169.254"],
    ["::1"],
    ["::ffff:127.0.0.1"],
    ["fe80::1%eth0"],
    ["93.184.215.14", "127.0.0.1"],
  ])("that leads to %s is not connected to", async (...addresses) => {
    const posted = await post({ ...message, url: "https://rebind.example/" }, { resolve: resolveTo(...addresses) });
    expect(posted.error).toMatch(/is on a private network|is not on the Internet/);
  });

  it("is connected to where it led when it was checked, looked up once", async () => {
    const server = createServer((_request, response) => response.end()).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    let looks = 0;
    const resolve: Resolve = (name, callback) => {
      looks += 1;
      resolveTo(looks === 1 ? "127.0.0.1" : "169.254.169.254")(name, callback);
    };
    const url = `http://hook.example:${(server.address() as AddressInfo).port}/`;
    expect(await post({ ...message, url, allowPrivate: true }, { resolve })).toEqual({ status: 200 });
    expect(looks).toBe(1);
  });

  it("that nobody knows is a failure like any other", async () => {
    const error = Object.assign(new Error("getaddrinfo ENOTFOUND nowhere.example"), { code: "ENOTFOUND" });
    const posted = await post(
      { ...message, url: "https://nowhere.example/" },
      { resolve: (_, done) => done(error, []) },
    );
    expect(posted).toEqual({ error: "ENOTFOUND: getaddrinfo ENOTFOUND nowhere.example" });
    const empty = await post({ ...message, url: "https://nowhere.example/" }, { resolve: resolveTo() });
    expect(empty).toEqual({ error: "nowhere.example has no address" });
  });
});

it.each([
  ["8.8.8.8", "public"],
  ["172.32.0.1", "public"],
  ["64:ff9b::8.8.8.8", "public"],
  ["2606:4700::1111", "public"],
  ["fdff::1", "private"],
  ["::2", "forbidden"],
  ["not an address", "forbidden"],
])("%s is %s", (address, reach) => expect(reachOf(address)).toBe(reach));

describe("the look-up", () => {
  /** A name server that knows one address of every name but `nowhere`, and never answers for `silent`. */
  async function nameServer(address: readonly number[]) {
    const socket = createSocket("udp4");
    socket.on("message", (question, from) => {
      const name = question.toString("latin1");
      if (name.includes("silent")) return;
      const isA = question.readUInt16BE(question.indexOf(0, 12) + 1) === 1;
      const end = question.indexOf(0, 12) + 5;
      const answers = isA && !name.includes("nowhere") ? 1 : 0;
      const head = Buffer.alloc(12);
      question.copy(head, 0, 0, 2);
      head.writeUInt16BE(name.includes("nowhere") ? 0x8183 : 0x8180, 2);
      head.writeUInt16BE(1, 4);
      head.writeUInt16BE(answers, 6);
      const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, ...address]);
      socket.send(Buffer.concat([head, question.subarray(12, end), ...(answers ? [record] : [])]), from.port);
    });
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    onTestFinished(() => void socket.close());
    return createDnsResolve([`127.0.0.1:${socket.address().port}`]);
  }

  it("asks name servers, and what they answer is checked", async () => {
    const ask = await nameServer([10, 1, 2, 3]);
    const posted = await post({ ...message, url: "https://hooks.example/" }, { resolve: ask });
    expect(posted.error).toBe("10.1.2.3 is on a private network. --allow-private allows it.");
    const unknown = await post({ ...message, url: "https://nowhere.example/" }, { resolve: ask });
    expect(unknown.error).toContain("ENOTFOUND");
    const silent = await post({ ...message, url: "https://silent.example/" }, { resolve: ask, timeoutMs: 300 });
    expect(silent.error).toBe("no complete reply within 0.3 s");
  });

  it("finds names of this machine where private addresses are allowed", async () => {
    const found = await new Promise((resolve) =>
      resolveBySystem("localhost", (_error, addresses) => resolve(addresses)),
    );
    expect(found).toContainEqual({ address: "127.0.0.1", family: 4 });
  });
});
