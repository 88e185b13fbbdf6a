// Feeds that are there already are looked at before anything is sent: a wrong address would make a market of another price.
import type { Parameters } from "../../deploy/parameters.ts";
import { showDuration } from "../../sdk/amounts.ts";
import { UserError } from "../../sdk/UserError.ts";
import { AggregatorV3Interface__factory } from "../../typechain-types/index.js";
import type { Chain } from "./networks.ts";

/** Refuses feeds that are no contract, price something else than they should, or have not answered lately. */
export async function checkGivenFeeds(
  { provider, title }: Pick<Chain, "provider" | "title">,
  { sources }: Parameters,
): Promise<void> {
  for (const [name, { feed, maxAge }] of Object.entries(sources)) {
    if (!("address" in feed)) continue;
    const { address, description } = feed;
    const which = `The feed of ${name}, ${address},`;
    const remedy = "Compare the address with https://docs.chain.link/data-feeds/price-feeds/addresses.";
    if ((await provider.getCode(address)) === "0x") {
      throw new UserError(`${which} is no contract on ${title}.`, remedy);
    }
    const contract = AggregatorV3Interface__factory.connect(address, provider);
    const found = await contract.description().catch(() => undefined);
    if (found !== description) {
      const says = found === undefined ? "is no price feed" : `prices ${found}, not ${description}`;
      throw new UserError(`${which} ${says}.`, remedy);
    }
    const { answer, updatedAt } = await contract.latestRoundData();
    const now = (await provider.getBlock("latest"))!.timestamp;
    const age = now - Number(updatedAt);
    if (answer <= 0n || age > maxAge) {
      throw new UserError(
        `${which} last answered ${showDuration(age)} ago; no answer older than ${showDuration(maxAge)} is trusted.`,
        "Wait for its next answer, or choose another feed.",
      );
    }
  }
}
