#!/usr/bin/env node
import cluster from "node:cluster";
import { run } from "./cli.ts";

process.exitCode = await run(process.argv.slice(2));
// A worker would stay for the sake of its line to whoever started it.
cluster.worker?.disconnect();
