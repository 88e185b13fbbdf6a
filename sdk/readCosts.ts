// Reads from a chain what the costs of a LeveragedToken are told from.
import type { Provider, Result } from "ethers";
import type { ClearingHouse, LeveragedToken, TokenLens } from "../typechain-types/index.js";
import { costsBetween, type TokenCosts, type TokenSnapshot } from "./costs.ts";
import type { Market } from "./math/Market.ts";
import { unpackRisk } from "./math/MarketParams.ts";

/** What the costs of a token are read from. */
export interface CostContracts {
  clearingHouse: ClearingHouse;
  tokenLens: TokenLens;
  token: LeveragedToken;
  provider: Provider;
}

/** The costs of a token from the end of one block to the end of another. The node must know the state at both. */
export async function readCosts(
  contracts: CostContracts,
  fromBlock: number,
  toBlock: number,
): Promise<TokenCosts> {
  const { clearingHouse, token, provider } = contracts;
  const address = await token.getAddress();
  const params = (await token.marketParams()) as unknown as Result;
  const { baseDecimals } = unpackRisk(params.risk);
  const snapshot = async (blockTag: number): Promise<TokenSnapshot> => {
    const [quote, seen] = await Promise.all([
      clearingHouse.lastQuote(params.toObject() as never, address, { blockTag }),
      contracts.tokenLens.token(address, { blockTag }),
    ]);
    const { price, fundingIndex } = quote.market as unknown as Market;
    const { position, cash } = quote;
    return {
      position,
      cash,
      price,
      fundingIndex,
      supply: seen.supply,
      streamingFeeDue: seen.streamingFeeDue,
    };
  };
  const [start, end, logs] = await Promise.all([
    snapshot(fromBlock),
    snapshot(toBlock),
    provider.getLogs({
      address: [await clearingHouse.getAddress(), address],
      fromBlock: fromBlock + 1,
      toBlock,
    }),
  ]);
  return costsBetween(address, Number(baseDecimals), start, logs, end);
}
