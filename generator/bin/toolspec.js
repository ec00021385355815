#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Keeps compiled code between runs, where Node keeps it for other tools too; NODE_DISABLE_COMPILE_CACHE=1 turns it off.
enableCompileCache();
// Not dist/cli.js itself: npm links commands before it builds, and in a fresh clone would find nothing to link.
await import("../dist/cli.js");
