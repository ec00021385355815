import { expect, test } from "vitest";
import type { HttpMethod } from "../ir/tool.ts";
import { nameOperations } from "./names.ts";

/** Names of operations written as `METHOD /path operationId | summary`. */
function namesOf(...lines: readonly string[]): readonly (string | undefined)[] {
  const operations = lines.map((line) => {
    const [request = "", summary] = line.split(" | ");
    const [method = "", path = "", ...id] = request.split(" ");
    return { method: method.toLowerCase() as HttpMethod, path, operationId: id.join(" ") || undefined, summary };
  });
  const names = nameOperations(operations);
  return operations.map(({ method, path }) => names.get(`${method} ${path}`));
}

test.each([
  ["GET /pets/{petId} getPetById", "get_pet"],
  ["GET /pets pets_list", "list_pets"],
  ["GET /pets listPets", "list_pets"],
  ["POST /user/repos repos/create-for-authenticated-user", "create_repo_for_authenticated_user"],
  ["GET /orders/{id} Orders.GetOrder", "get_order"],
  ["POST /v1/customers PostV1Customers", "create_customer"],
  ["POST /v1/customers/{customer}/sources PostCustomersCustomerSources", "create_customer_source"],
  ["GET /api/v1/models/{id}.json Api::V1::Models#show", "get_model"],
  ["GET /v3/groups/{id} getV3GroupsId", "get_group"],
  ["DELETE /v1/blocks/{id} deleteABlock", "delete_block"],
  ["GET /drugs getDrugsUsingGET", "list_drugs"],
  ["GET /items/{item_id} read_item_items__item_id__get", "get_item"],
  ["PATCH /dcim/cables/{id}/ dcim_cables_partial_update", "update_cable"],
  ["GET /pets/findByStatus findPetsByStatus", "find_pets_by_status"],
  [
    "POST /1.0/DocumentSimilarity.json DocumentSimilarity | Estimates the similarity between 2 documents",
    "estimate_document_similarity",
  ],
  ["PUT /secrets/{name} actions/create-or-update-secret", "upsert_secret"],
  ["GET /app/{app_id}/endpoint/{endpoint_id}/secret v1.endpoint.get-secret", "get_endpoint_secret"],
  ["GET /app/settings getSettings", "get_settings"],
  ["PUT /labels | Create a label", "create_label"],
  ["POST /tasks/{id}/position | Updates a task position", "update_task_position"],
  ["POST /tasks/{id}/read | Mark a task as read", "mark_task_read"],
  ["POST /tasks/bulk | Update a bunch of tasks", "update_tasks_bulk"],
  ["POST /v2/databases/{uuid}/users databases_add_user", "add_database_user"],
  ["GET /v2/gen-ai/models/routers/{uuid} genai_get_model_router", "get_model_router"],
  ["POST /v2/images images_create_custom", "create_custom_image"],
  ["POST /v2/apps/{id}/deployments/{it}/cancel apps_cancel_deployment", "cancel_app_deployment"],
  ["POST /sandbox/transfer/refund/simulate sandboxTransferRefundSimulate", "simulate_sandbox_transfer_refund"],
  ["GET /events/{id}/thumbnail.{ext} event_thumbnail_events__id__thumbnail__ext__get", "get_event_thumbnail"],
  ["DELETE /doctors/{id} deleteItemResource-doctor-delete", "delete_doctor"],
  ["POST /bookings/{uuid}/confirm Bookings_BookingConfirmation", "confirm_booking_confirmation"],
])("calls %s %s", (line, name) => {
  expect(namesOf(line)).toEqual([name]);
});

test.each([
  ["GET /v1/orders/{id}", "get_order"],
  ["GET /v1/orders", "list_orders"],
  ["POST /v1/orders/{id}/cancel", "cancel_order"],
  ["GET /customers/{id}/addresses", "list_customer_addresses"],
  ["GET /customers/search", "search_customers"],
  ["HEAD /orders/{id}", "check_order"],
  ["GET /", "get_root"],
  ["GET /%E6%B3%A8%E6%96%87 注文一覧", "get_root"],
])("makes a name of the path alone: %s is %s", (line, name) => {
  expect(namesOf(line)).toEqual([name]);
});

test("gives every operation another name of at most 40 letters, whatever their ids", () => {
  const long = "setCustomPropertiesValuesForSelectedRepositoriesOfOrganizationAndEnterprise";
  const names = namesOf(
    `GET /a ${long}`,
    `GET /b ${long}`,
    "GET /v1/c get",
    "GET /v2/c get",
    "GET /d/{x} 9!",
    "GET /d/{y} 9!",
    "POST /approvals/get getApproval",
  );
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^(?!get_approval$)[a-z][a-z0-9_]{0,39}$/);
});

test("keeps the names of an earlier import, and gives them to nobody else", () => {
  const operations = [
    { method: "get", path: "/a", operationId: "listPets", summary: undefined },
    { method: "get", path: "/b/c", operationId: "listPets", summary: undefined },
  ] as const;
  const names = nameOperations(operations, { "get /b/c": "list_pets" });
  expect(names.get("get /b/c")).toBe("list_pets");
  expect(names.get("get /a")).not.toBe("list_pets");
});
