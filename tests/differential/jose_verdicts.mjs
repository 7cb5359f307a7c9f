// Judges the corpus with jose: `node jose_verdicts.mjs CORPUS`, one line a case, `ID accept` or `ID refuse REASON`.
import { readFileSync } from "node:fs";
import { importJWK, jwtVerify } from "jose";

const LEEWAY = 600;

async function verdict({ token, key, alg, aud, iss }) {
  const options = {
    algorithms: [alg],
    clockTolerance: LEEWAY,
    requiredClaims: ["exp", "sub"],
    ...(aud && { audience: aud }),
    ...(iss && { issuer: iss }),
  };
  try {
    await jwtVerify(token, await importJWK(key, alg), options);
    return "accept";
  } catch (error) {
    return `refuse ${error.code ?? `(not its own error) ${error.name}`}: ${error.message}`;
  }
}

for (const line of readFileSync(process.argv[2], "utf8").trimEnd().split("\n")) {
  const found = JSON.parse(line);
  const said = await verdict(found);
  console.log(found.id, said.replaceAll(/[^ -~]/g, " ").slice(0, 200));
}
