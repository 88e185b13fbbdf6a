// What makes a local chain live: money for its accounts, a past for its prices, and prices that stay fresh.
import { parseUnits } from "ethers";
import { type AddressBook, type Contracts, connect } from "../../sdk/deployment.ts";
import type { Chain } from "./networks.ts";

const DAY = 86_400;
const DAYS = 30;
/** Of the made-up past, about what ether had in quiet years. Per day. */
const VOLATILITY = 0.035;
/** What each account gets of every BaseToken, in whole units. */
export const GIFT = "100000";

/** Gives BaseTokens to the accounts that the node holds; all but the first, who deploys. */
export async function fund(chain: Chain, book: AddressBook): Promise<number> {
  const accounts = ((await chain.provider.send("eth_accounts", [])) as string[]).slice(1);
  const { baseTokens } = connect(book, await chain.provider.getSigner(0));
  for (const token of Object.values(baseTokens)) {
    const amount = parseUnits(GIFT, await token.decimals());
    for (const account of accounts) {
      if ((await token.balanceOf(account)) === 0n) await (await token.mint(account, amount)).wait();
    }
  }
  return accounts.length;
}

/** Gives each feed a made-up month of daily prices that ends at what it says, so that volatility can be measured. */
export async function makeHistory(chain: Chain, book: AddressBook): Promise<number> {
  const { feeds } = connect(book, await chain.provider.getSigner(0));
  const now = (await chain.provider.getBlock("latest"))!.timestamp;
  const fill = async (feed: Contracts["feeds"][string]) => {
    const [, answer] = await feed.latestRoundData();
    const prices = [answer];
    for (const step of steps(DAYS)) prices.unshift((prices[0] * BigInt(Math.round(step * 1e6))) / 1_000_000n);
    for (const [i, price] of prices.slice(0, -1).entries()) {
      await (await feed.setAt(price, now - (DAYS - i) * DAY)).wait();
    }
    await (await feed.set(answer)).wait();
  };
  await Promise.all(Object.values(feeds).map(fill));
  return DAYS;
}

/** Factors from one day to the day before, the same each time. */
function steps(count: number): number[] {
  let seed = 20_251_010;
  return Array.from({ length: count }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.exp(VOLATILITY * Math.sqrt(3) * (2 * (seed / 2_147_483_648) - 1));
  });
}

/** Has each feed say again what it said, once that is older than a quarter of what is trusted. */
export async function keepFresh(chain: Chain, { feeds, sources }: Contracts): Promise<void> {
  const now = BigInt((await chain.provider.getBlock("latest"))!.timestamp);
  for (const [name, feed] of Object.entries(feeds)) {
    const [[, answer, , updatedAt], maxAge] = await Promise.all([
      feed.latestRoundData(),
      sources[name].maxAge(),
    ]);
    const today = BigInt(Math.floor(Date.now() / 1000));
    const age = (now > today ? now : today) - updatedAt;
    if (age > maxAge / 4n) await (await feed.set(answer)).wait();
  }
}
