/** `npm run faults [runs]`: processes die at every step of an approval, 1,000 approvals or as many as asked for. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crashRound, runsPerRound } from "./crashes.ts";
import { openHouse } from "./house.ts";
import { startCountingUpstream } from "./upstream.ts";

const wanted = Number(process.argv[2] ?? 1000);
const folder = mkdtempSync(join(tmpdir(), "toolspec-faults-"));
const upstream = await startCountingUpstream();
const data = join(folder, "store.db");
const startedMs = performance.now();
const wrong: string[] = [];
let runs = 0;
while (runs < wanted) {
  wrong.push(...(await crashRound({ data, upstream })));
  runs += runsPerRound;
  console.log(`${runs} of ${wanted}, ${wrong.length} wrong`);
}
const { store, close } = await openHouse({ data, serverName: "after", upstreamUrl: upstream.url });
const { findings } = await store.audit.verify();
await close();
upstream.close();
rmSync(folder, { recursive: true, force: true });
for (const line of [...wrong, ...findings.map((finding) => JSON.stringify(finding))]) console.error(line);
const seconds = Math.round((performance.now() - startedMs) / 1000);
console.log(`${runs} approvals were interrupted by kill -9 in ${seconds} s; ${wrong.length} are not as they must be.`);
process.exitCode = wrong.length + findings.length === 0 ? 0 : 1;
