// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPyth} from "../../../contracts/interfaces/IPyth.sol";
import {IPythSource, PythConfig} from "../../../contracts/interfaces/IPythSource.sol";
import {MarketParams} from "../../../contracts/types/MarketParams.sol";
import {Terms} from "../Terms.sol";
import {Attack} from "./Attack.sol";

/// @notice How Pyth's own mock encodes an update.
interface IMockPyth is IPyth {
    function createPriceFeedUpdateData(
        bytes32 id,
        int64 price,
        uint64 conf,
        int32 expo,
        int64 emaPrice,
        uint64 emaConf,
        uint64 publishTime,
        uint64 prevPublishTime
    ) external pure returns (bytes memory);
}

/// @notice Two signed updates: whoever comes first chooses which one a market sees, and when. Within one block that is worth
/// nothing; over two it is worth what the prices differ by, which the confidence pays for.
contract PythUpdatesTest is Attack {
    bytes32 private constant ID = keccak256("ETH/USD");
    uint256 private constant FEE = 3;
    uint256 private constant TRUE = 500e8;

    IMockPyth private pyth;
    IPythSource private pythSource;

    function setUp() public override {
        super.setUp();
        pyth = IMockPyth(deployCode("MockPyth", abi.encode(60, FEE)));
        _bringTo(address(pyth), TRUE, 0, 0);
        pythSource = IPythSource(
            deployCode(
                "contracts/oracle/PythSource.sol:PythSource",
                abi.encode(
                    PythConfig({
                        pyth: pyth,
                        priceId: ID,
                        underlying: "ETH",
                        maxAge: 60,
                        minHalfSpread: 0.0002e18,
                        maxHalfSpread: 0.02e18,
                        minPrice: 1e18,
                        maxPrice: 1_000_000e18,
                        deadAfter: 3 days
                    })
                )
            )
        );
        ethDai = MarketParams(
            address(dai),
            address(pythSource),
            Terms.pack(Terms.standardPricing()),
            Terms.pack(Terms.standardRisk(18))
        );
        ethDaiPool = createMarket(ethDai, 1_000_000e18);
        long5EthDai = createToken(ethDai, 5e18, Terms.pack(Terms.continuous()));
    }

    /// @dev An update of this age, to the source, as anyone may.
    function _bring(uint256 price, uint256 conf, uint256 age) private {
        _bringTo(address(pythSource), price, conf, age);
        assertEq(address(pythSource).balance, 0, "the source keeps no coin");
    }

    function _bringTo(address to, uint256 price, uint256 conf, uint256 age) private {
        bytes[] memory updates = new bytes[](1);
        int64 mid = int64(uint64(price));
        uint64 time = uint64(vm.getBlockTimestamp() - age);
        updates[0] = pyth.createPriceFeedUpdateData(
            ID,
            mid,
            uint64(conf),
            -8,
            mid,
            uint64(conf),
            time,
            time - 1
        );
        // More than the fee: the rest comes back.
        if (to == address(pyth)) pyth.updatePriceFeeds{value: FEE}(updates);
        else pythSource.update{value: FEE + 5}(updates);
    }

    receive() external payable {}

    function testFuzz_anUpdateInATouchedBlock(uint256 second, int256 size) public {
        int256 amount = bound(size, -700e18, 700e18);
        if (amount == 0) return;
        skip(30);
        _bring(TRUE, 0, 10);
        int256 before = wealth(mallory);
        int256 pool = equity();
        trade(mallory, amount, 200_000e18);
        _bring(bound(second, 250e8, 1000e8), 0, 0);
        assertEq(clearingHouse.quote(ethDai, mallory).market.price, 500e18, "the block has its price");
        close(mallory);
        assertLe(wealth(mallory), before, "the attacker is not richer");
        assertGe(equity(), pool, "the pool is not poorer");
    }

    function testFuzz_mintAndBurnAroundAnUpdate(uint256 second, uint256 assets) public {
        deposit(long5EthDai, alice, 10_000e18);
        skip(30);
        _bring(TRUE, 0, 10);
        uint256 before = dai.balanceOf(mallory);
        deposit(long5EthDai, mallory, bound(assets, 1e18, 40_000e18));
        _bring(bound(second, 250e8, 1000e8), 0, 0);
        redeem(long5EthDai, mallory);
        assertLe(dai.balanceOf(mallory), before, "the attacker is not richer");
    }

    /// @dev Of two updates one is brought to trade at, the other to close at, and then the truth. What the attacker has more
    /// at the truth after opening, and after closing at the other.
    function _choose(
        uint256 first,
        uint256 second,
        uint256 conf,
        int256 amount
    ) private returns (int256 atTruth, int256 closed) {
        skip(40);
        int256 before = int256(dai.balanceOf(mallory));
        _bring(first, conf, 20);
        trade(mallory, amount, 300_000e18);
        uint256 state = vm.snapshotState();
        skip(12);
        _bring(TRUE, conf, 0);
        atTruth = wealth(mallory) - before;
        vm.revertToState(state);
        skip(12);
        _bring(second, conf, 1);
        close(mallory);
        closed = int256(dai.balanceOf(mallory)) - before;
    }

    function testFuzz_theBetterOfTwo(uint256 a, uint256 b, uint256 confidence, uint256 size) public {
        // Both are as near to the truth as Pyth says.
        uint256 conf = (TRUE * bound(confidence, 0, 0.0049e18)) / 1e18;
        (uint256 one, uint256 two) = (bound(a, TRUE - conf, TRUE + conf), bound(b, TRUE - conf, TRUE + conf));
        (uint256 low, uint256 high) = one < two ? (one, two) : (two, one);
        int256 amount = int256(bound(size, 0.01e18, 700e18));
        uint256 state = vm.snapshotState();
        (int256 atTruth, int256 closed) = _choose(low, high, conf, amount);
        assertLe(atTruth, 0, "buying at the lower is not worth more than it costs");
        assertLe(closed, 0, "nor selling at the higher after it");
        vm.revertToState(state);
        (atTruth, closed) = _choose(high, low, conf, -amount);
        assertLe(atTruth, 0, "nor is selling at the higher");
        assertLe(closed, 0, "and buying back at the lower");
    }

    function test_twoFurtherFromTheTruthThanPythSays() public {
        uint256 conf = TRUE / 1000;
        (int256 atTruth, int256 closed) = _choose(TRUE - 4 * conf, TRUE + 4 * conf, conf, 100e18);
        assertGt(atTruth, 0, "a confidence too narrow pays who chooses");
        assertGt(closed, 0, "twice");
    }
}
