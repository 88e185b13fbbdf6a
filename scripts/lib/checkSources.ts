// What a deployment's check reads back of its price sources.
import {
  IndexSource__factory,
  MedianSource__factory,
  PythSource__factory,
} from "../../typechain-types/index.js";
import type { Context } from "./check.ts";

export function checkSources(context: Context): void {
  checkFeeds(context);
  checkOthers(context);
  checkIndexes(context);
}

function checkFeeds({ book, plan, contracts, compare }: Context): void {
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
