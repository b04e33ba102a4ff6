/** Visualising networks: what they look at, and what they look for. */
// Arrays that come from here have their methods, though `fluxion` itself were not imported.
import '../operations/methods.ts';
import '../runtime/install.ts';
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
