import type { Finding, Rule } from "../ir/draft.ts";

/** Neither inputs nor constants set the query parameter that carries the server's own credential. */
export const reservedQuery: Rule = ({ server, tools }) => {
  const credentials = server?.spec.upstream?.credentials;
  const name = typeof credentials === "object" ? credentials.service?.query : undefined;
  if (server === undefined || name === undefined) return [];
  const isOwn = (one: string) => one.toLowerCase() === name.toLowerCase();
  const message = `the query parameter ${name} carries the server's own credential`;
  const refuse = (where: Pick<Finding, "file" | "path">): Finding => {
    return { rule: "reserved-query", part: "key", ...where, message, mend: "remove it" };
  };
  const flag = server.spec.dryRunParameter;
  const clashes = flag !== undefined && "query" in flag && isOwn(flag.query);
  return [
    ...(clashes ? [refuse({ file: server.file, path: ["dryRunParameter", "query"] })] : []),
    ...tools.flatMap(({ file, inputs, request }) => [
      ...inputs.filter(({ place, as }) => place === "query" && isOwn(as[0])).map(({ path }) => refuse({ file, path })),
      ...Object.keys(request?.constants.query ?? {})
        .filter(isOwn)
        .map((one) => refuse({ file, path: ["request", "query", one] })),
    ]),
  ];
};
