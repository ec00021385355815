import { registerHooks } from "node:module";
import type { OpenApiDocument } from "../ir/tool.ts";

/** Writes the types of a document's parts, as text. */
export type Transform = (document: OpenApiDocument) => string;

let loaded: Promise<Transform> | undefined;

/** Load the part of openapi-typescript that writes types. It takes 0.5 s, so only those pay who need it, and once. */
export function loadTransform(): Promise<Transform> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Transform> {
  const hooks = registerHooks({ resolve: resolveTypeScript, load: loadTypeScript });
  try {
    const [{ default: transformSchema }, { resolveRef, scanDiscriminators }, { astToString }] = await Promise.all([
      import("openapi-typescript/dist/transform/index.mjs"),
      import("openapi-typescript/dist/lib/utils.mjs"),
      import("openapi-typescript/dist/lib/ts.mjs"),
    ]);
    return (document) => {
      type Schema = Parameters<typeof transformSchema>[0];
      const schema = document as unknown as Schema;
      const discriminators = scanDiscriminators(schema, options);
      const resolve = <T>($ref: string) => resolveRef<T>(schema, $ref, options);
      const context = { ...options, discriminators, injectFooter: [], resolve } as unknown as Context;
      return astToString(transformSchema(schema, context));
    };
  } finally {
    hooks.deregister();
  }
}

type Context = Parameters<typeof import("openapi-typescript")["transformSchema"]>[1];

/**
 * What its types call for, without what only its own reader or a caller's hooks would set: as openapi-typescript is by
 * default, except that a member with a default may be left out of a request. */
const options: Omit<
  Context,
  "discriminators" | "injectFooter" | "resolve" | "redoc" | "postTransform" | "transform" | "transformProperty"
> = {
  additionalProperties: false,
  alphabetize: false,
  arrayLength: false,
  conditionalEnums: false,
  dedupeEnums: false,
  defaultNonNullable: false,
  emptyObjectsUnknown: false,
  enum: false,
  enumValues: false,
  excludeDeprecated: false,
  exportType: false,
  generatePathParams: false,
  immutable: false,
  makePathsEnum: false,
  pathParamsAsTypes: false,
  propertiesRequiredByDefault: false,
  readWriteMarkers: false,
  rootTypes: false,
  rootTypesKeepCasing: false,
  rootTypesNoSchemaPrefix: false,
  silent: true,
};

/** ts-morph holds a TypeScript of its own, which is in memory for its scanner; a second one would take 0.4 s and 60 MB. */
const oneTypeScript = "toolspec:typescript";

const resolveTypeScript: Parameters<typeof registerHooks>[0]["resolve"] = (specifier, context, next) =>
  specifier === "typescript" ? { url: oneTypeScript, format: "module", shortCircuit: true } : next(specifier, context);

const loadTypeScript: Parameters<typeof registerHooks>[0]["load"] = (url, context, next) => {
  if (url !== oneTypeScript) return next(url, context);
  const source = `import { ts } from ${JSON.stringify(import.meta.resolve("ts-morph"))};\nexport default ts;\n`;
  return { format: "module", shortCircuit: true, source };
};
