import { readParameters } from "../../deploy/parameters.ts";
import { UserError } from "../../sdk/UserError.ts";
import { type IndexSource, IndexSource__factory } from "../../typechain-types/index.js";
import { nearest } from "./names.ts";
import type { SendingSession, Session } from "./session.ts";

/** A feed that anyone may set. */
export interface LocalFeed {
  name: string;
  description: string;
  decimals: number;
  answer: bigint;
  updatedAt: bigint;
  contract: Session["contracts"]["feeds"][string];
}

/** Feeds can be set where they were deployed with the rest: on local chains. */
export const isSettable = ({ book }: Session): boolean => book.parameters === "local";

/** An index, and the feeds of the parts that it has units of. */
export interface LocalIndex {
  name: string;
  contract: IndexSource;
  parts: { feed: LocalFeed; units: bigint }[];
}

/** The names of the sources that are baskets of others. */
export const indexNames = ({ book }: Session): string[] =>
  Object.entries(readParameters(book.parameters).sources).flatMap(([name, { kind }]) =>
    kind === "index" && book.sources[name] !== undefined ? [name] : [],
  );

/** An index by its name, such as AIX, or by a market that it prices; undefined if that is none. */
export async function findIndex(session: Session, typed: string): Promise<LocalIndex | undefined> {
  const same = (name: string) => name.toLowerCase() === typed.toLowerCase();
  const market = Object.values(session.markets).find(({ name }) => same(name));
  const name = indexNames(session).find((entry) => same(entry) || entry === market?.source);
  if (name === undefined) return undefined;
  const { sources } = session.book;
  const contract = IndexSource__factory.connect(sources[name], session.signer ?? session.chain.provider);
  const parts = (await contract.parts()).map(async ({ source, units }) => {
    const part = Object.keys(sources).find((entry) => sources[entry] === source)!;
    return { feed: await findFeed(session, part), units };
  });
  return { name, contract, parts: (await Promise.all(parts)).filter(({ units }) => units > 0n) };
}

/** A local feed by its name, such as ETH, or by a market that it prices. */
export async function findFeed(session: Session, typed: string): Promise<LocalFeed> {
  const market = Object.values(session.markets).find(
    ({ name }) => name.toLowerCase() === typed.toLowerCase(),
  );
  const names = Object.keys(session.book.feeds);
  const name = market?.source ?? names.find((entry) => entry.toLowerCase() === typed.toLowerCase());
  if (name === undefined) throw new UserError(`There is no feed "${typed}".`, `${nearest(typed, names)}.`);
  const contract = session.contracts.feeds[name];
  if (contract === undefined) {
    throw new UserError(
      `${name} has no feed of its own: its price comes from elsewhere.`,
      `Name one of ${names.join(", ")}.`,
    );
  }
  const [decimals, description, [, answer, , updatedAt]] = await Promise.all([
    contract.decimals(),
    contract.description(),
    contract.latestRoundData(),
  ]);
  return { name, description, decimals: Number(decimals), answer, updatedAt, contract };
}

export function requireSettable(session: Session): void {
  if (isSettable(session)) return;
  throw new UserError(
    `The prices of ${session.chain.title} come from Chainlink: nobody can set them here.`,
    "Use a local chain to try prices: npm run node.",
  );
}

/** Transactions that make every local feed say again, as of now, what it said. */
export async function renewals(session: SendingSession) {
  const feeds = await Promise.all(Object.keys(session.book.feeds).map((name) => findFeed(session, name)));
  return Promise.all(
    feeds.map(async ({ name, contract, answer }) => ({
      title: `renew the price of ${name}`,
      transaction: await contract.set.populateTransaction(answer),
    })),
  );
}
