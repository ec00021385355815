import { type LookupAddress, lookup, promises } from "node:dns";

/** Milliseconds for one question to a name server, and how often it is asked. Both are within the time of one attempt. */
const questionTimeoutMs = 4000;
const questions = 2;

/** Finds all addresses of a name, as `dns.lookup` does. */
export type Resolve = (
  name: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

/**
 * As the operating system finds names, those of the hosts file and of local networks too. It takes one of the process's four threads
 * for as long as name servers please, so that it is only for names that an operator has vouched for.
 */
export const resolveBySystem: Resolve = (name, callback) => lookup(name, { all: true }, callback);

/**
 * Ask the machine's name servers, without a thread: somebody whose name server never answers would otherwise hold every thread, and
 * calls would wait for the look-up of their upstream.
 *
 * @param servers default: those of the machine
 */
export function createDnsResolve(servers?: readonly string[]): Resolve {
  return async (name, callback) => {
    // Anew each time: a resolver never learns that the machine's name servers have changed.
    const resolver = new promises.Resolver({ timeout: questionTimeoutMs, tries: questions });
    if (servers !== undefined) resolver.setServers(servers);
    const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const addresses = [
      ...found(four).map((address) => ({ address, family: 4 })),
      ...found(six).map((address) => ({ address, family: 6 })),
    ];
    const error = addresses.length === 0 && four.status === "rejected" ? (four.reason as Error) : null;
    callback(error, addresses);
  };
}

/** What public endpoints are found by. */
export const resolveByDns: Resolve = createDnsResolve();

function found(answer: PromiseSettledResult<readonly string[]>): readonly string[] {
  return answer.status === "fulfilled" ? answer.value : [];
}
