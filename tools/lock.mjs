// Mends package-lock.json, or with --check only says whether it needs mending.
//
// npm run by Node 20 silently leaves out an optional package whose `engines` asks for more, and so Hardhat's native
// library, although Hardhat itself runs on the Node 22 that this lock file brings. And a lock file that records where
// each package was downloaded from works only where that address does.
//
// Plain JavaScript, since it runs on whatever Node is there before anything is installed.
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("../package-lock.json", import.meta.url);
const check = process.argv.includes("--check");
const text = readFileSync(path, "utf8");
const lock = JSON.parse(text);
const mended = [];

for (const [name, entry] of Object.entries(lock.packages)) {
  if (entry.resolved !== undefined) {
    delete entry.resolved;
    mended.push(`${name}: records its address`);
  }
  if (name.startsWith("node_modules/@nomicfoundation/edr") && entry.engines !== undefined) {
    delete entry.engines;
    mended.push(`${name}: would be dropped by an older Node`);
  }
}

const optional = Object.keys(lock.packages).filter((name) => /@nomicfoundation\/edr-/.test(name));
if (optional.length === 0) {
  console.error("package-lock.json holds no native library of Hardhat: was it written with --omit=optional?");
  process.exit(1);
}
if (check && mended.length > 0) {
  console.error(`package-lock.json needs mending (npm run lock):\n  ${mended.join("\n  ")}`);
  process.exit(1);
}
if (mended.length > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(
  mended.length > 0
    ? `package-lock.json: ${mended.length} entries mended`
    : `package-lock.json: ${Object.keys(lock.packages).length} entries, nothing to mend`,
);
