import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{generator,runtime}/src/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
  },
});
