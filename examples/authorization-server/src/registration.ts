import { type ClientMetadata, errors } from "oidc-provider";

/** What a client may do here. */
const GRANT_TYPES = ["authorization_code", "refresh_token"];

/**
 * Make a registration that of a public native client, whatever else it asks for: no secret, loopback redirects with any port.
 * Scopes are left out, so that a client that asked for less at first may ask for more later.
 *
 * @throws errors.InvalidClientMetadata where the client wants a secret: it would wait for one in vain.
 * @see RFC 7591, section 2: "The authorization server MAY … replace"; RFC 8252, section 7.3
 */
export function toPublicNative(metadata: ClientMetadata): void {
  const method = metadata.token_endpoint_auth_method ?? "none";
  if (method !== "none") {
    throw new errors.InvalidClientMetadata(`token_endpoint_auth_method must be none here, not ${method}`);
  }
  metadata.application_type = "native";
  metadata.grant_types = (metadata.grant_types ?? GRANT_TYPES).filter((type) => GRANT_TYPES.includes(type));
  delete metadata.scope;
  delete metadata.client_secret;
  delete metadata.client_secret_expires_at;
}
