import { Option } from "commander";
import type { LockedServer } from "../lock/accept.ts";
import { hasColours } from "../terminal.ts";
import type { AddCommand } from "./command.ts";
import { exit } from "./command.ts";
import { reportNoSpecs, someSpecs } from "./specs-options.ts";

interface LockCommandOptions {
  readonly dryRun?: boolean;
  readonly format: "pretty" | "json";
}

/** `toolspec lock`. */
export const addLock: AddCommand = (program, { finish }) => {
  program
    .command("lock")
    .summary("accept what the specs say now: write toolspec.lock")
    .description(
      "Show what changed since the definitions were accepted last, and accept it: write toolspec.lock beside server.yaml. From then on `toolspec check` fails while a tool, a prompt, the instructions, scopes, errors or who may call differ from it.",
    )
    .argument("[specs...]", "specs folders; default: every folder in ./specs with a server.yaml")
    .option("--dry-run", "show what would be accepted, and write nothing")
    .addOption(new Option("--format <format>", "how it is shown").choices(["pretty", "json"]).default("pretty"))
    .option("--debug", "print the stack of an internal error")
    .action(async (specs: string[], { dryRun = false, format }: LockCommandOptions) => {
      const { lockSpecs } = await import("../lock/accept.ts");
      const { diagnostics, sources, servers } = await lockSpecs({ ...someSpecs(specs), dryRun });
      if (diagnostics.length > 0) {
        const { formatDiagnostics, summarize } = await import("../spec/diagnostics-format.ts");
        if (format === "json") process.stdout.write(formatDiagnostics(diagnostics, { format, sources, color: false }));
        else {
          const color = hasColours(process.stderr);
          process.stderr.write(
            `${formatDiagnostics(diagnostics, { format, sources, color })}\n${summarize(diagnostics)}\n`,
          );
        }
        return finish(exit.invalidSpecs);
      }
      if (servers.length === 0) return finish(reportNoSpecs());
      process.stdout.write(format === "json" ? toJson(servers, dryRun) : await toPretty(servers, dryRun));
      finish(exit.fine);
    });
};

function toJson(servers: readonly LockedServer[], dryRun: boolean): string {
  const shown = servers.map(({ changes, ...server }) => ({
    ...server,
    changes: changes.map(({ rule, category, security, subject, message, concerns }) => ({
      rule,
      category,
      security: security ?? null,
      tool: subject ?? null,
      message,
      concerns,
    })),
  }));
  return `${JSON.stringify({ written: !dryRun, servers: shown }, null, 2)}\n`;
}

async function toPretty(servers: readonly LockedServer[], dryRun: boolean): Promise<string> {
  const { prettyChange } = await import("../diff/diff-format.ts");
  const { describeDrift } = await import("../lock/drift.ts");
  const color = hasColours(process.stdout);
  const accepted = dryRun ? "would be accepted" : "accepted";
  return servers
    .flatMap(({ name, path, tools, isNew, drift, changes }): readonly string[] => {
      const all = `${tools} ${tools === 1 ? "tool" : "tools"}`;
      if (isNew) return [`✔ ${name}: ${path} ${dryRun ? "would be written" : "is written"}, with ${all}`];
      if (drift.length === 0) return [`✔ ${name}: ${path} has all ${all} as they are`];
      const told = new Set(changes.map(({ subject }) => subject));
      const untold = drift.filter(
        ({ block, name: one }) => !told.has(block === "server" ? undefined : block === "tools" ? one : `prompt ${one}`),
      );
      return [
        ...changes.map((change) => prettyChange(change, { gate: "wire", color })),
        ...untold.map((one) => `    • ${describeDrift(one)}`),
        `✔ ${name}: ${drift.length} ${drift.length === 1 ? "definition" : "definitions"} ${accepted} into ${path}`,
      ];
    })
    .map((line) => `${line}\n`)
    .join("");
}
