// The one program: `npm run lt -- <verb>`. It builds what a fresh clone lacks, then runs.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

if (!existsSync(`${root}typechain-types/index.ts`)) {
  console.error("Compiling the contracts, once (about a minute) …");
  const hardhat = `${root}node_modules/hardhat/dist/src/cli.js`;
  const { status } = spawnSync(process.execPath, [hardhat, "build", "--quiet", "--no-tests"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) process.exit(status ?? 1);
}

const { main } = await import("./program.ts");
process.exit(await main(process.argv.slice(2)));
