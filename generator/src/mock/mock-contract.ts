import { createSharedSchemas, type SharedSchemas } from "../ir/shared-schemas.ts";
import type { OpenApiDocument } from "../ir/tool.ts";
import type { Contract } from "../openapi/contract.ts";
import type { SpecFile } from "../spec/spec-file.ts";

/** A contract with its schemas as JSON Schema, converted when they are first needed. */
export interface MockContract extends Contract {
  readonly shared: SharedSchemas;
}

/** The document alone: where its parts stand in a file is of no interest here. */
export function toMockContract(document: OpenApiDocument): MockContract {
  const start = { line: 1, column: 1 };
  const file: SpecFile = {
    path: "openapi",
    text: "",
    data: document,
    at: () => ({ file: "openapi", start, end: start }),
  };
  const contract: Contract = { file, document };
  const shared = createSharedSchemas({ server: undefined, contract, contractName: "openapi", contractBroken: false });
  return { ...contract, shared };
}
