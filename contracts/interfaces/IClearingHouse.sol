// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Account} from "../types/Account.sol";
import {Amounts} from "../types/Amounts.sol";
import {Market} from "../types/Market.sol";
import {MarketId} from "../types/MarketId.sol";
import {MarketParams} from "../types/MarketParams.sol";

/// @notice What a trader asks for in one call.
/// @param amount Units of underlying to trade, signed: > 0 buys. WAD. 0 only moves margin.
/// @param margin BaseToken to bring in (> 0) or to take out (< 0), in the BaseToken's own decimals.
/// @param priceLimit Worst acceptable fill price, impact and surcharge included, fee excluded: highest when buying,
/// lowest when selling. BaseToken per unit, WAD. Not looked at when amount is 0.
/// @param deadline Last block time at which the order may be executed. Seconds since 1970.
struct Order {
    int256 amount;
    int256 margin;
    uint256 priceLimit;
    uint256 deadline;
}

/// @notice What a trade did. BaseToken amounts are WAD.
/// @param fillPrice Per unit, impact and surcharge included, fee excluded; rounded against the trader.
/// @param impact Part of the cost that comes from moving the skew; < 0 when the trade narrowed it.
/// @param fee Trade fee and half-spread.
/// @param surcharge What filling as if this block's forced trades had not happened cost more.
/// @param position Units of the account after the trade.
/// @param cash Cash of the account after the trade and the margin moved with it.
struct Fill {
    uint256 fillPrice;
    int256 impact;
    uint256 fee;
    uint256 surcharge;
    int256 position;
    int256 cash;
}

/// @notice What a LeveragedToken asks for: one netted trade and the money that comes with it. (The order of the fields gives
/// `execute` one of the first selectors, as solc compares them one by one.)
/// @param party Who gets the payout, or whose account gets the reward: no call has both.
/// @param transfer BaseToken that the token brings in before its call ends (> 0), or that the party is paid (< 0): whole units of
/// its own decimals, as WAD.
/// @param forced Δr: the part that rebalances. Units, signed, WAD.
/// @param amount δ: the part that mints or burns. Units, signed, WAD.
/// @param blockForced B before this order, as `syncNow` tells it; 0 when the market was first used by this call.
/// @param fee Out of the account's cash to protocolFees; whole FEE_STEPs are taken. WAD.
/// @param reward Out of the account's cash to the party's account in this market. WAD.
/// @param emergency Whether Δr is exempt from the market's budget.
/// @param closing Whether nothing is to be left in the account: what remains after the payout goes to protocolFees.
struct TokenOrder {
    address party;
    int256 transfer;
    int256 forced;
    int256 amount;
    int256 blockForced;
    uint256 fee;
    uint256 reward;
    bool emergency;
    bool closing;
}

/// @notice A market and an account of it at one moment.
/// @param market The market, funding accrued and price read.
/// @param position q of the account. Units, signed, WAD.
/// @param cash c of the account. BaseToken, signed, WAD.
/// @param touched Whether the market had been used in this block before: only then can it have forced trades.
/// @param fresh Whether the price can be trusted; if not it is the last one used.
struct Quote {
    Market market;
    int256 position;
    int256 cash;
    bool touched;
    bool fresh;
}

/// @notice A perpetual-futures venue of isolated markets, and the custody of everything in them.
interface IClearingHouse {
    // ---------------------------------------------------------------------------------------------- EVENTS

    /// @notice A market was made.
    event MarketCreated(MarketId indexed id, MarketParams params, address pool, uint256 seed);
    /// @notice An account traded, or moved margin, or both. Enough to rebuild every account from logs alone. In four words, packed as
    /// contracts/types says (sdk/updates.ts unpacks them), since holders pay for every word.
    /// @param after_ The account afterwards, q, c, when it operated and its role: its word, as `account` tells it.
    /// @param price Mid price, funding index and rate, half-spread and age: the third word of the market, as stored.
    /// @param moved First the units traded, signed; then the BaseToken moved in (> 0) or out (< 0): deposits, payouts, fees and rewards
    /// that a token or a liquidated account pays. WAD.
    /// @param cost First the impact, which contains the surcharge, < 0 when the trade narrowed the skew; then the fee. BaseToken, WAD.
    event AccountUpdated(
        MarketId indexed id,
        address indexed account,
        Account after_,
        uint256 price,
        Amounts moved,
        Amounts cost
    );
    /// @notice A reward for a reckoning came into an account. One for a liquidation is told by Liquidated, and one for a rebalance by
    /// its token (Rebalanced).
    /// @param reward BaseToken, WAD.
    /// @param position q, as it was. WAD.
    /// @param cash c after. WAD.
    event RewardCredited(
        MarketId indexed id,
        address indexed account,
        uint256 reward,
        int256 position,
        int256 cash
    );
    /// @notice A voluntary trade paid for filling as if this block's forced trades had not happened; this, and the whole fee of
    /// what was voluntary, went to protocolFees. WAD.
    event SurchargePaid(MarketId indexed id, address indexed account, uint256 surcharge);
    /// @notice The pool paid what an account that was closed could not. WAD.
    event ShortfallCovered(MarketId indexed id, address indexed account, uint256 shortfall);
    /// @notice A liquidator closed part of an account, or all of it. Units, and BaseToken of the reward, which came into the
    /// liquidator's account: WAD.
    event Liquidated(
        MarketId indexed id,
        address indexed account,
        address indexed liquidator,
        int256 amount,
        uint256 reward
    );
    /// @notice Part of an account on the skewed side was closed, since the pool covers too little. Units, WAD.
    event Deleveraged(MarketId indexed id, address indexed account, address indexed caller, int256 amount);
    /// @notice A market ended at one price for everyone; the reckoning begins. BaseToken, WAD.
    event Settled(MarketId indexed id, uint256 price, int256 fundingIndex, int256 poolCash);
    /// @notice The reckoning is over: accounts are paid this share of what they have. WAD.
    event Concluded(MarketId indexed id, uint256 share);
    /// @notice Liquidity came (> 0) or left (< 0).
    /// @param poolCash Cash of the pool after. WAD.
    event PoolCashMoved(MarketId indexed id, int256 amount, int256 poolCash);
    /// @notice protocolFees were paid to the fee receiver. BaseToken, WAD.
    event FeesCollected(MarketId indexed id, address indexed receiver, uint256 amount);
    /// @notice The guardian made a market reduce-only, or open again.
    event ReduceOnlySet(MarketId indexed id, bool reduceOnly);
    /// @notice The fee receiver was changed.
    event FeeReceiverSet(address indexed receiver);

    // ---------------------------------------------------------------------------------------------- ERRORS

    /// @notice No market has these parameters.
    error ClearingHouse_UnknownMarket(MarketId id);
    /// @notice A market has these parameters already.
    error ClearingHouse_MarketExists(MarketId id);
    /// @notice A parameter is outside its bounds; `name` says which.
    error ClearingHouse_ParameterOutOfBounds(string name, uint256 value, uint256 least, uint256 most);
    /// @notice skewCap + tradeFee + maxHalfSpread + rewardRate must be ≤ maintenanceMargin < 1/maxLeverage.
    error ClearingHouse_UnsafeMargins(uint256 sum, uint256 maintenanceMargin, uint256 initialMargin);
    /// @notice The BaseToken delivered something else than it was asked for, such as one that charges a fee.
    error ClearingHouse_TransferMismatch(uint256 asked, uint256 received);
    /// @notice An order that neither trades nor moves margin.
    error ClearingHouse_ZeroAmount();
    /// @notice The order came too late.
    error ClearingHouse_Expired(uint256 deadline, uint256 time);
    /// @notice The trade would fill beyond the limit.
    error ClearingHouse_PriceLimit(uint256 fillPrice, uint256 priceLimit);
    /// @notice The amount is larger than any order may be, from one side to the other. Units, WAD.
    error ClearingHouse_AmountOutOfRange(uint256 amount, uint256 most);
    /// @notice The price of the source is outside the range that the books can hold.
    error ClearingHouse_PriceOutOfRange(uint256 price, uint256 least, uint256 most);
    /// @notice The price claims to be made after this block.
    error ClearingHouse_PriceFromFuture(uint256 updatedAt, uint256 time);
    /// @notice The price is older than one that was used already.
    error ClearingHouse_PriceOlderThanUsed(uint256 updatedAt, uint256 usedBefore);
    /// @notice The price is older than the books can tell.
    error ClearingHouse_PriceTooOld(uint256 updatedAt, uint256 maxAge);
    /// @notice The market can only be reduced.
    error ClearingHouse_ReduceOnly(MarketId id);
    /// @notice The half-spread of the price is too wide to open at.
    error ClearingHouse_SpreadTooWide(uint256 halfSpread, uint256 most);
    /// @notice The side would have more open interest than the skew cap or the pool's equity allows. Units, WAD.
    error ClearingHouse_OpenInterestAboveCap(uint256 openInterest, uint256 cap);
    /// @notice min(N, N_exit) would be below what the market demands. BaseToken, WAD.
    error ClearingHouse_InsufficientMargin(int256 margin, uint256 required);
    /// @notice The account has less cash than it wants to take out. BaseToken, WAD.
    error ClearingHouse_InsufficientCash(int256 cash, uint256 wanted);
    /// @notice The market has less in custody than it would have to pay. BaseToken, WAD.
    error ClearingHouse_InsufficientCustody(uint256 held, uint256 wanted);
    /// @notice The market would hold more than the books can count. BaseToken, WAD.
    error ClearingHouse_CustodyOutOfRange(uint256 held, uint256 most);
    /// @notice The account would be worth more than an account may be after an opening trade or a payment. BaseToken, WAD.
    error ClearingHouse_WorthOutOfRange(int256 value, uint256 most);
    /// @notice The account would have more than it may after a reward, or owe more than after a surcharge. BaseToken, WAD.
    error ClearingHouse_CashOutOfRange(int256 cash, uint256 most);
    /// @notice The pool would have, or owe, more than it may after a surcharge, or a shortfall that it covers. BaseToken, WAD.
    error ClearingHouse_PoolCashOutOfRange(int256 cash, uint256 most);
    /// @notice The rebalance is larger than what the market's budget has left. Units, WAD.
    error ClearingHouse_BudgetExceeded(uint256 amount, uint256 left);
    /// @notice The account is worth at least the maintenance margin. BaseToken, WAD.
    error ClearingHouse_NotLiquidatable(int256 value, uint256 maintenance);
    /// @notice The account is not on the skewed side, or the pool covers the skew. Units, WAD.
    error ClearingHouse_NotDeleverageable(int256 position, int256 skew, uint256 excess);
    /// @notice The source is not dead and the pool not insolvent. BaseToken, WAD.
    error ClearingHouse_NotSettleable(int256 poolEquity);
    /// @notice The market is settled: nothing comes in any more.
    error ClearingHouse_AlreadySettled(MarketId id);
    /// @notice The market is in the hour of reckoning: nothing is paid until it is concluded, from `until` on.
    error ClearingHouse_Reckoning(uint256 until);
    /// @notice The market is not in the hour of reckoning.
    error ClearingHouse_NotReckoning(MarketId id);
    /// @notice The caller does not have the role that the function is for.
    error ClearingHouse_WrongRole(address caller, uint8 role, uint8 required);

    // ---------------------------------------------------------------------------------------------- MARKETS

    /// @notice Makes a market, with the caller as its first liquidity provider. Anyone may.
    /// @param seed BaseToken for the pool, in its own decimals; more than 1e6 wei of WAD.
    /// @return id The market's id.
    /// @return pool The market's LiquidityPool.
    function createMarket(
        MarketParams calldata params,
        uint256 seed
    ) external returns (MarketId id, address pool);

    /// @notice Brings a market to this block: accrues funding, reads the price if it is the first use in this block.
    /// Anyone may; LeveragedTokens and pools begin with it. What `quote` tells is told here in packed words, as they lie in
    /// storage (see types/MarketWords.sol and types/Account.sol): that is a thousand gas less in every mint and burn.
    /// @param forcing Whether the fourth word is told in any case: for whoever is about to force a trade. (Name and arguments give it the
    /// first of all selectors, as solc compares them one by one.)
    /// @return skew First word of the market.
    /// @return pool Second word of the market.
    /// @return price Third word of the market.
    /// @return account The caller's account; one of a settled market as it will be closed when it is next touched.
    /// @return forcedWord Fourth word of the market, when `forcing` or if the market had been used in this block before: only then can
    /// it have forced trades. Else 0.
    function syncNow(
        MarketParams calldata params,
        bool forcing
    ) external returns (uint256 skew, uint256 pool, uint256 price, Account account, uint256 forcedWord);

    // ---------------------------------------------------------------------------------------------- TRADERS

    /// @notice Trades for the caller's account and moves margin, in one call. The margin comes in before the trade and
    /// goes out after it.
    function trade(MarketParams calldata params, Order calldata order) external returns (Fill memory);

    /// @notice Closes the caller's position and pays out all of the account's cash that the market holds. A loss beyond it is
    /// the pool's.
    /// @param priceLimit As in Order.
    /// @param deadline As in Order.
    /// @return filled What the trade did.
    /// @return payout BaseToken paid, in its own decimals. What is less than one unit of them stays in the account, and what the
    /// market doesn't hold, as others owe it.
    function close(
        MarketParams calldata params,
        uint256 priceLimit,
        uint256 deadline
    ) external returns (Fill memory filled, uint256 payout);

    // ---------------------------------------------------------------------------------------------- ANYONE

    /// @notice Closes the least of an account below the maintenance margin that restores its initial margin, or all of it,
    /// at the fill price. The reward R₀ + ρ·p·amount, at most the maintenance margin, is credited to the caller's account in
    /// the market; if that was used before in this block, for the amount at the skew that would close least.
    /// @return amount Units traded, signed. WAD.
    /// @return reward BaseToken, WAD.
    function liquidate(
        MarketParams calldata params,
        address owner
    ) external returns (int256 amount, uint256 reward);

    /// @notice While the value of the skew exceeds κ·poolEquity > 0: closes an account on the skewed side, at most as far
    /// as that is so, at the fill price without fee. Tokens come last, at 5/4 of κ.
    /// @return amount Units traded, signed. WAD.
    function deleverage(MarketParams calldata params, address owner) external returns (int256 amount);

    /// @notice Ends a market whose source is dead, or whose pool is insolvent, at P = p·(1 + s/(2K)) for everyone. For an
    /// hour, and until `conclude`, nothing is paid.
    /// @return price P. BaseToken, WAD.
    function settle(MarketParams calldata params) external returns (uint256 price);

    /// @notice In the hour of reckoning, and until `conclude`: closes an account at the settlement price. What a negative
    /// one lacks is the pool's, and whoever found it is credited R₀, at most its maintenance margin.
    /// @return reward BaseToken, WAD.
    function reckon(MarketParams calldata params, address owner) external returns (uint256 reward);

    /// @notice After the hour: fixes once which share of what they have accounts and tokens are paid, in any order.
    /// @return share WAD.
    function conclude(MarketParams calldata params) external returns (uint256 share);

    // ---------------------------------------------------------------------------------------------- TOKENS, POOLS

    /// @notice Executes an order of the calling LeveragedToken, which moves the deposit into custody itself.
    /// @return cash c of the token's account after. WAD.
    function execute(MarketParams calldata params, TokenOrder calldata order) external returns (int256 cash);

    /// @notice Counts BaseToken that the calling LiquidityPool moves into custody itself (> 0), or pays some out of the pool to
    /// `receiver` (< 0). In the BaseToken's own decimals.
    function movePoolCash(MarketParams calldata params, int256 amount, address receiver) external;

    /// @notice Gives a new LeveragedToken its role. Only for the token factory.
    function registerToken(MarketParams calldata params, address token) external;

    // ---------------------------------------------------------------------------------------------- ROLES

    /// @notice Makes a market reduce-only, or open again. Only for the guardian. By its parameters, as all that writes: an id that is handed
    /// in could be any place in storage.
    function setReduceOnly(MarketParams calldata params, bool reduceOnly) external;

    /// @notice Changes who gets protocolFees. Only for the owner.
    function setFeeReceiver(address receiver) external;

    /// @notice Pays protocolFees to the fee receiver. Anyone may.
    /// @return amount BaseToken paid, in its own decimals.
    function collectFees(MarketParams calldata params) external returns (uint256 amount);

    // ---------------------------------------------------------------------------------------------- VIEWS

    /// @notice A market as stored at its last use; all zero if there is none.
    function market(MarketId id) external view returns (Market memory);

    /// @notice An account as stored.
    function account(MarketId id, address owner) external view returns (Account);

    /// @notice B, the forced trades of this block, and what is left of the rebalance budget. Units, WAD.
    function forcedTrades(
        MarketParams calldata params
    ) external view returns (int256 blockForced, uint256 budget);

    /// @notice The fourth word of a market as stored: forced trades and what is spent of the budget; see types/MarketWords.sol.
    function forced(MarketId id) external view returns (uint256);

    /// @notice Market and account as `syncNow` would bring them to this block, unpacked. Reverts as it would when the price can't be trusted.
    function quote(MarketParams calldata params, address account) external view returns (Quote memory);

    /// @notice What `quote` tells, or `lastQuote` if `last`, in packed words as `syncNow` tells it: for LeveragedTokens and pools.
    /// @return skew First word of the market.
    /// @return pool Second word of the market.
    /// @return price Third word of the market.
    /// @return account The account.
    /// @return forcedWord Fourth word of the market if it had been used in this block before. Else 0.
    /// @return fresh As in Quote.
    function peek(
        MarketParams calldata params,
        address owner,
        bool last
    )
        external
        view
        returns (uint256 skew, uint256 pool, uint256 price, Account account, uint256 forcedWord, bool fresh);

    /// @notice What `trade` would do for `owner`, and market and account after it. Reverts as it would, but does not look
    /// at BaseToken balance and allowance.
    function previewTrade(
        MarketParams calldata params,
        address owner,
        Order calldata order
    ) external view returns (Fill memory filled, Quote memory afterwards);

    /// @notice What `quote` returns, but answers at the last price used when there is none that can be trusted, and says so.
    function lastQuote(MarketParams calldata params, address account) external view returns (Quote memory);

    /// @notice Whether a call that moves something is under way.
    function isLocked() external view returns (bool);

    /// @notice Who may register tokens.
    function tokenFactory() external view returns (address);

    /// @notice Who gets protocolFees.
    function feeReceiver() external view returns (address);
}
