/** Where a page of rows ends that are shown newest first: `1790000000000.<id>`. */
export interface RowCursor {
  readonly atMs: number;
  readonly id: string;
}

/** The text is not one that a page has given. It is not taken for the beginning: whoever pages on would read the first page for ever. */
export class UnknownCursor extends Error {
  constructor() {
    super(
      "That is not where a page has ended. Take it as the list has given it, or leave it out to begin with the newest.",
    );
    this.name = "UnknownCursor";
  }
}

/** How the ids of rows look that are paged. */
export const approvalIds = /^[0-9a-f-]{36}$/;
export const deliveryIds = /^msg_[0-9a-f-]{36}$/;

/** @throws UnknownCursor */
export function readRowCursor(text: string, ids: RegExp): RowCursor {
  const [, atMs, id = ""] = /^(\d{1,15})\.(.*)$/s.exec(text) ?? [];
  if (!ids.test(id)) throw new UnknownCursor();
  return { atMs: Number(atMs), id };
}

export function writeRowCursor({ createdAtMs, id }: { readonly createdAtMs: number; readonly id: string }): string {
  return `${createdAtMs}.${id}`;
}
