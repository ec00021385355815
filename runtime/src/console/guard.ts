import { isFormToken, type OperatorSessions, type SignedIn } from "../identity/operator-sessions.ts";

/** What every answer carries: nothing foreign is loaded, nothing is framed, nothing is kept. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "x-frame-options": "DENY",
  "x-content-type-options": "nosniff",
  // Not `no-referrer`: browsers then send `Origin: null` with our own forms.
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
};

/** The header with which our script says that no person did anything: such a request keeps no session from ending. */
export const liveHeader = "x-console-live";

/** Cookies of one server's console. Browsers share them between ports, so they are named after the server. */
export interface Cookies {
  /** `__Host-` binds it to this host, to https and to the whole of it. */
  readonly secure: string;
  readonly plain: string;
  /** Of a browser that is not signed in: only binds the sign-in form to it. */
  readonly visit: string;
}

/** Name the cookies. */
export function cookiesOf(serverName: string): Cookies {
  const name = serverName.replaceAll(/[^\w-]/g, "_");
  return { secure: `__Host-toolspec_${name}`, plain: `toolspec_${name}`, visit: `toolspec_visit_${name}` };
}

/** Whoever looks at the console. */
export interface Visitor {
  readonly sessionId: string | undefined;
  readonly signedIn: SignedIn | undefined;
  /** The id of a browser that came to the sign-in page. */
  readonly visitId: string | undefined;
}

/** Find out who is looking, by cookies alone: an agent's key means nothing here. */
export async function identify(request: Request, cookies: Cookies, sessions: OperatorSessions): Promise<Visitor> {
  const given = readCookies(request.headers.get("cookie") ?? "");
  const isActive = request.headers.get(liveHeader) === null;
  const visitId = given.get(cookies.visit);
  for (const isSecure of [true, false]) {
    const sessionId = given.get(isSecure ? cookies.secure : cookies.plain);
    const signedIn = sessionId && (await sessions.find(sessionId, { isSecure, isActive }));
    if (signedIn) return { sessionId, signedIn, visitId };
  }
  return { sessionId: undefined, signedIn: undefined, visitId };
}

/** State a cookie that scripts cannot read, and that no other site can cause to be sent. */
export function toCookie(name: string, value: string, { isSecure }: { readonly isSecure: boolean }): string {
  const ends = value === "" ? "; Max-Age=0" : "";
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}${ends}`;
}

/**
 * From where a form was sent: a page of ours over http or https, or undefined for anything else. Browsers name the origin with
 * every form that is posted; what does not is no browser, or a page that hides where it comes from.
 */
export function ownOrigin(request: Request): "http" | "https" | undefined {
  const { host } = new URL(request.url);
  const origin = request.headers.get("origin")?.toLowerCase();
  if (origin === `http://${host}`) return "http";
  return origin === `https://${host}` ? "https" : undefined;
}

/** Whether a form was made for this browser and this session. */
export function isOurForm(form: URLSearchParams, { sessionId, visitId }: Visitor): boolean {
  const id = sessionId ?? visitId;
  return id !== undefined && isFormToken(id, form.get("token") ?? "");
}

function readCookies(header: string): ReadonlyMap<string, string> {
  const pairs = header.split(";").map((pair) => pair.trim().split("=", 2) as [string, string?]);
  // Only ids as we make them: nothing else is looked up.
  return new Map(pairs.flatMap(([name, value]) => (/^[\w-]{43}$/.test(value ?? "") ? [[name, value as string]] : [])));
}
