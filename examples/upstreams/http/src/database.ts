import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

/** Values by the name that the SQL gives them: `:tenant`. */
export type Parameters = Readonly<Record<string, SQLInputValue>>;

/** The state of one upstream, in memory. `Table` are the tables whose rows are counted. */
export interface Database<Table extends string> {
  get<Row>(sql: string, parameters?: Parameters): Row | undefined;
  all<Row>(sql: string, parameters?: Parameters): Row[];
  /** @returns how many rows changed. */
  run(sql: string, parameters?: Parameters): number;
  /** Run `work` in one transaction. It is undone when it throws, and also when `keep` is false. */
  transaction<T>(work: () => T, options: { keep: boolean }): T;
  /** Rows per table. */
  counts(): Readonly<Record<Table, number>>;
  /** All of it, for `openDatabase`. */
  save(): Uint8Array;
  close(): void;
}

/** Open a database in memory: an empty one with the tables of `schema`, which is SQL, or what another one has `saved`. */
export function openDatabase<Table extends string>(
  schema: string,
  tables: readonly Table[],
  saved?: Uint8Array,
): Database<Table> {
  const sqlite = new DatabaseSync(":memory:");
  if (saved === undefined) sqlite.exec(schema);
  else sqlite.deserialize(saved);
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const statement = statements.get(sql) ?? sqlite.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const count = (table: Table): number =>
    (prepare(`select count(*) as n from ${table}`).get() as { n: number } | undefined)?.n ?? 0;
  return {
    get: <Row>(sql: string, parameters: Parameters = {}) => prepare(sql).get(parameters) as Row | undefined,
    all: <Row>(sql: string, parameters: Parameters = {}) => prepare(sql).all(parameters) as Row[],
    run: (sql, parameters = {}) => Number(prepare(sql).run(parameters).changes),
    transaction(work, { keep }) {
      sqlite.exec("begin immediate");
      try {
        const result = work();
        sqlite.exec(keep ? "commit" : "rollback");
        return result;
      } catch (error) {
        if (sqlite.isTransaction) sqlite.exec("rollback");
        throw error;
      }
    },
    counts: () => Object.fromEntries(tables.map((table) => [table, count(table)])) as Record<Table, number>,
    save: () => sqlite.serialize(),
    close: () => sqlite.close(),
  };
}
