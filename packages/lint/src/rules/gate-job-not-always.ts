import { fieldOf } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import { asksStatus, judgesOthers, onlyJudges } from '../tree/branch-protection.ts'

export const gateJobNotAlways = defineRule({
  id: 'gate-job-not-always',
  area: 'pnpm',
  severity: 'error',
  summary: 'A job that does nothing but judge the results of others, and is skipped when one of them fails.',
  why: 'A skipped check counts as passed: branch protection lets the broken pull request in.',
  fix: 'Add `if: always()` to the job.',
  bad: [
    `
on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps: [{ run: pnpm test }]
  gate: # ✗
    needs: [test]
    runs-on: ubuntu-latest
    steps:
      - if: contains(needs.*.result, 'failure')
        run: exit 1`,
    `
on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps: [{ run: pnpm test }]
  gate: # ✗
    needs: [test]
    runs-on: ubuntu-latest
    steps:
      - env:
          RESULT: \${{ needs.test.result }}
        run: test "$RESULT" = success`,
  ],
  good: [
    `
on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps: [{ run: pnpm test }]
  gate:
    needs: [test]
    if: \${{ !cancelled() }}
    runs-on: ubuntu-latest
    steps:
      - if: contains(needs.*.result, 'failure')
        run: exit 1`,
    `
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps: [{ run: pnpm test }]
  deploy:
    needs: [test]
    runs-on: ubuntu-latest
    steps:
      - if: needs.test.result == 'success'
        run: ./deploy.sh
      - env:
          RESULT: \${{ needs.test.result }}
        run: test "$RESULT" = success && ./deploy.sh`,
    `
jobs:
  build:
    runs-on: ubuntu-latest
    outputs: { version: '1' }
    steps: [{ run: pnpm build }]
  publish:
    needs: [build]
    runs-on: ubuntu-latest
    steps: [{ run: "echo '\${{ needs.build.outputs.version }} \${{ needs.build.result }}'" }]`,
  ],
  check: file =>
    file.jobs
      .filter(job => judgesOthers(file, job) && onlyJudges(job) && !asksStatus(file, job))
      .map(job => {
        const message = `expected job ${job.key} to run when another fails, got ${fieldOf(job.value, 'if') ? 'an if without always()' : 'no if'}`
        return { at: job.at, message }
      }),
})
