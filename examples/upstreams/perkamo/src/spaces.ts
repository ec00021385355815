import { ApiError } from "@toolspec/example-http";
import type { Database } from "./database.ts";

/** One isolated program. `environment` says whether real customers are affected. */
export interface Space {
  readonly id: string;
  readonly environment: "test" | "live";
  readonly plan: string;
}

/** @throws ApiError 403 for a Space that is not there. */
export function findSpace(database: Database, id: string): Space {
  const space = database.get<Space>("select * from spaces where id = :id", { id });
  if (space) return space;
  throw new ApiError(
    403,
    "unknown_space",
    "The credentials name a Space that is not there. Log in and choose another.",
  );
}

/** Add a Space. */
export function addSpace(database: Database, space: Space): void {
  database.run("insert into spaces values (:id, :environment, :plan)", { ...space });
}
