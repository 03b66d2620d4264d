import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

/** Where it is written. A reporter that is named on the command line takes no options. */
export const runEndFile = join(import.meta.dirname, '../test-results/vitest-end.json')

/** What Vitest knows of a run that its JSON report leaves out: one sentence for each failure that no test carries. */
export interface RunEnd {
  problems: string[]
}

/** Failures of hooks and of files, and errors that nothing caught: the run is red by them though every test passed. */
export default class RunEndReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { name?: string; message: string }[]): void {
    const ofModules = modules.flatMap(module => {
      const suites = [...module.children.allSuites()].flatMap(suite => suite.errors())
      return [...module.errors(), ...suites].map(error => `${module.relativeModuleId}: ${firstLine(error)}`)
    })
    const uncaught = unhandled.map(error => `nothing caught ${error.name ?? 'an error'}: ${firstLine(error)}`)
    const end: RunEnd = { problems: [...ofModules, ...uncaught] }
    writeFileSync(runEndFile, JSON.stringify(end))
  }
}

const firstLine = ({ message }: { message: string }): string => message.split('\n')[0] ?? ''
