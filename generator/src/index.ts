/** Generate MCP servers from specs, from a program. The command `toolspec` does no more than call these. */
export type { Diagnostic, Position, Severity, Span } from "./diagnostics.ts";
export type { FileChange, Obstacle } from "./files.ts";
export { check, type GenerateOptions, generate, isSound, type Report, type ServerReport } from "./generate.ts";
