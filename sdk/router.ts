// Routes for the Router, and the permits that it takes.
import { type AddressLike, resolveAddress, Signature, type Signer, ZeroHash } from "ethers";
import { LeveragedToken__factory } from "../typechain-types/index.js";

/** One step of a route, as IRouter.sol has it. */
export interface Hop {
  kind: bigint;
  /** What it turns everything that there is into. */
  token: AddressLike;
  /** Fee of the Uniswap pool, in hundredths of a basis point. */
  fee: bigint;
}

/** A signature that lets the router take what goes in. */
export interface Permit {
  value: bigint;
  deadline: bigint;
  v: bigint;
  r: string;
  s: string;
}

/** BaseToken becomes this LeveragedToken. */
export const mintTo = (token: AddressLike): Hop => ({ kind: 0n, token, fee: 0n });

/** A LeveragedToken becomes its BaseToken, which is named. */
export const burnTo = (baseToken: AddressLike): Hop => ({ kind: 1n, token: baseToken, fee: 0n });

/** Any token becomes this one in the Uniswap v3 pool with this fee: 500n is 0.05 %, 3000n is 0.3 %. */
export const swapTo = (token: AddressLike, fee: bigint): Hop => ({ kind: 2n, token, fee });

/** For a router that is approved already. */
export const NO_PERMIT: Permit = { value: 0n, deadline: 0n, v: 0n, r: ZeroHash, s: ZeroHash };

/** Signs an ERC-2612 permit for a token whose domain has version 1, as LeveragedTokens have. */
export async function signPermit(
  signer: Signer,
  token: AddressLike,
  spender: AddressLike,
  value: bigint,
  deadline: bigint,
): Promise<Permit> {
  const verifyingContract = await resolveAddress(token);
  const contract = LeveragedToken__factory.connect(verifyingContract, signer);
  const owner = await signer.getAddress();
  const { chainId } = await signer.provider!.getNetwork();
  const signature = await signer.signTypedData(
    { name: await contract.name(), version: "1", chainId, verifyingContract },
    {
      Permit: [
        { name: "owner", type: "address" },
        { name: "spender", type: "address" },
        { name: "value", type: "uint256" },
        { name: "nonce", type: "uint256" },
        { name: "deadline", type: "uint256" },
      ],
    },
    {
      owner,
      spender: await resolveAddress(spender),
      value,
      nonce: await contract.nonces(owner),
      deadline,
    },
  );
  const { v, r, s } = Signature.from(signature);
  return { value, deadline, v: BigInt(v), r, s };
}
