import { type Definitions, readDefinitions } from './definitions';
import { readSteps, type Step } from './steps';

/** What a build brings: its steps, and what it holds true now. */
export interface Build {
  steps: readonly Step[];
  definitions: Definitions;
}
export const readBuild = (): Build => ({ steps: readSteps(), definitions: readDefinitions() });
