import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const binary = require.resolve("yaml-language-server/bin/yaml-language-server");

export interface Completion {
  readonly label: string;
  readonly insertText?: string;
  readonly documentation?: string | { readonly value: string };
}

export interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: Place };
}

/** Line and character count from 0 (Language Server Protocol, "Position"). */
export interface Place {
  readonly line: number;
  readonly character: number;
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** An editor's side of the Language Server Protocol, as far as YAML's help goes. */
export interface Editor {
  /** Open or change a document that need not be on disk. @returns what is underlined in it */
  readonly show: (path: string, text: string) => Promise<readonly Diagnostic[]>;
  /** What is offered at a place of a shown document. */
  readonly complete: (path: string, place: Place) => Promise<readonly Completion[]>;
  /** What is told of a place, as Markdown. */
  readonly hover: (path: string, place: Place) => Promise<string>;
  readonly close: () => void;
}

/** Start the real yaml-language-server over stdio, with the settings of an editor and nothing from the network. */
export async function openEditor(root: string, settings: object): Promise<Editor> {
  const server = spawn(process.execPath, [binary, "--stdio"], { cwd: root, stdio: "pipe" });
  const answers = new Map<number | string, (message: Message) => void>();
  const underlined = new Map<string, (found: readonly Diagnostic[]) => void>();
  const versions = new Map<string, number>();
  const send = (message: object) => server.stdin.write(framed({ jsonrpc: "2.0", ...message }));
  const ask = (method: string, params: object) =>
    new Promise<unknown>((resolve, reject) => {
      const id = ++asked;
      answers.set(id, ({ result, error }) =>
        error === undefined ? resolve(result) : reject(new Error(error.message)),
      );
      send({ id, method, params });
    });
  let asked = 0;
  server.stderr.resume();
  eachMessage(server, (message) => {
    const { id, method, params } = message;
    if (method === undefined && id !== undefined) return answers.get(id)?.(message);
    if (method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = params as { uri: string; diagnostics: readonly Diagnostic[] };
      underlined.get(uri)?.(diagnostics);
    } else if (method === "workspace/configuration") send({ id, result: configuration(params, settings) });
    else if (id !== undefined) send({ id, result: null });
  });
  const uriOf = (path: string) => pathToFileURL(join(root, path)).href;
  const workspaceFolders = [{ uri: pathToFileURL(root).href, name: "project" }];
  const capabilities = {
    workspace: { configuration: true, workspaceFolders: true },
    textDocument: {
      completion: { completionItem: { snippetSupport: true, documentationFormat: ["markdown"] } },
      hover: { contentFormat: ["markdown"] },
    },
  };
  await ask("initialize", {
    processId: process.pid,
    rootUri: workspaceFolders[0]?.uri,
    workspaceFolders,
    capabilities,
  });
  send({ method: "initialized", params: {} });
  send({ method: "workspace/didChangeConfiguration", params: { settings } });
  return {
    show: (path, text) =>
      new Promise((resolve) => {
        const uri = uriOf(path);
        const version = (versions.get(uri) ?? 0) + 1;
        versions.set(uri, version);
        underlined.set(uri, resolve);
        if (version === 1)
          send({
            method: "textDocument/didOpen",
            params: { textDocument: { uri, languageId: "yaml", version, text } },
          });
        else
          send({
            method: "textDocument/didChange",
            params: { textDocument: { uri, version }, contentChanges: [{ text }] },
          });
      }),
    complete: async (path, position) => {
      const found = await ask("textDocument/completion", { textDocument: { uri: uriOf(path) }, position });
      return (Array.isArray(found) ? found : (found as { items: readonly Completion[] }).items) as Completion[];
    },
    hover: async (path, position) => {
      const found = await ask("textDocument/hover", { textDocument: { uri: uriOf(path) }, position });
      return (found as { contents: { value: string } } | null)?.contents.value ?? "";
    },
    close: () => server.kill(),
  };
}

/** Settings by section, as the server asks for them. */
function configuration(params: unknown, settings: object): unknown[] {
  const { items } = params as { items: readonly { readonly section: string }[] };
  const bySection = settings as Readonly<Record<string, unknown>>;
  return items.map(({ section }) => bySection[section] ?? null);
}

function framed(message: object): string {
  const body = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function eachMessage(server: ChildProcessWithoutNullStreams, take: (message: Message) => void): void {
  let rest = Buffer.alloc(0);
  server.stdout.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = rest.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/i.exec(rest.subarray(0, Math.max(head, 0)).toString())?.[1]);
      if (head < 0 || rest.length < head + 4 + length) return;
      const body = rest.subarray(head + 4, head + 4 + length).toString();
      rest = rest.subarray(head + 4 + length);
      take(JSON.parse(body));
    }
  });
}
