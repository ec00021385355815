import { ApiError } from "@toolspec/example-http";

/** There is no such thing in the caller's tenant; another tenant's things do not exist for it. */
export function notFound(what: string): ApiError {
  return new ApiError(404, "not_found", `There is no ${what} in this tenant.`);
}
