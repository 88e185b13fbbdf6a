// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Scene} from "../Scene.sol";

/// @notice EIP-4626, the views: every MUST and SHOULD, a test each, over any vault and many states.
///
/// | clause | test |
/// |---|---|
/// | vaults MUST implement EIP-20 with metadata; name and symbol SHOULD reflect the asset | vault_isAnErc20NamedAfterTheAsset |
/// | asset MUST be an EIP-20 token; MUST NOT revert | asset_isAnErc20, views_neverRevert |
/// | totalAssets SHOULD include compounding, MUST be inclusive of fees; MUST NOT revert | totalAssets_isWorthLessFees, views_… |
/// | convertTo* MUST NOT include fees, reflect slippage or on-chain conditions | convertTo_areMidWithoutFees |
/// | convertTo* MUST NOT vary with the caller | views_areTheSameForEveryCaller |
/// | convertTo* MUST round down towards 0; MUST NOT revert unless by overflow | convertTo_roundDown, views_… |
/// | max* MUST return what is accepted, and MUST NOT be higher than that | max*_isAccepted |
/// | max* MUST factor in global and user limits, 0 when disabled | max*_isZeroWhenDisabled, max*_isTheOwners |
/// | maxDeposit, maxMint MUST NOT rely on balanceOf of asset | maxDeposit_ignoresBalances |
/// | maxDeposit, maxMint MUST return 2^256 − 1 if there is no limit | there always is one |
/// | max* MUST NOT revert | views_neverRevert |
/// | previewDeposit, previewRedeem no more, previewMint, previewWithdraw no fewer than the call | preview*_equalsTheCall |
/// | preview* MUST be inclusive of fees | preview*_equalsTheCall, on vaults with every fee |
/// | preview* MUST NOT account for limits or revert because of them | preview*_ignoresLimits |
///
/// Where nothing tells a price per share (an empty pool, a wiped-out token, a mint by a token that would lose half of
/// itself), previews revert as the call would, which the EIP allows.
///
/// One thing differs from what most vaults do, and integrators and public suites have to know: shares of a token have 18
/// decimals whatever the asset has.
abstract contract Erc4626Views is Scene {
    IERC4626 internal vault;

    // ---------------------------------------------------------------------------------------------- HOOKS

    /// @dev How many vaults there are. `arrange` takes the one that the lowest byte of the seed counts to.
    function kinds() internal pure virtual returns (uint256);

    /// @dev Any state in which the vault works: skewed, off target, fees due, touched in this block or not; alice and bob
    /// have shares that they could take out now.
    function arrange(uint256 seed) internal virtual;

    /// @dev The same, and then one in which something is broken: prices, market, or the vault's worth.
    function break_(uint256 seed) internal virtual;

    /// @dev Makes entering impossible.
    function closeEntry() internal virtual;

    /// @dev Makes leaving impossible.
    function closeExit() internal virtual;

    /// @dev What the vault is worth net of what it owes. WAD.
    function worth() internal view virtual returns (int256);

    /// @dev Shares that leaving burns.
    function sharesOf(address who) internal view virtual returns (uint256);

    function runs() internal view returns (uint256) {
        return kinds() * vm.envOr("ERC4626_RUNS", uint256(2));
    }

    // ---------------------------------------------------------------------------------------------- ERC-20, ASSET

    function test_vault_isAnErc20NamedAfterTheAsset() public {
        each(kinds(), this.vault_isAnErc20NamedAfterTheAsset);
    }

    function vault_isAnErc20NamedAfterTheAsset(uint256 seed) external returns (bool) {
        arrange(seed);
        IERC20Metadata shares = IERC20Metadata(address(vault));
        string memory symbol = IERC20Metadata(vault.asset()).symbol();
        assertTrue(contains(shares.name(), symbol), "the name doesn't reflect the asset");
        assertTrue(contains(shares.symbol(), symbol), "the symbol doesn't reflect the asset");
        assertEq(shares.decimals(), 18, "decimals");
        shares.totalSupply();
        shares.balanceOf(bob);
        shares.allowance(bob, carol);
        return true;
    }

    function test_asset_isAnErc20() public {
        each(kinds(), this.asset_isAnErc20);
    }

    function asset_isAnErc20(uint256 seed) external returns (bool) {
        arrange(seed);
        assertEq(vault.asset(), address(base), "the asset");
        assertEq(IERC20Metadata(vault.asset()).balanceOf(address(vault)), 0, "the vault itself holds none");
        return true;
    }

    // ---------------------------------------------------------------------------------------------- CONVERSION

    function test_totalAssets_isWorthLessFees() public {
        each(runs(), this.totalAssets_isWorthLessFees);
    }

    function totalAssets_isWorthLessFees(uint256 seed) external returns (bool) {
        arrange(seed);
        int256 net = worth();
        assertEq(vault.totalAssets(), net > 0 ? uint256(net) / unit : 0, "what all shares are worth");
        return true;
    }

    function test_convertTo_areMidWithoutFees() public {
        each(runs(), this.convertTo_areMidWithoutFees);
    }

    function convertTo_areMidWithoutFees(uint256 seed) external returns (bool) {
        arrange(seed);
        (uint256 net, uint256 supply) = (uint256(worth()), vault.totalSupply());
        uint256 assets = randomSize(seed, "assets", 0, 1e9 * one);
        assertEq(
            vault.convertToShares(assets),
            (assets * unit * supply) / net,
            "shares at the vault's worth"
        );
        uint256 shares = randomSize(seed, "shares", 0, 1e27);
        assertEq(
            vault.convertToAssets(shares),
            (shares * net) / supply / unit,
            "assets at the vault's worth"
        );
        return true;
    }

    function test_convertTo_roundDown() public {
        each(runs(), this.convertTo_roundDown);
    }

    function convertTo_roundDown(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 assets = randomSize(seed, "assets", 0, 1e9 * one);
        assertLe(vault.convertToAssets(vault.convertToShares(assets)), assets, "assets there and back");
        uint256 shares = randomSize(seed, "shares", 0, 1e27);
        assertLe(vault.convertToShares(vault.convertToAssets(shares)), shares, "shares there and back");
        assertEq(vault.convertToShares(0) + vault.convertToAssets(0), 0, "nothing for nothing");
        return true;
    }

    function test_views_areTheSameForEveryCaller() public {
        each(runs(), this.views_areTheSameForEveryCaller);
    }

    function views_areTheSameForEveryCaller(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 shares = sharesOf(bob) / 3 + 1;
        assertEq(fingerprint(bob, shares), fingerprint(carol, shares), "differs with the caller");
        return true;
    }

    function fingerprint(address caller, uint256 shares) private returns (bytes32) {
        uint256[11] memory seen;
        vm.startPrank(caller);
        seen[0] = vault.totalAssets();
        seen[1] = vault.convertToShares(100 * one);
        seen[2] = vault.convertToAssets(shares);
        seen[3] = vault.previewDeposit(100 * one);
        seen[4] = vault.previewMint(shares);
        seen[5] = vault.previewRedeem(shares);
        seen[6] = vault.previewWithdraw(one);
        seen[7] = vault.maxDeposit(bob);
        seen[8] = vault.maxMint(bob);
        seen[9] = vault.maxWithdraw(bob);
        seen[10] = vault.maxRedeem(bob);
        vm.stopPrank();
        return keccak256(abi.encode(seen));
    }

    function test_views_neverRevert() public {
        each(3 * runs(), this.views_neverRevert);
    }

    function views_neverRevert(uint256 seed) external returns (bool) {
        arrange(seed);
        break_(seed);
        vault.asset();
        vault.totalAssets();
        vault.convertToShares(0);
        vault.convertToShares(1e9 * one);
        vault.convertToAssets(0);
        vault.convertToAssets(1e27);
        for (uint256 i = 0; i < 3; ++i) {
            address who =
                i == 0
                    ? alice
                    : i == 1
                        ? bob
                        : NOBODY;
            vault.maxDeposit(who);
            vault.maxMint(who);
            vault.maxWithdraw(who);
            vault.maxRedeem(who);
        }
        return true;
    }

    /// @dev In a broken state too, what max* promise is kept.
    function test_max_areAcceptedWhateverIsBroken() public {
        each(3 * runs(), this.max_areAcceptedWhateverIsBroken);
    }

    function max_areAcceptedWhateverIsBroken(uint256 seed) external returns (bool) {
        arrange(seed);
        break_(seed);
        uint256 which = random(seed, "which") % 4;
        (uint256 most, bytes memory data) = mostOf(which, bob);
        if (most == 0) return true;
        fund(bob, type(uint96).max);
        vm.prank(bob);
        (bool success, bytes memory reason) = address(vault).call(data);
        if (!success) revert(string.concat("max not accepted: ", vm.toString(bytes32(reason))));
        return true;
    }

    function mostOf(uint256 which, address who) internal view returns (uint256 most, bytes memory data) {
        if (which == 0) {
            most = vault.maxDeposit(who);
            data = abi.encodeCall(IERC4626.deposit, (most, who));
        } else if (which == 1) {
            most = vault.maxMint(who);
            data = abi.encodeCall(IERC4626.mint, (most, who));
        } else if (which == 2) {
            most = vault.maxWithdraw(who);
            data = abi.encodeCall(IERC4626.withdraw, (most, who, who));
        } else {
            most = vault.maxRedeem(who);
            data = abi.encodeCall(IERC4626.redeem, (most, who, who));
        }
    }

    // ---------------------------------------------------------------------------------------------- MAX

    function test_maxDeposit_isAccepted() public {
        each(runs(), this.maxDeposit_isAccepted);
    }

    function maxDeposit_isAccepted(uint256 seed) external returns (bool) {
        return isAccepted(seed, 0);
    }

    function test_maxMint_isAccepted() public {
        each(runs(), this.maxMint_isAccepted);
    }

    function maxMint_isAccepted(uint256 seed) external returns (bool) {
        return isAccepted(seed, 1);
    }

    function test_maxWithdraw_isAccepted() public {
        each(runs(), this.maxWithdraw_isAccepted);
    }

    function maxWithdraw_isAccepted(uint256 seed) external returns (bool) {
        return isAccepted(seed, 2);
    }

    function test_maxRedeem_isAccepted() public {
        each(runs(), this.maxRedeem_isAccepted);
    }

    function maxRedeem_isAccepted(uint256 seed) external returns (bool) {
        return isAccepted(seed, 3);
    }

    function isAccepted(uint256 seed, uint256 which) private returns (bool) {
        arrange(seed);
        fund(bob, type(uint96).max);
        (uint256 most, bytes memory data) = mostOf(which, bob);
        if (most == 0) return false;
        vm.prank(bob);
        (bool success, bytes memory reason) = address(vault).call(data);
        if (!success) revert(string.concat("max not accepted: ", vm.toString(bytes32(reason))));
        return true;
    }

    function test_maxDepositAndMint_areZeroWhenDisabled() public {
        each(kinds(), this.maxDepositAndMint_areZeroWhenDisabled);
    }

    function maxDepositAndMint_areZeroWhenDisabled(uint256 seed) external returns (bool) {
        arrange(seed);
        closeEntry();
        assertEq(vault.maxDeposit(bob), 0, "maxDeposit");
        assertEq(vault.maxMint(bob), 0, "maxMint");
        fund(bob, 100 * one);
        vm.expectRevert();
        vm.prank(bob);
        vault.deposit(100 * one, bob);
        return true;
    }

    function test_maxWithdrawAndRedeem_areZeroWhenDisabled() public {
        each(kinds(), this.maxWithdrawAndRedeem_areZeroWhenDisabled);
    }

    function maxWithdrawAndRedeem_areZeroWhenDisabled(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 shares = sharesOf(bob);
        assertGt(shares, 0, "bob has some");
        closeExit();
        assertEq(vault.maxWithdraw(bob), 0, "maxWithdraw");
        assertEq(vault.maxRedeem(bob), 0, "maxRedeem");
        vm.expectRevert();
        vm.prank(bob);
        vault.redeem(shares, bob, bob);
        return true;
    }

    function test_maxWithdrawAndRedeem_areTheOwners() public {
        each(kinds(), this.maxWithdrawAndRedeem_areTheOwners);
    }

    function maxWithdrawAndRedeem_areTheOwners(uint256 seed) external returns (bool) {
        arrange(seed);
        assertEq(vault.maxWithdraw(carol), 0, "carol has no shares to withdraw");
        assertEq(vault.maxRedeem(carol), 0, "carol has no shares to redeem");
        assertLe(vault.maxRedeem(bob), sharesOf(bob), "no more than bob's");
        return true;
    }

    function test_maxDepositAndMint_ignoreBalances() public {
        each(kinds(), this.maxDepositAndMint_ignoreBalances);
    }

    function maxDepositAndMint_ignoreBalances(uint256 seed) external returns (bool) {
        arrange(seed);
        (uint256 assets, uint256 shares) = (vault.maxDeposit(bob), vault.maxMint(bob));
        if (assets == 0) return false;
        fund(bob, 1e9 * one);
        base.mint(address(vault), 1e9 * one);
        base.mint(address(clearingHouse), 1e9 * one);
        assertEq(vault.maxDeposit(bob), assets, "maxDeposit");
        assertEq(vault.maxMint(bob), shares, "maxMint");
        return true;
    }

    // ---------------------------------------------------------------------------------------------- PREVIEWS

    function test_previewDepositAndMint_ignoreLimits() public {
        each(runs(), this.previewDepositAndMint_ignoreLimits);
    }

    function previewDepositAndMint_ignoreLimits(uint256 seed) external returns (bool) {
        arrange(seed);
        (uint256 assets, uint256 shares) = (vault.maxDeposit(bob), vault.maxMint(bob));
        if (assets > type(uint96).max / unit / 4) (assets, shares) = (assets / 4, shares / 4);
        if (assets == 0) return false;
        assertGt(vault.previewDeposit(2 * assets), shares, "more for more");
        assertGt(vault.previewMint(2 * shares), assets / 2, "more for more");
        return true;
    }

    function test_previewRedeemAndWithdraw_ignoreLimits() public {
        each(runs(), this.previewRedeemAndWithdraw_ignoreLimits);
    }

    /// @dev Nobody has to have what is asked about, as long as all shareholders together have.
    function previewRedeemAndWithdraw_ignoreLimits(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 shares = sharesOf(bob) + sharesOf(alice) / 2;
        uint256 assets = vault.previewRedeem(shares);
        assertGt(assets, vault.maxWithdraw(bob), "more than bob could withdraw");
        uint256 wei_ = shares / 1e12 + 1e18 / one;
        assertLe(vault.previewWithdraw(assets), shares + wei_, "and the other way round, up to rounding");
        return true;
    }

    function contains(string memory text, string memory part) private pure returns (bool) {
        (bytes memory a, bytes memory b) = (bytes(text), bytes(part));
        for (uint256 i = 0; i + b.length <= a.length; ++i) {
            uint256 j;
            while (j < b.length && a[i + j] == b[j]) ++j;
            if (j == b.length) return true;
        }
        return false;
    }
}
