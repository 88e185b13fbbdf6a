import { AbiCoder, getAddress, keccak256, type Provider, ZeroAddress } from "ethers";
import { GUARDIAN, GUARDIAN_SELECTOR, OWNER, OWNER_SELECTOR } from "../../deploy/modules/Protocol.ts";
import { type Parameters, toPlan } from "../../deploy/parameters.ts";
import { type AddressBook, connect } from "../../sdk/deployment.ts";
import { ROLE_POOL, ROLE_TOKEN, unpackAccount } from "../../sdk/math/Account.ts";
import {
  IndexSource__factory,
  Lens__factory,
  LeveragedToken__factory,
  MedianSource__factory,
  PythSource__factory,
} from "../../typechain-types/index.js";

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
  checkPrices(context);
  checkOthers(context);
  checkIndexes(context);
  checkMarkets(context);
  checkTokens(context);
  return Promise.all(findings);
}

interface Context {
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

function checkPrices({ book, plan, contracts, compare }: Context): void {
  for (const [symbol, token] of Object.entries(plan.baseTokens)) {
    compare(`${symbol}: decimals`, token.decimals, contracts.baseTokens[symbol].decimals());
    if ("address" in token)
      compare(`${symbol}: address`, token.address, Promise.resolve(book.baseTokens[symbol]));
  }
  for (const [name, source] of Object.entries(plan.sources)) {
    const contract = contracts.sources[name];
    compare(`source ${name}: feed`, book.feeds[name], contract.feed());
    if ("address" in source.feed) compare(`source ${name}: given feed`, source.feed.address, contract.feed());
    compare(`source ${name}: underlying`, source.underlying, contract.underlying());
    compare(`source ${name}: maxAge`, source.maxAge, contract.maxAge());
    compare(`source ${name}: halfSpread`, source.halfSpread, contract.halfSpread());
    compare(`source ${name}: minPrice`, source.minPrice, contract.minPrice());
    compare(`source ${name}: maxPrice`, source.maxPrice, contract.maxPrice());
    compare(`source ${name}: deadAfter`, source.deadAfter, contract.deadAfter());
    compare(`source ${name}: sequencer`, source.sequencer, contract.sequencer());
    compare(`source ${name}: sequencerGrace`, source.sequencerGrace, contract.sequencerGrace());
  }
}

function checkOthers({ book, plan, compare, provider }: Context): void {
  for (const [name, { pyth, priceId, underlying, ...numbers }] of Object.entries(plan.pyths)) {
    const contract = PythSource__factory.connect(book.sources[name], provider);
    compare(`source ${name}: pyth`, pyth, contract.pyth());
    compare(`source ${name}: priceId`, priceId.toLowerCase(), contract.priceId());
    compare(`source ${name}: underlying`, underlying, contract.underlying());
    for (const [field, value] of Object.entries(numbers)) {
      compare(`source ${name}: ${field}`, value, contract[field as keyof typeof numbers]());
    }
  }
  for (const [name, { sources, underlying, maxDivergence }] of Object.entries(plan.medians)) {
    const contract = MedianSource__factory.connect(book.sources[name], provider);
    const parts = sources.map((source) => book.sources[source]);
    compare(
      `median ${name}: sources`,
      parts.join(" "),
      contract.sources().then((all) => all.join(" ")),
    );
    compare(`median ${name}: underlying`, underlying, contract.underlying());
    compare(`median ${name}: maxDivergence`, maxDivergence, contract.maxDivergence());
  }
}

function checkIndexes({ book, plan, compare, provider }: Context): void {
  for (const [name, index] of Object.entries(plan.indexes)) {
    const contract = IndexSource__factory.connect(book.sources[name], provider);
    const parts = index.parts.map(({ source }) => book.sources[source]);
    compare(
      `index ${name}: parts`,
      parts.join(" "),
      contract.parts().then((all) => all.map(({ source }) => source).join(" ")),
    );
    // As the file has it, which is to follow a reconstitution.
    compare(
      `index ${name}: units`,
      index.parts.map(({ units }) => units).join(" "),
      contract.parts().then((all) => all.map(({ units }) => units).join(" ")),
    );
    compare(
      `index ${name}: has a divisor`,
      true,
      contract.divisor().then((divisor) => divisor > 0n),
    );
    compare(`index ${name}: underlying`, index.underlying, contract.underlying());
    compare(`index ${name}: maxWeight`, index.maxWeight, contract.maxWeight());
    compare(`index ${name}: delay`, index.delay, contract.delay());
    compare(`index ${name}: deadAfter`, index.deadAfter, contract.deadAfter());
    compare(`index ${name}: manager`, index.manager ?? book.deployer, contract.manager());
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
