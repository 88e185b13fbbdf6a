// A ClearingHouse and what is made around it, at the addresses that test/solidity/ModelReplay.t.sol makes it at: all but
// pools by one deployer, by CREATE.
import { getAddress, getCreateAddress } from "ethers";
import { marketId } from "../../../sdk/marketId.ts";
import * as House from "../../../sdk/math/ClearingHouse.ts";
import * as Token from "../../../sdk/math/LeveragedToken.ts";
import * as Pool from "../../../sdk/math/LiquidityPool.ts";
import type { Policy } from "../../../sdk/math/Policy.ts";
import { type MarketState, unmade } from "../../../sdk/math/Venue.ts";
import type { Terms } from "../operations/terms.ts";

/** Traders, and two addresses that are registered as tokens and call the ClearingHouse themselves. */
export const TRADERS = 10;
export const ACTORS = 12;
/** The first of them hold tokens and shares of the pool. */
export const HOLDERS = 6;
/** Real tokens at a time. */
export const TOKENS = 3;

const addressOf = (number: bigint) => getAddress(`0x${number.toString(16).padStart(40, "0")}`);

/** The same in every world. */
export const actors = Array.from({ length: ACTORS }, (_, i) => addressOf(0xac70000n + BigInt(i)));

/** A market with its real pool and tokens. */
export interface Place {
  state: MarketState;
  start: bigint;
  pool: Pool.LiquidityPool;
  tokens: Token.LeveragedToken[];
}

export class World {
  readonly deployer: string;
  readonly baseToken: string;
  private readonly poolDeployer: string;
  private made = 0;
  private pools = 1;

  /** `number` is another for each world. */
  constructor(number: number) {
    this.deployer = addressOf(0xde000000n + BigInt(number));
    this.baseToken = this.next();
    this.poolDeployer = this.next();
    // The ClearingHouse.
    this.next();
  }

  private next(): string {
    return getCreateAddress({ from: this.deployer, nonce: this.made++ });
  }

  /** A market of these terms, seeded by the first actor, in which the last two actors are tokens. */
  open({ price, decimals, pricing, risk, seed }: Terms, time: bigint): Place {
    const params = { baseToken: this.baseToken, priceSource: this.next(), pricing, risk };
    const state = unmade(marketId(params), params);
    const pool = getCreateAddress({ from: this.poolDeployer, nonce: this.pools++ });
    const read = () => ({ price, halfSpread: 0n, updatedAt: time });
    House.createMarket(state, seed, BigInt(decimals), pool, { time, read });
    for (const actor of actors.slice(TRADERS)) House.registerToken(state, actor);
    const shares = seed * 10n ** BigInt(18 - decimals);
    return { state, start: price, pool: Pool.createPool(state, pool, actors[0], shares), tokens: [] };
  }

  /** Makes a token in place of what is there. */
  add({ state, tokens }: Place, index: number, leverage: bigint, policy: Policy): void {
    tokens[index] = Token.createToken(state, this.next(), leverage, policy);
  }
}
