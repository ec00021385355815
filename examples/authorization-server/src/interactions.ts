import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { errors, type Provider } from "oidc-provider";
import { type Account, findAccount } from "./accounts.ts";
import type { Claims } from "./claims.ts";
import { readForm } from "./form.ts";
import { toConsentPage } from "./pages/consent.ts";
import { toErrorPage } from "./pages/error.ts";
import { toLoginPage } from "./pages/login.ts";
import { sendPage } from "./pages/page.ts";
import { GRANT_SECONDS } from "./provider.ts";

/** Characters of a client's name that are shown. It chose the name itself, and shall not push the rest off the page. */
const CLIENT_NAME_MAX_CHARS = 60;

type Interaction = Awaited<ReturnType<Provider["interactionDetails"]>>;

/** One request of a person who logs in or consents. */
interface Visit {
  readonly provider: Provider;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly interaction: Interaction;
}

const route = /^\/interaction\/([\w-]+)(?:\/(login|consent|cancel|logout))?$/;

/**
 * Answer the pages between an authorization request and its reply: login and consent.
 *
 * A form counts only with the cookie of its interaction, which oidc-provider signs, and a token that binds the page to it.
 *
 * @returns false for any other path.
 */
export function createInteractions(options: { readonly claims: Claims; readonly csrfKey: Uint8Array }) {
  const toCsrfToken = (uid: string) => createHmac("sha256", options.csrfKey).update(uid).digest("base64url");

  async function show(visit: Visit, failed?: string): Promise<void> {
    const { provider, interaction } = visit;
    const client = await provider.Client.find(String(interaction.params.client_id));
    const target = URL.parse(String(interaction.params.redirect_uri));
    const common = {
      action: `/interaction/${interaction.uid}`,
      csrfToken: toCsrfToken(interaction.uid),
      client: toShownName(client?.clientName) || "An application without a name",
      formTargets: target === null ? [] : [isWeb(target) ? target.origin : target.protocol],
    };
    const account = interaction.prompt.name === "consent" ? accountOf(interaction) : undefined;
    if (account === undefined) {
      const page = toLoginPage({ ...common, ...(failed !== undefined && { failed }) });
      sendPage(visit.response, failed === undefined ? 200 : 400, page);
      return;
    }
    const destination = target === null ? "nowhere" : isWeb(target) ? target.host : target.protocol;
    sendPage(visit.response, 200, toConsentPage({ ...common, destination, account, scopes: scopesOf(interaction) }));
  }

  async function logIn(visit: Visit, form: URLSearchParams): Promise<void> {
    if (visit.interaction.prompt.name !== "login") return show(visit);
    const id = (form.get("account") ?? "").trim().toLowerCase();
    const account = findAccount(id);
    if (account === undefined || form.get("password") !== account.password) return show(visit, id);
    await finish(visit, { login: { accountId: account.id } });
  }

  async function consent(visit: Visit, form: URLSearchParams): Promise<void> {
    const { provider, interaction } = visit;
    const account = accountOf(interaction);
    const space = account?.spaces.find(({ id }) => id === form.get("space"));
    if (interaction.prompt.name !== "consent" || account === undefined || space === undefined) return show(visit);
    const scopes = scopesOf(interaction);
    const grant = new provider.Grant({ accountId: account.id, clientId: String(interaction.params.client_id) });
    grant.addOIDCScope(scopes);
    for (const resource of resourcesOf(interaction)) grant.addResourceScope(resource, scopes);
    const grantId = await grant.save();
    await options.claims.choose(grantId, space.id, GRANT_SECONDS);
    await finish(visit, { consent: { grantId } });
  }

  /** Forget who is logged in, and begin the same authorization request again. */
  async function logOut({ provider, interaction, response }: Visit): Promise<void> {
    const session = interaction.session && (await provider.Session.findByUid(interaction.session.uid));
    await session?.destroy();
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(interaction.params)) {
      for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) params.append(name, String(one));
    }
    response.writeHead(303, { location: `${provider.pathFor("authorization")}?${params}` }).end();
  }

  async function submit(visit: Visit, step: string): Promise<void> {
    const form = await readForm(visit.request);
    if (form === undefined) return refuse(visit.response, 413, "The form is larger than any of this server.");
    if (!isEqual(form.get("csrf") ?? "", toCsrfToken(visit.interaction.uid))) {
      return refuse(visit.response, 403, "This form was not made for this login.");
    }
    if (step === "login") return logIn(visit, form);
    if (step === "consent") return consent(visit, form);
    if (step === "logout") return logOut(visit);
    await finish(visit, { error: "access_denied", error_description: "The person did not allow it." });
  }

  return async (provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const [, uid, step] = route.exec((request.url ?? "").split("?", 1)[0] as string) ?? [];
    if (uid === undefined) return false;
    const expected = step === undefined ? "GET" : "POST";
    if (request.method !== expected) {
      refuse(response, 405, `This address takes ${expected} only.`);
      return true;
    }
    const interaction = await findInteraction(provider, request, response);
    if (interaction?.uid !== uid) {
      refuse(response, 400, "This login has ended, or was begun in another browser.");
      return true;
    }
    const visit = { provider, request, response, interaction };
    await (step === undefined ? show(visit) : submit(visit, step));
    return true;
  };
}

/** The interaction of this browser's cookie, if there is one that has not ended. */
async function findInteraction(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  try {
    return await provider.interactionDetails(request, response);
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  }
}

function finish({ provider, request, response }: Visit, result: Parameters<Provider["interactionFinished"]>[2]) {
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

function refuse(response: ServerResponse, status: number, description: string): void {
  sendPage(response, status, toErrorPage({ error: "invalid_request", error_description: description }));
}

/** Without what nobody sees: marks of direction would turn around the words of the page that follow. */
function toShownName(name = ""): string {
  const seen = name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return seen.slice(0, CLIENT_NAME_MAX_CHARS).toWellFormed();
}

function accountOf({ session }: Interaction): Account | undefined {
  return session && findAccount(session.accountId);
}

function scopesOf({ params }: Interaction): string[] {
  return typeof params.scope === "string" ? params.scope.split(" ") : [];
}

function resourcesOf({ params }: Interaction): string[] {
  return [params.resource ?? []].flat().map(String);
}

function isWeb({ protocol }: URL): boolean {
  return protocol === "http:" || protocol === "https:";
}

function isEqual(given: string, expected: string): boolean {
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}
