/** SVG as text with its size: what all renderers give and arrangements put together. */
import { InternalError } from '../array/errors.ts';

/** A drawing and its size in units of the drawing. */
export interface Svg {
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

/** Text that is safe inside an element or attribute. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Letters without serifs, where the generic name alone may mean others. */
export const fonts = 'Helvetica, Arial, DejaVu Sans, sans-serif';

/** A generous guess at how wide a line of text is; there is no font to measure with. */
export const textWidth = (text: string, size: number): number => text.length * size * 0.6;

/** A line of text around a point. */
export const textAt = (x: number, y: number, text: string, size: number, more = ''): string =>
  `<text x="${x}" y="${y}" font-family="${fonts}" font-size="${size}" text-anchor="middle"${more}>${escaped(text)}</text>`;

/** A white drawing around elements, with a title on top. */
export const pictureOf = (width: number, height: number, body: string, title: string | null, size: number): Svg => {
  const head = title === null ? '' : textAt(width / 2, size + 6, title, size, ' font-weight="bold"');
  return {
    text: `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="${width}" height="${height}" fill="white"/>${head}\n${body}</svg>`,
    width,
    height,
  };
};

/** A drawing of another program, without what stands before its root element; sizes in points or pixels count alike. */
export const svgFrom = (given: string): Svg => {
  const text = given.slice(Math.max(0, given.indexOf('<svg')));
  const size = (name: string): number => Number(new RegExp(`^<svg[^>]*?\\s${name}="([\\d.]+)`).exec(text)?.[1] ?? NaN);
  const [width, height] = [size('width'), size('height')];
  if (!(width > 0 && height > 0))
    throw new InternalError(`renderSvg: expected a drawing with its size, got ${text.slice(0, 80)}.`);
  // Inside another drawing a point would be larger than a unit: the sizes lose what they are measured in.
  const bare = text.replace(/^<svg[^>]*>/, (root) => root.replaceAll(/(\s(?:width|height)="[\d.]+)p[tx]"/g, '$1"'));
  return { text: bare, width, height };
};

/** The same drawing with other names for its definitions, so that drawings in one file do not share them. */
export const uniqueIds = (text: string, prefix: string): string =>
  text
    .replaceAll(/\bid="/g, `id="${prefix}`)
    .replaceAll(/url\(#/g, `url(#${prefix}`)
    .replaceAll(/href="#/g, `href="#${prefix}`);
