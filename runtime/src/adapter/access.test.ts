import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAccess } from "./access.ts";
import { type Place, startPlace, temporary } from "./fixture.ts";
import { createGrantStore } from "./grant-store.ts";

let place: Place;
beforeEach(async () => {
  place = await startPlace();
});
afterEach(() => place.close());

function start(folder = temporary(), scopes: readonly string[] = ["mcp:read"]) {
  const store = createGrantStore(folder, place.url);
  const lines: string[] = [];
  const opened: URL[] = [];
  const access = createAccess({
    url: place.url,
    scopes,
    store,
    client: { name: "acme-pay", title: "Acme Pay", version: "1.2.3" },
    signal: new AbortController().signal,
    openBrowser: async (url) => {
      opened.push(url);
      void fetch(url).catch(() => {});
    },
    notify: (line) => lines.push(line),
    loginTimeoutMs: 2_000,
  });
  return { access, store, lines, opened, folder };
}

const none = { scopes: [] };
const write = { scopes: ["mcp:read", "mcp:write"] };
const refused = (error: string) => {
  place.knobs.token = (_form, response) => {
    response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ error }));
    return true;
  };
};

describe("a token", () => {
  it("is there after a login, and kept", async () => {
    const { access, store, folder, opened } = start();
    expect(await access.token()).toBeUndefined();
    const token = await access.renew(undefined, none);
    expect(await access.token()).toBe(token);
    expect(store.read()?.tokens?.accessToken).toBe(token);
    expect(await start(folder).access.token()).toBe(token);
    expect(opened).toHaveLength(1);
  });

  it("is asked for once by all that wait for it", async () => {
    const { access, opened } = start();
    const tokens = await Promise.all([1, 2, 3].map(() => access.renew(undefined, none)));
    expect(new Set(tokens).size).toBe(1);
    expect(opened).toHaveLength(1);
  });

  it("is the one that another adapter logged in for meanwhile", async () => {
    const folder = temporary();
    const [one, other] = [start(folder), start(folder)];
    const tokens = await Promise.all([one, other].map(({ access }) => access.renew(undefined, none)));
    expect(tokens[0]).toBe(tokens[1]);
    expect(one.opened.length + other.opened.length).toBe(1);
  });

  it("is refreshed before it ends, once for all, and the rotated one is kept", async () => {
    place.knobs.tokenTtlSeconds = 20;
    const { access, store, opened } = start();
    const old = await access.renew(undefined, none);
    const before = store.read()?.tokens?.refreshToken;
    place.knobs.tokenTtlSeconds = 300;
    const tokens = await Promise.all([1, 2, 3].map(() => access.token()));
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe(old);
    expect(store.read()?.tokens?.refreshToken).not.toBe(before);
    expect([opened.length, place.count("/token")]).toEqual([1, 2]);
  });

  it("is used to its end where the authorization server cannot refresh it now", async () => {
    place.knobs.tokenTtlSeconds = 20;
    const { access } = start();
    const old = await access.renew(undefined, none);
    place.knobs.token = (_form, response) => {
      response.writeHead(503).end("busy");
      return true;
    };
    expect(await access.token()).toBe(old);
  });

  it("that was refused is refreshed, and so no window opens", async () => {
    const { access, opened } = start();
    const old = await access.renew(undefined, none);
    const renewed = await access.renew(old, none);
    expect(renewed).not.toBe(old);
    expect(await access.renew(old, none)).toBe(renewed);
    expect([opened.length, place.count("/token")]).toEqual([1, 2]);
  });

  it("is kept with its refresh token where that is not rotated", async () => {
    const { access, store } = start();
    const old = await access.renew(undefined, none);
    const before = store.read()?.tokens?.refreshToken;
    place.knobs.token = (_form, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ access_token: "new", token_type: "Bearer", expires_in: 60 }));
      return true;
    };
    expect(await access.renew(old, none)).toBe("new");
    expect(store.read()?.tokens).toMatchObject({ refreshToken: before, scopes: ["mcp:read"] });
  });
});

describe("a grant", () => {
  it("that was taken back leads to a login with the same registration", async () => {
    const { access, opened } = start();
    const old = await access.renew(undefined, none);
    place.revokeGrants();
    expect(await access.renew(old, none)).not.toBe(old);
    expect([opened.length, place.count("/register")]).toEqual([2, 1]);
  });

  it("whose registration is forgotten leads to a new registration", async () => {
    const { access, opened } = start();
    const old = await access.renew(undefined, none);
    place.forgetClients();
    expect(await access.renew(old, none)).not.toBe(old);
    expect([opened.length, place.count("/register")]).toEqual([2, 2]);
  });

  it("whose registration fails at the login is registered anew by the next", async () => {
    const { access, store, folder } = start();
    const old = await access.renew(undefined, none);
    place.revokeGrants();
    place.knobs.callback = (params) => {
      params.delete("code");
      params.set("error", "unauthorized_client");
      return params;
    };
    await expect(access.renew(old, none)).rejects.toThrow("unauthorized_client");
    expect(store.read()).toBeUndefined();
    place.knobs.callback = (params) => params;
    await start(folder).access.renew(undefined, none);
    expect(place.count("/register")).toBe(2);
  });

  it("is never shown to another authorization server than its own", async () => {
    const { access, store, opened } = start();
    const old = await access.renew(undefined, none);
    const grant = store.read();
    if (grant === undefined) throw new Error("no grant");
    store.write({ ...grant, issuer: "https://elsewhere.example.com" });
    const secret = grant.tokens?.refreshToken ?? "none";
    await access.renew(old, none);
    expect(opened).toHaveLength(2);
    expect(place.seen.filter(({ body }) => body.includes(secret))).toEqual([]);
  });

  it("is not given up because the authorization server is down, and no window opens", async () => {
    const { access, store, opened } = start();
    const old = await access.renew(undefined, none);
    refused("temporarily_unavailable");
    await expect(access.renew(old, none)).rejects.toThrow("did not refresh the grant: temporarily_unavailable.");
    expect(store.read()?.tokens?.accessToken).toBe(old);
    expect(opened).toHaveLength(1);
  });

  it("is refreshed where its endpoint's challenge once said, not at the well-known place", async () => {
    const { access } = start();
    const old = await access.renew(undefined, { ...none, metadataUrl: `${place.issuer}/metadata` });
    await access.renew(old, none);
    expect(place.count("/metadata")).toBe(2);
    expect(place.count("/.well-known/oauth-protected-resource/mcp")).toBe(0);
  });

  it("that somebody logged out of is not used again", async () => {
    const { access, store } = start();
    await access.renew(undefined, none);
    store.delete();
    expect(await access.token()).toBeUndefined();
  });
});

describe("a login that failed", () => {
  it("is not tried again at once, so that a client which repeats itself opens one window", async () => {
    place.knobs.callback = (params) => {
      params.set("error", "access_denied");
      return params;
    };
    const { access, opened } = start();
    for (let time = 0; time < 3; time++) await expect(access.renew(undefined, none)).rejects.toThrow("access_denied");
    expect(opened).toHaveLength(1);
  });
});

describe("a step up", () => {
  it("asks for what was granted and what is missing, with the same registration", async () => {
    const { access, store, opened, lines } = start();
    const old = await access.renew(undefined, none);
    const wider = await access.stepUp(old, write);
    expect(wider).not.toBe(old);
    expect(opened[1]?.searchParams.get("scope")).toBe("mcp:read mcp:write");
    expect(store.read()?.tokens?.scopes).toEqual(["mcp:read", "mcp:write"]);
    expect(place.count("/register")).toBe(1);
    expect(lines.join()).toContain("Acme Pay asks for more: mcp:read, mcp:write");
  });

  it("is asked once for all that need it", async () => {
    const { access, opened } = start();
    const old = await access.renew(undefined, none);
    const tokens = await Promise.all([1, 2].map(() => access.stepUp(old, write)));
    expect(new Set(tokens).size).toBe(1);
    expect(opened).toHaveLength(2);
    expect(await access.stepUp(old, write)).toBe(tokens[0]);
    expect(opened).toHaveLength(2);
  });

  it("that a person declines leaves the grant as it is, and is not asked again", async () => {
    const { access, store, opened } = start();
    const old = await access.renew(undefined, none);
    place.knobs.callback = (params) => {
      params.set("error", "access_denied");
      return params;
    };
    expect(await access.stepUp(old, write)).toBeUndefined();
    expect(await access.stepUp(old, write)).toBeUndefined();
    expect(opened).toHaveLength(2);
    expect(store.read()?.tokens?.accessToken).toBe(old);
  });

  it("that is granted less than asked is not asked again", async () => {
    const { access, opened } = start();
    const old = await access.renew(undefined, none);
    place.knobs.grant = () => ["mcp:read"];
    const narrow = (await access.stepUp(old, write)) ?? "";
    expect(await access.stepUp(narrow, write)).toBeUndefined();
    expect(opened).toHaveLength(2);
  });

  it("without a scope to ask for asks nothing", async () => {
    const { access, opened } = start();
    const old = await access.renew(undefined, none);
    expect(await access.stepUp(old, none)).toBeUndefined();
    expect(opened).toHaveLength(1);
  });
});
