/** An API of a shop with forty operations, written for one test: as it is first, and as its vendor has changed it. */
export function shopDocument(version: 1 | 2): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const resource of resources) {
    const { plural } = resource;
    paths[`/v1/${plural}`] = { get: list(resource), post: create(resource) };
    paths[`/v1/${plural}/{id}`] = { get: get(resource), patch: update(resource), delete: remove(resource) };
  }
  const document = {
    openapi: "3.1.0",
    info: { title: "Shop", version: `${version}.0.0`, description: "Orders, customers and goods of one shop." },
    servers: [{ url: "https://api.shop.example" }],
    security: [{ login: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(resources.flatMap(schemaOf)),
      securitySchemes: { login: { type: "oauth2", flows } },
    },
  };
  return version === 1 ? document : changed(document);
}

interface Resource {
  readonly plural: string;
  readonly singular: string;
  readonly field: string;
}

const orders: Resource = { plural: "orders", singular: "order", field: "note" };
const resources: readonly Resource[] = [
  orders,
  { plural: "customers", singular: "customer", field: "email" },
  { plural: "products", singular: "product", field: "price" },
  { plural: "coupons", singular: "coupon", field: "code" },
  { plural: "invoices", singular: "invoice", field: "due_date" },
  { plural: "shipments", singular: "shipment", field: "carrier" },
  { plural: "refunds", singular: "refund", field: "reason" },
  { plural: "warehouses", singular: "warehouse", field: "city" },
];

const scopesOf = ({ plural }: Resource) => [`${plural}.read`, `${plural}.write`] as const;
const flows = {
  clientCredentials: {
    tokenUrl: "https://login.shop.example/token",
    scopes: Object.fromEntries([
      ...resources.flatMap(({ plural }) => [
        [`${plural}.read`, `Read ${plural}.`],
        [`${plural}.write`, `Change ${plural}.`],
      ]),
      ["orders.view", "See single orders."],
    ]),
  },
};
const upper = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const id = {
  name: "id",
  in: "path",
  required: true,
  schema: { type: "string", maxLength: 40 },
  description: "Its id.",
};
const limit = {
  name: "limit",
  in: "query",
  schema: { type: "integer", minimum: 1, maximum: 100 },
  description: "At most so many.",
};
const state = {
  name: "state",
  in: "query",
  schema: { type: "string", enum: ["active", "archived"] },
  description: "Only in this state.",
};
const json = (name: string) => ({
  content: { "application/json": { schema: { $ref: `#/components/schemas/${name}` } } },
});

function list(resource: Resource) {
  const { plural, singular } = resource;
  return {
    ...common(
      resource,
      "read",
      `list${upper(plural)}`,
      `List ${plural}`,
      `List the shop's ${plural}, newest first, with id, name and state of each.`,
    ),
    parameters: [limit, state],
    responses: {
      200: {
        description: "A page.",
        content: {
          "application/json": { schema: { type: "array", items: { $ref: `#/components/schemas/${upper(singular)}` } } },
        },
      },
    },
  };
}

function get(resource: Resource) {
  const { singular } = resource;
  return {
    ...common(
      resource,
      "read",
      `get${upper(singular)}`,
      `Get ${singular}`,
      `Get one ${singular} by its id, with all of its fields and when it was last changed.`,
    ),
    parameters: [id],
    responses: { 200: { description: "It.", ...json(upper(singular)) } },
  };
}

function create(resource: Resource) {
  const { singular } = resource;
  return {
    ...common(
      resource,
      "write",
      `create${upper(singular)}`,
      `Create ${singular}`,
      `Create one ${singular} and return it with the id that it was given.`,
    ),
    requestBody: { required: true, ...json(`${upper(singular)}Input`) },
    responses: { 201: { description: "It.", ...json(upper(singular)) } },
  };
}

function update(resource: Resource) {
  const { singular } = resource;
  return {
    ...common(
      resource,
      "write",
      `update${upper(singular)}`,
      `Update ${singular}`,
      `Change fields of one ${singular}; those that are left out stay as they are.`,
    ),
    parameters: [id],
    requestBody: {
      required: true,
      content: { "application/json": { schema: { type: "object", properties: fieldsOf(resource) } } },
    },
    responses: { 200: { description: "It.", ...json(upper(singular)) } },
  };
}

function remove(resource: Resource) {
  const { singular } = resource;
  return {
    ...common(
      resource,
      "write",
      `delete${upper(singular)}`,
      `Delete ${singular}`,
      `Delete one ${singular} for good; what refers to it keeps its id only.`,
    ),
    parameters: [id],
    responses: { 204: { description: "Done." } },
  };
}

function common(
  resource: Resource,
  access: "read" | "write",
  operationId: string,
  summary: string,
  description: string,
) {
  const [reads, writes] = scopesOf(resource);
  return {
    operationId,
    summary,
    description,
    tags: [resource.plural],
    security: [{ login: [access === "read" ? reads : writes] }],
  };
}

function fieldsOf({ field }: Resource) {
  return {
    name: { type: "string", maxLength: 80, description: "Its name." },
    [field]: { type: "string", maxLength: 80, description: `Its ${field}.` },
  };
}

function schemaOf(resource: Resource): [string, object][] {
  const fields = fieldsOf(resource);
  return [
    [upper(resource.singular), { type: "object", required: ["id"], properties: { id: { type: "string" }, ...fields } }],
    [`${upper(resource.singular)}Input`, { type: "object", required: ["name"], properties: fields }],
  ];
}

interface Changeable {
  readonly parameters: object[];
  description: string;
  security: object[];
}
type Paths = Record<string, Record<string, Changeable>>;

/** Version 2, change by change as in its release notes. */
function changed(document: object): object {
  const { paths, components, ...rest } = structuredClone(document) as {
    paths: Paths;
    components: { schemas: Record<string, object> };
  };
  const at = (path: string, method: string) => paths[path]?.[method] as Changeable;
  // An added optional parameter.
  for (const plural of ["customers", "products"])
    at(`/v1/${plural}`, "get").parameters.push({
      name: "sort",
      in: "query",
      schema: { type: "string", enum: ["asc", "desc"] },
      description: "Order by name.",
    });
  // Another description.
  at("/v1/orders", "get").description = "List the shop's orders, newest first, with id, name, state and total of each.";
  // Another scope.
  at("/v1/orders/{id}", "get").security = [{ login: ["orders.view"] }];
  // Inputs that are required now.
  for (const name of ["RefundInput", "InvoiceInput"])
    Object.assign(components.schemas[name] ?? {}, {
      required: ["name", name === "RefundInput" ? "reason" : "due_date"],
    });
  // Gone.
  delete paths["/v1/coupons/{id}"]?.delete;
  // Moved, and called otherwise.
  const { "/v1/shipments/{id}": shipment = {}, ...others } = paths;
  const moved = JSON.parse(
    JSON.stringify(shipment).replaceAll('"name":"id"', '"name":"shipment_id"').replace("getShipment", "readShipment"),
  );
  // New.
  const cancel = {
    ...common(
      orders,
      "write",
      "cancelOrder",
      "Cancel order",
      "Cancel one order that was not sent yet, and return it in its new state.",
    ),
    parameters: [id],
    responses: { 200: { description: "It.", ...json("Order") } },
  };
  return {
    ...rest,
    components,
    paths: { ...others, "/v1/shipments/{shipment_id}": moved, "/v1/orders/{id}/cancel": { post: cancel } },
  };
}
