import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type RequirementId, requirements } from "./requirements.ts";

const here = import.meta.dirname;

it("cites every promise that is not waiting for a later issue", () => {
  const cited = new Set(
    globSync("**/*.test.ts", { cwd: here })
      .map((file) => readFileSync(join(here, file), "utf8"))
      .flatMap((text) => [...text.matchAll(/verifies\(\s*(\[[^\]]*\]|"[^"]*")/g)])
      .flatMap(([, ids = ""]) => [...ids.matchAll(/"([^"]+)"/g)].map(([, id]) => id as RequirementId)),
  );
  const uncited = Object.entries(requirements).filter(
    ([id, promise]) => !("later" in promise) && !cited.has(id as RequirementId),
  );
  expect(uncited.map(([id]) => id)).toEqual([]);
});
