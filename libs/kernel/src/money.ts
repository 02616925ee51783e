/** Money is BigInt pico-dollars (1 USD = 10^12); no float touches it anywhere. */
export type PicoUsd = bigint;

export const PICO_PER_USD = 1_000_000_000_000n;
const DECIMALS = 12;
const ZERO = '0'.charCodeAt(0);

/**
 * Reads a decimal string of USD ("3.000001") into pico-dollars.
 * @throws RangeError on anything that is not a plain decimal with at most 12 places.
 */
export function parseUsd(text: string): PicoUsd {
  const match = /^(-)?(\d{1,18})(?:\.(\d{1,12}))?$/.exec(text);
  if (!match) throw new RangeError(`not a decimal amount of USD with at most ${DECIMALS} places: ${text}`);
  const [, sign, whole = '0', fraction = ''] = match;
  const pico = BigInt(whole) * PICO_PER_USD + BigInt(fraction.padEnd(DECIMALS, '0'));
  return sign ? -pico : pico;
}

/** Writes pico-dollars as a decimal string of USD without trailing zeros; "0" for nothing. */
export function formatUsd(pico: PicoUsd): string {
  if (pico === 0n) return '0';
  const sign = pico < 0n ? '-' : '';
  const digits = (pico < 0n ? -pico : pico).toString().padStart(DECIMALS + 1, '0');
  const whole = digits.length - DECIMALS;
  let end = digits.length;
  while (end > whole && digits.charCodeAt(end - 1) === ZERO) end--;
  const fraction = end > whole ? `.${digits.slice(whole, end)}` : '';
  return sign + digits.slice(0, whole) + fraction;
}

/** quantity x price per million, rounded half up, once: the only rounding on the money path (docs: billing). */
export function pricePerMillion(quantity: number, picoPerMillion: PicoUsd): PicoUsd {
  const product = BigInt(quantity) * picoPerMillion;
  return (product + 500_000n) / 1_000_000n;
}
