import { AbiCoder, keccak256 } from "ethers";
import { type MarketParams, packMarketParams } from "./math/MarketParams.ts";

/** The id of a market: twin of `toId` in contracts/types/MarketParams.sol. */
export function marketId(params: MarketParams): string {
  const { baseToken, priceSource, pricing, risk } = packMarketParams(params);
  const words = ["address", "address", "uint256", "uint256"];
  return keccak256(AbiCoder.defaultAbiCoder().encode(words, [baseToken, priceSource, pricing, risk]));
}
