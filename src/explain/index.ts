/** Visualising networks: what they look at, and what they look for. */
export {
  attributionMap,
  integratedGradients,
  saliency,
  smoothGrad,
  type IntegratedGradientsOptions,
  type SmoothGradOptions,
} from './gradients.ts';
export { gradCam, type GradCamOptions } from './grad-cam.ts';
export { activationMaximization, type Maximized, type MaximizationOptions, type Target } from './maximize.ts';
export { occlusion, type OcclusionOptions } from './occlusion.ts';
export type { ClassChoice } from './score.ts';
