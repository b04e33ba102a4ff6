/** Images by name: `image.rotate`, `image.augment`, ... . */
export { centerCrop, crop, flipLeftRight, flipUpDown } from './image-geometry.ts';
export { rotate, translate, zoom, type WarpOptions } from './image-warp.ts';
export { resize, type Pair, type ResizeOptions } from '../operations/image-resize.ts';
export {
  adjustBrightness,
  adjustContrast,
  augment,
  cutout,
  randomBrightness,
  randomContrast,
  randomCrop,
  randomFlipLeftRight,
  randomFlipUpDown,
  randomRotate,
  randomTranslate,
  randomZoom,
  type Augmentation,
} from './image-random.ts';
