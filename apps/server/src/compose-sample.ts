import { join, resolve } from 'node:path'
import type { SampleView } from '@gantry/core/api'
import { machineEnvironment } from '@gantry/runner'
import type { ProjectBase } from './project/project-base.ts'
import { createSample, type Sample } from './sample/sample.ts'
import { type SampleBrowser, sampleBrowser } from './sample/sample-browser.ts'
import { sampleFacts } from './sample/sample-facts.ts'
import { sampleSteps } from './sample/sample-steps.ts'
import { createVisitors, type Visitors } from './sample/visitors.ts'

export interface ComposedSample {
  sample: Sample
  browser: SampleBrowser
  visitors: Visitors
  /** Its steps as they stand now, and what it can be broken with. */
  sampleView(): Promise<SampleView>
}

const source = resolve(import.meta.dirname, '../../../examples/sitebuilder')

/** The sample product, what its journeys need, and who visits it. The signal ends what is under way. */
export function composeSample(
  { environment, folders, store, repository, stored, now }: ProjectBase,
  say: (text: string) => void,
  signal: AbortSignal,
): ComposedSample {
  const env = machineEnvironment(environment.all)
  const sample = createSample({ source, dir: join(folders.home, stored.name), repository, gitEnv: env })
  return {
    sample,
    browser: sampleBrowser({ env: environment.all, signal, say }),
    visitors: createVisitors({ now, signal }),
    async sampleView() {
      const [facts, breaks] = await Promise.all([
        sampleFacts({ project: stored.name, store, repository }),
        sample.breaks(),
      ])
      return { steps: sampleSteps(facts), breaks }
    },
  }
}
