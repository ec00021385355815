/** What an account may do in its Spaces; the resource server decides what that means. */
export type Role = "owner" | "admin" | "viewer";

/** One Space: what Perkamo calls a tenant. */
export interface Space {
  readonly id: string;
  readonly title: string;
}

/** Somebody who can log in. */
export interface Account {
  /** The name to log in with, and `sub` of the tokens. */
  readonly id: string;
  readonly name: string;
  /** No secret: the login page shows it. */
  readonly password: string;
  readonly role: Role;
  readonly organization: string;
  readonly spaces: readonly [Space, ...Space[]];
}

const acme = [
  { id: "acme-test", title: "Acme, test" },
  { id: "acme-live", title: "Acme, live" },
] as const;

/** Everybody. The list is closed: this server is for demonstration and for tests. */
export const accounts: readonly Account[] = [
  { id: "ada", name: "Ada Okafor", password: "ada-demo", role: "owner", organization: "Acme", spaces: acme },
  { id: "bo", name: "Bo Lindqvist", password: "bo-demo", role: "admin", organization: "Acme", spaces: acme },
  { id: "vera", name: "Vera Novak", password: "vera-demo", role: "viewer", organization: "Acme", spaces: acme },
  {
    id: "gil",
    name: "Gil Moreau",
    password: "gil-demo",
    role: "owner",
    organization: "Globex",
    spaces: [{ id: "globex-test", title: "Globex, test" }],
  },
];

/** Find an account by the name it logs in with. */
export function findAccount(id: string): Account | undefined {
  return accounts.find((account) => account.id === id);
}
