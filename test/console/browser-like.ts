/** Does over HTTP what a browser does with forms and cookies, so that a test can also do what no browser would. */

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A cookie jar in front of one origin. */
export function openForms(origin: string) {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...(cookie !== "" && { cookie }), ...(init.headers as Record<string, string>) };
    const response = await fetch(origin + path, { redirect: "manual", ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const [name = "", value = ""] = pair.split("=");
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const get = (path: string, headers: Record<string, string> = {}) => send(path, { headers });
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    send(path, {
      method: "POST",
      headers: { origin, "content-type": "application/x-www-form-urlencoded", ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  const fieldIn = (text: string, name: string): string =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? "";
  return {
    cookies,
    get,
    post,
    fieldIn,
    /** Sign in as a browser does. */
    async signIn(name: string, password: string, headers: Record<string, string> = {}) {
      const { text } = await get("/console/sign-in");
      return await post("/console/sign-in", { token: fieldIn(text, "token"), name, password }, headers);
    },
    /** Send a form of a call's page, its hidden fields as the page has them. */
    async decide(id: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
      const path = `/console/approvals/${id}`;
      const { text } = await get(path);
      return await post(path, { token: fieldIn(text, "token"), seen: fieldIn(text, "seen"), ...fields }, headers);
    },
  };
}
