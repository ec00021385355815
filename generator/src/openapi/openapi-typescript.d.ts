// Modules of openapi-typescript that its package opens (`exports["./*"]`) without types. The package's front door loads
// redocly's reader, too, which takes 0.4 s and fetches what a document names by address.
declare module "openapi-typescript/dist/transform/index.mjs" {
  export { transformSchema as default } from "openapi-typescript";
}
declare module "openapi-typescript/dist/lib/utils.mjs" {
  export { resolveRef, scanDiscriminators } from "openapi-typescript";
}
declare module "openapi-typescript/dist/lib/ts.mjs" {
  export { astToString } from "openapi-typescript";
}
