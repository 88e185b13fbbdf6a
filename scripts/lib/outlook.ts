import { type Crash, readParameters } from "../../deploy/parameters.ts";
import { parsePercent, showDuration, showPercent } from "../../sdk/amounts.ts";
import { NEVER, type Policy } from "../../sdk/math/Policy.ts";
import { drag, rebalancesIn, type TokenMoment, wipeOutGap, worstLeverage } from "../../sdk/quotes.ts";
import { measuredVolatility } from "./history.ts";
import type { Session, TokenInfo } from "./session.ts";
import * as ui from "./ui.ts";

/** Shown when there are too few prices to measure: about what ether has had in quiet years. */
const ASSUMED = 0.8;

const percent = (part: number) => {
  const size = Math.abs(part) * 100;
  return `${size.toLocaleString("en", { maximumFractionDigits: size < 1 ? 3 : 1 })} %`;
};

/** What a holder must know before minting: what rebalancing costs in time, and which gap takes everything. */
export async function outlook(
  session: Session,
  token: TokenInfo,
  now: TokenMoment,
  leverageAfter: bigint,
  typed: string | undefined,
) {
  const target = Number(token.leverage) / 1e18;
  const measured = typed === undefined ? await measuredVolatility(session, token.market) : undefined;
  const perYear =
    typed === undefined
      ? (measured?.perYear ?? ASSUMED)
      : Number(parsePercent(typed, "volatility", 10n ** 20n)) / 1e18;
  const { rate, left } = drag(target, perYear);
  const from =
    typed !== undefined
      ? "as you say"
      : measured === undefined
        ? "assumed: too few prices yet to measure it"
        : `of the last ${measured.days.toFixed(0)} days' prices`;
  const after = Number(leverageAfter) / 1e18;
  const worst = worstLeverage(target, now.policy);
  const move = target > 0 ? "fall" : "rise";
  const band = now.policy.upperBand === NEVER ? "emergency band" : "band";
  const facts: [string, string][] = [
    [
      "drag",
      `${percent(1 - Math.exp(-rate / 12))} a month, ${percent(1 - left)} a year if the price ends where it began, ` +
        `at a volatility of ${percent(perYear)} a year (${from})`,
    ],
    [
      "wiped out by",
      `a ${move} of ${percent(wipeOutGap(after))} at one blow; of ${percent(wipeOutGap(worst))} when leverage has drifted to the ${band}`,
    ],
    ["fees", `${showPercent(now.policy.streamingFee)} a year of its value`],
  ];
  const crash = readParameters(session.book.parameters).markets[token.market.name]?.crash;
  const past = crash === undefined || target < 0 ? undefined : history(token, target, now.policy, crash);
  if (past !== undefined) facts.splice(2, 0, ["has happened", past.fact]);
  const json = {
    volatility: perYear,
    volatilityMeasured: measured !== undefined,
    dragPerYear: 1 - left,
    wipeOutGap: wipeOutGap(after),
    wipeOutGapAtBand: wipeOutGap(worst),
  };
  return { facts, warnings: past?.warnings ?? [], json: { ...json, ...past?.json } };
}

/** What a crash of the past would have asked of a long token's keepers, and whether it has more leverage than is sane. */
function history(token: TokenInfo, target: number, policy: Policy, crash: Crash) {
  const [fall, sane] = [Number(crash.fall), Number(crash.sane)];
  const times = Math.ceil(rebalancesIn(target, policy, fall));
  const what = `a fall of ${percent(fall)} within ${showDuration(crash.within)} on ${crash.on}`;
  const every = showDuration(Math.round(crash.within / times));
  const atOnce = fall >= Math.abs(wipeOutGap(target)) ? ", which at one blow is all of it" : "";
  return {
    fact: `${what}${atOnce}; keepers would have had to rebalance it ${times} times, every ${every}`,
    warnings:
      target > sane
        ? [
            `${ui.showLeverage(token.leverage)} is more than is sane on ${token.market.source}: ${sane}x is the most, since there has been ${what}.`,
          ]
        : [],
    json: { crash, rebalancesInCrash: times, saneLeverage: sane },
  };
}
