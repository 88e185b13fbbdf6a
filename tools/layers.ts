// Imports run one way. Folders are layers, and this fails on an import, or on an artifact named in a deployment
// module, that goes against them.
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { fail, filesBelow, root } from "./files.ts";

interface Layer {
  folder: string;
  /** Folders that it may import from besides its own. */
  folders: string[];
  /** Packages that it may import, by how their names begin; "" is any. */
  packages: string[];
  /** Packages that it may not import although `packages` would let it. */
  except?: string[];
}

const SOLIDITY_BASE = ["contracts/types", "contracts/interfaces", "contracts/libraries"];
const OPENZEPPELIN = ["@openzeppelin/contracts/"];
const HARDHAT = ["hardhat", "@nomicfoundation/"];

// The first layer whose folder a file is in is the file's layer.
const LAYERS: Layer[] = [
  { folder: "contracts/types", folders: [], packages: OPENZEPPELIN },
  { folder: "contracts/interfaces", folders: ["contracts/types"], packages: OPENZEPPELIN },
  {
    folder: "contracts/libraries",
    folders: ["contracts/types", "contracts/interfaces"],
    packages: OPENZEPPELIN,
  },
  ...["oracle", "clearing", "token", "periphery", "local"].map((name) => ({
    folder: `contracts/${name}`,
    folders: SOLIDITY_BASE,
    packages: OPENZEPPELIN,
  })),
  { folder: "sdk/math", folders: [], packages: [] },
  { folder: "sdk", folders: ["typechain-types"], packages: ["ethers", "node:"] },
  {
    folder: "deploy/modules",
    folders: ["sdk"],
    packages: ["@nomicfoundation/hardhat-ignition/modules", "@nomicfoundation/ignition-core"],
  },
  {
    folder: "deploy",
    folders: ["sdk", "typechain-types"],
    packages: ["ethers", "hardhat/types/", "json5", "node:"],
  },
  { folder: "scripts", folders: ["sdk", "deploy", "typechain-types"], packages: [""] },
  { folder: "keeper", folders: ["sdk"], packages: [""], except: HARDHAT },
  { folder: "app", folders: ["sdk"], packages: [""], except: HARDHAT },
  { folder: "backtest", folders: ["sdk/math"], packages: [""], except: HARDHAT },
  // The vectors that tests replay come from the generators of other tests.
  { folder: "tools", folders: ["test/math/vectors"], packages: ["node:"] },
];

/** Contracts of packages that are deployed as they are, built by `npmFilesToBuild`. */
const PACKAGE_CONTRACTS = ["AccessManager"];

const IMPORTS = {
  ".sol": [/^\s*import\s+(?:[^"';]*?\bfrom\s+)?["']([^"']+)["']/gm],
  ".ts": [
    /^\s*(?:import|export)\s(?:[^"';]*?\bfrom\s*)?["']([^"']+)["']/gm,
    /\bimport\(\s*["']([^"']+)["']\s*\)/g,
    /\brequire(?:\.resolve)?\(\s*["']([^"']+)["']\s*\)/g,
  ],
};

const within = (path: string, folder: string) => path.startsWith(`${folder}/`);

/** A source without its block comments and the lines that are nothing but comment. */
const uncommented = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");

function allowed(layer: Layer, file: string, imported: string): boolean {
  if (!imported.startsWith(".")) {
    if (layer.except?.some((name) => imported === name || imported.startsWith(name))) return false;
    return layer.packages.some((name) => imported.startsWith(name));
  }
  const target = posix.join(posix.dirname(file), imported);
  return [layer.folder, ...layer.folders].some((folder) => within(target, folder));
}

/** The contracts and libraries that the sources below a folder define. */
function definedBelow(folder: string): Set<string> {
  const names = filesBelow(folder, ".sol").flatMap((file) =>
    [...uncommented(readFileSync(root + file, "utf8")).matchAll(/^(?:contract|library)\s+(\w+)/gm)].map(
      (m) => m[1],
    ),
  );
  return new Set(names);
}

const problems: string[] = [];
const checked = { ".sol": 0, ".ts": 0, imports: 0, artifacts: 0 };

const folders = new Set(LAYERS.map((layer) => layer.folder.split("/")[0]));
for (const file of [...folders].flatMap((folder) => filesBelow(folder, ".sol", ".ts", ".tsx"))) {
  const kind = file.endsWith(".sol") ? ".sol" : ".ts";
  const layer = LAYERS.find(({ folder }) => within(file, folder));
  if (layer === undefined) {
    problems.push(`${file}: is in no layer`);
    continue;
  }
  checked[kind]++;
  const text = uncommented(readFileSync(root + file, "utf8"));
  for (const imported of IMPORTS[kind].flatMap((pattern) => [...text.matchAll(pattern)].map((m) => m[1]))) {
    checked.imports++;
    if (!allowed(layer, file, imported)) problems.push(`${file}: ${layer.folder} may not import ${imported}`);
  }
}

const ours = definedBelow("contracts");
const doubles = definedBelow("test/contracts");
for (const file of filesBelow("deploy/modules", ".ts")) {
  const text = uncommented(readFileSync(root + file, "utf8"));
  for (const [, call, name] of text.matchAll(
    /\bm\.(contract|contractAt|library)\(\s*["'](?:[^"':]*:)?(\w+)["']/g,
  )) {
    checked.artifacts++;
    if (ours.has(name) || PACKAGE_CONTRACTS.includes(name)) continue;
    const why = doubles.has(name) ? "is a test double" : "is no contract of ours";
    if (call !== "contractAt" || doubles.has(name)) problems.push(`${file}: deploys ${name}, which ${why}`);
  }
}

if (problems.length > 0) fail("Layers are broken:", ...problems.map((problem) => `  ${problem}`));
if (checked[".sol"] === 0 || checked[".ts"] === 0 || checked.imports === 0 || checked.artifacts === 0) {
  fail(`Nothing to check of some kind, which can't be right: ${JSON.stringify(checked)}`);
}
console.log(
  `Layers hold: ${checked[".sol"]} Solidity and ${checked[".ts"]} TypeScript files, ${checked.imports} imports, ` +
    `${checked.artifacts} artifacts named in deployment modules.`,
);
