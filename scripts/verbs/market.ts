import type { Command } from "commander";
import { parseUnits } from "ethers";
import { formatAmount, showAmount, showDuration, showPercent, showTime } from "../../sdk/amounts.ts";
import { STATUS_OPEN, STATUS_REDUCE_ONLY, skew } from "../../sdk/math/Market.ts";
import { equityFloor, openCapDown } from "../../sdk/math/Pool.ts";
import { whyPrice } from "../../sdk/whyPrice.ts";
import {
  type CommonOptions,
  findMarket,
  type MarketInfo,
  readingSession,
  type Session,
} from "../lib/session.ts";
import { marketNow } from "../lib/tokens.ts";
import * as ui from "../lib/ui.ts";
import { verb } from "../lib/verb.ts";

export function addMarket(program: Command): void {
  verb(program, "market [market]", "show markets, or one with all its terms", show);
}

async function show(options: CommonOptions, name?: string) {
  const session = await readingSession(options);
  if (name !== undefined) {
    const market = findMarket(session, name);
    const described = await describeMarket(session, market);
    ui.title(market.name);
    ui.facts(termsOf(market, described));
    const why = described.priceFresh ? {} : { why: await showWhy(session, market) };
    return { ...described, ...why, terms: { ...market.pricing, ...market.risk } };
  }
  const described = await Promise.all(Object.values(session.markets).map((m) => describeMarket(session, m)));
  showMarkets(described);
  return described;
}

/** A market as the status shows it. */
export async function describeMarket(session: Session, { pricing, risk, ...info }: MarketInfo) {
  const { market, fresh } = await marketNow(session, { pricing, risk, ...info });
  const status = { [String(STATUS_OPEN)]: "open", [String(STATUS_REDUCE_ONLY)]: "reduce-only" };
  return {
    market: info.name,
    id: info.id,
    base: info.base.symbol,
    pool: await info.pool.getAddress(),
    status: status[String(market.status)] ?? "settled",
    price: formatAmount(market.price),
    priceFresh: fresh,
    priceMadeAt: Number(market.touchedAt - market.priceAge),
    halfSpread: formatAmount(market.halfSpread),
    longs: formatAmount(market.longs),
    shorts: formatAmount(market.shorts),
    skew: formatAmount(skew(market)),
    mostPerSide: formatAmount(openCapDown(market, pricing.depth, risk)),
    fundingPerDay: formatAmount(market.fundingRate),
    poolEquity: formatAmount(equityFloor(market, pricing.depth)),
    held: formatAmount(market.held),
  };
}

type Described = Awaited<ReturnType<typeof describeMarket>>;

export function showMarkets(described: Described[]): void {
  ui.table(
    ["market", "status", "›price", "price is", "›long", "›short", "›most a side", "funding", "›pool"],
    described.map((m) => [
      m.market,
      m.status,
      m.price,
      m.priceFresh ? "fresh" : "too old",
      amount(m.longs),
      amount(m.shorts),
      amount(m.mostPerSide),
      ui.showFunding(parseUnits(m.fundingPerDay, 18)),
      `${amount(m.poolEquity)} ${m.base}`,
    ]),
  );
}

/** Each layer of a price that is refused, with its reason. */
async function showWhy({ contracts }: Session, { params }: MarketInfo) {
  const layers = await whyPrice(contracts.priceLens, params.priceSource);
  ui.say();
  ui.title("Why there is no price");
  ui.table(
    ["source", "›price", "half-spread", "made at", "why not"],
    layers.map(({ depth, name, price, last, reason, dead }) => {
      const [value, at] = [price?.price ?? last?.price, price?.updatedAt ?? last?.updatedAt];
      return [
        `${"  ".repeat(depth)}${name || "?"}`,
        value === undefined ? "none" : showAmount(value),
        price === undefined ? "" : showPercent(price.halfSpread),
        at === undefined ? "" : showTime(at),
        `${reason ?? ""}${dead ? " It is dead." : ""}`,
      ];
    }),
  );
  return layers;
}

/** A decimal string cut to what one wants to look at. */
const amount = (decimal: string) => {
  const [whole, fraction = ""] = decimal.split(".");
  return `${BigInt(whole).toLocaleString("en")}.${fraction.slice(0, 4).padEnd(4, "0")}`.replace(/\.?0+$/, "");
};

function termsOf({ pricing, risk, base }: MarketInfo, now: Described): [string, string][] {
  return [
    ["id", now.id],
    ["pool", now.pool],
    ["status", now.status],
    [
      "price",
      `${now.price} ${base.symbol}, made at ${showTime(now.priceMadeAt)}${now.priceFresh ? "" : ": too old"}`,
    ],
    [
      "open",
      `${amount(now.longs)} long, ${amount(now.shorts)} short, at most ${amount(now.mostPerSide)} a side`,
    ],
    ["pool equity", `${amount(now.poolEquity)} ${base.symbol}`],
    [
      "funding now",
      `${ui.showFunding(parseUnits(now.fundingPerDay, 18))}, at most ${showPercent(pricing.maxFundingRate)}`,
    ],
    [
      "cost of a trade",
      `${showPercent(pricing.tradeFee)} and ${showPercent(parseUnits(now.halfSpread, 18))} half-spread, plus impact`,
    ],
    ["depth", `${showAmount(pricing.depth)} units move the price by 100 %`],
    [
      "leverage",
      `at most ${ui.showLeverage(risk.maxLeverage)}; liquidated below ${showPercent(risk.maintenanceMargin)}`,
    ],
    ["least margin", `${showAmount(risk.minMargin)} ${base.symbol}`],
    [
      "leaving the pool",
      `${showDuration(Number(pricing.withdrawalDelay))} after a request, ${showPercent(risk.exitFee)}`,
    ],
  ];
}
