import { getAddress, isAddress, type Signer, Wallet } from "ethers";
import { type AddressBook, type Contracts, connect, type MarketContracts } from "../../sdk/deployment.ts";
import { type PricingTerms, type RiskTerms, unpackPricing, unpackRisk } from "../../sdk/math/MarketParams.ts";
import { UserError } from "../../sdk/UserError.ts";
import { type LeveragedToken, LeveragedToken__factory } from "../../typechain-types/index.js";
import { requireAddressBook } from "./addressBook.ts";
import { nearest } from "./names.ts";
import { type Chain, openChain, privateKey } from "./networks.ts";

/** Options that every verb has. */
export interface CommonOptions {
  network: string;
  rpc?: string;
  account?: string;
  json?: boolean;
  dryRun?: boolean;
  yes?: boolean;
}

export interface MarketInfo extends MarketContracts {
  pricing: PricingTerms;
  risk: RiskTerms;
  base: BaseToken;
  /** Name of the price source. */
  source: string;
}

export interface BaseToken {
  symbol: string;
  decimals: number;
  contract: Contracts["baseTokens"][string];
}

export interface TokenInfo {
  name: string;
  address: string;
  leverage: bigint;
  market: MarketInfo;
  contract: LeveragedToken;
}

/** A chain with a deployment, and who acts. */
export interface Session {
  chain: Chain;
  book: AddressBook;
  contracts: Contracts;
  markets: Record<string, MarketInfo>;
  options: CommonOptions;
  /** Whose balances are meant; undefined when nobody is known. */
  account?: string;
  signer?: Signer;
}

/** Somebody who can send. */
export interface SendingSession extends Session {
  account: string;
  signer: Signer;
}

/** For verbs that only read: an account is shown if there is one. */
export async function readingSession(options: CommonOptions): Promise<Session> {
  const chain = await openChain(options);
  const session = await openDeployment(chain, options);
  if (options.account !== undefined && isAddress(options.account)) {
    return { ...session, account: getAddress(options.account) };
  }
  if (!chain.local) {
    const key = process.env.DEPLOYER_PRIVATE_KEY;
    return key ? { ...session, account: await (await signerOf(chain, options)).getAddress() } : session;
  }
  const signer = await signerOf(chain, options);
  return { ...session, account: await signer.getAddress() };
}

export async function sendingSession(options: CommonOptions): Promise<SendingSession> {
  const chain = await openChain(options);
  const signer = await signerOf(chain, options);
  const session = await openDeployment(chain, options, signer);
  return { ...session, signer, account: await signer.getAddress() };
}

/** Account 0 of a local node deploys; whoever types is account 1, unless --account says otherwise. */
const DEPLOYER = "0";
const PERSON = "1";

export const deployerOf = (chain: Chain): Promise<Signer> =>
  signerOf(chain, { account: undefined }, DEPLOYER);

/** An account of a local node, which holds the keys; elsewhere the key from the environment or the keystore. */
async function signerOf(
  chain: Chain,
  options: Pick<CommonOptions, "account">,
  usual = PERSON,
): Promise<Signer> {
  if (!chain.local) {
    if (options.account !== undefined && !isAddress(options.account)) {
      throw new UserError(
        "Accounts have numbers on a local chain only.",
        "Leave --account away: the key says who you are.",
      );
    }
    return new Wallet(await privateKey(chain), chain.provider);
  }
  const accounts = (await chain.provider.send("eth_accounts", [])) as string[];
  if (accounts.length === 0)
    throw new UserError("The local node holds no accounts.", "Start it with: npm run node.");
  const wanted = options.account ?? usual;
  const index = isAddress(wanted)
    ? accounts.findIndex((account) => getAddress(account) === getAddress(wanted))
    : /^\d+$/.test(wanted)
      ? Number(wanted)
      : -1;
  if (accounts[index] === undefined) {
    throw new UserError(
      `The local node has no account ${wanted}.`,
      `Use --account with a number from 0 to ${accounts.length - 1}, or one of its addresses.`,
    );
  }
  return chain.provider.getSigner(accounts[index]);
}

async function openDeployment(chain: Chain, options: CommonOptions, signer?: Signer): Promise<Session> {
  const book = await requireAddressBook(chain);
  const contracts = connect(book, signer ?? chain.provider);
  const markets: Record<string, MarketInfo> = {};
  for (const [name, market] of Object.entries(contracts.markets)) {
    const risk = unpackRisk(market.params.risk);
    const [symbol] = Object.entries(book.baseTokens).find(([, a]) => a === market.params.baseToken)!;
    const [source] = Object.entries(book.sources).find(([, a]) => a === market.params.priceSource)!;
    const base = { symbol, decimals: Number(risk.baseDecimals), contract: contracts.baseTokens[symbol] };
    markets[name] = { ...market, pricing: unpackPricing(market.params.pricing), risk, base, source };
  }
  return { chain, book, contracts, markets, options };
}

/** Every token that the factory made in a market that has a name, in the order of their making. */
export async function allTokens({ contracts, markets, signer, chain }: Session): Promise<TokenInfo[]> {
  const addresses = await contracts.factory.tokens(0, await contracts.factory.tokenCount());
  const found = await Promise.all(
    addresses.map(async (address) => {
      const contract = LeveragedToken__factory.connect(address, signer ?? chain.provider);
      const [name, id, leverage] = await Promise.all([
        contract.symbol(),
        contract.marketId(),
        contract.targetLeverage(),
      ]);
      const market = Object.values(markets).find((entry) => entry.id === id);
      return market === undefined ? [] : [{ name, address, leverage, market, contract }];
    }),
  );
  return found.flat();
}

/** The token of a name or address. */
export async function findToken(session: Session, typed: string): Promise<TokenInfo> {
  const tokens = await allTokens(session);
  const same = (a: string) => a.toLowerCase() === typed.toLowerCase();
  const matches = tokens.filter(({ name, address }) => same(name) || same(address));
  if (matches.length === 1) return matches[0];
  if (matches.length > 1) {
    const addresses = matches.map(({ address }) => address).join(", ");
    throw new UserError(
      `There are ${matches.length} tokens called ${typed}.`,
      `Give the address of one: ${addresses}.`,
    );
  }
  const names = tokens.map(({ name }) => name);
  throw new UserError(`There is no token "${typed}".`, `${nearest(typed, names)}.`);
}

export const findMarket = (session: Session, typed: string): MarketInfo =>
  named(session.markets, typed, "market");

export function findBaseToken(session: Session, typed: string): BaseToken {
  const bases = Object.fromEntries(Object.values(session.markets).map(({ base }) => [base.symbol, base]));
  return named(bases, typed, "BaseToken");
}

/** An entry by its name, whatever its case. */
export function named<T>(entries: Record<string, T>, typed: string, what: string): T {
  const found = Object.entries(entries).find(([name]) => name.toLowerCase() === typed.toLowerCase());
  if (found !== undefined) return found[1];
  throw new UserError(`There is no ${what} "${typed}".`, `${nearest(typed, Object.keys(entries))}.`);
}
