import { decideWrites, describeRepository, planFiles } from '@gantry/init'
import { formatFiles } from '../init/format-files.ts'
import { readExisting } from '../init/write-files.ts'
import { defineExamination, type Problem } from './examination.ts'

/** Files `gantry init` made and nobody edited, against what it would make now. */
export const generated = defineExamination({
  name: 'generated files',
  async examine({ top, files }) {
    const facts = describeRepository(files)
    if ('reason' in facts) return [{ severity: 'error', message: facts.reason, fix: facts.hint }]
    const planned = await formatFiles(top, facts, planFiles(facts).files)
    const { texts } = await readExisting(top, planned.files)
    // A file that people wrote and that has no block of ours was never made by us.
    const made = planned.files.filter(({ path, isBlock }) => !isBlock || /\bgantry:/.test(texts.get(path) ?? ''))
    return decideWrites(made, path => texts.get(path), { isForced: false })
      .filter(({ kind }) => kind === 'update')
      .map(
        ({ path }): Problem => ({
          severity: 'warning',
          message: 'the repository changed since this file was made',
          fix: 'gantry init, which shows the difference first',
          path,
        }),
      )
  },
})
