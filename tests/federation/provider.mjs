// The foreign provider: oidc-provider, told to speak as Keycloak or Entra does. It runs on one port, which is the `port` of the file it is given.
// Whoever types a name is that person: the test is about what a service believes, not about how this provider signs people in.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const told = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const place = createRequire(join(told.packages, "package.json")).resolve("oidc-provider");
const { default: Provider } = await import(pathToFileURL(place));

const provider = new Provider(told.issuer, {
  clients: told.clients,
  jwks: { keys: told.keys },
  cookies: { keys: ["a key of the foreign provider's cookies"] },
  claims: { openid: ["sub"], profile: told.claims },
  conformIdTokenClaims: false, // as Keycloak and Entra: what a person may do stands in the ID token
  fetch: (address, options) => fetch(address, { signal: AbortSignal.timeout(5000), ...options, dispatcher: undefined }), // the service is on this machine
  clientAuthMethods: ["client_secret_basic"],
  pkce: { required: () => true },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, ...told.people[id] }),
  }),
  extraTokenClaims: (_context, token) => (token.kind === "ClientCredentials" ? told.programs[token.clientId] : undefined),
  // What the operator of a house sets for its services: no question whether the person agrees.
  loadExistingGrant: async (context) => {
    const grant = new context.oidc.provider.Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
  features: {
    devInteractions: { enabled: true },
    backchannelLogout: { enabled: true },
    clientCredentials: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => false,
      getResourceServerInfo: (_context, resource) => ({
        scope: "",
        audience: told.audiences[resource],
        accessTokenFormat: "jwt",
        accessTokenTTL: 300,
        jwt: { sign: { alg: "RS256" } },
      }),
    },
  },
});
provider.on("server_error", (_context, error) => console.error(error));
provider.on("backchannel.error", (_context, error) => console.error(error));
provider.listen(told.port, "127.0.0.1", () => console.log("ready"));
