import pc from 'picocolors';
import { type Style, plainStyle } from '../report/formats/style.ts';

/** A style that colours, or one that does not. */
export function createStyle(color: boolean): Style {
  if (!color) return plainStyle;
  const { bold, dim, red, green, yellow, cyan } = pc.createColors(true);
  return { bold, dim, red, green, yellow, cyan };
}
