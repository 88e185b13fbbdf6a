// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {Erc4626Views} from "./Erc4626Views.sol";

/// @notice EIP-4626, the calls, and what a path of them may not give.
///
/// | clause | test |
/// |---|---|
/// | Deposit, Withdraw MUST be emitted, with sender, receiver, owner, assets, shares | *_emits… |
/// | deposit, mint MUST support approve/transferFrom of the asset | deposit_takesExactlyTheAssets, mint_givesExactlyTheShares |
/// | they MUST revert if all of it cannot be done (limit, slippage, approval) | deposit_refusesWhatIsNotApproved, … |
/// | withdraw, redeem MUST support msg.sender == owner, and a sender approved for the owner's shares | withdraw_…, redeem_… |
/// | they SHOULD check that the sender can spend the owner's shares | leaving_needsAnAllowance |
/// | they MUST revert if all of it cannot be done | leaving_refusesMoreThanTheOwnerHas |
/// | preview* as above | preview*_equalsTheCall |
/// | calculations SHOULD favour the vault over its users | roundTrip_* |
abstract contract Erc4626Calls is Erc4626Views {
    /// @dev An amount that can be deposited, above what rounds to nothing.
    function someAssets(uint256 seed) internal returns (uint256 assets) {
        uint256 most = vault.maxDeposit(bob);
        uint256 least = one / 1_000;
        if (most < least) return 0;
        assets = randomSize(seed, "assets", least, most);
        fund(bob, assets);
    }

    function someShares(uint256 seed) internal returns (uint256 shares) {
        uint256 most = vault.maxMint(bob);
        if (most < 1e15) return 0;
        shares = randomSize(seed, "shares", 1e15, most);
        fund(bob, vault.previewMint(shares));
    }

    function someRedeemable(uint256 seed) internal view returns (uint256) {
        uint256 most = vault.maxRedeem(bob);
        return most < 1e15 ? 0 : randomSize(seed, "shares", 1e15, most);
    }

    function someWithdrawable(uint256 seed) internal view returns (uint256) {
        uint256 most = vault.maxWithdraw(bob);
        return most < one / 1_000 ? 0 : randomSize(seed, "assets", one / 1_000, most);
    }

    // ---------------------------------------------------------------------------------------------- ENTERING

    function test_previewDeposit_equalsTheCall() public {
        each(runs(), this.deposit_takesExactlyTheAssets);
    }

    function test_deposit_takesExactlyTheAssets() public {
        each(runs(), this.deposit_takesExactlyTheAssets);
    }

    function deposit_takesExactlyTheAssets(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 assets = someAssets(seed);
        if (assets == 0) return false;
        vm.prank(bob);
        base.approve(address(vault), assets);
        uint256 preview = vault.previewDeposit(assets);
        uint256[3] memory before = [base.balanceOf(bob), vault.balanceOf(dave), vault.totalSupply()];
        vm.expectEmit(address(vault));
        emit IERC4626.Deposit(bob, dave, assets, preview);
        vm.prank(bob);
        uint256 shares = vault.deposit(assets, dave);
        assertEq(shares, preview, "previewDeposit");
        assertEq(before[0] - base.balanceOf(bob), assets, "what bob paid");
        assertEq(base.allowance(bob, address(vault)), 0, "the allowance is used up");
        assertEq(vault.balanceOf(dave) - before[1], shares, "what dave got");
        assertEq(vault.totalSupply() - before[2], shares, "the supply");
        return true;
    }

    function test_previewMint_equalsTheCall() public {
        each(runs(), this.mint_givesExactlyTheShares);
    }

    function test_mint_givesExactlyTheShares() public {
        each(runs(), this.mint_givesExactlyTheShares);
    }

    function mint_givesExactlyTheShares(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 shares = someShares(seed);
        if (shares == 0) return false;
        uint256 preview = vault.previewMint(shares);
        uint256[2] memory before = [base.balanceOf(bob), vault.balanceOf(dave)];
        vm.expectEmit(address(vault));
        emit IERC4626.Deposit(bob, dave, preview, shares);
        vm.prank(bob);
        uint256 assets = vault.mint(shares, dave);
        assertEq(assets, preview, "previewMint");
        assertGt(assets, 0, "never free");
        assertEq(before[0] - base.balanceOf(bob), assets, "what bob paid");
        assertEq(vault.balanceOf(dave) - before[1], shares, "what dave got");
        return true;
    }

    function test_deposit_refusesWhatIsNotApproved() public {
        each(kinds(), this.deposit_refusesWhatIsNotApproved);
    }

    function deposit_refusesWhatIsNotApproved(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 assets = someAssets(seed);
        if (assets == 0) return false;
        vm.prank(bob);
        base.approve(address(vault), assets - 1);
        vm.expectRevert();
        vm.prank(bob);
        vault.deposit(assets, bob);
        uint256 shares = vault.convertToShares(assets) * 2;
        vm.expectRevert();
        vm.prank(bob);
        vault.mint(shares, bob);
        return true;
    }

    function test_deposit_refusesWhatThePayerDoesNotHave() public {
        each(kinds(), this.deposit_refusesWhatThePayerDoesNotHave);
    }

    function deposit_refusesWhatThePayerDoesNotHave(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 assets = vault.maxDeposit(carol) / 2;
        if (vault.previewDeposit(assets) == 0) return false;
        vm.startPrank(dave);
        base.approve(address(vault), type(uint256).max);
        vm.expectRevert();
        vault.deposit(assets, dave);
        vm.stopPrank();
        return true;
    }

    // ---------------------------------------------------------------------------------------------- LEAVING

    function test_previewRedeem_equalsTheCall() public {
        each(runs(), this.redeem_burnsExactlyTheShares);
    }

    function test_redeem_burnsExactlyTheShares() public {
        each(runs(), this.redeem_burnsExactlyTheShares);
    }

    /// @dev By the owner himself in half of the cases, and by somebody with an allowance in the other half.
    function redeem_burnsExactlyTheShares(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 shares = someRedeemable(seed);
        uint256 preview = shares == 0 ? 0 : vault.previewRedeem(shares);
        if (preview == 0) return false;
        uint256[3] memory before = [base.balanceOf(dave), sharesOf(bob), vault.totalSupply()];
        address caller = random(seed, "caller") % 2 == 0 ? bob : carol;
        vm.prank(bob);
        vault.approve(carol, shares);
        vm.expectEmit(address(vault));
        emit IERC4626.Withdraw(caller, dave, bob, preview, shares);
        vm.prank(caller);
        uint256 assets = vault.redeem(shares, dave, bob);
        assertEq(assets, preview, "previewRedeem");
        assertEq(base.balanceOf(dave) - before[0], assets, "what dave got");
        assertEq(before[1] - sharesOf(bob), shares, "what bob gave");
        assertEq(vault.allowance(bob, carol), caller == bob ? shares : 0, "the allowance is used up");
        // The last to leave takes the locked shares along.
        assertTrue(before[2] - vault.totalSupply() == shares || vault.totalSupply() == 0, "the supply");
        return true;
    }

    function test_previewWithdraw_equalsTheCall() public {
        each(runs(), this.withdraw_paysExactlyTheAssets);
    }

    function test_withdraw_paysExactlyTheAssets() public {
        each(runs(), this.withdraw_paysExactlyTheAssets);
    }

    function withdraw_paysExactlyTheAssets(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 assets = someWithdrawable(seed);
        if (assets == 0) return false;
        uint256 preview = vault.previewWithdraw(assets);
        uint256[2] memory before = [base.balanceOf(dave), sharesOf(bob)];
        address caller = random(seed, "caller") % 2 == 0 ? bob : carol;
        vm.prank(bob);
        vault.approve(carol, preview);
        vm.expectEmit(address(vault));
        emit IERC4626.Withdraw(caller, dave, bob, assets, preview);
        vm.prank(caller);
        uint256 shares = vault.withdraw(assets, dave, bob);
        assertEq(shares, preview, "previewWithdraw");
        assertEq(base.balanceOf(dave) - before[0], assets, "what dave got");
        assertEq(before[1] - sharesOf(bob), shares, "what bob gave");
        assertEq(vault.allowance(bob, carol), caller == bob ? preview : 0, "the allowance is used up");
        return true;
    }

    function test_leaving_needsAnAllowance() public {
        each(kinds(), this.leaving_needsAnAllowance);
    }

    function leaving_needsAnAllowance(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 shares = vault.maxRedeem(bob) / 2;
        uint256 assets = vault.maxWithdraw(bob) / 2;
        vm.prank(bob);
        vault.approve(carol, shares / 10);
        vm.startPrank(carol);
        vm.expectRevert();
        vault.redeem(shares, carol, bob);
        vm.expectRevert();
        vault.withdraw(assets, carol, bob);
        vm.stopPrank();
        return true;
    }

    function test_leaving_refusesMoreThanTheOwnerHas() public {
        each(kinds(), this.leaving_refusesMoreThanTheOwnerHas);
    }

    function leaving_refusesMoreThanTheOwnerHas(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 shares = sharesOf(bob) + 1;
        uint256 assets = vault.convertToAssets(shares) * 2;
        vm.startPrank(bob);
        vm.expectRevert();
        vault.redeem(shares, bob, bob);
        vm.expectRevert();
        vault.withdraw(assets, bob, bob);
        vm.stopPrank();
        return true;
    }

    function test_leaving_neverChargesTwiceForAnInfiniteAllowance() public {
        each(kinds(), this.leaving_neverChargesTwiceForAnInfiniteAllowance);
    }

    function leaving_neverChargesTwiceForAnInfiniteAllowance(uint256 seed) external returns (bool) {
        arrange(seed);
        vm.prank(bob);
        vault.approve(carol, type(uint256).max);
        uint256 shares = vault.maxRedeem(bob) / 2;
        vm.prank(carol);
        vault.redeem(shares, carol, bob);
        assertEq(vault.allowance(bob, carol), type(uint256).max, "infinite stays infinite");
        return true;
    }

    // ---------------------------------------------------------------------------------------------- ROUND TRIPS

    function test_roundTrip_depositRedeem() public {
        each(runs(), this.roundTrip_depositRedeem);
    }

    function roundTrip_depositRedeem(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 assets = someAssets(seed);
        if (assets == 0) return false;
        uint256 shares = deposit(assets);
        if (shares == 0 || shares > vault.maxRedeem(bob)) return false;
        assertLe(redeem(shares), assets, "redeem(deposit(a)) <= a");
        return true;
    }

    function test_roundTrip_depositWithdraw() public {
        each(runs(), this.roundTrip_depositWithdraw);
    }

    function roundTrip_depositWithdraw(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 assets = someAssets(seed);
        if (assets == 0) return false;
        uint256 shares = deposit(assets);
        if (assets > vault.maxWithdraw(bob)) return false;
        assertGe(withdraw(assets), shares, "withdraw(a) >= deposit(a)");
        return true;
    }

    function test_roundTrip_mintRedeem() public {
        each(runs(), this.roundTrip_mintRedeem);
    }

    function roundTrip_mintRedeem(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 shares = someShares(seed);
        if (shares == 0) return false;
        uint256 assets = mint(shares);
        if (shares > vault.maxRedeem(bob)) return false;
        assertLe(redeem(shares), assets, "redeem(s) <= mint(s)");
        return true;
    }

    function test_roundTrip_mintWithdraw() public {
        each(runs(), this.roundTrip_mintWithdraw);
    }

    function roundTrip_mintWithdraw(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 shares = someShares(seed);
        if (shares == 0) return false;
        uint256 assets = mint(shares);
        if (assets > vault.maxWithdraw(bob)) return false;
        assertGe(withdraw(assets), shares, "withdraw(mint(s)) >= s");
        return true;
    }

    function test_roundTrip_redeemDeposit() public {
        each(runs(), this.roundTrip_redeemDeposit);
    }

    function roundTrip_redeemDeposit(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 shares = someRedeemable(seed);
        if (shares == 0) return false;
        uint256 assets = redeem(shares);
        if (assets == 0 || assets > vault.maxDeposit(bob)) return false;
        assertLe(deposit(assets), shares, "deposit(redeem(s)) <= s");
        return true;
    }

    function test_roundTrip_redeemMint() public {
        each(runs(), this.roundTrip_redeemMint);
    }

    function roundTrip_redeemMint(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 shares = someRedeemable(seed);
        if (shares == 0) return false;
        uint256 assets = redeem(shares);
        if (shares > vault.maxMint(bob)) return false;
        assertGe(mint(shares), assets, "mint(s) >= redeem(s)");
        return true;
    }

    function test_roundTrip_withdrawMint() public {
        each(runs(), this.roundTrip_withdrawMint);
    }

    function roundTrip_withdrawMint(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 assets = someWithdrawable(seed);
        if (assets == 0) return false;
        uint256 shares = withdraw(assets);
        if (shares > vault.maxMint(bob)) return false;
        assertGe(mint(shares), assets, "mint(withdraw(a)) >= a");
        return true;
    }

    function test_roundTrip_withdrawDeposit() public {
        each(runs(), this.roundTrip_withdrawDeposit);
    }

    function roundTrip_withdrawDeposit(uint256 seed) external returns (bool) {
        arrange(seed);
        uint256 assets = someWithdrawable(seed);
        if (assets == 0) return false;
        uint256 shares = withdraw(assets);
        if (assets > vault.maxDeposit(bob)) return false;
        assertLe(deposit(assets), shares, "deposit(a) <= withdraw(a)");
        return true;
    }

    function deposit(uint256 assets) internal returns (uint256) {
        fund(bob, assets);
        vm.prank(bob);
        return vault.deposit(assets, bob);
    }

    function mint(uint256 shares) internal returns (uint256) {
        fund(bob, vault.previewMint(shares));
        vm.prank(bob);
        return vault.mint(shares, bob);
    }

    function redeem(uint256 shares) internal returns (uint256) {
        vm.prank(bob);
        return vault.redeem(shares, bob, bob);
    }

    function withdraw(uint256 assets) internal returns (uint256) {
        vm.prank(bob);
        return vault.withdraw(assets, bob, bob);
    }
}
