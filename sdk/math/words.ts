// Packed words: fields beside each other in a uint256, from the lowest bit up.

/** One field. `step` is what one unit of the stored number stands for; a `never` field keeps its largest number for NEVER. */
export interface Field {
  bits: number;
  step?: bigint;
  signed?: boolean;
  never?: boolean;
}

export type Layout<Name extends string> = Record<Name, Field>;

/** Stands for a band that never triggers; twin of Policy.sol's constant. */
export const NEVER = 2n ** 256n - 1n;

/** A value that its field can't hold exactly. */
export class FieldError extends Error {
  readonly field: string;
  readonly value: bigint;
  readonly step: bigint;
  readonly least: bigint;
  readonly most: bigint;

  constructor(field: string, value: bigint, step: bigint, least: bigint, most: bigint) {
    super(`${field} = ${value} must be a multiple of ${step} from ${least} to ${most}`);
    this.name = "FieldError";
    this.field = field;
    this.value = value;
    this.step = step;
    this.least = least;
    this.most = most;
  }
}

/** The smallest and the largest value of a field, NEVER aside. */
export function rangeOf(field: Field): { least: bigint; most: bigint; step: bigint } {
  const step = field.step ?? 1n;
  const numbers = 1n << BigInt(field.bits);
  if (field.signed) return { least: (-numbers / 2n) * step, most: (numbers / 2n - 1n) * step, step };
  return { least: 0n, most: (numbers - (field.never ? 2n : 1n)) * step, step };
}

/** Packs values into a word. Nothing is rounded: a value that doesn't fit exactly is refused. */
export function packWord<Name extends string>(
  layout: Layout<Name>,
  values: Record<NoInfer<Name>, bigint>,
): bigint {
  let word = 0n;
  let shift = 0n;
  for (const [name, field] of Object.entries(layout) as [Name, Field][]) {
    const value = values[name];
    const { least, most, step } = rangeOf(field);
    let number = value / step;
    if (field.never && value === NEVER) number = (1n << BigInt(field.bits)) - 1n;
    else if (value < least || value > most || value % step !== 0n) {
      throw new FieldError(name, value, step, least, most);
    }
    word |= BigInt.asUintN(field.bits, number) << shift;
    shift += BigInt(field.bits);
  }
  return word;
}

/** Reads all fields of a word. */
export function unpackWord<Name extends string>(layout: Layout<Name>, word: bigint): Record<Name, bigint> {
  const values = {} as Record<Name, bigint>;
  let shift = 0n;
  for (const [name, field] of Object.entries(layout) as [Name, Field][]) {
    const raw = word >> shift;
    const number = field.signed ? BigInt.asIntN(field.bits, raw) : BigInt.asUintN(field.bits, raw);
    const never = field.never && number === (1n << BigInt(field.bits)) - 1n;
    values[name] = never ? NEVER : number * (field.step ?? 1n);
    shift += BigInt(field.bits);
  }
  return values;
}
