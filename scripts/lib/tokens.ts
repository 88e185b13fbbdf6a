import type { Result } from "ethers";
import type { Market } from "../../sdk/math/Market.ts";
import { unpackPolicy } from "../../sdk/math/Policy.ts";
import { openRoomDown } from "../../sdk/math/Pool.ts";
import { unpackTokenState } from "../../sdk/math/TokenState.ts";
import type { TokenMoment } from "../../sdk/quotes.ts";
import type { MarketInfo, Session, TokenInfo } from "./session.ts";

/** Typechain's types lack what ethers gives every struct. */
const toMarket = (struct: object) => (struct as Result).toObject() as Market;

/** A market as of now; at its last price when there is no fresh one, and `fresh` says so. */
export async function marketNow(session: Session, market: MarketInfo, account = session.account) {
  const owner = account ?? "0x000000000000000000000000000000000000dEaD";
  const quote = await session.contracts.clearingHouse.lastQuote(market.params, owner);
  return { market: toMarket(quote.market), position: quote.position, cash: quote.cash, fresh: quote.fresh };
}

/** A token's account and what surrounds it. Reverts when the price can't be trusted. */
export async function tokenNow(session: Session, token: TokenInfo): Promise<TokenMoment> {
  const { clearingHouse } = session.contracts;
  const { params, pricing, risk } = token.market;
  const [quote, value, state, policy, forcedTrades] = await Promise.all([
    clearingHouse.quote(params, token.address),
    token.contract.netAssetValue(),
    token.contract.state(),
    token.contract.policy(),
    clearingHouse.forcedTrades(params),
  ]);
  const market = toMarket(quote.market);
  const side = token.leverage > 0n ? market.longs : market.shorts;
  return {
    leverage: token.leverage,
    policy: unpackPolicy(policy),
    market,
    pricing,
    risk,
    position: quote.position,
    value,
    supply: unpackTokenState(state).supply,
    forced: forcedTrades.blockForced,
    budget: forcedTrades.budget,
    room: openRoomDown(market, side, pricing.depth, risk),
  };
}

/** Value of one token, WAD; 1 BaseToken before the first mint. */
export const valuePerToken = (value: bigint, supply: bigint): bigint =>
  supply === 0n ? 10n ** 18n : value <= 0n ? 0n : (value * 10n ** 18n) / supply;
