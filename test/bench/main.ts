/** `npm run bench [generate|dev|calls|imports|approvals]`: our figures beside a peer's, from the same run. */
import { benchApprovals } from "./approvals.ts";
import { benchCalls } from "./calls.ts";
import { benchDev } from "./dev.ts";
import { benchGenerate } from "./generate.ts";
import { benchImports } from "./imports.ts";

const benches = {
  generate: benchGenerate,
  dev: benchDev,
  calls: benchCalls,
  imports: benchImports,
  approvals: benchApprovals,
};
const wanted = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length === 0 || wanted.includes(name)) await bench();
}
