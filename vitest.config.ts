import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Files share a process, what they import and what is compiled of it: a process a file would cost more than most tests do.
    isolate: false,
    projects: [
      { extends: true, test: { name: "generator", include: ["generator/src/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "all others",
          globalSetup: ["test/postgres/setup.ts"],
          include: ["runtime/src/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts"],
        },
      },
    ],
    // Whoever works here may have a database of another program.
    env: { DATABASE_URL: "" },
    // Vitest would leave one of two cores idle, while half of the tests wait for processes that they have started.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A test that hangs ends; one that starts processes on a busy machine of two cores does not.
    testTimeout: 20_000,
    // Browsers and processes of tests may be late where others share the machine. What fails twice is broken, and the report tells of both.
    retry: 1,
    exclude: ["**/node_modules/**", "**/dist/**"],
  },
});
