import type { Deployment, ImageType, Stage } from './model';

const STAGE_VALUES = { preValidation: 10, preOperation: 20, postOperation: 40 } as const satisfies Record<
  Stage,
  number
>;

/** The value of `stage` (FACTS 4). */
export function stageValue(stage: Stage): number {
  return STAGE_VALUES[stage];
}

/** The stage of a value; every other value is one of the platform's own (FACTS 4). */
export function stageFromValue(value: number): Stage | 'internal' {
  switch (value) {
    case 10:
      return 'preValidation';
    case 20:
      return 'preOperation';
    case 40:
      return 'postOperation';
    default:
      return 'internal';
  }
}

/** Where a step runs (FACTS 4: supporteddeployment). */
export function deploymentFromValue(value: number): Deployment {
  if (value === 1) return 'outlook';
  return value === 2 ? 'both' : 'server';
}

const DEPLOYMENT_VALUES = { server: 0, outlook: 1, both: 2 } as const satisfies Record<Deployment, number>;

/** The value of `supporteddeployment` (FACTS 4). */
export function deploymentValue(deployment: Deployment): number {
  return DEPLOYMENT_VALUES[deployment];
}

const IMAGE_TYPE_VALUES = { pre: 0, post: 1, both: 2 } as const satisfies Record<ImageType, number>;

/** The value of `imagetype` (FACTS 4). */
export function imageTypeValue(type: ImageType): number {
  return IMAGE_TYPE_VALUES[type];
}

/** The type of an image (FACTS 4: imagetype). */
export function imageTypeFromValue(value: number): ImageType {
  if (value === 1) return 'post';
  return value === 2 ? 'both' : 'pre';
}

/** A comma separated list of logical names, as `filteringattributes` and `attributes` hold it; empty means all. */
export function columnList(text: string): readonly string[] {
  if (text === '') return [];
  const names = text.split(',');
  // The service writes them without blanks; only what others wrote has to be gone through.
  const isPlain = !names.includes('') && !/\s/.test(text);
  return isPlain ? names : names.map((name) => name.trim()).filter((name) => name !== '');
}
