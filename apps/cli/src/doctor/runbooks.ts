import { didYouMean } from '@gantry/core/words'
import { defineExamination, type Problem } from './examination.ts'

/** Whether a person who is paged finds a runbook open. */
export const runbooks = defineExamination({
  name: 'runbooks',
  examine({ config, runbooks: read, runbookProblems }) {
    if (config === null) return [...runbookProblems]
    const rules = Object.keys(config.alerts)
    const covered = new Set(read.flatMap(({ alerts }) => alerts))
    const bare = Object.entries(config.alerts).filter(
      ([name, { severity }]) => severity === 'critical' && !covered.has(name),
    )
    return [
      ...runbookProblems,
      ...bare.map(
        ([name]): Problem => ({
          severity: 'warning',
          message: `alert ${name} pages people and has no runbook`,
          fix: `Write ${config.runbooks}/${name}.md with \`alerts: [${name}]\` in its front matter, or add it to another's.`,
          path: 'gantry.config.ts',
        }),
      ),
      ...read.flatMap(({ slug, alerts }) =>
        alerts
          .filter(alert => !rules.includes(alert) && !builtIn.has(alert))
          .map(
            (alert): Problem => ({
              severity: 'warning',
              message: `it is for the alert "${alert}", which gantry.config.ts does not have${didYouMean(alert, rules)}`,
              fix: 'Use the name of a rule under `alerts`.',
              path: `${config.runbooks}/${slug}.md`,
            }),
          ),
      ),
    ]
  },
})

/** Shown by a verdict of `worse`, which needs no rule. */
const builtIn = new Set(['bad-release', 'verdict'])
