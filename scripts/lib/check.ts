import { AbiCoder, getAddress, keccak256, type Provider, ZeroAddress } from "ethers";
import { GUARDIAN, GUARDIAN_SELECTOR, OWNER, OWNER_SELECTOR } from "../../deploy/modules/Protocol.ts";
import { type Parameters, toPlan } from "../../deploy/parameters.ts";
import { type AddressBook, connect } from "../../sdk/deployment.ts";
import { ROLE_POOL, ROLE_TOKEN, unpackAccount } from "../../sdk/math/Account.ts";
import { Lens__factory, LeveragedToken__factory } from "../../typechain-types/index.js";
import { checkSources } from "./checkSources.ts";

/** One thing read back. */
export interface Finding {
  what: string;
  expected: string;
  found: string;
  ok: boolean;
}

type Value = string | bigint | number | boolean;

const ADMIN = 0n;

/** Reads back every address, role and parameter of a deployment, and compares each with what was meant. */
export async function checkDeployment(
  book: AddressBook,
  parameters: Parameters,
  provider: Provider,
): Promise<Finding[]> {
  const findings: Promise<Finding>[] = [];
  const compare = (what: string, expected: Value, found: Promise<Value>) => {
    const text = (value: Value) =>
      /^0x[0-9a-f]{40}$/i.test(String(value)) ? getAddress(String(value)) : String(value);
    findings.push(
      found.then(
        (value) => ({
          what,
          expected: text(expected),
          found: text(value),
          ok: text(value) === text(expected),
        }),
        (error: Error) => ({
          what,
          expected: text(expected),
          found: error.message.split("(")[0].trim(),
          ok: false,
        }),
      ),
    );
  };
  const context = {
    book,
    parameters,
    compare,
    provider,
    contracts: connect(book, provider),
    plan: toPlan(parameters),
  };
  checkCode(context);
  checkProtocol(context);
  checkBaseTokens(context);
  checkSources(context);
  checkMarkets(context);
  checkTokens(context);
  return Promise.all(findings);
}

/** What is compared with what. */
export interface Context {
  book: AddressBook;
  parameters: Parameters;
  provider: Provider;
  contracts: ReturnType<typeof connect>;
  plan: ReturnType<typeof toPlan>;
  compare(what: string, expected: Value, found: Promise<Value>): void;
}

function checkCode({ book, compare, provider }: Context): void {
  const named: [string, string][] = [
    ["ClearingHouse", book.clearingHouse],
    ["LeveragedTokenFactory", book.factory],
    ["AccessManager", book.accessManager],
    ["Lens", book.lens],
    ["TokenLens", book.tokenLens],
    ["NetAssetValueFeedFactory", book.feedFactory],
    ["Router", book.router],
    ["PriceLens", book.priceLens],
    ...Object.entries(book.baseTokens),
    ...Object.entries(book.feeds).map(([name, at]): [string, string] => [`feed of ${name}`, at]),
    ...Object.entries(book.sources).map(([name, at]): [string, string] => [`source of ${name}`, at]),
    ...Object.entries(book.markets).map(([name, { pool }]): [string, string] => [`pool of ${name}`, pool]),
    ...Object.entries(book.valueFeeds).map(([name, at]): [string, string] => [`value of ${name}`, at]),
  ];
  for (const [name, address] of named) {
    compare(
      `${name} has code`,
      true,
      provider.getCode(address).then((code) => code !== "0x"),
    );
  }
}

function checkProtocol({ book, parameters, contracts, compare, provider }: Context): void {
  const { roles, uniswap } = parameters;
  const { clearingHouse, factory, accessManager, router } = contracts;
  const { deployer } = book;
  compare("ClearingHouse: authority", book.accessManager, clearingHouse.authority());
  compare("ClearingHouse: tokenFactory", book.factory, clearingHouse.tokenFactory());
  compare("ClearingHouse: feeReceiver", roles.feeReceiver ?? deployer, clearingHouse.feeReceiver());
  compare("LeveragedTokenFactory: clearingHouse", book.clearingHouse, factory.clearingHouse());
  const lens = Lens__factory.connect(book.lens, provider);
  compare("Lens: ClearingHouse", book.clearingHouse, lens.clearingHouse());
  compare("TokenLens: factory", book.factory, contracts.tokenLens.factory());
  compare(
    "NetAssetValueFeedFactory: clearingHouse",
    book.clearingHouse,
    contracts.feedFactory.clearingHouse(),
  );
  compare("Router: ClearingHouse", book.clearingHouse, router.clearingHouse());
  compare("Router: uniswapFactory", uniswap.factory ?? ZeroAddress, router.uniswapFactory());
  const roleOf = (selector: string) => accessManager.getTargetFunctionRole(book.clearingHouse, selector);
  compare("role of setReduceOnly", GUARDIAN, roleOf(GUARDIAN_SELECTOR));
  compare("role of setFeeReceiver", OWNER, roleOf(OWNER_SELECTOR));
  const has = (role: bigint, account: string) =>
    accessManager.hasRole(role, account).then(([isMember]) => isMember);
  compare("guardian", true, has(GUARDIAN, roles.guardian ?? deployer));
  compare("owner", true, has(OWNER, roles.owner ?? deployer));
  compare("admin", true, has(ADMIN, roles.admin ?? deployer));
  if (roles.admin !== undefined && getAddress(roles.admin) !== deployer) {
    compare("deployer is admin", false, has(ADMIN, deployer));
  }
}

function checkBaseTokens({ book, plan, contracts, compare }: Context): void {
  for (const [symbol, token] of Object.entries(plan.baseTokens)) {
    compare(`${symbol}: decimals`, token.decimals, contracts.baseTokens[symbol].decimals());
    if ("address" in token)
      compare(`${symbol}: address`, token.address, Promise.resolve(book.baseTokens[symbol]));
  }
}

function checkMarkets({ book, plan, contracts, compare }: Context): void {
  const words = ["address", "address", "uint256", "uint256"];
  for (const [name, { baseToken, source, pricing, risk }] of Object.entries(plan.markets)) {
    const { id, pool, params } = contracts.markets[name];
    const [base, prices] = [book.baseTokens[baseToken], book.sources[source]];
    const meant = keccak256(AbiCoder.defaultAbiCoder().encode(words, [base, prices, pricing, risk]));
    compare(`market ${name}: id`, meant, Promise.resolve(id));
    compare(
      `market ${name}: exists`,
      true,
      contracts.clearingHouse.market(meant).then(({ status }) => status !== 0n),
    );
    compare(`market ${name}: pool's ClearingHouse`, book.clearingHouse, pool.clearingHouse());
    compare(
      `market ${name}: pool's terms`,
      `${pricing} ${risk}`,
      pool.marketParams().then((p) => `${p.pricing} ${p.risk}`),
    );
    const role = async () =>
      unpackAccount(await contracts.clearingHouse.account(id, await pool.getAddress())).role;
    compare(`market ${name}: pool's role`, ROLE_POOL, role());
    compare(`market ${name}: price source`, prices, Promise.resolve(params.priceSource));
  }
}

function checkTokens({ book, plan, contracts, compare, provider }: Context): void {
  for (const [name, { market, leverage, policy }] of Object.entries(plan.tokens)) {
    const { id } = book.markets[market];
    const address = contracts.factory.tokenOf(id, leverage, policy);
    const token = address.then((at) => LeveragedToken__factory.connect(at, provider));
    compare(
      `token ${name}: name`,
      name,
      token.then((t) => t.symbol()),
    );
    compare(
      `token ${name}: leverage`,
      leverage,
      token.then((t) => t.targetLeverage()),
    );
    compare(
      `token ${name}: policy`,
      policy,
      token.then((t) => t.policy()),
    );
    compare(
      `token ${name}: market`,
      id,
      token.then((t) => t.marketId()),
    );
    compare(
      `token ${name}: ClearingHouse`,
      book.clearingHouse,
      token.then((t) => t.clearingHouse()),
    );
    const feed = contracts.valueFeeds[name];
    compare(
      `token ${name}: feed of its value`,
      book.valueFeeds[name],
      address.then((at) => contracts.feedFactory.feedOf(at)),
    );
    compare(
      `token ${name}: what that feed is about`,
      `${name} / ${plan.markets[market].baseToken}`,
      feed.description(),
    );
    const role = async () => unpackAccount(await contracts.clearingHouse.account(id, await address)).role;
    compare(`token ${name}: role`, ROLE_TOKEN, role());
  }
}
