/** Numbers as colours: the maps by which matplotlib shows arrays. */
import { FluxionError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { add, astype, clip, equal, floorDivide, minimum, multiply, subtract, where } from '../operations/arithmetic.ts';
import { array } from '../operations/creation.ts';
import { take } from '../operations/indexing.ts';
import { expandDims } from '../operations/manipulation.ts';
import { asBytes, scaled } from './pixels.ts';

/**
 * Colours at equal distances as hexadecimal digits, straight lines in between. The first five are matplotlib's (van der Walt,
 * Smith, and Nuñez, Anderton and Renslow for cividis), turbo is Mikhailov's 2019, coolwarm Moreland's 2009 (table of 33).
 */
const anchors = {
  viridis:
    '44015446075a470d6047136548186a481d6f482374482878472d7b46327e453781443b844240864045883e49893d4e8a3b528b39568c' +
    '375b8d355f8d33638d31678e2f6b8e2e6f8e2c728e2a768e297a8e277e8e26828e25858e23898e228d8d21918c1f948c1f988b1e9c89' +
    '1fa08820a38622a78525ab8228ae802db27d32b67a38b9773fbc7346c06f4ec36b56c6675ec96267cc5c70cf577ad15184d44b8ed645' +
    '98d83ea2da37addc30b8de29c2df23cde11dd8e219e2e418ece51bf6e620fde725',
  magma:
    '00000402010903031206051a0a08220e0b2b130d34180f3d1d114722115029115a2f116336106b3d0f71440f764a107951127c57157e' +
    '5d177f641a806a1c81701f817621817c2382832681892881902a81962c809c2e7fa3307eaa337db0357bb73779bd3977c43c75ca3e72' +
    'd0416fd6456cdc4869e24d66e75263eb5760ef5d5ef2645cf56b5cf7725cf9795dfa815ffc8961fc9065fd9869fe9f6dfea772feae77' +
    'feb67cfebd82fec488fecc8ffed395fdda9cfde2a3fde9aafcf0b2fcf7b9fcfdbf',
  inferno:
    '00000402010a04031207051b0b072410092d150b371b0c41210c4a280b532f0a5b3609613d0965440a684a0c6b510e6c57106e5d126e' +
    '64156e6a176e71196e771c6d7d1e6d84206b8a226a9025689727669d2964a32c61a92e5eb0315bb63458bc3754c13a50c73e4ccc4248' +
    'd24644d74b3fdb503be05536e45a31e8602deb6628ef6c23f1731df47918f68013f8870ef98e09fb9606fb9d07fca50afcac11fcb418' +
    'fbbc21fac42af9cb35f7d340f5db4cf3e35af2ea69f1f179f3f68af8fb9afcffa4',
  plasma:
    '0d088719068c2206902a059331059738049a3f049c46039f4c02a15302a35901a56001a66600a76c00a87201a87801a87e03a88405a7' +
    '8a09a58f0da49511a19a169fa01a9ca51f99aa2395ae2892b32c8eb7318abc3587c03a83c43e7fc8437bcc4778cf4c74d35171d6556d' +
    'da5a6add5e66e06363e3685fe66c5ce97158eb7655ee7b51f0804ef3854bf58b47f79044f89540fa9b3dfba139fca636fdac33fdb22f' +
    'feb82cfebe2afdc527fdcb26fcd225fad824f8df25f6e626f4ed27f1f426f0f921',
  cividis:
    '00205100235800265d002961012b65042e670831690d346b11366c16396d1c3c6e213f6e26426e2c456e31476e374a6e3c4d6e42506e' +
    '47536d4c566d51586e555b6e5a5e6e5e616e62646f66676f6a6a706e6d717270717573727976737c79747f7c75827f75868276898577' +
    '8c8877908b78938e789691789a94789e9778a19b78a59e77a9a177aea575b2a874b6ab73bbaf71c0b26fc5b66dc9b96acebd68d3c065' +
    'd8c462ddc85fe2cb5ce7cf58ebd355f0d652f3da4ff7de4cfae249fce647fdea45',
  turbo:
    '23171b32204a3e2a71453493493eae4b49c54a53d7485ee44569ee4074f53c7ff8378af93295f72e9ff42ba9ef28b3e926bce125c5d9' +
    '25cdcf27d5c629dcbc2de3b232e9a738ee9d3ff39347f68950f9805afc7765fd6e70fe667cfd5e88fc5795fb51a1f84badf545b9f140' +
    'c5ec3cd0e637dae034e4d931ecd12ef4c92bfac029ffb626ffad24ffa223ff9821ff8d1fff821dff771cfd6c1af76118f05616e84b14' +
    'df4111d5380fcb2f0dc0260ab61f07ac1805a313029b0f00950c00910b00900c00',
  coolwarm:
    '3b4cc0445acc4d68d75775e16282ea6c8ef1779af782a5fb8db0fe98b9ffa3c2ffaec9fdb8d0f9c2d5f4ccd9eed5dbe6dddddde5d8d1' +
    'ecd3c5f1ccb9f5c4adf7bba0f7b194f7a687f49a7bf18d6fec7f63e57058de604dd55042cb3e38c0282fb40426',
  gray: '000000ffffff',
} as const;

/** Names of the maps: `viridis` and its relatives for amounts, `coolwarm` for values around a middle, `gray` for pictures. */
export type ColorMapName = keyof typeof anchors;

const tableOf = (name: ColorMapName): NDArray => {
  const text: string | undefined = anchors[name];
  if (text === undefined)
    throw new FluxionError(
      'plot.colormap',
      `colorMap: expected one of ${Object.keys(anchors).join(', ')}, got ${name}. Choose one of these.`,
    );
  const byte = (at: number): number => parseInt(text.slice(at, at + 2), 16);
  return array(Array.from({ length: text.length / 6 }, (_, i) => [byte(6 * i), byte(6 * i + 2), byte(6 * i + 4)]));
};

export interface ColorMapOptions {
  /** The value of the first colour; by default the least one. */
  readonly low?: number;
  /** The value of the last colour; by default the greatest one. */
  readonly high?: number;
}

/** Colours of values, `[...] -> uint8[..., 3]`; values outside of `low` and `high` get the end colours, NaN grey. */
export const colorMap = (values: ArrayLike, name: ColorMapName = 'viridis', options: ColorMapOptions = {}): NDArray => {
  const table = tableOf(name);
  const last = (table.shape[0] ?? 1) - 1;
  const shares = scaled(values, options);
  const known = equal(shares, shares);
  const position = multiply(where(known, clip(shares, 0, 1), 0.5), last);
  // The last anchor ends the last line and begins none.
  const below = minimum(floorDivide(position, 1), last - 1);
  const at = astype(below, 'int32');
  const [left, right] = [take(table, at, 0), take(table, add(at, 1), 0)];
  const mixed = add(left, multiply(subtract(right, left), expandDims(subtract(position, below), -1)));
  return asBytes(where(expandDims(known, -1), mixed, 128));
};
