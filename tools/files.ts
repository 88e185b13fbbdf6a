import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository's folder, so that a tool runs from anywhere. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Every file below a folder of the repository, as paths from its root with forward slashes, sorted. */
export function filesBelow(folder: string, ...endings: string[]): string[] {
  if (!existsSync(root + folder)) return [];
  return readdirSync(root + folder, { recursive: true, encoding: "utf8" })
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
    .filter((path) => endings.some((ending) => path.endsWith(ending)) && !path.includes("/node_modules/"))
    .sort();
}

export interface Artifact {
  contractName: string;
  sourceName: string;
  inputSourceName: string;
  buildInfoId: string;
  bytecode: string;
  deployedBytecode: string;
}

/** The paths of the artifacts of our own contracts, or the end of the process when nothing is built. */
export function artifactPaths(): string[] {
  const paths = filesBelow("artifacts/contracts", ".json");
  if (paths.length === 0) fail("no artifacts below artifacts/contracts: run `npm run build` first");
  return paths;
}

/** Says what is wrong and ends the process. */
export function fail(...lines: string[]): never {
  console.error(lines.join("\n"));
  process.exit(1);
}
