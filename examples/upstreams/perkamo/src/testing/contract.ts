import { loadContract } from "@toolspec/example-http/testing";

const contract = loadContract(new URL("../../../../../specs/perkamo/openapi.yaml", import.meta.url));

export const { operations: contractOperations, operationOf, breachesOf, resolve } = contract;
