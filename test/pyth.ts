// Pyth's own mock, and sources over it.
import { id, type Signer } from "ethers";
import { MockPyth__factory, PythSource__factory } from "../typechain-types/index.js";
import { DAY, wad } from "./fixture.ts";

export const PRICE_ID = id("Crypto.ETH/USD");
/** Wei for each update. */
export const FEE = 7n;

export interface Signed {
  price: bigint;
  conf?: bigint;
  expo?: number;
  at: number;
  of?: string;
}

/** Pyth with a price of 500 ± 0.5 as of `at`, and a source over it. */
export async function deployPyth(deployer: Signer, at: number, changes: Record<string, unknown> = {}) {
  const pyth = await new MockPyth__factory(deployer).deploy(60, FEE);
  const sign = ({ price, conf = 50_000_000n, expo = -8, at: time, of = PRICE_ID }: Signed) =>
    pyth.createPriceFeedUpdateData(of, price, conf, expo, price, conf, time, time - 1);
  const bring = async (signed: Signed) => pyth.updatePriceFeeds([await sign(signed)], { value: FEE });
  await bring({ price: 50_000_000_000n, at });
  const config = {
    pyth,
    priceId: PRICE_ID,
    underlying: "ETH",
    maxAge: 60,
    minHalfSpread: wad("0.0005"),
    maxHalfSpread: wad("0.02"),
    minPrice: wad("10"),
    maxPrice: wad("100000"),
    deadAfter: 3 * DAY,
    ...changes,
  };
  return { pyth, sign, bring, config, source: await new PythSource__factory(deployer).deploy(config) };
}
