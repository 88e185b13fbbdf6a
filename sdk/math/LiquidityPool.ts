// Twin of contracts/clearing/LiquidityPool.sol, which says how it works. Assets are in the BaseToken's own decimals.
import { beforeFeeUp, feeUp } from "./Attribution.ts";
import * as House from "./ClearingHouse.ts";
import { ContractError } from "./ContractError.ts";
import { unit } from "./Entry.ts";
import { divDown, divUp, int, mulDivUp, uint } from "./FixedPoint.ts";
import { STATUS_RECKONING } from "./Market.ts";
import * as Pool from "./Pool.ts";
import { addBalance, atomically, removeBalance, type Shares, spendAllowance } from "./ShareToken.ts";
import type { MarketState, Moment, Quote } from "./Venue.ts";

/** Shares that wait to be paid, and from when on they can be. Seconds. */
export interface Request {
  shares: bigint;
  executableAt: bigint;
}

/** The pool of a market with everything that is stored for it. */
export interface LiquidityPool extends Shares {
  readonly address: string;
  readonly market: MarketState;
  supply: bigint;
  requests: Map<string, Request>;
}

const LOCKED = 10n ** 6n;
const DEPLETED = 10n ** 6n;
const MAX_UINT96 = 2n ** 96n - 1n;

/** Whom the locked shares belong to. */
export const NOBODY = "0x000000000000000000000000000000000000dEaD";

/** The pool of a market that was just made. The seed is WAD. */
export function createPool(
  market: MarketState,
  address: string,
  provider: string,
  seed: bigint,
): LiquidityPool {
  if (seed <= LOCKED) throw new ContractError("LiquidityPool_ZeroAmount");
  const balances = new Map([[NOBODY, LOCKED]]);
  balances.set(provider, (balances.get(provider) ?? 0n) + seed - LOCKED);
  return { address, market, supply: seed, balances, allowances: new Map(), requests: new Map() };
}

// ------------------------------------------------------------------------------------------------ ENTERING

export function deposit(pool: LiquidityPool, assets: bigint, receiver: string, now: Moment): bigint {
  return atomically(pool, () => {
    const shares = sharesForDeposit(pool, House.sync(pool.market, pool.address, now), assets);
    join(pool, assets, shares, receiver, now);
    return shares;
  });
}

export function mint(pool: LiquidityPool, shares: bigint, receiver: string, now: Moment): bigint {
  return atomically(pool, () => {
    const assets = assetsForMint(pool, House.sync(pool.market, pool.address, now), shares);
    join(pool, assets, shares, receiver, now);
    return assets;
  });
}

function join(pool: LiquidityPool, assets: bigint, shares: bigint, receiver: string, now: Moment): void {
  if (assets === 0n || shares === 0n) throw new ContractError("LiquidityPool_ZeroAmount");
  if (assets > MAX_UINT96) throw new ContractError("LiquidityPool_AmountOutOfRange", [assets, MAX_UINT96]);
  addBalance(pool, receiver, shares);
  pool.supply = uint(pool.supply + shares);
  House.movePoolCash(pool.market, pool.address, int(assets), now);
}

// ------------------------------------------------------------------------------------------------ LEAVING

/** Locks shares; from when on they can be paid. */
export function requestRedeem(pool: LiquidityPool, caller: string, shares: bigint, now: Moment): bigint {
  if (shares === 0n) throw new ContractError("LiquidityPool_ZeroAmount");
  removeBalance(pool, caller, shares);
  addBalance(pool, pool.address, shares);
  const executableAt = now.time + pool.market.params.pricing.withdrawalDelay;
  pool.requests.set(caller, { shares: requestOf(pool, caller).shares + shares, executableAt });
  return executableAt;
}

/** Pays what can be paid of a request, to its owner. */
export function execute(pool: LiquidityPool, owner: string, now: Moment): { shares: bigint; assets: bigint } {
  return atomically(pool, () => {
    const quote = House.sync(pool.market, pool.address, now);
    const shares = redeemable(pool, quote, owner, now);
    requireRedeemable(pool, owner, 1n, shares);
    const assets = assetsForRedeem(pool, quote, shares);
    leave(pool, owner, shares, assets, now);
    return { shares, assets };
  });
}

export function redeem(
  pool: LiquidityPool,
  caller: string,
  shares: bigint,
  owner: string,
  now: Moment,
): bigint {
  return atomically(pool, () => {
    if (shares === 0n) throw new ContractError("LiquidityPool_ZeroAmount");
    const quote = House.sync(pool.market, pool.address, now);
    requireRedeemable(pool, owner, shares, redeemable(pool, quote, owner, now));
    if (caller !== owner) spendAllowance(pool, owner, caller, shares);
    const assets = assetsForRedeem(pool, quote, shares);
    leave(pool, owner, shares, assets, now);
    return assets;
  });
}

export function withdraw(
  pool: LiquidityPool,
  caller: string,
  assets: bigint,
  owner: string,
  now: Moment,
): bigint {
  return atomically(pool, () => {
    if (assets === 0n) throw new ContractError("LiquidityPool_ZeroAmount");
    const quote = House.sync(pool.market, pool.address, now);
    const shares = sharesForWithdraw(pool, quote, assets);
    requireRedeemable(pool, owner, shares, redeemable(pool, quote, owner, now));
    if (caller !== owner) spendAllowance(pool, owner, caller, shares);
    leave(pool, owner, shares, assets, now);
    return shares;
  });
}

function requireRedeemable(pool: LiquidityPool, owner: string, shares: bigint, most: bigint): void {
  if (shares <= most) return;
  const { executableAt } = requestOf(pool, owner);
  throw new ContractError("LiquidityPool_NotRedeemable", [shares, most, executableAt]);
}

function leave(pool: LiquidityPool, owner: string, shares: bigint, assets: bigint, now: Moment): void {
  if (assets === 0n) throw new ContractError("LiquidityPool_NothingWithdrawable", [shares]);
  const request = requestOf(pool, owner);
  pool.requests.set(owner, { ...request, shares: request.shares - shares });
  removeBalance(pool, pool.address, shares);
  pool.supply -= shares;
  House.movePoolCash(pool.market, pool.address, -assets, now);
}

// ------------------------------------------------------------------------------------------------ VIEWS

export const requestOf = (pool: LiquidityPool, owner: string): Request =>
  pool.requests.get(owner) ?? { shares: 0n, executableAt: 0n };

const fresh = (pool: LiquidityPool, now: Moment) => House.quote(pool.market, pool.address, now);
const last = (pool: LiquidityPool, now: Moment) => House.lastQuote(pool.market, pool.address, now);
const depthOf = (pool: LiquidityPool) => pool.market.params.pricing.depth;

/** poolCash − s·x − E(s), at the last price if there is no fresh one. WAD, signed. */
export const equity = (pool: LiquidityPool, now: Moment): bigint =>
  Pool.equityFloor(last(pool, now).market, depthOf(pool));

/** What of it may leave now. WAD. */
export const withdrawable = (pool: LiquidityPool, now: Moment): bigint =>
  Pool.withdrawableDown(last(pool, now).market, equityDown(pool, last(pool, now)), pool.market.params.risk);

export const totalAssets = (pool: LiquidityPool, now: Moment): bigint =>
  divDown(equityDown(pool, last(pool, now)), unit(pool.market.params));

export function convertToShares(pool: LiquidityPool, assets: bigint, now: Moment): bigint {
  const worth = equityDown(pool, last(pool, now));
  return worth === 0n ? 0n : Pool.sharesDown(wad(pool, assets), worth, pool.supply);
}

export function convertToAssets(pool: LiquidityPool, shares: bigint, now: Moment): bigint {
  const worth = Pool.assetsDown(shares, equityDown(pool, last(pool, now)), pool.supply);
  return divDown(worth, unit(pool.market.params));
}

export function maxDeposit(pool: LiquidityPool, now: Moment): bigint {
  const quote = last(pool, now);
  if (!quote.fresh || quote.market.status >= STATUS_RECKONING || isDepleted(pool, equityDown(pool, quote)))
    return 0n;
  return divDown(MAX_UINT96 - quote.market.held, unit(pool.market.params));
}

export function maxMint(pool: LiquidityPool, now: Moment): bigint {
  const assets = maxDeposit(pool, now);
  return assets === 0n ? 0n : sharesForDeposit(pool, last(pool, now), assets);
}

export function maxRedeem(pool: LiquidityPool, owner: string, now: Moment): bigint {
  const quote = last(pool, now);
  if (!quote.fresh) return 0n;
  const shares = redeemable(pool, quote, owner, now);
  return assetsForRedeem(pool, quote, shares) === 0n ? 0n : shares;
}

export function maxWithdraw(pool: LiquidityPool, owner: string, now: Moment): bigint {
  const shares = maxRedeem(pool, owner, now);
  return shares === 0n ? 0n : assetsForRedeem(pool, last(pool, now), shares);
}

export const previewDeposit = (pool: LiquidityPool, assets: bigint, now: Moment): bigint =>
  sharesForDeposit(pool, fresh(pool, now), assets);

export const previewMint = (pool: LiquidityPool, shares: bigint, now: Moment): bigint =>
  assetsForMint(pool, fresh(pool, now), shares);

export const previewRedeem = (pool: LiquidityPool, shares: bigint, now: Moment): bigint =>
  assetsForRedeem(pool, fresh(pool, now), shares);

export const previewWithdraw = (pool: LiquidityPool, assets: bigint, now: Moment): bigint =>
  sharesForWithdraw(pool, fresh(pool, now), assets);

// ------------------------------------------------------------------------------------------------ ARITHMETIC

const wad = (pool: LiquidityPool, assets: bigint) => uint(assets * unit(pool.market.params));

function equityDown(pool: LiquidityPool, quote: Quote): bigint {
  const worth = Pool.equityFloor(quote.market, depthOf(pool));
  return worth > 0n ? worth : 0n;
}

const isDepleted = (pool: LiquidityPool, worth: bigint) => worth * DEPLETED < pool.supply;

function equityToJoin(pool: LiquidityPool, quote: Quote): bigint {
  const worth = Pool.equityCeil(quote.market, depthOf(pool));
  if (isDepleted(pool, worth)) throw new ContractError("LiquidityPool_Depleted", [worth, pool.supply]);
  return worth;
}

const sharesForDeposit = (pool: LiquidityPool, quote: Quote, assets: bigint) =>
  Pool.sharesDown(wad(pool, assets), equityToJoin(pool, quote), pool.supply);

const assetsForMint = (pool: LiquidityPool, quote: Quote, shares: bigint) =>
  divUp(Pool.assetsUp(shares, equityToJoin(pool, quote), pool.supply), unit(pool.market.params));

function assetsForRedeem(pool: LiquidityPool, quote: Quote, shares: bigint): bigint {
  const { risk } = pool.market.params;
  const worth = Pool.assetsDown(shares, equityDown(pool, quote), pool.supply);
  return divDown(worth - feeUp(worth, risk.exitFee), unit(pool.market.params));
}

function sharesForWithdraw(pool: LiquidityPool, quote: Quote, assets: bigint): bigint {
  const worth = equityDown(pool, quote);
  if (worth === 0n) throw new ContractError("LiquidityPool_NothingWithdrawable", [0n]);
  const { exitFee } = pool.market.params.risk;
  return mulDivUp(beforeFeeUp(wad(pool, assets), exitFee), pool.supply, worth);
}

/** Requested shares that have waited long enough and that open positions can spare. */
function redeemable(pool: LiquidityPool, quote: Quote, owner: string, now: Moment): bigint {
  const request = requestOf(pool, owner);
  const worth = equityDown(pool, quote);
  if (now.time < request.executableAt || worth === 0n) return 0n;
  const spare = Pool.withdrawableDown(quote.market, worth, pool.market.params.risk);
  const most = Pool.sharesDown(spare, worth, pool.supply);
  return request.shares < most ? request.shares : most;
}
