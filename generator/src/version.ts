import { readFileSync } from "node:fs";

/** Version of this package. The runtime is released together with it, at the same version. */
export function version(): string {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return version;
}
