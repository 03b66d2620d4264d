import { appendFileSync } from 'node:fs'
import type { FullResult, Reporter } from '@playwright/test/reporter'
import { isWithoutBrowser } from './browser.ts'

/**
 * Says what the journeys were proved by, as the output `proved-by` of the step that ran them: `browser` or `http`. The job
 * hands it on, and Gantry's gate shows it to whoever approves the release.
 */
export default class ProofReporter implements Reporter {
  readonly #isWithout = isWithoutBrowser(process.env)

  printsToStdio(): boolean {
    return false
  }

  onBegin(): void {
    if (!this.#isWithout) return
    const said = 'No browser starts on this machine: the journeys run over HTTP, and are proved without a browser.'
    console.log(process.env.GITHUB_ACTIONS ? `::warning title=Proved without a browser::${said}` : said)
  }

  onEnd(result: FullResult): void {
    const { GITHUB_OUTPUT: output } = process.env
    if (output && result.status === 'passed') {
      appendFileSync(output, `proved-by=${this.#isWithout ? 'http' : 'browser'}\n`)
    }
  }
}
